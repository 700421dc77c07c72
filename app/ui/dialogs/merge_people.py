"""Merging several people: who stays is shown large and can be changed with a click, who joins is shown small."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.library.records import Cluster, FaceId, Person
from app.ui.models.images import Images
from app.ui.widgets.portrait import Portrait
from app.ui.widgets.text import plain

# As many portraits as stand side by side in the dialog.
MOST_GROUPS = 8


class MergeDialog(QDialog):
    """Calls `merge` with the person who stays. `groups` are the unnamed groups that join."""

    def __init__(
        self,
        images: Images,
        people: Sequence[Person],
        groups: Sequence[Cluster],
        merge: Callable[[Person], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Merge"))
        self._people = sorted(people, key=lambda person: -person.photos)
        self._merge = merge
        self._groups = len(groups)
        self._question = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._portrait = Portrait(images, 8)
        self._choice = QButtonGroup(self)
        named = QGridLayout()
        named.setColumnStretch(1, 1)
        for number, person in enumerate(self._people):
            photos = self.tr("%Ln photo(s)", None, person.photos)
            button = QRadioButton(plain(f"{person.name}  ·  {photos}"))
            self._choice.addButton(button, number)
            named.addWidget(_portrait(images, person.cover), number, 0)
            named.addWidget(button, number, 1)
        joining = QHBoxLayout()
        for group in groups[:MOST_GROUPS]:
            joining.addWidget(_portrait(images, group.cover))
        joining.addStretch()
        choices = QVBoxLayout()
        choices.addLayout(named)
        choices.addLayout(joining)
        choices.addStretch()
        self._choice.button(0).setChecked(True)
        self._choice.idToggled.connect(lambda *_: self._show())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        yes = buttons.addButton(self.tr("Merge"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        middle = QHBoxLayout()
        middle.setSpacing(18)
        middle.addWidget(self._portrait, 0, Qt.AlignmentFlag.AlignTop)
        middle.addLayout(choices, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(14)
        layout.addWidget(self._question)
        layout.addLayout(middle)
        layout.addWidget(buttons)
        self._question.setMinimumWidth(self.fontMetrics().averageCharWidth() * 56)
        # Only inside its dialog can a button become the default.
        yes.setDefault(True)
        yes.setFocus()
        self._show()

    def _target(self) -> Person:
        return self._people[self._choice.checkedId()]

    def _show(self) -> None:
        target = self._target()
        joining = len(self._people) - 1 + self._groups
        if len(self._people) == 1:
            text = self.tr("Is all of this %1?").replace("%1", target.name)
        else:
            text = self.tr("Are these %Ln people one person? Choose the name that stays.", None, joining + 1)
        self._question.setText(text)
        self._portrait.show_face(target.cover)

    def _accept(self) -> None:
        self.accept()
        self._merge(self._target())


def _portrait(images: Images, face: FaceId | None) -> Portrait:
    portrait = Portrait(images, 3)
    portrait.setFixedSize(portrait.sizeHint())
    portrait.show_face(face)
    return portrait
