"""The small pictures of the grids: read once, newest first, and again only when they changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QBuffer, QByteArray, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from app.events import LibraryChanged
from app.library.records import FaceId, PhotoId
from app.ui.bridge import EventBridge
from app.ui.models import images as module
from app.ui.models.images import Images, Shape, Source, cut


def jpeg(colour: QColor | Qt.GlobalColor = Qt.GlobalColor.red) -> bytes:
    image = QImage(80, 40, QImage.Format.Format_RGB32)
    image.fill(colour)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPG")  # type: ignore[call-overload]
    return bytes(content.data())


NOTHING = Source(lambda face: None, lambda photo: None)


class Shelf:
    """Hands out thumbnails and remembers which were asked for; the first waits until it may."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.may_go_on = threading.Event()
        self.picture: bytes | None = jpeg()

    def thumbnail(self, photo: PhotoId) -> bytes | None:
        self.asked.append(photo)
        picture = self.picture
        self.may_go_on.wait(10)
        return picture


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[EventBridge]:
    bridge = EventBridge()
    yield bridge
    bridge.close()


@pytest.fixture
def images(bridge: EventBridge, shelf: Shelf) -> Iterator[Images]:
    images = Images(Source(lambda face: None, shelf.thumbnail), NOTHING, bridge)
    yield images
    shelf.may_go_on.set()
    images.close()


def red_in_the_middle(image: QImage | None) -> bool:
    return image is not None and image.pixelColor(20, 20).red() > 200


def test_thumbnails_come_newest_first_and_old_requests_are_dropped(qtbot: QtBot, images: Images, shelf: Shelf) -> None:
    images.thumbnail(PhotoId(1), 40)
    qtbot.waitUntil(lambda: shelf.asked == [1])
    for photo in range(2, 1002):
        images.thumbnail(PhotoId(photo), 40)
    shelf.may_go_on.set()
    qtbot.waitUntil(lambda: len(shelf.asked) == 401)
    assert shelf.asked[1:] == list(range(1001, 601, -1))
    qtbot.waitUntil(lambda: images.thumbnail(PhotoId(700), 40) is not None)
    image = images.thumbnail(PhotoId(700), 40)
    assert isinstance(image, QImage)
    assert (image.width(), image.height()) == (40, 40)
    assert image.pixelColor(0, 0).alpha() < 255, "corners are round"
    assert red_in_the_middle(image)


def test_what_is_still_in_sight_comes_before_what_was_asked_for_meanwhile(
    qtbot: QtBot, images: Images, shelf: Shelf
) -> None:
    images.thumbnail(PhotoId(1), 40)
    qtbot.waitUntil(lambda: shelf.asked == [1])
    for photo in (2, 3, 4, 2):
        images.thumbnail(PhotoId(photo), 40)
    shelf.may_go_on.set()
    qtbot.waitUntil(lambda: len(shelf.asked) == 4)
    assert shelf.asked == [1, 2, 4, 3]


def test_a_picture_that_is_asked_for_again_while_it_is_read_is_read_once(
    qtbot: QtBot, images: Images, shelf: Shelf
) -> None:
    images.thumbnail(PhotoId(1), 40)
    qtbot.waitUntil(lambda: shelf.asked == [1])
    # A view that paints again before anything has arrived.
    for _ in range(3):
        for photo in (1, 2, 3):
            images.thumbnail(PhotoId(photo), 40)
    shelf.may_go_on.set()
    qtbot.waitUntil(lambda: all(images.thumbnail(PhotoId(photo), 40) is not None for photo in (1, 2, 3)))
    assert sorted(shelf.asked) == [1, 2, 3]


def test_a_request_that_was_dropped_can_be_made_again(qtbot: QtBot, images: Images, shelf: Shelf) -> None:
    images.thumbnail(PhotoId(1), 40)
    qtbot.waitUntil(lambda: shelf.asked == [1])
    for photo in range(2, 3 + module.MOST_WAITING):
        images.thumbnail(PhotoId(photo), 40)
    images.thumbnail(PhotoId(2), 40)
    shelf.may_go_on.set()
    qtbot.waitUntil(lambda: images.thumbnail(PhotoId(2), 40) is not None)


def test_what_changed_is_read_again_and_shown_as_it_was_until_then(
    qtbot: QtBot, bridge: EventBridge, images: Images, shelf: Shelf
) -> None:
    shelf.may_go_on.set()
    one, other = PhotoId(1), PhotoId(2)
    qtbot.waitUntil(lambda: None not in (images.thumbnail(one, 40), images.thumbnail(other, 40)))
    shelf.asked.clear()
    shelf.picture = jpeg(Qt.GlobalColor.blue)
    bridge.library_changed.emit(LibraryChanged(photos=frozenset({1})))
    assert red_in_the_middle(images.thumbnail(one, 40)), "an old picture is better than none"
    qtbot.waitUntil(lambda: not red_in_the_middle(images.thumbnail(one, 40)))
    assert red_in_the_middle(images.thumbnail(other, 40))
    assert shelf.asked == [1]
    bridge.library_changed.emit(LibraryChanged(everything=True))
    qtbot.waitUntil(lambda: not red_in_the_middle(images.thumbnail(other, 40)))


