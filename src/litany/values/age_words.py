"""Which plain English says the same as an age written by people?

Lower case, digits and single blanks: number words and Burmese become digits and English, what says no number is taken off.
"""

from __future__ import annotations

import re

from litany.values.numbers import BURMESE

ADULT = 18 * 12  # completed months
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
DECADES = {word[:-1] + "ies": value for word, value in _TENS.items()} | {"teens": 10}
GROUPS: dict[str, tuple[int | None, int | None]] = {
    "newborn": (0, 0), "new born": (0, 0), "new-born": (0, 0), "newborn baby": (0, 0),
    "infant": (0, 23), "baby": (0, 23), "toddler": (12, 47),
    **dict.fromkeys(("child", "minor", "underage", "juvenile", "kid", "ကလေး", "ကလေးငယ်"), (0, ADULT - 1)),
    "teenager": (156, 239), "teen": (156, 239), "teenage": (156, 239), "adolescent": (120, 239),
    **dict.fromkeys(("adult", "elderly", "senior", "middle-aged", "middle aged"), (ADULT, None)),
    **dict.fromkeys(("elderly woman", "elderly man"), (ADULT, None)),
}  # fmt: skip
_AROUND = re.compile(
    r"\b(?:an?|the|his|her|their|in|at(?! (?:least|most)\b)|of|is|was|age|aged|old|man|woman"
    r"|boy|girl|male|female|person|victim|ages)\b"
    r"|(?:(?<=month)|(?<=months))[\s-]+old baby\b|[:,;()\[\]]|-(?=(?:old|man|woman|boy|girl)\b)"
)


_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")  # soft hyphens, zero-width blanks and joiners, byte order marks
_SPELLINGS = (
    (re.compile("[‐‑–—−]"), "-"), (re.compile("[’‘]"), "'"), (re.compile("&"), "and"),
    (re.compile("=>"), ">="), (re.compile("=<"), "<="),
    (re.compile(r"^\.(?=\d)"), "0."),
    (re.compile(r"\b(year|month|week|day) s\b"), r"\1s"),  # as cells of a PDF break
    (re.compile(r"\b(yrs?|mos?|mths?|wks?|hrs?)\."), r"\1"),
    (re.compile(r"(?<!half )\ban? (year|month|week|day)\b"), r"1 \1"),
    (re.compile(r"\bunder[\s-]*aged?$"), "underage"),
)  # fmt: skip
_HALF = re.compile(r"\b(\d+)((?: (?:years?|months?))?)[\s-]and[\s-](?:a[\s-])?half\b")
_BURMESE = (
    ("အသက်", " "), (r"([0-9]+)\)?\s*နှစ်(?:ထဲ|တွင်း)", r"running \1"), (r"([0-9]+)\)?\s*နှစ်ခွဲ", r"\1.5 years"),
    (r"([0-9]+)\)?\s*(?:နှစ်)?\s*ကျော်", r"over \1"), (r"([0-9]+)\)?\s*(?:နှစ်)?\s*အောက်", r"under \1"),
    (r"([0-9]+)\)?\s*(?:နှစ်)?\s*(?:ခန့်|ဝန်းကျင်|လောက်|နီးပါး)", r"about \1"),
    (r"([0-9]+)\s*(?:နှစ်)?\s*မှ\s*(?=[0-9])", r"\1-"),
    (r"([0-9]+)\)?\s*နှစ်(?:အရွယ်|ပြည့်|သား|သမီး)?", r"\1 years "), (r"([0-9]+)\)?\s*လ(?:သား|သမီး|အရွယ်)?", r"\1 months "),
    (r"([0-9]+)\)?\s*ပတ်(?:သား|သမီး|အရွယ်)?", r"\1 weeks "), (r"([0-9]+)\)?\s*ရက်(?:သား|သမီး)?", r"\1 days "),
)  # fmt: skip


def visible(text: str) -> str:
    """The text with single blanks and without characters that nobody sees."""
    return " ".join(_UNSEEN.sub("", text).split())


def plain(text: str) -> str:
    """Lower case, digits, single blanks; Burmese words in English ones; words that say no number taken off."""
    text = re.sub("(?<=[၀-၉])ဝ(?!န်း)|ဝ(?=[၀-၉])", "၀", visible(text))  # the letter for the digit
    said = text.translate(BURMESE).lower()
    for pattern, spelling in _SPELLINGS:
        said = pattern.sub(spelling, said)
    for word, english in _BURMESE:
        said = re.sub(word, english, said)
    said = _WORD.sub(lambda match: str(_WORDS[match[1]]), said)
    said = _HALF.sub(r"\1.5\2", said)
    if said not in GROUPS:
        said = _AROUND.sub(" ", said)
    return " ".join(said.split()).lstrip(" .-").rstrip(" .")  # a dash at the end is half a range
