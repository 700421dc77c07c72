"""What cameras and programs wrote about a photo: EXIF first, then XMP, of its time last when EXIF says it was changed.

Whatever is broken or impossible is None.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any

from PIL import ExifTags, Image

from app.decode import extended_xmp, regions, traces
from app.decode.records import Metadata

# By how much they are to be trusted: when the picture was taken, then when it was made into a file.
_XMP_DATES = ("exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate")

# No photograph is older than this; cameras with an unset clock write the year 1 or so.
OLDEST_PHOTO = 1826

# Exif 2.32 has colons, a time with seconds, and its offset elsewhere. Programs write whatever they have.
_MOMENT = re.compile(
    r"(\d{4})[:/.-](\d\d?)[:/.-](\d\d?)(?!\d)(?:[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d*)?)?(Z|[+-]\d\d:\d\d)?)?"
)

# The tags of an EXIF directory. Written by thousands of programs: one that is asked for may raise almost anything.
Tags = Mapping[int, Any]

# Where only the day is known: no other day is near.
SOME_TIME_OF_DAY = time(12)


def of_image(image: Image.Image, data: bytes) -> Metadata:
    """Of an image that was opened from this data, and may or may not be loaded."""
    # Pillow decodes a whole PNG in search of EXIF behind the pixels.
    without = image.format == "PNG" and "exif" not in image.info and b"eXIf" not in data
    exif = Image.Exif() if without else _exif(image)
    xmp = image.info.get("xmp")
    found = of_parts(exif, xmp)
    if xmp is None or (found.regions is not None and b"Regions" in found.regions):
        return found
    # Programs put what is long there, and may declare in both what either holds.
    extension = extended_xmp.of_segments(xmp, getattr(image, "applist", ()))
    return found if extension is None else replace(found, regions=regions.may_hold(extension))


def of_parts(exif: Image.Exif, xmp: bytes | str | None = None) -> Metadata:
    return of_tags(exif, _directory(exif, ExifTags.IFD.Exif), _directory(exif, ExifTags.IFD.GPSInfo), xmp)


def of_tags(tags: Tags, details: Tags, gps: Tags, xmp: bytes | str | None) -> Metadata:
    """The directories of an EXIF block: of the image, of how it was taken, and of where."""
    latitude = _degrees(gps, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S", 90)
    longitude = _degrees(gps, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W", 180)
    if latitude is None or longitude is None:
        latitude = longitude = None
    taken_at, source = _taken_at(details), "exif"
    if taken_at is None:
        taken_at, source = _taken_at_by_xmp(xmp), "xmp"
    if taken_at is None:
        when, offset = _value(tags, ExifTags.Base.DateTime), _value(details, ExifTags.Base.OffsetTime)
        taken_at, source = _moment(when, offset), "changed"
    return Metadata(
        taken_at,
        _text(_value(tags, ExifTags.Base.Model)),
        latitude,
        longitude,
        None if taken_at is None else source,
        regions.may_hold(xmp),
        _orientation(tags),
    )


def orientation(image: Image.Image) -> int:
    """1 to 8 (Exif 2.32, tag 0x0112); 1 where it is missing or broken."""
    return _orientation(_exif(image))


def _exif(image: Image.Image) -> Image.Exif:
    # Asked again after an error, Pillow gives what it had read before.
    for _ in range(2):
        try:
            return image.getexif()
        except Exception:
            traces.note("block of EXIF", traceback.format_exc())
    return Image.Exif()


def _directory(exif: Image.Exif, which: ExifTags.IFD) -> Tags:
    try:
        return exif.get_ifd(which)
    except Exception:
        traces.note("block of EXIF", traceback.format_exc())
        return {}


def _value(tags: Tags, name: int) -> Any:
    """None where it is missing or broken."""
    try:
        return tags.get(name)
    except Exception:
        return None


def _orientation(tags: Tags) -> int:
    value = _value(tags, ExifTags.Base.Orientation)
    # Also where it is written as a fraction, but not half of one: so does Pillow turn a TIFF.
    return int(value) if value in range(1, 9) else 1


def _taken_at(details: Tags) -> datetime | None:
    for when, offset in (
        (ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal),
        (ExifTags.Base.DateTimeDigitized, ExifTags.Base.OffsetTimeDigitized),
    ):
        taken_at = _moment(_value(details, when), _value(details, offset))
        if taken_at is not None:
            return taken_at
    return None


def _moment(value: object, offset: object) -> datetime | None:
    match = _MOMENT.match(_text(value) or "")
    if match is None:
        return None
    *numbers, zone = match.groups(default="")
    year, month, day, hour, minute, second = (int(number or 0) for number in numbers)
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=_offset(zone or _text(offset)))
    except ValueError:
        return None
    if not match[4]:
        moment = datetime.combine(moment, SOME_TIME_OF_DAY)
    return moment if is_possible(moment, OLDEST_PHOTO) else None


def is_possible(moment: datetime, oldest: int) -> bool:
    # Whatever zone this is from, it is not from after tomorrow.
    return moment.year >= oldest and moment.replace(tzinfo=None) <= datetime.now() + timedelta(days=1)


def _taken_at_by_xmp(packet: object) -> datetime | None:
    """Found by its usual names rather than by parsing XML: packets are cut off, nested, and of doubtful origin."""
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    if not isinstance(packet, bytes):
        return None
    text = packet.replace(b"\0", b"").decode("utf-8", "replace")
    for name in _XMP_DATES:
        match = re.search(rf"{name}(?:\s*=\s*[\"']|>)\s*([0-9T:.+Z-]{{10,40}})", text)
        if match is None:
            continue
        try:
            taken_at = datetime.fromisoformat(match[1])
        except ValueError:
            continue
        if is_possible(taken_at, OLDEST_PHOTO):
            return taken_at if "T" in match[1] else datetime.combine(taken_at, SOME_TIME_OF_DAY)
    return None


def _offset(text: str | None) -> timezone | None:
    """From "+08:00" or "Z"."""
    if text == "Z":
        return UTC
    try:
        hours, minutes = str(text)[1:].split(":")
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-offset if str(text)[0] == "-" else offset)
    except (ValueError, OverflowError):
        return None


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    # Cameras pad with NUL and blanks.
    return "".join(character for character in value.split("\0")[0] if character.isprintable()).strip() or None


def _degrees(gps: Tags, value: int, reference: int, negative: str, limit: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in _value(gps, value))
        angle = degrees + minutes / 60 + seconds / 3600
        letter = _text(_value(gps, reference))
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    if letter is None or not 0 <= angle <= limit:
        return None
    return -angle if letter.upper() == negative else angle
