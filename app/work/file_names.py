"""When a photo was taken, by the name that a camera, a phone or a program gave its file."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

from app.decode.metadata import SOME_TIME_OF_DAY, is_possible

_DAY = r"(?P<year>\d{4})(?P<dash>[-_.]?)(?P<month>\d\d)(?P=dash)(?P<day>\d\d)"
_TIME = r"(?P<hour>\d\d)(?P<colon>[-_.:]?)(?P<minute>\d\d)(?P=colon)(?P<second>\d\d)"
_NAMES = (
    # Screen Shot 2023-01-02 at 3.04.05 PM.png, Capture d’écran 2023-01-02 à 03.04.05.png,
    # 截屏2023-01-02 下午3.04.05.png, c360_2023-01-02-03-04-05-678.jpg. So many separators tell enough, whatever words
    # are around them; other letters behind the time may say which half of the day it is.
    re.compile(
        r"(?P<who>c360_|\D*)(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
        r"(?!\d)\D{0,20}?(?P<before>[上下]午|午[前後]|오[전후]|ö[ös])?\s?"
        r"(?P<hour>\d\d?)(?P<colon>[-.])(?P<minute>\d\d)(?P=colon)(?P<second>\d\d)"
        r"(?:\s?(?P<after>[ap])\.?\s?m(?![^\W_])|(?!\d|\s?[^\W\d_]))",
        re.IGNORECASE,
    ),
    # IMG_20230102_030405.jpg, IMG20230102030405.jpg, PXL_20230102_030405678.jpg, 2023-01-02 03.04.05.jpg,
    # Screenshot from 2023-01-02 03-04-05.png, WhatsApp Image 2023-01-02 at 03.04.05.jpeg
    re.compile(
        rf"(?P<who>[^\W\d_]*)(?:[-_ ][^\W\d_]+)?[-_ ]?{_DAY}(?:[-_ T]| \w\w )?{_TIME}(?:\d{{3}})?(?!\d|\s?[AP]\.?\s?M)",
        re.IGNORECASE,
    ),
    # IMG-20230102-WA0001.jpg: WhatsApp tells the day alone.
    re.compile(rf"(?P<who>IMG)-{_DAY}-WA\d{{4}}(?!\d)", re.IGNORECASE),
    # 20230102.jpg, 2023-01-02.jpg, IMG_20230102.jpg, and nothing else in the name.
    re.compile(rf"(?P<who>(?:IMG[-_])?){_DAY}(?:\.[^.]*)?$", re.IGNORECASE),
    # 00000IMG_00000_BURST20230102030405678_COVER.jpg
    re.compile(rf"(?P<who>\w*_BURST){_DAY}{_TIME}\d{{3}}(?!\d)", re.IGNORECASE),
)
# FB_IMG_1672628645000.jpg: milliseconds since 1970.
_FACEBOOK = re.compile(r"FB_IMG_(\d{13})(?!\d)", re.IGNORECASE)
# Digital cameras that name their files are younger than this.
OLDEST_NAME = 1990


def taken_at(name: str) -> datetime | None:
    # On a Mac, letters of names are taken apart.
    moment = _moment(unicodedata.normalize("NFC", name))
    return moment if moment is not None and is_possible(moment, OLDEST_NAME) else None


def _moment(name: str) -> datetime | None:
    if match := _FACEBOOK.match(name):
        return datetime.fromtimestamp(int(match[1]) // 1000, UTC)
    match = next((match for pattern in _NAMES if (match := pattern.match(name))), None)
    # A still of a video has the name of the video, which may have begun long before.
    if match is None or match["who"].rstrip("-_ ").upper() in ("VID", "MOV", "MVI"):
        return None
    parts = match.groupdict()
    try:
        day = datetime(int(parts["year"]), int(parts["month"]), int(parts["day"]))
        if "hour" not in parts:
            return datetime.combine(day, SOME_TIME_OF_DAY)
        hour = _hour(int(parts["hour"]), parts.get("before") or parts.get("after"))
        moment = day.replace(hour=hour, minute=int(parts["minute"]), second=int(parts["second"]))
    except ValueError:
        return None
    # Pixel phones name their photos by the time in Greenwich.
    return moment.replace(tzinfo=UTC) if match["who"].upper() == "PXL" else moment


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if hour > 12:
        raise ValueError
    return hour % 12 + 12 * (half.lower() in ("p", "下午", "午後", "오후", "ös"))
