"""A Parquet file gives the same cells as Polars, as text."""

from __future__ import annotations

import datetime
import io
import random
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from litany.documents.tables import open_tables, read_row
from litany.errors import UnreadableFile


def packed(frame: pl.DataFrame) -> io.BytesIO:
    """The frame as a file."""
    file = io.BytesIO()
    frame.write_parquet(file)
    return file


def test_every_kind_of_cell_comes_out_as_text() -> None:
    """Dates as ISO days, decimals as they are, what is nested as JSON, nothing for what is missing."""
    frame = pl.DataFrame(
        {
            "name": ["Aung\nKo", None],
            "killed": [29, None],
            "share": [3.0, 0.1],
            "small": pl.Series([0.1, None], dtype=pl.Float32),
            "money": pl.Series([Decimal("10.50"), Decimal("-0.01")], dtype=pl.Decimal(10, 2)),
            "day": [datetime.date(2023, 10, 9), None],
            "at": pl.Series(["2023-10-09T23:30:00", "2023-10-09T00:00:00"]).str.to_datetime(),
            "child": [True, False],
            "list": [["a", "b"], None],
            "place": [{"name": "Laiza", "lat": 24.7}, {"name": None, "lat": None}],
            "raw": [b"ab", b"\xff\x00"],
        }
    )
    [table] = open_tables(packed(frame), "list.parquet")
    first, second = table.rows()
    assert table.sheet.header == tuple(frame.columns)
    assert list(first.cells) == [
        "Aung\nKo", "29", "3", "0.1", "10.50", "2023-10-09", "2023-10-09T23:30:00", "true", '["a", "b"]',
        '{"name": "Laiza", "lat": 24.7}', "ab",
    ]  # fmt: skip
    assert list(second.cells) == [
        "", "", "0.1", "", "-0.01", "", "2023-10-09", "false", "", '{"name": null, "lat": null}', "ff00",
    ]  # fmt: skip
    assert [(problem.row, problem.column) for problem in table.problems] == [(3, "raw")]
    assert table.sheet.form == "parquet"


@example([("#ORG", None)])
@given(st.lists(st.tuples(st.text(max_size=6), st.none() | st.integers(-(2**63), 2**63 - 1)), max_size=8))
@settings(max_examples=30)
def test_rows_are_those_that_polars_gives(rows: list[tuple[str, int | None]]) -> None:
    """In their order, numbered from 2, and each again by its number."""
    file = packed(pl.DataFrame(rows, schema={"a": pl.String, "b": pl.Int64}, orient="row"))
    [table] = open_tables(file, "x")
    read = list(table.rows())
    assert [(row.row, *row.cells) for row in read] == [(n, a, "" if b is None else str(b)) for n, (a, b) in enumerate(rows, 2)]
    for row in read[:3]:
        assert read_row(file, table.sheet, row.row, row.start, row.length) == tuple(row.cells)


def test_batches_lose_no_row() -> None:
    """Exactly one batch, one row more, one row less."""
    for count in (19_999, 20_000, 20_001, 40_000):
        [table] = open_tables(packed(pl.DataFrame({"n": range(count)})), "x.parquet")
        assert [int(row.cells[0]) for row in table.rows()] == list(range(count))


def test_a_damaged_file_is_refused_by_name() -> None:
    """Cut short, or with other bytes in the middle."""
    data = packed(pl.DataFrame({"n": range(5000), "t": ["text"] * 5000})).getvalue()
    luck = random.Random(3)
    spoilt = bytearray(data)
    for _ in range(200):
        spoilt[luck.randrange(4, len(data) - 8)] = luck.randrange(256)
    for bad in (data[:-30], data[:100], b"PAR1", bytes(spoilt)):
        with pytest.raises(UnreadableFile, match=r"x\.parquet .*damaged"):
            for table in open_tables(io.BytesIO(bad), "x.parquet"):
                list(table.rows())
