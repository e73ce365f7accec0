"""How does a date in Burmese read in the signs of the English ones?

Civil months only. Months and days of the Burmese calendar are recognised, so that they are refused for what they are.
"""

from __future__ import annotations

import re

from litany.errors import UnreadableDate
from litany.values.date_months import MONTHS, lunar
from litany.values.numbers import BURMESE

# As printed, with the spellings of the press and the mistakes of keyboards; ဝ stands for the letter or the digit zero.
_MONTHS = (
    ("ဇန်နဝါရီ", "ဇန်နာဝါရီ", "ဇန္နဝါရီ", "ဇန်နဝရီ"),
    ("ဖေဖော်ဝါရီ", "ဖေဖေါ်ဝါရီ", "ဖေဖော်ဝရီ", "ဖေ့ဖော်ဝါရီ", "ဖေဖဝါရီ"),
    ("မတ်", "မာတ်", "မတ္"),
    ("ဧပြီ", "ဧပြီလ်", "ဧပရယ်", "ဧပရီ"),
    ("မေ",),
    ("ဇွန်", "ဂျွန်"),
    ("ဇူလိုင်", "ဂျူလိုင်", "ဇူလှိုင်", "ဇူလုိင်"),
    ("ဩဂုတ်", "သြဂုတ်", "ဩဂတ်", "သြဂတ်", "ဩဂုတ", "အောဂုတ်", "ဩဂုဿ"),
    ("စက်တင်ဘာ", "စက်တင်ဗာ", "စက်တဘာ", "စပ်တင်ဘာ", "စက်တမ်ဘာ"),
    ("အောက်တိုဘာ", "အောက်တိုဗာ", "အောက်တိုပါ", "အောက်တဘာ"),
    ("နိုဝင်ဘာ", "နိုဝင်ဗာ", "နိုဗင်ဘာ", "နိုဝမ်ဘာ"),
    ("ဒီဇင်ဘာ", "ဒီဇင်ဗာ", "ဒီဇဘာ", "ဒီဇမ်ဘာ"),
)
_NUMBER = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_MONTH = re.compile(
    "(" + "|".join(sorted(_NUMBER, key=len, reverse=True)).replace("ဝ", "[ဝ၀]") + r")\s*(?:လပိုင်း|လ(?![က-အ]))?"
)  # fmt: skip
_LUNAR = re.compile(
    "တန်ခူး|ကဆုန်|နယုန်|ဝါဆို|၀ါဆို|ဝါခေါင်|၀ါခေါင်|တော်သလင်း|သီတင်းကျွတ်|တန်ဆောင်မုန်း|နတ်တော်|ပြာသို|တပို့တွဲ|တပေါင်း|လဆန်း|လဆုတ်|လပြည့်|လကွယ်|လပြည်|သက္ကရာဇ်|ကောဇာ"
)
_ZERO = re.compile("(?<=[၀-၉0-9])ဝ|ဝ(?=[၀-၉])")
_WEEKDAYS = {
    "တနင်္ဂနွေ": "sunday", "တနင်္လာ": "monday", "အင်္ဂါ": "tuesday", "ဗုဒ္ဓဟူး": "wednesday", "ကြာသပတေး": "thursday", "သောကြာ": "friday",
    "စနေ": "saturday",
}  # fmt: skip
# In this order: the longer word first.
_WORDS = (
    ("([0-9]+)\\)?\\s*(?:ခုနှစ်|ခုႏှစ်|ခု|နှစ်)", r" \1 "),
    ("([0-9]+)\\)?\\s*(?:ရက်နေ့|ရက်)", r" #\1 "),
    ("([0-9]{1,2})\\)?\\s*(?:လပိုင်း|လ(?![က-အ]))", r" month\1 "),
    ("ညနေပိုင်း|ညနေ", " evening "),
    ("နံနက်ပိုင်း|နံနက်|မနက်ပိုင်း|မနက်", " morning "),
    ("နေ့လယ်ပိုင်း|နေ့လယ်|မွန်းတည့်", " noon "),
    ("သန်းခေါင်", " midnight "),
    ("ညပိုင်း|ည", " night "),
    ("နေ့", " "),
    ("မှ", " to "),
    ("အထိ|ထိ", " "),
    ("ခန့်|လောက်|ဝန်းကျင်", " about "),
    ("တွင်|က|[၊။]", " , "),
)


def to_latin(text: str) -> str:
    """Burmese digits, civil months, weekdays and the words around them, in the signs of the English ones; other words stay.

    Raises UnreadableDate for a date of the Burmese calendar.
    """
    if not any("\u1000" <= sign <= "\u109f" for sign in text):
        return text
    text = text.replace("\u102f\u102d", "\u102d\u102f").replace("\u200b", "").replace("\u200c", "")  # ု and ိ in either order
    if _LUNAR.search(text):
        raise UnreadableDate(lunar(text), text)
    text = _MONTH.sub(lambda match: f" {MONTHS[_NUMBER[match[1].replace('၀', 'ဝ')] - 1]} ", text)
    text = _ZERO.sub("၀", text).translate(BURMESE)
    for word, english in _WEEKDAYS.items():
        text = text.replace(word, f" {english} ")
    for pattern, short in _WORDS:
        text = re.sub(pattern, short, text)
    return re.sub(r"month([0-9]{1,2})", lambda match: _numbered(match[1], text), text)


def _numbered(digits: str, text: str) -> str:
    number = int(digits)
    if not 1 <= number <= 12:
        raise UnreadableDate(f"{text.strip()!r}: there is no month {number}", text)
    return MONTHS[number - 1]
