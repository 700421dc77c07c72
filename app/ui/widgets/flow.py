"""Widgets in lines, like words: where one does not fit, the next line begins."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

SPACING = 4


class Flow(QWidget):
    """With `fill` the last widget takes what is left of its line."""

    def __init__(self, parent: QWidget | None = None, *, fill: bool = False) -> None:
        super().__init__(parent)
        self._fill = fill
        self._widgets: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        self.insert(len(self._widgets), widget)

    def insert(self, place: int, widget: QWidget) -> None:
        widget.setParent(self)
        self._widgets.insert(place, widget)
        widget.show()
        self._lay_out_again()

    def remove(self, widget: QWidget) -> None:
        """The widget is deleted."""
        self._widgets.remove(widget)
        widget.hide()
        widget.deleteLater()
        self._lay_out_again()

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        return max((place.bottom() + 1 for place in self._places(width)), default=0)

    def sizeHint(self) -> QSize:  # noqa: N802
        hints = [widget.sizeHint() for widget in self._shown()]
        width = sum(hint.width() + SPACING for hint in hints)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        widths = [_least(widget) for widget in self._shown()]
        return QSize(max(widths, default=0), self.heightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._lay_out()

    def event(self, event: QEvent) -> bool:
        # One of the widgets wants another size, or went out of sight.
        if event.type() == QEvent.Type.LayoutRequest:
            self._lay_out_again()
        return super().event(event)

    def _shown(self) -> list[QWidget]:
        return [widget for widget in self._widgets if not widget.isHidden()]

    def _lay_out_again(self) -> None:
        self.updateGeometry()
        self._lay_out()

    def _lay_out(self) -> None:
        for widget, place in zip(self._shown(), self._places(self.width()), strict=True):
            widget.setGeometry(place)

    def _places(self, width: int) -> list[QRect]:
        """Where the widgets are in this width."""
        widgets = self._shown()
        places: list[QRect] = []
        x = y = height = first = 0

        def end_line() -> None:
            for place in places[first:]:
                place.moveTop(y + (height - place.height()) // 2)

        for widget in widgets:
            hint, fills = widget.sizeHint(), self._fill and widget is widgets[-1]
            least = min(_least(widget) if fills else hint.width(), width)
            if len(places) > first and x + least > width:
                end_line()
                x, y, height, first = 0, y + height + SPACING, 0, len(places)
            across = width - x if fills else least
            # What wraps by itself is as high as its lines.
            high = widget.heightForWidth(across) if widget.hasHeightForWidth() else hint.height()
            places.append(QRect(x, y, across, high))
            x, height = x + across + SPACING, max(height, high)
        end_line()
        return places


def _least(widget: QWidget) -> int:
    return max(widget.minimumWidth(), widget.minimumSizeHint().width())
