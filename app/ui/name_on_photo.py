"""The name of a face where the face is: a field on the photo, under its box, and on to the next one with Tab."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal

from app.library.records import Face, FaceId, FaceKind
from app.ui.naming import Naming, Unnamed
from app.ui.session import Session
from app.ui.widgets.name_edit import NameEdit, Typed
from app.ui.widgets.photo_canvas import PhotoCanvas


class NameOnPhoto(QObject):
    """`ended` says that no field is open any more."""

    ended = Signal()

    def __init__(self, session: Session, naming: Naming, canvas: PhotoCanvas) -> None:
        super().__init__(canvas)
        self._session, self._naming, self._canvas = session, naming, canvas
        self._edit: NameEdit | None = None
        canvas.clicked.connect(self.edit)
        canvas.moved.connect(self._place)

    def is_open(self) -> bool:
        return self._edit is not None

    def edit(self, number: int) -> None:
        """Opens the field under a face."""
        self.end()
        faces = self._canvas.faces()
        if number >= len(faces) or faces[number].kind is not FaceKind.FACE:
            return
        face = faces[number]
        self._canvas.current = number
        edit = self._edit = NameEdit(self._session, self._canvas, face.name or face.automatic_name or "", face)
        edit.setAlignment(Qt.AlignmentFlag.AlignCenter)
        edit.typed.connect(lambda typed, then: self._typed(face, typed, then))
        edit.left.connect(self.end)
        self._place()
        edit.show()
        edit.setFocus()

    def edit_face(self, face: FaceId) -> None:
        """For a menu, under which the faces may have changed."""
        number = next((n for n, one in enumerate(self._canvas.faces()) if one.id == face), None)
        if number is not None:
            self.edit(number)

    def edit_one(self) -> None:
        """The current face, else the first without a name."""
        unnamed = (n for n, one in enumerate(self._canvas.faces()) if one.person is None and one.kind is FaceKind.FACE)
        number = self._canvas.current if self._canvas.current is not None else next(unnamed, None)
        if number is not None:
            self.edit(number)

    def end(self) -> None:
        """As when the user goes on elsewhere: what was typed counts."""
        if self._edit is not None:
            edit, self._edit = self._edit, None
            edit.leave()
            # First, for a field that vanishes with the keyboard hands it on to whoever comes next.
            if edit.window().focusWidget() is edit:
                self._canvas.setFocus()
            edit.hide()
            edit.deleteLater()
            self.ended.emit()

    def _typed(self, face: Face, typed: Typed, then: int) -> None:
        self.end()
        # Leaving the name of a decided face as it was says nothing.
        if typed.text != face.name or typed.person is not None or typed.new:
            what = Unnamed(faces=[face.id], cover=face.id, guess=face.automatic)
            # A name that stood there goes.
            self._naming.name(what, typed, tell=face.person is not None)
        if then and self._canvas.step(then) and self._canvas.current is not None:
            self.edit(self._canvas.current)

    def _place(self) -> None:
        canvas = self._canvas
        if self._edit is None or canvas.current is None:
            return
        label = canvas.label_rect(canvas.current)
        width = min(max(round(label.width()), canvas.fontMetrics().averageCharWidth() * 24), canvas.width())
        height = self._edit.sizeHint().height()
        left = min(max(0, round(label.center().x()) - width // 2), max(0, canvas.width() - width))
        top = min(max(0, round(label.center().y()) - height // 2), max(0, canvas.height() - height))
        self._edit.setGeometry(left, top, width, height)
