"""What a person sees: command lines with what they print, one golden file each."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

TRANSCRIPTS = Path(__file__).parent / "transcripts"

CASES = {
    "help": "--help",
    "help_check": "check --help",
    "help_compile": "compile --help",
    "help_summary": "summary --help",
    "help_verify": "verify --help",
    "help_why": "why --help",
    "why": "why tower.cnn:tower body.1.channels",
    "why_line": "why tower.cnn:3",
    "why_unknown": "why tower.cnn:tower body.2.chanels",
    "version": "--version",
    "no_command": "",
    "unknown_command": "chekc tower.cnn",
    "no_target": "check",
    "check_clean": "check clean.cnn",
    "check_clean_json": "check clean.cnn --format json",
    "check_one_network": "check clean.cnn:clean resnet18",
    "check_warning": "check tower.cnn --format full",
    "check_warning_strict": "check tower.cnn --format concise --strict",
    "check_folder": "check nets",
    "check_folder_without_programs": "check empty",
    "check_github": "check broken.cnn --format github",
    "check_junit": "check broken.cnn clean.cnn --format junit",
    "check_stdin_filename_alone": "check clean.cnn --stdin-filename x.cnn",
    "check_watch_sarif": "check clean.cnn --watch --format sarif",
    "check_watch_stdin": "check - --watch",
    "check_broken": "check broken.cnn",
    "check_broken_concise": "check broken.cnn tower.cnn nothing.cnn --format concise",
    "check_broken_json": "check broken.cnn --format json",
    "check_unknown_network": "check tower.cnn:towr",
    "check_missing_argument": "check tower.cnn:needy",
    "check_bundled_misspelt": "check resnet5",
    "compile": "compile tower.cnn:tower --set classes=5",
    "compile_broken": "compile broken.cnn",
    "summary": "summary tower.cnn",
    "summary_deep": "summary tower.cnn --depth 2 --size H=64,W=48",
    "summary_json": "summary tower.cnn --format json",
    "summary_steps": "summary tower.cnn --by step --convention flops --no-bias",
    "summary_stages": "summary tower.cnn --by stage --format markdown",
    "summary_kinds": "summary tower.cnn --by kind --sort macs --columns name,macs,macs_share",
    "summary_csv": "summary tower.cnn --depth 2 --format csv --columns step,formula,receptive_field,saved_for_backward",
    "summary_latex": "summary tower.cnn --sort params --format latex",
    "summary_json_rows": "summary tower.cnn:needy --set width=4 --columns step,weights --format json",
    "summary_columns": "summary --columns help",
    "summary_unknown_column": "summary tower.cnn --columns step,parms",
    "summary_unknown_sort": "summary tower.cnn --by stage --sort colour",
    "compare": "compare tower.cnn lenet5_dense",
    "compare_sorted": "compare lenet5_dense alexnet --sort params --columns network,params,fvcore --format markdown",
    "compare_json": "compare tower.cnn ./tower.cnn:tower --format json",
    "compare_columns": "compare --columns help",
    "compare_unknown_column": "compare tower.cnn --columns network,mac",
    "help_compare": "compare --help",
    "summary_needs_arguments": "summary tower.cnn:needy --set width=4",
    "summary_depth_zero": "summary tower.cnn --depth 0",
    "set_unknown": "summary tower.cnn --set clases=3",
    "set_without_value": "summary tower.cnn --set classes",
    "set_nonsense": "summary tower.cnn --set classes=)",
    "set_two_statements": "summary tower.cnn --set 'classes=3 let x = 1'",
    "set_wrong_type": "summary tower.cnn --set 'rate=\"much\"'",
    "size_unknown": "summary tower.cnn --size X=3",
    "size_nonsense": "summary tower.cnn --size H=0",
    "size_too_small": "summary broken.cnn --size H=-1",
    "memory": "memory tower.cnn",
    "memory_fits": "memory tower.cnn:tower --batch 4 --dtype float16 --fits 1.5GiB",
    "memory_fits_nothing": "memory tower.cnn:tower --fits 0GiB",
    "memory_fits_without_unit": "memory tower.cnn:tower --fits 24",
    "memory_fits_too_little": "memory tower.cnn:tower --device cuda --fits 2kB",
    "memory_batch_too_large": "memory tower.cnn:tower --batch 1000000000",
    "memory_json": "memory tower.cnn:tower --format json --fits 1GB",
    "ops_page": "ops conv",
    "ops_unknown": "ops cnov",
    "json_of_several": "summary vgg.cnn --format json",
}


@pytest.mark.parametrize("name", CASES)
def test_transcript(name: str, cnn: Callable[..., tuple[int, str, str]], golden: Callable[[Path, str], None]) -> None:
    words = shlex.split(CASES[name])
    Path("empty").mkdir()
    Path("nets").mkdir()
    for file in ("broken.cnn", "clean.cnn"):
        (Path("nets") / file).write_bytes(Path(file).read_bytes())
    if words and words[-3:-2] == ["vgg.cnn"]:
        twice = "network {0} {{\n    input image: [3, 8, 8]\n    relu\n}}\n"
        Path("vgg.cnn").write_text(twice.format("one") + twice.format("two"), encoding="utf-8")
    status, out, err = cnn(*words)
    assert status in (0, 1, 2)
    parts = [f"$ cnn {CASES[name]}\n", out]
    if err:
        parts += ["--- stderr ---\n", err]
    golden(TRANSCRIPTS / f"{name}.txt", "".join(parts) + f"--- status {status} ---\n")


def test_no_golden_is_left_over() -> None:
    assert {path.stem for path in TRANSCRIPTS.iterdir()} == set(CASES)
