"""How many people of a table's rows have each capture pattern, in each stratum; or what is wrong in which row?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from litany.documents.tables import Table
from litany.estimates.captures import MOST_PEOPLE, CaptureError, label_of
from litany.estimates.refusals import Refusal, Why

BLANK = "(blank)"  # what a stratum without a name is called
MOST_STRATA = 10_000
_SHOWN, _WIDTH = 5, 40
_IN = {"1": True, "true": True, "yes": True, "1.0": True, "0": False, "false": False, "no": False, "0.0": False}
_WHOLE = re.compile(r"([0-9]+)(?:\.0+)?")
COUNTS = frozenset(("n", "count", "counts", "freq", "frequency", "total"))  # names of columns that hold counts, as a rule
_TOLL = re.compile(  # names of columns that say how many people an event killed: of UCDP, ACLED and other lists of events
    r"(?:(?:number|num|no|n|total)[_ ])?(?:deaths|fatalities|killed|toll|dead|casualties|best)"
    r"(?:[_ ](?:a|b|civilians|unknown|low|min|max|high|best|est|total))?"
)

Cells = tuple[str, ...]


class Asked(Struct, frozen=True, kw_only=True):
    """Which columns of the table in a ``file`` are lists and strata, and which has counts."""

    file: str
    lists: tuple[str, ...]
    strata: tuple[str, ...] = ()
    count: str | None = None
    people: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are named."""
        return (*self.lists, *self.strata, *((self.count,) if self.count is not None else ()))


class Gathered(Struct, frozen=True, kw_only=True):
    """People by stratum and mask of their pattern, how many rows were read, what to know, and why it may not be used."""

    people: dict[Cells, dict[int, int]]
    rows: int
    notes: tuple[str, ...] = ()
    refusal: Refusal | None = None


def gather(table: Table, asked: Asked) -> Gathered:
    """Read all rows of a table whose header has the columns. Raises CaptureError at the first row that is wrong."""
    header = table.sheet.header
    if asked.count is None and not asked.people:
        like = next((column for column in header if column.casefold() in COUNTS and column not in asked.columns), None)
        if like is not None:
            raise CaptureError(
                f"{asked.file}: is the column {like} a count of people? Say `--count {like}`, or `--people` if each row is a "
                "person"
            )
    return _Rows(header, asked).read(table)


