"""A library is whole unless something made it otherwise, and then it is told what."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.library.library import Library
from tests.library.conftest import Filler


@pytest.fixture
def folder(family: Filler) -> Path:
    """A closed library with somebody who is named, somebody who was merged, and groups without a name."""
    library = family.library
    (anna,) = library.name("Anna", clusters=[library.clusters()[0].id]).result().people
    (berta,) = library.name("Berta", clusters=[library.clusters()[0].id]).result().people
    library.merge([anna, berta]).result()
    assert library.clusters()
    library.close()
    return library.folder


def flaws(folder: Path) -> list[str]:
    library = Library.open(folder, writable=False)
    try:
        return list(library.flaws())
    finally:
        library.close()


def test_a_library_that_only_the_program_wrote_is_whole(folder: Path) -> None:
    assert flaws(folder) == []


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("UPDATE faces SET person_id = NULL, strength = NULL WHERE id = 1", "not what was said of them: 1"),
        ("UPDATE faces SET person_id = 2 WHERE id = 1", "merged into another person: 1"),
        ("UPDATE members SET cluster_id = 99", "faces in a group that was replaced or does not exist"),
        ("INSERT INTO automatic SELECT id, 1, .5 FROM faces WHERE id = 1", "named, and guessed to be somebody"),
        ("UPDATE people SET merged_into = 2 WHERE id = 1", "people who were merged into themselves: 1, 2"),
        ("UPDATE faces SET w = 0 WHERE id = 2", "1 faces that lie outside their photo: 2"),
        ("UPDATE embeddings SET vector = x'00' WHERE face_id = 3", "1 vectors of the wrong length: 3"),
        ("UPDATE embeddings SET vector = zeroblob(length(vector)) WHERE face_id = 3", "is not of unit length: 3"),
        ("UPDATE photos SET folder = x'612f' WHERE id = 2", "1 files whose folder is not that of their path: 2"),
        ("UPDATE photos SET path = x'612f62', folder = x'61' WHERE id = 2", "folder is not that of their path: 2"),
        ("UPDATE photos SET path = x'612f62' WHERE id = 2", "1 files whose folder is not that of their path: 2"),
        ("INSERT INTO regions VALUES (5, 1, 1, 'Anna', 0, 0, 1, 1, 'told', NULL); "
         "INSERT INTO region_files VALUES (5, 99)", "region_files refers to a row of photos that is not there"),
        ("UPDATE faces SET photo_id = 99 WHERE id = 3", "row 3 of faces refers to a row of photos that is not there"),
    ],
)  # fmt: skip
def test_what_is_not_as_it_has_to_be_is_told(folder: Path, sql: str, told: str) -> None:
    with closing(sqlite3.connect(folder / "library.db")) as connection:
        connection.executescript(sql)
        connection.commit()
    assert any(told in line for line in flaws(folder)), flaws(folder)
