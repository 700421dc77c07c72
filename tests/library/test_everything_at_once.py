"""Whatever happens in whatever order - scans, decisions, undo, groupings, other models, moved and deleted files,
crashes - nothing that was said is lost or overridden, and ids and groups stay what they were."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.errors import AppError, UsageError
from app.library.edits import ConflictError
from app.library.library import Library
from app.library.records import (
    Box,
    ClusterId,
    Done,
    Face,
    FaceFilter,
    FaceId,
    FaceKind,
    FoundFace,
    PersonId,
    PhotoId,
    Side,
    Strictness,
)
from tests.library.conftest import Content, Filler, content, regroup
from tests.library.portrayed import ENGINES, IDENTITIES, PICTURES, PORTRAYED, File, Picture, Portrayed
from tests.library.said import Of, Relation, Said, Statement, Step, split
from tests.library.what_holds import Seen, WhatHolds

T = TypeVar("T")
NAMES = ["Anna", "Ben", "Carl"]


@pytest.fixture(autouse=True, scope="module")
def one_thread_a_search() -> Iterator[None]:
    """Among so few faces threads do nothing but wait for each other."""
    import faiss

    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    yield
    faiss.omp_set_num_threads(before)


class Everything(WhatHolds):
    @initialize(pictures=st.lists(PICTURES, min_size=3, max_size=8))
    def begin(self, pictures: list[list[Portrayed]]) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.photos = Path(self.folder.name) / "photos"
        self.photos.mkdir()
        self.library = Library.open(Path(self.folder.name) / "library 0")
        self.fill = Filler(self.library, self.photos)
        self.engine = "first"
        self.said = Said()
        self.files: dict[PhotoId, File] = {}
        self.shown: dict[PhotoId, str] = {}
        self.drawn: dict[FaceId, tuple[Portrayed, str]] = {}
        self.away: set[PhotoId] = set()
        self.changes = itertools.count(1)
        # How often something was changed that is no step.
        self.machine = 0
        self.scan(pictures)
        self.grow()

    # The files

    @rule(pictures=st.lists(PICTURES, min_size=1, max_size=3))
    def scan(self, pictures: list[list[Portrayed]]) -> None:
        for picture in pictures:
            number = next(self.changes)
            self.write(File(f"{number:06}.jpg", [Picture(number, picture)]))

    @rule(pictures=st.lists(PICTURES, min_size=1, max_size=3))
    def scan_and_group(self, pictures: list[list[Portrayed]]) -> None:
        self.scan(pictures)
        self.grow()

    @rule(data=st.data(), nudge=st.sampled_from([0.0, 0.02]), missed=st.booleans())
    def scan_again(self, data: st.DataObject, nudge: float, missed: bool) -> None:
        photo = self.some_photo(data)
        picture = self.files[photo].pictures[-1].faces
        before = set(self.fill.faces_of(photo))
        self.write(self.files[photo], photo, nudge=nudge, only=picture[: -1 if missed and len(picture) > 1 else None])
        assert missed or before <= set(self.fill.faces_of(photo))

    @rule(data=st.data(), stranger=PORTRAYED, back=st.booleans())
    def replace_picture(self, data: st.DataObject, stranger: Portrayed, back: bool) -> None:
        """Another picture under the same name: cropped, one face gone, one come; or one it had before."""
        photo = self.some_photo(data)
        file = self.files[photo]
        if back:
            file.pictures.append(data.draw(st.sampled_from(file.pictures)))
        else:
            faces = [face._replace(variant=face.variant + 1) for face in file.pictures[-1].faces]
            faces[data.draw(st.integers(0, len(faces) - 1))] = stranger
            faces = [face._replace(place=place) for place, face in enumerate(faces)]
            shift = data.draw(st.sampled_from([0.0, 0.12]))
            file.pictures.append(Picture(next(self.changes), faces, shift))
        self.write(file, photo)

    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        photo = self.some_photo(data)
        file = self.files[photo]
        new = f"{next(self.changes):06}.jpg"
        before = content(self.library)
        (self.photos / file.name).rename(self.photos / new)
        status = (self.photos / new).stat()
        claimed = self.library.claim_moved(
            file.pictures[-1].content.encode(),
            self.fill.root.id,
            new.encode(),
            size=status.st_size,
            mtime_ns=status.st_mtime_ns,
        )
        assert claimed is not None
        assert claimed.id == photo
        file.name = new
        self.away.discard(photo)
        self.machine += 1
        after = content(self.library)
        assert {table: rows for table, rows in after.items() if table != "photos"} == {
            table: rows for table, rows in before.items() if table != "photos"
        }

    @rule(data=st.data())
    def take_away_or_bring_back(self, data: st.DataObject) -> None:
        self.away ^= {data.draw(st.sampled_from(sorted(self.files)))}
        seen = self.files.keys() - self.away
        self.library.mark_missing(self.fill.root.id, b"", seen=seen).result()
        self.machine += 1

    @rule(data=st.data())
    def use_another_engine(self, data: st.DataObject) -> None:
        """Every photo is read again, or only some before the work ends."""
        self.engine = ENGINES[1 - ENGINES.index(self.engine)]
        self.fill.use_engine(self.engine)
        present = sorted(self.files.keys() - self.away)
        for photo in present if data.draw(st.booleans()) else self.some(data, present, len(present)):
            self.write(self.files[photo], photo)
        self.machine += 1

    def write(
        self, file: File, photo: PhotoId | None = None, *, nudge: float = 0.0, only: Sequence[Portrayed] | None = None
    ) -> None:
        picture = file.pictures[-1]
        path = self.photos / file.name
        path.write_text(picture.content)
        year = 1985 + picture.number % 40
        os.utime(path, (0, (year - 1970) * 365.25 * 86400))
        shown = picture.faces if only is None else only
        found = [face.found(picture.number, self.engine, picture.shift + nudge) for face in shown]
        found += [
            self.described(face, box, picture)
            for face, box in self.library.drawn_in(self.fill.root.id, file.name.encode())
        ]
        taken_at = datetime(year, 1, 1)
        known = photo is not None and self.shown.get(photo) == picture.content
        drawn = {face.id for face in self.drawn_on(photo)} if photo is not None and known else set()
        written = self.fill.photo(file.name, [], content=picture.content, faces=found, taken_at=taken_at)
        assert photo is None or written == photo
        assert drawn <= {face.id for face in self.drawn_on(written)}
        self.shown[written] = picture.content
        self.files[written] = file
        self.away.discard(written)
        self.machine += 1

    def drawn_on(self, photo: PhotoId) -> list[Face]:
        return [face for face in self.library.faces(FaceFilter(photo=photo)) if face.origin == "user"]

    def described(self, face: FaceId, box: Box, picture: Picture) -> FoundFace:
        """What is at a drawn box: that face in the picture it was drawn in, somebody else in others."""
        drawn, content = self.drawn[face]
        if content != picture.content:
            drawn = drawn._replace(identity=IDENTITIES + face, variant=picture.number)
        return replace(drawn.found(picture.number, self.engine), box=box, drawn=face)

    # The machine

    @rule()
    def grow(self) -> None:
        before = self.look()
        settled = self.library._read.execute(
            "SELECT 1 FROM state AS one JOIN state AS other ON other.value = one.value "
            "WHERE one.key = 'engine' AND other.key = 'grouped_by'"
        ).fetchone()
        self.library.group()
        self.machine += 1
        after = self.look()
        if settled:
            now = after.group_of()
            for group, members in before.groups.items():
                # The older one of two that are joined stays.
                assert self.library.cluster_id(group) <= group
                assert {now[face] for face in members if face in now} <= {self.library.cluster_id(group)}
                assert all(face in now or face in after.automatic for face in members)
        else:
            self.ids_lead_to_what_is_left(before, after)

    def undescribed(self) -> int:
        """Open faces that are still to be described by the present engine."""
        row = self.library._read.execute(
            "SELECT count(*) FROM faces WHERE found AND kind = 'face' AND person_id IS NULL AND id NOT IN "
            "(SELECT face_id FROM embeddings JOIN engines ON engines.id = engine_id WHERE name = ?)",
            [self.engine],
        ).fetchone()
        return int(row[0])

    @rule(strictness=st.sampled_from(Strictness))
    def group_afresh(self, strictness: Strictness) -> None:
        before, rows, at = self.look(), content(self.library), self.machine
        done = regroup(self.library, strictness)
        after = self.look()
        self.ids_lead_to_what_is_left(before, after)
        # Who was in a group and is not is so for a reason: the same faces come to the same groups, once all are
        # described. Until then somebody may be parted each time from one who keeps their place in a group.
        assert self.undescribed() or not self.library.plan_groups(strictness).plan
        if done is not None:
            made = frozenset(after.groups.keys() - before.groups.keys())
            self.note(Step(groups=made), rows, at)

    @rule(
        data=st.data(),
        at=st.integers(1, 8),
        what=st.sampled_from(
            ["name_faces", "name_groups", "reject", "split", "differ", "collage", "born", "take_back"]
        ),
        afresh=st.booleans(),
    )
    def speak_while_it_groups(self, data: st.DataObject, at: int, what: str, afresh: bool) -> None:
        says: dict[str, Callable[[], None]] = {
            "name_faces": lambda: self.name_faces(data, "Anna"),
            "name_groups": lambda: self.name_groups(data, "Anna", False),
            "reject": lambda: self.reject(data),
            "split": lambda: self.split(data, None),
            "differ": lambda: self.differ(data),
            "collage": lambda: self.collage(data, False),
            "born": lambda: self.change_somebody(data, "born"),
            "take_back": lambda: self.take_back(data) if self.said.steps else None,
        }
        asked = itertools.count(1)

        def cancelled() -> bool:
            if next(asked) == at:
                says[what]()
            return False

        if afresh:
            planned = self.library.plan_groups(Strictness.LOOSE, cancelled=cancelled)
            before, rows, now = self.look(), content(self.library), self.machine
            if self.library.group_again(planned) is not None:
                made = frozenset(self.look().groups.keys() - before.groups.keys())
                self.note(Step(groups=made), rows, now)
        else:
            self.library.group(cancelled=cancelled)
            self.machine += 1

    # What a person says

    @rule(data=st.data(), name=st.sampled_from(NAMES))
    def name_faces(self, data: st.DataObject, name: str) -> None:
        faces = self.some_faces(data)
        person = self.somebody(data) if data.draw(st.booleans()) else None
        self.edit(
            lambda: self.library.name(name, faces=faces, person=person),
            lambda done: Step([Statement(face, "person", done.people[0]) for face in faces]),
        )

    @rule(data=st.data(), portrayed=PORTRAYED, place=st.integers(0, 3))
    def draw(self, data: st.DataObject, portrayed: Portrayed, place: int) -> None:
        photo = self.some_photo(data)
        picture = self.files[photo].pictures[-1]
        found = portrayed._replace(place=place, variant=9).found(picture.number, self.engine)
        found = replace(found, box=found.box._replace(y=0.6))

        def said(done: Done) -> Step:
            # Asked so, for the photo may be away.
            row = self.library._read.execute("SELECT origin FROM faces WHERE id = ?", done.faces).fetchone()
            if row == ("user",):
                self.drawn.setdefault(done.faces[0], (portrayed._replace(place=place, variant=9), picture.content))
                self.said.drawn |= {*done.faces}
            return Step([Statement(done.faces[0], "face")])

        self.edit(lambda: self.library.draw_face(photo, found, self.engine), said)

    @rule(data=st.data())
    def delete_drawn(self, data: st.DataObject) -> None:
        drawn = [face.id for face in self.library.faces() if face.origin == "user"]
        for face in self.some(data, drawn, 1):
            step = Step([Statement(face, "not a face")])
            self.edit(lambda face=face: self.library.remove_drawn(face), lambda done, step=step: step)

    @rule(data=st.data(), name=st.sampled_from(NAMES), new_person=st.booleans())
    def name_groups(self, data: st.DataObject, name: str, new_person: bool) -> None:
        groups = self.some_groups(data)
        members, seen = self.members(groups), self.look()
        self.edit(
            lambda: self.library.name(name, clusters=groups, new_person=new_person),
            lambda done: Step(self.by_group(members, done.people[:1], seen)),
        )

    @rule(data=st.data())
    def reject(self, data: st.DataObject) -> None:
        faces, person = self.some_faces(data), self.somebody(data)
        statements = self.said.not_person(faces, self.said.stands_for(person))
        self.edit(lambda: self.library.reject(faces, person), lambda done: Step(statements))

    @rule(data=st.data(), kind=st.sampled_from(FaceKind))
    def set_kind(self, data: st.DataObject, kind: FaceKind) -> None:
        faces = self.some_faces(data)
        step = Step([Statement(face, kind.value) for face in faces])
        self.edit(lambda: self.library.set_kind(faces, kind), lambda done: step)

    @rule(data=st.data())
    def ignore_groups(self, data: st.DataObject) -> None:
        groups = self.some_groups(data)
        step = Step([Statement(face, "ignored") for face in self.members(groups)])
        self.edit(lambda: self.library.ignore(clusters=groups), lambda done: step)

    @rule(data=st.data(), with_groups=st.booleans(), keep_cover=st.booleans())
    def merge_people(self, data: st.DataObject, with_groups: bool, keep_cover: bool) -> None:
        people = [self.somebody(data), self.somebody(data)]
        groups = self.some_groups(data) if with_groups else []
        target, *others = dict.fromkeys(map(self.said.stands_for, people))
        step = Step(self.by_group(self.members(groups), [target, *others], self.look()), dict.fromkeys(others, target))
        self.edit(lambda: self.library.merge(people, groups, keep_cover=keep_cover), lambda done: step)

    @rule(data=st.data())
    def merge_groups(self, data: st.DataObject) -> None:
        groups = self.some_groups(data)
        step = Step(relations=[Relation(Of(frozenset(self.members(groups))))])
        self.edit(lambda: self.library.merge([], groups), lambda done: step)

    @rule(data=st.data(), name=st.sampled_from([None, "Dora"]))
    def split(self, data: st.DataObject, name: str | None) -> None:
        faces = self.some_faces(data)
        seen, collages = self.look(), self.said.repeats()
        shown = [seen.photo[face] for face in faces if face in seen.photo]
        photos = [photo for photo in shown if not collages.get(photo)]
        together = len(faces) > 1 and len(set(photos)) == len(photos)
        known = set(self.look().groups)

        def said(done: Done) -> Step:
            person = done.people[0] if name is not None else None
            taken_for = seen.automatic | seen.person
            step = split(self.said, list(faces), person, taken_for, seen.groups, together=together)
            step.groups = frozenset(self.look().groups.keys() - known)
            return step

        self.edit(lambda: self.library.split(faces, name), said)

    @rule(data=st.data())
    def differ(self, data: st.DataObject) -> None:
        def side() -> tuple[Side, Of]:
            kind = data.draw(st.sampled_from(["person", "group", "faces"]))
            if kind == "person":
                person = self.somebody(data)
                return Side(person=person), Of(people=frozenset([self.said.stands_for(person)]))
            if kind == "group" and (groups := self.some_groups(data)):
                return Side(cluster=groups[0]), Of(frozenset(self.members(groups[:1])))
            faces = self.some_faces(data)
            return Side(faces=tuple(faces)), Of(frozenset(faces))

        (one, meant), (other, against) = side(), side()
        step = Step(relations=[Relation(meant, against)])
        self.edit(lambda: self.library.differ(one, other), lambda done: step)

    @rule(data=st.data(), allowed=st.booleans())
    def collage(self, data: st.DataObject, allowed: bool) -> None:
        photo = data.draw(st.sampled_from(sorted(self.files)))
        self.edit(lambda: self.library.allow_repeats(photo, allowed), lambda done: Step(repeats={photo: allowed}))

    @rule(data=st.data(), what=st.sampled_from(["rename", "hide", "born", "cover"]))
    def change_somebody(self, data: st.DataObject, what: str) -> None:
        person = self.somebody(data)
        face = self.some_faces(data)[0]
        name = data.draw(st.sampled_from(NAMES))
        verbs: dict[str, Callable[[], Future[Done]]] = {
            "rename": lambda: self.library.rename(person, name),
            "hide": lambda: self.library.set_hidden(person, True),
            "born": lambda: self.library.set_born(person, date(2000, 1, 1)),
            "cover": lambda: self.library.set_cover(person, face),
        }
        self.edit(verbs[what], lambda done: Step())

    def edit(self, ask: Callable[[], Future[Done]], said: Callable[[Done], Step]) -> None:
        before = content(self.library)
        try:
            done = ask().result()
        except UsageError:
            assert content(self.library) == before
            return
        self.note(said(done), before, self.machine)

    def note(self, step: Step, before: Content, at: int) -> None:
        step.number = self.library.history(1)[0].id
        step.before, step.after, step.at = before, content(self.library), at
        self.said.steps = [*(known for known in self.said.steps if not known.undone), step]

    @precondition(lambda self: any(not step.undone for step in self.said.steps))
    @rule()
    def undo(self) -> None:
        step = [step for step in self.said.steps if not step.undone][-1]
        step.after = content(self.library)
        at, step.at = step.at, self.machine
        self.library.undo().result()
        step.undone = True
        self.is_restored(step.before, exactly=at == self.machine)

    @precondition(lambda self: any(step.undone for step in self.said.steps))
    @rule()
    def redo(self) -> None:
        step = next(step for step in self.said.steps if step.undone)
        step.before = content(self.library)
        at, step.at = step.at, self.machine
        try:
            self.library.redo().result()
        except ConflictError:
            # Only groups can be in the way of what was undone, where the machine has joined others since.
            assert at != self.machine
            self.is_restored(step.before, exactly=True)
            self.said.steps.remove(step)
            return
        step.undone = False
        self.is_restored(step.after, exactly=at == self.machine)

    @precondition(lambda self: self.said.steps)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        step = self.said.steps[data.draw(st.integers(0, len(self.said.steps) - 1))]
        before = content(self.library)
        try:
            self.library.revert(step.number).result()
        except AppError:
            assert content(self.library) == before
            return
        self.note(Step(takes_back=step), before, self.machine)

    # The program

    @rule(crash=st.booleans())
    def open_again(self, crash: bool) -> None:
        before = content(self.library)
        if crash:
            # As another process finds the files when this one is killed.
            copy = Path(self.folder.name) / f"library {next(self.changes)}"
            shutil.copytree(self.library.folder, copy)
            self.library.close()
            self.library = Library.open(copy)
        else:
            self.library.close()
            self.library = Library.open(self.library.folder)
        self.fill.library = self.library
        assert content(self.library) == before

    def some(self, data: st.DataObject, of: Sequence[T], most: int) -> list[T]:
        return data.draw(st.lists(st.sampled_from(of), min_size=1, max_size=most, unique=True)) if of else []

    def some_photo(self, data: st.DataObject) -> PhotoId:
        return data.draw(st.sampled_from(sorted(self.files)))

    def some_faces(self, data: st.DataObject) -> list[FaceId]:
        """Faces that are shown; the one that no library has where all photos are away."""
        return self.some(data, [face.id for face in self.library.faces()], 3) or [FaceId(0)]

    def some_groups(self, data: st.DataObject) -> list[ClusterId]:
        return self.some(data, [group.id for group in self.library.clusters()], 2)

    def members(self, groups: Sequence[ClusterId]) -> list[int]:
        """Also those in photos that are away."""
        seen = self.look()
        return [face for group in groups for face in sorted(seen.groups[group])]

    def by_group(self, members: Sequence[int], people: Sequence[int], seen: Seen) -> list[Statement]:
        """What naming whole groups says: nothing of faces whose photo, no collage, shows one of the people already."""
        collages = self.said.repeats()
        shown = {seen.photo[face] for face, person in seen.person.items() if person in people}
        return [
            Statement(face, "person", people[0], "by group")
            for face in members
            if collages.get(seen.photo[face]) or seen.photo[face] not in shown
        ]

    def somebody(self, data: st.DataObject) -> PersonId:
        """Anybody, also who was merged into another; nobody's id where there is nobody."""
        rows = self.library._read.execute("SELECT id FROM people ORDER BY id").fetchall()
        return PersonId(data.draw(st.sampled_from([number for (number,) in rows] or [0])))

    def teardown(self) -> None:
        if not hasattr(self, "library"):
            return
        assert list(self.library.flaws()) == []
        self.library.close()
        self.folder.cleanup()


Everything.TestCase.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
TestEverythingAtOnce = Everything.TestCase


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_everything_at_once_many_times_over() -> None:
    run_state_machine_as_test(Everything, settings=settings(max_examples=400, stateful_step_count=40, deadline=None))
