"""Makes PDFs for tests: rules and texts are drawn one by one, so that any of them can be left out or put astray."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Sequence

from reportlab.pdfgen.canvas import Canvas

EDGES = (50.0, 90.0, 200.0, 260.0, 400.0)
HEADER = ("No.", "Name", "Sex", "Place")
HEIGHT = 842.0
Lines = Sequence[str]


def pdf(*pages: Callable[[Canvas], None], size: tuple[float, float] = (595.0, HEIGHT), turn: int = 0) -> io.BytesIO:
    """A file with these pages."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=size, invariant=True)
    for page in pages:
        canvas.setFont("Helvetica", 8)
        if turn:
            canvas.setPageRotation(turn)
        page(canvas)
        canvas.showPage()
    canvas.save()
    file.seek(0)
    return file


def table(
    rows: Sequence[Sequence[str]],
    top: float = 100.0,
    *,
    edges: Sequence[float] = EDGES,
    height: float = 24.0,
    heights: Sequence[float] | None = None,
    open_top: bool = False,
    open_foot: bool = False,
    without: frozenset[tuple[str, int, int]] = frozenset(),
    size: float = 8.0,
) -> Callable[[Canvas], None]:
    """A ruled table; ``top`` is from the page's top. Lines of a cell are parted by ``|`` and stand about its middle.

    ``without`` names rules to leave out: ("top", row, column), where row len(rows) is the foot, and ("left", row, column).
    """
    tall = list(heights or [height] * len(rows))
    levels = [top + sum(tall[:place]) for place in range(len(rows) + 1)]

    def draw(canvas: Canvas) -> None:
        for place, level in enumerate(levels):
            if (place == 0 and open_top) or (place == len(rows) and open_foot):
                continue
            for column, (left, right) in enumerate(itertools.pairwise(edges)):
                if ("top", place, column) not in without:
                    canvas.line(left, HEIGHT - level, right, HEIGHT - level)
        for place, (above, below) in enumerate(itertools.pairwise(levels)):
            for column, edge in enumerate(edges):
                if ("left", place, column) not in without:
                    canvas.line(edge, HEIGHT - above, edge, HEIGHT - below)
        for place, row in enumerate(rows):
            middle = (levels[place] + levels[place + 1]) / 2
            for column, cell in enumerate(row):
                write(canvas, cell.split("|"), edges[column] + 2, middle, size)

    return draw


def write(canvas: Canvas, lines: Lines, left: float, middle: float, size: float = 8.0, leading: float = 9.5) -> None:
    """Lines under each other about a height."""
    for number, line in enumerate(lines):
        base = middle + 0.265 * size + (number - (len(lines) - 1) / 2) * leading
        if line:
            canvas.drawString(left, HEIGHT - base, line)


def both(*parts: Callable[[Canvas], None]) -> Callable[[Canvas], None]:
    """Several things on one page."""

    def draw(canvas: Canvas) -> None:
        for part in parts:
            part(canvas)

    return draw


def words(text: str, left: float = 50.0, top: float = 50.0) -> Callable[[Canvas], None]:
    """A line of text on a page."""
    return lambda canvas: canvas.drawString(left, HEIGHT - top, text)
