"""Analyses: graph in, table out."""
