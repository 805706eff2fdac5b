"""A small language and compiler for convolutional network architectures."""
