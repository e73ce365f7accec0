"""What we promise about reading a table: no row is lost, a reading is whole or continued, keys continue from list to list."""

from __future__ import annotations

import itertools
import tempfile
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from litany.case.case import Case
from litany.errors import MappingError, UnreadableFile
from litany.statements.reading import Result, read_document
from litany.store import rows as store_rows
from litany.types.records import Problem, Reading
from tests.statements.statement_making import MAPPING, Rows, as_csv, new_case, preserve, read, stored

HEADER = ["id", "killed", "injured", "date", "place", "by", "said by"]
CELLS = {
    "id": ["1", "2", "3", "NA", "", "x y"],
    "killed": ["3", "1-2", "a few", "", "NA", "-1", "ten"],
    "injured": ["", "4", "many"],
    "date": ["2021-02-01", "01/02/2021", "yesterday", ""],
    "place": ["Waingmaw Township", "Nowhere", ""],
    "by": ["KIA", "The Ghosts", "unidentified", ""],
    "said by": ["residents; U Ba", ""],
}
ROWS = st.lists(st.tuples(*(st.sampled_from(CELLS[name]) for name in HEADER)), max_size=12)


def rows_of(problem: Problem) -> list[int]:
    """The rows of a problem, from its ranges."""
    if problem.rows is None:
        return [] if problem.row is None else [problem.row]
    found: list[int] = []
    for span in problem.rows.split(","):
        first, _, last = span.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def check_nothing_lost(case: Case, result: Result, count: int) -> None:
    """Every row has a statement or stands in a problem that says it was not kept; the counts of the reading agree."""
    reading, made = result.reading, stored(case, result)
    with_statement = {row for row, _ in made}
    lost = {row for p in reading.problems if not p.kept for row in rows_of(p)}
    assert reading.rows == count == sum(sheet.rows for sheet in reading.sheets)
    assert reading.statements == len(made)
    assert reading.unread == count - len(with_statement)
    assert with_statement | lost == set(range(2, count + 2))
    assert not with_statement & lost
    for problem in reading.problems:
        if problem.rows is not None:
            assert problem.count == len(rows_of(problem))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_every_row_ends_in_a_statement_or_in_a_problem(rows: Rows) -> None:
    """Whatever the cells hold, rows with statements and unread rows are all rows, and every value not read is listed."""
    with tempfile.TemporaryDirectory() as folder:
        case = new_case(Path(folder) / "case")
        result = read(case, as_csv(HEADER, rows))
        check_nothing_lost(case, result, len(rows))
        listed = {(p.column, p.value, row) for p in result.reading.problems for row in rows_of(p)}
        for number, row in enumerate(rows, start=2):
            cells = dict(zip(HEADER, row, strict=True))
            kept = any(number == at for at, _ in stored(case, result))
            if kept and cells["date"] == "yesterday":
                assert ("date", "yesterday", number) in listed
            if cells["killed"] in ("a few", "-1"):
                assert ("killed", cells["killed"], number) in listed
            if cells["injured"] == "many":
                assert ("injured", "many", number) in listed
        case.close()


def test_empty_rows_and_rows_that_say_nothing_are_told_apart(tmp_path: Path) -> None:
    """Blank rows, rows without any toll and rows with an unreadable toll each say so, with their rows."""
    case = new_case(tmp_path / "case")
    rows = [
        ["1", "3", "", "", "", "", ""],
        [""] * 7,
        ["2", "", "", "2021", "", "", ""],
        [""] * 7,
        ["3", "few", "", "", "", "", ""],
    ]
    result = read(case, as_csv(HEADER, rows))
    check_nothing_lost(case, result, 5)
    assert {(p.reason.split(":")[0], p.rows or p.row, p.count) for p in result.reading.problems} == {
        ("the row is empty", "3,5", 2),
        ("the row says nothing that the mapping looks for", 4, 1),
        ("'few' is not a number", 6, 1),
    }


