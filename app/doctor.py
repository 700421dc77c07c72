"""Is everything here that the program needs? Python, packages, room on the disk, a display, a sound library file.

Asks only what can be asked without the parts themselves, so that it can tell why one of them does not start.
"""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from app.paths import is_there, sqlite_uri

PACKAGES = (
    "kinfolio",
    "numpy",
    "opencv-python-headless",
    "onnxruntime",
    "pillow",
    "simplejpeg",
    "pi-heif",
    "rawpy",
    "faiss-cpu",
    "scikit-learn",
    "sqlite-utils",
    "ai-edge-litert",
    "keras",
    "tensorflow",
    "PySide6-Essentials",
)
# Room for the vectors, portraits and thumbnails of about 20,000 photos.
ROOM_WANTED = 500_000_000
WINDOW_SECONDS = 60

# Run in a process of its own: a platform plugin that fails ends its process. Never with the current folder on the path
# of modules (-P): a photo folder may hold a file that is called like one.
_OPEN_QT = """
import sys
from PySide6.QtWidgets import QApplication
application = QApplication(sys.argv[:1])
print(application.platformName())
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `problem` says what is wrong and what to do, None where all is well."""

    name: str
    value: str
    problem: str | None = None


def examine(library: Path) -> Iterator[Finding]:
    """Everything that can be told without loading a model. Takes a few seconds, more for a large library."""
    yield Finding("python", f"{platform.python_version()} on {platform.platform()}")
    yield from packages()
    yield window()
    yield room(library)
    yield library_file(library)


def packages() -> Iterator[Finding]:
    for name in PACKAGES:
        try:
            yield Finding(name, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Finding(name, "not installed", f"The package {name} is missing. Install Kinfolio again.")


def window() -> Finding:
    """Can Qt open a window here? A machine without a display is no problem as long as Qt itself is whole."""
    if getattr(sys, "frozen", False):
        return Finding("window", "Qt is part of this program")
    display = has_display()
    failure = qt_failure() if display else qt_failure("offscreen")
    if failure is not None:
        return Finding(
            "window",
            "cannot open",
            f"Qt does not start: {failure} Install the system libraries that the README lists; "
            "the command line works without them.",
        )
    return Finding("window", "opens" if display else "Qt is whole; there is no display here")


def has_display() -> bool:
    """Whether this session names a screen; `qt_failure` tells whether that screen answers."""
    if sys.platform in ("win32", "darwin"):
        return True
    chosen = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if chosen:
        return chosen not in ("offscreen", "minimal")
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def qt_failure(platform_name: str | None = None) -> str | None:
    """Starts Qt in another process and returns what it says when it fails, else None. Takes a third of a second."""
    environment = dict(os.environ)
    if platform_name is not None:
        environment["QT_QPA_PLATFORM"] = platform_name
    try:
        ended = subprocess.run(
            [sys.executable, "-P", "-c", _OPEN_QT],
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=WINDOW_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"it did not answer within {WINDOW_SECONDS} seconds."
    if ended.returncode == 0:
        return None
    said = [line.strip() for line in ended.stderr.splitlines() if line.strip()]
    # Qt names the cause first and then what it tried; Python ends with the cause.
    causes = [line for line in said if line.startswith("qt.qpa.")][:1] or said[-1:]
    return causes[0] if causes else f"it ended with code {ended.returncode}."


def room(library: Path) -> Finding:
    folder = library
    while not is_there(folder) and folder != folder.parent:
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    problem = None
    if free < ROOM_WANTED:
        problem = f"The disk that holds {library} is nearly full. Make room, or keep the library elsewhere (--library)."
    return Finding("disk", f"{free / 1e9:.1f} GB free", problem)


def library_file(library: Path) -> Finding:
    """Reads the whole database file and says whether SQLite finds it sound."""
    path = library / "library.db"
    if not is_there(path):
        return Finding("library", f"none yet in {library}")
    size = f"{path} ({path.stat().st_size / 1e6:.1f} MB)"
    try:
        answer = _quick_check(path)
        if answer != "ok":
            # Where nothing may be written beside the file, what somebody else wrote meanwhile looks like damage.
            answer = _quick_check(path)
    except sqlite3.OperationalError as error:
        return Finding("library", size, f"The library file cannot be read ({error}). See who may read and write it.")
    if answer == "ok":
        return Finding("library", f"{size}, sound")
    return Finding(
        "library",
        size,
        f"The library file is damaged ({answer}). The window, or `kinfolio scan`, puts its newest backup in its place.",
    )


def _quick_check(path: Path) -> str:
    """ "ok", or what is wrong with the file."""
    with contextlib.closing(sqlite3.connect(sqlite_uri(path, "ro"), uri=True)) as connection:
        try:
            return " ".join(str(connection.execute("PRAGMA quick_check(1)").fetchone()[0]).split())
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            return str(error)
