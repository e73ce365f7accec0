"""Who is the same, as posterior draws: from a table of rows to draws of its partition?

The first half asks the data (`prepare`): compare what the keys reach, learn the weights, keep the pairs that are worth a look,
and score the pairs inside their components that no key reached, so that no weight is undefined. The second half draws (`draw`):
parameters (the weights as a bootstrap gives them, calibrated by audited pairs where there are any), for each of them
partitions, and how many true pairs lie where no key reached. What people judge enters the second half only, which takes
seconds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from litany.linkage import audit, em, learn, trim
from litany.linkage.audit import Audited
from litany.linkage.components import components, pairs_within
from litany.linkage.draws import Draws
from litany.linkage.em import Pairs, Weights
from litany.linkage.engine import EXHAUSTIVE, Candidates, Engine, Ints
from litany.linkage.learn import Learner
from litany.linkage.partition import FLOOR, Parameters, Problem, sample
from litany.linkage.partition_order import HEARD
from litany.linkage.plan import MISSING, Plan
from litany.linkage.recall import Recall, estimate_recall
from litany.linkage.score import compared

OUTER, INNER = 40, 10  # draws of the parameters, and of the partition for each: 400
# True pairs that agree on so little that no weight finds them: as many as independent fields would have it, times a factor, for
# errors cluster in bad records (lognormal, median 2, 95 % of it between 0.4 and 10), and a share that nothing foresees (median
# 0.4 %, 95 % of it between 0.04 and 4 %). Both are assumed: no sample of such pairs can be judged.
UNALIKE, UNALIKE_SPREAD = 2.0, 0.8
UNFORESEEN, UNFORESEEN_SPREAD = 0.004, 1.2
_SIMULATED = 20_000  # true pairs from which the share is told that falls below the floor
_COMPLETED = 60  # rows of the largest component of which all pairs are scored


class Rows(Struct, frozen=True):
    """What is linked. ``frame`` has the plan's columns; ``lists`` (int32) the list of each row, ``free`` which lists are free
    of duplicates; ``content`` (uint64) a hash of what each row says and of its list, which orders rows and seeds their draws.
    """

    frame: pl.DataFrame
    lists: Ints
    free: tuple[bool, ...]
    content: NDArray[np.uint64]


class Judged(Struct, frozen=True):
    """Pairs of rows (m, 2; int32) that people judged to be the same, and to be different."""

    same: Ints
    different: Ints

    @classmethod
    def nothing(cls) -> Judged:
        """No judgement."""
        return cls(np.empty((0, 2), np.int32), np.empty((0, 2), np.int32))


class Prepared(Struct, frozen=True):
    """What the data say before anything is drawn. ``pairs``: those worth a look, completed, over their own table of patterns;
    ``weights`` as learned and ``drawn`` as they might have come out; ``beyond`` (F): for each of those the mean log ratios of
    random pairs that no key reached, and in ``unalike`` the share of true pairs that would fall below the floor;
    ``cut``: how many true pairs are expected among those that would hold huge components together and are taken as
    different; ``exhaustive``: were all pairs compared?
    """

    plan: Plan
    pairs: Candidates
    weights: Weights
    drawn: list[Weights]
    beyond: list[NDArray[np.float64]]
    unalike: list[float]
    cut: float
    exhaustive: bool

    @property
    def odds(self) -> NDArray[np.float64]:
        """Log odds of each pair, before any calibration."""
        return self.weights.odds(self.pairs.patterns)[self.pairs.pattern]


class Linked(Struct, frozen=True):
    """The answer: ``draws`` of the partition; ``recall`` how much the keys reach (None where all pairs were compared), and
    ``missed`` (draws) how many true pairs they did not, in each draw; ``notes``: why an interval cannot be trusted.
    """

    prepared: Prepared
    draws: Draws
    recall: Recall | None
    missed: NDArray[np.int64]
    notes: tuple[str, ...]

    @property
    def reach(self) -> float | None:
        """The estimated share of true pairs that the keys reach."""
        return None if self.recall is None else self.recall.recall

    def distinct(self) -> NDArray[np.int64]:
        """How many distinct things the rows are of, in each draw: what is linked, less what no key reached."""
        return np.asarray(self.draws.number_of_clusters() - self.missed)


def prepare(
    rows: Rows, plan: Plan, seed: int, learner: Learner = learn.plain, outer: int = OUTER, threads: int | None = None
) -> Prepared:
    """Compare, learn, and keep what is worth a look."""
    with Engine(rows.frame, plan, rows.free, threads) as engine:
        candidates, counted = compared(engine, rows.lists, rows.free, seed)
        learned = learner(rows.frame, rows.free, counted, plan, outer, seed)
        odds = learned.weights.odds(candidates.patterns)[candidates.pattern]
        worth = trim.loosened(engine.size, candidates, odds)
        cut = float(em.probability(odds[~worth & (odds > FLOOR)]).sum())
        pairs = _completed(engine, _chosen(candidates, worth), rows)
        exhaustive = engine.is_exhaustive
    beyond = [_beyond(weights, counted) for weights in learned.draws]
    unalike = [_unalike(weights, counted, seed) for weights in learned.draws]
    return Prepared(plan, pairs, learned.weights, learned.draws, beyond, unalike, cut, exhaustive)


def draw(
    prepared: Prepared,
    rows: Rows,
    seed: int,
    judged: Judged | None = None,
    audited: Audited | None = None,
    inner: int = INNER,
) -> Linked:
    """``inner`` draws of the partition for each of the drawn weights. Raises ValueError where judgements contradict."""
    known = Judged.nothing() if judged is None else judged
    pairs, outer = prepared.pairs, len(prepared.drawn)
    must = np.concatenate([known.same, _sure(prepared, rows, known.different)])
    problem = Problem(
        size=rows.frame.height, left=pairs.left, right=pairs.right, pattern=pairs.pattern, list_of=rows.lists,
        duplicate_free=np.asarray(rows.free or (False,), bool), must=must, forbidden=known.different,
        content=rows.content,
    )  # fmt: skip

    def again(offsets: NDArray[np.float64]) -> Draws:
        return sample(problem, _parameters(prepared, offsets), inner, seed, FLOOR)

    if audited is None:
        offsets = audit.assumed(outer, seed)
    else:
        plain = again(np.zeros((outer, len(audit.CENTRES)))).pair_probability(pairs.left, pairs.right)
        wanted = audit.targets(prepared.odds, plain, audited, outer, seed)
        offsets = audit.matched(wanted, prepared.odds, pairs.left, pairs.right, again)
    draws = again(offsets)
    reach = None if prepared.exhaustive else _reach(prepared, draws, outer, seed)
    missed = _missed(draws, reach, prepared, inner, seed)
    notes = [*_notes(prepared, audited, reach, draws, missed), *_large(draws, must)]
    return Linked(prepared, draws, reach, missed, tuple(notes))


def _sure(prepared: Prepared, rows: Rows, different: Ints) -> Ints:
    """Pairs of rows that are one in every draw of the weights."""
    pairs = prepared.pairs
    least = trim.least_odds([weights.odds(pairs.patterns)[pairs.pattern] for weights in prepared.drawn])
    free = np.asarray(rows.free or (False,), bool)[rows.lists]
    return trim.sure(rows.frame.height, pairs, least, np.where(free, rows.lists, -1).astype(np.int32), different)


def _parameters(prepared: Prepared, offsets: NDArray[np.float64]) -> list[Parameters]:
    """The drawn weights, each with its offsets; what is added to a pair is spread over its fields."""
    patterns, made = prepared.pairs.patterns, []
    for weights, beyond, mine in zip(prepared.drawn, prepared.beyond, offsets, strict=True):
        ratios = weights.ratios(patterns)
        more = audit.shifts(mine, ratios.sum(axis=1) + weights.prior) / max(ratios.shape[1], 1)
        made.append(Parameters(np.round(ratios + more[:, None], 9), beyond, weights.prior))
    return made


def _missed(draws: Draws, reach: Recall | None, prepared: Prepared, inner: int, seed: int) -> NDArray[np.int64]:
    """How many true pairs are not among those looked at, in each draw: those that no key reached, where that can be told; those
    that agree on too little (`UNALIKE`; `UNFORESEEN` only where the keys do not tell of such already); those cut out of huge
    components.
    """
    source = np.random.default_rng([seed, 7])
    clusters, outer = draws.number_of_clusters(), len(prepared.drawn)
    share = np.asarray(prepared.unalike) * source.lognormal(np.log(UNALIKE), UNALIKE_SPREAD, outer)
    if not _is_told(reach):
        share += source.lognormal(np.log(UNFORESEEN), UNFORESEEN_SPREAD, outer)
    made = source.poisson(np.minimum(np.repeat(share, inner), 0.5) * (draws.size - clusters) + prepared.cut)
    if reach is not None and _is_told(reach):
        made = made + np.repeat(reach.missed_draws, inner)
    return np.asarray(np.minimum(made, clusters - 1), np.int64)


def _is_told(reach: Recall | None) -> bool:
    """Is it known how many true pairs no key reached? Where more were missed than found, that is a guess."""
    return reach is not None and reach.trusted and reach.missed <= reach.found


def _unalike(weights: Weights, counted: Pairs, seed: int) -> float:
    """The share of true pairs whose weight would fall below the floor, were their fields independent. What is unknown of a
    pair is as in pairs at large.
    """
    source = np.random.default_rng([seed, 11])
    at_large, counts = (counted.random, counted.random_counts) if len(counted.random) else (counted.patterns, counted.counts)
    if not len(at_large) or counts.sum() <= 0:
        return 0.0
    rows = source.choice(len(at_large), _SIMULATED, p=counts / counts.sum())
    drawn = np.stack([source.choice(len(m), _SIMULATED, p=m) for m in weights.m], axis=1).astype(np.int8)
    patterns = np.where(at_large[rows] == MISSING, MISSING, drawn).astype(np.int8)
    return float((weights.odds(patterns) <= FLOOR).mean())


def _reach(prepared: Prepared, draws: Draws, outer: int, seed: int) -> Recall:
    """How many true pairs the keys reach, one draw for each draw of the parameters."""
    pairs = prepared.pairs
    reached = (pairs.keys > 0) & (pairs.keys < EXHAUSTIVE)
    likely = draws.pair_probability(pairs.left[reached], pairs.right[reached])
    fields = [key.fields or key.columns for key in prepared.plan.keys]
    return estimate_recall(likely, pairs.keys[reached], fields, outer, seed)


def _chosen(found: Candidates, mask: NDArray[np.bool_]) -> Candidates:
    return Candidates(found.left[mask], found.right[mask], found.pattern[mask], found.keys[mask], found.patterns)


def _completed(engine: Engine, found: Candidates, rows: Rows) -> Candidates:
    """All pairs inside the components that these pairs make."""
    inside = pairs_within(components(engine.size, found.left, found.right), _COMPLETED)
    low, high = np.minimum(*inside), np.maximum(*inside)
    code, known = low.astype(np.int64) * engine.size + high, found.left.astype(np.int64) * engine.size + found.right
    new = ~np.isin(code, known)
    if rows.free:  # rows of a list without duplicates are never one: nothing needs to be scored
        once = np.asarray(rows.free, bool)
        new &= ~((rows.lists[low] == rows.lists[high]) & once[rows.lists[low]])
    return _joined(found, engine.compare_pairs(low[new], high[new]))


def _joined(one: Candidates, other: Candidates) -> Candidates:
    """Two sets of pairs as one, in order, over the patterns that they have."""
    patterns, number = np.unique(np.concatenate([one.patterns, other.patterns]), axis=0, return_inverse=True)
    number = number.ravel().astype(np.int32)
    left, right = np.concatenate([one.left, other.left]), np.concatenate([one.right, other.right])
    pattern = np.concatenate([number[: len(one.patterns)][one.pattern], number[len(one.patterns) :][other.pattern]])
    keys = np.concatenate([one.keys, other.keys])
    order = np.lexsort((right, left))
    return Candidates(left[order], right[order], pattern[order], keys[order], patterns)


def _beyond(weights: Weights, counted: Pairs) -> NDArray[np.float64]:
    """(F) the mean log ratios of random pairs that no key reached; of total disagreement where there are none."""
    if not len(counted.random) or not counted.random_counts.sum():
        return np.asarray(weights.ratios(np.zeros((1, len(weights.m)), np.int8))[0])
    return np.asarray(np.average(weights.ratios(counted.random), axis=0, weights=counted.random_counts))


def _notes(
    prepared: Prepared, audited: Audited | None, reach: Recall | None, draws: Draws, missed: NDArray[np.int64]
) -> list[str]:
    made = []
    if not prepared.weights.converged:
        made.append("the weights had not settled when EM was stopped: look at the comparisons")
    if audited is None:
        made.append("no pairs were audited: how far the weights can be trusted is assumed, not measured")
    if reach is not None and not _is_told(reach):
        made.append(f"how many true pairs the keys missed cannot be told, and is in no interval: {reach.reason}")
    low, middle, high = (int(np.quantile(missed, at, method="nearest")) for at in (0.025, 0.5, 0.975))
    if high:
        made.append(f"true pairs that were never compared, or agree on too little: some {middle:,} ({low:,} to {high:,})")
    unsettled: Sequence[object] = draws.diagnostics.doubtful
    if unsettled:
        made.append(f"the draws of {len(unsettled)} large components had not settled: judge pairs of them (litany review)")
    if prepared.cut >= 0.5:
        made.append(f"some {prepared.cut:,.0f} true pairs were cut out of components too large to draw")
    return made


def _large(draws: Draws, must: Ints) -> list[str]:
    """What must be said of clusters whose evidence is not used whole (`litany.linkage.partition_evidence`)."""
    atom = components(draws.size, must[:, 0], must[:, 1]) == np.arange(draws.size)
    largest = int(np.bincount(draws.point()[atom], minlength=1).max()) if draws.size else 0
    if largest <= HEARD:
        return []
    return [f"a cluster of {largest} rows that are not beyond doubt: of more than {HEARD} it may come out split"]
