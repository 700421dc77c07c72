"""A face a month through the years."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.library.life import Life
from app.library.records import PhotoId
from app.ui.delegates.moment import MomentDelegate
from app.ui.models.images import Images
from app.ui.models.years import YearsModel
from app.ui.widgets.empty_state import EmptyState, Fallback
from app.ui.widgets.grid_view import GridView


class PersonYears(QWidget):
    """`opened` carries the row of a moment."""

    opened = Signal(int)

    def __init__(self, images: Images, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = YearsModel(self)
        self._delegate = MomentDelegate(images, self.model)
        self.grid = GridView(self.model, self._delegate)
        self.grid.setAccessibleName(self.tr("Faces through the years"))
        self.grid.opened.connect(self.opened)
        images.arrived.connect(self.grid.viewport().update)
        self._empty = EmptyState("people")
        self._content = Fallback(self.grid, self._empty)
        self.left_out = QLabel()
        self.left_out.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.left_out.setWordWrap(True)
        self.left_out.setContentsMargins(14, 6, 14, 6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._content, 1)
        layout.addWidget(self.left_out)

    def focus(self) -> None:
        self._content.focus()

    def show_life(self, life: Life | None, born: date | None) -> None:
        """None while it is not known."""
        self.model.fill(life.moments if life is not None else (), born)
        self._content.show_content(self.model.rowCount() > 0)
        undated = life.undated if life is not None and life.moments else 0
        self.left_out.setText(self.tr("%Ln photo(s) without a date of their own are left out.", None, undated))
        self.left_out.setVisible(undated > 0)
        if life is None:
            self._empty.say(self.tr("Reading…"), "")
        elif life.first is None:
            self._empty.say(
                self.tr("No years yet"),
                self.tr("None of these photos says when it was taken. Where one does, its face appears here."),
            )
        else:
            self._empty.say(
                self.tr("No years yet"),
                self.tr("One face a month appears here, of those that you have named or confirmed."),
            )

    def select_photo(self, photo: PhotoId) -> None:
        if (face := self.model.face_on(photo)) is not None:
            self.grid.select_key(face)
