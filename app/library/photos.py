"""Photo folders and photos: what a scan writes, and what is asked about them."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from app.errors import UsageError
from app.library import copies, decisions, edits, engines, regions, roots
from app.library import faces as faces_
from app.library.decisions import as_id, ids
from app.library.edits import Edit
from app.library.history import timestamp
from app.library.records import KnownPhoto, Photo, PhotoFilter, PhotoId, RootId, ScannedPhoto
from app.library.roots import display_text

COLUMNS = """id, root_id, root_path, path, size, width, height, taken_at, camera, problem, missing_since,
    (SELECT count(*) FROM faces WHERE photo_id = photos.id AND found = 1 AND kind != 'not a face'),
    repeats_allowed, latitude, longitude"""
WITH_ROOT = """(SELECT photos.*, roots.path AS root_path FROM photos JOIN roots ON roots.id = photos.root_id
    WHERE roots.forgotten = 0) AS photos"""
# Someone is in a photo by decision or as the machine's automatic guess.
WHO = """(SELECT person_id, photo_id FROM shown WHERE person_id IS NOT NULL
    UNION ALL SELECT automatic.person_id, photo_id FROM automatic JOIN shown ON shown.id = face_id)"""


def _photo(row: Sequence[Any]) -> Photo:
    number, root, folder, path, size, width, height, taken, camera, problem, missing, count, repeats, *place = row
    full = roots.join(folder, path)
    return Photo(
        PhotoId(number),
        RootId(root),
        Path(os.fsdecode(full)),
        display_text(full),
        size,
        width,
        height,
        None if taken is None else datetime.fromisoformat(taken),
        camera,
        problem,
        missing is not None,
        count,
        bool(repeats),
        None if None in place else (place[0], place[1]),
    )


def forget(db: sqlite_utils.Database, folders: Sequence[bytes]) -> Edit:
    """The edit that hides the photo folders at and below these with all their photos. Raises UsageError."""
    rows = db.execute("SELECT id, path FROM roots WHERE forgotten = 0").fetchall()
    found: set[int] = set()
    for folder in folders:
        here = [number for number, path in rows if path == folder or path.startswith(roots.prefix_of(folder))]
        if not here:
            known = ", ".join(display_text(path) for _, path in rows) or "none"
            raise UsageError(f"{display_text(folder)} is not a photo folder of this library. Its folders are: {known}.")
        found.update(here)
    changes = tuple(edits.update(db, "roots", number, {"forgotten": 1}) for number in sorted(found))
    if len(folders) == 1:
        return Edit(f"Take {display_text(folders[0])} out of the library", changes)
    return Edit(f"Take {len(folders)} folders out of the library", changes)


def allow_repeats(db: sqlite_utils.Database, photo: int, allowed: bool, origin: str) -> Edit:
    """The edit which says whether one person may appear twice in a photo. Raises UsageError.

    Where that is taken back, decided faces stay as they are, and of those that are in one group the first one stays.
    """
    if not by_ids(db, [photo]):
        raise UsageError(f"The library has no photo {photo}. `kinfolio photos` lists them.")
    new_ids = edits.NewIds(db)
    row = {"photo_id": photo, "repeats": int(allowed), "origin": origin, "at": timestamp()}
    changes = (edits.insert("photo_decisions", new_ids.take("photo_decisions"), row),)
    return Edit("Allow repeats in a photo" if allowed else "Allow no repeats in a photo", changes)


# What a scan asks and writes


def known(db: sqlite_utils.Database, root: int, path: bytes) -> KnownPhoto | None:
    # One question, since a scan asks it of every file that there is.
    row = db.execute(
        f"""
        SELECT files.id, files.size, files.mtime_ns, files.content_hash,
               coalesce(photos.scanned_by = {engines.CURRENT}, 0),
               files.problem, photos.width, photos.height, files.sidecars
        FROM photos AS files JOIN photos ON photos.id = coalesce(files.copy_of, files.id)
        WHERE files.root_id = ? AND files.path = ?""",
        [root, path],
    ).fetchone()
    if row is None:
        return None
    number, size, mtime_ns, content_hash, scanned, *rest = row
    return KnownPhoto(PhotoId(number), size, mtime_ns, content_hash, bool(scanned), *rest)


def full_path(db: sqlite_utils.Database, root: int, path: bytes) -> bytes:
    return roots.join(db.execute("SELECT path FROM roots WHERE id = ?", [root]).fetchone()[0], path)


def touch(db: sqlite_utils.Database, photo: int, size: int, mtime_ns: int) -> None:
    db.execute(
        "UPDATE photos SET size = ?, mtime_ns = ?, missing_since = NULL, removed = 0 WHERE id = ?",
        [size, mtime_ns, photo],
    )


def names_read(db: sqlite_utils.Database, photo: int, sidecars: str) -> None:
    """Notes which files beside a photo were read for names."""
    db.execute("UPDATE photos SET sidecars = ? WHERE id = ?", [sidecars, photo])


def mark_missing(
    db: sqlite_utils.Database, root: int, under: bytes, seen: Collection[bytes], unread: Sequence[bytes]
) -> tuple[list[bytes], bool]:
    """After a walk of `under` that came by the files with the paths in `seen`: where the photos were that went, and
    whether photos are shown otherwise than before.

    Of folders in `unread`, which could not be listed, nothing is said.
    """
    prefix = roots.prefix_of(under) if under else b""
    hidden = tuple(roots.prefix_of(folder) for folder in unread if folder)
    rows = db.execute(
        "SELECT id, path, missing_since IS NOT NULL FROM photos WHERE root_id = ? AND substr(path, 1, ?) = ?",
        [root, len(prefix), prefix],
    )
    gone, paths, back = [], [], []
    for number, path, missing in rows:
        if path in seen:
            if missing:
                back.append(number)
        elif not missing and not path.startswith(hidden) and b"" not in unread:
            gone.append(number)
            paths.append(path)
    db.conn.executemany("UPDATE photos SET missing_since = ? WHERE id = ?", [(timestamp(), number) for number in gone])
    db.conn.executemany(
        "UPDATE photos SET missing_since = NULL, removed = 0 WHERE id = ?", [(number,) for number in back]
    )
    moved = copies.settle(db)
    # A photo that is shown under another of its files did not go.
    last = "SELECT copy_of IS NULL FROM photos WHERE root_id = ? AND path = ?"
    went = [path for path in paths if db.execute(last, [root, path]).fetchone()[0]]
    return went, bool(gone or back or moved)


@dataclass(frozen=True, slots=True)
class Written:
    """`file` is the row that was written, `photo` the one that has the faces, which is another one for a copy."""

    file: int
    photo: int
    faces: faces_.Written = field(default_factory=faces_.Written)


def write(db: sqlite_utils.Database, photo: ScannedPhoto, engine: int) -> Written:
    """Writes one photo that was read, or why it could not be, and tells what became of its faces."""
    row = db.execute(
        "SELECT id, content_hash FROM photos WHERE root_id = ? AND path = ?", [photo.root, photo.path]
    ).fetchone()
    number, known = row if row is not None else (None, None)
    file: dict[str, Any] = {
        "size": photo.size,
        "mtime_ns": photo.mtime_ns,
        "problem": photo.problem,
        "missing_since": None,
        "removed": 0,
    }
    if photo.problem is None and photo.regions is not None:
        file["sidecars"] = photo.sidecars
    elif photo.problem is None and known != photo.content_hash:
        # Who is in this content is still to be read.
        file["sidecars"] = None
    if photo.problem is not None:
        number = _write_row(db, number, photo, file)
        return Written(number, number)
    if number is not None and known not in (None, photo.content_hash):
        number = copies.part(db, number)
    other = copies.photo_of(db, photo.content_hash, but=number)
    if other is not None:
        return _write_copy(db, number, other, photo, file, engine)
    file |= {
        "width": photo.width,
        "height": photo.height,
        "taken_at": photo.taken_at.isoformat() if photo.taken_at else None,
        "date_source": photo.date_source,
        "camera": photo.camera,
        "latitude": photo.latitude,
        "longitude": photo.longitude,
        "content_hash": photo.content_hash,
        "scanned_by": engine,
    }
    before = _as_read(db, number)
    number = _write_row(db, number, photo, file)
    same_picture = before is None or before[0] == photo.content_hash
    if before is not None and same_picture and before[4] == "name":
        # Perhaps by the name of a copy, which nobody reads again.
        copies.date(db, number, datetime.fromisoformat(before[3]), photo.mtime_ns)
    same_shape = before is not None and before[1:3] == (photo.width, photo.height)
    written = faces_.write(db, number, photo.faces, engine, same_picture=same_picture, same_shape=same_shape)
    drawn = regions.write(db, number, number, photo.regions or (), engine)
    written = replace(written, faces=(*written.faces, *drawn))
    if before is not None and before[3] != file["taken_at"]:
        # Somebody was perhaps not born yet.
        decisions.enforce(db, written.ids)
    return Written(number, number, written)


def _as_read(db: sqlite_utils.Database, number: int | None) -> tuple[Any, ...] | None:
    row: tuple[Any, ...] | None = db.execute(
        "SELECT content_hash, width, height, taken_at, date_source FROM photos WHERE id = ?", [number]
    ).fetchone()
    return row


def _write_row(db: sqlite_utils.Database, number: int | None, photo: ScannedPhoto, columns: dict[str, Any]) -> int:
    if number is None or photo.problem is None:
        columns = {**columns, "shown_at": copies.shown_at(photo.taken_at, photo.mtime_ns)}
    if number is None:
        place = {"path": photo.path, "folder": roots.folder_of(photo.path), "display": display_text(photo.path)}
        new = {"root_id": photo.root, **place, **columns}
        places = ", ".join("?" * len(new))
        cursor = db.execute(f"INSERT INTO photos ({', '.join(new)}) VALUES ({places})", list(new.values()))
        return int(cursor.lastrowid or 0)
    names = ", ".join(f"{name} = ?" for name in columns)
    db.execute(f"UPDATE photos SET {names} WHERE id = ?", [*columns.values(), number])
    return number


def _write_copy(
    db: sqlite_utils.Database,
    number: int | None,
    other: int,
    photo: ScannedPhoto,
    file: dict[str, Any],
    engine: int,
) -> Written:
    """One more file of the photo `other`, which is read through it where the engine has not read it yet."""
    before = _as_read(db, number)
    number = _write_row(db, number, photo, file | {"content_hash": photo.content_hash, "copy_of": other})
    same_shape = before is not None and before[1:3] == (photo.width, photo.height)
    copies.date(db, other, photo.taken_at if photo.date_source == "name" else None, photo.mtime_ns)
    came = faces_.take_over(db, number, other, photo.faces, engine, same_shape=same_shape)
    (read_by,) = db.execute("SELECT scanned_by FROM photos WHERE id = ?", [other]).fetchone()
    if read_by != engine:
        db.execute("UPDATE photos SET scanned_by = ? WHERE id = ?", [engine, other])
        found = faces_.write(db, other, photo.faces, engine, same_picture=True, same_shape=True)
        came = faces_.Written(found.faces, (*came.removed, *found.removed))
    drawn = regions.write(db, other, number, photo.regions or (), engine)
    return Written(number, other, replace(came, faces=(*came.faces, *drawn)))


# Questions


def photo_ids(db: sqlite_utils.Database, which: PhotoFilter) -> NDArray[np.int64]:
    restrictions, values = conditions(which)
    where = " AND ".join(["roots.forgotten = 0", *restrictions])
    cursor = db.execute(
        f"SELECT photos.id FROM photos JOIN roots ON roots.id = photos.root_id WHERE {where} "
        "ORDER BY shown_at DESC, photos.id DESC",
        values,
    )
    return np.fromiter((number for (number,) in cursor), np.int64)


def count(db: sqlite_utils.Database, which: PhotoFilter) -> int:
    restrictions, values = conditions(which)
    where = " AND ".join(["roots.forgotten = 0", *restrictions])
    return int(
        db.execute(
            f"SELECT count(*) FROM photos JOIN roots ON roots.id = photos.root_id WHERE {where}", values
        ).fetchone()[0]
    )


def conditions(which: PhotoFilter) -> tuple[list[str], dict[str, object]]:
    """What holds of these photos beyond that they are in the library, and the values it names."""
    restrictions: list[str] = ["missing_since IS NULL AND copy_of IS NULL"]
    values: dict[str, object] = {}

    def condition(text: str, **named: object) -> None:
        restrictions.append(text)
        values.update(named)

    someone = f"SELECT photo_id FROM {WHO} WHERE person_id IN (SELECT value FROM json_each(:{{}}))"
    if which.any_of:
        condition(f"photos.id IN ({someone.format('any_of')})", any_of=ids(which.any_of))
    for place, person in enumerate(which.all_of):
        condition(f"photos.id IN ({someone.format(f'all_{place}')})", **{f"all_{place}": ids([person])})
    if which.only:
        condition(f"photos.id IN ({someone.format('only')})", only=ids(which.only))
        condition(
            f"photos.id NOT IN (SELECT photo_id FROM {WHO} WHERE "
            "person_id NOT IN (SELECT value FROM json_each(:only)) UNION SELECT photo_id FROM undecided)"
        )
    if which.none_of:
        condition(f"photos.id NOT IN ({someone.format('none_of')})", none_of=ids(which.none_of))
    if which.root is not None:
        # In one of its files.
        files = "root_id = :root"
        values["root"] = which.root
        if which.folder:
            # Up to what comes after the separator.
            values["folder"], values["beyond"] = which.folder, which.folder[:-1] + bytes([which.folder[-1] + 1])
            files += " AND photos.path >= :folder AND photos.path < :beyond"
        copied = f"SELECT copy_of FROM photos WHERE copy_of IS NOT NULL AND missing_since IS NULL AND {files}"
        condition(f"({files} OR photos.id IN ({copied}))")
    if which.taken_from is not None:
        start = datetime.combine(which.taken_from, datetime.min.time(), UTC)
        condition("shown_at >= :taken_from", taken_from=start.timestamp())
    if which.taken_to is not None:
        end = datetime.combine(which.taken_to, datetime.max.time(), UTC)
        condition("shown_at <= :taken_to", taken_to=end.timestamp())
    if which.unreadable:
        condition("problem IS NOT NULL")
    if which.with_unnamed:
        condition("photos.id IN (SELECT photo_id FROM undecided)")
    if which.without_faces:
        condition("problem IS NULL AND photos.id NOT IN (SELECT photo_id FROM shown WHERE kind != 'not a face')")
    if which.cluster is not None:
        condition(
            "photos.id IN (SELECT photo_id FROM undecided JOIN grouped ON face_id = undecided.id "
            "WHERE cluster_id = :cluster)",
            cluster=which.cluster,
        )
    return restrictions, values


def by_ids(db: sqlite_utils.Database, numbers: Sequence[int]) -> list[Photo]:
    rows = db.execute(f"SELECT {COLUMNS} FROM {WITH_ROOT} WHERE id IN (SELECT value FROM json_each(?))", [ids(numbers)])
    found = {photo.id: photo for photo in map(_photo, rows)}
    for number, paths in copies.of_photos(db, found).items():
        found[PhotoId(number)] = replace(found[PhotoId(number)], copies=tuple(paths))
    return [found[PhotoId(number)] for number in map(int, numbers) if number in found]


def file_as_read(db: sqlite_utils.Database, photo: int) -> Path | None:
    """The photo's file, if it is still the one that was read. Raises OSError where it cannot be asked."""
    row = db.execute(
        "SELECT root_path, path, size, mtime_ns FROM present WHERE id = ? AND problem IS NULL", [photo]
    ).fetchone()
    if row is None:
        return None
    path = Path(os.fsdecode(roots.join(row[0], row[1])))
    status = path.stat()
    return path if copies.stamp(status) == row[2:] else None


