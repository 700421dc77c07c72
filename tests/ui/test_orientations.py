"""Boxes lie on the faces for all eight EXIF orientations: fitted, pixel by pixel, zoomed in and moved about."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.library.library import Library
from app.ui.places import PhotoPlace
from app.ui.widgets.photo_canvas import PhotoCanvas
from app.vision.pretend import PretendEngine, colour_of
from app.vision.threads import Vision
from app.work.jobs.scan_folder import ScanFolders
from app.work.runner import Runner
from tests.pictures import draw_people, encode
from tests.ui.program import Program

# Larger than the window, and neither square nor symmetric, so that every mistake in turning shows.
DRAWN = draw_people(0, 5, 9, size=(1500, 1000), seed=4)
ORIENTATIONS = range(1, 9)


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same photo as eight cameras would store it, and a library that they were read into."""
    folder, library_folder = tmp_path_factory.mktemp("sideways"), tmp_path_factory.mktemp("scanned") / "library"
    for orientation in ORIENTATIONS:
        (folder / f"{orientation}.jpg").write_bytes(encode(DRAWN.pixels, orientation=orientation))
    library, vision, runner = Library.open(library_folder), Vision(PretendEngine()), Runner(lambda event: None)
    runner.start(ScanFolders(library, vision, [folder])).future.result(60)
    for part in (runner, vision, library):
        part.close()
    return folder, library_folder


@pytest.fixture
def program(start: Callable[..., Program], scanned: tuple[Path, Path], tmp_path: Path) -> Program:
    shutil.copytree(scanned[1], tmp_path / "library")
    return start(tmp_path / "library")


def open_photo(program: Program, orientation: int) -> PhotoCanvas:
    """Without the boxes, for they would be painted over what is looked at."""
    ids = program.library.photo_ids()
    names = [photo.path.name for photo in program.library.photos(ids.tolist())]
    program.window.go(PhotoPlace(ids, names.index(f"{orientation}.jpg")))
    viewer = program.window.viewer
    program.wait(lambda: viewer._photo is not None)
    viewer.bar.boxes.setChecked(False)
    return viewer.canvas


def in_sight(canvas: PhotoCanvas) -> Iterator[tuple[int, QRectF]]:
    """The identity and the box of each face whose head is in sight."""
    for number, face in enumerate(canvas.faces()):
        places = [abs(box[0] - face.box.x) for box in DRAWN.boxes]
        rect = canvas.face_rect(number)
        if QRectF(canvas.rect()).contains(rect.adjusted(-10, -10, 10, 10)):
            yield DRAWN.identities[int(np.argmin(places))], rect


def whose_boxes_fit(canvas: PhotoCanvas) -> set[int]:
    """Who is in sight; the face of each ends where the box does."""
    seen: QImage = canvas.grab().toImage()
    ratio = seen.devicePixelRatio()

    def has_colour(identity: int, x: float, y: float) -> bool:
        pixel = seen.pixelColor((QPointF(x, y) * ratio).toPoint())
        colour = (pixel.red(), pixel.green(), pixel.blue())
        return max(abs(one - other) for one, other in zip(colour, colour_of(identity), strict=True)) < 40

    found = set()
    for identity, rect in in_sight(canvas):
        found.add(identity)
        # Across the ears and down the middle of the forehead: just inside is skin, just outside is not.
        slack = max(2.5, rect.width() * 0.03)
        middle, cheek = rect.center().x(), rect.top() + rect.height() * 0.5
        assert has_colour(identity, rect.left() + slack, cheek)
        assert not has_colour(identity, rect.left() - slack, cheek)
        assert has_colour(identity, rect.right() - slack, cheek)
        assert not has_colour(identity, rect.right() + slack, cheek)
        assert has_colour(identity, middle, rect.top() + slack)
        assert not has_colour(identity, middle, rect.top() - slack)
        assert has_colour(identity, middle, rect.bottom() - slack)
    return found


def whole(program: Program) -> None:
    """Waits for the pixels of a closer look."""
    viewer = program.window.viewer
    program.wait(lambda: viewer._whole is None or viewer._whole.done())
    program.bot.wait(20)


def wheel(canvas: PhotoCanvas, at: QPointF, clicks: int) -> None:
    for _ in range(abs(clicks)):
        event = QWheelEvent(
            at, QPointF(canvas.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, 120 if clicks > 0 else -120),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(canvas, event)


def drag(canvas: PhotoCanvas, way: QPoint) -> None:
    middle = canvas.rect().center()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    for part in (0.2, 0.6, 1.0):
        QTest.mouseMove(canvas, middle + way * part)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + way)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_boxes_lie_on_the_faces_at_every_zoom(program: Program, orientation: int) -> None:
    canvas = open_photo(program, orientation)
    assert canvas.photo_rect().width() / canvas.photo_rect().height() == pytest.approx(1.5, rel=0.01), "it is upright"
    assert whose_boxes_fit(canvas) == {0, 5, 9}
    QTest.keyClick(canvas, Qt.Key.Key_1)
    whole(program)
    assert canvas.scale() * canvas.devicePixelRatioF() == pytest.approx(1)
    for _ in range(6):
        QTest.keyClick(canvas, Qt.Key.Key_Up)
        QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert canvas.photo_rect().topLeft() == QPointF(0, 0)
    seen = set()
    for way in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Right):
        for _ in range(8):
            seen |= whose_boxes_fit(canvas)
            QTest.keyClick(canvas, way)
        QTest.keyClick(canvas, Qt.Key.Key_Down)
    assert canvas.photo_rect().right() == pytest.approx(canvas.width())
    assert seen == {0, 5, 9}
    for number in range(3):
        QTest.keyClick(canvas, Qt.Key.Key_0)
        wheel(canvas, canvas.face_rect(number).center(), 4)
        drag(canvas, (canvas.rect().center() - canvas.face_rect(number).center().toPoint()) * 0.5)
        assert whose_boxes_fit(canvas) >= {
            identity
            for identity, box in zip(DRAWN.identities, DRAWN.boxes, strict=True)
            if abs(box[0] - canvas.faces()[number].box.x) < 0.05
        }


def test_boxes_lie_on_the_faces_of_a_file_that_was_turned_and_scanned_again(
    program: Program, scanned: tuple[Path, Path]
) -> None:
    """Another program turns the pixels and leaves the photo upright; then the file shows something else altogether."""
    folder, (six, three) = scanned[0], (scanned[0] / "6.jpg", scanned[0] / "3.jpg")
    before = {file: file.read_bytes() for file in (six, three)}
    try:
        canvas = open_photo(program, 6)
        six.write_bytes(encode(DRAWN.pixels, orientation=1, quality=92))
        three.write_bytes(encode(np.ascontiguousarray(np.rot90(DRAWN.pixels))))
        program.window.scan([folder])
        program.idle()
        assert whose_boxes_fit(open_photo(program, 6)) == {0, 5, 9}
        canvas = open_photo(program, 3)
        shape = canvas.photo_rect()
        assert shape.width() / shape.height() == pytest.approx(1 / 1.5, rel=0.01)
        inside = [canvas.photo_rect().contains(canvas.face_rect(number)) for number in range(len(canvas.faces()))]
        assert all(inside)
    finally:
        for file, content in before.items():
            file.write_bytes(content)
