"""Which blocks and groups are open."""

from __future__ import annotations

from cnndsl.backends.graphviz.picture import DrawError
from cnndsl.diagnostics.suggest import suggest
from cnndsl.passes.folding import Part


class Expansion:
    """The paths to open besides what the depth opens; a path into a repetition opens what stands for all of them."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        self._paths = {path: path for path in paths}
        self._found: set[str] = set()
        self._seen: dict[str, bool] = {}

    def opens(self, part: Part, depth: int) -> bool:
        """Whether a part that has parts is open, ``depth`` being what is left of the depth."""
        wanted = depth > (1 if part.role == "block" else 0)
        for name in _names(part):
            self._seen.setdefault(name, True)
            for path, place in self._paths.items():
                if place == name or place.startswith(f"{name}."):
                    self._paths[path] = part.name + place[len(name) :]
                    wanted = True
                    if place == name:
                        self._found.add(path)
        return wanted

    def check(self) -> None:
        """Raise ``DrawError`` for a path that is not there."""
        for path in self._paths:
            if path not in self._found:
                guess = suggest(path, self._seen)
                help = f"did you mean {guess}?" if guess else f"there is {', '.join(list(self._seen)[:8])}"
                raise DrawError(f"--expand {path}: no block or group is called so", help if self._seen else "")


def _names(part: Part) -> list[str]:
    """The dotted names of all that the part stands for."""
    words = part.first.count(".") + 1
    return [part.prefix + ".".join(run[0].name.split(".")[:words]) for run in part.runs]
