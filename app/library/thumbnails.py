"""Small pictures of photos and faces, in a second SQLite file that may be thrown away at any time.

Written by the library-writer only; read on any thread through that thread's own connection.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from app.library.backups import kind_of
from app.library.database import BUSY_TIMEOUT_S, Readers
from app.paths import sqlite_uri

log = logging.getLogger(__name__)

FILE_NAME = "thumbnails.db"
TABLES = ("photos", "faces")
FAILURES = (sqlite3.DatabaseError, OSError)


class Thumbnails:
    def __init__(self, folder: Path, *, writable: bool) -> None:
        self.writable = writable
        self._path = folder / FILE_NAME
        self._readers = Readers(self._path)
        self._writer: sqlite3.Connection | None = None
        if writable:
            try:
                self._writer = self._create()
            except FAILURES as error:
                self._begin_anew(error)

    def photo(self, number: int) -> bytes | None:
        return self._get("photos", number)

    def face(self, number: int) -> bytes | None:
        return self._get("faces", number)

    def put(
        self,
        photos: Mapping[int, bytes],
        faces: Mapping[int, bytes],
        removed_faces: Iterable[int] = (),
        removed_photos: Iterable[int] = (),
    ) -> None:
        """Keeps JPEG bytes by id. Library-writer only."""
        gone = {"faces": removed_faces, "photos": removed_photos}
        try:
            if self._writer is None:
                self._writer = self._create()
            with self._writer:
                self._writer.executemany("INSERT OR REPLACE INTO photos VALUES (?, ?)", photos.items())
                self._writer.executemany("INSERT OR REPLACE INTO faces VALUES (?, ?)", faces.items())
                for table, numbers in gone.items():
                    self._writer.executemany(f"DELETE FROM {table} WHERE id = ?", [(number,) for number in numbers])
        except FAILURES as error:
            self._begin_anew(error)

    def _begin_anew(self, error: Exception) -> None:
        """With an empty file, unless the disk is full; else without one, until there is something to keep again.

        No small picture is worth losing a photo that was read, and there is none that the photos do not hold.
        """
        log.error("The small pictures could not be kept; they are made again when they are looked at", exc_info=error)
        if kind_of(error) == sqlite3.SQLITE_FULL:
            return
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self._readers.forget()
        try:
            for suffix in ("", "-wal", "-shm"):
                self._path.with_name(FILE_NAME + suffix).unlink(missing_ok=True)
            self._writer = self._create()
        except FAILURES:
            log.exception("There is no file for small pictures")

    def close(self) -> None:
        self._readers.close()
        if self._writer is not None:
            self._writer.close()

    def _create(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            sqlite_uri(self._path, "rwc"), uri=True, timeout=BUSY_TIMEOUT_S, check_same_thread=False
        )
        try:
            self._path.chmod(0o600)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")
            for table in TABLES:
                connection.execute(f"CREATE TABLE IF NOT EXISTS {table} (id INTEGER PRIMARY KEY, jpeg BLOB NOT NULL)")
            connection.commit()
        except BaseException:
            connection.close()
            raise
        return connection

    def _get(self, table: str, number: int) -> bytes | None:
        try:
            row = self._readers.get().execute(f"SELECT jpeg FROM {table} WHERE id = ?", [number]).fetchone()
        except sqlite3.DatabaseError:
            # No small picture is worth an error: the caller makes it from the photo, or shows none.
            return None
        return row[0] if row else None
