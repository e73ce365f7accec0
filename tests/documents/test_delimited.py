"""A delimited file is read as Python's csv module reads it, and each row can be found again by its bytes."""

from __future__ import annotations

import csv
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litany.documents.delimited import Delimited
from litany.documents.detect import Shape
from litany.documents.tables import open_tables, read_row
from litany.errors import UnreadableFile

DELIMITERS = st.sampled_from(",;\t|")
EVERYWHERE = "ab ,;\t|\"\n\r'\\é"
CELLS = {
    "utf-8": EVERYWHERE + "က\u2028\x0c\x00🙂",
    "utf-8-sig": EVERYWHERE + "ကြ\x85",
    "utf-16": EVERYWHERE + "က🙂\u010a",
    "cp1252": EVERYWHERE + "€“ß",
}


def oracle(data: bytes, shape: Shape) -> list[list[str]]:
    """What the csv module makes of the file that is opened as its manual says."""
    text = io.TextIOWrapper(io.BytesIO(data), encoding=shape.encoding, errors="replace", newline="")
    return list(csv.reader(text, delimiter=shape.delimiter or "\x1f"))


@given(st.data(), st.sampled_from(sorted(CELLS)), DELIMITERS, st.integers(1, 4), st.sampled_from(["\n", "\r\n", "\r"]))
def test_cells_come_back_as_they_were_written(data: st.DataObject, encoding: str, delimiter: str, width: int, end: str) -> None:
    """Quotes, delimiters, line ends and any letters inside cells survive, and every row is found again by its place."""
    row = st.lists(st.text(CELLS[encoding], max_size=6), min_size=width, max_size=width)
    rows = data.draw(st.lists(row, max_size=6))
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(f"column {n}" for n in range(width))
    writer.writerows(rows)
    file = io.BytesIO(text.getvalue().encode(encoding))
    table = Delimited(file, "f.csv", Shape(encoding, delimiter))
    read = list(table.rows())
    assert [list(found.cells) for found in read] == rows
    assert [found.row for found in read] == list(range(2, len(rows) + 2))
    assert table.sheet.seekable is (encoding != "utf-16")
    for found in read:
        assert read_row(file, table.sheet, found.row, found.start, found.length) == tuple(found.cells)


@given(
    st.text('ab,;"\n\r ', max_size=40), st.binary(max_size=6), st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "shift_jis"])
)
def test_whatever_the_bytes_no_row_is_lost_and_none_is_shifted(text: str, odd: bytes, encoding: str) -> None:
    """Rows agree with the csv module up to padding and cutting, and their spans cover the file without gap or overlap."""
    data = b"h,i\n" + text.encode() + odd + text.encode()
    shape = Shape(encoding, ",")
    file = io.BytesIO(data)
    table = Delimited(file, "f.csv", shape)
    read = list(table.rows())
    assert [list(found.cells) for found in read] == [[*cells, "", ""][:2] for cells in oracle(data, shape)[1:]]
    place = 4
    for found in read:
        assert found.start == place
        place += found.length
        assert read_row(file, table.sheet, found.row, found.start, found.length) == tuple(found.cells)
    assert place == len(data)


def table_of(data: bytes) -> Delimited:
    """The table of these bytes."""
    (table,) = open_tables(io.BytesIO(data), "list.csv")
    assert isinstance(table, Delimited)
    return table


def read(data: bytes) -> tuple[list[tuple[int, list[str]]], list[tuple[int | None, str | None, str]]]:
    """(rows, problems) of these bytes."""
    table = table_of(data)
    rows = [(found.row, list(found.cells)) for found in table.rows()]
    return rows, [(problem.row, problem.value, problem.reason) for problem in table.problems]


def test_blank_lines_count_and_those_before_the_header_are_passed_over() -> None:
    """The row number is the one that a spreadsheet program shows."""
    rows, problems = read(b"\n,,\nname,place,n\n\nAung,Laiza,3\n")
    assert rows == [(4, ["", "", ""]), (5, ["Aung", "Laiza", "3"])]
    assert problems == []


def test_titles_above_the_header_are_told_and_are_no_header() -> None:
    """Lines of one cell above rows of many: as spreadsheets and as people write them."""
    data = "date,place,killed\n" + "2023-10-09,Laiza,29\n" * 3
    for title in ("Deaths in Kachin,,\n\n", "Deaths in Kachin\n\n"):
        file = io.BytesIO((title + data).encode())
        (table,) = open_tables(file, "list.csv")
        assert table.sheet.header == ("date", "place", "killed")
        rows = list(table.rows())
        assert [row.row for row in rows] == [4, 5, 6]
        assert [(problem.row, problem.value, problem.kept) for problem in table.problems] == [(1, "Deaths in Kachin", True)]
        for row in rows:
            assert read_row(file, table.sheet, row.row, row.start, row.length) == tuple(row.cells)


@pytest.mark.parametrize(
    "data", [b"a\n1,2\n3,4\n", b"a,,\n1,2,3\n4,5,6\n", b"name\nAung\nKo\n", b"title,,\nx,y,z\n1,2,3,4,5\n1,2,3,4,5\n"]
)
def test_what_may_be_a_header_stays_one(data: bytes) -> None:
    """Where the rows below are no words, or of other widths, the first line is the header as before."""
    assert table_of(data).sheet.header[0] in ("a", "name", "title")


