"""Why a size is what it is: the steps that made it, back to the inputs of the network and to numbers in the text."""

from cnndsl.passes.provenance.numbers import Number
from cnndsl.passes.provenance.tokens import token, tokens
from cnndsl.passes.provenance.trails import UNKNOWN, Link, Tracer, Trail, changes, trail

__all__ = ["UNKNOWN", "Link", "Number", "Tracer", "Trail", "changes", "token", "tokens", "trail"]
