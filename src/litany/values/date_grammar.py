"""How do the words around calendar dates (since, between, early, first week of, or, and, to) make one date of them?

Reads the small alphabet of `litany.values.date_clean`. The forms, with what each gives, are in docs/reference/dates.md.
"""

from __future__ import annotations

import re

from litany.values import dates
from litany.values.date_parts import part, plain
from litany.values.date_pieces import FIRST_YEAR, LAST_YEAR, Context
from litany.values.date_ranges import ends, several, span
from litany.values.dates import Span

_OPEN = (
    (re.compile(r"(?:from )?(.+?) onwards|(?:since|starting|commencing) (.+)|from (?!.* to |.*-)(.+)"), "since"),
    (re.compile(r"after (.+)"), "after"),
    (re.compile(r"before (.+)"), "before"),
    (re.compile(r"(?:by|until|till|til) (.+)|(.+?) backwards"), "by"),
)
_BETWEEN = re.compile(r"between (.+?) (?:and|to) (.+)")
_YEAR = re.compile(r"(?<![-0-9])[0-9]{3}[0-9X](?![0-9])")
_WEEK_OF = re.compile(r"week (beginning|starting|commencing|ending) (.+)")


def edtf(text: str, context: Context) -> str:
    """The EDTF of a cleaned date, without marks of doubt. Raises UnreadableDate."""
    found = _open(text, context) or _between(text, context) or _single(text, context)
    if found is None:
        raise context.refuse()
    return found


def _single(text: str, context: Context, ranges: bool = True) -> str | None:
    """A date, a part of a month or year, several days, or (``ranges``) from one to another."""
    for read in (_week_of, part, plain, several, *([span] if ranges else [])):
        found = read(text, context)
        if found is not None:
            _check_era(found, context)
            return found
    return None


def _check_era(found: str, context: Context) -> None:
    """Decades, weeks and ranges of years lie where single dates must."""
    if not all(FIRST_YEAR <= int(year.replace("X", "0")) <= LAST_YEAR for year in _YEAR.findall(found)):
        raise context.refuse("has a year that may be of another era: write the civil year")


def _span_of(text: str, context: Context) -> Span:
    found = _single(text, context)
    if found is None:
        raise context.refuse()
    return dates.parse(found)


def _week_of(text: str, context: Context) -> str | None:
    match = _WEEK_OF.fullmatch(text)
    if match is None:
        return None
    day = _span_of(match[2], context)
    if day.precision != 1 or day.earliest is None:
        raise context.refuse("needs the day on which the week begins or ends")
    week = (day.earliest - 6, day.earliest) if match[1] == "ending" else (day.earliest, day.earliest + 6)
    return f"{dates.show(week[0])}/{dates.show(week[1])}"


def _open(text: str, context: Context) -> str | None:
    for pattern, kind in _OPEN:
        if match := pattern.fullmatch(text):
            inner = next(group for group in match.groups() if group is not None)
            # "since 1 May to 3 June" has two ends: to read it as open would drop the second.
            found = _single(inner, context, ranges=kind != "since" and " to " not in inner)
            if found is None:
                raise context.refuse("is no date with an open end that is read: write 2021-02-09/.. or ../2021-02-09")
            return _opened(kind, dates.parse(found), context)
    return None


def _opened(kind: str, whole: Span, context: Context) -> str:
    """From or to a date. Of one of several days: after the one that ends first, before the one that begins last."""
    if whole.earliest is None or whole.latest is None:
        raise context.refuse()
    found, many = whole.edtf, whole.edtf[0] in "[{"
    first, last = (
        (dates.show(whole.earliest), dates.show(whole.latest)) if many else (found.split("/")[0], found.split("/")[-1])
    )
    if kind == "since":
        return f"{first}/.."
    if kind == "by":
        return f"../{last}"
    after, before = whole.latest, whole.earliest
    if found[0] == "[":
        members = [dates.parse(member.replace("..", "/")) for member in found[1:-1].split(",")]
        after = min(member.latest or after for member in members)
        before = max(member.earliest or before for member in members)
    mark = "~" if whole.approximate else ""
    return f"{dates.show(after + 1)}{mark}/.." if kind == "after" else f"../{dates.show(before - 1)}{mark}"


def _between(text: str, context: Context) -> str | None:
    match = _BETWEEN.fullmatch(text)
    if match is not None:
        found = ends(match[1], match[2], context)
        if found is None:
            raise context.refuse()
        _check_era(found, context)
        return found
    if text.startswith("from "):
        return span(text[5:], context)
    return None
