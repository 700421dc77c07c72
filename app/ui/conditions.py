"""Which photos are looked for, by people, dates and folder, and how that is said in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import reduce
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from app.errors import UsageError
from app.library.library import Library
from app.library.records import Folder, Person, PersonId, PhotoFilter, Root
from app.ui import dates
from app.ui.widgets.text import printable

# Its literal first argument is what pyside6-lupdate reads.
translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Conditions:
    """All hold together, as those of `PhotoFilter`."""

    any_of: tuple[Person, ...] = ()
    all_of: tuple[Person, ...] = ()
    only: tuple[Person, ...] = ()
    none_of: tuple[Person, ...] = ()
    folder: Folder | None = None
    taken_from: date | None = None
    taken_to: date | None = None

    def filter(self) -> PhotoFilter:
        return PhotoFilter(
            any_of=_ids(self.any_of),
            all_of=_ids(self.all_of),
            only=_ids(self.only),
            none_of=_ids(self.none_of),
            root=self.folder.root if self.folder is not None else None,
            folder=self.folder.below if self.folder is not None else b"",
            taken_from=self.taken_from,
            taken_to=self.taken_to,
        )

    def present(self, library: Library) -> Conditions:
        """The same about these people as they are by now; those who are no more are left out."""
        return replace(
            self,
            any_of=_present(library, self.any_of),
            all_of=_present(library, self.all_of),
            only=_present(library, self.only),
            none_of=_present(library, self.none_of),
        )

    def in_words(self) -> str:
        parts = [words for words, _ in self._rows()]
        if not parts:
            return translate("Conditions", "All photos")
        joined = reduce(lambda one, other: _filled(translate("Conditions", "%1, %2", "conditions"), one, other), parts)
        return _filled(translate("Conditions", "Photos %1"), joined)

    def relaxed(self) -> list[tuple[str, Conditions]]:
        """Each single condition in words, with what is looked for without it."""
        found = []
        for words, without in self._rows():
            if without.all_of != self.all_of and len(self.all_of) > 1:
                for person in self.all_of:
                    rest = tuple(other for other in self.all_of if other != person)
                    found.append((_with([person.name], "and"), replace(self, all_of=rest)))
            else:
                found.append((words, without))
        return found

    def _rows(self) -> list[tuple[str, Conditions]]:
        found: list[tuple[str, Conditions]] = []
        if self.all_of:
            found.append((_with(_names(self.all_of), "and"), replace(self, all_of=())))
        if self.any_of:
            found.append((_with(_names(self.any_of), "or"), replace(self, any_of=())))
        if self.only:
            nobody_but = translate("Conditions", "with nobody but %1")
            found.append((_filled(nobody_but, _listed(_names(self.only), "or")), replace(self, only=())))
        if self.none_of:
            without = translate("Conditions", "without %1")
            found.append((_filled(without, _listed(_names(self.none_of), "or")), replace(self, none_of=())))
        if self.folder is not None:
            words = _filled(translate("Conditions", "in the folder %1"), folder_name(self.folder))
            found.append((words, replace(self, folder=None)))
        if self.taken_from is not None or self.taken_to is not None:
            found.append((_dates(self.taken_from, self.taken_to), replace(self, taken_from=None, taken_to=None)))
        return found


def folder_name(folder: Root | Folder) -> str:
    return printable(Path(folder.path.name or folder.path))


def whole(root: Root) -> Folder:
    return Folder(root.id, root.path, b"", root.photos)


def _ids(people: Sequence[Person]) -> tuple[PersonId, ...]:
    return tuple(person.id for person in people)


def _names(people: Sequence[Person]) -> list[str]:
    return [person.name for person in people]


def _present(library: Library, people: Sequence[Person]) -> tuple[Person, ...]:
    found: dict[PersonId, Person] = {}
    for person in people:
        try:
            now = library.person(person.id)
        except UsageError:
            continue
        found[now.id] = now
    return tuple(found.values())


def _with(names: Sequence[str], last: str) -> str:
    return _filled(translate("Conditions", "with %1"), _listed(names, last))


def _listed(names: Sequence[str], last: str) -> str:
    """ "Anna, Ben and Carl"; `last` is the word before the last one: "and" or "or"."""
    if len(names) == 1:
        return names[0]
    front = reduce(lambda one, other: _filled(translate("Conditions", "%1, %2", "names"), one, other), names[:-1])
    both = translate("Conditions", "%1 and %2") if last == "and" else translate("Conditions", "%1 or %2")
    return _filled(both, front, names[-1])


def _dates(first: date | None, last: date | None) -> str:
    if first is not None and last is not None:
        start, end = _day(first, first.replace(month=1, day=1)), _day(last, last.replace(month=12, day=31))
        if (first.year, first.month) == (last.year, last.month) and first.day == 1 and _ends_month(last):
            return _filled(translate("Conditions", "taken in %1"), dates.month_of(first))
        if start == end:
            # One year, or one day.
            one_day = translate("Conditions", "taken on %1")
            return _filled(one_day if first == last else translate("Conditions", "taken in %1"), start)
        return _filled(translate("Conditions", "%1 to %2"), start, end)
    if first is not None:
        return _filled(translate("Conditions", "since %1"), _day(first, first.replace(month=1, day=1)))
    assert last is not None
    return _filled(translate("Conditions", "until %1"), _day(last, last.replace(month=12, day=31)))


def _day(day: date, edge_of_year: date) -> str:
    """The year alone where all of it is meant."""
    if day == edge_of_year:
        return dates.year_of(day)
    return dates.short(day)


def _ends_month(day: date) -> bool:
    return day == date.max or (day + timedelta(days=1)).day == 1


def _filled(text: str, *values: str) -> str:
    """Puts the values in place of %1, %2 at once, for a name may contain such a sign itself."""
    return re.sub(r"%(\d)", lambda found: values[int(found[1]) - 1], text)
