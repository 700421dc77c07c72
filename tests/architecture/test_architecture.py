"""The arrows between the packages, checked by import-linter and by running parts of the program without the others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"tensorflow", "keras", "faiss", "sklearn", "jax"}


def run_python(*arguments: str, blocked: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ, PYTHONPATH=str(Path(__file__).parent), BLOCKED_PACKAGES=" ".join(blocked))
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def run_tests_without(packages: tuple[str, ...], folders: tuple[str, ...], *options: str) -> None:
    """Runs whole folders of tests as they would run where these packages are not installed."""
    selection = [str(ROOT / "tests" / folder) for folder in folders]
    arguments = ("-m", "pytest", "-p", "blocked_packages", "-p", "no:cacheprovider", "-m", "not slow", *options)
    run = run_python(*arguments, *selection, blocked=packages)
    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]


def test_imports_follow_the_arrows_of_the_design() -> None:
    run = run_python("-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))")
    assert run.returncode == 0, run.stdout + run.stderr
    assert " 0 broken" in run.stdout


@pytest.mark.parametrize("module", ["app.main", "app.cli"])
def test_starting_imports_no_heavy_library(module: str) -> None:
    run = run_python("-c", f"import sys, {module}; print(*sys.modules)")
    assert run.returncode == 0, run.stderr
    assert not HEAVY & set(run.stdout.split())


def test_the_command_line_imports_no_qt() -> None:
    run = run_python("-c", "import blocked_packages, app.cli", blocked=("PySide6", "shiboken6"))
    assert run.returncode == 0, run.stderr


def test_a_blocked_package_cannot_be_imported() -> None:
    run = run_python("-c", "import blocked_packages, PySide6.QtCore", blocked=("PySide6",))
    assert "PySide6 is blocked" in run.stderr


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_library_the_jobs_and_the_command_line_work_without_qt() -> None:
    no_qt_plugin = ("-p", "no:pytest-qt", "-W", "ignore::pytest.PytestConfigWarning")
    run_tests_without(("PySide6", "shiboken6", "pytestqt"), ("library", "work", "cli"), *no_qt_plugin)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_library_the_jobs_and_the_window_work_without_tensorflow() -> None:
    run_tests_without(("tensorflow", "keras"), ("library", "work", "ui"))
