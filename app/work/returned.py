"""Photo folders whose drive came back under another path: found again by what is in them.

Only what is known to be on another volume is not: a backup of the photos is not to take their place while their drive
is away.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from app.decode import UnreadablePhoto
from app.library.library import Library
from app.library.records import KnownFile, Root
from app.paths import is_folder
from app.work.drives import is_another, is_away, volume
from app.work.photo_file import read_file

# So many files, chosen by chance but always the same ones, say whether a folder is the one that was known.
SAMPLE = 16


def found_again(library: Library, named: Sequence[Path]) -> Iterator[tuple[Root, Path]]:
    """The photo folders that are away, and the paths they have at present.

    They are looked for in the folders that somebody `named` and beside where they were.
    """
    roots = library.roots()
    known = [root.path for root in roots]
    for root in [root for root in roots if is_away(library, root)]:
        for place in _places(root.path, named):
            if any(map(place.is_relative_to, known)) or is_another(root.volume, volume(place)):
                continue
            if _holds(place, library.sample(root.id, SAMPLE)):
                known.append(place)
                yield root, place
                break


def drives_beside(root: Path) -> list[Path]:
    """Where this folder may be when its drive has another name: on drives beside the first folder on its way that is
    gone, or beside the one before that, which may have stayed as an empty one."""
    way = [*reversed(root.parents), root]
    gone = next((place for place, path in enumerate(way) if not is_folder(path)), len(way) - 1)
    found = []
    for place in range(gone, max(gone - 2, 0), -1):
        inside = root.relative_to(way[place])
        found += [beside / inside for beside in _drives_in(way[place - 1]) if beside != way[place]]
    return [path for path in found if is_folder(path)]


def _places(root: Path, named: Iterable[Path]) -> Iterator[Path]:
    for folder in named:
        # The whole drive may be named where before it was a folder on it.
        for depth in range(len(root.parts)):
            place = Path(os.path.abspath(folder), *root.parts[len(root.parts) - depth :])  # noqa: PTH100
            if is_folder(place):
                yield place
    yield from drives_beside(root)


def _drives_in(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return sorted(Path(entry.path) for entry in entries if os.path.ismount(entry.path))
    except OSError:
        return []


def _holds(place: Path, sample: Sequence[KnownFile]) -> bool:
    """Whether more than half of these files are there as they were: some may have been changed elsewhere."""
    return sum(_is_there(place, file) for file in sample) * 2 > len(sample)


def _is_there(place: Path, file: KnownFile) -> bool:
    path = os.path.join(os.fsencode(place), file.path)  # noqa: PTH118  (pathlib has no bytes)
    try:
        same_size = os.stat(path).st_size == file.size  # noqa: PTH116
        return same_size and read_file(path).content_hash == file.content_hash
    except (OSError, UnreadablePhoto):
        return False
