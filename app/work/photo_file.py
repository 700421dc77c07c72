"""One photo file: read once, named by its content, and turned into what the library keeps and the engine sees."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from dataclasses import dataclass

from app.crops import thumbnail
from app.decode import Picture, UnreadablePhoto, glance
from app.library.copies import stamp
from app.library.records import RootId, ScannedPhoto
from app.work import file_names
from app.work.sidecars import Beside, named_regions
from app.work.whole import CutShortError, read_whole

# A file is read whole. 250 megapixels without any compression need three quarters of this.
LARGEST_FILE = 1 << 30
HASH_BYTES = 16


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """`size` and `mtime_ns` are from before the reading: a file that grows meanwhile looks changed to the next scan."""

    data: bytes
    size: int
    mtime_ns: int
    content_hash: bytes


def read_file(path: bytes) -> PhotoFile:
    """Raises OSError, and UnreadablePhoto for what is no ordinary file or too large to be a photo."""
    # Asked before opening, since opening a named pipe waits for its other end.
    if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116  (pathlib has no bytes)
        raise UnreadablePhoto("This is not an ordinary file.")
    with open(path, "rb") as file:  # noqa: PTH123
        size, mtime_ns = stamp(os.fstat(file.fileno()))
        if size > LARGEST_FILE:
            raise UnreadablePhoto(f"The file has {size / 1e9:.1f} GB; Kinfolio reads photos of up to 1 GB.")
        data = read_whole(file, size)
    return PhotoFile(data, size, mtime_ns, hashlib.blake2b(data, digest_size=HASH_BYTES).digest())


def describe(file: PhotoFile, root: RootId, path: bytes, beside: Beside | None = None) -> tuple[ScannedPhoto, Picture]:
    """Everything about the photo but its faces, and the pixels to find these in. Raises UnreadablePhoto.

    Who is in it, by what it and the files `beside` it say, is read where these are given. Raises UnreadBesideError.
    """
    picture, metadata = glance(file.data)
    taken_at, source = metadata.taken_at, metadata.date_source
    named = file_names.taken_at(os.fsdecode(os.path.basename(path)))  # noqa: PTH119
    if named is not None and (taken_at is None or source == "changed"):
        taken_at, source = named, "name"
    photo = ScannedPhoto(
        root,
        path,
        file.size,
        file.mtime_ns,
        file.content_hash,
        picture.width,
        picture.height,
        taken_at,
        metadata.camera,
        metadata.latitude,
        metadata.longitude,
        date_source=source,
        thumbnail=thumbnail(picture.pixels),
        regions=None if beside is None else named_regions(metadata, beside, picture.width, picture.height),
        sidecars="" if beside is None else beside.stamp,
    )
    return photo, picture


def leads_nowhere(error: OSError) -> bool:
    """Whether this is the error of a link that is there."""
    return error.errno in (errno.ENOENT, errno.ELOOP)


def reason(error: Exception) -> str:
    """Why a file could not be read, as a sentence for the user."""
    match error:
        case UnreadablePhoto():
            return str(error)
        case PermissionError():
            return "You do not have the right to read this file."
        case OSError() if leads_nowhere(error):
            return "This link leads nowhere."
        case CutShortError():
            return "Only a part of this file could be read. Check the drive or share that it is on."
        case MemoryError():
            return "There is not enough memory to open this picture."
        case OSError():
            return f"The file could not be read ({error.strerror or type(error).__name__})."
    return f"Kinfolio failed on this picture ({type(error).__name__})."
