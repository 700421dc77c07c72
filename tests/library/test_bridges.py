"""Two groups of one person, made apart, and the new face that shows it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlite_utils

from app.library.records import FaceId, Side
from tests.library.conftest import Filler, found


@pytest.fixture
def apart(fill: Filler) -> tuple[list[FaceId], list[FaceId]]:
    """Five faces each of one person in two groups, as if nothing had been alike before."""
    fill.photo("first.jpg", [7])
    fill.library.group()
    groups = []
    for first in (0, 5):
        photos = [fill.photo(f"{number}.jpg", [], faces=[found(1, number)]) for number in range(first, first + 5)]
        groups.append([face for photo in photos for face in fill.faces_of(photo)])

    def put(db: sqlite_utils.Database) -> None:
        for faces in groups:
            group = db.execute("INSERT INTO clusters DEFAULT VALUES").lastrowid
            db.conn.executemany("INSERT INTO members VALUES (?, ?)", [(face, group) for face in faces])
        db.execute("UPDATE faces SET grouped_by = (SELECT max(id) FROM engines)")

    fill.library._database.submit(put, durable=False).result()
    return groups[0], groups[1]


def groups_after_a_face_like_both(fill: Filler) -> int:
    fill.photo("between.jpg", [], faces=[found(1, 99)])
    fill.library.group()
    return len(fill.library.clusters())


def test_groups_that_a_new_face_lies_between_become_one_with_the_older_id(
    fill: Filler, apart: tuple[list[FaceId], list[FaceId]]
) -> None:
    older, younger = sorted(group.id for group in fill.library.clusters())
    assert groups_after_a_face_like_both(fill) == 1
    assert [(group.id, group.faces) for group in fill.library.clusters()] == [(older, 11)]
    assert fill.library.cluster_id(younger) == older


def name_apart(fill: Filler, one: FaceId, other: FaceId) -> None:
    fill.library.name("Anna", faces=[one]).result()
    fill.library.name("Berta", faces=[other]).result()


def name_alike(fill: Filler, one: FaceId, other: FaceId) -> None:
    fill.library.name("Anna", faces=[one, other]).result()


def tell_apart(fill: Filler, one: FaceId, other: FaceId) -> None:
    fill.library.differ(Side(faces=(one,)), Side(faces=(other,))).result()


@pytest.mark.parametrize(("said", "groups"), [(name_apart, 2), (name_alike, 1), (tell_apart, 2)])
def test_what_was_said_of_a_face_of_each_decides_whether_groups_become_one(
    fill: Filler,
    apart: tuple[list[FaceId], list[FaceId]],
    said: Callable[[Filler, FaceId, FaceId], None],
    groups: int,
) -> None:
    said(fill, apart[0][0], apart[1][0])
    fill.photo("between.jpg", [], faces=[found(1, 99)])
    fill.library.group()
    together = {face.cluster for face in fill.library.faces() if face.id in {apart[0][1], apart[1][1]}}
    assert len(together) == groups


def test_groups_that_share_a_photo_stay_two(fill: Filler, apart: tuple[list[FaceId], list[FaceId]]) -> None:
    both = fill.photo("both.jpg", [], faces=[found(1, 50, 0), found(1, 51, 1)])

    def put(db: sqlite_utils.Database) -> None:
        for face, beside in zip(fill.faces_of(both), (apart[0][0], apart[1][0]), strict=True):
            db.execute("INSERT INTO members SELECT ?, cluster_id FROM members WHERE face_id = ?", [face, beside])
        db.execute("UPDATE faces SET grouped_by = (SELECT max(id) FROM engines)")

    fill.library._database.submit(put, durable=False).result()
    assert groups_after_a_face_like_both(fill) == 2
