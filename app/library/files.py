"""The library's own file: what it is called, and what SQLite keeps beside it."""

from __future__ import annotations

FILE_NAME = "library.db"
# Of any file of SQLite's.
LOGS = ("-wal", "-shm")
