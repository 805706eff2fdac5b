"""One file a command: ``run(options)`` returns the exit status."""
