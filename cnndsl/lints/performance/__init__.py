"""Rules about how fast a network runs, looked at where they are asked for."""
