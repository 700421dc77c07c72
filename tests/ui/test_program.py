"""The program as a whole: starts without heavy libraries, once a library, keeps settings, reports its own bugs."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app import logs, main, settings
from app.crash import REPORT, CrashReporter
from app.errors import AppError, Cancelled, LibraryError
from app.library import backups
from app.library.library import Library
from app.main import open_library
from app.settings import Settings, SettingsFile
from app.ui import places
from app.ui.single_window import SingleWindow, hand_over
from app.vision.models import PRETEND
from app.work.job import JobContext
from tests.ui.program import Program

HEAVY = ("tensorflow", "keras", "faiss", "sklearn", "ai_edge_litert")

SHOW_THE_WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app import main
from app.ui import application
from app.ui.main_window import MainWindow

def look():
    windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()]
    print(len(windows), sorted(set(sys.modules) & set({heavy!r})))
    windows[0].close()

def set_up(*arguments):
    original(*arguments)
    QTimer.singleShot(1000, look)

original, application.set_up = application.set_up, set_up
sys.exit(main.run(Path(sys.argv[1]), None, "auto"))
"""


CLOSE_THE_BOX = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app import main
from app.ui import application

def close():
    box = QApplication.activeModalWidget()
    print(box.text())
    box.close()

def set_up(*arguments):
    original(*arguments)
    QTimer.singleShot(1000, close)

original, application.set_up = application.set_up, set_up
sys.exit(main.run(Path(sys.argv[1]), None, "auto"))
"""


CLOSE_WHILE_NOTHING_ANSWERS = """
import os, sys, threading
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app import main
from app.decode.elsewhere import _Child, children, command
from app.ui import application
from app.ui.main_window import MainWindow
from app.vision.pretend import PretendEngine
from app.work.jobs import scan_folder

library, photos, pipe, silent = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
asked = threading.Event()

def wait_for_ever(*arguments):
    asked.set()
    # Nobody opens its other end.
    return open(pipe, "rb").read()

if silent == "drive":
    scan_folder.read_file = wait_for_ever
else:
    PretendEngine.read = wait_for_ever
# It holds the standard error that the test reads to its end.
children._give_back(_Child(command(), "HEIC"))

def close():
    if not asked.is_set():
        return QTimer.singleShot(50, close)
    (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()]
    window.close()

def set_up(*arguments):
    original(*arguments)
    QTimer.singleShot(50, close)

