"""Copies or links photos to a folder: any, or a person's. Originals and what lies there already stay untouched."""

from __future__ import annotations

import filecmp
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.errors import UsageError
from app.events import Problem
from app.library.library import Library
from app.library.records import PersonId, Photo, PhotoFilter
from app.library.roots import display_text
from app.work.cancel import CancelToken
from app.work.job import JobContext
from app.work.photo_file import reason

# How many rows of the library are held at a time.
PHOTOS_AT_ONCE = 500

# Between two pieces of a photo the job can be stopped.
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """`written` photos were put into `folder`; `unchanged` ones lay there already."""

    written: int
    unchanged: int
    folder: Path


@dataclass(frozen=True, slots=True)
class ExportPerson:
    """A job: `ExportPhotos` for those that a person is on."""

    library: Library
    person: PersonId
    folder: Path
    link: bool = False

    @property
    def title(self) -> str:
        return "Exporting photos"

    def run(self, context: JobContext) -> ExportSummary:
        # Here and not for the title, which is asked for on the thread of the window.
        person = self.library.person(self.person)
        context.phase(f"Exporting {person.name}")
        photos = self.library.photo_ids(PhotoFilter(any_of=(person.id,)))
        return ExportPhotos(self.library, photos, self.folder, self.link).run(context)


@dataclass(frozen=True, slots=True)
class ExportPhotos:
    """A job. With `link` nothing is copied: symbolic links show that the photos lie elsewhere; hard ones would not."""

    library: Library
    photos: NDArray[np.int64]
    folder: Path
    link: bool = False

    @property
    def title(self) -> str:
        return "Exporting photos"

    def run(self, context: JobContext) -> ExportSummary:
        self._check_folder()
        numbers = self.photos
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"The folder {_text(self.folder)} cannot be made: {error.strerror}. Choose another."
            ) from error
        written = unchanged = 0
        for start in range(0, len(numbers), PHOTOS_AT_ONCE):
            for place, photo in enumerate(self.library.photos(numbers[start : start + PHOTOS_AT_ONCE].tolist())):
                context.token.check()
                if _readable(photo.path, context):
                    if self._export(photo, context.token):
                        written += 1
                    else:
                        unchanged += 1
                context.progress(start + place + 1, len(numbers))
        return ExportSummary(written, unchanged, self.folder)

    def _check_folder(self) -> None:
        for root in self.library.roots():
            if self.folder.resolve().is_relative_to(root.path.resolve()):
                raise UsageError(
                    f"{_text(self.folder)} lies in {_text(root.path)}, whose photos are in the library: the next scan "
                    "would take the copies in as photos of their own. Choose a folder outside; nothing was written."
                )

    def _export(self, photo: Photo, token: CancelToken) -> bool:
        """Under the photo's own name, or with a number where another file has it. False where it is there already."""
        try:
            return self._put(photo, token)
        except OSError as error:
            raise UsageError(
                f"{_text(photo.path)} could not be written to {_text(self.folder)}: {error.strerror}. "
                "Make room there or choose another folder, and export again; what is there already is kept."
            ) from error

    def _put(self, photo: Photo, token: CancelToken) -> bool:
        # By the photo's number: no photo of the user has this name, and a long name does not become too long.
        original, part, number = photo.path, self.folder / f"kinfolio-{photo.id}.part", 1
        while True:
            target = self.folder / (original.name if number == 1 else f"{original.stem} ({number}){original.suffix}")
            try:
                if self.link:
                    target.symlink_to(original)
                else:
                    _copy(original, part, target, token)
                return True
            except FileExistsError:
                if _same(original, target):
                    return False
            number += 1


def _readable(photo: Path, context: JobContext) -> bool:
    """Looked at first, so that whatever fails later is the folder's fault and ends the job."""
    try:
        with photo.open("rb"):
            return True
    except OSError as error:
        gone = isinstance(error, FileNotFoundError)
        context.problem(Problem(_text(photo), "This photo is not there any more." if gone else reason(error)))
        return False


def _copy(photo: Path, part: Path, target: Path, token: CancelToken) -> None:
    """With its dates where they can be set, which phones and some shares refuse.

    Only a whole photo gets its name: a program that is ended halfway leaves `part`, which the next export takes away.
    Raises FileExistsError rather than overwrite.
    """
    if os.path.lexists(target):
        raise FileExistsError(target)
    part.unlink(missing_ok=True)
    try:
        with photo.open("rb") as source, part.open("xb") as copy:
            while piece := source.read(PIECE):
                token.check()
                copy.write(piece)
        with suppress(OSError):
            status = photo.stat()
            os.utime(part, ns=(status.st_atime_ns, status.st_mtime_ns))
        # Whoever takes the name meanwhile keeps it. A hard link would do both in one, but not on every file system.
        target.touch(exist_ok=False)
        try:
            part.replace(target)
        except BaseException:
            target.unlink()
            raise
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _same(photo: Path, target: Path) -> bool:
    """Whether the photo is there already: exporting twice must not double it."""
    try:
        return target.samefile(photo) or filecmp.cmp(photo, target, shallow=False)
    except OSError:
        return False


def _text(path: Path) -> str:
    return display_text(os.fsencode(path))
