"""Spreadsheets that nobody prepared: what is a table in them, what is not, and is all of it accounted for?"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, TableCell
from odf.table import Table as OdfTable
from odf.table import TableRow as OdfRow
from odf.text import P

from litany.documents.layout_totals import TOTAL
from litany.documents.rows import Table
from litany.documents.tables import open_tables, read_row
from litany.errors import UnreadableFile

Cells = Sequence[Any]


def xlsx(rows: Cells, merged: Sequence[str] = (), sheets: Sequence[tuple[str, Cells]] = ()) -> io.BytesIO:
    """A workbook; None leaves a cell out."""
    book = openpyxl.Workbook()
    for number, (name, content) in enumerate([("Deaths", rows), *sheets]):
        sheet = book.active if number == 0 else book.create_sheet()
        sheet.title = name
        for row, cells in enumerate(content, start=1):
            for column, value in enumerate(cells, start=1):
                if value is not None:
                    sheet.cell(row=row, column=column, value=value)
    for area in merged:
        book.worksheets[0].merge_cells(area)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def xls(rows: Cells, merged: Sequence[tuple[int, int, int, int]] = ()) -> io.BytesIO:
    """The same in the old form; merged areas are first and last row, first and last column, from 0."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Deaths")
    for top, bottom, left, right in merged:
        sheet.merge(top, bottom, left, right)
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if value is not None:
                sheet.write(row, column, value)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def rows_of(table: Table) -> list[tuple[int, list[str]]]:
    return [(found.row, list(found.cells)) for found in table.rows()]


def totals_of(table: Table) -> list[tuple[int | None, str | None]]:
    list(table.rows())
    return [(problem.row, problem.value) for problem in table.problems if problem.reason == TOTAL]


GROUPED: list[list[Any]] = [
    [None, "Township", "Killed", None, None, "Date"],
    [None, None, "Men", "Women", "Children", None],
    [None, "Laiza", 1, 2, 3, "2021-02-01"],
    [None, "Hpakant", 0, 0, 1, "2021-02-03"],
]
JOINED = ("Township", "Killed / Men", "Killed / Women", "Killed / Children", "Date")
BODY = [["Laiza", "1", "2", "3", "2021-02-01"], ["Hpakant", "0", "0", "1", "2021-02-03"]]


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_groups_over_columns_are_joined_with_their_names(kind: str) -> None:
    """Under a title, blank rows and a blank column, the rows keep the numbers that the program shows."""
    rows = [["Casualties in Kachin State, 2021"], [], *GROUPED]
    if kind == "xlsx":
        file = xlsx(rows, ["A1:F1", "B3:B4", "C3:E3", "F3:F4"])
    else:
        file = xls(rows, [(0, 0, 0, 5), (2, 3, 1, 1), (2, 2, 2, 4), (2, 3, 5, 5)])
    (table,) = open_tables(file, "list")
    assert (table.sheet.header, table.sheet.area) == (JOINED, "B3:F6")
    assert rows_of(table) == [(5, BODY[0]), (6, BODY[1])]
    assert "row 1, above the header: Casualties in Kachin State, 2021" in table.sheet.notes
    assert read_row(file, table.sheet, 6, 0, 0) == tuple(BODY[1])


def test_groups_without_merged_cells_are_joined_and_told() -> None:
    """The guess is written down."""
    (table,) = open_tables(xlsx([row[1:] for row in GROUPED]), "list.xlsx")
    assert table.sheet.header == JOINED
    assert any("though no cells are merged" in note for note in table.sheet.notes)


def test_a_merged_name_over_two_columns_of_people_is_no_group() -> None:
    """The first person is no sub-header."""
    rows = [["Name", None, "Township"], ["Aung", "Ko", "Laiza"], ["Hla", "Ma", "Laiza"]]
    (table,) = open_tables(xlsx(rows, ["A1:B1"]), "list.xlsx")
    assert rows_of(table) == [(2, ["Aung", "Ko", "Laiza"]), (3, ["Hla", "Ma", "Laiza"])]


