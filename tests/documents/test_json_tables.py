"""Every list of objects of a JSON document is a table, each cell holds what the file says, and nothing is lost unseen."""

from __future__ import annotations

import io
import json
import re
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from litany.documents import json_tables
from litany.documents.rows import Table
from litany.documents.tables import open_tables, read_row
from litany.errors import UnreadableFile
from tests.statements.statement_making import MAPPING, new_case, read, stored


def opened(data: bytes | str, name: str = "list.json") -> list[Table]:
    """The tables of these bytes."""
    return list(open_tables(io.BytesIO(data.encode() if isinstance(data, str) else data), name))


def cells(table: Table) -> list[dict[str, str]]:
    """The rows by column."""
    return [dict(zip(table.sheet.header, row.cells, strict=True)) for row in table.rows()]


def told(table: Table) -> list[tuple[int | None, bool, str]]:
    """(row, kept, reason) of what went wrong."""
    list(table.rows())
    return [(problem.row, problem.kept, problem.reason) for problem in table.problems]


def at(document: Any, pointer: str) -> Any:
    """What a pointer of RFC 6901 points to."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
KEYS = st.text("abc/~.é", min_size=1, max_size=3)
OBJECTS = st.dictionaries(KEYS, SCALARS, min_size=1, max_size=4)
ROWS = st.lists(OBJECTS, min_size=1, max_size=6)


def as_text(value: Any) -> str:
    """A scalar as the cell shows it, by Python's own json."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


@given(st.dictionaries(KEYS, ROWS, min_size=1, max_size=3), st.sampled_from([None, 2]), st.booleans())
def test_every_list_is_found_and_every_row_by_its_pointer(lists: dict[str, Any], indent: int | None, escaped: bool) -> None:
    """Each cell is the value that the pointer leads to, in the order of first appearance, whatever the layout."""
    data = json.dumps(
        {"made": "by a test", **{f"x{key}": value for key, value in lists.items()}}, indent=indent, ensure_ascii=escaped
    )
    document = json.loads(data)
    tables = opened(data)
    assert [table.sheet.sheet for table in tables] == ["/" + f"x{key}".replace("~", "~0").replace("/", "~1") for key in lists]
    for table, objects in zip(tables, lists.values(), strict=True):
        rows = list(table.rows())
        assert [row.row for row in rows] == list(range(2, len(objects) + 2))
        order = list(dict.fromkeys(key for one in objects for key in one))
        assert len(table.sheet.header) == len(order)
        for row in rows:
            pointer = row.spots[0].pointer
            assert pointer is not None
            one = at(document, pointer)
            assert list(row.cells) == [as_text(one.get(key)) for key in order]
        assert table.problems == []
        assert table.sheet.form == "json"


@example([{"a": "𐐀"}, {"a": "𐐀"}], "utf-16")  # bytes that are control characters and line feeds where they are taken one by one
@example([{"a": "ਊ"}, {"b": "ਊ"}], "utf-16-le")
@given(ROWS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]))
def test_lines_and_lists_and_encodings_say_the_same(objects: list[dict[str, Any]], encoding: str) -> None:
    """One list as JSON and as JSON Lines, in every encoding, gives the same rows."""
    [plain] = opened(json.dumps(objects))
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)
    for data, name in ((json.dumps(objects, ensure_ascii=False), "a.json"), (lines, "a.jsonl")):
        [table] = opened(data.encode(encoding), name)
        assert table.sheet.header == plain.sheet.header
        assert [list(row.cells) for row in table.rows()] == [list(row.cells) for row in plain.rows()]
        assert [row.spots for row in table.rows()] == [row.spots for row in plain.rows()]


def test_numbers_stay_as_they_are_written() -> None:
    """No digit is lost, none is made up."""
    [table] = opened(
        '[{"a": 1e400, "b": 0.10, "c": 12345678901234567890123, "d": -0, "e": 1.0, "f": true, "g": null, "h": NaN}]'
    )
    assert list(cells(table)[0].values()) == ["1e400", "0.10", "12345678901234567890123", "-0", "1.0", "true", "", "NaN"]


