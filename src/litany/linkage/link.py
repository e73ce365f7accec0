"""Who is the same, as posterior draws: from a table of rows to draws of its partition?

The steps: score what the keys reach; take components of pairs worth a look; score the pairs inside them that no key reached,
so that no weight is undefined; draw parameters (the weights as a bootstrap gives them, calibrated by audited pairs where
there are any); for each of them draw partitions; and draw how many true pairs lie where no key reached.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from litany.linkage import calibrate, em, learn
from litany.linkage.calibrate import Calibration
from litany.linkage.components import components, pairs_within
from litany.linkage.draws import Draws
from litany.linkage.em import Weights
from litany.linkage.engine import Candidates, Engine, Ints
from litany.linkage.learn import Learner
from litany.linkage.partition import Parameters, Problem, sample
from litany.linkage.plan import MISSING, Plan
from litany.linkage.recall import Recall, estimate_recall
from litany.linkage.score import Scores, compared

FLOOR = -7.0  # log odds under which a pair is not worth a look: one in 1,100
OUTER, INNER = 40, 10  # draws of the parameters, and of the partition for each: 400
_COMPLETED = 60  # rows of the largest component of which all pairs are scored


class Rows(Struct, frozen=True):
    """What is linked. ``frame`` has the plan's columns; ``lists`` (int32) the list of each row, ``free`` which lists are
    free of duplicates; ``content`` (uint64) a hash of what each row says, which orders rows and seeds their draws; ``same`` and
    ``different`` (m, 2) pairs of rows that people judged.
    """

    frame: pl.DataFrame
    lists: Ints
    free: tuple[bool, ...]
    content: NDArray[np.uint64]
    same: Ints
    different: Ints


class Linked(Struct, frozen=True):
    """The answer. ``candidates`` are the pairs that entered the draws (those worth a look, completed), ``weights`` the
    learned ones; ``recall`` how much the keys reach (None where all pairs were compared); ``missed`` (draws) how many true
    pairs they did not, in each draw.
    """

    scores: Scores
    candidates: Candidates
    draws: Draws
    calibration: Calibration
    recall: Recall | None
    missed: NDArray[np.int64]
    notes: tuple[str, ...]

    @property
    def reach(self) -> float | None:
        """The estimated share of true pairs that the keys reach."""
        return None if self.recall is None else self.recall.recall

    @property
    def weights(self) -> Weights:
        """The learned weights."""
        return self.scores.weights

    def distinct(self) -> NDArray[np.int64]:
        """How many distinct things the rows are of, in each draw: what is linked, less what no key reached."""
        return np.asarray(self.draws.number_of_clusters() - self.missed)


def link(
    rows: Rows,
    plan: Plan,
    seed: int,
    calibration: Calibration | None = None,
    learner: Learner = learn.plain,
    outer: int = OUTER,
    inner: int = INNER,
    threads: int | None = None,
) -> Linked:
    """Posterior draws of who is the same among ``rows``, ``outer * inner`` of them. ``calibration``: what audited pairs told of the
    weights (None: nothing); ``learner``: how weights are learned without labels.
    """
    with Engine(rows.frame, plan, rows.free, threads) as engine:
        candidates, counted = compared(engine, rows.lists, rows.free, seed)
        learned = learner(rows.frame, rows.free, counted, plan, outer, seed)
        scores = Scores(plan, candidates, counted, learned.weights)
        looked_at = _worth_a_look(scores, rows)
        whole = _completed(engine, looked_at, rows)
    calibration = calibrate.unlabelled() if calibration is None else calibration
    slopes = calibration.draw(outer, seed)
    problem = Problem(
        size=rows.frame.height, left=whole.left, right=whole.right, pattern=whole.pattern, list_of=rows.lists,
        duplicate_free=np.asarray(rows.free or (False,), bool), must=rows.same, forbidden=rows.different, content=rows.content,
    )  # fmt: skip
    beyond = scores.counted.random
    parameters = [
        _parameters(weights, float(a), float(b), whole, beyond, scores.counted.random_counts)
        for weights, (a, b) in zip(learned.draws, slopes, strict=True)
    ]
    draws = sample(problem, parameters, inner, seed, FLOOR)
    reach = None if engine.is_exhaustive else _reach(scores, calibration, outer, seed)
    # What cannot be told is not drawn: the note says that the interval lacks it.
    known = reach is not None and reach.trusted
    missed = np.repeat(reach.missed_draws, inner) if reach is not None and known else np.zeros(outer * inner, np.int64)
    return Linked(scores, whole, draws, calibration, reach, missed, _notes(scores, calibration, reach))


def _reach(scores: Scores, calibration: Calibration, outer: int, seed: int) -> Recall:
    """How many true pairs the keys reach, one draw for each draw of the parameters."""
    a, log_b = calibration.mode
    likely = em.probability(a + np.exp(log_b) * scores.odds)
    fields = [key.fields or key.columns for key in scores.plan.keys]
    return estimate_recall(likely, scores.candidates.keys, fields, outer, seed)


def _worth_a_look(scores: Scores, rows: Rows) -> Candidates:
    """The candidates above the floor, and those that people judged."""
    found = scores.candidates
    return _chosen(found, scores.odds > FLOOR)


def _chosen(found: Candidates, mask: NDArray[np.bool_]) -> Candidates:
    return Candidates(found.left[mask], found.right[mask], found.pattern[mask], found.keys[mask], found.patterns)


def _completed(engine: Engine, found: Candidates, rows: Rows) -> Candidates:
    """All pairs inside the components that these pairs and the judgements make."""
    left = np.concatenate([found.left, *(part[:, 0] for part in (rows.same,) if len(part))])
    right = np.concatenate([found.right, *(part[:, 1] for part in (rows.same,) if len(part))])
    inside = pairs_within(components(engine.size, left, right), _COMPLETED)
    low, high = np.minimum(*inside), np.maximum(*inside)
    code, known = low.astype(np.int64) * engine.size + high, found.left.astype(np.int64) * engine.size + found.right
    new = ~np.isin(code, known)
    if rows.free:  # rows of a list without duplicates are never one: nothing needs to be scored
        once = np.asarray(rows.free, bool)
        new &= ~((rows.lists[low] == rows.lists[high]) & once[rows.lists[low]])
    return _joined(found, engine.compare_pairs(low[new], high[new]))


def _joined(one: Candidates, other: Candidates) -> Candidates:
    """Two sets of pairs as one, in order, over one table of patterns."""
    patterns, number = np.unique(np.concatenate([one.patterns, other.patterns]), axis=0, return_inverse=True)
    number = number.ravel().astype(np.int32)
    left, right = np.concatenate([one.left, other.left]), np.concatenate([one.right, other.right])
    pattern = np.concatenate([number[one.pattern], number[len(one.patterns) + other.pattern]])
    keys = np.concatenate([one.keys, other.keys])
    order = np.lexsort((right, left))
    return Candidates(left[order], right[order], pattern[order], keys[order], patterns)


def _parameters(
    weights: Weights, a: float, b: float, whole: Candidates, beyond: NDArray[np.int8], counts: NDArray[np.float64]
) -> Parameters:
    """One draw's likelihood ratios, calibrated: a + b w for a pair, with the prior's part in the prior."""
    unscored = weights.ratios(beyond) if len(beyond) else _all_differ(weights)
    mean = np.average(unscored, axis=0, weights=counts if len(beyond) else None)
    return Parameters(ratios=b * weights.ratios(whole.patterns), unscored=b * mean, log_rho=a + b * weights.prior)


def _all_differ(weights: Weights) -> NDArray[np.float64]:
    return weights.ratios(np.zeros((1, len(weights.m)), np.int8))


def _notes(scores: Scores, calibration: Calibration, reach: Recall | None) -> tuple[str, ...]:
    made = []
    if not scores.weights.converged:
        made.append("the weights had not settled after 500 steps of EM: look at the comparisons")
    if not calibration.labelled:
        made.append("no pairs were audited: how far the weights can be trusted is assumed, not measured")
    if reach is not None and not reach.trusted:
        made.append(f"how many true pairs the keys missed cannot be told: {reach.reason}")
    return tuple(made)


def patterns_known(candidates: Candidates) -> NDArray[np.float64]:
    """(F) the share of pairs for which each field says anything."""
    known = (candidates.patterns != MISSING).astype(np.float64)
    return np.asarray((known * candidates.counts()[:, None]).sum(axis=0) / max(len(candidates), 1))
