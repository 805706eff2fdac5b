"""Sets up an environment for this checkout and does a job in it; needs only Python and a package index.

python3 dev.py demo    check, compile and verify ResNet-50
python3 dev.py test    the whole test suite
python3 dev.py lint    format, lint, types, floors
python3 dev.py sweep   every bundled network verified, not one a family
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
CONSTRAINTS = ROOT / "constraints.txt"


def main() -> int:
    """Run the job that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", choices=sorted(JOBS))
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv", help="where the environment is (default: .venv)")
    arguments = parser.parse_args()
    if sys.version_info < (3, 11):  # noqa: UP036 (this file runs before anything is installed)
        parser.error(f"Python 3.11 or later is needed; this is {sys.version.split()[0]}")
    environment = Environment(arguments.venv.absolute())
    try:
        JOBS[arguments.job](environment)
    except subprocess.CalledProcessError as failure:
        print(f"dev.py: failed: {' '.join(map(str, failure.cmd))}", file=sys.stderr)
        return 1
    return 0


class Environment:
    """A virtual environment of our own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs = folder / ("Scripts" if os.name == "nt" else "bin")

    def install(self, extras: str, *others: str) -> None:
        """Make the environment where there is none, and put this checkout with ``extras`` into it."""
        if not (self.folder / "pyvenv.cfg").exists():
            subprocess.run([sys.executable, "-m", "venv", str(self.folder)], check=True)
        pip = ["python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", str(CONSTRAINTS)]
        self.run(*pip, "-e", f".[{extras}]", *others)

    def run(self, program: str, *arguments: str) -> None:
        """Run one of its programs in the checkout and show what runs."""
        print("+", program, *arguments, flush=True)
        subprocess.run([str(self.programs / program), *arguments], cwd=ROOT, check=True)


def demo(environment: Environment) -> None:
    """From nothing to a ResNet-50 in PyTorch."""
    environment.install("torch")
    environment.run("cnn", "check", "resnet50")
    environment.run("cnn", "compile", "resnet50", "-o", "resnet50.py")
    environment.run("cnn", "verify", "resnet50")
    print("resnet50.py holds the module: from resnet50 import resnet50")


def prepare_tests(environment: Environment) -> None:
    """Everything that the tests need; torchvision asks for a GPU build of torch unless it is told not to."""
    environment.install("torch,draw,dev", "torchinfo", "numpy", "pillow")
    environment.run("python", "-m", "pip", "install", "--quiet", "--no-deps", "-c", str(CONSTRAINTS), "torchvision")


def test(environment: Environment) -> None:
    """The test suite."""
    prepare_tests(environment)
    workers = str(min(4, os.cpu_count() or 1))  # each may hold a VGG and its gradients, some 2 GB
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    environment.run("python", "-m", "pytest", "-n", workers, "--cov", "--cov-report=term:skip-covered")


def lint(environment: Environment) -> None:
    """What must hold before the tests are run."""
    prepare_tests(environment)
    environment.run("ruff", "format", "--check", *PYTHON)
    environment.run("ruff", "check", *PYTHON)
    environment.run("mypy")
    environment.run("lint-imports")


def sweep(environment: Environment) -> None:
    """Every bundled network."""
    prepare_tests(environment)
    environment.run("python", "-m", "pytest", "-m", "sweep")


PYTHON = (".", "grammar", "architectures", "backends")
JOBS = {"demo": demo, "test": test, "lint": lint, "sweep": sweep}

if __name__ == "__main__":
    sys.exit(main())
