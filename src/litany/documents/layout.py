"""Where in a grid of cells stand its tables, and which of its lines are titles, headers, totals and notes?

A pure function over rows of text, for every format that has such a grid. What is not certain stays as it would be read without
this module: one table whose header is the first row with text. Nothing falls between: every line with text is a title, a
header, a row, a total or a note of exactly one table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from litany.documents.layout_cells import Grid, blank, filled, header_word, label_like, letters, name_like
from litany.documents.layout_header import Merge, Named, Part, evidence, may_name, named
from litany.documents.layout_totals import Total, totals

__all__ = ["Found", "Line", "Merge", "area", "fill_down", "find"]

_TITLES = 12  # lines above a header
_WINDOW = 200  # rows of a table that a second header is held against
_NOTE = re.compile(
    r"(?:sources?|notes?|n\.?\s?b\.?|remarks?|disclaimer|legend|key|methodology|explanation|last updated?|updated|data as of"
    r"|as of|prepared by|compiled by|မှတ်ချက်|ရင်းမြစ်)\s*(?:\(?\d*\)?\s*)[:：—–-]\s*\S.*|(?:sources?|notes?|footnotes?)\s*:"
    r"|[*†‡§¶]+\s+\S.*|[*†‡§¶]+(?:\S+\s+){3,}\S.*|[¹²³⁴⁵⁶⁷⁸⁹]\s*\S.*|\[(?:[a-z]|\d{1,2})\]\s.*|\([a-z]\)\s.*",
    re.IGNORECASE | re.DOTALL,
)


class Line(Struct, frozen=True):
    """A line that is no row: its place in the grid, and its text."""

    row: int
    text: str


class Found(Struct, frozen=True):
    """A table in a grid, by places from 0: its header from ``top``, its rows from ``body`` to before ``bottom``.

    ``whole`` is true where it begins in the first line with text and has the grid to itself. ``names`` are the columns from
    ``left`` to before ``right`` as they are written, '' where they have none. Lines in ``above``, ``below`` and ``totals`` are
    no rows.
    """

    top: int
    body: int
    bottom: int
    left: int
    right: int
    names: tuple[str, ...]
    whole: bool = True
    above: tuple[Line, ...] = ()
    below: tuple[Line, ...] = ()
    totals: tuple[Total, ...] = ()
    notes: tuple[str, ...] = ()

    def rows(self) -> list[int]:
        """The places of its rows, blank ones too."""
        out = {line.row for line in self.below} | {total.row for total in self.totals}
        return [row for row in range(self.body, self.bottom) if row not in out]


def find(grid: Grid, merges: Sequence[Merge] = ()) -> list[Found]:
    """The tables of a grid of equally wide rows, from top to bottom and from left to right; none where it has no text."""
    width = len(grid[0]) if grid else 0
    whole = Part(0, 0, len(grid), width)
    parts = [one for column in _beside(grid, whole) for below in _stacked(grid, column, merges) for one in _beside(grid, below)]
    parts = [one for one in parts if any(not blank(row[one.left : one.right]) for row in grid[one.top : one.bottom])]
    return [_table(grid, part, merges, alone=len(parts) == 1) for part in parts]


def area(found: Found, first_row: int = 1, first_column: int = 1) -> str | None:
    """The part of a sheet that a table takes up, ``B5:M40``; None where it has the sheet to itself."""
    if found.whole:
        return None
    first, last = letters(found.left + first_column), letters(found.right + first_column - 1)
    return f"{first}{found.top + first_row}:{last}{max(found.bottom, found.body) + first_row - 1}"


def fill_down(grid: Grid, found: Found, merges: Sequence[Merge]) -> tuple[dict[int, dict[int, str]], list[str]]:
    """(by row and column the text of the merged area that a cell lies in, what was filled and what was not).

    Only an area within one column, over rows of the table, whose text is no number: a number would be counted once a row.
    """
    texts: dict[int, dict[int, str]] = {}
    done, left_out = 0, 0
    rows = set(found.rows())
    for one in merges:
        if not (found.body <= one.top < found.bottom and found.left <= one.left < found.right):
            continue
        text = grid[one.top][one.left]
        if one.left != one.right or one.top == one.bottom or one.top not in rows or not label_like(text):
            left_out += bool(text.strip())
            continue
        done += 1
        for row in range(one.top + 1, min(one.bottom + 1, found.bottom)):
            if row in rows and not grid[row][one.left].strip():
                texts.setdefault(row, {})[one.left] = text
    notes = []
    if done:
        notes.append(f"{done} merged areas over several rows of one column: their text was taken for each of these rows")
    if left_out:
        notes.append(f"{left_out} merged areas: their text stands in the first cell of each, the others are empty")
    return texts, notes


# --- parts of a grid --------------------------------------------------------------------------------------------------


def _stacked(grid: Grid, part: Part, merges: Sequence[Merge]) -> list[Part]:
    """The parts that stand one under the other: each begins after a blank row, with a header that is none of the rows above."""
    runs = _runs([not blank(row[part.left : part.right]) for row in grid[part.top : part.bottom]], part.top)
    if len(runs) < 2:
        return [part]
    starts, pending = [runs[0][0]], None
    for place, (top, bottom) in enumerate(runs):
        head = _head(grid, part, top, bottom)
        for row in range(top, bottom if head is None else head):
            cells = filled(grid[row], part.left, part.right)
            pending = None if _NOTE.fullmatch(grid[row][cells[0]].strip()) else row if pending is None else pending
        if head is None or head - (top if pending is None else pending) > _TITLES:
            continue
        start = head if pending is None else pending
        pending = None
        if place and start > starts[-1]:
            before = Part(starts[-1], part.left, start, part.right)
            after = Part(start, part.left, bottom, part.right)
            if _begins(grid, before, after, head, merges, gap=top - runs[place - 1][1]):
                starts.append(start)
    ends = [*starts[1:], part.bottom]
    return [Part(top, part.left, bottom, part.right) for top, bottom in zip(starts, ends, strict=True)]


def _head(grid: Grid, part: Part, top: int, bottom: int) -> int | None:
    """The first row with more than one text."""
    return next((row for row in range(top, bottom) if len(filled(grid[row], part.left, part.right)) > 1), None)


def _begins(grid: Grid, before: Part, after: Part, head: int, merges: Sequence[Merge], gap: int) -> bool:
    """Does a new table begin after a blank row? Only if its header is clearly none of the rows of the table above."""
    head_row = named(grid, after, head, merges)
    if not (may_name(grid, after, head) or head_row.body > head + 1):
        return False
    above = _header(grid, before, merges)
    window = range(above.body, min(before.bottom, above.body + _WINDOW))
    titled = after.top < head
    if tuple(grid[head][before.left : before.right]) == tuple(grid[above.top][before.left : before.right]):
        return titled and any(not blank(grid[row][before.left : before.right]) for row in window)
    contrast, words = evidence(grid, after, head_row.body - 1)
    words = max(words, evidence(grid, after, head)[1])
    if not contrast and words < 2:
        return False
    body = [row for row in window if not blank(grid[row][before.left : before.right])]
    if not body or len(filled(grid[above.top], before.left, before.right)) < 2:
        return False
    for place in filled(grid[head], after.left, after.right):
        if any(grid[row][place].strip() == grid[head][place].strip() for row in body):
            return False
    used = _used(grid, Part(head, after.left, after.bottom, after.right))
    first = _used(grid, Part(above.top, before.left, body[-1] + 1, before.right))
    elsewhere = used[0] != first[0] or used[1] > first[1]
    points = contrast + words + titled + elsewhere + (gap > 1) + (head_row.body > head + 1)
    return points > 1


def _beside(grid: Grid, part: Part) -> list[Part]:
    """The parts that stand side by side, parted by blank columns: each has its own header, and they are clearly not one."""
    empty = set(range(part.left, part.right))
    for row in grid[part.top : part.bottom]:
        empty = {column for column in empty if not row[column].strip()}
        if not empty:
            return [part]
    groups = _runs([column not in empty for column in range(part.left, part.right)], part.left)
    if len(groups) < 2:
        return [part]
    made = [Part(part.top, part.left, part.bottom, groups[0][1])]
    for left, right in groups[1:]:
        new = Part(part.top, left, part.bottom, right)
        if _apart(grid, made[-1], new):
            made.append(new)
        else:
            made[-1] = Part(part.top, made[-1].left, part.bottom, right)
    if len(made) > 1:
        made[-1] = Part(part.top, made[-1].left, part.bottom, part.right)
    else:
        made = [part]
    return made


def _apart(grid: Grid, one: Part, other: Part) -> bool:
    heads = []
    for part in (one, other):
        head = _head(grid, part, part.top, part.bottom)
        if head is None or not may_name(grid, part, head) or not any(evidence(grid, part, head)):
            return False
        heads.append(head)
    if heads[0] != heads[1]:
        return True
    names = [{grid[head][place].strip().lower() for place in filled(grid[head], part.left, part.right)}
             for head, part in zip(heads, (one, other), strict=True)]  # fmt: skip
    if 2 * len(names[0] & names[1]) >= min(map(len, names)):
        return True
    gap = other.left - _used(grid, one)[1]
    ends = [_last_dense(grid, part, heads[0]) for part in (one, other)]
    return gap > 1 or (None not in ends and ends[0] != ends[1])


def _last_dense(grid: Grid, part: Part, head: int) -> int | None:
    """The last row of a part if no row between its header and it is blank."""
    used = [row for row in range(head, part.bottom) if not blank(grid[row][part.left : part.right])]
    return used[-1] if used[-1] - head + 1 == len(used) else None


def _runs(full: Sequence[bool], first: int) -> list[tuple[int, int]]:
    """(from, to before) of what is full."""
    runs: list[tuple[int, int]] = []
    for place, one in enumerate(full, start=first):
        if one and runs and runs[-1][1] == place:
            runs[-1] = (runs[-1][0], place + 1)
        elif one:
            runs.append((place, place + 1))
    return runs


def _used(grid: Grid, part: Part) -> tuple[int, int]:
    """The columns of a part in which there is text: from, to before."""
    left, right = part.right, part.left
    for row in grid[part.top : part.bottom]:
        if left > part.left:
            left = next((place for place in range(part.left, left) if row[place].strip()), left)
        if right < part.right:
            right = next((place + 1 for place in range(part.right - 1, right - 1, -1) if row[place].strip()), right)
    return min(left, right), right


# --- one table --------------------------------------------------------------------------------------------------------


def _header(grid: Grid, part: Part, merges: Sequence[Merge]) -> Named:
    """The header of a part: its first row with text, or the row under its titles."""
    first = next(row for row in range(part.top, part.bottom) if not blank(grid[row][part.left : part.right]))
    titles: list[int] = []
    for row in range(first, part.bottom):
        own = filled(grid[row], part.left, part.right)
        if not own:
            continue
        if len(own) > 1 and not _title_and_date(grid, part, row, own):
            head = named(grid, part, row, merges)
            if titles and not _under_titles(grid, part, titles, head, merges):
                break
            return head
        titles.append(row)
        if len(titles) > _TITLES:
            break
    return named(grid, part, first, merges)


def _title_and_date(grid: Grid, part: Part, row: int, own: Sequence[int]) -> bool:
    """Is it a title with something at its side, over a table of many more columns?"""
    if len(own) > 2 or not any(len(grid[row][place].split()) > 3 or not name_like(grid[row][place]) for place in own):
        return False
    following = range(row + 1, min(row + 1 + _TITLES, part.bottom))
    head = next((one for one in following if len(filled(grid[one], part.left, part.right)) >= 4), None)
    return head is not None and may_name(grid, part, head) and sum(evidence(grid, part, head)) > 1


def _under_titles(grid: Grid, part: Part, titles: Sequence[int], head: Named, merges: Sequence[Merge]) -> bool:
    """Is it a header, and are the lines above it titles?"""
    contrast, words = evidence(grid, part, head.body - 1)
    sure = contrast + max(words, evidence(grid, part, head.top)[1])
    if not (may_name(grid, part, head.top) or (head.body > head.top + 1 and sure)):
        return False
    texts = [grid[row][filled(grid[row], part.left, part.right)[0]] for row in titles]
    if header_word(texts[0]) and sure < 2:
        return False
    wide = any(one.top in titles and one.right > one.left for one in merges)
    spaced = any(blank(grid[row][part.left : part.right]) for row in range(titles[0], head.top))
    return bool(sure) or wide or spaced or any(len(text.split()) > 2 for text in texts)


def _table(grid: Grid, part: Part, merges: Sequence[Merge], *, alone: bool) -> Found:
    head = _header(grid, part, merges)
    first = next(row for row in range(part.top, part.bottom) if not blank(grid[row][part.left : part.right]))
    above = _lines(grid, part, range(first, head.top))
    below = _notes(grid, part, head.body)
    whole = alone and head.top == first
    left, right, bottom = part.left, part.right, part.bottom
    if not whole:
        noted = {line.row for line in below}
        rows = [row for row in range(head.top, part.bottom) if row not in noted and not blank(grid[row][left:right])]
        bottom = rows[-1] + 1
        left, right = _used(grid, Part(head.top, part.left, bottom, part.right))
    names = head.names[left - part.left : right - part.left]
    noted = {line.row for line in below}
    rows = [row for row in range(head.body, bottom) if row not in noted and not blank(grid[row][left:right])]
    summed = tuple(totals(grid, rows, left, right, names))
    return Found(head.top, head.body, bottom, left, right, names, whole, above, below, summed, head.notes)


def _lines(grid: Grid, part: Part, rows: Sequence[int]) -> tuple[Line, ...]:
    shown = ((row, filled(grid[row], part.left, part.right)) for row in rows)
    return tuple(Line(row, " | ".join(" ".join(grid[row][place].split()) for place in own)) for row, own in shown if own)


def _notes(grid: Grid, part: Part, body: int) -> tuple[Line, ...]:
    """The notes that close a part: lines of one text that begin as notes do, and the lines of one text under such a line.

    Where all rows have one text only, each of them must begin as notes do.
    """
    tail: list[int] = []
    for row in range(part.bottom - 1, body - 1, -1):
        own = filled(grid[row], part.left, part.right)
        if len(own) > 1:
            break
        if own:
            tail.append(row)
    tail.reverse()
    signed = [_NOTE.fullmatch(grid[row][filled(grid[row], part.left, part.right)[0]].strip()) is not None for row in tail]
    if len(tail) == sum(not blank(row[part.left : part.right]) for row in grid[body : part.bottom]):
        first = len(tail) - next((n for n, one in enumerate(reversed(signed)) if not one), len(tail))
    else:
        first = signed.index(True) if True in signed else len(tail)
    return _lines(grid, part, tail[first:])
