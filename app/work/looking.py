"""From a photo that was decoded to all that is written about it: its faces, those that somebody drew, and who its files
say is where.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.decode import Picture, encode_jpeg
from app.errors import AppError, Cancelled
from app.library.library import Library
from app.library.records import Box, FaceId, FoundFace, KnownPhoto, ScannedPhoto
from app.vision.engine import Reading
from app.vision.threads import Vision
from app.work import names_in_files
from app.work.cancel import CancelToken
from app.work.folders import PhotoFolder
from app.work.photo_file import reason
from app.work.sidecars import Beside

# An engine that fails on so many pictures one after another is broken itself.
FAILURES_IN_A_ROW = 20


@dataclass(frozen=True, slots=True)
class File:
    """`path` is relative to the root of `folder`; `beside` is None where names are not read, and `known` where the
    library has no file of this path.
    """

    folder: PhotoFolder
    path: bytes
    beside: Beside | None
    known: KnownPhoto | None

    @property
    def was_read(self) -> bool:
        return self.known is not None and self.known.problem is None

    @property
    def full_path(self) -> bytes:
        return self.folder.full_path(self.path)


@dataclass(frozen=True, slots=True)
class Decoded:
    file: File
    photo: ScannedPhoto
    picture: Picture


@dataclass(frozen=True, slots=True)
class Result:
    """`drawn` are readings of faces that no detector found, each with the face that a person drew there, and `named`
    those of regions that the photo's files name, by their place, where no face is known either.
    """

    file: File
    photo: ScannedPhoto
    readings: Sequence[Reading] = ()
    drawn: Sequence[tuple[Reading, FaceId]] = ()
    named: Mapping[int, Reading] = field(default_factory=dict)

    def to_write(self) -> ScannedPhoto:
        faces = [_found(reading) for reading in self.readings]
        faces += [replace(_found(reading), drawn=face) for reading, face in self.drawn]
        named = {place: _found(reading) for place, reading in self.named.items()}
        return replace(self.photo, faces=faces, regions=names_in_files.with_faces(self.photo.regions, named))


class Looking:
    """Looks at the photos of one scan."""

    def __init__(self, library: Library, vision: Vision, token: CancelToken) -> None:
        self._library, self._vision, self._token = library, vision, token
        self._lock = threading.Lock()
        self._failures_in_a_row = 0

    def look_at(self, batch: Sequence[Decoded]) -> list[Result]:
        try:
            readings = self._token.result_of(self._vision.submit([decoded.picture for decoded in batch]))
            results = list(map(self._with_the_rest, batch, readings))
        except (AppError, Cancelled):
            raise
        # A network may fail on a picture in any way, the lack of memory among them; the others shall not suffer.
        except Exception as error:
            if len(batch) > 1:
                return [result for decoded in batch for result in self.look_at([decoded])]
            with self._lock:
                self._failures_in_a_row += 1
                broken = self._failures_in_a_row == FAILURES_IN_A_ROW
            if broken:
                raise
            photo = replace(batch[0].photo, content_hash=None, thumbnail=None, problem=reason(error))
            return [Result(batch[0].file, photo)]
        with self._lock:
            self._failures_in_a_row = 0
        return results

    def _with_the_rest(self, decoded: Decoded, readings: Sequence[Reading]) -> Result:
        drawn = self._library.drawn_in(decoded.file.folder.root.id, decoded.file.path)
        # Whether or not they were found this time.
        by_hand = self._describe(decoded.picture, [box for _, box in drawn]) if drawn else []
        known = [Box(*reading.box) for reading in (*readings, *by_hand)]
        named = names_in_files.look(
            decoded.photo.regions or (), known, lambda boxes: self._describe(decoded.picture, boxes)
        )
        pairs = [(reading, face) for reading, (face, _) in zip(by_hand, drawn, strict=True)]
        return Result(decoded.file, decoded.photo, readings, pairs, named)

    def _describe(self, picture: Picture, boxes: Sequence[Box]) -> Sequence[Reading]:
        return self._token.result_of(self._vision.describe(picture, boxes))


def _found(reading: Reading) -> FoundFace:
    return FoundFace(
        Box(*reading.box),
        reading.landmarks,
        reading.score,
        reading.quality,
        reading.vector,
        encode_jpeg(reading.portrait),
    )
