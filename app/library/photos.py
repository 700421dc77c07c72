"""Photo folders and photos: what a scan writes, and what is asked about them."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from app.errors import UsageError
from app.library import decisions, edits, regions, roots
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


def forget(db: sqlite_utils.Database, folder: bytes) -> Edit:
    """The edit that hides the photo folders at and below `folder` with all their photos. Raises UsageError."""
    rows = db.execute("SELECT id, path FROM roots WHERE forgotten = 0").fetchall()
    found = [number for number, path in rows if path == folder or path.startswith(roots.prefix_of(folder))]
    if not found:
        known = ", ".join(display_text(path) for _, path in rows) or "none"
        raise UsageError(f"{display_text(folder)} is not a photo folder of this library. Its folders are: {known}.")
    changes = tuple(edits.update(db, "roots", number, {"forgotten": 1}) for number in found)
    return Edit(f"Forget {display_text(folder)}", changes)


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


def known(db: sqlite_utils.Database, root: int, path: bytes, engine: int | None) -> KnownPhoto | None:
    row = db.execute(
        "SELECT id, size, mtime_ns, content_hash, scanned_by IS NOT NULL AND scanned_by IS ?, problem, width, height, "
        "sidecars FROM photos WHERE root_id = ? AND path = ?",
        [engine, root, path],
    ).fetchone()
    if row is None:
        return None
    number, size, mtime_ns, content_hash, scanned, *rest = row
    return KnownPhoto(PhotoId(number), size, mtime_ns, content_hash, bool(scanned), *rest)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A photo and the file it was last seen as; `path` is absolute."""

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


def full_path(db: sqlite_utils.Database, root: int, path: bytes) -> bytes:
    return roots.join(db.execute("SELECT path FROM roots WHERE id = ?", [root]).fetchone()[0], path)


def same_content(db: sqlite_utils.Database, content_hash: bytes) -> list[Whereabouts]:
    """Photos with this content, those that are missing first."""
    rows = db.execute(
        "SELECT photos.id, roots.path, photos.path, size FROM photos JOIN roots ON roots.id = root_id "
        "WHERE content_hash = ? AND problem IS NULL ORDER BY missing_since IS NULL, photos.id",
        [content_hash],
    )
    return [Whereabouts(number, roots.join(root, path), size) for number, root, path, size in rows]


def move(db: sqlite_utils.Database, photo: int, was: bytes, root: int, path: bytes, size: int, mtime_ns: int) -> bool:
    """Gives a photo another path, unless it has one by now that is not `was`.

    A photo that is in the way takes the old path in exchange: whether it is missing there the scan will see.
    """
    row = db.execute(
        "SELECT roots.path, photos.path, root_id FROM photos JOIN roots ON roots.id = root_id WHERE photos.id = ?",
        [photo],
    ).fetchone()
    if roots.join(row[0], row[1]) != was:
        return False
    in_the_way = db.execute(
        "SELECT id FROM photos WHERE root_id = ? AND path = ? AND id != ?", [root, path, photo]
    ).fetchone()
    if in_the_way is not None:
        # No file has an empty name, so nothing can be in the way there for the moment.
        db.execute("UPDATE photos SET path = x'' WHERE id = ?", in_the_way)
    db.execute(
        "UPDATE photos SET root_id = ?, path = ?, display = ?, size = ?, mtime_ns = ?, missing_since = NULL "
        "WHERE id = ?",
        [root, path, display_text(path), size, mtime_ns, photo],
    )
    if in_the_way is not None:
        db.execute(
            "UPDATE photos SET root_id = ?, path = ?, display = ? WHERE id = ?",
            [row[2], row[1], display_text(row[1]), *in_the_way],
        )
    return True


def touch(db: sqlite_utils.Database, photo: int, size: int, mtime_ns: int) -> None:
    db.execute("UPDATE photos SET size = ?, mtime_ns = ?, missing_since = NULL WHERE id = ?", [size, mtime_ns, photo])


def names_read(db: sqlite_utils.Database, photo: int, sidecars: str) -> None:
    """Notes which files beside a photo were read for names, where these are the same as before."""
    db.execute("UPDATE photos SET sidecars = ? WHERE id = ?", [sidecars, photo])


