"""The edit which says that two people, groups or sets of faces are different people."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import sqlite_utils

from app.errors import UsageError
from app.library import edits, faces, people, relations
from app.library.deciding import members_of, relate, some
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
    fewer, more = sorted((others, named), key=len)
    changes += edits.move_to_cluster(db, _put_with(db, "grouped", "cluster_id", fewer, more), None)
    guessed = [_put_with(db, "automatic", "person_id", *sides) for sides in ((named, others), (others, named))]
    changes += edits.drop_automatic(db, itertools.chain.from_iterable(guessed))
    return Edit(f"Tell {label} and {other_label} apart", tuple(changes))


def _said(db: sqlite_utils.Database, side: Side) -> tuple[str, list[int], list[int]]:
    """What a side is called, its faces and its people."""
    if side.person is not None:
        person = people.one(db, side.person)
        return person.name, [], [person.id]
    if side.cluster is None:
        faces.check_known(db, side.faces)
        return some(set(side.faces), "face"), list(dict.fromkeys(side.faces)), []
    ((number, members),) = members_of(db, [side.cluster]).items()
    return f"group {number}", members, []


def _decided(db: sqlite_utils.Database, numbers: Sequence[int]) -> set[int]:
    """Whom some of these faces are decided to be."""
    rows = db.execute(
        "SELECT DISTINCT person_id FROM faces WHERE person_id IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
        [ids(numbers)],
    )
    return {person for (person,) in rows}


def _put_with(
    db: sqlite_utils.Database, table: str, column: str, numbers: Sequence[int], others: Sequence[int]
) -> list[int]:
    """Those of the faces that the machine put with one of the others."""
    rows = db.execute(
        f"SELECT face_id FROM {table} WHERE face_id IN (SELECT value FROM json_each(?)) "
        f"AND {column} IN (SELECT {column} FROM {table} WHERE face_id IN (SELECT value FROM json_each(?))) ORDER BY 1",
        [ids(numbers), ids(others)],
    )
    return [face for (face,) in rows]
