"""The library's SQLite file: one thread that writes, any thread that reads, and the lock that keeps writers single.

Only the writer thread ever changes the file. Each change runs in one transaction; a change a person asked for is
written with synchronous=FULL, because a name must survive a power cut.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

import filelock
import sqlite_utils

from app.errors import AppError, DamagedLibraryError, FullDiskError, LibraryError
from app.library import backups
from app.library.files import FILE_NAME
from app.library.migrations import CURRENT_VERSION, STEPS
from app.paths import IMMUTABLE, sqlite_state, sqlite_uri
from app.priority import Priority, lower_priority

log = logging.getLogger(__name__)

T = TypeVar("T")
Change = Callable[[sqlite_utils.Database], T]

BUSY_TIMEOUT_S = 10.0
# What SQLite says where the file, its log or their folder cannot be written, or not even read.
NO_RIGHT = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}


def schema_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


class Readers:
    """A read-only connection for each thread that asks; it closes when its thread ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._all: weakref.WeakSet[_Reader] = weakref.WeakSet()

    def get(self) -> sqlite_utils.Database:
        reader: _Reader | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = _Reader(self._path)
            self._all.add(reader)
        elif reader.is_outdated():
            reader.open()
        return reader.database

    def misled(self) -> bool:
        """Whether somebody wrote to the file while it was read as one that nobody writes to.

        SQLite takes what it read then for damage, or for nothing special.
        """
        return any(reader.superseded or reader.is_outdated() for reader in list(self._all))

    def forget(self) -> None:
        """Every thread opens the file anew when it reads next."""
        self._local = threading.local()

    def close(self) -> None:
        for reader in list(self._all):
            reader.close()


class _Reader:
    database: sqlite_utils.Database

    def __init__(self, path: Path) -> None:
        self._path = path
        # They stay open: their thread may be in the middle of reading from one.
        self.superseded: list[sqlite_utils.Database] = []
        self.open()

    def open(self) -> None:
        """Also once more, where somebody wrote to the file."""
        state, address = sqlite_state(self._path), sqlite_uri(self._path, "ro")
        # Another thread may close it: the one that closes the library, or the collector after its own thread ended.
        connection = sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT_S, check_same_thread=False)
        connection.execute("PRAGMA query_only = ON")
        if hasattr(self, "database"):
            self.superseded.append(self.database)
        self._opened = state if address.endswith(IMMUTABLE) else None
        self.database = sqlite_utils.Database(connection, execute_plugins=False)

    def is_outdated(self) -> bool:
        return self._opened is not None and self._opened != sqlite_state(self._path)

    def close(self) -> None:
        for database in (*self.superseded, self.database):
            database.conn.close()

    def __del__(self) -> None:
        if hasattr(self, "database"):
            self.close()


