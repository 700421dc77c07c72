"""What is said of a face of a large group costs as much as the group is large, and no more."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

import pytest
import sqlite_utils

from app.library.library import Library
from app.library.records import Done, FaceId, Side
from tests.library.conftest import Filler, found


def large_group(fill: Filler, size: int) -> list[FaceId]:
    """Faces in one group, as the machine would put them there."""
    before = {face.id for face in fill.library.faces()}
    for number in range(0, size, 10):
        photo = fill.photo(f"{size} {number}.jpg", [], faces=[found(1, size + number, place) for place in range(10)])
        fill.library.allow_repeats(photo, True).result()
    faces = [face.id for face in fill.library.faces() if face.id not in before]

    def put(db: sqlite_utils.Database) -> None:
        group = db.execute("INSERT INTO clusters DEFAULT VALUES").lastrowid
        db.conn.executemany("INSERT INTO members VALUES (?, ?)", [(face, group) for face in faces])

    fill.library._database.submit(put, durable=False).result()
    return faces


def steps(library: Library, edit: Callable[[], Future[Done]]) -> int:
    """How many times a hundred instructions SQLite carries out for an edit."""
    count = 0

    def more() -> None:
        nonlocal count
        count += 1

    connection = library._database._connection
    assert connection is not None
    connection.set_progress_handler(more, 100)
    edit().result()
    connection.set_progress_handler(None, 0)
    return count


VERBS: dict[str, Callable[[Library, list[FaceId]], Future[Done]]] = {
    "split off a face": lambda library, faces: library.split(faces[:1]),
    "tell faces apart": lambda library, faces: library.differ(
        Side(faces=tuple(faces[::2])), Side(faces=tuple(faces[1::2]))
    ),
    "undo": lambda library, faces: library.undo(),
}


@pytest.mark.parametrize("verb", VERBS)
def test_an_edit_of_a_group_twice_as_large_takes_about_twice_as_long(fill: Filler, verb: str) -> None:
    took = []
    for size in (200, 400):
        faces = large_group(fill, size)
        fill.library.split(faces[-1:]).result()
        took.append(steps(fill.library, lambda faces=faces: VERBS[verb](fill.library, faces)))  # type: ignore[misc]
    assert took[1] < 3 * took[0]


def test_faces_split_off_one_group_are_no_burden_for_those_of_others(fill: Filler) -> None:
    faces = large_group(fill, 100)
    fill.photo("others.jpg", [7, 8])
    one, other = (face.id for face in fill.library.faces()[-2:])
    before = steps(fill.library, lambda: fill.library.name("Anna", faces=[one]))
    for face in faces[:20]:
        fill.library.split([face]).result()
    after = steps(fill.library, lambda: fill.library.name("Anna", faces=[other]))
    assert after < 2 * before
