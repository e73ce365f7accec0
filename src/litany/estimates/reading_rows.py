"""How many people of a table's rows have each capture pattern, in each stratum; or what is wrong in which row?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from litany.documents.rows import used_twice
from litany.documents.tables import Table
from litany.estimates.captures import MOST_PEOPLE, CaptureError, in_people, label_of
from litany.estimates.reading_columns import COUNTS, WHOLE, ZERO_ONE, Others, above_one, is_toll, like_a_toll
from litany.estimates.refusals import Refusal, Why

BLANK = "(blank)"  # what a stratum without a name is called
MOST_STRATA = 10_000
_SHOWN, _WIDTH = 5, 40

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
    for column in asked.columns:
        if used_twice(column, header, table.sheet.notes):
            raise CaptureError(f"{asked.file}: the column {column} stands more than once: rename the one that is meant")
    if asked.count is None and not asked.people:
        like = next((column for column in header if column.casefold() in COUNTS and column not in asked.columns), None)
        if like is not None:
            raise CaptureError(f"{asked.file}: is the column {like} a count of people? {_say_which(like)}")
    return _Rows(header, asked).read(table)


def _say_which(column: str) -> str:
    return f"Say `--count {column}`, or `--people` if each row is a person"


class _Line(Struct, frozen=True):
    """A row of a table of patterns: its number, stratum, mask and count, and what the columns hold that are not named."""

    row: int
    key: Cells
    mask: int
    count: int
    beside: tuple[bool | None, ...]


class _Rows:
    """One pass over the rows."""

    def __init__(self, header: Sequence[str], asked: Asked) -> None:
        self._asked = asked
        self._lists = [(header.index(name), name) for name in asked.lists]
        self._strata = [header.index(name) for name in asked.strata]
        self._count = None if asked.count is None else header.index(asked.count)
        self._others = Others(header, asked.columns)
        asks = asked.count is None and not asked.people
        self._tolls = {place: name for place, name in self._others.places.items() if asks and is_toll(name)}
        self._people: dict[Cells, dict[int, int]] = {}
        self._lines: list[_Line] = []
        self._keys: dict[Cells, None] = {}
        self._nobody: list[int] = []
        self._blank: dict[str, int] = {}
        self._notes: list[str] = []
        self._nobodies, self._rows, self._again = 0, 0, False

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
        self._settle()
        if not self._people:
            raise CaptureError(f"{self._asked.file}: nobody is in any of the lists {', '.join(self._asked.lists)}")
        return Gathered(people=self._people, rows=self._rows, notes=(*self._notes, *self._told()))

    def _row(self, row: int, cells: Sequence[str]) -> None:
        mask = 0
        for at, name in self._lists:
            there = ZERO_ONE.get(cells[at].strip().casefold())
            if there is None:
                raise CaptureError(
                    f"{self._where(row, name)}: {_shown(cells[at])} is neither 1 nor 0 (or true, false, yes, no)"
                )
            mask = mask << 1 | there
        key = self._key(row, cells)
        self._keys[key] = None
        if len(self._keys) > MOST_STRATA:
            named = " and ".join(self._asked.strata)
            raise CaptureError(f"{self._asked.file}: more than {MOST_STRATA:,} strata by {named}: is that a column of ids?")
        if self._count is not None:
            count = self._counted(row, cells[self._count])
            self._lines.append(_Line(row, key, mask, count, self._others.zero_one(cells)))
            return
        self._others.see(cells)
        self._again = self._again or mask in self._people.get(key, {}) or (mask == 0 and bool(self._nobodies))
        if mask:
            self._add(key, mask, 1)
            return
        self._nobodies += 1
        if len(self._nobody) < _SHOWN:
            self._nobody.append(row)

    def _key(self, row: int, cells: Sequence[str]) -> Cells:
        key = tuple(cells[at].strip() for at in self._strata)
        if BLANK in key:
            column = self._asked.strata[key.index(BLANK)]
            where = self._where(row, column)
            raise CaptureError(f"{where}: {BLANK} is what a stratum without a name is called: write another word")
        return tuple(cell or BLANK for cell in key)

    def _add(self, key: Cells, mask: int, count: int) -> None:
        for name, cell in zip(self._asked.strata, key, strict=True):
            if cell == BLANK:
                self._blank[name] = self._blank.get(name, 0) + count
        masks = self._people.setdefault(key, {})
        masks[mask] = masks.get(mask, 0) + count

    def _settle(self) -> None:
        """What only all rows together can tell: of persons whether they are persons, of patterns whether one stands twice."""
        if self._count is not None:
            self._settle_patterns()
            return
        like = self._others.like_counts()
        if like and self._rows > 1 and not (self._again or self._asked.people):
            within = " of a stratum" if self._asked.strata else ""
            raise CaptureError(
                f"{self._asked.file}: no two rows{within} have the same pattern, and the column {like[0]} holds whole numbers. "
                f"Is it a count of people? {_say_which(like[0])}"
            )

    def _settle_patterns(self) -> None:
        """Add up over lists that are not named; a pattern that stands twice in all columns is an error."""
        names = list(self._others.places.values())
        left_out = [place for place in range(len(names)) if all(line.beside[place] is not None for line in self._lines)]
        first: dict[tuple[Cells, int, tuple[bool | None, ...]], int] = {}
        elsewhere = 0
        for line in self._lines:
            beside = tuple(line.beside[place] for place in left_out)
            earlier = first.setdefault((line.key, line.mask, beside), line.row)
            if earlier != line.row:
                raise self._twice(line, earlier)
            if line.mask:
                if line.count:
                    self._again = self._again or line.mask in self._people.get(line.key, {})
                    self._add(line.key, line.mask, line.count)
            elif any(beside):
                elsewhere += line.count
            elif line.count:
                raise self._unseen(line)
        if self._again or elsewhere:
            over = ", ".join(names[place] for place in left_out)
            told = [f"counts are added up over columns that are not named as lists or strata: {over}"] if self._again else []
            none = [f"{in_people(elsewhere)} in none of the lists that are named, and left out"] if elsewhere else []
            self._notes.append("; ".join(told + none))

    def _counted(self, row: int, cell: str) -> int:
        text, where = cell.strip(), self._where(row, self._asked.count or "")
        whole = WHOLE.fullmatch(text)
        if not text:
            raise CaptureError(f"{where}: the count is blank")
        if whole is None:
            negative = re.fullmatch(r"-[0-9.]+", text) is not None
            raise CaptureError(f"{where}: the count {_shown(cell)} is {'negative' if negative else 'no whole number'}")
        if len(whole[1]) > 15 or int(whole[1]) > MOST_PEOPLE:
            raise CaptureError(f"{where}: the count {_shown(cell)} is more than {MOST_PEOPLE:,}: is it a count of people?")
        return int(whole[1])

    def _twice(self, line: _Line, earlier: int) -> CaptureError:
        pattern = label_of(self._asked.lists, line.mask) or "in no list"
        of = f" of {' / '.join(line.key)}" if line.key else ""
        return CaptureError(
            f"{self._asked.file}, rows {earlier} and {line.row}: the pattern {pattern}{of} stands twice. Add the two counts "
            "up, or name the column that tells them apart with --strata"
        )

    def _unseen(self, line: _Line) -> CaptureError:
        return CaptureError(
            f"{self._where(line.row, self._asked.count or '')}: {in_people(line.count)} in none of the lists. How many nobody "
            "documented is what is estimated: leave that row out, or name the list that they are from"
        )

    def _events(self, row: int, cells: Sequence[str]) -> Refusal | None:
        """Why this row shows that rows are events and not persons, or None."""
        for at, name in self._lists:
            if above_one(cells[at]):
                return _of_events(f"{self._where(row, name)}: {_shown(cells[at])} in the column of a list", [name])
        for at, name in self._tolls.items():
            if like_a_toll(cells[at]):
                said = f"{self._where(row, name)}: {_shown(cells[at])}, so the row is of several people"
                return _of_events(said, list(self._tolls.values()))
        return None

    def _where(self, row: int, column: str) -> str:
        return f"{self._asked.file}, row {row}, column {column}"

    def _told(self) -> list[str]:
        made = []
        if self._nobodies:
            rows = ", ".join(map(str, self._nobody)) + (", …" if self._nobodies > len(self._nobody) else "")
            many = self._nobodies > 1
            made.append(
                f"{self._nobodies:,} row{'s are' if many else ' is'} in none of the lists and left out: "
                f"row{'s' if many else ''} {rows}"
            )
        for name, people in self._blank.items():
            have = "1 person has" if people == 1 else f"{people:,} people have"
            made.append(f"{have} a blank in the column {name}: they are the stratum {BLANK}")
        empty = [" / ".join(key) for key in self._keys if key not in self._people]
        if empty and self._asked.strata:
            shown = ", ".join(empty[:_SHOWN]) + (", …" if len(empty) > _SHOWN else "")
            made.append(f"strata in which nobody is in any of the lists are left out: {shown}")
        return made


def _of_events(said: str, columns: list[str]) -> Refusal:
    named = f"column{'s' if len(columns) > 1 else ''} {', '.join(columns)}"
    return Refusal(
        Why.EVENTS,
        f"{said}: these look like events with tolls ({named}), and the missed can only be estimated from lists of persons",
        "give a table with one row a person (or a pattern of lists with `--count`), and 1 or 0 for each list; if each row is a "
        "person and the column speaks of something else, say `--people`",
    )


def _shown(cell: str) -> str:
    text = " ".join(cell.split())
    if not text:
        return "a blank"
    return f"“{text if len(text) <= _WIDTH else text[:_WIDTH] + '…'}”"
