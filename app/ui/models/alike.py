"""Which faces are like one face, as a search shows them: the best ones, and which of them are out of sight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.library.library import Library
from app.library.records import FaceId, FaceKind, Match
from app.library.thresholds import SEARCHED_ONE_IN

# More than anybody looks through; the best come first.
MOST_SHOWN = 2000


@dataclass(frozen=True, slots=True)
class Query:
    """`face` is the face of the library that is searched for, to leave it out of what is found."""

    vector: NDArray[np.float32]
    face: FaceId | None = None


@dataclass(frozen=True, slots=True)
class Alike:
    """The faces down to the loosest step, best first, which of them are out of sight, and the cosine of each step.

    `cut` where there are more than are shown.
    """

    matches: list[Match]
    hidden: set[FaceId]
    cosines: list[float]
    cut: bool


def compare(library: Library, query: Query) -> Alike:
    """Not on the main thread."""
    rates = [1 / one_in for one_in in SEARCHED_ONE_IN]

    def nearest(*, hidden: bool) -> list[Match]:
        return library.similar(
            query.vector, limit=MOST_SHOWN, strictness=rates[-1], leave_out=query.face, hidden=hidden
        )

    matches = nearest(hidden=True)
    hidden, cut = library.out_of_sight([match.face.id for match in matches]), len(matches) == MOST_SHOWN
    if cut and hidden:
        # Those out of sight take the place of none that is seen.
        known = {match.face.id for match in matches}
        matches += [match for match in nearest(hidden=False) if match.face.id not in known]
    return Alike(matches, hidden, [library.cosine_for(rate) for rate in rates], cut)


def read_again(library: Library, query: Query, found: Alike) -> Alike:
    """Names change, likeness does not. Not on the main thread."""
    similarities = {match.face.id: match.similarity for match in found.matches}
    shown = [face for face in library.faces_by_id(list(similarities)) if face.kind is not FaceKind.NOT_A_FACE]
    matches = [Match(face, similarities[face.id]) for face in shown]
    again = Alike(matches, library.out_of_sight([face.id for face in shown]), found.cosines, found.cut)
    if found.cut and (len(again.matches), len(again.hidden)) != (len(found.matches), len(found.hidden)):
        # What is not shown any more makes room for others.
        return compare(library, query)
    return again
