"""What a scan cannot use though no photo of the library stands for it: drives that are away, folders that cannot be
listed, files beside photos. The library keeps what the last scan met, so that the next one tells what is not so yet."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable

from app.library.library import Library
from app.work.folders import PhotoFolder, below

# The setting of a library that keeps them: reasons by path.
LASTING_PROBLEMS = "lasting problems"


class LastingProblems:
    def __init__(self, library: Library) -> None:
        self._library = library
        kept = json.loads(library.get_setting(LASTING_PROBLEMS) or "{}")
        self._before: dict[bytes, str] = {os.fsencode(path): reason for path, reason in kept.items()}
        self._met: dict[bytes, str] = {}

    def meet(self, path: bytes, reason: str) -> bool:
        """Whether the last scan met it too."""
        self._met[path] = reason
        return self._before.get(path) == reason

    def keep(self, scanned: Iterable[PhotoFolder]) -> None:
        """What these folders have no more is forgotten."""
        gone_through = [folder.path for folder in scanned if folder.present]
        kept = {
            path: reason
            for path, reason in self._before.items()
            if all(below(path, folder) is None for folder in gone_through)
        } | self._met
        if kept != self._before:
            text = json.dumps({os.fsdecode(path): reason for path, reason in kept.items()})
            self._library.set_setting(LASTING_PROBLEMS, text).result()