original, application.set_up = application.set_up, set_up
main.ENDING_SECONDS = 0.5
sys.exit(main.run(library, [photos], "cpu"))
"""


def python(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True, text=True, timeout=60, env={**os.environ, **environment},
    )  # fmt: skip


def test_importing_the_program_loads_nothing_heavy() -> None:
    done = python(f"import app.main, sys; print(sorted(set(sys.modules) & set({HEAVY!r})))")
    assert done.stdout.strip() == "[]", done.stderr


def test_the_window_is_there_before_anything_heavy(home: Path, tmp_path: Path) -> None:
    done = python(SHOW_THE_WINDOW.format(heavy=HEAVY), str(tmp_path / "library"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "1 []"
    stored = json.loads(next(home.rglob("settings.json")).read_text())
    assert stored["library"] == "", "the next start without --library opens the default one, as every command does"
    assert stored["window_geometry"]


def test_damage_that_the_window_meets_while_it_is_made_has_the_backup_put_in_its_place(
    home: Path, tmp_path: Path, scanned: Path
) -> None:
    folder = shutil.copytree(scanned, tmp_path / "library")
    backups.make(folder)
    with closing(sqlite3.connect(folder / "library.db")) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'history_undone'").fetchone()
    with (folder / "library.db").open("rb+") as file:
        file.seek((page - 1) * 4096)
        file.write(os.urandom(4096))
    done = python(SHOW_THE_WINDOW.format(heavy=HEAVY), str(folder))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 ")
    assert (folder / "library.db.damaged-1").exists()


def test_where_nothing_can_be_noted_that_is_said_in_a_sentence(home: Path, tmp_path: Path) -> None:
    (home / "a file").write_bytes(b"")
    done = python(CLOSE_THE_BOX, str(tmp_path / "library"), XDG_STATE_HOME=str(home / "a file"))
    assert done.returncode == AppError.exit_code, done.stderr
    assert "Traceback" not in done.stderr
    assert "cannot write to" in done.stdout
    assert not (tmp_path / "library").exists()


def test_a_second_start_raises_the_window_and_hands_its_folders_over(qtbot: QtBot, tmp_path: Path) -> None:
    window = SingleWindow(tmp_path)
    called: list[list[Path]] = []
    window.called.connect(called.append)
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    code = (
        "import sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication;"
        "from app.ui.single_window import hand_over; app = QCoreApplication([]);"
        "sys.exit(0 if hand_over(Path(sys.argv[1]), [Path(sys.argv[2])]) else 1)"
    )
    with subprocess.Popen([sys.executable, "-c", code, tmp_path, folder]) as second:
        qtbot.waitUntil(lambda: bool(called), timeout=20_000)
        qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    assert second.returncode == 0
    assert called == [[folder]]
    window.close()
    assert not hand_over(tmp_path, []), "nobody listens any more"


def test_a_locked_library_is_said_clearly_and_can_be_tried_again(qtbot: QtBot, tmp_path: Path) -> None:
    other = Library.open(tmp_path / "library")
    texts: list[str] = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        texts.append(box.text())
        if len(texts) == 2:
            other.close()
        box.button(QMessageBox.StandardButton.Retry).click()

    timer = QTimer(interval=100)
    timer.timeout.connect(lambda: answer() if QApplication.activeModalWidget() is not None else None)
    timer.start()
    library = open_library(tmp_path / "library", [], lambda event: None)
    timer.stop()
    assert isinstance(library, Library)
    library.close()
    assert len(texts) == 2
    assert "Another Kinfolio is using the library" in texts[0]


def test_giving_up_on_a_locked_library_ends_the_start(qtbot: QtBot, tmp_path: Path) -> None:
    other = Library.open(tmp_path / "library")

    def give_up() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        box.button(QMessageBox.StandardButton.Close).click()

    QTimer.singleShot(100, give_up)
    assert open_library(tmp_path / "library", [], lambda event: None) == LibraryError.exit_code
    other.close()


def test_trying_a_locked_library_again_finds_the_window_that_has_it_by_then(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    other = Library.open(folder)
    # A window in a process of its own: one that is asked from its own thread could not answer.
    listen = (
        "import sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication;"
        "from app.ui.single_window import SingleWindow; app = QCoreApplication([]);"
        "window = SingleWindow(Path(sys.argv[1]));"
        "window.called.connect(lambda folders: (print(*folders), app.quit()));"
        "print('listens', flush=True); app.exec()"
    )
    windows: list[subprocess.Popen[str]] = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        window = subprocess.Popen([sys.executable, "-c", listen, folder], stdout=subprocess.PIPE, text=True)
        windows.append(window)
        assert window.stdout is not None
        assert window.stdout.readline() == "listens\n"
        box.button(QMessageBox.StandardButton.Retry).click()

    QTimer.singleShot(100, answer)
    assert open_library(folder, [tmp_path / "photos"], lambda event: None) == 0
    assert windows[0].communicate(timeout=20)[0] == f"{tmp_path / 'photos'}\n"
    other.close()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_end_closes_the_window_as_its_button_does(
    home: Path, tmp_path: Path, number: signal.Signals
) -> None:
    code = SHOW_THE_WINDOW.format(heavy=HEAVY).replace(
        "windows[0].close()", f"import os; os.kill(os.getpid(), {number:d})"
    )
    # Whoever runs these tests in the background ignores Ctrl+C, and so would the program.
    heeding = f"import signal; signal.signal({number:d}, signal.SIG_DFL)\n"
    done = python(heeding + code, str(tmp_path / "library"))
    assert done.returncode == 128 + number, done.stderr
    stored = json.loads(next(home.rglob("settings.json")).read_text())
    assert stored["window_geometry"], "the window was closed and not torn away"
    assert not list(home.rglob("crash-*")), "and nothing of it is left"
    Library.open(tmp_path / "library").close()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
def test_a_signal_to_end_closes_what_is_open_above_the_window_too(home: Path, tmp_path: Path) -> None:
    code = SHOW_THE_WINDOW.format(heavy=HEAVY).replace(
        "windows[0].close()",
        "windows[0].actions_.about.trigger(); windows[0].commands.choose_folder(); import os; os.kill(os.getpid(), 15)",
    )
    done = python(code, str(tmp_path / "library"))
    assert done.returncode == 128 + signal.SIGTERM, done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
def test_a_question_at_the_start_ends_with_a_signal_too(home: Path, tmp_path: Path) -> None:
    other = Library.open(tmp_path / "library")
    code = SHOW_THE_WINDOW.format(heavy=HEAVY).replace(
        "windows = [w", "import os, signal; os.kill(os.getpid(), signal.SIGTERM); return; windows = [w"
    )
    done = python(code, str(tmp_path / "library"))
    other.close()
    assert done.returncode == LibraryError.exit_code, done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes are those of POSIX")
@pytest.mark.parametrize("silent", ["drive", "engine"])
def test_what_never_answers_keeps_nobody_from_closing_the_program(
    home: Path, tmp_path: Path, photos: Path, silent: str
) -> None:
    library = Library.open(tmp_path / "library")
    library.set_setting("model", PRETEND).result()
    library.close()
    os.mkfifo(tmp_path / "pipe")
    done = python(CLOSE_WHILE_NOTHING_ANSWERS, str(library.folder), str(photos), str(tmp_path / "pipe"), silent)
    assert done.returncode == 0, done.stderr
    assert "is left alone" in next(home.rglob("kinfolio.log")).read_text()
    again = Library.open(library.folder)
    assert again.unfinished() == [photos], "the next start takes the scan up again"
    assert list(again.flaws()) == []
    again.close()


@dataclass
class Act:
    """A job made of a function."""

    act: Callable[[JobContext], object]
    title: str = "Acting"

    def run(self, context: JobContext) -> None:
        self.act(context)


def test_all_jobs_are_stopped_before_any_is_waited_for(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    began, stopped = threading.Barrier(3), threading.Event()

    def scan(context: JobContext) -> None:
        began.wait(20)
        try:
            context.token.wait_for(lambda: False)
        finally:
            stopped.set()

    def search(context: JobContext) -> None:
        began.wait(20)
        stopped.wait(40)

    program.window.session.jobs._runner.start(Act(scan))
    program.window.session.jobs._searches.start(Act(search))
    began.wait(20)
    program.stack.close()
    assert not [record for record in caplog.records if record.name == "app.main"], "nothing is left alone"


def test_what_never_ends_is_waited_for_once_however_much_of_it_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    may_end, waited = threading.Event(), list[float]()
    left, join = list[threading.Thread](), threading.Thread.join

    def watch(thread: threading.Thread, timeout: float | None = None) -> None:
        assert timeout is not None
        waited.append(timeout)
        left.append(thread)
        join(thread, timeout)

    monkeypatch.setattr(main, "ENDING_SECONDS", 0.5)
    with monkeypatch.context() as watched:
        watched.setattr(threading.Thread, "join", watch)
        main._end([may_end.wait, may_end.wait], [may_end.wait])  # type: ignore[list-item]
    may_end.set()
    for thread in left:
        thread.join()
    assert len(waited) == 3
    assert sum(waited) < 2 * main.ENDING_SECONDS


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes are those of POSIX")
def test_a_library_that_fails_to_close_keeps_no_program_waiting_for_a_silent_drive(
    home: Path, tmp_path: Path, photos: Path
) -> None:
    library = Library.open(tmp_path / "library")
    library.set_setting("model", PRETEND).result()
    library.close()
    os.mkfifo(tmp_path / "pipe")
    failing = """
