"""What does one cell of a row say: a text, a word of a vocabulary, a number?

Readers are built once a table. A reader is a function from the cells of a row to (value, troubles); a trouble is (column, cell,
what is wrong and what to do).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeVar

from litany.errors import MappingError, UnknownValue
from litany.statements import mapping_spec as spec
from litany.values import numbers
from litany.values.date_words import Order

T = TypeVar("T")
Trouble = tuple[str, str, str]
Cells = Sequence[str]
Read = tuple[T, tuple[Trouble, ...]]
Reader = Callable[[Cells], Read[T]]
CACHE = 1 << 16


class Columns:
    """The columns of one table: where they stand, which were used, and what counts as missing."""

    def __init__(
        self,
        header: Sequence[str],
        missing: Sequence[str],
        optional: Sequence[str],
        where: str,
        orders: Mapping[str, Order] | None = None,
    ) -> None:
        """``orders``: in which order the numbers of the dates of a column stand, where the column shows it."""
        self.orders = orders or {}
        self._at = {name: place for place, name in enumerate(header)}
        self._absent = frozenset(optional) - self._at.keys()
        self._missing = frozenset(("", *missing))
        self._where = where
        self._watched: list[set[int]] = []
        self.used: set[str] = set()

    def at(self, name: str) -> int:
        """The position of a column. Raises MappingError when the table has none of this name."""
        if name not in self._at:
            raise MappingError(f"{self._where}: the mapping uses the column {name!r}, which the table does not have")
        self.used.add(name)
        for places in self._watched:
            places.add(self._at[name])
        return self._at[name]

    def remembered(self, build: Callable[[], Callable[[Cells], T]]) -> Callable[[Cells], T]:
        """The reader that ``build`` makes, which reads the same cells only once: dates, places and parties come again."""
        places: set[int] = set()
        self._watched.append(places)
        try:
            read = build()
        finally:
            self._watched.pop()
        if not places:
            return read
        pick = itemgetter(*sorted(places))
        known: dict[Any, T] = {}

        def look_up(cells: Cells) -> T:
            key = pick(cells)
            found = known.get(key)
            if found is None:
                if len(known) >= CACHE:
                    known.clear()
                found = known[key] = read(cells)
            return found

        return look_up

    def known(self, get: Callable[[str], T], id_: str) -> T:
        """What an id of the mapping stands for. Raises MappingError where there is no such actor or place."""
        try:
            return get(id_)
        except UnknownValue as problem:
            raise MappingError(f"{self._where}: the mapping: {problem}") from problem

    def cell(self, name: str) -> Callable[[Cells], str]:
        """A reader of one cell, with outer blanks off; '' where it is missing."""
        if name in self._absent:
            return lambda _: ""
        place, missing = self.at(name), self._missing

        def read(cells: Cells) -> str:
            text = cells[place].strip()
            return "" if text in missing else text

        return read

    def cells(self, names: Sequence[str]) -> Callable[[Cells], tuple[str, ...]]:
        """A reader of several cells."""
        readers = [self.cell(name) for name in names]
        if len(readers) == 1:
            only = readers[0]
            return lambda cells: (only(cells),)
        return lambda cells: tuple(read(cells) for read in readers)


def choice(columns: Columns, wanted: spec.Choice, words: type[StrEnum] | None = None) -> Reader[str | None]:
    """A word: mapped, constant, or as it stands. A cell that ``values`` does not list, or that is none of ``words``, is a
    trouble."""
    if wanted.column is None:
        fixed: Read[str | None] = (wanted.constant, ())
        return lambda cells: fixed
    cell, name, values = columns.cell(wanted.column), wanted.column, wanted.values
    known: dict[str, Read[str | None]] = {text: (word, ()) for text, word in values.items()}
    if not values and not wanted.patterns and words is not None:
        known = {str(word): (str(word), ()) for word in words}
    missing: Read[str | None] = known.get("", (wanted.constant, ()))
    patterns = [(re.compile(one.match, re.IGNORECASE), one.value) for one in wanted.patterns]
    free = not values and not patterns and words is None and wanted.otherwise is None

    @lru_cache(CACHE)
    def look_up(text: str) -> Read[str | None]:
        plain = " ".join(text.split())
        if plain in known:
            return known[plain]
        for pattern, word in patterns:
            if pattern.fullmatch(plain):
                return word, ()
        if wanted.otherwise is not None:
            return wanted.otherwise, ()
        return None, ((name, text, "the mapping does not say what this word means: add it under values"),)

    def read(cells: Cells) -> Read[str | None]:
        text = cell(cells)
        if not text:
            return missing
        if free:
            return text, ()
        found = known.get(text)
        return look_up(text) if found is None else found

    return read


def number(columns: Columns, wanted: spec.Number) -> Reader[numbers.Count | None]:
    """A number cell as (low, best, high); None where it is missing or unreadable."""
    cell, name = columns.cell(wanted.column), wanted.column

    @lru_cache(CACHE)
    def parse(text: str) -> Read[numbers.Count | None]:
        if not text:
            return None, ()
        try:
            count = numbers.read(wanted.values.get(text, text))
        except UnknownValue as problem:
            return None, ((name, text, str(problem)),)
        low, best, high = (None if n is None else n * wanted.times for n in (count.low, count.best, count.high))
        if max(n for n in (low, best, high, 0) if n is not None) > numbers.MOST:
            return None, ((name, text, f"times {wanted.times} this is larger than any number of people"),)
        return numbers.Count(low, best, high, count.text), ()

    return lambda cells: parse(cell(cells))
