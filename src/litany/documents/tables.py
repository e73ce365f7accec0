"""Which tables does a document hold, and how is a statement's row found in it again?

CSV and TSV are streamed, PDFs read page by page; spreadsheets load whole. Every cell keeps its text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from litany.documents.delimited import Delimited, read_span
from litany.documents.detect import shape_again
from litany.documents.hxl import tagged
from litany.documents.json_tables import open_json
from litany.documents.kinds import Kind, kind_of
from litany.documents.parquet_tables import open_parquet
from litany.documents.pdf_again import Again
from litany.documents.pdf_tables import open_pdf
from litany.documents.rows import Table, TableRow, unique_header
from litany.documents.sheets import open_sheets
from litany.errors import NotFound
from litany.types.records import SheetRead

__all__ = ["Table", "TableRow", "open_tables", "read_row", "unique_header"]


def open_tables(file: BinaryIO, name: str) -> list[Table]:
    """The tables of a document in their order, empty and hidden sheets among them; ``name`` is for messages.

    The file stays open while rows are read. Raises UnreadableFile, which says what the file is instead and what to do.
    """
    return [tagged(table) for table in _untagged(file, name)]


def _untagged(file: BinaryIO, name: str) -> Sequence[Table]:
    kind = kind_of(file, name)
    match kind:
        case Kind.DELIMITED:
            return [Delimited(file, name)]
        case Kind.PDF:
            return open_pdf(file, name)
        case Kind.JSON | Kind.JSONL:
            return open_json(file, name, kind)
        case Kind.PARQUET:
            return open_parquet(file, name)
        case _:
            return open_sheets(file, name, kind)


def read_row(file: BinaryIO, sheet: SheetRead, row: int, start: int, length: int) -> tuple[str, ...]:
    """The cells of one row again, as `Table.rows` gave them: by its bytes or its page where they are known, else by
    reading up to it.

    Raises NotFound when the document has no such row.
    """
    if sheet.seekable and length:
        cells = read_span(file, sheet, row, start, length)
        if cells is not None:
            return cells
    if sheet.form == "pdf" and length:
        with Again(file, sheet) as pages:
            return tuple(pages.row(row, start, length).cells)
    for table in _opened_again(file, sheet):
        for found in table.rows():
            if found.row == row:
                return tuple(found.cells)
    where = f" in sheet {sheet.sheet}" if sheet.sheet else ""
    raise NotFound(f"the document has no row {row}{where}: run `litany verify` to see whether its bytes changed")


def again(sheet: SheetRead) -> str:
    """The name under which to open a document again: only JSON is known by its name where its bytes leave it open."""
    return f"the document.{sheet.form}" if sheet.form else "the document"


def _opened_again(file: BinaryIO, sheet: SheetRead) -> list[Table]:
    if sheet.encoding is not None:
        return [Delimited(file, "the document", shape_again(file, sheet))]
    wanted = (sheet.sheet, sheet.area)
    return [table for table in open_tables(file, "the document") if (table.sheet.sheet, table.sheet.area) == wanted]
