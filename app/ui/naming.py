"""From a typed name to an edit: who is named, whether somebody has the name already, and the one question then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.errors import AppError
from app.library.naming import NameTakenError
from app.library.records import ClusterId, Done, FaceId, Named, Person, PersonId
from app.ui.dialogs.opening import open_dialog
from app.ui.dialogs.same_person import SamePersonDialog
from app.ui.session import Session
from app.ui.widgets.name_edit import Typed


@dataclass(frozen=True, slots=True)
class Unnamed:
    """What gets a name. `guess` is whom the machine takes it for: agreeing with it needs no question."""

    faces: Sequence[FaceId] = ()
    clusters: Sequence[ClusterId] = ()
    cover: FaceId | None = None
    guess: PersonId | None = None


class Naming(QObject):
    """Questions open above `window`. Main thread.

    A name is queued for the library before these functions return, so that undoing and closing come after it.
    """

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._library, self._edits, self._images = session.library, session.edits, session.images
        self._background, self._out_of_sight = session.background, session.hidden
        self._window = window

    def name(
        self,
        what: Unnamed,
        typed: Typed,
        then: Callable[[Done], None] | None = None,
        otherwise: Callable[[], None] = lambda: None,
        *,
        tell: bool = False,
    ) -> None:
        """Gives faces and groups to the person meant by `typed`; nothing typed means nothing done.

        `otherwise` is called where nothing came of it: the library refused, or the question was left unanswered. With
        `tell` the window says what was done, as it does of several groups at once.
        """
        if not typed.text:
            return

        def give(person: Person | Named | None, *, new: bool = False) -> None:
            self._edits.run(
                lambda: self._library.name(
                    person.name if person else typed.text,
                    faces=what.faces,
                    clusters=what.clusters,
                    person=person.id if person else None,
                    new_person=new,
                    ask=True,
                ),
                then,
                self._if_taken(decide, otherwise),
                # One name for several groups is plain to see for who meant it, and undone at once by who did not.
                tell=tell or len(what.clusters) > 1,
                instead=self._joined(what, typed.person) or self._hidden(person),
            )

        def decide(namesakes: Sequence[Person]) -> None:
            if guessed := [person for person in namesakes if person.id == what.guess]:
                give(guessed[0])
            else:
                self._ask(what.cover, namesakes, lambda person: give(person, new=person is None), otherwise)

        give(typed.person, new=typed.new)

    def rename(self, person: Person, typed: Typed, then: Callable[[Done], None] | None = None) -> None:
        """Gives a person another name; where somebody has it already, asks whether they are one, and merges them."""
        if not typed.text or typed.text == person.name:
            return

        def give(*, ask: bool) -> None:
            self._edits.run(
                lambda: self._library.rename(person.id, typed.text, ask=ask), then, self._if_taken(decide), tell=False
            )

        def decide(others: Sequence[Person]) -> None:
            self._ask(
                person.cover,
                others,
                lambda other: self.merge(other, [person], then=then) if other is not None else give(ask=False),
            )

        # One of several of that name may have been taken from the list: then it is that one.
        if typed.person is not None and typed.person.id != person.id:
            other = typed.person.id
            self._background.run(lambda: [self._library.person(other)], decide)
        else:
            give(ask=True)

    def merge(
        self,
        target: Person,
        people: Sequence[Person],
        clusters: Sequence[ClusterId] = (),
        then: Callable[[Done], None] | None = None,
    ) -> None:
        """Makes people and groups one person: `target`."""
        order = [target.id, *(person.id for person in people if person.id != target.id)]
        self._edits.run(
            lambda: self._library.merge(order, clusters, keep_cover=True), then, instead=self._hidden(target)
        )

    def questions(self) -> int:
        """How many wait for an answer."""
        return sum(dialog.isVisible() for dialog in self._window.findChildren(SamePersonDialog))

    def _if_taken(
        self, decide: Callable[[Sequence[Person]], None], otherwise: Callable[[], None] = lambda: None
    ) -> Callable[[AppError], None]:
        def failed(error: AppError) -> None:
            if isinstance(error, NameTakenError):
                decide(error.people)
            else:
                self._background.failed.emit(error)
                otherwise()

        return failed

    def _joined(self, what: Unnamed, person: Named | None) -> str:
        """What to say where a group went to somebody who was taken from the list, which asks no question."""
        if person is None or person.hidden or not what.clusters:
            return ""
        return self.tr("Joined to %1").replace("%1", person.name)

    def _hidden(self, person: Person | Named | None) -> str:
        """What to say where faces go out of sight."""
        if person is None or not person.hidden:
            return ""
        return self._out_of_sight.sentence(person.name)

    def _ask(
        self,
        face: FaceId | None,
        people: Sequence[Person],
        answer: Callable[[Person | None], None],
        otherwise: Callable[[], None] = lambda: None,
    ) -> None:
        most_photos_first = sorted(people, key=lambda person: -person.photos)
        dialog = SamePersonDialog(self._images, face, most_photos_first, answer, self._window)
        dialog.rejected.connect(otherwise)
        open_dialog(dialog)
