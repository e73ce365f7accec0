"""When is an answer of the graphs made by the prior or by the grid's end, and what is worth a word?"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from litany.estimates.captures import Captures
from litany.estimates.graphs.posterior import Posterior
from litany.estimates.partial import chao
from litany.estimates.refusals import Refusal, Why
from litany.estimates.results import Candidate, Interval, Sweep

MOST_SATURATED, TELL_SATURATED = 0.5, 0.025
MOST_MOVE, TELL_MOVE = 2.0, 1.25  # between the medians for different deltas
TELL_WEIGHT = 0.05
MOST_BEYOND, TELL_BEYOND = 0.0025, 1e-6  # a tenth of the upper 2.5 %; and what is not worth a word
NEXT = "look at the table of deltas; take another method, or a larger table in which fewer lists depend on each other"


def _medians(swept: Sweep, among: Sequence[float] | None = None) -> tuple[float, float]:
    """The lowest and the highest median of a sweep, or of some deltas in it."""
    rows = [row for row in swept.rows if among is None or row.criteria["delta"] in among]
    medians = [row.interval.best for row in rows if row.interval is not None]
    return min(medians), max(medians)


def saturated(believed: Posterior, delta: float) -> Refusal | None:
    """Refuses an answer that most of the posterior leaves to the prior."""
    share = float(believed.weights[believed.graphs.saturated])
    if share <= MOST_SATURATED:
        return None
    return Refusal(
        Why.PRIOR_MADE,
        f"{share:.0%} of the posterior is on the graph in which all lists depend on each other, which fits every number missed "
        f"equally well: the number would be the prior's (delta {delta:g})",
        NEXT,
    )


def moved(swept: Sweep, delta: float) -> Refusal | None:
    """Refuses an answer whose median follows the prior count."""
    low, high = _medians(swept, (delta / 4, delta, delta * 4))
    if high <= MOST_MOVE * low:
        return None
    return Refusal(
        Why.PRIOR_MADE,
        f"the median is {low:,.0f} or {high:,.0f} as the prior count delta goes from {delta / 4:g} to {delta * 4:g} a cell: "
        f"{high / low:.1f} times as many",
        NEXT,
    )


def made_by_cap(believed: Posterior) -> Refusal | None:
    """Refuses an answer whose upper end lies where the grid ends."""
    if believed.beyond <= MOST_BEYOND:
        return None
    return Refusal(
        Why.CAP_MADE,
        f"{believed.beyond:.1%} of the posterior lie beyond {int(believed.missed[-1]):,} missed, where the grid ends",
        "let more be missed (`most`); where it is the longest allowed, the table says too little",
    )


def notes(believed: Posterior, swept: Sweep, shown: tuple[Candidate, ...]) -> tuple[str, ...]:
    """What a reader must know beside the number."""
    share = float(believed.weights[believed.graphs.saturated])
    told = [f"the graph in which all lists depend on each other has {max(share, 1e-12):.2g} or less of the posterior"]
    if share > TELL_SATURATED:
        told[0] = f"the graph in which all lists depend on each other has {share:.0%}: the prior makes an end of the range"
    low, high = _medians(swept)
    if high > TELL_MOVE * low:
        first, last = swept.rows[0].criteria["delta"], swept.rows[-1].criteria["delta"]
        told.append(f"over prior counts delta from {first:g} to {last:g} the median is between {low:,.0f} and {high:,.0f}")
    apart = [(one, other) for one, other in itertools.combinations(shown, 2) if _disjoint(one, other)]
    if apart:
        one, other = apart[0]
        told.append(f"the graphs disagree: {_in_words(one)}, and {_in_words(other)}")
    if believed.beyond > TELL_BEYOND:
        told.append(f"{believed.beyond:.1e} of the posterior lie beyond the largest number missed that was looked at")
    return tuple(told)


def too_low(table: Captures, told: Interval) -> tuple[str, ...]:
    """Whether people seem to differ in how easily they are found, which no graph has room for."""
    least = table.people + chao.unequal_lists(table).missed
    if told.high >= least:
        return ()
    return (
        f"the whole range is below {least:,.0f}, the least that people who differ in how easily they are found would make "
        "(Chao 1987): it is probably too low",
    )


def _disjoint(one: Candidate, other: Candidate) -> bool:
    """Whether two graphs that both count have intervals that do not meet."""
    if not one.interval or not other.interval or min(one.weight or 0.0, other.weight or 0.0) < TELL_WEIGHT:
        return False
    return one.interval.high < other.interval.low or other.interval.high < one.interval.low


def _in_words(graph: Candidate) -> str:
    if graph.interval is None:
        return graph.name
    return f"{graph.name} ({graph.weight or 0.0:.0%}) says {graph.interval.low:,.0f} to {graph.interval.high:,.0f}"
