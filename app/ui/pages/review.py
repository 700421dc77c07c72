"""One question at a time: whether two are the same person, or who an unnamed group is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSplitter,
    QVBoxLayout,
)

from app.library import questions as asking
from app.library.questions import Question
from app.library.records import Counts, Face
from app.ui.face_menu import face_menu
from app.ui.naming import Naming
from app.ui.pages.page import Page, written
from app.ui.phrases import said
from app.ui.places import PhotoPlace
from app.ui.questions import Questions
from app.ui.session import Session
from app.ui.widgets.announcing import announce
from app.ui.widgets.answers import with_key
from app.ui.widgets.empty_state import EmptyState, Fallback
from app.ui.widgets.name_edit import Typed
from app.ui.widgets.question_card import QuestionCard
from app.ui.widgets.question_side import QuestionSide
from app.ui.widgets.ringed_button import RingedButton
from app.ui.widgets.steps import Steps
from app.ui.widgets.tall_enough import TallEnough

# Answers that the progress line looks ahead.
ANSWERS = 20
# In a narrower window than this, in letters, the history stands in the place of the question.
BESIDE = 115

_NO_KEYS = ~Qt.KeyboardModifier.KeypadModifier
_NO_LETTERS = ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)


class ReviewPage(Page):
    """`counted` carries how many questions wait, and the same in words."""

    counted = Signal(int, str)

    def __init__(self, session: Session, naming: Naming) -> None:
        super().__init__(session)
        self.questions = Questions(session, naming)
        self.card = QuestionCard(session)
        self.progress = QLabel()
        self.progress.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(max(4, self.fontMetrics().height() // 3))
        self.bar.setAccessibleName(self.tr("Faces with a name"))
        self.history = RingedButton(self.tr("History"))
        self.history.setCheckable(True)
        self.history.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.steps = Steps(session)
        self.steps.setMinimumWidth(self.fontMetrics().averageCharWidth() * 60)
        self.steps.hide()
        question = TallEnough(self.card)
        question.setAccessibleName(self.title())
        self._content = Fallback(question, self._make_empty())
        self._content.setMinimumWidth(question.minimumSizeHint().width())
        self._content.show_content(False)
        self._arrange()
        self._connect()
        # Also while there is nothing to ask the latest answer can be undone with its key.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(self.title())
        self._show()

    def _make_empty(self) -> EmptyState:
        self.empty = EmptyState("review")
        self.busy = QProgressBar()
        self.busy.setTextVisible(False)
        self.busy.setAccessibleName(self.tr("Comparing faces"))
        self.stop = RingedButton(self.tr("Stop"))
        self.retry = RingedButton(self.tr("Try again"))
        self.undo = RingedButton(with_key(self.tr("Undo the last answer"), Qt.Key.Key_Z))
        for widget in (self.busy, self.stop, self.retry, self.undo):
            self.empty.add(widget)
        return self.empty

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.progress, 1)
        top.addWidget(self.history)
        head = QVBoxLayout()
        head.setContentsMargins(16, 10, 16, 0)
        head.addLayout(top)
        head.addWidget(self.bar)
        splitter = QSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._content)
        splitter.addWidget(self.steps)
        splitter.setStretchFactor(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(splitter, 1)

    def _connect(self) -> None:
        questions, answers = self.questions, self.card.answers
        questions.changed.connect(self._show)
        questions.progressed.connect(self._progressed)
        for signal, call in (
            (answers.undone, questions.undo),
            (answers.dropped, self._show),
            (self.stop.clicked, questions.stop),
            (self.retry.clicked, questions.read),
            (self.undo.clicked, questions.undo),
        ):
            signal.connect(lambda *_, call=call: call())
        for signal, answer in (
            (answers.yes, questions.yes),
            (answers.no, questions.no),
            (answers.skipped, questions.skip),
            (answers.ignored, questions.ignore),
            (answers.named, questions.name),
        ):
            signal.connect(lambda *given, answer=answer: self._answer(answer, *given))
        self.history.toggled.connect(self._show_steps)
        for side in (self.card.about, self.card.who):
            side.go.connect(self.go)
            side.crops.opened.connect(lambda face, side=side: self._open_face(side, face))
            side.crops.menu_wanted.connect(self._face_menu)

    def title(self) -> str:
        return self.tr("Review")

    def keys(self) -> list[tuple[str, str]]:
        # There a Z is a letter.
        undo = self.tr("Undo the last answer; in the field for a name: %1")
        return [
            (written(Qt.Key.Key_Return), self.tr("Yes, the same person")),
            (written(Qt.Key.Key_Delete), self.tr("No, somebody else")),
            (written(Qt.Key.Key_S), self.tr("Someone else: type a name")),
            (written(Qt.Key.Key_Space), self.tr("Skip the question")),
            (written(Qt.Key.Key_Z), undo.replace("%1", written(QKeySequence.StandardKey.Undo))),
        ]

    def refresh(self) -> None:
        if self.questions.counts is None:
            self.questions.read()
        if self.steps.isVisible():
            self.steps.refresh()

    def focus(self) -> None:
        if self.questions.current() is None:
            self.setFocus()
        elif self.card.question is not None and self.card.question.who is None:
            self.card.answers.open_field()
        else:
            self.card.setFocus()

    # What is shown

    def _show(self) -> None:
        ahead = self.questions.ahead()
        # Of this window, also while a question stands above it.
        focused = self.window().focusWidget()
        keys_here = self.isVisible() and (focused in (None, self) or self._content.isAncestorOf(focused))
        question, another = self._wanted(), False
        if question is not None:
            another = self.card.ask(question)
            for following in ahead[1:2]:
                self.card.prepare(following)
        elif self.card.isVisibleTo(self._content):
            another = True
            self.card.forget()
        self._content.show_content(question is not None)
        self.card.answers.undo_button.setEnabled(self.questions.can_undo())
        self._show_progress()
        self._say_why_empty()
        self.counted.emit(len(ahead), self.tr("%Ln question(s)", None, len(ahead)))
        if another and keys_here:
            self.focus()
        if another and self.isVisible():
            asked = f"{self.card.accessibleName()} {self.card.accessibleDescription()}"
            announce(self, asked if question is not None else self.empty.title())

    def _wanted(self) -> Question | None:
        """What is shown stays while a name is typed for it, also where it needs none any more."""
        shown = self.card.question
        if shown is None or not self.card.answers.is_typing():
            return self.questions.current()
        return next((question for question in self.questions.ahead() if question.key == shown.key), shown)

    def _show_progress(self) -> None:
        counts = self.questions.counts
        self.bar.setVisible(counts is not None and counts.faces > 0)
        if counts is None or not counts.faces:
            self.progress.clear()
            return
        self.bar.setRange(0, counts.faces)
        self.bar.setValue(counts.named_faces)
        ahead = self.questions.ahead()[:ANSWERS]
        now, then = percent(asking.share(counts)), percent(asking.share_after(counts, ahead))
        number = QLocale().toString
        if then > now:
            text = self.tr("%1 % of faces have a name; the next %Ln answer(s) bring %2 %", None, len(ahead))
            text = text.replace("%2", number(then))
        else:
            text = self.tr("%1 % of faces have a name")
        self.progress.setText(text.replace("%1", number(now)))

    def _say_why_empty(self) -> None:
        questions = self.questions
        settled = questions.is_settled()
        self.busy.setVisible(not settled and questions.error is None)
        self.stop.setVisible(questions.reading)
        self.retry.setVisible(questions.error is not None and not questions.reading)
        self.undo.setVisible(questions.can_undo())
        if not questions.reading:
            self.busy.setRange(0, 0)
        if questions.error is not None and not questions.reading:
            self.empty.say(self.tr("The questions could not be read"), said(str(questions.error)))
        elif not settled:
            self.empty.say(
                self.tr("Comparing faces…"), self.tr("Questions appear here as soon as it is known what to ask.")
            )
        else:
            self.empty.say(self.tr("Nothing to ask"), self._what_to_do(questions.counts))

    def _what_to_do(self, counts: Counts | None) -> str:
        if self.session.jobs.running():
            return self.tr("Photos are being read. Questions come up when faces are found that may be one person.")
        if counts is None or not counts.faces:
            return self.tr("No faces were found yet. Add a photo folder, and this page asks who is in the photos.")
        if alone := counts.faces - counts.named_faces:
            faces = self.tr("%Ln face(s)", None, alone)
            text = self.tr("%1 without a name are like nobody else. Each can be named in its photo.")
            return text.replace("%1", faces)
        return self.tr("Every face has a name. With more photos there will be more questions.")

    def _progressed(self, done: int, total: int) -> None:
        self.busy.setRange(0, total)
        self.busy.setValue(done)

    def _make_room(self) -> None:
        beside = self.width() > self.fontMetrics().averageCharWidth() * BESIDE
        self._content.setVisible(beside or not self.history.isChecked())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._make_room()

    def _show_steps(self, shown: bool) -> None:
        self.steps.setVisible(shown)
        self._make_room()
        if shown:
            self.steps.start_over()
            self.steps.setFocus()
        else:
            self.focus()

    # What is done

    def _answer(self, answer: Callable[..., None], *given: Typed) -> None:
        """To the question that is seen."""
        if self.card.question is not None:
            answer(self.card.question, *given)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """An answer with one key; one that is held down answers once. Return presses the button that has the ring.

        Who types any other letter has a name in mind, which Return must not turn into a yes.
        """
        answers, key, ringed = self.card.answers, Qt.Key, self.focusWidget()
        pressed = ringed if isinstance(ringed, QAbstractButton) else answers.yes_button
        buttons = {
            key.Key_Return: pressed,
            key.Key_Enter: pressed,
            key.Key_Delete: answers.no_button,
            key.Key_Backspace: answers.no_button,
            key.Key_S: answers.name_button,
            key.Key_Space: answers.skip_button,
            key.Key_Z: answers.undo_button,
        }
        button = buttons.get(Qt.Key(event.key()))
        letter = event.text() if not event.modifiers() & _NO_LETTERS else ""
        if button is None and letter.isalnum() and answers.name_button.isVisible():
            answers.open_field()
            if (field := answers.field()) is not None:
                QApplication.sendEvent(field, QKeyEvent(event.type(), event.key(), event.modifiers(), letter))
        elif button is None or event.modifiers() & _NO_KEYS:
            super().keyPressEvent(event)
        elif event.isAutoRepeat():
            event.accept()
        elif button.isVisible():
            button.click()
        elif button is answers.undo_button:
            self.questions.undo()

    def _open_face(self, side: QuestionSide, face: Face) -> None:
        photos = list(dict.fromkeys(each.photo for each in side.crops.faces()))
        self.open_photo(PhotoPlace(np.array(photos, np.int64), photos.index(face.photo), face.id))

    def _face_menu(self, face: Face, where: QPoint) -> None:
        face_menu(self, [face], None, self).popup(where)


def percent(share: float) -> int:
    """Whole percents, rounded down: 100 means all."""
    return int(share * 100)
