"""From the bytes of a photo to upright sRGB, no larger than needed, and to what its camera wrote; says why not.

Safe on any thread; the decoders let other threads run meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.decode import metadata, ordinary
from app.decode.elsewhere import children
from app.decode.kinds import NOT_READ, RARE, kind_of
from app.decode.pixels import encode_jpeg, shrink
from app.decode.records import GLANCE_PIXELS, LARGEST_PHOTO, MAX_PIXELS, Metadata, Picture, UnreadablePhoto

__all__ = [
    "LARGEST_PHOTO",
    "MAX_PIXELS",
    "Glance",
    "Metadata",
    "Picture",
    "UnreadablePhoto",
    "decode",
    "encode_jpeg",
    "glance",
    "read",
    "read_metadata",
    "shrink",
    "takes_a_process",
    "whole",
]


@dataclass(frozen=True)
class Glance(Picture):
    """A picture that shows less of the file `encoded` than is kept of a photo."""

    encoded: bytes

    @property
    def nbytes(self) -> int:
        return super().nbytes + len(self.encoded)


def read(data: bytes, *, at_most: int = MAX_PIXELS) -> tuple[Picture, Metadata]:
    """The upright picture in a file's bytes, with no more than `at_most` pixels, and what its camera wrote.

    Of that anything missing, broken or impossible is None; only a picture that cannot be shown raises UnreadablePhoto.
    """
    kind = _kind(data)
    if kind in RARE:
        return children.read(kind, data, at_most)
    image = ordinary.open_image(data, kind)
    # Pillow turns a TIFF when it loads it, and drops the tag; that of a PNG may follow its pixels.
    turned = metadata.orientation(image) if image.format == "TIFF" else None
    picture = ordinary.picture_of(image, data, at_most)
    found = metadata.of_image(image, data)
    return picture, found if turned is None else replace(found, orientation=turned)


def glance(data: bytes) -> tuple[Picture, Metadata]:
    """As `read`, but reduced as far as finding faces allows, where that saves decoding; `whole` gives the rest."""
    if _kind(data) != "JPEG":
        return read(data)
    picture, written = read(data, at_most=GLANCE_PIXELS)
    if picture.width * picture.height > GLANCE_PIXELS:
        picture = Glance(picture.pixels, picture.width, picture.height, data)
    return picture, written


def whole(picture: Picture) -> Picture:
    """The same picture with all the pixels that are kept of a photo; of a glance decoded anew each time."""
    return decode(picture.encoded) if isinstance(picture, Glance) else picture


def takes_a_process(data: bytes) -> bool:
    """Whether another process decodes a file with these bytes, while this one waits."""
    return kind_of(data) in RARE


def decode(data: bytes, *, at_most: int = MAX_PIXELS) -> Picture:
    """The upright picture in a file's bytes, reduced until it has no more than `at_most` pixels."""
    return read(data, at_most=at_most)[0]


def read_metadata(data: bytes) -> Metadata:
    """What the camera wrote, without decoding the picture."""
    kind = _kind(data)
    if kind in RARE:
        return children.read_metadata(kind, data)
    return metadata.of_image(ordinary.open_image(data, kind), data)


def _kind(data: bytes) -> str | None:
    if not data:
        raise UnreadablePhoto("This file is empty.")
    if (kind := kind_of(data)) in NOT_READ:
        raise UnreadablePhoto(f"This is {kind}, which Kinfolio does not read.")
    return kind
