"""Targets: what a graph is written as."""
