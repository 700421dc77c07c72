"""Dates as people write them: a year, a month or a day, in the order of their country."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale

translate = QCoreApplication.translate

# The first and the last day that a date means: of a year, a month, or the day itself.
Days = tuple[date, date]


def short(day: date) -> str:
    return QLocale().toString(QDate(day.year, day.month, day.day), _short_format())


def moment(at: datetime) -> str:
    """As the clock here showed it."""
    local = QDateTime.fromSecsSinceEpoch(round(at.timestamp()))
    return QLocale().toString(local, QLocale.FormatType.ShortFormat)


def month_of(day: date) -> str:
    # %3 is the number of the month, for languages that write months so.
    text = translate("Dates", "%1 %2", "%1 is the name of a month, %2 the year, %3 the number of the month")
    name = QLocale().standaloneMonthName(day.month)
    return text.replace("%1", name).replace("%2", str(day.year)).replace("%3", str(day.month))


def year_of(day: date) -> str:
    return translate("Dates", "%1", "%1 is a year").replace("%1", str(day.year))


def days_of(text: str) -> Days | None:
    """The first and the last day of "2014", "5/2014", "2014-05" or a day as it is written here, in ISO 8601,
    as 3.5.2014, or with the name of its month."""
    # As Chinese writes them: 2014年, 2014年5月, 2014年5月3日.
    text = re.sub(r"\s*[年月日号]$", "", re.sub(r"\s*[年月]\s*(?=\d)", "-", text.strip()))
    year = month = None
    if found := re.fullmatch(r"(\d{4})", text):
        year = int(found[1])
    elif found := re.fullmatch(r"(\d{4})[-./](\d{1,2})", text):
        year, month = int(found[1]), int(found[2])
    elif found := re.fullmatch(r"(\d{1,2})[-./](\d{4})", text):
        year, month = int(found[2]), int(found[1])
    if year is not None:
        if year == 0 or not 1 <= (month or 1) <= 12:
            return None
        last = month or 12
        return date(year, month or 1, 1), date(year, last, monthrange(year, last)[1])
    # Read so, days and months may have one digit or two.
    here = _short_format().replace("dd", "d").replace("MM", "M")
    for form in (here, "yyyy-M-d", "d.M.yyyy", "d MMMM yyyy"):
        day = QLocale().toDate(text, form)
        if day.isValid() and day.year() > 0:
            there = date(day.year(), day.month(), day.day())
            return there, there
    return None


def span(one: Days | None, other: Days | None) -> tuple[date | None, date | None]:
    """The first and the last day from one date to another; given the wrong way round they mean the same span."""
    if one is not None and other is not None and other[1] < one[0]:
        one, other = other, one
    return one[0] if one else None, other[1] if other else None


def _short_format() -> str:
    """With all digits of the year: photos are of more than one century."""
    form = QLocale().dateFormat(QLocale.FormatType.ShortFormat)
    return form if "yyyy" in form else form.replace("yy", "yyyy")
