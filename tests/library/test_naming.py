"""What a person says about faces, and that it holds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from app.errors import UsageError
from app.events import Event, LibraryChanged
from app.library import decisions
from app.library.library import Library
from app.library.naming import NameTakenError
from app.library.records import ClusterId, FaceFilter, FaceKind, FoundFace, PhotoFilter, Strictness
from tests.library.conftest import Filler, content, found, regroup, strangers, vector


def test_naming_a_group_ends_it_and_gives_its_faces_by_group(family: Filler) -> None:
    library = family.library
    before = library.clusters()
    done = library.name("Anna", clusters=[before[0].id]).result()
    anna = library.person(done.people[0])
    assert (anna.name, anna.faces, anna.photos) == ("Anna", 6, 6)
    assert [group.id for group in library.clusters()] == [group.id for group in before[1:]]
    faces = library.faces(FaceFilter(person=anna.id))
    assert all(face.by_group and face.person == anna.id and face.cluster is None for face in faces)


def test_naming_a_single_face_confirms_it_and_leaves_the_rest_of_its_group(family: Filler) -> None:
    library = family.library
    group = library.clusters()[0]
    face = library.faces(FaceFilter(cluster=group.id))[0]
    library.name("Anna", faces=[face.id]).result()
    assert not library.face(face.id).by_group
    assert {cluster.id: cluster.faces for cluster in library.clusters()}[group.id] == group.faces - 1


def test_a_second_group_of_the_same_name_joins_the_same_person(family: Filler) -> None:
    library = family.library
    for group in strangers(library):
        library.name("  Anna " if library.people() else "Anna", clusters=[group]).result()
    (anna,) = library.people()
    assert anna.faces == 12


def test_two_people_may_have_one_name_when_asked_for(family: Filler) -> None:
    library = family.library
    first, second, *_ = library.clusters()
    library.name("Anna", clusters=[first.id]).result()
    library.name("Anna", clusters=[second.id], new_person=True).result()
    assert [person.name for person in library.people()] == ["Anna", "Anna"]
    with pytest.raises(UsageError, match="2 people are called 'Anna'"):
        library.find_person("Anna")


def test_a_group_cannot_be_named_twice(family: Filler) -> None:
    library = family.library
    group = library.clusters()[0]
    library.name("Anna", clusters=[group.id]).result()
    with pytest.raises(UsageError, match="no undecided face"):
        library.name("Berta", clusters=[group.id]).result()
    assert [person.name for person in library.people()] == ["Anna"]


@pytest.mark.parametrize("name", ["", "  ", "\n\t"])
def test_an_empty_name_is_refused(family: Filler, name: str) -> None:
    with pytest.raises(UsageError, match="at least one letter"):
        family.library.name(name, clusters=[family.library.clusters()[0].id]).result()


@pytest.mark.parametrize("name", ["Zoë 🌻", "李小龙", "نرگس\u200cجان", "Anna\nMaria", "O'Brien; DROP TABLE people"])
def test_names_of_any_script_are_kept(family: Filler, name: str) -> None:
    family.library.name(name, clusters=[family.library.clusters()[0].id]).result()
    assert family.library.people()[0].name == " ".join(name.split())


def test_merging_keeps_the_first_and_old_ids_lead_to_it(family: Filler) -> None:
    library = family.library
    first, second, *_ = library.clusters()
    anna = library.name("Anna", clusters=[first.id]).result().people[0]
    annie = library.name("Annie", clusters=[second.id]).result().people[0]
    library.merge([annie, anna]).result()
    assert library.person(anna).id == annie
    assert library.people()[0].faces == first.faces + second.faces


def test_merging_somebody_with_themselves_is_refused(family: Filler) -> None:
    library = family.library
    anna = library.name("Anna", clusters=[library.clusters()[0].id]).result().people[0]
    with pytest.raises(UsageError, match="two different people"):
        library.merge([anna, anna]).result()


def test_a_merged_person_can_be_merged_on_and_every_step_comes_back(family: Filler) -> None:
    library = family.library
    a, b, c = (
        library.name(name, clusters=[group.id]).result().people[0]
        for name, group in zip("ABC", library.clusters(), strict=False)
    )
    library.merge([b, a]).result()
    library.merge([c, b]).result()
    assert [(person.id, person.faces) for person in library.people()] == [(c, 18)]
    library.undo().result()
    assert sorted((person.id, person.faces) for person in library.people()) == [(b, 12), (c, 6)]
    library.undo().result()
    assert sorted((person.id, person.faces) for person in library.people()) == [(a, 6), (b, 6), (c, 6)]


def test_a_rejected_face_leaves_the_person_and_is_never_given_back_by_the_machine(family: Filler) -> None:
    library = family.library
    anna = library.name("Anna", clusters=[library.clusters()[0].id]).result().people[0]
    face = library.faces(FaceFilter(person=anna))[0]
    library.reject([face.id], anna).result()
    library.group()
    regroup(library)
    assert library.face(face.id).person is None
    assert library.face(face.id).automatic is None


@pytest.mark.parametrize("moved", [1, 2, 3])
def test_split_faces_stay_together_and_apart_through_new_groupings(family: Filler, moved: int) -> None:
    library = family.library
    group = library.clusters()[0]
    members = [face.id for face in library.faces(FaceFilter(cluster=group.id))]
    library.split(members[:moved]).result()
    for _ in range(2):
        regroup(library)
        library.group()
        groups = [library.face(face).cluster for face in members]
        assert set(groups[moved:]) == {group.id}
        assert group.id not in groups[:moved]
        assert len(set(groups[:moved])) == 1


def test_splitting_off_a_new_person_takes_the_faces_along(family: Filler) -> None:
    library = family.library
    anna = library.name("Anna", clusters=[library.clusters()[0].id]).result().people[0]
    moved = [face.id for face in library.faces(FaceFilter(person=anna))[:2]]
    berta = library.split(moved, "Berta").result().people[0]
    assert {face.id for face in library.faces(FaceFilter(person=berta))} == set(moved)
    assert library.person(anna).faces == 4


def test_what_is_not_a_face_or_ignored_is_in_no_group_and_no_person(family: Filler) -> None:
    library = family.library
    group = library.clusters()[0]
    first, second = [face.id for face in library.faces(FaceFilter(cluster=group.id))[:2]]
    library.set_kind([first], FaceKind.NOT_A_FACE).result()
    library.set_kind([second], FaceKind.IGNORED).result()
    assert {library.face(first).kind, library.face(second).kind} == {FaceKind.NOT_A_FACE, FaceKind.IGNORED}
    assert library.clusters()[-1].faces == group.faces - 2
    assert not {first, second} & {face.id for face in library.faces(FaceFilter(unnamed=True))}


def test_an_ignored_face_that_is_named_after_all_is_a_face_again(family: Filler) -> None:
    library = family.library
    face = library.faces()[0].id
    library.set_kind([face], FaceKind.IGNORED).result()
    library.name("Anna", faces=[face]).result()
    assert library.face(face).kind is FaceKind.FACE


def test_ignoring_a_group_ignores_every_face_of_it(family: Filler) -> None:
    library = family.library
    group = library.clusters()[0]
    library.ignore(clusters=[group.id]).result()
    assert library.counts().clusters == 3
    assert sum(face.kind is FaceKind.IGNORED for face in library.faces()) == group.faces


def test_hidden_people_are_listed_only_on_request(family: Filler) -> None:
    library = family.library
    anna = library.name("Anna", clusters=[library.clusters()[0].id]).result().people[0]
    library.set_hidden(anna, True).result()
    assert library.people() == []
    assert [person.id for person in library.people(hidden=True)] == [anna]


def test_a_cover_must_be_a_face_of_the_person(family: Filler) -> None:
    library = family.library
    first, second, *_ = library.clusters()
    anna = library.name("Anna", clusters=[first.id]).result().people[0]
    own = library.faces(FaceFilter(person=anna))[-1].id
    library.set_cover(anna, own).result()
    assert library.person(anna).cover == own
    with pytest.raises(UsageError, match="own faces"):
        library.set_cover(anna, second.cover).result()


def test_unknown_faces_people_and_groups_are_named_in_the_error(family: Filler) -> None:
    library = family.library
    with pytest.raises(UsageError, match="no face 999"):
        library.name("Anna", faces=[999]).result()
    with pytest.raises(UsageError, match="no person 999"):
        library.rename(999, "Anna").result()
    with pytest.raises(UsageError, match="no group 999"):
        library.name("Anna", clusters=[999]).result()
    assert library.people() == []
    assert library.undo_label() is None


def test_an_unknown_name_is_answered_with_close_ones(family: Filler) -> None:
    library = family.library
    library.name("Katharina", clusters=[library.clusters()[0].id]).result()
    with pytest.raises(UsageError, match="Did you mean 'Katharina'"):
        library.find_person("Katarina")


@pytest.mark.parametrize("text", ["9" * 30, "٣" * 3, "-1", ""])
def test_a_text_that_is_no_persons_name_or_id_is_refused(family: Filler, text: str) -> None:
    with pytest.raises(UsageError, match="There is no person"):
        family.library.find_person(text)
    with pytest.raises(UsageError, match="no photo"):
        family.library.find_photo(text)


def test_type_ahead_matches_the_start_of_any_word_without_case_or_accents(family: Filler) -> None:
    library = family.library
    for name, group in zip(["Zoë Ängström", "Anna Zobel", "Ben"], library.clusters(), strict=False):
        library.name(name, clusters=[group.id]).result()
    recent_first = [person.name for person in library.suggest_names("zo")]
    assert recent_first == ["Anna Zobel", "Zoë Ängström"]
    assert [person.name for person in library.suggest_names("ang")] == ["Zoë Ängström"]
    assert [person.name for person in library.suggest_names("")] == ["Ben", "Anna Zobel", "Zoë Ängström"]


def test_photos_are_found_by_any_all_only_and_none_of_some_people(family: Filler) -> None:
    library = family.library
    people = {}
    for group in library.clusters():
        identities = {face.photo for face in library.faces(FaceFilter(cluster=group.id))}
        name = f"person {min(identities)}{max(identities)}"
        people[name] = library.name(name, clusters=[group.id], new_person=True).result().people[0]
    a, b, *_ = people.values()
    of = {person: {face.photo for face in library.faces(FaceFilter(person=person))} for person in people.values()}

    def found(which: PhotoFilter) -> set[int]:
        return set(library.photo_ids(which).tolist())

    assert found(PhotoFilter(any_of=(a, b))) == of[a] | of[b]
    assert found(PhotoFilter(all_of=(a, b))) == of[a] & of[b]
    assert found(PhotoFilter(none_of=(a,))) == set(library.photo_ids().tolist()) - of[a]
    assert found(PhotoFilter(only=(a,))) == set()
    everyone = tuple(people.values())
    assert found(PhotoFilter(only=everyone)) == set(library.photo_ids().tolist())


def turned(*degrees: float) -> list[FoundFace]:
    """Faces of one person who looks another way by so many degrees."""
    one, other = vector(1), vector(2)
    other = other - (other @ one) * one
    other /= np.linalg.norm(other)
    angles = np.radians(degrees)
    vectors = np.cos(angles)[:, None] * one + np.sin(angles)[:, None] * other
    return [replace(found(1), vector=np.asarray(each, np.float32)) for each in vectors]


def two_looks(fill: Filler) -> list[ClusterId]:
    """Two groups of one person: alike by a cosine of 0.5, where 0.55 is a pair."""
    for place, face in enumerate(turned(0, 1, 2, 59, 60, 61)):
        fill.photo(f"look{place}.jpg", [], faces=[face])
    fill.library.group()
    groups = [cluster.id for cluster in fill.library.clusters()]
    assert len(groups) == 2
    return groups


def test_two_groups_that_new_faces_alone_lie_between_stay_two(fill: Filler) -> None:
    groups = two_looks(fill)
    fill.photo("between.jpg", [], faces=turned(30))
    fill.library.group()
    assert [cluster.id for cluster in fill.library.clusters()] == groups


def test_two_groups_that_have_grown_alike_become_the_older_one(fill: Filler) -> None:
    older, younger = sorted(two_looks(fill))
    for place, face in enumerate(turned(12, 14, 16, 18, 20, 40, 42, 44, 46, 48)):
        fill.photo(f"more{place}.jpg", [], faces=[face])
        fill.library.group()
    fill.photo("between.jpg", [], faces=turned(30))
    fill.library.group()
    assert [cluster.id for cluster in fill.library.clusters()] == [older]
    assert fill.library.cluster_id(younger) == older


def test_a_group_that_was_named_takes_in_no_other(fill: Filler) -> None:
    older, younger = sorted(two_looks(fill))
    fill.library.name("Anna", clusters=[older]).result()
    for place, face in enumerate(turned(40, 42, 44, 46, 48, 30)):
        fill.photo(f"more{place}.jpg", [], faces=[face])
        fill.library.group()
    # The machine may show its faces with Anna; that is a guess.
    assert fill.library.cluster_id(younger) == younger
    assert sum(face.name == "Anna" for face in fill.library.faces()) == 3


def test_a_new_photo_of_a_named_person_is_theirs_automatically(family: Filler) -> None:
    library = family.library
    face = library.faces()[0]
    anna = library.name("Anna", clusters=[face.cluster]).result().people[0]  # type: ignore[list-item]
    photo = family.photo("later.jpg", [0])
    library.group()
    (later,) = library.faces(FaceFilter(photo=photo))
    assert (later.person, later.automatic) == (None, anna)
    assert later.id in {found.id for found in library.faces(FaceFilter(person=anna))}


def test_the_machine_never_gives_one_person_two_faces_of_a_photo(family: Filler) -> None:
    library = family.library
    face = library.faces()[0]
    library.name("Anna", clusters=[face.cluster]).result()  # type: ignore[list-item]
    photo = family.photo("mirror.jpg", [0, 0, 0])
    library.group()
    automatic = [found.automatic for found in library.faces(FaceFilter(photo=photo))]
    assert sorted(person is None for person in automatic) == [False, True, True]


def test_growing_knows_who_is_in_the_photo_already(family: Filler) -> None:
    library = family.library
    first = library.faces()[0]
    later = family.photo("later.jpg", [0])
    library.group()
    family.photo("later.jpg", [], faces=[found(0, 77, 0), found(0, 78, 1)], content="changed")
    library.group()
    groups = [face.cluster for face in library.faces(FaceFilter(photo=later))]
    assert sorted(group == first.cluster for group in groups) == [False, True]


def test_growing_gives_a_person_no_second_automatic_face_in_a_photo(family: Filler) -> None:
    library = family.library
    face = library.faces()[0]
    anna = library.name("Anna", clusters=[face.cluster]).result().people[0]  # type: ignore[list-item]
    later = family.photo("later.jpg", [0])
    library.group()
    family.photo("later.jpg", [], faces=[found(0, 77, 0), found(0, 78, 1)])
    library.group()
    automatic = [face.automatic for face in library.faces(FaceFilter(photo=later))]
    assert sorted(person == anna for person in automatic) == [False, True]


def test_what_people_decide_while_grouping_looks_is_stronger_than_what_it_found(family: Filler) -> None:
    library = family.library
    group = library.clusters()[0]
    members = [face.id for face in library.faces(FaceFilter(cluster=group.id))]
    anna = library.name("Anna", faces=members[:3]).result().people[0]
    library.split(members[3:4]).result()
    family.photo("later.jpg", [0])
    plans = []

    def decide(done: int, total: int) -> None:
        if not plans:
            plans.append(done)
            later = library.faces()[-1].id
            library.reject([later], anna).result()

    library.group(progress=decide)
    assert plans
    assert library.faces()[-1].automatic is None


def test_faces_set_free_by_an_undo_are_grouped_again(family: Filler) -> None:
    library = family.library
    face = library.faces()[0]
    library.name("Anna", clusters=[face.cluster]).result()  # type: ignore[list-item]
    later = [family.photo(f"later{number}.jpg", [0]) for number in range(3)]
    library.group()
    assert all(library.faces(FaceFilter(photo=photo))[0].automatic for photo in later)
    library.undo().result()
    library.group()
    assert {library.faces(FaceFilter(photo=photo))[0].cluster for photo in later} == {face.cluster}


def test_ignored_faces_of_a_replaced_group_come_back_as_nobodys(family: Filler) -> None:
    library = family.library
    first, second, *_ = library.clusters()
    members = [face.id for face in library.faces(FaceFilter(cluster=second.id))]
    library.set_kind(members[:2], FaceKind.IGNORED).result()
    library.split(members[2:]).result()
    regroup(library)
    library.set_kind(members[:2], FaceKind.FACE).result()
    listed = {cluster.id for cluster in library.clusters()}
    for cluster in listed:
        assert library.cluster_id(cluster) == cluster
    library.name("Carl", clusters=[first.id]).result()
    assert not {library.face(face).name for face in members} - {None}


def test_a_cover_that_is_no_longer_the_persons_is_not_shown(family: Filler) -> None:
    library = family.library
    anna = library.name("Anna", clusters=[library.clusters()[0].id]).result().people[0]
    face = library.faces(FaceFilter(person=anna))[-1].id
    library.set_cover(anna, face).result()
    library.set_kind([face], FaceKind.NOT_A_FACE).result()
    assert library.person(anna).cover not in {None, face}


def test_asking_first_changes_nothing_where_people_of_that_name_are_known(family: Filler) -> None:
    library = family.library
    first, second = strangers(library)
    anna = library.name("Ánna", clusters=[first]).result().people[0]
    with pytest.raises(NameTakenError) as taken:
        library.name("anna", clusters=[second], ask=True).result()
    assert [person.id for person in taken.value.people] == [anna]
    assert library.person(anna).faces == 6
    library.name("anna", clusters=[second], person=anna, ask=True).result()
    assert library.person(anna).faces == 12


def test_a_rename_that_asks_first_tells_of_others_of_that_name_but_not_of_itself(family: Filler) -> None:
    library = family.library
    first, second, *_ = library.clusters()
    anna = library.name("Anna", clusters=[first.id]).result().people[0]
    ben = library.name("Ben", clusters=[second.id]).result().people[0]
    with pytest.raises(NameTakenError):
        library.rename(ben, "ANNA", ask=True).result()
    library.rename(anna, "anna", ask=True).result()
    assert library.person(anna).name == "anna"
    assert library.undo().result().label == "Rename Anna to anna"


def test_a_label_may_hold_braces(family: Filler) -> None:
    library = family.library
    odd = library.name("{x}", clusters=[library.clusters()[0].id]).result().people[0]
    assert library.rename(odd, "{y}").result().label == "Rename {x} to {y}"


def test_a_merge_does_not_give_a_person_a_face_that_was_rejected(family: Filler) -> None:
    library = family.library
    first, second, *_ = library.clusters()
    ann = library.name("Ann", clusters=[second.id]).result().people[0]
    bob = library.name("Bob", clusters=[first.id]).result().people[0]
    identity = next(n for n in range(4) if library.similar(found(n).vector, limit=1)[0].face.person == bob)
    (face,) = family.faces_of(family.photo("later.jpg", [identity]))
    library.group()
    assert library.face(face).automatic == bob
    library.reject([face], ann).result()
    library.merge([ann, bob]).result()
    library.group()
    assert library.face(face).automatic is None


def test_a_rejection_of_one_person_does_not_take_another_name_off_when_the_two_are_merged(family: Filler) -> None:
    library = family.library
    first, second, *_ = library.clusters()
    bob = library.name("Bob", clusters=[first.id]).result().people[0]
    ann = library.name("Ann", clusters=[second.id]).result().people[0]
    face = library.faces(FaceFilter(person=bob))[0].id
    library.reject([face], ann).result()
    library.merge([bob, ann]).result()
    assert library.face(face).person == bob
    library.reject([face], bob).result()
    assert library.face(face).person is None


def test_of_a_rejection_and_a_name_the_later_one_counts(family: Filler) -> None:
    library = family.library
    ann = library.name("Ann", clusters=[library.clusters()[0].id]).result().people[0]
    face = library.faces(FaceFilter(person=ann))[0].id
    library.reject([face], ann).result()
    assert decisions.rejections(library._read, [face]) == decisions.rejections(library._read) == {(face, ann)}
    library.name("Ann", faces=[face]).result()
    assert decisions.rejections(library._read, [face]) == decisions.rejections(library._read) == set()
    library.reject([face], ann).result()
    assert decisions.rejections(library._read) == {(face, ann)}


@pytest.mark.parametrize("kind", [FaceKind.IGNORED, FaceKind.NOT_A_FACE])
def test_a_face_that_is_shown_again_has_the_name_it_had(family: Filler, kind: FaceKind) -> None:
    library = family.library
    ann = library.name("Ann", clusters=[library.clusters()[0].id]).result().people[0]
    face, rejected = (face.id for face in library.faces(FaceFilter(person=ann))[:2])
    library.name("Ann", faces=[face]).result()
    library.set_kind([face, rejected], kind).result()
    library.reject([rejected], ann).result()
    assert {library.face(face).person, library.face(rejected).person} == {None}
    library.set_kind([face, rejected], FaceKind.FACE).result()
    assert (library.face(face).person, library.face(face).by_group) == (ann, False)
    assert library.face(rejected).person is None
    library.set_kind([face], FaceKind.FACE).result()
    assert library.face(face).person is None


def test_a_rejection_of_several_faces_is_called_by_their_number(family: Filler) -> None:
    library = family.library
    group = library.clusters()[0]
    faces = [face.id for face in library.faces(FaceFilter(cluster=group.id))]
    anna = library.name("Anna", clusters=[group.id]).result().people[0]
    assert library.reject(faces[:1], anna).result().label == "Not Anna"
    assert library.reject(faces[1:4], anna).result().label == "Not Anna: 3 faces"


def test_rejecting_after_a_merge_holds_also_when_the_face_had_the_other_name(family: Filler) -> None:
    library = family.library
    first, second, *_ = library.clusters()
    bob = library.name("Bob", clusters=[first.id]).result().people[0]
    ann = library.name("Ann", clusters=[second.id]).result().people[0]
    face = library.faces(FaceFilter(person=bob))[0].id
    library.merge([ann, bob]).result()
    library.reject([face], ann).result()
    assert library.face(face).person is None


def test_guesses_are_looked_at_again_when_the_names_they_rest_on_go(family: Filler) -> None:
    library = family.library
    stranger, own = library.clusters()[0], library.clusters()[1]
    ann = library.name("Ann", clusters=[own.id]).result().people[0]
    wrong = [face.id for face in library.faces(FaceFilter(cluster=stranger.id))]
    library.name("Ann", faces=wrong).result()
    identity = next(n for n in range(4) if library.similar(found(n).vector, limit=1)[0].face.id in wrong)
    later = [family.faces_of(family.photo(f"later{number}.jpg", [identity]))[0] for number in range(3)]
    library.group()
    assert {library.face(face).automatic for face in later} == {ann}
    library.undo().result()
    library.group()
    assert {library.face(face).automatic for face in later} == {None}


def test_naming_one_face_of_a_photo_takes_the_guess_off_the_other(family: Filler) -> None:
    library = family.library
    ann = library.name("Ann", clusters=[library.faces()[0].cluster]).result().people[0]  # type: ignore[list-item]
    photo = family.photo("later.jpg", [0, 2])
    library.group()
    guessed, other = library.faces(FaceFilter(photo=photo))
    assert guessed.automatic == ann
    library.name("Ann", faces=[other.id]).result()
    library.group()
    assert library.face(guessed.id).automatic is None
    library.undo().result()
    assert library.face(guessed.id).automatic == ann


def test_naming_a_group_names_its_faces_on_a_drive_that_is_away(family: Filler) -> None:
    library = family.library
    group = library.clusters()[0]
    faces = library.faces(FaceFilter(cluster=group.id))
    everything = set(library.photo_ids().tolist())
    away = {face.photo for face in faces[:3]}
    family.walk(everything - away)
    ann = library.name("Ann", clusters=[group.id]).result().people[0]
    assert library.person(ann).faces == 3
    family.walk(everything)
    assert library.person(ann).faces == 6


def test_a_regroup_that_was_undone_cannot_be_redone_after_the_machine_built_the_groups_anew(family: Filler) -> None:
    library = family.library
    library.split([library.faces()[0].id, library.faces()[3].id]).result()
    regroup(library, Strictness.LOOSE)
    for number in range(4):
        family.photo(f"later{number}.jpg", [0, 2])
    while library.undo_label():
        library.undo().result()
    family.use_engine("second")
    for number in range(12):
        family.photo(f"{number:02}.jpg", [number % 2, 2 + number % 4 // 2])
    library.group()
    while library.redo_label():
        library.redo().result()
    for row in library._read.execute("SELECT id FROM clusters").fetchall():
        with suppress(UsageError):
            library.cluster_id(row[0])


def test_people_and_groups_are_merged_in_one_step(family: Filler) -> None:
    library = family.library
    first, second = strangers(library)
    anna = library.name("Anna", clusters=[first]).result().people[0]
    annie = library.name("Annie", faces=[library.faces(FaceFilter(cluster=second))[0].id]).result().people[0]
    library.merge([anna, annie], [second]).result()
    assert library.person(anna).faces == 12
    library.undo().result()
    assert library.person(anna).faces == 6
    assert second in {group.id for group in library.clusters()}


def test_of_two_faces_of_a_photo_a_persons_own_stays_and_that_of_the_group_is_left_out(family: Filler) -> None:
    library = family.library
    group = library.clusters()[0]
    member = library.faces(FaceFilter(cluster=group.id))[0]
    (own,) = {face.id for face in library.faces(FaceFilter(photo=member.photo))} - {member.id}
    anna = library.name("Anna", faces=[own]).result().people[0]
    before = content(library)
    label = "Name Anna, except a face in a photo that shows Anna already"
    assert library.name("Anna", clusters=[group.id]).result().label == label
    assert library.person(anna).faces == group.faces
    assert library.face(member.id).person is None
    library.group()
    assert library.face(member.id).automatic is None
    library.undo().result()
    assert content(library) == before


def test_a_group_whose_every_face_is_beside_another_of_the_person_is_not_named_so(family: Filler) -> None:
    library = family.library
    group = library.clusters()[0]
    photos = {face.photo for face in library.faces(FaceFilter(cluster=group.id))}
    beside = [face.id for face in library.faces() if face.photo in photos and face.cluster != group.id]
    anna = library.name("Anna", faces=beside).result().people[0]
    for refused in (library.name("Anna", clusters=[group.id]), library.merge([anna], [group.id])):
        with pytest.raises(UsageError, match="show another face of Anna"):
            refused.result()
    assert library.clusters()[0].id == group.id
    library.allow_repeats(min(photos), True).result()
    library.name("Anna", clusters=[group.id]).result()
    assert library.person(anna).faces == len(beside) + 1


def test_groups_of_which_a_photo_shows_a_face_of_each_are_not_named_as_one(family: Filler) -> None:
    library = family.library
    first, second, *_ = library.clusters()
    with pytest.raises(UsageError, match="shows a face of each"):
        library.name("Anna", clusters=[first.id, second.id]).result()
    assert library.people() == []


def test_faces_named_singly_are_the_person_also_twice_in_a_photo(family: Filler) -> None:
    library = family.library
    faces = [face.id for face in library.faces(FaceFilter(photo=library.faces()[0].photo))]
    anna = library.name("Anna", faces=faces).result().people[0]
    assert [library.face(face).person for face in faces] == [anna, anna]


def test_a_group_that_has_ended_is_told_and_nothing_else_is_done(family: Filler) -> None:
    library = family.library
    first, second, third, _ = library.clusters()
    anna = library.name("Anna", clusters=[first.id]).result().people[0]
    library.name("Ben", clusters=[second.id]).result()
    steps = len(library.history())
    for refused in (library.merge([anna], [second.id]), library.name("Anna", clusters=[third.id, second.id])):
        with pytest.raises(UsageError, match=f"no undecided face in group {second.id}"):
            refused.result()
    assert len(library.history()) == steps


def test_where_no_face_is_given_nothing_is_noted(family: Filler) -> None:
    library = family.library
    anna = library.name("Anna", clusters=[library.clusters()[0].id]).result().people[0]
    for refused in (library.split([]), library.split([], "Zoe"), library.reject([], anna), library.name("Zoe")):
        with pytest.raises(UsageError, match="Nothing was changed"):
            refused.result()
    (alone,) = family.faces_of(family.photo("alone.jpg", [9]))
    with pytest.raises(UsageError, match="nobody to split off"):
        library.split([alone]).result()
    assert [entry.label for entry in library.history()] == ["Name Anna"]


def test_a_person_whose_only_face_got_another_name_is_no_longer_listed(family: Filler) -> None:
    library = family.library
    face = library.faces()[0].id
    library.name("Rob", faces=[face]).result()
    library.name("Bob", faces=[face]).result()
    assert [person.name for person in library.people()] == ["Bob"]
    library.undo().result()
    assert [person.name for person in library.people()] == ["Rob"]


def test_a_number_is_no_name_since_it_would_be_taken_for_an_id(family: Filler) -> None:
    with pytest.raises(UsageError, match="would be taken for an id"):
        family.library.name("12", faces=[family.library.faces()[0].id]).result()


def test_hidden_people_and_ignored_faces_are_found_only_on_request(fill: Filler) -> None:
    library = fill.library
    ann, ben, stranger, guessed = (fill.faces_of(fill.photo(f"{n}.jpg", [1]))[0] for n in range(4))
    person = library.name("Ann", faces=[ann]).result().people[0]
    library.name("Ben", faces=[ben], new_person=True).result()
    library.group()
    taken_for_ann = {face.id for face in library.faces() if face.automatic == person}
    library.set_kind([stranger], FaceKind.IGNORED).result()

    def found_by(**how: bool) -> set[int]:
        return {match.face.id for match in library.similar(vector(1), **how)}

    assert found_by() == {ann, ben, guessed}
    library.set_hidden(person, True).result()
    assert found_by() == {ben, guessed} - taken_for_ann
    assert found_by(hidden=True) == {ann, ben, stranger, guessed}
    assert library.out_of_sight([ann, ben, stranger, guessed]) == {ann, stranger} | taken_for_ann
    assert [one.name for one in library.suggest_names("a")] == []
    assert [one.name for one in library.suggest_names("")] == ["Ben"]
    assert [one.name for one in library.suggest_names("a", hidden=True)] == ["Ann"]


def test_a_search_fills_up_with_others_where_most_faces_are_of_hidden_people(fill: Filler) -> None:
    library = fill.library
    hers = [fill.faces_of(fill.photo(f"ann {number}.jpg", [1]))[0] for number in range(60)]
    others = [fill.faces_of(fill.photo(f"other {number}.jpg", [1]))[0] for number in range(5)]
    library.set_hidden(library.name("Ann", faces=hers).result().people[0], True).result()
    assert {match.face.id for match in library.similar(vector(1), limit=5)} == set(others)


def test_names_are_looked_up_as_they_are_kept(family: Filler) -> None:
    family.library.name("Cafe\u0301  Mix", faces=[family.library.faces()[0].id]).result()
    assert family.library.find_person(" Caf\u00e9 Mix ").name == "Caf\u00e9 Mix"


def test_what_nobody_sees_is_no_part_of_a_name(family: Filler) -> None:
    family.library.name("\u202aBob\u200b\ufeff Mc\u00adCoy\u202c", faces=[family.library.faces()[0].id]).result()
    assert [person.name for person in family.library.people()] == ["Bob McCoy"]
    assert family.library.find_person("Bob\u2060 McCoy").name == "Bob McCoy"
    family.library.rename(family.library.people()[0].id, "Zoe\u200b\u0308").result()
    assert family.library.people()[0].name == "Zo\u00eb"
    with pytest.raises(UsageError, match="at least one letter"):
        family.library.name("\u200b", faces=[family.library.faces()[1].id]).result()


def test_each_change_is_told_with_the_labels_of_undo_and_redo(family: Filler, events: list[Event]) -> None:
    events.clear()
    anna = family.library.name("Anna", clusters=[family.library.clusters()[0].id]).result().people[0]
    (change,) = events
    assert isinstance(change, LibraryChanged)
    assert (change.undo_label, change.redo_label) == ("Name Anna", None)
    assert anna in change.people
    assert len(change.faces) == 6


def test_a_reader_sees_what_a_writer_did_but_may_not_write(
    family: Filler, open_library: Callable[..., Library]
) -> None:
    reader = open_library(writable=False)
    family.library.name("Anna", clusters=[family.library.clusters()[0].id]).result()
    assert [person.name for person in reader.people()] == ["Anna"]
    with pytest.raises(Exception, match="reading only"):
        reader.name("Berta", faces=[1])


def test_who_stays_in_a_merge_keeps_the_face_that_everybody_knows_where_that_is_asked_for(fill: Filler) -> None:
    library = fill.library
    (poor,) = fill.faces_of(fill.photo("poor.jpg", [], faces=[replace(found(1, 1), quality=0.6)]))
    (good,) = fill.faces_of(fill.photo("good.jpg", [], faces=[replace(found(2, 1), quality=0.9)]))
    tom = library.name("Tom", faces=[poor]).result().people[0]
    ann = library.name("Ann", faces=[good]).result().people[0]
    library.set_born(ann, date(1980, 1, 2)).result()
    library.merge([tom, ann]).result()
    assert library.person(tom).cover == good, "the best face of all, as long as nobody looked at one"
    library.undo().result()
    library.merge([tom, ann], keep_cover=True).result()
    assert (library.person(tom).cover, library.person(tom).born_on) == (poor, date(1980, 1, 2))
    library.undo().result()
    assert (library.person(tom).cover, library.person(tom).born_on, library.person(ann).cover) == (poor, None, good)
    library.redo().result()
    library.reject([poor], tom).result()
    assert library.person(tom).cover == good, "a face of somebody else is nobody's cover"


def test_a_cover_that_was_chosen_outlives_a_merge_that_keeps_covers(fill: Filler) -> None:
    library = fill.library
    faces = [fill.faces_of(fill.photo(f"{n}.jpg", [], faces=[replace(found(n, 1), quality=n / 10)])) for n in (5, 6, 9)]
    (poor,), (fair,), (good,) = faces
    tom = library.name("Tom", faces=[poor, fair]).result().people[0]
    ann = library.name("Ann", faces=[good]).result().people[0]
    library.set_cover(tom, poor).result()
    library.merge([tom, ann], keep_cover=True).result()
    assert library.person(tom).cover == poor