def test_a_million_rows_with_one_trouble_make_one_line(tmp_path: Path) -> None:
    """The same value with the same trouble stands once, with the ranges of its rows, however many statements meet it."""
    case = new_case(tmp_path / "case")
    rows = [[str(n), "1", "2", "soon" if n % 10 else "2021", "", "", ""] for n in range(1, 31)]
    [problem] = read(case, as_csv(HEADER, rows)).reading.problems
    assert (problem.column, problem.value, problem.row, problem.count) == ("date", "soon", 2, 27)
    assert problem.rows == "2-10,12-20,22-30"


def test_troubles_of_the_file_keep_their_rows(tmp_path: Path) -> None:
    """What the reader of files found (ragged rows) stands in the reading with all of its rows."""
    case = new_case(tmp_path / "case")
    text = "id,killed,date,place\n1,2,2021,x\n2,2\n3,2\n4,2,2021,Burma\n5,2\n"
    result = read(case, text.encode())
    ragged = [p for p in result.reading.problems if "cells" in p.reason]
    assert [(p.row, p.rows, p.count, p.kept) for p in ragged] == [(3, "3-4,6", 3, True)]
    check_nothing_lost(case, result, 5)


def test_rows_without_a_key_are_known_by_their_place(tmp_path: Path) -> None:
    """A missing key is reported; the row is kept, and its anchor is its place in this document."""
    case = new_case(tmp_path / "case")
    result = read(case, as_csv(HEADER, [["NA", "1", "", "", "", "", ""], ["", "1", "", "", "", "", ""]]))
    assert result.reading.statements == 2
    [problem] = result.reading.problems
    assert (problem.rows, problem.kept) == ("2-3", True)
    assert "no key of its own" in problem.reason


def anchors(case: Case, result: Result) -> list[int]:
    key = case.store.key_of(result.id)
    assert key is not None
    return [row.anchor for row in store_rows.of_readings(case.store, [key])]


def test_a_key_that_repeats_is_kept_apart_and_reported(tmp_path: Path) -> None:
    """Two rows with one key are two anchors: the second is the key's second row, in this list and in the next."""
    case = new_case(tmp_path / "case")
    rows = [["7", "1", "2", "", "", "", ""], ["8", "1", "", "", "", "", ""], ["7", "1", "", "", "", "", ""]]
    first = read(case, as_csv(HEADER, rows))
    a, also_a, b, second_a = anchors(case, first)
    assert a == also_a
    assert len({a, b, second_a}) == 3
    [problem] = first.reading.problems
    assert (problem.row, problem.kept) == (4, True)
    assert "stands in an earlier row" in problem.reason
    # Next month's file has a row between them, and continues both.
    rows.insert(1, ["9", "1", "", "", "", "", ""])
    following = anchors(case, read(case, as_csv(HEADER, rows), "next.csv"))
    assert following[:2] == [a, a]
    assert following[-1] == second_a


def test_the_same_reading_again_changes_nothing(tmp_path: Path) -> None:
    """A document that this reader has read is not read again; another mapping reads it anew, beside the first."""
    case = new_case(tmp_path / "case")
    document = preserve(case, as_csv(HEADER, [["1", "2", "", "", "", "", ""]]))
    first = read_document(case, document, "t.csv")
    head = case.store.head()
    again = read_document(case, document, "t.csv")
    assert (first.done, again.done, again.id, again.reading) == (True, False, first.id, first.reading)
    assert case.store.head() == head
    (case.layout.lookups / "mappings" / "own.toml").write_text(MAPPING + "# changed\n", "utf-8")
    other = read_document(case, document, "t.csv")
    assert other.id != first.id
    assert other.new == 1
    assert anchors(case, other) == anchors(case, first)


class Cut(Exception):
    """The power fails."""


