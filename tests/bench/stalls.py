"""How long the window does not answer: python -m tests.bench.stalls --photos DIR [--count 200] [--faces 20000]

First a process of its own opens the window on a library of 100,000 faces. Then a timer of the event loop ticks every
millisecond; a stall is how much later than that a tick comes, and "CPU" what the main thread computed meanwhile: for
the rest it waited. Measured at rest, while the models are loaded, and while a scan of real photos, the planning
of new groups of a library of drawn faces and a naming spree run together.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtTest import QTest

from app.events import JobProgress
from app.library.library import Library
from app.library.records import Cluster, Strictness
from app.ui import application
from app.ui.attention import Attention
from app.ui.main_window import MainWindow
from app.ui.widgets.name_edit import NameEdit
from app.vision.models import make_engine
from tests.bench import large
from tests.bench.library import FACES_A_PERSON, People, fill
from tests.bench.window import opened, settle, wait

BEAT_MS = 1
# Ten keys a second.
KEY_MS = 100


class Heartbeat(QObject):
    """What the ticks tell, by the phase in which they came."""

    def __init__(self) -> None:
        super().__init__()
        self.phase = ""
        self.stalls: dict[str, list[float]] = {}
        self.cpu: dict[str, list[float]] = {}
        self._last = self._computed = 0.0
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def begin(self, phase: str) -> None:
        self.phase, self._last, self._computed = phase, time.perf_counter(), time.thread_time()
        self._timer.start()

    def _tick(self) -> None:
        now, computed = time.perf_counter(), time.thread_time()
        self.stalls.setdefault(self.phase, []).append(max(0.0, 1000 * (now - self._last) - BEAT_MS))
        self.cpu.setdefault(self.phase, []).append(1000 * (computed - self._computed))
        self._last, self._computed = now, computed

    def tell(self) -> None:
        for phase, stalls in self.stalls.items():
            median, most = np.percentile(stalls, [50, 99])
            over = sum(stall > 100 for stall in stalls)
            print(
                f"{phase:<34} {len(stalls):>6} ticks, median {median:5.1f} ms, 99 % {most:6.1f} ms, "
                f"worst {max(stalls):6.1f} ms, {over} over 100 ms; "
                f"CPU 99 % {np.percentile(self.cpu[phase], 99):5.1f}, worst {max(self.cpu[phase]):5.1f} ms",
                flush=True,
            )


def drawn_library(folder: Path, faces: int) -> None:
    """Faces around people as the engine that ships would describe them, grouped."""
    engine = make_engine(None, "cpu")
    info = engine.info
    library = Library.open(folder)
    library.use_engine(name=info.name, fingerprint=info.fingerprint, dimension=info.dimension, cosine_at=info.cosine_at)
    (folder / "drawn").mkdir()
    fill(library, library.add_root(folder / "drawn"), People(max(1, faces // FACES_A_PERSON)), faces)
    library.group()
    library.close()
    engine.close()


class Spree(QObject):
    """Types a name under the first tile that has none, again and again, key by key as quick fingers do."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self.named = 0
        self._left = ""
        self._timer = QTimer(self, interval=KEY_MS)
        self._timer.timeout.connect(self._press)

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        """A name that is being typed is left out."""
        self._timer.stop()
        if (edit := self._edit()) is not None:
            QTest.keyClick(edit.window().windowHandle(), Qt.Key.Key_Escape)

    def _edit(self) -> NameEdit | None:
        edits = self._window.people.grid.findChildren(NameEdit)
        return next((edit for edit in edits if edit.isVisible()), None)

    def _press(self) -> None:
        if (edit := self._edit()) is None:
            self._begin()
        elif self._left:
            QTest.keyClick(edit.window().windowHandle(), self._left[0])
            self._left = self._left[1:]
        else:
            QTest.keyClick(edit.window().windowHandle(), Qt.Key.Key_Return)
            self.named += 1

    def _begin(self) -> None:
        page = self._window.people
        rows = range(page.model.rowCount())
        if (row := next((row for row in rows if isinstance(page.model.tile(row), Cluster)), None)) is not None:
            page.grid.edit_row(row)
            self._left = f"Somebody {self.named}"


def copy(photos: Path, folder: Path, count: int) -> None:
    folder.mkdir()
    for file in sorted(file for file in photos.iterdir() if file.is_file())[:count]:
        shutil.copy(file, folder / file.name)


def together(photos: Path, count: int, faces: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy(photos, folder / "photos", count)
        drawn_library(folder / "library", faces)
        app = application.start()
        application.translate(app, "en_US")
        Attention(app)
        with opened(folder / "library", engine=make_engine) as window:
            beat, spree = Heartbeat(), Spree(window)
            window.show()
            wait(lambda: window.people.model.rowCount() > 0)
            settle()
            beat.begin("at rest")
            settle(3)
            read: list[int] = []

            def progressed(progress: JobProgress) -> None:
                read.append(progress.done)

            window.session.bridge.job_progressed.connect(progressed)
            beat.begin("the models are loaded")
            window.scan([folder / "photos"])
            wait(lambda: any(read))
            beat.begin("scan, new groups and names together")
            spree.start()
            plans: list[object] = []
            background, library = window.session.background, window.session.library

            def plan(_: object = None) -> None:
                plans.append(_)
                if window.session.jobs.running():
                    background.run(lambda: library.plan_groups(Strictness.NORMAL), plan)

            plan()
            wait(lambda: not window.session.jobs.running(), 600)
            spree.stop()
            wait(lambda: not window.people.grid.is_editing())
            window.session.edits.settle()
            beat.begin("afterwards")
            settle(3)
            beat.tell()
            print(
                f"{spree.named} groups named, all groups planned anew {len(plans) - 1} times, {max(read)} photos read"
            )


def first_window(folder: Path, began: float) -> None:
    """In a process of its own: prints the seconds since `began` until the first tiles are painted."""
    app = application.start()
    application.translate(app, "en_US")
    with opened(folder) as window:
        window.show()
        wait(lambda: window.isVisible() and window.people.grid.isVisible())
        shown = time.time()
        wait(lambda: window.people.model.rowCount() > 0)
        window.people.grid.viewport().repaint()
        print(f"{shown - began:.2f} {time.time() - began:.2f} {time.process_time():.2f}")


def tell_first_window(faces: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "library"
        large.make(folder, faces, people=faces // 10, groups=(faces - faces // 10) // 2, pictures=1000)
        command = [sys.executable, "-m", "tests.bench.stalls", "--first-window", str(folder), "--began"]
        for _ in range(4):
            began = [str(time.time())]
            printed = subprocess.run([*command, *began], check=True, capture_output=True, text=True).stdout.split()
            shown, filled, cpu = (float(number) for number in printed[-3:])
            print(
                f"first window on {faces:,} faces: shown after {shown:.2f} s, with its tiles after {filled:.2f} s "
                f"({cpu:.2f} s CPU of all threads)",
                flush=True,
            )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, help="a folder of photos; without it only the first window is measured")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--faces", type=int, default=20_000)
    parser.add_argument("--first-window", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--began", type=float, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.first_window is not None:
        first_window(chosen.first_window, chosen.began)
        return
    tell_first_window(100_000)
    if chosen.photos is not None:
        together(chosen.photos, chosen.count, chosen.faces)


if __name__ == "__main__":
    main()
