"""Which photos of the library are gone for good, as far as the disk tells: what may be taken out of the library."""

from __future__ import annotations

import os
from pathlib import Path

from app.library.library import Library
from app.library.records import GonePhoto
from app.library.roots import join, prefix_of
from app.work.drives import drives_away, is_away


def gone(library: Library) -> list[GonePhoto]:
    """Photos whose file is gone while the photo folder is there. Asks the disk about each; not on the main thread.

    Others are out of sight for another reason: a drive that is away, or a pattern that leaves them out.
    """
    # Of each photo folder that is there, what inside it is not.
    away = {
        root.path: tuple(
            prefix_of(join(os.fsencode(root.path), path)) for path in drives_away(root, library.drives_in(root.id))
        )
        for root in library.roots()
        if not is_away(library, root)
    }
    return [
        photo
        for photo in library.missing()
        if photo.root in away and not os.fsencode(photo.path).startswith(away[photo.root]) and _is_gone(photo.path)
    ]


def _is_gone(path: Path) -> bool:
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        # It may be there: nobody can tell who may not look.
        return False
    return False
