"""Watches photo folders: tells which of them changed once they are quiet, and which cannot be watched.

Only reads. Photos are judged by the scan that follows; here it is enough to know where to look. Of folders that are
links below a root only a scan learns what changed.
"""

from __future__ import annotations

import errno
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from app.paths import is_folder
from app.work.returned import drives_beside
from app.work.sidecars import names_somebody
from app.work.walk import is_met

log = logging.getLogger(__name__)

# A drive that does not answer keeps nobody from closing the program.
CLOSING_SECONDS = 2.0
# Who copies photos pauses between two of them; who goes on copying for long wants to see the first ones.
QUIET_SECONDS = 3.0
LONGEST_SECONDS = 60.0
# How often drives are looked for that were removed or came back.
SECONDS_BETWEEN_LOOKS = 10.0
# Of a burst the system may drop a part, and a scan of very many folders is as much work as one of all.
BURST_EVENTS = 2000
BURST_FOLDERS = 100
# Linux lends every user so many watches, one a folder. Half of them are left to other programs.
LIMIT_FILE = Path("/proc/sys/fs/inotify/max_user_watches")
OUR_SHARE = 0.5

# Reading is not among them: a scan must not wake itself.
EVENTS: list[type[FileSystemEvent]] = [
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]


@dataclass(slots=True)
class _Watched:
    """A root that is there: what folder it was (device and inode), and where it really lies, since the system follows
    no link; None for `place` where it cannot be watched."""

    identity: tuple[int, int]
    place: Path | None


@dataclass(slots=True)
class _Place:
    """A folder that is watched, for all roots that are this one, with so many folders in it."""

    watch: ObservedWatch
    folders: int


@dataclass(slots=True)
class _Changes:
    """What happened since the last word about it: where, how often, and when first and last."""

    folders: set[Path] = field(default_factory=set)
    events: int = 0
    first: float = 0.0
    last: float = 0.0

    def add(self, folders: Iterable[Path]) -> None:
        now = time.monotonic()
        if not self.folders:
            self.first = now
        self.folders.update(folders)
        self.events += 1
        self.last = now

    def due(self) -> float:
        """The moment from which on they are to be told."""
        return min(self.last + QUIET_SECONDS, self.first + LONGEST_SECONDS) if self.folders else float("inf")


