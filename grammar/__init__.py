"""The concrete syntax: `cnn.lark`."""
