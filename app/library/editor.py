"""What people say of faces and people: the verbs that are steps of the history, and can be undone.

Every change goes to the library-writer thread and gives back a Future; after its commit the index learns of it and
`LibraryChanged` is published, both before the future ends.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from typing import TypeVar

import sqlite_utils

from app.errors import AppError
from app.events import LibraryChanged, Publish
from app.library import (
    clusters,
    correcting,
    deciding,
    describing,
    differing,
    drawing,
    engines,
    faces,
    history,
    naming,
    photos,
    taking_back,
)
from app.library.database import Database
from app.library.edits import ConflictError, Edit, Touched
from app.library.nearest import Lesson, NearestFaces
from app.library.reader import Reader
from app.library.records import ClusterId, Done, FaceId, FaceKind, FoundFace, PersonId, PhotoId, Side
from app.library.thumbnails import Thumbnails

S = TypeVar("S")
R = TypeVar("R")


class Editor(Reader):
    """A library that can be changed by people; `Library` opens one."""

    def __init__(
        self,
        database: Database,
        thumbnails: Thumbnails,
        nearest: NearestFaces,
        publish: Publish | None,
        origin: str,
    ) -> None:
        super().__init__(database, thumbnails, nearest)
        self._publish = publish or (lambda event: None)
        self._origin = origin

    def name(
        self,
        name: str,
        *,
        faces: Sequence[FaceId] = (),
        clusters: Sequence[ClusterId] = (),
        person: PersonId | None = None,
        new_person: bool = False,
        ask: bool = False,
    ) -> Future[Done]:
        """Gives faces (confirmed) and groups (by group) to the person of that name, or to `person`.

        Without such a person, or with `new_person`, one is made. The first of `Done.people` is the person named.
        With `ask` the future ends with NameTakenError, and nothing is changed, where people of that name are known.
        """

        def build(db: sqlite_utils.Database) -> tuple[Edit, int | None]:
            return naming.name(
                db,
                name,
                singly=list(dict.fromkeys(faces)),
                groups=clusters,
                person=person,
                new_person=new_person,
                ask=ask,
                origin=self._origin,
            )

        return self._edit(build)

    def merge(
        self,
        persons: Sequence[PersonId],
        clusters: Sequence[ClusterId] = (),
        faces: Sequence[FaceId] = (),
        *,
        keep_cover: bool = False,
    ) -> Future[Done]:
        """Makes people, unnamed groups and faces the first of these people; without people, makes them one group.

        With `keep_cover` the face that stands for that person goes on to do so, whatever better ones come.
        """
        singly = list(dict.fromkeys(faces))
        if not persons:
            return self._edit(lambda db: (deciding.join(db, clusters, singly, self._origin), None))
        return self._edit(lambda db: naming.merge(db, persons, clusters, singly, self._origin, keep_cover=keep_cover))

    def differ(self, one: Side, other: Side) -> Future[Done]:
        """Nobody of one side is anybody of the other."""
        return self._edit(lambda db: (differing.differ(db, one, other, self._origin), None))

    def split(self, faces: Sequence[FaceId], name: str | None = None) -> Future[Done]:
        """Takes faces off their person or group, to the new person `name` or to a group of their own."""
        chosen = list(dict.fromkeys(faces))
        return self._edit(lambda db: correcting.split(db, chosen, name, self._origin))

    def reject(self, faces: Sequence[FaceId], person: PersonId) -> Future[Done]:
        """These faces are not that person."""
        chosen = list(dict.fromkeys(faces))
        return self._edit(lambda db: correcting.reject(db, chosen, person, self._origin))

    def set_kind(self, faces: Sequence[FaceId], kind: FaceKind) -> Future[Done]:
        chosen = list(dict.fromkeys(faces))
        return self._edit(lambda db: (correcting.set_kind(db, chosen, kind, self._origin), None))

    def draw_face(self, photo: PhotoId, found: FoundFace, fingerprint: str) -> Future[Done]:
        """Shows a face that no detector found, as described by the engine of that fingerprint: the first of
        `Done.faces`. UsageError where one is shown already, AppError where another engine is in use since.
        """
        before, written = "", faces.Written()

        def change(db: sqlite_utils.Database) -> tuple[Edit, int | None]:
            nonlocal before, written
            engine, before = engines.state_of_vectors(db)
            if engine.fingerprint != fingerprint:
                raise AppError("The model was changed meanwhile. Draw the face again.")
            edit, written = drawing.draw(db, photo, found, engine.id, self._origin)
            engines.vectors_changed(db)
            self._thumbnails.put({}, {face: found.portrait for face, found in written.faces})
            return history.perform(db, edit), None

        def learn() -> None:
            _, after = engines.state_of_vectors(self._read)
            self._nearest.teach(Lesson(before, after, [(face, found.vector) for face, found in written.faces], []))

        return self._submit_edit(change, learn)

    def remove_drawn(self, face: FaceId) -> Future[Done]:
        """Takes back that there is a face, which somebody drew."""
        return self._edit(lambda db: (drawing.remove(db, face, self._origin), None))

    def ignore(self, faces: Sequence[FaceId] = (), clusters: Sequence[ClusterId] = ()) -> Future[Done]:
        """These faces, and every undecided face of these groups, are nobody the user cares about."""

        def build(db: sqlite_utils.Database) -> tuple[Edit, None]:
            members = [face for group in clusters for face in self._members(db, group)]
            chosen = list(dict.fromkeys([*faces, *members]))
            return correcting.set_kind(db, chosen, FaceKind.IGNORED, self._origin), None

        return self._edit(build)

    def rename(self, person: PersonId, name: str, *, ask: bool = False) -> Future[Done]:
        """With `ask` the future ends with NameTakenError, and nothing is changed, where others have that name."""
        return self._edit(lambda db: describing.rename(db, person, name, ask=ask))

    def set_hidden(self, person: PersonId, hidden: bool) -> Future[Done]:
        label = "Hide {}" if hidden else "Show {}"
        return self._edit(lambda db: (describing.change(db, person, {"hidden": int(hidden)}, label), person))

    def set_favourite(self, person: PersonId, favourite: bool) -> Future[Done]:
        label = "Make {} a favourite" if favourite else "Make {} no favourite"
        return self._edit(lambda db: (describing.change(db, person, {"favourite": int(favourite)}, label), person))

    def mark(
        self, persons: Sequence[PersonId], *, hidden: bool | None = None, favourite: bool | None = None
    ) -> Future[Done]:
        """Hides, shows or favours several people as one step."""
        return self._edit(lambda db: (describing.mark(db, persons, hidden=hidden, favourite=favourite), None))

    def show_again(self, persons: Sequence[PersonId] = (), clusters: Sequence[ClusterId] = ()) -> Future[Done]:
        """Hidden people, and the ignored faces of groups, as one step."""
        return self._edit(lambda db: (describing.show_again(db, persons, clusters, self._origin), None))

    def set_cover(self, person: PersonId, face: FaceId) -> Future[Done]:
        def build(db: sqlite_utils.Database) -> tuple[Edit, int]:
            describing.check_cover(db, person, face)
            return describing.change(db, person, {"cover_face_id": face}, "Change the cover of {}"), person

        return self._edit(build)

    def set_born(self, person: PersonId, born_on: date | None) -> Future[Done]:
        """None: the date of birth is not known."""
        return self._edit(lambda db: (describing.set_born(db, person, born_on), person))

    def allow_repeats(self, photo: PhotoId, allowed: bool) -> Future[Done]:
        """Whether one person may appear twice in this photo: a collage or a mirror."""
        return self._edit(lambda db: (photos.allow_repeats(db, photo, allowed, self._origin), None))

    def forget(self, *folders: Path) -> Future[Done]:
        """Takes photo folders out of the library. Nothing is deleted: undo, or a new scan, brings all names back."""
        # Symlinks stay: the paths as the user knows them.
        paths = [os.fsencode(os.path.abspath(folder)) for folder in folders]  # noqa: PTH100
        return self._edit(lambda db: (photos.forget(db, paths), None))

    def undo(self) -> Future[Done]:
        """Takes the latest step back. AppError when there is none, or when it can no longer be taken back."""
        return self._submit_edit(lambda db: self._step(db, undone=False))

    def redo(self) -> Future[Done]:
        """Does the step again that was undone last. AppError when there is none, or when it no longer fits."""
        return self._submit_edit(lambda db: self._step(db, undone=True))

    def revert(self, step: int) -> Future[Done]:
        """Takes back one step of the history, wherever it lies, as a new step; what was done since stays.

        The future ends with ConflictError, and nothing is changed, where a later step builds on it, and with AppError
        where it was undone or taken back already.
        """
        return self._submit_edit(lambda db: (taking_back.revert(db, step), None))

    def undo_step(self, step: int) -> Future[Done]:
        """`undo` where it is the latest step, else `revert`."""
        return self._submit_edit(lambda db: (taking_back.undo(db, step), None))

    # Inner workings

    def _edit(self, build: Callable[[sqlite_utils.Database], tuple[Edit, int | None]]) -> Future[Done]:
        def change(db: sqlite_utils.Database) -> tuple[Edit, int | None]:
            edit, person = build(db)
            return history.perform(db, edit), person

        return self._submit_edit(change)

    @staticmethod
    def _members(db: sqlite_utils.Database, group: int) -> list[int]:
        return clusters.undecided_members(db, clusters.resolve(db, group))

    def _step(self, db: sqlite_utils.Database, *, undone: bool) -> tuple[Edit, None] | ConflictError:
        try:
            with db.atomic():
                return (history.redo(db) if undone else history.undo(db)), None
        except ConflictError as error:
            # Left where it is, the step would bar the way to all the others.
            history.end_blocked(db, undone=undone)
            what = "redone" if undone else "undone"
            return ConflictError(f"{error} It left the history; the next step can be {what}.")

    def _submit_edit(
        self,
        change: Callable[[sqlite_utils.Database], tuple[Edit, int | None] | ConflictError],
        learn: Callable[[], None] = lambda: None,
    ) -> Future[Done]:
        def then(result: tuple[Edit, int | None] | ConflictError) -> None:
            learn()
            if isinstance(result, ConflictError):
                self._changed(LibraryChanged())
                return
            edit, person = result
            touched = edit.touched()
            people = touched.people if person is None else touched.people | {person}
            self._changed(LibraryChanged(touched.photos, touched.faces, people, touched.everything))

        return mapped(self._database.submit(change, durable=True, then=then), _done)

    def _changed(self, event: LibraryChanged) -> None:
        undo, redo = history.labels(self._read)
        self._publish(
            LibraryChanged(
                event.photos,
                event.faces,
                event.people,
                event.everything,
                history.latest(self._read),
                undo_label=undo,
                redo_label=redo,
            )
        )


def _done(result: tuple[Edit, int | None] | ConflictError) -> Done:
    if isinstance(result, ConflictError):
        raise result
    edit, person = result
    touched: Touched = edit.touched()
    first = () if person is None else (PersonId(person),)
    others = tuple(PersonId(number) for number in sorted(touched.people) if number != person)
    return Done(edit.label, first + others, tuple(FaceId(number) for number in sorted(touched.faces)), edit.step)


def mapped(inner: Future[S], convert: Callable[[S], R]) -> Future[R]:
    """A future that ends with the converted result of another."""
    outer: Future[R] = Future()
    outer.set_running_or_notify_cancel()

    def finish(done: Future[S]) -> None:
        try:
            outer.set_result(convert(done.result()))
        except BaseException as error:
            outer.set_exception(error)

    inner.add_done_callback(finish)
    return outer
