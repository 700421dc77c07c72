"""What the user chooses for the library and for the program. Every choice holds at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QFrame,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.events import LibraryChanged
from app.library.records import Root, Strictness
from app.library.thresholds import GROUP_FALSE_MATCH_RATE
from app.ui import appearance, languages
from app.ui.dialogs.about import AboutDialog
from app.ui.dialogs.change_model import ChangeModelDialog
from app.ui.dialogs.opening import open_dialog
from app.ui.dialogs.paths import PathDialogs
from app.ui.engines import ModelCard
from app.ui.left_out import LeftOut
from app.ui.library_place import LibraryPlace
from app.ui.pages.page import Page
from app.ui.phrases import said
from app.ui.places import SettingsPlace
from app.ui.session import Session
from app.ui.watching import Watching
from app.ui.widgets.choice import Choice
from app.ui.widgets.folder_list import FolderList
from app.ui.widgets.form import Form, Note
from app.ui.widgets.model_list import ModelList
from app.ui.widgets.text import printable
from app.work.jobs.scan_folder import NAMES_FROM_FILES, NO_NAMES, PACE

# Lines longer than this are hard to read, in characters.
WIDEST = 90
PAUSE_MS = 700


@dataclass(frozen=True, slots=True)
class _Found:
    """What the page shows of the library."""

    names: bool
    strictness: Strictness
    model: str | None
    described_by: str | None
    pace: str | None
    excluded: list[str]


@dataclass(frozen=True, slots=True)
class _Machine:
    """What it shows of the machine, which takes longer to find out."""

    models: Sequence[ModelCard]
    why_no_gpu: str | None


class SettingsPage(Page):
    """`add_folder` asks for another photo folder, `take_out` carries the roots that are to leave the library."""

    add_folder = Signal()
    take_out = Signal(list)

    def __init__(self, session: Session, watching: Watching) -> None:
        super().__init__(session)
        self._watching = watching
        self._paths = PathDialogs(self)
        self._found: _Found | None = None
        self._machine: _Machine | None = None
        # Who walks the choices with the arrow keys wants the one where they stop.
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._plan)
        current = session.settings.current
        self.folders = FolderList()
        self.watch = QCheckBox(self.tr("Look for changes in these folders"))
        self.watch.setChecked(current.watch)
        self.watch_note = Note()
        self.names = QCheckBox(self.tr("Read names from photo files"))
        self.names_note = Note(
            self.tr(
                "Other programs note in photos, or in files beside them, who is where. What you say here always counts "
                "more."
            )
        )
        self.left_out = LeftOut(session)
        self.strictness = Choice(
            (
                (self.tr("Loose"), Strictness.LOOSE),
                (self.tr("Normal"), Strictness.NORMAL),
                (self.tr("Strict"), Strictness.STRICT),
            ),
            Strictness.NORMAL,
        )
        self.strictness_note = Note()
        self.models = ModelList()
        self.device = Choice(
            ((self.tr("Automatic"), "auto"), (self.tr("Graphics card"), "gpu"), (self.tr("Processor only"), "cpu")),
            current.device,
        )
        self.device_note = Note()
        self.effort = Choice(
            ((self.tr("Everything"), 100), (self.tr("Half"), 50), (self.tr("A quarter"), 25)), current.effort
        )
        self.effort_note = Note(self.tr("Other programs come first in any case."))
        self.language = Choice(
            ((self.tr("Like the system"), ""), *((languages.name(code), code) for code in languages.available())),
            current.language,
        )
        self.language_note = Note()
        self.language_note.say(languages.without_letters(current.language))
        self.appearance = Choice(
            ((self.tr("Like the system"), "system"), (self.tr("Light"), "light"), (self.tr("Dark"), "dark")),
            current.appearance,
        )
        self.library = LibraryPlace(session)
        self._arrange()
        self._connect()

    def title(self) -> str:
        return self.tr("Settings")

    def show_place(self, place: SettingsPlace) -> None:
        self._look_at_machine()

    def concerns(self, change: LibraryChanged) -> bool:
        """A scan changes nothing of it until it ends, but the counts of the folders."""
        return change.everything or not change.photos

    def refresh(self) -> None:
        library = self.session.library

        def found() -> _Found:
            return _Found(
                names=library.get_setting(NAMES_FROM_FILES) != NO_NAMES,
                strictness=library.strictness(),
                model=library.get_setting("model"),
                described_by=library.engine_name(),
                pace=library.get_setting(PACE),
                excluded=library.excluded(),
            )

        self.read(found, self._show)

    def _look_at_machine(self) -> None:
        engines = self.session.engines
        self.session.background.run(lambda: _Machine(engines.models(), engines.why_no_gpu()), self._show_machine)

    # Arrangement

    def _arrange(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(24, 18, 24, 24)
        column.setSpacing(8)
        self._section(
            column,
            self.tr("Photo folders"),
            self.folders,
            self.watch,
            self.watch_note,
            self.left_out,
            self.names,
            self.names_note,
        )
        form = self._section(column, self.tr("Grouping"))
        form.add(self.tr("&How strictly faces are grouped:"), self.strictness, self.strictness_note)
        self._section(column, self.tr("Model that recognises faces"), self.models)
        form = self._section(column, self.tr("This computer"))
        form.add(self.tr("&Compute with:"), self.device, self.device_note)
        form.add(self.tr("&Reading photos may use:"), self.effort, self.effort_note)
        form.add(self.tr("&Language:"), self.language, self.language_note)
        form.add(self.tr("&Appearance:"), self.appearance)
        self._section(column, self.tr("Library"), self.library)
        column.addStretch()
        inside = QWidget()
        inside.setLayout(column)
        inside.setMaximumWidth(self.fontMetrics().averageCharWidth() * WIDEST)
        self.area = QScrollArea(widgetResizable=True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        # What is in it takes the keyboard, and scrolls into sight.
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setAccessibleName(self.title())
        self.area.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.area)
        self.setFocusProxy(self.folders)

    def _section(self, column: QVBoxLayout, title: str, *widgets: QWidget) -> Form:
        heading = QLabel(title)
        font = QFont(heading.font())
        font.setBold(True)
        heading.setFont(font)
        if column.count():
            column.addSpacing(heading.fontMetrics().height())
        column.addWidget(heading)
        for widget in widgets:
            column.addWidget(widget)
        form = Form()
        column.addLayout(form)
        return form

    def _connect(self) -> None:
        session, folders = self.session, self.folders
        folders.add.connect(self.add_folder)
        folders.scan.connect(lambda roots: self._scan([root.path for root in roots]))
        folders.take_out.connect(self.take_out)
        self.watch.toggled.connect(self._watching.set_on)
        self.watch.toggled.connect(lambda _: self._show_watching())
        self._watching.changed.connect(self._show_watching)
        self.names.clicked.connect(lambda on: self._keep_setting(NAMES_FROM_FILES, "" if on else NO_NAMES))
        self.strictness.chosen.connect(self._choose_strictness)
        self.models.use.connect(self._ask_for_model)
        self.models.add.connect(self._add_model)
        self.models.more.connect(lambda: open_dialog(AboutDialog(self, models=True)))
        self.device.chosen.connect(lambda device: session.settings.change(device=device))
        self.effort.chosen.connect(lambda effort: session.settings.change(effort=effort))
        self.language.chosen.connect(self._choose_language)
        self.appearance.chosen.connect(self._choose_appearance)
        session.folders.changed.connect(self._show_folders)
        # What was chosen may be refused, cancelled, or done.
        session.jobs.finished.connect(lambda _: self.refresh_soon())

    # What is shown

    def _show(self, found: _Found) -> None:
        self._found = found
        self.left_out.show_patterns(found.excluded)
        self.names.setChecked(found.names)
        if not self._pause.isActive():
            self.strictness.choose(found.strictness)
            self.strictness.setEnabled(found.described_by is not None)
            self._show_strictness(found.strictness)
        self._show_models()
        self._show_watching()

    def _show_machine(self, machine: _Machine) -> None:
        self._machine = machine
        item = self.device.model().index(self.device.findData("gpu"), 0)
        enabled = machine.why_no_gpu is None
        self.device.setItemData(item.row(), None if enabled else 0, Qt.ItemDataRole.UserRole - 1)
        self.device_note.say(
            "" if enabled else self.tr("No graphics card: %1").replace("%1", said(machine.why_no_gpu or "")),
        )
        self._show_models()

    def _show_models(self) -> None:
        if self._found is not None and self._machine is not None:
            ships = next((card.name for card in self._machine.models if card.ships), "")
            self.models.show_models(self._machine.models, self._found.model or ships)

    def _show_folders(self) -> None:
        self.folders.show_roots(self._roots(), self.session.folders.away)

    def _roots(self) -> Sequence[Root]:
        return self.session.folders.roots or ()

    def _show_strictness(self, strictness: Strictness) -> None:
        pairs = QLocale().toString(round(1 / GROUP_FALSE_MATCH_RATE[strictness]))
        texts = {
            Strictness.LOOSE: self.tr(
                "Fewer, larger groups: about 1 in %1 pairs of strangers is taken for one person."
            ),
            Strictness.NORMAL: self.tr("About 1 in %1 pairs of strangers is taken for one person."),
            Strictness.STRICT: self.tr("More, purer groups: about 1 in %1 pairs of strangers is taken for one person."),
        }
        self.strictness_note.setText(texts[strictness].replace("%1", pairs))

    def _show_watching(self) -> None:
        on, roots = self.session.settings.current.watch, self._watching.unwatched
        if not on:
            text = self.tr("New, changed and deleted photos are met when you scan again.")
        elif roots:
            text = self.tr(
                "This system lets no more folders be watched, so changes in %1 are met at the next start, or when you "
                "scan again."
            ).replace("%1", ", ".join(map(printable, roots)))
        else:
            text = self.tr("At the start, and while Kinfolio is open. Nothing is ever written into them.")
        self.watch_note.setText(text)

    # What is chosen

    def _scan(self, folders: Sequence[Path]) -> None:
        jobs = self.session.jobs
        jobs.start(lambda: jobs.make.scan(folders))

    def _keep_setting(self, key: str, value: str) -> None:
        self.session.background.deliver(self.session.library.set_setting(key, value), lambda _: self.refresh_soon())

    def _choose_strictness(self, strictness: str) -> None:
        self._show_strictness(Strictness(strictness))
        self._pause.start()

    def _plan(self) -> None:
        """Shows what would change before anything does; until then the groups are as strict as they were."""
        strictness = Strictness(self.strictness.currentData())
        if self._found is not None and strictness != self._found.strictness:
            jobs = self.session.jobs
            if jobs.start(lambda: jobs.make.plan_groups(strictness)) is not None:
                self.strictness.setEnabled(False)
            else:
                self.refresh_soon()

    def _ask_for_model(self, card: ModelCard) -> None:
        found = self._found
        photos = sum(root.photos for root in self._roots())
        if found is None or found.described_by is None or not photos:
            self._use_model(card)
        else:
            pace = float(found.pace) if found.pace else None
            open_dialog(ChangeModelDialog(card.name, photos, pace, lambda: self._use_model(card), self))

    def _use_model(self, card: ModelCard) -> None:
        def chosen(_: None) -> None:
            self.refresh_soon()
            if roots := self._roots():
                self._scan([root.path for root in roots])

        self.session.background.deliver(self.session.library.set_setting("model", card.name), chosen)

    def _add_model(self) -> None:
        engines, files = self.session.engines, self.session.files
        self._paths.ask_for_file(
            self.tr("Choose the file of a model"),
            lambda file: files.run(lambda: engines.add(file), lambda _: self._look_at_machine()),
        )

    def _choose_language(self, code: str) -> None:
        self.session.settings.change(language=code)
        notes = self.tr("Takes effect at the next start."), languages.without_letters(code)
        self.language_note.say("\n".join(filter(None, notes)))

    def _choose_appearance(self, chosen: str) -> None:
        self.session.settings.change(appearance=chosen)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        appearance.choose(app, chosen)
