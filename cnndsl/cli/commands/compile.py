"""``cnn compile``."""

from __future__ import annotations

import argparse
import os
import sys

from cnndsl.cli.output import put
from cnndsl.cli.programs import show, sound


def run(options: argparse.Namespace) -> int:
    """Print or write the networks of the target as one PyTorch module."""
    target, checked = sound(options.target, options)
    show([finding for finding in checked.findings if finding.severity == "warning"], sys.stderr)
    from cnndsl.backends.torch import generate

    text = generate(list(checked.networks.values()), checked.file.doc)
    put(text, options, os.path.basename(target.source.name))
    return 0
