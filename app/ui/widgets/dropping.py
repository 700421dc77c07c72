"""What a drop or a paste holds: folders to add, or a picture to search by."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData
from PySide6.QtGui import QImage


def files_in(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def folders_in(data: QMimeData) -> list[Path]:
    return [path for path in files_in(data) if path.is_dir()]


def has_picture(data: QMimeData) -> bool:
    return data.hasImage() or any(not path.is_dir() for path in files_in(data))


def picture_in(data: QMimeData) -> Path | bytes | None:
    """A file, or the encoded bytes of a picture that was copied; a file first, for it has more pixels."""
    for path in files_in(data):
        if not path.is_dir():
            return path
    image = data.imageData()
    if isinstance(image, QImage) and not image.isNull():
        return encoded(image)
    return None


def encoded(image: QImage) -> bytes:
    """As PNG, fast rather than small: it is read again at once."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", 80)  # type: ignore[call-overload]
    buffer.close()
    return bytes(content.data())
