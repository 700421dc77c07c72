"""The folders of one scan: where they lie below the library's roots, and whether their drives are still there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import AppError
from app.library.library import Library
from app.library.records import Root
from app.library.roots import display_text, join, prefix_of
from app.work.drives import drives_away, holds_drive, is_another, volume
from app.work.walk import LeftOut, is_hidden


@dataclass(slots=True)
class PhotoFolder:
    """`under` is its path relative to its root. `seen` are the paths of the photos met in it, `unlisted` those of the
    folders that could not be listed, and `devices` tells where the others lie.

    Once it is not `present` its drive was removed, and nothing may be concluded from what is absent.
    """

    root: Root
    path: bytes
    under: bytes
    device: int
    present: bool = True
    seen: set[bytes] = field(default_factory=set)
    unlisted: list[bytes] = field(default_factory=list)
    devices: dict[bytes, int] = field(default_factory=dict)

    def still_there(self) -> bool:
        try:
            # An unmounted drive leaves an empty folder of another device behind.
            self.present = self.present and os.stat(self.path).st_dev == self.device  # noqa: PTH116
        except OSError:
            self.present = False
        return self.present

    def drives(self) -> list[bytes]:
        """The folders with photos, b"" for the root, that the walk found on another drive than the one around them."""
        return [path for path in self.devices if self._is_drive(path) and self._has_seen(path)]

    def concerns(self, path: bytes) -> bool:
        """Whether it is this folder, or one inside it or around it."""
        return not (path and self.under) or below(path, self.under) is not None or below(self.under, path) is not None

    def _is_drive(self, path: bytes) -> bool:
        if path == self.under:
            return holds_drive(self.full_path(path))
        return self.devices.get(os.path.dirname(path), self.device) != self.devices[path]  # noqa: PTH120

    def _has_seen(self, folder: bytes) -> bool:
        prefix = prefix_of(folder) if folder else b""
        return any(path.startswith(prefix) for path in self.seen)

    def full_path(self, path: bytes) -> bytes:
        """The absolute path of what lies at `path` relative to the root."""
        return join(os.fsencode(self.root.path), path)


def look_for_drives(library: Library, folder: PhotoFolder, left_out: LeftOut) -> dict[bytes, str]:
    """Notes the drives that the walk of the folder met, and its own. Gives where one is away, b"" for the photo folder
    itself, and what is to be said of it: there nothing may be concluded. `left_out` are the files that the walk is kept
    from.
    """
    root, here = folder.root, volume(folder.root.path)
    known = library.drives_in(root.id)
    drives = sorted({*known, *folder.drives()})
    pulled = drives_away(root, filter(folder.concerns, drives))
    reason = (
        "The drive that was here is away. Connect it and scan again. If it never comes back, take the photo folder out "
        "of the library and add it again."
    )
    away = dict.fromkeys(pulled, reason)
    if is_another(root.volume, here):
        reason = (
            "This folder is on another drive than before, and not all of its photos are there. Connect the drive that "
            "was here and scan again, or take the folder out of the library and add it again."
        )
        away.setdefault(b"", reason)
    # Whoever moves to another disk takes all photos along: then nobody waits for the one that was here.
    if b"" in away and not folder.under and _has_every_photo(library, folder, left_out):
        del away[b""]
        if b"" in pulled:
            drives.remove(b"")
    if drives != known:
        library.set_drives_in(root.id, drives).result()
    if b"" not in away and here not in (None, root.volume):
        library.set_volume(root.id, here).result()
    folder.unlisted += away
    return away


def _has_every_photo(library: Library, folder: PhotoFolder, left_out: LeftOut) -> bool:
    """Whether all that the library has of it is there, also what was left out; not what was gone before."""
    return all(
        os.path.lexists(folder.full_path(path))
        for path, met in library.not_among(folder.root.id, folder.seen)
        if met or path in left_out
    )


def open_folders(library: Library, folders: Sequence[Path]) -> tuple[list[PhotoFolder], list[tuple[bytes, str]]]:
    """Adds the folders to the library; none of the result lies inside another.

    The rest are paths that cannot be scanned, and why. Raises AppError when none is there.
    """
    found: list[PhotoFolder] = []
    problems: list[tuple[bytes, str]] = []
    # The shortest first: a folder comes before those inside it.
    for path in sorted({absolute(folder) for folder in folders}, key=lambda path: (len(path), path)):
        if any(below(path, folder.path) is not None for folder in found):
            continue
        try:
            with os.scandir(path) as entries:
                empty = next(entries, None) is None
            device = os.stat(path).st_dev  # noqa: PTH116
        except OSError as error:
            problems.append((path, why_not_listed(error)))
            continue
        root = library.add_root(Path(os.fsdecode(path)))
        under = below(path, os.fsencode(root.path))
        if under is None:
            raise RuntimeError(f"the library holds {path!r} to be inside {root.path}")
        if empty and not under and root.photos:
            reason = (
                "This folder is empty, and it was not before. Connect its drive and scan again, or take the folder out "
                "of the library."
            )
            problems.append((path, reason))
        elif is_hidden(under):
            reason = (
                "This folder is hidden, or other programs keep files of their own in it, so that no scan of the photo "
                "folder around it goes into it. Rename it to have its photos in the library."
            )
            problems.append((path, reason))
        else:
            found.append(PhotoFolder(root, path, under, device))
    if not found:
        raise AppError("\n".join(f"{display_text(path)}: {why}" for path, why in problems) or "Choose a folder.")
    return found, problems


def absolute(folder: Path) -> bytes:
    """Links stay as they are: the path as the user knows it."""
    return os.path.abspath(os.fsencode(folder))  # noqa: PTH100


def below(path: bytes, folder: bytes) -> bytes | None:
    """`path` relative to `folder`, b"" for the folder itself, None when it is not inside."""
    if path == folder:
        return b""
    prefix = folder.rstrip(os.fsencode(os.sep)) + os.fsencode(os.sep)
    return path[len(prefix) :] if path.startswith(prefix) else None


def why_not_listed(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "This folder does not exist. Check its name, or connect the drive it is on."
        case NotADirectoryError():
            return "This is a file. Choose the folder it is in."
        case PermissionError():
            return "You do not have the right to look into this folder."
    return f"This folder could not be listed ({error.strerror or type(error).__name__})."
