"""Faces that other programs marked and named in XMP, as boxes in the upright photo.

Read are the regions of the Metadata Working Group (digiKam, Lightroom, Picasa, Apple; ACDSee's have the same shape) and
those of Microsoft. Whatever is broken, unnamed or no face is left out; packets come from strangers.

Which way up. By the MWG's Guidelines for Handling Image Metadata 2.0, section 5.9, regions belong to the picture as it
is stored, before Exif's orientation turns it, and `AppliedToDimensions` is the size they were drawn for. So write
digiKam, Lightroom, Apple and, without a size, Windows. Picasa and some others write them for the picture as they showed
it. Where the photo lies on its side the size tells which: it has the shape of the one or of the other. In all other
cases the guidelines hold. A size of neither shape is that of a picture which was cropped since: its regions are of no
use.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from xml.etree import ElementTree
from xml.parsers import expat

# x, y, width, height of the upright photo (0..1).
Box = tuple[float, float, float, float]

# Inside a photo; the main packet of a JPEG has up to 65 kB.
LARGEST_PACKET = 1 << 20
# Elements, and in lists of regions their attributes too.
_MOST_PARTS = 100_000
_DEEPEST = 50
# One tag with its attributes, which expat puts together before anybody can refuse it, at the cost of thirty times as
# much memory.
_LARGEST_TAG = 1 << 20
_AT_ONCE = 1 << 16
LONGEST_NAME = 200
# In one photo, by one packet or note. Nobody names more by hand, and all are compared with each other.
MOST_FACES = 500
# In parts of the picture: 16 pixels of the widest that there are.
SMALLEST_SIDE = 1 / 4096

# How far the quotient of the sides may be off: raw converters cut off some rows.
_SAME_SHAPE = 0.02

_LISTS = {
    "http://www.metadataworkinggroup.com/schemas/regions/",
    "http://ns.acdsee.com/regions/",
    "http://ns.microsoft.com/photo/1.2/t/RegionInfo#",
}
_NAMES = tuple(name.encode() for name in _LISTS)


@dataclass(frozen=True, slots=True)
class Region:
    """A face that somebody named."""

    name: str
    box: Box


class _Refused(Exception):
    """The packet holds what no program writes there."""


def may_hold(packet: object) -> bytes | None:
    """The packet, if it is one that may tell of regions: most do not, and need not be parsed."""
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    if not isinstance(packet, bytes) or len(packet) > LARGEST_PACKET:
        return None
    return packet if names_a_list(packet) else None


def names_a_list(packet: bytes) -> bool:
    return any(name in packet for name in _NAMES)


def of_xmp(packet: bytes, width: int, height: int, orientation: int) -> list[Region]:
    """The named faces that a packet tells of, in a photo of this upright size and with this Exif orientation."""
    faces = (found for element in _lists(packet) for found in _of_list(element, width, height, orientation))
    return unless_too_many(faces)


def unless_too_many(faces: Iterable[Region]) -> list[Region]:
    """None of them where they are more than anybody named."""
    found = list(islice(faces, MOST_FACES + 1))
    return found if len(found) <= MOST_FACES else []


def region(name: str, box: Box, orientation: int = 1) -> Region | None:
    """Of a box in the stored picture; None where the name or the box is none."""
    # Characters that nobody sees join or part the letters of some scripts, but are no name by themselves.
    name = " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in name).split())
    if not any(map(str.isprintable, name)) or len(name) > LONGEST_NAME or not all(map(math.isfinite, box)):
        return None
    left, top, right, bottom = (min(max(edge, 0.0), 1.0) for edge in (*box[:2], box[0] + box[2], box[1] + box[3]))
    if min(right - left, bottom - top) < SMALLEST_SIDE:
        return None
    return Region(name, _turned((left, top, right - left, bottom - top), orientation))


def _turned(box: Box, orientation: int) -> Box:
    """Where a box of the stored picture lies in the upright one (Exif 2.32, tag 0x0112)."""
    x, y, w, h = box
    if orientation > 4:
        # Transposed, and the rest is as in the half before.
        x, y, w, h = y, x, h, w
        orientation = {5: 1, 6: 2, 7: 3, 8: 4}[orientation]
    if orientation in (2, 3):
        x = 1 - x - w
    if orientation in (3, 4):
        y = 1 - y - h
    return max(x, 0.0), max(y, 0.0), w, h


def _of_list(element: ElementTree.Element, width: int, height: int, orientation: int) -> Iterator[Region]:
    fields = _fields(element)
    applied = _numbers(fields.get("AppliedToDimensions"), "w", "h")
    for item in _items(fields.get("RegionList", element)):
        one = _fields(item)
        if "Rectangle" in one:
            # Microsoft's has its corner first, and never a size.
            box = _of_text(_text(one["Rectangle"]))
            name, way = _text(one.get("PersonDisplayName")), orientation
        else:
            area = next((one[kind] for kind in ("Area", "DLYArea", "ALGArea") if kind in one), None)
            box = _of_area(area, applied)
            name = _text(one.get("Name")) if _text(one.get("Type")).lower() in ("", "face") else ""
            way = _written_for(applied, width, height, orientation)
        found = region(name, box, way) if box is not None and way else None
        if found is not None:
            yield found


def _written_for(applied: tuple[float, ...] | None, width: int, height: int, orientation: int) -> int:
    """The orientation that the regions do without; 0 where they are of no use."""
    if applied is None or min(applied) <= 0 or min(width, height) <= 0:
        return orientation
    quotient = applied[0] / applied[1]

    def has_shape(one: int, other: int) -> bool:
        return abs(math.log(quotient * other / one)) < _SAME_SHAPE

    if has_shape(*((height, width) if orientation > 4 else (width, height))):
        return orientation
    return 1 if has_shape(width, height) else 0


def _of_area(area: ElementTree.Element | str | None, applied: tuple[float, ...] | None) -> Box | None:
    """Its centre comes first, in parts of the picture or in its pixels."""
    numbers = _numbers(area, "x", "y", "w", "h")
    if numbers is None:
        return None
    if _text(_fields(area).get("unit")).lower() == "pixel":
        if applied is None or min(applied) <= 0:
            return None
        numbers = tuple(number / applied[place % 2] for place, number in enumerate(numbers))
    x, y, w, h = numbers
    return x - w / 2, y - h / 2, w, h


def _of_text(text: str) -> Box | None:
    try:
        x, y, w, h = map(float, text.split(","))
    except ValueError:
        return None
    return x, y, w, h


def _numbers(value: ElementTree.Element | str | None, *names: str) -> tuple[float, ...] | None:
    fields = _fields(value)
    try:
        found = tuple(float(_text(fields[name])) for name in names)
    except (KeyError, ValueError):
        return None
    return found if all(map(math.isfinite, found)) else None


# RDF writes the parts of a structure as attributes, as elements, or as those of a description inside.


def _fields(value: ElementTree.Element | str | None) -> dict[str, ElementTree.Element | str]:
    """By their names, which are different ones in all the schemas that are read here."""
    if value is None or isinstance(value, str):
        return {}
    found: dict[str, ElementTree.Element | str] = dict(value.attrib)
    for child in value:
        if child.tag == "Description":
            found |= _fields(child)
        else:
            found[child.tag] = child
    return found


def _items(value: ElementTree.Element | str | None) -> Iterator[ElementTree.Element]:
    for container in () if value is None or isinstance(value, str) else value:
        yield from (item for item in container if item.tag == "li")


def _text(value: ElementTree.Element | str | None) -> str:
    if value is None or isinstance(value, str):
        return (value or "").strip()
    # Of a text in several languages the first one.
    return next((text.strip() for text in value.itertext() if text.strip()), "")


def _lists(packet: bytes) -> list[ElementTree.Element]:
    """The lists of regions, whose parts are called by their local names; none of what is no XML, or too much of it.

    No XMP has a DTD, and without one there are no entities. Prefixes are told apart here: expat would write the whole
    address of its namespace before every name, and a stranger says how long that is.
    """
    parser, lists = expat.ParserCreate(), list[ElementTree.Element]()
    builder: ElementTree.TreeBuilder | None = None
    depth = begun = parts = 0
    # By prefix, the innermost last. That of a prefix counts up to the end of the element which declares it.
    spaces: dict[str, list[str]] = {"xml": [""]}
    declared: list[list[str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal builder, depth, begun, parts
        depth += 1
        declared.append([])
        own: dict[str, str] = {}
        for name, value in attributes.items():
            prefix, _, local = name.rpartition(":")
            if "xmlns" in (prefix, name):
                place = local if prefix else ""
                spaces.setdefault(place, []).append(value)
                declared[-1].append(place)
            else:
                own[name] = value
        prefix, _, local = tag.rpartition(":")
        parts += 1 if builder is None else 1 + len(own)
        if depth > _DEEPEST or parts > _MOST_PARTS:
            raise _Refused
        if not all(spaces.get(name.rpartition(":")[0]) for name in (tag, *own) if ":" in name):
            raise _Refused
        if builder is None and local == "Regions" and (spaces.get(prefix) or [""])[-1] in _LISTS:
            builder, begun = ElementTree.TreeBuilder(), depth
        if builder is not None:
            builder.start(local, {name.rpartition(":")[2]: value for name, value in own.items()})

    def end(tag: str) -> None:
        nonlocal builder, depth
        if builder is not None:
            builder.end(tag.rpartition(":")[2])
            if depth == begun:
                lists.append(builder.close())
                builder = None
        depth -= 1
        for place in declared.pop():
            spaces[place].pop()

    def text(found: str) -> None:
        if builder is not None:
            builder.data(found)

    def refuse(*_: object) -> None:
        raise _Refused

    # None of these knows the parser: with all that it holds it goes as soon as this returns.
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.buffer_text = True
    try:
        packet = packet.strip(b"\0 \t\r\n")
        for end_of_piece in range(_AT_ONCE, len(packet), _AT_ONCE):
            parser.Parse(packet[end_of_piece - _AT_ONCE : end_of_piece], False)
            if end_of_piece - parser.CurrentByteIndex > _LARGEST_TAG:
                raise _Refused
        parser.Parse(packet[(len(packet) - 1) // _AT_ONCE * _AT_ONCE :], True)
    # Of another encoding than it says, or of one that nobody knows.
    except (expat.ExpatError, _Refused, ValueError, LookupError):
        return []
    return lists