def test_a_change_while_a_picture_is_read_has_it_read_again(
    qtbot: QtBot, bridge: EventBridge, images: Images, shelf: Shelf
) -> None:
    images.thumbnail(PhotoId(1), 40)
    qtbot.waitUntil(lambda: shelf.asked == [1])
    shelf.picture = jpeg(Qt.GlobalColor.blue)
    bridge.library_changed.emit(LibraryChanged(photos=frozenset({1})))
    shelf.may_go_on.set()
    qtbot.waitUntil(lambda: images.thumbnail(PhotoId(1), 40) is not None)
    qtbot.waitUntil(lambda: not red_in_the_middle(images.thumbnail(PhotoId(1), 40)))
    assert shelf.asked == [1, 1]


def test_a_picture_that_was_not_there_is_looked_for_after_every_change(
    qtbot: QtBot, bridge: EventBridge, images: Images, shelf: Shelf
) -> None:
    shelf.may_go_on.set()
    shelf.picture = None
    with qtbot.waitSignal(images.arrived):
        assert images.thumbnail(PhotoId(1), 40) is None
    images.thumbnail(PhotoId(1), 40)
    shelf.picture = jpeg()
    bridge.library_changed.emit(LibraryChanged(people=frozenset({1})))
    qtbot.waitUntil(lambda: images.thumbnail(PhotoId(1), 40) is not None)
    assert shelf.asked == [1, 1]


@pytest.mark.parametrize("picture", [None, b"no picture", jpeg()])
def test_the_cache_stays_small_whatever_is_in_it(
    qtbot: QtBot, images: Images, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, picture: bytes | None
) -> None:
    monkeypatch.setattr(module, "CACHE_BYTES", 20 * module.ENTRY_BYTES)
    shelf.picture = picture
    shelf.may_go_on.set()
    for photo in range(1, 101):
        images.thumbnail(PhotoId(photo), 40)
    qtbot.waitUntil(lambda: len(shelf.asked) == 100 and not images._asked)
    assert len(images._cache) == (20 if not picture or picture == b"no picture" else 2)


def test_small_pictures_are_read_as_jpeg_alone() -> None:
    """To find out about other formats Qt makes connections, which on this thread can stop the window for ever."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    assert not QImage.fromData(svg).isNull(), "Qt would read it"
    assert cut(svg, 40, Shape.CIRCLE) is None
    assert cut(jpeg(), 40, Shape.CIRCLE) is not None


def test_a_face_and_a_photo_of_the_same_number_are_told_apart(qtbot: QtBot, bridge: EventBridge) -> None:
    images = Images(Source(lambda face: jpeg(Qt.GlobalColor.blue), lambda photo: jpeg()), NOTHING, bridge)
    shown: list[Callable[[], QImage | None]] = [
        lambda: images.thumbnail(PhotoId(1), 40),
        lambda: images.portrait(FaceId(1), 40, Shape.ROUNDED),
    ]
    qtbot.waitUntil(lambda: None not in [picture() for picture in shown])
    assert [red_in_the_middle(picture()) for picture in shown] == [True, False]
    images.close()


def test_a_photo_on_a_drive_that_does_not_answer_holds_up_no_picture_that_is_kept(
    qtbot: QtBot, bridge: EventBridge, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[int, bytes] = {number: jpeg() for number in (2, 3)}
    images = Images(Source(lambda face: None, kept.get), Source(lambda face: None, shelf.thumbnail), bridge)
    assert images.thumbnail(PhotoId(1), 40) is None
    qtbot.waitUntil(lambda: shelf.asked == [1])
    for photo in (2, 3):
        qtbot.waitUntil(lambda photo=photo: images.thumbnail(PhotoId(photo), 40) is not None)  # type: ignore[misc]
    assert shelf.asked == [1]
    # Nor does it keep anybody from closing the program.
    monkeypatch.setattr(module, "CLOSING_SECONDS", 0.05)
    images.close()
    shelf.may_go_on.set()
    images._made.join(10)


def test_a_picture_that_is_lost_is_made_from_its_photo(qtbot: QtBot, bridge: EventBridge, shelf: Shelf) -> None:
    shelf.may_go_on.set()
    images = Images(NOTHING, Source(lambda face: None, shelf.thumbnail), bridge)
    qtbot.waitUntil(lambda: red_in_the_middle(images.thumbnail(PhotoId(1), 40)))
    assert shelf.asked == [1]
    images.close()
