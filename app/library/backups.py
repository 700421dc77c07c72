"""Copies of library.db in `backups/`; the newest takes its place where that is damaged.

One is made for each hour of use in which a person decided something (of a small library more often, the first at once),
and for each day in which a scan wrote something. SQLite makes them while the library is in use. A copy that is
not sound is not kept and tells that the library is damaged, so that no damage drives a sound copy away. They are
counted, for clocks are set wrong.
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
from datetime import date, datetime
from pathlib import Path

from app.errors import LibraryError
from app.library.files import FILE_NAME, LOGS
from app.paths import sqlite_uri
from app.priority import Priority, lower_priority

log = logging.getLogger(__name__)

FOLDER = "backups"
# The newest are kept, and of those before them the last one of each of so many days.
NEWEST_KEPT, DAYS_KEPT = 3, 7
# All copies together take no more than this part of the room on the disk, but for the newest.
PART_OF_ROOM = 1 / 10
# A small library is copied more often than each hour: as often as such a rate of writing allows, but not each moment.
BYTES_A_SECOND, OFTEN_S, HOUR_S, DAY_S = 100_000, 60, 3600, 24 * 3600
# Where nothing was decided, a library whose first folder was added more recently has little to lose.
FIRST_AFTER_S = 3600
# How long a library is open before it is looked at, and looked at again.
LOOKS_EVERY_S = 60.0
# How long after its opening one is looked at closely where there is reason to: the window reads much at first.
CHECKED_AFTER_S = 5.0
# A copy leaves at least as much room as it takes.
ROOM_TIMES = 2
# What is larger than this nobody waits for when the program ends.
QUICKLY_COPIED = 100_000_000
# Between two looks at whether the library is being closed: pages copied, instructions of SQLite's machine.
PAGES_AT_ONCE, INSTRUCTIONS_AT_ONCE = 4096, 1_000_000
# Beside library.db: what reads it has found it damaged.
MARKER = "library.damaged"
# Beside it as well: the program that had it open did not close it, and nobody has looked at all of it since.
UNCHECKED = "library.unchecked"
# So many damaged files are kept for whoever may read more of them.
DAMAGED_KEPT = 3
# Made again from the photos; ids that they hold would mean others after an older library has come back.
CACHES = ("index.faiss", "thumbnails.db")
# As `_state` tells of a library: no step, and none that was undone.
NOTHING_DECIDED = (None, 0)
DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class Closing(Exception):
    """The copy was given up, for the library is being closed."""


@dataclass(frozen=True, slots=True)
class Restored:
    """From when the copy is that took the place of a library; whether there was a damaged one."""

    made: datetime
    was_damaged: bool


def kind_of(error: BaseException) -> int:
    """Which kind of error SQLite tells of, as in sqlite3.SQLITE_FULL; 0 for errors that are not SQLite's own."""
    # What Python's module complains of has no code. The lowest byte of a code is the kind of error.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def is_damage(error: BaseException) -> bool:
    return kind_of(error) in DAMAGE


def mark_damaged(folder: Path) -> None:
    """Has the library looked at, and a backup put in its place, when it is opened next."""
    _mark(folder, MARKER)


def copies(folder: Path) -> list[Path]:
    """The newest first."""
    files = [path for path in (folder / FOLDER).glob("library-*.db") if re.fullmatch(r"library-\d+", path.stem)]
    return sorted(files, key=_number, reverse=True)


def restore_if_needed(folder: Path) -> Restored | None:
    """Puts the newest sound copy in the place of a library that is damaged or not there; from when that copy is.

    Looks closely where a program has found it damaged; where one did not close it, that is for `Backups` to do, since
    it takes seconds and is rarely anything. None where all is well, or where a library that is not there has no copy.
    Raises LibraryError for damage without a sound copy.
    """
    path, wal = folder / FILE_NAME, folder / f"{FILE_NAME}-wal"
    if not path.exists() or path.stat().st_size == 0:
        return restore(folder)
    if wal.exists() and wal.stat().st_size:
        _mark(folder, UNCHECKED)
    if not (folder / MARKER).exists():
        return None
    if is_sound(path):
        _forget_marks(folder)
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
        aside = _name_aside(folder)
        for suffix in ("", *LOGS):
            with contextlib.suppress(FileNotFoundError):
                (folder / f"{FILE_NAME}{suffix}").rename(folder / f"{aside}{suffix}")
        for cache in CACHES:
            for suffix in ("", *LOGS):
                (folder / f"{cache}{suffix}").unlink(missing_ok=True)
        part.replace(path)
        log.warning("%s takes the place of the library file, which was %s", copy, "damaged" if was_damaged else "gone")
        _forget_marks(folder)
        return Restored(datetime.fromtimestamp(copy.stat().st_mtime), was_damaged)
    return None


def _mark(folder: Path, mark: str) -> None:
    # Where the folder may not be written, the opening goes on, and says so.
    with contextlib.suppress(OSError):
        (folder / mark).touch(mode=0o600)


def _forget_marks(folder: Path) -> None:
    for mark in (MARKER, UNCHECKED):
        with contextlib.suppress(OSError):
            (folder / mark).unlink(missing_ok=True)


