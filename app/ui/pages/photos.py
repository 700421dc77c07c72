"""All photos, newest first, or those of one folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout

from app.library.records import PhotoFilter, PhotoId, Root, RootId
from app.ui.delegates.photo_cell import PhotoDelegate
from app.ui.models.photos import PhotosModel
from app.ui.pages.page import Page
from app.ui.places import PhotoPlace, PhotosPlace
from app.ui.session import Session
from app.ui.widgets.empty_state import EmptyState, Fallback
from app.ui.widgets.grid_view import GridView
from app.ui.widgets.text import printable


class PhotosPage(Page):
    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._root: RootId | None = None
        self._titles: dict[RootId | None, str] = {}
        self.model = PhotosModel(session.library.photos, self)
        self._delegate = PhotoDelegate(session.images)
        self.grid = GridView(self.model, self._delegate)
        self.grid.setAccessibleName(self.tr("Photos"))
        self.grid.opened.connect(lambda row: self.open_photo(PhotoPlace(self.model.keys(), row)))
        # While a job runs an empty page promises photos.
        session.jobs.finished.connect(self.refresh_soon)
        session.images.arrived.connect(self.grid.viewport().update)
        self.filter = QComboBox()
        self.filter.setAccessibleName(self.tr("Which photos"))
        for text, key in (
            (self.tr("All photos"), "all"),
            (self.tr("With unnamed faces"), "unnamed"),
            (self.tr("Without faces"), "none"),
            (self.tr("Could not be read"), "unreadable"),
        ):
            self.filter.addItem(text, key)
        self.filter.currentIndexChanged.connect(lambda _: self.refresh())
        self._count = QLabel()
        self._count.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._empty = EmptyState("photos")
        self._content = Fallback(self.grid, self._empty)
        top = QHBoxLayout()
        top.setContentsMargins(14, 8, 14, 8)
        top.addWidget(self._count, 1, Qt.AlignmentFlag.AlignVCenter)
        top.addWidget(self.filter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self._content)
        self.setFocusProxy(self.grid)

    def title(self) -> str:
        return self._titles.get(self._root, self.tr("Photos"))

    def show_roots(self, roots: Sequence[Root]) -> None:
        self._titles = {root.id: printable(Path(root.path.name)) for root in roots}

    def show_place(self, place: PhotosPlace) -> None:
        if place.root != self._root:
            self._root = place.root
            self.refresh()

    def seen_last(self, photo: PhotoId) -> None:
        self.grid.select_key(photo)

    def refresh(self) -> None:
        key = self.filter.currentData()
        which = PhotoFilter(
            root=self._root,
            with_unnamed=key == "unnamed",
            without_faces=key == "none",
            unreadable=key == "unreadable",
        )
        library = self.session.library
        self.read(lambda: library.photo_ids(which), self._fill)

    def _fill(self, ids: NDArray[np.int64]) -> None:
        self.model.fill(ids)
        self._count.setText(self.tr("%Ln photo(s)", None, len(ids)))
        if self.filter.currentData() != "all":
            self._empty.say(self.tr("No such photos"), self.tr("Choose “All photos” to see the others."))
        elif self.session.jobs.running():
            self._empty.say(self.tr("Reading photos…"), self.tr("They appear here as they are read."))
        else:
            self._empty.say(self.tr("No photos here"), self.tr("Add a photo folder, or drop one on this window."))
        self._content.show_content(len(ids) > 0)
