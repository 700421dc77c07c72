"""Everybody's name, at hand on the main thread, so that what is offered while somebody types keeps up with the keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from app.errors import AppError
from app.events import LibraryChanged
from app.library import names
from app.library.library import Library
from app.library.records import Named, PersonId, Side
from app.ui.background import Background
from app.ui.bridge import EventBridge

# People named before these are no likelier to be named next than anybody.
RECENT = 12


class KnownNames(QObject):
    """As of the latest change of the library. Main thread."""

    def __init__(self, library: Library, bridge: EventBridge, background: Background, comparing: Background) -> None:
        super().__init__()
        self._library, self._background, self._comparing = library, background, comparing
        self._people: dict[PersonId, Named] = {}
        self._recent: Sequence[PersonId] = ()
        # What was looked for last, and who was found.
        self._found: tuple[str, Sequence[Named]] = "", ()
        # Whose names are to be read (None for everybody's), one reading after the other: a late one must not win.
        self._wanted: list[frozenset[PersonId] | None] = []
        self._reading = False
        bridge.library_changed.connect(self._library_changed)
        self._read(None)

    def fitting(
        self, text: str, likely: Sequence[PersonId], limit: int, leave_out: PersonId | None = None
    ) -> list[Named]:
        """Who may be meant by a beginning of a name (`app.library.names`), without somebody."""
        known = self._beginning(text)
        if not text.strip():
            # Of a hundred thousand nobody else is offered.
            known = [self._people[person] for person in {*likely, *self._recent} if person in self._people]
        found = names.fitting(known, text, likely, self._recent, limit + 1)
        return [one for one in found if one.id != leave_out][:limit]

    def _beginning(self, text: str) -> Sequence[Named]:
        """Those with a word that begins so: with each letter more, some of those that were found before."""
        before, found = self._found
        if not before or not text.startswith(before):
            found = list(self._people.values())
        if text.strip():
            found = names.beginning(found, text)
        self._found = text if text.strip() else "", found
        return found

    def find_likely(self, about: Side, then: Callable[[list[PersonId]], None]) -> None:
        """Finds who this unnamed group, or face, may be, the likeliest first."""
        # Who was named or ended a moment ago is like nobody; that is no error of the user's.
        self._comparing.run(lambda: self._library.likely_people(about), then, lambda _: None)

    def _library_changed(self, change: LibraryChanged) -> None:
        if change.everything:
            self._read(None)
        elif change.people:
            self._read(frozenset(PersonId(number) for number in change.people))

    def _read(self, only: frozenset[PersonId] | None) -> None:
        """All names, or those that may have changed."""
        self._wanted.append(only)
        if not self._reading:
            self._read_wanted()

    def _read_wanted(self) -> None:
        wanted, self._wanted = self._wanted, []
        some = [only for only in wanted if only is not None]
        only = frozenset[PersonId]().union(*some) if len(some) == len(wanted) else None
        library, failed = self._library, self._background.failed

        def show(read: tuple[list[Named], list[PersonId]]) -> None:
            found, self._recent = read
            kept = {} if only is None else {key: one for key, one in self._people.items() if key not in only}
            self._people = kept | {one.id: one for one in found}
            self._found = "", ()
            go_on()

        def go_on() -> None:
            self._reading = False
            if self._wanted:
                self._read_wanted()

        def fail(error: AppError) -> None:
            failed.emit(error)
            go_on()

        self._reading = True
        self._background.run(lambda: (library.names(only), library.named_last(RECENT)), show, fail)
