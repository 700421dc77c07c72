"""Plots that the window paints itself: bars, a heat map, a curve and a histogram, in the colours of the palette.

What a mark stands for is told by a tool tip, and to screen readers by the description: of the plot as a whole, or of
the mark that the arrow keys came to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QDate, QEvent, QLocale, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.ui.delegates.cell import faint
from app.ui.widgets.announcing import announce

# From this height on, in line heights, a plot does not grow with its window.
PLOT_LINES = 11
# The part of the width that names may take; longer ones are cut, so that one does not squeeze the bars of all.
LABELS = 0.25


@dataclass(frozen=True, slots=True)
class Mark:
    """Something drawn that can be pointed at; `key` is what a click opens, None for nothing."""

    rect: QRectF
    text: str
    key: object = None


class Plot(QWidget):
    """`opened` carries the key of a mark that was clicked, or chosen by Return; `walked` where the arrow keys are."""

    opened = Signal(object)
    walked = Signal(QRect)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.marks: list[Mark] = []
        self._current = -1
        self._summary = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def draw(self, painter: QPainter) -> list[Mark]:
        """Draws everything and says what can be pointed at."""
        raise NotImplementedError

    def lines(self) -> float:
        """The height, in line heights of the font."""
        return PLOT_LINES

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(self.fontMetrics().averageCharWidth() * 70, round(self.fontMetrics().height() * self.lines()))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(self.fontMetrics().averageCharWidth() * 30, self.sizeHint().height())

    def show_texts(self, texts: Sequence[str]) -> None:
        """After the data changed: `texts` tells it to who cannot see it."""
        summary = "; ".join(texts)
        if summary != self._summary:
            self._current = -1
            self._summary = summary
            self.setAccessibleDescription(summary)
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.marks = self.draw(painter)
        if self.hasFocus() and self.marks:
            ring = self.marks[self._current].rect if self._current >= 0 else QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.WindowText), 2))
            painter.drawRoundedRect(ring.adjusted(-1, -1, 1, 1), 3, 3)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            mark = self._mark_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), mark.text if mark else "", self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        mark = self._mark_at(event.position())
        leads = mark is not None and mark.key is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self._open(self._mark_at(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        keys = Qt.Key
        last = len(self.marks) - 1
        match event.key():
            case keys.Key_Right | keys.Key_Left | keys.Key_Down | keys.Key_Up if self.marks:
                self._point_out(self.mark_beside(self._current, Qt.Key(event.key())) if self._current >= 0 else 0)
            case keys.Key_Home | keys.Key_End if self.marks:
                self._point_out(0 if event.key() == keys.Key_Home else last)
            case keys.Key_Return | keys.Key_Enter if 0 <= self._current <= last:
                self._open(self.marks[self._current])
            case _:
                super().keyPressEvent(event)

    def mark_beside(self, number: int, key: Qt.Key) -> int:
        """Where an arrow key leads from a mark; where there is nothing further, it stays."""
        step = 1 if key in (Qt.Key.Key_Right, Qt.Key.Key_Down) else -1
        return min(max(number + step, 0), len(self.marks) - 1)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self._current = -1
        self.setAccessibleDescription(self._summary)
        self.update()

    def _point_out(self, number: int) -> None:
        self._current = number
        mark = self.marks[number]
        # Who cannot see the tool tip is told by the description.
        self.setAccessibleDescription(mark.text)
        announce(self, mark.text)
        self.walked.emit(mark.rect.toAlignedRect())
        QToolTip.showText(self.mapToGlobal(mark.rect.bottomLeft().toPoint()), mark.text, self)
        self.update()

    def _mark_at(self, where: QPointF) -> Mark | None:
        return next((mark for mark in self.marks if mark.rect.contains(where)), None)

    def _open(self, mark: Mark | None) -> None:
        if mark is not None and mark.key is not None:
            self.opened.emit(mark.key)

    # What the plots share.

    def _text(self, painter: QPainter, rect: QRectF, text: str, align: Qt.AlignmentFlag, *, quiet: bool = True) -> None:
        role = QPalette.ColorRole.PlaceholderText if quiet else QPalette.ColorRole.WindowText
        painter.setPen(self.palette().color(role))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(rect.width()))
        painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter, shown)

    def _colour(self, part: float = 1.0) -> QColor:
        """The colour of the data, from all but invisible (0) to full (1)."""
        colour = self.palette().color(QPalette.ColorRole.Highlight)
        colour.setAlphaF(0.12 + 0.88 * part)
        return colour


@dataclass(frozen=True, slots=True)
class Bar:
    """`sure` is the part of `value` that is drawn full, the rest is hatched."""

    label: str
    value: int
    sure: int
    text: str
    key: object


class BarPlot(Plot):
    """Lying bars, the label before each and the number behind it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: Sequence[Bar] = ()

    def show_bars(self, bars: Sequence[Bar]) -> None:
        self._bars = bars
        self.show_texts([bar.text for bar in bars])

    def lines(self) -> float:
        return 1.5 * max(1, len(self._bars))

    def draw(self, painter: QPainter) -> list[Mark]:
        metrics, marks = painter.fontMetrics(), []
        number = QLocale().toString
        most = max((bar.value for bar in self._bars), default=1)
        labels = min(
            self.width() * LABELS, max((metrics.horizontalAdvance(bar.label) for bar in self._bars), default=0) + 8
        )
        numbers = metrics.horizontalAdvance(number(most)) + 8
        scale = max(0.0, self.width() - labels - numbers - 8) / max(1, most)
        line = metrics.height() * 1.5
        for row, bar in enumerate(self._bars):
            top, height = row * line, metrics.height() * 1.1
            middle = QRectF(labels + 8, top + (line - height) / 2, bar.value * scale, height)
            self._text(painter, QRectF(0, top, labels, line), bar.label, Qt.AlignmentFlag.AlignRight, quiet=False)
            painter.setPen(QPen(self._colour(), 1))
            painter.setBrush(QBrush(self._colour(), Qt.BrushStyle.BDiagPattern))
            painter.drawRect(middle)
            painter.fillRect(QRectF(middle.left(), middle.top(), bar.sure * scale, height), self._colour())
            self._text(
                painter, QRectF(middle.right() + 6, top, numbers, line), number(bar.value), Qt.AlignmentFlag.AlignLeft
            )
            marks.append(Mark(QRectF(0, top, self.width(), line), bar.text, bar.key))
        return marks