def test_a_short_row_is_padded_and_reported() -> None:
    """Nothing shifts: the missing cells are those at the end."""
    rows, problems = read(b"a,b,c\n1,2\n1,2,3\n4\n5\n")
    assert rows[0] == (2, ["1", "2", ""])
    assert [(row, reason.partition(",")[0]) for row, _, reason in problems] == [
        (2, "the row has 2 cells"),
        (4, "the row has 1 cells"),
    ]


def test_the_text_beyond_the_last_column_is_reported() -> None:
    """A row with more cells than the header loses no word silently."""
    rows, problems = read(b"a,b\n1,2,three,four\n5,6,\n")
    assert rows == [(2, ["1", "2"]), (3, ["5", "6"])]
    assert [(row, value) for row, value, _ in problems] == [(2, "three,four"), (3, None)]


def test_the_same_trouble_stands_once_with_the_ranges_of_its_rows() -> None:
    """A million rows with an empty cell too many make one problem."""
    table = table_of(b"a,b\n1,2,\n1,2,\n1,2\n1,2,\n")
    assert len(list(table.rows())) == 4
    (problem,) = table.problems
    assert (problem.row, problem.rows, problem.count, problem.kept) == (2, "2-3,5", 3, True)


def test_a_second_pass_gives_the_same_rows_and_problems() -> None:
    """Reading twice reports no trouble twice."""
    table = table_of(b"a,b\n1\n2,3\n")
    first = list(table.rows()), table.problems
    assert (list(table.rows()), table.problems) == first


def test_bytes_that_do_not_decode_spoil_their_own_row_only() -> None:
    """Far behind the part that is looked at, a row of another encoding is kept, marked and reported."""
    filler = "ကချင်,Laiza\n".encode() * 20_000
    table = table_of(b"name,place\n" + filler + b"Jos\xe9,Bogot\xe1\n" + filler)
    assert table.sheet.encoding == "utf-8"
    odd = [(found.row, list(found.cells)) for found in table.rows() if "\ufffd" in "".join(found.cells)]
    assert odd == [(20_002, ["Jos�", "Bogot�"])]
    (problem,) = table.problems
    assert (problem.row, problem.value) == (20_002, "Jos\\xe9,Bogot\\xe1")


def test_a_trouble_twice_in_one_row_counts_once() -> None:
    """A row of two lines with a NUL in each is one row."""
    table = table_of(b'name,place\n"A\x00\nB\x00",x\n' + b"Ko,Hpakant\n" * 10)
    assert len(list(table.rows())) == 11
    assert [(problem.row, problem.count) for problem in table.problems] == [(2, 1)]


def test_a_quote_that_is_never_closed_is_reported_with_what_it_swallowed() -> None:
    """The rows that went into one cell are not lost without a word."""
    rows, problems = read(b'a,b\n1,2\n3,"open\n5,6\n7,8\n')
    assert rows[1] == (3, ["3", "open\n5,6\n7,8\n"])
    assert [(row, "never closed: 3 line ends" in reason) for row, _, reason in problems] == [(3, True)]


def test_nul_characters_are_kept_and_reported() -> None:
    """They hint at damage, and stay."""
    rows, problems = read(b"name,place\nAung,Lai\x00za\nKo,Hpakant\n" + b"Ko,Hpakant\n" * 10)
    assert rows[0] == (2, ["Aung", "Lai\x00za"])
    assert [(row, "NUL" in reason) for row, _, reason in problems] == [(2, True)]


def test_a_cell_of_ten_million_characters_is_refused_by_its_row() -> None:
    """Mostly a quote was never closed."""
    table = table_of(b"a,b\n1,2\n" + b'3,"' + b"x" * 9_999_999 + b"\n\n\n")
    with pytest.raises(UnreadableFile, match=r"list\.csv, row 3: a cell is longer"):
        list(table.rows())


def test_a_line_without_end_is_refused() -> None:
    """Memory stays bounded when a file has no line ends at all."""
    table = table_of(b"a,b\n1,2\n" + b"x," * (1 << 24))
    with pytest.raises(UnreadableFile, match="row 3"):
        list(table.rows())


def test_old_macintosh_line_ends_are_read_in_pieces() -> None:
    """A file with bare carriage returns, larger than what is read at once, loses nothing where the pieces meet."""
    record = b"12345,67890," + b"abcd" * 2000 + b"\r"
    data = b"a,b,c\r" + record * ((1 << 24) // len(record) + 10)
    file = io.BytesIO(data)
    (table,) = open_tables(file, "mac.csv")
    read = list(table.rows())
    assert len(read) == (1 << 24) // len(record) + 10
    assert {tuple(found.cells) for found in read} == {("12345", "67890", "abcd" * 2000)}
    assert read[-1].start + read[-1].length == len(data)
    assert read_row(file, table.sheet, read[-1].row, read[-1].start, read[-1].length) == ("12345", "67890", "abcd" * 2000)


def test_a_header_alone_is_a_table_without_rows() -> None:
    """An empty list is no error."""
    assert read(b"name,place\n") == ([], [])


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Rows are streamed from the file."""
    path = tmp_path / "long.csv"
    path.write_bytes(b"name,place\n" + b"Aung Ko,Laiza township\n" * 50_000)
    with path.open("rb") as file:
        (table,) = open_tables(file, path.name)
        tracemalloc.start()
        try:
            count = sum(1 for _ in table.rows())
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert count == 50_000
    assert peak < path.stat().st_size / 10
