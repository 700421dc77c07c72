"""With text of twice the size nothing is cut off, in a large window and in the smallest."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from tests.ui.tour import Tour

# What a window may need at most, so that it fits on small screens.
MOST = (1000, 730)


@pytest.fixture
def doubled(qapp: QApplication) -> Iterator[None]:
    before = qapp.font()
    larger = QFont(before)
    larger.setPointSizeF(2 * before.pointSizeF())
    qapp.setFont(larger)
    yield
    qapp.setFont(before)


def shown_in(root: QWidget) -> list[QWidget]:
    """Without the parts of Qt's own views and bars."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.isVisibleTo(root)
        and widget.window() is root.window()
        and not any(isinstance(above, (QAbstractItemView, QLineEdit, QComboBox)) for above in above_of(widget))
        and not widget.objectName().startswith("qt_")
    ]


def above_of(widget: QWidget) -> Iterator[QWidget]:
    while (parent := widget.parentWidget()) is not None:
        yield parent
        widget = parent


def cut_off(widget: QWidget) -> str | None:
    """What of a widget's text is not in sight, None where all is."""
    inside, metrics = widget.contentsRect(), widget.fontMetrics()
    match widget:
        case QLabel() if widget.text() and widget.wordWrap():
            needed = widget.heightForWidth(widget.width())
            words = widget.text().replace("\u200b", " ").split()
            widest = max(map(metrics.horizontalAdvance, words), default=0)
            return "lines" if widget.height() < needed or inside.width() < widest else None
        case QLabel() if widget.text() and not widget.toolTip():
            lines = re.sub("&(.)", r"\1", widget.text()) if widget.buddy() else widget.text()
            return "text" if inside.width() < max(map(metrics.horizontalAdvance, lines.split("\n"))) else None
        case QPushButton() | QCheckBox() if widget.text():
            # What is cut on purpose says all of it in its tool tip.
            fits = widget.width() >= min(widget.sizeHint().width(), widget.minimumWidth() or 1 << 20)
            return None if fits or widget.text().replace("&&", "&") in widget.toolTip() else "text"
        case QAbstractButton() if widget.text() and not widget.toolTip():
            return "text" if inside.width() < metrics.horizontalAdvance(widget.text()) else None
        case QLineEdit():
            shown = widget.placeholderText()
            return "placeholder" if inside.width() < metrics.horizontalAdvance(shown) else None
        case QComboBox():
            return "choice" if inside.width() < metrics.horizontalAdvance(widget.currentText()) else None
    return None


def outside(widget: QWidget) -> bool:
    """Whether a part of it lies beyond what it is in; what can be scrolled may."""
    parent = widget.parentWidget()
    if parent is None or widget.isWindow() or is_scrolled(widget):
        return False
    return not parent.rect().contains(widget.geometry())


def is_scrolled(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    return parent is not None and isinstance(parent.parentWidget(), QAbstractScrollArea)


def overlapping(root: QWidget) -> Iterator[tuple[QWidget, QWidget]]:
    """Neighbours in a layout that lie over each other."""
    for parent in [root, *shown_in(root)]:
        layout = parent.layout()
        if layout is None:
            continue
        children = [child for child in shown_in(parent) if layout.indexOf(child) >= 0]
        for place, one in enumerate(children):
            for other in children[place + 1 :]:
                common: QRect = one.geometry() & other.geometry()
                if common.width() > 1 and common.height() > 1:
                    yield one, other


def told(widget: QWidget) -> str:
    text = getattr(widget, "text", lambda: "")()
    where = type(widget.parentWidget()).__name__
    return f"{type(widget).__name__} {str(text)[:40]!r} {widget.size().toTuple()} in {where}"


def amiss(root: QWidget) -> list[str]:
    shown = shown_in(root)
    return [
        *(f"{cut} of {told(widget)} is cut" for widget in shown if (cut := cut_off(widget))),
        *(f"{told(widget)} lies beyond" for widget in shown if outside(widget)),
        *(f"{told(one)} lies over {told(other)}" for one, other in overlapping(root)),
    ]


@pytest.mark.parametrize("smallest", [False, True], ids=["1280x800", "smallest"])
def test_nothing_is_cut_off_with_text_of_twice_the_size(doubled: None, touring: Tour, smallest: bool) -> None:
    window = touring.window
    window.resize(*((1, 1) if smallest else (1280, 800)))
    assert window.minimumWidth() <= MOST[0]
    assert window.minimumHeight() <= MOST[1]
    wrong: dict[str, list[str]] = {}
    for stop, root in touring.stops():
        if found := amiss(root):
            # What arrived a moment ago has yet to get its place.
            touring.program.bot.wait(200)
            found = amiss(root)
        if found:
            wrong[stop] = found
    assert window.size() == window.minimumSize() if smallest else window.width() == 1280
    assert not wrong
