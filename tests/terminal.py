"""A terminal for programs that ask whether they have one."""

from __future__ import annotations

import pty

import pytest


def open_terminal() -> tuple[int, int]:
    """The two ends: the keyboard and screen, and what the program gets. Skips where the system has no terminals."""
    try:
        return pty.openpty()
    except OSError as error:
        pytest.skip(f"this system gives no terminals ({error})")