def ods_merged() -> io.BytesIO:
    def cell(text: str, **facts: Any) -> TableCell:
        made = TableCell(valuetype="string", **facts)
        made.addElement(P(text=text))
        return made

    book, table = OpenDocumentSpreadsheet(), OdfTable(name="Deaths")
    for cells, facts in (
        ([cell("place"), cell("name")], {}),
        ([cell("Laiza", numberrowsspanned="2"), cell("Aung")], {}),
        ([CoveredTableCell(), cell("Ko")], {"visibility": "collapse"}),
    ):
        row = OdfRow(**facts)
        for one in cells:
            row.addElement(one)
        table.addElement(row)
    book.spreadsheet.addElement(table)
    file = io.BytesIO()
    book.write(file)
    file.seek(0)
    return file


def test_merged_labels_and_hidden_rows_of_ods_files_are_seen() -> None:
    """calamine tells neither."""
    (table,) = open_tables(ods_merged(), "list.ods")
    assert rows_of(table) == [(2, ["Laiza", "Aung"]), (3, ["Laiza", "Ko"])]
    assert "hidden in the file, read like the others: rows 3" in table.sheet.notes


def test_hidden_rows_and_columns_are_read_and_told() -> None:
    """Nothing hidden is lost."""
    book = openpyxl.Workbook()
    for row in (["name", "age"], ["Aung", 3], ["Ko", 4], ["Ma", 5]):
        book.active.append(row)
    book.active.row_dimensions[2].hidden = book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["B"].hidden = True
    file = io.BytesIO()
    book.save(file)
    (table,) = open_tables(file, "list.xlsx")
    assert len(rows_of(table)) == 3
    assert "hidden in the file, read like the others: columns B" in table.sheet.notes
    assert "hidden in the file, read like the others: rows 2-3" in table.sheet.notes


STACKED = [
    ["Township", "Killed"], ["Laiza", 4], ["Hpakant", 1], [],
    ["Deaths in Sagaing"], ["Name", "Age", "Place"], ["Aung", 35, "Kale"], ["Ko", 40, "Tamu"],
]  # fmt: skip


def test_tables_under_each_other_are_tables_of_their_own() -> None:
    """Each has its area, and a row is found again in the right one."""
    file = xlsx(STACKED)
    first, second = open_tables(file, "list.xlsx")
    assert [(table.sheet.sheet, table.sheet.area) for table in (first, second)] == [("Deaths", "A1:B3"), ("Deaths", "A6:C8")]
    assert rows_of(first) == [(2, ["Laiza", "4"]), (3, ["Hpakant", "1"])]
    assert rows_of(second) == [(7, ["Aung", "35", "Kale"]), (8, ["Ko", "40", "Tamu"])]
    assert read_row(file, second.sheet, 7, 0, 0) == ("Aung", "35", "Kale")


def test_tables_beside_each_other_are_tables_of_their_own() -> None:
    """The rows share their numbers, so that the area decides which one is meant."""
    rows = [["Name", "Age", None, "Township", "Killed"], ["Aung", 35, None, "Kale", 3], ["Ko", 40, None, "Tamu", 4]]
    file = xlsx([*rows, [None, None, None, "Laiza", 9]])
    left, right = open_tables(file, "list.xlsx")
    assert (left.sheet.area, right.sheet.area) == ("A1:B3", "D1:E4")
    assert read_row(file, left.sheet, 2, 0, 0) == ("Aung", "35")
    assert read_row(file, right.sheet, 2, 0, 0) == ("Kale", "3")


