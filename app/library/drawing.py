"""Faces that no detector found: a person drew their boxes.

Such a face has the origin "user", or "file" where a photo file said so (`regions.py`), and drawing it is the decision
that there is a face. Without one there is none: to take a drawing back, by undo or by deleting it, is to decide nothing
or the opposite. The row stays, unseen and up to date, so that this can be taken back too. Scans keep it
(`faces.write`).
"""

from __future__ import annotations

import sqlite_utils

from app.errors import UsageError
from app.library import deciding, edits, faces, regions, thresholds
from app.library.edits import Edit, NewIds
from app.library.faces import Written
from app.library.records import Box, FaceFilter, FaceId, FaceKind, FoundFace, PhotoId


def draw(db: sqlite_utils.Database, photo: int, found: FoundFace, engine: int, origin: str) -> tuple[Edit, Written]:
    """Writes the face and gives the edit that shows it. Raises UsageError where one is shown already.

    Where a face was struck out or ignored that one is shown again, and nothing is written.
    """
    in_photo = faces.matching(db, FaceFilter(photo=PhotoId(photo)))
    here = [face for face in in_photo if face.box.overlap(found.box) >= thresholds.SAME_FACE_OVERLAP]
    if any(face.kind is FaceKind.FACE for face in here):
        raise UsageError("There is a face at this place already. Nothing was changed.")
    written = Written() if here else Written(((faces.insert(db, photo, found, "user", engine), found),))
    number = here[0].id if here else written.ids[0]
    decision = deciding.decide(NewIds(db), [number], FaceKind.FACE.value, origin=origin)
    return Edit("Draw a face", tuple(decision)), written


def remove(db: sqlite_utils.Database, face: int, origin: str) -> Edit:
    """The edit that takes a drawn face out of sight, with its name. Raises UsageError for one that a detector found."""
    row = db.execute("SELECT origin FROM faces WHERE id = ? AND origin != 'detector'", [face]).fetchone()
    if row is None:
        raise UsageError(f"Face {face} was neither drawn by hand nor marked by a photo file. Nothing was changed.")
    decision = deciding.decide(NewIds(db), [face], FaceKind.NOT_A_FACE.value, origin=origin)
    label = "Delete a face that a photo file marked" if row == (regions.ORIGIN,) else "Delete a drawn face"
    return Edit(label, (*edits.drop_automatic(db, [face]), *decision))


def in_file(db: sqlite_utils.Database, root: int, path: bytes) -> list[tuple[FaceId, Box]]:
    """The drawn faces of the photo with this path, for a scan to describe; also those of a picture it had before, or
    whose drawing was taken back."""
    rows = db.execute(
        "SELECT faces.id, x, y, w, h FROM photos JOIN faces ON photo_id IN (photos.id, copy_of) "
        "WHERE root_id = ? AND path = ? AND origin != 'detector' ORDER BY faces.id",
        [root, path],
    )
    return [(FaceId(number), Box(*box)) for number, *box in rows]
