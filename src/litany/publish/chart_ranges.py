"""What do models, methods, strata and settings say, one range under the other, on one scale?"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FixedLocator, FuncFormatter, Locator, LogLocator, MaxNLocator, NullFormatter, NullLocator
from msgspec import Struct

from litany.estimates.results import Interval, Sweep
from litany.publish.drawing import COLOURS
from litany.publish.estimate_phrase import people

_NEAR = 0.9  # from here on, words beside a point stand at its left
_WIDE = 12.0  # a scale whose ends differ by this factor is logarithmic
_LABEL, _CHARACTER = 72, 0.071  # the most characters of a label, and inches for each
_UNDER, _UNDER_CHARACTER = 92, 0.0545  # the same of the smaller line under it
_TALL = 1.6  # the height of a row of two lines, where that of others is 1
_DIGIT, _GAP, _EDGE = 0.085, 0.14, 0.24  # inches: a character of a number on the scale, between two, and beyond its ends


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
    return _left(rows) + 5.2, 1.35 + 0.24 * sum(map(_height, rows))


def _left(rows: Sequence[Range]) -> float:
    """Inches for the longest label."""
    lines = [_lines(row.label) for row in rows]
    return 0.45 + max((max(_CHARACTER * len(name), _UNDER_CHARACTER * len(under)) for name, under in lines), default=0)


def _lines(label: str) -> tuple[str, str]:
    """A label and the smaller line under it, where it is too long for one: a name, and what stands after its colon."""
    if len(label) <= _LABEL:
        return label, ""
    name, _, under = label.partition(": ")
    if under and len(name) <= _LABEL:
        return name, under if len(under) <= _UNDER else f"{_whole_words(under[:_UNDER])}…"
    half = _LABEL // 2  # names of like models differ at their ends as often as at their beginnings
    return f"{label[: half - 1]}…{label[-half:]}", ""


def _whole_words(text: str) -> str:
    """Without the last word, which may be a part of one."""
    return text.rpartition(" ")[0].rstrip(" ,;") or text[:-1]


def _height(row: Range) -> float:
    return _TALL if _lines(row.label)[1] else 1.0


def paint(canvas: Canvas, title: str, rows: Sequence[Range], documented: int | None) -> None:
    """Each row a line from low to high with a point at best; a line at the documented."""
    panel = canvas.add_subplot()
    width, height = canvas.get_size_inches()
    canvas.subplots_adjust(left=_left(rows) / width, right=1 - 0.3 / width, top=1 - 0.62 / height, bottom=0.62 / height)
    canvas.suptitle(title, x=0.02, y=1 - 0.16 / height, ha="left", va="top", fontsize=11)
    scale(panel, [end for row in rows for end in _ends(row)] + ([documented] if documented else []))
    total = 0.0
    for row in rows:
        _row(panel, total + _height(row) / 2 - 0.5, row)
        total += _height(row)
    if documented is not None:
        panel.axvline(documented, color=COLOURS["muted"], linewidth=1, linestyle=(0, (4, 3)))
        panel.annotate(
            f"{people(documented)} documented", (documented, -0.55), xytext=(4, 2), textcoords="offset points", fontsize=8,
            color=COLOURS["muted"], va="bottom", annotation_clip=False,
        )  # fmt: skip
    panel.set_ylim(total - 0.4, -0.6)
    panel.yaxis.set_major_locator(NullLocator())
    panel.grid(visible=True, axis="x")
    panel.grid(visible=False, axis="y")
    panel.set_xlabel("people, documented or not (low, best and high of each)")


def scale(panel: Axes, ends: Sequence[float]) -> None:
    """The scale of people: logarithmic where ends are far apart, with as many numbers as have room beside each other."""
    usable = [end for end in ends if end > 0]
    if not usable:
        return
    low, high = min(usable), max(usable)
    if high > _WIDE * low:
        panel.set_xscale("log")
        panel.set_xlim(low / 1.15, high * 1.25)
        fewer = [(1.0, 2.0, 5.0), (1.0, 3.0), (1.0,)][0 if high < 60 * low else 1 if high < 1000 * low else 2 :]
        _numbered(panel, [LogLocator(10, subs=subs, numticks=12) for subs in fewer])
        panel.xaxis.set_minor_formatter(NullFormatter())
        panel.xaxis.set_minor_locator(NullLocator())
    else:
        room = 0.06 * (high - low) or 1.0
        panel.set_xlim(max(0.0, low - room), high + room)
        _numbered(panel, [MaxNLocator(most, integer=True) for most in (6, 5, 4, 3)])
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: people(value)))


def _numbered(panel: Axes, locators: Sequence[Locator]) -> None:
    """The first of the locators whose numbers all have room, or else those of the last that have."""
    kept: list[float] = []
    for locator in locators:
        panel.xaxis.set_major_locator(locator)
        low, high = panel.get_xlim()
        values = [float(value) for value in panel.xaxis.get_majorticklocs() if low <= value <= high]
        kept = _with_room(panel, values)
        if kept == values:
            return
    panel.xaxis.set_major_locator(FixedLocator(kept))


def _with_room(panel: Axes, values: Sequence[float]) -> list[float]:
    """The numbers on the scale that reach neither into the one before nor beyond an end."""
    inches = panel.get_window_extent().width / panel.figure.dpi
    kept: list[float] = []
    free = -_EDGE
    for value in values:
        half = _DIGIT * len(people(value)) / 2
        at = _fraction(panel, value) * inches
        if free <= at - half and at + half <= inches + _EDGE:
            kept.append(value)
            free = at + half + _GAP
    return kept


def _fraction(panel: Axes, value: float) -> float:
    """Where on the scale a number stands: 0 is its left end, 1 its right."""
    return float(panel.transAxes.inverted().transform(panel.transData.transform((value, 0)))[0])


def _ends(row: Range) -> list[float]:
    if row.interval is not None:
        return [row.interval.low, row.interval.high]
    return [] if row.least is None else [row.least]


def _label(panel: Axes, at: float, row: Range) -> None:
    name, under = _lines(row.label)
    weight = "bold" if row.strong or row.heading else "normal"
    lines = [(name, 5.5 if under else 0.0, 8.5, "ink"), *([(under, -5.5, 7.0, "muted")] if under else [])]
    for text, up, points, colour in lines:
        panel.annotate(
            text, (0, at), xycoords=("axes fraction", "data"), xytext=(-8, up), textcoords="offset points", ha="right",
            va="center", fontsize=points, fontweight=weight, color=COLOURS[colour], annotation_clip=False,
        )  # fmt: skip


def _row(panel: Axes, at: float, row: Range) -> None:
    _label(panel, at, row)
    colour = COLOURS["own-high"] if row.strong else COLOURS["bar"]
    if row.interval is not None:
        panel.plot([row.interval.low, row.interval.high], [at, at], color=colour, linewidth=2.4 if row.strong else 1.6)
        panel.plot([row.interval.best], [at], "o", color=colour, markersize=6 if row.strong else 4.5)
    elif row.least is not None:
        panel.plot([row.least], [at], ">", color=colour, markersize=5)
        before = _fraction(panel, row.least) > _NEAR
        panel.annotate(
            "at least", (row.least, at), xytext=(-7 if before else 7, 0), textcoords="offset points", fontsize=7.5,
            ha="right" if before else "left", va="center", bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
        )  # fmt: skip
    elif row.instead:
        panel.annotate(
            row.instead, (0.01, at), xycoords=("axes fraction", "data"), fontsize=7.5, va="center", color=COLOURS["muted"],
            fontstyle="italic", bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
        )  # fmt: skip


def beside(canvas: Canvas, highest: float) -> float:
    """The share of a picture's width that numbers of people up to the highest need at the left of a panel."""
    width = float(canvas.get_size_inches()[0])
    return max(0.13 * 6.5, 0.4 + _DIGIT * len(people(highest * 1.05))) / width


