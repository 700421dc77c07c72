"""The library's own file: what it is called, what SQLite keeps beside it, and how it is opened."""

from __future__ import annotations

import os
import urllib.parse
from pathlib import Path

FILE_NAME = "library.db"
# Of any file of SQLite's.
LOGS = ("-wal", "-shm")


def uri(path: Path, mode: str) -> str:
    # Percent-encoded bytes, since a folder's name need not be valid text.
    return f"file:{urllib.parse.quote(os.fsencode(path))}?mode={mode}"
