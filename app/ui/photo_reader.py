"""Reads photos for the viewer: the pixels that fill it, and what stands in the way of showing them."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtGui import QImage

from app import decode
from app.errors import AppError
from app.library.library import Library
from app.library.records import Photo
from app.paths import is_there
from app.ui.models.images import from_jpeg
from app.ui.phrases import said

# Decoding may give half the side that was asked for; four times the pixels keep every pixel of the screen fed.
SPARE_PIXELS = 4
# The photo in sight and those beside it, each with as many pixels as the viewer shows.
PICTURES_KEPT = 3
# Two shapes that differ by less are one, rounded.
SAME_SHAPE = 0.02

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Picture:
    """`width` and `height` are those of the whole photo as its file is at present."""

    image: QImage
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What was read of a file. `message` says why it cannot be shown; then `picture` is its thumbnail or None.

    `replaced` tells that the file has another shape than the one that was scanned: nobody knows where its faces are.
    """

    picture: Picture | None
    message: str = ""
    replaced: bool = False


class PhotoReader:
    """Safe on any thread. A photo that is being decoded on one thread is waited for on another."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[object, ...], Future[Picture]] = OrderedDict()

    def read(self, photo: Photo, view: QSize) -> Shown:
        """The pixels for a view of this size (in device pixels)."""
        try:
            picture = self.picture(photo, view)
        except AppError as error:
            return Shown(self._thumbnail(photo), said(str(error)))
        known = photo.width * photo.height
        replaced = abs(photo.width * picture.height - photo.height * picture.width) > SAME_SHAPE * known
        return Shown(picture, replaced=replaced)

    def picture(self, photo: Photo, view: QSize) -> Picture:
        """Kept for a while. AppError says why there is none."""
        path = _file(photo)
        try:
            status = path.stat()
        except OSError as error:
            raise _why(photo, error) from error
        key = (path, status.st_mtime_ns, status.st_size, view.width(), view.height())
        with self._lock:
            kept = self._kept.get(key)
            future = self._kept[key] = Future() if kept is None else kept
            self._kept.move_to_end(key)
            while len(self._kept) > PICTURES_KEPT:
                self._kept.popitem(last=False)
        if kept is None:
            try:
                future.set_result(_fitting(read_picture(photo, view.width() * view.height() * SPARE_PIXELS), view))
            except BaseException as error:
                future.set_exception(error)
                with self._lock:
                    self._kept.pop(key, None)
        return future.result()

    def _thumbnail(self, photo: Photo) -> Picture | None:
        data = self._library.thumbnail(photo.id)
        if data is None or not photo.width:
            return None
        return Picture(from_jpeg(data), photo.width, photo.height)


def read_picture(photo: Photo, at_most: int = decode.MAX_PIXELS) -> decode.Picture:
    """The photo's file, decoded to about `at_most` pixels; on any thread. AppError says why there is no picture."""
    try:
        return decode.decode(_file(photo).read_bytes(), at_most=at_most)
    except OSError as error:
        raise _why(photo, error) from error
    except MemoryError as error:
        raise AppError(translate("ViewerPage", "There is not enough memory to open this picture.")) from error


def _file(photo: Photo) -> Path:
    """The first of its files that is there: the drive of another may be away."""
    return next((path for path in (photo.path, *photo.copies) if os.path.exists(path)), photo.path)  # noqa: PTH110  (which never raises)


def _why(photo: Photo, error: OSError) -> AppError:
    """What stands in the way of reading the file, as a sentence."""
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        text = translate("ViewerPage", "The file cannot be opened: %1.")
        return AppError(text.replace("%1", str(error.strerror)))
    if is_there(photo.path.parent):
        return AppError(
            translate(
                "ViewerPage", "The file is not there any more. It was moved or deleted; what is known of it stays."
            )
        )
    return AppError(
        translate(
            "ViewerPage", "The folder is not there at the moment. If it lies on a removed drive, connect the drive."
        )
    )


def _fitting(picture: decode.Picture, view: QSize) -> Picture:
    """With no more pixels than the view shows of the whole photo, so that some can be kept."""
    scale = min(view.width() / picture.width, view.height() / picture.height)
    longest = max(1, round(max(picture.width, picture.height) * scale))
    pixels = decode.shrink(picture.pixels, longest)
    return Picture(image_of(decode.Picture(pixels, picture.width, picture.height)), picture.width, picture.height)


def image_of(picture: decode.Picture) -> QImage:
    height, width = picture.pixels.shape[:2]
    # A copy, for the array goes away with the picture.
    return QImage(picture.pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
