"""Shows what grouping again would change, and asks whether to do it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from app.library.regrouping import Regrouping


class GroupAgainDialog(QMessageBox):
    """Calls `group` when the user wants it; where no face or group is concerned, also without asking."""

    def __init__(self, found: Regrouping, group: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Group Again"))
        self.setText(self.tr("Grouping again would change this:"))
        changes = [
            (found.new_groups, self.tr("%Ln new group(s)", None, found.new_groups)),
            (found.ended_groups, self.tr("%Ln group(s) would go into others", None, found.ended_groups)),
            (found.moved_faces, self.tr("%Ln face(s) would go to another group", None, found.moved_faces)),
            (found.freed_faces, self.tr("%Ln face(s) would belong to no group", None, found.freed_faces)),
            (found.guesses, self.tr("%Ln face(s) would be shown with somebody else", None, found.guesses)),
        ]
        lines = [text for count, text in changes if count]
        stays = self.tr("Names and everything you decided stay. You can undo it.")
        if not lines:
            self.setIcon(QMessageBox.Icon.Information)
            self.setText(self.tr("No group changes now. Faces that are found from here on are grouped this strictly."))
            self.setInformativeText(stays)
            self.addButton(QMessageBox.StandardButton.Close)
            self.finished.connect(lambda _: group())
            return
        self.setIcon(QMessageBox.Icon.Question)
        self.setInformativeText("\n".join([*lines, "", stays]))
        button = self.addButton(self.tr("Group"), QMessageBox.ButtonRole.AcceptRole)
        self.addButton(QMessageBox.StandardButton.Cancel)
        self.setDefaultButton(button)
        self.accepted.connect(group)
