"""The report of a bug, shown to the user, who decides what becomes of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app.ui.widgets.button_box import ButtonBox


class CrashReportDialog(QDialog):
    """Calls `seen` when it is closed."""

    def __init__(self, report: str, seen: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Something went wrong"))
        text = QLabel(
            self.tr(
                "Kinfolio met an error of its own. Your photos, names and decisions are safe. The report below holds "
                "no names and no file names, and it is not sent anywhere; copy it if you want to pass it on."
            ),
            wordWrap=True,
        )
        page = QPlainTextEdit(report, readOnly=True)
        page.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        page.setAccessibleName(self.tr("Report"))
        buttons = ButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("Copy the report"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addWidget(page)
        layout.addWidget(buttons)
        self.finished.connect(lambda _: seen())
        self.resize(self.fontMetrics().averageCharWidth() * 100, self.fontMetrics().height() * 28)
