"""Which number, or which range, does this text state?

Counts of people only: whole and not negative. A text that is no number is an error with the reason, never a guess.
"""

from __future__ import annotations

import re

from msgspec import Struct

from litany.errors import UnknownValue

# Beyond twelve, newspapers print digits.
_NAMES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_WORDS = {name: number for number, name in enumerate(_NAMES, start=1)}
BURMESE = str.maketrans("၀၁၂၃၄၅၆၇၈၉", "0123456789")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[,\u00a0\u202f\u2009 ][0-9]{3})+")
_PLAIN = re.compile(r"[0-9]+(?:\.0+)?")
_RANGE = re.compile(r"(.+?)\s*(?:-|–|—|\bto\b)\s*(.+)|between (.+) and (.+)")
MOST = 999_999_999  # more than the dead of any conflict; what is larger is a telephone number, or two cells run together
_LOW = re.compile(r"(at least|no (?:fewer|less) than|not (?:fewer|less) than|≥|>=)\s*(.+)|(.+?)\s*\+")
_ABOVE = re.compile(r"(more than|over|>)\s*(.+)")
_HIGH = re.compile(r"(up to|at most|no more than|not more than|≤|<=)\s*(.+)")
_BELOW = re.compile(r"(fewer than|less than|under|<)\s*(.+)")
_ABOUT = re.compile(r"(?:about|around|approximately|some|nearly|almost|~|c\.)\s*(.+)|(.+?)\s*\?")


class Count(Struct, frozen=True, omit_defaults=True):
    """A number of people as a text states it: ends that it does not state are None; ``text`` is the text."""

    low: int | None = None
    best: int | None = None
    high: int | None = None
    text: str | None = None


def whole(text: str) -> int:
    """A whole number in digits (Burmese ones too, grouped in thousands or not) or a word up to twelve.

    Raises UnknownValue, also where a point or comma could mean two things.
    """
    plain = text.strip().lower().translate(BURMESE)
    if plain in _WORDS:
        return _WORDS[plain]
    if _GROUPED.fullmatch(plain) or (_PLAIN.fullmatch(plain) and not re.fullmatch(r"[0-9]{1,3}\.000", plain)):
        digits = re.sub("[^0-9]", "", plain.split(".")[0]).lstrip("0") or "0"
        if len(digits) > len(str(MOST)):
            raise UnknownValue(f"{text!r} is larger than any number of people: look for cells that run together", text)
        return int(digits)
    if not plain:
        raise UnknownValue("there is no number here", text)
    if plain.startswith(("-", "−")):
        raise UnknownValue(f"{text!r} is negative: a count of people is not", text)
    if re.fullmatch(r"[0-9.,]+", plain):
        raise UnknownValue(f"{text!r} is a fraction, or thousands in another country's writing: write digits only", text)
    raise UnknownValue(f"{text!r} is not a number: code it by hand, or say under values what it means", text)


def read(text: str) -> Count:
    """What a text says of a number: 12, 11-13, at least 12, more than 12, up to 30, about 30. Raises UnknownValue."""
    plain = " ".join(text.strip().lower().split())
    if match := _LOW.fullmatch(plain):
        return Count(low=whole(match[2] or match[3]), text=text)
    if match := _ABOVE.fullmatch(plain):
        return Count(low=whole(match[2]) + 1, text=text)
    if match := _HIGH.fullmatch(plain):
        return Count(high=whole(match[2]), text=text)
    if match := _BELOW.fullmatch(plain):
        number = whole(match[2])
        if number == 0:
            raise UnknownValue(f"{text!r}: fewer than nobody", text)
        return Count(high=number - 1, text=text)
    if match := _ABOUT.fullmatch(plain):
        return Count(best=whole(match[1] or match[2]), text=text)
    match = None if plain.startswith(("-", "−")) else _RANGE.fullmatch(plain)
    if match:
        low, high = whole(match[1] or match[3]), whole(match[2] or match[4])
        if high < low:
            raise UnknownValue(f"{text!r} ends below its beginning", text)
        return Count(low=low, high=high, text=text)
    return Count(best=whole(plain), text=text)


def bounds(low: int | None, best: int | None, high: int | None) -> tuple[str, ...]:
    """What is odd about three ends; empty when nothing is. It is reported, never mended."""
    odd = []
    if low is not None and high is not None and high < low:
        odd.append(f"high {high} lies below low {low}")
    if best is not None and low is not None and best < low:
        odd.append(f"best {best} lies below low {low}")
    if best is not None and high is not None and best > high:
        odd.append(f"best {best} lies above high {high}")
    return tuple(odd)
