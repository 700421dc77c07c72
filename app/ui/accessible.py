"""What screen readers are told that Qt does not tell by itself: the roles of what is painted here."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

from app.ui.pages.page import Page
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.face_drawing import FaceDrawing
from app.ui.widgets.grid_accessible import GridList
from app.ui.widgets.grid_view import GridView
from app.ui.widgets.message_bar import MessageBar
from app.ui.widgets.photo_canvas import PhotoCanvas
from app.ui.widgets.plots import Plot
from app.ui.widgets.question_card import QuestionCard

_ROLES: dict[type[QWidget], QAccessible.Role] = {
    EmptyState: QAccessible.Role.Grouping,
    FaceDrawing: QAccessible.Role.Graphic,
    MessageBar: QAccessible.Role.AlertMessage,
    Page: QAccessible.Role.Grouping,
    PhotoCanvas: QAccessible.Role.Graphic,
    Plot: QAccessible.Role.Chart,
    QuestionCard: QAccessible.Role.Grouping,
}

# Qt owns the interfaces but does not keep their Python halves alive.
_made: dict[int, QAccessibleInterface] = {}


def install() -> None:
    """Has Qt ask here first; once, before windows are made."""
    QAccessible.installFactory(_interface)


def _interface(key: str, watched: QObject) -> QAccessibleInterface | None:
    made: QAccessibleInterface | None = None
    if isinstance(watched, GridView):
        made = GridList(watched)
    elif isinstance(watched, QWidget):
        role = next((role for kind, role in _ROLES.items() if isinstance(watched, kind)), None)
        made = None if role is None else QAccessibleWidget(watched, role)
    if made is not None:
        number = id(watched)
        _made[number] = made
        watched.destroyed.connect(lambda: _made.pop(number, None))
    return made
