"""Portraits and thumbnails for the grids, read, decoded and cut to shape on one thread, the newest request first.

A view asks while it paints and gets what is there; `arrived` says that painting again will show more. Requests that
nobody repeated while a screenful of newer ones came are dropped: what is still visible asks again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from enum import Enum
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QImage, QImageReader, QPainter, QPainterPath, QTransform

from app.events import LibraryChanged
from app.library.records import FaceId, PhotoId
from app.priority import Priority, lower_priority
from app.ui.background import CLOSING_SECONDS
from app.ui.bridge import EventBridge

log = logging.getLogger(__name__)

CACHE_BYTES = 160_000_000
# What an entry takes besides its pixels, so that pictures that are not there count as well.
ENTRY_BYTES = 1000
# A few screens of the smallest tiles.
MOST_WAITING = 400
# Sooner nobody sees a difference.
ARRIVAL_MS = 40
# Corners are rounded by this part of a picture's side.
CORNER = 0.06
# Where a photo is cut to a square, this much of what is lost is lost at the top: heads are up there.
LOST_AT_TOP = 0.3


class Shape(Enum):
    CIRCLE = "circle"
    ROUNDED = "rounded"


class Request(NamedTuple):
    """`side` in device pixels; `face` tells a face's portrait from a photo's thumbnail."""

    face: bool
    id: int
    side: int
    shape: Shape


class Source(NamedTuple):
    """Where JPEG bytes come from, on any thread; None where there are none."""

    portrait: Callable[[FaceId], bytes | None]
    thumbnail: Callable[[PhotoId], bytes | None]


class _Reader:
    """Reads pictures from a source on a thread of its own, the newest request first."""

    def __init__(self, name: str, source: Source, arrived: Callable[[Request, QImage | None], None]) -> None:
        """`arrived` is called on that thread."""
        self._condition = threading.Condition()
        self._waiting: OrderedDict[Request, None] = OrderedDict()
        self._closed = False
        # Nothing but the thread holds whom it tells, so that they go with it.
        self._thread = threading.Thread(target=self._work, args=(source, arrived), name=name, daemon=True)
        self._thread.start()

    def ask(self, request: Request) -> list[Request]:
        """Reads this before all that wait; the oldest of these that are too many are dropped and given back."""
        with self._condition:
            self._waiting[request] = None
            self._condition.notify()
            return [self._waiting.popitem(last=False)[0] for _ in range(len(self._waiting) - MOST_WAITING)]

    def hurry(self, request: Request) -> None:
        """It is asked for once more: where it still waits, it comes next."""
        with self._condition:
            if request in self._waiting:
                self._waiting.move_to_end(request)

    def close(self) -> None:
        with self._condition:
            self._closed = True
            self._condition.notify()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _work(self, source: Source, arrived: Callable[[Request, QImage | None], None]) -> None:
        lower_priority(Priority.SOON)
        while True:
            with self._condition:
                while not self._waiting and not self._closed:
                    self._condition.wait()
                if self._closed:
                    return
                request, _ = self._waiting.popitem(last=True)
            image = None
            try:
                data = source.portrait(FaceId(request.id)) if request.face else source.thumbnail(PhotoId(request.id))
                image = cut(data, request.side, request.shape) if data else None
            # A picture that cannot be shown leaves its tile grey; the grid around it stays usable.
            except Exception:
                log.exception("A thumbnail could not be read")
            arrived(request, image)


class Images(QObject):
    arrived = Signal()

    def __init__(self, kept: Source, made: Source, bridge: EventBridge) -> None:
        """What is not among the pictures that are `kept` is `made` from photos. Their drive may not answer, which holds
        up no other picture."""
        super().__init__()
        # None stands for a picture that is not in the library (yet).
        self._cache: OrderedDict[Request, QImage | None] = OrderedDict()
        self._bytes = 0
        self._stale: set[Request] = set()
        # Those on their way, from the first time they are asked for until they are kept or dropped.
        self._asked: set[Request] = set()
        # A view paints all it shows for a picture that arrives, so several are told of at once.
        self._soon = QTimer(self, singleShot=True, interval=ARRIVAL_MS)
        self._soon.timeout.connect(self.arrived)
        bridge.library_changed.connect(self._library_changed)
        # Qt loads its plugins for pictures here, and not on the threads below while the main one may load others.
        QImageReader.supportedImageFormats()

        def looked(request: Request, image: QImage | None) -> None:
            lost = partial(self._ask_of, self._made, request)
            bridge.call(lost if image is None else partial(self._keep, request, image))

        self._kept = _Reader("kinfolio-thumbnails", kept, looked)
        self._made = _Reader(
            "kinfolio-lost-thumbnails", made, lambda request, image: bridge.call(partial(self._keep, request, image))
        )

    def portrait(self, face: FaceId, side: int, shape: Shape) -> QImage | None:
        return self._get(Request(True, face, side, shape))

    def thumbnail(self, photo: PhotoId, side: int) -> QImage | None:
        return self._get(Request(False, photo, side, Shape.ROUNDED))

    def close(self) -> None:
        end = time.monotonic() + CLOSING_SECONDS
        for reader in (self._kept, self._made):
            reader.close()
        for reader in (self._kept, self._made):
            reader.join(max(0.0, end - time.monotonic()))

    def _get(self, request: Request) -> QImage | None:
        known = request in self._cache
        if known:
            self._cache.move_to_end(request)
        if not known or request in self._stale:
            self._ask(request)
        return self._cache.get(request)

    def _ask(self, request: Request) -> None:
        if request in self._asked:
            self._kept.hurry(request)
            self._made.hurry(request)
        else:
            self._asked.add(request)
            # What changes from here on makes it stale again.
            self._stale.discard(request)
            self._ask_of(self._kept, request)

    def _ask_of(self, reader: _Reader, request: Request) -> None:
        for dropped in reader.ask(request):
            self._asked.discard(dropped)
            (self._stale.add if dropped in self._cache else self._stale.discard)(dropped)

    def _library_changed(self, change: LibraryChanged) -> None:
        """What changed is read again when it is next asked for, and shown as it was until then."""

        def concerns(request: Request) -> bool:
            return change.everything or request.id in (change.faces if request.face else change.photos)

        self._stale.update(request for request, image in self._cache.items() if image is None or concerns(request))
        # What is being read at this moment may be read from before the change.
        self._stale.update(filter(concerns, self._asked))

    def _keep(self, request: Request, image: QImage | None) -> None:
        self._asked.discard(request)
        if request in self._cache:
            self._bytes -= _size(self._cache.pop(request))
        self._cache[request] = image
        self._bytes += _size(image)
        while self._bytes > CACHE_BYTES:
            dropped, gone = self._cache.popitem(last=False)
            self._stale.discard(dropped)
            self._bytes -= _size(gone)
        if not self._soon.isActive():
            self._soon.start()


def _size(image: QImage | None) -> int:
    return ENTRY_BYTES + (image.sizeInBytes() if image is not None else 0)


def from_jpeg(data: bytes) -> QImage:
    """Null where it is none. On any thread.

    Where the format is left to Qt, it asks whether the data may be an SVG, and makes connections for that. They wait
    for a lock that the main thread may hold while it waits for Python's own, which is held here: neither would go on.
    """
    return QImage.fromData(data, "JPG")  # type: ignore[arg-type]


def cut(data: bytes, side: int, shape: Shape) -> QImage | None:
    """A square of `side` pixels from the middle of the encoded picture, cut to `shape`; None where it is no picture."""
    picture = from_jpeg(data)
    if picture.isNull():
        return None
    picture = picture.scaled(
        QSize(side, side), Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    )
    left = (picture.width() - side) / 2
    top = (picture.height() - side) * (0.5 if shape is Shape.CIRCLE else LOST_AT_TOP)
    result = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    result.fill(Qt.GlobalColor.transparent)
    brush = QBrush(picture)
    brush.setTransform(QTransform.fromTranslate(-left, -top))
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    painter.drawPath(outline(QRectF(0, 0, side, side), shape))
    painter.end()
    return result


def outline(rect: QRectF, shape: Shape) -> QPainterPath:
    path = QPainterPath()
    if shape is Shape.CIRCLE:
        path.addEllipse(rect)
    else:
        path.addRoundedRect(rect, rect.width() * CORNER, rect.width() * CORNER)
    return path
