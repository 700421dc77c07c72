"""Copies of library.db in `backups/`, made once a day of use; the newest takes its place where that is damaged.

SQLite makes them while the library is in use. A copy that is not sound is not kept and tells that the library is
damaged, so that no damage drives a sound copy away. They are counted, for clocks are set wrong.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.errors import LibraryError
from app.library.files import FILE_NAME, LOGS, uri
from app.priority import Priority, lower_priority

log = logging.getLogger(__name__)

FOLDER = "backups"
KEPT = 3
EVERY_S = 24 * 3600
# A library whose first folder was added more recently has little to lose.
FIRST_AFTER_S = 3600
# How long after its opening a library is looked at first, and then again and again.
LOOKS_AFTER_S, LOOKS_EVERY_S = 60.0, 1800.0
# A copy leaves at least as much room as it takes.
ROOM_TIMES = 2
# What is larger than this nobody waits for when the program ends.
QUICKLY_COPIED = 100_000_000
# Between two looks at whether the library is being closed: pages copied, instructions of SQLite's machine.
PAGES_AT_ONCE, INSTRUCTIONS_AT_ONCE = 4096, 1_000_000
# Beside library.db: what reads it has found it damaged.
MARKER = "library.damaged"
# Made again from the photos; ids that they hold would mean others after an older library has come back.
CACHES = ("index.faiss", "thumbnails.db")
DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class Closing(Exception):
    """The copy was given up, for the library is being closed."""


@dataclass(frozen=True, slots=True)
class Restored:
    """From when the copy is that took the place of a library; whether there was a damaged one."""

    made: datetime
    was_damaged: bool


def is_damage(error: BaseException) -> bool:
    # The lowest byte is the kind of error.
    return isinstance(error, sqlite3.DatabaseError) and getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGE


def mark_damaged(folder: Path) -> None:
    """Has the library looked at, and a backup put in its place, when it is opened next."""
    with contextlib.suppress(OSError):
        (folder / MARKER).touch(mode=0o600)


def copies(folder: Path) -> list[Path]:
    """The newest first."""
    files = [path for path in (folder / FOLDER).glob("library-*.db") if re.fullmatch(r"library-\d+", path.stem)]
    return sorted(files, key=_number, reverse=True)


def restore_if_needed(folder: Path) -> Restored | None:
    """Puts the newest sound copy in the place of a library that is damaged or not there; from when that copy is.

    Only looks closely where there is reason to: the last program that had the library open did not close it, or has
    found it damaged. None where all is well, or where a library that is not there has no copy. Raises LibraryError for
    damage without a sound copy.
    """
    path, marker, wal = folder / FILE_NAME, folder / MARKER, folder / f"{FILE_NAME}-wal"
    if not path.exists() or path.stat().st_size == 0:
        return restore(folder)
    if not marker.exists() and not (wal.exists() and wal.stat().st_size):
        return None
    if is_sound(path):
        marker.unlink(missing_ok=True)
        return None
    restored = restore(folder)
    if restored is None:
        raise LibraryError(
            f"The library file {path} is damaged, and Kinfolio has no sound backup of it. "
            "If you have one, put it in its place; nothing was changed."
        )
    return restored


def restore(folder: Path) -> Restored | None:
    """Puts the newest sound copy in the place of library.db, which is kept under another name."""
    path, part = folder / FILE_NAME, folder / f"{FILE_NAME}.part"
    was_damaged = path.exists()
    for copy in copies(folder):
        if not is_sound(copy):
            continue
        try:
            shutil.copyfile(copy, part)
            part.chmod(0o600)
            _to_disk(part)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise LibraryError(
                f"The library in {folder} is damaged or gone, and its backup cannot be put in its place "
                f"({error.strerror}). Make room on the disk, then open Kinfolio again; nothing was changed."
            ) from error
        aside = _free_name(folder)
        for suffix in ("", *LOGS):
            with contextlib.suppress(FileNotFoundError):
                (folder / f"{FILE_NAME}{suffix}").rename(folder / f"{aside}{suffix}")
        for cache in CACHES:
            for suffix in ("", *LOGS):
                (folder / f"{cache}{suffix}").unlink(missing_ok=True)
        part.replace(path)
        log.warning("%s takes the place of the library file, which was %s", copy, "damaged" if was_damaged else "gone")
        (folder / MARKER).unlink(missing_ok=True)
        return Restored(datetime.fromtimestamp(copy.stat().st_mtime), was_damaged)
    return None


def is_sound(path: Path, closing: threading.Event | None = None) -> bool:
    """Whether SQLite finds nothing wrong with the file and what its log adds. Raises Closing when that is set."""
    try:
        # Writable, for only so is a log read that another program has left.
        with contextlib.closing(sqlite3.connect(uri(path, "rw"), uri=True)) as connection:
            if closing is not None:
                connection.set_progress_handler(closing.is_set, INSTRUCTIONS_AT_ONCE)
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.DatabaseError as error:
        if closing is not None and closing.is_set():
            raise Closing from error
        if not is_damage(error):
            raise
        return False


def make(folder: Path, closing: threading.Event | None = None) -> Path | None:
    """A copy of the library as it is at this moment; the oldest one goes. None where it turned out to be damaged.

    Raises Closing soon after that is set.
    """
    there = folder / FOLDER
    there.mkdir(mode=0o700, exist_ok=True)
    newest = copies(folder)
    number = 1 + (_number(newest[0]) if newest else 0)
    part = there / "library.part"
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    try:
        if not _copied(folder / FILE_NAME, part, closing):
            mark_damaged(folder)
            log.error("The library file is damaged; no backup was made of it")
            return None
        _to_disk(part)
        made = part.replace(there / f"library-{number:06}.db")
    finally:
        part.unlink(missing_ok=True)
    for old in newest[KEPT - 1 :]:
        old.unlink(missing_ok=True)
    return made


def _copied(source: Path, target: Path, closing: threading.Event | None) -> bool:
    """Whether the copy is sound."""

    def look(*_: object) -> None:
        if closing is not None and closing.is_set():
            raise Closing

    try:
        with (
            contextlib.closing(sqlite3.connect(uri(source, "ro"), uri=True)) as read,
            contextlib.closing(sqlite3.connect(uri(target, "rw"), uri=True)) as written,
        ):
            # What is written meanwhile would make it begin anew but for this.
            read.execute("BEGIN")
            read.execute("SELECT count(*) FROM sqlite_master").fetchone()
            read.backup(written, pages=PAGES_AT_ONCE, progress=look)
            # One file is all there is to a copy.
            written.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return False
    return is_sound(target, closing)


def is_due(folder: Path) -> bool:
    """Whether the newest copy is a day old and the library, as far as anybody knows sound, has changed since."""
    newest = copies(folder)
    if (folder / MARKER).exists():
        return False
    if not newest:
        with contextlib.closing(sqlite3.connect(uri(folder / FILE_NAME, "ro"), uri=True)) as connection:
            (first,) = connection.execute("SELECT min(added_at) FROM roots").fetchone()
        return first is not None and abs(time.time() - datetime.fromisoformat(first).timestamp()) > FIRST_AFTER_S
    made = newest[0].stat().st_mtime
    files = [folder / f"{FILE_NAME}{suffix}" for suffix in ("", "-wal")]
    changed = max(path.stat().st_mtime for path in files if path.exists())
    return abs(time.time() - made) > EVERY_S and changed > made


class Backups:
    """Makes copies from time to time, on a thread of its own, until `close`."""

    def __init__(self, folder: Path, damaged: Callable[[], None]) -> None:
        """`damaged` is called on that thread when a copy shows that the library is."""
        self._folder, self._damaged = folder, damaged
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="library-backups", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """A copy that is due is made still, where that takes no time; one of a large library is given up."""
        self._closing.set()
        self._thread.join()

    def _work(self) -> None:
        lower_priority(Priority.LATER)
        wait = LOOKS_AFTER_S
        while not self._closing.wait(wait):
            self._make_if_due()
            wait = LOOKS_EVERY_S
        self._make_if_due()

    def _make_if_due(self) -> None:
        try:
            size = (self._folder / FILE_NAME).stat().st_size
            closing = None if size < QUICKLY_COPIED else self._closing
            if (closing is not None and closing.is_set()) or not is_due(self._folder):
                return
            if shutil.disk_usage(self._folder).free < ROOM_TIMES * size:
                log.warning("No backup of the library was made: there is little room on its disk")
            elif make(self._folder, closing) is None:
                self._damaged()
        except Closing:
            log.info("A backup was given up, for the library is being closed")
        except (sqlite3.DatabaseError, OSError):
            # A full disk, for one; the copies that are there stay.
            log.warning("No backup of the library was made", exc_info=True)


def _number(copy: Path) -> int:
    return int(copy.stem.partition("-")[2])


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _free_name(folder: Path) -> str:
    number = 1
    while (folder / f"{FILE_NAME}.damaged-{number}").exists():
        number += 1
    return f"{FILE_NAME}.damaged-{number}"
