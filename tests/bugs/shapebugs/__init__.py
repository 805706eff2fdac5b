"""Bugs of shapes that people had: read, repaired, written as programs, run on PyTorch, and graded."""
