"""Which days may one calendar date in the small alphabet of `litany.values.date_clean` mean, its year perhaps left out?"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from litany.errors import UnreadableDate
from litany.values import dates
from litany.values.dates import Span

FIRST_YEAR, LAST_YEAR = 1800, 2199


class Order(StrEnum):
    """In which order the numbers of a date such as 03/04/2022 stand."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


class Piece(NamedTuple):
    """A year, month or day, what is not stated None."""

    year: int | None
    month: int | None = None
    day: int | None = None

    def edtf(self) -> str:
        """In EDTF; the year must be known."""
        parts = [f"{self.year:04}", *(f"{n:02}" for n in (self.month, self.day) if n is not None)]
        return "-".join(parts)

    def exists(self) -> bool:
        """Does the calendar have it (in a leap year, where the year is open)?"""
        if self.month is None:
            return True
        if not 1 <= self.month <= 12:
            return False
        return self.day is None or 1 <= self.day <= calendar.monthrange(self.year or 2020, self.month)[1]


class Context(Struct):
    """How a date is to be read, the whole text for messages, and what is noted."""

    given: str
    order: Order | None = None
    within: Span | None = None
    notes: list[str] = []
    open_order: bool = False

    def refuse(
        self, why: str = "is no date that is read: write 2021-02-09, 2021-02, 2021 or 2021-02-09/2021-02-12"
    ) -> UnreadableDate:
        """The error for this text."""
        return UnreadableDate(f"{self.given!r} {why}", self.given)

    def note(self, text: str) -> None:
        """Note something once."""
        if text not in self.notes:
            self.notes.append(text)

    def century(self, digits: str) -> int:
        """The year that two digits mean. Raises UnreadableDate where nothing says so."""
        number = int(digits)
        if self.within is not None and self.within.earliest is not None and self.within.latest is not None:
            first, last = (int(dates.show(day)[:4]) for day in (self.within.earliest, self.within.latest))
            fits = [year for year in range(first, last + 1) if year % 100 == number]
            if len(fits) == 1:
                self.note("the year has two digits: the century is that of the period that the source covers")
                return fits[0]
            if fits:
                raise self.refuse(f"has the year {digits}, which the period has twice: write its century")
        if number >= 70:
            raise self.refuse(f"has the year {digits}: write its century")
        self.note("the year has two digits: read as 20..")
        return 2000 + number

    def years(self) -> range:
        """The years of the period that the source covers; none where it does not say."""
        if self.within is None or self.within.earliest is None or self.within.latest is None:
            return range(0)
        first, last = (int(dates.show(day)[:4]) for day in (self.within.earliest, self.within.latest))
        return range(first, last + 1)

    def covers(self, piece: Piece) -> bool:
        """Does the piece overlap the period?"""
        if self.within is None or not piece.exists():
            return False
        span = dates.parse(piece.edtf())
        assert span.earliest is not None and span.latest is not None
        return (self.within.earliest or 0) <= span.latest and span.earliest <= (self.within.latest or span.earliest)


_SEP = r"(?:\s*[-/.,]\s*|\s+)"
_MONTH, _DAY, _YEAR = r"@(?P<m>\d\d)", r"#?(?P<d>\d{1,2})", r"(?P<y>\d{4}|\^\d\d)"
_NAMED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_DAY}{_SEP}?{_MONTH}{_SEP}?{_YEAR}",
        rf"{_MONTH}{_SEP}?{_DAY}{_SEP}{_YEAR}",
        # Two digits are a year only after one kind of separator: "Oct 9-12" is no day of 2012.
        rf"{_DAY}(?P<s>\s*[-/.]\s*){_MONTH}(?P=s)(?P<y>\d\d)",
        rf"{_DAY}[\s,]*{_MONTH}[\s,]+(?P<y>\d\d)",
        rf"{_MONTH}(?P<s>\s*[-/.]\s*){_DAY}(?P=s)(?P<y>\d\d)",
        rf"{_MONTH}[\s,]*{_DAY}[\s,]+(?P<y>\d\d)",
        rf"(?P<y>\d{{4}}){_SEP}?{_MONTH}{_SEP}?{_DAY}",
        rf"{_MONTH}{_SEP}?{_YEAR}",
        rf"(?P<y>\d{{4}}){_SEP}?{_MONTH}",
        rf"{_DAY}{_SEP}?{_MONTH}",
        rf"{_MONTH}{_SEP}?(?P<d>#\d{{1,2}}|\d)",
        rf"{_MONTH}",
        r"(?P<y>\d{4})",
    )
)
_EITHER = re.compile(rf"{_MONTH}{_SEP}?(?P<n>\d\d)")  # March 21: a day or a year
_NUMBERS = re.compile(r"(\d{1,4})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{1,4})|(\d{1,4})() (\d{1,2}) (\d{1,4})")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_TWO = re.compile(r"(?:(?P<m>\d{1,2})\s*[-/.]\s*(?P<y>\d{4})|(?P<y2>\d{4})\s*[-/.]\s*(?P<m2>\d{1,2}))")
_NO_DAY = re.compile(r"xx?(?:\s*[-/.]\s*|\s+)(?:@(?P<m>\d\d)|(?P<n>\d\d?))(?:\s*[-/.]\s*|\s+)(?P<y>\d{4})")


