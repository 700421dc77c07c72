"""Leads through every page, state and dialog of the window, for what has to hold on all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.decode import decode
from app.events import Problem
from app.library.records import FaceFilter, PhotoId, Strictness
from app.ui import places
from app.ui.dialogs.about import AboutDialog
from app.ui.dialogs.birthday import BirthdayDialog
from app.ui.dialogs.change_model import ChangeModelDialog
from app.ui.dialogs.crash_report import CrashReportDialog
from app.ui.dialogs.group_again import GroupAgainDialog
from app.ui.dialogs.keys import KeysDialog
from app.ui.dialogs.problems import PhotoProblemsDialog, ProblemsDialog
from app.ui.dialogs.same_person import SamePersonDialog
from app.ui.pages.person import FACES, PHOTOS, YEARS
from app.ui.places import Place
from app.ui.widgets.grid_view import GridView
from app.work.job import JobContext
from tests import demo
from tests.ui.program import Program

LONG_NAME = "Maria Magdalena Wilhelmina von Hohenstein-Schönborn & Söhne"


def fill(folder: Path) -> None:
    """A small part of the drawn album, with faces that are named, guessed, hidden, or nobody's yet."""
    with pytest.MonkeyPatch.context() as patch:
        few = [replace_count(album) for album in demo.ALBUMS if album[1] in (2010, 2012, 2018, 2024)]
        patch.setattr(demo, "ALBUMS", tuple(few))
        demo.draw_album(folder / "Album")
        demo.make_library(folder / "library", folder / "Album")


def replace_count(album: tuple[str, int, int, str, int, tuple[int, ...]]) -> tuple[object, ...]:
    return (*album[:4], 6, album[5])


@dataclass
class Waiting:
    """A job that runs until it is told to end."""

    may_end: threading.Event
    title: str = "Reading photos"

    def run(self, context: JobContext) -> None:
        for done in range(3):
            context.progress(1204 + done, 20311)
        context.problem(Problem("a.jpg", "It is cut off."))
        context.report()
        while not self.may_end.wait(0.02):
            context.token.check()


Stop = tuple[str, QWidget]


