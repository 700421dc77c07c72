"""The rows that keep what a person said of faces, people and groups, and the edit that joins groups and faces."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import combinations

import sqlite_utils

from app.errors import UsageError
from app.library import clusters, decisions, edits, faces, relations
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


def join(db: sqlite_utils.Database, numbers: Sequence[int], singly: Sequence[int], origin: str) -> Edit:
    """The edit that makes unnamed groups and single faces one group.

    The oldest group stays, and the others stand for it. Faces alone join the oldest group that one of them is in, or
    make one.
    """
    _check_undecided(db, singly)
    members = members_of(db, numbers)
    grouped = {face for faces_of in members.values() for face in faces_of}
    apart = [face for face in singly if face not in grouped]
    theirs = _groups_of(db, apart) if not members else {}
    one_group = len(theirs) == len(apart) and len(set(theirs.values())) == 1
    if len(members) + len(apart) < 2 or one_group:
        raise UsageError("Merging needs two different groups or faces that are undecided. Nothing was changed.")
    new_ids = NewIds(db)
    oldest = min([*members, *theirs.values()], default=None)
    changes: list[RowChange] = []
    if oldest is None:
        oldest = new_ids.take("clusters")
        changes.append(edits.insert("clusters", oldest, {"engine_id": None, "named_as": None, "replaced_by": None}))
    staying = [face for face in clusters.undecided_members(db, oldest) if face not in apart]
    check_photos(db, {**members, oldest: staying, **{-face: [face] for face in apart}})
    everyone = [*sorted(grouped), *apart]
    changes += [edits.update(db, "clusters", other, {"replaced_by": oldest}) for other in members if other != oldest]
    changes += edits.drop_automatic(db, apart) + edits.move_to_cluster(db, everyone, oldest)
    strength = BY_GROUP if members else CONFIRMED
    changes += relate(new_ids, relations.SAME, (everyone, ()), origin=origin, strength=strength)
    what = [some(members, "group")] * bool(members) + [some(apart, "face")] * bool(apart)
    return Edit(f"Merge {' and '.join(what)}", tuple(changes))


def some(numbers: Collection[int], what: str) -> str:
    """ "group 12", "2 groups"."""
    return f"{len(numbers)} {what}s" if len(numbers) != 1 else f"{what} {next(iter(numbers))}"


def some_faces(numbers: Sequence[int]) -> str:
    return "a face" if len(numbers) == 1 else f"{len(numbers)} faces"


def said_to_differ(
    db: sqlite_utils.Database, persons: Collection[int], groups: Collection[int], singly: Collection[int]
) -> bool:
    """Whether people said of two of these that they are not the same person, and nothing else since."""
    parts = [set(clusters.undecided_members(db, clusters.resolve(db, group))) for group in groups]
    parts += [{face} for face in singly]
    everyone = {face for members in parts for face in members}
    decided = dict(
        db.execute(
            "SELECT id, person_id FROM faces WHERE person_id IN (SELECT value FROM json_each(:people)) "
            "OR (person_id IS NOT NULL AND id IN (SELECT value FROM json_each(:faces)))",
            {"people": ids(persons), "faces": ids(everyone)},
        ).fetchall()
    )
    refused = decisions.rejections(db, {*decided, *everyone})
    if any(person in persons and decided.get(face) != person for face, person in refused):
        return True
    sides = relations.sides(db, everyone)
    said = [{side for face in members for side in sides.get(face, ())} for members in parts]
    return any(side ^ 1 in other for one, other in combinations(said, 2) for side in one)


def _check_undecided(db: sqlite_utils.Database, singly: Sequence[int]) -> None:
    """Raises UsageError where it was decided already who, or what, one of the faces is."""
    faces.check_known(db, singly)
    row = db.execute(
        "SELECT faces.id, kind, name FROM faces LEFT JOIN people ON people.id = person_id "
        "WHERE (kind != 'face' OR person_id IS NOT NULL) AND faces.id IN (SELECT value FROM json_each(?))",
        [ids(singly)],
    ).fetchone()
    if row is not None:
        face, kind, name = row
        raise UsageError(
            f"Face {face} is {name or kind} already, and only what is undecided can be merged without a person. "
            "Nothing was changed."
        )


def _groups_of(db: sqlite_utils.Database, singly: Sequence[int]) -> dict[int, int]:
    """The unnamed group that each of the faces is in, if any."""
    rows = db.execute(
        "SELECT face_id, cluster_id FROM grouped WHERE face_id IN (SELECT value FROM json_each(?)) "
        "AND face_id NOT IN (SELECT face_id FROM automatic)",
        [ids(singly)],
    )
    return dict(rows.fetchall())


def check_photos(db: sqlite_utils.Database, members: dict[int, list[int]]) -> None:
    """Raises UsageError where a photo shows faces of two of these, and one person may be in it only once."""
    group_of = {face: group for group, faces in members.items() for face in faces}
    seen: dict[int, int] = {}
    for face, photo, display in db.execute(
        "SELECT faces.id, photos.id, display FROM faces JOIN photos ON photos.id = photo_id "
        "WHERE NOT repeats_allowed AND faces.id IN (SELECT value FROM json_each(?)) ORDER BY photos.id",
        [ids(group_of)],
    ):
        if seen.setdefault(photo, group_of[face]) != group_of[face]:
            raise UsageError(
                f"Photo {photo} ({display}) shows a face of each, so these are different people. If it is a "
                f"collage or shows a mirror, say so with `kinfolio collage {photo}` and try again. "
                "Nothing was changed."
            )
