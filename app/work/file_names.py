"""When a photo was taken, by the name that a camera, a phone or a program gave its file."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from app.decode.metadata import SOME_TIME_OF_DAY

_DAY = r"(?P<year>\d{4})(?P<dash>[-_.]?)(?P<month>\d\d)(?P=dash)(?P<day>\d\d)"
_TIME = r"(?P<hour>\d\d)(?P<colon>[-_.:]?)(?P<minute>\d\d)(?P=colon)(?P<second>\d\d)"
_NAMES = (
    # IMG_20230102_030405.jpg, IMG20230102030405.jpg, PXL_20230102_030405678.jpg, 2023-01-02 03.04.05.jpg,
    # Screenshot from 2023-01-02 03-04-05.png, WhatsApp Image 2023-01-02 at 03.04.05.jpeg
    re.compile(
        rf"(?P<who>[^\W\d_]*)(?:[-_ ][^\W\d_]+)?[-_ ]?{_DAY}(?:[-_ T]| \w\w )?{_TIME}(?:\d{{3}})?(?!\d|\s?[AP]M)",
        re.IGNORECASE,
    ),
    # IMG-20230102-WA0001.jpg: WhatsApp tells the day alone.
    re.compile(rf"(?P<who>IMG)-{_DAY}-WA\d{{4}}(?!\d)", re.IGNORECASE),
)
# Digital cameras that name their files are younger than this.
OLDEST_NAME = 1990


def taken_at(name: str) -> datetime | None:
    match = next((match for pattern in _NAMES if (match := pattern.match(name))), None)
    # A still of a video has the name of the video, which may have begun long before.
    if match is None or match["who"].upper() in ("VID", "MOV", "MVI"):
        return None
    parts = match.groupdict()
    try:
        day = datetime(int(parts["year"]), int(parts["month"]), int(parts["day"]))
        if "hour" not in parts:
            moment = datetime.combine(day, SOME_TIME_OF_DAY)
        else:
            moment = day.replace(hour=int(parts["hour"]), minute=int(parts["minute"]), second=int(parts["second"]))
    except ValueError:
        return None
    # Whatever zone this name is from, it is not from tomorrow.
    if moment.year < OLDEST_NAME or moment > datetime.now() + timedelta(days=1):
        return None
    # Pixel phones name their photos by the time in Greenwich.
    return moment.replace(tzinfo=UTC) if match["who"].upper() == "PXL" else moment
