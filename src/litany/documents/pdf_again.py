"""How is one row of a PDF's table read again without the pages before it?"""

from __future__ import annotations

from types import TracebackType
from typing import BinaryIO

from litany.documents.pdf_file import opened
from litany.documents.pdf_lines import Line, body, by_grid, goes_on, joined, points, read
from litany.documents.pdf_pages import PageTrouble
from litany.documents.rows import TableRow
from litany.errors import NotFound
from litany.types.records import SheetRead

_KEPT = 4  # pages at hand


class Again:
    """Reads single rows of one table again, each from its page alone; keeps the document open and the last pages at hand."""

    def __init__(self, file: BinaryIO, sheet: SheetRead) -> None:
        self._open = opened(file, "the document")
        self._document = self._open.__enter__()
        self._sheet, self._edges = sheet, points(sheet)
        self._pages: dict[int, tuple[Line, ...]] = {}

    def __enter__(self) -> Again:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._open.__exit__(kind, error, trace)

    def row(self, row: int, page: int, place: int) -> TableRow:
        """The row that `PdfTable.rows` gave with this ``row``, ``start`` and ``length``. Raises NotFound."""
        lines = self._lines(page) if 0 < page <= self._document.pages else ()
        found = [line for line in lines if line.place == place]
        if not found:
            raise NotFound(f"page {page} has no row {row} of the table: run `litany verify` to see whether its bytes changed")
        while found[-1] is lines[-1] and found[-1].band.open_foot and found[-1].page < self._document.pages:
            lines = self._lines(found[-1].page + 1)
            rest = body(by_grid(lines)[0], self._sheet.header)[0] if lines else []
            following = next((line for line in rest if not line.blank), None)
            if following is None or not goes_on(found[-1], following):
                break
            found.append(following)
        return joined(row, found)

    def _lines(self, page: int) -> tuple[Line, ...]:
        """No lines where the page cannot be read: then the first reading could not read it either."""
        if page not in self._pages:
            try:
                lines = read(self._document.page(page), self._edges).lines
            except PageTrouble:
                lines = ()
            while len(self._pages) >= _KEPT:
                del self._pages[next(iter(self._pages))]
            self._pages[page] = lines
        return self._pages[page]
