"""Reads every photo again after the model was changed. Names, decisions and the ids of faces stay."""

from __future__ import annotations

from dataclasses import dataclass

from app.errors import AppError
from app.library.library import Library
from app.vision.threads import Vision
from app.work.job import JobContext
from app.work.jobs.scan_folder import ScanFolders, ScanSummary


@dataclass(frozen=True, slots=True)
class Reembed:
    """A job: a scan of all folders of the library.

    For a scan a photo is unchanged only when the current engine has read it, so what was interrupted goes on where it
    ended, and photos that this engine has already read are not read twice.
    """

    library: Library
    vision: Vision

    @property
    def title(self) -> str:
        return f"Reading every photo again with {self.vision.info.name}"

    def run(self, context: JobContext) -> ScanSummary:
        folders = [root.path for root in self.library.roots()]
        if not folders:
            raise AppError("The library has no photo folder yet. Scan one first.")
        return ScanFolders(self.library, self.vision, folders).run(context)
