"""One photo, large, with the faces on it and their names."""

from __future__ import annotations

import os
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication, QLocale, QPoint, Qt
from PySide6.QtGui import QImage, QKeyEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout

from app import decode
from app.errors import AppError
from app.events import LibraryChanged
from app.library.records import Face, FaceFilter, FaceId, FaceKind, Photo, PhotoId
from app.ui.face_menu import face_menu
from app.ui.naming import Naming, Unnamed
from app.ui.pages.page import Page
from app.ui.places import PhotoPlace
from app.ui.session import Session
from app.ui.widgets.icons import set_symbol
from app.ui.widgets.name_edit import NameEdit, Typed
from app.ui.widgets.photo_canvas import ZOOM_STEP, PhotoCanvas
from app.ui.widgets.photo_details import PhotoDetails

# Decoding may give half the side that was asked for; four times the pixels keep every pixel of the screen fed.
SPARE_PIXELS = 4
# Two shapes that differ by less are one, rounded.
SAME_SHAPE = 0.02
# Zooming in decodes the photo once more, up to this size: more would only fill the memory.
MOST_PIXELS = 50_000_000


@dataclass(frozen=True, slots=True)
class _Shown:
    """What was read of a photo; `picture` is None where it cannot be shown and `message` says why.

    `width` and `height` are those of the whole photo as its file is at present.
    """

    photo: Photo
    faces: list[Face]
    picture: QImage | None
    width: int
    height: int
    message: str = ""


