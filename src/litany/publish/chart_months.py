"""How do the figures of the months look, drawn so that nobody reads a source's high as a range of uncertainty?

Bars are best. A thin line from low to high stands only where both are bounds. Where a source's own highs were only added up,
that sum stands in a panel of its own, with a scale of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter, MaxNLocator

from litany.publish.days import MONTHS
from litany.publish.drawing import COLOURS, drawn
from litany.publish.phrase import count
from litany.types.figure import Basis, Figure
from litany.values import dates

_MOST_LABELS = 14


def caption(sums: bool) -> str:
    """What stands under the chart."""
    own = (
        " The open circles below, on their own scale, are the source's own high added up over its rows: they are not an "
        "uncertainty range, and nothing says that the truth lies between bar and circle."
        if sums
        else ""
    )
    return (
        "Bars: best. A thin line over a bar runs from what is certain to what is possible; a bare line is the span between "
        f"unlinked sources, which has no best; a cross stands where the number is refused.{own} The table holds every number."
    )


def draw(name: str, title: str, figures: Mapping[str, Figure]) -> str | None:
    """The chart of a table by month; None where no month is known."""
    known = {month: figure for month, figure in figures.items() if month[:4].isdigit()}
    if not known:
        return None
    months = _months(min(known), max(known))
    sums = [month for month, figure in known.items() if figure.basis is Basis.SOURCE_SUM and figure.high != figure.best]

    def paint(canvas: Canvas) -> None:
        rows = 2 if sums else 1
        panels = canvas.subplots(rows, 1, sharex=True, squeeze=False, height_ratios=[3, 1.4][:rows])[:, 0]
        canvas.subplots_adjust(left=0.075, right=0.99, top=0.92, bottom=0.09 if sums else 0.12, hspace=0.42)
        _bars(panels[0], months, known)
        if sums:
            _own_highs(panels[1], months, {month: known[month] for month in sums})
        _scale(panels[-1], months)

    description = "One bar a month, from the first month to the last. The table after the chart holds every number."
    return drawn(f"{name}-chart", title, description, (9, 4.6 if sums else 3.4), paint)


def _months(first: str, last: str) -> tuple[str, ...]:
    return dates.months_between(dates.day(f"{first}-01"), dates.day(f"{last}-01"))


def _bars(panel: Axes, months: tuple[str, ...], known: Mapping[str, Figure]) -> None:
    at = {month: place for place, month in enumerate(months)}
    best = {at[month]: figure.best for month, figure in known.items() if figure.best is not None}
    panel.bar(list(best), list(best.values()), width=0.78, color=COLOURS["bar"], linewidth=0)
    spans = [
        (at[month], figure.low, figure.high)
        for month, figure in known.items()
        if figure.basis in (Basis.BOUND, Basis.ENVELOPE) and figure.low != figure.high
    ]
    if spans:
        at_, lows, highs = zip(*spans, strict=True)
        panel.vlines(at_, lows, highs, color=COLOURS["ink"], linewidth=1)
    refused = [at[month] for month, figure in known.items() if figure.refused is not None]
    if refused:
        panel.plot(refused, [0] * len(refused), "x", color=COLOURS["own-high"], markersize=6, clip_on=False)
    _counts(panel, "best", 5)


def _own_highs(panel: Axes, months: tuple[str, ...], known: Mapping[str, Figure]) -> None:
    at = {month: place for place, month in enumerate(months)}
    highs = {at[month]: figure.high for month, figure in known.items() if figure.high is not None}
    panel.plot(
        list(highs), list(highs.values()), "o", markerfacecolor="none", markeredgecolor=COLOURS["own-high"], markersize=4,
        clip_on=False,
    )  # fmt: skip
    _counts(panel, "the source's own high, added up: no uncertainty range", 3)


def _counts(panel: Axes, what: str, most: int) -> None:
    panel.set_title(what, loc="left", fontsize=10, color=COLOURS["ink"])
    panel.margins(y=0.12)
    panel.set_ylim(bottom=0)
    panel.yaxis.set_major_locator(MaxNLocator(most, integer=True))
    panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: count(round(value))))


def _scale(panel: Axes, months: tuple[str, ...]) -> None:
    """Labels at whole quarters or years, few enough to be read."""
    panel.set_xlim(-0.7, len(months) - 0.3)
    step = next(step for step in (1, 3, 6, 12, 24, 60, 120, 240, 1200) if len(months) / step <= _MOST_LABELS)
    places = [place for place, month in enumerate(months) if _number(month) % step == 0] or [0]
    panel.set_xticks(places, [_label(months[place], place in (places[0], 0) or step >= 12) for place in places])


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _label(month: str, with_year: bool) -> str:
    name = MONTHS[int(month[5:]) - 1][:3]
    return f"{name}\n{month[:4]}" if with_year or name == "Jan" else name
