"""What does a cell look like, before anybody knows what its column means: a number, a date, a word of a header?

A look decides nothing about a value; it only tells a header from the rows below it, and a total from a row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from litany.documents.layout_marks import without_marks

Row = Sequence[str]
Grid = Sequence[Row]

_NUMBER = re.compile(r"[-−]?(?:\d{1,3}(?:[,\u00a0\u202f ]\d{3})+|\d+)(?:\.\d+)?")
_SIGNS = re.compile(r"[\d\s.,:;/+%<>≥≤~()\[\]*†‡Tt–—−-]+")  # what numbers, ranges, dates and times are written with
_WORD_DATE = re.compile(r"\d{1,2}(?:st|nd|rd|th)?[\s./-]*[A-Za-z]{3,9}[\s,./-]*(?:\d{2}|\d{4})|[A-Za-z]{3,9} \d{1,2},? \d{4}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST = 120  # characters of a column's name; what is longer is a sentence

# Words that stand at the head of a column and hardly ever in a cell below it: no "male", "children" or "no" among them.
_HEADS = frozenset(
    """name|names|full name|name of victim|victim|victims|victim name|age|sex|gender|sex/gender|date|day|dates|date of death
    |date of incident|incident date|date of event|event date|month|year|week|quarter|place|place of death|location|address|home
    |township|village|ward|region|state|state/region|region/state|province|district|town|city|country|area|admin1|admin2|admin3
    |admin 1|admin 2|admin 3|killed|deaths|dead|fatalities|injured|wounded|casualties|detained|arrested|displaced|toll|cause
    |cause of death|source|sources|source url|url|link|remark|remarks|note|notes|comment|comments|description|details|no.|sr|sr.
    |sr. no|sr. no.|s/n|sn|#|nr|nr.|number|id|code|pcode|p-code|occupation|job|profession|organisation|organization|status|type
    |category|perpetrator|perpetrators|actor|incident|event|father|father's name|mother|mother's name|ethnicity|religion
    |nationality|total|count|people|latitude|longitude|lat|lon|အမည်|အသက်|ကျား/မ|ကျားမ|လိင်|နေ့စွဲ|ရက်စွဲ|ရက်|မြို့နယ်|မြို့|ကျေးရွာ
    |ရပ်ကွက်|တိုင်း|ပြည်နယ်|တိုင်း/ပြည်နယ်|နေရာ|စဉ်|အမှတ်စဉ်|အလုပ်အကိုင်|မှတ်ချက်|အဖအမည်|အကြောင်းအရာ""".replace("\n    ", "").split("|")
)


def blank(row: Row) -> bool:
    """Is there no text in a row?"""
    text = "".join(row)
    return not text or text.isspace()


def filled(row: Row, left: int = 0, right: int | None = None) -> list[int]:
    """The columns in which there is text."""
    return [place for place in range(left, len(row) if right is None else right) if row[place] and not row[place].isspace()]


def number(text: str) -> Decimal | None:
    """The number that a cell is, as it stands: digits of any script, thousands grouped or not, footnote marks left out."""
    plain = text.strip()
    if not plain or not any(sign.isdigit() for sign in plain[:3]):
        return None
    plain = without_marks(plain)[0]
    if not _NUMBER.fullmatch(plain):
        return None
    return Decimal(re.sub("[,\u00a0\u202f ]", "", plain).replace("−", "-"))


def value_like(text: str) -> bool:
    """Is a cell a number, a range of numbers, a date or a time?"""
    plain = text.strip()
    if not any(sign.isdigit() for sign in plain):
        return False
    return _SIGNS.fullmatch(plain) is not None or number(plain) is not None or _WORD_DATE.fullmatch(plain) is not None


def date_like(text: str) -> bool:
    """Is a cell a date, with or without the name of its month?"""
    plain = text.strip()
    return re.fullmatch(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:T[\d:.]+)?", plain) is not None or bool(_WORD_DATE.fullmatch(plain))


def name_like(text: str) -> bool:
    """May a cell be the name of a column? A year may; another number or a date may not."""
    plain = text.strip()
    return len(plain) <= _LONGEST and (not value_like(plain) or _YEAR.fullmatch(plain) is not None)


def header_word(text: str) -> bool:
    """Is it a word that stands at the head of columns?"""
    return " ".join(text.lower().split()).strip(" :*") in _HEADS


def label_like(text: str) -> bool:
    """May a text stand for each of several rows? A number may not: it would be counted once a row."""
    plain = text.strip()
    if date_like(plain):
        return True
    return bool(plain) and not any(sign.isdigit() for sign in plain)


def letters(column: int) -> str:
    """What a spreadsheet program calls a column, from 1: A, Z, AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
