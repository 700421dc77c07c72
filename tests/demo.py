"""A family album that is drawn, for the screenshots: photos with places, dates and folders, and a library of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np

from app.decode import Picture
from app.library.library import Library
from app.library.records import FaceFilter, PersonId
from app.vision.engine import EngineInfo, Reading
from app.vision.pretend import _PEOPLE, PretendEngine, identity_of
from app.vision.threads import Vision
from app.work.jobs.scan_folder import ScanFolders
from app.work.runner import Runner
from tests.pictures import Pixels, camera_exif, draw_person, encode

SIZE = (1280, 960)


@dataclass(frozen=True)
class Character:
    """`identity` is one of the pretend engine's whose colour a skin may have; from `grown` on it is `later`."""

    name: str
    identity: int
    born: date | None = None
    later: int | None = None
    grown: int = 0

    def on(self, year: int) -> int:
        return self.later if self.later is not None and year >= self.grown else self.identity


FAMILY = (
    Character("Anna Lindqvist", 23, date(1979, 5, 2)),
    Character("Ben Okafor", 39, date(1977, 11, 19)),
    Character("Clara", 16, date(2006, 3, 31), later=7, grown=2014),
    Character("David", 62, date(2009, 8, 14), later=14, grown=2018),
    Character("Rosa", 25),
    Character("Grandpa Karl", 30),
    Character("Mei 美玲", 46),
)
# On some photos each, without a name.
STRANGERS = (48, 55, 57)

# Folder, year, month, place, how many photos, who is likely to be on them (by place in the family).
ALBUMS = (
    ("2008 Garden", 2008, 6, "park", 10, (0, 1, 2, 4)),
    ("2010 Seaside", 2010, 8, "beach", 16, (0, 1, 2, 3)),
    ("2012 Christmas", 2012, 12, "room", 12, (0, 2, 3, 4, 5)),
    ("2014 Mountains", 2014, 7, "hills", 18, (0, 1, 2, 3, 6)),
    ("2016 夏天", 2016, 8, "beach", 12, (0, 2, 6)),
    ("2018 Birthday", 2018, 3, "room", 14, (0, 1, 2, 3, 4, 6)),
    ("2020 At home", 2020, 4, "room", 12, (0, 1, 2, 3)),
    ("2022 Town", 2022, 9, "town", 16, (1, 2, 3, 6)),
    ("2024 Garden", 2024, 5, "park", 18, (0, 1, 2, 3, 4, 5, 6)),
)


def draw_album(folder: Path) -> None:
    """Draws the photos of the family into `folder`, always the same ones; one file is broken."""
    for number, (name, year, month, place, photos, likely) in enumerate(ALBUMS):
        (folder / name).mkdir(parents=True, exist_ok=True)
        moment = datetime(year, month, 3 + number, 9, 12)
        for shot in range(photos):
            random = np.random.default_rng([number, shot])
            count = int(random.choice([1, 1, 2, 2, 3, 4], p=[0.2, 0.2, 0.2, 0.15, 0.15, 0.1]))
            who = [FAMILY[person].on(year) for person in random.permutation(likely)[:count]]
            if random.random() < 0.12:
                who.append(int(random.choice(STRANGERS)))
            if shot == 5:
                who = []
            moment += timedelta(minutes=float(random.uniform(3, 700)))
            exif = camera_exif(moment.strftime("%Y:%m:%d %H:%M:%S"), camera=("Pocket 5", "Pocket 9")[year > 2015])
            data = encode(draw_scene(place, who, random), exif=exif, quality=88)
            (folder / name / f"IMG_{number}{shot:03}.jpg").write_bytes(data)
    (folder / ALBUMS[-1][0] / "IMG_9999.jpg").write_bytes(b"\xff\xd8\xff\xe0 cut off")


def draw_scene(place: str, who: Sequence[int], random: np.random.Generator) -> Pixels:
    """People before a landscape or in a room. Grounds are muted, so that the pretend engine sees only faces."""
    width, height = SIZE
    canvas = _PLACES[place](random)
    share = width / max(1, len(who))
    for number in random.permutation(len(who)):
        down = min(share * 0.7, height * 0.46) * random.uniform(0.62, 1.0)
        x = share * (number + 0.5) - down * 0.4 + random.uniform(-0.08, 0.08) * share
        y = height * random.uniform(0.24, 0.36)
        draw_person(canvas, who[number], (round(x), round(y), round(down * 0.8), round(down)))
    grain = random.integers(-2, 3, canvas.shape)
    return np.clip(canvas.astype(np.int16) + grain, 0, 255).astype(np.uint8)


def _gradient(upper: tuple[int, int, int], lower: tuple[int, int, int]) -> Pixels:
    width, height = SIZE
    part = np.linspace(0, 1, height)[:, None, None]
    column = np.array(upper) * (1 - part) + np.array(lower) * part
    return np.ascontiguousarray(np.repeat(column, width, axis=1).round().astype(np.uint8))


def _ridge(canvas: Pixels, random: np.random.Generator, height: float, colour: tuple[int, int, int]) -> None:
    """A line of hills across the picture, filled down to the lower edge."""
    width, tall = SIZE
    x = np.linspace(0, 2 * np.pi, 60)
    waves = sum(np.sin(x * k + random.uniform(0, 6)) / k for k in (1, 2, 3.7))
    y = tall * height - waves * tall * 0.05
    line = np.stack([np.linspace(0, width, 60), y], axis=1)
    outline = np.concatenate([line, [[width, tall], [0, tall]]]).round().astype(np.int32)
    cv2.fillPoly(canvas, [outline], colour, cv2.LINE_AA)


