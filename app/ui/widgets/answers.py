"""The answers to a question of the review: a button for each, showing its key, and the field for a name."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from app.ui.session import Session
from app.ui.widgets.name_edit import NameEdit, Typed
from app.ui.widgets.ringed_button import RingedButton

Key = Qt.Key


class AnswerEdit(NameEdit):
    """A name; while nothing is typed the space bar skips the question."""

    skipped = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Key.Key_Space and not self.text():
            self.skipped.emit()
        else:
            super().keyPressEvent(event)


class Answers(QWidget):
    """`named` carries what was typed. `field_left` says that the field was closed from the keyboard, with no answer."""

    yes, no, skipped, ignored, undone = Signal(), Signal(), Signal(), Signal(), Signal()
    named = Signal(object)
    field_left = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._edit: AnswerEdit | None = None
        self._asks_for_name = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        grid = QGridLayout()
        self.yes_button = self._button(self.tr("Yes"), Key.Key_Return)
        self.no_button = self._button(self.tr("No"), Key.Key_Delete)
        self.name_button = self._button(self.tr("Someone else…"), Key.Key_S)
        self.skip_button = self._button(self.tr("Skip"), Key.Key_Space)
        self.ignore_button = self._button(self.tr("Ignore these"))
        self.ignore_button.setToolTip(self.tr("Strangers: these faces are not asked about again"))
        self.undo_button = self._button(self.tr("Undo"), Key.Key_Z)
        upper = (self.yes_button, self.no_button, self.name_button)
        for column, button in enumerate((*upper, self.skip_button, self.ignore_button, self.undo_button)):
            grid.addWidget(button, column // 3, column % 3)
        self._column.addLayout(grid)
        for button, signal in (
            (self.yes_button, self.yes),
            (self.no_button, self.no),
            (self.skip_button, self.skipped),
            (self.ignore_button, self.ignored),
            (self.undo_button, self.undone),
        ):
            button.clicked.connect(lambda _=False, signal=signal: signal.emit())
        self.name_button.clicked.connect(lambda: self.open_field())

    def ask(self, *, for_name: bool) -> None:
        """Offers the answers to another question."""
        self._asks_for_name = for_name
        self.close_field()
        self.yes_button.setVisible(not for_name)
        self.no_button.setVisible(not for_name)
        text = self.tr("Name…") if for_name else self.tr("Someone else…")
        self.name_button.setText(_with_key(text, Key.Key_S))

    def field(self) -> AnswerEdit | None:
        return self._edit

    def open_field(self) -> None:
        if self._edit is not None:
            return
        edit = self._edit = AnswerEdit(self._session, self)
        edit.setMinimumWidth(self.fontMetrics().averageCharWidth() * 30)
        edit.typed.connect(self._typed)
        edit.left.connect(self._left)
        edit.skipped.connect(self.skipped)
        self._column.insertWidget(0, edit, 0, Qt.AlignmentFlag.AlignHCenter)
        edit.show()
        edit.setFocus()

    def close_field(self) -> None:
        """Drops what was typed."""
        if self._edit is not None:
            edit, self._edit = self._edit, None
            edit.blockSignals(True)
            edit.suggestions.hide()
            edit.hide()
            edit.deleteLater()

    def _typed(self, typed: Typed, then: int) -> None:
        self.close_field()
        if typed.text:
            self.named.emit(typed)
        elif self._asks_for_name and not then:
            # Return on nothing is no answer.
            self.open_field()
        else:
            self.field_left.emit()

    def _left(self) -> None:
        had_keyboard = self._edit is not None and self._edit.hasFocus()
        self.close_field()
        if had_keyboard:
            self.field_left.emit()

    def _button(self, text: str, key: Qt.Key | None = None) -> QPushButton:
        button = RingedButton(text if key is None else _with_key(text, key))
        # A click leaves the keys where they are: the space bar must not repeat the answer.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button


def _with_key(text: str, key: Qt.Key) -> str:
    return f"{text} ({QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)})"
