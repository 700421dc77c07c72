"""What a drop or a paste holds: folders to add, or a picture to search by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QImage, QPainter

from app.decode import MAX_PIXELS
from app.paths import is_folder
from app.ui.background import Background


@dataclass(frozen=True, slots=True)
class Held:
    """`picture` is a file, or the pixels of a picture that was copied; a file first, for it has more pixels."""

    folders: Sequence[Path]
    picture: Path | NDArray[np.uint8] | None


def may_hold_files(data: QMimeData) -> bool:
    """Whether folders or pictures may come of it, without asking the disk."""
    return any(url.isLocalFile() for url in data.urls())


def files_in(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def look_into(data: QMimeData | None, files: Background, then: Callable[[Held], None]) -> None:
    """Calls `then` with what this holds; of files the disk tells that, which may take its time, on another thread.

    An empty clipboard gives None instead of data.
    """
    paths = [] if data is None else files_in(data)
    image = None if data is None else data.imageData()
    if not isinstance(image, QImage) or image.isNull():
        image = None
    if paths:
        files.run(lambda: _held(paths, image), then, queue="dropped")
    else:
        then(_held(paths, image))


def _held(paths: Sequence[Path], image: QImage | None) -> Held:
    folders = [path for path in paths if is_folder(path)]
    file = next((path for path in paths if path not in folders), None)
    return Held(folders, pixels(image) if file is None and image is not None else file)


def pixels(image: QImage) -> NDArray[np.uint8]:
    """RGB [h, w, 3], transparent ones on white and no more of them than of a photo from a file."""
    if image.width() * image.height() > MAX_PIXELS:
        scale = (MAX_PIXELS / (image.width() * image.height())) ** 0.5
        image = image.scaled(image.size() * scale, mode=Qt.TransformationMode.SmoothTransformation)
    if image.hasAlphaChannel():
        opaque = QImage(image.size(), QImage.Format.Format_RGB32)
        opaque.fill(0xFFFFFFFF)
        painter = QPainter(opaque)
        painter.drawImage(0, 0, image)
        painter.end()
        image = opaque
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    # Lines begin at multiples of four bytes.
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return lines[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()