def _hills(random: np.random.Generator) -> Pixels:
    canvas = _gradient((178, 194, 212), (226, 226, 222))
    for height, colour in ((0.46, (158, 172, 182)), (0.58, (142, 158, 154)), (0.72, (132, 150, 128))):
        _ridge(canvas, random, height, colour)
    return canvas


def _beach(random: np.random.Generator) -> Pixels:
    canvas = _gradient((186, 204, 220), (222, 230, 232))
    width, height = SIZE
    canvas[round(height * 0.42) : round(height * 0.62)] = (142, 170, 182)
    canvas[round(height * 0.62) :] = (224, 214, 190)
    sun = (round(random.uniform(0.1, 0.9) * width), round(height * 0.16))
    cv2.circle(canvas, sun, 60, (244, 238, 214), -1, cv2.LINE_AA)
    for _ in range(40):
        x, y = round(random.uniform(0, width)), round(random.uniform(0.44, 0.61) * height)
        cv2.line(canvas, (x, y), (x + 50, y), (168, 190, 198), 2, cv2.LINE_AA)
    return canvas


def _park(random: np.random.Generator) -> Pixels:
    canvas = _gradient((196, 210, 220), (228, 230, 222))
    _ridge(canvas, random, 0.62, (150, 168, 140))
    width, height = SIZE
    for _ in range(7):
        x, size = round(random.uniform(0, width)), round(random.uniform(70, 130))
        y = round(height * random.uniform(0.3, 0.5))
        cv2.rectangle(canvas, (x - 9, y), (x + 9, round(height * 0.66)), (122, 110, 98), -1, cv2.LINE_AA)
        cv2.circle(canvas, (x, y), size, (128, 150, 120), -1, cv2.LINE_AA)
    return canvas


def _room(random: np.random.Generator) -> Pixels:
    wall = [(222, 214, 200), (208, 216, 220), (220, 208, 208)][int(random.integers(3))]
    canvas = _gradient(wall, wall)
    width, height = SIZE
    canvas[round(height * 0.76) :] = (170, 154, 136)
    left = round(random.uniform(0.05, 0.6) * width)
    cv2.rectangle(canvas, (left, 90), (left + 330, 480), (246, 244, 240), -1)
    cv2.rectangle(canvas, (left + 18, 108), (left + 312, 462), (190, 204, 214), -1)
    cv2.line(canvas, (left + 165, 108), (left + 165, 462), (246, 244, 240), 12)
    return canvas


def _town(random: np.random.Generator) -> Pixels:
    canvas = _gradient((190, 200, 212), (228, 226, 222))
    width, height = SIZE
    x = 0
    while x < width:
        across = round(random.uniform(120, 230))
        top = round(height * random.uniform(0.1, 0.42))
        shade = round(random.uniform(146, 196))
        cv2.rectangle(canvas, (x, top), (x + across - 6, height), (shade, shade - 6, shade - 14), -1)
        for row in range(top + 30, round(height * 0.72), 70):
            for column in range(x + 22, x + across - 40, 52):
                cv2.rectangle(canvas, (column, row), (column + 24, row + 38), (222, 224, 220), -1)
        x += across
    canvas[round(height * 0.8) :] = (166, 164, 160)
    return canvas


_PLACES: dict[str, Callable[[np.random.Generator], Pixels]] = {
    "hills": _hills,
    "beach": _beach,
    "park": _park,
    "room": _room,
    "town": _town,
}


class FamilyEngine(PretendEngine):
    """The pretend engine, to which people look a little like themselves as children, which leaves questions open."""

    @property
    def info(self) -> EngineInfo:
        return replace(super().info, name="family", fingerprint="family 1")

    def read(self, pictures: Sequence[Picture]) -> list[list[Reading]]:
        return [[self._aged(self._seen(reading)) for reading in readings] for readings in super().read(pictures)]

    def _seen(self, reading: Reading) -> Reading:
        """Larger faces are better ones."""
        return replace(reading, quality=min(1.0, 0.42 + 1.4 * reading.box[3]))

    def _aged(self, reading: Reading) -> Reading:
        child = next((c.identity for c in FAMILY if c.later == identity_of(reading.vector)), None)
        if child is None:
            return reading
        mixed = reading.vector + 0.6 * _PEOPLE[child]
        return replace(reading, vector=(mixed / np.linalg.norm(mixed)).astype(np.float32))


def make_library(folder: Path, album: Path) -> None:
    """Reads the album into a library and tells it what a family would have told after an hour."""
    library = Library.open(folder)
    vision, runner = Vision(FamilyEngine()), Runner(lambda event: None)
    try:
        runner.start(ScanFolders(library, vision, [album], decoders=1)).future.result()
        _name(library)
        library.catch_up()
    finally:
        runner.close()
        vision.close()
        library.close()


def _name(library: Library) -> None:
    known = {character.identity: character for character in FAMILY}
    people: dict[str, PersonId] = {}
    for cluster in library.clusters():
        face = library.faces(FaceFilter(cluster=cluster.id))[0]
        character = known.get(identity_of(library.vector(face.id)))
        # Rosa is still to be named.
        if character is not None and character.name != "Rosa" and character.name not in people:
            done = library.name(character.name, clusters=[cluster.id]).result()
            people[character.name] = done.people[0]
            if character.born is not None:
                library.set_born(done.people[0], character.born).result()
    library.set_favourite(people["Clara"], True).result()
    faces = library.faces(FaceFilter(person=people["Anna Lindqvist"]))
    library.name("Anna Lindqvist", faces=[face.id for face in faces[:6]], person=people["Anna Lindqvist"]).result()
