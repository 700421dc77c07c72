"""A library folder: opened, closed, scanned and grouped. What people say of it is in `app.library.editor`, what can be
asked of it in `app.library.reader`.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import sqlite_utils

from app.errors import AppError
from app.events import LibraryChanged, LibraryDamaged, Publish
from app.library import copies, drawing, engines, gone, history, meanwhile, photos, regions, regrouping, roots
from app.library.backups import Backups
from app.library.database import Database
from app.library.editor import Editor, mapped
from app.library.edits import Edit
from app.library.index import forget_unfinished
from app.library.nearest import FILE_NAME, Lesson, NearestFaces
from app.library.reader import EXCLUDED
from app.library.records import (
    Box,
    Done,
    FaceId,
    KnownFile,
    KnownPhoto,
    NamedRegion,
    PhotoId,
    Root,
    RootId,
    ScannedPhoto,
    Strictness,
    WrittenFile,
)
from app.library.regrouping import Move, Regrouping
from app.library.thumbnails import Thumbnails
from app.paths import network_share

log = logging.getLogger(__name__)

UNFINISHED = "unfinished scan"


class Library(Editor):
    """One library folder. Open it with `Library.open`; close it when done. Safe to use from any thread."""

    def __init__(self, folder: Path, database: Database, thumbnails: Thumbnails, publish: Publish | None, origin: str):
        self.folder = folder
        super().__init__(database, thumbnails, NearestFaces(folder, database.reader), publish, origin)
        # One grouping at a time: two would make the same groups twice.
        self._grouping = threading.Lock()
        self._backups = Backups(folder, self._tell_damage) if database.writable else None
        self._closed = False

    @classmethod
    def open(
        cls, folder: Path, *, writable: bool = True, publish: Publish | None = None, origin: str = "user"
    ) -> Library:
        """Opens the library in `folder`; a writable one is made where there is none.

        `origin` is noted with every decision: "user" or "command line". Raises LibraryError.
        """
        database = Database(folder, writable=writable)
        try:
            if writable:
                database.submit(meanwhile.watch, durable=False).result()
                forget_unfinished(folder / FILE_NAME)
            thumbnails = Thumbnails(folder, writable=writable)
        except BaseException as error:
            database.close()
            if (explained := database.explain(error)) is not None:
                raise explained from error
            raise
        return cls(folder, database, thumbnails, publish, origin)

    def close(self) -> None:
        """Ends after everything submitted is written. Call it when no other thread uses the library any more."""
        if self._closed:
            return
        self._closed = True
        if self._backups is not None:
            self._backups.close()
        try:
            if self.writable:
                # The index is saved as of the last change, so those on their way come first.
                self._database.submit(lambda db: None, durable=False).result()
                self._nearest.save()
        except sqlite3.DatabaseError as error:
            if self.explain(error) is None:
                raise
            log.warning("The index was not saved", exc_info=True)
        finally:
            self._database.close()
            self._thumbnails.close()

    @property
    def restored(self) -> str | None:
        """A sentence about the backup that took the place of a damaged file when the library was opened."""
        restored = self._database.restored
        if restored is None:
            return None
        if not restored.was_damaged:
            return (
                f"The library file was gone. Its backup of {restored.made:%Y-%m-%d %H:%M} is in its place, "
                "and what was done since then has to be done again."
            )
        return (
            f"The library file was damaged. Its backup of {restored.made:%Y-%m-%d %H:%M} is in its place, and what was "
            "done since then has to be done again. The damaged file is kept beside it."
        )

    def _tell_damage(self) -> None:
        error = self._database.damage()
        log.error("%s", error)
        self._publish(LibraryDamaged(error))

    def share_warning(self) -> str | None:
        """A sentence where the library lies on a disk of another computer."""
        kind = network_share(self.folder)
        if kind is None:
            return None
        return (
            f"The library in {self.folder} lies on a network share ({kind}). A lost connection may cost what was done "
            "last. Keep the library on a disk of this computer; photos may lie anywhere."
        )

    def explain(self, error: BaseException) -> AppError | None:
        """What a full disk or a damaged library file means for the user; None for any other error."""
        return self._database.explain(error)

    def set_setting(self, key: str, value: str) -> Future[None]:
        return self._database.submit(lambda db: engines.remember(db, f"setting.{key}", value), durable=True)

    def set_excluded(self, patterns: Sequence[str]) -> Future[None]:
        """What the next scans leave out; photos that fit are out of sight until they fit no more."""
        return self.set_setting(EXCLUDED, json.dumps(list(patterns)))

    # For jobs

    def unfinished(self) -> list[Path]:
        """The folders of a scan that was interrupted; scanning them again goes on where it ended."""
        return [Path(name) for name in json.loads(engines.recall(self._read, UNFINISHED) or "[]")]

    def set_unfinished(self, folders: Sequence[Path], unfinished: bool) -> Future[None]:
        """Notes that a scan of these folders has begun, or that nothing of them needs to be taken up again."""
        named = [str(folder) for folder in folders]

        def change(db: sqlite_utils.Database) -> None:
            kept = json.loads(engines.recall(db, UNFINISHED) or "[]")
            kept = [name for name in kept if name not in named] + (named if unfinished else [])
            # JSON writes what is no text in a name as escapes, so that SQLite can keep it.
            engines.remember(db, UNFINISHED, json.dumps(kept))

        return self._database.submit(change, durable=False)

    def use_engine(self, *, name: str, fingerprint: str, dimension: int, cosine_at: Mapping[float, float]) -> None:
        """Makes this the engine whose vectors are searched and grouped."""
        change = partial(engines.use, name=name, fingerprint=fingerprint, dimension=dimension, cosine_at=cosine_at)
        self._database.submit(change, durable=False).result()

    def add_root(self, folder: Path) -> Root:
        """The photo folder that covers `folder`: a known one above it, or a new one."""
        path = os.fsencode(os.path.abspath(folder))  # noqa: PTH100  (symlinks stay: the path as the user knows it)
        number, came = self._database.submit(lambda db: roots.add(db, path), durable=False).result()
        if came:
            self._changed(LibraryChanged(everything=True))
        return next(root for root in self.roots() if root.id == number)

    def move_root(self, root: RootId, folder: Path) -> None:
        """Says that this photo folder is found under another path, with everything in it."""
        self._database.submit(lambda db: roots.move(db, root, os.fsencode(folder)), durable=True).result()
        self._changed(LibraryChanged(everything=True))

    def set_volume(self, root: RootId, volume: str | None) -> Future[None]:
        """Notes which volume this photo folder is on."""
        return self._database.submit(lambda db: roots.set_volume(db, root, volume), durable=False)

    def drives_in(self, root: RootId) -> list[bytes]:
        """The folders of this one, relative to it (b"" is itself), where photos of the library were met on another
        drive than around them."""
        return roots.drives(self._read, root)

    def set_drives_in(self, root: RootId, folders: Sequence[bytes]) -> Future[None]:
        return self._database.submit(lambda db: roots.set_drives(db, root, folders), durable=False)

    def not_among(self, root: RootId, seen: Collection[bytes]) -> list[tuple[bytes, bool]]:
        """Where in this photo folder the library has files, in sight or not, with none of these paths, and whether each
        was met by the last scan that could tell."""
        return roots.not_among(self._read, root, seen)

    def sample(self, root: RootId, count: int) -> list[KnownFile]:
        """Some files of a photo folder, always the same ones, to know it by."""
        return roots.sample(self._read, root, count)

    def known_photo(self, root: RootId, path: bytes) -> KnownPhoto | None:
        return photos.known(self._read, root, path)

    def file_as_read(self, photo: PhotoId) -> Path | None:
        """The photo's file, if it is still the one that was read. Raises OSError where it cannot be asked."""
        return photos.file_as_read(self._read, photo)

    def drawn_in(self, root: RootId, path: bytes) -> list[tuple[FaceId, Box]]:
        """The faces that somebody drew in this photo, of each picture that it has shown."""
        return drawing.in_file(self._read, root, path)

    def regions_in(self, file: PhotoId) -> list[NamedRegion]:
        """What a file said of who is where in its photo, when it was read last."""
        return regions.of_file(self._read, file)

    def names_read(self, photo: PhotoId, sidecars: str, changed: Sequence[NamedRegion] = ()) -> Future[bool]:
        """Notes which files beside a photo were read for names, and what these say where it has `changed`.

        False, and nothing is noted, where one of them is about no face that is known.
        """

        def change(db: sqlite_utils.Database) -> bool:
            if changed and not regions.follow(db, photo, changed, engines.needed(db).id):
                return False
            photos.names_read(db, photo, sidecars)
            return True

        return self._database.submit(change, durable=False)

    def names_to_take(self) -> int:
        """How many names that photo files said, or no longer say, `take_names_from_files` has yet to do."""
        return regions.to_tell(self._read)

    def take_names_from_files(self) -> Future[Done]:
        """Makes decisions of a few thousand names that scans read in photo files, as one step; no step where there are
        none.

        `Done.faces` are those that were named, without those that only lost the name that their file had given them.
        """
        named: list[FaceId] = []

        def change(db: sqlite_utils.Database) -> tuple[Edit, None]:
            edit = regions.tell(db)
            named.extend(regions.named_by(edit))
            return history.perform(db, edit) if edit.changes else edit, None

        return mapped(self._submit_edit(change), lambda done: replace(done, faces=tuple(named)))

    def claim_file(
        self,
        content_hash: bytes,
        root: RootId,
        path: bytes,
        *,
        size: int,
        mtime_ns: int,
        named: datetime | None = None,
    ) -> KnownPhoto | None:
        """The file of the library that the one at this path is, if the library knows this content.

        That is the one that has this path already, or one that is gone or has another content: it is moved here, with
        its faces where it is the photo itself, and a file that had this path gets the other. Where all of them are
        still there, and no other had this path, it is one more copy; `named` is the date that its name has.
        """
        present = self.known_photo(root, path)
        if present is not None and present.content_hash == content_hash and present.problem is None:
            self.touch_photo(present.id, size=size, mtime_ns=mtime_ns).result()
            return present
        while known := copies.same_content(self._read, content_hash):
            found = next((one for one in known if one.left()), None)
            if found is None and present is not None:
                return None
            # Asked last: when a drive is pulled, the copy in hand is as gone as the photo it was taken for.
            if not os.path.lexists(photos.full_path(self._read, root, path)):
                return None
            here = partial(copies.add, content_hash=content_hash, named=named)
            if found is not None:
                here = partial(copies.move, photo=found.id, was=found.path)
            change = partial(here, root=root, path=path, size=size, mtime_ns=mtime_ns)
            photo = self._database.submit(change, durable=False).result()
            if photo is not None:
                self._changed(LibraryChanged(photos=frozenset([photo])))
                return self.known_photo(root, path)
            # Another file that was compared at the same time has just moved it out of its way: look again.
            present = self.known_photo(root, path)
        return None

    def write_scanned(self, scanned: Sequence[ScannedPhoto]) -> Future[list[WrittenFile]]:
        """Writes a batch of photos in one transaction and tells what became of each, in order."""

        before = ""

        def change(db: sqlite_utils.Database) -> list[photos.Written]:
            nonlocal before
            engine, before = engines.state_of_vectors(db)
            written = [photos.write(db, photo, engine.id) for photo in scanned]
            engines.vectors_changed(db)
            removed = [face for result in written for face in result.faces.removed]
            thumbnails: dict[int, bytes] = {}
            portraits: dict[int, bytes] = {}
            for result, photo in zip(written, scanned, strict=True):
                if photo.thumbnail is not None:
                    thumbnails[result.photo] = photo.thumbnail
                portraits |= {face: found.portrait for face, found in result.faces.faces if found.portrait}
            # Before the commit: a crash in between leaves pictures that nothing refers to, rather than gaps.
            self._thumbnails.put(thumbnails, portraits, removed)
            return written

        def then(written: list[photos.Written]) -> None:
            added = [(face, found.vector) for result in written for face, found in result.faces.faces]
            removed = [face for result in written for face in result.faces.removed]
            _, after = engines.state_of_vectors(self._read)
            self._nearest.teach(Lesson(before, after, added, removed))
            self._changed(
                LibraryChanged(
                    photos=frozenset(number for result in written for number in (result.file, result.photo)),
                    faces=frozenset(face for result in written for face in result.faces.ids),
                )
            )

        inner = self._database.submit(change, durable=False, then=then)
        return mapped(
            inner,
            lambda written: [WrittenFile(PhotoId(result.file), result.file != result.photo) for result in written],
        )

    def touch_photo(self, photo: PhotoId, *, size: int, mtime_ns: int) -> Future[None]:
        return self._database.submit(lambda db: photos.touch(db, photo, size, mtime_ns), durable=False)

    def mark_missing(
        self, root: RootId, under: bytes, seen: Collection[bytes], unread: Sequence[bytes] = ()
    ) -> Future[list[bytes]]:
        """After a walk of `under` (relative to the root; empty: all of it): hides photos whose path was not seen.

        Photos that were hidden and were seen come back. Below the folders in `unread` nothing is hidden.
        Gives the paths of those that went, where no other file of the same content is left.
        """

        def then(result: tuple[list[bytes], bool]) -> None:
            if result[1]:
                self._changed(LibraryChanged(everything=True))

        inner = self._database.submit(
            lambda db: photos.mark_missing(db, root, under, seen, unread), durable=False, then=then
        )
        return mapped(inner, lambda result: result[0])

    def remove_gone(self, gone_ones: Sequence[PhotoId]) -> Future[int]:
        """Takes photos out of the library whose files are gone, with all but what was said of them. No step: it cannot
        be undone, but a file that comes back has its names. Gives how many went.
        """
        lesson = Lesson("", "", [], [])

        def change(db: sqlite_utils.Database) -> int:
            nonlocal lesson
            before = engines.state_of_vectors(db)[1]
            going, removed = gone.remove(db, gone_ones)
            engines.vectors_changed(db)
            lesson = Lesson(before, engines.state_of_vectors(db)[1], [], removed)
            self._thumbnails.put({}, {}, removed, going)
            return len(going)

        def then(_: int) -> None:
            self._nearest.teach(lesson)
            self._changed(LibraryChanged(everything=True))

        return self._database.submit(change, durable=True, then=then)

    def group(
        self,
        *,
        provisional: bool = False,
        cancelled: Callable[[], bool] = lambda: False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Done | None:
        """Groups faces on the caller's thread (a job's). None when nothing changed.

        Groups grow with the faces that have none yet. Until a first scan has ended (every call until then is
        `provisional`), and after a change of engine, they are built from nothing, with ids carried over.
        """
        with self._grouping:
            return self._group(provisional=provisional, cancelled=cancelled, progress=progress)

    def catch_up(self, *, cancelled: Callable[[], bool] = lambda: False) -> bool:
        """Groups what decisions set free or told about, where a scan has grouped before.

        False where something else groups at present, perhaps without knowing of these: ask again later.
        """
        engine = engines.current(self._read)
        if engine is None or not regrouping.settled(self._read, engine):
            return True
        if not self._grouping.acquire(blocking=False):
            return False
        try:
            self._group(provisional=False, cancelled=cancelled, progress=lambda done, total: None)
        finally:
            self._grouping.release()
        return True

    def plan_groups(
        self,
        strictness: Strictness,
        *,
        cancelled: Callable[[], bool] = lambda: False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Regrouping:
        """What building all groups from nothing would change; takes as long as that, on the caller's thread."""
        with self._grouping:
            return regrouping.plan(
                self._database,
                self._nearest.index,
                strictness=strictness,
                from_nothing=True,
                cancelled=cancelled,
                progress=progress,
            )

    def moves(self, found: Regrouping) -> list[Move]:
        """Which faces `group_again` would take from which group to which, most first."""
        return regrouping.moves(self._read, found.plan)

    def group_again(self, found: Regrouping) -> Done | None:
        """Does what `plan_groups` found, as one step that can be undone. None where there is nothing to change.

        What people have decided since stays as they decided it. AppError where another engine is in use since.
        """
        with self._grouping:
            regrouping.check(self._read, found)
            done = None
            if found.plan or found.strictness != regrouping.strictness(self._read):
                done = self._submit_edit(lambda db: (regrouping.again(db, found), None)).result()
            regrouping.note(self._database, found)
            regrouping.settle(self._database, found)
        return done

    def save_index(self) -> None:
        """Makes and saves what can be made again, so that the next start need not."""
        self._nearest.index()
        self._nearest.save()

    # Inner workings

    def _group(
        self, *, provisional: bool, cancelled: Callable[[], bool], progress: Callable[[int, int], None]
    ) -> Done | None:
        found = regrouping.plan(
            self._database,
            self._nearest.index,
            strictness=regrouping.strictness(self._read),
            from_nothing=False,
            provisional=provisional,
            cancelled=cancelled,
            progress=progress,
        )
        if cancelled():
            return None
        if found.plan:
            regrouping.carry_out(self._database, found)
            self._changed(LibraryChanged(everything=True))
        regrouping.note(self._database, found)
        if not provisional:
            regrouping.settle(self._database, found)
        return Done("Group faces") if found.plan else None
