"""A face whose vector was damaged is like one that was not described; all others are as they were."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.errors import UsageError
from app.library import neighbours
from app.library.library import Library
from app.library.nearest import FILE_NAME
from app.library.records import Face, FaceFilter, FaceId, PersonId, Side
from tests.library.conftest import DIMENSION, Filler, found, regroup, vector

DAMAGE = {
    "not a number": np.full(DIMENSION, np.nan, "<f4").tobytes(),
    "infinite": np.full(DIMENSION, np.inf, "<f4").tobytes(),
    "huge": np.full(DIMENSION, 3e38, "<f4").tobytes(),
    "nothing but zeros": bytes(4 * DIMENSION),
    "twice as long": (2 * vector(1)).astype("<f4").tobytes(),
    "cut off": vector(1).astype("<f4").tobytes()[:-7],
    "empty": b"",
}


@pytest.fixture(params=DAMAGE)
def damaged(
    request: pytest.FixtureRequest, fill: Filler, photos: Path, tmp_path: Path, open_library: Callable[..., Library]
) -> Filler:
    """Seven photos of each of six people, two of the first with a damaged vector, and nothing made of them kept."""
    for number in range(7):
        for person in range(6):
            fill.photo(f"{person}{number}.jpg", [person])
    fill.library.close()
    with sqlite3.connect(tmp_path / "library" / "library.db") as connection:
        connection.execute("UPDATE embeddings SET vector = ? WHERE face_id IN (1, 7)", [DAMAGE[request.param]])
    connection.close()
    (tmp_path / "library" / FILE_NAME).unlink(missing_ok=True)
    return Filler(open_library(), photos)


def by_person(library: Library) -> list[list[Face]]:
    faces: dict[str, list[Face]] = {}
    for face in library.faces():
        faces.setdefault(face.path.name[0], []).append(face)
    return [faces[person] for person in sorted(faces)]


def spoiled(face: Face) -> bool:
    return face.id in (1, 7)


@pytest.mark.parametrize("compared", ["all with all", "by lists"])
def test_the_others_are_grouped(damaged: Filler, compared: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if compared == "by lists":
        monkeypatch.setattr(neighbours, "ALL_PAIRS", 10)
    damaged.library.group()
    regroup(damaged.library)
    assert sorted(group.faces for group in damaged.library.clusters()) == [5, 7, 7, 7, 7, 7]
    for faces in by_person(damaged.library):
        assert len({face.cluster for face in faces if not spoiled(face)}) == 1
        assert not any(face.cluster for face in faces if spoiled(face))


def test_the_others_are_found_suggested_and_given_out(damaged: Filler) -> None:
    library = damaged.library
    ours, *_, others = by_person(library)
    sound = {face.id for face in ours if not spoiled(face)}
    matches = library.similar(vector(0), limit=100)
    assert len(matches) == 40
    assert {match.face.id for match in matches[:5]} == sound
    library.name("Anna", faces=[face.id for face in ours if face.id in {1, *sorted(sound)[:3]}]).result()
    library.name("Berta", faces=[face.id for face in others[:3]]).result()
    anna = Side(person=PersonId(1))
    assert {face for one in library.suggestions(anna) for face in one.other.faces} == set(sorted(sound)[3:])
    assert {face for one in library.review() for face in one.other.faces} >= set(sorted(sound)[3:])
    library.group()
    assert {face.id for face in library.faces(FaceFilter(person=PersonId(1)))} == {1} | sound


def test_such_a_face_cannot_be_searched_for_until_its_photo_is_read_again(damaged: Filler) -> None:
    library = damaged.library
    with pytest.raises(UsageError, match="kinfolio reembed"):
        library.vector(FaceId(1))
    library.save_index()
    damaged.photo("00.jpg", [0], content="saved again")
    (face,) = by_person(library)[0][:1]
    np.testing.assert_allclose(np.linalg.norm(library.vector(face.id)), 1, atol=1e-5)
    assert len(library.similar(vector(0), limit=100)) == 41


def test_a_vector_that_an_engine_got_wrong_is_not_searched(fill: Filler) -> None:
    for number in range(4):
        fill.photo(f"{number}.jpg", [0])
    fill.library.save_index()
    face = found(0)
    broken = type(face)(face.box, face.landmarks, 0.9, 0.8, np.full(DIMENSION, np.nan, np.float32), b"portrait")
    fill.photo("broken.jpg", [], faces=[broken])
    assert len(fill.library._nearest.index()) == 4
    fill.photo("0.jpg", [], faces=[broken], content="saved again")
    assert len(fill.library._nearest.index()) == 3
