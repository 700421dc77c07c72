"""A face in a grid: its portrait with its name, and how alike it is where it was searched for."""

from __future__ import annotations

from PySide6.QtGui import QImage

from app.library.records import Face
from app.ui.delegates.naming_cell import NamingDelegate
from app.ui.models.faces import FacesModel
from app.ui.models.grid_model import Index
from app.ui.models.images import Shape
from app.ui.session import Session


class FaceDelegate(NamingDelegate):
    shape = Shape.ROUNDED
    spacing = 8
    side_in_lines = 6.5

    def __init__(self, session: Session, lines: int) -> None:
        super().__init__(session)
        self.lines = lines

    def shown(self, index: Index) -> Face:
        model = index.model()
        assert isinstance(model, FacesModel)
        return model.face(index.row())

    def picture(self, index: Index, side: int) -> QImage | None:
        return self.images.portrait(self.shown(index).id, side, self.shape)
