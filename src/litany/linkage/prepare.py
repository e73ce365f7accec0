"""What do the data say of pairs of rows, before anything is drawn?

Compare what the keys reach, learn the weights, keep the pairs that are worth a look, and score the pairs inside their
components that no key reached, so that no weight is undefined.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from litany.linkage import beyond, em, learn, trim
from litany.linkage.beyond import Beyond
from litany.linkage.components import components, pairs_within
from litany.linkage.em import Pairs, Weights
from litany.linkage.engine import Candidates, Engine, Ints, Maker, PairEngine
from litany.linkage.engine_pairs import COPIED
from litany.linkage.learn import Learner
from litany.linkage.partition import FLOOR
from litany.linkage.plan import Plan
from litany.linkage.score import compared

OUTER = 40  # draws of the parameters
_COMPLETED = 60  # rows of the largest component of which all pairs are scored


class Rows(Struct, frozen=True):
    """What is linked. ``frame`` has the plan's columns; ``lists`` (int32) the list of each row, ``free`` which lists are free
    of duplicates; ``content`` (uint64) a hash of what each row says and of its list, which orders rows and seeds their draws.
    """

    frame: pl.DataFrame
    lists: Ints
    free: tuple[bool, ...]
    content: NDArray[np.uint64]


class Prepared(Struct, frozen=True):
    """What the data say before anything is drawn. ``pairs``: those worth a look, completed, over their own table of patterns;
    ``weights`` as learned and ``drawn`` as they might have come out; ``unreached`` (F): each of those the mean log ratios of
    random pairs that no key reached; ``unseen``: what they expect of the pairs that are not looked at; ``cut``: how many true
    pairs are expected among those that would hold huge components together and are taken as different; ``exhaustive``: were
    all pairs compared? ``told``: what was not compared, in words.
    """

    plan: Plan
    pairs: Candidates
    weights: Weights
    drawn: list[Weights]
    unreached: list[NDArray[np.float64]]
    unseen: Beyond
    cut: float
    exhaustive: bool
    told: tuple[str, ...] = ()

    @property
    def odds(self) -> NDArray[np.float64]:
        """Log odds of each pair, before any calibration."""
        return self.weights.odds(self.pairs.patterns)[self.pairs.pattern]


def prepare(
    rows: Rows,
    plan: Plan,
    seed: int,
    learner: Learner = learn.plain,
    outer: int = OUTER,
    threads: int | None = None,
    make: Maker = Engine,
) -> Prepared:
    """Compare, learn, and keep what is worth a look. ``make`` the engine that compares (`litany.linkage.engine_spark`)."""
    with make(rows.frame, plan, rows.free, threads) as engine:
        candidates, counted = compared(engine, rows.lists, rows.free, seed)
        learned = learner(rows.frame, rows.free, counted, plan, outer, seed)
        odds = learned.weights.odds(candidates.patterns)[candidates.pattern]
        worth = trim.loosened(engine.size, candidates, odds) & ((candidates.keys != COPIED) | (odds > trim.LIKELY))
        cut = float(em.probability(odds[~worth & (odds > FLOOR)]).sum())
        pairs = _completed(engine, _chosen(candidates, worth), rows)
        exhaustive = engine.is_exhaustive
        told = () if engine.crowds is None else engine.crowds.notes
    unreached = [_unreached(weights, counted) for weights in learned.draws]
    unseen = beyond.expected(learned.weights, learned.draws, candidates, counted, pairs, seed)
    return Prepared(plan, pairs, learned.weights, learned.draws, unreached, unseen, cut, exhaustive, told)


def _completed(engine: PairEngine, found: Candidates, rows: Rows) -> Candidates:
    """All pairs inside the components that these pairs make."""
    inside = pairs_within(components(engine.size, found.left, found.right), _COMPLETED)
    low, high = np.minimum(*inside), np.maximum(*inside)
    code, known = low.astype(np.int64) * engine.size + high, found.left.astype(np.int64) * engine.size + found.right
    new = ~np.isin(code, known)
    if rows.free:  # rows of a list without duplicates are never one: nothing needs to be scored
        once = np.asarray(rows.free, bool)
        new &= ~((rows.lists[low] == rows.lists[high]) & once[rows.lists[low]])
    return _joined(found, engine.compare_pairs(low[new], high[new]))


def _chosen(found: Candidates, mask: NDArray[np.bool_]) -> Candidates:
    return Candidates(found.left[mask], found.right[mask], found.pattern[mask], found.keys[mask], found.patterns)


def _joined(one: Candidates, other: Candidates) -> Candidates:
    """Two sets of pairs as one, in order, over the patterns that they have."""
    patterns, number = np.unique(np.concatenate([one.patterns, other.patterns]), axis=0, return_inverse=True)
    number = number.ravel().astype(np.int32)
    left, right = np.concatenate([one.left, other.left]), np.concatenate([one.right, other.right])
    pattern = np.concatenate([number[: len(one.patterns)][one.pattern], number[len(one.patterns) :][other.pattern]])
    keys = np.concatenate([one.keys, other.keys])
    order = np.lexsort((right, left))
    return Candidates(left[order], right[order], pattern[order], keys[order], patterns)


def _unreached(weights: Weights, counted: Pairs) -> NDArray[np.float64]:
    """(F) the mean log ratios of random pairs that no key reached; of total disagreement where there are none."""
    if not len(counted.random) or not counted.random_counts.sum():
        return np.asarray(weights.ratios(np.zeros((1, len(weights.m)), np.int8))[0])
    return np.asarray(np.average(weights.ratios(counted.random), axis=0, weights=counted.random_counts))
