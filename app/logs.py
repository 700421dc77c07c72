"""The log file: what the program did, for whoever has to find out why something went wrong."""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path

# Two files of this size hold months of normal use.
LARGEST_FILE = 1_000_000
KEPT = 1


def start(folder: Path) -> Path:
    """Sends log records from level INFO to a file in `folder` that is replaced when it is full; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "kinfolio.log"
    handler = logging.handlers.RotatingFileHandler(file, maxBytes=LARGEST_FILE, backupCount=KEPT, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    # File names may hold bytes that are no text (surrogates); they must not stop the log.
    handler.errors = "backslashreplace"
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    return file


def stop() -> None:
    """Closes the file that `start` opened."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, logging.handlers.RotatingFileHandler):
            root.removeHandler(handler)
            handler.close()
