"""What is a row, what is a table, and what went wrong in which rows of it?"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct

from litany.types.records import Problem, SheetRead


class Spot(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where a row stands in a document without numbered rows: a page (from 1) with a box, or a JSON pointer (RFC 6901).

    ``box`` is (left, top, right, bottom) in points from the upper left corner of the page.
    """

    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    pointer: str | None = None


class TableRow(NamedTuple):
    """One row: its number as a spreadsheet program shows it, its cells, and the span of its bytes (both 0: not known).

    In a PDF ``row`` counts the rows of the table over all pages, ``start`` is the page and ``length`` the place of the row
    on it. ``spots`` are where the row stands in such a document; a row that breaks over pages has several.
    """

    row: int
    cells: Sequence[str]
    start: int
    length: int
    spots: tuple[Spot, ...] = ()


class Table(Protocol):
    """One table of a document. A sheet without a cell has an empty header and no rows."""

    sheet: SheetRead

    @property
    def problems(self) -> list[Problem]:
        """What went wrong in the rows that `rows` gave so far."""

    def rows(self) -> Iterator[TableRow]:
        """The rows below the header in their order, each as wide as the header; from the first one at each call.

        Raises UnreadableFile. Two passes over one file cannot run at the same time.
        """


class Troubles:
    """Problems of one table; the same trouble with the same value is kept once, with the ranges of its rows."""

    def __init__(self, sheet: str | None = None) -> None:
        self._sheet = sheet
        self._spans: dict[tuple[str | None, str | None, str], array[int]] = {}  # first, last, first, last …

    def add(self, row: int, column: str | None, value: str | None, reason: str) -> None:
        """Note a trouble; the rows of one trouble come in order."""
        spans = self._spans.setdefault((column, value, reason), array("q"))
        if spans and spans[-1] in (row - 1, row):
            spans[-1] = row
        else:
            spans.extend((row, row))

    def all(self) -> list[Problem]:
        """Every trouble, in the order in which they came up first."""
        return [self._problem(*what, spans) for what, spans in self._spans.items()]

    def _problem(self, column: str | None, value: str | None, reason: str, spans: array[int]) -> Problem:
        pairs = list(zip(spans[::2], spans[1::2], strict=True))
        count = sum(last - first + 1 for first, last in pairs)
        shown = ",".join(str(first) if first == last else f"{first}-{last}" for first, last in pairs)
        return Problem(
            row=spans[0],
            column=column,
            value=value,
            reason=reason,
            sheet=self._sheet,
            count=count,
            rows=shown if count > 1 else None,
        )


_MARK = "\ufeff"
_NOTES = 5  # columns that are told one by one
_MORE = "whose name is missing or used twice"


def unique_header(cells: Sequence[str], first: int = 1) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(column names, notes): blanks around and line breaks inside taken off, unnamed columns numbered, repeated names
    told apart. ``first`` is the number of the first column."""
    plain = [" ".join(cell.replace(_MARK, " ").split()) for cell in cells]
    written, used, notes = set(plain), set[str](), list[str]()
    names: list[str] = []
    for number, own in enumerate(plain, start=first):
        wanted = own or f"column {number}"
        name, again = wanted, 2
        while name in used or (name != own and name in written):
            name, again = f"{wanted} ({again})", again + 1
        if name != own:
            notes.append(f"column {number} is called {name!r} here: its name is {'used twice' if own else 'missing'}")
        used.add(name)
        names.append(name)
    if len(notes) > _NOTES:
        notes[_NOTES:] = [f"… and {len(notes) - _NOTES:,} more columns {_MORE}"]
    if any(_MARK in cell for cell in cells):
        notes.append("a byte order mark stands in the name of a column and was left out of it: two files may have been joined")
    return tuple(names), tuple(notes)


def used_twice(name: str, header: Sequence[str], notes: Sequence[str]) -> bool:
    """Whether `unique_header` gave another column of this name another one: a header may have “A (2)” of its own."""
    again = f"{name} (2)"
    return again in header and any(f"is called {again!r} here" in note or note.endswith(_MORE) for note in notes)


def fit(cells: list[str], width: int, row: int, delimiter: str, troubles: Troubles) -> list[str]:
    """The cells of a ragged row, padded or cut to the header's width. A blank row is no trouble."""
    surplus = cells[width:]
    if any(surplus):
        reason = f"the row has more cells than the header has columns ({width}): the text beyond them is not read"
        troubles.add(row, None, delimiter.join(surplus), reason)
    elif surplus:
        troubles.add(row, None, None, f"the row has empty cells beyond the columns of the header ({width})")
    elif any(cells):
        reason = f"the row has {len(cells)} cells, the header {width} columns: the missing ones are read as empty"
        troubles.add(row, None, None, reason)
    return cells[:width] + [""] * (width - len(cells))
