"""Which pairs should a person look at first, and what do they see before they decide?

A pair in doubt that moves no figure can wait; one that moves it much is looked at first. What it moves, which way, who is
blamed and how sure the model is stay hidden until the decision is made (`Doubt.hidden`), so that nobody decides for a number.
Pairs chosen by their effect are a biased sample: for measuring the model there is `litany.steps.review_audit`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from litany.case.case import Case
from litany.counts import figures
from litany.counts.count import Counter
from litany.errors import Refused, ScopeError
from litany.registry import link_files
from litany.registry.link_files import Pairs
from litany.registry.links import linked_rows
from litany.steps import review_known, review_pairs
from litany.steps.review_fields import Field
from litany.steps.review_pairs import Weighed
from litany.steps.review_sides import Reason, Reasons, Side, Sides, opened, reasons
from litany.types.records import About
from litany.types.scope import Scope

Ints = NDArray[np.int64]


class Hidden(Struct, frozen=True):
    """What is hidden until the decision. ``probability``: the share of draws in which the two are one; ``effect`` on the
    figure (see `queue`), in its unit; ``if_same``, ``if_different``: the figure's mean as it would be then, by what differs
    between draws of the same weights (None where nothing does); ``reasons`` and parties by which a person might decide without
    noticing.
    """

    probability: float
    effect: float
    if_same: float | None
    if_different: float | None
    reasons: tuple[Reason, ...]
    left: tuple[Field, ...]
    right: tuple[Field, ...]


class Doubt(Struct, frozen=True):
    """A pair to judge. ``reasons``: what each comparison weighs, without those about parties. ``audit``: the mark of the
    sample that it was drawn in ('' for none), which its judgement carries.
    """

    about: About
    left: Side
    right: Side
    reasons: tuple[Reason, ...]
    hidden: Hidden
    audit: str = ""


class Basis(Struct, frozen=True, eq=False):
    """What a review rests on: the rows of a register and their nodes, the scored pairs and draws about victims or incidents,
    and ``totals``, the figure's best in each draw (draws) int64.
    """

    case: Case
    counter: Counter
    about: About
    rows: pl.DataFrame
    found: Pairs
    totals: Ints


def basis(case: Case, counter: Counter, scope: Scope, about: About) -> Basis:
    """Reads what a review needs. Raises Refused where nothing was linked, ScopeError for the past (``as-of:``)."""
    register = counter.register
    if scope.as_of is not None:
        raise ScopeError(f"a review judges the case as it stands: leave out as-of:{scope.as_of}")
    rows = linked_rows(register)
    found = link_files.load(register.path, about)
    if found is None or register.drawn is None:
        raise Refused(f"there was nothing to link about {about.value}s: one source, whose rows are distinct")
    return Basis(case, counter, about, rows, found, figures.per_draw(register, counter.answer(scope).evaluated, scope).best)


def queue(case: Case, counter: Counter, scope: Scope, about: About, limit: int | None = 50) -> list[Doubt]:
    """The pairs worth a judgement, by expected effect on the figure of a scope: at most ``limit`` (None: all).

    They are those scored pairs whose probability in the draws lies between 0.01 and 0.99 and of which the judgements in force
    say nothing, directly or through others. The expected effect of a pair is

        |covariance(they are one, best total)|

    over the draws of the same weights, on average over the weights: where these decide nothing that is p (1 - p) times the
    difference between the mean total if they are one and if they are two. Ties go by p (1 - p) over all draws, p the share of
    them in which the two are one, then by the names of the rows.

    What a pair shares with the figure through the weights (bold ones join many pairs at once) is not in it, for a judgement
    does not move them. What goes with it among draws of the same weights is, other pairs too. It is known to about
    sqrt(p (1 - p)) times the figure's spread within the same weights over the square root of the draws: with few of them the
    lower end of the queue is noise. Pairs not scored, but drawn together through others, are not asked. Raises Refused,
    ScopeError.
    """
    made = basis(case, counter, scope, about)
    known = review_known.known(case, counter.register, made.rows, about)
    pairs = _doubtful(made, known)
    order = np.lexsort((-pairs.doubt, -np.abs(pairs.shared)))
    if limit is not None:
        order = order[: _reach(pairs, order, limit)]  # with all that tie with the last: names decide between them
    return doubts(made, pairs.chosen(order), _ordered)[:limit]


def _doubtful(made: Basis, known: review_known.Known) -> Weighed:
    left, right = ends(made)
    row = np.flatnonzero(review_pairs.may_differ(made.found.draws, left, right))
    row = row[~known.follows(left[row], right[row])]
    pairs = review_pairs.weighed(made.found.draws, left[row], right[row], row, made.totals)
    return pairs.chosen(review_pairs.in_doubt(pairs))


def ends(made: Basis) -> tuple[Ints, Ints]:
    """The two nodes of every scored pair."""
    left, right = (made.found.pairs[name].to_numpy().astype(np.int64) for name in ("left", "right"))
    return left, right


def _reach(pairs: Weighed, order: Ints, limit: int) -> int:
    """How many pairs stand before the first that ranks below the last within the limit."""
    if limit <= 0 or len(order) <= limit:
        return max(min(limit, len(order)), 0)
    rank = np.stack([np.abs(pairs.shared), pairs.doubt])[:, order]
    below = np.flatnonzero((rank != rank[:, limit - 1 : limit]).any(axis=0)[limit:])
    return limit + int(below[0]) if len(below) else len(order)


def _ordered(pairs: Weighed, sides: Sides) -> list[int]:
    names = [_names(sides, int(a), int(b)) for a, b in zip(pairs.left, pairs.right, strict=True)]
    shared, doubt = np.abs(pairs.shared).tolist(), pairs.doubt.tolist()
    return sorted(range(len(names)), key=lambda at: (-shared[at], -doubt[at], names[at]))


def _names(sides: Sides, left: int, right: int) -> tuple[str, str]:
    one, other = sorted((sides.name(left), sides.name(right)))
    return one, other


def doubts(
    made: Basis, pairs: Weighed, order: Callable[[Weighed, Sides], Sequence[int]], mark: Sequence[str] = ()
) -> list[Doubt]:
    """These pairs, read, in an order; ``mark``: those of the audit, one a pair."""
    nodes = {int(node) for node in (*pairs.left, *pairs.right)}
    with opened(made.case, made.counter.register, made.rows, made.about, nodes) as sides:
        return [_doubt(made, pairs, at, sides, mark[at] if mark else "") for at in order(pairs, sides)]


def _doubt(made: Basis, pairs: Weighed, at: int, sides: Sides, mark: str) -> Doubt:
    left, right = int(pairs.left[at]), int(pairs.right[at])
    if sides.name(right) < sides.name(left):
        left, right = right, left
    why = reasons(made.found.basis, made.found.pairs["levels"][int(pairs.row[at])].to_list())
    one, other = sides.side(left), sides.side(right)
    return Doubt(made.about, one, other, why.seen, _hidden(made, pairs, at, why, one, other), mark)


def _hidden(made: Basis, pairs: Weighed, at: int, why: Reasons, left: Side, right: Side) -> Hidden:
    share, mean, slope = float(pairs.probability[at]), float(made.totals.mean()), float(pairs.slope[at])
    known = int(pairs.own[at]) > 0
    return Hidden(
        probability=round(share, 6),
        effect=round(float(pairs.effect[at]), 6),
        if_same=round(mean + (1 - share) * slope, 3) if known else None,
        if_different=round(mean - share * slope, 3) if known else None,
        reasons=why.parties,
        left=left.parties,
        right=right.parties,
    )
