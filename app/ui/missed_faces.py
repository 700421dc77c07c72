"""From a box that somebody drew to a face of the library: it is looked at, kept, and then asked for a name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.errors import AppError
from app.library.records import Box, Done, Photo
from app.ui.session import Session
from app.ui.widgets.photo_canvas import PhotoCanvas
from app.work.jobs.draw_face import DescribedFace


class MissedFaces(QObject):
    """`begun` says that somebody draws, `added` carries the ids of the photo and of its new face.

    Escape gives a box up, also one that is being looked at; who goes on to another photo still wants it.
    """

    begun = Signal()
    added = Signal(object, object)

    def __init__(self, session: Session, canvas: PhotoCanvas, photo: Callable[[], Photo | None]) -> None:
        super().__init__(canvas)
        self._session, self._canvas, self._photo = session, canvas, photo
        # Those that are being looked at, the one in sight last.
        self._wanted: list[Box] = []
        canvas.drawing.accepted.connect(self._look)
        canvas.drawing.cancelled.connect(self._cancel)

    def offer(self) -> None:
        """Shows a box that the keys move, where a face can be drawn."""
        if self._canvas.drawable:
            self.begun.emit()
            self._canvas.drawing.offer()

    def _look(self, box: Box) -> None:
        photo, library, jobs = self._photo(), self._session.library, self._session.jobs
        if photo is None:
            self._canvas.drawing.end()
            return
        self.begun.emit()
        self._wanted.append(box)

        def keep(face: DescribedFace) -> None:
            if box in self._wanted:
                self._wanted.remove(box)
                self._session.edits.run(
                    lambda: library.draw_face(photo.id, face.found, face.engine), kept, failed, tell=False
                )

        def kept(done: Done) -> None:
            self.added.emit(photo.id, done.faces[0])

        def failed(error: AppError) -> None:
            seen = self._photo()
            if seen is not None and seen.id == photo.id:
                self._canvas.drawing.end()
            self._session.background.failed.emit(error)

        jobs.search(lambda: jobs.make.describe_face(photo.id, box), keep, failed)

    def _cancel(self) -> None:
        if self._wanted:
            self._wanted.pop()