def test_sections_of_people_after_blank_rows_stay_rows() -> None:
    """A line of a section and a person whose age nobody knows are no title and no header."""
    people = [["Aung", 35, "Kale"], ["Ko", 40, "Tamu"], [], ["Kachin"], ["Ma Hla", "unknown", "Laiza"], ["U Ba", 60, "Laiza"]]
    (table,) = open_tables(xlsx([["Name", "Age", "Place"], *people]), "list.xlsx")
    assert table.sheet.area is None
    assert [cells[0] for _, cells in rows_of(table)] == ["Aung", "Ko", "", "Kachin", "Ma Hla", "U Ba"]


def test_totals_are_no_rows_and_are_checked() -> None:
    """A total that is wrong says by how much."""
    rows = [["Township", "Killed"], ["Laiza", 4], ["Kale", 6], ["Subtotal", 10], ["Tamu", 108], ["Grand total:", 120]]
    (table,) = open_tables(xlsx(rows), "list.xlsx")
    assert [cells[0] for _, cells in rows_of(table)] == ["Laiza", "Kale", "Tamu"]
    assert totals_of(table) == [(4, "Subtotal | 10"), (6, "Grand total: | 120")]
    (wrong,) = [problem for problem in table.problems if problem.reason != TOTAL]
    assert (wrong.row, wrong.column, wrong.value) == (6, "Killed", "120")
    assert wrong.reason.startswith("the total says 120, the rows add up to 118")


def test_people_called_total_stay_people() -> None:
    """A row with other words in it is a row, as is one whose label merely has the word in it."""
    rows = [["Name", "Age", "Place"], ["Total", 35, "Kale"], ["Ko Total", 40, "Tamu"], ["total of three unnamed men", 7, None]]
    (table,) = open_tables(xlsx(rows), "list.xlsx")
    assert len(rows_of(table)) == 3
    assert totals_of(table) == []


def test_notes_and_marks_are_told_and_stay() -> None:
    """A mark stays in its cell, and what the note says is listed; a name that bears a mark is no note."""
    rows = [
        ["Name", "Age"],
        ["Aung*", 35],
        ["Ko", "12*"],
        ["*Ma Hla", None],
        [],
        ["* estimate"],
        ["Source: a monk"],
        ["seen in May"],
    ]
    (table,) = open_tables(xlsx(rows), "list.xlsx")
    assert [cells for _, cells in rows_of(table)] == [["Aung*", "35"], ["Ko", "12*"], ["*Ma Hla", ""], ["", ""]]
    notes = "\n".join(table.sheet.notes)
    assert "row 7, a note under the table: Source: a monk" in notes
    assert "row 8, a note under the table: seen in May" in notes
    assert "column Age: cells bear the mark * (row 3); the note below says 'estimate'" in notes


def test_days_as_numbers_numbers_as_text_and_apostrophes_are_told() -> None:
    """They are kept as given."""
    rows = [["Date", "Age", "Phone"], [44200, 35, "'0912"], ["3 May 2021", "40", "x"]]
    (table,) = open_tables(xlsx(rows), "list.xlsx")
    assert rows_of(table)[0][1] == ["44200", "35", "'0912"]
    notes = "\n".join(table.sheet.notes)
    assert "column Date: 1 of 2 cells are numbers such as 44200" in notes
    assert 'formats = ["excel-serial"]' in notes
    assert "column Age: at least 1 numbers are stored as text" in notes
    assert "column Phone: 1 cells begin with an apostrophe" in notes


def changed(file: io.BytesIO, part: str, change: Any) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, change(content) if name == part else content)
    out.seek(0)
    return out


