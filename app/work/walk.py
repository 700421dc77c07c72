"""Finds the picture files below a folder. Paths are bytes: a name need not be valid text."""

from __future__ import annotations

import fnmatch
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from app.errors import UsageError

# By name only: what is inside is judged when it is read, so that a text renamed to .jpg is told and a .txt is not.
# Films are none of these: of a moving photo that is two files the still is met, and its clip is not.
RAW_SUFFIXES = frozenset(
    b".3fr .arw .cr2 .cr3 .crw .dcr .dng .erf .fff .gpr .iiq .kdc .mef .mos .mrw .nef .nrw .orf .pef .raf .raw .rw2 "
    b".rwl .sr2 .srf .srw .x3f".split()
)
PICTURE_SUFFIXES = RAW_SUFFIXES | frozenset(
    b".jpg .jpeg .jpe .jfif .mpo .png .webp .tif .tiff .bmp .gif .heic .heif .hif .avif "
    # These are not read, which somebody who has such photos is told.
    b".jxl .jp2 .j2k .j2c .jpf .jpx".split()
)
# Beside a raw photo these are the same one, as the camera or a raw converter shows it.
STANDS_FOR_RAW = frozenset({b".jpg", b".jpeg", b".jpe", b".heic", b".heif", b".hif"})
# Previews and rubbish of other programs. Names that start with a dot are left out as well: hidden folders, and the
# `._name.jpg` shadows that macOS leaves on foreign drives.
NOT_PHOTO_FOLDERS = frozenset(
    {b"@eadir", b"#recycle", b"@recycle", b"#snapshot", b"$recycle.bin", b"system volume information", b"__macosx"}
)
# Previews of Lightroom.
NOT_PHOTOS_SUFFIX = b".lrdata"
# What Apple Photos keeps, and which of the folders in it are the photos, in newer libraries and in older ones.
APPLE_LIBRARY_SUFFIX = b".photoslibrary"
APPLE_ORIGINALS = frozenset({b"originals", b"masters"})

# A file of this name asks programs to leave its folder out, with all below it.
NO_MEDIA = b".nomedia"

Unlisted = Callable[[bytes, OSError], None]
Entered = Callable[[bytes, int], None]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().replace(os.sep, "/")


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    # An alternative of nothing would match the empty name of a photo folder.
    return re.compile("|".join(map(fnmatch.translate, patterns)) or r"(?!)")


class Excluded:
    """What the user wants left out. A pattern (`*`, `?`, `[]`) is that of a name of a file or folder, anywhere; with a
    separator in it that of a path from the photo folder on. Case and the way accents are written make no difference.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._nothing = not patterns
        plain = [_plain(pattern).strip("/") for pattern in patterns]
        self._names = _any_of([pattern for pattern in plain if "/" not in pattern])
        self._paths = _any_of([pattern for pattern in plain if "/" in pattern])

    def __contains__(self, path: bytes) -> bool:
        """Whether what is at this path is left out, though no folder that it is in is."""
        if self._nothing:
            return False
        text = _plain(os.fsdecode(path))
        return bool(self._names.fullmatch(text.rpartition("/")[2]) or self._paths.fullmatch(text))


NOTHING = Excluded(())


def check_patterns(patterns: Sequence[str]) -> None:
    """Raises UsageError for one that is nothing's name or path, whatever is in the photo folders."""
    for pattern in patterns:
        if re.match(r"/|~/|\.\.?/|[a-z]:/", _plain(pattern)):
            raise UsageError(
                f'"{pattern}" is not left out: a path begins in its photo folder. Write "2020/raw", or "raw" for '
                "whatever is called so."
            )
        # As `fnmatch` reads them: what is not closed stands for itself, what is empty for nothing at all.
        alone = "[" in re.sub(r"\[(?:!.|[^!])[^]]*\]", "", pattern)
        if alone or "(?!)" in fnmatch.translate(pattern):
            raise UsageError(
                f'"{pattern}" is not left out: nothing fits its brackets. Write "[abc]" or "[a-c]" for one of these '
                'letters, and "[[]" for a bracket.'
            )


