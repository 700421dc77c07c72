"""A cell whose first line of text is a name that can be typed right there."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QAbstractItemDelegate, QStyleOptionViewItem, QWidget

from app.library.records import Cluster, Face, Person
from app.ui.delegates.cell import CellDelegate
from app.ui.models.grid_model import Index, Look
from app.ui.session import Session
from app.ui.widgets.name_edit import NameEdit, Typed


class NamingDelegate(CellDelegate):
    """`named` carries who the cell showed when the typing began, and what was typed.

    Not the row: what is shown there may be another by then.
    """

    named = Signal(object, object)

    def __init__(self, session: Session) -> None:
        super().__init__(session.images)
        self._session = session

    def shown(self, index: Index) -> Person | Cluster | Face:
        """The person, group or face of a row."""
        raise NotImplementedError

    def paint_text(
        self, painter: QPainter, rect: QRect, metrics: QFontMetrics, palette: QPalette, index: Index, look: Look
    ) -> None:
        super().paint_text(painter, rect, metrics, palette, index, look)
        if self.lines and not look.text:
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(self.text_rect(rect, metrics, 0), Qt.AlignmentFlag.AlignCenter, self.tr("Who is this?"))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:  # noqa: N802
        shown = self.shown(index)
        edit = NameEdit(self._session, parent, about=shown)
        edit.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hints = QAbstractItemDelegate.EndEditHint

        def typed(what: Typed, then: int) -> None:
            # Before the next editor opens, for that changes what is selected.
            self.named.emit(shown, what)
            self.closeEditor.emit(edit, {1: hints.EditNextItem, -1: hints.EditPreviousItem}.get(then, hints.NoHint))

        edit.typed.connect(typed)
        edit.left.connect(lambda: self.closeEditor.emit(edit, hints.NoHint))
        return edit

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802
        if isinstance(editor, NameEdit) and not editor.isModified():
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole) or ""))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:  # noqa: N802
        """Names go to the library through `named`, never into the model."""

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802
        rect: QRect = option.rect
        text = self.text_rect(rect, option.fontMetrics, 0).united(
            self.text_rect(rect, option.fontMetrics, self.lines - 1)
        )
        height = max(editor.sizeHint().height(), text.height())
        # In the place of all the text, so that no half of a line is seen below it, and as wide as the gaps beside the
        # cell allow: names are longer than faces are wide.
        text.adjust(-self.spacing // 2, 0, self.spacing // 2, 0)
        editor.setGeometry(QRect(text.left(), text.center().y() - height // 2, text.width(), height))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """The field decides by itself when it ends; Qt's own filter would end it a second time."""
        return False