def test_nested_objects_become_columns_and_nested_lists_cells() -> None:
    """Dotted names; scalars joined; lists of objects stay JSON, and the table says so."""
    row = '{"location": {"name": "Laiza", "at": {"lat": 24.70}}, "by": ["a", 2, null], '
    row += '"dead": [{"name": "x", "age": 7.0}], "e": {}}'
    [table] = opened(f"[{row}]")
    assert cells(table) == [
        {"location.name": "Laiza", "location.at.lat": "24.70", "by": "a; 2; ", "dead": '[{"name": "x", "age": 7.0}]', "e": ""}
    ]
    assert any("'dead'" in note for note in table.sheet.notes)


def test_one_name_for_two_columns_is_told_apart() -> None:
    """A dotted key and a nested one."""
    [table] = opened('[{"a.b": 1, "a": {"b": 2}}]')
    assert cells(table) == [{"a.b": "1", "a.b (2)": "2"}]
    assert any("used twice" in note for note in table.sheet.notes)


def test_geojson_gives_properties_and_points() -> None:
    """Each feature is a row; a shape that is no point stays JSON."""
    point = {
        "type": "Feature",
        "id": 7,
        "properties": {"killed": 3},
        "geometry": {"type": "Point", "coordinates": [97.5, 24.7]},
    }
    area = {
        "type": "Feature",
        "properties": {"killed": 1},
        "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]},
    }
    none = {"type": "Feature", "properties": None, "geometry": None}
    [table] = opened(json.dumps({"type": "FeatureCollection", "features": [point, area, none]}), "events.geojson")
    assert table.sheet.sheet == "/features"
    first, second, third = cells(table)
    assert first == {"killed": "3", "id": "7", "longitude": "97.5", "latitude": "24.7", "geometry": ""}
    assert second["geometry"].startswith('{"type": "Polygon"')
    assert set(third.values()) == {""}


def test_a_property_keeps_its_name_beside_the_point() -> None:
    """A property called longitude is not the geometry's."""
    feature = {"type": "Feature", "properties": {"longitude": 1}, "geometry": {"type": "Point", "coordinates": [2, 3]}}
    [table] = opened(json.dumps([feature]))
    assert cells(table) == [{"longitude": "1", "geometry.longitude": "2", "latitude": "3"}]


def test_a_key_that_stands_twice_is_reported() -> None:
    """In a row with the value that is not read, above the rows with its pointer."""
    [table] = opened('[{"killed": 3, "killed": 30, "at": {"x": 1, "x": 2}}]')
    assert cells(table) == [{"killed": "30", "at.x": "2"}]
    assert [(problem.row, problem.value) for problem in table.problems] == [(2, "1"), (2, "3")]
    tables = opened('{"data": [{"a": 1}], "data": [{"a": 2}]}')
    assert [table.sheet.sheet for table in tables] == ["/data", "/data (2)"]
    assert [cells(table) for table in tables] == [[{"a": "1"}], [{"a": "2"}]]
    assert any("twice" in note for note in tables[-1].sheet.notes)


def test_elements_that_are_no_rows_are_listed() -> None:
    """They keep their number, so that the rows after them are found."""
    [table] = opened('[{"a": 1}, 17, {"a": 2}, ["x"]]')
    assert [(row.row, list(row.cells)) for row in table.rows()] == [(2, ["1"]), (4, ["2"])]
    assert [(problem.row, problem.value, problem.kept) for problem in table.problems] == [(3, "17", False), (5, '["x"]', False)]


def test_a_list_of_lists_is_a_table_with_a_header() -> None:
    """As HXL's own services write JSON."""
    [table] = opened('[["place", "killed"], ["Laiza", 29], ["Momauk"]]')
    assert cells(table) == [{"place": "Laiza", "killed": "29"}, {"place": "Momauk", "killed": ""}]
    assert [row.spots[0].pointer for row in table.rows()] == ["/1", "/2"]
    assert [problem.row for problem in table.problems] == [3]


