"""From tree to graph and shapes."""
