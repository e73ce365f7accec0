"""On which days may this have happened, as far as the text says, and no finer?

Civil dates with a precision in EDTF (ISO 8601-2:2019, levels 0 and 1, and of level 2 sets and unspecified digits); never a
time zone, never a guess at the order of day and month. Days are proleptic Gregorian ordinals (`datetime.date.toordinal`).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from msgspec import Struct

from litany.errors import UnreadableDate
from litany.values.numbers import BURMESE

_ONE = re.compile(r"([0-9]{3}[0-9X]|[0-9]{2}XX)(?:-([0-9]{2}|[0-9]X|XX))?(?:-([0-9]{2}|[0-9]X|XX))?([?~%]?)")
# Northern spring, summer, autumn, winter; winter runs into the next year.
_SEASONS = {"21": (3, 5), "22": (6, 8), "23": (9, 11), "24": (12, 14)}
_EXCEL_DAY_ZERO = date(1899, 12, 30).toordinal()
_HINT = "write 2023, 2023-10, 2023-10-09, 2023-10-09/2023-10-12 or 2023-XX (EDTF)"
CACHE = 1 << 16
_DIRECTIVES = ("Y", "y", "m", "b", "B", "d", "j", "a", "A", "H", "I", "M", "S", "f", "p", "%")


class Span(Struct, frozen=True, omit_defaults=True):
    """A date with its first and last possible day (None: open), and UCDP's date_prec.

    ``precision`` is 1 for a day, 2 for 2 to 6 days, 3 for a week, 4 for 8 to 31 days, 5 for longer, None where an end is open.
    ``uncertain`` and ``approximate`` are EDTF's ``?`` and ``~`` (``%`` is both).
    """

    edtf: str
    earliest: int | None = None
    latest: int | None = None
    precision: int | None = None
    uncertain: bool = False
    approximate: bool = False


@lru_cache(CACHE)
def parse(text: str) -> Span:
    """A date from EDTF. Raises UnreadableDate that says what would be understood."""
    given = text.strip()
    if len(given) == 10 and given[4] == given[7] == "-":
        try:
            number = date.fromisoformat(given).toordinal()
        except ValueError:
            pass
        else:
            return Span(given, number, number, 1)
    if "/" in given:
        return _interval(given)
    if given[:1] + given[-1:] in ("[]", "{}") and len(given) > 2:
        return _set(given)
    return _single(given)


def _single(text: str) -> Span:
    match = _ONE.fullmatch(text)
    if match is None:
        raise UnreadableDate(f"{text!r} is no date that can be read without guessing: {_HINT}{_time_hint(text)}", text)
    year, month, day, mark = match.groups()
    if day is not None and month in _SEASONS:
        raise UnreadableDate(f"{text!r}: a season has no days: {_HINT}", text)
    first, last = _bound(text, year, month, day, 0), _bound(text, year, month, day, 1)
    return _span(text, first, last, mark)


def _time_hint(text: str) -> str:
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]", text):
        return f". It has a time of day: give the date {text[:10]} alone, and the time in a column of its own"
    return ""


def _bound(text: str, year: str, month: str | None, day: str | None, end: int) -> int:
    """The first (``end`` 0) or last (1) day that the digits allow."""
    digit = "90"[end == 0]
    number = int(year.replace("X", digit))
    if number == 0:
        raise UnreadableDate(f"{text!r} may lie before the year 1: {_HINT}", text)
    months = _months(text, month)
    m = months[-1] if end else months[0]
    extra = 0
    if m > 12:
        m, extra = m - 12, 1
    if number + extra > 9999:
        raise UnreadableDate(f"{text!r} ends after the year 9999: {_HINT}", text)
    days = _days(day, calendar.monthrange(number + extra, m)[1])
    if not days:
        return _nearest(text, year, months, day, end)
    return date(number + extra, m, days[-1] if end else days[0]).toordinal()


def _nearest(text: str, year: str, months: list[int], day: str | None, end: int) -> int:
    """2023-XX-31, 202X-02-29: the first or last month that has such a day."""
    years = [n for n in range(int(year.replace("X", "0")), int(year.replace("X", "9")) + 1) if _fits(year, f"{n:04}")]
    for y in reversed(years) if end else years:
        for m in reversed(months) if end else months:
            days = _days(day, calendar.monthrange(y, m)[1])
            if days:
                return date(y, m, days[-1] if end else days[0]).toordinal()
    raise UnreadableDate(f"{text!r} is no day of the calendar: {_HINT}", text)


def _months(text: str, month: str | None) -> list[int]:
    if month is None:
        return list(range(1, 13))
    if month in _SEASONS:
        first, last = _SEASONS[month]
        return list(range(first, last + 1))
    fits = [m for m in range(1, 13) if _fits(month, f"{m:02}")]
    if not fits:
        raise UnreadableDate(f"{text!r} has no month {month}: {_HINT}", text)
    return fits


def _days(day: str | None, length: int) -> list[int]:
    return [d for d in range(1, length + 1) if day is None or _fits(day, f"{d:02}")]


def _fits(pattern: str, digits: str) -> bool:
    return all(p in ("X", c) for p, c in zip(pattern, digits, strict=True))


def _span(text: str, first: int | None, last: int | None, mark: str = "") -> Span:
    return Span(text, first, last, _precision(first, last), mark in ("?", "%"), mark in ("~", "%"))


def _precision(first: int | None, last: int | None) -> int | None:
    if first is None or last is None:
        return None
    days = last - first + 1
    return 1 if days == 1 else 2 if days < 7 else 3 if days == 7 else 4 if days <= 31 else 5


def _interval(text: str) -> Span:
    left, _, right = text.partition("/")
    if "/" in right:
        raise UnreadableDate(f"{text!r} has more than two ends: {_HINT}", text)
    ends = [None if end in ("", "..") else _single(end) for end in (left, right)]
    first, last = (None if ends[0] is None else ends[0].earliest), (None if ends[1] is None else ends[1].latest)
    if first is None and last is None:
        raise UnreadableDate(f"{text!r} is open on both ends: leave the date empty instead", text)
    if first is not None and last is not None and last < first:
        raise UnreadableDate(f"{text!r} ends before it begins", text)
    return Span(
        text, first, last, _precision(first, last),
        any(end is not None and end.uncertain for end in ends), any(end is not None and end.approximate for end in ends),
    )  # fmt: skip


def _set(text: str) -> Span:
    """[one of these] or {all of these}: from the first to the last day of any member."""
    members = [_member(text, member.strip()) for member in text[1:-1].split(",")]
    firsts, lasts = [span.earliest for span in members], [span.latest for span in members]
    first = None if None in firsts else min(n for n in firsts if n is not None)
    last = None if None in lasts else max(n for n in lasts if n is not None)
    if first is None and last is None:
        raise UnreadableDate(f"{text!r} is open on both ends: leave the date empty instead", text)
    return Span(
        text, first, last, _precision(first, last),
        any(span.uncertain for span in members), any(span.approximate for span in members),
    )  # fmt: skip


def _member(text: str, member: str) -> Span:
    left, dots, right = member.partition("..")
    if not dots:
        return _single(left)
    if not left and not right:
        raise UnreadableDate(f"{text!r} is open on both ends: leave the date empty instead", text)
    return _interval(f"{left}/{right}")


def between(first: str | Span, last: str | Span) -> Span:
    """From the first day of one date to the last of another. Raises UnreadableDate when it ends before it begins."""
    a, b = (parse(end) if isinstance(end, str) else end for end in (first, last))
    if a.earliest is not None and b.latest is not None and b.latest < a.earliest:
        raise UnreadableDate(f"{a.edtf} to {b.edtf} ends before it begins", f"{a.edtf}/{b.edtf}")
    if a.edtf == b.edtf:
        return a
    edtf = f"{a.edtf}/{b.edtf}"
    if set("/[{") & set(edtf.replace("/", "", 1)):  # the ends of an interval are single dates
        edtf = from_days(a.earliest, b.latest).edtf
    return Span(
        edtf, a.earliest, b.latest, _precision(a.earliest, b.latest),
        a.uncertain or b.uncertain, a.approximate or b.approximate,
    )  # fmt: skip


def from_days(earliest: int | None, latest: int | None) -> Span:
    """The shortest EDTF for the days from one to another (None: open). Raises UnreadableDate for an empty or an open range."""
    if earliest is None and latest is None:
        raise UnreadableDate("a date that is open on both ends says nothing: leave it empty")
    if earliest is not None and latest is not None:
        a, b = date.fromordinal(earliest), date.fromordinal(latest)
        if latest < earliest:
            raise UnreadableDate(f"{a} to {b} ends before it begins", f"{a}/{b}")
        if a == b:
            return Span(a.isoformat(), earliest, latest, 1)
        if (a.month, a.day, b.month, b.day) == (1, 1, 12, 31) and a.year == b.year:
            return _span(f"{a.year:04}", earliest, latest)
        if a.day == 1 and (a.year, a.month) == (b.year, b.month) and b.day == calendar.monthrange(b.year, b.month)[1]:
            return _span(f"{a.year:04}-{a.month:02}", earliest, latest)
    ends = ("" if end is None else show(end) for end in (earliest, latest))
    return _span("/".join(end or ".." for end in ends), earliest, latest)


def check_format(form: str) -> None:
    """Raises UnreadableDate for a format with which a date would be guessed at, or a time zone dropped."""
    if form == "excel-serial":
        return
    directives = re.findall(r"%(.?)", form)
    for wrong in (d for d in directives if d not in _DIRECTIVES):
        why = "a civil date has no time zone" if wrong in ("z", "Z") else f"the directives are %{', %'.join(_DIRECTIVES)}"
        raise UnreadableDate(f"the format {form!r} has %{wrong}: {why}", form)
    if not {"Y", "y"} & set(directives):
        raise UnreadableDate(f"the format {form!r} has no year (%Y)", form)
    if "d" in directives and not {"m", "b", "B"} & set(directives):
        raise UnreadableDate(f"the format {form!r} has a day and no month (%m)", form)


def read(text: str, formats: Sequence[str] = ()) -> Span:
    """A date in EDTF or in one of the formats (as strptime writes them, or ``excel-serial``) that a mapping declares.

    A format without day or month gives the whole month or year. Raises UnreadableDate when none fits, or when two fit and
    differ: nothing is guessed.
    """
    given = text.strip().translate(BURMESE)
    found = {span.edtf: span for form in formats if (span := _in_format(given, form)) is not None}
    if len(found) == 1:
        return next(iter(found.values()))
    if len(found) > 1:
        days = " or ".join(sorted(found))
        raise UnreadableDate(f"{text!r} is {days}, depending on the declared format: declare one format only", text)
    try:
        return parse(text)
    except UnreadableDate as problem:
        if not formats:
            raise
        raise UnreadableDate(f"{text!r} is neither in the declared formats ({', '.join(formats)}) nor EDTF", text) from problem


def _in_format(text: str, form: str) -> Span | None:
    if form == "excel-serial":
        whole = text.removesuffix(".0")
        fits = re.fullmatch("[0-9]{2,7}", whole) and 60 < int(whole) < 2_958_466
        return parse(show(_EXCEL_DAY_ZERO + int(whole))) if fits else None
    try:
        day = show(datetime.strptime(text, form).toordinal())  # noqa: DTZ007 - a civil date has no zone
    except ValueError:
        return None
    directives = set(re.findall(r"%(.)", form))
    if directives & {"d", "j"}:
        return parse(day)
    return parse(day[:7] if directives & {"m", "b", "B"} else day[:4])


def day(text: str) -> int:
    """The ordinal of an ISO day. Raises UnreadableDate."""
    span = parse(text)
    if span.precision != 1 or span.earliest is None:
        raise UnreadableDate(f"{text!r} is not one day: write 2023-10-09", text)
    return span.earliest


def show(ordinal: int) -> str:
    """An ordinal as an ISO day."""
    return date.fromordinal(ordinal).isoformat()


def month_of(ordinal: int) -> str:
    """The month of an ordinal, as 2023-10."""
    return show(ordinal)[:7]


def months_between(earliest: int, latest: int) -> tuple[str, ...]:
    """Every month from that of one day to that of another."""
    months = [month_of(earliest)]
    while months[-1] < month_of(latest):
        following = date.fromisoformat(f"{months[-1]}-28") + timedelta(days=4)
        months.append(following.isoformat()[:7])
    return tuple(months)


def iso_range(text: str) -> tuple[int | None, int | None]:
    """The days of a scope's range: ``2021-02-01..2023-12-31``, ``2021..``, ``..2022-06``, ``2021-02``.

    Raises UnreadableDate.
    """
    left, dots, right = text.partition("..")
    if not left and not right:
        raise UnreadableDate(f"{text!r} is open on both ends", text)
    for end in filter(None, (left, right)):
        if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", end):
            raise UnreadableDate(f"{end!r} is no year, month or day: write 2021, 2021-02 or 2021-02-01", end)
    first = parse(left).earliest if left else None
    last = parse(right).latest if right else (None if dots else parse(left).latest)
    if first is not None and last is not None and last < first:
        raise UnreadableDate(f"{text!r} ends before it begins", text)
    return first, last
