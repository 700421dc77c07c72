"""Finds the picture files below a folder. Paths are bytes: a name need not be valid text."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

# By name only: what is inside is judged when it is read, so that a text renamed to .jpg is told and a .txt is not.
# Films are none of these: of a moving photo that is two files the still is met, and its clip is not.
RAW_SUFFIXES = frozenset(
    b".3fr .arw .cr2 .cr3 .crw .dcr .dng .erf .fff .gpr .iiq .kdc .mef .mos .mrw .nef .nrw .orf .pef .raf .raw .rw2 "
    b".rwl .sr2 .srf .srw .x3f".split()
)
PICTURE_SUFFIXES = RAW_SUFFIXES | frozenset(
    b".jpg .jpeg .jpe .jfif .png .webp .tif .tiff .bmp .gif .heic .heif .hif .avif".split()
)
# Beside a raw photo these are the same one, as the camera or a raw converter shows it.
STANDS_FOR_RAW = frozenset({b".jpg", b".jpeg", b".jpe", b".heic", b".heif", b".hif"})
# Previews and rubbish of other programs. Names that start with a dot are left out as well: hidden folders, and the
# `._name.jpg` shadows that macOS leaves on foreign drives.
NOT_PHOTO_FOLDERS = frozenset({b"@eadir", b"$recycle.bin", b"system volume information", b"__macosx"})

Unlisted = Callable[[bytes, OSError], None]


def pictures(root: bytes, under: bytes, unlisted: Unlisted) -> Iterator[bytes]:
    """The paths, relative to `root`, of the picture files in the folder `under` and below it.

    Of a photo that was kept raw and developed, under one name in one folder, only the developed file: whoever is in it
    would be found twice. Always in the same order. `unlisted(folder, error)` is told of each folder that could not be
    listed. Linked folders are followed after all others and no folder is visited twice, so that a loop ends and a photo
    keeps its real path.
    """
    visited: set[tuple[int, int]] = set()
    folders, linked = [under], list[bytes]()
    while folders or linked:
        folder = folders.pop() if folders else linked.pop(0)
        path = os.path.join(root, folder)  # noqa: PTH118  (pathlib has no bytes)
        try:
            status = os.stat(path)  # noqa: PTH116
            if (status.st_dev, status.st_ino) in visited:
                continue
            visited.add((status.st_dev, status.st_ino))
            files, inside, links = _list(path)
        except OSError as error:
            unlisted(folder, error)
            continue
        prefix = folder + os.fsencode(os.sep) if folder else b""
        folders.extend(prefix + name for name in sorted(inside, reverse=True))
        linked.extend(prefix + name for name in sorted(links))
        for name in sorted(files):
            yield prefix + name


def is_met(path: bytes, *, folder: bool) -> bool:
    """Whether `pictures` goes into this folder, or may give this file, by its path relative to the root."""
    *parents, name = path.split(os.fsencode(os.sep))
    return not any(map(_left_out, (*parents, name))) and (folder or _is_picture(name))


def _left_out(name: bytes) -> bool:
    return name.startswith(b".") or name.lower() in NOT_PHOTO_FOLDERS


def _is_picture(name: bytes) -> bool:
    return os.path.splitext(name)[1].lower() in PICTURE_SUFFIXES  # noqa: PTH122


def _list(path: bytes) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """The names of the pictures, of the folders and of the links to folders directly in a folder."""
    files, folders, links = list[bytes](), list[bytes](), list[bytes]()
    with os.scandir(path) as entries:
        for entry in entries:
            name = entry.name
            if _left_out(name):
                continue
            if _is_folder(entry):
                (links if entry.is_symlink() else folders).append(name)
            elif _is_picture(name):
                files.append(name)
    return _without_developed(files), folders, links


def _without_developed(files: list[bytes]) -> list[bytes]:
    """All but the raw files that another one stands for."""
    parts = [os.path.splitext(name.lower()) for name in files]  # noqa: PTH122
    developed = {stem for stem, suffix in parts if suffix in STANDS_FOR_RAW}
    pairs = zip(files, parts, strict=True)
    return [name for name, (stem, suffix) in pairs if suffix not in RAW_SUFFIXES or stem not in developed]


def _is_folder(entry: os.DirEntry[bytes]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        # A link to itself. If it has the name of a picture, reading it says so.
        return False
