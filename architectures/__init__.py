"""The bundled library: networks and blocks, one family a file."""
