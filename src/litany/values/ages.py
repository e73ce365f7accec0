"""How old, as the words say?

Ages are ranges of completed months, so that no list's way of counting makes a child of an adult. The forms, with what each
gives, are in docs/reference/dates.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from msgspec import Struct

from litany.errors import UnknownValue
from litany.values import date_words
from litany.values.numbers import BURMESE
from litany.values.terms import AgeGroup

ADULT = 18 * 12  # completed months
OLDEST = 130  # years
_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = {
    word: 10 * number
    for number, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2)
}
_WORDS = {word: number for number, word in enumerate(_ONES)} | _TENS | {"hundred": 100, "one hundred": 100}
_WORDS |= {
    f"{ten}{join}{one}": value + number
    for ten, value in _TENS.items()
    for number, one in enumerate(_ONES[1:10], start=1)
    for join in ("-", " ")
}
_WORD = re.compile(r"\b(" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")\b")
_DECADES = {word[:-1] + "ies": value for word, value in _TENS.items()} | {"teens": 10}
_GROUPS: dict[str, tuple[int | None, int | None]] = {
    "newborn": (0, 0), "new born": (0, 0), "newborn baby": (0, 0), "infant": (0, 23), "baby": (0, 23), "toddler": (12, 47),
    **dict.fromkeys(("child", "minor", "underage", "juvenile", "kid", "ကလေး"), (0, ADULT - 1)),
    "teenager": (156, 239), "teenage": (156, 239), "adolescent": (120, 239),
    **dict.fromkeys(("adult", "elderly", "senior", "middle-aged", "middle aged"), (ADULT, None)),
    **dict.fromkeys(("elderly woman", "elderly man"), (ADULT, None)),
}  # fmt: skip
_UNIT = r"(?:\s*-?\s*(?P<unit>years?|yrs?|y\.?o\.?|y/o|y|months?|mos?|mths?|weeks?|wks?|days?|hours?|hrs?))?"
_NUMBER = r"(?P<n>\d+(?:\.\d+)?(?:\s+\d/\d)?[½¼¾]?|[½¼¾])"
_ONE = re.compile(rf"{_NUMBER}{_UNIT}")
_MIXED = re.compile(r"(\d+)\s*(?:years?|yrs?|y)\s*(?:and\s*)?(\d+)\s*(?:months?|mos?|mths?|m)")  # here m is no male
_RANGE = re.compile(
    r"(?:between\s+)?(?P<a>\d+(?:\.\d+)?)\s*(?P<u>years?|yrs?|months?|weeks?|days?)?\s*(?:-|to|and|or|/)\s*"
    r"(?P<b>\d+(?:\.\d+)?)" + _UNIT
)
_OVER = re.compile(
    r"(?:over|at least|more than|above|older than|>=|>|≥)[\s-]*(.+)"
    r"|(.+?)\s*(?:\+|plus)(?: ?(?:years?|yrs?))?|(.+?) (?:and|or) (?:over|older|above|more)"
)
_UNDER = re.compile(r"(?:under|below|younger than|less than|not yet|<(?!=))[\s-]*(.+)")
_UP_TO = re.compile(r"(?:up to|at most|no more than|not older than|<=|≤)\s*(.+)|(.+?) (?:and|or) (?:under|younger|below|less)")
_ABOUT = re.compile(
    r"(?:about|around|approximately|approx|circa|c|nearly|almost|roughly|some|~)\.?\s*(.+)|(.+?)\s*\?|(.+?) (?:approx|or so)\.?"
)
_DECADE = re.compile(r"(?:(?P<part>early|mid|middle|late)[\s-]*)?(?:(?P<digits>\d0)'?s|(?P<word>[a-z]+ies|teens))")
_PARTS = {"early": (0, 4), "mid": (3, 7), "middle": (3, 7), "late": (6, 9)}
_TEENS = {"early": (13, 15), "mid": (14, 17), "middle": (14, 17), "late": (16, 19)}
_TRADITIONAL = re.compile(
    r"(?:in )?(?P<a>\d+)(?:st|nd|rd|th) year(?: of (?:age|life))?"
    r"|running(?: age)? (?P<b>\d+)|(?P<c>\d+) running|(?P<d>\d+) traditional"
)
_AROUND = re.compile(
    r"\b(?:an?|the|his|her|their|in|at(?! (?:least|most)\b)|of|is|was|age|aged|old|man|woman"
    r"|boy|girl|male|female|person|victim|ages)\b|(?<=month)[\s-]+old baby\b|[:,;()]|-(?=(?:old|man|woman|boy|girl)\b)"
)
_FRACTIONS = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}
Bounds = tuple[int | None, int | None]


class Age(Struct, frozen=True, omit_defaults=True):
    """First and last possible age in completed months (None: open), and the group that it certainly is in.

    ``traditional``: the source counts as Burmese tradition does (the current year of life); noted, not corrected.
    """

    low: int | None = None
    high: int | None = None
    group: AgeGroup | None = None
    traditional: bool = False
    notes: tuple[str, ...] = ()


def is_unknown(text: str) -> bool:
    """Does the text say that the age is not known, or nothing at all?"""
    plain = " ".join(text.split()).casefold()
    return plain in ("age unknown", "unknown age", "age not known", "xx") or date_words.is_unknown(text)


@lru_cache(1 << 16)
def read(text: str) -> Age:
    """An age in digits or words. Raises UnknownValue that says what would be understood."""
    if is_unknown(text):
        raise UnknownValue(f"{text!r} says that the age is not known", text)
    if text.strip().startswith(("-", "−")):
        raise UnknownValue(f"{text!r} is negative: an age is not", text)
    plain = _plain(text)
    for form in _FORMS:
        found = form(plain)
        if found is not None:
            return _checked(text, *found)
    raise UnknownValue(
        f"{text!r} is no age that is read: write 32, 30-35, 8 months, about 40, over 60, under 18 or child", text
    )


Found = tuple[Bounds, tuple[str, ...], bool]


def _checked(text: str, bounds: Bounds, notes: tuple[str, ...], traditional: bool) -> Age:
    low, high = bounds
    if low is not None and high is not None and high < low:
        raise UnknownValue(f"{text!r} ends below its beginning", text)
    if max(low or 0, high or 0) >= OLDEST * 12:
        raise UnknownValue(f"{text!r} is {OLDEST} years or more: look for a slip of the keyboard", text)
    child, adult = high is not None and high < ADULT, low is not None and low >= ADULT
    group = AgeGroup.CHILD if child else AgeGroup.ADULT if adult else AgeGroup.UNKNOWN
    return Age(low, high, group, traditional, notes)


def _plain(text: str) -> str:
    """Lower case, digits, single blanks; Burmese words in English ones; words that say no number taken off."""
    text = re.sub("(?<=[၀-၉])ဝ|ဝ(?=[၀-၉])", "၀", text)  # the letter for the digit
    plain = " ".join(text.translate(BURMESE).lower().replace("–", "-").replace("—", "-").replace("&", "and").split())
    for word, english in _BURMESE:
        plain = re.sub(word, english, plain)
    plain = re.sub(r"\bunder\s+-?age\b", "underage", plain)
    plain = _WORD.sub(lambda match: str(_WORDS[match[1]]), plain)
    plain = re.sub(r"\b(\d+) and a half\b", r"\1.5", plain)
    if plain not in _GROUPS:
        plain = _AROUND.sub(" ", plain)
    return " ".join(plain.split()).lstrip(" .-").rstrip(" .")  # a dash at the end is half a range


_BURMESE = (
    ("အသက်", " "), (r"([0-9]+)\)?\s*နှစ်(?:ထဲ|တွင်း)", r"running \1"), (r"([0-9]+)\)?\s*နှစ်ခွဲ", r"\1.5 years"),
    (r"([0-9]+)\)?\s*နှစ်ကျော်", r"over \1"), (r"([0-9]+)\)?\s*နှစ်အောက်", r"under \1"),
    (r"([0-9]+)\)?\s*(?:နှစ်)?\s*(?:ခန့်|ဝန်းကျင်|လောက်)", r"about \1"),
    (r"([0-9]+)\)?\s*နှစ်(?:အရွယ်|ပြည့်|သား|သမီး)?", r"\1 years "), (r"([0-9]+)\)?\s*လ(?:သား|သမီး|အရွယ်)?", r"\1 months "),
    (r"([0-9]+)\)?\s*ရက်(?:သား|သမီး)?", r"\1 days "),
)  # fmt: skip


def _group(plain: str) -> Found | None:
    found = _GROUPS.get(plain)
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
    months = 12 * int(match[1]) + int(match[2])
    return (months, months), (), False


def _single(plain: str) -> Found | None:
    if plain in ("1/2", "3/4"):
        a, b = int(plain[0]), int(plain[2])
        low = 6 if plain == "1/2" else 9
        return (low, 12 * b + 11), (f"a fraction of a year, or {a} or {b} years",), False
    if plain in ("half year", "half a year"):
        return (6, 11), (), False
    match = _ONE.fullmatch(plain)
    if match is None:
        return None
    notes = ("or a blank",) if plain == "0" else ("some lists write 99 for an age that is not known",) if plain == "99" else ()
    bounds = _bounds(match["n"], match["unit"] or "")
    return None if bounds is None else (bounds, notes, False)


def _bounds(number: str, unit: str) -> Bounds | None:
    """Completed months of one number with its unit."""
    value = _value(number)
    if value is None:
        return None
    if unit[:1] == "m":
        return int(value), int(value)
    if unit[:1] == "w":
        return int(7 * value / 31), int((7 * value + 6) / 28)
    if unit[:1] == "d":
        return int(value / 31), int(value / 28)
    if unit[:1] == "h":
        return 0, 0
    if value.denominator == 1:
        return 12 * int(value), 12 * int(value) + 11
    low = int(12 * value)
    if value.denominator in (2, 4):
        return low, low + 12 // value.denominator - 1
    digits = len(number.partition(".")[2])
    return low, max(low, int(12 * (value + Fraction(1, 10**digits))) if 12 * (value + Fraction(1, 10**digits)) % 1 else low)


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
    if match is None:
        return None
    unit = match["unit"] or ""
    first, last = _bounds(match["a"], match["u"] or unit), _bounds(match["b"], unit)
    if first is None or last is None:
        return None
    if "/" in plain and not match["u"] and abs(float(match["b"]) - float(match["a"])) > 1:
        return None
    return (first[0], last[1]), (), False


def _over(plain: str) -> Found | None:
    inner = _inner(_OVER, plain)
    return None if inner is None else ((inner[0], None), (), False)


def _under(plain: str) -> Found | None:
    if inner := _inner(_UNDER, plain):
        return None if not inner[0] else ((0, inner[0] - 1), (), False)
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
    wide = max(1, low // 2) if small else 60 if low >= 120 else 24
    return (max(0, low - wide), high + wide), ("an approximate age: read some years wider",), False


def _decade(plain: str) -> Found | None:
    match = _DECADE.fullmatch(plain)
    if match is None:
        return None
    first = int(match["digits"]) if match["digits"] else _DECADES.get(match["word"])
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


_FORMS: tuple[Callable[[str], Found | None], ...] = (
    _group, _tradition, _mixed, _single, _range, _over, _under, _decade, _about,
)  # fmt: skip
