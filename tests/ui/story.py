"""What a person does with the program, step by step, by keys and mouse; each step says what it must bring about."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from app.library.records import Box, Cluster, Face, FaceFilter, FaceId, Person, Side
from app.ui import languages
from app.ui.pages.person import FACES
from app.ui.pages.statistics import StatisticsPage
from app.ui.places import PeoplePlace, PersonPlace, PhotosPlace, SearchPlace, StatisticsPlace
from app.ui.widgets.name_edit import NameEdit
from tests.ui.program import Program, drop
from tests.ui.story_albums import MISSED, WALL, Album, Paced, who_is_on

Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


@dataclass
class Story:
    """`decided` are pairs of faces' sets that the user said are two people."""

    program: Program
    album: Album
    decided: list[tuple[frozenset[FaceId], frozenset[FaceId]]] = field(default_factory=list)


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Where the keyboard is."""
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifier)


def focus_window(program: Program) -> None:
    """As a window manager does when a list or a dialog closes."""
    program.window.activateWindow()
    program.wait(program.window.isActiveWindow)


def shortcut(program: Program, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    focus_window(program)
    QTest.keyClick(program.window, key, modifiers)


def type_text(text: str) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClicks(focused, text)


def urls(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def faces_of(program: Program, who: Person | Cluster | Side) -> list[Face]:
    if isinstance(who, Side):
        if who.faces:
            return program.library.faces_by_id(list(who.faces))
        return program.library.faces(FaceFilter(person=who.person, cluster=who.cluster))
    found = FaceFilter(person=who.id) if isinstance(who, Person) else FaceFilter(cluster=who.id)
    return program.library.faces(found)


def truth(program: Program, who: Person | Cluster | Side) -> str:
    """Who they are for the most part, as the names of the files say; "" for who has no photo of their own."""
    faces = Counter(face.photo for face in program.library.faces())
    alone = [who_is_on(face.path)[0] for face in faces_of(program, who) if faces[face.photo] == 1]
    return max(set(alone), key=alone.count, default="")


def rows_of(program: Program, who: str) -> list[int]:
    """The tiles of somebody, the largest first."""
    tiles = program.tiles()
    rows = [row for row, tile in enumerate(tiles) if truth(program, tile) == who]
    return sorted(rows, key=lambda row: -tiles[row].faces)


# The steps


def add_a_folder(program: Program, album: Album, engine: Paced) -> None:
    window = program.window
    engine.wait_after(20)
    program.wait(window.first_start.isVisible)
    assert drop(window.first_start, urls(album.first))
    assert window.place() == PeoplePlace()
    program.wait(lambda: bool(program.groups()))
    assert window.session.jobs.running(), "people appear while photos are still read"
    assert album.first.name in window.job_bar._what.text()
    assert window.sidebar.isVisible()
    engine.may_go_on.set()
    program.idle()
    count = len(list(album.first.iterdir()))
    program.wait(lambda: window.messages.text.startswith(f"Done: {count} photos read, "))
    program.wait(lambda: sum(tile.faces for tile in program.tiles()) > 0 and len(program.groups()) == 8)
    assert program.library.counts().photos == count


def name_three(program: Program) -> None:
    for name in ("Anna", "Bert", "Carl"):
        row = rows_of(program, name.lower())[0]
        faces = program.tiles()[row].faces
        program.type_name(row, name)
        program.wait(lambda name=name: name in program.people())  # type: ignore[misc]
        assert program.tiles()[program.row_of(name)].faces >= faces
        assert f"Name {name}" in program.window.actions_.undo.text()
    assert set(program.people()) == {"Anna", "Bert", "Carl"}


def merge_two(program: Program) -> None:
    """Bert and the group of him that the program takes for somebody else."""
    window, grid = program.window, program.window.people.grid
    named, other = rows_of(program, "bert")
    tiles = program.tiles()
    before, together = tiles[named].faces, tiles[named].faces + tiles[other].faces
    program.click_tile(grid, named)
    program.click_tile(grid, other, CONTROL)
    QTest.keyClick(grid, Key.Key_M, CONTROL)
    page = window.merge
    program.wait(lambda: page.isVisible() and page.model.rowCount() == 1)
    assert page.name.text() == "Bert"
    if not page.model.joining():
        press(Key.Key_Space)
    press(Key.Key_Return)

    def faces() -> int:
        return program.tiles()[program.row_of("Bert")].faces

    program.wait(lambda: window.place() == PeoplePlace() and faces() == together)
    shortcut(program, Key.Key_Z, CONTROL)
    program.wait(lambda: faces() == before)
    shortcut(program, Key.Key_Z, CONTROL | SHIFT)
    program.wait(lambda: faces() == together)
    assert rows_of(program, "bert") == [program.row_of("Bert")]


def reject_a_wrong_face(story: Story) -> None:
    """Twin is among the faces of Anna."""
    program, page = story.program, story.program.window.person
    anna = open_person(program, "Anna")
    QTest.mouseClick(page.switch.button(FACES), LEFT)
    wrong = next(face for face in page.faces.faces() if who_is_on(face.path) == ["twin"])
    row = [face.id for face in page.faces.faces()].index(wrong.id)
    page.face_grid.scrollTo(page.faces.index(row))
    program.click_tile(page.face_grid, row)
    count = page.faces.rowCount()
    press(Key.Key_Delete)
    program.wait(lambda: page.faces.rowCount() == count - 1)
    assert wrong.id not in [face.id for face in page.faces.faces()]
    assert page.header.facts.text().startswith(f"{count - 1} ")
    assert program.library.face(wrong.id).name is None
    hers = frozenset(face.id for face in program.library.faces(FaceFilter(person=anna.id)))
    story.decided.append((hers, frozenset([wrong.id])))


def open_person(program: Program, name: str) -> Person:
    """By Return on the tile; waits until the page shows what it finds out."""
    window = program.window
    shortcut(program, Key.Key_2, CONTROL)
    program.wait(lambda: window.people.isVisible() and name in program.people())
    program.click_tile(window.people.grid, program.row_of(name))
    press(Key.Key_Return)
    page = window.person
    program.wait(lambda: page.isVisible() and page.name.text() == name)
    program.wait(lambda: not page._stale and not page._considering and not page._reconsider)
    person = program.library.find_person(name)
    assert window.place() == PersonPlace(person.id)
    return person


def search_by_a_pasted_picture(program: Program, album: Album) -> None:
    image = QImage(str(album.probe))
    assert not image.isNull()
    QGuiApplication.clipboard().setImage(image)
    shortcut(program, Key.Key_V, CONTROL)
    page = program.window.search.by_face
    assert program.window.place() == SearchPlace()
    program.wait(lambda: page.grid.isVisible() and page.model.rowCount() > 2)
    assert [face.name for face in page.model.faces()][:3] == ["Carl"] * 3
    assert page._status.text().endswith("Carl")


def search_by_names(program: Program) -> None:
    shortcut(program, Key.Key_F, CONTROL)
    type_text("anna, car")
    press(Key.Key_Return)
    page = program.window.search.by_people
    program.wait(lambda: page.isVisible() and page.model.rowCount() == 1 and page.model.photo(0) is not None)
    assert page._sentence.text() == "Photos with Anna and Carl"
    photo = page.model.photo(0)
    assert photo is not None
    assert Path(photo.display).name == "anna+carl 1.jpg"


def draw_a_missed_face(program: Program) -> None:
    """Opened from the grid of all photos, and named by the beginning of a name."""
    window, viewer = program.window, program.window.viewer
    shortcut(program, Key.Key_1, CONTROL)
    assert window.place() == PhotosPlace()
    program.wait(lambda: window.photos.model.rowCount() == program.library.counts().photos)
    shown = program.library.photos(window.photos.model.keys().tolist())
    window.photos.grid.select_rows([[photo.path.name for photo in shown].index("wall 1.jpg")])
    press(Key.Key_Return)
    canvas = viewer.canvas
    program.wait(lambda: viewer._photo is not None and canvas.isVisible())
    assert canvas.faces() == [], "nobody was found on it"
    x, y, width, height = (part / whole for part, whole in zip(MISSED, WALL * 2, strict=True))

    def on_canvas(right: float, down: float) -> QPoint:
        photo = canvas.photo_rect()
        return QPointF(photo.x() + right * photo.width(), photo.y() + down * photo.height()).toPoint()

    canvas.zoom_by(6, QPointF(on_canvas(x, y)))
    start, end = on_canvas(x, y), on_canvas(x + width, y + height)
    QTest.mousePress(canvas, LEFT, CONTROL, start)
    for part in (0.3, 0.7, 1.0):
        QTest.mouseMove(canvas, start + (end - start) * part)
    QTest.mouseRelease(canvas, LEFT, CONTROL, end)
    program.wait(lambda: any(edit.isVisible() for edit in viewer.findChildren(NameEdit)))
    edit = program.name_edit()
    QTest.keyClicks(edit, "ca")
    program.wait(edit.suggestions.isVisible)
    QTest.keyClick(edit, Key.Key_Return)
    program.wait(lambda: [face.name for face in canvas.faces()] == ["Carl"])
    (face,) = canvas.faces()
    assert face.box.overlap(Box(x, y, width, height)) > 0.7
    QTest.keyClick(canvas, Key.Key_Escape)
    assert window.place() == PhotosPlace()


def look_at_statistics(program: Program) -> None:
    shortcut(program, Key.Key_5, CONTROL)
    page = program.window._page_of[StatisticsPlace]
    assert isinstance(page, StatisticsPage)
    counts = program.library.counts()
    program.wait(lambda: page.area.isVisible() and page._summary.text().startswith(f"{counts.photos} "))
    assert f"{counts.faces} " in page._summary.text()
    press(Key.Key_Down)


def export_a_person(program: Program, folder: Path) -> None:
    folder.mkdir()
    bert = open_person(program, "Bert")
    program.window.actions_.export.trigger()
    dialog = program.dialog(QFileDialog)
    dialog.fileSelected.emit(str(folder))
    dialog.reject()
    program.idle()
    program.wait(lambda: program.window.messages.text == f"{bert.photos} photos copied.")
    assert {who_is_on(file)[0] for file in folder.iterdir()} == {"bert"}
    assert len(list(folder.iterdir())) == bert.photos


def choose_how_it_looks(program: Program, app: QApplication) -> None:
    shortcut(program, Key.Key_Comma, CONTROL)
    page = program.window.settings
    program.wait(lambda: page._found is not None)
    for choice, wanted in ((page.appearance, "dark"), (page.language, languages.available()[-1])):
        choice.setFocus()
        press(Key.Key_Home)
        for _ in range(choice.findData(wanted)):
            press(Key.Key_Down)
        assert choice.currentData() == wanted
    assert app.palette().color(QPalette.ColorRole.Window).lightness() < 128
    assert page.language_note.isVisible()
    assert_looks_as_chosen(program)


def assert_looks_as_chosen(program: Program) -> None:
    page, chosen = program.window.settings, program.window.session.settings.current
    assert page.appearance.currentData() == chosen.appearance == "dark"
    assert page.language.currentData() == chosen.language == languages.available()[-1]


def quit_in_the_middle_of_a_scan(program: Program, album: Album, engine: Paced) -> None:
    window = program.window
    engine.wait_after(3)
    before = program.library.counts().photos
    shortcut(program, Key.Key_2, CONTROL)
    assert drop(window, urls(album.second))
    program.wait(lambda: program.library.counts().photos > before)
    running = next(job for job in window.session.jobs.running() if album.second.name in job.title)
    # Whoever ends the program waits for the pictures that are looked at, not for the others.
    running.future.add_done_callback(lambda _: engine.may_go_on.set())
    shortcut(program, Key.Key_Q, CONTROL)
    assert not window.isVisible()
    assert program.crashes.pending() is None
    program.stack.close()


def everything_is_there(program: Program, known: Known, album: Album) -> None:
    """What was known before the end of the program; and the scan goes on by itself."""
    count = len(list(album.first.iterdir())) + len(list(album.second.iterdir()))
    program.wait(lambda: program.library.counts().photos == count)
    program.idle()
    assert program.library.unfinished() == []
    assert set(known.people) <= set(program.people())
    for name, faces in known.people.items():
        assert faces <= {
            face.id for face in program.library.faces(FaceFilter(person=program.library.find_person(name).id))
        }
    assert program.library.undo_label() == known.undo


@dataclass(frozen=True)
class Known:
    """What a library tells: whom the user gave which faces, and what would be undone."""

    people: dict[str, frozenset[FaceId]]
    undo: str | None

    @classmethod
    def of(cls, program: Program) -> Known:
        library = program.library
        decided = [face for face in library.faces() if face.person is not None and face.name is not None]
        names = {face.name for face in decided if face.name is not None}
        people = {name: frozenset(face.id for face in decided if face.name == name) for name in names}
        return cls(people, library.undo_label())
