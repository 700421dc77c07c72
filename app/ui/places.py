"""Where in the program the user is: what the back button returns to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.library.records import ClusterId, FaceId, PersonId, RootId

# Longer ways back than this are nobody's memory.
PLACES_KEPT = 100


@dataclass(frozen=True, slots=True)
class PhotosPlace:
    """All photos, or those of one folder: `below` leads from the root to it, as in `Folder`."""

    root: RootId | None = None
    below: bytes = b""


@dataclass(frozen=True, slots=True)
class PeoplePlace:
    pass


@dataclass(frozen=True, slots=True)
class PersonPlace:
    """`questions` leads to who else they may be; coming back does not."""

    person: PersonId
    questions: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class ClusterPlace:
    cluster: ClusterId


@dataclass(frozen=True, slots=True)
class MergePlace:
    """People and unnamed groups that may be one person. `stays` is the one that is proposed to, a group below zero;
    without it that is who has most photos."""

    people: tuple[PersonId, ...]
    clusters: tuple[ClusterId, ...]
    stays: int | None = None


@dataclass(frozen=True, slots=True)
class SearchPlace:
    pass


@dataclass(frozen=True, slots=True)
class StatisticsPlace:
    pass


@dataclass(frozen=True, slots=True)
class ReviewPlace:
    pass


@dataclass(frozen=True, slots=True)
class HistoryPlace:
    pass


@dataclass(frozen=True, slots=True)
class SettingsPlace:
    pass


@dataclass(slots=True)
class PhotoPlace:
    """One photo among those it was opened from; `face` is the one to point out.

    The viewer moves it along, so that the way back leads to the photo that was seen last.
    """

    photos: NDArray[np.int64] = field(compare=False)
    row: int
    face: FaceId | None = None


Place = (
    PhotosPlace
    | PeoplePlace
    | MergePlace
    | PersonPlace
    | ClusterPlace
    | ReviewPlace
    | SearchPlace
    | StatisticsPlace
    | SettingsPlace
    | HistoryPlace
    | PhotoPlace
)


class Way:
    """The places in the order they were visited, and which of them the user is at."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._at = -1

    def here(self) -> Place:
        return self._places[self._at]

    def go(self, place: Place) -> None:
        if self._at < 0 or self.here() != place or isinstance(place, PhotoPlace):
            self._places = [*self._places[: self._at + 1], place][-PLACES_KEPT:]
            self._at = len(self._places) - 1

    def go_instead(self, place: Place) -> None:
        """The present place is no more: the way back must not lead there."""
        before = self._places[: self._at]
        if before and before[-1] == place:
            before.pop()
        self._places[: self._at + 1] = [*before, place]
        self._at = len(before)

    def step(self, by: int, is_gone: Callable[[Place], bool]) -> bool:
        """Goes back (-1) or on (1) to the next place that is still there, if there is one."""
        there = self._at + by
        while 0 <= there < len(self._places) and is_gone(self._places[there]):
            there += by
        if not 0 <= there < len(self._places):
            return False
        self._at = there
        return True

    def leads_back(self) -> bool:
        return self._at > 0

    def leads_on(self) -> bool:
        return self._at + 1 < len(self._places)
