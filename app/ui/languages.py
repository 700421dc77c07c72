"""The languages that the program speaks: those that have a catalogue."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from app import paths


def available() -> list[str]:
    """Their codes, such as "zh_CN"."""
    files = paths.resource("translations").glob("kinfolio_*.qm")
    return sorted(file.stem.removeprefix("kinfolio_") for file in files)


def name(code: str) -> str:
    """As who speaks it calls it."""
    # Of English Qt would say which one.
    return "English" if code == "en" else QLocale(code).nativeLanguageName()
