"""Faces and their vectors: how a new reading of a photo meets the faces already known, and questions about faces."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from app.errors import UsageError
from app.library import decisions, thresholds
from app.library.decisions import ids
from app.library.engines import Engine
from app.library.records import Box, Face, FaceFilter, FaceId, FaceKind, FoundFace, PhotoId
from app.library.roots import display_text, join

# What is further from unit length, squared, than any rounding makes it was damaged.
NOT_UNIT = 0.01

# A group shows only while another undecided face shares it; alone is not a group.
COLUMNS = """
       f.id, f.photo_id, p.root_path, p.path, f.x, f.y, f.w, f.h, f.landmarks, f.score, f.quality, f.origin, f.kind,
       CASE WHEN f.kind = 'face' AND f.person_id IS NULL AND a.person_id IS NULL AND EXISTS (
            SELECT 1 FROM members other JOIN undecided ON undecided.id = other.face_id
            WHERE other.cluster_id = g.id AND other.face_id != f.id) THEN g.id END,
       f.person_id, decided.name, f.strength, a.person_id, guessed.name
"""
SHOWN = """
FROM faces f JOIN present p ON p.id = f.photo_id
LEFT JOIN members m ON m.face_id = f.id
LEFT JOIN clusters g ON g.id = m.cluster_id AND g.named_as IS NULL AND g.replaced_by IS NULL
LEFT JOIN automatic a ON a.face_id = f.id
LEFT JOIN people decided ON decided.id = f.person_id
LEFT JOIN people guessed ON guessed.id = a.person_id
WHERE f.found = 1 AND NOT (f.origin != 'detector' AND f.kind = 'not a face')
"""


@dataclass(frozen=True, slots=True)
class Written:
    """`faces` are those handed in that are in the library, with their ids; `removed` are gone."""

    faces: tuple[tuple[int, FoundFace], ...] = ()
    removed: tuple[int, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(number for number, _ in self.faces)


def as_blob(vector: NDArray[np.float32]) -> bytes:
    return np.ascontiguousarray(vector, "<f4").tobytes()


def read_vectors(blobs: Sequence[bytes], dimension: int) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Which of these hold a unit vector, and those vectors [n, dimension].

    A damaged one is as if the face had not been described: it must not spoil what is said about all others.
    """
    whole = np.array([len(blob) == 4 * dimension for blob in blobs], bool)
    joined = b"".join(blobs) if whole.all() else b"".join(itertools.compress(blobs, whole))
    vectors = np.frombuffer(joined, "<f4").astype(np.float32, copy=False).reshape(-1, dimension)
    sound = unit_length(vectors)
    whole[whole] = sound
    return whole, vectors if sound.all() else vectors[sound]


