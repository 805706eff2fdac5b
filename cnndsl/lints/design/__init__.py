"""Rules about how a network is laid out, looked at where they are asked for."""
