"""The log file: what the program did, for whoever has to find out why something went wrong."""

from __future__ import annotations

import logging
import logging.handlers
import os
import sqlite3
import sys
from pathlib import Path

from app.errors import AppError

# Two files of this size hold months of normal use.
LARGEST_FILE = 1_000_000
KEPT = 1


def start(folder: Path) -> Path:
    """Sends log records from level INFO to a file in `folder` that is replaced when it is full; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "kinfolio.log"
    # File names may hold bytes that are no text (surrogates); they must not stop the log.
    handler = logging.handlers.RotatingFileHandler(
        file, maxBytes=LARGEST_FILE, backupCount=KEPT, encoding="utf-8", errors="backslashreplace"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    # Those of Python, which would go to the terminal: watchdog warns where folders are moved.
    logging.captureWarnings(True)
    return file


def keep_native_messages(folder: Path) -> None:
    """What C++ libraries write past Python to file descriptor 2 goes to `native.log` from here on.

    TensorFlow and LiteRT greet everybody at their start and no setting stops them. `sys.stderr` stays where it was. If
    the file cannot be written, nothing changes.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = os.open(folder / "native.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    except OSError:
        return
    sys.stderr.flush()
    console = os.dup(2)
    sys.stderr = os.fdopen(console, "w", buffering=1, encoding=sys.stderr.encoding, errors="backslashreplace")
    os.dup2(target, 2)
    os.close(target)


class _Sentence(logging.Formatter):
    """What happened and why, without the lines of the program, but for a bug."""

    def format(self, record: logging.LogRecord) -> str:
        why = record.exc_info[1] if record.exc_info else None
        if record.levelno >= logging.ERROR and not isinstance(why, AppError | OSError | sqlite3.Error | None):
            return super().format(record)
        return record.getMessage() if why is None else f"{record.getMessage()} ({why})"


def say_plainly() -> None:
    """Warnings of a command, which has no log file, go to the terminal as sentences."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(_Sentence())


def stop() -> None:
    """Closes the file that `start` opened."""
    logging.captureWarnings(False)
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, logging.handlers.RotatingFileHandler):
            root.removeHandler(handler)
            handler.close()
