"""Whom do the lists share: how many people have each pattern, and how large is each list?"""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import MaxNLocator, NullLocator

from litany.estimates.captures import Captures
from litany.publish.drawing import COLOURS
from litany.publish.estimate_phrase import people

_MOST = 40  # patterns that are told apart
_DIGIT, _LEAN = 0.062, 50  # inches for a character over a bar, and degrees where it leans
_ACROSS, _UP = math.cos(math.radians(_LEAN)), math.sin(math.radians(_LEAN))


def size(table: Captures) -> tuple[float, float]:
    """Width and height in inches."""
    return sum(_widths(table)) + 0.3 + _leaning(table) * _ACROSS, 2.9 + 0.3 * len(table.lists)


def _widths(table: Captures) -> tuple[float, float]:
    """Inches for the lists' sizes and names, and for the patterns."""
    return 1.2 + _longest(table), 0.28 * max(16, min(_MOST, len(table.counts)))


def _leaning(table: Captures) -> float:
    """Inches of the longest number over a bar, if it is too wide to stand beside another; else nothing."""
    longest = _DIGIT * len(people(int(table.counts.max(initial=0))))
    bar = _widths(table)[1] / max(1, min(_MOST, len(table.counts)))
    return longest if longest > bar + 0.05 else 0.0


def _longest(table: Captures) -> float:
    """Inches for the longest name with its size."""
    return 0.1 + 0.072 * max(len(_label(*one)) for one in zip(table.lists, table.totals().tolist(), strict=True))


def paint(canvas: Canvas, table: Captures) -> None:
    """Above, people by pattern, largest first; below, the lists of each; at the left, the size of each list."""
    order = np.argsort(-table.counts, kind="stable")[:_MOST]
    heights = [2.4, 0.28 * len(table.lists) + 0.2]
    grid = canvas.add_gridspec(2, 2, width_ratios=_widths(table), height_ratios=heights, wspace=0.02, hspace=0.06)
    bars, dots, sizes = canvas.add_subplot(grid[0, 1]), canvas.add_subplot(grid[1, 1]), canvas.add_subplot(grid[1, 0])
    beyond = _leaning(table) * _ACROSS / canvas.get_size_inches()[0]
    canvas.subplots_adjust(left=0.02, right=0.985 - beyond, top=0.88, bottom=0.09)
    _bars(bars, table, order)
    _dots(dots, table, order)
    _sizes(sizes, table)
    more = len(table.counts) - len(order)
    rest = f"; {people(more)} smaller pattern{' is' if more == 1 else 's are'} not shown" if more > 0 else ""
    canvas.suptitle(f"{_documented(table.people)} by the lists that have them{rest}", x=0.02, ha="left", fontsize=11)


def _documented(number: int) -> str:
    return "1 documented person" if number == 1 else f"{people(number)} documented people"


def _bars(panel: Axes, table: Captures, order: np.ndarray[tuple[int], np.dtype[np.intp]]) -> None:
    counts = table.counts[order]
    leaning = _leaning(table)
    panel.bar(range(len(order)), counts, width=0.66, color=COLOURS["bar"], linewidth=0)
    for at, count in enumerate(counts.tolist()):
        panel.annotate(
            people(count), (at, count), xytext=(0, 3), textcoords="offset points", ha="left" if leaning else "center",
            va="bottom", fontsize=7.5, color=COLOURS["muted"], rotation=_LEAN if leaning else 0, rotation_mode="anchor",
        )  # fmt: skip
    panel.set_xlim(-0.7, len(order) - 0.3)
    panel.margins(y=0.16 + leaning * _UP / 3)
    panel.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    panel.yaxis.set_major_formatter(lambda value, _: people(value))
    panel.set_ylabel("people")
    panel.grid(False)  # each bar has its number, which a line would strike through
    panel.xaxis.set_major_locator(NullLocator())


def _dots(panel: Axes, table: Captures, order: np.ndarray[tuple[int], np.dtype[np.intp]]) -> None:
    rows = len(table.lists)
    for row in range(0, rows, 2):
        panel.axhspan(row - 0.5, row + 0.5, color=COLOURS["none"], linewidth=0)
    for at, pattern in enumerate(table.patterns[order]):
        there = np.flatnonzero(pattern)
        panel.plot([at, at], [there.min(), there.max()], color=COLOURS["ink"], linewidth=1.4)
        panel.plot([at] * rows, range(rows), "o", color=COLOURS["grid"], markersize=5, zorder=2)
        panel.plot([at] * len(there), there, "o", color=COLOURS["ink"], markersize=5, zorder=3)
    panel.set_xlim(-0.7, len(order) - 0.3)
    panel.set_ylim(rows - 0.5, -0.5)
    panel.xaxis.set_major_locator(NullLocator())
    panel.yaxis.set_major_locator(NullLocator())
    panel.spines["bottom"].set_visible(False)
    panel.grid(False)


def _sizes(panel: Axes, table: Captures) -> None:
    totals = table.totals()
    panel.barh(range(len(totals)), totals, height=0.6, color=COLOURS["step-b"], linewidth=0)
    most = max(1, int(totals.max()))
    panel.set_xlim(most * 1.02, -most * 1.02 * _longest(table) / 1.2)
    for at, (name, total) in enumerate(zip(table.lists, totals.tolist(), strict=True)):
        panel.annotate(
            _label(name, total), (0, at), xytext=(4, 0), textcoords="offset points", ha="left", va="center", fontsize=8.5,
        )  # fmt: skip
    panel.set_ylim(len(totals) - 0.5, -0.5)
    panel.xaxis.set_major_locator(NullLocator())
    panel.yaxis.set_major_locator(NullLocator())
    panel.spines["bottom"].set_visible(False)
    panel.grid(False)


def _label(name: str, total: int) -> str:
    return f"{name if len(name) <= 20 else name[:19] + '…'}  {people(total)}"
