"""The history as a list, and a button that takes any step of it back."""

from __future__ import annotations

from concurrent.futures import Future

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLabel, QListView, QMenu, QVBoxLayout, QWidget

from app.ui.delegates.step import StepDelegate
from app.ui.models.steps import StepsModel
from app.ui.phrases import said
from app.ui.session import Session
from app.ui.widgets.ringed_button import RingedButton


class _List(QListView):
    deleted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.deleted.emit()
        else:
            super().keyPressEvent(event)


class Steps(QWidget):
    """`filled` carries how many steps there are."""

    filled = Signal(int)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        # Whether what is read next makes the newest step current.
        self._newest = True
        self._reading: Future[NDArray[np.int64]] | None = None
        self._looking: Future[str | None] | None = None
        library, background = session.library, session.background
        self.model = StepsModel(
            lambda ids, then: background.run(lambda: (library.steps(ids), library.faces_of_steps(ids)), then), self
        )
        self.list = _List()
        self._delegate = StepDelegate(session.images)
        self._set_up_list()
        self.reason = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.reason.setWordWrap(True)
        self.take_back = RingedButton(self.tr("Take back"))
        self.take_back.setToolTip(self.tr("Reverses this step alone; what was done since stays"))
        self.take_back.clicked.connect(self._take_back)
        self.take_back.setEnabled(False)
        below = QHBoxLayout()
        below.setContentsMargins(12, 8, 12, 8)
        below.addWidget(self.reason, 1)
        below.addWidget(self.take_back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.list, 1)
        column.addLayout(below)
        self.setFocusProxy(self.list)

    def start_over(self) -> None:
        """From the newest step on, also where another one was current before."""
        self._newest = True
        self.refresh()

    def _set_up_list(self) -> None:
        view = self.list
        view.setAccessibleName(self.tr("History"))
        view.setModel(self.model)
        view.setItemDelegate(self._delegate)
        view.setUniformItemSizes(True)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setFrameShape(QListView.Shape.NoFrame)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._menu)
        view.deleted.connect(self._take_back)
        view.selectionModel().currentRowChanged.connect(lambda: self._look())
        self.model.dataChanged.connect(lambda: self._look())
        self._session.images.arrived.connect(view.viewport().update)

    def refresh(self) -> None:
        """Reads which steps there are."""

        def arrived(ids: NDArray[np.int64]) -> None:
            if reading is not self._reading:
                return
            self.model.fill(ids)
            if len(ids) and (self._newest or not self.list.currentIndex().isValid()):
                self.list.setCurrentIndex(self.model.index(0, 0))
                self._newest = False
            self.filled.emit(len(ids))

        reading = self._session.background.run(self._session.library.step_ids, arrived)
        self._reading = reading

    def _look(self) -> None:
        """Finds out whether the current step can be taken back, and if not, why."""
        current = self.list.currentIndex()
        if self.take_back.hasFocus():
            # Qt would hand the keyboard on to whatever comes next.
            self.list.setFocus()
        self.take_back.setEnabled(False)
        if self._looking is not None:
            self._looking.cancel()
        if not current.isValid():
            self.reason.clear()
            return
        library, step = self._session.library, self.model.step(current.row())

        def arrived(obstacle: str | None) -> None:
            if looking is self._looking:
                self.reason.setText(said(obstacle or ""))
                self.take_back.setEnabled(obstacle is None)

        looking = self._session.background.run(lambda: library.obstacle_to_revert(step), arrived)
        self._looking = looking

    def _take_back(self) -> None:
        current = self.list.currentIndex()
        if current.isValid() and self.take_back.isEnabled():
            library, step = self._session.library, self.model.step(current.row())
            self._session.edits.run(lambda: library.revert(step))

    def _menu(self, where: QPoint) -> None:
        if not self.list.indexAt(where).isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        action = menu.addAction(self.take_back.text())
        action.setEnabled(self.take_back.isEnabled())
        action.triggered.connect(self._take_back)
        menu.popup(self.list.viewport().mapToGlobal(where))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """What is pressed here is no answer to a question that stands beside it."""
        event.accept()
