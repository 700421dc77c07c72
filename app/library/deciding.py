"""The rows that keep what a person said of faces, people and groups, and the edit that joins unnamed groups."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlite_utils

from app.errors import UsageError
from app.library import clusters, edits, relations
from app.library.decisions import BY_GROUP, CONFIRMED, ids
from app.library.edits import Edit, NewIds, RowChange
from app.library.history import timestamp


def decide(
    new_ids: NewIds,
    faces: Sequence[int],
    kind: str,
    *,
    origin: str,
    person: int | None = None,
    strength: str = CONFIRMED,
) -> list[RowChange]:
    at = timestamp()
    return [
        edits.insert(
            "decisions",
            new_ids.take("decisions"),
            {"face_id": face, "kind": kind, "person_id": person, "strength": strength, "origin": origin, "at": at},
        )
        for face in faces
    ]


def relate(
    new_ids: NewIds,
    kind: str,
    *sides: tuple[Collection[int], Collection[int]],
    origin: str,
    strength: str = CONFIRMED,
) -> list[RowChange]:
    """The changes that add a relation; a side is its faces and its people."""
    number = new_ids.take("relations")
    row = {"kind": kind, "strength": strength, "origin": origin, "at": timestamp()}
    who = [
        (side, column, key)
        for side, (faces, people) in enumerate(sides)
        for column, keys in (("face_id", faces), ("person_id", people))
        for key in keys
    ]
    return [
        edits.insert("relations", number, row),
        *(
            edits.insert(
                "sides",
                new_ids.take("sides"),
                {"relation_id": number, "side": side, "face_id": None, "person_id": None} | {column: key},
            )
            for side, column, key in who
        ),
    ]


def apart_from_their_groups(
    db: sqlite_utils.Database, new_ids: NewIds, faces: Collection[int], origin: str
) -> list[RowChange]:
    """The changes which say that undecided faces are somebody else than the rest of their groups."""
    rows = db.execute(
        "SELECT DISTINCT cluster_id FROM grouped WHERE face_id IN (SELECT value FROM json_each(?)) ORDER BY cluster_id",
        [ids(faces)],
    )
    changes = []
    split_off = set(faces)
    for (group,) in rows.fetchall():
        members = clusters.undecided_members(db, group)
        off = [face for face in members if face in split_off]
        rest = [face for face in members if face not in split_off]
        if off and rest:
            changes += relate(new_ids, relations.DIFFERENT, (off, ()), (rest, ()), origin=origin, strength=BY_GROUP)
    return changes


def members_of(db: sqlite_utils.Database, groups: Collection[int]) -> dict[int, list[int]]:
    """The undecided faces of these groups, by the group that stands for each at present. Raises UsageError."""
    members = {}
    for group in groups:
        standing = clusters.resolve(db, group)
        members[standing] = clusters.undecided_members(db, standing)
        if not members[standing]:
            raise UsageError(
                f"There is no undecided face in group {group}: it was named or emptied before. Nothing was changed."
            )
    return members


def join_groups(db: sqlite_utils.Database, numbers: Sequence[int], origin: str) -> Edit:
    """The edit that makes unnamed groups one: the oldest stays, and the others stand for it."""
    members = dict(sorted(members_of(db, numbers).items()))
    if len(members) < 2:
        raise UsageError("Merging needs two different groups of undecided faces. Nothing was changed.")
    check_photos(db, members)
    oldest, *others = members
    everyone = [face for faces in members.values() for face in faces]
    changes = [edits.update(db, "clusters", other, {"replaced_by": oldest}) for other in others]
    changes += edits.move_to_cluster(db, everyone, oldest)
    changes += relate(NewIds(db), relations.SAME, (everyone, ()), origin=origin, strength=BY_GROUP)
    return Edit(f"Merge {len(members)} groups", tuple(changes))


def check_photos(db: sqlite_utils.Database, members: dict[int, list[int]]) -> None:
    """Raises UsageError where a photo shows faces of two of the groups, and one person may be in it only once."""
    group_of = {face: group for group, faces in members.items() for face in faces}
    seen: dict[int, int] = {}
    for face, photo, display in db.execute(
        "SELECT faces.id, photos.id, display FROM faces JOIN photos ON photos.id = photo_id "
        "WHERE NOT repeats_allowed AND faces.id IN (SELECT value FROM json_each(?)) ORDER BY photos.id",
        [ids(group_of)],
    ):
        if seen.setdefault(photo, group_of[face]) != group_of[face]:
            raise UsageError(
                f"Photo {photo} ({display}) shows a face of each, so these groups are different people. If it is a "
                f"collage or shows a mirror, say so with `kinfolio collage {photo}` and try again. "
                "Nothing was changed."
            )
