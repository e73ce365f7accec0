"""Which tables run through a PDF, on which pages, and which pages could not be read?

Grids with the same columns are one table over pages, unless the header comes again under a text that is new: then a table
begins that may be about something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct, field

from litany.documents.pdf_aligned import aligned
from litany.documents.pdf_file import Document
from litany.documents.pdf_grids import Grid, fitted, united
from litany.documents.pdf_lines import Head, grids_of, head, lines_of
from litany.documents.pdf_pages import Page, PageTrouble, Piece
from litany.errors import UnreadableFile

_DIGITS = re.compile(r"\d+")
_TABLES = 500


class Part(Struct):
    """A table in the making: its column edges, its head, its grids as (page, number on the page), and the texts above them."""

    edges: tuple[float, ...]
    head: Head
    places: list[tuple[int, int]]
    bands: int
    above: set[str]
    votes: dict[float, int]

    @property
    def pages(self) -> list[int]:
        """Its pages, each once."""
        return sorted({page for page, _ in self.places})


class Survey(Struct):
    """What a whole document holds. ``troubles`` are pages that could not be read, with the reason."""

    pages: int
    tables: list[Part] = field(default_factory=list)
    troubles: dict[int, str] = field(default_factory=dict)
    pictures: list[int] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)
    guessed: bool = False


def survey(document: Document, name: str) -> Survey:
    """Look through all pages. Raises UnreadableFile when there is no table in any of them."""
    found = Survey(document.pages)
    for guessed in (False, True):
        found = Survey(document.pages, guessed=guessed)
        for number in range(1, document.pages + 1):
            try:
                _look(document.page(number), found)
            except PageTrouble as problem:
                found.troubles[number] = str(problem)
        found.tables = [part for part in found.tables if part.bands > 1]
        for part in found.tables:
            part.edges = _voted(part)
        if found.tables:
            return found
    raise UnreadableFile(_nothing(found, name))


def _nothing(found: Survey, name: str) -> str:
    if found.pictures and len(found.pictures) + len(found.empty) + len(found.troubles) == found.pages:
        return (
            f"{name}: its pages are pictures without text. Reading pictures (OCR) comes later: "
            "type the table as CSV or XLSX and add that beside it"
        )
    if len(found.troubles) + len(found.empty) == found.pages:
        reason = next(iter(found.troubles.values()), "there is nothing on any of its pages")
        return f"{name}: none of its {found.pages:,} pages can be read ({reason}): get it again from where it came"
    return (
        f"{name}: no table was found on its {found.pages:,} pages, neither by rules nor by columns of text: "
        "copy what should be a table to a spreadsheet and add that as CSV or XLSX"
    )


def _look(page: Page, found: Survey) -> None:
    if not page.pieces:
        (found.pictures if page.images else found.empty).append(page.number)
    if found.guessed:
        edges = found.tables[-1].edges if found.tables else None
        made = (aligned(page, edges) if edges else None) or aligned(page)
        on_page = [made] if made is not None else []
    else:
        on_page = grids_of(page)
    taken = 0.0
    for number, grid in enumerate(on_page):
        above = _above(page.pieces, taken, grid)
        _add(found, page, number, grid, above)
        taken = max(taken, grid.bottom)


def _above(pieces: Sequence[Piece], top: float, grid: Grid) -> set[str]:
    """The texts between two grids, without their numbers (of pages, of tables)."""
    return {_DIGITS.sub("", piece.text).strip() for piece in pieces if top <= piece.middle < grid.top} - {""}


def _add(found: Survey, page: Page, number: int, grid: Grid, above: set[str]) -> None:
    for part in reversed(found.tables):
        near = part.places[-1][0] >= page.number - 1 or part is found.tables[-1]
        moved = fitted(grid, part.edges) if near else None
        if moved is None:
            continue
        fresh = above - part.above
        if fresh and _head(page, grid, moved).names == part.head.names:
            break
        shift = grid.edges[0] - part.edges[0]
        part.edges = united(part.edges, [edge - shift for edge in grid.edges])
        _vote(part, [edge - shift for edge in grid.edges])
        part.places.append((page.number, number))
        part.bands += len(grid.bands)
        part.above |= above
        return
    if len(found.tables) >= _TABLES:
        raise PageTrouble(f"the document holds more than {_TABLES} tables: the rest is not read, divide it")
    part = Part(grid.edges, _head(page, grid, grid.edges), [(page.number, number)], len(grid.bands), above, {})
    _vote(part, grid.edges)
    found.tables.append(part)


def _head(page: Page, grid: Grid, edges: Sequence[float]) -> Head:
    return head(lines_of(page, grid, edges, page.pieces)[0])


def _vote(part: Part, edges: Sequence[float]) -> None:
    for edge in part.edges:
        if any(abs(edge - other) <= 3.0 for other in edges):
            part.votes[edge] = part.votes.get(edge, 0) + 1


def _voted(part: Part) -> tuple[float, ...]:
    """The edges that stand on at least every fifth of its grids: a rule that was drawn once by mistake parts no column."""
    needed = len(part.places) / 5
    kept = [edge for edge in part.edges[1:-1] if part.votes.get(edge, 0) >= needed]
    return (part.edges[0], *kept, part.edges[-1])
