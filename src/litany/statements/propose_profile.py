"""What stands in the cells of a column, whatever its head says?

Over a bounded sample: the first rows, and a spread over those that follow. Shares are of the cells that hold something.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from litany.documents.rows import TableRow
from litany.errors import UnknownValue
from litany.statements.propose_words import MISSING, NO, SEXES, YES, words_of
from litany.values import ages, date_words, numbers
from litany.values.actors import Actors
from litany.values.places import Gazetteer

FIRST, SPREAD, LOOKED = 2_000, 1_000, 100_000
_DISTINCT = 400  # different cells of a column that are looked at closely
_NUMBER = re.compile(r"[+-]?[0-9][0-9,\u00a0\u202f ]*(?:\.[0-9]+)?%?")
_LEVEL = re.compile(r"\b(?:state|region|division|district|township|tsp)\b", re.IGNORECASE)
_CODE = re.compile(r"[A-Z]{2,3}-?[0-9]{1,12}")


class Profile(Struct, frozen=True):
    """One column. ``cells`` are its different texts with how often each stands there, the most frequent first."""

    column: str
    rows: int
    filled: int
    cells: tuple[tuple[str, int], ...]
    distinct: int
    dates: float
    wholes: float
    decimals: float
    percents: float
    counts: float
    ages: float
    sexes: float
    codes: float
    places: float
    actors: float
    names: float
    yesno: float
    longest: int
    running: bool
    links: float
    least: float | None = None
    most: float | None = None

    @property
    def unique(self) -> bool:
        """Does every row have a text of its own here (up to one in 200, as lists are typed by hand)?"""
        return self.filled >= 0.995 * self.rows > 0 and self.distinct >= 0.995 * self.filled


class Sample(Struct, frozen=True):
    """The rows that were looked at, and how many the table has (``more``: at least)."""

    rows: tuple[TableRow, ...]
    read: int
    more: bool


def sample(rows: Iterator[TableRow]) -> Sample:
    """The first rows and a spread over the others, in their order; what comes after 100,000 rows is not looked at."""
    first: list[TableRow] = []
    spread: list[tuple[int, TableRow]] = []
    stride, number = 1, 0
    for number, row in enumerate(rows, start=1):
        if number > LOOKED:
            return Sample((*first, *(kept for _, kept in spread)), LOOKED, True)
        if number <= FIRST:
            first.append(row)
        elif (number - FIRST) % stride == 0:
            spread.append((number, row))
            if len(spread) > SPREAD:
                stride *= 2
                spread = [pair for pair in spread if (pair[0] - FIRST) % stride == 0]
    return Sample((*first, *(kept for _, kept in spread)), number, False)


def missing_words(rows: Iterable[TableRow]) -> tuple[str, ...]:
    """The texts in these rows that stand for "nothing here" in many tables."""
    found = {cell.strip() for row in rows for cell in row.cells}
    return tuple(word for word in MISSING if word in found)


def profiles(
    header: Sequence[str], rows: Sequence[TableRow], missing: Sequence[str], actors: Actors, places: Gazetteer
) -> tuple[Profile, ...]:
    """What stands in each column."""
    nothing = {"", *missing}
    return tuple(
        _profile(name, [cell for row in rows if (cell := row.cells[at].strip()) not in nothing], len(rows), actors, places)
        for at, name in enumerate(header)
    )


def _profile(column: str, cells: Sequence[str], rows: int, actors: Actors, places: Gazetteer) -> Profile:
    counted = Counter(cells)
    # Frequent texts first; of texts that stand once each, in the order of the file: nothing is drawn by chance.
    common = counted.most_common(_DISTINCT)
    total = sum(count for _, count in common) or 1

    def share(test: Callable[[str], bool]) -> float:
        return sum(count for text, count in common if test(text)) / total

    values = [float(re.sub(r"[,\u00a0\u202f %]", "", text)) for text, _ in common if _NUMBER.fullmatch(text)]
    return Profile(
        column=column, rows=rows, filled=len(cells), cells=tuple(common), distinct=len(counted),
        dates=share(is_date), wholes=share(_whole), decimals=share(_decimal), percents=share(lambda text: text.endswith("%")),
        counts=share(_count), ages=share(_age), sexes=share(lambda text: _one(text, SEXES)), codes=share(lambda t: _coded(t,
        places)),
        places=share(lambda text: _place(text, places)), actors=share(lambda text: actors.resolve(text) is not None),
        names=share(_name), yesno=share(lambda text: text.lower() in YES | NO), longest=max(map(len, counted), default=0),
        running=_running(cells), links=share(lambda text: text.lower().startswith(("http:", "https:", "www."))),
        least=min(values, default=None), most=max(values, default=None),
    )  # fmt: skip


def is_date(text: str) -> bool:
    """Does this say a day, a month or a span? A number alone, a year among them, is none here."""
    if _NUMBER.fullmatch(text) or len(text) < 5 or len(text) > 60 or not any(char.isdigit() for char in text):
        return False
    try:
        date_words.read(text)
    except UnknownValue:
        return False
    return True


def _whole(text: str) -> bool:
    return text.translate(numbers.BURMESE).replace(",", "").removesuffix(".0").isdigit()


def _decimal(text: str) -> bool:
    return bool(re.fullmatch(r"[+-]?[0-9]*\.[0-9]+", text)) and not re.fullmatch(r"[0-9]+\.0+", text)


def _count(text: str) -> bool:
    try:
        numbers.read(text)
    except UnknownValue:
        return False
    return True


def _age(text: str) -> bool:
    try:
        ages.read(text)
    except UnknownValue:
        return False
    return not _whole(text) or int(text.translate(numbers.BURMESE).replace(",", "").removesuffix(".0")) <= 120


def _one(text: str, known: dict[str, str]) -> bool:
    return text.strip().lower().rstrip(".") in known


def _coded(text: str, places: Gazetteer) -> bool:
    return bool(_CODE.fullmatch(text)) and places.coded(text) is not None


def _place(text: str, places: Gazetteer) -> bool:
    """Is this the name of an area of the gazetteer, with or without the word for its level?"""
    return bool(places.named(text)) or bool(places.named(_LEVEL.sub(" ", text)))


def _name(text: str) -> bool:
    words = words_of(text)
    return 1 <= len(words) <= 8 and len(text) <= 60 and not any(char.isdigit() for char in text)


def _running(cells: Sequence[str]) -> bool:
    """Do the rows count on from one to the next?"""
    found = [int(cell) for cell in cells if cell.isdigit() and len(cell) < 10]
    steps = [b - a for a, b in pairwise(found)]
    return len(found) > 2 and len(found) >= 0.9 * len(cells) and steps.count(1) >= 0.9 * len(steps)
