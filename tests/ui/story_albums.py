"""Photos of one cast for the stories: drawn ones that the pretend engine knows, and real ones.

Twin looks so much like Anna that the program takes both for one; Bert and Dora look so different at times that it takes
each for two. The name of a file says who is on it, from the left to the right: `anna+carl 1.jpg`.
"""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.decode import Picture, decode
from app.vision.engine import Box, EngineInfo, FaceEngine, Reading
from app.vision.models import make_engine
from app.vision.pretend import PretendEngine, identity_of
from tests.pictures import Pixels, blank, draw_people, draw_person, encode

# The colours of those who are drawn; other looks have colours of their own, so many further on.
DRAWN = {"anna": 0, "bert": 1, "carl": 2, "dora": 3, "emil": 4, "fred": 5, "twin": 0}
OTHER_LOOK = 8
# Two looks of one person have about this cosine: too little for one group, enough for a question.
ALIKE = 0.4
# The same cast among the real photos.
REAL = {"7314": "anna", "7345": "bert", "7201": "carl", "7289": "dora", "7206": "emil", "7213": "fred", "7312": "twin"}
# So many photos of these come with the second folder.
LATER = {"carl": 3, "emil": 3, "fred": 6}
# A wall so wide that no detector sees the face that hangs on it here, in pixels.
WALL = (1600, 1200)
MISSED = (1200, 560, 16, 19)


@dataclass(frozen=True)
class Album:
    """`first` and `second` are the folders that are scanned one after the other, `probe` is a picture of Carl.

    `wall.jpg` of the first folder shows Carl in the box `MISSED`, where no detector finds a face.
    """

    first: Path
    second: Path
    probe: Path
    engine: Callable[[], FaceEngine]


class Ageing(PretendEngine):
    """Takes those drawn in the colours from `OTHER_LOOK` on for other looks of the people that many before."""

    def read(self, pictures: Sequence[Picture]) -> list[list[Reading]]:
        return [[_aged(reading) for reading in readings] for readings in super().read(pictures)]


class Paced:
    """An engine that can be made to wait after about so many pictures until it may go on."""

    def __init__(self, engine: FaceEngine) -> None:
        self._engine, self._left = engine, 0
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def wait_after(self, pictures: int) -> None:
        self._left = pictures
        self.may_go_on.clear()

    @property
    def info(self) -> EngineInfo:
        return self._engine.info

    def read(self, pictures: Sequence[Picture]) -> list[list[Reading]]:
        if self._left <= 0:
            self.may_go_on.wait(60)
        self._left -= len(pictures)
        return self._engine.read(pictures)

    def describe(self, picture: Picture, boxes: Sequence[Box]) -> list[Reading]:
        return self._engine.describe(picture, boxes)

    def close(self) -> None:
        self._engine.close()


def drawn_album(folder: Path) -> Album:
    photos = [("anna", 0, 6), ("twin", 0, 1), ("bert", 0, 4), ("bert", OTHER_LOOK, 3), ("carl", 0, 3), ("dora", 0, 4)]
    photos += [("dora", OTHER_LOOK, 2), ("emil", 0, 2), ("fred", 0, 2)]
    first, second = _folders(folder)
    for who, look, count in photos:
        for number in range(count):
            # No file is the same as another one, which would be one photo.
            seed = number + look + (30 if who == "twin" else 0)
            _save(first, who, draw_people(DRAWN[who] + look, size=(320, 240), seed=seed).pixels)
    for who, count in LATER.items():
        for number in range(count):
            _save(second, who, draw_people(DRAWN[who], size=(320, 240), seed=100 + number).pixels)
    _save(first, "anna+carl", draw_people(DRAWN["anna"], DRAWN["carl"], seed=50).pixels)
    wall = blank(WALL)
    draw_person(wall, DRAWN["carl"], MISSED)
    _save(first, "wall", wall)
    (folder / "probe.png").write_bytes(encode(draw_people(DRAWN["carl"], seed=77).pixels, "PNG"))
    return Album(first, second, folder / "probe.png", Ageing)


def real_album(folder: Path, data: Path) -> Album:
    first, second = _folders(folder)
    photos: dict[str, list[Path]] = {}
    with (data / "photos-identities.csv").open() as rows:
        for row in csv.DictReader(rows):
            if who := REAL.get(row["identity"]):
                photos.setdefault(who, []).append(data / "photos" / row["photo"])
    for who, files in photos.items():
        later = LATER.get(who, 0)
        for number, file in enumerate(files):
            _save(second if number < later else first, who, decode(file.read_bytes()).pixels)
    anna, carl = (_beside(decode(photos[who][-1].read_bytes()).pixels) for who in ("anna", "carl"))
    _save(first, "anna+carl", np.hstack([anna, carl]))
    probe = photos["carl"][0]
    engine = make_engine(None, "cpu")
    pixels = decode(photos["carl"][-1].read_bytes()).pixels
    ((x, y, width, height), *_) = [face.box for face in engine.read([Picture(pixels, *pixels.shape[1::-1])])[0]]
    engine.close()
    left, top, across, down = MISSED
    scale = across / (width * pixels.shape[1]), down / (height * pixels.shape[0])
    small = cv2.resize(pixels, None, fx=scale[0], fy=scale[1], interpolation=cv2.INTER_AREA)
    wall = blank(WALL)
    rows_, columns = small.shape[:2]
    at = top - round(y * rows_), left - round(x * columns)
    wall[at[0] : at[0] + rows_, at[1] : at[1] + columns] = small
    _save(first, "wall", wall)
    return Album(first, second, probe, lambda: make_engine(None, "cpu"))


def who_is_on(photo: Path) -> list[str]:
    """From the left to the right, as the name of the file says."""
    return photo.stem.rsplit(" ", 1)[0].split("+")


def _folders(folder: Path) -> tuple[Path, Path]:
    first, second = folder / "home", folder / "camera 相机"
    first.mkdir(parents=True)
    second.mkdir()
    return first, second


def _save(folder: Path, who: str, pixels: Pixels) -> None:
    number = len(list(folder.glob(f"{who} *.jpg"))) + 1
    (folder / f"{who} {number}.jpg").write_bytes(encode(pixels, quality=92))


def _beside(pixels: Pixels) -> Pixels:
    """As high as others that are put beside it."""
    height = 600
    width = round(pixels.shape[1] * height / pixels.shape[0])
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _aged(reading: Reading) -> Reading:
    identity = identity_of(reading.vector)
    if identity < OTHER_LOOK:
        return reading
    vector = reading.vector * np.sqrt(1 - ALIKE**2) + _young(identity - OTHER_LOOK) * ALIKE
    return replace(reading, vector=(vector / np.linalg.norm(vector)).astype(np.float32))


@cache
def _young(identity: int) -> NDArray[np.float32]:
    """What the faces of somebody have in common."""
    drawn = [draw_people(identity, seed=seed).pixels for seed in range(8)]
    found = PretendEngine().read([Picture(pixels, *pixels.shape[1::-1]) for pixels in drawn])
    mean = np.mean([faces[0].vector for faces in found], axis=0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)
