"""Aligned face crops as training and evaluation read them: pack files, and folders that `align` wrote.

A folder holds one folder a person and a marker, `crops.json`, that tells size, margin and detector. A pack is an .npz
file: `data` uint8 (whole WebP, PNG or JPEG files end to end), `offsets` int64 [n + 1] into it, and, each optional,
`teacher` float16 [n, d], `age`, `gender`, `group` and `source` [n]; its crops are 128 x 128 with a margin of 8.

Every fifth crop of the pack `faces-3.npz` is held back: it is for measuring and never trained on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from facenet_core.align import TEMPLATE_SIZE, sides
from facenet_core.data import pictures
from facenet_core.tensors import BROKEN
from facenet_core.types import FacenetError, Margin

MARKER = "crops.json"
# What the marker is called while `align` is at work, so that half a folder is never taken for a whole one.
UNFINISHED_MARKER = "crops.unfinished.json"
PACK_SIZE, PACK_MARGIN = 128, 8.0
# What .npz files, which are zip archives, begin with.
ZIP = b"PK\x03\x04"
# The packs of which crops are held back from training: those whose index this number divides.
HELD_BACK = {"faces-3.npz": 5}
UNKNOWN = -1
# Below this scale, pixels are averaged before a crop is drawn smaller.
FINEST = 0.75
# What packs may tell of a face: years; 0 male, 1 female; 0 White, 1 Black, 2 Asian, 3 Indian, 4 other (UTKFace).
TRAITS = ("age", "gender", "group")


class Crops(Protocol):
    """Aligned crops by index, decoded when they are asked for. May be read by several threads at once.

    `size` is their side in pixels, `margin` what they show around ArcFace's template, in its pixels (see `align`).
    `labels` int64 [n] index `people`, -1 where the person is unknown; every person has a crop. `teacher` holds a
    teacher's unit embeddings float32 [n, d], None unless all have one. `traits` holds, int64 [n] by a name of TRAITS,
    what is known of each face, -1 where it is not. `source`, str [n], names the set each came from, "" where unknown.
    """

    @property
    def size(self) -> int: ...
    @property
    def margin(self) -> float: ...
    @property
    def people(self) -> tuple[str, ...]: ...
    @property
    def labels(self) -> NDArray[np.int64]: ...
    @property
    def teacher(self) -> NDArray[np.float32] | None: ...
    @property
    def traits(self) -> Mapping[str, NDArray[np.int64]]: ...
    @property
    def source(self) -> NDArray[np.str_]: ...

    def __len__(self) -> int: ...

    def crop(self, index: int) -> NDArray[np.uint8]:
        """RGB uint8 [size, size, 3], not to be written to. Raises FacenetError where the picture is damaged."""
        ...


@dataclass(frozen=True, slots=True)
class Marker:
    """How the crops of a folder were cut: side in pixels, margin in template pixels, the detector's fingerprint."""

    size: int
    margin: float
    detector: str

    def __str__(self) -> str:
        return f"{self.size} pixels, margin {self.margin:g}, detector {self.detector}"


def read_marker(folder: Path) -> Marker | None:
    """What the marker of a whole folder of crops says; None where there is none.

    Raises FacenetError where it is damaged, and where `align` was interrupted.
    """
    if (folder / UNFINISHED_MARKER).exists():
        raise FacenetError(
            f"Not all crops of {folder} are cut yet: run `python -m facenet_core align` again to its end."
        )
    return parse_marker(folder / MARKER)


