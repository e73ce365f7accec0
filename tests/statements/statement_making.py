"""What several tests of statements share: a case, a table written beside it, and what came of reading it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import msgspec

from litany.case.case import Case
from litany.preserve.add import Facts, add
from litany.statements.mapping import load
from litany.statements.reading import Result, read_document
from litany.statements.row_reader import RowRead, RowReader
from litany.store import rows as store_rows
from litany.types.records import Document
from litany.types.statement import Statement
from litany.values import actors, places

MAPPING = """
name = "list"
title = "A list of killings"
recognise = ["id", "killed"]
key = ["id"]
optional = ["injured", "kids", "by", "said by", "lat", "lon", "precision"]
missing = ["NA"]

[source]
constant = "list"

[sources.list]
name = "The List"

[[statement]]
facet = "killed"
harm = "killed"

[statement.toll.text]
column = "killed"
values = { "a dozen" = "12" }

[[statement.toll.part]]
axis = "age"
age = "child"
best = { column = "kids" }

[statement.when]
column = "date"
precision = "precision"
formats = ["%d/%m/%Y"]

[statement.where]
text = ["place"]
latitude = "lat"
longitude = "lon"
country = "MM"

[[statement.by]]
columns = ["by"]
separators = "/"
unknown = ["unidentified"]
certainty = "suspected"

[[statement.speakers]]
column = "said by"
unknown = ["residents"]

[[statement]]
facet = "injured"
harm = "injured"
require = ["injured"]

[statement.toll]
best = { column = "injured", times = 10 }

[statement.when]
column = "date"
formats = ["%d/%m/%Y"]
"""

Rows = Sequence[Sequence[str]]


def new_case(root: Path, mapping: str | None = MAPPING, key: str = "ab" * 32) -> Case:
    """An empty case with one mapping of its own."""
    case = Case.create(root, title="test", key=key, installation="one")
    if mapping is not None:
        folder = case.layout.lookups / "mappings"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "own.toml").write_text(mapping, "utf-8")
    return case


def as_csv(header: Sequence[str], rows: Rows) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode("utf-8")


def preserve(case: Case, data: bytes, name: str = "table.csv") -> Document:
    """Bytes written beside the case and preserved in it."""
    path = case.layout.root.parent / name
    path.write_bytes(data)
    [outcome] = add(case, [str(path)], Facts())
    assert outcome.sha256 is not None, outcome.refused
    return Document(schema=1, sha256=outcome.sha256, size=outcome.size)


def read(case: Case, data: bytes, name: str = "table.csv", wanted: str | None = None) -> Result:
    """Preserve bytes and read them."""
    return read_document(case, preserve(case, data, name), name, wanted)


def stored(case: Case, result: Result) -> list[tuple[int, Statement]]:
    """(row, statement) of a reading, as the store holds them."""
    key = case.store.key_of(result.id)
    assert key is not None
    found = []
    for row in store_rows.of_readings(case.store, [key]):
        assert row.body is not None
        found.append((row.row, msgspec.json.decode(row.body, type=Statement)))
    return found


def one_row(mapping: str, row: dict[str, str]) -> RowRead:
    """What one row gives, without a case."""
    reader = RowReader(load(mapping, "m.toml").mapping, list(row), actors.load(), places.load(), "the table")
    return reader.read(list(row.values()))
