"""The window's program: builds every part once, in order, and stops them in reverse. The only file that knows all."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QMessageBox

from app import logs, paths
from app.crash import CrashReporter
from app.errors import AppError, DamagedLibraryError, LibraryError
from app.events import Publish
from app.library.library import Library
from app.priority import Priority
from app.settings import SettingsFile
from app.ui import application
from app.ui.attention import Attention
from app.ui.background import CLOSING_SECONDS, FILE_THREADS, Background
from app.ui.bridge import EventBridge
from app.ui.dialogs.crash_report import CrashReportDialog
from app.ui.dialogs.opening import open_dialog
from app.ui.edits import Edits
from app.ui.engines import Engines, ModelCard
from app.ui.folders import Folders
from app.ui.garbage import GarbageCollector
from app.ui.hidden import Hidden
from app.ui.jobs import JobFactory, Jobs
from app.ui.known_names import KnownNames
from app.ui.main_window import MainWindow
from app.ui.models.images import Images, Source
from app.ui.phrases import said
from app.ui.session import Session
from app.ui.single_window import SingleWindow, hand_over
from app.ui.stop_signals import StopSignals
from app.ui.widgets.text import printable
from app.vision.devices import why_no_gpu
from app.vision.engine import FaceEngine
from app.vision.models import DEFAULT, Model, add_model, available_models, make_engine, why_unusable
from app.vision.threads import Vision
from app.work.jobs.draw_face import DescribeFace
from app.work.jobs.export_people import ExportPerson, ExportPhotos
from app.work.jobs.find_person import FindFaces
from app.work.jobs.group_faces import GroupAgain, GrowGroups, PlanGroups
from app.work.jobs.scan_folder import ScanFolders
from app.work.jobs.write_report import WriteReport
from app.work.runner import Runner

log = logging.getLogger(__name__)

MakeEngine = Callable[[str | None, str], FaceEngine]

# Twice what a photo may take to be read. A drive or an engine that does not answer keeps no window from closing.
ENDING_SECONDS = 20.0


def run(library: Path | None, photos: Sequence[Path] | None, device: str) -> int:
    """Opens the window on a library, by default that of the settings, and scans `photos`; returns the exit code."""
    code = 1
    try:
        code = _run(library, photos, device)
    except Exception:
        # As Python does at the very end, where it may never come.
        sys.excepthook(*sys.exc_info())
    finally:
        if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
            # All is closed, and Python would wait for these for ever. Children that decode end without their pipes.
            os._exit(code)
    return code


def _run(library: Path | None, photos: Sequence[Path] | None, device: str) -> int:
    with ExitStack() as stack:
        crashes = start_noting(paths.logs_folder(), stack)
        settings = SettingsFile(paths.settings_file())
        app = application.start()
        application.set_up(app, settings.current)
        if isinstance(crashes, OSError):
            QMessageBox.critical(None, "Kinfolio", _no_logs(paths.logs_folder(), crashes))
            return AppError.exit_code
        garbage = GarbageCollector()
        stack.callback(garbage.stop)
        Attention(app)
        signals = StopSignals()
        stack.callback(signals.close)
        # Also a question that is open at that moment.
        signals.stopped.connect(app.closeAllWindows)
        chosen = _chosen_library(settings)
        folder = (library or chosen or paths.default_library()).absolute()
        begun = begin(folder, photos or (), settings, crashes, device, stack)
        if isinstance(begun, int):
            return begun
        opened, window = begun
        missing = None if library is not None or chosen is not None else settings.current.library
        single = SingleWindow(folder)
        stack.callback(single.close)
        single.called.connect(window.raise_window)
        window.show()
        garbage.keep_all()
        # After the window has appeared: a scan imports libraries that hold up everything for half a second.
        QTimer.singleShot(0, lambda: window.scan(photos or ()))
        QTimer.singleShot(0, window.watching.begin)
        show_pending(crashes, window)
        if opened.restored is not None:
            icon, text = QMessageBox.Icon.Information, said(opened.restored)
            open_dialog(QMessageBox(icon, "Kinfolio", text, QMessageBox.StandardButton.Ok, window))
        # Asked where nobody waits for an answer that never comes, also at the end.
        window.session.files.run(
            opened.share_warning, lambda warning: window.messages.tell(said(warning), stay=True) if warning else None
        )
        if missing:
            window.messages.tell(_not_there(Path(missing)), stay=True)
        code = app.exec()
        window.hide()
        # As a shell tells the end by a signal.
        return code if signals.received is None else 128 + signals.received


def start_noting(folder: Path, stack: ExitStack) -> CrashReporter | OSError:
    """From here on what goes wrong is noted in `folder`; or why it cannot be, to be said once there is a window."""
    try:
        logs.start(folder)
        stack.callback(logs.stop)
        crashes = CrashReporter(folder)
        crashes.install()
    except OSError as error:
        return error
    stack.callback(crashes.uninstall)
    return crashes


def begin(
    folder: Path,
    photos: Sequence[Path],
    settings: SettingsFile,
    crashes: CrashReporter,
    device: str,
    stack: ExitStack,
) -> tuple[Library, MainWindow] | int:
    """The library and its window, or the exit code where there is nothing to go on with; `stack` closes them.

    Where what a window reads at first is damaged, the library is opened once more, as its backup.
    """
    was_damaged = False
    while True:
        with ExitStack() as parts:
            # One for each window: half of one must not be told of what happens in the next.
            bridge = EventBridge()
            parts.callback(bridge.close)
            library = open_library(folder, photos, bridge.publish)
            if isinstance(library, int):
                return library
            parts.callback(library.close)
            try:
                window = build(library, bridge, settings, crashes, device, parts)
            except Exception as error:
                if was_damaged or not isinstance(library.explain(error), DamagedLibraryError):
                    raise
                was_damaged = True
            else:
                stack.push(parts.pop_all())
                return library, window


def build(
    library: Library,
    bridge: EventBridge,
    settings: SettingsFile,
    crashes: CrashReporter,
    device: str,
    stack: ExitStack,
    engine: MakeEngine = make_engine,
) -> MainWindow:
    """The window with all that works behind it; `stack` stops these parts in reverse."""
    background = Background(bridge)
    stack.callback(background.close)
    # Nor must a drive that does not answer hold up what only asks the library.
    files = Background(bridge, "kinfolio-files", FILE_THREADS, CLOSING_SECONDS)
    files.failed.connect(background.failed)
    files.broke.connect(background.broke)
    stack.callback(files.close)
    images = Images(
        Source(library.kept_portrait, library.kept_thumbnail), Source(library.portrait, library.thumbnail), bridge
    )
    stack.callback(images.close)
    # What the command line asks for counts more than what was chosen for good.
    vision = LazyVision(library, lambda: settings.current.device if device == "auto" else device, engine)
    runner = Runner(bridge.publish, Priority.LATER)
    # Of a search only the result counts; its events would disturb the job bar.
    searches = Runner(lambda event: None, Priority.SOON)
    # All jobs are stopped before any is waited for, and the engine when none of them asks it any more.
    stack.callback(_end, [runner.close, searches.close], [vision.close])

    def scan(folders: Sequence[Path], *, by_itself: bool = False, every_file: bool = False) -> ScanFolders:
        return ScanFolders(
            library,
            vision.to_read(),
            folders,
            by_itself=by_itself,
            every_file=every_file,
            patient=True,
            effort=lambda: settings.current.effort,
        )

    make = JobFactory(
        scan=scan,
        scan_by_itself=partial(scan, by_itself=True),
        scan_every_file=partial(scan, every_file=True),
        grow_groups=lambda: GrowGroups(library),
        plan_groups=lambda strictness: PlanGroups(library, strictness),
        group_again=lambda found: GroupAgain(library, found),
        describe_face=lambda photo, box: DescribeFace(library, vision.to_compare(), photo, box),
        find_faces=lambda picture: FindFaces(library, vision.to_compare(), picture),
        export=lambda person, folder: ExportPerson(library, person, folder),
        export_photos=lambda photos, folder: ExportPhotos(library, photos, folder),
        report=lambda file: WriteReport(library, file),
    )
    jobs = Jobs(make, runner, searches, background, bridge)
    engines = Engines(models=lambda: list(map(_card, available_models())), add=_add, why_no_gpu=why_no_gpu)
    edits = Edits(background, lambda cancelled: library.catch_up(cancelled=cancelled))
    stack.callback(edits.close)
    # What has to wait for the index must not hold up what only reads.
    comparing = Background(bridge, "kinfolio-comparing")
    comparing.broke.connect(background.broke)
    stack.callback(comparing.close)
    names = KnownNames(library, bridge, background, comparing)
    folders = Folders(library, bridge, background, files, jobs)
    stack.callback(folders.close)
    window = MainWindow(
        Session(library, bridge, background, files, edits, images, jobs, settings, names, folders, engines, Hidden())
    )
    stack.callback(window.review.questions.close)
    stack.callback(window.watching.close)
    window.outcomes.broke.connect(crashes.report)
    crashes.on_report = lambda: bridge.call(lambda: window.outcomes.tell_bug(lambda: show_pending(crashes, window)))
    crashes.explain = library.explain
    bridge.library_damaged.connect(lambda event: window.outcomes.tell_error(event.error))
    crashes.on_app_error = lambda error: bridge.call(lambda: window.outcomes.tell_error(error))
    return window


def _end(*turns: Sequence[Callable[[], None]]) -> None:
    """Closes what waits for its threads, each turn after the one before, and leaves alone what takes too long."""
    end = time.monotonic() + ENDING_SECONDS
    for turn in turns:
        closing = [threading.Thread(target=close, name="kinfolio-ending", daemon=True) for close in turn]
        for thread in closing:
            thread.start()
        for thread in closing:
            thread.join(max(0.0, end - time.monotonic()))
            if thread.is_alive():
                log.warning("A job or an engine has not ended in %g seconds and is left alone", ENDING_SECONDS)


class LazyVision:
    """The threads of vision, made when they are first needed: most starts look at people and need no model.

    Main thread. AppError where the model or the device is not there.
    """

    def __init__(self, library: Library, device: Callable[[], str], engine: MakeEngine) -> None:
        self._library, self._device, self._engine = library, device, engine
        self._threads: dict[tuple[str, str], Vision] = {}

    def to_read(self) -> Vision:
        """With the model chosen for this library, else the one that ships with the program."""
        return self._thread(self._library.get_setting("model"))

    def to_compare(self) -> Vision:
        """With the model that described the faces of this library: vectors of others cannot be compared with them."""
        return self._thread(self._library.engine_name() or self._library.get_setting("model"))

    def close(self) -> None:
        for thread in self._threads.values():
            thread.close()

    def _thread(self, model: str | None) -> Vision:
        device = self._device()
        engine = self._engine(model, device)
        key = engine.info.fingerprint, device
        if key not in self._threads:
            self._threads[key] = Vision(engine, Priority.LATER)
        return self._threads[key]


def _card(model: Model) -> ModelCard:
    problem = why_unusable(model)
    return ModelCard(model.name, model.name == DEFAULT, model.true_matches, model.milliseconds, model.size, problem)


def _add(file: Path) -> ModelCard:
    return _card(add_model(file))


def open_library(folder: Path, photos: Sequence[Path], publish: Publish) -> Library | int:
    """Opens it; or lets the window that has it open scan `photos`; or says why not and asks what to do.

    Returns the exit code where there is nothing to go on with.
    """
    while True:
        if hand_over(folder, photos):
            return 0
        try:
            return Library.open(folder, publish=publish)
        except LibraryError as error:
            question = QMessageBox(QMessageBox.Icon.Warning, "Kinfolio", said(str(error)))
            retry = question.addButton(QMessageBox.StandardButton.Retry)
            question.addButton(QMessageBox.StandardButton.Close)
            question.setDefaultButton(QMessageBox.StandardButton.Retry)
            question.exec()
            if question.clickedButton() is not retry:
                return LibraryError.exit_code


def show_pending(crashes: CrashReporter, window: MainWindow) -> None:
    """The report of a bug that nobody has seen yet, also one of the program's last run."""
    if (report := crashes.pending()) is not None:
        open_dialog(CrashReportDialog(report, crashes.dismiss, window))


def _chosen_library(settings: SettingsFile) -> Path | None:
    """The library of the settings, or the default one; None while the drive of that one is not there."""
    chosen = settings.current.library
    if not chosen:
        return paths.default_library()
    # A drive that fails to answer counts as one that is not there.
    return Path(chosen) if os.path.exists(os.path.join(chosen, "library.db")) else None  # noqa: PTH110, PTH118


def _no_logs(folder: Path, error: OSError) -> str:
    text = QCoreApplication.translate(
        "Main",
        "Kinfolio cannot write to %1 (%2), where it notes what goes wrong. Give yourself the right to write there, or "
        "make room on the disk, and start it again.",
    )
    return text.replace("%1", printable(folder)).replace("%2", error.strerror or type(error).__name__)


def _not_there(folder: Path) -> str:
    text = QCoreApplication.translate(
        "Main",
        "The library in %1 is not there, so another one is open. Connect its drive and start Kinfolio again.",
    )
    return text.replace("%1", printable(folder))
