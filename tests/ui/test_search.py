"""Search by a picture that is pasted, dropped or chosen, and by any face."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu

from app.decode import Picture
from app.errors import AppError
from app.library.records import Box, FaceFilter, FaceId, FaceKind, Match
from app.library.thresholds import SEARCHED_ONE_IN
from app.ui.models.grid_model import Role
from app.ui.places import SearchPlace
from app.vision.engine import EngineInfo, Reading
from app.vision.pretend import PretendEngine
from app.work.jobs.find_person import FacesFound, Probe
from tests.pictures import blank, draw_people, encode
from tests.ui.program import Program, drop


def image_of(pixels: np.ndarray) -> QImage:
    height, width = pixels.shape[:2]
    return QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def names_found(program: Program) -> set[str]:
    return {face.name or "" for face in program.window.search.by_face.model.faces()}


def test_faces_of_hidden_people_are_counted_and_not_shown_until_hidden_people_are(program: Program) -> None:
    library, page = program.library, program.window.search.by_face
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    face = library.faces(FaceFilter(person=library.people()[0].id))[0]
    bert = library.name("Bert", faces=[face.id], new_person=True).result().people[0]
    library.set_hidden(bert, True).result()
    program.window.search_picture(draw_people(0, seed=77).pixels)
    program.wait(lambda: page.model.rowCount() == 5)
    assert page._status.text() == "5 faces found  ·  Anna  ·  1 hidden"
    library.set_hidden(library.find_person("Anna").id, True).result()
    program.wait(lambda: page._empty.isVisible())
    assert page._empty._text.text() == "View > Hidden people shows 6 faces like this one."
    program.window.actions_.hidden.trigger()
    program.wait(lambda: page.model.rowCount() == 6 and page.grid.isVisible())
    assert names_found(program) == {"Anna", "Bert"}
    program.window.actions_.hidden.trigger()
    program.wait(lambda: page._empty.isVisible())


def test_of_more_faces_than_are_shown_hidden_ones_take_no_place_and_the_count_says_so(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("models.alike", "pages.search_face"):
        monkeypatch.setattr(f"app.ui.{module}.MOST_SHOWN", 3)
    library, page, hidden = program.library, program.window.search.by_face, program.window.actions_.hidden
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    program.window.search_picture(draw_people(0, seed=77).pixels)
    program.wait(lambda: page._status.text() == "The 3 most alike faces  ·  Anna")
    first = page.model.faces()
    bert = library.name("Bert", faces=[first[0].id], new_person=True).result().people[0]
    library.set_hidden(bert, True).result()
    seen = "The 3 most alike faces  ·  Anna  ·  1 hidden"
    program.wait(lambda: page._status.text() == seen)
    beside = page.model.faces()
    assert [face.id for face in beside][:2] == [face.id for face in first][1:]
    assert len(beside) == 3
    program.window.search_picture(draw_people(0, seed=77).pixels)
    program.wait(lambda: page._status.text() == seen and not page._stale)
    assert page.model.faces() == beside
    hidden.trigger()
    program.wait(lambda: page._status.text() == "The 3 most alike faces  ·  Bert, Anna")
    assert [face.id for face in page.model.faces()] == [face.id for face in first]


def test_a_pasted_picture_with_one_face_finds_the_person(program: Program) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    QGuiApplication.clipboard().setImage(image_of(draw_people(0, seed=77).pixels))
    QTest.keyClick(program.window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    page = program.window.search.by_face
    program.wait(lambda: page.model.rowCount() == 6)
    assert program.window.place() == SearchPlace()
    assert names_found(program) == {"Anna"}
    alike = [int(page.model.index(row).data(Role.DETAIL).split()[0]) for row in range(6)]
    assert alike == sorted(alike, reverse=True)
    assert min(alike) > 70


def test_of_several_faces_one_is_picked_on_the_picture_itself(program: Program) -> None:
    page = program.window.search.by_face
    drawn = draw_people(1, 3, seed=78)
    program.window.search_picture(drawn.pixels)
    program.wait(lambda: page.picture.isVisible())
    assert "2 faces" in page.picture.question.text()
    # Where the picture shows person 3, whoever that is among the faces found.
    canvas = page.picture.canvas
    rect, (x, y, width, height) = canvas.picture_rect(), drawn.boxes[1]
    where = QPoint(round(rect.x() + (x + width / 2) * rect.width()), round(rect.y() + (y + height / 2) * rect.height()))
    box = canvas.childAt(where)
    assert box in canvas.buttons
    QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    program.wait(lambda: page.model.rowCount() == 2)
    assert page.grid.isVisible()
    QTest.mouseClick(page.show_picture, Qt.MouseButton.LeftButton)
    assert page.picture.isVisible()
    QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    assert page.grid.isVisible(), "the same face once more brings back what was found"


def test_a_face_of_the_picture_is_picked_with_the_keyboard_alone(program: Program) -> None:
    page = program.window.search.by_face
    QGuiApplication.clipboard().setImage(image_of(draw_people(1, 3, seed=78).pixels))
    QTest.keyClick(program.window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    program.wait(lambda: page.picture.isVisible())
    names = []
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Left)
    for _ in range(2):
        box = QApplication.focusWidget()
        names.append(box.accessibleName())
        QTest.keyClick(box, Qt.Key.Key_Right)
    assert names == ["Face 1 of 2, from the left", "Face 2 of 2, from the left"]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    program.wait(lambda: page.model.rowCount() == 2)
    assert page.grid.hasFocus()


def test_the_best_face_of_a_picture_is_marked_first_wherever_it_is(program: Program) -> None:
    page = program.window.search.by_face
    small, large = (draw_people(who, size=size, seed=78).pixels for who, size in ((1, (240, 180)), (3, (640, 480))))
    beside = np.full((480, 240, 3), 200, np.uint8)
    beside[:180] = small
    for faces, name in (((beside, large), "Face 2 of 2"), ((large, beside), "Face 1 of 2")):
        program.window.search_picture(np.hstack(faces))
        program.wait(lambda: page.picture.isVisible() and page.picture.canvas.isAncestorOf(QApplication.focusWidget()))
        assert QApplication.focusWidget().accessibleName() == f"{name}, from the left"
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        program.wait(lambda: page.model.rowCount() == 2)
    good, blurred = (
        Probe(Box(0, 0, 0.3, side), 0.9, quality, np.empty(0, np.float32), b"")
        for side, quality in ((0.3, 0.9), (0.4, 0.2))
    )
    assert good.worth > blurred.worth, "what is hardly to be recognised is not the best for being large"


def test_of_several_faces_one_is_picked(program: Program) -> None:
    page = program.window.search.by_face
    program.window.go(SearchPlace())
    QGuiApplication.clipboard().setImage(image_of(draw_people(1, 3, seed=78).pixels))
    QTest.mouseClick(page.paste_button, Qt.MouseButton.LeftButton)
    program.wait(lambda: page.probes.count() == 2)
    assert page.model.rowCount() == 0
    # Person 1 is on four photos, person 3 on two; the larger face comes first.
    QTest.mouseClick(page.probes.button(0), Qt.MouseButton.LeftButton)
    program.wait(lambda: page.model.rowCount() in (2, 4))
    other = 6 - page.model.rowCount()
    QTest.mouseClick(page.probes.button(1), Qt.MouseButton.LeftButton)
    program.wait(lambda: page.model.rowCount() == other)


def test_a_dropped_file_is_searched(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "probe 探.png"
    file.write_bytes(encode(draw_people(2, seed=79).pixels, "PNG"))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    drop(program.window, data)
    program.wait(lambda: program.window.search.by_face.model.rowCount() == 3)


def test_a_picture_without_a_face_says_what_to_do(program: Program) -> None:
    QGuiApplication.clipboard().setImage(image_of(blank()))
    program.window.actions_.paste.trigger()
    program.wait(lambda: "No face" in program.window.search.by_face._empty._title.text())


def test_a_file_that_is_no_picture_says_why(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "letter.jpg"
    file.write_text("Dear Anna")
    program.window.search_picture(file)
    program.wait(lambda: "cannot be used" in program.window.search.by_face._empty._text.text())


def test_pasting_nothing_says_so(program: Program) -> None:
    QGuiApplication.clipboard().setText("no picture")
    program.window.actions_.paste.trigger()
    assert "no picture to paste" in program.window.messages.text


def test_a_face_of_the_library_is_searched_without_itself(program: Program) -> None:
    face = program.library.faces()[0]
    program.window.search_face(face.id)
    page = program.window.search.by_face
    program.wait(lambda: page.model.rowCount() > 0)
    assert face.id not in [other.id for other in page.model.faces()]


def test_the_portrait_is_of_the_face_that_is_searched_for_whichever_arrives_last(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, library = program.window.search.by_face, program.library
    portrait, may_go_on, read, shown = library.portrait, threading.Event(), [], []
    first, second = (group.cover for group in library.clusters()[:2])
    assert first is not None
    assert second is not None

    def first_one_slowly(face: FaceId) -> bytes | None:
        if face == first:
            may_go_on.wait(10)
        read.append(face)
        return portrait(face)

    monkeypatch.setattr(library, "portrait", first_one_slowly)
    monkeypatch.setattr(page.probes, "show_portraits", lambda portraits, *_: shown.append(list(portraits)))
    files, runs = program.window.session.files, []
    run = files.run
    monkeypatch.setattr(files, "run", lambda *calls: runs.append(run(*calls)) or runs[-1])
    program.window.search_face(first)
    program.wait(lambda: len(runs) == 1)
    program.window.search_face(second)
    program.wait(lambda: shown[-1:] == [[portrait(second)]])
    may_go_on.set()
    program.wait(lambda: read == [second, first] and all(one.done() for one in runs))
    program.hear()
    assert shown[-1] == [portrait(second)]


def test_a_face_whose_portrait_cannot_be_made_is_searched_without_a_word(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, asked = program.window.search.by_face, threading.Event()

    def not_there(face: FaceId) -> bytes | None:
        asked.set()
        raise AppError("The drive of this photo does not answer.")

    monkeypatch.setattr(program.library, "portrait", not_there)
    program.window.search_face(program.library.faces()[0].id)
    program.wait(lambda: page.model.rowCount() > 0 and asked.is_set())
    program.read(page)
    assert not program.window.messages.isVisible()
    assert page.grid.isVisible()


def test_the_slider_says_in_words_how_sure_it_is_and_filters_at_once(
    start: Callable[..., Program], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(8):
        (folder / f"{seed}.png").write_bytes(encode(draw_people(0, seed=seed).pixels, "PNG"))
    program = start(tmp_path / "library", engine=Demanding(), scan=[folder])
    program.idle()
    page, slider = program.window.search.by_face, program.window.search.by_face.likeness.slider
    slider.setValue(slider.minimum())
    program.window.search_face(program.library.faces()[0].id)
    program.wait(lambda: "No face like this one" in page._empty._title.text())
    assert "Loose" in page._empty._text.text()

    def no_other_search(*_: object, **__: object) -> list[Match]:
        raise AssertionError("what was found once is only filtered")

    monkeypatch.setattr(program.library, "similar", no_other_search)
    counts, sentences = [page.model.rowCount()], [page.likeness.sentence()]
    slider.setFocus()
    while slider.value() < slider.maximum():
        QTest.keyClick(slider, Qt.Key.Key_Right)
        counts.append(page.model.rowCount())
        sentences.append(page.likeness.sentence())
        assert slider.accessibleDescription() == sentences[-1]
    assert counts == sorted(counts)
    assert counts[0] == 0
    assert counts[-1] == 7
    assert 0 < counts[3] < 7, "some are found in between"
    assert "1 in 100,000 " in sentences[0]
    assert "1 in 100 " in sentences[-1]
    assert len(set(sentences)) == len(SEARCHED_ONE_IN)
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert page.model.rowCount() == 0


class Demanding(PretendEngine):
    """Finds no two photos alike enough unless asked loosely."""

    @property
    def info(self) -> EngineInfo:
        return EngineInfo("demanding", "demanding 1", 128, {1e-2: 0.5, 1e-3: 0.88, 1e-4: 0.91, 1e-5: 0.999})


def test_results_are_named_where_they_are(program: Program) -> None:
    QGuiApplication.clipboard().setImage(image_of(draw_people(0, seed=77).pixels))
    program.window.actions_.paste.trigger()
    page = program.window.search.by_face
    program.wait(lambda: page.model.rowCount() == 6)
    page.grid.selectAll()
    page.grid.edit_row(0)
    QTest.keyClicks(program.name_edit(), "Anna")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
    program.wait(lambda: names_found(program) == {"Anna"})
    program.window.actions_.undo.trigger()
    program.wait(lambda: names_found(program) == {""})


def test_several_results_are_named_at_once_by_what_is_typed_ahead(program: Program) -> None:
    program.type_name(3, "Bert")
    program.wait(lambda: program.people() == {"Bert": 2})
    page = program.window.search.by_face
    program.window.search_picture(draw_people(1, seed=77).pixels)
    program.wait(lambda: page.model.rowCount() == 4)
    assert not page.name_button.isEnabled(), "nobody is selected"
    program.click_tile(page.grid, 0)
    program.click_tile(page.grid, 2, Qt.KeyboardModifier.ShiftModifier)
    chosen = {page.model.face(row).id for row in range(3)}
    QTest.mouseClick(page.name_button, Qt.MouseButton.LeftButton)
    edit = program.name_edit()
    QTest.keyClicks(edit, "be")
    program.wait(lambda: edit.suggestions.isVisible())
    QTest.keyClick(edit.suggestions, Qt.Key.Key_Return)
    program.wait(lambda: chosen <= {face.id for face in program.library.faces() if face.name == "Bert"})
    program.wait(lambda: [face.name for face in page.model.faces()].count("Bert") == 3)


def test_a_name_typed_over_another_one_among_the_results_is_told_with_the_way_back(program: Program) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    program.window.messages.hide()
    program.window.search_picture(draw_people(0, seed=77).pixels)
    program.wait(lambda: names_found(program) == {"Anna"})
    program.window.search.by_face.grid.edit_row(0)
    QTest.keyClicks(program.name_edit(), "Dora")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
    program.wait(lambda: "Dora" in program.window.messages.text)
    assert program.library.find_person("Dora").faces == 1
    assert program.window.messages._button.text() == "Undo"
    QTest.mouseClick(program.window.messages._button, Qt.MouseButton.LeftButton)
    program.wait(lambda: names_found(program) == {"Anna"})


def test_the_photos_of_selected_faces_are_copied_to_a_folder(program: Program, tmp_path: Path) -> None:
    page = program.window.search.by_face
    program.window.search_picture(draw_people(0, seed=77).pixels)
    program.wait(lambda: page.model.rowCount() == 6)
    program.click_tile(page.grid, 1)
    out = tmp_path / "out"
    out.mkdir()
    QTest.mouseClick(page.copy_button, Qt.MouseButton.LeftButton)
    dialog = program.dialog(QFileDialog)
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile(str(out))
    dialog.fileSelected.emit(str(out))
    dialog.close()
    program.wait(lambda: "copied" in program.window.messages.text)
    assert [file.name for file in out.iterdir()] == [page.model.face(1).path.name]


def test_what_was_found_stays_in_sight_while_the_next_picture_is_looked_at(
    start: Callable[..., Program], scanned: Path, tmp_path: Path
) -> None:
    shutil.copytree(scanned, tmp_path / "library")
    engine = Slow()
    program = start(tmp_path / "library", engine=engine)
    page = program.window.search.by_face
    program.window.search_picture(draw_people(0, seed=77).pixels)
    program.wait(lambda: page.model.rowCount() == 6)
    engine.may_go_on.clear()
    program.window.search_picture(draw_people(1, seed=77).pixels)
    assert page.grid.isVisible()
    assert page.model.rowCount() == 6
    assert "Looking for faces" in page._status.text()
    engine.may_go_on.set()
    program.wait(lambda: page.model.rowCount() == 4)
    assert "Looking for faces" not in page._status.text()


class Slow(PretendEngine):
    def __init__(self) -> None:
        super().__init__()
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def read(self, pictures: Sequence[Picture]) -> list[list[Reading]]:
        self.may_go_on.wait(10)
        return super().read(pictures)


def test_a_model_that_is_not_there_is_said_in_words(
    start: Callable[..., Program], scanned: Path, tmp_path: Path
) -> None:
    shutil.copytree(scanned, tmp_path / "library")
    program = start(tmp_path / "library", engine=Another())
    page = program.window.search.by_face
    program.window.search_picture(draw_people(0, seed=77).pixels)
    program.wait(lambda: "not possible" in page._empty._title.text())
    assert "read with the model pretend, not with another" in page._empty._text.text()


class Another(PretendEngine):
    @property
    def info(self) -> EngineInfo:
        return EngineInfo("another", "another 1", 128, super().info.cosine_at)


def test_return_opens_the_photo_with_the_face_pointed_out(program: Program) -> None:
    face = program.library.faces()[0]
    program.window.search_face(face.id)
    page = program.window.search.by_face
    program.wait(lambda: page.model.rowCount() > 0)
    program.click_tile(page.grid, 0)
    wanted = page.model.face(0)
    QTest.keyClick(page.grid, Qt.Key.Key_Return)
    canvas = program.window.viewer.canvas
    program.wait(lambda: canvas.current is not None)
    assert canvas.current is not None
    assert canvas.faces()[canvas.current].id == wanted.id


def test_results_that_arrive_during_typing_wait_until_it_is_done(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.window.search_face(program.library.faces()[0].id)
    page = program.window.search.by_face
    program.wait(lambda: page.model.rowCount() > 3)
    similar, may_go_on = program.library.similar, threading.Event()

    def slow_and_in_another_order(*args: Any, **options: Any) -> list[Match]:
        found = similar(*args, **options)
        may_go_on.wait(10)
        return found[::-1]

    monkeypatch.setattr(program.library, "similar", slow_and_in_another_order)
    program.window.search_face(program.library.faces()[0].id)
    meant = page.model.face(1)
    page.grid.edit_row(1)
    QTest.keyClicks(program.name_edit(), "Zoe")
    may_go_on.set()
    program.read(page)
    assert page.model.face(1) == meant
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
    program.wait(lambda: [face.id for face in program.library.faces() if face.name == "Zoe"] == [meant.id])
    program.wait(lambda: page.model.face(1) != meant and names_found(program) == {"Zoe", ""})


def test_names_given_elsewhere_wait_until_the_typing_is_done(program: Program) -> None:
    program.window.search_face(program.library.faces()[0].id)
    page = program.window.search.by_face
    program.wait(lambda: page.model.rowCount() > 3)
    page.grid.edit_row(0)
    program.library.name("Bert", faces=[page.model.face(1).id]).result()
    program.read(page)
    assert names_found(program) == {""}
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Escape)
    program.wait(lambda: names_found(program) == {"Bert", ""})


def test_another_search_keeps_the_name_that_is_being_typed(program: Program) -> None:
    program.window.search_face(program.library.faces()[0].id)
    page = program.window.search.by_face
    program.wait(lambda: page.model.rowCount() > 3)
    meant = page.model.face(1)
    page.grid.edit_row(1)
    QTest.keyClicks(program.name_edit(), "Zoe")
    program.window.search_picture(draw_people(1, seed=77).pixels)
    program.wait(lambda: program.library.face(meant.id).name == "Zoe")


@pytest.mark.parametrize("width", [1000, 520])
def test_many_faces_of_a_picture_scroll_and_leave_the_sidebar_as_it_is(program: Program, width: int) -> None:
    window, page = program.window, program.window.search.by_face
    window.resize(width, 700)
    window.go(SearchPlace())
    program.bot.wait(50)
    sidebar, side = window._splitter.sizes(), None
    portrait = encode(draw_people(0, size=(160, 160), seed=1).pixels)
    vector = program.library.vector(program.library.faces()[0].id)
    for count in (1, 34):
        probes = [Probe(Box(0, 0, 1, 1), 1.0, 1.0, vector, portrait) for _ in range(count)]
        page._looked(FacesFound(blank(), probes))
        program.wait(lambda count=count: page.probes.button(count - 1).isVisible())  # type: ignore[misc]
        program.bot.wait(50)
        side = side or page.probes.button(0).width()
        assert page.probes.button(count - 1).width() == side
        assert window._splitter.sizes() == sidebar
    last = page.probes.button(33)
    assert last.visibleRegion().isEmpty(), "it is out of sight"
    page.probes.button(32).setFocus()
    QTest.keyClick(page.probes.button(32), Qt.Key.Key_Right)
    program.wait(lambda: last.hasFocus() and last.visibleRegion().boundingRect().size() == last.size())
    assert window._splitter.sizes() == sidebar


def test_a_menu_is_about_the_face_it_was_opened_for_though_others_go_meanwhile(program: Program) -> None:
    page, library = program.window.search.by_face, program.library
    program.window.search_picture(draw_people(0, seed=77).pixels)
    program.wait(lambda: page.model.rowCount() == 6)
    first, second = page.model.face(0), page.model.face(1)
    program.click_tile(page.grid, 1)
    page._menu([1], page.mapToGlobal(QPoint(10, 10)))
    menu = program.dialog(QMenu)
    library.set_kind([first.id], FaceKind.NOT_A_FACE).result()
    program.wait(lambda: page.model.rowCount() == 5)
    action = next(action for action in menu.actions() if action.text() == "Name…")
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    assert page.grid.is_editing()
    assert page.model.face(page.grid.currentIndex().row()).id == second.id
