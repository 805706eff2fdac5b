"""The command line: with the language server the only place that prints and exits."""
