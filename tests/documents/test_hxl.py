"""HXL tags are found where the standard puts them, and the rows below them are the data."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litany.documents.hxl import Tag, parse_tag, tags_of
from litany.documents.rows import Table
from litany.documents.tables import open_tables, read_row

HEADER = ["Date", "Township", "Remark", "Killed"]
TAGS = ["#date+start", "#adm3+name", "", "#affected+killed"]
DATA = [["2023-10-09", "Waingmaw", "near the camp", "29"], ["2023-10-10", "Momauk", "", "2"]]
NORMAL = ("#date+start", "#adm3+name", "", "#affected+killed")


def as_csv(rows: list[list[str]]) -> io.BytesIO:
    """A plain CSV."""
    return io.BytesIO("".join(",".join(row) + "\n" for row in rows).encode())


def as_book(rows: list[list[str]]) -> io.BytesIO:
    """A workbook."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file


def as_json(rows: list[list[str]]) -> io.BytesIO:
    """A list of lists."""
    return io.BytesIO(json.dumps(rows).encode())


def body(table: Table) -> list[list[str]]:
    """The cells of the rows."""
    return [list(row.cells) for row in table.rows()]


@pytest.mark.parametrize("write", [as_csv, as_book, as_json])
def test_the_row_of_tags_is_no_row_of_data(write: object) -> None:
    """In CSV, workbooks and JSON, header, tags and rows are told apart and rows keep their numbers."""
    [table] = open_tables(write([HEADER, TAGS, *DATA]), "list")  # type: ignore[operator]
    assert table.sheet.header == tuple(HEADER)
    assert table.sheet.tags == NORMAL
    assert body(table) == DATA
    assert [row.row for row in table.rows()] == [3, 4]
    assert table.problems == []


def test_lines_above_the_header_are_listed() -> None:
    """The header stands directly above the tags; what stands above it is kept in the report."""
    file = as_csv([["List of the dead", "by", "us", ""], ["", "", "", ""], HEADER, TAGS, *DATA])
    [table] = open_tables(file, "list.csv")
    assert table.sheet.header == tuple(HEADER)
    assert body(table) == DATA
    assert [(problem.row, problem.value, problem.kept) for problem in table.problems] == [
        (1, "List of the dead | by | us", True)
    ]
    for row in table.rows():
        assert read_row(file, table.sheet, row.row, row.start, row.length) == tuple(row.cells)


def test_tags_name_columns_that_have_no_name() -> None:
    """Tags alone are a header."""
    [table] = open_tables(as_csv([["#date", "#adm1", "#adm1", "#affected"], *DATA]), "list.csv")
    assert table.sheet.header == ("#date", "#adm1", "#adm1 (2)", "#affected")
    assert table.sheet.tags == ("#date", "#adm1", "#adm1", "#affected")
    assert body(table) == DATA
    [part] = open_tables(as_csv([["Date", "", "Remark", ""], TAGS, *DATA]), "list.csv")
    assert part.sheet.header == ("Date", "#adm3+name", "Remark", "#affected+killed")


def test_objects_may_have_tags_as_keys() -> None:
    """HXL's JSON of objects."""
    rows = [dict(zip(["#date", "#adm1+name"], row[:2], strict=True)) for row in DATA]
    [table] = open_tables(io.BytesIO(json.dumps(rows).encode()), "list.json")
    assert table.sheet.tags == ("#date", "#adm1+name")
    assert body(table) == [row[:2] for row in DATA]


@pytest.mark.parametrize("place", [23, 24, 25, 26])
def test_tags_are_looked_for_in_the_first_25_rows(place: int) -> None:
    """Further down they are data."""
    rows = [["a", "b", "c", "d"]] * (place - 1) + [TAGS, *DATA]
    [table] = open_tables(as_csv(rows), "list.csv")
    assert bool(table.sheet.tags) is (place <= 25)


def test_one_tag_in_a_row_of_several_columns_is_data() -> None:
    """Nobody is lost because a cell holds a word that is also a tag."""
    assert tags_of(["#org", ""]) is None
    assert tags_of(["#org"]) == ("#org",)
    assert tags_of(["#org", "#date+start", ""]) == ("#org", "#date+start", "")


def test_posts_with_hashtags_are_no_tags() -> None:
    """A row needs two tags, tags in half of its cells, and one of the standard."""
    [table] = open_tables(as_csv([["text", "n"], ["#whatshappeninginmyanmar", "1"], ["#saverakhine", ""]]), "posts.csv")
    assert table.sheet.tags == ()
    assert len(body(table)) == 2
    assert tags_of(["#date", "#org", "x", "y", "z"]) is None
    assert tags_of(["#date", "#org", "x", "y", ""]) == ("#date", "#org", "", "", "")


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("#affected+killed+f+children", Tag("affected", ("children", "f", "killed"))),
        (" #Date +START ", Tag("date", ("start",))),
        ("#adm1 + code + code", Tag("adm1", ("code",))),
        ("#geo", Tag("geo")),
        ("#", None), ("#1", None), ("date", None), ("#date+", None), ("#date start", None), ("##date", None), ("#da-te", None),
    ],
)  # fmt: skip
def test_tags_are_read_and_normalised(text: str, tag: Tag | None) -> None:
    """Lower case, attributes sorted; what is no tag is none."""
    assert parse_tag(text) == tag


@given(st.text("#+ abA1_", max_size=12))
def test_a_tag_reads_again_as_itself(text: str) -> None:
    """Its text is the normal form."""
    tag = parse_tag(text)
    assert tag is None or parse_tag(str(tag)) == tag
