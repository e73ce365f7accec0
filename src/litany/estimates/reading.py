"""Which table of capture patterns does a file hold, of all people or of each stratum?

The file is of any form that Litany reads. Its rows are persons, or patterns with their counts. What is odd about one row stops
the reading, with the file, the row as a spreadsheet program numbers it, and the column: a table of a few numbers is soon put
right, and a number that was guessed would be in every estimate. Tables of events are refused, for lists of events do not say
how many persons were missed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from msgspec import Struct

from litany.documents.tables import Table, open_tables
from litany.estimates.captures import MOST_LISTS, CaptureError, Captures, captures, patterns_of
from litany.estimates.reading_rows import BLANK, Asked, Gathered, gather
from litany.estimates.refusals import Refusal

_SHOWN = 5


class Stratum(Struct, frozen=True, kw_only=True, eq=False):
    """The people of one stratum: the cell of each column of strata (none where all people are one), and their table."""

    cells: tuple[str, ...] = ()
    table: Captures

    @property
    def name(self) -> str:
        """What to call it; empty where all people are one."""
        return " / ".join(self.cells)


class Read(Struct, frozen=True, kw_only=True, eq=False):
    """What a file holds: the table's ``file``, ``sheet`` and the ``sha256`` of its bytes, ``rows`` read, the ``strata`` in the
    order of their cells, and ``notes``. A ``refusal`` stands in the place of strata where the file is not of persons.
    """

    file: str
    sha256: str
    sheet: str | None
    rows: int
    lists: tuple[str, ...]
    columns: tuple[str, ...]
    strata: tuple[Stratum, ...] = ()
    notes: tuple[str, ...] = ()
    refusal: Refusal | None = None

    @property
    def people(self) -> int:
        """How many people are documented, in all strata."""
        return sum(one.table.people for one in self.strata)


def read_captures(
    path: Path | str,
    lists: Sequence[str],
    *,
    strata: Sequence[str] = (),
    count: str | None = None,
    people: bool = False,
    sheet: str | None = None,
) -> Read:
    """The tables of capture patterns in a file.

    ``lists`` and ``strata`` name columns; ``count`` names the column with how many people have a row's pattern, without it each
    row is a person (``people`` says so where a column looks like counts). ``sheet`` names one of several tables. Raises
    CaptureError, and UnreadableFile for what is no table.
    """
    path = Path(path)
    asked = Asked(file=path.name, lists=_one_by_one(lists), strata=_one_by_one(strata), count=count, people=people)
    _check(asked)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        table = _chosen(file, asked, sheet)
        found = gather(table, asked)
        notes = (*found.notes, *_odd(table))
    blank = Read(
        file=path.name, sha256=digest, sheet=table.sheet.sheet, rows=found.rows, lists=asked.lists, columns=asked.strata,
        refusal=found.refusal,
    )  # fmt: skip
    if found.refusal is not None:
        return blank
    made = _tables(found, asked)
    return Read(**{name: getattr(blank, name) for name in blank.__struct_fields__} | {"strata": made, "notes": notes})


def _one_by_one(lists: Sequence[str]) -> tuple[str, ...]:
    if isinstance(lists, str):
        raise CaptureError(f"lists are named one by one, not in one text: {lists!r}")
    return tuple(lists)


def _check(asked: Asked) -> None:
    """Whether what was asked for makes sense, before the file is looked at."""
    if not any(asked.lists):
        raise CaptureError("name the columns of the lists: --lists A,B,C")
    if "" in asked.lists:
        raise CaptureError("--lists has an empty name: is there a comma too many?")
    if len(asked.lists) > MOST_LISTS:
        raise CaptureError(f"{len(asked.lists)} lists are named, and at most {MOST_LISTS} can be: join lists of one origin")
    if asked.people and asked.count is not None:
        raise CaptureError("--count says that rows are patterns with counts, --people that each is a person: say one of them")
    used: dict[str, str] = {}
    named = [("a list", asked.lists), ("a stratum", asked.strata), ("the count", (asked.count,) if asked.count else ())]
    for what, columns in named:
        for column in columns:
            if column in used:
                also = f"{used[column]} twice" if used[column] == what else f"{used[column]} and as {what}"
                raise CaptureError(f"the column {column} is named as {also}")
            used[column] = what


def _chosen(file: BinaryIO, asked: Asked, sheet: str | None) -> Table:
    """The one table that was meant. Raises CaptureError."""
    found = [table for table in open_tables(file, asked.file) if table.sheet.header]
    if not found:
        raise CaptureError(f"{asked.file} holds no table with a header")
    names = [_name(table) for table in found]
    if sheet is not None:
        meant = [table for table in found if sheet in (table.sheet.sheet, table.sheet.area, _name(table))]
        if not meant:
            raise CaptureError(f"{asked.file} has no table {sheet!r}. It has: {', '.join(names)}")
        if len(meant) > 1:
            raise CaptureError(f"{asked.file}, {sheet}: several tables. Say which: {', '.join(_name(one) for one in meant)}")
        found = meant
    if len(found) > 1:
        fitting = [table for table in found if set(asked.columns) <= set(table.sheet.header)]
        if len(fitting) != 1:
            raise CaptureError(f"{asked.file} holds {len(found)} tables. Say which with --sheet: {', '.join(names)}")
        found = fitting
    header = found[0].sheet.header
    for column in asked.columns:
        if column not in header:
            shown = ", ".join(header[:40]) + (", …" if len(header) > 40 else "")
            raise CaptureError(f"{asked.file} has no column {column!r}. Its columns: {shown}")
    return found[0]


def _name(table: Table) -> str:
    return ", ".join(part for part in (table.sheet.sheet, table.sheet.area) if part) or "(the table)"


def _odd(table: Table) -> list[str]:
    """What was odd about rows as such, such as more cells than columns."""
    found = [f"{f'row {one.rows or one.row}: ' if one.row else ''}{one.reason}" for one in table.problems]
    return [*found[:_SHOWN], *([f"… and {len(found) - _SHOWN} more like these"] if len(found) > _SHOWN else [])]


def _tables(found: Gathered, asked: Asked) -> tuple[Stratum, ...]:
    made = []
    for cells in sorted(found.people, key=lambda cells: tuple((cell == BLANK, cell) for cell in cells)):
        counts = found.people[cells]
        masks = np.array(sorted(counts), np.int64)
        try:
            table = captures(
                asked.lists, patterns_of(masks, len(asked.lists)), np.array([counts[mask] for mask in masks.tolist()])
            )
        except CaptureError as problem:
            raise CaptureError(f"{asked.file}: {problem}") from problem
        made.append(Stratum(cells=cells, table=table))
    return tuple(made)
