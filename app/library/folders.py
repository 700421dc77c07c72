"""Folders that hold photos, those that the user added and all below them, by a part of their names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import sqlite_utils

from app.library import photos, roots
from app.library.people import folded
from app.library.records import Folder, PhotoFilter, RootId

_NEXT = "SELECT folder FROM photos WHERE root_id = :root AND missing_since IS NULL"
# From one folder straight to the next, however many photos it holds.
_FOLDERS = f"""WITH RECURSIVE found (last) AS (
    SELECT ({_NEXT} ORDER BY 1 LIMIT 1)
    UNION ALL SELECT ({_NEXT} AND folder > last ORDER BY 1 LIMIT 1) FROM found WHERE last IS NOT NULL)
SELECT last FROM found WHERE last IS NOT NULL"""


def called(db: sqlite_utils.Database, texts: Sequence[str], limit: int) -> list[Folder]:
    """The folders whose names hold one of these texts: those with the first text come first, of one text those that
    begin with it, and each before those inside it."""
    wanted = [folded(text) for text in texts]
    found = []
    for root, path in db.execute("SELECT id, path FROM roots WHERE forgotten = 0").fetchall():
        for below in _all_below(db, root):
            # The name alone: making a path of each of tens of thousands would take most of the time.
            last = below[:-1].rpartition(roots.SEPARATOR)[2] or os.path.basename(path) or path  # noqa: PTH119
            name = folded(os.fsdecode(last))
            number = next((number for number, text in enumerate(wanted) if text in name), None)
            if number is not None:
                folder = Path(os.fsdecode(roots.join(path, below)))
                found.append((number, not name.startswith(wanted[number]), str(folder), folder, RootId(root), below))
    return [
        Folder(root, folder, below, photos.count(db, PhotoFilter(root=root, folder=below)))
        for *_, folder, root, below in sorted(found)[:limit]
    ]


def _all_below(db: sqlite_utils.Database, root: int) -> Iterator[bytes]:
    """Also the root itself, and folders that hold nothing but other folders."""
    known = {b""}
    yield b""
    for (folder,) in db.execute(_FOLDERS, {"root": root}):
        while folder not in known:
            known.add(folder)
            yield folder
            folder = roots.folder_of(folder[:-1])
