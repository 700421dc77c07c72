"""Symbols on buttons and menus, drawn in the colour of the text around them so that they suit light and dark."""

from __future__ import annotations

from functools import cache
from typing import Protocol

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QImage, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication

from app import paths

# Logical sizes that buttons and lists ask for, and the screens they are sharp on.
SIZES = (16, 24, 32)
SCALES = (1, 2, 3)

_PROPERTY = "symbol"


class _HasIcon(Protocol):
    def setIcon(self, icon: QIcon) -> None: ...  # noqa: N802
    def setProperty(self, name: str, value: object) -> bool: ...  # noqa: N802


def symbol(name: str) -> QIcon:
    """The drawing `resources/icons/symbols/<name>.svg` as an icon for the palette of the moment."""
    palette = QApplication.palette()
    group, role = QPalette.ColorGroup, QPalette.ColorRole
    return _icon(
        name,
        palette.color(group.Active, role.ButtonText).rgba(),
        palette.color(group.Disabled, role.ButtonText).rgba(),
        palette.color(group.Active, role.HighlightedText).rgba(),
    )


@cache
def _icon(name: str, normal: int, disabled: int, selected: int) -> QIcon:
    """Many places show the same symbol, and each is drawn in 27 ways."""
    icon = QIcon()
    colours = {QIcon.Mode.Normal: normal, QIcon.Mode.Disabled: disabled, QIcon.Mode.Selected: selected}
    for mode, colour in colours.items():
        for size in SIZES:
            for scale in SCALES:
                icon.addPixmap(drawn(name, size, scale, QColor.fromRgba(colour)), mode)
    return icon


def drawn(name: str, size: int, scale: float, colour: QColor) -> QPixmap:
    """The drawing in one colour, `size` logical pixels wide."""
    image = QImage(round(size * scale), round(size * scale), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(_source(name))).render(painter, QRectF(0, 0, image.width(), image.height()))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(image.rect(), colour)
    painter.end()
    image.setDevicePixelRatio(scale)
    return QPixmap.fromImage(image)


@cache
def _source(name: str) -> bytes:
    return paths.resource("icons", "symbols", f"{name}.svg").read_bytes()


def size_beside(metrics: QFontMetrics) -> QSize:
    """The largest size that is hardly higher than a line of text."""
    side = max((size for size in SIZES if size <= metrics.height() * 1.15), default=SIZES[0])
    return QSize(side, side)


def set_symbol(target: _HasIcon, name: str) -> None:
    """Gives a button or an action a symbol that `redraw` can find again."""
    target.setProperty(_PROPERTY, name)
    target.setIcon(symbol(name))
    if isinstance(target, QAbstractButton):
        target.setIconSize(target.iconSize().expandedTo(size_beside(target.fontMetrics())))


def redraw(root: QObject) -> None:
    """Draws all symbols below `root` anew, for a palette that changed."""
    for child in root.findChildren(QObject):
        name = child.property(_PROPERTY)
        if isinstance(name, str) and hasattr(child, "setIcon"):
            child.setIcon(symbol(name))
