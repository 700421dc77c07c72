"""How alike faces must be to be found, from strict to loose, said in words."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from app.library.records import Strictness
from app.library.thresholds import FALSE_MATCH_RATE, SEARCHED_ONE_IN


class LikenessSlider(QWidget):
    """Steps are numbers of `SEARCHED_ONE_IN`."""

    changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, len(SEARCHED_ONE_IN) - 1)
        self.slider.setPageStep(1)
        self.slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.slider.setMinimumWidth(self.fontMetrics().averageCharWidth() * 10)
        self.slider.setAccessibleName(self.tr("How alike faces must be"))
        self._sentence = QLabel(wordWrap=True)
        self._sentence.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.addWidget(QLabel(self.tr("Strict")), 0, 0)
        grid.addWidget(self.slider, 0, 1)
        grid.addWidget(QLabel(self.tr("Loose")), 0, 2)
        grid.addWidget(self._sentence, 1, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        self.slider.valueChanged.connect(self._moved)
        self.slider.setValue(SEARCHED_ONE_IN.index(round(1 / FALSE_MATCH_RATE[Strictness.NORMAL])))

    def sizeHint(self) -> QSize:  # noqa: N802
        """The sentence on one line, where there is room."""
        return QSize(self.fontMetrics().horizontalAdvance(self._sentence.text()) + 8, super().sizeHint().height())

    def step(self) -> int:
        return self.slider.value()

    def sentence(self) -> str:
        return self._sentence.text()

    def _moved(self, step: int) -> None:
        one_in = self.locale().toString(SEARCHED_ONE_IN[step])
        text = self.tr("Of strangers' faces, about 1 in %1 is taken for this one.").replace("%1", one_in)
        self._sentence.setText(text)
        # Its place among the steps says nothing to somebody who hears it.
        self.slider.setAccessibleDescription(text)
        self.changed.emit(step)
