"""The faces of the picture somebody searches with, to pick one of."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QScrollArea, QStyle, QToolButton, QWidget

from app.ui.models.images import Shape, cut


class ProbeStrip(QScrollArea):
    """One line, which scrolls where a picture has more faces than fit. `picked` carries the number of the face."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        inside = QWidget()
        self._row = QHBoxLayout(inside)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self._row.addStretch()
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._group.idToggled.connect(lambda number, on: self.picked.emit(number) if on else None)
        self.hide()

    def show_portraits(self, portraits: Sequence[bytes], chosen: int = -1) -> None:
        """Encoded pictures; `chosen` is the one that is searched for already."""
        for button in self._group.buttons():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        side = round(self.fontMetrics().height() * 3.6)
        for number, portrait in enumerate(portraits):
            button = QToolButton()
            button.setCheckable(True)
            button.setAutoRaise(True)
            image = cut(portrait, round(side * self.devicePixelRatioF()), Shape.CIRCLE)
            if image is not None:
                image.setDevicePixelRatio(self.devicePixelRatioF())
                button.setIcon(QIcon(QPixmap.fromImage(image)))
            button.setIconSize(QSize(side, side))
            button.setAccessibleName(self.tr("Face %1 of the picture").replace("%1", str(number + 1)))
            button.setToolTip(self.tr("Search for this face"))
            button.installEventFilter(self)
            self._row.insertWidget(number, button)
            self._group.addButton(button, number)
        if 0 <= chosen < len(portraits):
            self._group.blockSignals(True)
            self._group.button(chosen).setChecked(True)
            self._group.blockSignals(False)
        self.horizontalScrollBar().setValue(0)
        self.setVisible(bool(portraits))
        self._fit_height()

    def count(self) -> int:
        return len(self._group.buttons())

    def button(self, number: int) -> QToolButton:
        button = self._group.button(number)
        assert isinstance(button, QToolButton)
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit_height()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        # There is only one way to scroll, and most wheels turn the other.
        turned = event.angleDelta()
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - (turned.x() or turned.y()))
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        # The keyboard reaches faces that are out of sight.
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QToolButton):
            self.ensureWidgetVisible(watched)
        return super().eventFilter(watched, event)

    def _fit_height(self) -> None:
        # Asked of the buttons, for a layout does not count those that are only about to be shown.
        sizes = [button.sizeHint() for button in self._group.buttons()]
        width = sum(size.width() + self._row.spacing() for size in sizes)
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent) if width > self.width() else 0
        self.setFixedHeight(max((size.height() for size in sizes), default=0) + bar)
