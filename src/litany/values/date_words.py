"""On which days may this have happened, in the words in which documenters write dates?

Where `litany.values.dates` reads EDTF and declared formats, this reads what stands in files as they are found. The forms are in
docs/reference/dates.md; nothing is guessed: where two readings are possible both are kept, as a set.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from msgspec import Struct

from litany.errors import UnreadableDate
from litany.values import dates
from litany.values.date_clean import Cleaned, clean
from litany.values.date_grammar import edtf
from litany.values.date_order import Evidence, settle
from litany.values.date_pieces import FIRST_YEAR, LAST_YEAR, Context, Order
from litany.values.dates import Span
from litany.values.numbers import BURMESE

__all__ = ["DateRead", "Evidence", "Order", "is_unknown", "read", "settle"]

_UNKNOWN = frozenset(
    [
        "unknown",
        "unknown date",
        "date unknown",
        "unk",
        "n/a",
        "na",
        "none",
        "null",
        "nil",
        "not known",
        "not available",
        "not stated",
        "not specified",
        "not reported",
        "not recorded",
        "no date",
        "no data",
        "undated",
        "n.d",
        "unspecified",
        "unclear",
        "tbc",
        "tbd",
        "xx",
        "0000-00-00",
        "00/00/0000",
        "မသိ",
        "မသိရ",
        "မရှိ",
    ]
)
_EMPTIES = ("1900-01-01", "1904-01-01", "1970-01-01")
_YEARS = re.compile(r"(\d{4})[-/](\d\d)[?~%]?")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class DateRead(Struct, frozen=True):
    """A date as the words give it, and what should be noted about it ("night of 9 October" may be the day after)."""

    span: Span
    notes: tuple[str, ...] = ()


def is_unknown(text: str) -> bool:
    """Does the text say that the date is not known, or nothing at all?"""
    plain = " ".join(text.split()).casefold().rstrip(".")
    return not re.search(r"\w", plain) or plain in _UNKNOWN


@lru_cache(1 << 16)
def read(text: str, order: Order | None = None, within: Span | None = None) -> DateRead:
    """A date in words. ``order`` is how numeric dates are read (None: both ways are kept where they differ); ``within`` is the
    period that the source says it covers: a date without a year is any such date in it.

    Raises UnreadableDate that says what would be understood.
    """
    given = " ".join(text.split())
    if is_unknown(given):
        raise UnreadableDate(f"{text!r} says that the date is not known", text)
    plain = given.translate(BURMESE)
    found = _as_edtf(plain)
    if found is not None:
        return DateRead(found, _emptiness(found))
    cleaned = clean(_marked(plain) if plain.isascii() else given)
    context = Context(text, order, within, [])
    named = _parsed(edtf(cleaned.text, context), context)
    span = _parsed(_doubted(_at_night(named, cleaned, context), cleaned), context)
    if context.open_order:
        context.note("the order of day and month is not known: every possible one is kept")
    _check_weekday(named, cleaned, context)
    return DateRead(span, (*cleaned.notes, *context.notes, *_emptiness(span)))


def _parsed(found: str, context: Context) -> Span:
    try:
        return dates.parse(found)
    except UnreadableDate as problem:
        raise context.refuse("ends before it begins, or is no day of the calendar") from problem


def _emptiness(span: Span) -> tuple[str, ...]:
    return ("programs often write this day for an empty cell",) if span.edtf in _EMPTIES else ()


def _marked(text: str) -> str:
    """Question marks for a day that is not known."""
    return re.sub(r"^\?\?(?=[\s/.-])", "xx", text)


def _as_edtf(text: str) -> Span | None:
    """The text as EDTF, where it is that and not two years (2021-22)."""
    years = _YEARS.fullmatch(text)
    if years is not None and int(years[2]) > max(12, int(years[1]) % 100):
        return None
    try:
        span = dates.parse(text)
    except UnreadableDate:
        return None
    for day in (span.earliest, span.latest):
        if day is not None and not FIRST_YEAR <= date.fromordinal(day).year <= LAST_YEAR:
            raise UnreadableDate(f"{text!r} has a year that may be of another era: write the civil year", text)
    return span


def _at_night(span: Span, cleaned: Cleaned, context: Context) -> str:
    """A night lies in two days; which two, an overnight or a midnight leaves open."""
    if cleaned.night in ("", "part"):
        return span.edtf
    if span.earliest is None or span.latest is None or span.edtf[0] in "[{":
        raise context.refuse("speaks of a night of several dates: write its days")
    days = span.latest - span.earliest + 1
    if cleaned.night in ("midnight", "overnight") and days == 1:
        context.note("it may be the night before or after that day: both days beside it are kept")
        return f"{dates.show(span.earliest - 1)}/{dates.show(span.latest + 1)}"
    if days == 2 and cleaned.night != "nights":
        return span.edtf
    if days > 2 and cleaned.night != "nights":
        raise context.refuse("speaks of one night of several days: write its days")
    context.note("a night may lie in the day after: both days are kept")
    return f"{dates.show(span.earliest)}/{dates.show(span.latest + 1)}"


def _doubted(found: str, cleaned: Cleaned) -> str:
    """The marks of EDTF on every date of the text."""
    mark = (
        "%" if cleaned.uncertain and cleaned.approximate else "?" if cleaned.uncertain else "~" if cleaned.approximate else ""
    )
    if not mark:
        return found

    def put(match: re.Match[str]) -> str:
        return match[0].rstrip("~") + ("%" if mark == "?" and match[0].endswith("~") else mark)

    return re.sub(r"[0-9X]{4}(?:-[0-9X]{2}){0,2}~?", put, found)


def _check_weekday(span: Span, cleaned: Cleaned, context: Context) -> None:
    for day in cleaned.weekdays:
        if span.precision != 1 or span.earliest is None:
            context.note(f"the weekday ({day.capitalize()}) is not kept: the text gives more than one day")
        elif _DAYS[date.fromordinal(span.earliest).weekday()] != day:
            context.note(f"{dates.show(span.earliest)} is no {day.capitalize()}: the date is kept")
