"""Nothing goes online: the program works where the kernel ends every process that opens a socket of the internet."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest
import skimage.data
from PIL import Image

pytestmark = pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="the filter is written for Linux on x86-64"
)

# seccomp(2) with a filter for the Berkeley packet machine, from prctl(2): calls of socket(2) for IPv4 and IPv6 end the
# process. Sockets of this machine alone, by which a second start finds the window, are left alone.
FORBID = """
import ctypes, struct
ARCHITECTURE, X86_64, SOCKET, AF_INET, AF_INET6 = 4, 0xC000003E, 41, 2, 10
LOAD, EQUAL, RETURN, ALLOW, KILL = 0x20, 0x15, 0x06, 0x7FFF0000, 0x80000000
program = [
    (LOAD, 0, 0, ARCHITECTURE), (EQUAL, 0, 6, X86_64), (LOAD, 0, 0, 0), (EQUAL, 0, 4, SOCKET),
    (LOAD, 0, 0, 16), (EQUAL, 1, 0, AF_INET), (EQUAL, 0, 1, AF_INET6), (RETURN, 0, 0, KILL), (RETURN, 0, 0, ALLOW),
]
code = b"".join(struct.pack("HBBI", *step) for step in program)
class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0  # no new privileges
assert libc.prctl(22, 2, ctypes.byref(Filter(len(program), code))) == 0, ctypes.get_errno()
"""
COMMANDS = """
import sys
from pathlib import Path
from app.cli.run import main
photos, library = sys.argv[1:]
for argv in (["scan", photos], ["people"], ["clusters"], ["review"], ["search", photos + "/astronaut.png"],
             ["name", "--face", "1", "Eileen"], ["undo"], ["model", "list"], ["doctor", "--deep"],
             ["report", "--out", photos + "/people.html"]):
    assert main(["--library", library, *argv]) in (0, 1), argv
    print("did", argv[0], flush=True)
"""
WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app import main
from app.ui import application, places
from app.ui.main_window import MainWindow

def look():
    (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
    if window.session.jobs.running():
        QTimer.singleShot(200, look)
        return
    for place in (places.PhotosPlace(), places.PeoplePlace(), places.ReviewPlace(), places.StatisticsPlace()):
        window.go(place)
        QApplication.processEvents()
    print("did", window.session.library.counts().faces, flush=True)
    window.close()

def set_up(*arguments):
    original(*arguments)
    QTimer.singleShot(1500, look)

original, application.set_up = application.set_up, set_up
sys.exit(main.run(Path(sys.argv[2]), [Path(sys.argv[1])], "auto"))
"""


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.fromarray(skimage.data.astronaut()).save(folder / "astronaut.png")
    return folder


def offline(code: str, photos: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", FORBID + code, str(photos), str(photos.parent / "library")]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_the_filter_ends_what_goes_online_and_nothing_else(photos: Path) -> None:
    assert offline("import socket; socket.socket(socket.AF_INET)", photos).returncode == -31  # SIGSYS
    assert offline("import socket; socket.socket(socket.AF_INET6)", photos).returncode == -31
    assert offline("import socket; socket.socket(socket.AF_UNIX)", photos).returncode == 0


def test_every_command_works_offline(photos: Path, home: Path) -> None:
    done = offline(COMMANDS, photos)
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    assert done.stdout.count("did ") == 10


def test_the_window_scans_and_shows_offline(photos: Path, home: Path) -> None:
    done = offline(WINDOW, photos)
    assert done.returncode == 0, (done.returncode, done.stderr)
    assert "did 1" in done.stdout
