"""Does this text only say that nobody is named, in whatever spelling?"""

from __future__ import annotations

import re
from functools import lru_cache

from litany.values import name_data as data
from litany.values import name_parts

_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
LARGER = {name: str(number) for number, name in enumerate(_TEENS, start=13)}
LARGER |= {name: str(10 * number) for number, name in enumerate(_TENS, start=2)}
NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
UNKNOWN_BURMESE = re.compile("(?:အမည်|နာမည်)?(?:ကို)?မသိ(?:ရှိ|ရ|သေး)*(?:သူ|ပါ|ဘူး|သော)*|(?:အမည်|နာမည်)(?:မရှိ|မဖော်လို|မဲ့)")
_UNKNOWN = re.compile(
    "(?:(?:a|an|the) )?(?:name |names |name is |person )*unknown"
    "(?: (?:unknown|name|names|person|individual|victim|body|human|dead))*(?: yet)?"
)
_MISSPELT = ("unknown", "unidentified")


def distance(one: str, two: str) -> int:
    """Edits between two words: insertions, deletions, replacements and exchanges of neighbours (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(two) + 1))
    for row, letter in enumerate(one, start=1):
        now = [row]
        for column, other in enumerate(two, start=1):
            best = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == two[column - 2] and one[row - 2] == other:
                best = min(best, before[column - 2] + 1)
            now.append(best)
        before, last = last, now
    return last[-1]


@lru_cache(maxsize=1 << 15)
def unknown_like(word: str) -> bool:
    """Is a casefolded word *unknown* or *unidentified*, or within two edits of one of them?"""
    if word == "unknowns" or word == "known" or not word.isascii():
        return False
    return any(abs(len(word) - len(right)) <= 2 and distance(word, right) <= 2 for right in _MISSPELT)


def _name_like(word: str) -> bool:
    return word in ("name", "nmae", "naem", "mame", "names", "nam")


def is_number(word: str) -> bool:
    """Is a casefolded word a whole number in digits or words?"""
    return word.isdecimal() or word in LARGER or re.fullmatch(NUMBER, word) is not None


def missing(text: str) -> tuple[bool, str | None]:
    """Does a text only say that nobody is named? And the number that stands beside those words, if one does."""
    folded = name_parts.fold(text)
    words = folded.split()
    numbered = [word for word in words if is_number(word)]
    rest = ["unknown" if unknown_like(word) else word for word in words if not is_number(word)]
    if any(word == "unknown" for word in rest):
        rest = ["name" if _name_like(word) else word for word in rest]
    phrase = " ".join(rest)
    number = numbered[0] if len(numbered) == 1 else (" ".join(numbered) or None)
    if not rest:
        return True, number
    found = (
        _UNKNOWN.fullmatch(phrase)
        or (phrase in data.MISSING and (not number or len(phrase) > 3))
        or UNKNOWN_BURMESE.fullmatch(phrase)
    )
    return bool(found), number
