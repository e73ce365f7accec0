"""How is a date said as precisely as it is known, and no more precisely?"""

from __future__ import annotations

from datetime import date, timedelta

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def said(earliest: int | None, latest: int | None) -> str:
    """The first and the last possible day (ordinals; None: open) in words."""
    if earliest is None and latest is None:
        return "day not known"
    if latest is None:
        return f"on or after {_day(earliest)}"
    if earliest is None:
        return f"on or before {_day(latest)}"
    return _span(date.fromordinal(earliest), date.fromordinal(latest))


def _day(ordinal: int | None) -> str:
    return "" if ordinal is None else _one(date.fromordinal(ordinal))


def _one(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _span(first: date, last: date) -> str:
    if first == last:
        return _one(first)
    whole_months = first.day == 1 and (last + timedelta(days=1)).day == 1
    if whole_months and (first.month, last.month) == (1, 12):
        return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"
    if whole_months:
        begin, end = (f"{MONTHS[day.month - 1]} {day.year}" for day in (first, last))
        return begin if begin == end else f"{begin} to {end}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {_one(last)}"
    return f"{first.day} {MONTHS[first.month - 1]}{'' if first.year == last.year else f' {first.year}'} to {_one(last)}"


def month(text: str) -> str:
    """2023-10 as October 2023; any other text as it stands."""
    year, dash, number = text.partition("-")
    known = bool(dash) and year.isdigit() and number.isdigit() and 1 <= int(number) <= len(MONTHS)
    return f"{MONTHS[int(number) - 1]} {year}" if known else text


def instant(text: str) -> str:
    """The civil day of an instant (RFC 3339, UTC), as custody writes it, in words."""
    return f"{_one(date.fromisoformat(text[:10]))} (UTC)"
