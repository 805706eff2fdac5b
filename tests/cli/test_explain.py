"""``cnn explain``: pages of codes and rules in a terminal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cnndsl.cli import pages
from cnndsl.diagnostics.codes import TITLES
from cnndsl.lints import GROUPS, names

RULES = [name for group in GROUPS for name in names(group)]


@pytest.mark.parametrize("word", ["E0401", "e0401", "[E0401]", "bias-before-norm", "Bias_Before_Norm"])
def test_a_name_in_letters_of_any_size(word: str, cnn) -> None:
    status, out, err = cnn("explain", word)
    assert (status, err) == (0, "")
    name = "E0401" if "0401" in word else "bias-before-norm"
    assert out == pages.plain(pages.guide(name))
    assert out.startswith(f"{name}: ")
    assert f"[{name}]: " in out, "the compiler was asked"


def test_several_pages_in_their_order(cnn) -> None:
    status, out, _ = cnn("explain", "E0601", "norm-on-1x1", "E0101")
    assert status == 0
    places = [out.index(f"{name}: ") for name in ("E0601", "norm-on-1x1", "E0101")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("word", "guess"), [("E0041", "E0401"), ("E401", "E0401"), ("bias-befor-norm", "bias-before-norm")]
)
def test_did_you_mean(word: str, guess: str, cnn) -> None:
    status, out, err = cnn("explain", "E0401", word)
    assert (status, out) == (2, ""), "nothing is printed where a word of the command line is wrong"
    assert f"there is no code or rule `{word}`" in err
    assert f"did you mean `{guess}`?" in err


def test_what_is_like_nothing(cnn) -> None:
    status, _, err = cnn("explain", "resnet50")
    assert status == 2
    assert "did you mean" not in err
    assert "`cnn explain` lists them all" in err


def test_what_would_move_the_cursor(cnn) -> None:
    status, _, err = cnn("explain", "E04\x1b[31m01" + "x" * 1000)
    assert status == 2
    assert "\x1b" not in err
    assert len(err) < 200


def test_the_list(cnn) -> None:
    status, out, _ = cnn("explain")
    listed = [line.split()[0] for line in out.splitlines() if line[:2] == "  " != line[2:4]]
    assert status == 0
    assert sorted(listed) == sorted([*TITLES, *RULES])
    assert all(len(line) <= 80 for line in out.splitlines())


@pytest.mark.parametrize("name", [*TITLES, *RULES])
def test_a_page_fits_a_terminal_of_80_columns(name: str) -> None:
    wide = [line for line in pages.plain(pages.guide(name)).splitlines() if len(line) > 80]
    assert not wide, "\n".join(wide)


def test_a_check_reads_no_page(folder: Path) -> None:
    """Also where it finds mistakes."""
    command = (
        "import sys\nfrom cnndsl.cli.main import main\nassert main(['check', 'broken.cnn']) == 1\n"
        "print([name for name in sys.modules if 'pages' in name or name == 'textwrap'])"
    )
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True, cwd=folder)
    assert done.stdout.endswith("[]\n")
