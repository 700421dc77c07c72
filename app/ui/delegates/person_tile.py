"""A person or an unnamed group as a round tile."""

from __future__ import annotations

from PySide6.QtGui import QImage

from app.library.records import Cluster, Person
from app.ui.delegates.naming_cell import NamingDelegate
from app.ui.models.grid_model import Index
from app.ui.models.images import Shape
from app.ui.models.people import PeopleModel


class PersonDelegate(NamingDelegate):
    shape = Shape.CIRCLE
    spacing = 14
    side_in_lines = 7.0

    def shown(self, index: Index) -> Person | Cluster:
        model = index.model()
        assert isinstance(model, PeopleModel)
        return model.tile(index.row())

    def picture(self, index: Index, side: int) -> QImage | None:
        cover = self.shown(index).cover
        return None if cover is None else self.images.portrait(cover, side, self.shape)
