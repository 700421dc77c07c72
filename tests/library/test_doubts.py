"""Second looks: which faces that were named with their group are offered, and what answers do."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import UsageError
from app.library.library import Library
from app.library.records import ClusterId, Doubt, DoubtReason, FaceFilter, FaceId, PersonId
from tests.library.conftest import Filler, content, found

ANNA, BERTA, CARLA = 0, 1, 2
LATER = datetime(2001, 6, 1)


def group_of(library: Library, face: FaceId) -> ClusterId:
    group = library.face(face).cluster
    assert group is not None
    return group


def one_group(fill: Filler, *photos: str) -> ClusterId:
    """The groups of the only faces of these photos as one, because somebody said so."""
    firsts = [fill.faces_of(fill.library.find_photo(fill.root.path / photo).id)[0] for photo in photos]
    groups = list(dict.fromkeys(group_of(fill.library, face) for face in firsts))
    if len(groups) > 1:
        fill.library.merge([], groups).result()
    return group_of(fill.library, firsts[0])


def face_in(fill: Filler, photo: str) -> FaceId:
    (face,) = fill.faces_of(fill.library.find_photo(fill.root.path / photo).id)
    return face


@pytest.fixture
def mixed(fill: Filler) -> Filler:
    """Twelve photos of Anna and two of Berta named as Anna by one group, then five of Berta named as Berta."""
    for number in range(12):
        fill.photo(f"anna{number:02}.jpg", [ANNA], taken_at=LATER)
    for number in range(2):
        fill.photo(f"wrong{number}.jpg", [BERTA], taken_at=LATER)
    fill.library.group()
    fill.library.name("Anna", clusters=[one_group(fill, "anna00.jpg", "wrong0.jpg")]).result()
    for number in range(5):
        fill.photo(f"berta{number}.jpg", [BERTA], taken_at=LATER)
    fill.library.group()
    fill.library.name("Berta", clusters=[one_group(fill, "berta0.jpg")]).result()
    return fill


def person(library: Library, name: str) -> PersonId:
    return library.find_person(name).id


def doubted(library: Library, name: str | None = None) -> list[FaceId]:
    return [one.face for one in library.doubts(None if name is None else person(library, name))]


def wrong(fill: Filler) -> list[FaceId]:
    return [face_in(fill, f"wrong{number}.jpg") for number in range(2)]


def test_faces_of_somebody_else_are_offered_and_who_they_may_be(mixed: Filler) -> None:
    library = mixed.library
    doubts = library.doubts()
    assert {one.face for one in doubts} == {*wrong(mixed)}
    for one in doubts:
        assert (one.person, one.instead) == (person(library, "Anna"), person(library, "Berta"))
        assert one.reason is DoubtReason.UNLIKE
        assert 0.9 < one.probability < 1
    assert library.doubts(person(library, "Anna")) == doubts
    assert library.doubts(person(library, "Berta")) == []
    assert library.doubts(limit=1) == doubts[:1]


def test_a_stranger_is_offered_with_nobody_instead_and_less_surely(mixed: Filler) -> None:
    library = mixed.library
    surely = library.doubts()[0].probability
    library.reject([face_in(mixed, f"berta{number}.jpg") for number in range(5)], person(library, "Berta")).result()
    doubts = library.doubts()
    assert [one.face for one in doubts] == wrong(mixed)
    assert [one.instead for one in doubts] == [None, None]
    assert all(0.1 < one.probability < surely for one in doubts)


def test_a_yes_confirms_the_face_in_one_step_and_it_is_not_offered_again(mixed: Filler) -> None:
    library = mixed.library
    before, history = content(library), len(library.history())
    first, second = doubted(library)
    anna = person(library, "Anna")
    done = library.name("Anna", faces=[first], person=anna).result()
    assert done.people[0] == anna
    face = library.face(first)
    assert (face.person, face.by_group) == (anna, False)
    assert library.face(second).by_group
    assert doubted(library) == [second]
    assert len(library.history()) == history + 1
    assert library.undo().result().label == done.label
    assert content(library) == before
    assert doubted(library) == [first, second]


def test_a_no_takes_the_face_off_and_it_is_not_offered_again(mixed: Filler) -> None:
    library = mixed.library
    first, second = doubted(library)
    library.reject([first], person(library, "Anna")).result()
    assert library.face(first).person is None
    assert doubted(library) == [second]
    library.group()
    assert library.face(first).automatic == person(library, "Berta")
    assert doubted(library) == [second]


def test_who_was_seen_singly_is_never_doubted(mixed: Filler) -> None:
    library = mixed.library
    third = mixed.photo("berta9.jpg", [BERTA])
    library.name("Anna", faces=[*wrong(mixed), *mixed.faces_of(third)]).result()
    assert library.doubts() == []


def test_a_child_not_yet_born_comes_first_and_for_certain(mixed: Filler) -> None:
    library = mixed.library
    early = mixed.photo("early.jpg", [ANNA], taken_at=datetime(1990, 1, 1))
    (face,) = mixed.faces_of(early)
    library.name("Anna", faces=[face]).result()
    library.set_born(person(library, "Anna"), date(2000, 1, 1)).result()
    assert face not in doubted(library)  # confirmed, whatever the date says
    library.set_born(person(library, "Berta"), date(2002, 1, 1)).result()
    doubts = library.doubts()
    bertas = [face_in(mixed, f"berta{number}.jpg") for number in range(5)]
    assert [one.face for one in doubts] == [*bertas, *wrong(mixed)]
    assert all((one.probability, one.reason) == (1.0, DoubtReason.UNBORN) for one in doubts[:5])
    # Nobody may be Berta in a photo from before her birth.
    assert [one.instead for one in doubts[5:]] == [None, None]
    library.set_born(person(library, "Berta"), date(2001, 6, 1)).result()
    assert doubted(library) == wrong(mixed)


def test_of_two_faces_of_somebody_in_one_photo_the_less_alike_is_offered_but_in_a_collage(fill: Filler) -> None:
    library = fill.library
    for number in range(6):
        fill.photo(f"anna{number}.jpg", [ANNA])
    both = fill.photo("both.jpg", [], faces=[found(ANNA, 70), found(ANNA, 71, place=1)])
    fill.photo("other.jpg", [], faces=[found(CARLA, 1)])
    library.group()
    one, other = fill.faces_of(both)
    grouped = [face for face in (one, other) if library.face(face).cluster is not None]
    assert len(grouped) == 1, "a group holds one face of a photo"
    (alone,) = {one, other} - set(grouped)
    library.name("Anna", clusters=[group_of(library, grouped[0])]).result()
    assert doubted(library) == []
    library.name("Anna", faces=[alone]).result()
    (doubt,) = library.doubts()
    assert (doubt.face, doubt.reason, doubt.instead) == (grouped[0], DoubtReason.TWICE, None)
    assert 0.5 <= doubt.probability < 1
    library.allow_repeats(both, True).result()
    assert doubted(library) == []


def test_who_cannot_be_is_not_named_instead(mixed: Filler) -> None:
    library = mixed.library
    first, second = doubted(library)
    library.reject([first], person(library, "Berta")).result()
    instead = {one.face: one.instead for one in library.doubts()}
    assert instead == {first: None, second: person(library, "Berta")}
    photo = library.face(second).photo
    # The photo shows Berta beside, so this is not Berta.
    mixed.photo("wrong1.jpg", [], faces=[found(BERTA, 50), found(BERTA, 51, place=1)], content="wrong1.jpg")
    beside = next(face for face in mixed.faces_of(photo) if library.face(face).person != person(library, "Anna"))
    library.name("Berta", faces=[beside]).result()
    assert {one.instead for one in library.doubts()} == {None}
    library.allow_repeats(photo, True).result()
    assert person(library, "Berta") in {one.instead for one in library.doubts()}


def test_photos_that_are_away_are_not_asked_about(mixed: Filler) -> None:
    library = mixed.library
    kept = [photo.id for photo in library.photos(library.photo_ids().tolist()) if photo.path.name != "wrong0.jpg"]
    mixed.walk(kept)
    assert doubted(library) == [face_in(mixed, "wrong1.jpg")]


def test_faces_that_the_present_model_has_not_described_are_left_out(mixed: Filler) -> None:
    mixed.use_engine("second")
    assert mixed.library.doubts() == []
    mixed.library.set_born(person(mixed.library, "Berta"), date(2010, 1, 1)).result()
    assert len(mixed.library.doubts()) == 5  # dates need no vector


def test_who_was_merged_is_asked_about_as_whom_they_stand_for(mixed: Filler) -> None:
    library = mixed.library
    anna, berta = person(library, "Anna"), person(library, "Berta")
    library.merge([berta, anna]).result()
    assert library.doubts(anna) == library.doubts(berta) == library.doubts()
    assert {one.person for one in library.doubts()} == {berta}
    with pytest.raises(UsageError):
        library.doubts(PersonId(99))


def test_nothing_is_doubted_where_there_is_nothing_to_compare(library: Library, photos: Path) -> None:
    assert library.doubts() == []
    fill = Filler(library, photos)
    assert library.doubts() == []
    for number in range(2):
        fill.photo(f"anna{number}.jpg", [ANNA])
    library.group()
    anna = library.name("Anna", clusters=[library.clusters()[0].id]).result().people[0]
    library.reject([face_in(fill, "anna0.jpg")], anna).result()
    assert library.doubts() == library.doubts(anna) == []


def test_a_search_of_everybody_can_be_stopped_and_tells_how_far_it_is(mixed: Filler) -> None:
    library = mixed.library
    steps: list[tuple[int, int]] = []
    library.doubts(progress=lambda done, total: steps.append((done, total)))
    assert steps == sorted(steps)
    assert steps[-1][0] <= steps[-1][1]
    assert library.doubts(cancelled=lambda: True) == []


@settings(deadline=None, max_examples=10)
@given(
    photos=st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=2, unique=True), min_size=4, max_size=20),
    joined=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=3),
    answers=st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=6),
)
def test_whatever_was_said_only_groups_are_doubted_and_no_answer_is_asked_for_twice(
    photos: list[list[int]], joined: list[tuple[int, int]], answers: list[tuple[int, bool]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Path(folder) / "library")
        try:
            fill = Filler(library, Path(folder))
            for number, people in enumerate(photos):
                fill.photo(f"{number:03}.jpg", people)
            library.group()
            for one, other in joined:
                groups = [group.id for group in library.clusters()]
                chosen = {groups[place % len(groups)] for place in (one, other)} if groups else set()
                in_photos = [{face.photo for face in library.faces(FaceFilter(cluster=group))} for group in chosen]
                if len(chosen) == 2 and not set.intersection(*in_photos):
                    library.merge([], sorted(chosen)).result()
            for number, group in enumerate(library.clusters()):
                library.name(f"Person {'ABCDEFGH'[number % 8]}", clusters=[group.id]).result()
            answered: set[tuple[FaceId, PersonId]] = set()
            for place, yes in answers:
                doubts = library.doubts()
                heeded(library, doubts, answered)
                if doubts:
                    doubt = doubts[place % len(doubts)]
                    answered.add((doubt.face, doubt.person))
                    if yes:
                        library.name("as before", faces=[doubt.face], person=doubt.person).result()
                    else:
                        library.reject([doubt.face], doubt.person).result()
                    library.group()
            heeded(library, library.doubts(), answered)
        finally:
            library.close()


def heeded(library: Library, doubts: list[Doubt], answered: set[tuple[FaceId, PersonId]]) -> None:
    assert doubts == library.doubts()
    assert [one.probability for one in doubts] == sorted((one.probability for one in doubts), reverse=True)
    assert len({one.face for one in doubts}) == len(doubts)
    for one in doubts:
        face = library.face(one.face)
        assert face.by_group
        assert face.person == one.person != one.instead
        assert 0 < one.probability <= 1
        assert (one.face, one.person) not in answered
        assert (one.face, one.instead) not in answered
        beside = {other.person for other in library.faces(FaceFilter(photo=face.photo)) if other.id != face.id}
        assert one.instead is None or one.instead not in beside
    of_each = [doubt for person in library.people(hidden=True) for doubt in library.doubts(person.id)]
    assert sorted(one.face for one in of_each) == sorted(one.face for one in doubts)