class Database:
    """Opens or creates `folder/library.db`. Raises LibraryError when it cannot be used.

    `restored` tells of the backup that had to take the place of a damaged file.
    """

    def __init__(self, folder: Path, *, writable: bool) -> None:
        self._path = folder / FILE_NAME
        self._readers = Readers(self._path)
        self._submitting = threading.Lock()
        self._queue: queue.SimpleQueue[Callable[[sqlite_utils.Database], None] | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None
        self._connection: sqlite3.Connection | None = None
        self._lock = filelock.FileLock(folder / "library.lock", mode=0o600)
        self._closed = False
        self.restored: backups.Restored | None = None
        if writable:
            self._take_lock(folder)
        try:
            with self._sound():
                if writable:
                    self._prepare_or_restore(folder)
                elif not self._path.is_file():
                    raise LibraryError(
                        f"There is no library in {folder}. Make one with `kinfolio scan FOLDER`, "
                        "or name another folder with --library."
                    )
                self._check_version(self.reader().conn)
        except BaseException:
            self._lock.release()
            raise
        if writable:
            ready: Future[None] = Future()
            # A daemon, so that a program that failed to close its library ends and lets go of the lock all the same.
            self._writer = threading.Thread(
                target=self._write_forever, args=(ready,), name="library-writer", daemon=True
            )
            self._writer.start()
            ready.result()

    def reader(self) -> sqlite_utils.Database:
        """This thread's read-only connection; it sees what was committed when each statement starts."""
        return self._readers.get()

    @property
    def writable(self) -> bool:
        return self._writer is not None

    def submit(self, change: Change[T], *, durable: bool, then: Callable[[T], None] | None = None) -> Future[T]:
        """Queues `change` for the writer thread; it runs in one transaction.

        `durable` makes it survive a power cut at the cost of waiting for the disk. `then` runs on the writer thread
        after the commit and before the future ends, and must not write.
        """
        if self._writer is None:
            raise LibraryError("This library was opened for reading only. Nothing was changed.")
        future: Future[T] = Future()

        def run(database: sqlite_utils.Database) -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                database.conn.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
                with database.atomic():
                    result = change(database)
            except BaseException as error:
                explained = None
                try:
                    explained = self.explain(error)
                except Exception:
                    # Whoever waits must be told all the same, and so must those behind them.
                    log.exception("An error could not be explained")
                future.set_exception(explained or error)
                return
            if then is not None:
                try:
                    then(result)
                except Exception:
                    # The change is in the file; whoever failed to hear of it must not make it look undone.
                    log.exception("A change was made, but what follows it failed")
            future.set_result(result)

        with self._submitting:
            if self._closed:
                raise LibraryError("The library is closed. Nothing was changed.")
            self._queue.put(run)
        return future

    def close(self) -> None:
        """Writes what was submitted, then lets go of the file. Other threads must have stopped reading."""
        with self._submitting:
            if self._closed:
                return
            self._closed = True
        if self._writer is not None:
            self._queue.put(None)
            self._writer.join()
        self._readers.close()
        if self._connection is not None:
            try:
                # Only now, with no reader of ours left: library.db alone is then the whole library, ready to be copied.
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.OperationalError:
                # On a full disk, for one. Nothing is lost: the next start reads the log beside the file as well.
                log.warning("Not everything was moved into the library file; the next start does that", exc_info=True)
            self._connection.close()
        self._lock.release()

    def damage(self) -> DamagedLibraryError:
        """What is to be done where the file is damaged."""
        return DamagedLibraryError(
            f"The library file {self._path} is damaged. Close Kinfolio and open it again: it puts the newest backup "
            "in its place, without what is done from here on."
            if self.writable
            else f"The library file {self._path} is damaged. Open it with the window or with `kinfolio scan`: that "
            "puts the newest backup in its place."
        )

    def explain(self, error: BaseException) -> AppError | None:
        """What is wrong with the file, its disk or the rights to it, for the user; None for all else.

        Damage is mended at the next opening.
        """
        if backups.is_damage(error):
            if self._readers.misled():
                return LibraryError(
                    f"Another program changed the library in {self._path.parent} while it was read. Try again."
                )
            backups.mark_damaged(self._path.parent)
            return self.damage()
        kind = backups.kind_of(error)
        if kind == sqlite3.SQLITE_FULL:
            return FullDiskError(
                f"The disk that holds the library in {self._path.parent} is full. Nothing was changed. "
                "Make room on it, then go on."
            )
        if kind == sqlite3.SQLITE_IOERR:
            return LibraryError(
                f"The disk that holds the library in {self._path.parent} cannot be read or written ({error}). "
                "Nothing was changed. Connect it, or make room on it, then open Kinfolio again."
            )
        if kind in NO_RIGHT:
            return LibraryError(
                f"The library file {self._path} cannot be opened ({error}). Give yourself the right to write in its "
                "folder, or copy that to where you have it; nothing was changed."
            )
        return None

    def _take_lock(self, folder: Path) -> None:
        try:
            if not folder.exists():
                folder.mkdir(mode=0o700, parents=True)
                # Whatever the umask says. A folder that was there before keeps the rights its owner gave it.
                folder.chmod(0o700)
            self._lock.acquire(timeout=0)
        except filelock.Timeout:
            raise LibraryError(
                f"Another Kinfolio is using the library in {folder}. "
                "Close it, or wait until its work ends, and try again."
            ) from None
        except OSError as error:
            raise LibraryError(
                f"The library folder {folder} cannot be written ({error.strerror}). "
                "Choose another with --library, or give yourself the right to write there."
            ) from error

    @contextlib.contextmanager
    def _sound(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if not backups.is_damage(error) and (explained := self.explain(error)) is not None:
                raise explained from error
            raise LibraryError(
                f"The library file {self._path} cannot be used ({error}). "
                "If it is damaged, put a backup of it in its place; nothing was changed."
            ) from error

    def _check_version(self, connection: sqlite3.Connection) -> None:
        version = schema_version(connection)
        if version > CURRENT_VERSION:
            raise LibraryError(
                f"The library in {self._path.parent} was made by a newer Kinfolio (format {version}; this program "
                f"knows {CURRENT_VERSION}). Install the newest Kinfolio and open it again; nothing was changed."
            )
        if version == 0:
            raise LibraryError(
                f"The library file {self._path} is empty or not of Kinfolio. Put a backup of it in its place."
            )
        if version < CURRENT_VERSION:
            raise LibraryError(
                f"The library in {self._path.parent} is from an older Kinfolio. "
                "Open it once with the window or with `kinfolio scan`, and it is brought up to date."
            )

    def _prepare_or_restore(self, folder: Path) -> None:
        self.restored = backups.restore_if_needed(folder)
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            if not backups.is_damage(error) or (restored := backups.restore(folder)) is None:
                raise
            self.restored = restored
            self._prepare()

    def _prepare(self) -> None:
        connection = sqlite3.connect(
            sqlite_uri(self._path, "rwc"), uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None
        )
        try:
            self._path.chmod(0o600)
            version = schema_version(connection)
            if version > CURRENT_VERSION:
                self._check_version(connection)
            if version == 0:
                self._check_empty(connection)
            connection.execute("PRAGMA journal_mode = WAL")
            if 0 < version < CURRENT_VERSION:
                self._back_up(connection, version)
            for number in range(version, CURRENT_VERSION):
                connection.execute("BEGIN IMMEDIATE")
                try:
                    STEPS[number](connection)
                    connection.execute(f"PRAGMA user_version = {number + 1}")
                    connection.execute("COMMIT")
                except BaseException:
                    # A full disk has ended it already.
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
        finally:
            connection.close()

    def _check_empty(self, connection: sqlite3.Connection) -> None:
        """A file without a version may only be filled if nothing says that it was a library, or somebody else's."""
        foreign = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if foreign or self._path.with_name("thumbnails.db").exists():
            raise LibraryError(
                f"The library file {self._path} {'is not of Kinfolio' if foreign else 'is empty, but was not always'}. "
                "Put a backup of it in its place, or name another folder with --library; nothing was changed."
            )

    def _back_up(self, connection: sqlite3.Connection, version: int) -> None:
        file = self._path.with_name(f"{FILE_NAME}.format-{version}.backup")
        file.touch(mode=0o600)
        file.chmod(0o600)
        copy = sqlite3.connect(file)
        try:
            connection.backup(copy)
        finally:
            copy.close()

    def _write_forever(self, ready: Future[None]) -> None:
        lower_priority(Priority.SOON)
        try:
            # `close` uses it once more after this thread has ended.
            self._connection = sqlite3.connect(
                sqlite_uri(self._path, "rw"), uri=True, timeout=BUSY_TIMEOUT_S, check_same_thread=False
            )
            self._connection.execute("PRAGMA foreign_keys = ON")
            database = sqlite_utils.Database(self._connection, execute_plugins=False)
        except BaseException as error:
            ready.set_exception(error)
            return
        ready.set_result(None)
        while (run := self._queue.get()) is not None:
            run(database)
