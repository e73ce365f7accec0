"""Which text of a page stands in which cell of a grid?

Neighbouring cells overlap on the page: text that is too long for its cell runs over the cell's edges. So text is given to cells
by the run: what was written in one go, which is one marked content of a tagged file, else successive pieces of one column whose
lines follow each other. A run goes as a whole to the row in which its middle stands. Where the page was written row by row, a
run that is larger than its row cannot leave the rows of the runs that were written before and after it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from litany.documents.pdf_grids import Band
from litany.documents.pdf_pages import Piece

_SLACK = 1.5  # points by which text may stand over an edge and still counts as inside
_LINE = 0.35  # of the size: base lines closer than this are one line
_LEADING = 2.2  # of the size: lines farther apart than this are no lines of one run


class Run(Struct):
    """Pieces of one cell in the order in which they were written."""

    pieces: list[Piece]
    column: int
    row: int = -1

    @property
    def top(self) -> float:
        """The upper end of its highest line."""
        return min(piece.top for piece in self.pieces)

    @property
    def bottom(self) -> float:
        """The lower end of its lowest line."""
        return max(piece.bottom for piece in self.pieces)


def fill(pieces: Sequence[Piece], edges: Sequence[float], bands: Sequence[Band]) -> tuple[list[list[list[Run]]], list[Piece]]:
    """(runs by row and column, the pieces that stand outside of the grid)."""
    chunks = list(_chunks(pieces))
    within = _running_over(chunks, [_stands_in(chunk, edges, bands) for chunk in chunks], edges)
    inside = [chunk for chunk, stands in zip(chunks, within, strict=True) if stands]
    outside = [piece for chunk, stands in zip(chunks, within, strict=True) if not stands for piece in chunk]
    runs = [run for chunk in inside for run in _runs(chunk, edges, bands)]
    _place(runs, bands)
    cells: list[list[list[Run]]] = [[[] for _ in edges[1:]] for _ in bands]
    for run in runs:
        cells[run.row][run.column].append(run)
    return cells, outside


def _stands_in(chunk: Sequence[Piece], edges: Sequence[float], bands: Sequence[Band]) -> bool:
    middle = (min(piece.top for piece in chunk) + max(piece.bottom for piece in chunk)) / 2
    left, right = min(piece.left for piece in chunk), max(piece.right for piece in chunk)
    beside = left >= edges[-1] or right <= edges[0] or (left < edges[0] - _SLACK and (left + right) / 2 < edges[0])
    return bands[0].top <= middle <= bands[-1].bottom and not beside


def _running_over(chunks: Sequence[Sequence[Piece]], within: Sequence[bool], edges: Sequence[float]) -> list[bool]:
    """Lines above or below the grid that were written among those of one of its cells belong to that cell."""
    found = list(within)
    for start in range(1, len(chunks)):
        if found[start] or not found[start - 1]:
            continue
        end = next((place for place in range(start, len(chunks)) if within[place]), None)
        if end is None:
            break
        below = all(_goes_on(chunks[place - 1], chunks[place], edges) for place in range(start, end))
        above = all(_goes_on(chunks[place], chunks[place + 1], edges) for place in range(start, end))
        if below or above:
            found[start:end] = [True] * (end - start)
    return found


def _goes_on(one: Sequence[Piece], two: Sequence[Piece], edges: Sequence[float]) -> bool:
    return one[-1].mark == two[0].mark and _follows(one[-1], two[0]) and _column(one[-1], edges) == _column(two[0], edges)


def _chunks(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Successive pieces of one marked content; each piece alone where the file has no tags."""
    chunk: list[Piece] = []
    for piece in pieces:
        if chunk and (piece.mark < 0 or piece.mark != chunk[-1].mark):
            yield chunk
            chunk = []
        chunk.append(piece)
    if chunk:
        yield chunk


def _column(piece: Piece, edges: Sequence[float]) -> int:
    """The column in which a piece stands, or begins where it runs over the right edge, or has most of itself."""
    start = min(max(bisect_right(edges, piece.left + _SLACK) - 1, 0), len(edges) - 2)
    if piece.right <= edges[start + 1] + _SLACK or piece.left - edges[start] <= piece.size:
        return start
    shares = [min(piece.right, b) - max(piece.left, a) for a, b in pairwise(edges)]
    return max(range(len(shares)), key=lambda place: (shares[place], -place))


def _runs(chunk: list[Piece], edges: Sequence[float], bands: Sequence[Band]) -> Iterator[Run]:
    """A chunk as one run if it keeps to one column, else as its pieces."""
    columns = [_column(piece, edges) for piece in chunk]
    if len(chunk) > 1 and len(set(columns)) == 1 and _one_cell(chunk):
        yield Run(chunk, columns[0])
        return
    for piece, column in zip(chunk, columns, strict=True):
        yield Run([piece], column)


def _one_cell(chunk: Sequence[Piece]) -> bool:
    """Do the lines follow each other as those of one paragraph do?"""
    return all(_follows(one, two) for one, two in pairwise(chunk))


def _follows(one: Piece, two: Piece) -> bool:
    size = max(one.size, two.size)
    return -_LINE * size <= two.base - one.base <= _LEADING * size


