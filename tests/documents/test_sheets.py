"""A workbook's cells come out as text, at the rows that a spreadsheet program shows."""

from __future__ import annotations

import datetime
import io
import zipfile
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table as OdfTable
from odf.table import TableCell
from odf.table import TableRow as OdfRow
from odf.text import P

from litany.documents.rows import Table
from litany.documents.tables import open_tables, read_row
from litany.errors import NotFound, UnreadableFile

LETTERS = "abc XYZ019,;'\"éကြ–\n"
# No text of blanks alone: openpyxl does not mark it as to be preserved (xml:space), so that the file says nothing there.
TEXTS = st.text(LETTERS, min_size=1, max_size=8).filter(str.strip)
WHOLE = st.integers(-(10**14), 10**14)
DECIMALS = st.decimals(-1000, 1000, places=3)
DAYS = st.dates(datetime.date(1901, 1, 1), datetime.date(2100, 1, 1))
TIMES = st.times().map(lambda time: time.replace(microsecond=0))
MOMENTS = st.builds(datetime.datetime.combine, DAYS, TIMES)
VALUES = st.one_of(st.none(), TEXTS, WHOLE, DECIMALS, st.booleans(), DAYS, MOMENTS)


def text_of(value: object) -> str:
    """What a person who looks into the cell would call its value."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case Decimal():
            text = format(value.normalize(), "f")
            return "0" if text == "-0" else text
        case datetime.datetime():
            text = value.strftime("%Y-%m-%dT%H:%M:%S")
            return text.removesuffix("T00:00:00")
        case datetime.date():
            return value.strftime("%Y-%m-%d")
        case _:
            return str(value)


def saved(book: openpyxl.Workbook) -> io.BytesIO:
    """The workbook as a file."""
    file = io.BytesIO()
    book.save(file)
    return file


def rows_of(table: Table) -> list[tuple[int, list[str]]]:
    """(row, cells) of a table."""
    return [(found.row, list(found.cells)) for found in table.rows()]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(VALUES, min_size=3, max_size=3), max_size=4), st.integers(1, 5), st.integers(1, 30))
def test_cells_of_an_xlsx_file_are_the_values_that_were_put_in(rows: list[list[Any]], top: int, left: int) -> None:
    """Wherever the table begins, each row keeps its number and each value its text; a row is found again."""
    book = openpyxl.Workbook()
    sheet = book.active
    for number, row in enumerate([["one", "two", "three"], *rows]):
        for column, value in enumerate(row):
            cell = sheet.cell(row=top + number, column=left + column)
            cell.value = float(value) if isinstance(value, Decimal) else value
            if isinstance(value, str):
                cell.data_type = "s"
    file = saved(book)
    (table,) = open_tables(file, "list.xlsx")
    last = max((n for n, row in enumerate(rows, start=1) if any(value is not None for value in row)), default=0)
    expected = [(top + n, [text_of(value) for value in row]) for n, row in enumerate(rows[:last], start=1)]
    assert table.sheet.header == ("one", "two", "three")
    assert rows_of(table) == expected
    assert table.problems == []
    for number, cells in expected:
        assert read_row(file, table.sheet, number, 0, 0) == tuple(cells)


def test_times_durations_and_leading_zeros_keep_their_meaning() -> None:
    """A text that looks like a number stays as it is written."""
    book = openpyxl.Workbook()
    book.active.append(["a", "b", "c", "d"])
    book.active.append([datetime.time(4, 5), datetime.timedelta(hours=26, minutes=3, seconds=4), "007", " x "])
    (table,) = open_tables(saved(book), "list.xlsx")
    assert rows_of(table) == [(2, ["04:05:00", "26:03:04", "007", " x "])]
    assert "cell values as stored; display formats are not read" in table.sheet.notes


def test_every_sheet_is_a_table_hidden_and_empty_ones_too() -> None:
    """No sheet is dropped silently."""
    book = openpyxl.Workbook()
    book.active.title = "Deaths"
    book.active.append(["name"])
    book.create_sheet("Empty")
    hidden = book.create_sheet("Notes")
    hidden.append(["remark"])
    hidden.append(["secret"])
    hidden.sheet_state = "hidden"
    chart = book.create_chartsheet("Chart")
    chart.add_chart(openpyxl.chart.BarChart())
    file = saved(book)
    deaths, empty, notes, drawn = open_tables(file, "list.xlsx")
    assert [table.sheet.sheet for table in (deaths, empty, notes, drawn)] == ["Deaths", "Empty", "Notes", "Chart"]
    assert (empty.sheet.header, rows_of(empty), empty.sheet.notes[-1]) == ((), [], "the sheet is empty")
    assert "the sheet is hidden in the file" in notes.sheet.notes
    assert (drawn.sheet.header, rows_of(drawn)) == ((), [])
    assert read_row(file, notes.sheet, 2, 0, 0) == ("secret",)
    with pytest.raises(NotFound, match="no row 9 in sheet Notes"):
        read_row(file, notes.sheet, 9, 0, 0)


def test_errors_and_results_that_were_never_stored_are_reported() -> None:
    """calamine gives both as empty cells; the first is kept as its text, the second named with its formula."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Deaths"
    for row in (["name", "killed", "ratio"], ["Aung", 3, "#DIV/0!"], ["Ko", "=B2+1", "#DIV/0!"], ["Ma", 2, ""]):
        sheet.append(row)
    (table,) = open_tables(saved(book), "list.xlsx")
    assert rows_of(table) == [(2, ["Aung", "3", "#DIV/0!"]), (3, ["Ko", "", "#DIV/0!"]), (4, ["Ma", "2", ""])]
    assert [(p.sheet, p.row, p.rows, p.column, p.value, p.kept) for p in table.problems] == [
        ("Deaths", 2, "2-3", "ratio", "#DIV/0!", True),
        ("Deaths", 3, None, "killed", "=B2+1", True),
    ]


