"""The answers to a question of the review: a button for each, showing its key, and the field for a name."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.ui.session import Session
from app.ui.widgets.name_edit import NameEdit, Typed
from app.ui.widgets.ringed_button import RingedButton

Key = Qt.Key
GAP = 6


class AnswerEdit(NameEdit):
    """A name; while nothing is typed the space bar skips the question, and undo takes the latest answer back."""

    skipped = Signal()
    undone = Signal()
    # Whether an input method is at letters that are not in the text yet.
    composing = False

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: N802
        self.composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self._is_undo(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Key.Key_Space and not self.text():
            self.skipped.emit()
        elif self._is_undo(event):
            self.undone.emit()
        else:
            super().keyPressEvent(event)

    def _is_undo(self, event: QKeyEvent) -> bool:
        return not self.text() and event.matches(QKeySequence.StandardKey.Undo)


class Answers(QWidget):
    """`named` carries what was typed; `dropped` says that the field closed and nothing was.

    `left` says that the field goes, and the keyboard is to go elsewhere.
    """

    left, dropped = Signal(), Signal()
    yes, no, skipped, ignored, undone = Signal(), Signal(), Signal(), Signal(), Signal()
    named = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._edit: AnswerEdit | None = None
        self._asks_for_name = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        # Its height is kept while there is no field, so that the faces stay as they are when one opens.
        self._place = QHBoxLayout()
        self._place.addStrut(QLineEdit().sizeHint().height())
        column.addLayout(self._place)
        self._grid = QGridLayout()
        self._grid.setSpacing(GAP)
        self.yes_button = self._button(self.tr("Yes"), Key.Key_Return)
        self.no_button = self._button(self.tr("No"), Key.Key_Delete)
        self.name_button = self._button(self.tr("Someone else…"), Key.Key_S)
        self.skip_button = self._button(self.tr("Skip"), Key.Key_Space)
        self.ignore_button = self._button(self.tr("Ignore these"))
        self.ignore_button.setToolTip(self.tr("Strangers: these faces are not asked about again"))
        self.undo_button = self._button(self.tr("Undo"), Key.Key_Z)
        self._buttons = (
            self.yes_button,
            self.no_button,
            self.name_button,
            self.skip_button,
            self.ignore_button,
            self.undo_button,
        )
        row = QHBoxLayout()
        row.setContentsMargins(0, GAP, 0, 0)
        row.addStretch()
        row.addLayout(self._grid)
        row.addStretch()
        column.addLayout(row)
        for button, signal in (
            (self.yes_button, self.yes),
            (self.no_button, self.no),
            (self.skip_button, self.skipped),
            (self.ignore_button, self.ignored),
            (self.undo_button, self.undone),
        ):
            button.clicked.connect(lambda _=False, signal=signal: self._answer(signal))
        self.name_button.clicked.connect(lambda: self.open_field())

    def ask(self, *, for_name: bool) -> None:
        """Offers the answers to another question."""
        self._asks_for_name = for_name
        self.close_field()
        text = self.tr("Name…") if for_name else self.tr("Someone else…")
        self.name_button.setText(with_key(text, Key.Key_S))
        self._arrange()

    def field(self) -> AnswerEdit | None:
        return self._edit

    def is_typing(self) -> bool:
        """Whether somebody is about to name whom the question is about."""
        return self._edit is not None and (self._edit.isModified() or self._edit.composing)

    def open_field(self) -> None:
        if self._edit is not None:
            return
        edit = self._edit = AnswerEdit(self._session, self)
        edit.setMinimumWidth(self.fontMetrics().averageCharWidth() * 30)
        # A field that was asked for is about to be typed into; one that stands open may be passed over.
        edit.setModified(not self._asks_for_name)
        edit.typed.connect(self._typed)
        edit.left.connect(self._leave)
        edit.skipped.connect(lambda: self._answer(self.skipped))
        edit.undone.connect(lambda: self._answer(self.undone))
        # A click on a button leaves the keyboard here: the name must not answer one question, and the click the next.
        self.setFocusProxy(edit)
        self._place.addWidget(edit, 0, Qt.AlignmentFlag.AlignHCenter)
        self._arrange()
        edit.show()
        edit.setFocus()

    def close_field(self) -> None:
        """Drops what was typed, and keeps the keyboard where the field had it."""
        if self._edit is not None:
            edit, self._edit = self._edit, None
            edit.blockSignals(True)
            # Also while the list of names, or a question, stands above the window.
            if self.window().focusWidget() is edit:
                self.left.emit()
            edit.suggestions.hide()
            edit.hide()
            edit.deleteLater()
            self._arrange()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Two buttons side by side."""
        gap = self._grid.horizontalSpacing()
        return QSize(2 * self._widest() + gap, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """As many buttons to a row as there is room for, the same number in each."""
        keys = QKeySequence(Key.Key_Z if self._edit is None else QKeySequence.StandardKey.Undo)
        self.undo_button.setText(with_key(self.tr("Undo"), keys))
        left_out = {self.yes_button, self.no_button} if self._asks_for_name else set()
        offered = [button for button in self._buttons if button not in left_out]
        shown = [button for button in offered if button is not self.name_button or self._edit is None]
        for button in self._buttons:
            button.setVisible(button in shown)
        room = (self.width() + self._grid.horizontalSpacing()) // (self._widest() + self._grid.horizontalSpacing())
        # As many as without the field, so that the faces stay where they are.
        rows = -(-len(offered) // max(1, min(room, len(offered))))
        columns = -(-len(shown) // rows)
        for number, button in enumerate(shown):
            self._grid.addWidget(button, number // columns, number % columns)

    def _widest(self) -> int:
        return max(button.sizeHint().width() for button in self._buttons)

    def _typed(self, typed: Typed, then: int) -> None:
        self.close_field()
        if typed.text:
            self.named.emit(typed)
            return
        if self._asks_for_name and not then:
            # Return on nothing is no answer.
            self.open_field()
        self.dropped.emit()

    def _leave(self) -> None:
        self.close_field()
        self.dropped.emit()

    def _answer(self, signal: SignalInstance) -> None:
        """Whoever answers otherwise gives up what is half typed."""
        if self._edit is not None:
            self._edit.setModified(False)
        signal.emit()

    def _button(self, text: str, key: Qt.Key | None = None) -> QPushButton:
        button = RingedButton(text if key is None else with_key(text, key), self)
        # A click leaves the keys where they are: the space bar must not repeat the answer.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button


def with_key(text: str, key: Qt.Key | QKeySequence) -> str:
    return f"{text} ({QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)})"
