"""The photos that could not be used, each with its reason: those of a job, or those of the library as it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.events import Problem
from app.library.records import Photo
from app.ui.file_manager import open_elsewhere
from app.ui.models.problems import ProblemTable
from app.ui.phrases import said
from app.ui.session import Session
from app.ui.widgets.button_box import ButtonBox


class ProblemsDialog(QDialog):
    def __init__(self, problems: Sequence[Problem], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Problems"))
        self.model = ProblemTable(problems)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.setAccessibleName(self.tr("Problems"))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        # Reasons are sentences: they are wrapped and not cut. Of very many rows only those in sight are measured.
        self._fit = QTimer(self, singleShot=True, interval=0)
        self._fit.timeout.connect(self._fit_rows)
        header.sectionResized.connect(lambda *_: self._fit.start())
        self.table.verticalScrollBar().valueChanged.connect(lambda _: self._fit.start())
        self.model.modelReset.connect(self._fit.start)
        self.explanation = QLabel(
            self.tr("These could not be used. Everything else was. A later scan tries them again."), wordWrap=True
        )
        self._buttons = ButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy_button = self._button(self.tr("Copy the list"))
        self.copy_button.clicked.connect(self._copy)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.explanation)
        layout.addWidget(self.table)
        layout.addWidget(self._buttons)
        self.resize(self.fontMetrics().averageCharWidth() * 110, self.fontMetrics().height() * 26)

    def _button(self, text: str) -> QPushButton:
        return self._buttons.addButton(text, QDialogButtonBox.ButtonRole.ActionRole)

    def _fit_rows(self) -> None:
        first, last = self.table.rowAt(0), self.table.rowAt(self.table.viewport().height() - 1)
        for row in range(max(0, first), (last if last >= 0 else self.model.rowCount() - 1) + 1):
            self.table.resizeRowToContents(row)

    def _copy(self) -> None:
        lines = [f"{problem.subject}\t{said(problem.reason)}" for problem in self.model.problems]
        QGuiApplication.clipboard().setText("\n".join(lines))


class PhotoProblemsDialog(ProblemsDialog):
    """Every photo of the library that could not be read, whenever that was."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__((), parent)
        self.setWindowTitle(self.tr("Photos that could not be read"))
        self._session = session
        self._photos: Sequence[Photo] = ()
        self._closed = False
        self.show_button = self._button(self.tr("Show in the file manager"))
        self.show_button.clicked.connect(self._show_folder)
        self.again_button = self._button(self.tr("Try again"))
        self.again_button.clicked.connect(self._try_again)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        self.explanation.setText(self.tr("Reading…"))
        self._enable()
        session.background.run(session.library.problems, self._show)

    def done(self, result: int) -> None:
        # What is read may arrive later than that.
        self._closed = True
        super().done(result)

    def _show(self, photos: Sequence[Photo]) -> None:
        if self._closed:
            return
        self._photos = photos
        self.model.show_problems([Problem(photo.display, photo.problem or "") for photo in photos])
        if photos:
            text = self.tr("%Ln photo(s) could not be read. Everything else was.", None, len(photos))
        else:
            text = self.tr("Every photo could be read.")
        self.explanation.setText(text)
        self._enable()

    def _enable(self) -> None:
        self.copy_button.setEnabled(bool(self._photos))
        self.again_button.setEnabled(bool(self._photos))
        self.show_button.setEnabled(bool(self._selected()))

    def _selected(self) -> list[Photo]:
        return [self._photos[index.row()] for index in self.table.selectionModel().selectedRows()]

    def _show_folder(self) -> None:
        open_elsewhere(self._selected()[0].path.parent, self._session.background)

    def _try_again(self) -> None:
        """Those that are selected, or all: their folders are scanned, where everything else is unchanged."""
        folders: set[Path] = {photo.path.parent for photo in self._selected() or self._photos}
        outer = [folder for folder in folders if not any(parent in folders for parent in folder.parents)]
        jobs = self._session.jobs
        jobs.start(lambda: jobs.make.scan(sorted(outer)))
        self.accept()
