"""One photo, large, with the faces on it and their names."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QAction, QImage, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout

from app.errors import AppError
from app.events import LibraryChanged
from app.library.records import Face, FaceFilter, FaceId, FaceKind, Photo, PhotoId
from app.ui.face_menu import face_menu
from app.ui.missed_faces import MissedFaces
from app.ui.name_on_photo import NameOnPhoto
from app.ui.naming import Naming
from app.ui.pages.page import Page, written
from app.ui.photo_menu import PhotoMenu
from app.ui.photo_reader import PhotoReader, Picture, Shown, image_of, read_picture
from app.ui.phrases import said
from app.ui.places import PersonPlace, PhotoPlace
from app.ui.session import Session
from app.ui.widgets.photo_canvas import ZOOM_STEP, PhotoCanvas
from app.ui.widgets.photo_details import PhotoDetails
from app.ui.widgets.viewer_bar import ViewerBar

# A window this small, in device pixels, may be made larger any moment.
SMALLEST_VIEW = 700
# Zooming in decodes the photo once more, up to this size: more would only fill the memory.
MOST_PIXELS = 50_000_000
# So many times as large a small photo is shown where nothing else is.
ENLARGED = 4.0


class ViewerPage(Page):
    def __init__(self, session: Session, naming: Naming) -> None:
        super().__init__(session)
        self._place = PhotoPlace(np.empty(0, np.int64), 0)
        self._photo: Photo | None = None
        self._faces: frozenset[int] = frozenset()
        self._wanted_face: FaceId | None = None
        # Why the photo in sight, or its faces, cannot be shown as they are.
        self._replaced = False
        self._reader = PhotoReader(session.library)
        self._reading: Future[Any] | None = None
        self._whole: Future[QImage] | None = None
        self._ahead: list[Future[Picture]] = []
        self._going = 1
        self._to_name: FaceId | None = None
        self._show_ignored = False
        self.bar = ViewerBar()
        self.canvas = PhotoCanvas()
        self.canvas.setAccessibleName(self.tr("Photo"))
        self.canvas.menu_wanted.connect(self._menu)
        self.canvas.closer.connect(self._read_whole)
        self.name = NameOnPhoto(session, naming, self.canvas)
        self.name.ended.connect(self._refresh_if_possible)
        self.missed = MissedFaces(session, self.canvas, lambda: self._photo)
        self.missed.begun.connect(lambda: self.bar.boxes.setChecked(True))
        self.missed.added.connect(self._name_added)
        self.photo_menu = PhotoMenu(session, self, lambda: self._photo, self.canvas.note)
        self.add_face = QAction(self.tr("Add a face"), self)
        self.add_face.setShortcut("A")
        self.add_face.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.add_face.setEnabled(False)
        self.add_face.triggered.connect(self._offer_box)
        self.addAction(self.add_face)
        self.details = PhotoDetails(session.images, self.photo_menu)
        self.details.face_chosen.connect(self.name.edit)
        self.details.person_chosen.connect(lambda person: self.go.emit(PersonPlace(person)))
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(0)
        self._row.addWidget(self.canvas, 1)
        self._row.addWidget(self.details)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._connect_bar())
        layout.addLayout(self._row, 1)
        # Buttons would take these keys to go to their neighbours; in a field for a name they move in the text.
        keys = Qt.Key
        for key, go in (
            (keys.Key_Left, lambda: self._go_or_pan(-1)),
            (keys.Key_Right, lambda: self._go_or_pan(1)),
            (keys.Key_Home, lambda: self.show_row(0)),
            (keys.Key_End, lambda: self.show_row(len(self._place.photos) - 1)),
        ):
            shortcut = QShortcut(key, self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(go)
        self.details.setVisible(session.settings.current.photo_details)
        self.canvas.show_boxes(session.settings.current.face_boxes)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The details stand beside the photo where there is room, and below it where there is none."""
        super().resizeEvent(event)
        beside = self.width() > 2 * self.details.sizeHint().width()
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self.details.stand(None if beside else self.height() // 3)

    def show_bare(self, bare: bool) -> None:
        """Nothing but the photo, or all that belongs to it."""
        self.bar.setVisible(not bare)
        self.canvas.enlarge(ENLARGED if bare else 1.0)
        self.details.setVisible(not bare and self.session.settings.current.photo_details)

    def _connect_bar(self) -> ViewerBar:
        bar, current = self.bar, self.session.settings.current
        bar.boxes.setChecked(current.face_boxes)
        bar.information.setChecked(current.photo_details)
        for button, call in (
            (bar.previous, lambda: self.step(-1)),
            (bar.next, lambda: self.step(1)),
            (bar.add, self._offer_box),
            (bar.further, lambda: self.canvas.zoom_by(1 / ZOOM_STEP)),
            (bar.fit, self.canvas.fit),
            (bar.closer, lambda: self.canvas.zoom_by(ZOOM_STEP)),
            (bar.more, self._show_more),
        ):
            button.clicked.connect(lambda _=False, call=call: call())
        bar.boxes.toggled.connect(self._show_boxes)
        bar.information.toggled.connect(self._show_details)
        return bar

    def _offer_box(self) -> None:
        self.name.end()
        self.missed.offer()

    def _show_more(self) -> None:
        self.photo_menu.menu(self.add_face).popup(self.bar.more.mapToGlobal(self.bar.more.rect().bottomLeft()))

    def title(self) -> str:
        return os.path.basename(self._photo.display) if self._photo is not None else self.tr("Photo")  # noqa: PTH119

    def keys(self) -> list[tuple[str, str]]:
        key, native = Qt.Key, QKeySequence.SequenceFormat.NativeText
        return [
            (written(key.Key_Left, key.Key_Right), self.tr("Previous or next photo, or look to a side")),
            (written(key.Key_Up, key.Key_Down), self.tr("Look further up or down")),
            (written(key.Key_Space), self.tr("Next photo")),
            (written(key.Key_Backspace), self.tr("Previous photo")),
            (written(key.Key_Home, key.Key_End), self.tr("First or last photo")),
            (written(key.Key_Tab), self.tr("Next face")),
            (written(key.Key_Return), self.tr("Name this face")),
            (written(key.Key_N), self.tr("Name the first face without a name")),
            (written(key.Key_S), self.tr("Search for this face")),
            (written(key.Key_Delete), self.tr("Not a face")),
            (written(key.Key_B), self.tr("Face boxes")),
            (written(key.Key_I), self.tr("Details")),
            (written(key.Key_Plus, key.Key_Minus), self.tr("Closer or further away")),
            (written(key.Key_0), self.tr("Whole photo")),
            (written(key.Key_1), self.tr("Pixel by pixel")),
            (written(key.Key_Escape), self.tr("Back")),
            *((one.shortcut().toString(native), one.text()) for one in self.actions() if not one.shortcut().isEmpty()),
        ]

    def show_place(self, place: PhotoPlace) -> None:
        self._place, self._wanted_face = place, place.face
        self._read()

    def focus(self) -> None:
        self.canvas.setFocus()

    def step(self, by: int) -> None:
        self.show_row(self._place.row + by)

    def show_row(self, row: int) -> None:
        """Shows another photo of those it was opened from."""
        if 0 <= row < len(self._place.photos) and row != self._place.row:
            self._going = 1 if row > self._place.row else -1
            self._place.row, self._place.face, self._wanted_face = row, None, None
            self._read()

    def _go_or_pan(self, by: int) -> None:
        if not (self.canvas.hasFocus() and self.canvas.pan(by, 0)):
            self.step(by)

    def may_refresh(self) -> bool:
        # A photo may take longer to decode than a scan to write the next ones: what was begun is not begun again.
        return not self.name.is_open() and (self._reading is None or self._reading.done())

    def concerns(self, change: LibraryChanged) -> bool:
        """A scan writes other photos all the time."""
        here = self._photo is None or self._photo.id in change.photos or bool(self._faces & change.faces)
        return here or bool(change.people) or not change.photos

    def refresh(self) -> None:
        """Only the faces: the pixels of a photo do not change by an edit."""
        if self._photo is not None:
            self._look_up(self._photo.id, self._show_faces)
        else:
            self._read()

    def _look_up(self, photo: PhotoId, then: Callable[[Photo, list[Face]], None]) -> Future[Any]:
        library, faces = self.session.library, FaceFilter(photo=photo)
        return self.read(lambda: (library.photo(photo), library.faces(faces)), lambda read: then(*read), self._gone)

    def _read(self) -> None:
        place = self._place
        if not len(place.photos):
            return
        for waiting in (self._reading, self._whole, *self._ahead):
            if waiting is not None:
                waiting.cancel()
        self._whole = None
        self._ahead.clear()
        self.name.end()
        # Until the photo is read, the one before is in sight: its faces cannot be named any more.
        self._photo = None
        self.canvas.drawing.end()
        self.canvas.drawable = False
        self.canvas.show_faces([])
        self._enable()
        self.bar.show_position(place.row, len(place.photos))
        self._reading = self._look_up(PhotoId(int(place.photos[place.row])), self._read_picture)

    def _read_picture(self, photo: Photo, faces: list[Face]) -> None:
        view = self._view()
        self._reading = self.read(
            lambda: self._reader.read(photo, view), lambda shown: self._show(photo, faces, shown), root=photo.root
        )

    def _view(self) -> QSize:
        """How many pixels of the screen a photo fills at most."""
        return (self.canvas.size() * self.devicePixelRatioF()).expandedTo(QSize(SMALLEST_VIEW, SMALLEST_VIEW))

    def _read_ahead(self) -> None:
        """Those that will most likely be asked for next."""
        place, row, view, library = self._place, self._place.row, self._view(), self.session.library
        rows = [beside for beside in (row + self._going, row - self._going) if 0 <= beside < len(place.photos)]

        def decode(photos: list[Photo]) -> None:
            if place is self._place and row == place.row:
                for photo in photos:
                    ahead = partial(self._reader.picture, photo, view)
                    # What is wrong with it is said when somebody looks at it.
                    self._ahead.append(self.session.files.run(ahead, lambda _: None, lambda _: None, photo.root))

        self.session.background.run(lambda: library.photos(place.photos[rows].tolist()), decode)

    def _enable(self) -> None:
        self.add_face.setEnabled(self.canvas.drawable)
        self.bar.add.setEnabled(self.canvas.drawable)
        self.photo_menu.show_photo(self._photo)

    def _show(self, photo: Photo, faces: list[Face], shown: Shown) -> None:
        picture = shown.picture
        self._replaced = shown.replaced
        image, width, height = (
            (None, photo.width, photo.height) if picture is None else (picture.image, picture.width, picture.height)
        )
        message = shown.message
        if shown.replaced:
            message = self.tr("This is another picture than the one that was scanned. Scan again to find its faces.")
        self.canvas.show_photo(image, width, height, message)
        self.canvas.drawable = picture is not None and not message
        self._show_faces(photo, faces)
        self._read_ahead()
        self._refresh_if_possible()

    def _gone(self, error: AppError) -> None:
        self._photo = None
        self.canvas.drawable = False
        self.canvas.show_photo(None, 1, 1, said(str(error)))
        self.canvas.show_faces([])
        self.details.show_photo(None, [])
        self._enable()

    def _show_faces(self, photo: Photo, faces: list[Face]) -> None:
        self._photo, self._faces = photo, frozenset(face.id for face in faces)
        self.titled.emit()
        self._enable()
        if self._replaced:
            faces = []
        if not self._show_ignored:
            faces = [face for face in faces if face.kind is FaceKind.FACE]
        current, wanted = self.canvas.current, self._wanted_face
        if wanted is None and current is not None and current < len(self.canvas.faces()):
            wanted = self.canvas.faces()[current].id
        self._wanted_face = None
        self.canvas.show_faces(faces, next((n for n, face in enumerate(faces) if face.id == wanted), None))
        self.details.show_photo(photo, faces)
        drawn = next((n for n, face in enumerate(faces) if face.id == self._to_name), None)
        if drawn is not None:
            self._to_name = None
            self.canvas.drawing.end()
            # Who went on to type somewhere else is not interrupted.
            if self.window().focusWidget() is self.canvas:
                self.name.edit(drawn)

    def _read_whole(self) -> None:
        """More pixels for a closer look."""
        photo = self._photo
        if photo is None or self._whole is not None:
            return

        def show(image: QImage) -> None:
            if self._photo is not None and self._photo.id == photo.id:
                self.canvas.replace_image(image)

        def vanished(error: AppError) -> None:
            if self._photo is not None and self._photo.id == photo.id:
                self.canvas.say(said(str(error)))

        self._whole = self.session.files.run(
            lambda: image_of(read_picture(photo, MOST_PIXELS)), show, vanished, photo.root
        )

    def _show_boxes(self, shown: bool) -> None:
        self.name.end()
        self.canvas.show_boxes(shown)
        self.session.settings.change(face_boxes=shown)

    def _show_details(self, shown: bool) -> None:
        self.details.setVisible(shown)
        self.session.settings.change(photo_details=shown)

    def show_ignored(self, shown: bool) -> None:
        self._show_ignored = shown
        self.refresh()

    def _strike_out(self) -> None:
        """There is no face where the current one is."""
        if self.canvas.current is not None:
            face, library = self.canvas.faces()[self.canvas.current], self.session.library
            # Until the faces are read anew it is still in sight, and would be struck out once more.
            self.canvas.current = None
            self.canvas.update()
            if face.origin != "detector":
                self.session.edits.run(lambda: library.remove_drawn(face.id))
            elif face.kind is not FaceKind.NOT_A_FACE:
                self.session.edits.run(lambda: library.set_kind([face.id], FaceKind.NOT_A_FACE))

    def _name_added(self, photo: PhotoId, face: FaceId) -> None:
        if self._photo is not None and self._photo.id == photo:
            self._wanted_face = self._to_name = face
            self.refresh()

    def _menu(self, number: int, where: QPoint) -> None:
        if number < 0:
            self.photo_menu.menu(self.add_face).popup(where)
        else:
            face = self.canvas.faces()[number]
            face_menu(self, [face], lambda: self.name.edit_face(face.id), self).popup(where)

    def event(self, event: QEvent) -> bool:
        # On some platforms Backspace goes back to the page before, but not from here.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if plain and event.key() == Qt.Key.Key_Backspace:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        keys, current = Qt.Key, self.canvas.current
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            super().keyPressEvent(event)
            return
        match event.key():
            case keys.Key_Escape:
                self.back.emit()
            case keys.Key_Space | keys.Key_PageDown:
                self.step(1)
            case keys.Key_Backspace | keys.Key_PageUp:
                self.step(-1)
            case keys.Key_Up | keys.Key_Down:
                self.canvas.pan(0, 1 if event.key() == keys.Key_Down else -1)
            case keys.Key_Plus | keys.Key_Equal:
                self.canvas.zoom_by(ZOOM_STEP)
            case keys.Key_Minus:
                self.canvas.zoom_by(1 / ZOOM_STEP)
            case keys.Key_0:
                self.canvas.fit()
            case keys.Key_1:
                self.canvas.actual_size()
            case keys.Key_B:
                self.bar.boxes.toggle()
            case keys.Key_I:
                self.bar.information.toggle()
            case keys.Key_N:
                self.name.edit_one()
            case keys.Key_Delete:
                self._strike_out()
            case keys.Key_S if current is not None:
                self.search_for.emit(self.canvas.faces()[current].id)
            case keys.Key_Return | keys.Key_Enter | keys.Key_F2 if current is not None:
                self.name.edit(current)
            case _:
                super().keyPressEvent(event)
