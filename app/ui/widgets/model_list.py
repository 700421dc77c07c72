"""The models there are: how right, how fast and how large each is, which is in use, and a way to another."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.ui.engines import ModelCard
from app.ui.phrases import said

FEWEST_LINES = 2
_CARD = Qt.ItemDataRole.UserRole


class ModelList(QWidget):
    """`use` carries the card of the model that the user wants instead of the one in use."""

    use = Signal(object)
    add = Signal()
    more = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._cards: Sequence[ModelCard] = ()
        self._in_use = ""
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels([self.tr("Model"), self.tr("Recognises"), self.tr("A face takes"), self.tr("Size")])
        self.tree.setRootIsDecorated(False)
        self.tree.setTabKeyNavigation(False)
        self.tree.setAccessibleName(self.tr("Models"))
        header = self.tree.header()
        header.setStretchLastSection(False)
        for column in range(4):
            stretched = header.ResizeMode.Stretch if column == 0 else header.ResizeMode.ResizeToContents
            header.setSectionResizeMode(column, stretched)
        meaning = QLabel(
            self.tr(
                "Of pairs of pictures of one person so many are recognised where one in a thousand pairs of strangers "
                "is mistaken. The time is that of one core of a processor."
            ),
            wordWrap=True,
        )
        meaning.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.problem = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.use_button = QPushButton(self.tr("Use this model…"))
        self.add_button = QPushButton(self.tr("Add a model from a file…"))
        self.more_button = QPushButton(self.tr("How right they are, and for whom…"))
        self.use_button.clicked.connect(lambda: self.use.emit(self._selected()))
        self.add_button.clicked.connect(self.add)
        self.more_button.clicked.connect(self.more)
        self.tree.itemSelectionChanged.connect(self._show_selected)
        buttons = QHBoxLayout()
        buttons.addWidget(self.use_button)
        buttons.addWidget(self.add_button)
        buttons.addStretch()
        others = QHBoxLayout()
        others.addWidget(self.more_button)
        others.addStretch()
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.addWidget(self.tree)
        column_.addWidget(self.problem)
        column_.addWidget(meaning)
        column_.addLayout(buttons)
        column_.addLayout(others)
        self.setFocusProxy(self.tree)
        self._show_selected()

    def show_models(self, cards: Sequence[ModelCard], in_use: str) -> None:
        if (cards, in_use) == (self._cards, self._in_use):
            return
        kept = self._selected()
        self._cards, self._in_use = cards, in_use
        self.tree.clear()
        for card in cards:
            name = self.tr("%1 (in use)").replace("%1", card.name) if card.name == in_use else card.name
            item = QTreeWidgetItem([name, *self._figures(card)])
            for column in range(1, 4):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setData(0, _CARD, card)
            item.setToolTip(0, name)
            self.tree.addTopLevelItem(item)
            if card.name == (kept.name if kept else in_use):
                self.tree.setCurrentItem(item)
        lines = max(FEWEST_LINES, len(cards)) + 1
        self.tree.setFixedHeight(round(self.fontMetrics().height() * 1.5 * lines) + 2 * self.tree.frameWidth())
        self._show_selected()

    def _figures(self, card: ModelCard) -> list[str]:
        locale, unknown = QLocale(), self.tr("not measured")
        right = fast = unknown
        if card.true_matches is not None:
            right = self.tr("%1 %").replace("%1", locale.toString(card.true_matches * 100, "f", 1))
        if card.milliseconds is not None:
            fast = self.tr("%1 ms").replace("%1", locale.toString(card.milliseconds, "g", 2))
        return [right, fast, locale.formattedDataSize(card.size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)]

    def _selected(self) -> ModelCard | None:
        items = self.tree.selectedItems()
        return items[0].data(0, _CARD) if items else None

    def _show_selected(self) -> None:
        card = self._selected()
        problem = card.problem if card is not None else None
        self.problem.setText(said(problem or ""))
        self.problem.setVisible(problem is not None)
        self.use_button.setEnabled(card is not None and card.name != self._in_use and problem is None)
