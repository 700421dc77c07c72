"""From a typed name to an edit: who is named, whether somebody has the name already, and the one question then."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.library.records import ClusterId, Done, FaceId, Person, PersonId
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
    """Questions open above `window`. Main thread."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._library, self._edits, self._images = session.library, session.edits, session.images
        self._background = session.background
        self._window = window

    def name(self, what: Unnamed, typed: Typed, then: Callable[[Done], None] | None = None) -> None:
        """Gives faces and groups to the person meant by `typed`; nothing typed means nothing done."""
        if not typed.text:
            return

        def give(person: Person | None, *, new: bool = False) -> None:
            self._edits.run(
                lambda: self._library.name(
                    person.name if person else typed.text,
                    faces=what.faces,
                    clusters=what.clusters,
                    person=person.id if person else None,
                    new_person=new,
                ),
                then,
                tell=False,
            )

        def decide(namesakes: list[Person]) -> None:
            guessed = next((person for person in namesakes if person.id == what.guess), None)
            if guessed is not None or not namesakes:
                give(guessed)
            else:
                self._ask(what.cover, namesakes, lambda person: give(person, new=person is None))

        if typed.person is not None:
            give(typed.person)
        else:
            self._background.run(lambda: self.namesakes(typed.text), decide)

    def rename(self, person: Person, typed: Typed, then: Callable[[Done], None] | None = None) -> None:
        """Gives a person another name; where somebody has it already, asks whether they are one, and merges them."""
        if not typed.text or typed.text == person.name:
            return

        def decide(other: Person | None) -> None:
            if other is None:
                self._edits.run(lambda: self._library.rename(person.id, typed.text), then, tell=False)
            else:
                self._edits.run(lambda: self._library.merge([other.id, person.id]), then)

        def ask(namesakes: list[Person]) -> None:
            others = [other for other in namesakes if other.id != person.id]
            if others:
                self._ask(person.cover, others, decide)
            else:
                decide(None)

        if typed.person is not None:
            # One of several of that name may have been taken from the list: then it is that one.
            ask([typed.person])
        else:
            self._background.run(lambda: self.namesakes(typed.text), ask)

    def namesakes(self, name: str) -> list[Person]:
        """The people of that name, whatever the case of the letters; those with more photos first. Any thread."""
        alike = [person for person in self._library.suggest_names(name, limit=50) if _same(person.name, name)]
        return sorted(alike, key=lambda person: -person.photos)

    def _ask(self, face: FaceId | None, people: Sequence[Person], answer: Callable[[Person | None], None]) -> None:
        SamePersonDialog(self._images, face, people, answer, self._window).open()


def _same(one: str, other: str) -> bool:
    return unicodedata.normalize("NFC", one).casefold() == unicodedata.normalize("NFC", other).casefold()
