"""The faces of a person or a group, to hunt for mistakes: what can be done with those that are selected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QLabel,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from app.library.records import Cluster, Done, Face, FaceId, Person
from app.ui.delegates.person_face import PersonFaceDelegate
from app.ui.models.person_faces import PersonFacesModel
from app.ui.naming import Naming, Unnamed
from app.ui.session import Session
from app.ui.widgets.empty_state import EmptyState, Fallback
from app.ui.widgets.flow import Flow
from app.ui.widgets.grid_view import GridView
from app.ui.widgets.name_edit import Typed
from app.ui.widgets.ringed_button import RingedButton
from app.ui.widgets.text import plain

# Of a name so many letters stand on a button.
LETTERS = 12


class PersonFaces(QWidget):
    def __init__(self, session: Session, naming: Naming, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._naming = session, naming
        self._who: Person | Cluster | None = None
        self._goes_on = False
        self.model = PersonFacesModel(self)
        self.delegate = PersonFaceDelegate(session, self.model)
        self.grid = GridView(self.model, self.delegate)
        self.grid.setAccessibleName(self.tr("Faces of this person"))
        triggers = QAbstractItemView.EditTrigger
        # Typing on a selected face begins the name of who it is instead.
        self.grid.setEditTriggers(triggers.EditKeyPressed | triggers.AnyKeyPressed)
        self.grid.selectionModel().selectionChanged.connect(lambda *_: self._show_bar())
        self.model.modelReset.connect(self._show_bar)
        self.grid.editing_ended.connect(self._typing_ended)
        self.delegate.named.connect(self._named)
        self.delegate.closeEditor.connect(self._went_on)
        session.images.arrived.connect(self.grid.viewport().update)
        self.grid.installEventFilter(self)
        empty = EmptyState("people")
        empty.say(self.tr("No faces here"), self.tr("Their photos are not there at the moment."))
        self._content = Fallback(self.grid, empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._content, 1)
        layout.addWidget(self._make_bar())

    def _make_bar(self) -> QWidget:
        self.bar = QWidget()
        flow = Flow()
        inside = QVBoxLayout(self.bar)
        inside.setContentsMargins(14, 6, 14, 6)
        inside.addWidget(flow)
        self._count = QLabel()
        self._count.setMinimumWidth(self.fontMetrics().averageCharWidth() * 16)
        flow.add(self._count)

        def button(call: Callable[[], None] | None, text: str = "") -> RingedButton:
            made = RingedButton(text)
            if call is not None:
                made.clicked.connect(lambda: call())
            flow.add(made)
            return made

        self.yes = button(self.confirm)
        self.no = button(self.reject)
        self.someone = button(self.edit)
        split = self.split_button = button(None, self.tr("Split off"))
        # Held here: a menu that belongs to the button would be one of the page's for good.
        menu = self._split_menu = QMenu()
        menu.addAction(self.tr("As a group without a name")).triggered.connect(lambda: self.split())
        menu.addAction(self.tr("As a new person…")).triggered.connect(lambda: self.edit())
        split.setMenu(menu)
        self.cover = button(self.make_cover, self.tr("Make cover"))
        self.ignore = button(self._ignore, self.tr("Ignore"))
        self.bar.hide()
        return self.bar

    def focus(self) -> None:
        self._content.focus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Delete and Backspace reject. On some platforms Backspace goes back to the page before, but not from here."""
        kinds = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if event.type() not in kinds or not isinstance(event, QKeyEvent) or not self.grid.hasFocus():
            return super().eventFilter(watched, event)
        if not event.matches(QKeySequence.StandardKey.Delete) and event.key() != Qt.Key.Key_Backspace:
            return super().eventFilter(watched, event)
        # The next face is selected after each: a key that is held would reject one after the other.
        if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
            self.reject()
        event.accept()
        return True

    def show_who(self, who: Person | Cluster | None) -> None:
        self._who = who
        person = who if isinstance(who, Person) else None
        for widget in (self.yes, self.no, self.cover):
            widget.setVisible(person is not None)
        self.ignore.setVisible(person is None)
        self.someone.setText(self.tr("Someone else…") if person else self.tr("Name…"))
        if person is not None:
            name = plain(person.name if len(person.name) <= LETTERS else f"{person.name[: LETTERS - 1].rstrip()}…")
            for button, text in ((self.yes, self.tr("Yes, this is %1")), (self.no, self.tr("Not %1"))):
                button.setText(text.replace("%1", name))
                button.setAccessibleName(text.replace("%1", person.name))
        self._show_bar()

    def show_content(self) -> None:
        """After the model was filled."""
        self._content.show_content(self.model.rowCount() > 0)

    def selected(self) -> list[Face]:
        return self._faces(self.grid.selected_rows())

    def may_edit(self) -> bool:
        """Whether a name that is typed now is that of the selected faces."""
        return self.grid.isVisible() and self.grid.hasFocus() and bool(self.grid.selected_rows())

    def edit(self) -> None:
        """Opens the field for who the selected faces are instead."""
        rows, current = self.grid.selected_rows(), self.grid.currentIndex().row()
        if rows:
            self.grid.setFocus()
            self.grid.edit_row(current if current in rows else rows[0])

    def confirm(self) -> None:
        """It is this person."""
        who, library = self._who, self._session.library
        if isinstance(who, Person):
            self._do(lambda ids: library.name(who.name, faces=ids, person=who.id))

    def reject(self) -> None:
        """Not this person, or not of this group."""
        who, library = self._who, self._session.library
        if isinstance(who, Person):
            self._do(lambda ids: library.reject(ids, who.id))
        elif who is not None:
            self.split()

    def split(self) -> None:
        self._do(self._session.library.split)

    def make_cover(self) -> None:
        who, faces = self._who, self.selected()
        if isinstance(who, Person) and len(faces) == 1:
            self._session.edits.run(lambda: self._session.library.set_cover(who.id, faces[0].id))

    def _ignore(self) -> None:
        self._do(self._session.library.ignore)

    def _do(self, edit: Callable[[list[FaceId]], Future[Done]]) -> None:
        """Does something to the selected faces and goes on to the next one."""
        ids = [face.id for face in self.selected()]
        if ids:
            self._go_on()
            self._session.edits.run(lambda: edit(ids))

    def _go_on(self) -> None:
        """Selects the face after those that are selected, or else before: what is done to them takes them away."""
        rows = set(self.grid.selected_rows())
        if not rows:
            return
        after = [row for row in range(max(rows), self.model.rowCount()) if row not in rows][:1]
        before = [row for row in range(min(rows)) if row not in rows][-1:]
        self.grid.select_rows(after or before)

    def _named(self, face: Face, typed: Typed) -> None:
        """A name typed while several faces are selected is the name of all of them."""
        chosen = self.selected()
        faces = chosen if face in chosen else [face]
        if not typed.text:
            return
        # What the mouse goes to is chosen by the mouse.
        self._goes_on = not QApplication.mouseButtons()
        # They leave the page.
        self._naming.name(Unnamed(faces=[one.id for one in faces], cover=face.id), typed, tell=True)

    def _went_on(self, _: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Tab opened the field of a neighbour itself."""
        if hint != QAbstractItemDelegate.EndEditHint.NoHint:
            self._goes_on = False

    def _typing_ended(self) -> None:
        if self._goes_on:
            self._goes_on = False
            self._go_on()

    def _faces(self, rows: Sequence[int]) -> list[Face]:
        return [self.model.face(row) for row in rows]

    def _show_bar(self) -> None:
        # Ranges are read, not rows: all of many thousands may be selected.
        parts = self.grid.selectionModel().selection().toList()
        rows = [range(part.top(), part.bottom() + 1) for part in parts]
        count = sum(map(len, rows))
        self._count.setText(self.tr("%Ln selected", None, count))
        self.yes.setEnabled(not all(map(self.model.all_confirmed, rows)))
        self.cover.setEnabled(count == 1)
        self.bar.setVisible(count > 0 and self._who is not None)
