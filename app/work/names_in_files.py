"""What photo files say of who is in them, as scans take it up: beside the faces of a picture that is looked at, and
where only that has changed without looking at the picture again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from app.decode import read_metadata
from app.library.library import Library
from app.library.records import Box, FoundFace, KnownPhoto, NamedRegion
from app.library.regions import met
from app.vision.engine import Reading
from app.work.photo_file import PhotoFile
from app.work.sidecars import Beside, named_regions


def take_up(library: Library, known: KnownPhoto, content: PhotoFile, beside: Beside) -> bool:
    """Notes what a photo that is known says by now, with what lies beside it.

    False where it names somebody at a place where no face is known, which has to be looked at. Raises
    UnreadBesideError.
    """
    if beside.stamp == known.sidecars:
        return True
    regions = named_regions(read_metadata(content.data), beside, known.width, known.height)
    changed = bool(regions) and set(regions) != set(library.regions_in(known.id))
    return library.names_read(known.id, beside.stamp, regions if changed else ()).result()


def look(
    regions: Sequence[NamedRegion], faces: Sequence[Box], describe: Callable[[Sequence[Box]], Sequence[Reading]]
) -> dict[int, Reading]:
    """What is seen at regions that meet none of the faces of their picture, by the regions' places."""
    boxes = [region.box for region in regions]
    meeting = met(boxes, faces)
    left = [place for place in range(len(boxes)) if place not in meeting]
    return dict(zip(left, describe([boxes[place] for place in left]), strict=True)) if left else {}


def with_faces(regions: Sequence[NamedRegion] | None, seen: Mapping[int, FoundFace]) -> list[NamedRegion] | None:
    """The regions with what `look` saw; None where names were not read."""
    if regions is None:
        return None
    return [replace(region, face=seen.get(place)) for place, region in enumerate(regions)]
