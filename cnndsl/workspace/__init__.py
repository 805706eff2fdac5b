"""Files: reading programs and what they import, the bundled library, writing whole files."""
