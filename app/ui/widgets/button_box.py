"""The buttons of a dialog, which Tab goes through as they stand: their order is another on each platform."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialogButtonBox, QWidget


class ButtonBox(QDialogButtonBox):
    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        layout = self.layout()
        if layout is not None:
            layout.activate()
        for one, other in pairwise(sorted(self.buttons(), key=lambda button: (button.y(), button.x()))):
            QWidget.setTabOrder(one, other)
