"""A face among those of the years: its portrait, the month, and the age."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetrics, QImage

from app.ui.delegates.cell import CellDelegate
from app.ui.models.grid_model import Index
from app.ui.models.images import Images, Shape
from app.ui.models.years import YearsModel


class MomentDelegate(CellDelegate):
    shape = Shape.ROUNDED
    spacing = 10
    side_in_lines = 7.5

    def __init__(self, images: Images, model: YearsModel) -> None:
        super().__init__(images)
        self._model = model

    def cell_size(self, metrics: QFontMetrics) -> QSize:
        self.lines = 2 if self._model.tells_ages() else 1
        return super().cell_size(metrics)

    def picture(self, index: Index, side: int) -> QImage | None:
        return self.images.portrait(self._model.moment(index.row()).face, side, self.shape)