@pytest.mark.parametrize("batches", [1, 2, 3])
def test_a_reading_that_was_cut_short_is_completed_by_the_next_run(tmp_path: Path, batches: int) -> None:
    """It does not count until it is complete, and then is the same, record for record, as one that was never cut."""
    data = as_csv(HEADER, [[str(n % 9), str(n), str(n) if n % 3 else "", "2021-02-01", "x", "", ""] for n in range(1, 30)])
    whole, cut = new_case(tmp_path / "whole"), new_case(tmp_path / "cut")
    expected = read_document(whole, preserve(whole, data), "t.csv")
    document = preserve(cut, data)
    calls = itertools.count(1)

    def fail(_: int) -> None:
        if next(calls) == batches:
            raise Cut

    with pytest.raises(Cut):
        read_document(cut, document, "t.csv", progress=fail, batch=7)
    assert cut.store.each(Reading) == []
    cut.close()
    cut = Case(tmp_path / "cut")
    result = read_document(cut, document, "t.csv", batch=7)
    assert (result.id, result.reading) == (expected.id, expected.reading)
    assert 0 < result.new < expected.new
    for table in ("statement_body", "anchor_body"):
        other = table.removesuffix("_body")
        sql = f"SELECT t.id, b.body FROM {other} t JOIN {table} b ON b.{other} = t.key ORDER BY t.id"
        assert cut.store.db.execute(sql).fetchall() == whole.store.db.execute(sql).fetchall()


def test_progress_is_told_after_each_batch(tmp_path: Path) -> None:
    """Long work shows how far it is: rows so far, to the last row."""
    case = new_case(tmp_path / "case")
    told: list[int] = []
    data = as_csv(HEADER, [[str(n), "1", "", "", "", "", ""] for n in range(20)])
    read_document(case, preserve(case, data), "t.csv", progress=told.append, batch=6)
    assert told == sorted(told)
    assert told[-1] == 20
    assert len(told) == 4


def workbook(sheets: dict[str, list[list[str]]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_sheet_that_no_mapping_knows_is_counted_and_named(tmp_path: Path) -> None:
    """Rows of other sheets are unread rows, an empty sheet is no loss, and statements say in which sheet they stand."""
    case = new_case(tmp_path / "case")
    deaths = [HEADER, ["1", "2", "", "", "Burma", "", ""]]
    data = workbook({"About": [["a", "b"], ["made", "by hand"], ["in", "2021"]], "Deaths": deaths, "Empty": []})
    reading = read(case, data, "t.xlsx").reading
    assert (reading.rows, reading.statements, reading.unread) == (3, 1, 2)
    found = {p.sheet: (p.reason.split(":")[0], p.count, p.kept) for p in reading.problems}
    assert found == {
        "About": ("no mapping knows this sheet", 2, False),
        "Empty": ("the sheet is empty", 1, True),
    }


def test_a_mapping_that_a_later_sheet_does_not_bear_is_refused_before_anything_is_kept(tmp_path: Path) -> None:
    """A column that the second sheet lacks is an error that names the sheet, and no half of the document is read."""
    case = new_case(tmp_path / "case")
    data = workbook({"One": [HEADER, ["1", "2", "", "", "", "", ""]], "Two": [["id", "killed"], ["1", "2"]]})
    head = case.store.head()
    document = preserve(case, data, "t.xlsx")
    before = case.store.head()
    with pytest.raises(MappingError, match="sheet Two: the mapping uses the column 'date'"):
        read_document(case, document, "t.xlsx")
    assert case.store.head() == before != head


def test_what_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    """No table, no mapping that fits, no mapping of this name: each is its own error, and nothing is kept."""
    case = new_case(tmp_path / "case")
    with pytest.raises(MappingError, match=r"no mapping knows this table.*colour, size"):
        read(case, b"colour,size\nred,3\n")
    there = "there are list, aapp-fatalities, acled, laiza-as-reported, ucdp-ged"
    with pytest.raises(MappingError, match=f"there is no mapping 'lost'; {there}"):
        read(case, b"colour,size\nred,4\n", wanted="lost")
    with pytest.raises(MappingError, match="uses the column 'id'"):
        read(case, b"colour,size\nred,5\n", wanted="list")
    with pytest.raises(UnreadableFile, match="PDF"):
        read(case, b"%PDF-1.7\n")
    assert case.store.each(Reading) == []


def test_a_case_s_own_mapping_wins_over_ours(tmp_path: Path) -> None:
    """A mapping of the same name in lookups/mappings takes the place of the one that ships."""
    case = new_case(tmp_path / "case", MAPPING.replace('name = "list"', 'name = "ucdp-ged"'))
    result = read(case, as_csv(HEADER, [["1", "2", "", "", "", "", ""]]))
    assert Counter(statement.source for _, statement in stored(case, result)) == {"list": 1}
