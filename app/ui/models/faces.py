"""Faces: those of a person or a group, or what a search found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QFileInfo, QObject, Qt

from app.library.records import Face, PhotoId
from app.ui.models.grid_model import GridModel, Index, Look


class FacesModel(GridModel):
    """`similarities` are cosines, one for each face, where the faces were found by likeness."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._faces: tuple[Face, ...] = ()
        self._similarities: tuple[float, ...] = ()

    def fill(self, faces: Sequence[Face], similarities: Sequence[float] = ()) -> None:
        if tuple(faces) == self._faces and tuple(similarities) == self._similarities:
            return
        self.beginResetModel()
        self._faces, self._similarities = tuple(faces), tuple(similarities)
        self.endResetModel()

    def face(self, row: int) -> Face:
        return self._faces[row]

    def faces(self) -> Sequence[Face]:
        return self._faces

    def face_on(self, photo: PhotoId) -> Face | None:
        """The first face of a photo."""
        return next((face for face in self._faces if face.photo == photo), None)

    def keys(self) -> NDArray[np.int64]:
        return np.array([face.id for face in self._faces], np.int64)

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self._faces)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() else flags

    def look(self, row: int) -> Look:
        face = self._faces[row]
        guess = self.tr("%1?").replace("%1", face.automatic_name) if face.automatic_name else ""
        return Look(face.name or guess, self._likeness(row))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._faces):
            return None
        face = self._faces[index.row()]
        match role:
            case Qt.ItemDataRole.EditRole:
                return face.name or face.automatic_name or ""
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                name = self.data(index) or self.tr("Unnamed face")
                parts = (name, self._likeness(index.row()), QFileInfo(face.display).fileName())
                return ("\n" if role == Qt.ItemDataRole.ToolTipRole else ", ").join(part for part in parts if part)
        return super().data(index, role)

    def _likeness(self, row: int) -> str:
        if not self._similarities:
            return ""
        # Below 0 faces are simply unlike; a sign would only raise questions.
        return self.tr("%1 % alike").replace("%1", str(round(max(0.0, self._similarities[row]) * 100)))
