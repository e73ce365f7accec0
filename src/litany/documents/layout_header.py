"""Which row, or rows, of a part of a sheet name its columns?

A row is taken for a header on evidence only: it is text where numbers and dates stand below it, or it holds words that stand
at the head of columns. Where a group stands over several columns, both names are joined: ``Killed / Men``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from litany.documents.layout_cells import Grid, blank, filled, header_word, name_like, value_like

_LOOK = 60  # rows below a header that are looked at
_DEEPEST = 4  # rows of a header
_SUBS = frozenset(  # words of sub-headers
    (
        "men",
        "women",
        "boys",
        "girls",
        "male",
        "female",
        "males",
        "females",
        "m",
        "f",
        "children",
        "child",
        "adults",
        "adult",
        "civilians",
        "civilian",
        "total",
        "all",
        "unknown",
        "other",
        "others",
        "killed",
        "injured",
        "wounded",
        "dead",
        "missing",
        "number",
        "%",
        "count",
    )
)


class Merge(Struct, frozen=True, order=True):
    """A merged area of a grid: its first and last row and column, from 0, both within it."""

    top: int
    left: int
    bottom: int
    right: int


class Part(Struct, frozen=True):
    """A rectangle of a grid: rows from ``top`` to before ``bottom``, columns from ``left`` to before ``right``."""

    top: int
    left: int
    bottom: int
    right: int


class Named(Struct, frozen=True):
    """The header of a part: its first row, the row after its last, the names of the columns, and what was guessed."""

    top: int
    body: int
    names: tuple[str, ...]
    notes: tuple[str, ...] = ()


def below(grid: Grid, part: Part, row: int, most: int = _LOOK) -> Iterator[Sequence[str]]:
    """The rows with text under a row, ``most`` of them."""
    for number in range(row + 1, part.bottom):
        if not blank(grid[number][part.left : part.right]):
            yield grid[number]
            most -= 1
        if not most:
            return


def may_name(grid: Grid, part: Part, row: int) -> bool:
    """May a row name the columns: several different words, over most columns that are used below, with a row below?"""
    cells = grid[row]
    own = filled(cells, part.left, part.right)
    names = [" ".join(cells[place].split()).lower() for place in own]
    if len(own) < 2 or len(set(names)) < len(names) or not all(name_like(cells[place]) for place in own):
        return False
    used = {place for other in below(grid, part, row) for place in filled(other, part.left, part.right)}
    return bool(used) and len(used.intersection(own)) >= 0.6 * len(used)


def evidence(grid: Grid, part: Part, row: int) -> tuple[int, int]:
    """(columns in which values stand below text, words that stand at the head of columns) of a row."""
    own = filled(grid[row], part.left, part.right)
    rows = list(below(grid, part, row))
    contrast = 0
    for place in own:
        cells = [other[place] for other in rows if other[place].strip()]
        values = sum(map(value_like, cells))
        contrast += len(cells) > 1 and 3 * values >= 2 * len(cells) and not value_like(grid[row][place])
    return contrast, sum(header_word(grid[row][place]) for place in own)


def named(grid: Grid, part: Part, row: int, merges: Sequence[Merge]) -> Named:
    """The header that begins in a row, with the rows of sub-headers under it."""
    last, unmerged = row, False
    while last - row + 1 < _DEEPEST and last + 1 < part.bottom:
        how = _goes_on(grid, part, row, last, merges)
        if how is None:
            break
        last, unmerged = last + 1, unmerged or how == "unmerged"
        if unmerged:
            break
    if last == row:
        return Named(row, row + 1, tuple(grid[row][part.left : part.right]))
    return _joined(grid, part, row, last, merges, unmerged)


def _goes_on(grid: Grid, part: Part, top: int, row: int, merges: Sequence[Merge]) -> str | None:
    """Does the next row hold sub-headers? ``merged`` or ``unmerged`` says how that is known."""
    following = row + 1
    own = filled(grid[following], part.left, part.right)
    here = [one for one in merges if one.top <= row <= one.bottom and top <= one.top and part.left <= one.left < part.right]
    tall = {column for one in here if one.bottom > row for column in range(one.left, one.right + 1)}
    wide = [one for one in here if one.right > one.left and one.bottom == row]
    grouped = {column for one in wide for column in range(one.left, one.right + 1)}
    if not own:
        every = set(filled(grid[top], part.left, part.right))
        return "merged" if tall and every <= tall else None
    names = [grid[following][place] for place in own]
    if not all(map(name_like, names)):
        return None
    if wide:
        if len(own) < 2 or not grouped.issuperset(own):
            return None
        everything = grouped >= set(filled(grid[row], part.left, part.right))
        return "merged" if not everything or _sub_headers(grid, part, following, names) else None
    if tall:
        free = [place for place in own if place not in tall]
        return "merged" if free and _sub_headers(grid, part, following, names) else None
    return "unmerged" if top == row and _complements(grid, part, row, own, names) else None


def _sub_headers(grid: Grid, part: Part, row: int, names: Sequence[str]) -> bool:
    contrast, words = evidence(grid, part, row)
    return contrast + words + sum(" ".join(name.lower().split()) in _SUBS for name in names) > 0


def _complements(grid: Grid, part: Part, row: int, own: Sequence[int], names: Sequence[str]) -> bool:
    """Does the next row fill what the header leaves blank, under groups that begin with a sub-header of their own?"""
    heads = filled(grid[row], part.left, part.right)
    gaps = [place for place in range(part.left, part.right) if place not in heads and place in own]
    groups = [place for place in heads if place in own]
    alone = [place for place in heads if place not in own]
    if not gaps or not groups or not alone or any(place < groups[0] for place in gaps):
        return False
    left_of = [max(place for place in heads if place < gap) for gap in gaps]
    if any(head not in own for head in left_of) or len({*own} - {*gaps} - {*left_of}):
        return False
    contrast, _ = evidence(grid, part, row + 1)
    subs = sum(" ".join(name.lower().split()) in _SUBS for name in names)
    return contrast > 0 and subs + contrast > 1


def _joined(grid: Grid, part: Part, top: int, last: int, merges: Sequence[Merge], unmerged: bool) -> Named:
    levels = [list(grid[row]) for row in range(top, last + 1)]
    for one in merges:
        if top <= one.top <= last and part.left <= one.left:
            for column in range(one.left, min(one.right + 1, part.right)):
                levels[one.top - top][column] = grid[one.top][one.left]
    notes = [f"the header has {last - top + 1} rows: their names are joined with ' / '"]
    if unmerged:
        beneath, heads = levels[1], levels[0]
        for place in range(part.left + 1, part.right):
            if not heads[place].strip() and beneath[place].strip():
                heads[place] = heads[place - 1]
        groups = ", ".join(
            repr(grid[top][place]) for place in filled(grid[top], part.left, part.right) if beneath[place].strip()
        )
        notes.append(
            f"{groups} in the header: taken to stand over the unnamed columns to the right, though no cells are merged"
        )
    names = []
    for column in range(part.left, part.right):
        parts = [" ".join(level[column].split()) for level in levels]
        kept = [name for at, name in enumerate(parts) if name and (at == 0 or name != parts[at - 1])]
        names.append(" / ".join(kept))
    return Named(top, last + 1, tuple(names), tuple(notes))
