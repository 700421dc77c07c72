"""Files beside a photo that name who is in it: XMP sidecars, and what Picasa notes of a folder.

Sidecars are called `photo.jpg.xmp` (digiKam, darktable) or `photo.xmp` (Lightroom), in any case. They come before what
the photo itself carries, for programs that write them leave the photo as it was; Picasa's notes come last, since it
writes names into the photos as well where it is asked to. Picasa draws on the picture as it shows it, upright.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from app.decode import Metadata, UnreadablePhoto
from app.decode import regions as decoded
from app.decode.regions import Region
from app.library.records import Box, NamedRegion
from app.library.regions import distinct
from app.work.whole import read_whole

SIDECAR = b".xmp"
PICASA = frozenset({b".picasa.ini", b"picasa.ini"})

# Those with the whole history of a photo reach some 100 kB, with masks painted on it some MB.
LARGEST_SIDECAR = 10_000_000
# A folder of ten thousand photos has a file of 1 MB.
LARGEST_NOTES = 16_000_000


class UnreadBesideError(Exception):
    """A file beside photos is there and cannot be read, or is gone since its folder was listed."""

    def __init__(self, path: bytes, why: OSError | UnreadablePhoto) -> None:
        self.path, self.why = path, why


@dataclass(frozen=True, slots=True)
class Beside:
    """`sidecars` are paths. `stamp` changes where what lies beside a photo may name others, and is "" without any."""

    sidecars: tuple[bytes, ...] = ()
    picasa: tuple[Region, ...] = ()
    stamp: str = ""


@dataclass(slots=True)
class _Folder:
    """By names in small letters: of sidecars their path, size and time, of photos the faces in Picasa's notes."""

    sidecars: dict[bytes, tuple[bytes, int, int]] = field(default_factory=dict)
    picasa: dict[bytes, tuple[Region, ...]] = field(default_factory=dict)


class Sidecars:
    """Knows the folder that was asked about last, so that each is listed once. On one thread.

    `unread` is told of notes that cannot be read; nobody can tell then who is in the photos of that folder.
    """

    def __init__(self, unread: Callable[[UnreadBesideError], None]) -> None:
        self._unread = unread
        self._path: bytes | None = None
        self._folder: _Folder | None = None

    def beside(self, photo: bytes) -> Beside | None:
        """What lies beside the photo with this absolute path; None where nobody can tell."""
        path, name = os.path.split(photo)
        if path != self._path:
            self._path = path
            try:
                self._folder = _listed(path)
            except UnreadBesideError as error:
                self._folder = None
                self._unread(error)
        if self._folder is None:
            return None
        name = name.lower()
        names = (name + SIDECAR, os.path.splitext(name)[0] + SIDECAR)  # noqa: PTH122
        sidecars = [self._folder.sidecars[one] for one in names if one in self._folder.sidecars]
        picasa = self._folder.picasa.get(name, ())
        if not sidecars and not picasa:
            return Beside()
        # Without the folder: a drive may come back under another path.
        seen = [(os.path.basename(path), *status) for path, *status in sidecars]  # noqa: PTH119
        stamp = hashlib.blake2b(repr((seen, picasa)).encode(), digest_size=8).hexdigest()
        return Beside(tuple(path for path, _, _ in sidecars), picasa, stamp)


def names_somebody(path: bytes) -> bool:
    """Whether a file with this path may name who is in the photos beside it."""
    name = os.path.basename(path).lower()  # noqa: PTH119
    return name in PICASA or (name.endswith(SIDECAR) and not name.startswith(b"."))


def named_regions(metadata: Metadata, beside: Beside, width: int, height: int) -> tuple[NamedRegion, ...]:
    """Who is where in a photo of this upright size, by all that it and the files beside it tell.

    Raises UnreadBesideError.
    """
    packets = [content for path in beside.sidecars if decoded.names_a_list(content := _content(path, LARGEST_SIDECAR))]
    if metadata.regions is not None:
        packets.append(metadata.regions)
    found: list[Region] = []
    for packet in packets:
        found += decoded.of_xmp(packet, width, height, metadata.orientation)
    return distinct(NamedRegion(region.name, Box(*region.box)) for region in (*found, *beside.picasa))


