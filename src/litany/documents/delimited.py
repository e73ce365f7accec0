"""How is a CSV or TSV file read as it is, each record with the bytes that it came from?

Python's csv module reads the records (RFC 4180 quoting, line feeds inside quotes). It is fed line by line and never asks for
more than it needs, so the bytes that it took for a record are the record's span, to which `read_span` seeks.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import BinaryIO

from litany.documents.detect import FIELD_LIMIT, NO_DELIMITER, TITLES, Shape, by_bytes, is_other, shape_of
from litany.documents.rows import TableRow, Troubles, fit, unique_header
from litany.errors import UnreadableFile
from litany.types.records import Problem, SheetRead

_LINE = 1 << 24  # bytes of a line that is read at once
_NUL = "the row holds NUL characters (they are kept): the file may be damaged"
_BELOW = 20  # rows below a header that must mostly be as wide
_LOOKED_AT = TITLES + 1 + _BELOW
_NUMBER = re.compile(r"[-+\d.,:/ ]+")
_AROUND = 20  # bytes before and after an undecodable one that are shown


class Delimited:
    """The one table of a delimited file."""

    def __init__(self, file: BinaryIO, name: str, shape: Shape | None = None) -> None:
        """Reads as far as the header, with the given shape or the one that the file seems to have. Raises UnreadableFile."""
        self._file, self._name = file, name
        self._shape = shape = shape or shape_of(file)
        self._troubles = Troubles()
        first = self._first()
        if not first:
            raise UnreadableFile(f"{name} has no row with text in it, so no table: get it again from where it came")
        self._titles = first[: titles_above([record.cells for record in first])]
        header, notes = unique_header(first[len(self._titles)].cells)
        self._header_row = first[len(self._titles)].row
        self.sheet = SheetRead(
            header=header,
            encoding=shape.encoding,
            delimiter=shape.delimiter,
            quotechar=shape.quotechar,
            seekable=shape.seekable,
            notes=(*shape.notes, *notes),
        )

    def _first(self) -> list[TableRow]:
        """The first rows with text in them. What is wrong below the first of them is told when the rows are read."""
        found: list[TableRow] = []
        try:
            for record in _records(self._file, self._shape, self._name, self._troubles):
                if any(cell.strip() for cell in record.cells):
                    found.append(record)
                if len(found) == _LOOKED_AT:
                    break
        except UnreadableFile:
            if not found:
                raise
        return found

    @property
    def problems(self) -> list[Problem]:
        """What went wrong in the rows so far."""
        return self._troubles.all()

    def rows(self) -> Iterator[TableRow]:
        """The rows below the header, in constant memory."""
        self._troubles = troubles = Troubles()
        for title in self._titles:
            text = " | ".join(cell for cell in title.cells if cell.strip())
            troubles.add(title.row, None, text, "the line stands above the header, as a title does: not read as a row")
        width, delimiter = len(self.sheet.header), self.sheet.delimiter or NO_DELIMITER
        records = _records(self._file, self._shape, self._name, troubles)
        for _ in range(self._header_row):
            next(records)
        for record in records:
            if len(record[1]) != width:
                yield record._replace(cells=fit(list(record.cells), width, record.row, delimiter, troubles))
            else:
                yield record


def titles_above(rows: Sequence[Sequence[str]]) -> int:
    """How many of the first rows are titles above the header: each has text in one cell only, and below them stands a row of
    words, of three cells or more, that is as wide as most of the rows after it. 0 where that is not clear."""
    widths = [max((place for place, cell in enumerate(row, start=1) if cell.strip()), default=0) for row in rows]
    first = next((place for place, row in enumerate(rows) if sum(1 for cell in row if cell.strip()) > 1), 0)
    if not 0 < first <= TITLES:
        return 0
    header, after = rows[first][: widths[first]], widths[first + 1 : first + 1 + _BELOW]
    alike = sum(1 for row in rows[first + 1 : first + 1 + _BELOW] if len(row) == len(rows[first]))
    words = all(cell.strip() and not _NUMBER.fullmatch(cell.strip()) for cell in header)
    clear = len(header) > 2 and words and 2 * alike > len(after) and after and max(after) <= len(header)
    return first if clear else 0


def read_span(file: BinaryIO, sheet: SheetRead, row: int, start: int, length: int) -> tuple[str, ...] | None:
    """The cells of the record that stands at these bytes, as `Delimited.rows` gives them; None: there is none."""
    file.seek(start)
    part = io.BytesIO(file.read(length))
    encoding = "utf-8" if sheet.encoding == "utf-8-sig" and start else sheet.encoding  # the mark stands at the start only
    shape = Shape(encoding or "utf-8", sheet.delimiter, sheet.quotechar or '"')
    record = next(_records(part, shape, f"row {row}", Troubles()), None)
    if record is None:
        return None
    width = len(sheet.header)
    return tuple(fit(list(record.cells), width, row, "", Troubles()) if len(record.cells) != width else record.cells)


def _records(file: BinaryIO, shape: Shape, name: str, troubles: Troubles) -> Iterator[TableRow]:
    """Every record from the file's start, the header's and blank ones among them, numbered from 1."""
    lines = _Lines(file, shape)
    spans = shape.seekable
    number = start = 0
    try:
        for cells in csv.reader(iter(lines), **shape.reader_options()):  # type: ignore[arg-type]
            number += 1
            if lines.pending:
                lines.report(troubles, number, cells)
            if spans:
                end = lines.taken
                yield TableRow(number, cells, start, end - start)
                start = end
            else:
                yield TableRow(number, cells, 0, 0)
    except csv.Error as problem:
        raise UnreadableFile(
            f"{name}, row {number + 1}: a cell is longer than {FIELD_LIMIT:,} characters ({problem}). "
            "A quotation mark that is never closed does this: close it in a copy and add that"
        ) from problem


class _Lines:
    """The physical lines as text; how many bytes were taken, and what was odd in them and is not reported yet."""

    def __init__(self, file: BinaryIO, shape: Shape) -> None:
        self._file = file
        self._encoding, self._other = shape.decoders
        self.taken = 0
        self.pending: list[tuple[str | None, str]] = []
        self._ended = False

    def __iter__(self) -> Iterator[str]:
        self._file.seek(0)
        yield from (self._bytewise() if by_bytes(self._encoding) else self._characterwise())
        # The csv module asks for a line after the last one: before a record, or within one whose quote is still open.
        self._ended = True
        self.pending.append((None, ""))

    def _bytewise(self) -> Iterator[str]:
        encoding = self._encoding
        marked = encoding == "utf-8-sig"
        plain = "utf-8" if marked else encoding
        for raw in _physical(self._file):
            self.taken += len(raw)
            if marked:
                raw, marked = raw.removeprefix(codecs.BOM_UTF8), False
            if b"\0" in raw:
                self.pending.append((None, _NUL))
            try:
                yield raw.decode(plain)
            except UnicodeDecodeError as problem:
                shown = raw[max(0, problem.start - _AROUND) : problem.end + _AROUND].strip()
                encoding = self._other if self._other is not None and is_other(raw) else plain
                text = raw.decode(encoding, errors="replace")
                read = "� stands for each of them" if encoding == plain else f"the line is read as {encoding} (guessed)"
                reason = f"the row holds bytes that are no {plain}; {read}"
                self.pending.append((shown.decode("ascii", "backslashreplace"), reason))
                yield text

    def _characterwise(self) -> Iterator[str]:
        wrapper = io.TextIOWrapper(self._file, encoding=self._encoding, errors="replace", newline="")
        try:
            for line in wrapper:
                if "\ufffd" in line:
                    reason = f"the row holds � where its bytes are no {self._encoding}, or where the file had it already"
                    self.pending.append((None, reason))
                if "\0" in line:
                    self.pending.append((None, _NUL))
                yield line
        finally:
            if not self._file.closed:
                wrapper.detach()

    def report(self, troubles: Troubles, row: int, cells: list[str]) -> None:
        """Report what was odd in the lines of this record."""
        if self._ended:
            self.pending.pop()
            swallowed = sum(cell.count("\n") for cell in cells)
            reason = f"a quotation mark in the row is never closed: {swallowed} line ends after it were read as its text"
            self.pending.append((None, reason))
        for value, reason in self.pending:
            troubles.add(row, None, value, reason)
        self.pending.clear()


def _physical(file: BinaryIO) -> Iterator[bytes]:
    """Lines with their ends (LF, CRLF, or the bare CR of old Macintosh files). Raises csv.Error for one of over 16 MiB."""
    rest = b""
    for raw in iter(partial(file.readline, _LINE), b""):
        if not rest and b"\r" not in raw and (len(raw) < _LINE or raw.endswith(b"\n")):
            yield raw
            continue
        pieces = (rest + raw).splitlines(keepends=True)
        rest = pieces.pop() if len(raw) == _LINE and not raw.endswith(b"\n") else b""
        if len(rest) >= _LINE:
            raise csv.Error(f"the line is longer than {_LINE:,} bytes")
        yield from pieces
    if rest:
        yield rest
