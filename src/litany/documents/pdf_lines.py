"""Which lines of a table stand on one page, with their cells, and which of them name its columns?

A page is read by itself, with nothing but the table's column edges: so one row is found again without the pages before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from litany.documents import pdf_cells
from litany.documents.pdf_aligned import aligned
from litany.documents.pdf_grids import Band, Grid, fitted, grids
from litany.documents.pdf_pages import Box, Page, Piece
from litany.documents.rows import Spot, TableRow, unique_header
from litany.types.records import SheetRead

_DEEPEST = 3  # lines of a header
HUNDREDTHS = 100


class Line(Struct, frozen=True):
    """A row of a grid on a page. ``place`` counts the table's rows on the page from 1, heads among them; ``grid`` counts the
    grids of the page from 0."""

    page: int
    place: int
    grid: int
    cells: tuple[str, ...]
    box: Box
    band: Band
    edges: tuple[float, ...]

    @property
    def spot(self) -> Spot:
        """Where it stands."""
        return Spot(page=self.page, box=self.box)

    @property
    def blank(self) -> bool:
        """Has it no text?"""
        return not any(self.cells)


class Read(Struct, frozen=True):
    """The lines of a table on a page, and for each grid of the page the pieces of text in it; the rest stands outside."""

    lines: tuple[Line, ...]
    inside: tuple[tuple[Piece, ...], ...]
    outside: tuple[Piece, ...]


def grids_of(page: Page, edges: Sequence[float] | None = None) -> list[Grid]:
    """The ruled grids of a page, or the one that its text makes with a table's edges where none of them is of this table."""
    found = grids(page)
    if edges is not None and not any(fitted(grid, edges) for grid in found):
        made = aligned(page, edges)
        return [made] if made is not None else found
    return found


def read(page: Page, edges: Sequence[float]) -> Read:
    """What a page holds of the table with these column edges (points). Raises PageTrouble."""
    rest: Sequence[Piece] = page.pieces
    lines: list[Line] = []
    inside: list[tuple[Piece, ...]] = []
    for number, grid in enumerate(grids_of(page, edges)):
        own = fitted(grid, edges)
        found, outside = lines_of(page, grid, own or grid.edges, rest, number)
        gone = {id(piece) for piece in outside}
        inside.append(tuple(piece for piece in rest if id(piece) not in gone))
        rest = outside
        if own is not None:
            lines += (replace(line, place=line.place + len(lines)) for line in found)
    return Read(tuple(lines), tuple(inside), tuple(rest))


def lines_of(
    page: Page, grid: Grid, edges: Sequence[float], pieces: Sequence[Piece], number: int = 0
) -> tuple[list[Line], list[Piece]]:
    """(the lines of one grid with these column edges, the pieces that stand outside of it)."""
    blanks = pdf_cells.ends_in_blanks(page.pieces)
    cells, outside = pdf_cells.fill(pieces, edges, grid.bands)
    own = tuple(edges)
    found = []
    for place, (band, row) in enumerate(zip(grid.bands, cells, strict=True), start=1):
        texts = (pdf_cells.text(runs, a, b, blanks) for runs, (a, b) in zip(row, pairwise(own), strict=True))
        box = page.box(own[0], band.top, own[-1], band.bottom)
        found.append(Line(page.number, place, number, tuple(texts), box, band, own))
    return found, outside


class Head(Struct, frozen=True):
    """The names of the columns, in how many lines they stand (titles before them included), the titles, and what was odd."""

    names: tuple[str, ...]
    depth: int
    titles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def head(lines: Sequence[Line]) -> Head:
    """The head with which the lines of a grid begin: the first line with text, and more where its cells are merged.

    A line that is one cell from side to side, above another, is a title. Under a cell that spans columns, the next line names
    them: ``Killed / Men``.
    """
    titles: list[str] = []
    for place, line in enumerate(lines):
        if line.blank:
            continue
        inner = line.edges[1:-1]
        if line.band.cuts and not any(line.band.cut(edge) for edge in inner) and place + 1 < len(lines):
            titles.append(" ".join(filter(None, line.cells)))
            continue
        names, depth = _merged(lines[place : place + _DEEPEST])
        unique, notes = unique_header(names)
        return Head(unique, place + depth, tuple(titles), notes)
    return Head((), 0)


def _merged(lines: Sequence[Line]) -> tuple[list[str], int]:
    names = list(lines[0].cells)
    for depth, (line, below) in enumerate(pairwise(lines), start=1):
        inner = line.edges[1:-1]
        spans = [not line.band.cut(edge) and below.band.cut(edge) for edge in inner]
        if not line.band.cuts or not any(spans):
            return names, depth
        group = _spread(names, spans)
        names = [" / ".join(part for part in parts if part) for parts in zip(group, below.cells, strict=True)]
    return names, len(lines)


def _spread(names: Sequence[str], spans: Sequence[bool]) -> list[str]:
    """Each column under a cell that spans several gets the cell's text, wherever in it the text stands."""
    found = list(names)
    first = 0
    for place in range(1, len(names) + 1):
        if place == len(names) or not spans[place - 1]:
            text = " ".join(filter(None, names[first:place]))
            found[first:place] = [text] * (place - first)
            first = place
    return found


def body(lines: Sequence[Line], header: Sequence[str]) -> tuple[list[Line], bool]:
    """(the lines of one grid without the head that stands at their top, whether one stood there)."""
    found = head(lines)
    if found.depth and found.names == tuple(header):
        return list(lines[found.depth :]), True
    return list(lines), False


def by_grid(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each grid."""
    found: dict[int, list[Line]] = {}
    for line in lines:
        found.setdefault(line.grid, []).append(line)
    return [found[number] for number in sorted(found)]


def goes_on(last: Line, first: Line) -> bool:
    """Is a line the rest of the last one of the page before? Only where no rule parts them and its first cell is empty."""
    return last.band.open_foot and first.band.open_top and not first.cells[0] and first.page == last.page + 1


def points(sheet: SheetRead) -> list[float]:
    """The column edges of a table in points."""
    return [edge / HUNDREDTHS for edge in sheet.edges]


def joined(number: int, lines: Sequence[Line]) -> TableRow:
    """A row from its line, or from the lines on which it stands over pages."""
    cells = ["\n".join(filter(None, parts)) for parts in zip(*(line.cells for line in lines), strict=True)]
    return TableRow(number, cells, lines[0].page, lines[0].place, tuple(line.spot for line in lines))
