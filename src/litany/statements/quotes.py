"""Which exact words of the preserved bytes does a statement rest on, and where do they stand?

The words of a table's statement are the cells of its row in the columns from which the mapping took it. They are read again
from the vault, never from a copy.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import BinaryIO

from msgspec import Struct

from litany.case.case import Case
from litany.documents.locator import Locator
from litany.documents.pdf_again import Again
from litany.documents.tables import TableRow, again, open_tables, read_row
from litany.errors import NotFound
from litany.statements import mapping as spec
from litany.statements.alternatives import COLUMNS, fitted
from litany.store.store import Row
from litany.types.records import MappingText, Reading, SheetRead
from litany.types.statement import Statement


def columns_of(mapping: spec.Mapping, facet: str) -> frozenset[str]:
    """The columns from which a mapping takes the statements of a facet, its key and source among them."""
    found = {*mapping.key, *filter(None, (mapping.incident, mapping.source.column))}
    facets = {one.facet for one in mapping.statement}
    for one in mapping.statement:
        if one.facet == facet:
            found.update(_named(one))
    found.update(one.column for one in mapping.batch if facet.startswith(f"{one.facet}-") and facet not in facets)
    return frozenset(found)


def _named(value: object) -> Iterator[str]:
    """Every column that a part of a mapping names, at any depth."""
    if isinstance(value, tuple):
        for inner in value:
            yield from _named(inner)
    if not isinstance(value, Struct):
        return
    own = COLUMNS.get(type(value), ())
    for field in value.__struct_fields__:
        inner = getattr(value, field)
        if field in own and inner is not None:
            yield from (inner,) if isinstance(inner, str) else inner
        else:
            yield from _named(inner)


class Quoted(Struct, frozen=True):
    """Where the words stand, and the words; ``words`` is None where the bytes were withdrawn."""

    locator: Locator
    words: str | None


class Quotes:
    """Reads words again; keeps the documents of the last questions open until `close`."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._open = ExitStack()
        self._files: dict[str, BinaryIO | None] = {}
        self._pages: dict[tuple[str, int], Again] = {}
        self._whole: dict[tuple[str, int], dict[int, TableRow]] = {}
        self._texts: dict[str, MappingText] | None = None
        self._columns: dict[tuple[str, int, str], tuple[str, ...]] = {}

    def close(self) -> None:
        """Let go of all documents."""
        self._open.close()
        self._pages.clear()
        self._files.clear()

    def of(self, reading: Reading, row: Row, statement: Statement) -> Quoted:
        """The words of one statement of a reading."""
        sheet = reading.sheets[row.sheet]
        columns = self._columns_of(reading, row.sheet, statement.facet)
        found = self._row(reading.document, sheet, row)
        locator = Locator(row=row.row, sheet=sheet.sheet, columns=columns, spots=() if found is None else found.spots)
        if found is None:
            return Quoted(locator, None)
        by_name = dict(zip(sheet.header, found.cells, strict=False))
        words = " | ".join(f"{name}: {' '.join(by_name[name].split())}" for name in columns if by_name[name].strip())
        return Quoted(locator, words)

    def _columns_of(self, reading: Reading, place: int, facet: str) -> tuple[str, ...]:
        key = (f"{reading.document} {reading.mapping}", place, facet)
        if key not in self._columns:
            header = reading.sheets[place].header
            known = [m for sha in reading.mapping.split("+") if (m := self._mapping(sha)) is not None]
            fits = [m for m in known if spec.fits_header(m, header)] or known
            named = columns_of(fitted(fits[0], header), facet) if fits else frozenset(header)
            self._columns[key] = tuple(name for name in header if name in named)
        return self._columns[key]

    def _mapping(self, sha256: str) -> spec.Mapping | None:
        if self._texts is None:
            self._texts = {record.sha256: record for _, _, record in self._case.store.each(MappingText)}
        record = self._texts.get(sha256)
        return None if record is None else spec.load(record.text, record.name).mapping

    def _row(self, document: str, sheet: SheetRead, row: Row) -> TableRow | None:
        file = self._file(document)
        if file is None:
            return None
        if sheet.seekable and row.length:
            return TableRow(row.row, read_row(file, sheet, row.row, row.start, row.length), row.start, row.length)
        key = (document, row.sheet)
        if sheet.form == "pdf" and row.length:
            if key not in self._pages:
                self._pages[key] = self._open.enter_context(Again(file, sheet))
            return self._pages[key].row(row.row, row.start, row.length)
        if key not in self._whole:
            table = open_tables(file, again(sheet))[row.sheet]
            self._whole[key] = {found.row: found for found in table.rows()}
        return self._whole[key].get(row.row)

    def _file(self, document: str) -> BinaryIO | None:
        if document not in self._files:
            try:
                self._files[document] = self._open.enter_context(self._case.open_bytes(document))
            except NotFound:
                self._files[document] = None
        return self._files[document]
