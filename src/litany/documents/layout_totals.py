"""Which rows of a table are totals of other rows, and do they add up?

Adding a total to the rows that it sums up would count everybody twice. A row is a total when its first text says so and nothing
but numbers stands beside it, or when it has no text at all, closes the table, and every number in it is the sum of those above.
Every other row stays a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec import Struct

from litany.documents.layout_cells import Grid, filled, number

TOTAL = "a total of other rows: not read as a row"
_EXACT = re.compile(
    r"(?:(?:grand|overall|sum|running|general)[ -]?total|sub[ -]?totals?|totals?|sum|all|စုစုပေါင်း|စုစုပေါင်းလူဦးရေ|ပေါင်း)",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"(?:(?:grand |sub-?|overall )?totals?\b.+|.+\b(?:sub-?)?totals?|.+စုစုပေါင်း|စုစုပေါင်း.+)", re.IGNORECASE | re.DOTALL
)
_NOTHING = re.compile(r"[-–—.]*|n/?a|nil", re.IGNORECASE)
_SHARE = re.compile(r"%|\brates?\b|\baverages?\b|\bmean\b|\bratio\b|\bper\b|\bshare\b|percent", re.IGNORECASE)
_UNSUMMED = re.compile(r"\b(?:age|no|nr|sr|id|year|number|dates?|died|born|birth|dob)\b|#|အသက်|စဉ်|ရက်", re.IGNORECASE)
_LONGEST = 60  # characters of a label; what is longer is a sentence
_ZERO = Decimal(0)


class Total(Struct, frozen=True):
    """A row of totals: its place in the grid, its text, and (column, what it says, what is true) where it does not add up."""

    row: int
    text: str
    wrong: tuple[tuple[int, str, str], ...] = ()


def _label(text: str) -> str:
    return " ".join(text.split()).strip(" :=-–*။")


def says_total(text: str) -> bool:
    """Is it a word for a total, and nothing else?"""
    return _EXACT.fullmatch(_label(text)) is not None and _label(text).lower() != "all"


def totals(grid: Grid, rows: Sequence[int], left: int, right: int, names: Sequence[str]) -> list[Total]:
    """The totals among some rows of a grid (those with text below a header, in order)."""
    sure, perhaps = set[int](), set[int]()
    for row in rows:
        text = next((cell for cell in grid[row][left:right] if cell and not cell.isspace()), "")
        plain = text.strip().lower()
        if len(plain) <= _LONGEST and ("total" in plain or "sum" in plain or "ပေါင်း" in plain):
            if says_total(text):
                sure.add(row)
            elif _LOOSE.fullmatch(_label(text)):
                perhaps.add(row)
    last = rows[-1] if rows else -1
    if not sure and not perhaps and not (rows and _numbers_alone(grid, last, left, right)):
        return []
    return _Adding(grid, rows, left, right, names).find(sure, perhaps)


def _numbers_alone(grid: Grid, row: int, left: int, right: int) -> bool:
    own = filled(grid[row], left, right)
    return bool(own) and all(number(grid[row][place]) is not None for place in own)


class _Sums:
    """What some rows add up to, by column; ``odd`` counts the cells that are no plain numbers."""

    def __init__(self) -> None:
        self.rows = 0
        self.sums: dict[int, Decimal] = {}
        self.parts: dict[int, int] = {}
        self.odd: dict[int, int] = {}
        self.texts: dict[int, int] = {}

    def add(self, cells: Sequence[str], places: Iterable[int]) -> None:
        """One more row."""
        self.rows += 1
        for place in places:
            found = number(cells[place])
            if found is None:
                self.odd[place] = self.odd.get(place, 0) + 1
                if not any(sign.isdigit() for sign in cells[place]):
                    self.texts[place] = self.texts.get(place, 0) + 1
            else:
                self.sums[place] = self.sums.get(place, _ZERO) + found
                self.parts[place] = self.parts.get(place, 0) + (found != 0)


class _Adding:
    """Walks down a table and adds up what is no total."""

    def __init__(self, grid: Grid, rows: Sequence[int], left: int, right: int, names: Sequence[str]) -> None:
        self._grid, self._rows, self._left, self._right, self._names = grid, rows, left, right, names

    def find(self, sure: set[int], perhaps: set[int]) -> list[Total]:
        """The totals; one above all rows is held against the rows below it."""
        every, since = _Sums(), _Sums()
        found: list[Total] = []
        first: list[int] = []
        for row in self._rows:
            own = filled(self._grid[row], self._left, self._right)
            numbers = self._numbers(row, own[1:])
            if row in sure and numbers is not None:
                if every.rows:
                    found.append(self._total(row, numbers, (since, every)))
                else:
                    first.append(row)
                since = _Sums()
            elif (row in perhaps and numbers and self._agrees(numbers, (since, every))) or self._unlabelled(
                row, own, since, every
            ):
                found.append(self._total(row, {}, ()))
                since = _Sums()
            else:
                every.add(self._grid[row], own)
                since.add(self._grid[row], own)
        for row in first:
            numbers = self._numbers(row, filled(self._grid[row], self._left, self._right)[1:])
            found.append(self._total(row, numbers or {}, (every,)))
        return sorted(found, key=lambda total: total.row)

    def _numbers(self, row: int, places: Sequence[int]) -> dict[int, Decimal] | None:
        """The numbers of a row; None where something else stands there, so that the row may speak of a person."""
        numbers = {}
        for place in places:
            text = self._grid[row][place].strip()
            found = number(text)
            if found is not None:
                numbers[place] = found
            elif not (_NOTHING.fullmatch(text) or text.startswith("#") or re.fullmatch(r"[\d.,]+ ?%", text)):
                return None
        return numbers

    def _agrees(self, numbers: dict[int, Decimal], sums: Sequence[_Sums]) -> bool:
        """Is every number the sum of two or more above it?"""
        return any(
            all(one.parts.get(place, 0) > 1 and _same(value, one.sums[place]) for place, value in numbers.items())
            for one in sums
        )

    def _unlabelled(self, row: int, own: Sequence[int], since: _Sums, every: _Sums) -> bool:
        if row != self._rows[-1] or every.rows < 2 or not _numbers_alone(self._grid, row, self._left, self._right):
            return False
        labelled = any(count == every.rows and place not in own for place, count in every.texts.items())
        numbers = self._numbers(row, own)
        return labelled and bool(numbers) and self._agrees(numbers or {}, (since, every))

    def _total(self, row: int, numbers: dict[int, Decimal], sums: Sequence[_Sums]) -> Total:
        text = " | ".join(
            " ".join(self._grid[row][place].split()) for place in filled(self._grid[row], self._left, self._right)
        )
        wrong = []
        for place, value in numbers.items():
            name = self._names[place - self._left]
            if _SHARE.search(name) or any(_fits(one, place, value, name) for one in sums):
                continue
            wrong.append((place, self._grid[row][place].strip(), _truth(self._which(text, sums), place)))
        return Total(row, text, tuple(wrong))

    def _which(self, text: str, sums: Sequence[_Sums]) -> _Sums:
        return sums[0] if text.lower().startswith("sub") else sums[-1]


def _same(left: Decimal, right: Decimal) -> bool:
    return left == right if left == int(left) and right == int(right) else abs(left - right) <= Decimal("0.01")


def _fits(sums: _Sums, place: int, value: Decimal, name: str) -> bool:
    """Is it the sum of the column, or (where the column has none: names, ages, numbers of rows) the number of its rows?"""
    if place in sums.sums and _same(value, sums.sums[place]):
        return True
    return value == sums.rows and (place not in sums.sums or _UNSUMMED.search(name) is not None)


def _truth(sums: _Sums, place: int) -> str:
    if place not in sums.sums:
        return f"there are {sums.rows:,} such rows"
    odd = f", without {sums.odd[place]:,} cells that are no plain numbers" if sums.odd.get(place) else ""
    return f"the rows add up to {sums.sums[place]}{odd} ({sums.rows:,} rows)"
