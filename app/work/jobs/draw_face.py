"""Describes a face that no detector found, at the box that a person drew."""

from __future__ import annotations

import os
from dataclasses import dataclass

from app.decode import UnreadablePhoto, decode, encode_jpeg
from app.errors import AppError
from app.library.library import Library
from app.library.records import Box, FoundFace, PhotoId
from app.vision.threads import Vision
from app.work.job import JobContext
from app.work.jobs.find_person import check_comparable
from app.work.photo_file import read_file, reason


@dataclass(frozen=True, slots=True)
class DescribedFace:
    """`engine` is the fingerprint of the engine that did it."""

    found: FoundFace
    engine: str


@dataclass(frozen=True, slots=True)
class DescribeFace:
    """A job. Raises AppError where the photo cannot be read, or where its file is another one than was scanned."""

    library: Library
    vision: Vision
    photo: PhotoId
    box: Box

    @property
    def title(self) -> str:
        return "Looking at a face"

    def run(self, context: JobContext) -> DescribedFace:
        check_comparable(self.library, self.vision)
        try:
            path = self.library.file_as_read(self.photo)
            if path is None:
                raise AppError("The file was changed since it was scanned. Scan its folder again, then draw the face.")
            picture = decode(read_file(os.fsencode(path)).data)
        except (UnreadablePhoto, OSError, MemoryError) as error:
            raise AppError(f"The face cannot be looked at. {reason(error)}") from error
        (found,) = context.token.result_of(self.vision.describe(picture, [self.box]))
        portrait = encode_jpeg(found.portrait)
        face = FoundFace(self.box, found.landmarks, found.score, found.quality, found.vector, portrait)
        return DescribedFace(face, self.vision.info.fingerprint)
