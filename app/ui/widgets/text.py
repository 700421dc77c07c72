"""Names and paths as Qt may show them."""

from __future__ import annotations

from pathlib import Path


def printable(path: Path) -> str:
    """A path for the eye: bytes that are no text become question marks on a diamond."""
    return str(path).encode(errors="surrogateescape").decode(errors="replace")


def plain(text: str) -> str:
    """Text for a button or a menu, where a single "&" would underline a letter."""
    return text.replace("&", "&&")


def shortened(text: str, most: int) -> str:
    """With at most so many letters; the middle of a longer text is left out."""
    return text if len(text) <= most else f"{text[: (most - 1) // 2]}…{text[-(most // 2) :]}"
