"""A scan in a process of its own, to be killed: python scan_child.py LIBRARY PHOTOS SECONDS_A_PICTURE.

Prints a line for every photo that was told as read, once it is in the library.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app.library.library import Library
from app.vision.threads import Vision
from app.work.jobs.scan_folder import ScanFolders, ScannedLine
from app.work.runner import Runner
from tests.work.engines import WatchedEngine


def tell(line: ScannedLine) -> None:
    os.write(1, os.fsencode(line.path) + b"\n")


def main(folder: str, photos: str, seconds: str) -> None:
    os.write(1, b"begin\n")
    library = Library.open(Path(folder))
    vision = Vision(WatchedEngine(seconds=float(seconds)))
    runner = Runner(lambda event: None)
    runner.start(ScanFolders(library, vision, [Path(photos)], group=False, on_photo=tell)).future.result()
    runner.close()
    vision.close()
    library.close()
    os.write(1, b"end\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
