"""What do draws of the number of all people look like, and do the chains that they come from tell the same?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from litany.estimates.results import Draws, Interval
from litany.publish.chart_ranges import beside, scale
from litany.publish.drawing import COLOURS
from litany.publish.estimate_phrase import people

_BINS, _RANKS = 60, 20
_CHAINS = ("bar", "own-high", "step-c", "ink", "step-e", "muted", "step-d", "step-b")


def size(methods: int) -> tuple[float, float]:
    """Width and height in inches, for so many panels."""
    return 8.0, 1.0 + 1.55 * methods


def paint(canvas: Canvas, by_method: Mapping[str, tuple[Draws, Interval]], documented: int) -> None:
    """One panel a method: how draws are spread, with the range that it gives darker and a line at its best."""
    panels = canvas.subplots(len(by_method), 1, sharex=True, squeeze=False)[:, 0]
    height = canvas.get_size_inches()[1]
    canvas.subplots_adjust(left=0.03, right=0.97, top=1 - 0.72 / height, bottom=0.58 / height, hspace=0.32)
    canvas.suptitle(
        "How draws of the number of all people are spread", x=0.02, y=1 - 0.12 / height, ha="left", va="top", fontsize=11
    )
    shown = [np.quantile(draws, [0.003, 0.99]) for draws, _ in by_method.values()]
    low, high = min(float(ends[0]) for ends in shown), max(float(ends[1]) for ends in shown)
    for panel, (name, (draws, of)) in zip(panels, by_method.items(), strict=True):
        scale(panel, [low, high, float(documented)])
        _spread(panel, name, np.ravel(draws), of, documented)
    panels[0].annotate(
        f"{people(documented)} documented", (documented, 1), xycoords=("data", "axes fraction"), xytext=(4, 2),
        textcoords="offset points", fontsize=8, color=COLOURS["muted"], annotation_clip=False,
    )  # fmt: skip
    panels[-1].set_xlabel("people, documented or not")


def _spread(panel: Axes, name: str, draws: Draws, middle: Interval, documented: int) -> None:
    low, high = panel.get_xlim()
    edges = np.geomspace(low, high, _BINS + 1) if panel.get_xscale() == "log" else np.linspace(low, high, _BINS + 1)
    heights, _ = np.histogram(draws, edges)
    panel.stairs(heights, edges, fill=True, color=COLOURS["step-a"], linewidth=0)
    inside = np.where((edges[1:] >= middle.low) & (edges[:-1] <= middle.high), heights, 0)
    panel.stairs(inside, edges, fill=True, color=COLOURS["step-b"], linewidth=0)
    panel.axvline(middle.best, color=COLOURS["own-high"], linewidth=1.6)
    panel.axvline(documented, color=COLOURS["muted"], linewidth=1, linestyle=(0, (4, 3)))
    said = f"{name}: {people(middle.low)} to {people(middle.high)}, best {people(middle.best)}"
    panel.set_title(said, loc="right", fontsize=8.5, color=COLOURS["ink"])
    panel.set_ylim(bottom=0)
    panel.yaxis.set_major_locator(NullLocator())
    panel.grid(False)


def paint_chains(canvas: Canvas, draws: Draws) -> None:
    """Chains (chains by draws): their course, and how often each is among the lowest to the highest draws of all.

    Chains that agree cross all the time, and have ranks that are spread evenly (Vehtari and others 2021).
    """
    course, ranks = canvas.subplots(1, 2, width_ratios=[2, 1])
    canvas.subplots_adjust(left=beside(canvas, float(draws.max())), right=0.98, top=0.84, bottom=0.15, wspace=0.16)
    canvas.suptitle(f"Do the {len(draws)} chains tell the same?", x=0.02, ha="left", fontsize=11)
    step = max(1, draws.shape[1] // 1000)
    order = np.argsort(np.argsort(draws, axis=None, kind="stable"), kind="stable").reshape(draws.shape)
    even = draws.shape[1] / _RANKS
    for chain, row in enumerate(draws):
        colour = COLOURS[_CHAINS[chain % len(_CHAINS)]]
        course.plot(np.arange(0, len(row), step), row[::step], color=colour, linewidth=0.5, alpha=0.75)
        heights, edges = np.histogram(order[chain], _RANKS, (0, draws.size))
        ranks.stairs(heights / even, edges / draws.size, color=colour, linewidth=1.1, baseline=None)
    course.set_title("course of each", loc="left", fontsize=9.5)
    course.set_xlabel("kept draw")
    course.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    course.yaxis.set_major_formatter(FuncFormatter(lambda value, _: people(value)))
    course.set_ylabel("people")
    ranks.axhline(1, color=COLOURS["muted"], linewidth=1, linestyle=(0, (4, 3)))
    ranks.set_title("share of each, by rank", loc="left", fontsize=9.5)
    ranks.set_xlabel("rank among all draws")
    ranks.set_ylim(0, max(2.0, float(ranks.get_ylim()[1])))
    ranks.set_xlim(0, 1)
    ranks.set_xticks([0, 1], ["lowest", "highest"])
    for label, side in zip(ranks.get_xticklabels(), ("left", "right"), strict=True):
        label.set_horizontalalignment(side)
