"""The languages that the program speaks: those that have a catalogue."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtGui import QFontDatabase

from app import paths

translate = QCoreApplication.translate


def available() -> list[str]:
    """Their codes, such as "zh_CN"."""
    files = paths.resource("translations").glob("kinfolio_*.qm")
    return sorted(file.stem.removeprefix("kinfolio_") for file in files)


def name(code: str) -> str:
    """As who speaks it calls it."""
    # Of English Qt would say which one.
    return "English" if code == "en" else QLocale(code).nativeLanguageName()


def without_letters(code: str) -> str:
    """Where no font here has the letters of a language, "" for the system's, a sentence about that.

    In English too, whatever the window speaks: that can be read where the other is nothing but boxes.
    """
    chinese = QFontDatabase.WritingSystem.SimplifiedChinese
    locale = QLocale(code) if code else QLocale.system()
    if locale.language() != QLocale.Language.Chinese or QFontDatabase.families(chinese):
        return ""
    english = "No font on this computer has Chinese letters: boxes stand for them. Install one, such as Noto Sans CJK."
    said = translate(
        "Languages",
        "No font on this computer has Chinese letters: boxes stand for them. Install one, such as Noto Sans CJK.",
    )
    return english if said == english else f"{english}\n{said}"