@pytest.mark.parametrize("how", ["cut", "far"])
def test_a_spoiled_sheet_leaves_the_others(how: str) -> None:
    """The good sheet is read, the other is listed as unread with the reason."""
    file = xlsx([["name"], ["Aung"]], sheets=[("Bad", [["name"], ["Ko"]])])
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    change = (lambda xml: xml[: len(xml) // 2]) if how == "cut" else (lambda xml: xml.replace(b"</sheetData>", far))
    good, bad = open_tables(changed(file, "xl/worksheets/sheet2.xml", change), "list.xlsx")
    assert rows_of(good) == [(2, ["Aung"])]
    (problem,) = bad.problems
    assert (bad.sheet.header, problem.sheet, problem.kept) == ((), "Bad", False)
    assert "sheet Bad" in problem.reason


def test_cells_that_are_only_formatted_do_not_count() -> None:
    """A frame drawn down to the last corner is no used cell."""
    frame = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    file = changed(xlsx([["name"], ["Aung"]]), "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", frame))
    (table,) = open_tables(file, "list.xlsx")
    assert rows_of(table) == [(2, ["Aung"])]


def test_macros_are_told() -> None:
    """They are never run."""
    out = xlsx([["name"], ["Aung"]])
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    (table,) = open_tables(out, "list.xlsm")
    assert "the workbook has macros: they are never run" in table.sheet.notes


def test_a_protected_xls_says_so() -> None:
    """A FILEPASS record ([MS-XLS] 2.4.117) after the workbook's first record."""
    data = xls([["name"], ["Aung"]]).getvalue()
    at = data.index(b"\x09\x08\x10\x00\x00\x06\x05\x00") + 20
    with pytest.raises(UnreadableFile, match="password"):
        open_tables(io.BytesIO(data[:at] + b"\x2f\x00" + data[at + 2 :]), "list.xls")


TEXTS = st.text("abcdefgh ", min_size=3, max_size=9).map(str.strip).filter(lambda text: len(text) > 2 and "sum" not in text)
PEOPLE = st.lists(st.tuples(TEXTS, st.integers(1, 99), TEXTS), min_size=2, max_size=6)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(PEOPLE, min_size=1, max_size=3),
    st.integers(0, 3),
    st.integers(1, 5),
    st.booleans(),
    st.booleans(),
    st.integers(1, 2),
)
def test_tables_at_any_place_come_back(tables: list[Any], down: int, left: int, titled: bool, noted: bool, gap: int) -> None:
    """Titles, totals, notes and blank lines around them: each person comes back once, in the row and table where they stand."""
    rows: list[list[Any]] = [[] for _ in range(down)]
    expected = []
    for number, people in enumerate(tables):
        if titled:
            rows.append([None] * left + [f"These are the dead of list {number}"])
        rows.append([None] * left + ["Name", "Age", f"Village {number}"])
        expected.append([(len(rows) + n, [a, str(b), c]) for n, (a, b, c) in enumerate(people, start=1)])
        rows.extend([None] * left + list(person) for person in people)
        rows.append([None] * left + ["Total", sum(age for _, age, _ in people)])
        if noted:
            rows.append([None] * left + ["Source: somebody"])
        rows.extend([] for _ in range(gap))
    file = xlsx(rows)
    found = open_tables(file, "list.xlsx")
    assert [rows_of(table) for table in found] == expected
    assert all(len(totals_of(table)) == 1 and len(table.problems) == 1 for table in found)
    assert sum("Source: somebody" in note for table in found for note in table.sheet.notes) == noted * len(tables)
    for table, people in zip(found, expected, strict=True):
        assert read_row(file, table.sheet, people[0][0], 0, 0) == tuple(people[0][1])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 1000), min_size=2, max_size=8), st.integers(-2, 2), st.booleans())
def test_a_total_is_wrong_exactly_where_its_rows_do_not_add_up(numbers: list[int], off: int, named: bool) -> None:
    """With its word it is a total in any case; without, only where it is the sum."""
    rows = [["Township", "Killed"], *([f"Town {'ab'[n % 2]}", value] for n, value in enumerate(numbers))]
    said = sum(numbers) + off
    (table,) = open_tables(xlsx([*rows, ["Total" if named else None, said]]), "list.xlsx")
    is_total = named or off == 0
    assert len(rows_of(table)) == len(numbers) + (not is_total)
    assert len(totals_of(table)) == is_total
    wrong = [problem for problem in table.problems if problem.reason != TOTAL]
    assert bool(wrong) == (named and off != 0)
