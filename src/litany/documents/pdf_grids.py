"""Which rules of a page make a grid, and where are its columns and rows?

Rules that touch make one grid. A column's edge is a rule that runs down a good part of the grid; a row's edge is a rule, or
several, that cover most of the width that the grid has at that height. So a cell that lacks a rule stays a cell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from litany.documents.pdf_pages import Page, PageTrouble, Rule

_NEAR = 2.0  # points within which rules are one line, or touch
_GAP = 4.0  # points that may be missing within a line, as between dashes
_LOW = 4.0  # points: what is lower holds no line of text
_MOST = 3_000  # lines of a page after joining
_PART = 0.2  # of a grid's height that a column's edge runs down at least
_ALIKE = 0.6  # of the edges that a grid shares with a table that it belongs to
_SAME = 3.0  # points by which a column's edge may move from page to page


class Band(Struct, frozen=True):
    """A row of a grid; open where no rule closes it at its top or its foot. ``cuts`` are the rules that run down through it."""

    top: float
    bottom: float
    open_top: bool = False
    open_foot: bool = False
    cuts: tuple[float, ...] = ()

    def cut(self, edge: float) -> bool:
        """Does a rule stand at an edge in this row, so that its cells are apart there?"""
        return _has(self.cuts, edge)


class Grid(Struct, frozen=True):
    """A grid on a page: the edges of its columns from left to right, and its rows from the top."""

    edges: tuple[float, ...]
    bands: tuple[Band, ...]

    @property
    def top(self) -> float:
        """Its upper end."""
        return self.bands[0].top

    @property
    def bottom(self) -> float:
        """Its lower end."""
        return self.bands[-1].bottom


def grids(page: Page) -> list[Grid]:
    """The grids of a page with two columns or more, from the top. Raises PageTrouble."""
    across, down = _joined(page.across), _joined(page.down)
    if len(across) + len(down) > _MOST:
        raise PageTrouble(f"the page holds more than {_MOST:,} lines, it seems to be a drawing")
    made = (_grid(*part) for part in _touching(across, down))
    return sorted((grid for grid in made if grid is not None), key=lambda grid: (grid.top, grid.edges[0]))


def fitted(grid: Grid, edges: Sequence[float]) -> tuple[float, ...] | None:
    """A table's column edges moved to where this grid of it stands; None where the grid is of another table."""
    shift, other = grid.edges[0] - edges[0], grid.edges[-1] - edges[-1]
    if abs(shift - other) > _SAME:
        return None
    moved = tuple(edge + shift for edge in edges)
    common = sum(_has(grid.edges, edge) for edge in moved)
    return moved if common >= _ALIKE * max(len(moved), len(grid.edges)) else None


def united(one: Sequence[float], two: Sequence[float]) -> tuple[float, ...]:
    """All edges of both, where they belong to one table."""
    return tuple(sorted([*one, *(edge for edge in two if not _has(one, edge))]))


def _has(edges: Sequence[float], edge: float) -> bool:
    return any(abs(edge - other) <= _SAME for other in edges)


def _joined(rules: Sequence[Rule]) -> list[Rule]:
    """Rules on one line that meet, as one."""
    lines: list[list[Rule]] = []
    for rule in sorted(rules):
        if lines and rule.at - lines[-1][0].at <= 0.5 * _NEAR:
            lines[-1].append(rule)
        else:
            lines.append([rule])
    found: list[Rule] = []
    for line in lines:
        at = sum(rule.at for rule in line) / len(line)
        first = len(found)
        for rule in sorted(line, key=lambda rule: (rule.start, rule.end)):
            if len(found) > first and rule.start <= found[-1].end + _GAP:
                found[-1] = replace(found[-1], end=max(found[-1].end, rule.end))
            else:
                found.append(Rule(at, rule.start, rule.end))
    return [rule for rule in found if rule.end - rule.start > _LOW]