@dataclass(frozen=True, slots=True)
class HeatRow:
    """`text` tells the row as a whole, `texts` each value."""

    label: str
    text: str
    values: Sequence[int]
    texts: Sequence[str]
    key: object


class HeatPlot(Plot):
    """A row a person, a column a year, and in each cell how many; the number is written where there is room for it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: Sequence[str] = ()
        self._rows: Sequence[HeatRow] = ()

    def show_rows(self, columns: Sequence[str], rows: Sequence[HeatRow]) -> None:
        self._columns, self._rows = columns, rows
        self.show_texts([row.text for row in rows])

    def mark_beside(self, number: int, key: Qt.Key) -> int:
        """Up and down lead to the nearest year of the next person."""
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            return super().mark_beside(number, key)
        here, way = self.marks[number].rect.center(), 1 if key == Qt.Key.Key_Down else -1
        ahead = [
            (way * (there.y() - here.y()), abs(there.x() - here.x()), place)
            for place, mark in enumerate(self.marks)
            if way * ((there := mark.rect.center()).y() - here.y()) > 1
        ]
        return min(ahead)[2] if ahead else number

    def lines(self) -> float:
        return 1.6 * (len(self._rows) + 1)

    def draw(self, painter: QPainter) -> list[Mark]:
        metrics, marks = painter.fontMetrics(), []
        most = max((value for row in self._rows for value in row.values), default=1) or 1
        labels = min(
            self.width() * LABELS, max((metrics.horizontalAdvance(row.label) for row in self._rows), default=0) + 8
        )
        across = min((self.width() - labels - 8) / max(1, len(self._columns)), metrics.height() * 3.2)
        line = metrics.height() * 1.6
        for place, row in enumerate(self._rows):
            top = place * line
            self._text(painter, QRectF(0, top, labels, line), row.label, Qt.AlignmentFlag.AlignRight, quiet=False)
            for column, (value, text) in enumerate(zip(row.values, row.texts, strict=True)):
                cell = QRectF(labels + 8 + column * across, top, across, line).adjusted(1, 1, -1, -1)
                # The eye compares areas: a square root keeps the few from vanishing beside the many.
                part = (value / most) ** 0.5
                painter.fillRect(cell, self._colour(part * 0.7) if value else faint(self.palette(), 12))
                if value and metrics.horizontalAdvance(str(value)) < cell.width():
                    painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
                    painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, QLocale().toString(value))
                if value:
                    marks.append(Mark(cell, text, row.key))
        wide = metrics.horizontalAdvance("0000 ")
        every = next((step for step in (1, 2, 5, 10, 20) if step * across >= wide), 50)
        for column, label in enumerate(self._columns):
            if int(label) % every == 0:
                # Centred on its column, where the first and the last one have room for that.
                left = labels + 8 + (column + 0.5) * across - wide / 2
                where = QRectF(min(left, self.width() - wide), len(self._rows) * line, wide, line)
                self._text(painter, where, label, Qt.AlignmentFlag.AlignHCenter)
        return marks


class CurvePlot(Plot):
    """A share from 0 to 1 that days bring about; between two days it stays where it was."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: Sequence[tuple[date, float, str]] = ()

    def show_points(self, points: Sequence[tuple[date, float, str]]) -> None:
        """Days in ascending order, the share at the end of each, and what is told of it."""
        self._points = points
        self.show_texts([text for _, _, text in points])

    def draw(self, painter: QPainter) -> list[Mark]:
        metrics, locale = painter.fontMetrics(), QLocale()
        percent = self.tr("%1 %")
        left = metrics.horizontalAdvance(percent.replace("%1", "100")) + 10
        area = QRectF(left, metrics.height() / 2, self.width() - left - 8, self.height() - metrics.height() * 2.2)
        for share in (0.0, 0.5, 1.0):
            y = area.bottom() - share * area.height()
            painter.setPen(QPen(faint(self.palette(), 40), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            where = QRectF(0, y - metrics.height() / 2, left - 8, metrics.height())
            self._text(painter, where, percent.replace("%1", str(round(share * 100))), Qt.AlignmentFlag.AlignRight)
        if not self._points:
            return []
        first, last = self._points[0][0], self._points[-1][0]
        days = max(1, (last - first).days)
        corners, marks, before = [QPointF(area.left(), area.bottom())], [], 0.0
        for day, share, text in self._points:
            x = area.left() + (day - first).days / days * area.width()
            y = area.bottom() - share * area.height()
            corners += [QPointF(x, area.bottom() - before * area.height()), QPointF(x, y)]
            marks.append(Mark(QRectF(x - 5, y - 5, 10, 10), text))
            before = share
        corners.append(QPointF(area.right(), corners[-1].y()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour(0.15))
        painter.drawPolygon(QPolygonF([*corners, area.bottomRight()]))
        painter.setPen(QPen(self._colour(), 2))
        painter.drawPolyline(QPolygonF(corners))
        painter.setBrush(self._colour())
        for mark in marks:
            painter.drawEllipse(mark.rect.center(), 3, 3)
        below = QRectF(area.left(), area.bottom() + metrics.height() * 0.3, area.width(), metrics.height())
        short = QLocale.FormatType.ShortFormat
        self._text(
            painter,
            below,
            locale.toString(QDate(first.year, first.month, first.day), short),
            Qt.AlignmentFlag.AlignLeft,
        )
        if last != first:
            self._text(
                painter,
                below,
                locale.toString(QDate(last.year, last.month, last.day), short),
                Qt.AlignmentFlag.AlignRight,
            )
        return marks


class HistogramPlot(Plot):
    """Standing bars side by side, with words at both ends."""

    def __init__(self, low: str, high: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low, self._high = low, high
        self._values: Sequence[int] = ()
        self._texts: Sequence[str] = ()

    def show_values(self, values: Sequence[int], texts: Sequence[str]) -> None:
        self._values, self._texts = values, texts
        self.show_texts(texts)

    def draw(self, painter: QPainter) -> list[Mark]:
        metrics, marks = painter.fontMetrics(), []
        most = max(self._values, default=0) or 1
        area = QRectF(0, metrics.height(), self.width(), self.height() - metrics.height() * 2.4)
        across = area.width() / max(1, len(self._values))
        for place, (value, text) in enumerate(zip(self._values, self._texts, strict=True)):
            tall = value / most * area.height()
            bar = QRectF(place * across, area.bottom() - tall, across, tall).adjusted(2, 0, -2, 0)
            painter.fillRect(bar, self._colour())
            above = QRectF(bar.left() - 2, bar.top() - metrics.height(), across, metrics.height())
            self._text(painter, above, QLocale().toString(value), Qt.AlignmentFlag.AlignHCenter)
            marks.append(Mark(QRectF(place * across, area.top(), across, area.height()), text))
        painter.setPen(QPen(faint(self.palette(), 60), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        below = QRect(0, round(area.bottom() + metrics.height() * 0.3), self.width(), metrics.height())
        self._text(painter, QRectF(below), self._low, Qt.AlignmentFlag.AlignLeft)
        self._text(painter, QRectF(below), self._high, Qt.AlignmentFlag.AlignRight)
        return marks
