"""Runs Python in a process of its own: what is imported, and which Keras backend is used, is fixed per process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run_python(*arguments: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = dict(os.environ, PYTHONPATH=str(ROOT), **environment)
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )


def output_of(code: str, **environment: str) -> str:
    """What `code` prints; fails with its traceback."""
    run = run_python("-c", code, **environment)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()
