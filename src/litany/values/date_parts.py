"""Which days are the thirds, weeks, halves and quarters of a month or a year, and which years does 2021-22 name?

Reads the small alphabet of `litany.values.date_clean`.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from litany.values.date_pieces import Context, pieces
from litany.values.date_sets import among, dated, ranges

THIRD = re.compile(r"(early|beginning|start|mid|middle|late|end)(?:(?: to |-)(mid|middle|late|end))?[ -](.+)")
_THIRDS = {"early": 0, "beginning": 0, "start": 0, "mid": 1, "middle": 1, "late": 2, "end": 2}
_PART = re.compile(r"(nth[a-d]|last) (week|half|quarter|day) (.+)")
_SHORT_PART = re.compile(r"([qh]) (\d) (\d{4})|(\d{4}) ?([qh]) (\d)")
_ISO_WEEK = re.compile(r"(\d{4})-? ?w ?(\d\d)")
_YEARS = 10  # 2019-24 names years; 2021-99 rather is a slip
_NUMBER = {"ntha": 1, "nthb": 2, "nthc": 3, "nthd": 4}


def part(text: str, context: Context) -> str | None:
    """Thirds, weeks, halves and quarters of a month or a year."""
    if match := THIRD.fullmatch(text):
        return _third(_THIRDS[match[1]], _THIRDS[match[2] or match[1]], match[3], context)
    if match := _SHORT_PART.fullmatch(text):
        kind, number, year = (match[1], match[2], match[3]) if match[1] else (match[5], match[6], match[4])
        return _months_of(int(year), int(number), 2 if kind == "h" else 4, context)
    if match := _PART.fullmatch(text):
        return _numbered(match[1], match[2], match[3], context)
    return None


def _third(first: int, last: int, of: str, context: Context) -> str | None:
    found = dated([piece for piece in pieces(of, context) if piece.day is None], context)
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
    return ranges(ends)


def _numbered(which: str, what: str, of: str, context: Context) -> str | None:
    found = dated([piece for piece in pieces(of, context) if piece.day is None], context)
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
    if what == "day" and which in ("ntha", "last"):
        return f"{piece.edtf()}-{1 if which == 'ntha' else final:02}"
    if what == "half" and which in ("ntha", "nthb", "last"):
        return f"{piece.edtf()}-{'01' if which == 'ntha' else '16'}/{piece.edtf()}-{15 if which == 'ntha' else final}"
    if what != "week":
        return None
    first = final - 6 if which == "last" else 7 * _NUMBER[which] - 6
    return f"{piece.edtf()}-{first:02}~/{piece.edtf()}-{first + 6:02}~"


def _months_of(year: int, number: int, parts: int, context: Context) -> str:
    if not 1 <= number <= parts:
        raise context.refuse("has no such part of a year")
    length = 12 // parts
    return f"{year}-{length * (number - 1) + 1:02}/{year}-{length * number:02}"


def plain(text: str, context: Context) -> str | None:
    """One date, a decade, years (2021-22) or an ISO week."""
    if match := re.fullmatch(r"(\d{3})0 s", text):
        return f"{match[1]}X"
    if match := re.fullmatch(r"(\d{4})-(\d\d)|(\d{4})/(\d\d)", text):
        year, short = int(match[1] or match[3]), int(match[2] or match[4])
        if short > 12 and 0 < short - year % 100 <= _YEARS:
            context.note(f"{text} is read as a range of years")
            return f"{year}/{year - year % 100 + short}"
    if match := _ISO_WEEK.fullmatch(text):
        try:
            first = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        except ValueError:
            raise context.refuse("has no such week") from None
        return f"{first}/{first + timedelta(days=6)}"
    return among(dated(pieces(text, context), context))
