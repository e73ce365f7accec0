"""Where no rules are drawn: do the lines of a page stand in columns all the same?

Columns are told by the white gaps that run down through all lines which have gaps. What comes out is a guess and is called one:
each line is a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from litany.documents.pdf_grids import Band, Grid
from litany.documents.pdf_pages import Page, Piece

_FEWEST = 3  # lines with gaps
_WORD = 0.6  # of the size: a wider gap parts columns, not words
_LONG = 40  # letters: where columns hold longer pieces mostly, it is prose in columns
_CROSSED = 0.05  # of the pieces may cross the edges of a page that goes on
_APART = 3.5  # of the size: lines farther apart do not belong together

_Segment = tuple[float, float, int]  # left, right, letters


def aligned(page: Page, edges: Sequence[float] | None = None) -> Grid | None:
    """The lines of a page as a grid, with the columns of the page before where they are given; None: it is no table."""
    lines = _lines(page.pieces)
    parted = [_segments(line) for line in lines]
    block = _block(lines, parted)
    if block is None:
        return None
    first, last = block
    several = [segments for segments in parted[first : last + 1] if len(segments) > 1]
    if edges is None:
        if len(several) < _FEWEST or median(n for segments in several for *_, n in segments) > _LONG:
            return None
        size = median(piece.size for line in lines for piece in line)
        made = _edges(several, size)
    else:
        made = tuple(edges)
        every = [segment for segments in several for segment in segments]
        crossing = sum(any(left < edge - 1 and right > edge + 1 for edge in made[1:-1]) for left, right, _ in every)
        if crossing > _CROSSED * len(every):
            return None
    if len(made) < 3:
        return None
    return Grid(made, _bands(lines[first : last + 1]))


def _lines(pieces: Sequence[Piece]) -> list[list[Piece]]:
    found: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.base, piece.left)):
        if found and piece.base - found[-1][0].base <= 0.35 * piece.size:
            found[-1].append(piece)
        else:
            found.append([piece])
    return found


def _segments(line: Sequence[Piece]) -> list[_Segment]:
    found: list[_Segment] = []
    for piece in sorted(line, key=lambda piece: piece.left):
        if found and piece.left - found[-1][1] <= _WORD * piece.size:
            found[-1] = found[-1][0], max(found[-1][1], piece.right), found[-1][2] + len(piece.text)
        else:
            found.append((piece.left, piece.right, len(piece.text)))
    return found


def _block(lines: Sequence[Sequence[Piece]], parted: Sequence[Sequence[_Segment]]) -> tuple[int, int] | None:
    """The first and the last line of the longest stretch of lines with gaps; lines without one may stand between them."""
    best: tuple[int, int, int] = (0, 0, 0)
    start, count, last = 0, 0, -1
    for place, segments in enumerate(parted):
        if len(segments) < 2:
            continue
        near = last >= 0 and lines[place][0].base - lines[place - 1][0].base <= _APART * lines[place][0].size
        if not near or place - last > 3:
            start, count = place, 0
        count, last = count + 1, place
        best = max(best, (count, -start, place))
    return (-best[1], best[2]) if best[0] else None


def _edges(several: Sequence[Sequence[_Segment]], size: float) -> tuple[float, ...]:
    covered: list[list[float]] = []
    for left, right, _ in sorted(segment for segments in several for segment in segments):
        if covered and left <= covered[-1][1] + 0.5 * size:
            covered[-1][1] = max(covered[-1][1], right)
        else:
            covered.append([left, right])
    inner = ((one[1] + two[0]) / 2 for one, two in pairwise(covered))
    return (covered[0][0] - size, *inner, covered[-1][1] + size)


def _bands(lines: Sequence[Sequence[Piece]]) -> tuple[Band, ...]:
    tops = [min(piece.top for piece in line) for line in lines]
    feet = [max(piece.bottom for piece in line) for line in lines]
    between = [(foot + top) / 2 for foot, top in zip(feet, tops[1:], strict=False)]
    starts, ends = [tops[0] - 1, *between], [*between, feet[-1] + 1]
    return tuple(Band(top, foot) for top, foot in zip(starts, ends, strict=True))
