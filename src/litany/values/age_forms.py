"""Which completed months does an age in plain words allow?

One function for each form of docs/reference/dates.md; each takes what `age_words.plain` gives, and says None where the words
are not of its form.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from math import ceil

from litany.values.age_words import DECADES, GROUPS

_UNIT = r"(?:\s*-?\s*(?P<unit>years?|yrs?|y\.?o\.?|y/o|y|months?|mos?|mths?|weeks?|wks?|days?|hours?|hrs?))?"
_NUMBER = r"(?P<n>\d+(?:\.\d+)?(?:\s+\d/\d)?[½¼¾]?|[½¼¾])"
_ONE = re.compile(rf"{_NUMBER}{_UNIT}")
_MIXED = re.compile(r"(\d+)\s*(?:years?|yrs?|y)\s*(?:and\s*)?(\d+)\s*(?:months?|mos?|mths?|m)")  # here m is no male
_RANGE = re.compile(
    r"(?P<from>(?:between|from)\s+)?(?P<a>\d+(?:\.\d+)?)\s*(?P<u>years?|yrs?|months?|weeks?|days?)?\s*(?P<join>-|to|and|or|/)\s*"
    r"(?P<b>\d+(?:\.\d+)?)" + _UNIT
)
_OVER = re.compile(
    r"(?:over|at least|not? less than|not under|not below|more than|above|older than|>=|>|≥)[\s-]*(.+)"
    r"|(.+?)\s*(?:\+|plus)(?: ?(?:years?|yrs?))?|(.+?) (?:and|or) (?:over|older|above|more|up)"
)
_UNDER = re.compile(r"(?:under|below|younger than|less than|not yet|<(?!=))[\s-]*(.+)")
_UP_TO = re.compile(
    r"(?:up to|at most|not? more than|not? older than|not over|not above|<=|≤)\s*(.+)"
    r"|(.+?) (?:and|or) (?:under|younger|below|less)"
)
_ABOUT = re.compile(
    r"(?:about|around|approximately|approx|circa|ca?|nearly|almost|roughly|some|~)\.?\s*(.+)"
    r"|(.+?)\s*\?|(.+?) (?:approx|or so)\.?"
)
_DECADE = re.compile(r"(?:(?P<part>early|mid|middle|late)[\s-]*)?(?:(?P<digits>\d0)'?s|(?P<word>[a-z]+ies|teens))")
_PARTS = {"early": (0, 4), "mid": (3, 7), "middle": (3, 7), "late": (6, 9)}
_TEENS = {"early": (13, 15), "mid": (14, 17), "middle": (14, 17), "late": (16, 19)}
_TRADITIONAL = re.compile(
    r"(?:in )?(?P<a>\d+)(?:st|nd|rd|th) year(?: of (?:age|life))?"
    r"|running(?: age)? (?P<b>\d+)|(?P<c>\d+) running|(?P<d>\d+) traditional"
)
_FRACTIONS = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}
_PART = re.compile(rf"(?:1/2|3/4){_UNIT}")
_CODES: dict[Fraction, tuple[str, ...]] = {
    Fraction(0): ("or a blank",),
    Fraction(99): ("some lists write 99 for an age that is not known",),
}
_DAYS = {"w": Fraction(7), "d": Fraction(1), "h": Fraction(1, 24)}
Bounds = tuple[int | None, int | None]
Found = tuple[Bounds, tuple[str, ...], bool]  # first and last month, notes, counted as the current year of life


def _group(plain: str) -> Found | None:
    found = GROUPS.get(plain)
    return None if found is None else (found, (), False)


def _tradition(plain: str) -> Found | None:
    match = _TRADITIONAL.fullmatch(plain)
    if match is None:
        return None
    year = int(next(group for group in match.groups() if group))
    if year == 0:
        return None
    return (12 * year - 12, 12 * year + 11), ("counted as the current year of life: one year less may be completed",), True


def _mixed(plain: str) -> Found | None:
    match = _MIXED.fullmatch(plain)
    if match is None:
        return None
    years, months = int(match[1]), int(match[2])
    return None if months > 11 else ((12 * years + months, 12 * years + months), (), False)


def _single(plain: str) -> Found | None:
    if (part := _PART.fullmatch(plain)) is not None:
        a, b, unit = int(plain[0]), int(plain[2]), part["unit"] or ""
        low, high = _bounds(str(a / b), unit)[0], _bounds(str(b), unit)[1]
        return (low, high), (f"a fraction, or {a} or {b}",), False
    if plain in ("half year", "half a year"):
        return (6, 11), (), False
    match = _ONE.fullmatch(plain)
    if match is None:
        return None
    value = _value(match["n"])
    if value is None:
        return None
    notes = () if match["unit"] else _CODES.get(value, ())
    return _bounds(match["n"], match["unit"] or ""), notes, False


def _bounds(number: str, unit: str) -> tuple[int, int]:
    """Completed months of one number with its unit; a decimal is exact to its last digit."""
    value = _value(number)
    assert value is not None
    if unit[:1] == "m":
        return int(value), int(value)
    if unit[:1] == "w":
        return int(7 * value / 31), int((7 * value + 6) / 28)
    if unit[:1] in ("d", "h"):
        days = value / 24 if unit[:1] == "h" else value
        return int(days / 31), int(days / 28)
    step = Fraction(1, value.denominator)
    if value.denominator not in (1, 2, 4):
        step = Fraction(1, 10 ** len(number.partition(".")[2]))
    return int(12 * value), ceil(12 * (value + step)) - 1


def _below(words: str) -> int | None:
    """The last completed month of whoever is younger than this; None where nobody is, or it is no number."""
    match = _ONE.fullmatch("0.5 years" if words in ("half year", "half a year") else words)
    value = None if match is None else _value(match["n"])
    if match is None or not value:
        return None
    unit = (match["unit"] or "y")[:1]
    if unit in _DAYS:
        return (ceil(value * _DAYS[unit]) - 1) // 28
    return ceil(value * (1 if unit == "m" else 12)) - 1


def _value(number: str) -> Fraction | None:
    whole, _, fraction = number.partition(" ")
    if fraction:
        a, _, b = fraction.partition("/")
        return None if b not in ("2", "4") or not 0 < int(a) < int(b) else Fraction(whole) + Fraction(int(a), int(b))
    if number[-1] in _FRACTIONS:
        return Fraction(number[:-1] or 0) + _FRACTIONS[number[-1]]
    return Fraction(number)


def _range(plain: str) -> Found | None:
    match = _RANGE.fullmatch(plain)
    if match is None or (match["join"] == "and" and not match["from"]):  # "5 and 7" may be two people
        return None
    unit = match["unit"] or ""
    if match["join"] == "/" and not match["u"] and abs(Fraction(match["b"]) - Fraction(match["a"])) > 1:
        return None
    if not unit and (match["u"] or "y")[0] != "y":  # "6 months to 9": months or years
        return None
    first, last = _bounds(match["a"], match["u"] or unit), _bounds(match["b"], unit)
    return (first[0], last[1]), (), False


def _over(plain: str) -> Found | None:
    inner = _inner(_OVER, plain)
    return None if inner is None else ((inner[0], None), (), False)


def _under(plain: str) -> Found | None:
    if match := _UNDER.fullmatch(plain):
        last = _below(match[1])
        return None if last is None else ((0, last), (), False)
    if inner := _inner(_UP_TO, plain):
        return (0, inner[1]), (), False
    return None


def _about(plain: str) -> Found | None:
    match = _ABOUT.fullmatch(plain)
    if match is None:
        return None
    words = next(group for group in match.groups() if group is not None)
    one = _ONE.fullmatch(words)
    found = _single(words) if one is not None else _range(words)
    if found is None or found[0][0] is None or found[0][1] is None:
        return None
    low, high = found[0]
    assert low is not None and high is not None
    small = one is not None and (one["unit"] or "y")[:1] != "y"  # months, weeks or days
    before, after = (max(1, low // 2),) * 2 if small else (60 if low >= 120 else 24, 60 if high >= 120 else 24)
    return (max(0, low - before), high + after), ("an approximate age: read some years wider",), False


def _decade(plain: str) -> Found | None:
    match = _DECADE.fullmatch(plain)
    if match is None:
        return None
    first = int(match["digits"]) if match["digits"] else DECADES.get(match["word"])
    if first is None:
        return None
    notes = (f"{match['part']} in the decade: read as some of its years",) if match["part"] else ()
    if first == 10 and match["word"]:
        a, b = _TEENS[match["part"]] if match["part"] else (13, 19)
        return (12 * a, 12 * b + 11), notes, False
    a, b = _PARTS[match["part"]] if match["part"] else (0, 9)
    return (12 * (first + a), 12 * (first + b) + 11), notes, False


def _inner(pattern: re.Pattern[str], plain: str) -> tuple[int, int] | None:
    match = pattern.fullmatch(plain)
    if match is None:
        return None
    found = _single(next(group for group in match.groups() if group is not None))
    if found is None or found[0][0] is None or found[0][1] is None:
        return None
    return found[0][0], found[0][1]


FORMS: tuple[Callable[[str], Found | None], ...] = (
    _group, _tradition, _mixed, _single, _range, _over, _under, _decade, _about,
)  # fmt: skip
