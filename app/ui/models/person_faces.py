"""The faces of one person or group, those that are least sure first, in sections that say how they came there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from PySide6.QtCore import QObject, Qt

from app.library.records import Doubt, DoubtReason, Face, FaceId
from app.ui.models.faces import FacesModel
from app.ui.models.grid_model import Index, Section


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


def least_sure_first(faces: Sequence[Face], guesses: Sequence[FaceId]) -> list[Face]:
    """Guesses in their order, others by quality."""
    place = {face: number for number, face in enumerate(guesses)}
    return sorted(faces, key=lambda face: (Standing.of(face).value, place.get(face.id, 0), face.quality))


class PersonFacesModel(FacesModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sections: list[Section] = []
        self._standing: dict[FaceId, Standing] = {}
        self._notes: dict[FaceId, str] = {}

    def show_faces(self, faces: Sequence[Face], doubted: Sequence[Doubted] = ()) -> None:
        """`faces` are in the order of `least_sure_first`."""
        notes = {one.doubt.face: self._why(one) for one in doubted}
        standing = {
            face.id: Standing.DOUBTFUL if face.by_group and face.id in notes else Standing.of(face) for face in faces
        }
        # Not by probability alone: the order of the doubts is that of the library.
        first = {one.doubt.face: number for number, one in enumerate(doubted)}
        ordered = sorted(faces, key=lambda face: (standing[face.id].value, first.get(face.id, 0)))
        if (tuple(ordered), standing, notes) == (self._faces, self._standing, self._notes):
            return
        counts = {one: sum(other is one for other in standing.values()) for one in Standing}
        self.beginResetModel()
        self._faces, self._standing, self._notes = tuple(ordered), standing, notes
        self._sections = [Section(self._title(one), count) for one, count in counts.items() if count]
        self.endResetModel()

    def note(self, row: int) -> str:
        """Why a face is doubtful, or ""."""
        face = self.face(row).id
        return self._notes[face] if self._standing[face] is Standing.DOUBTFUL else ""

    def has_notes(self) -> bool:
        return Standing.DOUBTFUL in self._standing.values()

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
            title = self._title(self._standing[self.face(index.row()).id])
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
