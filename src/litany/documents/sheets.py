"""What stands in the cells of an XLSX, ODS or XLS workbook?

python-calamine gives values as they are stored, not as a program would display them; each comes out as text: whole numbers
without a point, other numbers with the fewest digits that give them back, dates as
ISO days (with the time of day, and without a zone, where it is not midnight).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO

import python_calamine
from msgspec import Struct

from litany.documents.hollow import Hollow, Inside, has_macros, locked, look_inside
from litany.documents.kinds import Kind, protected
from litany.documents.layout import Found, Merge, area, fill_down, find
from litany.documents.layout_columns import odd_column
from litany.documents.layout_marks import marked
from litany.documents.layout_totals import TOTAL
from litany.documents.rows import TableRow, Troubles, unique_header
from litany.errors import UnreadableFile
from litany.types.records import Problem, SheetRead

NOTE = "cell values as stored; display formats are not read"
_PROTECTED = "EncryptedPackage".encode("utf-16-le")  # the stream of an encrypted workbook, [MS-OFFCRYPTO] 2.3.4.4
_LINES, _LONGEST = 20, 500  # lines around a table that are told, and characters of each
_WHOLE = 2**53  # beyond it not every whole number has a place among the floats
_MIDNIGHT = datetime.time(0)


class Cells(Struct, frozen=True):
    """The cells of one sheet as text, in rows of one width, the row and column (from 0) in which they begin, and what else it
    holds. ``typed`` says by column how many cells are stored as numbers or dates; ``failed`` why it cannot be read."""

    name: str
    grid: list[list[str]]
    top: int = 0
    left: int = 0
    merges: tuple[Merge, ...] = ()
    inside: Inside = Inside()
    typed: dict[int, int] = {}
    notes: tuple[str, ...] = ()
    failed: str | None = None


class Sheet:
    """One table of a sheet. A sheet without text in it has an empty header and no rows."""

    def __init__(self, cells: Cells, found: Found | None, hollow: Sequence[Hollow] = (), more: Sequence[str] = ()) -> None:
        self._cells, self._found, self._hollow = cells, found, hollow
        self._troubles = Troubles(cells.name)
        if found is None:
            empty = () if cells.failed else ("the sheet is empty",)
            self.sheet = SheetRead(header=(), sheet=cells.name, notes=(NOTE, *cells.notes, *empty))
            self._filled: dict[int, dict[int, str]] = {}
            return
        header, named = unique_header(found.names, cells.left + found.left + 1)
        self._filled, filling = fill_down(cells.grid, found, cells.merges)
        self.sheet = SheetRead(
            header=header,
            sheet=cells.name,
            notes=(NOTE, *cells.notes, *more, *named, *filling, *found.notes, *self._lines(found), *self._looks(header, found)),
            area=area(found, cells.top + 1, cells.left + 1),
        )

    def _lines(self, found: Found) -> list[str]:
        """The lines around the table, each with its row."""
        place = self._cells.top + 1
        shown = [f"row {line.row + place}, above the header: {_cut(line.text)}" for line in found.above[:_LINES]]
        shown += [f"row {line.row + place}, a note under the table: {_cut(line.text)}" for line in found.below[:_LINES]]
        left_out = max(0, len(found.above) - _LINES) + max(0, len(found.below) - _LINES)
        return [*shown, f"… and {left_out:,} more lines above or under the table"] if left_out else shown

    def _looks(self, header: Sequence[str], found: Found) -> list[str]:
        """What is odd about the columns: footnote marks, days as numbers, numbers as text."""
        used = [row for row in found.rows() if any(self._cells.grid[row])]
        body = [self._cells.grid[row] for row in used]
        rows = ((row + self._cells.top + 1, cells[found.left : found.right]) for row, cells in zip(used, body, strict=True))
        notes = marked(header, rows, [line.text for line in found.below])
        for name, column in zip(header, range(found.left, found.right), strict=True):
            notes.extend(odd_column(name, [row[column] for row in body if row[column]], self._cells.typed.get(column, 0)))
        return notes

    @property
    def problems(self) -> list[Problem]:
        """The errors and the unstored results in the rows so far, and the rows that are totals of others."""
        name, found = self._cells.name, self._found
        if self._cells.failed:
            return [Problem(row=None, column=None, value=None, reason=self._cells.failed, kept=False, sheet=name)]
        made = self._troubles.all()
        for total in found.totals if found is not None else ():
            row = total.row + self._cells.top + 1
            made.append(Problem(row=row, column=None, value=total.text, reason=TOTAL, kept=False, sheet=name))
            for column, says, truth in total.wrong:
                at = self.sheet.header[column - (found.left if found is not None else 0)]
                reason = f"the total says {says}, {truth}: check which is right"
                made.append(Problem(row=row, column=at, value=says, reason=reason, sheet=name))
        return made

    def rows(self) -> Iterator[TableRow]:
        """The rows below the header; errors stand in their cells as text. Totals and notes are none."""
        self._troubles = Troubles(self._cells.name)
        for cell in self._hollow:
            self._report(cell)
        found = self._found
        if found is None:
            return
        for row in found.rows():
            cells = self._cells.grid[row][found.left : found.right]
            for column, text in self._filled.get(row, {}).items():
                cells[column - found.left] = text
            yield TableRow(row + self._cells.top + 1, cells, 0, 0)

    def _report(self, cell: Hollow) -> None:
        header = self.sheet.header
        place = cell.column - self._cells.left - (self._found.left if self._found is not None else 0)
        column = header[place] if 0 <= place < len(header) else f"column {cell.column + 1}"
        if cell.error:
            reason = "the spreadsheet program could not calculate the cell: its error is kept as text"
            self._troubles.add(cell.row + 1, column, cell.error, reason)
        else:
            reason = "the file lacks the formula's result, read as empty: save it once in a spreadsheet program"
            self._troubles.add(cell.row + 1, column, cell.formula, reason)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def tables_of(cells: Cells) -> list[Sheet]:
    """The tables of a sheet, at least one; a cell that is in none of them is reported by the first."""
    found = find(cells.grid, cells.merges)
    hollow = sorted(cells.inside.hollow, key=lambda cell: (cell.row, cell.column))
    if not found:
        return [Sheet(cells, None, hollow)]
    owned: list[list[Hollow]] = [[] for _ in found]
    for cell in hollow:
        row, column = cell.row - cells.top, cell.column - cells.left
        owners = (n for n, one in enumerate(found) if one.top <= row < one.bottom and one.left <= column < one.right)
        owned[next(owners, 0)].append(cell)
    areas = [area(one, cells.top + 1, cells.left + 1) for one in found]
    more = [f"the sheet holds {len(found)} tables: {', '.join(map(str, areas))}"] if len(found) > 1 else []
    return [Sheet(cells, one, mine, more) for one, mine in zip(found, owned, strict=True)]


def open_sheets(file: BinaryIO, name: str, kind: Kind) -> list[Sheet]:
    """The tables of all sheets of a workbook in its order, hidden and empty sheets too.

    A sheet that cannot be read has no table but a problem, where another can. Raises UnreadableFile.
    """
    if kind is Kind.XLS:
        _refuse_protected(file, name)
    inside = look_inside(file, kind, name)
    notes = ["the workbook has macros: they are never run"] if has_macros(file, kind) else []
    try:
        book = python_calamine.load_workbook(file)
        sheets = [
            _sheet(book, meta, inside.get(meta.name, Inside()), kind, notes if number == 0 else [], name)
            for number, meta in enumerate(book.sheets_metadata)
        ]
    except python_calamine.PasswordError as problem:
        raise UnreadableFile(protected(name)) from problem
    except (python_calamine.CalamineError, ValueError, OSError) as problem:
        if kind is Kind.XLS and locked(file):
            raise UnreadableFile(protected(name)) from problem
        raise UnreadableFile(f"{name} {_spoiled(problem)}") from problem
    failed = next((cells.failed for cells in sheets if cells.failed), None)
    if failed and not any(cells.grid for cells in sheets):
        raise UnreadableFile(failed)
    return [table for cells in sheets for table in tables_of(cells)]


def _spoiled(problem: Exception) -> str:
    return f"cannot be read as a workbook ({problem}): get it again or save it as CSV"


def _refuse_protected(file: BinaryIO, name: str) -> None:
    file.seek(0)
    tail = b""
    while part := file.read(1 << 20):
        if _PROTECTED in tail + part:
            raise UnreadableFile(protected(name))
        tail = part[-len(_PROTECTED) :]
    file.seek(0)


def _sheet(
    book: python_calamine.CalamineWorkbook,
    meta: python_calamine.SheetMetadata,
    inside: Inside,
    kind: Kind,
    first: Sequence[str],
    name: str,
) -> Cells:
    notes = list(first)
    if meta.visible is not python_calamine.SheetVisibleEnum.Visible:
        notes.append("the sheet is hidden in the file")
    if meta.typ is not python_calamine.SheetTypeEnum.WorkSheet:
        return Cells(meta.name, [], notes=(*notes, "a chart, dialogue or macro sheet: it has no cells to read"))
    if inside.refused:
        return Cells(meta.name, [], notes=tuple(notes), failed=inside.refused)
    try:
        read = book.get_sheet_by_name(meta.name)
    except python_calamine.PasswordError:
        raise
    except (python_calamine.CalamineError, ValueError, OSError) as problem:
        return Cells(meta.name, [], notes=tuple(notes), failed=f"{name}, sheet {meta.name}, {_spoiled(problem)}")
    notes += [f"hidden in the file, read like the others: {_cut(hidden)}" for hidden in inside.hidden]
    if kind is Kind.XLS:
        notes.append("in XLS files, cells that hold an error are read as empty, and hidden rows and columns are not told apart")
    top, left = read.start or (0, 0)
    grid, typed = _grid(read, inside.hollow, top, left)
    spans = [(a, b, c, d) for (a, b), (c, d) in read.merged_cell_ranges or ()] or inside.merges
    merges = tuple(
        sorted(Merge(max(0, a - top), b - left, c - top, d - left) for a, b, c, d in spans if b >= left and c >= top)
    )
    return Cells(meta.name, grid, top, left, merges, inside, typed, tuple(notes))


def _grid(
    read: python_calamine.CalamineSheet, hollow: Sequence[Hollow], top: int, left: int
) -> tuple[list[list[str]], dict[int, int]]:
    """(the cells as text, by column how many of them are stored as numbers or dates)."""
    if read.start is None:
        return [], {}
    grid: list[list[str]] = []
    typed: dict[int, int] = {}
    nothing = [""] * read.width
    for values in islice(read.iter_rows(), top, None):
        if values == nothing:
            grid.append(nothing)  # one list for all blank rows: there may be a million
            continue
        row = [value if type(value) is str else show(value) for value in values]
        for place, value in enumerate(values):
            if type(value) is not str:
                typed[place] = typed.get(place, 0) + 1
        grid.append(row)
    for cell in hollow:
        row_, place = cell.row - top, cell.column - left
        if 0 <= row_ < len(grid) and 0 <= place < len(grid[row_]):
            grid[row_] = [*grid[row_][:place], cell.error, *grid[row_][place + 1 :]]
    return grid, typed


def show(value: object) -> str:
    """A stored value as text."""
    shown = _SHOW.get(type(value))
    return shown(value) if shown is not None else str(value)


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) <= _WHOLE else repr(value)


def _moment(value: datetime.datetime) -> str:
    return value.date().isoformat() if value.time() == _MIDNIGHT else value.replace(tzinfo=None).isoformat()


def _duration(value: datetime.timedelta) -> str:
    """Hours, minutes and seconds, as spreadsheet programs show a span of more than a day."""
    seconds = abs(value) // datetime.timedelta(seconds=1)
    return f"{'-' if value < datetime.timedelta(0) else ''}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


_SHOW: dict[type, Callable[[Any], str]] = {
    float: _number,
    bool: lambda value: "TRUE" if value else "FALSE",
    datetime.datetime: _moment,
    datetime.date: datetime.date.isoformat,
    datetime.time: datetime.time.isoformat,
    datetime.timedelta: _duration,
}
