"""The panel beside a photo: the file, when and with what it was taken, and who is on it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QFileInfo, QLocale, QSize, Qt, QTime, Signal
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.library.records import Face, FaceKind, Photo
from app.ui.models.images import Images
from app.ui.models.photos import long_date
from app.ui.pages.page import Page
from app.ui.photo_menu import PhotoMenu
from app.ui.phrases import said
from app.ui.widgets.face_button import FaceButton
from app.ui.widgets.text import printable

MARGIN = 14
# As wide or high as it likes: Qt's QWIDGETSIZE_MAX, which its Python half does not name.
WIDEST = (1 << 24) - 1

translate = QCoreApplication.translate


class PhotoDetails(QScrollArea):
    """`face_chosen` carries the number of a face without a name, `person_chosen` the person of one that has."""

    face_chosen = Signal(int)
    person_chosen = Signal(object)

    def __init__(self, images: Images, menu: PhotoMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images = images
        self._photo: Photo | None = None
        self._faces: list[Face] = []
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self._column.setSpacing(4)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(3)
        self._people = QVBoxLayout()
        self._people.setSpacing(2)
        self._show_folder = QPushButton(self.tr("Show in folder"))
        self._show_folder.clicked.connect(menu.show.trigger)
        self._show_folder.hide()
        self._repeats = QCheckBox(self.tr("One person may appear twice\nhere (collage or mirror)"))
        self._repeats.clicked.connect(menu.repeats.trigger)
        self._repeats.hide()
        self._column.addLayout(self._facts)
        self._column.addSpacing(8)
        self._column.addWidget(self._show_folder, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addSpacing(12)
        self._column.addLayout(self._people)
        self._column.addSpacing(8)
        self._column.addWidget(self._repeats)
        self._column.addStretch()
        self.setWidget(inside)
        self.stand(None)

    def sizeHint(self) -> QSize:  # noqa: N802
        widest = self._repeats.sizeHint().width() + 2 * MARGIN
        return QSize(max(self.fontMetrics().averageCharWidth() * 36, widest), super().sizeHint().height())

    def stand(self, height: int | None) -> None:
        """Beside the photo, or below it as high as this."""
        width = self.sizeHint().width()
        self.setMinimumWidth(width if height is None else 0)
        self.setMinimumHeight(height or 0)
        self.setMaximumSize(*((width, WIDEST) if height is None else (WIDEST, height)))

    def show_photo(self, photo: Photo | None, faces: Sequence[Face]) -> None:
        """Widgets that stay as they are keep the keyboard, and the place of a screen reader."""
        if (photo, list(faces)) == (self._photo, self._faces):
            return
        self._photo, self._faces = photo, list(faces)
        # The keyboard would go with the button it is on.
        focused, page = QApplication.focusWidget(), self.parentWidget()
        if isinstance(focused, FaceButton) and self.isAncestorOf(focused) and isinstance(page, Page):
            page.focus()
        _empty(self._facts)
        _empty(self._people)
        self._show_folder.setVisible(photo is not None)
        self._repeats.setVisible(photo is not None and (photo.repeats_allowed or len(faces) > 1))
        if photo is None:
            return
        self._repeats.setChecked(photo.repeats_allowed)
        file = QFileInfo(photo.display)
        self._facts.addWidget(_label(file.fileName(), bold=True))
        for text in self._lines(photo, file):
            self._facts.addWidget(_label(text))
        seen = [(number, face) for number, face in enumerate(faces) if face.kind is FaceKind.FACE]
        if seen:
            self._people.addWidget(_label(self.tr("People"), bold=True))
        for number, face in seen:
            guess = self.tr("%1?").replace("%1", face.automatic_name) if face.automatic_name else ""
            name = face.name or guess or self.tr("Who is this?")
            button = FaceButton(self._images, face.id, name)
            button.clicked.connect(lambda _=False, number=number, face=face: self._chosen(number, face))
            self._people.addWidget(button)

    def _lines(self, photo: Photo, file: QFileInfo) -> list[str]:
        lines = []
        if photo.taken_at is not None:
            time = QLocale().toString(QTime(photo.taken_at.hour, photo.taken_at.minute), QLocale.FormatType.ShortFormat)
            text = self.tr("%1, %2", "%1 is a day, %2 the time of the day")
            lines.append(text.replace("%1", long_date(photo.taken_at)).replace("%2", time))
        if photo.camera:
            lines.append(photo.camera)
        if photo.place is not None:
            lines.append(_degrees(photo.place))
        if photo.width and photo.height:
            lines.append(f"{photo.width} × {photo.height}")
        lines.append(QLocale().formattedDataSize(photo.size, 1, QLocale.DataSizeFormat.DataSizeSIFormat))
        lines.append(file.path())
        lines.extend(self.tr("Also here: %1").replace("%1", printable(copy)) for copy in photo.copies)
        if photo.missing:
            lines.append(self.tr("This file is not here at the moment. What is known of it stays."))
        if photo.problem:
            lines.append(said(photo.problem))
        return lines

    def _chosen(self, number: int, face: Face) -> None:
        if face.person is not None:
            self.person_chosen.emit(face.person)
        else:
            self.face_chosen.emit(number)


def _degrees(place: tuple[float, float]) -> str:
    """As on maps: 31.2304° N, 121.4737° E."""
    latitude, longitude = place
    north = translate("PhotoDetails", "%1° N") if latitude >= 0 else translate("PhotoDetails", "%1° S")
    east = translate("PhotoDetails", "%1° E") if longitude >= 0 else translate("PhotoDetails", "%1° W")
    both = translate("PhotoDetails", "%1, %2", "%1 is the degrees north or south, %2 those east or west")
    for number, text, angle in (("%1", north, latitude), ("%2", east, longitude)):
        both = both.replace(number, text.replace("%1", QLocale().toString(abs(angle), "f", 4)))
    return both


def _label(text: str, *, bold: bool = False) -> QLabel:
    # Paths have no blanks to break at; an invisible break after each separator keeps them inside the panel.
    label = QLabel(text if bold else text.replace("/", "/\u200b").replace("\\", "\\\u200b").replace("_", "_\u200b"))
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if bold:
        font = QFont(label.font())
        font.setBold(True)
        label.setFont(font)
    else:
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def _empty(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