def pictures(
    root: bytes,
    under: bytes,
    unlisted: Unlisted,
    excluded: Excluded = NOTHING,
    entered: Entered = lambda folder, device: None,
) -> Iterator[bytes]:
    """The paths, relative to `root`, of the picture files in the folder `under` and below it.

    Of a photo that was kept raw and developed, under one name in one folder, only the developed file: whoever is in it
    would be found twice. Always in the same order. `unlisted(folder, error)` is told of each folder that could not be
    listed, `entered(folder, device)` of all others. Linked folders are followed after all others and no folder is
    visited twice, so that a loop ends and a photo keeps its real path. A photo folder itself is gone through whatever
    it is called and is in it: somebody added it.
    """
    visited: set[tuple[int, int]] = set()
    folders, linked = [under], list[bytes]()
    if any(folder in excluded or _asks_to_be_left_out(root, folder) for folder in _way_to(under)):
        return
    while folders or linked:
        folder = folders.pop() if folders else linked.pop(0)
        path = os.path.join(root, folder)  # noqa: PTH118  (pathlib has no bytes)
        try:
            status = os.stat(path)  # noqa: PTH116
            if (status.st_dev, status.st_ino) in visited:
                continue
            visited.add((status.st_dev, status.st_ino))
            files, inside, links = _list(path, folder, excluded)
        except OSError as error:
            unlisted(folder, error)
            continue
        entered(folder, status.st_dev)
        folders.extend(sorted(inside, reverse=True))
        linked.extend(sorted(links))
        yield from sorted(files)


def is_hidden(path: bytes) -> bool:
    """Whether no scan goes into a folder, by its path relative to the root, or one that it is in, because of its name
    or that of the folder around it."""
    return any(map(_left_out, _way_to(path)))


def is_met(path: bytes, *, folder: bool) -> bool:
    """Whether `pictures` goes into this folder, or what it gives depends on this file, by its path relative to the
    root."""
    parent, name = os.path.split(path)
    if any(map(_left_out, _way_to(parent))):
        return False
    return name == NO_MEDIA or (not _left_out(path) and (folder or _is_picture(name)))


class LeftOut:
    """The files that a pattern, or a folder that is hidden or wants it, keeps `pictures` from giving. Asks each folder
    once."""

    def __init__(self, root: bytes, excluded: Excluded) -> None:
        self._root, self._excluded = root, excluded
        self._folders: dict[bytes, bool] = {}

    def __contains__(self, path: bytes) -> bool:
        *folders, _ = _way_to(path)
        return path in self._excluded or any(map(self._is_left_out, folders))

    def _is_left_out(self, folder: bytes) -> bool:
        if folder not in self._folders:
            self._folders[folder] = (
                _left_out(folder) or folder in self._excluded or _asks_to_be_left_out(self._root, folder)
            )
        return self._folders[folder]


def _way_to(under: bytes) -> list[bytes]:
    """The folders from the root on that lead to this one, with itself."""
    if not under:
        return []
    parts = under.split(os.fsencode(os.sep))
    return [os.fsencode(os.sep).join(parts[:count]) for count in range(1, len(parts) + 1)]


def _asks_to_be_left_out(root: bytes, folder: bytes) -> bool:
    return os.path.lexists(os.path.join(root, folder, NO_MEDIA))  # noqa: PTH118


def _left_out(path: bytes) -> bool:
    """Whether what is at this path is passed over, though no folder that it is in is."""
    folder, name = os.path.split(path.lower())
    if folder.endswith(APPLE_LIBRARY_SUFFIX):
        return name not in APPLE_ORIGINALS
    return name.startswith(b".") or name in NOT_PHOTO_FOLDERS or name.endswith(NOT_PHOTOS_SUFFIX)


def _is_picture(name: bytes) -> bool:
    return os.path.splitext(name)[1].lower() in PICTURE_SUFFIXES  # noqa: PTH122


def _list(path: bytes, folder: bytes, excluded: Excluded) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """The pictures, the folders and the links to folders directly in a folder, each with its path from the root on.

    Asks for nothing that listing the folder does not tell, which on a network takes as long as listing it once more.
    """
    prefix = folder + os.fsencode(os.sep) if folder else b""
    files, folders, links = list[bytes](), list[bytes](), list[bytes]()
    with os.scandir(path) as entries:
        for entry in entries:
            name = entry.name
            if name == NO_MEDIA and folder:
                return [], [], []
            if _left_out(entry.path) or prefix + name in excluded:
                continue
            if _is_folder(entry):
                (links if entry.is_symlink() else folders).append(prefix + name)
            elif _is_picture(name):
                files.append(prefix + name)
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