def unit_length(vectors: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Of each vector; never of one that is not finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(np.abs(np.einsum("nd,nd->n", vectors, vectors) - 1.0) < NOT_UNIT)


def _face(row: Sequence[Any]) -> Face:
    (number, photo, root, path, x, y, w, h, marks, score, quality, origin, kind, cluster) = row[:14]
    person, name, strength, automatic, automatic_name = row[14:]
    full = join(root, path)
    points = np.frombuffer(marks, "<f4").reshape(-1, 2)
    return Face(
        id=FaceId(number),
        photo=PhotoId(photo),
        path=Path(os.fsdecode(full)),
        display=display_text(full),
        box=Box(x, y, w, h),
        landmarks=tuple((float(a), float(b)) for a, b in points),
        score=score,
        quality=quality,
        origin=origin,
        kind=FaceKind(kind),
        cluster=cluster,
        person=person,
        name=name,
        by_group=strength == "by group",
        automatic=automatic,
        automatic_name=automatic_name,
    )


def write(
    db: sqlite_utils.Database,
    photo: int,
    found: Sequence[FoundFace],
    engine: int,
    *,
    same_picture: bool,
    same_shape: bool,
) -> Written:
    """Writes the faces of a photo that was read (again). A face that is recognised keeps its id and decisions.

    Faces that were not found this time stay where a person or a file said something about them or drew them: shown if
    the picture is the same, else kept aside (`found` = 0). Others go.
    """
    old = db.execute(
        "SELECT id, x, y, w, h, found, origin != 'detector', origin != 'detector' AND kind = 'not a face' FROM faces "
        "WHERE photo_id = ?",
        [photo],
    ).fetchall()
    known = [_Known(row[0], Box(*row[1:5]), *map(bool, row[5:])) for row in old]
    matched = _match(db, known, found, engine, same_picture=same_picture, same_shape=same_shape)
    drawn = {face.id: face.box for face in known if face.drawn}
    written = []
    for place, face in enumerate(found):
        number = matched.get(place)
        if number is not None:
            # A box that a person drew is a decision, also in another program.
            box = drawn[number] if same_picture and number in drawn else face.box
            _update(db, number, box, face, engine)
        elif face.drawn is None:
            number = insert(db, photo, face, "detector", engine)
        else:
            continue
        written.append((number, face))
    here = {number for number, _ in written}
    back = [face.id for face in known if face.id in here and not face.seen]
    if back:
        # While they were aside, others of the photo may have come to where they were.
        decisions.enforce(db, back)
    left = [row[0] for row in old if row[0] not in here]
    return Written(tuple(written), drop(db, left, same_picture=same_picture))


def take_over(
    db: sqlite_utils.Database, old: int, new: int, found: Sequence[FoundFace], engine: int, *, same_shape: bool
) -> Written:
    """What was the photo `old` is one more file of the photo `new`, in which these faces were found: faces of which
    somebody said something go there, where they are found and nobody said anything of the face that was."""
    rows = db.execute(
        "SELECT id, x, y, w, h, origin = 'user', origin = 'user' AND kind = 'not a face' FROM faces WHERE photo_id = ?",
        [old],
    ).fetchall()
    removed = drop(db, [row[0] for row in rows], same_picture=False)
    known = [_Known(row[0], Box(*row[1:5]), False, *map(bool, row[5:])) for row in rows if row[0] not in removed]
    there = [
        (number, Box(*box))
        for number, *box in db.execute("SELECT id, x, y, w, h FROM faces WHERE photo_id = ? AND found = 1", [new])
    ]
    written = []
    for place, number in _match(db, known, found, engine, same_picture=False, same_shape=same_shape).items():
        face = found[place]
        same = [one for one, box in there if box.overlap(face.box) >= thresholds.SAME_FACE_OVERLAP]
        gone = drop(db, same, same_picture=True)
        if len(gone) == len(same):
            db.execute("UPDATE faces SET photo_id = ? WHERE id = ?", [new, number])
            db.execute("UPDATE regions SET photo_id = ? WHERE face_id = ?", [new, number])
            _update(db, number, face.box, face, engine)
            written.append((number, face))
        removed += gone
    decisions.enforce(db, [number for number, _ in written])
    return Written(tuple(written), removed)


def insert(db: sqlite_utils.Database, photo: int, face: FoundFace, origin: str, engine: int) -> int:
    marks = np.asarray(face.landmarks, "<f4").tobytes()
    cursor = db.execute(
        "INSERT INTO faces (photo_id, x, y, w, h, landmarks, score, quality, origin) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [photo, *face.box, marks, face.score, face.quality, origin],
    )
    number = int(cursor.lastrowid or 0)
    _describe(db, number, face, engine)
    return number


def _update(db: sqlite_utils.Database, number: int, box: Box, face: FoundFace, engine: int) -> None:
    marks = np.asarray(face.landmarks, "<f4").tobytes()
    db.execute(
        "UPDATE faces SET x = ?, y = ?, w = ?, h = ?, landmarks = ?, score = ?, quality = ?, found = 1 WHERE id = ?",
        [*box, marks, face.score, face.quality, number],
    )
    _describe(db, number, face, engine)


def _describe(db: sqlite_utils.Database, number: int, face: FoundFace, engine: int) -> None:
    db.execute(
        "INSERT OR REPLACE INTO embeddings (face_id, engine_id, vector) VALUES (?, ?, ?)",
        [number, engine, as_blob(face.vector)],
    )


def drop(db: sqlite_utils.Database, numbers: Sequence[int], *, same_picture: bool) -> tuple[int, ...]:
    kept = {
        face
        for (face,) in db.execute(
            "SELECT id FROM faces WHERE id IN (SELECT value FROM json_each(?)) AND (origin != 'detector' "
            "OR EXISTS (SELECT 1 FROM decisions WHERE face_id = faces.id) "
            "OR EXISTS (SELECT 1 FROM sides WHERE face_id = faces.id) "
            "OR EXISTS (SELECT 1 FROM regions WHERE face_id = faces.id) "
            "OR EXISTS (SELECT 1 FROM people WHERE cover_face_id = faces.id))",
            [ids(numbers)],
        )
    }
    if not same_picture:
        db.conn.executemany("UPDATE faces SET found = 0 WHERE id = ?", [(number,) for number in kept])
    removed = tuple(number for number in numbers if number not in kept)
    db.conn.executemany("DELETE FROM faces WHERE id = ?", [(number,) for number in removed])
    return removed


@dataclass(frozen=True, slots=True)
class _Known:
    """A face of a photo before it is read again; `seen` in the picture that was read last.

    One whose drawing was `taken_back` is kept as it would be, in case that is undone, but no detector finds it.
    """

    id: int
    box: Box
    seen: bool
    drawn: bool
    taken_back: bool


def _match(
    db: sqlite_utils.Database,
    old: Sequence[_Known],
    found: Sequence[FoundFace],
    engine: int,
    *,
    same_picture: bool,
    same_shape: bool,
) -> dict[int, int]:
    """For each place in `found` the known face it is: first by box, then, in a changed picture, by vector alone.

    What is at a box that a person drew is that face only where no other one that was found is.
    """
    pairs = []
    for place, face in enumerate(found):
        for known in old:
            if face.drawn != known.id and (face.drawn is not None or known.taken_back):
                continue
            overlap = face.box.overlap(known.box)
            here = overlap >= (thresholds.DRAWN_FACE_OVERLAP if known.drawn else thresholds.SAME_FACE_OVERLAP)
            # A face that is kept aside is of another picture than the one that was read last.
            in_picture = same_picture and known.seen
            similarity, least = (None, 0.0) if in_picture else _similarity(db, known.id, face, engine)
            # Without a vector to tell, a picture of the same shape is taken for the same one, tagged or saved again.
            like_before = in_picture or (same_shape and not same_picture)
            if here and (like_before if similarity is None else similarity >= least):
                pairs.append((0 if face.drawn is None else 2, -overlap, known.id, place))
            elif face.drawn is None and similarity is not None and similarity >= least:
                # The picture was turned or cropped: one person is in a photo once, so likeness is enough.
                pairs.append((1, -similarity, known.id, place))
    matched: dict[int, int] = {}
    for _, _, number, place in sorted(pairs):
        if place not in matched and number not in matched.values():
            matched[place] = number
    return matched


def _similarity(db: sqlite_utils.Database, number: int, face: FoundFace, engine: int) -> tuple[float | None, float]:
    """How like a known face is to one that was found, and how like it must be; None where no vector can tell."""
    row = db.execute(
        "SELECT vector, cosine_at FROM embeddings JOIN engines ON engines.id = engine_id "
        "WHERE face_id = ? AND engine_id = ?",
        [number, engine],
    ).fetchone()
    known = read_vectors([] if row is None else [row[0]], len(face.vector))[1]
    if row is None or not len(known) or not unit_length(face.vector[None])[0]:
        return None, 0.0
    return float(known[0] @ face.vector), thresholds.cosine(row[1], thresholds.SAME_FACE_FALSE_MATCH_RATE)


def matching(db: sqlite_utils.Database, which: FaceFilter) -> list[Face]:
    restrictions, values = _conditions(which)
    return [_face(row) for row in db.execute(f"SELECT {COLUMNS} {SHOWN} {restrictions} ORDER BY f.id", values)]


def matching_ids(db: sqlite_utils.Database, which: FaceFilter) -> NDArray[np.int64]:
    restrictions, values = _conditions(which)
    cursor = db.execute(f"SELECT f.id {SHOWN} {restrictions} ORDER BY f.id", values)
    return np.fromiter((number for (number,) in cursor), np.int64)


def _conditions(which: FaceFilter) -> tuple[str, dict[str, object]]:
    """What holds of these faces beyond that they are shown, and the values it names."""
    restrictions, values = "", dict[str, object]()
    if which.photo is not None:
        restrictions += " AND f.photo_id = :photo"
        values["photo"] = which.photo
    if which.person is not None:
        restrictions += """ AND f.id IN (SELECT id FROM faces WHERE person_id = :person
            UNION ALL SELECT face_id FROM automatic WHERE person_id = :person)"""
        values["person"] = which.person
    if which.cluster is not None:
        restrictions += """ AND f.id IN (SELECT face_id FROM members WHERE cluster_id = :cluster)
            AND g.id = :cluster AND f.kind = 'face' AND f.person_id IS NULL AND a.person_id IS NULL"""
        values["cluster"] = which.cluster
    if which.unnamed:
        restrictions += " AND f.kind = 'face' AND f.person_id IS NULL AND a.person_id IS NULL"
    return restrictions, values


def by_ids(db: sqlite_utils.Database, numbers: Sequence[int]) -> list[Face]:
    """In the order given; faces that are not shown are left out."""
    rows = db.execute(f"SELECT {COLUMNS} {SHOWN} AND f.id IN (SELECT value FROM json_each(?))", [ids(numbers)])
    faces = {face.id: face for face in map(_face, rows)}
    return [faces[FaceId(number)] for number in map(int, numbers) if number in faces]


def out_of_sight(db: sqlite_utils.Database, numbers: Sequence[int]) -> set[FaceId]:
    """Those of them that are ignored, or taken for somebody who is hidden."""
    rows = db.execute(
        "SELECT faces.id FROM faces LEFT JOIN automatic ON automatic.face_id = faces.id "
        "LEFT JOIN people ON people.id = coalesce(faces.person_id, automatic.person_id) "
        "WHERE (kind = 'ignored' OR hidden) AND faces.id IN (SELECT value FROM json_each(?))",
        [ids(numbers)],
    )
    return {FaceId(face) for (face,) in rows}


def guessed(db: sqlite_utils.Database, person: int) -> list[FaceId]:
    """Those that the machine takes for this person, the least alike first."""
    rows = db.execute("SELECT face_id FROM automatic WHERE person_id = ? ORDER BY similarity, face_id", [person])
    return [FaceId(face) for (face,) in rows]


def check_known(db: sqlite_utils.Database, numbers: Sequence[int]) -> None:
    known = {
        number
        for (number,) in db.execute("SELECT id FROM faces WHERE id IN (SELECT value FROM json_each(?))", [ids(numbers)])
    }
    for number in numbers:
        if number not in known:
            raise UsageError(f"The library has no face {number}. `kinfolio faces` lists them.")


def vector(db: sqlite_utils.Database, face: int, engine: Engine | None) -> NDArray[np.float32]:
    for _, known in () if engine is None else vector_blocks(db, engine.id, engine.dimension, [face]):
        if len(known):
            return np.asarray(known[0])
    check_known(db, [face])
    raise UsageError(f"Face {face} was not described by the present model. Run `kinfolio reembed` to compare it.")


def vectors(
    db: sqlite_utils.Database, engine: int, dimension: int, numbers: Sequence[int] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Face ids [n] and their unit vectors [n, dimension] of one engine, by id: all of them, or those of `numbers`."""
    blocks = list(vector_blocks(db, engine, dimension, numbers))
    if not blocks:
        return np.empty(0, np.int64), np.empty((0, dimension), np.float32)
    keys, parts = zip(*blocks, strict=True)
    return np.concatenate(keys), np.concatenate(parts)


def vector_blocks(
    db: sqlite_utils.Database, engine: int, dimension: int, numbers: Sequence[int] | None = None
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """What `vectors` gives, some thousand faces at a time."""
    query = "SELECT face_id, vector FROM embeddings WHERE engine_id = ?"
    values: list[object] = [engine]
    if numbers is not None:
        query += " AND face_id IN (SELECT value FROM json_each(?))"
        values.append(ids(numbers))
    cursor = db.execute(query + " ORDER BY face_id", values)
    while rows := cursor.fetchmany(10_000):
        numbers, blobs = zip(*rows, strict=True)
        sound, found = read_vectors(blobs, dimension)
        yield np.array(numbers, np.int64)[sound], found