BAD = {
    '[[{"a": 1}], [{"a": 2}]]': "a list without objects",
    '{"killed": 3}': "one object .its keys: killed. and no list of objects",
    "[1, 2]": "a list without objects",
    "[]": "a list without objects",
    "{}": "an empty object",
    '{"a" 1}': "line 1, column 6: a colon is missing",
    '{"a": [1,\n 2': "line 2, column 3",
    "[" * 100_000: "too deep",
    '{"a":' * 100_000: "too deep|within a value",
    '[{"a":' + "[" * 100_000: "too deep",
}


@pytest.mark.parametrize("data", sorted(BAD))
def test_what_holds_no_rows_is_refused_with_what_was_found(data: str) -> None:
    """The file by its name, what it holds or where it breaks, what to do."""
    with pytest.raises(UnreadableFile, match=BAD[data]) as caught:
        opened(data)
    assert str(caught.value).startswith("list.json")


@given(ROWS, st.data())
def test_a_text_that_breaks_off_gives_every_complete_row(objects: list[dict[str, Any]], data: st.DataObject) -> None:
    """Cut anywhere: the objects that were closed are read, and the rest is listed with line and column."""
    text = json.dumps({"data": objects}, indent=1)
    cut = text[: data.draw(st.integers(1, len(text) - 1))]
    whole = 0
    for count in range(1, len(objects) + 1):
        head = json.dumps({"data": objects[:count]}, indent=1).removesuffix("\n ]\n}")
        whole = count if cut.startswith(head) else whole
    if not whole:
        with pytest.raises(UnreadableFile, match="line"):
            opened(cut)
        return
    [table] = opened(cut)
    assert len(list(table.rows())) == whole
    [problem] = table.problems
    assert (problem.kept, problem.row) == (False, whole + 2)
    found = re.search(r"line (\d+), column (\d+)", problem.reason)
    assert found is not None
    lines = cut.split("\n")
    told = sum(len(line) + 1 for line in lines[: int(found[1]) - 1]) + int(found[2]) - 1
    last = len(json.dumps({"data": objects[:whole]}, indent=1).removesuffix("\n ]\n}"))
    assert last <= told <= len(cut)


def test_a_fault_is_told_by_line_and_column() -> None:
    """A quotation mark that was not escaped, in the third row."""
    text = '[{"a": "x"},\n{"a": "y"},\n{"a": "say "no""},\n{"a": "z"}]'
    [table] = opened(text)
    assert [row.row for row in table.rows()] == [2, 3]
    assert [(row, kept, "line 3, column 13" in reason) for row, kept, reason in told(table)] == [(4, False, True)]


def test_bad_lines_cost_themselves_only() -> None:
    """The good lines are read; each bad one is listed with its line and why."""
    text = '{"a": 1}\n\n{"a": 2\n{"a": 3} {"a": 4}\n' + "[" * 5000 + '\n{"a": 5}\n"text"\n{"a": 6}'
    [table] = opened(text, "list.jsonl")
    assert [(row.row, list(row.cells)) for row in table.rows()] == [(2, ["1"]), (6, ["5"]), (8, ["6"])]
    reasons = [(problem.row, problem.reason) for problem in table.problems]
    assert [row for row, _ in reasons] == [3, 4, 5, 7]
    assert [f"line {n}" in reason for n, (_, reason) in zip((3, 4, 5), reasons, strict=False)] == [True] * 3
    assert not any(problem.kept for problem in table.problems)


def test_lines_that_are_lists_of_objects_are_refused_and_not_taken_for_a_header() -> None:
    """No row is lost in a header."""
    with pytest.raises(UnreadableFile, match="no object that can be read"):
        opened('[{"a": 1}]\n[{"a": 2}]\n', "a.jsonl")
    with pytest.raises(UnreadableFile, match="line 1: its objects and lists lie too deep"):
        opened("[" * 100_000, "a.jsonl")
    [table] = opened('["a", "b"]\n[1, 2]\n', "a.jsonl")
    assert cells(table) == [{"a": "1", "b": "2"}]


