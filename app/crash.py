"""Reports of bugs, kept on this computer: which lines of the program ran, never what they worked on.

A report holds no file names, no people's names and no messages of exceptions (which may quote both). Nothing is sent.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import platform
import re
import sys
import threading
import traceback
import uuid
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import TextIO

from filelock import FileLock, Timeout

from app.errors import AppError, Cancelled

log = logging.getLogger(__name__)

REPORT = "crash-report.txt"
# Python writes here when the process dies in native code; each has its own, gone after a normal end.
TRACE = "crash-native-{}.txt"

_PACKAGES = (
    "PySide6-Essentials",
    "tensorflow",
    "keras",
    "faiss-cpu",
    "opencv-python-headless",
    "ai-edge-litert",
    "numpy",
)


class CrashReporter:
    """Catches what nobody else did, on every thread.

    `on_report` is called when a report was written, `on_app_error` with an error that is the user's and no bug; both on
    the thread where it happened. `explain` gives the error for the user that an exception stands for.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._report = folder / REPORT
        self._folder = folder
        self._trace = folder / TRACE.format(uuid.uuid4().hex)
        self._trace_lock = _lock_of(self._trace)
        self._trace_stream: TextIO | None = None
        self._lock = threading.Lock()
        self.on_report: Callable[[], None] | None = None
        self.on_app_error: Callable[[AppError], None] | None = None
        self.explain: Callable[[BaseException], AppError | None] = lambda error: None

    def install(self) -> None:
        """Takes in what processes that died left, then watches this one."""
        for trace in self._folder.glob(TRACE.format("*")):
            self._take_in(trace)
        self._trace_lock.acquire()
        self._trace_stream = self._trace.open("w", encoding="utf-8")
        faulthandler.enable(self._trace_stream, all_threads=True)
        sys.excepthook = self._caught
        threading.excepthook = self._caught_in_thread

    def uninstall(self) -> None:
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        if self._trace_stream is not None:
            faulthandler.disable()
            self._trace_stream.close()
            self._trace_stream = None
            self._trace.unlink(missing_ok=True)
            _give_back(self._trace_lock)

    def report(self, error: BaseException) -> None:
        """Writes a report about a bug. KeyboardInterrupt and Cancelled are none."""
        if isinstance(error, (KeyboardInterrupt, Cancelled)):
            return
        error = self.explain(error) or error
        if isinstance(error, AppError) and self.on_app_error is not None:
            self.on_app_error(error)
            return
        log.error("A bug: %s", type(error).__name__, exc_info=error)
        self._write(describe(error))
        if self.on_report is not None:
            self.on_report()

    def pending(self) -> str | None:
        """The report that nobody has seen yet."""
        try:
            return self._report.read_text(encoding="utf-8")
        except OSError:
            return None

    def dismiss(self) -> None:
        self._report.unlink(missing_ok=True)

    def _write(self, text: str) -> None:
        heading = f"Kinfolio, {datetime.now().isoformat(timespec='seconds')}\n{environment()}\n\n"
        # A full disk must not turn one error into two.
        with self._lock, contextlib.suppress(OSError):
            self._report.write_text(heading + text, encoding="utf-8")

    def _take_in(self, trace: Path) -> None:
        lock = _lock_of(trace)
        try:
            lock.acquire()
        except (Timeout, OSError):
            return  # The process lives.
        with contextlib.suppress(OSError):
            text = trace.read_text(encoding="utf-8", errors="replace")
            if text.strip():
                self._write(without_folders(text))
            trace.unlink()
        _give_back(lock)

    def _caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        self.report(error)

    def _caught_in_thread(self, caught: threading.ExceptHookArgs) -> None:
        threading.__excepthook__(caught)
        if caught.exc_value is not None:
            self.report(caught.exc_value)


def _lock_of(trace: Path) -> FileLock:
    """Held by the process that writes the trace; the system frees it when that dies."""
    return FileLock(trace.with_suffix(".lock"), timeout=0)


def _give_back(lock: FileLock) -> None:
    lock.release()
    Path(lock.lock_file).unlink(missing_ok=True)


def describe(error: BaseException) -> str:
    """The kinds of error and the lines of code on the way to them, the cause first."""
    lines = []
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        lines += [describe(cause), "which led to"]
    for frame in traceback.extract_tb(error.__traceback__):
        lines.append(f"  {_module_file(frame.filename)}:{frame.lineno} in {frame.name}")
    lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
    return "\n".join(lines)


def environment() -> str:
    """The program and what it runs on, one line."""
    parts = [f"kinfolio {program_version()}", f"Python {platform.python_version()}"]
    parts += [f"{platform.system()} {platform.release()}", platform.machine()]
    parts += [f"{package} {_version(package)}" for package in _PACKAGES]
    return ", ".join(parts)


def without_folders(trace: str) -> str:
    """A trace of `faulthandler` with its files shortened to module files."""
    return re.sub(r'File "([^"]*)"', lambda match: f'File "{_module_file(match[1])}"', trace)


def program_version() -> str:
    return _version("kinfolio")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "-"


def _module_file(file: str) -> str:
    """The part of a source file's path that says which module it is; the folders above belong to the user."""
    parts = Path(file).parts
    for index in range(len(parts) - 1, -1, -1):
        if parts[index] in ("app", "facenet_core", "resources"):
            return "/".join(parts[index:])
        if parts[index] in ("site-packages", "dist-packages"):
            return "/".join(parts[index + 1 :])
    return parts[-1] if parts else file
