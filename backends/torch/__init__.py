"""PyTorch source from a graph."""
