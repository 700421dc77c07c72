"""Pairs of pictures in the file format of Labeled Faces in the Wild (Huang et al. 2007, vis-www.cs.umass.edu/lfw).

The first line holds the number of folds and of pairs of each kind in a fold (one number: a single fold). Each line
after it is a pair: `NAME N1 N2` of one person, or `NAME1 N1 NAME2 N2` of two; a fold is as many of the first kind and
then of the second. Picture N of NAME is `NAME/NAME_000N`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from facenet_core.data.pictures import SUFFIXES
from facenet_core.types import FacenetError


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures, whether they show the same person, and the fold, counted from 1."""

    first: Path
    second: Path
    same: bool
    fold: int


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    first: tuple[str, int]
    second: tuple[str, int]
    fold: int


def read_pairs(
    file: Path,
    images: Path,
    folds: Collection[int] | None = None,
    missing: Literal["refuse", "leave out", "keep"] = "refuse",
) -> list[Pair]:
    """The pairs of `file` in these folds (default: all), their pictures found in `images` whatever their suffix.

    `missing` says what becomes of a pair without its pictures, as where `align` found no face: the file is refused, or
    the pair left out, or kept with the path, less its suffix, that the picture would have. Raises FacenetError, naming
    the line, for a file of another format and for pairs that are refused; and for a folder that is not there.
    """
    if not images.is_dir():
        raise FacenetError(f"There is no folder {images}, where the pictures of {file} should lie.")
    album = _Album(images)
    pairs = []
    for line in _lines(file, folds):
        named = (line.first, line.second)
        paths = [album.find(*picture) or (album.path(*picture) if missing == "keep" else None) for picture in named]
        if paths[0] is not None and paths[1] is not None:
            pairs.append(Pair(paths[0], paths[1], line.first[0] == line.second[0], line.fold))
        elif missing == "refuse":
            person, number = line.second if paths[0] is not None else line.first
            raise FacenetError(
                f"{file}, line {line.number}: {images} has no picture {person}/{person}_{number:04d} of any suffix."
            )
    return pairs


def people(file: Path, folds: Collection[int] | None = None) -> set[str]:
    """Everybody named in these folds of a pairs file (default: all). Raises FacenetError as `read_pairs` does."""
    return {person for line in _lines(file, folds) for person, _ in (line.first, line.second)}


def parse_folds(text: str) -> set[int]:
    """The folds of "8-10", "1,3" or "1,3-5", counted from 1. Raises FacenetError for anything else."""
    folds: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not (_is_number(first) and (_is_number(last) if dash else True)):
            raise FacenetError(f'"{text}" does not name folds: write 8-10, or 1,3.')
        found = range(int(first), int(last or first) + 1)
        if not found or found[0] < 1:
            raise FacenetError(f'"{text}" does not name folds: they are counted from 1, the lower one first.')
        folds.update(found)
    return folds


class _Album:
    """The pictures of a folder a person, by name without suffix. Each person's folder is listed once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._listed: dict[str, dict[str, Path]] = {}

    def find(self, person: str, number: int) -> Path | None:
        if person not in self._listed:
            folder = self._folder / person
            files = sorted(folder.iterdir()) if folder.is_dir() else []
            self._listed[person] = {path.stem: path for path in files if path.suffix.lower() in SUFFIXES}
        return self._listed[person].get(self.path(person, number).name)

    def path(self, person: str, number: int) -> Path:
        """Where the picture is, less its suffix."""
        return self._folder / person / f"{person}_{number:04d}"


def _lines(file: Path, folds: Collection[int] | None) -> list[_Line]:
    try:
        # Names in a file are bytes to the file system: what is no UTF-8 must come back as it was.
        text = file.read_text(encoding="utf-8-sig", errors="surrogateescape")
    except OSError as error:
        raise FacenetError(f"The pairs file {file} cannot be read: {error}") from error
    rows = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not rows:
        raise FacenetError(f"The pairs file {file} is empty.")
    header = rows[0][1].split()
    if len(header) not in (1, 2) or not all(map(_is_number, header)) or "0" in header:
        raise FacenetError(
            f"{file}, line {rows[0][0]}: expected the number of folds and of pairs of each kind in a fold, as 10 300."
        )
    in_fold = 2 * int(header[-1])
    count = int(header[0]) if len(header) == 2 else 1
    if len(rows) - 1 != count * in_fold:
        raise FacenetError(
            f"{file} promises {count} folds of {in_fold} pairs, {count * in_fold} in all; it has {len(rows) - 1}."
        )
    absent = sorted(set(folds or ()) - set(range(1, count + 1)))
    if absent:
        raise FacenetError(f"{file} has folds 1 to {count}, no {', '.join(map(str, absent))}.")
    lines = [_parse(file, number, row, index // in_fold + 1) for index, (number, row) in enumerate(rows[1:])]
    return [line for line in lines if folds is None or line.fold in folds]


def _parse(file: Path, number: int, row: str, fold: int) -> _Line:
    # Names hold no tabs, but may hold spaces.
    fields = row.strip().split("\t") if "\t" in row else row.split()
    if len(fields) == 3 and all(map(_is_number, fields[1:])):
        return _Line(number, (fields[0], int(fields[1])), (fields[0], int(fields[2])), fold)
    if len(fields) == 4 and _is_number(fields[1]) and _is_number(fields[3]):
        return _Line(number, (fields[0], int(fields[1])), (fields[2], int(fields[3])), fold)
    raise FacenetError(f"{file}, line {number}: expected NAME N1 N2 or NAME1 N1 NAME2 N2.")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
