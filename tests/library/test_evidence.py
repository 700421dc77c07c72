"""Who is taken for whom depends on what was said and found, not on what can be seen at the moment or was seen first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import pytest
import sqlite_utils

from app.library import clusters, likeness, witnesses
from app.library.clusters import Plan
from app.library.library import Library
from app.library.records import FaceFilter, FaceId, FaceKind, PhotoId, Side, Strictness
from tests.library.conftest import Content, Filler, content, found, regroup, turned, turned_face


def photos_of(fill: Filler, faces: Sequence[FaceId]) -> list[PhotoId]:
    return [fill.library.face(face).photo for face in faces]


def guesses(library: Library, faces: Sequence[FaceId]) -> list[str | None]:
    return [library.face(face).automatic_name for face in faces]


def people(fill: Filler, name: str, identity: int, count: int, taken_at: datetime | None = None) -> list[FaceId]:
    photos = [fill.photo(f"{name} {number}.jpg", [identity], taken_at=taken_at) for number in range(count)]
    return [face for photo in photos for face in fill.faces_of(photo)]


def seen_only(fill: Filler, photos: Sequence[PhotoId]) -> None:
    """As a scan finds it: these photos are there and no others."""
    fill.walk(photos)


def test_who_was_named_on_a_drive_that_is_away_still_counts(fill: Filler) -> None:
    library = fill.library
    named = [turned_face(fill, f"named {place}.jpg", 0, place) for place in range(2)]
    guessed = [turned_face(fill, f"guessed {place}.jpg", 25, 10 + place) for place in range(3)]
    beth = [turned_face(fill, f"beth {place}.jpg", 75, 20 + place) for place in range(2)]
    library.group()
    library.name("Anna", faces=named).result()
    library.catch_up()
    assert guesses(library, guessed) == ["Anna"] * 3
    seen_only(fill, photos_of(fill, guessed + beth))
    library.name("Beth", faces=beth).result()
    library.catch_up()
    assert guesses(library, guessed) == ["Anna"] * 3
    assert library.plan_groups(Strictness.STRICT).guesses == 0


def test_faces_that_were_away_while_others_were_grouped_and_named_are_not_forgotten(fill: Filler) -> None:
    library = fill.library
    group = people(fill, "away", 1, 4)
    near = people(fill, "near", 1, 1)
    photos = photos_of(fill, near + group)
    seen_only(fill, photos[:1])
    library.group()
    library.name("Anna", faces=near).result()
    library.catch_up()
    seen_only(fill, photos)
    library.catch_up()
    assert guesses(library, group) == ["Anna"] * 4


@pytest.mark.parametrize("back", ["undo", "scan"])
def test_the_faces_of_a_forgotten_folder_are_looked_at_when_it_is_back(fill: Filler, back: str) -> None:
    library = fill.library
    faces = people(fill, "album", 1, 4)
    library.forget(fill.root.path).result()
    library.group()
    if back == "undo":
        library.undo().result()
    else:
        library.add_root(fill.root.path)
    library.group()
    assert len({library.face(face).cluster for face in faces} - {None}) == 1


def test_the_rest_of_a_group_is_suggested_for_who_was_named_out_of_it(fill: Filler) -> None:
    library = fill.library
    steps = (0, 20, 40, 60, 72, 74)
    faces = [turned_face(fill, f"{degrees}.jpg", degrees, degrees) for degrees in steps]
    library.group()
    ben = library.name("Ben", faces=faces[:1]).result().people[0]
    library.catch_up()
    (group,) = library.clusters()
    assert [one.other for one in library.suggestions(Side(person=ben))] == [Side(cluster=group.id)]
    assert [(one.one, one.other) for one in library.review()] == [(Side(person=ben), Side(cluster=group.id))]


def test_whom_a_person_stands_beside_says_nothing_of_the_group_they_were_named_out_of(fill: Filler) -> None:
    library = fill.library
    anna = people(fill, "anna", 1, 4)
    both = fill.photo("both.jpg", [], faces=[found(1, 90, 0), found(2, 91, 1)])
    others = [turned_face(fill, f"other {place}.jpg", 70, place) for place in range(3)]
    library.group()
    person = library.name("Anna", faces=anna).result().people[0]

    def put(db: sqlite_utils.Database) -> None:
        # The one beside Anna was in the group of the others, and has a name of its own since.
        group = library.face(others[0]).cluster
        db.execute("INSERT OR REPLACE INTO members VALUES (?, ?)", [fill.faces_of(both)[1], group])

    library.name("Clara", faces=fill.faces_of(both)[1:]).result()
    library._database.submit(put, durable=False).result()
    (group,) = [one for one in library.clusters() if one.id == library.face(others[0]).cluster]
    assert Side(cluster=group.id) in [one.other for one in library.suggestions(Side(person=person))]


def test_nobody_is_asked_about_a_group_of_which_one_face_alone_is_shown(fill: Filler) -> None:
    library = fill.library
    anna = people(fill, "anna", 1, 2)
    pair = [turned_face(fill, f"pair {place}.jpg", 68 + place, place) for place in range(2)]
    library.group()
    person = library.name("Anna", faces=anna).result().people[0]

    def take(db: sqlite_utils.Database) -> None:
        db.execute("INSERT INTO automatic VALUES (?, ?, 0.5)", [pair[0], person])

    library._database.submit(take, durable=False).result()
    assert Side(faces=(pair[1],)) in [one.other for one in library.suggestions(Side(person=person))]


def test_confirmed_faces_speak_for_a_person_before_those_named_with_their_group(fill: Filler) -> None:
    library = fill.library
    faces = people(fill, "anna", 1, 40)
    library.group()
    (group,) = library.clusters()
    person = library.name("Anna", clusters=[group.id]).result().people[0]
    library.name("Anna", faces=faces[30:35], person=person).result()
    _, chosen = witnesses.spread(library._read, witnesses.PEOPLE, [person], likeness.WITNESSES)
    assert set(faces[30:35]) <= set(chosen.tolist())
    assert len(chosen) == likeness.WITNESSES


def test_a_date_of_birth_that_is_corrected_brings_back_whom_the_wrong_one_ruled_out(fill: Filler) -> None:
    library = fill.library
    faces = people(fill, "anna", 1, 6, taken_at=datetime(2010, 1, 1))
    library.group()
    person = library.name("Anna", faces=faces[:2]).result().people[0]
    library.catch_up()
    library.set_born(person, date(2020, 2, 3)).result()
    library.catch_up()
    assert guesses(library, faces[2:]) == [None] * 4
    library.set_born(person, date(1992, 2, 3)).result()
    library.catch_up()
    assert guesses(library, faces[2:]) == ["Anna"] * 4


def test_faces_are_not_dragged_along_when_the_group_they_were_to_go_to_got_a_name(fill: Filler) -> None:
    library = fill.library
    many = [turned_face(fill, f"many {place}.jpg", 0, place) for place in range(5)]
    library.group()
    few = [turned_face(fill, f"few {place}.jpg", 58, 100 + place) for place in range(3)]
    others = people(fill, "other", 7, 6)
    library.group()
    strays = people(fill, "stray", 7, 2)
    source, target = library.face(few[0]).cluster, library.face(others[0]).cluster
    assert target is not None

    def put(db: sqlite_utils.Database) -> None:
        db.conn.executemany("INSERT OR REPLACE INTO members VALUES (?, ?)", [(face, source) for face in strays])
        clusters.note_as_seen(db, strays, 1)

    library._database.submit(put, durable=False).result()
    planned = library.plan_groups(Strictness.LOOSE)
    library.name("Xena", clusters=[target]).result()
    library.group_again(planned)
    assert library.face(few[0]).cluster == library.face(many[0]).cluster
    assert [library.face(face).cluster for face in strays] == [None, None]
    library.catch_up()
    assert guesses(library, strays) == ["Xena", "Xena"]


def test_a_plan_is_cut_between_photos(fill: Filler) -> None:
    for number in range(3):
        fill.photo(f"{number}.jpg", [1, 2])
    whole = Plan(moves={face.id: 9 for face in fill.library.faces()}, replaced={9: 10})
    parts = clusters.slices(fill.library._read, whole, 3)
    assert [list(part.moves) for part in parts] == [[1, 2, 3, 4], [5, 6], []]
    assert parts[-1].replaced == {9: 10}


def test_grouping_again_is_no_step_where_nothing_that_is_shown_would_change(fill: Filler) -> None:
    library = fill.library
    faces = people(fill, "anna", 1, 6)
    library.group()
    library.name("Anna", faces=faces[:1]).result()
    library.catch_up()
    assert guesses(library, faces[1:]) == ["Anna"] * 5
    assert regroup(library) is None


def test_what_a_grouping_changed_is_as_before_when_it_is_undone_also_after_catching_up(fill: Filler) -> None:
    library = fill.library
    for person in range(12):
        people(fill, str(person), person, 5)
        turned = found(person, 1000 + person)
        fill.photo(f"lone {person}.jpg", [], faces=[turned])
    for degrees in range(0, 90, 3):
        turned_face(fill, f"turned {degrees}.jpg", degrees, degrees)
    states: list[Content] = []
    for strictness in (Strictness.STRICT, Strictness.LOOSE, Strictness.NORMAL):
        regroup(library, strictness)
        library.catch_up()
        states.append(content(library))
    for before in reversed(states[:-1]):
        library.undo().result()
        library.catch_up()
        assert groups(content(library)) == groups(before)
    for after in states[1:]:
        library.redo().result()
        library.catch_up()
        assert groups(content(library)) == groups(after)


def groups(rows: Content) -> list[tuple[object, ...]]:
    return sorted(rows["members"], key=repr)


def test_how_strictly_groups_were_made_is_kept_and_their_lead_found_again_in_a_library_of_old(fill: Filler) -> None:
    library = fill.library
    for person in range(20):
        people(fill, str(person), person, 4)
    library.group()

    def forget(db: sqlite_utils.Database) -> None:
        db.execute("DELETE FROM state WHERE key LIKE 'grouping lead%'")

    library._database.submit(forget, durable=False).result()
    people(fill, "late", 3, 1)
    library.group()
    assert library._read.execute("SELECT count(*) FROM state WHERE key LIKE 'grouping lead%'").fetchone() == (1,)


def test_a_face_struck_out_of_its_group_does_not_stand_beside_anybody(fill: Filler) -> None:
    library = fill.library
    group = [turned_face(fill, f"group {place}.jpg", 68, place) for place in range(3)]
    beside = fill.photo("beside.jpg", [], faces=[found(1, 5, 0), found(7, 6, 1)])
    anna = people(fill, "anna", 1, 3) + fill.faces_of(beside)[:1]
    library.group()
    cluster = library.face(group[0]).cluster
    struck = fill.faces_of(beside)[1]

    def put(db: sqlite_utils.Database) -> None:
        db.execute("INSERT OR REPLACE INTO members VALUES (?, ?)", [struck, cluster])

    library._database.submit(put, durable=False).result()
    library.set_kind([struck], FaceKind.NOT_A_FACE).result()
    person = library.name("Anna", faces=anna).result().people[0]
    assert cluster is not None
    assert Side(cluster=cluster) in [one.other for one in library.suggestions(Side(person=person))]


def test_the_id_of_a_group_goes_with_who_is_away_where_nobody_who_is_there_is_in_a_group(fill: Filler) -> None:
    library = fill.library
    here = fill.photo("here", [], faces=[turned(20, 1)])
    away = fill.photo("away", [], faces=[turned(0, 2)])
    regroup(library)
    (group,) = library.clusters()
    # Somebody in the same photo is more like whoever is away.
    fill.photo("here", [], faces=[turned(20, 1), replace(turned(0, 3), box=found(1, place=1).box)])
    seen_only(fill, [here])
    regroup(library)
    seen_only(fill, [here, away])
    (face,) = library.faces(FaceFilter(photo=away))
    assert face.cluster is not None
    assert library.cluster_id(group.id) == face.cluster
