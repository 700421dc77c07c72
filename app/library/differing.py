"""The edit which says that two people, groups or sets of faces are different people."""

from __future__ import annotations

from collections.abc import Sequence

import sqlite_utils

from app.errors import UsageError
from app.library import clusters, edits, faces, people, relations
from app.library.deciding import relate, some
from app.library.decisions import BY_GROUP, CONFIRMED, ids
from app.library.edits import Edit, NewIds
from app.library.records import Side


def differ(db: sqlite_utils.Database, one: Side, other: Side, origin: str) -> Edit:
    """The edit which says that whoever is on one side is nobody of the other. Raises UsageError."""
    (label, named, persons), (other_label, others, other_persons) = _said(db, one), _said(db, other)
    if set(named) & set(others) or set(persons) & set(other_persons):
        raise UsageError("Both sides hold the same, and nobody differs from themselves. Nothing was changed.")
    known = [{*meant, *_decided(db, said)} for said, meant in ((named, persons), (others, other_persons))]
    for person in known[0] & known[1]:
        raise UsageError(
            f"{people.one(db, person).name} is on both sides. Take off the faces that are somebody else with "
            "`kinfolio reject` first. Nothing was changed."
        )
    if relations.told_apart(db, (named, persons), (others, other_persons)):
        raise UsageError(f"It was said already that {label} and {other_label} differ. Nothing was changed.")
    strength = CONFIRMED if one.cluster is None and other.cluster is None else BY_GROUP
    changes = relate(
        NewIds(db), relations.DIFFERENT, (named, persons), (others, other_persons), origin=origin, strength=strength
    )
    # Where the machine takes both sides for one, it is wrong about one of them: it has to look again.
    fewer = set(named if len(named) < len(others) else others)
    changes += edits.move_to_cluster(db, sorted(fewer & _shared(db, "grouped", "cluster_id", named, others)), None)
    changes += edits.drop_automatic(db, sorted(_shared(db, "automatic", "person_id", named, others)))
    return Edit(f"Tell {label} and {other_label} apart", tuple(changes))


def _said(db: sqlite_utils.Database, side: Side) -> tuple[str, list[int], list[int]]:
    """What a side is called, its faces and its people."""
    if side.person is not None:
        person = people.one(db, side.person)
        return person.name, [], [person.id]
    if side.cluster is None:
        faces.check_known(db, side.faces)
        return some(set(side.faces), "face"), list(dict.fromkeys(side.faces)), []
    number = clusters.resolve(db, side.cluster)
    members = clusters.undecided_members(db, number)
    if not members:
        raise UsageError(f"There is no undecided face in group {side.cluster}: it was named or emptied before.")
    return f"group {number}", members, []


def _decided(db: sqlite_utils.Database, numbers: Sequence[int]) -> set[int]:
    """Whom some of these faces are decided to be."""
    rows = db.execute(
        "SELECT DISTINCT person_id FROM faces WHERE person_id IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
        [ids(numbers)],
    )
    return {person for (person,) in rows}


def _shared(
    db: sqlite_utils.Database, table: str, column: str, numbers: Sequence[int], others: Sequence[int]
) -> set[int]:
    """The faces of both sides that the machine put with faces of the other side."""
    rows = db.execute(
        f"SELECT one.face_id, other.face_id FROM {table} AS one JOIN {table} AS other ON other.{column} = one.{column} "
        "WHERE one.face_id IN (SELECT value FROM json_each(?)) AND other.face_id IN (SELECT value FROM json_each(?))",
        [ids(numbers), ids(others)],
    )
    return {face for pair in rows for face in pair}