def test_a_merged_label_stands_for_its_rows_and_a_merged_number_does_not() -> None:
    """Three killed in two rows are not six; blanks that are not merged stay blank, and what was done is noted."""
    book = openpyxl.Workbook()
    for row in (["place", "killed", "name", "by"], ["Laiza", 3, "Aung", "x"], [None, None, "Ko", None], [None, 1, "Ma", "x"]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.active.merge_cells("B2:B3")
    (table,) = open_tables(saved(book), "list.xlsx")
    assert rows_of(table) == [(2, ["Laiza", "3", "Aung", "x"]), (3, ["Laiza", "", "Ko", ""]), (4, ["", "1", "Ma", "x"])]
    notes = [note for note in table.sheet.notes if "merged areas" in note]
    assert [note.split(":")[0] for note in notes] == ["1 merged areas over several rows of one column", "1 merged areas"]


def test_a_stray_cell_in_the_last_corner_does_not_fill_the_memory() -> None:
    """The sheet is refused, with what to do, before calamine lays out seventeen billion cells."""
    book = openpyxl.Workbook()
    book.active["A1"] = "name"
    book.active["XFD1048576"] = "x"
    with pytest.raises(UnreadableFile, match="1,048,576 rows and 16,384 columns"):
        open_tables(saved(book), "list.xlsx")


def test_a_stray_cell_in_the_last_row_or_column_is_no_harm() -> None:
    """Long and narrow, or short and wide, still fits."""
    book = openpyxl.Workbook()
    book.active["A1"] = "name"
    book.active["XFD9"] = "x"
    (table,) = open_tables(saved(book), "list.xlsx")
    assert table.sheet.header[-1] == "column 16384"
    assert rows_of(table)[-1][0] == 9


def cell(text: str | None = None, **facts: str) -> TableCell:
    """A cell of an ODS file."""
    made = TableCell(**facts)
    if text is not None:
        made.addElement(P(text=text))
    return made


def ods(*rows: OdfRow) -> io.BytesIO:
    """An ODS file with a sheet Deaths, and one without a cell."""
    book = OpenDocumentSpreadsheet()
    table = OdfTable(name="Deaths")
    for row in rows:
        table.addElement(row)
    book.spreadsheet.addElement(table)
    book.spreadsheet.addElement(OdfTable(name="Empty"))
    file = io.BytesIO()
    book.write(file)
    file.seek(0)
    return file


def row(*cells: TableCell, repeated: int = 1) -> OdfRow:
    """A row of an ODS file."""
    made = OdfRow(numberrowsrepeated=repeated) if repeated > 1 else OdfRow()
    for one in cells:
        made.addElement(one)
    return made


def test_cells_of_an_ods_file_are_the_values_that_were_put_in() -> None:
    """Repeated empty rows and columns count; values win over the display text."""
    file = ods(
        row(repeated=2),
        row(TableCell(numbercolumnsrepeated=2), *(cell(name, valuetype="string") for name in ("name", "n", "day", "sure"))),
        row(repeated=3),
        row(
            TableCell(numbercolumnsrepeated=2),
            cell("Aung Ko", valuetype="string"),
            cell("3 people", valuetype="float", value="3"),
            cell("1 Feb", valuetype="date", datevalue="2021-02-01"),
            cell("yes", valuetype="boolean", booleanvalue="true"),
        ),
    )
    deaths, empty = open_tables(file, "list.ods")
    assert deaths.sheet.header == ("name", "n", "day", "sure")
    blank = ["", "", "", ""]
    assert rows_of(deaths) == [(4, blank), (5, blank), (6, blank), (7, ["Aung Ko", "3", "2021-02-01", "TRUE"])]
    assert read_row(file, deaths.sheet, 7, 0, 0) == tuple(rows_of(deaths)[-1][1])
    assert (empty.sheet.sheet, empty.sheet.header) == ("Empty", ())


def edited(file: io.BytesIO, old: str, new: str) -> io.BytesIO:
    """The same archive with words of content.xml replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "content.xml":
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode())
            after.writestr(name, content)
    out.seek(0)
    return out


def test_errors_of_libreoffice_are_reported() -> None:
    """It stores them as empty strings that are marked as errors."""
    plain = ods(
        row(cell("name", valuetype="string"), cell("ratio", valuetype="string")),
        row(cell("Aung", valuetype="string"), cell("#DIV/0!", valuetype="string", stringvalue="")),
    )
    file = edited(plain, 'office:string-value=""', 'office:string-value="" xmlns:calcext="urn:x" calcext:value-type="error"')
    deaths, _ = open_tables(file, "list.ods")
    assert rows_of(deaths) == [(2, ["Aung", "#DIV/0!"])]
    assert [(p.row, p.column, p.value) for p in deaths.problems] == [(2, "ratio", "#DIV/0!")]


def test_a_filled_row_that_repeats_a_million_times_is_refused() -> None:
    """A few bytes of ODS cannot fill the memory."""
    wide = cell("x", valuetype="string", numbercolumnsrepeated="16384")
    with pytest.raises(UnreadableFile, match="sheet Deaths: its cells span"):
        open_tables(ods(row(wide, repeated=1_000_000)), "list.ods")
