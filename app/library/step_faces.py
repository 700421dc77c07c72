"""The faces by which somebody recognises a step of the history: of those it was about, some of each side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlite_utils

from app.library.decisions import ids
from app.library.edits import Edit
from app.library.records import FaceId

MOST = 3
# Steps of more bytes than this speak of many thousand faces and are not opened only to be listed.
LARGEST_OPENED = 100_000

# The cover, or the clearest of the faces that were given to this person and that are still theirs.
FACE_OF = """
SELECT people.id, coalesce(cover_face_id, (
    SELECT faces.id FROM decisions JOIN faces ON faces.id = face_id AND faces.person_id = stands_for.person_id
    WHERE decisions.person_id = people.id AND decisions.kind = 'person' ORDER BY quality DESC LIMIT 1))
FROM people JOIN stands_for ON stands_for.id = people.id WHERE people.id IN (SELECT value FROM json_each(?))"""


def of_steps(db: sqlite_utils.Database, steps: Sequence[int]) -> dict[int, tuple[FaceId, ...]]:
    """Of each step; none where it was about no face, or about very many."""
    opened = db.execute(
        "SELECT id, edit FROM history WHERE id IN (SELECT value FROM json_each(?)) AND length(edit) < ?",
        [ids(steps), LARGEST_OPENED],
    )
    edits = {step: Edit.from_blob("", blob) for step, blob in opened}
    people = {person for edit in edits.values() for person in edit.touched().people}
    face_of = dict(db.execute(FACE_OF, [ids(people)]).fetchall())
    sides = {step: _sides(edit, face_of) for step, edit in edits.items()}
    faces = {face for of_step in sides.values() for side in of_step for face in side if face is not None}
    rows = db.execute("SELECT id, quality FROM faces WHERE id IN (SELECT value FROM json_each(?))", [ids(faces)])
    quality = dict(rows.fetchall())
    return {step: _clearest(of_step, quality) for step, of_step in sides.items()}


def _sides(edit: Edit, face_of: Mapping[int, int | None]) -> list[list[int | None]]:
    """The faces that were decided on; without such, those of each side that was told to be the same or another. Each
    person who was told so, or who was changed in another way, is a side too."""
    decided: list[int | None] = []
    told: dict[tuple[object, ...], list[int | None]] = defaultdict(list)
    changed: list[list[int | None]] = []
    for change in edit.changes:
        row: Mapping[str, Any] = change.after or change.before or {}
        if change.table == "decisions":
            decided.append(row["face_id"])
        elif change.table == "sides":
            face, person = row["face_id"], row["person_id"]
            told[row["relation_id"], row["side"], person].append(face_of.get(person) if face is None else face)
        elif change.table == "people":
            changed.append([row.get("cover_face_id") or face_of.get(change.key)])
    if decided:
        # Whom faces were taken from is no part of it.
        return [decided, *(side for (*_, person), side in told.items() if person is not None)]
    return list(told.values()) or changed


def _clearest(sides: Sequence[Sequence[int | None]], quality: Mapping[int, float]) -> tuple[FaceId, ...]:
    chosen: list[FaceId] = []
    for side in sides[:MOST]:
        known = {FaceId(face) for face in side if face is not None and face in quality}.difference(chosen)
        chosen += sorted(known, key=lambda face: (-quality[face], face))[: max(1, MOST // len(sides))]
    return tuple(chosen)