def mark_missing(
    db: sqlite_utils.Database, root: int, under: bytes, seen: Collection[int], unread: Sequence[bytes]
) -> tuple[list[int], list[int]]:
    """After a walk of `under` that came by the photos in `seen`: those that went and those that came back.

    Of folders in `unread`, which could not be listed, nothing is said.
    """
    prefix = roots.prefix_of(under) if under else b""
    hidden = tuple(roots.prefix_of(folder) for folder in unread if folder)
    rows = db.execute(
        "SELECT id, path, missing_since IS NOT NULL FROM photos WHERE root_id = ? AND substr(path, 1, ?) = ?",
        [root, len(prefix), prefix],
    )
    present = set(seen)
    gone, back = [], []
    for number, path, missing in rows:
        if number in present:
            if missing:
                back.append(number)
        elif not missing and not path.startswith(hidden) and b"" not in unread:
            gone.append(number)
    db.conn.executemany("UPDATE photos SET missing_since = ? WHERE id = ?", [(timestamp(), number) for number in gone])
    db.conn.executemany("UPDATE photos SET missing_since = NULL WHERE id = ?", [(number,) for number in back])
    return gone, back


def write(db: sqlite_utils.Database, photo: ScannedPhoto, engine: int) -> tuple[int, faces_.Written]:
    """Writes one photo that was read, or why it could not be; returns its id and what became of its faces."""
    row = db.execute(
        "SELECT id, content_hash, width, height, taken_at FROM photos WHERE root_id = ? AND path = ?",
        [photo.root, photo.path],
    ).fetchone()
    file: dict[str, Any] = {
        "size": photo.size,
        "mtime_ns": photo.mtime_ns,
        "problem": photo.problem,
        "missing_since": None,
    }
    if photo.problem is None:
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
        if photo.regions is not None:
            file["sidecars"] = photo.sidecars
    if row is None:
        new = {"root_id": photo.root, "path": photo.path, "display": display_text(photo.path), **file}
        new["shown_at"] = _shown_at(photo)
        places = ", ".join("?" * len(new))
        cursor = db.execute(f"INSERT INTO photos ({', '.join(new)}) VALUES ({places})", list(new.values()))
        number = int(cursor.lastrowid or 0)
    else:
        number = int(row[0])
        file["shown_at"] = _shown_at(photo)
        names = ", ".join(f"{name} = ?" for name in file)
        db.execute(f"UPDATE photos SET {names} WHERE id = ?", [*file.values(), number])
    if photo.problem is not None:
        return number, faces_.Written()
    same_picture = row is None or row[1] == photo.content_hash
    same_shape = row is not None and (row[2], row[3]) == (photo.width, photo.height)
    written = faces_.write(db, number, photo.faces, engine, same_picture=same_picture, same_shape=same_shape)
    drawn = regions.write(db, number, photo.regions or (), engine)
    written = replace(written, faces=(*written.faces, *drawn))
    if row is not None and row[4] != file["taken_at"]:
        # Somebody was perhaps not born yet.
        decisions.enforce(db, written.ids)
    return number, written


def _shown_at(photo: ScannedPhoto) -> float:
    # Wall-clock time where the picture was taken: photos of one day stay together whatever zone they came from.
    if photo.taken_at is not None:
        return photo.taken_at.replace(tzinfo=UTC).timestamp()
    return photo.mtime_ns / 1e9


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
    restrictions: list[str] = ["missing_since IS NULL"]
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
        condition("root_id = :root", root=which.root)
    if which.folder:
        # Up to what comes after the separator.
        beyond = which.folder[:-1] + bytes([which.folder[-1] + 1])
        condition("photos.path >= :folder AND photos.path < :beyond", folder=which.folder, beyond=beyond)
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
    return path if (status.st_size, status.st_mtime_ns) == row[2:] else None


def with_problem(db: sqlite_utils.Database) -> list[Photo]:
    rows = db.execute(
        f"SELECT {COLUMNS} FROM {WITH_ROOT} WHERE problem IS NOT NULL AND missing_since IS NULL ORDER BY display"
    )
    return [_photo(row) for row in rows]


def find(db: sqlite_utils.Database, text: str) -> Photo:
    """A photo by its path or its id. Raises UsageError."""
    path = os.fsencode(os.path.abspath(text))  # noqa: PTH100  (symlinks stay: the path as the user knows it)
    for number, root in db.execute("SELECT id, path FROM roots WHERE forgotten = 0"):
        if path.startswith(roots.prefix_of(root)):
            relative = path[len(roots.prefix_of(root)) :]
            row = db.execute(
                f"SELECT {COLUMNS} FROM {WITH_ROOT} WHERE root_id = ? AND path = ?", [number, relative]
            ).fetchone()
            if row is not None:
                return _photo(row)
    if (number := as_id(text)) is not None:
        for photo in by_ids(db, [number]):
            return photo
    raise UsageError(f"The library has no photo {text!r}. Give a path that was scanned, or a photo's id.")
