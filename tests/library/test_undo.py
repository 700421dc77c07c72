"""Undo and redo restore exactly what was: decisions, people and visible groups."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.errors import AppError, UsageError
from app.library.library import Library
from app.library.records import FaceFilter, FaceKind
from tests.library.conftest import Filler, found, regroup

View = tuple[object, ...]


def view(library: Library) -> View:
    """Everything a person can see of their own work."""
    faces = [
        (face.id, face.kind, face.person, face.name, face.by_group, face.cluster, face.automatic)
        for face in library.faces()
    ]
    return (library.people(hidden=True), library.clusters(), faces, library.roots())


def test_undo_and_redo_outlast_a_restart(family: Filler) -> None:
    library = family.library
    before = view(library)
    library.name("Anna", clusters=[library.clusters()[0].id]).result()
    named = view(library)
    library.close()
    again = Library.open(library.folder)
    assert again.undo().result().label == "Name Anna"
    assert view(again) == before
    again.close()
    once_more = Library.open(library.folder)
    assert once_more.redo().result().label == "Name Anna"
    assert view(once_more) == named
    once_more.close()


def test_a_new_edit_ends_what_could_be_redone(family: Filler) -> None:
    library = family.library
    first, second, *_ = library.clusters()
    library.name("Anna", clusters=[first.id]).result()
    library.undo().result()
    library.name("Berta", clusters=[second.id]).result()
    with pytest.raises(AppError, match="nothing to redo"):
        library.redo().result()
    assert [entry.label for entry in library.history()] == ["Name Berta"]


def test_with_nothing_to_undo_a_sentence_says_so(library: Library) -> None:
    with pytest.raises(AppError, match=r"There is nothing to undo\."):
        library.undo().result()


def test_a_thousand_steps_can_be_undone(family: Filler) -> None:
    library = family.library
    anna = library.name("Anna", clusters=[library.clusters()[0].id]).result().people[0]
    before = view(library)
    futures = [library.rename(anna, f"Anna {number}") for number in range(1000)]
    for future in futures:
        future.result()
    for _ in range(1000):
        library.undo().result()
    assert view(library) == before


def test_undoing_a_name_after_a_scan_leaves_the_faces_of_the_scan_alone(family: Filler) -> None:
    library = family.library
    group = library.clusters()[0]
    library.name("Anna", clusters=[group.id]).result()
    family.photo("later.jpg", [0])
    library.group()
    library.undo().result()
    assert library.people() == []
    assert {cluster.id: cluster.faces for cluster in library.clusters()}[group.id] == group.faces
    assert all(face.automatic is None for face in library.faces())


def test_grouping_again_is_one_step_and_its_undo_gives_the_old_groups_back(family: Filler) -> None:
    library = family.library
    groups = [cluster.id for cluster in library.clusters()]
    faces = [face.id for group in groups[:2] for face in library.faces(FaceFilter(cluster=group))[:1]]
    library.split(faces).result()
    library.split([library.faces(FaceFilter(cluster=groups[2]))[0].id]).result()
    before = view(library)
    done = regroup(library)
    assert (done is None) == (view(library) == before)
    if done is not None:
        library.undo().result()
    assert view(library) == before


def test_undoing_a_merge_gives_back_the_guesses_that_gave_way_to_it() -> None:
    """Ben is guessed in a photo of Anna's: once they are one person, her decided face ends the guess."""
    machine = People()
    machine.open()
    library = machine.library
    library.name("Ben", clusters=[3]).result()
    library.set_kind([1], FaceKind.FACE).result()
    library.name("Anna", clusters=[1]).result()
    regroup(library)
    ben, anna = (person.id for person in sorted(library.people(), key=lambda person: person.id))
    before = view(library)
    library.merge([ben, anna]).result()
    assert sum(person.faces for person in library.people()) == sum(person.faces for person in before[0]) - 1
    library.undo().result()
    assert view(library) == before
    machine.teardown()