def test_lines_are_known_by_their_content() -> None:
    """Whatever the name; and one document over many lines is none of lines."""
    for name in ("a.json", "a.jsonl", "a.txt", "download"):
        assert opened('{"a": 1}\n{"a": 2}\n', name)[0].sheet.form == "jsonl"
        assert opened('{"data": [\n{"a": 1},\n{"a": 2}\n]}', name)[0].sheet.form == "json"
    assert opened('oops\n{"a": 2}\n', "a.jsonl")[0].sheet.form == "jsonl"


def test_half_a_pair_of_utf_16_can_be_kept() -> None:
    """What no file can hold becomes a mark, and is reported."""
    [table] = opened('[{"a": "x\\ud800y"}]')
    assert cells(table) == [{"a": "x\ufffdy"}]
    assert [row for row, _, _ in told(table)] == [2]


def test_odd_bytes_are_marked() -> None:
    """JSON is UTF-8; other bytes are marked and told."""
    [table] = opened(b'[{"a": "Jos\xe9"}]')
    assert cells(table) == [{"a": "Jos\ufffd"}]
    assert any("no utf-8" in note for note in table.sheet.notes)
    [lines] = opened(b'{"a": "Jos\xe9"}\n{"a": "x"}\n', "a.jsonl")
    assert [row for row, _, _ in told(lines)] == [2]


def test_keys_that_are_values_are_no_columns() -> None:
    """An object with an id or a date as key makes no table of ten thousand columns."""
    with pytest.raises(UnreadableFile, match="different keys"):
        opened(json.dumps([{f"k{n}-{m}": 1 for m in range(500)} for n in range(30)]))


def test_a_large_document_is_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit stands before the bytes are decoded."""
    monkeypatch.setattr(json_tables, "LARGEST", 1 << 20)
    with pytest.raises(UnreadableFile, match="JSON Lines"):
        opened('[{"a": "' + "x" * (1 << 20) + '"}]')


def test_a_line_without_end_is_passed_over() -> None:
    """One line of 17 MiB is listed; the lines around it are read."""
    data = b'{"a": 1}\n{"a": "' + b"x" * (17 << 20) + b'"}\n{"a": 2}\n'
    [table] = opened(data, "a.jsonl")
    assert [(row.row, list(row.cells)) for row in table.rows()] == [(2, ["1"]), (4, ["2"])]
    assert [(row, kept) for row, kept, _ in told(table)] == [(3, False)]


def test_lines_are_read_in_constant_memory(tmp_path: Path) -> None:
    """Memory does not grow with the file."""
    path = tmp_path / "long.jsonl"
    path.write_bytes(b'{"name": "Aung Ko", "place": {"name": "Laiza"}}\n' * 50_000)
    with path.open("rb") as file:
        tracemalloc.start()
        try:
            [table] = open_tables(file, path.name)
            count = sum(1 for _ in table.rows())
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert count == 50_000
    assert peak < path.stat().st_size / 3


@given(st.binary(max_size=60), st.sampled_from(["a.json", "a.jsonl", "a"]))
def test_whatever_the_bytes_only_one_error_comes_out(data: bytes, name: str) -> None:
    """UnreadableFile, which names the file."""
    for body in (data, b'[{"a": 1}, ' + data, b'{"a": 1}\n' + data):
        try:
            for table in opened(body, name):
                for row in table.rows():
                    "".join(row.cells).encode()
        except UnreadableFile as problem:
            assert name in str(problem)


def test_a_row_reads_the_same_again(tmp_path: Path) -> None:
    """By its number in its list, and from the case."""
    file = io.BytesIO(b'{"a": [{"x": 1}], "b": [{"x": 2}, {"x": 3}]}')
    first, second = open_tables(file, "two.json")
    for table in (first, second):
        for row in list(table.rows()):
            assert read_row(file, table.sheet, row.row, row.start, row.length) == tuple(row.cells)
    case = new_case(tmp_path / "case", MAPPING)
    rows = [{"id": "7", "killed": "11-13", "date": "09/10/2023", "place": "Laiza"}]
    result = read(case, json.dumps({"data": rows}).encode(), "list.json")
    [(number, one)] = stored(case, result)
    assert one.toll is not None
    assert (number, one.toll.low, one.toll.high) == (2, 11, 13)
    assert result.reading.sheets[0].form == "json"
