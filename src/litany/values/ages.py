"""How old, as the words say?

Ages are ranges of completed months, so that no list's way of counting makes a child of an adult. The forms, with what each
gives, are in docs/reference/dates.md.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from litany.errors import UnknownValue
from litany.values import age_forms, age_words, date_words
from litany.values.age_words import ADULT
from litany.values.terms import AgeGroup

OLDEST = 130  # years
_LONGEST = 100  # characters; a longer cell tells a story
_NEGATIVE = re.compile(r"[-‐‑–—−]")
_UNKNOWN = frozenset(("nan", "n.a", "no age", "not mentioned", "not given", "not provided"))
_ABOUT_AGE = re.compile(r"^(?:age|အသက်)[\s:]*(?:is )?|\s+age$")
_NOT_KNOWN = re.compile(r"မသိ(?:ရှိ|ရ|သေး|ပါ|ဘူး|။)*")


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
    """Does the text say that the age is not known, or nothing at all? The word age alone says neither."""
    given = age_words.visible(text).casefold().rstrip(".")
    said = _ABOUT_AGE.sub("", given)
    if given and not said:
        return False
    return given in _UNKNOWN or said in _UNKNOWN or bool(_NOT_KNOWN.fullmatch(said)) or date_words.is_unknown(said)


@lru_cache(1 << 16)
def read(text: str) -> Age:
    """An age in digits or words. Raises UnknownValue that says what would be understood."""
    if is_unknown(text):
        raise UnknownValue(f"{text!r} says that the age is not known", text)
    if len(text) > _LONGEST:
        raise UnknownValue(f"{text[:30]!r}… is longer than an age: look for cells that run together", text)
    if _NEGATIVE.match(text.strip()):
        raise UnknownValue(f"{text!r} begins with a dash: no age is negative", text)
    plain = age_words.plain(text)
    for form in age_forms.FORMS:
        found = form(plain)
        if found is not None:
            return _checked(text, *found)
    raise UnknownValue(
        f"{text!r} is no age that is read: write 32, 30-35, 8 months, about 40, over 60, under 18 or child", text
    )


def _checked(text: str, bounds: age_forms.Bounds, notes: tuple[str, ...], traditional: bool) -> Age:
    low, high = bounds
    if low is not None and high is not None and high < low:
        raise UnknownValue(f"{text!r} ends below its beginning", text)
    if max(low or 0, high or 0) >= OLDEST * 12:
        raise UnknownValue(f"{text!r} is {OLDEST} years or more: look for a slip of the keyboard", text)
    child, adult = high is not None and high < ADULT, low is not None and low >= ADULT
    group = AgeGroup.CHILD if child else AgeGroup.ADULT if adult else AgeGroup.UNKNOWN
    return Age(low, high, group, traditional, notes)
