"""All that people did, newest first; each step can be taken back alone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from app.ui.pages.page import Page, written
from app.ui.places import HistoryPlace
from app.ui.session import Session
from app.ui.widgets.empty_state import EmptyState, Fallback
from app.ui.widgets.steps import Steps


class HistoryPage(Page):
    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.steps = Steps(session)
        empty = EmptyState("history")
        empty.say(
            self.tr("Nothing was done yet"),
            self.tr("Every name, every merge and every answer is listed here and can be taken back."),
        )
        self._content = Fallback(self.steps, empty)
        self.steps.filled.connect(lambda count: self._content.show_content(count > 0))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._content)

    def title(self) -> str:
        return self.tr("History")

    def keys(self) -> list[tuple[str, str]]:
        return [
            (written(Qt.Key.Key_Delete), self.tr("Take the selected step back")),
        ]

    def focus(self) -> None:
        self._content.focus()

    def show_place(self, place: HistoryPlace) -> None:
        self.steps.start_over()

    def refresh(self) -> None:
        self.steps.refresh()
