"""A network as a table to read, and as JSON values with every operation; several networks, a line each."""

from cnndsl.summary.comparison import NETWORK_DEFAULT, NETWORKS, compare, compared
from cnndsl.summary.document import Json, as_json
from cnndsl.summary.facts import Facts
from cnndsl.summary.layers import entries_of
from cnndsl.summary.report import Summary, columns_of
from cnndsl.summary.table import UnknownColumn

__all__ = [
    "NETWORKS",
    "NETWORK_DEFAULT",
    "Facts",
    "Json",
    "Summary",
    "UnknownColumn",
    "as_json",
    "columns_of",
    "compare",
    "compared",
    "entries_of",
]
