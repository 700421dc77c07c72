"""The faces of one person or group, those that are least sure first, in sections that say how they came there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from enum import Enum
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt

from app.library.records import Doubt, DoubtReason, Face, FaceId
from app.ui.models.faces import FacesModel
from app.ui.models.grid_model import Index, Section

# From this probability on a face is marked: most of those that are have a wrong name (tests/bench/README.md). Of the
# others most are right, though less like the rest.
DOUBTFUL = 0.25


class Standing(Enum):
    """How sure it is whose a face is, the least sure first. Nobody knows of undecided faces of a group."""

    DOUBTFUL = 0
    GUESSED = 1
    BY_GROUP = 2
    CONFIRMED = 3
    UNDECIDED = 4

    @classmethod
    def of(cls, face: Face) -> Standing:
        if face.automatic is not None:
            return cls.GUESSED
        if face.person is None:
            return cls.UNDECIDED
        return cls.BY_GROUP if face.by_group else cls.CONFIRMED


@dataclass(frozen=True, slots=True)
class Doubted:
    """A doubt with the name of who it is rather, if that is known."""

    doubt: Doubt
    instead: str | None


# Paths take many times as long to compare as all the rest, and `display` says the same.
_compared = attrgetter(*(one.name for one in fields(Face) if one.name != "path"))


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Faces, those that are least sure first, with their ids and the values of their standings as columns."""

    faces: tuple[Face, ...] = ()
    ids: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    standing: NDArray[np.int8] = field(default_factory=lambda: np.empty(0, np.int8))


def least_sure_first(faces: Sequence[Face], guesses: Sequence[FaceId], before: Ranked | None = None) -> Ranked:
    """Guesses in their order, others by quality; `before` itself where nothing is different from it.

    Takes too long for the main thread where the faces are many.
    """
    place = {face: number for number, face in enumerate(guesses)}
    ordered = tuple(sorted(faces, key=lambda face: (Standing.of(face).value, place.get(face.id, 0), face.quality)))
    if before is not None and list(map(_compared, ordered)) == list(map(_compared, before.faces)):
        return before
    standing = np.array([Standing.of(face).value for face in ordered], np.int8)
    return Ranked(ordered, np.array([face.id for face in ordered], np.int64), standing)


class PersonFacesModel(FacesModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sections: list[Section] = []
        self._ranked = Ranked()
        self._ids, self._standing = self._ranked.ids, self._ranked.standing
        # In the order of the library; the notes are of those that are likely enough to be marked.
        self._doubts: list[FaceId] = []
        self._notes: dict[FaceId, str] = {}

    def show_faces(self, ranked: Ranked, doubted: Sequence[Doubted] = ()) -> None:
        notes = {one.doubt.face: self._why(one) for one in doubted if one.doubt.probability >= DOUBTFUL}
        doubts = [one.doubt.face for one in doubted]
        if ranked is self._ranked and doubts == self._doubts and list(notes.items()) == list(self._notes.items()):
            return
        # Not by probability alone: the order of the doubts is that of the library.
        number = {face: number for number, face in enumerate(doubts)}
        by_group = ranked.standing == Standing.BY_GROUP.value
        rows = np.flatnonzero(by_group & np.isin(ranked.ids, np.fromiter(number, np.int64))).tolist()
        rows.sort(key=lambda row: number[ranked.faces[row].id])
        marked = [row for row in rows if ranked.faces[row].id in notes]
        others = [row for row in rows if ranked.faces[row].id not in notes]
        # The others are only the first of those that were named with their group.
        before, rest = np.split(np.arange(len(by_group)), [np.searchsorted(ranked.standing, Standing.BY_GROUP.value)])
        parts = (marked, before, others, np.setdiff1d(rest, rows))
        order = np.concatenate([np.asarray(part, np.int64) for part in parts])
        standing = ranked.standing[order]
        standing[: len(marked)] = Standing.DOUBTFUL.value
        counts = np.bincount(standing, minlength=len(Standing)).tolist()
        self.beginResetModel()
        self._ranked, self._ids, self._standing = ranked, ranked.ids[order], standing
        self._doubts, self._notes = doubts, notes
        self._faces = tuple(ranked.faces[row] for row in order.tolist()) if rows else ranked.faces
        self._sections = [Section(self._title(one), counts[one.value]) for one in Standing if counts[one.value]]
        self.endResetModel()

    def keys(self) -> NDArray[np.int64]:
        return self._ids

    def all_confirmed(self, rows: range) -> bool:
        return bool((self._standing[rows.start : rows.stop] == Standing.CONFIRMED.value).all())

    def note(self, row: int) -> str:
        """Why a face is doubtful, or ""."""
        return self._notes[self.face(row).id] if self._standing[row] == Standing.DOUBTFUL.value else ""

    def has_notes(self) -> bool:
        # They come first.
        return len(self._standing) > 0 and bool(self._standing[0] == Standing.DOUBTFUL.value)

    def sections(self) -> list[Section]:
        return self._sections

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        if role == Qt.ItemDataRole.EditRole:
            # It is somebody else who is typed here.
            return ""
        said = super().data(index, role)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            title = self._title(Standing(int(self._standing[index.row()])))
            parts = (said, title, self.note(index.row()))
            return ("\n" if role == Qt.ItemDataRole.ToolTipRole else ", ").join(part for part in parts if part)
        return said

    def _title(self, standing: Standing) -> str:
        return {
            Standing.DOUBTFUL: self.tr("Doubtful"),
            Standing.GUESSED: self.tr("Found by Kinfolio"),
            Standing.BY_GROUP: self.tr("Named with their group"),
            Standing.CONFIRMED: self.tr("Confirmed"),
            Standing.UNDECIDED: "",
        }[standing]

    def _why(self, doubted: Doubted) -> str:
        match doubted.doubt.reason:
            case DoubtReason.UNBORN:
                return self.tr("before the date of birth")
            case DoubtReason.TWICE:
                return self.tr("twice in this photo")
        if doubted.instead is not None:
            return self.tr("more like %1").replace("%1", doubted.instead)
        return self.tr("unlike the others")