class ViewerPage(Page):
    def __init__(self, session: Session, naming: Naming) -> None:
        super().__init__(session)
        self._naming = naming
        self._place = PhotoPlace(np.empty(0, np.int64), 0)
        self._photo: Photo | None = None
        self._faces: frozenset[int] = frozenset()
        self._wanted_face: FaceId | None = None
        self._other_shape = False
        self._reading: Future[_Shown] | None = None
        self._whole: Future[QImage] | None = None
        self._show_ignored = False
        self._edit: NameEdit | None = None
        self.canvas = PhotoCanvas()
        self.canvas.setAccessibleName(self.tr("Photo"))
        self.canvas.clicked.connect(self.edit_name)
        self.canvas.menu_wanted.connect(self._menu)
        self.canvas.closer.connect(self._read_whole)
        self.canvas.moved.connect(self._place_edit)
        self.details = PhotoDetails(session.images)
        self.details.face_chosen.connect(self.edit_name)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.canvas, 1)
        row.addWidget(self.details)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._bar())
        layout.addLayout(row, 1)
        self.setFocusProxy(self.canvas)
        # Buttons would take these keys to go to their neighbours; in a field for a name they move in the text.
        for key, by in ((Qt.Key.Key_Left, -1), (Qt.Key.Key_Right, 1)):
            shortcut = QShortcut(key, self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda by=by: self.step(by))
        self.details.setVisible(session.settings.current.photo_details)
        self.canvas.show_boxes(session.settings.current.face_boxes)

    def _bar(self) -> QHBoxLayout:
        self._position = QLabel()
        bar = QHBoxLayout()
        bar.setContentsMargins(10, 5, 10, 5)
        bar.setSpacing(4)
        self.previous = self._tool("back", self.tr("Previous photo"), lambda: self.step(-1))
        self.next = self._tool("forward", self.tr("Next photo"), lambda: self.step(1))
        bar.addWidget(self.previous)
        bar.addWidget(self.next)
        bar.addSpacing(6)
        bar.addWidget(self._position, 1)
        bar.addWidget(self._tool("zoom-out", self.tr("Zoom out"), lambda: self.canvas.zoom_by(1 / ZOOM_STEP)))
        bar.addWidget(self._tool("fit", self.tr("Whole photo"), self.canvas.fit))
        bar.addWidget(self._tool("zoom-in", self.tr("Zoom in"), lambda: self.canvas.zoom_by(ZOOM_STEP)))
        bar.addSpacing(10)
        settings = self.session.settings.current
        self.boxes = self._tool("boxes", self.tr("Face boxes (B)"), lambda: None)
        self.boxes.setCheckable(True)
        self.boxes.setChecked(settings.face_boxes)
        self.boxes.toggled.connect(self._show_boxes)
        self.information = self._tool("information", self.tr("Details (I)"), lambda: None)
        self.information.setCheckable(True)
        self.information.setChecked(settings.photo_details)
        self.information.toggled.connect(self._show_details)
        bar.addWidget(self.boxes)
        bar.addWidget(self.information)
        return bar

    def _tool(self, symbol: str, text: str, call: object) -> QToolButton:
        button = QToolButton(autoRaise=True)
        set_symbol(button, symbol)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: call())  # type: ignore[operator]
        return button

    def title(self) -> str:
        return os.path.basename(self._photo.display) if self._photo is not None else self.tr("Photo")  # noqa: PTH119

    def show_place(self, place: PhotoPlace) -> None:
        self._place, self._wanted_face = place, place.face
        self._read()

    def step(self, by: int) -> None:
        there = self._place.row + by
        if 0 <= there < len(self._place.photos):
            self._place.row, self._place.face, self._wanted_face = there, None, None
            self._read()

    def may_refresh(self) -> bool:
        # A photo may take longer to decode than a scan to write the next ones: what was begun is not begun again.
        return self._edit is None and (self._reading is None or self._reading.done())

    def concerns(self, change: LibraryChanged) -> bool:
        """A scan writes other photos all the time."""
        here = self._photo is None or self._photo.id in change.photos or bool(self._faces & change.faces)
        return here or bool(change.people) or not change.photos

    def refresh(self) -> None:
        """Only the faces: the pixels of a photo do not change by an edit."""
        photo, library = self._photo, self.session.library
        if photo is None:
            self._read()
        else:
            self.read(
                lambda: (library.photo(photo.id), library.faces(FaceFilter(photo=photo.id))),
                lambda read: self._show_faces(*read),
                self._gone,
            )

    def _read(self) -> None:
        place = self._place
        if not len(place.photos):
            return
        for waiting in (self._reading, self._whole):
            if waiting is not None:
                waiting.cancel()
        self._whole = None
        self._end_edit()
        # Until the photo is read, the one before is in sight: its faces cannot be named any more.
        self._photo = None
        self.canvas.show_faces([])
        number = QLocale().toString
        self._position.setText(
            self.tr("%1 of %2").replace("%1", number(place.row + 1)).replace("%2", number(len(place.photos)))
        )
        self.previous.setEnabled(place.row > 0)
        self.next.setEnabled(place.row + 1 < len(place.photos))
        ratio = self.devicePixelRatioF()
        pixels = max(500_000, round(self.canvas.width() * self.canvas.height() * ratio * ratio))
        library, photo_id = self.session.library, PhotoId(int(place.photos[place.row]))

        def read() -> _Shown:
            photo, faces = library.photo(photo_id), library.faces(FaceFilter(photo=photo_id))
            try:
                picture = read_picture(photo, pixels * SPARE_PIXELS)
                return _Shown(photo, faces, image_of(picture), picture.width, picture.height)
            except AppError as error:
                return _Shown(photo, faces, None, photo.width, photo.height, str(error))

        self._reading = self.read(read, self._show, self._gone)

    def _show(self, shown: _Shown) -> None:
        photo, width, height = shown.photo, shown.width, shown.height
        # Of a photo whose file was replaced since the scan, nobody knows where its faces are.
        self._other_shape = abs(photo.width * height - photo.height * width) > SAME_SHAPE * photo.width * height
        self.canvas.show_photo(shown.picture, width, height, shown.message)
        self._show_faces(photo, shown.faces)
        self._refresh_if_possible()

    def _gone(self, error: AppError) -> None:
        self._photo = None
        self.canvas.show_photo(None, 1, 1, str(error))
        self.canvas.show_faces([])
        self.details.show_photo(None, [])

    def _show_faces(self, photo: Photo, faces: list[Face]) -> None:
        self._photo, self._faces = photo, frozenset(face.id for face in faces)
        self.titled.emit()
        if self._other_shape:
            faces = []
        if not self._show_ignored:
            faces = [face for face in faces if face.kind is FaceKind.FACE]
        current, wanted = self.canvas.current, self._wanted_face
        if wanted is None and current is not None and current < len(self.canvas.faces()):
            wanted = self.canvas.faces()[current].id
        self._wanted_face = None
        self.canvas.show_faces(faces, next((n for n, face in enumerate(faces) if face.id == wanted), None))
        self.details.show_photo(photo, faces)

    def _read_whole(self) -> None:
        """More pixels for a closer look."""
        photo = self._photo
        if photo is None or self._whole is not None:
            return

        def show(image: QImage) -> None:
            if self._photo is not None and self._photo.id == photo.id:
                self.canvas.replace_image(image)

        self._whole = self.session.background.run(
            lambda: image_of(read_picture(photo, MOST_PIXELS)), show, lambda error: None
        )

    def _show_boxes(self, shown: bool) -> None:
        self._end_edit()
        self.canvas.show_boxes(shown)
        self.session.settings.change(face_boxes=shown)

    def _show_details(self, shown: bool) -> None:
        self.details.setVisible(shown)
        self.session.settings.change(photo_details=shown)

    def show_ignored(self, shown: bool) -> None:
        self._show_ignored = shown
        self.refresh()

    def edit_name(self, number: int) -> None:
        """Opens the field for a name under a face."""
        self._end_edit()
        if number >= len(self.canvas.faces()) or self.canvas.faces()[number].kind is not FaceKind.FACE:
            return
        face = self.canvas.faces()[number]
        self.canvas.current = number
        edit = self._edit = NameEdit(self.session, self.canvas, face.name or face.automatic_name or "")
        edit.setAlignment(Qt.AlignmentFlag.AlignCenter)
        edit.typed.connect(lambda typed, then: self._typed(face, typed, then))
        edit.left.connect(self._end_edit)
        self._place_edit()
        edit.show()
        edit.setFocus()

    def _place_edit(self) -> None:
        if self._edit is None or self.canvas.current is None:
            return
        label = self.canvas.label_rect(self.canvas.current)
        width = max(round(label.width()), self.fontMetrics().averageCharWidth() * 24)
        height = self._edit.sizeHint().height()
        left = min(max(0, round(label.center().x()) - width // 2), max(0, self.canvas.width() - width))
        top = min(max(0, round(label.center().y()) - height // 2), max(0, self.canvas.height() - height))
        self._edit.setGeometry(left, top, width, height)

    def _end_edit(self) -> None:
        if self._edit is not None:
            edit, self._edit = self._edit, None
            edit.leave()
            edit.hide()
            edit.deleteLater()
            self.canvas.setFocus()
            self._refresh_if_possible()

    def _typed(self, face: Face, typed: Typed, then: int) -> None:
        self._end_edit()
        # Leaving the name of a decided face as it was says nothing.
        if typed.text != face.name or typed.person is not None or typed.new:
            self._naming.name(Unnamed(faces=[face.id], cover=face.id, guess=face.automatic), typed)
        if then and self.canvas.step(then) and self.canvas.current is not None:
            self.edit_name(self.canvas.current)

    def _menu(self, number: int, where: QPoint) -> None:
        face_menu(self, [self.canvas.faces()[number]], lambda: self.edit_name(number), self).popup(where)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        keys = Qt.Key
        match event.key():
            case keys.Key_Escape:
                self.back.emit()
            case keys.Key_Space:
                self.step(1)
            case keys.Key_Plus | keys.Key_Equal:
                self.canvas.zoom_by(ZOOM_STEP)
            case keys.Key_Minus:
                self.canvas.zoom_by(1 / ZOOM_STEP)
            case keys.Key_0:
                self.canvas.fit()
            case keys.Key_1:
                self.canvas.actual_size()
            case keys.Key_B:
                self.boxes.toggle()
            case keys.Key_I:
                self.information.toggle()
            case keys.Key_Return | keys.Key_Enter | keys.Key_F2 if self.canvas.current is not None:
                self.edit_name(self.canvas.current)
            case _:
                super().keyPressEvent(event)


def read_picture(photo: Photo, at_most: int) -> decode.Picture:
    """The photo's file, decoded to about `at_most` pixels; on any thread. AppError says why there is no picture."""
    try:
        return decode.decode(photo.path.read_bytes(), at_most=at_most)
    except FileNotFoundError:
        raise AppError(
            QCoreApplication.translate(
                "ViewerPage", "The file is not there at the moment. If it lies on a removed drive, connect the drive."
            )
        ) from None
    except OSError as error:
        text = QCoreApplication.translate("ViewerPage", "The file cannot be opened: %1.")
        raise AppError(text.replace("%1", str(error.strerror))) from error


def image_of(picture: decode.Picture) -> QImage:
    height, width = picture.pixels.shape[:2]
    # A copy, for the array goes away with the picture.
    return QImage(picture.pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
