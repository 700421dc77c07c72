"""What a drop or a paste holds: folders to add, or a picture to search by."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QImage, QPainter

from app.decode import MAX_PIXELS


def may_hold_files(data: QMimeData) -> bool:
    """While something is dragged: what it is, the disk tells when it is dropped. The disk may take its time."""
    return any(url.isLocalFile() for url in data.urls())


def files_in(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def folders_in(data: QMimeData) -> list[Path]:
    return [path for path in files_in(data) if path.is_dir()]


def picture_in(data: QMimeData | None) -> Path | NDArray[np.uint8] | None:
    """A file, or the pixels of a picture that was copied; a file first, for it has more pixels.

    An empty clipboard gives None instead of data.
    """
    if data is None:
        return None
    for path in files_in(data):
        if not path.is_dir():
            return path
    image = data.imageData()
    if isinstance(image, QImage) and not image.isNull():
        return pixels(image)
    return None


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
