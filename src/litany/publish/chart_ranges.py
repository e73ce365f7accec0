"""What do models, methods, strata and settings say, one range under the other, on one scale?"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator
from msgspec import Struct

from litany.estimates.results import Interval, Sweep
from litany.publish.drawing import COLOURS
from litany.publish.estimate_phrase import people

_WIDE = 12.0  # a scale whose ends differ by this factor is logarithmic
_LABEL, _CHARACTER = 72, 0.071  # the most characters of a label, and inches for each


class Range(Struct, frozen=True):
    """A row: a range with its middle, a lower bound (``least``), or words where there is no number."""

    label: str
    interval: Interval | None = None
    least: float | None = None
    instead: str = ""
    strong: bool = False
    heading: bool = False


def size(rows: Sequence[Range]) -> tuple[float, float]:
    """Width and height in inches."""
    return _left(rows) + 5.2, 1.35 + 0.24 * len(rows)


def _left(rows: Sequence[Range]) -> float:
    """Inches for the longest label."""
    return 0.45 + _CHARACTER * min(_LABEL, max((len(row.label) for row in rows), default=0))


def paint(canvas: Canvas, title: str, rows: Sequence[Range], documented: int | None) -> None:
    """Each row a line from low to high with a point at best; a line at the documented."""
    panel = canvas.add_subplot()
    width, height = canvas.get_size_inches()
    canvas.subplots_adjust(left=_left(rows) / width, right=1 - 0.3 / width, top=1 - 0.62 / height, bottom=0.62 / height)
    canvas.suptitle(title, x=0.02, y=1 - 0.16 / height, ha="left", va="top", fontsize=11)
    scale(panel, [end for row in rows for end in _ends(row)] + ([documented] if documented else []))
    for at, row in enumerate(rows):
        _row(panel, at, row)
    if documented is not None:
        panel.axvline(documented, color=COLOURS["muted"], linewidth=1, linestyle=(0, (4, 3)))
        panel.annotate(
            f"{people(documented)} documented", (documented, -0.55), xytext=(4, 2), textcoords="offset points", fontsize=8,
            color=COLOURS["muted"], va="bottom", annotation_clip=False,
        )  # fmt: skip
    panel.set_ylim(len(rows) - 0.4, -0.6)
    panel.yaxis.set_major_locator(NullLocator())
    panel.grid(visible=True, axis="x")
    panel.grid(visible=False, axis="y")
    panel.set_xlabel("people, documented or not (2.5 %, median, 97.5 %)")


def scale(panel: Axes, ends: Sequence[float]) -> None:
    """The scale of people: logarithmic where ends are far apart."""
    usable = [end for end in ends if end > 0]
    if not usable:
        return
    low, high = min(usable), max(usable)
    if high > _WIDE * low:
        panel.set_xscale("log")
        panel.set_xlim(low / 1.15, high * 1.25)
        subs = (1.0, 2.0, 5.0) if high < 60 * low else (1.0, 3.0) if high < 1000 * low else (1.0,)
        panel.xaxis.set_major_locator(LogLocator(10, subs=subs, numticks=12))
        panel.xaxis.set_minor_formatter(NullFormatter())
        panel.xaxis.set_minor_locator(NullLocator())
    else:
        room = 0.06 * (high - low) or 1.0
        panel.set_xlim(max(0.0, low - room), high + room)
        panel.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: people(value)))


def _ends(row: Range) -> list[float]:
    if row.interval is not None:
        return [row.interval.low, row.interval.high]
    return [] if row.least is None else [row.least]


def _row(panel: Axes, at: int, row: Range) -> None:
    half = _LABEL // 2  # names of like models differ at their ends as often as at their beginnings
    label = row.label if len(row.label) <= _LABEL else f"{row.label[: half - 1]}…{row.label[-half:]}"
    weight = "bold" if row.strong or row.heading else "normal"
    panel.annotate(
        label, (0, at), xycoords=("axes fraction", "data"), xytext=(-8, 0), textcoords="offset points", ha="right",
        va="center", fontsize=8.5, fontweight=weight, color=COLOURS["ink"], annotation_clip=False,
    )  # fmt: skip
    colour = COLOURS["own-high"] if row.strong else COLOURS["bar"]
    if row.interval is not None:
        panel.plot([row.interval.low, row.interval.high], [at, at], color=colour, linewidth=2.4 if row.strong else 1.6)
        panel.plot([row.interval.best], [at], "o", color=colour, markersize=6 if row.strong else 4.5)
    elif row.least is not None:
        panel.plot([row.least], [at], ">", color=colour, markersize=5)
        panel.annotate("at least", (row.least, at), xytext=(7, 0), textcoords="offset points", fontsize=7.5, va="center")
    elif row.instead:
        panel.annotate(
            row.instead, (0.01, at), xycoords=("axes fraction", "data"), fontsize=7.5, va="center", color=COLOURS["muted"],
            fontstyle="italic", bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
        )  # fmt: skip


def numbers_of(sweep: Sweep) -> list[float] | None:
    """The values of a setting that is a number, where all rows have one of its name."""
    keys = [key for key in (sweep.rows[0].criteria if sweep.rows else {}) if key in sweep.setting or sweep.setting in key]
    if len(keys) != 1 or any(keys[0] not in row.criteria for row in sweep.rows):
        return None
    return [row.criteria[keys[0]] for row in sweep.rows]


def paint_curve(canvas: Canvas, sweep: Sweep, values: Sequence[float], documented: int) -> None:
    """The answer along a setting: the median as a line, the range as a band."""
    panel = canvas.add_subplot()
    canvas.subplots_adjust(left=0.13, right=0.97, top=0.88, bottom=0.15)
    canvas.suptitle(f"What other values of {sweep.setting} would give", x=0.02, ha="left", fontsize=11)
    known = [(value, row.interval) for value, row in zip(values, sweep.rows, strict=True) if row.interval is not None]
    if known:
        at = [value for value, _ in known]
        panel.fill_between(at, [of.low for _, of in known], [of.high for _, of in known], color=COLOURS["step-a"], linewidth=0)
        panel.plot(at, [of.best for _, of in known], "o-", color=COLOURS["bar"], markersize=4)
    refused = [value for value, row in zip(values, sweep.rows, strict=True) if row.interval is None]
    panel.plot(refused, [documented] * len(refused), "x", color=COLOURS["own-high"], clip_on=False, label="no number")
    panel.axhline(documented, color=COLOURS["muted"], linewidth=1, linestyle=(0, (4, 3)))
    panel.annotate(
        f"{people(documented)} documented", (0.01, documented), xycoords=("axes fraction", "data"), xytext=(0, -4),
        textcoords="offset points", ha="left", va="top", fontsize=8, color=COLOURS["muted"],
    )  # fmt: skip
    if min(values) > 0 and max(values) > 8 * min(values):
        panel.set_xscale("log")
    panel.set_xticks(list(values), [f"{value:g}" for value in values])
    panel.xaxis.set_minor_locator(NullLocator())
    panel.set_ylim(bottom=0)
    panel.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: people(value)))
    panel.set_xlabel(sweep.setting)
    panel.set_ylabel("people (median and 95 %)")
    if refused:
        panel.legend(loc="upper right", fontsize=8)
