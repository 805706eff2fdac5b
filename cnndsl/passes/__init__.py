"""Analyses: a graph in, a table out."""
