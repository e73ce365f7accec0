"""Which pictures show an estimate, and what stands in each? Needs matplotlib (the extra ``report``).

All are written as SVG and as PNG, on white, with the same bytes each time. Where there is no number there is no picture of
one; the overlap of lists is always drawn.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from litany.estimates.partial.sides import side_by_side
from litany.estimates.reading import Read
from litany.estimates.results import Candidate, Draws, Estimate, Interval, Sweep
from litany.estimates.strata import Stratified
from litany.publish import chart_draws, chart_overlap, chart_ranges
from litany.publish.chart_ranges import Range
from litany.publish.drawing import saved
from litany.publish.estimate_phrase import in_brief

_MODELS = 10
_STRATA = 60  # rows of one picture; further ones stand in pictures of their own


def write(folder: Path, read: Read, by_method: Mapping[str, Estimate | Stratified], method: str) -> list[Path]:
    """Write the pictures of an answer (that of ``method`` first, others beside it) and give their paths."""
    ones = {name: of for name, of in by_method.items() if isinstance(of, Estimate)}
    strata = {name: of for name, of in by_method.items() if isinstance(of, Stratified)}
    if ones:
        return _of_one(folder, read, ones, method)
    return _of_strata(folder, strata, method)


def _of_one(folder: Path, read: Read, by_method: Mapping[str, Estimate], method: str) -> list[Path]:
    table, of = read.strata[0].table, by_method[method]
    made = saved(folder, "overlap", chart_overlap.size(table), partial(chart_overlap.paint, table=table))
    rows = _compared(by_method, method, side_by_side(table))
    title = f"What methods, models and assumptions say of {of.documented:,} documented people"
    made += saved(
        folder, "estimates", chart_ranges.size(rows),
        partial(chart_ranges.paint, title=title, rows=rows, documented=of.documented),
    )  # fmt: skip
    spread = {name: (one.draws, one.interval) for name, one in by_method.items() if not one.assumed}
    made += _spread(folder, spread, of.documented)
    if of.chains is not None:
        made += saved(folder, "chains", (10, 3.6), partial(chart_draws.paint_chains, draws=of.chains))
    for sweep in of.sweeps:
        made += _swept(folder, sweep, of)
    return made


def _of_strata(folder: Path, by_method: Mapping[str, Stratified], method: str) -> list[Path]:
    of, made = by_method[method], list[Path]()
    rows = [_range(one.name, Candidate(one.name, one.estimate.interval, refusal=one.estimate.refusal)) for one in of.strata]
    parts = [rows[at : at + _STRATA] for at in range(0, len(rows), _STRATA)]
    for number, part in enumerate(parts, 1):
        name = "strata" if len(parts) == 1 else f"strata-{number}"
        title = f"What each stratum says, by {method}"
        made += saved(
            folder, name, chart_ranges.size(part), partial(chart_ranges.paint, title=title, rows=part, documented=None)
        )
    totals = [
        _range(name, Candidate(name, one.total.interval, refusal=one.total.refusal), name == method)
        for name, one in by_method.items()
    ]
    title = f"The total {of.total.words.split(', where')[0]}"
    seen = of.total.documented or None
    made += saved(
        folder, "total", chart_ranges.size(totals), partial(chart_ranges.paint, title=title, rows=totals, documented=seen)
    )
    spread = {
        name: (one.total.draws, one.total.interval)
        for name, one in by_method.items()
        if not any(stratum.estimate.assumed for stratum in one.strata)
    }
    return made + _spread(folder, spread, of.total.documented)


def _compared(by_method: Mapping[str, Estimate], method: str, sides: tuple[Candidate, ...]) -> list[Range]:
    """The chosen answer, other methods, the chosen method's models, and one assumption each."""
    of = by_method[method]
    rows = [Range("By method", heading=True), _range(method, Candidate(method, of.interval, refusal=of.refusal), strong=True)]
    rows += [
        _range(name, Candidate(name, one.interval, refusal=one.refusal)) for name, one in by_method.items() if name != method
    ]
    models = of.candidates[:_MODELS]
    if models:
        rows.append(Range(f"Within {method}", heading=True))
        rows += [_range(_weighed(one), one) for one in models]
    rows.append(Range("Under one named assumption each", heading=True))
    return [*rows, *(_range(one.name, one) for one in sides)]


def _weighed(one: Candidate) -> str:
    return one.name if one.weight is None else f"{one.name}  {one.weight:.0%}"


def _range(label: str, one: Candidate, strong: bool = False) -> Range:
    least = one.criteria.get("at_least_low", one.criteria.get("at_least"))
    return Range(label, one.interval, least if one.interval is None else None, in_brief(one), strong)


def _spread(folder: Path, by_method: Mapping[str, tuple[Draws | None, Interval | None]], documented: int) -> list[Path]:
    """Not for draws in step: they are no distribution, and a picture of one would say where in the range it is likelier."""
    there = {name: (draws, of) for name, (draws, of) in by_method.items() if draws is not None and of is not None}
    if not there:
        return []
    return saved(
        folder, "posterior", chart_draws.size(len(there)), partial(chart_draws.paint, by_method=there, documented=documented)
    )


def _swept(folder: Path, sweep: Sweep, of: Estimate) -> list[Path]:
    name = "by-" + (re.sub(r"[^a-z0-9]+", "-", sweep.setting.casefold()).strip("-") or "setting")
    values = chart_ranges.numbers_of(sweep)
    if values is not None:
        curve = partial(chart_ranges.paint_curve, sweep=sweep, values=values, documented=of.documented)
        return saved(folder, name, (6.5, 3.6), curve)
    rows = [_range(one.name, one) for one in sweep.rows]
    title = f"What the answer would be by {sweep.setting}"
    return saved(
        folder, name, chart_ranges.size(rows),
        partial(chart_ranges.paint, title=title, rows=rows, documented=of.documented),
    )  # fmt: skip