def is_sound(path: Path, closing: threading.Event | None = None) -> bool:
    """Whether SQLite finds nothing wrong with the file and what its log adds. Raises Closing when that is set."""
    try:
        # Writable, for only so is a log read that another program has left.
        with contextlib.closing(sqlite3.connect(sqlite_uri(path, "rw"), uri=True)) as connection:
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
    """A copy of the library as it is at this moment; older ones go. None where it turned out to be damaged.

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
    drop_superseded(folder)
    return made


def drop_superseded(folder: Path) -> None:
    """Removes copies that others stand for, or that take too much of the disk."""
    found = [(copy, copy.stat()) for copy in copies(folder)]
    free = shutil.disk_usage(folder).free
    room = (free + sum(status.st_size for _, status in found)) * PART_OF_ROOM
    taken = sum(status.st_size for _, status in found[:NEWEST_KEPT])
    days: set[date] = set()
    for copy, status in found[NEWEST_KEPT:]:
        day = date.fromtimestamp(status.st_mtime)
        if day in days or len(days) == DAYS_KEPT or taken + status.st_size > room:
            copy.unlink(missing_ok=True)
        else:
            days.add(day)
            taken += status.st_size


def _copied(source: Path, target: Path, closing: threading.Event | None) -> bool:
    """Whether the copy is sound."""

    def look(*_: object) -> None:
        if closing is not None and closing.is_set():
            raise Closing

    try:
        with (
            contextlib.closing(sqlite3.connect(sqlite_uri(source, "ro"), uri=True)) as read,
            contextlib.closing(sqlite3.connect(sqlite_uri(target, "rw"), uri=True)) as written,
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
    """Whether the newest copy of a library that is sound, as far as anybody knows, is an hour old, or less where it is
    small (100 s for 10 MB), and a person has decided something since; or a day old and anything else was written.

    What was written is not asked by time: a clock that was set wrong would hide it.
    """
    if (folder / MARKER).exists():
        return False
    file, newest = folder / FILE_NAME, copies(folder)
    if not newest:
        return _state(file)[0] != NOTHING_DECIDED or _is_settled(file)
    age = abs(time.time() - newest[0].stat().st_mtime)
    if age <= min(max(OFTEN_S, file.stat().st_size / BYTES_A_SECOND), HOUR_S):
        return False
    decided, noted = _state(file)
    try:
        decided_before, noted_before = _state(newest[0])
    except sqlite3.DatabaseError:
        # It takes the place of nothing.
        return True
    return decided != decided_before or (age > DAY_S and noted != noted_before)


def _is_settled(file: Path) -> bool:
    with contextlib.closing(sqlite3.connect(sqlite_uri(file, "ro"), uri=True)) as connection:
        (first,) = connection.execute("SELECT min(added_at) FROM roots").fetchone()
    return first is not None and abs(time.time() - datetime.fromisoformat(first).timestamp()) > FIRST_AFTER_S


def _state(file: Path) -> tuple[object, object]:
    """What is another where a person has decided something, and what is another where a scan has written something."""
    with contextlib.closing(sqlite3.connect(sqlite_uri(file, "ro"), uri=True)) as connection:
        # Each step has a number of its own, and to undo one leaves it there.
        decided = connection.execute("SELECT (SELECT max(id) FROM history), count(*) FROM history WHERE undone = 1")
        noted = connection.execute("SELECT key, value FROM state ORDER BY key")
        return decided.fetchone(), noted.fetchall()


class Backups:
    """Makes copies from time to time, on a thread of its own, until `close`; first looks at what was not closed."""

    def __init__(self, folder: Path, damaged: Callable[[], None]) -> None:
        """`damaged` is called on that thread when it turns out that the library is."""
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
        if (self._folder / UNCHECKED).exists() and not self._closing.wait(CHECKED_AFTER_S):
            self._guarded(self._check)
        while not self._closing.wait(LOOKS_EVERY_S):
            self._guarded(self._make_if_due)
        self._guarded(self._make_if_due)

    def _check(self) -> None:
        if is_sound(self._folder / FILE_NAME, self._closing):
            (self._folder / UNCHECKED).unlink()
        else:
            self._tell_damage()

    def _make_if_due(self) -> None:
        size = (self._folder / FILE_NAME).stat().st_size
        closing = None if size < QUICKLY_COPIED else self._closing
        if (closing is not None and closing.is_set()) or not is_due(self._folder):
            return
        drop_superseded(self._folder)
        if shutil.disk_usage(self._folder).free < ROOM_TIMES * size:
            log.warning("No backup of the library was made: there is little room on its disk")
        elif make(self._folder, closing) is None:
            self._damaged()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Closing:
            log.info("Looking at the library, or copying it, was given up, for it is being closed")
        except (sqlite3.DatabaseError, OSError) as error:
            if is_damage(error):
                self._tell_damage()
            else:
                # A full disk, for one; the copies that are there stay.
                log.warning("The library was not looked at, or no backup of it was made", exc_info=True)

    def _tell_damage(self) -> None:
        mark_damaged(self._folder)
        self._damaged()


def _number(copy: Path) -> int:
    return int(copy.stem.partition("-")[2])


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _name_aside(folder: Path) -> str:
    """A name for one more damaged file; the oldest of them goes, with its log."""
    beginning = f"{FILE_NAME}.damaged-"
    numbers = sorted(
        int(path.name.removeprefix(beginning))
        for path in folder.glob(f"{beginning}*")
        if path.name.removeprefix(beginning).isdecimal()
    )
    for number in numbers[: 1 - DAMAGED_KEPT]:
        for suffix in ("", *LOGS):
            (folder / f"{beginning}{number}{suffix}").unlink(missing_ok=True)
    return f"{beginning}{numbers[-1] + 1 if numbers else 1}"
