"""The library's own file: what it is called, what SQLite keeps beside it, and who may read it."""

from __future__ import annotations

import contextlib
from pathlib import Path

FILE_NAME = "library.db"
# Of any file of SQLite's.
LOGS = ("-wal", "-shm")


def keep_to_owner(path: Path) -> None:
    """Takes the rights of all others from a file or folder, whatever the umask says.

    Not where its disk knows no rights, nor where it is somebody else's.
    """
    with contextlib.suppress(OSError):
        path.chmod(0o700 if path.is_dir() else 0o600)
