"""Real tables are read whole, and column names are told apart."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litany.documents.rows import unique_header
from litany.documents.tables import open_tables, read_row

REAL = {
    "myanmar/ucdp-ged-myanmar.csv": (7374, 49),
    "myanmar/food-security-5w-2022q1.csv": (2117, None),
    "myanmar/people-in-need-townships.csv": (330, None),
    "myanmar/laiza-2023-10-09-as-reported.csv": (8, 14),
    "myanmar/myanmar-names.tsv": (None, None),
    "linkage/mpv-2015-2018.csv": (None, None),
    "linkage/wapo-2015-2018.csv": (None, None),
    "linkage/identity.RLdata10000.csv": (None, 1),
}


@pytest.mark.parametrize("path", sorted(REAL))
def test_a_real_table_is_read_as_the_csv_module_reads_it(shared_data: Path, path: str) -> None:
    """Every row and cell, and the first, last and every hundredth row again by its bytes."""
    count, width = REAL[path]
    with (shared_data / path).open("rb") as file:
        (table,) = open_tables(file, path)
        rows = list(table.rows())
        assert count in (None, len(rows))
        assert width in (None, len(table.sheet.header))
        for row in [*rows[::100], rows[-1]]:
            assert read_row(file, table.sheet, row.row, row.start, row.length) == tuple(row.cells)
    assert table.sheet.encoding in ("utf-8", "utf-8-sig")
    with (shared_data / path).open(encoding=table.sheet.encoding, newline="") as text:
        plain = list(csv.reader(text, delimiter="\t" if path.endswith("tsv") else ","))
    assert [list(row.cells) for row in rows] == plain[1:]
    assert table.problems == []


def test_a_real_workbook_is_read_as_openpyxl_reads_it(shared_data: Path) -> None:
    """The Gaza lists: 29,271 rows, each at its number."""
    path = shared_data / "estimation" / "gaza-2023-records.xlsx"
    with path.open("rb") as file:
        tables = open_tables(file, path.name)
        book = openpyxl.load_workbook(path, read_only=True)
        assert [table.sheet.sheet for table in tables] == book.sheetnames
        rows = [(found.row, list(found.cells)) for found in tables[0].rows()]
        plain = list(book.worksheets[0].iter_rows(values_only=True, max_row=200))
        book.close()
    assert len(rows) == 29_271
    shown = [["" if value is None else str(value) for value in one] for one in plain[1:]]
    assert rows[: len(shown)] == list(enumerate(shown, start=2))


def test_names_are_told_apart_and_each_change_is_noted() -> None:
    """A name that stands in the table is never given to another column."""
    header, notes = unique_header(["name", "", "name", "name (2)", " Date of\ndeath "])
    assert header == ("name", "column 2", "name (3)", "name (2)", "Date of death")
    assert len(notes) == 2


@given(st.lists(st.sampled_from(["a", "a (2)", "", "column 1", "column 2", "b"]), max_size=8))
def test_column_names_are_unique(cells: list[str]) -> None:
    """Whatever the header says, each column has a name of its own, and the first to bear a name keeps it."""
    header, _ = unique_header(cells)
    assert len(set(header)) == len(header) == len(cells)
    for cell in set(cells) - {""}:
        assert header[cells.index(cell)] == cell
