"""Photos whose files are gone: which ones, and how they leave the library.

They leave with all that was found in them by itself. What somebody said stays, out of sight, with the faces it was said
of: people keep their names, and a file that comes back has them again once a scan has read it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import sqlite_utils

from app.library import faces, roots
from app.library.decisions import ids
from app.library.records import GonePhoto, PhotoId
from app.library.roots import display_text

GONE = "missing_since IS NOT NULL AND copy_of IS NULL AND NOT removed"


def missing(db: sqlite_utils.Database) -> list[GonePhoto]:
    """Photos that the last scan of their folder did not meet, those that it missed first coming first."""
    rows = db.execute(
        "SELECT photos.id, roots.path, photos.path, missing_since FROM photos JOIN roots ON roots.id = root_id "
        f"WHERE NOT forgotten AND {GONE} ORDER BY missing_since, root_id, photos.path"
    )
    found = []
    for number, root, path, since in rows:
        full = roots.join(root, path)
        found.append(
            GonePhoto(
                PhotoId(number),
                Path(os.fsdecode(root)),
                Path(os.fsdecode(full)),
                display_text(full),
                datetime.fromisoformat(since),
            )
        )
    return found


def remove(db: sqlite_utils.Database, photos: Iterable[int]) -> tuple[list[int], list[int]]:
    """Takes those of these photos that are gone out of the library; gives them, and the faces that went."""
    asked = f"SELECT id FROM photos WHERE {GONE} AND id IN (SELECT value FROM json_each(?))"
    going = [number for (number,) in db.execute(asked, [ids(photos)])]
    files = f"SELECT id FROM photos WHERE {{}} IN (SELECT value FROM json_each('{ids(going)}'))"
    both = f"{files.format('id')} UNION {files.format('copy_of')}"
    found = [face for (face,) in db.execute(f"SELECT id FROM faces WHERE photo_id IN ({both})")]
    removed = faces.drop(db, found, same_picture=False)
    unsaid = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {table} AS other WHERE other.{column} = photos.id)"
        for table, column in (("faces", "photo_id"), ("photo_decisions", "photo_id"), ("photos", "copy_of"))
    )
    # The copies first, which nothing refers to.
    for column in ("copy_of", "id"):
        db.execute(f"DELETE FROM photos WHERE id IN ({files.format(column)}) AND {unsaid}")
    # A file that comes back is read again, for its other faces.
    db.execute(f"UPDATE photos SET removed = 1, scanned_by = NULL WHERE id IN ({both})")
    return going, list(removed)