class FolderWatch(FileSystemEventHandler):
    """Owns a thread that adds and drops watches, for there may be very many folders, and a drive may not answer.

    `changed` is told the folders to scan: they are there, or on a drive that came back under another path; `unwatched`
    the roots that cannot be watched, whenever these are others. Both are called on that thread. `names` is asked on any
    thread whether files beside photos are read for names.
    """

    def __init__(
        self,
        changed: Callable[[list[Path]], None],
        unwatched: Callable[[list[Path]], None],
        most_folders: int | None = None,
        *,
        names: Callable[[], bool] = lambda: True,
    ) -> None:
        self._changed, self._unwatched, self._names = changed, unwatched, names
        self._most = most_folders if most_folders is not None else _most_folders()
        self._woken = threading.Condition()
        self._closed = False
        self._wanted: tuple[Path, ...] = ()
        self._asked = self._answered = 0
        self._to_scan: set[Path] = set()
        self._away: set[Path] = set()
        # On drives beside it, the folders that a root which is away may have become.
        self._beside: dict[Path, list[Path]] = {}
        self._watched: dict[Path, _Watched] = {}
        self._places: dict[Path, _Place] = {}
        # The roots that each place is; replaced whole.
        self._roots: dict[Path, tuple[Path, ...]] = {}
        self._refused: list[Path] = []
        self._changes = _Changes()
        self._observer: BaseObserver | None = None
        self._thread = threading.Thread(target=self._run, name="kinfolio-watching", daemon=True)
        self._thread.start()

    def watch(self, roots: Sequence[Path], *, scan: bool = False) -> None:
        """Watches these photo folders and no others from here on. With `scan` all are told as changed, once watched."""
        with self._woken:
            self._wanted = tuple(roots)
            self._asked += 1
            if scan:
                self._to_scan.update(roots)
            self._woken.notify_all()

    def close(self) -> None:
        """Returns when all its threads have ended, or soon after where a drive does not answer one of them."""
        with self._woken:
            self._closed = True
            self._woken.notify_all()
        self._thread.join(CLOSING_SECONDS)

    def dispatch(self, event: FileSystemEvent) -> None:
        """On a thread of watchdog."""
        paths = [Path(os.fsdecode(path)) for path in (event.src_path, event.dest_path) if path]
        folders = [folder for path in paths for folder in self._concerned(path, event.is_directory)]
        if folders:
            with self._woken:
                self._changes.add(folders)
                self._woken.notify_all()

    # On its own thread

    def _run(self) -> None:
        try:
            while self._wait():
                self._look()
                self._tell()
        finally:
            if self._observer is not None:
                self._observer.stop()
                self._observer.join()

    def _wait(self) -> bool:
        """Until there is something to do; False at the end."""
        with self._woken:
            if self._asked == self._answered:
                due = self._changes.due() - time.monotonic()
                self._woken.wait(max(0.0, min(SECONDS_BETWEEN_LOOKS, due)))
            return not self._closed

    def _look(self) -> None:
        """Brings the watches in line with what is wanted and what is there."""
        with self._woken:
            wanted, self._answered = self._wanted, self._asked
            scan, self._to_scan = self._to_scan, set()
        for root in list(self._watched):
            if root not in wanted or _identity(root) != self._watched[root].identity:
                self._drop(root)
                self._away.add(root)
        self._away.intersection_update(wanted)
        for root in wanted:
            identity = None if root in self._watched else _identity(root)
            if identity is not None and not self._closed:
                self._watched[root] = self._add(root, identity)
                # What happened while the drive was elsewhere nobody told.
                if root in self._away:
                    self._away.discard(root)
                    scan.add(root)
            elif root not in self._watched:
                self._away.add(root)
        self._look_beside()
        here = [root for root in scan if root in self._watched]
        if here:
            with self._woken:
                self._changes.add(here)
                self._changes.first = float("-inf")
        refused = [root for root in wanted if root in self._watched and self._watched[root].place is None]
        if refused != self._refused:
            self._refused = refused
            self._unwatched(refused)

    def _look_beside(self) -> None:
        """Tells the roots that are away whenever a drive comes on which they may be: a scan finds that out."""
        beside = {root: drives_beside(root) for root in sorted(self._away)}
        came = [root for root, places in beside.items() if set(places) - set(self._beside.get(root, ()))]
        self._beside = beside
        if came:
            self._changed(came)

    def _tell(self) -> None:
        with self._woken:
            if time.monotonic() < self._changes.due():
                return
            changes, self._changes = self._changes, _Changes()
        roots = [root for root in self._watched if is_folder(root)]
        found = {folder for path in changes.folders if (folder := _still_there(path, roots)) is not None}
        if changes.events > BURST_EVENTS or len(found) > BURST_FOLDERS:
            found = {root for root in roots if any(folder.is_relative_to(root) for folder in found)}
        outer = sorted(folder for folder in found if not any(parent in found for parent in folder.parents))
        if outer:
            self._changed(outer)

    def _add(self, root: Path, identity: tuple[int, int]) -> _Watched:
        place = root.resolve()
        before = self._roots
        # Told from the first event on.
        self._roots = {**before, place: (*before.get(place, ()), root)}
        try:
            if place not in self._places:
                self._places[place] = self._begin(place)
            return _Watched(identity, place)
        except OSError as error:
            log.warning("A photo folder cannot be watched: %s", error.strerror)
        self._roots = before
        return _Watched(identity, None)

    def _begin(self, place: Path) -> _Place:
        """Raises OSError."""
        folders = 0 if self._most is None else self._count(place, self._most)
        if self._most is not None and sum(one.folders for one in self._places.values()) + folders > self._most:
            raise OSError(errno.ENOSPC, "it has more folders than may be watched")
        if self._observer is None:
            self._observer = Observer()
            self._observer.start()
        return _Place(self._observer.schedule(self, str(place), recursive=True, event_filter=EVENTS), folders)

    def _drop(self, root: Path) -> None:
        place = self._watched.pop(root).place
        if place is None:
            return
        roots = {**self._roots, place: tuple(other for other in self._roots[place] if other != root)}
        self._roots = {place: known for place, known in roots.items() if known}
        if place not in self._roots and self._observer is not None:
            self._observer.unschedule(self._places.pop(place).watch)

    def _count(self, root: Path, enough: int) -> int:
        """How many folders there are from `root` on, counted until they are more than `enough`."""
        count = 0
        for _ in os.walk(root):
            count += 1
            if count > enough or self._closed:
                break
        return count

    # On any thread

    def _concerned(self, path: Path, folder: bool) -> Iterator[Path]:
        """The folders, below roots as the user knows them, that a scan has to look at for what happened to `path`."""
        for place, roots in self._roots.items():
            if path != place and path.is_relative_to(place):
                inside = path.relative_to(place)
                if is_met(os.fsencode(inside), folder=folder) or (
                    not folder and _may_name(inside) and not self._closed and self._names()
                ):
                    yield from ((root / inside).parent for root in roots)


def _may_name(path: Path) -> bool:
    """Whether this file, by its path below a root, may say who is in photos that a scan meets."""
    beside = path.parent == Path() or is_met(os.fsencode(path.parent), folder=True)
    return beside and names_somebody(os.fsencode(path))


def _most_folders() -> int | None:
    """None where a system watches a folder with all below it at once."""
    try:
        return int(int(LIMIT_FILE.read_text()) * OUR_SHARE)
    except FileNotFoundError:
        return None


def _identity(root: Path) -> tuple[int, int] | None:
    """None where it is not there. An unmounted drive leaves another folder behind."""
    try:
        status = root.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _still_there(folder: Path, roots: Sequence[Path]) -> Path | None:
    """The folder, or the nearest one above it that is there, within a root."""
    root = next((root for root in roots if folder.is_relative_to(root)), None)
    if root is None:
        return None
    while folder != root and not is_folder(folder):
        folder = folder.parent
    return folder
