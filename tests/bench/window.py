"""How the window behaves at a million photos: python -m tests.bench.window [--photos 1000000] [--people 100000]

Shows the Photos page of a library made of rows alone (`tests.bench.large`) and prints how long it takes to open, to
resize, to select all, to take in photos that are added, and to scroll; then the same of the People page. A frame is
everything the main thread does from one position of the scroll bar to the next: painting, and whatever arrived
meanwhile. "CPU" is the time that the main thread computed, which other work on the machine hardly changes; the goals
are meant for the clock.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from app.crash import CrashReporter
from app.events import LibraryChanged
from app.library.library import Library
from app.main import MakeEngine, build
from app.settings import SettingsFile
from app.ui import application
from app.ui.bridge import EventBridge
from app.ui.garbage import GarbageCollector
from app.ui.main_window import MainWindow
from app.ui.places import PeoplePlace, PhotosPlace, Place
from app.ui.widgets.grid_view import GridView
from app.vision.pretend import PretendEngine
from tests.bench import large

# A screen that shows sixty frames a second.
FRAME_S = 1 / 60
FRAMES = 600


@contextmanager
def opened(folder: Path, engine: MakeEngine = lambda name, device: PretendEngine()) -> Iterator[MainWindow]:
    """The window as `app.main.run` builds it, not yet shown."""
    with tempfile.TemporaryDirectory() as elsewhere, ExitStack() as stack:
        garbage = GarbageCollector()
        stack.callback(garbage.stop)
        bridge = EventBridge()
        stack.callback(bridge.close)
        library = Library.open(folder, publish=bridge.publish)
        stack.callback(library.close)
        settings, crashes = SettingsFile(Path(elsewhere) / "settings.json"), CrashReporter(Path(elsewhere))
        window = build(library, bridge, settings, crashes, "cpu", stack, engine)
        window.resize(1280, 800)
        garbage.keep_all()
        yield window
        window.close()


def wait(condition: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        QApplication.processEvents()
        time.sleep(0.001)
        if time.monotonic() > end:
            raise TimeoutError


def settle(seconds: float = 1.0) -> None:
    end = time.monotonic() + seconds
    wait(lambda: time.monotonic() > end)


class Busy:
    """How long the main thread was busy at a stretch, in milliseconds: by the clock, and computing."""

    def __init__(self) -> None:
        self.clock: list[float] = []
        self.cpu: list[float] = []

    def measure(self, action: Callable[[], object] = lambda: None) -> None:
        """`action`, and all that the event loop has to do then."""
        clock, cpu = time.perf_counter(), time.thread_time()
        action()
        QApplication.processEvents()
        self.clock.append(1000 * (time.perf_counter() - clock))
        self.cpu.append(1000 * (time.thread_time() - cpu))

    def until(self, condition: Callable[[], bool]) -> None:
        """Measures every turn of the event loop until then."""
        while not condition():
            self.measure()
            time.sleep(0.001)

    def tell(self, what: str) -> None:
        median, most = np.percentile(self.clock, [50, 99])
        late = sum(frame > 33 for frame in self.clock)
        computing = np.percentile(self.cpu, [50, 99])
        print(
            f"{what:<30} median {median:5.1f} ms, 99 % {most:5.1f}, worst {max(self.clock):5.1f}, {late:3} over 33 ms; "
            f"CPU median {computing[0]:4.1f}, 99 % {computing[1]:4.1f}, worst {max(self.cpu):4.1f}",
            flush=True,
        )


def frames(grid: GridView, positions: list[int]) -> Busy:
    """While the scroll bar goes through these positions, one each sixtieth of a second."""
    busy, between = Busy(), Busy()
    for position in positions:
        started = time.perf_counter()
        busy.measure(lambda position=position: grid.verticalScrollBar().setValue(position))  # type: ignore[misc]
        between.until(lambda started=started: time.perf_counter() - started > FRAME_S)  # type: ignore[misc]
    # What arrives between two frames can delay the next one just the same.
    busy.clock += [each for each in between.clock if each > 1]
    busy.cpu += [each for each in between.cpu if each > 1]
    return busy


def resident() -> int:
    status = Path("/proc/self/statm").read_text().split()
    return int(status[1]) * os.sysconf("SC_PAGE_SIZE")


def scroll(name: str, grid: GridView) -> None:
    bar, step = grid.verticalScrollBar(), grid.viewport().height() // 4
    rng = np.random.default_rng(1)
    bar.setValue(0)
    settle()
    frames(grid, [min(place * step, bar.maximum()) for place in range(FRAMES)]).tell(f"{name}: wheel")
    drag = np.linspace(0, bar.maximum(), FRAMES).astype(int).tolist()
    frames(grid, drag).tell(f"{name}: bar from top to bottom")
    frames(grid, rng.integers(0, max(1, bar.maximum()), FRAMES).tolist()).tell(f"{name}: jumps")


def resize(name: str, window: MainWindow) -> None:
    busy = Busy()
    for place in range(60):
        busy.measure(lambda place=place: window.resize(900 + 7 * place, 700 + 3 * place))  # type: ignore[misc]
    busy.tell(f"{name}: resize")


def select_all(name: str, grid: GridView) -> None:
    busy = Busy()
    busy.measure(grid.selectAll)
    busy.measure(grid.clearSelection)
    busy.tell(f"{name}: select all, and nothing")


def show(name: str, window: MainWindow, place: Place, shown: Callable[[], bool]) -> None:
    busy, started = Busy(), time.perf_counter()
    busy.measure(lambda: window.go(place))
    busy.until(shown)
    print(f"{name}: shown after {time.perf_counter() - started:.2f} s")
    busy.tell(f"{name}: until shown")


def measure_photos(window: MainWindow, folder: Path, count: int) -> None:
    page = window.photos
    before = resident()
    show("photos", window, PhotosPlace(), lambda: page.model.rowCount() == count)
    settle(2)
    print(f"photos: the window's memory grew by {(resident() - before) / count:.1f} bytes a photo")
    scroll("photos", page.grid)
    page.grid.verticalScrollBar().setValue(page.grid.verticalScrollBar().maximum() // 2)
    settle()
    resize("photos", window)
    select_all("photos", page.grid)
    busy = Busy()
    for _ in range(3):
        now = count_of(folder)
        add(folder, now, 1000)
        window.session.bridge.publish(LibraryChanged(photos=frozenset(range(now + 1, now + 1001))))
        busy.until(lambda now=now: page.model.rowCount() == now + 1000)  # type: ignore[misc]
        end = time.monotonic() + 0.5
        busy.until(lambda end=end: time.monotonic() > end)  # type: ignore[misc]
    busy.tell("photos: 1,000 more, three times")


def count_of(folder: Path) -> int:
    with sqlite3.connect(folder / "library.db") as connection:
        return int(connection.execute("SELECT count(*) FROM photos").fetchone()[0])


def add(folder: Path, first: int, count: int) -> None:
    connection = sqlite3.connect(folder / "library.db")
    with connection:
        large.append(connection, 1, first, count)
    connection.close()


def measure_people(window: MainWindow, people: int) -> None:
    page = window.people
    show("people", window, PeoplePlace(), lambda: page.model.rowCount() >= people)
    settle(2)
    scroll("people", page.grid)
    resize("people", window)
    select_all("people", page.grid)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--library", type=Path, help="make the library here, or use the one that is here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as elsewhere:
        folder = arguments.library or Path(elsewhere) / "library"
        if not (folder / "library.db").exists():
            large.make(folder, arguments.photos, people=arguments.people, pictures=8000)
        app = application.start()
        application.translate(app, "en_US")
        with opened(folder) as window:
            window.show()
            wait(window._splitter.isVisible)
            measure_photos(window, folder, count_of(folder))
            measure_people(window, arguments.people)


if __name__ == "__main__":
    main()