def pieces(text: str, context: Context) -> list[Piece]:
    """All that one date may be; empty where the text is no single date. Raises UnreadableDate for one that cannot be."""
    text = text.strip(" ,")
    if match := _EITHER.fullmatch(text):
        return _day_or_year(int(match["m"]), match["n"], context)
    if match := _NO_DAY.fullmatch(text):
        context.note("the day is given as unknown")
        return _real([Piece(int(match["y"]), int(match["m"] or match["n"]))], context)
    for pattern in _NAMED:
        if match := pattern.fullmatch(text):
            groups = match.groupdict()
            year, month, day = (groups.get(name) for name in "ymd")
            piece = Piece(
                None if year is None else _year(year, context),
                None if month is None else int(month),
                None if day is None else int(day.lstrip("#")),
            )
            return _real([piece], context)
    if match := _COMPACT.fullmatch(text):
        return _real([Piece(int(match[1]), int(match[2]), int(match[3]))], context)
    if match := _TWO.fullmatch(text):
        return _month_and_year(match, context)
    if match := _NUMBERS.fullmatch(text):
        found = [group for group in match.groups() if group is not None and group.isdigit()]
        real = _real(list(_numeric(found, context)), context)
        context.open_order |= len(set(real)) > 1
        return real
    return []


def _year(text: str, context: Context) -> int:
    return context.century(text.lstrip("^")) if len(text.lstrip("^")) == 2 else int(text)


def _real(found: Sequence[Piece], context: Context) -> list[Piece]:
    real = [piece for piece in found if piece.exists()]
    if not real:
        raise context.refuse("is no day of the calendar")
    if any(piece.year is not None and not FIRST_YEAR <= piece.year <= LAST_YEAR for piece in real):
        raise context.refuse("has a year that may be of another era: write the civil year")
    return real


def _day_or_year(month: int, digits: str, context: Context) -> list[Piece]:
    """March 21: the 21st of March, or March 2021."""
    number = int(digits)
    if number > 31 or number == 0:
        return _real([Piece(context.century(digits), month)], context)
    if not context.years():
        raise context.refuse("may be a day or a year: write the year with four digits")
    both = [piece for year in context.years() for piece in (Piece(year, month, number),) if context.covers(piece)]
    both += [piece for year in context.years() if year % 100 == number and context.covers(piece := Piece(year, month))]
    if not both:
        raise context.refuse("lies outside the period that the source covers")
    context.note("the number beside the month may be a day or a year: both are kept")
    whole = [piece for piece in both if piece.day is None]
    return sorted(
        {piece for piece in both if not any(p.month == piece.month and p.year == piece.year for p in whole) or piece in whole}
    )


def _month_and_year(match: re.Match[str], context: Context) -> list[Piece]:
    year, month = int(match["y"] or match["y2"]), int(match["m"] or match["m2"])
    if match["y2"] and len(match["m2"]) == 2 and month == (year + 1) % 100 and "/" in match[0]:
        raise context.refuse("may be a month or two years: write 2010-11, or 2010/2011")
    return _real([Piece(year, month)], context)


def _numeric(found: list[str], context: Context) -> Iterator[Piece]:
    first, middle, last = found
    if len(first) == 4 and len(last) <= 2:
        yield Piece(int(first), int(middle), int(last))
        return
    if len(first) > 2 or len(last) not in (2, 4):
        raise context.refuse()
    order = context.order
    years = [int(last)] if len(last) == 4 else None
    if order is not Order.MONTH_FIRST and int(middle) <= 12 and int(first) <= 31:
        yield Piece(years[0] if years else context.century(last), int(middle), int(first))
    if order is not Order.DAY_FIRST and int(first) <= 12 and int(middle) <= 31 and first != middle:
        yield Piece(years[0] if years else context.century(last), int(first), int(middle))
    if order is Order.MONTH_FIRST and first == middle and int(first) <= 12:
        yield Piece(years[0] if years else context.century(last), int(first), int(middle))
    if order is None and years is None and int(first) < 70 and int(middle) <= 12:
        piece = Piece(2000 + int(first), int(middle), int(last))
        if piece.exists() and (context.within is None or context.covers(piece)):
            yield piece
