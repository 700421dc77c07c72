"""Where in the program the user is: what the back button returns to."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.library.records import ClusterId, FaceId, PersonId, RootId


@dataclass(frozen=True, slots=True)
class PhotosPlace:
    """All photos, or those of one folder."""

    root: RootId | None = None


@dataclass(frozen=True, slots=True)
class PeoplePlace:
    pass


@dataclass(frozen=True, slots=True)
class PersonPlace:
    person: PersonId


@dataclass(frozen=True, slots=True)
class ClusterPlace:
    cluster: ClusterId


@dataclass(frozen=True, slots=True)
class MergePlace:
    """People and unnamed groups that may be one person."""

    people: tuple[PersonId, ...]
    clusters: tuple[ClusterId, ...]


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
