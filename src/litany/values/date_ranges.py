"""How do several days, and the two ends of a range, share the month and the year that stand once?

Reads the small alphabet of `litany.values.date_clean`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from litany.errors import UnreadableDate
from litany.values import dates
from litany.values.date_parts import THIRD, part, plain
from litany.values.date_pieces import Context, Piece, pieces
from litany.values.date_sets import among, dated, ranges

_RANGE = re.compile(r"\s+to\s+|\s*\.\.\s*|\s+-\s+|\s*-\s*|\s*/\s*")
_SAME_MONTH = re.compile(r"(@\d\d) ?#?(\d{1,2})\s*(?:to|-|/|or|and)\s*(?:\1 )?#?(\d{1,2}),? ((?:\d{4}|\^\d\d))")
_DAYS = re.compile(r"#?(\d{1,2})(\s*/\s*|\s+or\s+|\s+and\s+|\s*&\s*)#?(\d{1,2}) ?[-/., ]?\s*(@\d\d.*)")
_MANY = re.compile(r"((?:#?\d{1,2},? )+)(and|or) #?(\d{1,2}) (@\d\d.*)")
_OR = re.compile(r"\s+or\s+")
_AND = re.compile(r"\s+and\s+|\s*&\s*")
_MONTHS = re.compile(r"(@\d\d)\s*/\s*(@\d\d) (\d{4})")
_LAST_MONTHS = 10  # October to December, and as many months at the beginning of the next year


def several(text: str, context: Context) -> str | None:
    """6/7 January: two days together; 6 or 8: one of them; 6, 7 and 8: all of them; March or April."""
    if match := _MONTHS.fullmatch(text):
        return among([Piece(int(match[3]), int(month[1:])) for month in match.group(1, 2)])
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
                return among(dated([*first, *last], context), both)
    return None


def _filled(piece: Piece, last: Sequence[Piece]) -> Piece:
    """The first of two, with the year of the second where it has none."""
    return piece._replace(year=last[0].year) if piece.year is None and len(last) == 1 else piece


def _days(days: Sequence[str], joint: str, of: str, context: Context) -> str | None:
    months = pieces(re.sub(r"^(@\d\d) (\d\d)$", r"\1 ^\2", of), context)  # beside a day, two digits are a year
    if len(months) != 1 or months[0].day is not None or months[0].month is None:
        return None
    found = dated([months[0]._replace(day=int(day)) for day in days], context)
    if not all(piece.exists() for piece in found):
        raise context.refuse("is no day of the calendar")
    numbers = [int(day) for day in days]
    together = joint == "/" and len(numbers) == 2 and numbers[1] == numbers[0] + 1
    if together or joint in ("-", "to"):
        if numbers[1] < numbers[0]:
            raise context.refuse("ends before it begins")
        years = sorted({piece.year for piece in found if piece.year is not None})
        both = [sorted(piece.edtf() for piece in found if piece.year == year) for year in years]
        return ranges([(one[0], one[-1]) for one in both])
    return among(found, both=joint == "and" and len(found) == len(days))


def span(text: str, context: Context) -> str | None:
    """From one to another, at the first separator at which both sides are dates."""
    no_year: UnreadableDate | None = None
    for match in _RANGE.finditer(text):
        left, right = text[: match.start()].strip(" ,"), text[match.end() :].strip(" ,")
        if not left or not right or (match[0].strip() == "/" and "@" not in text):
            continue
        try:
            found = ends(left, right, context)
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


def ends(left: str, right: str, context: Context) -> str | None:
    """Both ends; what one leaves out (month, year) stands in the other."""
    named = re.fullmatch(r"(@\d\d) ?#?(\d{1,2})", left)
    if named is not None and (same := re.fullmatch(r"#?(\d{1,2}),? ((?:\d{4}|\^\d\d))", right)):  # October 9 to 12, 2023
        return _days((named[2], same[1]), "to", f"{named[1]} {same[2]}", context)
    if named is not None and (same := re.fullmatch(r"#?(\d{1,2})", right)):  # October 9 to 12
        return _days((named[2], same[1]), "to", named[1], context)
    if bare := re.fullmatch(r"#?(\d{1,2})", left):
        # "5-May 22" is no range of days: the month stands between them, and 22 may be the year.
        if "@" not in right or (right[0] == "@" and not re.search(r"\d{4}", right)):
            return None
        last = [piece for piece in pieces(right, context) if piece.day is not None]
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
    if any(THIRD.fullmatch(side) for side in (left, right)):
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
        years = [(one, two) for one, two in zip(dated([a], context), dated([b], context), strict=False) if one.year == two.year]
        if not years:
            raise context.refuse("lies outside the period that the source covers")
        if len(years) > 1:
            return _several_years(years, context)
        a, b = years[0]
    if not (a.exists() and b.exists()):
        raise context.refuse("is no day of the calendar")
    start, end = dates.parse(a.edtf()), dates.parse(b.edtf())
    assert start.earliest is not None and end.latest is not None
    if end.latest < start.earliest:
        raise context.refuse("ends before it begins")
    return ranges([(a.edtf(), b.edtf())])


def _several_years(years: Sequence[tuple[Piece, Piece]], context: Context) -> str:
    if not all(a.exists() and b.exists() for a, b in years):
        raise context.refuse("is no day of the calendar")
    if any((a.month or 0, a.day or 1) > (b.month or 0, b.day or 31) for a, b in years):
        raise context.refuse("ends before it begins, or runs over the turn of a year: write the years")
    return ranges([(a.edtf(), b.edtf()) for a, b in years])


def _over_new_year(a: Piece, b: Piece) -> bool:
    """Does a range whose one end has no year run from the last months of a year into the first of the next?"""
    return (a.month or 0) >= _LAST_MONTHS and (b.month or 12) <= 12 - _LAST_MONTHS + 1


def _side(text: str, context: Context) -> str | None:
    return part(text, context) or plain(text, context)


def _parts_joined(left: str, right: str, context: Context) -> str | None:
    last = _side(right, context)
    if last is None:
        return None
    year = dates.parse(last)
    if not re.search(r"\d{4}", left) and year.earliest is not None:
        left = f"{left} {dates.show(year.earliest)[:4]}"
    first = _side(left, context)
    if first is None:
        return None
    return f"{first.split('/')[0]}/{last.split('/')[-1]}"
