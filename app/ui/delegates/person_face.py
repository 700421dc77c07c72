"""A face among those of its person: under it what speaks against it, where anything does."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette

from app.ui.delegates.face_cell import FaceDelegate
from app.ui.models.grid_model import Index, Look
from app.ui.models.person_faces import PersonFacesModel
from app.ui.session import Session


class PersonFaceDelegate(FaceDelegate):
    def __init__(self, session: Session, model: PersonFacesModel) -> None:
        super().__init__(session, lines=1, only_guesses=True)
        self._model = model

    def cell_size(self, metrics: QFontMetrics) -> QSize:
        # Reasons take two lines; without any the faces stand closer.
        self.lines = 2 if self._model.has_notes() else 1
        return super().cell_size(metrics)

    def paint_text(
        self, painter: QPainter, rect: QRect, metrics: QFontMetrics, palette: QPalette, index: Index, look: Look
    ) -> None:
        note = self._model.note(index.row())
        if not note:
            super().paint_text(painter, rect, metrics, palette, index, look)
            return
        where = self.text_rect(rect, metrics, 0).united(self.text_rect(rect, metrics, 1))
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(where, flags, metrics.elidedText(note, Qt.TextElideMode.ElideRight, where.width() * 7 // 4))
