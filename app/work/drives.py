"""Which drives photo folders and what is inside them are on, and whether these are there.

A drive is told by its device, which is another one than that of the folder around it. Which volume it is says only that
a folder is not the one that was known, since no system tells it of every drive and share.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from app.library.library import Library
from app.library.records import Root
from app.library.roots import join

# Where Linux names volumes.
VOLUMES = Path("/dev/disk/by-uuid")


def is_away(library: Library, root: Root) -> bool:
    """Whether a photo folder is. Its drive may leave a folder behind, empty or with other files in it, and another
    drive may be in its place."""
    try:
        with os.scandir(os.fsencode(root.path)) as entries:
            if root.photos > 0 and next(entries, None) is None:
                return True
    except OSError:
        return True
    return b"" in drives_away(root, library.drives_in(root.id)) or is_another(root.volume, volume(root.path))


def drives_away(root: Root, drives: Iterable[bytes]) -> list[bytes]:
    """Those of these folders of the root (b"" is itself) where a drive was that is not there: its folder may go with
    it, or stay as an ordinary one, into which files may be put."""
    return [path for path in drives if not holds_drive(join(os.fsencode(root.path), path))]


def holds_drive(path: bytes) -> bool:
    try:
        return os.stat(path).st_dev != os.stat(os.path.dirname(path)).st_dev  # noqa: PTH116, PTH120
    except OSError:
        return False


def volume(folder: Path) -> str | None:
    """What names the volume that a folder is on, wherever it is; None where the system does not tell."""
    try:
        device = folder.stat().st_dev
        if sys.platform == "win32":
            return str(device)
        named = (link for link in VOLUMES.iterdir() if link.stat().st_rdev == device)
        return next((link.name for link in named), None)
    except OSError:
        return None


def is_another(known: str | None, here: str | None) -> bool:
    return known is not None and here is not None and known != here
