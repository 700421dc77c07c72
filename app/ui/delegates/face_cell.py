"""A face in a grid: its portrait with its name, and how alike it is where it was searched for."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPalette

from app.library.records import Face
from app.ui.delegates.naming_cell import NamingDelegate
from app.ui.models.faces import FacesModel
from app.ui.models.grid_model import Index, Look
from app.ui.models.images import Shape
from app.ui.session import Session


class FaceDelegate(NamingDelegate):
    shape = Shape.ROUNDED
    spacing = 8
    side_in_lines = 6.5

    def __init__(self, session: Session, lines: int, *, only_guesses: bool = False) -> None:
        """With `only_guesses` the faces that a human decided on have no text."""
        super().__init__(session)
        self.lines = lines
        self._only_guesses = only_guesses

    def shown(self, index: Index) -> Face:
        model = index.model()
        assert isinstance(model, FacesModel)
        return model.face(index.row())

    def paint_text(
        self, painter: QPainter, rect: QRect, metrics: QFontMetrics, palette: QPalette, index: Index, look: Look
    ) -> None:
        if not self._only_guesses or self.shown(index).automatic is not None:
            super().paint_text(painter, rect, metrics, palette, index, look)

    def picture(self, index: Index, side: int) -> QImage | None:
        return self.images.portrait(self.shown(index).id, side, self.shape)
