"""Whether hidden people and ignored faces are in sight at present, wherever people are looked for."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.library.library import Library


class Hidden(QObject):
    """Main thread; any other may ask for `shown`."""

    changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.shown = False

    def show(self, shown: bool) -> None:
        if shown != self.shown:
            self.shown = shown
            self.changed.emit(shown)

    def explain(self, library: Library, text: str) -> str:
        """Says who of those out of sight fits `text`, where somebody does. Not on the main thread."""
        fitting = () if self.shown else library.suggest_names(text, hidden=True)
        return next((self.sentence(person.name) for person in fitting if person.hidden), "")

    def sentence(self, name: str) -> str:
        return self.tr("%1 is hidden. View > Hidden people shows them.").replace("%1", name)
