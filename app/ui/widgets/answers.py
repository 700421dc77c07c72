"""The answers to a question of the review: a button for each, showing its key, and the field for a name."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.library.questions import Question
from app.library.records import PersonId, Side
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

    def _show_likely(self, people: list[PersonId]) -> None:
        # A list that comes up by itself would take the keys of the answers.
        self._likely = people

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
        self._about: Side | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        # Its height is kept while there is no field, so that the faces stay as they are when one opens.
        self._place = QHBoxLayout()
        self._place.setSpacing(GAP)
        self._place.addStrut(QLineEdit().sizeHint().height())
        self._place.addStretch()
        # Of two that are shown only one gets the name.
        self.whose = QLabel(self.tr("Who is on the left?"))
        self.whose.hide()
        self._place.addWidget(self.whose)
        self._place.addStretch()
        column.addLayout(self._place)
        self._grid = QGridLayout()
        self._grid.setSpacing(GAP)
        # What each says, and the key that presses it.
        self._buttons: dict[QPushButton, tuple[str, Qt.Key | None]] = {}
        self.yes_button = self._button(self.tr("Yes"), Key.Key_Return)
        self.no_button = self._button(self.tr("No"), Key.Key_Delete)
        self.name_button = self._button(self.tr("Someone else…"), Key.Key_S)
        self.skip_button = self._button(self.tr("Skip"), Key.Key_Space)
        self.ignore_button = self._button(self.tr("Ignore these"))
        self.ignore_button.setToolTip(self.tr("Strangers: these faces are not asked about again"))
        self.undo_button = self._button(self.tr("Undo"), Key.Key_Z)
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
        self._show_keys()

    def ask(self, question: Question) -> None:
        """Offers the answers to another question."""
        self._asks_for_name = question.who is None
        self._about = question.about.side
        self.close_field()
        # Else than nobody who has a name is nobody.
        named = question.who is not None and question.who.name is not None
        text = self.tr("Someone else…") if named else self.tr("Name…")
        self._buttons[self.name_button] = text, Key.Key_S
        self._arrange()

    def field(self) -> AnswerEdit | None:
        return self._edit

    def is_typing(self) -> bool:
        """Whether somebody is about to name whom the question is about."""
        return self._edit is not None and (self._edit.isModified() or self._edit.composing)

    def open_field(self) -> None:
        if self._edit is not None:
            return
        edit = self._edit = AnswerEdit(self._session, self, about=self._about)
        edit.setFixedWidth(self.fontMetrics().averageCharWidth() * 30)
        # A field that was asked for is about to be typed into; one that stands open may be passed over.
        edit.setModified(not self._asks_for_name)
        edit.typed.connect(self._typed)
        edit.left.connect(self._leave)
        edit.skipped.connect(lambda: self._answer(self.skipped))
        edit.undone.connect(lambda: self._answer(self.undone))
        # A click on a button leaves the keyboard here: the name must not answer one question, and the click the next.
        self.setFocusProxy(edit)
        if not self._asks_for_name:
            edit.setAccessibleName(self.whose.text())
            self.whose.show()
        self._place.insertWidget(3, edit)
        edit.textChanged.connect(self._show_keys)
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
            self.whose.hide()
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
        self._show_keys()
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
        return max(button.minimumWidth() for button in self._buttons)

    def _show_keys(self) -> None:
        """Beside each answer its key, where it presses the button: in a field most keys type or edit."""
        in_field: dict[QPushButton, Qt.Key | QKeySequence.StandardKey] = {
            self.skip_button: Key.Key_Space,
            self.undo_button: QKeySequence.StandardKey.Undo,
        }
        for button, (text, key) in self._buttons.items():
            keys = key, in_field.get(button), None
            texts = [text if one is None else with_key(text, one) for one in keys]
            widths = []
            for one in texts:
                button.setText(one)
                widths.append(button.sizeHint().width())
            # Whichever key is shown, the place is as wide.
            button.setMinimumWidth(max(widths))
            button.setText(texts[0 if self._edit is None else 2 if self._edit.text() else 1])

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
        button = RingedButton(parent=self)
        self._buttons[button] = text, key
        # A click leaves the keys where they are: the space bar must not repeat the answer.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button


def with_key(text: str, key: Qt.Key | QKeySequence.StandardKey) -> str:
    return f"{text} ({QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)})"
