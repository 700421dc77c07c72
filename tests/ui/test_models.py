"""Every model keeps Qt's rules for models while it is filled, filled anew and emptied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.library.crowd import NOBODY, Crowd
from app.library.library import Library
from app.library.records import Cluster, ClusterId, FaceId, Named, Person, PersonId, Photo, PhotoId, RootId
from app.library.timeline import NOTHING, Month, Timeline
from app.ui.background import Background
from app.ui.bridge import EventBridge
from app.ui.models.faces import FacesModel
from app.ui.models.grid_model import Role
from app.ui.models.names import NamesModel
from app.ui.models.people import PeopleModel
from app.ui.models.photos import PhotosModel

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal

ANNA = Person(PersonId(3), "Anna", 34, 30, FaceId(5), False, True)
BERT = Person(PersonId(4), "Bert", 1, 1, None, False, False)
GROUP = Cluster(ClusterId(3), 2, 2, FaceId(9))


def crowd(people: Sequence[Person], groups: Sequence[Cluster]) -> Crowd:
    everybody: list[Person | Cluster] = [*people, *groups]
    columns = [
        [one.id if isinstance(one, Person) else -one.id for one in everybody],
        [one.faces for one in everybody],
        [one.photos for one in everybody],
        [one.cover or 0 for one in everybody],
    ]
    return Crowd(
        *(np.array(column, np.int64) for column in columns),
        np.array([isinstance(one, Person) and one.favourite for one in everybody], np.bool_),
        tuple(person.name for person in people),
        tuple(person.name.lower() for person in people),
        tuple(None for _ in people),
        False,
    )


def watched(model: QAbstractItemModel) -> QAbstractItemModelTester:
    return QAbstractItemModelTester(model, FATAL)


def test_people_and_groups(qtbot: QtBot) -> None:
    model = PeopleModel()
    tester = watched(model)
    model.fill(crowd([ANNA, BERT], [GROUP]))
    model.fill(crowd([ANNA], [GROUP]))
    assert model.keys().tolist() == [3, -3], "a person and a group may have the same id"
    assert [model.tile(row) for row in range(2)] == [ANNA, GROUP]
    shown = [(section.title, section.count) for section in model.sections() if section.count]
    assert shown == [("Favourites", 1), ("Unnamed groups", 1)]
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "Anna, Favourite, 34 faces, 30 photos"
    assert model.index(1).data(Qt.ItemDataRole.AccessibleTextRole) == "Unnamed group, 2 faces, 2 photos"
    assert model.index(0).data(Role.BADGE) == "★"
    model.fill(crowd([replace(ANNA, photos=31)], [GROUP]))
    assert model.index(0).data(Role.DETAIL) == "31 photos"
    model.show_waiting({ANNA.id: 3})
    assert model.index(0).data(Role.WAITING) == 3
    assert model.index(0).data(Role.DIMMED) is False
    model.filter("nobody")
    model.fill(crowd([ANNA, BERT], [GROUP]))
    assert model.rowCount() == 0
    model.filter("BE")
    assert [model.tile(row) for row in range(model.rowCount())] == [BERT]
    model.filter("")
    assert model.rowCount() == 3
    model.fill(replace(crowd([BERT], [GROUP]), hidden=True))
    assert [section.title for section in model.sections()] == ["Hidden people", "Ignored faces"]
    assert model.index(0).data(Role.DIMMED) is True, "who is hidden is faint"
    assert model.is_ignored(1)
    assert not model.flags(model.index(1)) & Qt.ItemFlag.ItemIsEditable, "nobody is left to name"
    model.fill(NOBODY)
    assert tester.model() is model


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    bridge = EventBridge()
    background = Background(bridge)
    yield background
    background.close()
    bridge.close()


def test_photos_are_read_in_pages_when_they_are_shown(qtbot: QtBot, background: Background, scanned: Path) -> None:
    library = Library.open(scanned, writable=False)
    model = PhotosModel(library.photos, background)
    tester = watched(model)
    timeline = library.timeline()
    with qtbot.waitSignal(model.dataChanged):
        model.fill(timeline)
        assert model.index(0).data() == ""
    names = {model.index(row).data() for row in range(model.rowCount())}
    assert "photo03.jpg" in names
    broken = next(row for row in range(model.rowCount()) if model.index(row).data() == "broken.jpg")
    assert model.index(broken).data(Role.BADGE) == "unreadable"
    assert model.index(broken).data(Role.DETAIL) in model.index(broken).data(Qt.ItemDataRole.ToolTipRole)
    with qtbot.waitSignal(model.dataChanged):
        model.fill(Timeline(np.append(timeline.ids, 10_000), (Month(None, len(timeline.ids) + 1),)))
        assert model.index(broken).data() == "broken.jpg", "what was known stays until it is read again"
    assert model.index(len(timeline.ids)).data() == "", "a photo that left the library has nothing to show"
    model.fill(NOTHING)
    assert tester.model() is model
    background.close()
    library.close()


def test_photos_of_a_folder_that_is_away_are_dimmed_and_say_so(qtbot: QtBot, background: Background) -> None:
    def read(ids: Sequence[int]) -> list[Photo]:
        path = Path("x.jpg")
        return [Photo(PhotoId(n), RootId(n % 2), path, "x.jpg", 1, 4, 3, None, None, None, False, 0) for n in ids]

    model = PhotosModel(read, background)
    tester = watched(model)
    with qtbot.waitSignal(model.dataChanged):
        model.fill(Timeline(np.arange(1, 3), (Month(None, 2),)))
        model.index(0).data()
    with qtbot.waitSignal(model.dataChanged):
        model.show_away({RootId(1)})
    assert [model.index(row).data(Role.DIMMED) for row in range(2)] == [True, False]
    for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
        assert ["out of reach" in model.index(row).data(role) for row in range(2)] == [True, False]
    assert tester.model() is model


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(st.lists(st.integers(0, 3), max_size=6), min_size=1, max_size=4))
def test_photos_keep_the_rules_whatever_they_are_filled_with(
    qtbot: QtBot, background: Background, fills: list[list[int]]
) -> None:
    def read(ids: Sequence[int]) -> list[Photo]:
        path = Path("x.jpg")
        return [Photo(PhotoId(n), RootId(1), path, "x.jpg", 1, 4, 3, None, None, None, False, 0) for n in ids]

    model = PhotosModel(read, background)
    tester = watched(model)
    for counts in fills:
        months = tuple(Month(date(2020 - place, 1, 1), count) for place, count in enumerate(counts) if count)
        model.fill(Timeline(np.arange(1, 1 + sum(counts)), months))
        assert sum(section.count for section in model.sections()) == model.rowCount() == sum(counts)
        for row in range(model.rowCount()):
            model.index(row).data()
        qtbot.wait(1)
    assert tester.model() is model


def test_faces_with_and_without_likeness(qtbot: QtBot, scanned: Path) -> None:
    library = Library.open(scanned, writable=False)
    model = FacesModel()
    tester = watched(model)
    faces = library.faces()
    model.fill(faces)
    assert model.index(0).data(Role.DETAIL) == ""
    model.fill(faces[:2], [0.914, -0.2])
    assert [model.index(row).data(Role.DETAIL) for row in range(2)] == ["91 % alike", "0 % alike"]
    assert "Unnamed face" in model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    model.fill([])
    assert tester.model() is model
    library.close()


def test_suggested_names(qtbot: QtBot) -> None:
    model = NamesModel()
    tester = watched(model)
    anna, bert = (Named(person.id, person.name, person.name.lower(), person is BERT) for person in (ANNA, BERT))
    model.fill([anna, bert], "Be")
    assert model.undescribed() == [ANNA.id, BERT.id]
    model.describe([ANNA, BERT])
    told = [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert told == ["Anna, 30 photos", "Bert, hidden  ·  1 photo", "New person “Be”"]
    model.fill([anna])
    assert model.rowCount() == 1
    model.fill([], "New")
    assert model.rowCount() == 1
    model.fill([])
    assert tester.model() is model