class _Rows:
    """One pass over the rows."""

    def __init__(self, header: Sequence[str], asked: Asked) -> None:
        self._asked = asked
        self._lists = [(header.index(name), name) for name in asked.lists]
        self._strata = [header.index(name) for name in asked.strata]
        self._count = None if asked.count is None else header.index(asked.count)
        others = [name for name in header if name not in asked.columns]
        told = others if asked.count is None else []
        self._tolls = {header.index(name): name for name in told if _TOLL.fullmatch(name.casefold())}
        self._people: dict[Cells, dict[int, int]] = {}
        self._first: dict[Cells, dict[int, int]] = {}
        self._nobody: list[int] = []
        self._blank: dict[str, int] = {}
        self._nobodies, self._rows = 0, 0

    def read(self, table: Table) -> Gathered:
        """People by stratum and pattern; blank rows are passed over."""
        for row in table.rows():
            if not any(cell.strip() for cell in row.cells):
                continue
            self._rows += 1
            refusal = self._events(row.row, row.cells)
            if refusal is not None:
                return Gathered(people={}, rows=self._rows, refusal=refusal)
            self._row(row.row, row.cells)
        if not self._rows:
            raise CaptureError(f"{self._asked.file} has a header and no rows")
        if not self._people:
            raise CaptureError(f"{self._asked.file}: nobody is in any of the lists {', '.join(self._asked.lists)}")
        return Gathered(people=self._people, rows=self._rows, notes=tuple(self._notes()))

    def _row(self, row: int, cells: Sequence[str]) -> None:
        mask = 0
        for at, name in self._lists:
            there = _IN.get(cells[at].strip().casefold())
            if there is None:
                raise CaptureError(
                    f"{self._where(row, name)}: {_shown(cells[at])} is neither 1 nor 0 (or true, false, yes, no)"
                )
            mask = mask << 1 | there
        count = 1 if self._count is None else self._counted(row, cells[self._count])
        key = tuple(cells[at].strip() or BLANK for at in self._strata)
        if self._count is not None:
            self._again(key, mask, row)
        if mask == 0:
            self._unseen(row, count)
            return
        if not count:
            return
        for name, cell in zip(self._asked.strata, key, strict=True):
            if cell == BLANK:
                self._blank[name] = self._blank.get(name, 0) + count
        masks = self._people.setdefault(key, {})
        masks[mask] = masks.get(mask, 0) + count
        if len(self._people) > MOST_STRATA:
            named = " and ".join(self._asked.strata)
            raise CaptureError(f"{self._asked.file}: more than {MOST_STRATA:,} strata by {named}: is that a column of ids?")

    def _counted(self, row: int, cell: str) -> int:
        text, where = cell.strip(), self._where(row, self._asked.count or "")
        whole = _WHOLE.fullmatch(text)
        if not text:
            raise CaptureError(f"{where}: the count is blank")
        if whole is None:
            negative = re.fullmatch(r"-[0-9.]+", text) is not None
            raise CaptureError(f"{where}: the count {_shown(cell)} is {'negative' if negative else 'no whole number'}")
        if len(whole[1]) > 15 or int(whole[1]) > MOST_PEOPLE:
            raise CaptureError(f"{where}: the count {_shown(cell)} is more than {MOST_PEOPLE:,}: is it a count of people?")
        return int(whole[1])

    def _again(self, key: Cells, mask: int, row: int) -> None:
        first = self._first.setdefault(key, {}).setdefault(mask, row)
        if first != row:
            pattern = label_of(self._asked.lists, mask) or "in no list"
            of = f" of {' / '.join(key)}" if key else ""
            raise CaptureError(
                f"{self._asked.file}, rows {first} and {row}: the pattern {pattern}{of} stands twice. Add the two counts up, "
                "or name the column that tells them apart with --strata"
            )

    def _unseen(self, row: int, count: int) -> None:
        if self._count is None:
            self._nobodies += 1
            if len(self._nobody) < _SHOWN:
                self._nobody.append(row)
        elif count:
            raise CaptureError(
                f"{self._where(row, self._asked.count or '')}: {count:,} people are in none of the lists. How many nobody "
                "documented is what is estimated: leave that row out, or name the list that they are from"
            )

    def _events(self, row: int, cells: Sequence[str]) -> Refusal | None:
        """Why this row shows that rows are events and not persons, or None."""
        for at, name in self._lists:
            if _above_one(cells[at]):
                return _of_events(f"{self._where(row, name)}: {_shown(cells[at])} in the column of a list", [name])
        for at, name in self._tolls.items():
            if _above_one(cells[at]):
                said = f"{self._where(row, name)}: {_shown(cells[at])}, so the row is of several people"
                return _of_events(said, list(self._tolls.values()))
        return None

    def _where(self, row: int, column: str) -> str:
        return f"{self._asked.file}, row {row}, column {column}"

    def _notes(self) -> list[str]:
        made = []
        if self._nobodies:
            rows = ", ".join(map(str, self._nobody)) + (", …" if self._nobodies > len(self._nobody) else "")
            many = self._nobodies > 1
            made.append(
                f"{self._nobodies:,} row{'s are' if many else ' is'} in none of the lists and left out: "
                f"row{'s' if many else ''} {rows}"
            )
        for name, people in self._blank.items():
            made.append(f"{people:,} people have a blank in the column {name}: they are the stratum {BLANK}")
        return made


def _above_one(cell: str) -> bool:
    whole = _WHOLE.fullmatch(cell.strip())
    return whole is not None and whole[1].lstrip("0") not in ("", "1")


def _of_events(said: str, columns: list[str]) -> Refusal:
    named = f"column{'s' if len(columns) > 1 else ''} {', '.join(columns)}"
    return Refusal(
        Why.EVENTS,
        f"{said}: these look like events with tolls ({named}), and the missed can only be estimated from lists of persons",
        "give a table with one row a person (or a pattern of lists with `--count`), and 1 or 0 for each list; if each row is a "
        "person and the column speaks of something else, take that column out",
    )


def _shown(cell: str) -> str:
    text = " ".join(cell.split())
    if not text:
        return "a blank"
    return f"“{text if len(text) <= _WIDTH else text[:_WIDTH] + '…'}”"
