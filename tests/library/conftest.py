"""Libraries filled without looking at a picture: vectors are drawn around one direction a person."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from app.events import Event
from app.library.library import Library
from app.library.records import (
    Box,
    ClusterId,
    Done,
    FaceFilter,
    FaceId,
    FoundFace,
    PhotoId,
    Root,
    ScannedPhoto,
    Strictness,
)

DIMENSION = 128
CALIBRATION = {1e-2: 0.25, 1e-3: 0.35, 1e-4: 0.45, 1e-5: 0.55}
Content = dict[str, list[tuple[object, ...]]]
LANDMARKS = ((0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.35, 0.8), (0.65, 0.8))


def vector(identity: int, variant: int = 0) -> np.ndarray:
    """Two variants of one identity have a cosine of about 0.9, two identities of about 0."""
    centre = np.random.default_rng(identity).normal(size=DIMENSION)
    noise = np.random.default_rng([identity, variant]).normal(size=DIMENSION)
    mixed = centre / np.linalg.norm(centre) + noise / np.linalg.norm(noise) / 3
    return (mixed / np.linalg.norm(mixed)).astype(np.float32)


def found(identity: int, variant: int = 0, place: int = 0) -> FoundFace:
    box = Box(0.05 + 0.3 * place, 0.2, 0.2, 0.3)
    return FoundFace(box, LANDMARKS, 0.9, 0.8, vector(identity, variant), b"portrait")


def regroup(library: Library, strictness: Strictness = Strictness.NORMAL) -> Done | None:
    """Builds all groups anew, as the job does."""
    return library.group_again(library.plan_groups(strictness))


def strangers(library: Library) -> tuple[ClusterId, ClusterId]:
    """Two groups that are in no photo together."""
    photos = {
        group.id: {face.photo for face in library.faces(FaceFilter(cluster=group.id))} for group in library.clusters()
    }
    return next((one, other) for one, other in combinations(sorted(photos), 2) if not photos[one] & photos[other])


def content(library: Library) -> Content:
    """Every row of the file but those of the journal, and but the note of what grouping has looked at.

    Of drawn faces those that are there: one whose drawing was taken back is kept, out of sight, in case that is undone.
    """
    db = library._read
    gone = "IN (SELECT id FROM faces WHERE origin = 'user' AND kind = 'not a face')"
    left_out = {"faces": f"id {gone}", "embeddings": f"face_id {gone}"}
    tables = [table for table in db.table_names() if not table.startswith("sqlite_")]
    columns = {table: [column.name for column in db[table].columns if column.name != "grouped_by"] for table in tables}
    return {
        table: sorted(
            db.execute(
                f"SELECT {', '.join(columns[table])} FROM {table} WHERE NOT ({left_out.get(table, '0')})"
            ).fetchall(),
            key=repr,
        )
        for table in tables
        if table not in {"history", "state"}
    }


class Filler:
    """Writes photos into a library as a scan would."""

    def __init__(self, library: Library, folder: Path) -> None:
        self.library = library
        self.use_engine("first")
        self.root: Root = library.add_root(folder)

    def use_engine(self, name: str) -> None:
        self.library.use_engine(name=name, fingerprint=name, dimension=DIMENSION, cosine_at=CALIBRATION)

    def photo(
        self,
        name: str,
        identities: Sequence[int],
        *,
        content: str | None = None,
        faces: Sequence[FoundFace] | None = None,
        taken_at: datetime | None = None,
        date_source: str = "exif",
    ) -> PhotoId:
        """A photo of these people; the vectors vary with the name."""
        variant = int.from_bytes(name.encode()[-6:], "big")
        if faces is None:
            faces = [found(identity, variant, place) for place, identity in enumerate(identities)]
        file = self.root.path / name
        scanned = ScannedPhoto(
            root=self.root.id,
            path=name.encode(),
            size=file.stat().st_size if file.exists() else len(name),
            mtime_ns=file.stat().st_mtime_ns if file.exists() else 1,
            content_hash=(content or name).encode(),
            width=400,
            height=300,
            faces=faces,
            taken_at=taken_at,
            date_source=date_source if taken_at else None,
            thumbnail=b"thumbnail",
        )
        return self.library.write_scanned([scanned]).result()[0].id

    def walk(self, photos: Iterable[int], under: bytes = b"", unread: Sequence[bytes] = ()) -> int:
        """As a scan of the folder that came by these photos; gives how many photos went."""
        found = self.library.photos(sorted(photos))
        seen = {os.fsencode(photo.path.relative_to(self.root.path)) for photo in found}
        return len(self.library.mark_missing(self.root.id, under, seen, unread).result())

    def faces_of(self, photo: PhotoId) -> list[FaceId]:
        return [face.id for face in self.library.faces(FaceFilter(photo=photo))]


def turned(degrees: float, variant: int) -> FoundFace:
    """A face that is like person 1, turned so far towards person 2, and a little by chance."""
    one, other = vector(1).astype(float), vector(2).astype(float)
    other -= (other @ one) * one
    angle = np.deg2rad(degrees)
    mixed = np.cos(angle) * one + np.sin(angle) * other / np.linalg.norm(other)
    mixed += np.random.default_rng(variant).normal(size=len(mixed)) * 0.01
    face = found(1)
    return FoundFace(
        face.box, face.landmarks, face.score, face.quality, (mixed / np.linalg.norm(mixed)).astype(np.float32), b"face"
    )


def turned_face(fill: Filler, name: str, degrees: float, variant: int) -> FaceId:
    (face,) = fill.faces_of(fill.photo(name, [], faces=[turned(degrees, variant)]))
    return face


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def open_library(tmp_path: Path, events: list[Event]) -> Iterator[Callable[..., Library]]:
    """Opens the test's library; whatever is still open at the end is closed."""
    opened: list[Library] = []

    def open_(*, writable: bool = True) -> Library:
        library = Library.open(tmp_path / "library", writable=writable, publish=events.append)
        opened.append(library)
        return library

    yield open_
    for library in opened:
        library.close()


@pytest.fixture
def library(open_library: Callable[..., Library]) -> Library:
    return open_library()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    return folder


@pytest.fixture
def fill(library: Library, photos: Path) -> Filler:
    return Filler(library, photos)


@pytest.fixture
def family(fill: Filler) -> Filler:
    """Twelve photos, each of two of the people 0 to 3, grouped: every group has six faces."""
    for number in range(12):
        fill.photo(f"{number:02}.jpg", [number % 2, 2 + number % 4 // 2])
    fill.library.group()
    return fill
