"""How do the words around calendar dates (since, between, early, first week of, or, and, to) make one date of them?

Reads the small alphabet of `litany.values.date_clean`. The forms, with what each gives, are in docs/reference/dates.md.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date, timedelta

from litany.errors import UnreadableDate
from litany.values import dates
from litany.values.date_pieces import Context, Piece, pieces
from litany.values.dates import Span

_OPEN = (
    (re.compile(r"(?:from )?(.+?) onwards|(?:since|starting|commencing) (.+)|from (?!.* to |.*-)(.+)"), "since"),
    (re.compile(r"after (.+)"), "after"),
    (re.compile(r"before (.+)"), "before"),
    (re.compile(r"(?:by|until|till|til) (.+)|(.+?) backwards"), "by"),
)
_BETWEEN = re.compile(r"between (.+?) (?:and|to) (.+)")
_RANGE = re.compile(r"\s+to\s+|\s*\.\.\s*|\s+-\s+|\s*-\s*|\s*/\s*")
_SAME_MONTH = re.compile(r"(@\d\d) ?#?(\d{1,2})\s*(?:to|-|/|or|and)\s*(?:\1 )?#?(\d{1,2}),? ((?:\d{4}|\^\d\d))")
_DAYS = re.compile(r"#?(\d{1,2})(\s*/\s*|\s+or\s+|\s+and\s+|\s*&\s*)#?(\d{1,2}) ?[-/., ]?\s*(@\d\d.*)")
_MANY = re.compile(r"((?:#?\d{1,2},? )+)(and|or) #?(\d{1,2}) (@\d\d.*)")
_OR = re.compile(r"\s+or\s+")
_AND = re.compile(r"\s+and\s+|\s*&\s*")
_MONTHS = re.compile(r"(@\d\d)\s*/\s*(@\d\d) (\d{4})")
_THIRD = re.compile(r"(early|beginning|start|mid|middle|late|end)(?:(?: to |-)(mid|middle|late|end))?[ -](.+)")
_THIRDS = {"early": 0, "beginning": 0, "start": 0, "mid": 1, "middle": 1, "late": 2, "end": 2}
_PART = re.compile(r"(one|two|three|four|last) (week|half|quarter|day) (.+)")
_SHORT_PART = re.compile(r"([qh]) (\d) (\d{4})|(\d{4}) ?([qh]) (\d)")
_WEEK_OF = re.compile(r"week (beginning|starting|commencing|ending) (.+)")
_ISO_WEEK = re.compile(r"(\d{4})-? ?w ?(\d\d)")
_LAST_MONTHS = 10  # October to December, and as many months at the beginning of the next year
_NUMBER = {"one": 1, "two": 2, "three": 3, "four": 4}


def edtf(text: str, context: Context) -> str:
    """The EDTF of a cleaned date, without marks of doubt. Raises UnreadableDate."""
    found = _open(text, context) or _between(text, context) or _single(text, context)
    if found is None:
        raise context.refuse()
    return found


def _single(text: str, context: Context) -> str | None:
    """A date, a part of a month or year, several days, or a range."""
    for read in (_part, _plain, _several, _span):
        found = read(text, context)
        if found is not None:
            return found
    return None


def _plain(text: str, context: Context) -> str | None:
    if match := re.fullmatch(r"(\d{3})\d s", text):
        return f"{match[1]}X"
    if match := re.fullmatch(r"(\d{4})-(\d\d)|(\d{4})/(\d\d)", text):
        year, short = int(match[1] or match[3]), int(match[2] or match[4])
        if short > 12 and short > year % 100:
            context.note(f"{text} is read as a range of years")
            return f"{year}/{year - year % 100 + short}"
    if match := _ISO_WEEK.fullmatch(text):
        try:
            first = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        except ValueError:
            raise context.refuse("has no such week") from None
        return f"{first}/{first + timedelta(days=6)}"
    return _among(_dated(pieces(text, context), context))


def _dated(found: Sequence[Piece], context: Context) -> list[Piece]:
    """The pieces with their years: one without a year is any in the period that the source covers."""
    made: list[Piece] = []
    for piece in found:
        if piece.year is not None:
            made.append(piece)
            continue
        if not context.years():
            raise context.refuse("has no year, and the source does not say which period it covers: write the year")
        years = (piece._replace(year=year) for year in context.years())
        fits = [one for one in years if context.covers(one)]
        if not fits:
            raise context.refuse("lies outside the period that the source covers")
        context.note("the year is not written: it is taken from the period that the source covers")
        made.extend(fits)
    return made


def _among(found: Sequence[Piece], both: bool = False) -> str | None:
    """One date, or a set: one of these (or ``both``: all of these)."""
    members = sorted({piece.edtf() for piece in found})
    if not members:
        return None
    if len(members) == 1:
        return members[0]
    return ("{%s}" if both else "[%s]") % ",".join(members)


def _span_of(text: str, context: Context) -> Span:
    found = _single(text, context)
    if found is None:
        raise context.refuse()
    return dates.parse(found)


def _open(text: str, context: Context) -> str | None:
    for pattern, kind in _OPEN:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        inner = next(group for group in match.groups() if group is not None)
        found = _single(inner, context)
        if found is None:
            raise context.refuse()
        span = dates.parse(found)
        if span.earliest is None or span.latest is None:
            raise context.refuse()
        first, last = (found.split("/")[place] if "/" in found else found for place in (0, -1))
        after, before = span.latest, span.earliest
        if found[0] in "[{":
            first, last = dates.show(span.earliest), dates.show(span.latest)
        if found[0] == "[":  # after whichever it was: after the one that ends first
            members = [dates.parse(member.replace("..", "/")) for member in found[1:-1].split(",")]
            after = min(member.latest or span.latest for member in members)
            before = max(member.earliest or span.earliest for member in members)
        if kind == "since":
            return f"{first}/.."
        if kind == "by":
            return f"../{last}"
        return f"{dates.show(after + 1)}/.." if kind == "after" else f"../{dates.show(before - 1)}"
    return None


def _between(text: str, context: Context) -> str | None:
    match = _BETWEEN.fullmatch(text)
    if match is not None:
        found = _ends(match[1], match[2], context)
        if found is None:
            raise context.refuse()
        return found
    if text.startswith("from "):
        return _span(text[5:], context)
    return None


def _part(text: str, context: Context) -> str | None:
    """Thirds, weeks, halves and quarters of a month or a year."""
    if match := _THIRD.fullmatch(text):
        return _third(_THIRDS[match[1]], _THIRDS[match[2] or match[1]], match[3], context)
    if match := _SHORT_PART.fullmatch(text):
        kind, number, year = (match[1], match[2], match[3]) if match[1] else (match[5], match[6], match[4])
        return _months_of(int(year), int(number), 2 if kind == "h" else 4, context)
    if match := _PART.fullmatch(text):
        return _numbered(match[1], match[2], match[3], context)
    if match := _WEEK_OF.fullmatch(text):
        span = _span_of(match[2], context)
        if span.precision != 1 or span.earliest is None:
            raise context.refuse("needs the day on which the week begins or ends")
        ends = (span.earliest - 6, span.earliest) if match[1] == "ending" else (span.earliest, span.earliest + 6)
        return f"{dates.show(ends[0])}/{dates.show(ends[1])}"
    return None


def _third(first: int, last: int, of: str, context: Context) -> str | None:
    found = _dated([piece for piece in pieces(of, context) if piece.day is None], context)
    if not found:
        return None
    ends = []
    for piece in found:
        if piece.month is None:
            ends.append((f"{piece.year}-{1 + 4 * first:02}~", f"{piece.year}-{4 + 4 * last:02}~"))
        else:
            final = calendar.monthrange(piece.year or 2020, piece.month)[1]
            days = (1, 11, 21)[first], (10, 20, final)[last]
            ends.append((f"{piece.edtf()}-{days[0]:02}~", f"{piece.edtf()}-{days[1]:02}~"))
    return _ranges(ends)


def _numbered(which: str, what: str, of: str, context: Context) -> str | None:
    found = _dated([piece for piece in pieces(of, context) if piece.day is None], context)
    if len(found) != 1:
        return None
    [piece] = found
    assert piece.year is not None
    if piece.month is None:
        parts = {"half": 2, "quarter": 4}.get(what)
        if parts is None:
            return None
        return _months_of(piece.year, parts if which == "last" else _NUMBER[which], parts, context)
    final = calendar.monthrange(piece.year, piece.month)[1]
    if what == "day" and which in ("one", "last"):
        return f"{piece.edtf()}-{1 if which == 'one' else final:02}"
    if what == "half" and which in ("one", "two", "last"):
        return f"{piece.edtf()}-{'01' if which == 'one' else '16'}/{piece.edtf()}-{15 if which == 'one' else final}"
    if what != "week":
        return None
    first = final - 6 if which == "last" else 7 * _NUMBER[which] - 6
    return f"{piece.edtf()}-{first:02}~/{piece.edtf()}-{first + 6:02}~"


def _months_of(year: int, number: int, parts: int, context: Context) -> str:
    if not 1 <= number <= parts:
        raise context.refuse("has no such part of a year")
    length = 12 // parts
    return f"{year}-{length * (number - 1) + 1:02}/{year}-{length * number:02}"


def _several(text: str, context: Context) -> str | None:
    """6/7 January: two days together; 6 or 8: one of them; 6, 7 and 8: all of them; March or April."""
    if match := _MONTHS.fullmatch(text):
        return _among([Piece(int(match[3]), int(month[1:])) for month in match.group(1, 2)])
    if match := _SAME_MONTH.fullmatch(text):
        joint = re.search(r"to|-|/|or|and", text[3:])
        assert joint is not None
        return _days(match.group(2, 3), joint[0], f"{match[1]} {match[4]}", context)
    if match := _MANY.fullmatch(text):
        days = [*re.findall(r"\d{1,2}", match[1]), match[3]]
        return _days(days, match[2], match[4], context)
    if match := _DAYS.fullmatch(text):
        return _days(match.group(1, 3), match[2].strip().replace("&", "and"), match[4], context)
    for joins, both in ((_OR, False), (_AND, True)):
        parts = joins.split(text)
        if len(parts) == 2:
            last = pieces(parts[1], context)
            first = [_filled(piece, last) for piece in pieces(parts[0], context)]
            if first and last:
                return _among(_dated([*first, *last], context), both)
    return None


def _filled(piece: Piece, last: Sequence[Piece]) -> Piece:
    """The first of two, with the year of the second where it has none."""
    return piece._replace(year=last[0].year) if piece.year is None and len(last) == 1 else piece


def _days(days: Sequence[str], joint: str, of: str, context: Context) -> str | None:
    months = pieces(re.sub(r"^(@\d\d) (\d\d)$", r"\1 ^\2", of), context)  # beside a day, two digits are a year
    if len(months) != 1 or months[0].day is not None or months[0].month is None:
        return None
    found = _dated([months[0]._replace(day=int(day)) for day in days], context)
    if not all(piece.exists() for piece in found):
        raise context.refuse("is no day of the calendar")
    numbers = [int(day) for day in days]
    together = joint == "/" and len(numbers) == 2 and numbers[1] == numbers[0] + 1
    if together or joint in ("-", "to"):
        if numbers[1] < numbers[0]:
            raise context.refuse("ends before it begins")
        years = sorted({piece.year for piece in found if piece.year is not None})
        both = [sorted(piece.edtf() for piece in found if piece.year == year) for year in years]
        return _ranges([(one[0], one[-1]) for one in both])
    return _among(found, both=joint == "and" and len(found) == len(days))


def _ranges(ends: Sequence[tuple[str, str]]) -> str:
    """From one to another, or one of several such ranges."""
    if len(ends) == 1:
        first, last = ends[0]
        return first if first == last else f"{first}/{last}"
    return f"[{','.join(f'{first}..{last}' for first, last in ends)}]"


def _span(text: str, context: Context) -> str | None:
    """From one to another, at the first separator at which both sides are dates."""
    no_year: UnreadableDate | None = None
    for match in _RANGE.finditer(text):
        left, right = text[: match.start()].strip(" ,"), text[match.end() :].strip(" ,")
        if not left or not right or (match[0].strip() == "/" and "@" not in text):
            continue
        try:
            found = _ends(left, right, context)
        except UnreadableDate as problem:
            if "ends before it begins" in str(problem):
                raise
            no_year = problem if "has no year" in str(problem) else no_year
            continue
        if found is not None:
            return found
    if no_year is not None:
        raise no_year
    return None


def _ends(left: str, right: str, context: Context) -> str | None:
    """Both ends; what one leaves out (month, year) stands in the other."""
    named = re.fullmatch(r"(@\d\d) ?#?(\d{1,2})", left)
    if named is not None and (same := re.fullmatch(r"#?(\d{1,2}),? ((?:\d{4}|\^\d\d))", right)):  # October 9 to 12, 2023
        return _days((named[2], same[1]), "to", f"{named[1]} {same[2]}", context)
    if named is not None and (same := re.fullmatch(r"#?(\d{1,2})", right)):  # October 9 to 12
        return _days((named[2], same[1]), "to", named[1], context)
    if bare := re.fullmatch(r"#?(\d{1,2})", left):
        last = [piece for piece in pieces(right, context) if piece.day is not None] if "@" in right else []
        if len(last) != 1:
            return None
        return _joined([last[0]._replace(day=int(bare[1]))], last, context)
    if bare := re.fullmatch(r"#(\d{1,2})", right):  # 2021 February 9 to 12th
        start = [piece for piece in pieces(left, context) if piece.year is not None and piece.day is not None]
        return _joined(start, [start[0]._replace(day=int(bare[1]))], context) if len(start) == 1 else None
    first = pieces(left, context) if named is None else [Piece(None, int(named[1][1:]), int(named[2]))]
    last = pieces(right, context)
    if len(first) == 1 and len(last) == 1:
        return _joined(first, last, context)
    if any(_THIRD.fullmatch(side) for side in (left, right)):
        return _parts_joined(left, right, context)
    return None


def _joined(first: Sequence[Piece], last: Sequence[Piece], context: Context) -> str:
    a, b = first[0], last[0]
    if a.year is None and b.year is not None:
        back = _over_new_year(a, b)
        a = a._replace(year=b.year - back)
    elif b.year is None and a.year is not None:
        back = _over_new_year(a, b)
        b = b._replace(year=a.year + back)
    else:
        back = False
    if back:
        context.note("the range runs over the turn of the year")
    if a.year is None:
        dated = [
            (one, two) for one, two in zip(_dated([a], context), _dated([b], context), strict=False) if one.year == two.year
        ]
        if not dated:
            raise context.refuse("lies outside the period that the source covers")
        if len(dated) > 1:
            return _several_years(dated, context)
        a, b = dated[0]
    if not (a.exists() and b.exists()):
        raise context.refuse("is no day of the calendar")
    start, end = dates.parse(a.edtf()), dates.parse(b.edtf())
    assert start.earliest is not None and end.latest is not None
    if end.latest < start.earliest:
        raise context.refuse("ends before it begins")
    return _ranges([(a.edtf(), b.edtf())])


def _several_years(dated: Sequence[tuple[Piece, Piece]], context: Context) -> str:
    if not all(a.exists() and b.exists() for a, b in dated):
        raise context.refuse("is no day of the calendar")
    if any((a.month or 0, a.day or 1) > (b.month or 0, b.day or 31) for a, b in dated):
        raise context.refuse("ends before it begins, or runs over the turn of a year: write the years")
    return _ranges([(a.edtf(), b.edtf()) for a, b in dated])


def _over_new_year(a: Piece, b: Piece) -> bool:
    """Does a range whose one end has no year run from the last months of a year into the first of the next?"""
    return (a.month or 0) >= _LAST_MONTHS and (b.month or 12) <= 12 - _LAST_MONTHS + 1


def _parts_joined(left: str, right: str, context: Context) -> str | None:
    last = _single(right, context)
    if last is None:
        return None
    year = dates.parse(last)
    if not re.search(r"\d{4}", left) and year.earliest is not None:
        left = f"{left} {dates.show(year.earliest)[:4]}"
    first = _single(left, context)
    if first is None:
        return None
    return f"{first.split('/')[0]}/{last.split('/')[-1]}"
