"""Files of the same content are one photo.

A row of `photos` is a file. One of those of a content is the photo, with the faces and all that was said of it; the
others (`copy_of`) are nothing but files. Which one it is says nothing but under which path the photo is shown: the
first that is there, by the folder that was added first and then by its path, so that neither the order in which files
are read nor the order in which they come and go can be seen in it. Rows change places for that, and the photo keeps
its id.
"""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlite_utils

from app.library import decisions, roots
from app.library.roots import display_text, folder_of

# What is true of the file, and not of the photo that it shows.
OF_THE_FILE = ("root_id", "path", "folder", "display", "size", "mtime_ns", "problem", "missing_since", "sidecars")
# What SQLite keeps of a number: nanoseconds from the year 1677 to 2262.
SMALLEST, LARGEST = -(1 << 63), (1 << 63) - 1
# The rows of one photo in their order, and for each photo that has copies the row that should be it and is not.
MISPLACED = """
WITH copies AS (SELECT id, copy_of FROM photos WHERE copy_of IS NOT NULL)
SELECT photo, id FROM (
    SELECT coalesce(copy_of, photos.id) AS photo, photos.id AS id, row_number() OVER (
        PARTITION BY coalesce(copy_of, photos.id)
        ORDER BY missing_since IS NOT NULL OR forgotten, problem IS NOT NULL, root_id, photos.path) AS place
    FROM photos JOIN roots ON roots.id = root_id
    WHERE photos.id IN (SELECT id FROM copies UNION SELECT copy_of FROM copies))
WHERE place = 1 AND photo != id"""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A row of `photos` and the file it was last seen as; `path` is absolute."""

    id: int
    path: bytes
    size: int

    def left(self) -> bool:
        """Whether that file is gone, or another one has its name. The time does not tell: a file may be touched."""
        try:
            return os.stat(self.path).st_size != self.size  # noqa: PTH116  (pathlib has no bytes)
        except (FileNotFoundError, NotADirectoryError):
            return not os.path.islink(self.path)  # noqa: PTH114
        except OSError:
            # It may be there: nobody can tell who may not look.
            return False


def same_content(db: sqlite_utils.Database, content_hash: bytes) -> list[Whereabouts]:
    """The files of this content: the photo itself before its copies, and before both what is missing."""
    rows = db.execute(
        "SELECT photos.id, roots.path, photos.path, size FROM photos JOIN roots ON roots.id = root_id "
        "WHERE content_hash = ? AND problem IS NULL "
        "ORDER BY missing_since IS NULL, copy_of IS NOT NULL, root_id, photos.path",
        [content_hash],
    )
    return [Whereabouts(number, roots.join(root, path), size) for number, root, path, size in rows]


def move(
    db: sqlite_utils.Database, photo: int, was: bytes, root: int, path: bytes, size: int, mtime_ns: int
) -> int | None:
    """Gives a file another path and returns it; None where it has one by now that is not `was`.

    A file that is in the way takes the old path in exchange: whether it is missing there the scan will see.
    """
    row = db.execute(
        "SELECT roots.path, photos.path FROM photos JOIN roots ON roots.id = root_id WHERE photos.id = ?", [photo]
    ).fetchone()
    if roots.join(*row) != was:
        return None
    in_the_way = db.execute(
        "SELECT id FROM photos WHERE root_id = ? AND path = ? AND id != ?", [root, path, photo]
    ).fetchone()
    if in_the_way is not None:
        _exchange(db, photo, in_the_way[0], ("root_id", "path", "folder", "display"))
    db.execute(
        "UPDATE photos SET root_id = ?, path = ?, folder = ?, display = ?, size = ?, mtime_ns = ?, "
        "missing_since = NULL, removed = 0 WHERE id = ?",
        [root, path, folder_of(path), display_text(path), size, mtime_ns, photo],
    )
    return photo


def add(
    db: sqlite_utils.Database,
    content_hash: bytes,
    root: int,
    path: bytes,
    size: int,
    mtime_ns: int,
    named: datetime | None,
) -> int | None:
    """One more file of a content that the library knows, and gives its photo; None where by now there is a file of that
    path, or no such photo."""
    photo = photo_of(db, content_hash)
    there = db.execute("SELECT 1 FROM photos WHERE root_id = ? AND path = ?", [root, path]).fetchone()
    if photo is None or there is not None:
        return None
    db.execute(
        "INSERT INTO photos (root_id, path, folder, display, size, mtime_ns, shown_at, content_hash, copy_of) "
        "SELECT ?, ?, ?, ?, ?, ?, shown_at, content_hash, id FROM photos WHERE id = ?",
        [root, path, folder_of(path), display_text(path), size, mtime_ns, photo],
    )
    date(db, photo, named, mtime_ns)
    return photo


def stamp(status: os.stat_result) -> tuple[int, int]:
    """The size and time by which a file is known: it is another one, or was changed, where these differ."""
    return status.st_size, min(max(status.st_mtime_ns, SMALLEST), LARGEST)


def shown_at(taken_at: datetime | None, mtime_ns: int) -> float:
    """Seconds of wall-clock time: where the picture was taken, so that photos of one day stay together whatever zone
    they came from, else here."""
    if taken_at is not None:
        return taken_at.replace(tzinfo=UTC).timestamp()
    seconds = mtime_ns / 1e9
    # No system tells the offset of every year before its time begins.
    return seconds + time.localtime(max(seconds, 0)).tm_gmtoff


def date(db: sqlite_utils.Database, photo: int, named: datetime | None, mtime_ns: int) -> None:
    """Where nothing in a photo tells when it was taken the earliest of its files does, by its name if that has a date,
    whichever of them is met first."""
    taken_at, source = db.execute("SELECT taken_at, date_source FROM photos WHERE id = ?", [photo]).fetchone()
    nothing_tells = taken_at is None or source == "changed"
    if named is not None and (nothing_tells or (source == "name" and named.isoformat() < taken_at)):
        db.execute(
            "UPDATE photos SET taken_at = ?, date_source = 'name', shown_at = ? WHERE id = ?",
            [named.isoformat(), shown_at(named, mtime_ns), photo],
        )
        # Somebody was perhaps not born yet.
        rows = db.execute("SELECT id FROM faces WHERE photo_id = ?", [photo]).fetchall()
        decisions.enforce(db, [face for (face,) in rows])
    elif taken_at is None:
        db.execute("UPDATE photos SET shown_at = min(?, shown_at) WHERE id = ?", [shown_at(None, mtime_ns), photo])


def photo_of(db: sqlite_utils.Database, content_hash: bytes | None, but: int | None = None) -> int | None:
    """The photo of this content, unless it is the row `but`."""
    row = db.execute(
        "SELECT id FROM photos WHERE content_hash = ? AND copy_of IS NULL AND id IS NOT ? ORDER BY id LIMIT 1",
        [content_hash, but],
    ).fetchone()
    return None if row is None else int(row[0])


def part(db: sqlite_utils.Database, file: int) -> int:
    """The row to write to once the file of this one has another content: what was said of the photo stays with a file
    that shows it, if there is another one."""
    (other,) = db.execute("SELECT min(id) FROM photos WHERE copy_of = ? AND missing_since IS NULL", [file]).fetchone()
    if other is not None:
        _exchange(db, file, other, OF_THE_FILE)
        file = other
    # Its copies that are gone are copies of what it no longer shows.
    db.execute(
        "DELETE FROM photos WHERE copy_of = ? AND NOT EXISTS (SELECT 1 FROM faces WHERE photo_id = photos.id)", [file]
    )
    db.execute(
        "UPDATE photos SET copy_of = NULL, content_hash = NULL "
        "WHERE copy_of = :file OR (id = :file AND copy_of IS NOT NULL)",
        {"file": file},
    )
    return file


def settle(db: sqlite_utils.Database) -> bool:
    """Shows every photo under the first of its files that is there; tells whether any is shown elsewhere since."""
    misplaced = db.execute(MISPLACED).fetchall()
    for photo, file in misplaced:
        _exchange(db, photo, file, OF_THE_FILE)
    return bool(misplaced)


def of_photos(db: sqlite_utils.Database, photos: Iterable[int]) -> dict[int, list[Path]]:
    """For those of these photos that have them, the paths of their other files that are there."""
    rows = db.execute(
        "SELECT copy_of, roots.path, photos.path FROM photos JOIN roots ON roots.id = root_id "
        "WHERE copy_of IN (SELECT value FROM json_each(?)) AND missing_since IS NULL AND NOT forgotten "
        "ORDER BY root_id, photos.path",
        [json.dumps([int(photo) for photo in photos])],
    )
    found = defaultdict[int, list[Path]](list)
    for photo, root, path in rows:
        found[photo].append(Path(os.fsdecode(roots.join(root, path))))
    return found


def _exchange(db: sqlite_utils.Database, one: int, other: int, columns: tuple[str, ...]) -> None:
    rows = {
        number: db.execute(f"SELECT {', '.join(columns)} FROM photos WHERE id = ?", [number]).fetchone()
        for number in (one, other)
    }
    # No file has an empty name, so nothing can be in the way there for the moment.
    db.execute("UPDATE photos SET path = x'' WHERE id = ?", [one])
    assignments = ", ".join(f"{column} = ?" for column in columns)
    for number, row in ((other, rows[one]), (one, rows[other])):
        db.execute(f"UPDATE photos SET {assignments} WHERE id = ?", [*row, number])
    if "sidecars" in columns:
        # What they said goes with them.
        both = "FROM region_files WHERE file_id IN (?, ?)"
        said = db.execute(f"SELECT region_id, file_id {both}", [one, other]).fetchall()
        db.execute(f"DELETE {both}", [one, other])
        exchanged = [(region, other if file == one else one) for region, file in said]
        db.conn.executemany("INSERT INTO region_files VALUES (?, ?)", exchanged)
