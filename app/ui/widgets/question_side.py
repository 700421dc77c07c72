"""One side of a question: who it is, to go there, above a few faces."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.library.questions import Portrayal
from app.ui.models.images import Images
from app.ui.places import ClusterPlace, PersonPlace
from app.ui.widgets.crops import Crops
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.portrait import Portrait
from app.ui.widgets.ringed_button import RingedButton
from app.ui.widgets.text import plain

# From the edge of a name to its text.
BEFORE_TEXT = 8


class QuestionSide(QWidget):
    """`go` carries the place of the person or group, `crops` tells which photo or menu is wanted."""

    go = Signal(object)

    def __init__(self, images: Images, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Portrayal | None = None
        self._text = ""
        self._portrait = Portrait(images, 3)
        self.name = RingedButton(flat=True)
        self.name.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.name.setMinimumWidth(1)
        font = QFont(self.name.font())
        font.setPointSizeF(font.pointSizeF() * 1.2)
        font.setBold(True)
        self.name.setFont(font)
        self.name.clicked.connect(self._open)
        self._counts = ElidedLabel()
        self._counts.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._counts.setContentsMargins(BEFORE_TEXT, 0, 0, 0)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name, 0, Qt.AlignmentFlag.AlignLeft)
        words.addWidget(self._counts)
        header = QHBoxLayout()
        # As tall without a portrait, so that the faces of both sides stand at one height and in as many rows.
        header.addStrut(self._portrait.sizeHint().height())
        header.addStretch()
        header.addWidget(self._portrait)
        header.addLayout(words)
        header.addStretch()
        self.crops = Crops(images)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(header)
        column.addWidget(self.crops, 1)

    def shown(self) -> Portrayal | None:
        return self._shown

    def show_side(self, shown: Portrayal) -> None:
        self._shown = shown
        self._portrait.setVisible(shown.name is not None)
        self._portrait.show_face(shown.cover)
        alone = shown.side.cluster is None and shown.name is None
        unnamed = self.tr("Unnamed face") if alone else self.tr("Unnamed group")
        text = self._text = unnamed if shown.name is None else shown.name
        self._fit()
        faces, photos = self.tr("%Ln face(s)", None, shown.faces), self.tr("%Ln photo(s)", None, shown.photos)
        counts = self.tr("%1 in %2").replace("%1", faces).replace("%2", photos)
        self._counts.setText(counts)
        self.name.setEnabled(not alone)
        self.name.setAccessibleName(self.tr("Show %1").replace("%1", text))
        self.name.setToolTip(text if alone else self.tr("Show %1").replace("%1", text))
        self.setAccessibleName(f"{text}, {counts}")
        self.crops.show_faces(shown.telling, text)
        # Tab follows the eye, and what was made last would come last.
        for before, after in pairwise((self.name, *self.crops.crops())):
            QWidget.setTabOrder(before, after)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """A long name is cut, not the faces below it."""
        metrics = self.name.fontMetrics()
        room = self.width() - self._portrait.sizeHint().width() - 4 * metrics.averageCharWidth()
        text = metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, room)
        self.name.setText(plain(text))
        # Styles make buttons wider than a short name, which then stands beside what is below it.
        self.name.setMaximumWidth(metrics.horizontalAdvance(text) + 2 * BEFORE_TEXT)

    def _open(self) -> None:
        if self._shown is None:
            return
        side = self._shown.side
        if side.person is not None:
            self.go.emit(PersonPlace(side.person))
        elif side.cluster is not None:
            self.go.emit(ClusterPlace(side.cluster))