def _touching(across: Sequence[Rule], down: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """The parts of the page whose rules touch: (across, down)."""
    part = list(range(len(across) + len(down)))

    def root(place: int) -> int:
        while part[place] != place:
            part[place] = part[part[place]]
            place = part[place]
        return place

    for place, flat in enumerate(across):
        for other, steep in enumerate(down, start=len(across)):
            if _within(steep.at, flat) and _within(flat.at, steep):
                part[root(place)] = root(other)
    found: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for place, flat in enumerate(across):
        found.setdefault(root(place), ([], []))[0].append(flat)
    for place, steep in enumerate(down, start=len(across)):
        found.setdefault(root(place), ([], []))[1].append(steep)
    return list(found.values())


def _within(at: float, rule: Rule) -> bool:
    return rule.start - _NEAR <= at <= rule.end + _NEAR


def _clusters(values: Sequence[float], weights: Sequence[float]) -> list[tuple[float, float]]:
    """(middle, weight) of values that stand within `_NEAR` of the one before."""
    found: list[list[tuple[float, float]]] = []
    for value, weight in sorted(zip(values, weights, strict=True)):
        if found and value - found[-1][-1][0] <= _NEAR:
            found[-1].append((value, weight))
        else:
            found.append([(value, weight)])
    return [(sum(v * w for v, w in one) / sum(w for _, w in one), sum(w for _, w in one)) for one in found]


def _grid(across: list[Rule], down: list[Rule]) -> Grid | None:
    if not across or not down:
        return None
    top = min(min(rule.start for rule in down), min(rule.at for rule in across))
    bottom = max(max(rule.end for rule in down), max(rule.at for rule in across))
    edges = [
        at
        for at, length in _clusters([r.at for r in down], [r.end - r.start for r in down])
        if length >= _PART * (bottom - top)
    ]
    left, right = min(rule.start for rule in across), max(rule.end for rule in across)
    if edges and edges[0] - left > 2 * _LOW:  # a table without rules at its sides
        edges.insert(0, left)
    if edges and right - edges[-1] > 2 * _LOW:
        edges.append(right)
    if len(edges) < 3:
        return None
    bands = _bands(across, down, top, bottom, edges[0], edges[-1])
    return Grid(tuple(edges), bands) if bands else None


def _bands(across: list[Rule], down: list[Rule], top: float, bottom: float, left: float, right: float) -> tuple[Band, ...]:
    lines: list[tuple[float, list[Rule]]] = []
    for rule in sorted(across):
        if lines and rule.at - lines[-1][0] <= _NEAR:
            lines[-1][1].append(rule)
        else:
            lines.append((rule.at, [rule]))
    ruled = [at for at, rules in lines if _covered(rules) >= 0.5 * _width(down, at, left, right)]
    levels = list(ruled)
    if not levels or levels[0] - top > _LOW:
        levels.insert(0, top)
    if bottom - levels[-1] > _LOW:
        levels.append(bottom)
    closed = set(ruled)
    pairs = pairwise(levels)
    return tuple(Band(a, b, a not in closed, b not in closed, _cuts(down, a, b)) for a, b in pairs if b - a >= _LOW)


def _cuts(down: Sequence[Rule], top: float, bottom: float) -> tuple[float, ...]:
    middle = (top + bottom) / 2
    return tuple(sorted(rule.at for rule in down if rule.start <= middle <= rule.end))


def _covered(rules: Sequence[Rule]) -> float:
    """How much of the line the rules cover together."""
    end, total = float("-inf"), 0.0
    for start, stop in sorted((rule.start, rule.end) for rule in rules):
        total += max(0.0, stop - max(start, end))
        end = max(end, stop)
    return total


def _width(down: Sequence[Rule], at: float, left: float, right: float) -> float:
    """How wide the grid is where the line stands: the last rows of a table may have fewer cells than the others."""

    def spread(runs_on: Callable[[Rule], bool]) -> float:
        places = [rule.at for rule in down if runs_on(rule)]
        return max(places) - min(places) if len(places) > 1 else 0.0

    above = spread(lambda rule: rule.start < at - _NEAR and rule.end >= at - _NEAR)
    below = spread(lambda rule: rule.end > at + _NEAR and rule.start <= at + _NEAR)
    return min(max(above, below) or right - left, right - left)
