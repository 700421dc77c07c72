"""One step of the history is taken back, whatever came after it: what was said since stays, or stands in the way."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import AppError, UsageError
from app.library import history
from app.library.edits import OF_THE_MACHINE, ConflictError, Edit, RowChange
from app.library.library import Library
from app.library.migrations import m0001_initial
from app.library.records import Done, FaceFilter, FaceId, FaceKind, PersonId, Side
from tests.library.conftest import Filler, content, found, regroup

NAMES = ["Anna", "Ben", "Carl", "Dora"]


def last_step(library: Library) -> int:
    return library.history(1)[0].id


def faces_of(library: Library, person: int) -> set[FaceId]:
    return {face.id for face in library.faces(FaceFilter(person=PersonId(person))) if face.person == person}


@contextmanager
def small_library() -> Iterator[Filler]:
    """Ten photos of two people each, grouped, in a folder of their own."""
    with tempfile.TemporaryDirectory() as folder:
        photos = Path(folder) / "photos"
        photos.mkdir()
        library = Library.open(Path(folder) / "library")
        fill = Filler(library, photos)
        for number in range(10):
            fill.photo(f"{number}.jpg", [number % 3, 3 + number % 2])
        library.group()
        try:
            yield fill
        finally:
            library.close()


@pytest.fixture
def pair(family: Filler) -> tuple[Library, PersonId, PersonId]:
    """A library in which two of four groups are Anna and Ben, six faces each, and the others have no name."""
    library = family.library
    first, second, *_ = library.clusters()
    anna = library.name("Anna", clusters=[first.id]).result().people[0]
    ben = library.name("Ben", clusters=[second.id]).result().people[0]
    return library, anna, ben


def test_people_merged_long_ago_are_two_again_and_keep_what_was_said_since(
    family: Filler, pair: tuple[Library, PersonId, PersonId]
) -> None:
    library, anna, ben = pair
    annas, bens = faces_of(library, anna), faces_of(library, ben)
    library.merge([anna, ben]).result()
    merge = last_step(library)
    third, fourth = library.clusters()
    confirmed, rejected, *_ = sorted(bens)
    library.name("Anna", faces=[confirmed], person=anna).result()
    library.reject([rejected], anna).result()
    library.rename(anna, "Anne").result()
    library.name("Anne", clusters=[third.id], person=anna).result()
    named_since = faces_of(library, anna) - annas - bens
    library.set_hidden(anna, True).result()
    family.photo("later.jpg", [0, 3])
    library.group()
    regroup(library)
    assert library.can_revert(merge)
    done = library.revert(merge).result()
    assert done.label == "Take back: Merge Ben into Anna"
    assert library.person(anna).name == "Anne"
    assert library.person(ben).name == "Ben"
    assert [person.id for person in library.people()] == [ben]
    assert faces_of(library, ben) == bens - {confirmed, rejected}
    assert faces_of(library, anna) == annas | {confirmed} | named_since
    said = library._read.execute(
        "SELECT person_id FROM decisions WHERE face_id = ? AND kind = 'not person' ORDER BY 1", [rejected]
    ).fetchall()
    assert said == [(anna,), (ben,)]
    library.group()
    assert library.face(rejected).person is None
    assert library.face(rejected).automatic not in {anna, ben}
    assert fourth.id in {cluster.id for cluster in library.clusters()}


def test_people_part_also_where_a_date_of_birth_was_corrected_since_the_merge(
    pair: tuple[Library, PersonId, PersonId],
) -> None:
    library, anna, ben = pair
    library.set_born(ben, date(2000, 1, 1)).result()
    library.merge([anna, ben]).result()
    merge = last_step(library)
    library.set_born(anna, date(1999, 1, 1)).result()
    before = content(library)
    library.revert(merge).result()
    assert [(person.id, person.born_on) for person in library.people()] == [
        (anna, date(1999, 1, 1)),
        (ben, date(2000, 1, 1)),
    ]
    library.undo().result()
    assert content(library) == before


def test_people_part_also_where_another_cover_was_chosen_since_the_merge(
    family: Filler, pair: tuple[Library, PersonId, PersonId]
) -> None:
    library, anna, ben = pair
    (best,) = family.faces_of(family.photo("best.jpg", [], faces=[replace(found(9, 1), quality=0.95)]))
    library.name("Ben", faces=[best], person=ben).result()
    library.set_born(ben, date(2000, 1, 1)).result()
    kept = library.person(anna).cover
    chosen = next(face for face in sorted(faces_of(library, anna)) if face != kept)
    library.merge([anna, ben], keep_cover=True).result()
    merge = last_step(library)
    assert (library.person(anna).cover, library.person(anna).born_on) == (kept, date(2000, 1, 1))
    library.set_cover(anna, chosen).result()
    before = content(library)
    library.revert(merge).result()
    assert (library.person(anna).cover, library.person(anna).born_on) == (chosen, None)
    assert library.person(ben).cover == best
    library.undo().result()
    assert content(library) == before


def test_a_group_that_joined_somebody_leaves_again_also_where_another_cover_was_chosen_since(
    pair: tuple[Library, PersonId, PersonId],
) -> None:
    library, anna, _ = pair
    group = library.clusters()[0]
    members = {face.id for face in library.faces(FaceFilter(cluster=group.id))}
    library.merge([anna], [group.id], keep_cover=True).result()
    merge = last_step(library)
    chosen = max(faces_of(library, anna) - members)
    library.set_cover(anna, chosen).result()
    library.revert(merge).result()
    assert library.person(anna).cover == chosen
    assert not faces_of(library, anna) & members


def test_a_cover_goes_back_with_the_merge_that_kept_it(pair: tuple[Library, PersonId, PersonId]) -> None:
    library, anna, ben = pair
    before = content(library)["people"]
    library.merge([anna, ben], keep_cover=True).result()
    merge = last_step(library)
    library.rename(anna, "Anne").result()
    library.revert(merge).result()
    library.rename(anna, "Anna").result()
    assert content(library)["people"] == before


def test_a_cover_that_was_chosen_anew_stands_in_the_way_of_the_choice_before_it(
    pair: tuple[Library, PersonId, PersonId],
) -> None:
    library, anna, _ = pair
    first, second, *_ = sorted(faces_of(library, anna))
    library.set_cover(anna, first).result()
    choice = last_step(library)
    library.set_cover(anna, second).result()
    with pytest.raises(ConflictError, match="builds on it"):
        library.revert(choice).result()


@pytest.mark.parametrize("link", [0, 1])
def test_either_link_of_a_chain_of_merges_is_taken_back(pair: tuple[Library, PersonId, PersonId], link: int) -> None:
    library, anna, ben = pair
    carl = library.name("Carl", clusters=[library.clusters()[0].id]).result().people[0]
    own = {person: faces_of(library, person) for person in (anna, ben, carl)}
    steps = []
    for target, other in ((ben, carl), (anna, ben)):
        library.merge([target, other]).result()
        steps.append(last_step(library))
    library.revert(steps[link]).result()
    if link == 0:
        assert faces_of(library, carl) == own[carl]
        assert faces_of(library, anna) == own[anna] | own[ben]
    else:
        assert faces_of(library, ben) == own[ben] | own[carl]
        assert faces_of(library, anna) == own[anna]
    library.revert(steps[1 - link]).result()
    assert {person: faces_of(library, person) for person in own} == own


def test_a_step_that_later_ones_build_on_stays_and_the_latest_of_them_is_named(
    pair: tuple[Library, PersonId, PersonId],
) -> None:
    library, anna, ben = pair
    named = last_step(library)
    library.set_hidden(ben, True).result()
    library.rename(ben, "Benno").result()
    library.rename(ben, "Benny").result()
    library.set_hidden(ben, False).result()
    library.merge([ben, anna]).result()
    before, steps = content(library), library.history()
    latest = {entry.label: entry.id for entry in steps}
    labels = ["Rename Benno to Benny", "Rename Ben to Benno", "Merge Anna into Benny"]
    for label in labels:
        assert not library.can_revert(named)
        later = rf'"{label}" \(step {latest[label]}, 20\d\d-.*\)'
        said = rf'^"Name Ben" \(step {named}\) cannot be taken back: {later} builds on it: both are about \w+ \(person'
        with pytest.raises(ConflictError, match=said):
            library.revert(named).result()
        if label == labels[0]:
            assert (content(library), library.history()) == (before, steps)
        library.revert(latest[label]).result()
    library.revert(named).result()
    assert [person.id for person in library.people()] == [anna]


def test_a_step_is_not_taken_back_twice_but_its_taking_back_may_be(pair: tuple[Library, PersonId, PersonId]) -> None:
    library, anna, ben = pair
    library.merge([anna, ben]).result()
    merge, one = last_step(library), content(library)
    library.revert(merge).result()
    back, two = last_step(library), content(library)
    with pytest.raises(AppError, match="was taken back already"):
        library.revert(merge).result()
    assert not library.can_revert(merge)
    assert [entry.taken_back for entry in library.history()] == [False, True, False, False]
    library.undo().result()
    assert content(library) == one
    assert library.can_revert(merge)
    with pytest.raises(AppError, match="is undone already"):
        library.revert(back).result()
    library.redo().result()
    assert content(library) == two
    assert library.revert(back).result().label == "Take back: Take back: Merge Ben into Anna"
    assert content(library) == one
    assert [entry.taken_back for entry in library.history()] == [False, True, False, False, False]
    library.revert(merge).result()
    assert content(library) == two


def test_a_step_that_never_was_is_wrong_use(library: Library) -> None:
    assert not library.can_revert(7)
    with pytest.raises(UsageError, match="no step 7"):
        library.revert(7).result()


def test_a_step_of_which_nothing_is_left_says_so(pair: tuple[Library, PersonId, PersonId]) -> None:
    library, anna, _ = pair
    library.set_favourite(anna, True).result()
    step = last_step(library)
    library.set_favourite(anna, False).result()
    assert not library.can_revert(step)
    with pytest.raises(ConflictError, match=r"Nothing is left of .Make Anna a favourite"):
        library.revert(step).result()


def test_two_people_are_never_merged_into_each_other(pair: tuple[Library, PersonId, PersonId]) -> None:
    library, anna, ben = pair
    library.merge([anna, ben]).result()
    library.revert(last_step(library)).result()
    parted = last_step(library)
    library.merge([ben, anna]).result()
    with pytest.raises(ConflictError, match="Merge Anna into Ben"):
        library.revert(parted).result()
    assert [person.id for person in library.people()] == [ben]


def test_a_decision_about_somebody_whose_naming_was_taken_back_does_not_come_back(
    pair: tuple[Library, PersonId, PersonId],
) -> None:
    library, _, _ = pair
    loose = library.faces(FaceFilter(unnamed=True))[0].id
    carl = library.name("Carl", faces=[loose]).result().people[0]
    first = last_step(library)
    other = library.faces(FaceFilter(unnamed=True))[0].id
    library.name("Carl", faces=[other], person=carl).result()
    library.revert(last_step(library)).result()
    parted = last_step(library)
    library.revert(first).result()
    with pytest.raises(ConflictError, match="Take back: Name Carl"):
        library.revert(parted).result()
    assert library._read.execute("PRAGMA foreign_key_check").fetchall() == []


def test_what_the_machine_found_since_stays_when_an_old_step_is_taken_back(family: Filler) -> None:
    """A guess and a group that changed after the step are neither put back nor lost."""
    library = family.library
    first, second, *_ = library.clusters()
    anna = library.name("Anna", clusters=[first.id]).result().people[0]
    photo = family.photo("later.jpg", [0, 2])
    library.group()
    guessed = [face.id for face in library.faces(FaceFilter(photo=photo)) if face.automatic == anna]
    assert len(guessed) == 1
    ben = library.name("Ben", faces=[library.faces(FaceFilter(cluster=second.id))[0].id]).result().people[0]
    library.merge([ben, anna]).result()
    merge = last_step(library)
    assert library.face(guessed[0]).automatic == ben
    library._database.submit(lambda db: db.execute("UPDATE automatic SET similarity = 0.5"), durable=False).result()
    rows = library._read.execute("SELECT * FROM automatic").fetchall()
    library.revert(merge).result()
    assert library._read.execute("SELECT * FROM automatic").fetchall() == rows
    library.group()
    assert library.face(guessed[0]).automatic == anna


def test_of_two_guesses_in_one_photo_the_likelier_stays_when_the_people_are_merged(family: Filler) -> None:
    library = family.library
    first, second, *_ = library.clusters()
    anna, ben = (
        library.name(name, faces=[library.faces(FaceFilter(cluster=group.id))[0].id]).result().people[0]
        for name, group in (("Anna", first), ("Ben", second))
    )
    likelier, other = family.faces_of(family.photo("later.jpg", [0, 2]))

    def guess(person: int, similarity: float, face: int) -> None:
        library._database.submit(
            lambda db: db.execute("INSERT OR REPLACE INTO automatic VALUES (?, ?, ?)", [face, person, similarity]),
            durable=False,
        ).result()

    guess(anna, 0.8, other)
    guess(ben, 0.9, likelier)
    before = content(library)
    library.merge([anna, ben]).result()
    assert (library.face(likelier).automatic, library.face(other).automatic) == (anna, None)
    library.revert(last_step(library)).result()
    assert content(library) == before


def test_a_guess_that_a_restored_decision_ends_comes_back_with_undo(family: Filler) -> None:
    library = family.library
    group = library.clusters()[0]
    anna = library.name("Anna", clusters=[group.id]).result().people[0]
    face = min(faces_of(library, anna))
    elsewhere = [other for other in library.faces(FaceFilter(unnamed=True)) if other.photo != library.face(face).photo]
    ben = library.name("Ben", faces=[elsewhere[0].id]).result().people[0]
    library.reject([face], anna).result()
    rejection = last_step(library)
    library._database.submit(
        lambda db: db.execute("INSERT OR REPLACE INTO automatic VALUES (?, ?, 0.9)", [face, ben]), durable=False
    ).result()
    before = content(library)
    library.revert(rejection).result()
    assert (library.face(face).person, library.face(face).automatic) == (anna, None)
    library.undo().result()
    assert content(library) == before


def test_faces_split_off_go_back_only_to_a_group_that_stands(family: Filler) -> None:
    library = family.library
    first, second, *_ = library.clusters()
    members = [face.id for face in library.faces(FaceFilter(cluster=first.id))]
    others = [face.id for face in library.faces(FaceFilter(cluster=second.id))]
    steps = []
    for split in (members[:2], others[:2]):
        library.split(split).result()
        steps.append(last_step(library))
    library.name("Anna", clusters=[first.id]).result()
    for step in steps:
        library.revert(step).result()
    assert {library.face(face).cluster for face in members[:2]} == {None}
    assert {library.face(face).cluster for face in others} == {second.id}


def test_a_library_of_the_first_format_keeps_its_history_and_its_steps_can_be_taken_back(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    connection = sqlite3.connect(folder / "library.db")
    m0001_initial.migrate(connection)
    connection.execute("INSERT INTO people (name, created_at, hidden) VALUES ('Anna', '', 1)")
    step = Edit("Hide Anna", (RowChange("people", 1, {"hidden": 0}, {"hidden": 1}),))
    at = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute("INSERT INTO history (at, label, edit) VALUES (?, ?, ?)", [at, step.label, step.to_blob()])
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()
    library = Library.open(folder)
    (entry,) = library.history()
    assert (entry.label, entry.undone, entry.taken_back) == ("Hide Anna", False, False)
    library.revert(entry.id).result()
    assert library._read.execute("SELECT hidden FROM people").fetchall() == [(0,)]
    library.close()


def test_the_history_keeps_its_latest_steps_within_a_number_and_a_size(
    family: Filler, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = family.library
    anna = library.name("Anna", clusters=[library.clusters()[0].id]).result().people[0]

    def rename(times: int) -> int:
        for future in [library.rename(anna, f"Anna {number}") for number in range(times)]:
            future.result()
        return len(library.history(10_000))

    monkeypatch.setattr(history, "STEPS_ALWAYS_KEPT", 50)
    monkeypatch.setattr(history, "STEPS_KEPT", 200)
    assert rename(399) == 200
    size = library._read.execute("SELECT sum(length(edit)) FROM history").fetchone()[0]
    monkeypatch.setattr(history, "BYTES_KEPT", size / 2)
    assert 90 <= rename(100) <= 110
    monkeypatch.setattr(history, "BYTES_KEPT", 1)
    assert rename(100) == 50
    assert library.history(1)[0].label == "Rename Anna 98 to Anna 99"


Command = Callable[[Library, st.DataObject], Done | None]


def some_faces(library: Library, data: st.DataObject) -> list[FaceId]:
    faces = [face.id for face in library.faces()]
    return data.draw(st.lists(st.sampled_from(faces), min_size=1, max_size=4, unique=True))


def somebody(library: Library, data: st.DataObject) -> PersonId:
    """A person, or the id of one who was merged into another; 0 where there is nobody, who cannot be told anything."""
    rows = library._read.execute("SELECT id FROM people ORDER BY id").fetchall()
    return PersonId(data.draw(st.sampled_from([number for (number,) in rows] or [0])))


def name_groups(library: Library, data: st.DataObject) -> Done | None:
    groups = [group.id for group in library.clusters()]
    if not groups:
        return None
    chosen = data.draw(st.lists(st.sampled_from(groups), min_size=1, max_size=2))
    return library.name(
        data.draw(st.sampled_from(NAMES)), clusters=chosen, new_person=data.draw(st.booleans())
    ).result()


def take_back(library: Library, data: st.DataObject) -> Done | None:
    steps = [entry.id for entry in library.history()]
    if not steps:
        return None
    step = data.draw(st.sampled_from(steps))
    possible = library.can_revert(step)
    (blob,) = library._read.execute("SELECT edit FROM history WHERE id = ?", [step]).fetchone()
    of_the_machine = all(change.table in OF_THE_MACHINE for change in Edit.from_blob("", blob).changes)
    done, said = None, ""
    try:
        done = library.revert(step).result()
    except UsageError:
        raise
    except AppError as error:
        said = str(error)
    # Whether the machine can put back what a step changed of its own shows only when it is done.
    assert possible == (done is not None) or (of_the_machine and said.startswith("Nothing is left of"))
    return done


COMMANDS: dict[str, Command] = {
    "name faces": lambda library, data: library.name(
        data.draw(st.sampled_from(NAMES)), faces=some_faces(library, data)
    ).result(),
    "name groups": name_groups,
    "merge": lambda library, data: library.merge(
        [somebody(library, data), somebody(library, data)], keep_cover=data.draw(st.booleans())
    ).result(),
    "split": lambda library, data: library.split(
        some_faces(library, data), data.draw(st.sampled_from([None, "Dora"]))
    ).result(),
    "reject": lambda library, data: library.reject(some_faces(library, data), somebody(library, data)).result(),
    "rename": lambda library, data: library.rename(somebody(library, data), data.draw(st.sampled_from(NAMES))).result(),
    "hide": lambda library, data: library.set_hidden(somebody(library, data), data.draw(st.booleans())).result(),
    "differ": lambda library, data: library.differ(
        Side(person=somebody(library, data)), Side(faces=tuple(some_faces(library, data)))
    ).result(),
    "cover": lambda library, data: library.set_cover(somebody(library, data), some_faces(library, data)[0]).result(),
    "born": lambda library, data: library.set_born(somebody(library, data), date(1980, 1, 2)).result(),
    "collage": lambda library, data: library.allow_repeats(
        data.draw(st.sampled_from([photo.id for photo in library.photos(library.photo_ids())])),
        data.draw(st.booleans()),
    ).result(),
    "ignore": lambda library, data: library.ignore(some_faces(library, data)).result(),
    "set kind": lambda library, data: library.set_kind(
        some_faces(library, data), data.draw(st.sampled_from(FaceKind))
    ).result(),
    "group again": lambda library, _: regroup(library),
    "take back": take_back,
}


def sound(library: Library) -> None:
    """Nothing refers to what is gone, no guess contradicts a decision, no photo shows one group or person twice."""
    db = library._read
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert all(face.person is None or face.automatic is None for face in library.faces())
    # Whoever was in one twice stays so when it is no collage any more, until the next grouping.
    collages = {photo for (photo,) in db.execute("SELECT photo_id FROM photo_decisions")}
    for query in (
        "SELECT photo_id, cluster_id FROM grouped JOIN undecided ON undecided.id = face_id",
        "SELECT photo_id, automatic.person_id FROM automatic JOIN shown ON shown.id = face_id",
    ):
        rows = [row for row in db.execute(query) if row[0] not in collages]
        assert len(rows) == len(set(rows))


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_after_any_edits_undo_and_redo_restore_every_row(data: st.DataObject) -> None:
    with small_library() as fill:
        library = fill.library
        contents = [content(library)]
        for command in data.draw(st.lists(st.sampled_from(sorted(COMMANDS)), min_size=5, max_size=20)):
            try:
                done = COMMANDS[command](library, data)
            except UsageError:
                done = None
            if done is None:
                assert content(library) == contents[-1]
            else:
                contents.append(content(library))
            sound(library)
        for before in reversed(contents[:-1]):
            library.undo().result()
            assert content(library) == before
        assert library.undo_label() is None
        for after in contents[1:]:
            library.redo().result()
            assert content(library) == after
        assert library.redo_label() is None


class Model:
    """Whom each face was said to be, and who was merged into whom, kept apart so that a merge can be taken back."""

    def __init__(self) -> None:
        self.said: dict[int, int] = {}
        self.merges: dict[int, tuple[int, int]] = {}

    def stands_for(self, person: int) -> int:
        into = dict(self.merges.values())
        while person in into:
            person = into[person]
        return person

    def people(self) -> dict[int, int]:
        return {face: self.stands_for(person) for face, person in self.said.items()}


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_taking_any_merge_back_gives_the_people_that_were_said(data: st.DataObject) -> None:
    """Photos are added and grouped in between, so that guesses and groups move under the steps."""
    with small_library() as fill:
        library, model = fill.library, Model()
        faces = [face.id for face in library.faces()]
        for number, name in enumerate(NAMES):
            person = library.name(name, faces=[faces[number]], new_person=True).result().people[0]
            model.said[faces[number]] = person
        everyone = sorted(model.said.values())
        what = st.sampled_from(["name", "reject", "cover", "rename", *2 * ["merge"], *2 * ["take back"], "grow"])
        for turn, command in enumerate(data.draw(st.lists(what, min_size=5, max_size=25))):
            person = data.draw(st.sampled_from(everyone))
            target = model.stands_for(person)
            chosen = data.draw(st.lists(st.sampled_from(faces), min_size=1, max_size=3, unique=True))
            if command == "name":
                library.name("Anna", faces=chosen, person=PersonId(person)).result()
                model.said |= dict.fromkeys(chosen, target)
            elif command == "reject":
                library.reject(chosen, PersonId(person)).result()
                model.said = {f: p for f, p in model.said.items() if f not in chosen or model.stands_for(p) != target}
            elif command == "cover":
                with suppress(UsageError):
                    library.set_cover(PersonId(person), chosen[0]).result()
            elif command == "rename":
                library.rename(PersonId(person), f"Name of turn {turn}").result()
            elif command == "grow":
                fill.photo(f"turn {turn}.jpg", [turn % 3, 3 + turn % 2])
                (regroup(library) if data.draw(st.booleans()) else library.group())
            elif command == "merge":
                other = model.stands_for(data.draw(st.sampled_from(everyone)))
                if other != target:
                    library.merge([PersonId(target), PersonId(other)], keep_cover=data.draw(st.booleans())).result()
                    model.merges[last_step(library)] = (other, target)
            elif model.merges:
                step = data.draw(st.sampled_from(sorted(model.merges)))
                library.revert(step).result()
                del model.merges[step]
            assert {face.id: face.person for face in library.faces() if face.person is not None} == model.people()
            sound(library)


def test_who_was_split_off_stays_out_of_a_group_that_comes_back(fill: Filler) -> None:
    library = fill.library
    other, *rest = [face for number in range(4) for face in fill.faces_of(fill.photo(f"{number}.jpg", [1]))]
    anna = library.name("Anna", faces=fill.faces_of(fill.photo("anna.jpg", [2]))).result().people[0]
    regroup(library)
    (group,) = library.clusters()
    dora = library.split([other], "Dora").result().people[0]
    library.merge([anna, dora], [group.id]).result()
    merged = last_step(library)
    library.reject([other], anna).result()
    library.revert(merged).result()
    assert {face.id for face in library.faces(FaceFilter(cluster=group.id))} == {*rest}
    library.undo().result()
    assert faces_of(library, anna) > {*rest}