def fail(library):
    whole_close(library)
    raise OSError(5, "Input/output error")

whole_close, main.Library.close = main.Library.close, fail
main.ENDING_SECONDS"""
    code = CLOSE_WHILE_NOTHING_ANSWERS.replace("main.ENDING_SECONDS", failing)
    done = python(code, str(library.folder), str(photos), str(tmp_path / "pipe"), "drive")
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith("OSError: [Errno 5] Input/output error")


@pytest.mark.skipif(sys.platform != "linux", reason="a folder's name is any bytes on Linux only")
def test_a_library_in_a_folder_whose_name_is_no_text_opens(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    remembered = "from app import paths; from app.settings import SettingsFile;"
    remembered += f"SettingsFile(paths.settings_file()).change(library={str(folder)!r});"
    Library.open(folder).close()
    code = SHOW_THE_WINDOW.format(heavy=HEAVY).replace("Path(sys.argv[1])", "None")
    code = code.replace(
        "windows[0].close()", "print(ascii(str(windows[0].session.library.folder))); windows[0].close()"
    )
    done = python(remembered + code)
    assert done.returncode == 0, done.stderr
    assert ascii(str(folder)) in done.stdout
    assert SettingsFile(next(home.rglob("settings.json"))).current.library == str(folder)


def test_a_library_whose_drive_is_not_there_is_not_forgotten(home: Path, tmp_path: Path) -> None:
    remembered = "from app import paths; from app.settings import SettingsFile;"
    remembered += f"SettingsFile(paths.settings_file()).change(library={str(tmp_path / 'drive')!r});"
    code = SHOW_THE_WINDOW.format(heavy=HEAVY).replace("Path(sys.argv[1])", "None")
    code = code.replace("windows[0].close()", "print(windows[0].messages.text); windows[0].close()")
    done = python(remembered + code)
    assert done.returncode == 0, done.stderr
    assert f"The library in {tmp_path / 'drive'} is not there" in done.stdout
    assert SettingsFile(next(home.rglob("settings.json"))).current.library == str(tmp_path / "drive")


def test_a_damaged_library_is_told_and_comes_back_at_the_next_start(program: Program, home: Path) -> None:
    folder = program.library.folder
    backups.make(folder)
    size = (folder / "library.db").stat().st_size
    with (folder / "library.db").open("rb+") as stream:
        stream.seek(4096)
        stream.write(bytes(size - 4096))
    program.window.go(places.StatisticsPlace())
    program.wait(lambda: "is damaged. Close Kinfolio and open it again" in program.window.messages.text)
    assert program.crashes.pending() is None
    button = next(b for b in program.window.messages.findChildren(QPushButton) if b.text() == "Close Kinfolio")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not program.window.isVisible()
    program.stack.close()
    code = SHOW_THE_WINDOW.format(heavy=HEAVY)
    told = "print([w.text() for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()])"
    code = code.replace("import QApplication", "import QApplication, QMessageBox")
    done = python(code.replace("windows[0].close()", f"{told}; windows[0].close()"), str(folder))
    assert "The library file was damaged. Its backup of" in done.stdout, done.stderr


def test_a_window_that_qt_cannot_open_is_said_in_a_sentence(home: Path, tmp_path: Path) -> None:
    done = python(SHOW_THE_WINDOW.format(heavy=HEAVY), str(tmp_path / "library"), QT_QPA_PLATFORM="nosuch")
    assert done.returncode == 2
    assert done.stderr.startswith('The window cannot open: Could not find the Qt platform plugin "nosuch"')


def test_settings_come_back_and_unknown_ones_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "settings.json"
    SettingsFile(file).change(appearance="dark", library="/照片")
    stored = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**stored, "of_a_newer_version": [1, 2]}), encoding="utf-8")
    again = SettingsFile(file)
    assert (again.current.appearance, again.current.library) == ("dark", "/照片")
    again.change(device="cpu")
    assert json.loads(file.read_text(encoding="utf-8"))["of_a_newer_version"] == [1, 2]
    assert list(file.parent.iterdir()) == [file], "no temporary file stays"


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b'{"appearance": 7, "device": "cpu"}'])
def test_broken_settings_give_the_defaults_for_what_is_broken(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "settings.json"
    file.write_bytes(content)
    read = settings.load(file)
    assert read.appearance == Settings().appearance
    assert read.device == ("cpu" if b"cpu" in content else "auto")
    assert caplog.records


def test_settings_that_cannot_be_saved_hold_until_the_end(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way")
    kept = SettingsFile(tmp_path / "file" / "settings.json")
    kept.change(appearance="dark")
    assert kept.current.appearance == "dark"
    assert caplog.records


def test_warnings_of_libraries_are_for_the_log_and_not_for_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        file = logs.start(tmp_path / "logs")
        warnings.warn("A callback for a watch exists already", RuntimeWarning, stacklevel=1)
        logs.stop()
    assert "RuntimeWarning: A callback for a watch exists already" in file.read_text(encoding="utf-8")
    assert capsys.readouterr().err == ""


def test_the_log_goes_to_a_file_and_survives_odd_names(tmp_path: Path) -> None:
    file = logs.start(tmp_path / "logs")
    logging.getLogger("test").info("read %s", os.fsdecode(b"caf\xe9"))
    logs.stop()
    assert "read caf" in file.read_text(encoding="utf-8")


def test_a_bug_is_reported_without_names_and_messages(tmp_path: Path) -> None:
    reporter = CrashReporter(tmp_path)
    told: list[bool] = []
    reporter.on_report = lambda: told.append(True)
    try:
        {"Anna": 1}["/home/anna/secret.jpg"]
    except KeyError as error:
        reporter.report(error)
    report = reporter.pending()
    assert report is not None
    assert told == [True]
    assert "KeyError" in report
    assert "test_program.py" in report
    assert "anna" not in report.lower().replace("test_a_bug", "")
    assert str(tmp_path) not in report
    reporter.dismiss()
    assert reporter.pending() is None


def test_what_is_no_bug_is_not_reported(tmp_path: Path) -> None:
    reporter = CrashReporter(tmp_path)
    told: list[AppError] = []
    reporter.on_app_error = told.append
    reporter.report(Cancelled())
    reporter.report(KeyboardInterrupt())
    error = AppError("The drive is full. Make room.")
    reporter.report(error)
    assert reporter.pending() is None
    assert told == [error]


def test_a_bug_on_any_thread_reaches_the_report(tmp_path: Path) -> None:
    code = (
        "import sys, threading; from pathlib import Path; from app.crash import CrashReporter;"
        "reporter = CrashReporter(Path(sys.argv[1])); reporter.install();"
        "t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join(); print(reporter.pending())"
    )
    assert "ZeroDivisionError" in python(code, str(tmp_path)).stdout


DIE = """
import os, signal, sys
from pathlib import Path
from app.crash import CrashReporter

reporter = CrashReporter(Path(sys.argv[1]))
reporter.install()
print("watched", flush=True)
sys.stdin.readline()
os.kill(os.getpid(), signal.SIGSEGV)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
def test_a_death_in_native_code_is_shown_at_the_next_start(tmp_path: Path) -> None:
    assert python(DIE, str(tmp_path)).returncode != 0
    reporter = CrashReporter(tmp_path)
    reporter.install()
    report = reporter.pending()
    reporter.uninstall()
    assert report is not None
    assert "Segmentation fault" in report
    assert [file.name for file in tmp_path.iterdir()] == [REPORT], "only the report stays"


def test_a_second_start_leaves_the_trace_of_the_first_alone(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", DIE, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "watched\n"
        second = CrashReporter(tmp_path)
        second.install()
        second.uninstall()
        assert second.pending() is None
        first.communicate("die\n", timeout=60)
    third = CrashReporter(tmp_path)
    third.install()
    report = third.pending()
    third.uninstall()
    assert report is not None
    assert "Segmentation fault" in report
