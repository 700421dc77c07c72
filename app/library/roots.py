"""Photo folders that the user added. No root lies inside another; a forgotten one keeps its photos out of sight."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

import sqlite_utils

from app.library import engines
from app.library.records import KnownFile, Root, RootId

SEPARATOR = os.fsencode(os.sep)
# What `state` keeps of each root.
DRIVES = "drives in "


def display_text(path: bytes) -> str:
    """A path for the eye: always valid text on one line, whatever the bytes are."""
    text = path.decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def folder_of(path: bytes) -> bytes:
    """A path up to its last separator, with that; empty where it has none."""
    return path[: path.rfind(SEPARATOR) + 1]


def join(root: bytes, path: bytes) -> bytes:
    return os.path.join(root, path) if path else root  # noqa: PTH118  (pathlib has no bytes)


def every(db: sqlite_utils.Database) -> list[Root]:
    # Photos that another folder shows as well are counted in each. The plus leaves SQLite the few rows of copies alone.
    rows = db.execute(
        "SELECT id, path, "
        "(SELECT count(*) FROM photos WHERE root_id = roots.id AND missing_since IS NULL AND copy_of IS NULL) + "
        "(SELECT count(DISTINCT files.copy_of) FROM photos AS files JOIN photos ON photos.id = files.copy_of "
        " WHERE files.copy_of IS NOT NULL AND +files.root_id = roots.id AND files.missing_since IS NULL "
        " AND photos.root_id != roots.id AND photos.missing_since IS NULL) "
        ", volume FROM roots WHERE forgotten = 0 ORDER BY path"
    )
    return [Root(RootId(number), Path(os.fsdecode(path)), count, volume) for number, path, count, volume in rows]


def prefix_of(root: bytes) -> bytes:
    """The folder with one separator at its end, so that /a does not seem to hold /ab."""
    return root.rstrip(SEPARATOR) + SEPARATOR


def add(db: sqlite_utils.Database, folder: bytes) -> tuple[int, bool]:
    """The root that covers an absolute folder, and whether it was added or came back: then photos that other roots hold
    below it come along with their faces."""
    for number, path in db.execute("SELECT id, path FROM roots WHERE forgotten = 0").fetchall():
        if folder == path or folder.startswith(prefix_of(path)):
            return int(number), False
    db.execute("UPDATE roots SET forgotten = 0 WHERE path = ?", [folder])
    db.execute(
        "INSERT INTO roots (path, added_at) VALUES (?, ?) ON CONFLICT (path) DO NOTHING",
        [folder, datetime.now(UTC).isoformat(timespec="seconds")],
    )
    new = int(db.execute("SELECT id FROM roots WHERE path = ?", [folder]).fetchone()[0])
    # Who takes a folder out of the library and adds it again ends what waits for a drive that never comes back.
    set_drives(db, new, [])
    set_volume(db, new, None)
    for number, path in db.execute("SELECT id, path FROM roots WHERE forgotten = 1").fetchall():
        if folder.startswith(prefix_of(path)):
            _take_over(db, number, new, strip=folder[len(prefix_of(path)) :] + SEPARATOR)
    settle(db)
    return new, True


def move(db: sqlite_utils.Database, root: int, folder: bytes) -> None:
    """The root is where `folder` is; one that was forgotten there gets its place in exchange."""
    (before,) = db.execute("SELECT path FROM roots WHERE id = ?", [root]).fetchone()
    other = db.execute("SELECT id FROM roots WHERE path = ?", [folder]).fetchone()
    # No folder has an empty path, so nothing can be in the way there for the moment.
    db.execute("UPDATE roots SET path = x'' WHERE id = ?", [root])
    if other is not None:
        db.execute("UPDATE roots SET path = ? WHERE id = ?", [before, *other])
    db.execute("UPDATE roots SET path = ? WHERE id = ?", [folder, root])
    # What was a drive of its own there may be a folder of a larger one here.
    set_drives(db, root, [path for path in drives(db, root) if path])
    settle(db)


def set_volume(db: sqlite_utils.Database, root: int, volume: str | None) -> None:
    db.execute("UPDATE roots SET volume = ? WHERE id = ?", [volume, root])


def drives(db: sqlite_utils.Database, root: int) -> list[bytes]:
    """The folders of the root, relative to it (b"" is itself), where photos were met on another drive than around
    them, while any photo is left."""
    known = [os.fsencode(path) for path in json.loads(engines.recall(db, f"{DRIVES}{root}") or "[]")]
    return [path for path in known if _holds_photos(db, root, path)]


def set_drives(db: sqlite_utils.Database, root: int, folders: Sequence[bytes]) -> None:
    engines.remember(db, f"{DRIVES}{root}", json.dumps([os.fsdecode(path) for path in folders]))


def _holds_photos(db: sqlite_utils.Database, root: int, folder: bytes) -> bool:
    sql = "SELECT 1 FROM photos WHERE root_id = ? AND NOT removed"
    values: list[object] = [root]
    if folder:
        sql += " AND path > ? AND path < ?"
        values += [prefix_of(folder), folder + bytes([SEPARATOR[0] + 1])]
    return db.execute(f"{sql} LIMIT 1", values).fetchone() is not None


def not_among(db: sqlite_utils.Database, root: int, seen: Collection[bytes]) -> list[tuple[bytes, bool]]:
    """Where the files of the root are, in sight or not, that have none of these paths, and whether each was met by the
    last scan that could tell."""
    rows = db.execute("SELECT path, missing_since IS NULL FROM photos WHERE root_id = ? AND NOT removed", [root])
    return [(path, bool(there)) for path, there in rows if path not in seen]


def sample(db: sqlite_utils.Database, root: int, count: int) -> list[KnownFile]:
    """Some of the files that were last seen there, chosen by their content, which nothing else depends on."""
    rows = db.execute(
        "SELECT path, size, content_hash FROM photos WHERE root_id = ? AND content_hash IS NOT NULL "
        "AND missing_since IS NULL AND problem IS NULL ORDER BY content_hash LIMIT ?",
        [root, count],
    )
    return [KnownFile(*row) for row in rows]


def settle(db: sqlite_utils.Database) -> None:
    """No root lies inside another: the outer one takes the photos of the inner one over, also of a forgotten one."""
    rows = db.execute("SELECT id, path, forgotten FROM roots ORDER BY length(path)").fetchall()
    for outer, around, forgotten in rows:
        for inner, inside, _ in rows:
            if not forgotten and inside.startswith(prefix_of(around)) and inside != around:
                _take_over(db, inner, outer, add=inside[len(prefix_of(around)) :] + SEPARATOR)
                # Not deleted: a scan that is under way may still write to it. The next settling brings that over too.
                db.execute("UPDATE roots SET forgotten = 1 WHERE id = ?", [inner])


def _take_over(db: sqlite_utils.Database, old: int, new: int, *, add: bytes = b"", strip: bytes = b"") -> None:
    """Photos of `old` whose path starts with `strip` go to `new`, with `add` before their path instead."""
    rows = db.execute(
        "SELECT id, path FROM photos WHERE root_id = ? AND substr(path, 1, ?) = ?", [old, len(strip), strip]
    ).fetchall()
    # With a separator behind each, as `add` and `strip` have one.
    inside = [prefix_of(path) if path else b"" for path in drives(db, old)]
    known = [(add + path[len(strip) :]).rstrip(SEPARATOR) for path in inside if path.startswith(strip)]
    paths = [(add + path[len(strip) :], number) for number, path in rows]
    moved = [(new, path, folder_of(path), display_text(path), number) for path, number in paths]
    db.conn.executemany(
        "UPDATE OR IGNORE photos SET root_id = ?, path = ?, folder = ?, display = ? WHERE id = ?", moved
    )
    set_drives(db, new, sorted({*drives(db, new), *known}))
    # Of a folder that was forgotten nobody has looked at the faces meanwhile.
    db.execute(
        "UPDATE faces SET grouped_by = NULL WHERE (SELECT forgotten FROM roots WHERE id = ?) "
        "AND photo_id IN (SELECT value FROM json_each(?))",
        [old, json.dumps([number for number, _ in rows])],
    )
