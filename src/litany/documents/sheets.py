"""What stands in the cells of an XLSX, ODS or XLS workbook?

python-calamine gives values as they are stored, not as a program would display them; each comes out as text: whole numbers
without a point, other numbers with the fewest digits that give them back, dates as
ISO days (with the time of day, and without a zone, where it is not midnight).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO

import python_calamine

from litany.documents.hollow import Hollow, hollow_cells
from litany.documents.kinds import Kind, protected
from litany.documents.rows import TableRow, Troubles, unique_header
from litany.errors import UnreadableFile
from litany.types.records import Problem, SheetRead

NOTE = "cell values as stored; display formats are not read"
_PROTECTED = "EncryptedPackage".encode("utf-16-le")  # the stream of an encrypted workbook, [MS-OFFCRYPTO] 2.3.4.4
_HEAD = 200  # rows in which the header is looked for first
_WHOLE = 2**53  # beyond it not every whole number has a place among the floats
_MIDNIGHT = datetime.time(0)


class Sheet:
    """One sheet of a workbook. A sheet without text in it has an empty header and no rows."""

    def __init__(
        self, name: str, cells: python_calamine.CalamineSheet | None, hollow: Sequence[Hollow], notes: list[str]
    ) -> None:
        self._cells, self._troubles = cells, Troubles(name)
        self._top, self._left = (cells.start if cells is not None else None) or (0, 0)
        self._hollow: dict[int, list[Hollow]] = {}
        for cell in hollow:
            self._hollow.setdefault(cell.row, []).append(cell)
        self._header_row, head = self._find_header()
        header, more = unique_header(head, self._left + 1)
        if cells is not None and not header:
            more = ("the sheet is empty",)
        self.sheet = SheetRead(header=header, sheet=name, notes=(NOTE, *notes, *more))

    def _find_header(self) -> tuple[int, list[str]]:
        """(its row from 0, its cells)."""
        if self._cells is None or self._cells.start is None:
            return 0, []
        for most in (_HEAD, None):
            for number, values in enumerate(self._cells.to_python(nrows=most), start=self._top):
                row = self._shown(number, values)
                if any(cell.strip() for cell in row):
                    return number, row
        return 0, []

    @property
    def problems(self) -> list[Problem]:
        """The errors and the unstored results in the rows so far."""
        return self._troubles.all()

    def rows(self) -> Iterator[TableRow]:
        """The rows below the header; errors stand in their cells as text."""
        self._troubles = Troubles(self.sheet.sheet)
        for row in sorted(self._hollow):
            for cell in self._hollow[row]:
                self._report(cell)
        if self._cells is None or not self.sheet.header:
            return
        for number, values in enumerate(self._cells.to_python(), start=self._top):
            if number > self._header_row:
                yield TableRow(number + 1, self._shown(number, values), 0, 0)

    def _shown(self, number: int, values: list[Any]) -> list[str]:
        row = [value if type(value) is str else show(value) for value in values]
        for cell in self._hollow.get(number, ()):
            if 0 <= cell.column - self._left < len(row):
                row[cell.column - self._left] = cell.error
        return row

    def _report(self, cell: Hollow) -> None:
        place = cell.column - self._left
        header = self.sheet.header
        column = header[place] if 0 <= place < len(header) else f"column {cell.column + 1}"
        if cell.error:
            reason = "the spreadsheet program could not calculate the cell: its error is kept as text"
            self._troubles.add(cell.row + 1, column, cell.error, reason)
        else:
            reason = "the file lacks the formula's result, read as empty: save it once in a spreadsheet program"
            self._troubles.add(cell.row + 1, column, cell.formula, reason)


def open_sheets(file: BinaryIO, name: str, kind: Kind) -> list[Sheet]:
    """All sheets of a workbook in its order, hidden and empty ones too. Raises UnreadableFile."""
    if kind is Kind.XLS:
        _refuse_protected(file, name)
    hollow, where = hollow_cells(file, kind, name), name
    try:
        book = python_calamine.load_workbook(file)
        sheets = []
        for meta in book.sheets_metadata:
            where = f"{name}, sheet {meta.name},"
            sheets.append(_sheet(book, meta, hollow.get(meta.name, ()), kind))
        return sheets
    except python_calamine.PasswordError as problem:
        raise UnreadableFile(protected(name)) from problem
    except (python_calamine.CalamineError, ValueError, OSError) as problem:
        raise UnreadableFile(f"{where} cannot be read as a workbook ({problem}): get it again or save it as CSV") from problem


def _refuse_protected(file: BinaryIO, name: str) -> None:
    file.seek(0)
    tail = b""
    while part := file.read(1 << 20):
        if _PROTECTED in tail + part:
            raise UnreadableFile(protected(name))
        tail = part[-len(_PROTECTED) :]
    file.seek(0)


def _sheet(
    book: python_calamine.CalamineWorkbook, meta: python_calamine.SheetMetadata, hollow: Sequence[Hollow], kind: Kind
) -> Sheet:
    notes = [] if meta.visible is python_calamine.SheetVisibleEnum.Visible else ["the sheet is hidden in the file"]
    if meta.typ is not python_calamine.SheetTypeEnum.WorkSheet:
        return Sheet(meta.name, None, (), [*notes, "a chart, dialogue or macro sheet: it has no cells to read"])
    cells = book.get_sheet_by_name(meta.name)
    merged = len(cells.merged_cell_ranges or ())
    if merged:
        notes.append(f"{merged} merged areas: their text stands in the first cell of each, the others are empty")
    if kind is Kind.XLS:
        notes.append("in XLS files, cells that hold an error are read as empty")
    return Sheet(meta.name, cells, hollow, notes)


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
