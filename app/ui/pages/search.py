"""Search: by a face, or by who is on a photo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from app.library.records import FaceId, Root
from app.ui.conditions import Conditions
from app.ui.dialogs.paths import PathDialogs
from app.ui.naming import Naming
from app.ui.pages.page import Page, written
from app.ui.pages.search_face import FaceSearch
from app.ui.pages.search_people import PeopleSearch
from app.ui.session import Session
from app.ui.widgets.switch import Switch


class SearchPage(Page):
    def __init__(self, session: Session, naming: Naming) -> None:
        super().__init__(session)
        self.by_face = FaceSearch(session, naming)
        self.by_people = PeopleSearch(session)
        self._paths = PathDialogs(self)
        self.switch = Switch((self.tr("By a face"), self.tr("By people")))
        self._stack = QStackedWidget()
        for half in (self.by_face, self.by_people):
            self._stack.addWidget(half)
            half.go.connect(self.go)
            half.search_for.connect(self.search_for)
            half.export.connect(self._export)
        self.switch.changed.connect(self._switched)
        top = QHBoxLayout()
        top.setContentsMargins(14, 8, 14, 0)
        top.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignHCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self._stack, 1)

    def title(self) -> str:
        return self.tr("Search")

    def keys(self) -> list[tuple[str, str]]:
        return [
            (self.tr("Letters"), self.tr("Name the selected faces")),
            (written(Qt.Key.Key_Return), self.tr("Show the photo")),
            (written(Qt.Key.Key_Escape), self.tr("Select nothing")),
        ]

    def refresh(self) -> None:
        """Each half reads by itself, when it is shown."""

    def focus(self) -> None:
        (self.by_face if self.switch.chosen() == 0 else self.by_people).focus()

    def show_roots(self, roots: Sequence[Root]) -> None:
        self.by_people.show_roots(roots)

    def search_face(self, face: FaceId) -> None:
        self.switch.choose(0)
        self.by_face.search_face(face)

    def search_picture(self, picture: Path | NDArray[np.uint8]) -> None:
        self.switch.choose(0)
        self.by_face.search_picture(picture)

    def search_photos(self, conditions: Conditions) -> None:
        self.switch.choose(1)
        self.by_people.show_conditions(conditions)

    def paste(self) -> None:
        self.switch.choose(0)
        self.by_face.paste()

    def _switched(self, number: int) -> None:
        self._stack.setCurrentIndex(number)
        self.focus()

    def _export(self, photos: NDArray[np.int64]) -> None:
        jobs = self.session.jobs
        self._paths.ask_for_folder(
            self.tr("Copy the photos into this folder"),
            lambda folder: jobs.start(lambda: jobs.make.export_photos(photos, folder)),
        )
