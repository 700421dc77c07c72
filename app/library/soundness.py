"""Is a library whole? What has to hold in it at any moment, checked row by row."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sqlite_utils

from app.library import decisions
from app.library.roots import SEPARATOR

# A unit vector that float32 has rounded.
UNIT = 1e-3
# Vectors of so many faces are in memory at a time.
AT_ONCE = 10_000

# What has to be empty, and what is wrong where it is not.
NEVER = (
    (
        "faces in a group that was replaced or does not exist",
        "SELECT face_id FROM members LEFT JOIN clusters ON clusters.id = cluster_id "
        "WHERE clusters.id IS NULL OR replaced_by IS NOT NULL",
    ),
    (
        "faces that are named, and guessed to be somebody as well",
        "SELECT face_id FROM automatic JOIN faces ON faces.id = face_id WHERE faces.person_id IS NOT NULL",
    ),
    (
        "faces that are of nobody or of somebody who was merged into another person",
        "SELECT faces.id FROM faces LEFT JOIN people ON people.id = faces.person_id "
        "WHERE faces.person_id IS NOT NULL AND (people.id IS NULL OR people.merged_into IS NOT NULL)",
    ),
    (
        "people who were merged into themselves",
        "SELECT id FROM people WHERE merged_into IS NOT NULL AND id NOT IN (SELECT id FROM stands_for)",
    ),
    (
        "files that are a copy of a copy, or show faces of their own",
        "SELECT photos.id FROM photos JOIN photos AS photo ON photo.id = photos.copy_of "
        "WHERE photo.copy_of IS NOT NULL OR EXISTS (SELECT 1 FROM faces WHERE photo_id = photos.id AND found)",
    ),
    (
        "photos that show the same as another one",
        "SELECT max(id) FROM photos WHERE problem IS NULL AND copy_of IS NULL AND content_hash IS NOT NULL "
        "GROUP BY content_hash HAVING count(*) > 1",
    ),
    (
        "files whose folder is not that of their path",
        "SELECT id FROM photos WHERE substr(path, 1, length(folder)) != folder "
        f"OR (folder != x'' AND substr(folder, -1) != x'{SEPARATOR.hex()}') "
        f"OR instr(substr(path, length(folder) + 1), x'{SEPARATOR.hex()}')",
    ),
    (
        "faces that lie outside their photo",
        "SELECT id FROM faces WHERE NOT (w > 0 AND h > 0 AND x + w > 0 AND y + h > 0 AND x < 1 AND y < 1)",
    ),
    (
        "vectors of the wrong length",
        "SELECT face_id FROM embeddings JOIN engines ON engines.id = engine_id WHERE length(vector) != 4 * dimension",
    ),
)


def flaws(db: sqlite_utils.Database) -> Iterator[str]:
    """What is wrong, a line each; nothing where the library is whole."""
    yield from (line for (line,) in db.execute("PRAGMA integrity_check") if line != "ok")
    for table, row, parent, _ in db.execute("PRAGMA foreign_key_check"):
        yield f"row {row} of {table} refers to a row of {parent} that is not there"
    for what, query in NEVER:
        rows = [row for (row,) in db.execute(query)]
        if rows:
            yield f"{len(rows)} {what}: {_some(rows)}"
    yield from _not_as_said(db)
    yield from _no_unit_vectors(db)


def _not_as_said(db: sqlite_utils.Database) -> Iterator[str]:
    """Columns that repeat what the decisions say."""
    kept = {face: tuple(state) for face, *state in db.execute("SELECT id, kind, person_id, strength FROM faces")}
    said = decisions.stated(db, kept)
    rows = [face for face, state in kept.items() if (str(said[face][0]), *said[face][1:]) != state]
    if rows:
        yield f"{len(rows)} faces that are not what was said of them: {_some(rows)}"


def _no_unit_vectors(db: sqlite_utils.Database) -> Iterator[str]:
    rows: list[int] = []
    cursor = db.execute(
        "SELECT face_id, vector FROM embeddings JOIN engines ON engines.id = engine_id "
        "WHERE length(vector) = 4 * dimension ORDER BY engine_id"
    )
    while part := cursor.fetchmany(AT_ONCE):
        for face, blob in part:
            length = float(np.linalg.norm(np.frombuffer(blob, "<f4")))
            if not abs(length - 1) < UNIT:
                rows.append(face)
    if rows:
        yield f"{len(rows)} faces whose vector is not of unit length: {_some(rows)}"


def _some(rows: list[int]) -> str:
    return ", ".join(map(str, sorted(rows)[:5])) + (" ..." if len(rows) > 5 else "")
