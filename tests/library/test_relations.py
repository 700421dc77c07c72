"""What is said of more than one face: who are one person and who are not, collages, dates of birth."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from datetime import date, timedelta
from itertools import combinations, product
from pathlib import Path

import pytest
import sqlite_utils
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from app.errors import UsageError
from app.events import Event, LibraryChanged
from app.library import relations
from app.library.deciding import relate
from app.library.edits import Edit, NewIds
from app.library.library import Library
from app.library.records import ClusterId, Done, FaceFilter, FaceId, FaceKind, PersonId, Side
from tests.library.conftest import Filler, found, regroup, strangers
from tests.library.test_undo import People, view

TABLES = ("people", "decisions", "relations", "sides", "photo_decisions", "clusters", "members", "automatic", "photos")
# Not `grouped_by`: it only tells grouping where to look again.
FACES = "id, photo_id, x, y, w, h, found, kind, person_id, strength"


def tables(library: Library) -> dict[str, list[tuple[object, ...]]]:
    read = {table: library._read.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in TABLES}
    return read | {"faces": library._read.execute(f"SELECT {FACES} FROM faces ORDER BY id").fetchall()}


def members(library: Library, cluster: int) -> list[FaceId]:
    return [face.id for face in library.faces(FaceFilter(cluster=ClusterId(cluster)))]


def name(library: Library, text: str, cluster: int) -> PersonId:
    return library.name(text, clusters=[ClusterId(cluster)]).result().people[0]


def guessed(family: Filler, person: PersonId, photo: str = "later.jpg") -> FaceId:
    """A face of another photo that the machine takes for the person."""
    library = family.library
    identity = next(n for n in range(4) if library.similar(found(n).vector, limit=1)[0].face.person == person)
    (face,) = family.faces_of(family.photo(photo, [identity]))
    library.group()
    assert library.face(face).automatic == person
    return face


# Differences


def test_people_who_differ_are_not_suggested_for_each_others_faces(family: Filler) -> None:
    library = family.library
    first, second, third, _ = library.clusters()
    anna, berta, cleo = (
        name(library, text, group.id) for text, group in zip("ABC", (first, second, third), strict=True)
    )
    annas, bertas = ({face.id for face in library.faces(FaceFilter(person=person))} for person in (anna, berta))
    library.differ(Side(person=anna), Side(person=berta)).result()
    assert relations.refused(library._read) == {*product(annas, [berta]), *product(bertas, [anna])}
    some = min(annas)
    assert relations.refused(library._read, [some]) == {(some, berta)}
    assert relations.refused(library._read, [face.id for face in library.faces(FaceFilter(person=cleo))]) == set()
    assert relations.apart(library._read) == []


def test_a_merge_ends_what_was_said_of_a_difference_and_its_undo_brings_it_back(family: Filler) -> None:
    library = family.library
    first, second, *_ = library.clusters()
    anna, berta = name(library, "Anna", first.id), name(library, "Berta", second.id)
    library.differ(Side(person=anna), Side(person=berta)).result()
    before = relations.refused(library._read)
    library.merge([anna, berta]).result()
    assert relations.refused(library._read) == set()
    library.undo().result()
    assert relations.refused(library._read) == before != set()


def test_a_face_said_to_differ_from_a_person_loses_the_guess_and_undo_gives_it_back(family: Filler) -> None:
    library = family.library
    anna = name(library, "Anna", library.clusters()[0].id)
    face = guessed(family, anna)
    library.differ(Side(faces=(face,)), Side(person=anna)).result()
    assert library.face(face).automatic is None
    library.undo().result()
    assert library.face(face).automatic == anna
    library.redo().result()
    library.group()
    regroup(library)
    assert library.face(face).automatic is None


def test_naming_one_side_takes_that_guess_off_the_other_and_undo_gives_it_back(family: Filler) -> None:
    library = family.library
    group, other = strangers(library)
    anna = name(library, "Anna", group)
    face = guessed(family, anna)
    library.differ(Side(faces=(face,)), Side(cluster=other)).result()
    assert library.face(face).automatic == anna
    before = tables(library)
    library.name("Anna", clusters=[other]).result()
    assert library.face(face).automatic is None
    library.undo().result()
    assert tables(library) == before


def test_a_side_is_whom_more_than_half_of_its_faces_were_named(family: Filler) -> None:
    library = family.library
    group, other, *_ = library.clusters()
    one, rest = members(library, group.id), members(library, other.id)
    library.differ(Side(cluster=group.id), Side(cluster=other.id)).result()
    anna = library.name("Anna", faces=one[:3]).result().people[0]
    assert relations.refused(library._read) == set()
    library.name("Anna", faces=one[3:4]).result()
    assert relations.refused(library._read) == set(product(rest, [anna]))
    assert relations.apart(library._read) == [(one[4:], rest)]


def test_a_face_named_singly_is_that_person_whatever_was_said_of_its_group(family: Filler) -> None:
    library = family.library
    group, other, *_ = library.clusters()
    anna = name(library, "Anna", group.id)
    faces = members(library, other.id)
    library.differ(Side(cluster=other.id), Side(person=anna)).result()
    assert {pair for pair in relations.refused(library._read) if pair[1] == anna} == set(product(faces, [anna]))
    library.name("Anna", faces=faces[:1]).result()
    assert library.face(faces[0]).person == anna
    assert relations.refused(library._read, faces) == set(product(faces[1:], [anna]))


def test_both_sides_named_as_one_person_are_one_person(family: Filler) -> None:
    library = family.library
    group, other, *_ = library.clusters()
    library.differ(Side(cluster=group.id), Side(cluster=other.id)).result()
    sides = members(library, group.id), members(library, other.id)
    anna = library.name("Anna", faces=sides[0][:4]).result().people[0]
    library.name("Anna", faces=sides[1][:2]).result()
    # Two of six are no majority: this side is still somebody else than Anna.
    assert relations.refused(library._read) == set(product(sides[1][2:], [anna]))
    library.name("Anna", faces=sides[1][2:4]).result()
    assert relations.refused(library._read) == set()


def test_faces_of_one_group_that_differ_leave_each_other(family: Filler) -> None:
    library = family.library
    group = library.clusters()[0]
    one, *others = members(library, group.id)
    library.differ(Side(faces=(one,)), Side(faces=tuple(others))).result()
    assert library.face(one).cluster is None
    assert members(library, group.id) == others
    assert relations.apart(library._read) == [([one], others)]


def test_nobody_differs_from_themselves(family: Filler) -> None:
    library = family.library
    group, other, *_ = library.clusters()
    anna = name(library, "Anna", group.id)
    (face, *_) = library.faces(FaceFilter(person=anna))
    before = tables(library)
    for one, two, message in (
        (Side(person=anna), Side(person=anna), "differs from themselves"),
        (Side(cluster=other.id), Side(cluster=other.id), "differs from themselves"),
        (Side(faces=(face.id,)), Side(person=anna), "Anna is on both sides"),
        (Side(cluster=group.id), Side(person=anna), "named or emptied"),
    ):
        with pytest.raises(UsageError, match=message):
            library.differ(one, two).result()
    assert tables(library) == before


def test_a_side_is_one_thing() -> None:
    for wrong in ({}, {"person": PersonId(1), "cluster": ClusterId(1)}, {"person": PersonId(1), "faces": (FaceId(1),)}):
        with pytest.raises(ValueError, match="one person, one group or some faces"):
            Side(**wrong)


# Groups that are one


def test_merged_groups_take_the_oldest_id_and_stay_together(family: Filler) -> None:
    library = family.library
    one, other = strangers(library)
    faces = sorted(members(library, one) + members(library, other))
    library.merge([], [other, one]).result()
    assert library.cluster_id(other) == one
    assert members(library, one) == faces
    assert relations.together(library._read) == [faces]
    library.group()
    regroup(library)
    assert members(library, library.cluster_id(one)) == faces


def test_groups_that_share_a_photo_are_merged_only_where_it_is_a_collage(family: Filler) -> None:
    library = family.library
    (one, other) = (face.cluster for face in library.faces(FaceFilter(photo=library.faces()[0].photo)))
    assert one is not None
    assert other is not None
    faces = sorted(members(library, one) + members(library, other))
    before = tables(library)
    with pytest.raises(UsageError, match=r"shows a face of each.*kinfolio collage \d+"):
        library.merge([], [one, other]).result()
    assert tables(library) == before
    for photo in {face.photo for face in library.faces_by_id(faces)}:
        library.allow_repeats(photo, True).result()
    library.merge([], [one, other]).result()
    assert members(library, min(one, other)) == faces


def test_merging_needs_two_groups_with_faces(family: Filler) -> None:
    library = family.library
    group, other, *_ = library.clusters()
    name(library, "Anna", other.id)
    for groups in ([], [group.id], [group.id, group.id]):
        with pytest.raises(UsageError, match="two different groups"):
            library.merge([], groups).result()
    with pytest.raises(UsageError, match=f"no undecided face in group {other.id}"):
        library.merge([], [group.id, other.id]).result()


def test_faces_split_off_are_one_person_and_not_the_rest_of_their_group(family: Filler) -> None:
    library = family.library
    group = library.clusters()[0].id
    faces = members(library, group)
    library.split(faces[:2]).result()
    assert relations.together(library._read) == [faces[:2]]
    assert relations.apart(library._read) == [(faces[:2], faces[2:])]
    anna = name(library, "Anna", group)
    assert relations.refused(library._read, faces[:2]) == set(product(faces[:2], [anna]))


def test_a_face_split_off_by_name_does_not_come_back_to_its_group_when_the_name_is_taken_off(family: Filler) -> None:
    library = family.library
    group = library.clusters()[0].id
    face, *rest = (face.id for face in library.faces(FaceFilter(cluster=group)))
    library.split([face], "Dora").result()
    before = view(library)
    library.set_kind([face], FaceKind.FACE).result()
    assert library.face(face).cluster is None
    assert [other.id for other in library.faces(FaceFilter(cluster=group))] == rest
    library.undo().result()
    assert view(library) == before


def test_the_last_word_on_two_groups_counts(family: Filler) -> None:
    library = family.library
    group = library.clusters()[0].id
    faces = members(library, group)
    library.split(faces[:2]).result()
    split_off = library.face(faces[0]).cluster
    assert split_off is not None
    library.merge([], [group, split_off]).result()
    assert relations.apart(library._read) == []
    assert faces in relations.together(library._read)
    library.split(faces[4:]).result()
    assert relations.apart(library._read) == [(faces[4:], faces[:4])]
    assert sorted(relations.together(library._read)) == [faces[:2], faces[:4], faces[4:], faces[4:]]


@pytest.fixture(scope="module")
def six_faces() -> Iterator[Library]:
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Path(folder) / "library")
        fill = Filler(library, Path(folder))
        for number in range(6):
            fill.photo(f"{number}.jpg", [number])
        yield library
        library.close()


SIDES = st.lists(st.integers(-1, 1), min_size=6, max_size=6)


@settings(max_examples=200, deadline=None)
@given(said=st.lists(st.tuples(st.sampled_from([relations.SAME, relations.DIFFERENT]), SIDES), max_size=6))
def test_of_any_two_faces_the_last_statement_counts(six_faces: Library, said: list[tuple[str, list[int]]]) -> None:
    ids = [face.id for face in six_faces.faces()]

    def say(db: sqlite_utils.Database) -> None:
        db.execute("DELETE FROM sides")
        db.execute("DELETE FROM relations")
        for kind, places in said:
            sides = [[face for face, place in zip(ids, places, strict=True) if place == side] for side in (0, 1)]
            chosen = sides if kind == relations.DIFFERENT else sides[:1]
            Edit("Said", tuple(relate(NewIds(db), kind, *((faces, ()) for faces in chosen), origin="user"))).apply(db)

    six_faces._database.submit(say, durable=False).result()
    last: dict[frozenset[int], str] = {}
    cut: dict[frozenset[int], bool] = {}
    for kind, places in said:
        for one, other in combinations(range(6), 2):
            pair, sides = frozenset({ids[one], ids[other]}), {places[one], places[other]}
            if sides == ({0} if kind == relations.SAME else {0, 1}):
                last[pair], cut[pair] = kind, False
            elif kind == relations.DIFFERENT and sides != {-1}:
                cut[pair] = True
    together = {frozenset(pair) for faces in relations.together(six_faces._read) for pair in combinations(faces, 2)}
    apart = {frozenset(pair) for sides in relations.apart(six_faces._read) for pair in product(*sides)}
    assert apart == {pair for pair, kind in last.items() if kind == relations.DIFFERENT}
    same = {pair for pair, kind in last.items() if kind == relations.SAME}
    assert together <= same
    # Of what was joined and then told apart in part, faces that the cut touched need not be held together.
    assert {pair for pair in same if not cut[pair]} <= together


# Photos with repeats


def test_a_collage_may_show_a_person_twice_and_guesses_give_way_when_that_is_taken_back(family: Filler) -> None:
    library = family.library
    anna = name(library, "Anna", library.clusters()[0].id)
    identity = next(n for n in range(4) if library.similar(found(n).vector, limit=1)[0].face.person == anna)
    photo = family.photo("collage.jpg", [identity, identity, identity])
    faces = family.faces_of(photo)
    library.allow_repeats(photo, True).result()
    assert library.photo(photo).repeats_allowed
    library.group()
    assert [library.face(face).automatic for face in faces] == [anna] * 3
    before = tables(library)
    library.allow_repeats(photo, False).result()
    assert sorted(library.face(face).automatic == anna for face in faces) == [False, False, True]
    library.undo().result()
    assert tables(library) == before
    library.name("Anna", faces=faces[:2]).result()
    library.allow_repeats(photo, False).result()
    assert [library.face(face).person for face in faces] == [anna, anna, None]
    assert library.face(faces[2]).automatic is None


def test_of_a_group_with_a_photo_that_is_no_collage_one_face_of_it_stays(family: Filler) -> None:
    library = family.library
    photo = family.photo("twice.jpg", [9, 9])
    library.allow_repeats(photo, True).result()
    family.photo("once.jpg", [9])
    library.group()
    faces = family.faces_of(photo)
    assert len({library.face(face).cluster for face in faces} - {None}) == 1
    library.allow_repeats(photo, False).result()
    assert sorted(library.face(face).cluster is None for face in faces) == [False, True]


def test_a_change_of_a_photo_is_told(family: Filler, events: list[Event]) -> None:
    photo = family.library.faces()[0].photo
    events.clear()
    family.library.allow_repeats(photo, True).result()
    (event,) = events
    assert isinstance(event, LibraryChanged)
    assert event.photos == {photo}


def test_an_unknown_photo_is_no_collage(library: Library) -> None:
    with pytest.raises(UsageError, match="no photo 7"):
        library.allow_repeats(7, True).result()  # type: ignore[arg-type]  # what a program may ask for


# Dates of birth


def test_a_date_of_birth_is_kept_and_can_be_taken_off(family: Filler) -> None:
    library = family.library
    anna = name(library, "Anna", library.clusters()[0].id)
    assert library.person(anna).born_on is None
    library.set_born(anna, date(2015, 3, 31)).result()
    assert library.people()[0].born_on == date(2015, 3, 31)
    library.set_born(anna, None).result()
    assert library.person(anna).born_on is None
    with pytest.raises(UsageError, match="still to come"):
        library.set_born(anna, date.today() + timedelta(days=2)).result()


def test_a_merge_keeps_a_date_of_birth_that_only_the_other_had(family: Filler) -> None:
    library = family.library
    anna, berta, cleo = (name(library, text, group.id) for text, group in zip("ABC", library.clusters(), strict=False))
    library.set_born(berta, date(2015, 3, 31)).result()
    library.merge([anna, berta]).result()
    assert library.person(anna).born_on == date(2015, 3, 31)
    library.set_born(cleo, date(1980, 1, 1)).result()
    library.merge([anna, cleo]).result()
    assert library.person(anna).born_on == date(2015, 3, 31)


# All of it


def test_a_face_that_was_told_apart_outlives_a_scan_that_misses_it(family: Filler) -> None:
    library = family.library
    group, other, *_ = library.clusters()
    face = library.face(members(library, group.id)[0])
    name(library, "Anna", other.id)
    library.differ(Side(cluster=group.id), Side(person=library.people()[0].id)).result()
    family.photo(face.path.name, [], faces=[])
    assert library.face(face.id).id == face.id


Verb = Callable[[Library, Sequence[PersonId], Sequence[ClusterId]], Future[Done]]
VERBS: dict[str, Verb] = {
    "people differ": lambda library, people, groups: library.differ(Side(person=people[0]), Side(person=people[1])),
    "groups differ": lambda library, people, groups: library.differ(Side(cluster=groups[0]), Side(cluster=groups[1])),
    "a group and a person differ": lambda library, people, groups: library.differ(
        Side(cluster=groups[0]), Side(person=people[0])
    ),
    "faces differ": lambda library, people, groups: library.differ(
        Side(faces=tuple(members(library, groups[0])[:1])), Side(faces=tuple(members(library, groups[0])[1:]))
    ),
    "merge people": lambda library, people, groups: library.merge(people),
    "merge groups": lambda library, people, groups: library.merge([], groups),
    "merge a group into a person": lambda library, people, groups: library.merge(people[:1], groups[:1]),
    "split": lambda library, people, groups: library.split(members(library, groups[0])[:2]),
    "split off a name": lambda library, people, groups: library.split(members(library, groups[0])[:2], "Dora"),
    "collage": lambda library, people, groups: library.allow_repeats(library.faces()[0].photo, True),
    "no collage": lambda library, people, groups: library.allow_repeats(library.faces()[0].photo, False),
    "born": lambda library, people, groups: library.set_born(people[0], date(2015, 3, 31)),
}


@pytest.mark.parametrize("verb", VERBS)
def test_each_is_one_step_whose_undo_and_redo_restore_every_table(family: Filler, verb: str) -> None:
    library = family.library
    one, other = strangers(library)
    named = [group.id for group in library.clusters() if group.id not in (one, other)]
    people = [name(library, text, group) for text, group in zip("AB", named, strict=True)]
    guessed(family, people[0])
    before, steps = tables(library), len(library.history())
    VERBS[verb](library, people, [one, other]).result()
    after = tables(library)
    assert after != before
    assert len(library.history()) == steps + 1
    for _ in range(2):
        library.undo().result()
        assert tables(library) == before
        library.redo().result()
        assert tables(library) == after


class Relations(People):
    """The random edits of `People` with those about more than one face: undo restores the rows as well."""

    def side(self, data: st.DataObject) -> Side:
        people = [Side(person=person.id) for person in self.library.people(hidden=True)]
        groups = [Side(cluster=group.id) for group in self.library.clusters()]
        faces = [Side(faces=(face.id,)) for face in self.library.faces()]
        return data.draw(st.sampled_from([*people, *groups, *faces]))

    def undone(self, future_of: Callable[[], Future[Done]]) -> None:
        before = tables(self.library)
        steps = len(self.library.history())
        self.edit(future_of)
        if len(self.library.history()) == steps:
            return
        after = tables(self.library)
        self.library.undo().result()
        assert tables(self.library) == before
        self.library.redo().result()
        assert tables(self.library) == after

    @rule(data=st.data())
    def differ(self, data: st.DataObject) -> None:
        one, other = self.side(data), self.side(data)
        self.undone(lambda: self.library.differ(one, other))

    @rule(data=st.data())
    def merge_groups(self, data: st.DataObject) -> None:
        groups = [group.id for group in self.library.clusters()]
        if len(groups) >= 2:
            chosen = data.draw(st.lists(st.sampled_from(groups), min_size=2, max_size=3))
            self.undone(lambda: self.library.merge([], chosen))

    @rule(data=st.data(), allowed=st.booleans())
    def allow_repeats(self, data: st.DataObject, allowed: bool) -> None:
        photo = data.draw(st.sampled_from(self.library.photo_ids().tolist()))
        self.undone(lambda: self.library.allow_repeats(photo, allowed))

    @rule()
    def grow(self) -> None:
        """What the machine does in between is nobody's step, so what is undone afterwards is compared anew."""
        self.library.group()
        self.past, self.future = [], []

    @invariant()
    def no_guess_is_refused(self) -> None:
        if hasattr(self, "library"):
            guesses = self.library._read.execute("SELECT face_id, person_id FROM automatic").fetchall()
            assert not set(guesses) & relations.refused(self.library._read)


Relations.TestCase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
TestAnyRelationsUndone = Relations.TestCase
