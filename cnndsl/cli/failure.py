"""Why a command cannot go on."""

from __future__ import annotations


class Failure(Exception):
    """A line for the person at the terminal, and the exit status: 1 the program is at fault, 2 the command line."""

    def __init__(self, message: str, status: int = 1, help: str = "") -> None:
        super().__init__(f"cnn: {message}" + (f"\nhelp: {help}" if help else ""))
        self.status = status
