"""What this program is, its version, how right its models are, and the licences of what it is made of."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app import crash, paths


class AboutDialog(QDialog):
    """Opens at the cards of the models where `models` is set."""

    def __init__(self, parent: QWidget, models: bool = False) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About Kinfolio"))
        icon = QLabel()
        icon.setPixmap(
            QIcon(str(paths.resource("icons", "kinfolio.svg"))).pixmap(QSize(64, 64), self.devicePixelRatio())
        )
        name = QLabel(f"Kinfolio {crash.program_version()}")
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.6)
        font.setBold(True)
        name.setFont(font)
        purpose = QLabel(
            self.tr("Your photos grouped by who is in them. Photos and faces never leave this computer."), wordWrap=True
        )
        words = QVBoxLayout()
        words.addWidget(name)
        words.addWidget(purpose)
        words.addStretch()
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        tabs = QTabWidget()
        tabs.setAccessibleName(self.windowTitle())
        licences = self._page("")
        licences.setMarkdown(_text("licences.md"))
        tabs.addTab(licences, self.tr("Licences"))
        cards = self._page("")
        cards.setMarkdown(
            "\n\n".join([self._in_plain_words(), *(card.read_text(encoding="utf-8") for card in _model_cards())])
        )
        tabs.addTab(cards, self.tr("Models"))
        if models:
            tabs.setCurrentWidget(cards)
        tabs.addTab(self._page(crash.environment().replace(", ", "\n")), self.tr("Versions"))
        for number, page in enumerate(tabs.findChildren(QTextBrowser)):
            page.setAccessibleName(tabs.tabText(number))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 18, 18, 14)
        layout.setSpacing(14)
        layout.addLayout(top)
        layout.addWidget(tabs, 1)
        layout.addWidget(buttons)
        self.resize(self.fontMetrics().averageCharWidth() * 100, self.fontMetrics().height() * 34)

    def _in_plain_words(self) -> str:
        """What the cards below it say with figures."""
        expected = (
            self.tr(
                "Of two photos of one grown-up, 98 in 100 are recognised as the same person, where one in a thousand "
                "pairs of strangers is mistaken for one person."
            ),
            self.tr(
                "Babies and small children look alike to it: of two babies, one pair in four is mistaken for one "
                "child. From 3 to 5 years it is three in a hundred, later hardly any."
            ),
            self.tr(
                "Some people are confused with strangers more often than others: two Asian faces two times in a "
                "hundred in our test, which were mostly babies', two white ones once in a thousand."
            ),
            self.tr("Masks, blurred pictures and faces that are half hidden are recognised less often."),
            self.tr(
                "Of the faces one would look at, nine in ten are found; of small ones in groups two in three, and of "
                "tiny ones in the background one in five. Now and then an animal is taken for a person."
            ),
            self.tr("So look at what Review asks. What you say always counts more than what Kinfolio takes for right."),
            self.tr("It is made to sort your own photos. Do not use it to decide anything about a person."),
        )
        points = "\n".join(f"- {point}" for point in expected)
        title, rest = self.tr("What to expect"), self.tr("How this was measured is told below, in English.")
        return f"# {title}\n\n{points}\n\n{rest}"

    @staticmethod
    def _page(text: str) -> QTextBrowser:
        page = QTextBrowser()
        page.setOpenExternalLinks(True)
        page.setPlainText(text)
        return page


def _model_cards() -> list[Path]:
    return sorted(paths.resource("models").glob("*/README.md"))


def _text(*file: str) -> str:
    return paths.resource(*file).read_text(encoding="utf-8")
