"""Asks whether every photo is to be read again with another model, and says how long that may take."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget


class ChangeModelDialog(QMessageBox):
    """Calls `use` when the user wants it. `pace` is how many seconds a photo took last time, None if unknown."""

    def __init__(self, model: str, photos: int, pace: float | None, use: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setIcon(QMessageBox.Icon.Question)
        self.setWindowTitle(self.tr("Use another model"))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(self.tr("Read every photo again with %1?").replace("%1", model))
        if pace is None:
            takes = self.tr("For %1 that takes about as long as it took to read them the first time.")
        else:
            takes = self.tr("For %1 that takes about %2, at the pace of the last scan.")
            takes = takes.replace("%2", self._duration(photos * pace))
        takes = takes.replace("%1", self.tr("%Ln photo(s)", None, photos))
        stays = self.tr(
            "You can go on working meanwhile, and stop it. Names and everything you decided stay. Until it is done, "
            "searches find only what was read again."
        )
        self.setInformativeText(f"{takes}\n\n{stays}")
        button = self.addButton(self.tr("Read again"), QMessageBox.ButtonRole.AcceptRole)
        self.addButton(QMessageBox.StandardButton.Cancel)
        self.setDefaultButton(button)
        self.accepted.connect(use)

    def _duration(self, seconds: float) -> str:
        minutes = max(1, round(seconds / 60))
        if minutes < 90:
            return self.tr("%Ln minute(s)", None, minutes)
        return self.tr("%Ln hour(s)", None, round(minutes / 60))