def parse_marker(file: Path) -> Marker | None:
    """The marker in `file`, None where it is missing. Raises FacenetError where it is no marker."""
    try:
        record = json.loads(file.read_bytes())
        marker = Marker(int(record["size"]), float(record["margin"]), str(record["detector"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, OverflowError) as error:
        raise FacenetError(f"{file} does not tell how its crops were cut ({error}): align the photos again.") from error
    if marker.size < 1 or not 0 <= marker.margin < math.inf:
        raise FacenetError(f"{file} tells of crops that cannot be ({marker}): align the photos again.")
    return marker


def open_crops(paths: Sequence[Path], without_people: Collection[str] = (), held_back: bool = False) -> Crops:
    """The crops of packs, of folders that `align` wrote, and of folders that hold packs, one after the other.

    Nothing is decoded yet; of packs the encoded bytes are held, of folders the paths. A person is known by the name of
    the folder, so equal names in two folders are one person. Those in `without_people` are left out. Crops that are
    held back from training (HELD_BACK) are left out, or, with `held_back`, are the only ones. Raises FacenetError for
    what is missing, damaged or unmarked, for crops of different size or margin, and where none are left.
    """
    parts = [_open(path) for given in paths for path in _packs_or_folder(Path(given))]
    cut = {(part.size, part.margin) for part in parts}
    if len(cut) > 1:
        ways = " and ".join(f"{size} pixels with a margin of {margin:g}" for size, margin in sorted(cut))
        raise FacenetError(f"Crops that are cut differently cannot be mixed: {ways}.")
    rows = [_kept(part, without_people, held_back) for part in parts]
    if not sum(map(len, rows)):
        listed = ", ".join(map(str, paths))
        raise FacenetError(f"No {'held-back crop' if held_back else 'crop'} is left in {listed or 'no folder at all'}.")
    return _Together(parts, rows)


class InMemory:
    """Crops that keep what they decoded: the second epoch decodes nothing, at 49 kB a crop of 128 x 128."""

    def __init__(self, crops: Crops) -> None:
        self._crops = crops
        self._pixels = np.empty((len(crops), crops.size, crops.size, 3), np.uint8)
        self._decoded = np.zeros(len(crops), bool)
        self.size, self.margin = crops.size, crops.margin
        self.people, self.labels = crops.people, crops.labels
        self.teacher, self.traits, self.source = crops.teacher, crops.traits, crops.source

    def __len__(self) -> int:
        return len(self._crops)

    def crop(self, index: int) -> NDArray[np.uint8]:
        # Two threads may decode the same crop at once: they write the same bytes.
        if not self._decoded[index]:
            self._pixels[index] = self._crops.crop(index)
            self._decoded[index] = True
        crop: NDArray[np.uint8] = self._pixels[index]
        return crop


def recut(crop: NDArray[np.uint8], margin: float, size: int, wanted: Margin) -> NDArray[np.uint8]:
    """A network's input [size, size, 3] that shows the margin `wanted`, from the middle of a crop with more `margin`.

    `crop` is uint8 [s, s, 3]; margins are in pixels of the 112 template. May return a view. Raises FacenetError where
    the crop shows less than is wanted.
    """
    check_margin(margin, wanted)
    left, top, right, bottom = sides(wanted)
    across, x = _axis(len(crop), margin, size, left, right)
    down, y = _axis(len(crop), margin, size, top, bottom)
    return redraw(crop, np.array([[across, 0, x], [0, down, y]]), size)


def check_margin(margin: float, wanted: Margin) -> None:
    """Raises FacenetError where crops show less around the face than a network wants."""
    widest = max(sides(wanted))
    if widest > margin:
        raise FacenetError(
            f"The network wants a margin of {widest:g} around the face, the crops show {margin:g}: "
            f"align the photos with --margin {widest:g} or more."
        )


def view(side: int, margin: float, size: int, wanted: float) -> tuple[float, float]:
    """Scale and shift from a crop of `side` pixels with `margin` to one of `size` with `wanted`, on either axis.

    They hold for coordinates that count from the picture's edge: the centre of the first pixel is at 0.5.
    """
    return _axis(side, margin, size, wanted, wanted)


def _axis(side: int, margin: float, size: int, before: float, after: float) -> tuple[float, float]:
    pixel = size / (TEMPLATE_SIZE + before + after)
    return pixel * (TEMPLATE_SIZE + 2 * margin) / side, pixel * (before - margin)


def redraw(crop: NDArray[np.uint8], transform: NDArray[np.float64], size: int) -> NDArray[np.uint8]:
    """Draw a crop uint8 [s, s, 3] through `transform` [2, 3] (between coordinates as in `view`) as [size, size, 3].

    What lies outside the crop mirrors its rim. May return a view of the crop.
    """
    # In plain numbers, since this holds the interpreter's lock while other threads want it.
    (a, b, x), (c, d, y) = transform.tolist()
    left, top = int(-x), int(-y)
    moved_only = (a, b, c, d) == (1, 0, 0, 1) and (-left, -top) == (x, y)
    if moved_only and min(left, top) >= 0 and max(left, top) + size <= len(crop):
        return crop[top : top + size, left : left + size]
    if (scale := math.hypot(a, c)) < FINEST:
        # The linear interpolation of `warpAffine` would skip pixels: their means are taken first.
        side = max(1, round(len(crop) * scale))
        a, b, c, d = (value * len(crop) / side for value in (a, b, c, d))
        crop = np.asarray(cv2.resize(crop, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
    # To OpenCV's coordinates, which count from the centre of the first pixel.
    centred = np.array([[a, b, x + (a + b - 1) / 2], [c, d, y + (c + d - 1) / 2]])
    drawn = cv2.warpAffine(crop, centred, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(drawn, np.uint8)


class _Part(Protocol):
    """One pack or folder. `people` names the person of each row, or is empty where no row has one."""

    path: Path
    size: int
    margin: float
    people: list[str]
    teacher: NDArray[np.float32] | None
    traits: dict[str, NDArray[np.int64]]
    source: NDArray[np.str_]

    def __len__(self) -> int: ...
    def read(self, row: int) -> NDArray[np.uint8]: ...
    def name(self, row: int) -> str: ...


class _Together:
    """The kept rows of several parts as one."""

    def __init__(self, parts: Sequence[_Part], rows: Sequence[NDArray[np.int64]]) -> None:
        self.size, self.margin = parts[0].size, parts[0].margin
        self._parts = parts
        self._places = np.concatenate(
            [np.column_stack([np.full(len(kept), number), kept]) for number, kept in enumerate(rows)]
        )
        persons = [
            part.people[row] if part.people else None for part, kept in zip(parts, rows, strict=True) for row in kept
        ]
        self.people = tuple(sorted({person for person in persons if person is not None}))
        numbers: dict[str | None, int] = {person: number for number, person in enumerate(self.people)}
        self.labels = np.array([numbers.get(person, UNKNOWN) for person in persons], np.int64)
        teachers = [part.teacher[kept] for part, kept in zip(parts, rows, strict=True) if part.teacher is not None]
        widths = {teacher.shape[1] for teacher in teachers}
        self.teacher = np.concatenate(teachers) if len(teachers) == len(parts) and len(widths) == 1 else None
        self.traits: Mapping[str, NDArray[np.int64]] = {
            trait: np.concatenate([part.traits[trait][kept] for part, kept in zip(parts, rows, strict=True)])
            for trait in TRAITS
        }
        self.source = np.concatenate([part.source[kept] for part, kept in zip(parts, rows, strict=True)])

    def __len__(self) -> int:
        return len(self._places)

    def crop(self, index: int) -> NDArray[np.uint8]:
        number, row = self._places[index].tolist()
        part: _Part = self._parts[number]
        picture = part.read(row)
        if picture.shape != (self.size, self.size, 3):
            height, width = picture.shape[:2]
            raise FacenetError(f"{part.name(row)} is {width} x {height} pixels, expected {self.size} x {self.size}.")
        return picture


@contextmanager
def opened(pack: Path) -> Iterator[np.lib.npyio.NpzFile]:
    """The arrays of a pack, read as they are asked for. Raises one of BROKEN, also from within the `with`."""
    # Opened here, since np.load leaves the file open where it is no archive.
    with pack.open("rb") as file:
        # What is no archive NumPy takes for a pickle, and says how to load it unsafely.
        if file.read(len(ZIP)) != ZIP:
            raise ValueError("it is no .npz file. `train` reads those, and folders that `align` wrote.")
        file.seek(0)
        with np.load(file, allow_pickle=False) as arrays:
            yield arrays


class _Pack:
    size, margin = PACK_SIZE, PACK_MARGIN

    def __init__(self, path: Path) -> None:
        self.path = path
        self.people: list[str] = []
        try:
            with opened(path) as arrays:
                self._data, self._offsets = arrays["data"], arrays["offsets"]
                optional = {name: arrays[name] for name in ("teacher", "source", *TRAITS) if name in arrays.files}
            self._check()
            count = len(self)
            teacher = optional.pop("teacher", None)
            self.teacher = None if teacher is None else _teacher(teacher, count)
            self.source = _source(optional.pop("source", np.full(count, "")), count)
            self.traits = {name: np.full(count, UNKNOWN) for name in TRAITS}
            for name, values in optional.items():
                if values.shape != (count,) or values.dtype.kind not in "iu":
                    raise ValueError(f"its {name} are {values.dtype} {list(values.shape)}")
                self.traits[name] = values.astype(np.int64)
        except BROKEN as error:
            raise FacenetError(f"The pack {path} cannot be read: {error}") from error

    def _check(self) -> None:
        data, offsets = self._data, self._offsets
        if data.dtype != np.uint8 or data.ndim != 1 or offsets.dtype != np.int64 or offsets.ndim != 1:
            raise ValueError(f"its data are {data.dtype} {list(data.shape)}, offsets {offsets.dtype}")
        if len(offsets) < 2 or offsets[0] != 0 or offsets[-1] != len(data) or (np.diff(offsets) <= 0).any():
            raise ValueError("its offsets do not divide its data into pictures")

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def read(self, row: int) -> NDArray[np.uint8]:
        content = self._data[self._offsets[row] : self._offsets[row + 1]]
        try:
            picture = cv2.imdecode(content, cv2.IMREAD_COLOR_RGB)
        except cv2.error as error:
            raise FacenetError(f"{self.name(row)} is damaged: {error}") from error
        if picture is None:
            raise FacenetError(f"{self.name(row)} is damaged: it is no picture.")
        return np.asarray(picture, np.uint8)

    def name(self, row: int) -> str:
        return f"Crop {row} of the pack {self.path}"


class _Folder:
    def __init__(self, path: Path) -> None:
        marker = read_marker(path)
        if marker is None:
            raise FacenetError(
                f"{path} holds no aligned crops ({MARKER} is missing): "
                "run `python -m facenet_core align` on the photos first."
            )
        self.path = path
        self.size, self.margin = marker.size, marker.margin
        found = pictures.people(path)
        self.people = [person for person, _ in found]
        self._files = [file for _, file in found]
        self.teacher: NDArray[np.float32] | None = None
        self.traits = {trait: np.full(len(found), UNKNOWN) for trait in TRAITS}
        self.source = np.full(len(found), "")

    def __len__(self) -> int:
        return len(self._files)

    def read(self, row: int) -> NDArray[np.uint8]:
        return pictures.read(self._files[row])

    def name(self, row: int) -> str:
        return f"The crop {self._files[row]}"


def _packs_or_folder(path: Path) -> list[Path]:
    """The packs in a folder that holds packs; any other path itself."""
    if path.is_dir() and not (path / MARKER).exists():
        return sorted(path.glob("*.npz")) or [path]
    return [path]


def _open(path: Path) -> _Part:
    if path.is_dir():
        return _Folder(path)
    if not path.exists():
        raise FacenetError(f"There are no crops at {path}: name a pack (.npz) or a folder that `align` wrote.")
    return _Pack(path)


def _teacher(vectors: NDArray[np.generic], count: int) -> NDArray[np.float32]:
    if vectors.ndim != 2 or len(vectors) != count or vectors.dtype.kind != "f":
        raise ValueError(f"its teacher vectors are {vectors.dtype} {list(vectors.shape)}")
    single = vectors.astype(np.float32)
    if not np.isfinite(single).all():
        raise ValueError("a teacher vector is not finite")
    return single


def _source(names: NDArray[np.generic], count: int) -> NDArray[np.str_]:
    if names.shape != (count,) or names.dtype.kind != "U":
        raise ValueError(f"its source are {names.dtype} {list(names.shape)}")
    return names.astype(np.str_)


def _kept(part: _Part, without_people: Collection[str], held_back: bool) -> NDArray[np.int64]:
    every = HELD_BACK.get(part.path.name)
    rows = np.arange(len(part))
    back = rows % every == 0 if every else np.zeros(len(part), bool)
    kept = back if held_back else ~back
    if part.people and without_people:
        left_out = frozenset(without_people)
        kept = kept & np.array([person not in left_out for person in part.people])
    return np.asarray(rows[kept], np.int64)
