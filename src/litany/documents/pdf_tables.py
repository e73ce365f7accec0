"""Which tables does a PDF hold, and where on which page stands each row?

The document is looked through once for its tables, and read page by page when their rows are asked for; no page stays in
memory. Rows are never joined or dropped on doubt: a row that may go on over a page's end stays two and is listed, and text
outside of all tables is listed with its page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from litany.documents.pdf_file import Document, opened
from litany.documents.pdf_lines import HUNDREDTHS, Head, Line, body, by_grid, goes_on, joined, points, read
from litany.documents.pdf_lines import head as head_of
from litany.documents.pdf_notes import PageNotes
from litany.documents.pdf_pages import Page, PageTrouble
from litany.documents.pdf_survey import Part, Survey, survey
from litany.documents.rows import TableRow, Troubles
from litany.errors import UnreadableFile
from litany.types.records import Problem, SheetRead

GUESSED = (
    "no rules are drawn around the table: its columns were guessed from the white gaps, and each line is a row. Check them"
)
CUT = "the file does not end as a PDF does (it lacks %%EOF): it may be cut short, get it again from where it came"
_JOINED = "the row goes on on the next page: read as one row"
_DOUBT = "the row begins a page and its first cell is empty: it may go on from the row before, kept apart"
_UNMAPPED = "letters whose meaning the file does not tell, shown as �: compare the page"


class PdfTable:
    """One table of a PDF, over all of its pages."""

    def __init__(
        self,
        file: BinaryIO,
        name: str,
        sheet: SheetRead,
        owned: dict[int, set[int]],
        others: dict[int, set[int]],
        found: Survey | None,
    ) -> None:
        """``owned`` are its grids by page, ``others`` those of all tables; ``found`` is given to the first table, which
        reports for the pages without any."""
        self._file, self._name, self.sheet = file, name, sheet
        self._owned, self._others, self._found = owned, others, found
        self._troubles, self._listed = Troubles(sheet.sheet), list[Problem]()

    @property
    def problems(self) -> list[Problem]:
        """What was odd in the rows so far, and after the last row what stands outside of the tables or could not be read."""
        return [*self._troubles.all(), *self._listed]

    def rows(self) -> Iterator[TableRow]:
        """The rows below the header; rows without text are passed over and listed."""
        self._troubles, self._listed = Troubles(self.sheet.sheet), []
        notes = PageNotes(self.sheet.sheet)
        row, held = 1, list[Line]()
        filled = total = 0
        with opened(self._file, self._name) as document:
            for line in self._lines(document, notes):
                first = not held or line.page > held[-1].page
                if held and first and goes_on(held[-1], line):
                    held.append(line)
                    continue
                if held:
                    yield self._row(row, held)
                row, held = row + 1, [line]
                if line.cells[0]:
                    filled += 1
                elif row > 2 and first and 10 * filled >= 9 * total:
                    self._troubles.add(row, self.sheet.header[0], None, _DOUBT)
                total += 1
            if held:
                yield self._row(row, held)
        self._listed = notes.all()

    def _row(self, number: int, lines: Sequence[Line]) -> TableRow:
        made = joined(number, lines)
        if len(lines) > 1:
            self._troubles.add(number, None, None, _JOINED)
        for column, cell in zip(self.sheet.header, made.cells, strict=True):
            if "\ufffd" in cell:
                self._troubles.add(number, column, cell, _UNMAPPED)
        return made

    def _lines(self, document: Document, notes: PageNotes) -> Iterator[Line]:
        edges = points(self.sheet)
        lacking = self._found
        for number in range(1, document.pages + 1):
            mine = self._owned.get(number, set())
            if lacking is not None and (reason := _unread(lacking, number)):
                notes.unread(number, reason)
            elif mine or (lacking is not None and number not in self._others):
                try:
                    page = document.page(number)
                except PageTrouble as problem:
                    notes.unread(number, str(problem))
                    continue
                yield from self._of_page(page, edges, mine, notes)

    def _of_page(self, page: Page, edges: Sequence[float], mine: set[int], notes: PageNotes) -> Iterator[Line]:
        if not mine:
            notes.outside(page.number, page.pieces)
            return
        found = read(page, edges)
        for lines in by_grid(found.lines):
            if lines[0].grid not in mine:
                continue
            rest, again = body(lines, self.sheet.header)
            if again:
                notes.head(page.number, head_of(lines).titles)
            for line in rest:
                if line.blank:
                    notes.blank(page.number)
                else:
                    yield line
        known = self._others[page.number]
        if min(mine) == min(known):  # of several tables of a page the first lists what is around them
            around = [*found.outside, *(p for place, part in enumerate(found.inside) if place not in known for p in part)]
            notes.outside(page.number, around)


def open_pdf(file: BinaryIO, name: str) -> Sequence[PdfTable]:
    """The tables of a PDF in their order, each found over pages by its columns. Raises UnreadableFile."""
    file.seek(max(0, file.seek(0, 2) - 2048))
    cut = b"%%EOF" not in file.read()
    with opened(file, name) as document:
        found = survey(document, name)
        named = [(part, head) for part in found.tables if (head := _head(document, part)).names]
    if not named:
        raise UnreadableFile(f"{name}: there is no text in any of its tables: get it again from where it came")
    if not cut:
        found.empty.clear()
    found.tables = [part for part, _ in named]
    others = _places([place for part in found.tables for place in part.places])
    notes = (*((GUESSED,) if found.guessed else ()), *((CUT,) if cut else ()))
    made = []
    for place, (part, head) in enumerate(named):
        called = _called(part.pages, place, len(named))
        sheet = SheetRead(header=head.names, sheet=called, notes=(*notes, *head.notes), form="pdf", edges=_hundredths(part))
        made.append(PdfTable(file, name, sheet, _places(part.places), others, None if place else found))
    return made


def _places(places: Sequence[tuple[int, int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for page, grid in places:
        found.setdefault(page, set()).add(grid)
    return found


def _hundredths(part: Part) -> tuple[int, ...]:
    return tuple(round(edge * HUNDREDTHS) for edge in part.edges)


def _head(document: Document, part: Part) -> Head:
    """The head of the first grid with text."""
    edges = [edge / HUNDREDTHS for edge in _hundredths(part)]
    found = Head((), 0)
    for page, grid in part.places:
        try:
            found = head_of([line for line in read(document.page(page), edges).lines if line.grid == grid])
        except PageTrouble:
            continue
        if found.names:
            break
    return found


def _called(pages: Sequence[int], place: int, count: int) -> str | None:
    if count == 1:
        return None
    shown = f"page {pages[0]}" if len(pages) == 1 else f"pages {pages[0]}-{pages[-1]}"
    return f"table {place + 1} ({shown})"


def _unread(found: Survey, page: int) -> str | None:
    """Why a page gave nothing."""
    if page in found.troubles:
        return found.troubles[page]
    if page in found.pictures:
        return "the page is a picture without text. Reading pictures (OCR) comes later: type what it shows"
    return "the page is empty, and the file seems to be cut short" if page in found.empty else None