def _place(runs: list[Run], bands: Sequence[Band]) -> None:
    """Give each run its row, and join those that go on in the cell of the run before."""
    for run in runs:
        run.row = _row(run, bands)
    runs[:] = _joined(runs, bands)
    sure = [_fits(run, bands) for run in runs]
    rows = [run.row for run, certain in zip(runs, sure, strict=True) if certain]
    if any(a > b for a, b in pairwise(rows)):
        return  # not written row after row
    after = len(bands) - 1
    last = [after] * len(runs)
    for place in range(len(runs) - 1, -1, -1):
        last[place] = after
        if sure[place]:
            after = runs[place].row
    before = 0
    for run, certain, most in zip(runs, sure, last, strict=True):
        if certain:
            before = run.row
        else:
            run.row = min(max(run.row, before), most)


def _row(run: Run, bands: Sequence[Band]) -> int:
    return min(bisect_right([band.bottom for band in bands], (run.top + run.bottom) / 2), len(bands) - 1)


def _fits(run: Run, bands: Sequence[Band]) -> bool:
    band = bands[run.row]
    return run.top >= band.top - _SLACK and run.bottom <= band.bottom + _SLACK


def _joined(runs: Sequence[Run], bands: Sequence[Band]) -> list[Run]:
    """The runs, those of one cell joined: successive runs of one column whose lines follow each other.

    They are of several rows where each fits its own. But where the page was written row after row, and such lines begin above
    the cell that was written before them or end below the one after, they are of one cell that runs over its row.
    """
    groups: list[list[Run]] = []
    for run in runs:
        if groups and groups[-1][-1].column == run.column and _continues(groups[-1][-1], run):
            groups[-1].append(run)
        else:
            groups.append([run])
    by_row = _by_row(runs, bands)
    wholes = [_whole(group, bands) for group in groups]
    found: list[Run] = []
    for place, group in enumerate(groups):
        over = by_row and (
            (place > 0 and group[0].row < wholes[place - 1].row)
            or (place + 1 < len(groups) and group[-1].row > wholes[place + 1].row)
        )
        if over or len(group) == 1:
            found.append(wholes[place])
            continue
        part = [group[0]]
        for run in group[1:]:
            if run.row == part[-1].row or not (_fits(part[-1], bands) and _fits(run, bands)):
                part.append(run)
            else:
                found.append(_whole(part, bands))
                part = [run]
        found.append(_whole(part, bands))
    return found


def _continues(one: Run, two: Run) -> bool:
    return one.pieces[-1].mark == two.pieces[0].mark and _follows(one.pieces[-1], two.pieces[0])


def _whole(group: Sequence[Run], bands: Sequence[Band]) -> Run:
    made = Run([piece for run in group for piece in run.pieces], group[0].column)
    made.row = _row(made, bands)
    return made


def _by_row(runs: Sequence[Run], bands: Sequence[Band]) -> bool:
    """Was the page written row after row, not column after column?"""
    along = sum(one.row == two.row and one.column < two.column for one, two in pairwise(runs))
    down = sum(
        one.column == two.column and one.row < two.row and _fits(one, bands) and _fits(two, bands)
        for one, two in pairwise(runs)
    )
    return along > down


def text(runs: Sequence[Run], left: float, right: float, blanks: bool) -> str:
    """The text of a cell between two edges: its lines under each other, a word that was broken at the edge whole again.

    ``blanks`` says whether the page's lines end in the blank at which they were broken, as programs that lay out text in cells
    write them: only there is a line without one known to break within a word.
    """
    ordered = list(runs)
    if any(b.top < a.top - 1 for a, b in pairwise(ordered)):
        ordered.sort(key=lambda run: (run.top, run.pieces[0].left))
    lines = [line for run in ordered for line in _lines(run.pieces)]
    made = ""
    for place, line in enumerate(lines):
        whole = " ".join(piece.text for piece in line) if len(line) > 1 else line[0].text
        if place:
            made += "" if blanks and _broken(lines[place - 1], line, left, right) else "\n"
        made += whole
    return made.strip()


def _lines(pieces: Sequence[Piece]) -> list[list[Piece]]:
    found: list[list[Piece]] = []
    for piece in pieces:
        before = found[-1][-1] if found else None
        if before is None or abs(piece.base - before.base) > _LINE * max(piece.size, before.size):
            found.append([piece])
        elif not before.blank and -0.1 * piece.size <= piece.left - before.right <= 0.2 * piece.size:
            found[-1][-1] = Piece(  # a word that was written in two strokes
                before.text + piece.text,
                before.left,
                piece.right,
                before.base,
                before.size,
                before.mark,
                before.first,
                piece.blank,
            )
        else:
            found[-1].append(piece)
    return found


def _broken(above: list[Piece], below: list[Piece], left: float, right: float) -> bool:
    """Was a word broken between two lines: no blank stands there, and no more of the word had room in the line above?"""
    last, first = above[-1], below[0]
    if last.blank:
        return False
    inner = right - min(max(above[0].left - left, 0.0), last.size)  # text keeps the same distance from both edges
    alone = " " not in last.text and len(above) == 1
    if alone:
        return last.right + first.first > inner
    head = "".join(first.text.split(" ", 1)[0].partition("-")[:2])
    share = (first.right - first.left) * len(head) / max(1, len(first.text))
    return last.text[-1] in "-‐/" and last.right + share > inner - 0.5 * last.size


def ends_in_blanks(pieces: Sequence[Piece]) -> bool:
    """Do lines of this page that go on below end in a blank, mostly?"""
    ends = blank = 0
    for one, two in pairwise(pieces):
        if (
            one.mark == two.mark
            and abs(one.left - two.left) <= one.size
            and 0.5 * one.size < two.base - one.base <= _LEADING * one.size
        ):
            ends += 1
            blank += one.blank
    return 2 * blank > ends
