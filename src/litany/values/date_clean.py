"""What of a date in words is calendar, and what stands beside it: a time, a weekday, a part of the day, a doubt?

`clean` takes all of that off a text and writes the rest in a small alphabet that `litany.values.date_grammar` reads: ``@02`` is
a month that was named, ``#9`` a number that can only be a day, ``^21`` one that can only be a year.
"""

from __future__ import annotations

import re
import unicodedata

from msgspec import Struct

from litany.errors import UnreadableDate
from litany.values.date_burmese import to_latin
from litany.values.date_months import month_of_word

_SIGNS = str.maketrans(
    {"–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "’": "'", "‘": "'", "`": "'", "\u00a0": " ", "\u202f": " ",
     "\u2009": " ", "\u200b": "", "\ufeff": "", "“": " ", "”": " ", '"': " ", "(": " ", ")": " ", ";": ",",
     "∼": "~", "≈": "~", "／": "/"}
)  # fmt: skip
_CLOCK = r"(?:[01]?[0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?"
_HALF = r"[ap](?:\.m\.|\.m|m\b\.?)"
_ZONE = r"(?:z\b|utc\b|gmt\b|mmt\b|[+-](?:0?[0-9]|1[0-4]):?[0-9]{2}\b)"
_TIME = re.compile(
    rf"(?:(?<=[0-9])t(?=[0-9]{{2}}:)|(?:\b(?:at|around|about|approximately|approx|circa)\.?\s+)?(?<![0-9:.]))"
    rf"(?P<time>(?P<clock>{_CLOCK})\s*(?:{_HALF})?\s*(?P<zone>{_ZONE})?(?:\s*(?:hrs?|hours?|h)\b)?"
    rf"|[0-9]{{1,2}}(?:\.[0-5][0-9])?\s*{_HALF}|(?:[01][0-9]|2[0-4])[0-5][0-9]\s*(?:hrs?|hours?)\b)(?:\s*local\s+time\b)?"
)
_DAYPARTS = r"(?:morning|afternoon|evening|noon|midday|dawn|predawn|dusk|daybreak|sunrise|sunset|daytime|dark)"
_PART = re.compile(
    rf"(?:\b(?:in|on|at|during|around)\s+)?(?:\bthe\s+)?(?:\b(?:before|pre)[\s-]+(?=dawn|sunrise|daybreak|noon)|\bafter\s+(?=dark|sunset|noon|dusk))?"
    rf"(?:\b(?:early|late|mid)[\s-]*)?\b(?P<part>{_DAYPARTS}s?)\b(?:\s+(?:of|on)\b)?"
    rf"|(?:\b(?:in|during)\s+)?(?:\bthe\s+)?\b(?:early|small|late)\s+(?P<hours>hours)\b(?:\s+(?:of|on)\b)?"
    rf"|\b(?P<edge>early|late)\s+on\b|(?<=[0-9\s])\s*\b(?P<half>{_HALF})(?=\W|$)"
)
_NIGHT = re.compile(
    r"(?:\b(?:at|in|on|during|late|the)\s+)*\b(?P<night>nights?|overnight)\b(?:\s+(?:of|on)\b)?"
    r"|(?:\b(?:at|just|shortly|before|after|around|about|near)\s+)*\b(?P<mid>midnight)\b(?:\s+(?:of|on)\b)?"
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|rs|r|rsday|urday)?\b\.?,?"
)  # fmt: skip
_RELATIVE = re.compile(
    r"\b(?:yesterday|today|tonight|tomorrow|ago|this|next|previous|recent(?:ly)?|now|current|same day"
    r"|last(?!\s+(?:week|half|quarter|days?)\s+(?:of|in)\b))\b"
)
_SEASON = re.compile(
    r"\b(?:spring|summer|autumn|fall|winter|monsoons?|(?:rainy|dry|wet|hot|cool|cold)\s+season|season|rains)\b"
)
_ABOUT = re.compile(r"\bon\s+or\s+about\b|\b(?:about|around|circa|ca|c|approx|approximately|roughly|estimated|est)\b\.?|~")
_PERHAPS = re.compile(r"\b(?:possibly|probably|perhaps|maybe|reportedly|allegedly|presumably|likely)\b")
_JOINS = tuple(
    (re.compile(pattern), short)
    for pattern, short in (
        (r"\b(?:or\s+(?:later|after)|onwards?)$", "onwards"),
        (r"\bor\s+(?:earlier|before)$", "backwards"),
        (r"^on\s+(?:or|and)\s+before\b|^(?:no|not)\s+later\s+than\b|^up\s+(?:to|until|till)\b", "by"),
        (r"^on\s+(?:or|and)\s+after\b|^no\s+earlier\s+than\b|^not\s+(?:earlier\s+than|before)\b", "since"),
        (r"^prior\s+to\b|^earlier\s+than\b", "before"),
        (r"^later\s+than\b", "after"),
        (r"\b(?:until|till|til|through|thru)\b(?<!^until)(?<!^till)(?<!^til)", "to"),
        (r"\b(?:1st|first)(?=\s+(?:week|half|quarter|day)\b)", "ntha"),
        (r"\b(?:2nd|second)(?=\s+(?:week|half|quarter)\b)", "nthb"),
        (r"\b(?:3rd|third)(?=\s+(?:week|quarter)\b)", "nthc"),
        (r"\b(?:4th|fourth)(?=\s+(?:week|quarter)\b)", "nthd"),
        (r"\b(?:last|final)(?=\s+(?:week|half|quarter|day)\b)", "last"),
        (r"\b(?:the|of|on|in|during|year)\b", " "),
    )
)
_ORDINAL = re.compile(r"\b([0-9]{1,2})\s*(st|nd|rd|th)\b")
_SHORT_YEAR = re.compile(r"(?:^|(?<=[\s,/-]))'([0-9]{2})\b")
# A number joined to a time is a time too: "3-4 pm 5 May" is no range of days.
_JOINED = re.compile(r"(?:^|[^0-9/.-])\s*[0-9]{1,2}\s*(?:[-/&]|\b(?:to|and|or|until|till)\b)\s*$")
_OURS = frozenset("@#^")  # the signs of the small alphabet
_WORD = re.compile(r"[a-z]+")
# What the grammar knows beside months; q, h, w, s and xx stand in Q1, H1, 2022-W10, 2020s and "XX Feb 2021".
_KNOWN = frozenset(
    [
        "since",
        "from",
        "after",
        "before",
        "by",
        "until",
        "till",
        "til",
        "between",
        "to",
        "and",
        "or",
        "onwards",
        "backwards",
        "early",
        "mid",
        "middle",
        "late",
        "beginning",
        "start",
        "end",
        "week",
        "half",
        "quarter",
        "day",
        "ntha",
        "nthb",
        "nthc",
        "nthd",
        "last",
        "starting",
        "commencing",
        "ending",
        "q",
        "h",
        "w",
        "s",
        "xx",
        "x",
    ]
)


class Cleaned(Struct, frozen=True):
    """A date without what stands beside it. ``night`` is "night", "nights", "overnight", "midnight", "part" or empty."""

    text: str
    notes: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()
    night: str = ""
    uncertain: bool = False
    approximate: bool = False


def clean(given: str) -> Cleaned:
    """Takes off a date what is no date. Raises UnreadableDate for words that cannot be part of one."""
    notes: list[str] = []
    text = to_latin(unicodedata.normalize("NFC", given)).lower().translate(_SIGNS)
    _check_script(given, text)
    if match := re.search(r"[*†‡]+\s*$", text):
        text = text[: match.start()]
        notes.append(f"the footnote mark {match[0].strip()} stands beside the date")
    text = _take_time(given, text, notes)
    _check_words(given, text)
    text, night = _take_night(text, notes)
    weekdays = tuple(next(day for day in _DAYS if day.startswith(match[1])) for match in _WEEKDAY.finditer(text))
    text = _WEEKDAY.sub(" ", text)
    text, doubt = re.subn(r"[\s,]*\?+\s*$", "", text)
    text, perhaps = _PERHAPS.subn(" ", text)
    text, about = _ABOUT.subn(" ", text)
    if weekdays and not re.search("[0-9a-z]", text):
        raise UnreadableDate(f"{given!r} is a weekday without a date: it needs the day of publication", given)
    return Cleaned(_shorten(given, text, notes), tuple(notes), weekdays, night, bool(doubt or perhaps), bool(about))


def _check_script(given: str, text: str) -> None:
    if ours := _OURS & set(given):
        raise UnreadableDate(f"{given!r}: the sign {min(ours)} is no part of a date: write 2021-02-09", given)
    for sign in text:
        if sign.isascii() or sign in "†‡":
            continue
        if sign.isdigit() or sign.isnumeric():
            raise UnreadableDate(f"{given!r}: digits such as {sign!r} are not read yet: write 0 to 9, or Burmese digits", given)
        if sign.isalpha() or unicodedata.category(sign).startswith("M"):
            what = "Burmese words" if "\u1000" <= sign <= "\u109f" else "month names of other languages"
            raise UnreadableDate(f"{given!r}: these {what} are not read: write the date as 2021-02-09", given)


def _check_words(given: str, text: str) -> None:
    if _RELATIVE.search(text):
        raise UnreadableDate(f"{given!r} is relative to the day of publication: write the date itself, as 2021-02-09", given)
    if _SEASON.search(text):
        raise UnreadableDate(f"{given!r}: the months of a season depend on the country: write them, as 2022-06/2022-08", given)


def _take_time(given: str, text: str, notes: list[str]) -> str:
    for match in _TIME.finditer(text):
        time = match["time"].strip()
        if _JOINED.search(text[: match.start()]):
            raise UnreadableDate(f"{given!r} has more than one time: write the date alone, as 2021-02-09", given)
        if match["zone"]:
            notes.append(f"the time {time} has a zone: the date is the one written, and elsewhere the day may be another")
        elif match["clock"] is None or re.sub("[0:.,]", "", time):
            notes.append(f"the time {time} stands beside the date")
    return _TIME.sub(" ", text)


def _take_night(text: str, notes: list[str]) -> tuple[str, str]:
    nights = [match["night"] or match["mid"] for match in _NIGHT.finditer(text)]
    text = _NIGHT.sub(" ", text)
    parts = [next(filter(None, match.groups())) for match in _PART.finditer(text)]
    text = _PART.sub(" ", text)
    if parts:
        notes.append(f"the part of the day ({', '.join(parts)}) is not kept in the date")
    return text, nights[0] if nights else "part" if parts else ""


def _ordinal(match: re.Match[str], given: str) -> str:
    number = int(match[1])
    right = "th" if 10 < number < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    if match[2] != right:
        raise UnreadableDate(f"{given!r}: {match[0]} is {number}{right} or another day: write the number alone", given)
    return f"#{number}"


def _shorten(given: str, text: str, notes: list[str]) -> str:
    text = re.sub(r"(?<=[a-z])\.(?![0-9])", " ", text).strip(" ,.")
    text = re.sub(r"\s+", " ", text)
    for pattern, short in _JOINS:
        text = pattern.sub(short, text)
    text = _SHORT_YEAR.sub(r"^\1", _ORDINAL.sub(lambda match: _ordinal(match, given), text))
    text = re.sub(r"(?<=[0-9])(?=[a-z])|(?<=[a-z])(?=[0-9])", " ", text)
    text = re.sub(r"(?<=[0-9])\.\s+(?=[a-z@])", " ", text)

    def put(match: re.Match[str]) -> str:
        if match[0] in _KNOWN:
            return match[0]
        month, note = month_of_word(match[0], given)
        if note:
            notes.append(note)
        return f"@{month:02}"

    text = _WORD.sub(put, text)
    text = re.sub(r"(@[0-9]{2}) (?=[0-9])(?<![0-9] )", r"\1 ", text)
    return re.sub(r"\s*,[\s,]*", ", ", re.sub(r"\s+", " ", text)).strip(" ,")