class Tour:
    """Each stop has a name and the window or dialog that is looked at."""

    def __init__(self, program: Program) -> None:
        self.program, self.window, self.library = program, program.window, program.library
        people = {person.name: person.id for person in self.library.people()}
        self.anna, self.ben = people["Anna Lindqvist"], people["Ben Okafor"]
        self.mei = people["Mei 美玲"]

    def stops(self) -> Iterator[Stop]:
        for part in (self.pages, self.bars, self.dialogs):
            for stop in part():
                self._wait(self._all_is_read)
                yield stop

    def _all_is_read(self) -> bool:
        """Rows are read when they are first asked for."""
        grids = [grid for grid in self.window.findChildren(GridView) if grid.isVisible()]
        rows = [grid.grid_model().index(row) for grid in grids for row in range(grid.grid_model().rowCount())]
        return all(row.data(Qt.ItemDataRole.AccessibleTextRole) for row in rows)

    def pages(self) -> Iterator[Stop]:
        yield from self.photos()
        yield from self.people()
        yield from self.person()
        yield from self.review()
        yield from self.search()
        self._go(places.StatisticsPlace())
        page = self.window._page_of[places.StatisticsPlace]
        self._wait(lambda: page.people.isVisible() and bool(page.people.marks))  # type: ignore[attr-defined]
        yield "Statistics", self.window
        self._go(places.SettingsPlace())
        self._wait(lambda: self.window.settings.models.tree.topLevelItemCount() > 0)
        yield "Settings", self.window
        self._go(places.HistoryPlace())
        self._wait(lambda: self.window.history.steps.model.index(0).data() is not None)
        yield "History", self.window
        yield from self.viewer()

    def photos(self) -> Iterator[Stop]:
        page = self.window.photos
        self._go(places.PhotosPlace())
        self._wait(lambda: page.years.isVisible() and page.model.photo(0) is not None)
        page.grid.select_rows([1, 2])
        yield "Photos", self.window
        page.filters.taken_from.setText("1999")
        page.filters.taken_to.setText("1999")
        self._wait(lambda: page.model.rowCount() == 0 and page.show_all.isVisible())
        yield "Photos, none fits", self.window
        page.filters.clear()
        self._wait(lambda: page.model.rowCount() > 0)

    def people(self) -> Iterator[Stop]:
        page = self.window.people
        self._go(places.PeoplePlace())
        self._wait(lambda: page.model.rowCount() > 3)
        yield "People", self.window
        page.grid.select_rows([0, 1, page.model.rowCount() - 1])
        yield "People, several selected", self.window
        page.grid.clearSelection()
        page.filter.setText("nobody")
        yield "People, nobody fits", self.window
        page.filter.clear()
        page.session.hidden.show(True)
        self._wait(lambda: page.model.rowCount() == 0)
        yield "People, hidden", self.window
        page.session.hidden.show(False)
        self._wait(lambda: page.model.rowCount() > 3)
        page.grid.edit_row(page.model.rowCount() - 1)
        yield "People, typing a name", self.window
        self.program.name_edit().left.emit()
        groups = tuple(group.id for group in self.library.clusters())
        self._go(places.MergePlace((self.anna, self.ben), groups[:1]))
        self._wait(lambda: self.window.merge.model.rowCount() == 2)
        yield "Merge", self.window

    def person(self) -> Iterator[Stop]:
        page = self.window.person
        self._go(places.PersonPlace(self.anna))
        self._wait(lambda: page.faces.rowCount() > 0 and page.panel.isVisible())
        for choice, name in ((PHOTOS, "Person, photos"), (FACES, "Person, faces"), (YEARS, "Person, years")):
            page.switch.choose(choice)
            if choice == FACES:
                page.face_grid.select_rows([0])
            yield name, self.window
        page.switch.choose(PHOTOS)
        self._go(places.ClusterPlace(self.library.clusters()[0].id))
        self._wait(lambda: page.photos.rowCount() > 0 and page.photos.photo(0) is not None)
        yield "Group", self.window
        page.edit_name()
        yield "Group, typing its name", self.window
        page.header.end_edit()

    def review(self) -> Iterator[Stop]:
        page = self.window.review
        self._go(places.ReviewPlace())
        self._wait(page.questions.is_settled)
        yield f"Review, {page.card.title.text()}", self.window
        page.history.setChecked(True)
        self._wait(lambda: page.steps.model.index(0).data() is not None)
        yield "Review, history of answers", self.window
        page.history.setChecked(False)
        titles = {page.card.title.text()}
        for _ in range(len(page.questions.ahead())):
            page.card.answers.skip_button.click()
            if page.questions.current() is None:
                break
            if page.card.title.text() not in titles:
                titles.add(page.card.title.text())
                yield f"Review, {page.card.title.text()}", self.window

    def search(self) -> Iterator[Stop]:
        page = self.window.search
        self._go(places.SearchPlace())
        page.switch.choose(0)
        yield "Search by a face", self.window
        face = self.library.faces(FaceFilter(person=self.anna))[0]
        page.search_face(face.id)
        self._wait(lambda: page.by_face.model.rowCount() > 0)
        page.by_face.grid.select_rows([0])
        yield "Search by a face, found", self.window
        photo = self.library.photo(self._photo_of_several())
        page.search_picture(decode(photo.path.read_bytes(), at_most=2_000_000).pixels)
        self._wait(page.by_face.picture.isVisible)
        yield "Search by a face, which one", self.window
        page.switch.choose(1)
        yield "Search by people", self.window
        page.by_people.any_of._add(self.library.person(self.anna))
        self._wait(lambda: page.by_people.model.rowCount() > 0)
        yield "Search by people, found", self.window
        page.by_people.taken_from.setText("1999")
        page.by_people.taken_to.setText("1999")
        self._wait(lambda: page.by_people._instead.isVisible())
        yield "Search by people, none fits", self.window
        page.by_people._start_over()

    def viewer(self) -> Iterator[Stop]:
        viewer = self.window.viewer
        photos = self.library.photo_ids()
        several = int(np.flatnonzero(photos == self._photo_of_several())[0])
        self._go(places.PhotoPlace(photos, several))
        self._wait(lambda: len(viewer.canvas.faces()) > 1)
        yield "Viewer", self.window
        viewer.name.edit(0)
        yield "Viewer, typing a name", self.window
        viewer.name.end()
        viewer.missed.offer()
        yield "Viewer, adding a face", self.window
        viewer.canvas.drawing.end()
        broken = PhotoId(self.library.problems()[0].id)
        self._go(places.PhotoPlace(photos, int(np.flatnonzero(photos == broken)[0])))
        self._wait(lambda: bool(viewer.canvas._message))
        yield "Viewer, a photo that cannot be read", self.window

    def bars(self) -> Iterator[Stop]:
        """What stands below the page at times."""
        self._go(places.PeoplePlace())
        self.window.messages.tell("The photos of Anna Lindqvist were copied.", "Show them", lambda: None, stay=True)
        may_end = threading.Event()
        self.window.session.jobs.start(lambda: Waiting(may_end))
        try:
            self._wait(lambda: self.window.job_bar.isVisible() and self.window.job_bar._trouble.isVisible())
            yield "A message and a job", self.window
        finally:
            may_end.set()
        self.program.idle()
        self.window.messages.hide()
        self.window.job_bar._cancel_or_close()

    def dialogs(self) -> Iterator[Stop]:
        window, library = self.window, self.library
        person, other = library.person(self.anna), library.person(self.ben)
        unchanged = library.plan_groups(Strictness.STRICT)
        opened: list[Callable[[], QDialog]] = [
            lambda: KeysDialog(window.actions(), window._page_of.values(), window),
            lambda: AboutDialog(window),
            lambda: ProblemsDialog([Problem("/photos/a.jpg", "It is cut off.")], window),
            lambda: PhotoProblemsDialog(window.session, window),
            lambda: BirthdayDialog(person.name, person.born_on, None, lambda day: None, window),
            lambda: SamePersonDialog(window.session.images, person.cover, [person], lambda one: None, window),
            lambda: SamePersonDialog(window.session.images, person.cover, [person, other], lambda one: None, window),
            lambda: GroupAgainDialog(unchanged, lambda: None, window),
            lambda: GroupAgainDialog(replace(unchanged, plan=replace(unchanged.plan, new=2)), lambda: None, window),
            lambda: ChangeModelDialog("Another", 20_311, 0.4, lambda: None, window),
            lambda: CrashReportDialog("ValueError\n  line 1", lambda: None, window),
        ]
        for number, make in enumerate(opened):
            dialog = make()
            dialog.open()
            self._settle()
            if isinstance(dialog, PhotoProblemsDialog):
                self._wait(lambda dialog=dialog: dialog.model.rowCount() > 0)  # type: ignore[misc]
            yield f"{number} {type(dialog).__name__}", dialog
            dialog.reject()
            self._settle()

    def _photo_of_several(self) -> PhotoId:
        """One with a face that has a name and one that has none."""
        for photo in self.library.photo_ids():
            faces = self.library.faces(FaceFilter(photo=PhotoId(int(photo))))
            if len(faces) > 1 and any(face.person for face in faces):
                return PhotoId(int(photo))
        raise AssertionError

    def _go(self, place: Place) -> None:
        self.window.go(place)
        self._settle()

    def _wait(self, condition: Callable[[], bool]) -> None:
        self.program.wait(condition)
        self._settle()

    @staticmethod
    def _settle() -> None:
        """Lets layouts and deferred deletions take place."""
        for _ in range(3):
            QApplication.processEvents()
