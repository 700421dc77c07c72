"""A library whose people look different at times, so that there is something to ask about them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.library.library import Library
from app.library.records import Box, ClusterId, FaceFilter, FoundFace
from tests.library.conftest import Filler, found
from tests.library.looks import look
from tests.pictures import draw_people, encode

ANNA, BERTA, DORA = 0, 1, 2
# Too little for the machine to take one for the other by itself.
ALIKE = 0.32
# Photos of each: as they are known, and as they look at other times.
PHOTOS = {"anna": (ANNA, 6), "older anna": (ANNA, 4), "berta": (BERTA, 5), "older berta": (BERTA, 3), "dora": (DORA, 2)}


def fill(folder: Path, photos: Path) -> None:
    """Makes the library: Anna and Berta have names, another group of each has not, nor has Dora."""
    photos.mkdir()
    library = Library.open(folder)
    filler = Filler(library, photos)
    for name, (identity, count) in PHOTOS.items():
        for number in range(count):
            face = look(identity, number, alike=ALIKE) if "older" in name else found(identity, number)
            add(filler, f"{name} {number}.jpg", face)
    library.group()
    for name in ("anna", "berta"):
        library.name(name.title(), clusters=[group_of(library, f"{name} 0.jpg")]).result()
    library.group()
    library.close()


def add(filler: Filler, name: str, face: FoundFace) -> None:
    """A photo, on disk too, of somebody with this face."""
    drawn = draw_people(PHOTOS[name.rsplit(" ", 1)[0]][0], size=(320, 240), seed=len(name) + ord(name[-5]))
    (filler.root.path / name).write_bytes(encode(drawn.pixels))
    # Without a portrait it is cut from the photo when it is looked at.
    filler.photo(name, [], faces=[replace(face, box=Box(*drawn.boxes[0]), portrait=b"")])


def group_of(library: Library, photo: str) -> ClusterId:
    (root,) = library.roots()
    (face,) = library.faces(FaceFilter(photo=library.find_photo(root.path / photo).id))
    assert face.cluster is not None
    return face.cluster
