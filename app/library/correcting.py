"""The edits by which people say who faces are not, and which are none: taken off, split off, ignored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlite_utils

from app.errors import UsageError
from app.library import decisions, edits, faces, relations
from app.library.deciding import apart_from_their_groups, decide, relate, some_faces
from app.library.decisions import NOT_PERSON, PERSON, ids
from app.library.edits import Edit, NewIds, RowChange
from app.library.naming import add_person, clean_name
from app.library.people import one, resolve
from app.library.records import FaceKind


def split(db: sqlite_utils.Database, numbers: Sequence[int], text: str | None, origin: str) -> tuple[Edit, int | None]:
    """The edit that takes faces off their person or group: to a new person, or to a group of their own.

    Where two of them are in one photo they are different people, so without a name each is alone then.
    """
    _check_faces(db, numbers)
    new_ids = NewIds(db)
    changes = edits.drop_automatic(db, numbers)
    changes += _not(db, new_ids, taken_for(db, numbers), origin)
    changes += apart_from_their_groups(db, new_ids, numbers, origin)
    if text is not None:
        target, change = add_person(new_ids, clean_name(text))
        changes.append(change)
        changes += decide(new_ids, numbers, PERSON, person=target, origin=origin)
        return Edit(f"Split off {clean_name(text)}", tuple(changes)), target
    group = None
    if len(numbers) > 1 and not _of_one_photo(db, numbers):
        group = new_ids.take("clusters")
        changes.append(edits.insert("clusters", group, {"engine_id": None, "named_as": None, "replaced_by": None}))
        changes += relate(new_ids, relations.SAME, (numbers, ()), origin=origin)
    changes += edits.move_to_cluster(db, numbers, group)
    if not changes:
        raise UsageError("There is nobody to split off: these faces are nobody's and in no group. Nothing was changed.")
    return Edit(f"Split off {some_faces(numbers)}", tuple(changes)), None


def reject(db: sqlite_utils.Database, numbers: Sequence[int], person: int, origin: str) -> tuple[Edit, int]:
    _check_faces(db, numbers)
    target = resolve(db, person)
    guessed = [
        change for change in edits.drop_automatic(db, numbers) if change.before and change.before["person_id"] == target
    ]
    new_ids = NewIds(db)
    changes = guessed + _not(db, new_ids, ((face, target) for face in numbers), origin)
    count = f": {len(numbers)} faces" if len(numbers) > 1 else ""
    return Edit(f"Not {one(db, target).name}{count}", tuple(changes)), target


def set_kind(db: sqlite_utils.Database, numbers: Sequence[int], kind: FaceKind, origin: str) -> Edit:
    _check_faces(db, numbers)
    verb = {FaceKind.FACE: "Show", FaceKind.IGNORED: "Ignore", FaceKind.NOT_A_FACE: "Strike out"}[kind]
    changes = edits.drop_automatic(db, numbers) + decide(NewIds(db), numbers, kind.value, origin=origin)
    return Edit(f"{verb} {some_faces(numbers)}", tuple(changes))


def taken_for(db: sqlite_utils.Database, numbers: Sequence[int]) -> list[tuple[int, int]]:
    """(face, person) for those of the faces that are somebody's, by decision or guess."""
    return db.execute(
        "SELECT faces.id, coalesce(faces.person_id, automatic.person_id) AS person FROM faces "
        "LEFT JOIN automatic ON automatic.face_id = faces.id "
        "WHERE faces.id IN (SELECT value FROM json_each(?)) AND person IS NOT NULL ORDER BY faces.id",
        [ids(numbers)],
    ).fetchall()


def _not(db: sqlite_utils.Database, new_ids: NewIds, pairs: Iterable[tuple[int, int]], origin: str) -> list[RowChange]:
    return [
        change
        for face, person in decisions.said_of(db, pairs)
        for change in decide(new_ids, [face], NOT_PERSON, person=person, origin=origin)
    ]


def _check_faces(db: sqlite_utils.Database, numbers: Sequence[int]) -> None:
    faces.check_known(db, numbers)
    if not numbers:
        raise UsageError("There is no face to change: give one, or a group with undecided faces. Nothing was changed.")


def _of_one_photo(db: sqlite_utils.Database, numbers: Sequence[int]) -> bool:
    """Whether a photo shows two of these faces, and one person may be in it only once."""
    row = db.execute(
        "SELECT 1 FROM faces JOIN photos ON photos.id = photo_id WHERE NOT repeats_allowed "
        "AND faces.id IN (SELECT value FROM json_each(?)) GROUP BY photo_id HAVING count(*) > 1",
        [ids(numbers)],
    ).fetchone()
    return row is not None
