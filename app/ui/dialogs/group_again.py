"""Shows what grouping again would change, and asks whether to do it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from app.library.regrouping import Regrouping


def ask_to_group(parent: QWidget, found: Regrouping, then: Callable[[], None]) -> None:
    def tr(text: str, count: int = -1) -> str:
        return QCoreApplication.translate("GroupAgain", text, None, count)

    changes = [
        (found.new_groups, "%Ln new group(s)"),
        (found.ended_groups, "%Ln group(s) go into others"),
        (found.moved_faces, "%Ln face(s) go to another group"),
        (found.freed_faces, "%Ln face(s) belong to no group any more"),
        (found.guesses, "%Ln face(s) are shown with somebody else"),
    ]
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(tr("Group Again"))
    box.setText(tr("Grouping again would change this:"))
    box.setInformativeText(
        "\n".join(tr(text, count) for count, text in changes if count)
        + "\n\n"
        + tr("Names and everything you decided stay. You can undo it.")
    )
    group = box.addButton(tr("Group"), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(group)
    box.accepted.connect(then)
    box.open()
