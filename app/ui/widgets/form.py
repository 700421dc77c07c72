"""Forms: what is chosen in rows with labels, and notes below what they explain."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFormLayout, QLabel, QWidget


class Note(QLabel):
    def __init__(self, text: str = "") -> None:
        super().__init__(text, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)

    def say(self, text: str) -> None:
        """Is there where there is something to say."""
        self.setText(text)
        self.setVisible(bool(text))


class Form(QFormLayout):
    def __init__(self) -> None:
        super().__init__()
        self.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.setFormAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)

    def add(self, text: str, widget: QWidget, note: Note | None = None) -> None:
        label = QLabel(text)
        label.setBuddy(widget)
        # In Chinese the letter to press stands behind the words: "语言(&L)：".
        widget.setAccessibleName(re.sub(r"\(&\w\)|&|[:：]$", "", text))
        self.addRow(label, widget)
        if note is not None:
            self.addRow(note)