def numbers_of(sweep: Sweep) -> list[float] | None:
    """The values of a setting that is a number, where all rows have one of its name."""
    keys = [key for key in (sweep.rows[0].criteria if sweep.rows else {}) if key in sweep.setting or sweep.setting in key]
    if len(keys) != 1 or any(keys[0] not in row.criteria for row in sweep.rows):
        return None
    return [row.criteria[keys[0]] for row in sweep.rows]


def paint_curve(canvas: Canvas, sweep: Sweep, values: Sequence[float], documented: int) -> None:
    """The answer along a setting: its best as a line, the range as a band."""
    panel = canvas.add_subplot()
    highest = max([float(documented), *(row.interval.high for row in sweep.rows if row.interval is not None)])
    canvas.subplots_adjust(left=beside(canvas, highest), right=0.97, top=0.88, bottom=0.15)
    canvas.suptitle(f"What other values of {sweep.setting} would give", x=0.02, ha="left", fontsize=11)
    known = [(value, row.interval) for value, row in zip(values, sweep.rows, strict=True) if row.interval is not None]
    if known:
        at = [value for value, _ in known]
        panel.fill_between(at, [of.low for _, of in known], [of.high for _, of in known], color=COLOURS["step-a"], linewidth=0)
        panel.plot(at, [of.best for _, of in known], "o-", color=COLOURS["bar"], markersize=4)
    refused = [value for value, row in zip(values, sweep.rows, strict=True) if row.interval is None]
    panel.plot(refused, [documented] * len(refused), "x", color=COLOURS["own-high"], clip_on=False, label="no number")
    panel.axhline(documented, color=COLOURS["muted"], linewidth=1, linestyle=(0, (4, 3)))
    over = documented < 0.1 * highest  # under the line the numbers of the other scale would be in its way
    panel.annotate(
        f"{people(documented)} documented", (0.99, documented), xycoords=("axes fraction", "data"),
        xytext=(0, 4 if over else -4), textcoords="offset points", ha="right", va="bottom" if over else "top", fontsize=8,
        color=COLOURS["muted"],
    )  # fmt: skip
    if min(values) > 0 and max(values) > 8 * min(values):
        panel.set_xscale("log")
    panel.tick_params(axis="x", pad=8)  # the first value stands beside the 0 of people
    panel.set_xticks(list(values), [f"{value:g}" for value in values])
    panel.xaxis.set_minor_locator(NullLocator())
    panel.set_ylim(bottom=0)
    panel.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: people(value)))
    panel.set_xlabel(sweep.setting)
    panel.set_ylabel("people (low, best and high)")
    if refused:
        panel.legend(loc="upper right", fontsize=8)
