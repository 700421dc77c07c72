"""Which faces speak for somebody."""

from __future__ import annotations

import time

import numpy as np
import sqlite_utils
from hypothesis import given, settings
from hypothesis import strategies as st

from app.library import likeness, witnesses

MOST = likeness.WITNESSES


def filled(owner_of: dict[int, int]) -> sqlite_utils.Database:
    """As the table of groups: whose each face is."""
    db = sqlite_utils.Database(memory=True)
    db.execute("CREATE TABLE members (face_id INTEGER PRIMARY KEY, cluster_id INTEGER NOT NULL)")
    db.execute("CREATE INDEX members_of_cluster ON members (cluster_id)")
    db.execute("CREATE TABLE faces (id INTEGER PRIMARY KEY, found, kind, person_id, photo_id)")
    db.conn.executemany("INSERT INTO members VALUES (?, ?)", owner_of.items())
    db.conn.executemany("INSERT INTO faces VALUES (?, 1, 'face', NULL, 1)", [(face,) for face in owner_of])
    return db


def spread(db: sqlite_utils.Database, *owners: int) -> dict[int, list[int]]:
    whose, faces = witnesses.spread(db, witnesses.GROUPS, owners, MOST)
    return {owner: faces[whose == owner].tolist() for owner in np.unique(whose).tolist()}


def test_of_a_hundred_faces_and_one_much_later_the_one_is_not_half_of_those_that_speak() -> None:
    faces = [*range(1, 101), 6101]
    (chosen,) = spread(filled(dict.fromkeys(faces, 1)), 1).values()
    places = [faces.index(face) for face in chosen]
    assert len(chosen) == MOST
    assert set(np.diff(places)) == {6, 7}


@settings(deadline=None)
@given(owner_of=st.dictionaries(st.one_of(st.integers(1, 150), st.integers(1, 2**40)), st.integers(1, 3), max_size=150))
def test_all_faces_speak_or_as_many_as_may_evenly_spread(owner_of: dict[int, int]) -> None:
    db = filled(owner_of)
    chosen = spread(db, 1, 2, 3, 4)
    assert chosen == spread(db, 4, 3, 2, 1) == spread(db, 1) | spread(db, 2) | spread(db, 3)
    assert set(chosen) == set(owner_of.values())
    for owner, some in chosen.items():
        all_ = sorted(face for face in owner_of if owner_of[face] == owner)
        assert some == sorted(set(some))
        assert len(some) == min(len(all_), MOST)
        between = np.diff([*np.searchsorted(all_, some), len(all_)])
        assert between.max() - between.min() <= 1


def test_of_a_hundred_thousand_faces_those_that_speak_are_found_in_milliseconds() -> None:
    db = filled(dict.fromkeys(range(1, 200_001, 2), 1))
    took = []
    for _ in range(5):
        started = time.process_time()
        spread(db, 1)
        took.append(time.process_time() - started)
    assert min(took) < 0.05
