"""The questions of a review: read ahead, answered at once, and taken back. Belongs to the main thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from app.errors import AppError
from app.events import LibraryChanged
from app.library.questions import Agenda, Question
from app.library.records import ClusterId, Counts, Done, HistoryEntry, PersonId, Side
from app.ui.naming import Naming, Unnamed
from app.ui.session import Session
from app.ui.widgets.name_edit import Typed

# So many are read at once; with fewer than `FEW` left the next ones are read without waiting for a pause.
MOST = 200
FEW = 20
# The library catches up with what people do after a pause of its own (`app.ui.edits`).
PAUSE_MS = 3000


@dataclass(eq=False, slots=True)
class _Given:
    """An answer: which sides it `ended`, how many more faces have a name, how many fewer count at all.

    `step` is known when the answer is in the library; a question that was skipped has none. `waited` is False for
    a question that had ended while its answer was typed: it is not asked again.
    """

    question: Question
    ended: frozenset[Side] = frozenset()
    named: int = 0
    fewer: int = 0
    skipped: bool = False
    step: int | None = None
    withdrawn: bool = False
    waited: bool = True

    def settles(self, question: Question) -> bool:
        return question.key == self.question.key or bool(question.key & self.ended)


class Questions(QObject):
    """`changed` says that the questions or what is known of them changed, `progressed` how far a reading has come."""

    changed = Signal()
    progressed = Signal(int, int)

    def __init__(self, session: Session, naming: Naming) -> None:
        super().__init__()
        self._session, self._naming = session, naming
        self._waiting: list[Question] = []
        self._skipped: list[Question] = []
        self._given: list[_Given] = []
        # Answers that were taken back, and may be given again by redoing them.
        self._undone: list[_Given] = []
        self._undoable: int | None = None
        self._following: Future[list[HistoryEntry]] | None = None
        # Answers that a reading which is under way may not know of.
        self._since: list[_Given] = []
        self._more = self._stale = self._closed = False
        # Whether an answer was taken back that the reading which is under way may count as given.
        self._outdated = False
        self._cancelled = threading.Event()
        self.reading = False
        self.counts: Counts | None = None
        # How many suggestions there were about each person when they were read.
        self.suggested: Mapping[PersonId, int] = {}
        self.error: AppError | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.read)
        self._pause.start()
        session.bridge.library_changed.connect(self._library_changed)
        session.hidden.changed.connect(self.read)

    def current(self) -> Question | None:
        return next(iter(self.ahead()), None)

    def ahead(self) -> list[Question]:
        """All that wait, in their order: what was skipped comes last."""
        return [*self._waiting, *self._skipped]

    def can_undo(self) -> bool:
        return bool(self._given)

    def is_settled(self) -> bool:
        """Whether what waits is all that there is to ask."""
        return self.counts is not None and not (self.reading or self._pause.isActive())

    # Reading

    def read(self) -> None:
        """Finds out anew what to ask; what is known stays until then."""
        self._pause.stop()
        if self.reading or self._closed:
            self._stale = True
            return
        library, bridge, asked = self._session.library, self._session.bridge, self.current()
        hidden = self._session.hidden.shown
        self.reading, self._stale, self._outdated, self.error = True, False, False, None
        self._cancelled.clear()
        self._since = [given for given in self._since if given.step is None]

        def progress(done: int, total: int) -> None:
            bridge.call(lambda: self.progressed.emit(done, total))

        future = self._session.background.run(
            lambda: library.agenda(MOST, asked, hidden=hidden, cancelled=self._cancelled.is_set, progress=progress),
            lambda agenda: self._fill(agenda, asked),
            self._failed,
        )
        future.add_done_callback(lambda _: bridge.call(self._ended))
        self.changed.emit()

    def stop(self) -> None:
        """Ends the reading; what it found by then is asked."""
        self._cancelled.set()

    def close(self) -> None:
        self._closed = True
        self._pause.stop()
        self.stop()

    def _library_changed(self, change: LibraryChanged) -> None:
        self._stale = True
        if not self.reading and not self._closed:
            self._pause.start()
        # Whatever undoes or redoes a step makes undoing take back another one; what a scan finds does not.
        if change.undo_step != self._undoable:
            self._undoable = change.undo_step
            self._follow_history()

    def _fill(self, agenda: Agenda, asked: Question | None) -> None:
        if self._outdated:
            return
        self.counts, self._more, self.suggested = agenda.counts, agenda.more, agenda.waiting
        for given in self._since:
            self._count(given, 1)
        fresh = {question.key: question for question in agenda.questions if not self._is_answered(question)}
        current, skipped = self.current(), [question.key for question in self._skipped]
        if current is not None:
            # What is looked at stays as long as it can be answered.
            if asked is not None and asked.key == current.key:
                current = agenda.current
            elif current.key not in fresh:
                # Whether it can be answered was not asked.
                self._stale = True
            if current is not None:
                fresh = {current.key: fresh.get(current.key, current)} | fresh
                skipped = [key for key in skipped if key != current.key]
        self._skipped = [fresh.pop(key) for key in skipped if key in fresh]
        self._waiting = list(fresh.values())
        self.changed.emit()

    def _is_answered(self, question: Question) -> bool:
        return any(given.settles(question) for given in self._since)

    def _failed(self, error: AppError) -> None:
        self.error = error

    def _ended(self) -> None:
        self.reading = False
        if self._stale and not self._closed:
            self._pause.start()
        self.changed.emit()

    # Answers

    def yes(self, question: Question) -> None:
        """Both sides are one person."""
        if question.who is None:
            return
        library, sides = self._session.library, [question.who.side, question.about.side]
        people = [side.person for side in sides if side.person is not None]
        faces = [face for side in sides for face in side.faces]
        ended = frozenset(side for side in sides if side.person is None)
        self._give(
            _Given(question, ended, named=question.names),
            lambda: library.merge(people, [group for side in sides for group in _groups(side)], faces),
        )

    def no(self, question: Question) -> None:
        if question.who is not None:
            library, one, other = self._session.library, question.who.side, question.about.side
            self._give(_Given(question), lambda: library.differ(one, other))

    def name(self, question: Question, typed: Typed) -> None:
        """Somebody else, or whoever was asked for, is this person."""
        if not typed.text:
            return
        side = question.about.side
        given = _Given(question, frozenset({side}), named=question.about.faces)
        what = Unnamed(faces=side.faces, clusters=_groups(side), cover=question.about.cover)
        self._drop(given)
        self._naming.name(what, typed, lambda done: self._arrived(given, done), lambda: self._put_back(given))

    def ignore(self, question: Question) -> None:
        """These faces are nobody the user cares about."""
        library, side = self._session.library, question.about.side
        given = _Given(question, frozenset({side}), fewer=question.about.faces)
        self._give(given, lambda: library.ignore(side.faces, _groups(side)))

    def skip(self, question: Question) -> None:
        given = _Given(question, skipped=True)
        self._drop(given)
        if given.waited:
            self._skipped.append(question)
        self.changed.emit()

    def undo(self) -> None:
        """Takes the latest answer back and asks again."""
        if self._given:
            given = self._given[-1]
            if given.step is None and not given.skipped:
                # Else the next answer comes before this one is taken back, and its name seems to be somebody's already.
                self._session.edits.settle()
            given.withdrawn = True
            self._put_back(given)
            self._take_back(given)

    def _give(self, given: _Given, edit: Callable[[], Future[Done]]) -> None:
        def refused(error: AppError) -> None:
            self._session.background.failed.emit(error)
            self._put_back(given)

        self._drop(given)
        self._session.edits.run(edit, lambda done: self._arrived(given, done), refused, tell=False)

    def _drop(self, given: _Given) -> None:
        self._given.append(given)
        given.waited = any(question.key == given.question.key for question in self.ahead())
        if not given.skipped:
            self._since.append(given)
            self._count(given, 1)
        self._waiting = [question for question in self._waiting if not given.settles(question)]
        self._skipped = [question for question in self._skipped if not given.settles(question)]
        if self._more and len(self._waiting) < FEW:
            self.read()
        self.changed.emit()

    def _arrived(self, given: _Given, done: Done) -> None:
        given.step = done.step
        if given.withdrawn:
            self._take_back(given)

    def _take_back(self, given: _Given) -> None:
        library, step = self._session.library, given.step
        if step is not None:

            def undone(done: Done) -> None:
                self._undone.append(given)
                self._unlearn(given)

            self._session.edits.run(lambda: library.undo_step(step), undone, tell=False)

    def _put_back(self, given: _Given) -> None:
        """Asks again at once."""
        if given not in self._given:
            return
        self._given.remove(given)
        if not given.skipped:
            self._since = [other for other in self._since if other is not given]
            self._count(given, -1)
        self._unlearn(given)
        if given.waited:
            self._waiting = [given.question, *self._waiting]
        self.changed.emit()

    def _unlearn(self, given: _Given) -> None:
        """Drops what was found while the answer stood: it shows groups as the answer had made them."""
        self._waiting, self._skipped = (
            [question for question in questions if question is given.question or not given.settles(question)]
            for questions in (self._waiting, self._skipped)
        )
        if self.reading and not given.skipped:
            self._outdated = self._stale = True
            self.stop()

    def _follow_history(self) -> None:
        """Asks again what was undone, and no longer what was redone, wherever that happened."""
        library, given, undone = self._session.library, list(self._given), list(self._undone)
        steps = [answer.step for answer in (*given, *undone) if answer.step is not None]

        def arrived(entries: list[HistoryEntry]) -> None:
            if following is not self._following:
                return
            stands: dict[int | None, bool] = {entry.id: not (entry.undone or entry.taken_back) for entry in entries}
            # What is beyond the history can be neither undone nor redone.
            gone = set(steps) - stands.keys()
            self._given = [answer for answer in self._given if answer.step not in gone]
            self._undone = [answer for answer in self._undone if answer.step not in gone]
            # The one given first comes last, and is asked first, as if each had been undone by itself.
            for answer in reversed(given):
                if stands.get(answer.step) is False and answer in self._given:
                    self._put_back(answer)
                    self._undone.append(answer)
            for answer in undone:
                if stands.get(answer.step) and answer in self._undone:
                    self._undone.remove(answer)
                    self._drop(answer)
            if gone:
                self.changed.emit()

        if steps and not self._closed:
            following = self._following = self._session.background.run(lambda: library.steps(steps), arrived)

    def _count(self, given: _Given, sign: int) -> None:
        if self.counts is not None:
            named, faces = self.counts.named_faces + sign * given.named, self.counts.faces - sign * given.fewer
            self.counts = replace(self.counts, named_faces=named, faces=faces)


def _groups(side: Side) -> Sequence[ClusterId]:
    return () if side.cluster is None else (side.cluster,)
