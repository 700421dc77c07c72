"""What cameras and programs wrote about a photo: EXIF first, then XMP, of its time last when EXIF says it was changed.

Whatever is broken or impossible is None.
"""

from __future__ import annotations

import re
import struct
import traceback
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

# Where only the day is known: no other day is near.
SOME_TIME_OF_DAY = time(12)


def of_image(image: Image.Image, data: bytes) -> Metadata:
    """Of an image that was opened from this data, and may or may not be loaded."""
    # Pillow decodes a whole PNG in search of EXIF behind the pixels.
    without = image.format == "PNG" and "exif" not in image.info and b"eXIf" not in data
    try:
        exif = Image.Exif() if without else image.getexif()
    # EXIF is written by thousands of programs; Pillow raises almost anything on what some of them wrote.
    except Exception:
        exif = Image.Exif()
    xmp = image.info.get("xmp")
    found = of_parts(exif, xmp)
    if xmp is None or (found.regions is not None and b"Regions" in found.regions):
        return found
    # Programs put what is long there, and may declare in both what either holds.
    extension = extended_xmp.of_segments(xmp, getattr(image, "applist", ()))
    return found if extension is None else replace(found, regions=regions.may_hold(extension))


def of_parts(exif: Image.Exif, xmp: bytes | str | None = None) -> Metadata:
    try:
        details, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
        return of_tags(dict(exif), details, gps, xmp)
    except Exception:
        traces.note("block of EXIF", traceback.format_exc())
        return of_tags({}, {}, {}, xmp)


def of_tags(tags: dict[int, Any], details: dict[int, Any], gps: dict[int, Any], xmp: bytes | str | None) -> Metadata:
    """The directories of an EXIF block: of the image, of how it was taken, and of where."""
    latitude = _degrees(gps, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S", 90)
    longitude = _degrees(gps, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W", 180)
    if latitude is None or longitude is None:
        latitude = longitude = None
    taken_at, source = _taken_at(details), "exif"
    if taken_at is None:
        taken_at, source = _taken_at_by_xmp(xmp), "xmp"
    if taken_at is None:
        taken_at, source = _moment(tags.get(ExifTags.Base.DateTime), details.get(ExifTags.Base.OffsetTime)), "changed"
    return Metadata(
        taken_at,
        _text(tags.get(ExifTags.Base.Model)),
        latitude,
        longitude,
        None if taken_at is None else source,
        regions.may_hold(xmp),
        _orientation(tags),
    )


def orientation(image: Image.Image) -> int:
    """1 to 8 (Exif 2.32, tag 0x0112); 1 where it is missing or broken."""
    try:
        return _orientation(dict(image.getexif()))
    except Exception:
        return 1


def _orientation(tags: dict[int, Any]) -> int:
    try:
        value = int(tags.get(ExifTags.Base.Orientation, 1))
    except (TypeError, ValueError):
        return 1
    return value if 1 <= value <= 8 else 1


def _taken_at(details: dict[int, Any]) -> datetime | None:
    for when, offset in (
        (ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal),
        (ExifTags.Base.DateTimeDigitized, ExifTags.Base.OffsetTimeDigitized),
    ):
        taken_at = _moment(details.get(when), details.get(offset))
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
    except ValueError:
        return None


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    # Cameras pad with NUL and blanks.
    return "".join(character for character in value.split("\0")[0] if character.isprintable()).strip() or None


def _degrees(gps: dict[int, Any], value: int, reference: int, negative: str, limit: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in gps[value])
        angle = degrees + minutes / 60 + seconds / 3600
        letter = _text(gps[reference])
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError, struct.error):
        return None
    if letter is None or not 0 <= angle <= limit:
        return None
    return -angle if letter.upper() == negative else angle
