"""How a line looks that something is searched or filtered with."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QLineEdit

from app.ui.widgets.icons import set_symbol


def look_like_a_search(edit: QLineEdit) -> None:
    """With a magnifying glass, and a button that empties it while there is something in it."""
    symbol = edit.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
    symbol.setText(edit.accessibleName())
    set_symbol(symbol, "search")
    edit.setClearButtonEnabled(True)
    # Qt gives its own button no name.
    clear = edit.findChild(QAction, "_q_qlineeditclearaction")
    if clear is not None:
        clear.setText(QCoreApplication.translate("SearchLine", "Clear the text"))
