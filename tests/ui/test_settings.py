"""The Settings page: what is chosen holds at once, and nothing is changed that was not shown before."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QFont, QFontDatabase, QIcon, QPalette, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QTextBrowser,
    QTreeWidget,
    QWidget,
)

from app.events import LibraryChanged
from app.library.library import Library
from app.library.records import Strictness
from app.main import LazyVision
from app.settings import SettingsFile
from app.ui import appearance
from app.ui.dialogs.about import AboutDialog
from app.ui.dialogs.change_model import ChangeModelDialog
from app.ui.dialogs.group_again import GroupAgainDialog
from app.ui.engines import Engines, ModelCard
from app.ui.pages.settings import SettingsPage
from app.ui.places import PeoplePlace, PhotosPlace, SettingsPlace
from app.ui.widgets.choice import Choice
from app.vision.engine import EngineInfo
from app.vision.pretend import PretendEngine
from app.work.jobs.scan_folder import PACE
from tests.pictures import draw_people, encode
from tests.ui.program import Program


def shown(program: Program) -> SettingsPage:
    QTest.keyClick(program.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert program.window.place() == SettingsPlace()
    page = program.window.settings
    program.wait(lambda: page._found is not None)
    return page


@pytest.fixture
def page(program: Program) -> SettingsPage:
    return shown(program)


def choose(choice: Choice, key: object) -> None:
    """With the keys, as somebody would who has no mouse."""
    choice.setFocus()
    QTest.keyClick(choice, Qt.Key.Key_Home)
    for _ in range(choice.findData(key)):
        QTest.keyClick(choice, Qt.Key.Key_Down)
    assert choice.currentData() == key


def click(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=button.rect().center())


def lightness_of(icon: QIcon) -> int:
    image = icon.pixmap(32, 32).toImage()
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return max(pixels, key=lambda colour: colour.alpha()).lightness()


def test_all_dark_and_back_at_once(program: Program, page: SettingsPage, qapp: QApplication) -> None:
    try:
        choose(page.appearance, "dark")
        assert qapp.palette().color(QPalette.ColorRole.Window).lightness() < 128
        program.wait(lambda: lightness_of(program.window.actions_.add_folder.icon()) > 128)
        choose(page.appearance, "light")
        assert qapp.palette().color(QPalette.ColorRole.Window).lightness() > 128
        program.wait(lambda: lightness_of(program.window.actions_.add_folder.icon()) < 128)
        assert program.window.session.settings.current.appearance == "light"
    finally:
        appearance.choose(qapp, "system")


def test_the_folders_are_listed_with_their_photos_and_can_be_taken_out_and_back(
    program: Program, page: SettingsPage
) -> None:
    (root,) = program.library.roots()
    item = page.folders.tree.topLevelItem(0)
    assert item is not None
    assert (item.text(0), item.text(1)) == (str(root.path), "12")
    assert not page.folders.take_out_button.isEnabled(), "nothing is selected"
    page.folders.tree.setFocus()
    QTest.keyClick(page.folders.tree, Qt.Key.Key_Down)
    QTest.keyClick(page.folders.tree, Qt.Key.Key_Space)
    click(page.folders.take_out_button)
    program.wait(lambda: page.folders.tree.topLevelItemCount() == 0)
    assert program.library.roots() == []
    messages = program.window.messages
    assert "(12 photos). Names are kept" in messages.text
    assert str(root.path) in messages.text
    assert messages._button.text() == "Undo"
    click(messages._button)
    program.wait(lambda: page.folders.tree.topLevelItemCount() == 1)


def test_several_folders_are_taken_out_in_one_step_and_come_back_with_their_names(
    program: Program, page: SettingsPage, tmp_path: Path
) -> None:
    library, more = program.library, tmp_path / "more"
    more.mkdir()
    library.add_root(more)
    library.name("Anna", clusters=[library.clusters()[0].id]).result()
    program.wait(lambda: page.folders.tree.topLevelItemCount() == 2)
    page.folders.tree.selectAll()
    click(page.folders.take_out_button)
    program.wait(lambda: page.folders.tree.topLevelItemCount() == 0)
    assert "2 folders (12 photos)" in program.window.messages.text
    click(program.window.messages._button)
    program.wait(lambda: page.folders.tree.topLevelItemCount() == 2)
    assert library.find_person("Anna").photos == 6


def test_a_folder_can_be_added_and_scanned_again(program: Program, page: SettingsPage, tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    (more / "a.jpg").write_bytes(encode(draw_people(7, seed=3).pixels))
    click(page.folders.add_button)
    dialog = program.dialog(QFileDialog)
    dialog.fileSelected.emit(str(more))
    dialog.reject()
    program.idle()
    program.wait(lambda: page.folders.tree.topLevelItemCount() == 2)
    (more / "b.jpg").write_bytes(encode(draw_people(8, seed=4).pixels))
    row = next(i for i in range(2) if page.folders.tree.topLevelItem(i).text(0) == str(more))  # type: ignore[union-attr]
    item = page.folders.tree.topLevelItem(row)
    assert item is not None
    item.setSelected(True)
    click(page.folders.scan_button)
    program.idle()
    program.wait(lambda: item.text(1) == "2")
    assert item.isSelected(), "counts change in place"


def test_another_strictness_is_shown_before_it_holds_and_kept_after(
    start: Callable[..., Program], ungrouped: Path
) -> None:
    program = start(ungrouped)
    page = shown(program)
    assert page.strictness.currentData() == Strictness.NORMAL
    assert "100,000" in page.strictness_note.text()
    choose(page.strictness, Strictness.STRICT)
    dialog = program.dialog(GroupAgainDialog)
    assert program.library.strictness() == Strictness.NORMAL
    program.press(dialog, "Cancel")
    assert program.window.session.jobs.running() == [], "the choices passed on the way are not planned"
    program.wait(lambda: page.strictness.isEnabled() and page.strictness.currentData() == Strictness.NORMAL)
    choose(page.strictness, Strictness.STRICT)
    program.press(program.dialog(GroupAgainDialog), "Group")
    program.wait(lambda: program.library.strictness() == Strictness.STRICT)
    program.wait(lambda: page.strictness.isEnabled() and page.strictness.currentData() == Strictness.STRICT)
    assert "1,000,000" in page.strictness_note.text()
    program.window.actions_.undo.trigger()
    program.wait(lambda: page.strictness.currentData() == Strictness.NORMAL)


def test_another_strictness_that_changes_no_group_holds_once_it_was_told(program: Program, page: SettingsPage) -> None:
    choose(page.strictness, Strictness.STRICT)
    program.press(program.dialog(GroupAgainDialog), "Close")
    program.wait(lambda: program.library.strictness() == Strictness.STRICT)
    program.wait(lambda: page.strictness.isEnabled() and page.strictness.currentData() == Strictness.STRICT)
    program.window.actions_.undo.trigger()
    program.wait(lambda: page.strictness.currentData() == Strictness.NORMAL)


def test_scrolling_over_a_choice_chooses_nothing(program: Program, page: SettingsPage) -> None:
    down = QWheelEvent(
        QPointF(5, 5),
        QPointF(page.appearance.mapToGlobal(QPoint(5, 5))),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(page.appearance, down)
    assert page.appearance.currentData() == program.window.session.settings.current.appearance == "system"
    assert not down.isAccepted(), "it scrolls the page"


def test_the_model_that_ships_is_told_with_its_own_figures(page: SettingsPage) -> None:
    item = page.models.tree.topLevelItem(0)
    assert item is not None
    name, right, fast, size = (item.text(column) for column in range(4))
    assert name.endswith("(in use)")
    assert (right, fast) == ("98.4 %", "5 ms")
    assert size.endswith(" MB")
    assert not page.models.use_button.isEnabled()


class ByName(PretendEngine):
    """Whichever model the library has chosen, as the program makes it."""

    library: Library | None = None

    @property
    def info(self) -> EngineInfo:
        name = self.library.get_setting("model") if self.library is not None else None
        known = super().info
        return known if name is None else replace(known, name=name, fingerprint=name)


CARDS = [
    ModelCard("pretend", True, 0.984, 5.0, 4_300_000, None),
    ModelCard("another", False, 0.991, 21.0, 23_000_000, None),
    ModelCard("unknown", False, None, None, 9_000_000, "Nobody has measured it."),
]


@pytest.fixture
def models(start: Callable[..., Program], scanned: Path, tmp_path: Path) -> Program:
    """A library read with one model, where there are two others."""
    shutil.copytree(scanned, tmp_path / "library")
    engine = ByName()
    program = start(tmp_path / "library", engine)
    engine.library = program.library
    session = program.window.session
    engines = Engines(lambda: CARDS, session.engines.add, session.engines.why_no_gpu)
    object.__setattr__(session, "engines", engines)
    program.library.name("Ada", clusters=[program.library.clusters()[0].id]).result()
    return program


def test_a_scan_makes_the_page_read_neither_the_models_nor_its_settings_again(
    models: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, asked = models.window.session, []
    engines = Engines(lambda: asked.append("models") or CARDS, session.engines.add, session.engines.why_no_gpu)  # type: ignore[func-returns-value]
    object.__setattr__(session, "engines", engines)
    page = shown(models)
    models.read(page)
    strictness = models.library.strictness
    monkeypatch.setattr(models.library, "strictness", lambda: asked.append("strictness") or strictness())  # type: ignore[func-returns-value]
    assert asked == ["models"]
    for number in range(5):
        session.bridge.publish(LibraryChanged(photos=frozenset([number]), faces=frozenset([number])))
        models.read(page)
    assert asked == ["models"]
    session.bridge.publish(LibraryChanged(everything=True))
    models.read(page)
    assert asked == ["models", "strictness"]


def test_another_model_reads_every_photo_again_once_it_is_wanted_and_keeps_names(models: Program) -> None:
    page = shown(models)
    tree = page.models.tree
    faces = models.library.find_person("Ada").faces
    tree.setFocus()
    QTest.keyClick(tree, Qt.Key.Key_Down)
    click(page.models.use_button)
    dialog = models.dialog(ChangeModelDialog)
    assert "another" in dialog.text()
    assert "12" in dialog.informativeText()
    models.press(dialog, "Cancel")
    assert models.library.get_setting("model") is None
    click(page.models.use_button)
    models.press(models.dialog(ChangeModelDialog), "Read again")
    models.wait(lambda: models.library.engine_name() == "another")
    models.idle()
    assert models.library.find_person("Ada").faces == faces
    models.wait(lambda: tree.topLevelItem(1).text(0) == "another (in use)")  # type: ignore[union-attr]


def test_the_pace_of_the_last_scan_tells_how_long_it_may_take(models: Program) -> None:
    models.library.set_setting(PACE, "36000").result()
    page = shown(models)
    page.models.tree.setFocus()
    QTest.keyClick(page.models.tree, Qt.Key.Key_Down)
    click(page.models.use_button)
    dialog = models.dialog(ChangeModelDialog)
    assert "120 hour" in dialog.informativeText()
    dialog.reject()


def test_a_model_that_nobody_measured_says_why_it_cannot_be_used(models: Program) -> None:
    page = shown(models)
    page.models.tree.setFocus()
    QTest.keyClick(page.models.tree, Qt.Key.Key_End)
    assert page.models.problem.text() == "Nobody has measured it."
    assert page.models.problem.isVisible()
    assert not page.models.use_button.isEnabled()


def test_the_models_lead_to_what_is_known_of_them(program: Program, page: SettingsPage) -> None:
    click(page.models.more_button)
    dialog = program.dialog(AboutDialog)
    (cards,) = (browser for browser in dialog.findChildren(QTextBrowser) if browser.isVisible())
    assert "0 to 2 years" in cards.toPlainText(), "the card of the embedder tells of children"
    assert "yunet" in cards.toPlainText()
    plainly, _, figures = cards.toPlainText().partition("mobilefacenet-112")
    assert plainly.startswith("What to expect"), "whoever is no engineer reads this first"
    assert "Babies and small children look alike" in plainly
    assert "BCubed" not in plainly
    assert "BCubed" in figures
    dialog.reject()


def test_what_is_no_model_is_refused_with_a_sentence(
    program: Program, page: SettingsPage, home: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.onnx"
    wrong.write_bytes(b"no network")
    click(page.models.add_button)
    dialog = program.dialog(QFileDialog)
    dialog.fileSelected.emit(str(wrong))
    dialog.reject()
    program.wait(lambda: "is no YuNet face detector" in program.window.messages.text)


def test_the_device_holds_from_the_next_photo_on(tmp_path: Path) -> None:
    asked: list[str] = []
    device = "auto"

    def make(name: str | None, device: str) -> PretendEngine:
        asked.append(device)
        return PretendEngine()

    library = Library.open(tmp_path / "vision")
    vision = LazyVision(library, lambda: device, make)
    first = vision.to_read()
    device = "gpu"
    assert vision.to_read() is not first
    device = "auto"
    assert vision.to_read() is first
    assert asked == ["auto", "gpu", "auto"]
    vision.close()
    library.close()


def test_without_a_graphics_card_it_cannot_be_chosen_and_the_page_says_why(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    page = shown(program)
    row = page.device.findData("gpu")
    assert not page.device.model().index(row, 0).flags() & Qt.ItemFlag.ItemIsEnabled
    assert page.device_note.text() == "No graphics card: CUDA_VISIBLE_DEVICES hides every GPU."
    page.device.setFocus()
    QTest.keyClick(page.device, Qt.Key.Key_End)
    assert program.window.session.settings.current.device == "cpu"


def test_where_no_font_has_the_letters_of_a_language_that_is_said_in_english_too(
    page: SettingsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    fonts: list[str] = []
    monkeypatch.setattr(QFontDatabase, "families", lambda system: fonts)
    choose(page.language, "zh_CN")
    assert "No font on this computer has Chinese letters" in page.language_note.text()
    choose(page.language, "en")
    assert "Chinese" not in page.language_note.text()
    fonts.append("Noto Sans CJK SC")
    choose(page.language, "zh_CN")
    assert page.language_note.text() == "Takes effect at the next start."


def test_a_language_is_kept_for_the_next_start(program: Program, page: SettingsPage) -> None:
    assert page.language.itemText(page.language.findData("en")) == "English"
    assert not page.language_note.isVisible()
    choose(page.language, "en")
    assert page.language_note.isVisible()
    assert program.window.session.settings.current.language == "en"


def test_a_library_is_made_in_an_empty_folder_and_taken_at_the_next_start(
    program: Program, page: SettingsPage, tmp_path: Path
) -> None:
    empty, photos = tmp_path / "empty", tmp_path / "photos"
    for folder in (empty, photos):
        folder.mkdir()
    (photos / "a.jpg").write_bytes(b"a")
    for folder in (photos, empty):
        click(page.library.other)
        dialog = program.dialog(QFileDialog)
        dialog.fileSelected.emit(str(folder))
        dialog.reject()
        if folder == photos:
            program.wait(lambda: "is not empty" in program.window.messages.text)
            assert list(photos.iterdir()) == [photos / "a.jpg"], "nothing is written among photos"
    settings = program.window.session.settings
    program.wait(lambda: settings.current.library == str(empty))
    note = page.library.note
    assert str(empty) in note.text()
    assert f"Those you named stay in {program.library.folder}." in note.text()
    assert (empty / "library.db").is_file()
    click(page.library.usual)
    assert settings.current.library == ""
    assert not page.library.usual.isVisible()
    click(page.library.other)
    dialog = program.dialog(QFileDialog)
    dialog.fileSelected.emit(str(empty))
    dialog.reject()
    program.wait(lambda: str(empty) in note.text())
    assert "stay in" not in note.text(), "it was there already"


def test_a_folder_that_nobody_may_look_into_is_no_place_for_a_library(
    program: Program, page: SettingsPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = Path.is_file

    def refuse(path: Path) -> bool:
        if path.parent == tmp_path / "locked":
            raise PermissionError(errno.EACCES, "Permission denied")
        return look(path)

    monkeypatch.setattr(Path, "is_file", refuse)
    click(page.library.other)
    dialog = program.dialog(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "locked"))
    dialog.reject()
    program.wait(lambda: "locked cannot be read (Permission denied)." in program.window.messages.text)
    assert program.window.session.settings.current.library == ""
    assert program.crashes.pending() is None


def test_settings_can_be_chosen_before_there_is_a_photo(start: Callable[..., Program], tmp_path: Path) -> None:
    program = start(tmp_path / "nothing yet")
    window = program.window
    program.wait(window.first_start.isVisible)
    page = shown(program)
    assert page.isVisible()
    assert not page.strictness.isEnabled(), "there is nothing to group"
    QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.place() == PeoplePlace()
    assert window.first_start.isVisible()


def test_every_control_has_a_name_and_is_reached_by_tab(program: Program, page: SettingsPage) -> None:
    program.wait(lambda: page.models.tree.topLevelItemCount() > 0)
    kinds = (QAbstractButton, QComboBox, QTreeWidget)
    wanted = {
        child
        for child in page.findChildren(QWidget)
        if isinstance(child, kinds) and child.isVisible() and child.isEnabled() and child.focusPolicy()
    }
    for control in wanted:
        assert QAccessible.queryAccessibleInterface(control).text(QAccessible.Text.Name), control
    page.setFocus()
    for _ in range(40):
        focused = QApplication.focusWidget()
        assert focused is not None
        wanted.discard(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert not wanted


def test_with_large_text_nothing_is_out_of_reach(program: Program, page: SettingsPage, qapp: QApplication) -> None:
    before = qapp.font()
    large = QFont(before)
    large.setPointSizeF(before.pointSizeF() * 2)
    try:
        qapp.setFont(large)
        program.window.resize(900, 600)
        program.wait(lambda: page.area.verticalScrollBar().maximum() > 0)
        for label in page.findChildren(QLabel):
            if label.isVisible() and label.wordWrap():
                assert label.height() >= label.heightForWidth(label.width()), label.text()
    finally:
        qapp.setFont(before)


def test_nothing_of_the_sidebar_is_marked_while_settings_are_shown(program: Program, page: SettingsPage) -> None:
    assert program.window.sidebar.currentItem() is None
    program.window.go(PhotosPlace())
    assert program.window.sidebar.currentItem().text() == "Photos"


def test_watching_is_remembered(program: Program, page: SettingsPage) -> None:
    file = SettingsFile(program.window.session.settings._file)
    assert file.current.watch
    page.watch.setFocus()
    QTest.keyClick(page.watch, Qt.Key.Key_Space)
    assert "scan again" in page.watch_note.text()
    assert not SettingsFile(program.window.session.settings._file).current.watch