def test_a_face_set_free_by_undo_does_not_join_another_of_its_photo_that_came_to_its_group_since(
    family: Filler,
) -> None:
    library = family.library
    photo = library.photos(library.photo_ids())[0]
    faces = library.faces(FaceFilter(photo=photo.id))
    library.ignore([faces[0].id]).result()
    numbered = int(photo.path.stem)
    identities = [numbered % 2, 2 + numbered % 4 // 2]
    again = [found(identity, 48, place) for place, identity in enumerate([*identities, identities[0]])]
    family.photo(photo.path.name, [], content=photo.path.name, faces=again)
    library.group()
    came = library.faces(FaceFilter(photo=photo.id))[-1]
    assert came.cluster == faces[0].cluster
    before = view(library)
    library.undo().result()
    assert library.face(faces[0].id).kind is FaceKind.FACE
    assert library.face(faces[0].id).cluster is None
    assert library.face(came.id).cluster == came.cluster
    library.redo().result()
    assert view(library) == before


def test_redo_brings_back_the_guesses_that_went_with_a_person_whose_naming_was_undone(family: Filler) -> None:
    library = family.library
    anna = library.name("Anna", clusters=[library.clusters()[0].id]).result().people[0]
    family.photo("later.jpg", [0, 2])
    library.group()
    before = view(library)
    assert [face.automatic for face in library.faces()].count(anna) == 1
    library.undo().result()
    assert not any(face.automatic for face in library.faces())
    library.redo().result()
    assert view(library) == before


class People(RuleBasedStateMachine):
    """Random edits, undone and redone: the view after undo is the view before the edit, each time."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        photos = Path(self.folder.name) / "photos"
        photos.mkdir()
        self.library = Library.open(Path(self.folder.name) / "library")
        fill = Filler(self.library, photos)
        for number in range(10):
            fill.photo(f"{number}.jpg", [number % 3, 3 + number % 2])
        self.library.group()
        self.past: list[View] = []
        self.future: list[View] = []

    def edit(self, future_of: object) -> None:
        before = view(self.library)
        try:
            future_of().result()  # type: ignore[operator]
        except UsageError:
            assert view(self.library) == before
            return
        self.past.append(before)
        self.future = []

    @rule(data=st.data(), name=st.sampled_from(["Anna", "Ben", "Chris"]), new_person=st.booleans())
    def name_a_group(self, data: st.DataObject, name: str, new_person: bool) -> None:
        groups = [group.id for group in self.library.clusters()]
        if groups:
            chosen = data.draw(st.lists(st.sampled_from(groups), min_size=1, max_size=2))
            self.edit(lambda: self.library.name(name, clusters=chosen, new_person=new_person))

    @rule(data=st.data(), name=st.sampled_from(["Anna", "Ben"]))
    def name_faces(self, data: st.DataObject, name: str) -> None:
        self.edit(lambda: self.library.name(name, faces=self.some_faces(data)))

    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        people = [person.id for person in self.library.people(hidden=True)]
        if len(people) >= 2:
            chosen = data.draw(st.lists(st.sampled_from(people), min_size=2, max_size=3))
            self.edit(lambda: self.library.merge(chosen))

    @rule(data=st.data(), named=st.booleans())
    def split(self, data: st.DataObject, named: bool) -> None:
        self.edit(lambda: self.library.split(self.some_faces(data), "Dora" if named else None))

    @rule(data=st.data())
    def reject(self, data: st.DataObject) -> None:
        people = [person.id for person in self.library.people(hidden=True)]
        if people:
            person = data.draw(st.sampled_from(people))
            self.edit(lambda: self.library.reject(self.some_faces(data), person))

    @rule(data=st.data(), kind=st.sampled_from(FaceKind))
    def set_kind(self, data: st.DataObject, kind: FaceKind) -> None:
        self.edit(lambda: self.library.set_kind(self.some_faces(data), kind))

    @rule(data=st.data(), hidden=st.booleans())
    def hide(self, data: st.DataObject, hidden: bool) -> None:
        people = [person.id for person in self.library.people(hidden=True)]
        if people:
            person = data.draw(st.sampled_from(people))
            self.edit(lambda: self.library.set_hidden(person, hidden))

    @rule()
    def group_again(self) -> None:
        before = view(self.library)
        if regroup(self.library) is not None:
            self.past.append(before)
            self.future = []

    @precondition(lambda self: self.past)
    @rule()
    def undo(self) -> None:
        now = view(self.library)
        self.library.undo().result()
        assert view(self.library) == self.past.pop()
        self.future.append(now)

    @precondition(lambda self: self.future)
    @rule()
    def redo(self) -> None:
        now = view(self.library)
        self.library.redo().result()
        assert view(self.library) == self.future.pop()
        self.past.append(now)

    @invariant()
    def no_photo_has_one_group_twice_and_no_rejection_is_forgotten(self) -> None:
        if not hasattr(self, "library"):
            return
        # Where a photo was a collage for a while, groups may have been merged that stay as they are afterwards.
        collages = {photo for (photo,) in self.library._read.execute("SELECT photo_id FROM photo_decisions")}
        seen = set()
        for face in self.library.faces():
            assert face.person is None or face.automatic is None
            if face.cluster is not None and face.photo not in collages:
                assert (face.photo, face.cluster) not in seen
                seen.add((face.photo, face.cluster))

    def some_faces(self, data: st.DataObject) -> list[int]:
        faces = [face.id for face in self.library.faces()]
        return data.draw(st.lists(st.sampled_from(faces), min_size=1, max_size=4, unique=True))

    def teardown(self) -> None:
        if hasattr(self, "library"):
            self.library.close()
            self.folder.cleanup()


People.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestAnyEditsUndone = People.TestCase
