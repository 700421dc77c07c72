"""How long the People page takes with 100,000 tiles: python -m tests.bench.people [--people 20000] [--groups 80000]

Opens the real window, offscreen, on a library without a picture; then scrolls, filters, sorts and types. Where it
scrolls, a frame is what comes of it; else it is painted whole. Prints medians and the slowest.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.crash import CrashReporter
from app.library.library import Library
from app.main import build
from app.settings import Settings, SettingsFile
from app.ui import application
from app.ui.bridge import EventBridge
from app.ui.main_window import MainWindow
from app.vision.pretend import PretendEngine

FRAMES = 200


def fill(folder: Path, people: int, groups: int, faces: int) -> None:
    """Writes people and groups of so many faces each, every face in a photo of its own, straight into the tables."""
    library = Library.open(folder)
    root = library.add_root(folder)
    library.close()
    every = range(1, (people + groups) * faces + 1)
    with sqlite3.connect(folder / "library.db") as db:
        db.executemany(
            "INSERT INTO photos (id, root_id, path, display, size, mtime_ns, shown_at) VALUES (?, ?, ?, ?, 1, 1, ?)",
            ((number, root.id, b"%d.jpg" % number, f"{number}.jpg", float(number)) for number in every),
        )
        db.executemany(
            "INSERT INTO people (id, name, created_at) VALUES (?, ?, '')",
            ((number, f"Person {number} Ü{number % 977}") for number in range(1, people + 1)),
        )
        db.executemany("INSERT INTO clusters (id) VALUES (?)", ((number,) for number in range(1, groups + 1)))
        db.executemany(
            "INSERT INTO faces (id, photo_id, x, y, w, h, landmarks, score, quality, origin, person_id) "
            "VALUES (?, ?, 0.1, 0.1, 0.2, 0.2, x'', 0.9, 0.8, 'detector', ?)",
            ((one, one, (one - 1) // faces + 1 if one <= people * faces else None) for one in every),
        )
        db.executemany(
            "INSERT INTO members (face_id, cluster_id) VALUES (?, ?)",
            ((one, (one - 1) // faces + 1 - people) for one in every[people * faces :]),
        )
    db.close()


def median(what: str, actions: list[Callable[[], object]]) -> None:
    walls, own = [], []
    for action in actions:
        started, cpu = time.perf_counter(), time.thread_time()
        action()
        walls.append(1000 * (time.perf_counter() - started))
        own.append(1000 * (time.thread_time() - cpu))
    told = "   ".join(
        f"{name} {statistics.median(taken):>6.1f} ms, slowest {max(taken):>6.1f} ms"
        for name, taken in (("median", walls), ("of CPU", own))
    )
    print(f"{what:<28} {told}", flush=True)


def wait(condition: Callable[[], bool]) -> None:
    while not condition():
        QApplication.processEvents()
        time.sleep(0.001)


def measure(window: MainWindow, tiles: int) -> None:
    page, app = window.people, QApplication.instance()
    assert app is not None
    grid, model, bar = page.grid, page.model, page.grid.verticalScrollBar()
    started = time.perf_counter()
    wait(lambda: model.rowCount() == tiles)
    print(f"{tiles:,} tiles shown {time.perf_counter() - started:.2f} s after the window")
    crowd = page._shown.crowd

    def frame() -> None:
        grid.viewport().repaint()

    def scroll(to: int) -> None:
        bar.setValue(to)
        QApplication.processEvents()

    median("paint", [frame] * FRAMES)
    median("scroll by a wheel's notch", [lambda y=y: scroll(y) for y in range(0, 120 * FRAMES, 120)])
    leaps = [number * bar.maximum() // FRAMES for number in range(FRAMES)]
    median("scroll anywhere", [lambda y=y: scroll(y) for y in leaps])
    median("fill with the same", [lambda: model.fill(crowd)] * 20)
    texts = ["p", "pe", "per", "person 1", "person 19", "ü7", "nobody", ""]
    median("filter by a letter more", [lambda text=text: (page.filter.setText(text), frame()) for text in texts])
    median("select all and nothing", [grid.selectAll, frame, grid.clearSelection, frame])
    edits = [lambda text=text: window.session.names.fitting(text, (), 8) for text in ("p", "person 1", "ü", "zz")]
    median("names that may be meant", edits)
    for order in range(page.order.count()):
        before = page._shown
        started = time.perf_counter()
        page.order.setCurrentIndex(order)
        page.refresh()
        wait(lambda before=before: page._shown is not before)
        print(f"sorted {page.order.itemText(order).lower():<26} {time.perf_counter() - started:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--groups", type=int, default=80_000)
    parser.add_argument("--faces", type=int, default=4, help="of each")
    arguments = parser.parse_args()
    app = application.start()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        fill(folder / "library", arguments.people, arguments.groups, arguments.faces)
        application.set_up(app, Settings(language="en_US"))
        bridge = EventBridge()
        stack.callback(bridge.close)
        library = Library.open(folder / "library", publish=bridge.publish)
        stack.callback(library.close)
        tracemalloc.start()
        crowd = library.crowd()
        print(f"{len(crowd):,} as columns take {tracemalloc.get_traced_memory()[0] / len(crowd):.0f} bytes each")
        tracemalloc.stop()
        del crowd
        settings, crashes = SettingsFile(folder / "settings.json"), CrashReporter(folder / "logs")
        window = build(library, bridge, settings, crashes, "cpu", stack, lambda name, device: PretendEngine())
        stack.callback(window.deleteLater)
        stack.callback(window.close)
        window.resize(1400, 900)
        window.show()
        QTest.qWaitForWindowExposed(window)
        measure(window, arguments.people + arguments.groups)


if __name__ == "__main__":
    main()