def with_problem(db: sqlite_utils.Database) -> list[Photo]:
    rows = db.execute(
        f"SELECT {COLUMNS} FROM {WITH_ROOT} "
        "WHERE problem IS NOT NULL AND missing_since IS NULL AND copy_of IS NULL ORDER BY display"
    )
    return [_photo(row) for row in rows]


def find(db: sqlite_utils.Database, text: str) -> Photo:
    """A photo by its path, or that of a copy, or its id. Raises UsageError."""
    path = os.fsencode(os.path.abspath(text))  # noqa: PTH100  (symlinks stay: the path as the user knows it)
    for number, root in db.execute("SELECT id, path FROM roots WHERE forgotten = 0"):
        if path.startswith(roots.prefix_of(root)):
            relative = path[len(roots.prefix_of(root)) :]
            row = db.execute(
                "SELECT coalesce(copy_of, id) FROM photos WHERE root_id = ? AND path = ?", [number, relative]
            ).fetchone()
            if row is not None:
                return by_ids(db, row)[0]
    if (number := as_id(text)) is not None:
        asked = db.execute("SELECT coalesce(copy_of, id) FROM photos WHERE id = ?", [number]).fetchone() or ()
        for photo in by_ids(db, asked):
            return photo
    raise UsageError(f"The library has no photo {text!r}. Give a path that was scanned, or a photo's id.")