def _listed(path: bytes) -> _Folder | None:
    """None where it cannot be listed: it went away, or may not be; the walk tells that. Raises UnreadBesideError."""
    folder = _Folder()
    try:
        with os.scandir(path) as entries:
            found = [entry for entry in entries if names_somebody(entry.name)]
    except OSError:
        return None
    for entry in found:
        try:
            status = entry.stat()
        # A link that leads nowhere, or deleted meanwhile.
        except FileNotFoundError:
            continue
        except OSError:
            # It is there all the same; why it cannot be read is told when that is tried.
            size, mtime_ns = 0, 0
        else:
            if not stat.S_ISREG(status.st_mode):
                continue
            size, mtime_ns = status.st_size, status.st_mtime_ns
        if entry.name.lower() in PICASA:
            folder.picasa |= _picasa(_content(entry.path, LARGEST_NOTES))
        else:
            folder.sidecars[entry.name.lower()] = (entry.path, size, mtime_ns)
    return folder


def _content(path: bytes, largest: int) -> bytes:
    """Raises UnreadBesideError."""
    # Opening a named pipe would wait for its other end.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(path, flags), "rb") as file:  # noqa: PTH123
            size = os.fstat(file.fileno()).st_size
            if size <= largest:
                return read_whole(file, size)
    except OSError as error:
        raise UnreadBesideError(path, error) from error
    why = f"The file has {size / 1e6:.1f} MB; Kinfolio reads names from files of up to {largest // 1_000_000} MB."
    raise UnreadBesideError(path, UnreadablePhoto(why))


# A section for each photo, and one for the names: `faces=rect64(3f845bcb59418507),8e62398ebda8c1a5;...`, where the
# rectangle is left, top, right and bottom in parts of 65536, and the number stands for somebody in `[Contacts2]`. Where
# `rotate=rotate(1)` says that Picasa shows it turned, and the file does not know, nobody can tell which way is meant.
# Photos are called as on the disk, by bytes of whatever encoding; people in UTF-8.
_SECTION = re.compile(rb"\[(.+)\]\s*")
_FACE = re.compile(rb"rect64\(([0-9a-fA-F]{1,16})\),([0-9a-fA-F]{1,16})")


def _picasa(notes: bytes) -> dict[bytes, tuple[Region, ...]]:
    contacts: dict[bytes, str] = {}
    faces: dict[bytes, list[tuple[bytes, bytes]]] = {}
    turned: set[bytes] = set()
    section = b""
    for line in notes.removeprefix(codecs.BOM_UTF8).splitlines():
        if match := _SECTION.fullmatch(line):
            section = match[1].lower()
            continue
        key, _, value = line.partition(b"=")
        if section == b"contacts2":
            contacts[key.strip().lower()] = value.split(b";")[0].decode("utf-8", "replace")
        elif key == b"faces":
            faces[section] = _FACE.findall(value)
        elif key == b"rotate" and value.strip() != b"rotate(0)":
            turned.add(section)
    known = {
        photo: tuple(decoded.unless_too_many(_known(marked, contacts)))
        for photo, marked in faces.items()
        if photo not in turned
    }
    return {photo: found for photo, found in known.items() if found}


def _known(marked: Iterable[tuple[bytes, bytes]], contacts: dict[bytes, str]) -> Iterator[Region]:
    for numbers, contact in marked:
        whole = numbers.rjust(16, b"0")
        left, top, right, bottom = (int(whole[at : at + 4], 16) / 65536 for at in range(0, 16, 4))
        region = decoded.region(contacts.get(contact.lower(), ""), (left, top, right - left, bottom - top))
        if region is not None:
            yield region
