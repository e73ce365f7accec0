"""Who is the same, as posterior draws: from a table of rows to draws of its partition?

`prepare` asks the data. Then parameters are drawn (the weights as a bootstrap gives them, calibrated by audited pairs where
there are any), for each of them partitions, and how many true pairs lie where nobody looked. What people judge enters this
second half only, which takes seconds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from litany.linkage import audit, beyond, trim
from litany.linkage.audit import Audited
from litany.linkage.components import components
from litany.linkage.draws import Draws
from litany.linkage.em import Weights
from litany.linkage.engine import Ints
from litany.linkage.engine_pairs import COPIED, EXHAUSTIVE
from litany.linkage.part import part_of
from litany.linkage.partition import FLOOR, Parameters, Problem, sample
from litany.linkage.partition_order import HEARD
from litany.linkage.partition_tree import SILENT
from litany.linkage.plan import MISSING
from litany.linkage.prepare import OUTER, Prepared, Rows, prepare
from litany.linkage.recall import Recall, estimate_recall
from litany.linkage.trust import ZONES, shifts

__all__ = ["INNER", "OUTER", "Calibrated", "Judged", "Linked", "Prepared", "Rows", "calibrate", "draw", "prepare"]

INNER = 10  # draws of the partition for each draw of the parameters: 400
_TRIED = 2  # draws of the partition for each of the parameters, while offsets are looked for
_HURRIED = 20, 2, 1  # sweeps of chains, likewise
_RECALLED = 1_000  # draws of how many true pairs no key reached, from which those are taken that fit the sample
_SMALL = 6  # atoms of a component that is then drawn exactly: of ten, that takes a hundred times as long


class Judged(Struct, frozen=True):
    """Pairs of rows (m, 2; int32) that people judged to be the same, and to be different."""

    same: Ints
    different: Ints

    @classmethod
    def nothing(cls) -> Judged:
        """No judgement."""
        return cls(np.empty((0, 2), np.int32), np.empty((0, 2), np.int32))


class Calibrated(Struct, frozen=True):
    """``offsets`` (outer, Z): what is added to log odds in each zone, so that partitions hold as many pairs of it as they
    should; ``discrepancy`` (outer, Z): by how much log odds are off, also below the floor.
    """

    offsets: NDArray[np.float64]
    discrepancy: NDArray[np.float64]


class Linked(Struct, frozen=True):
    """The answer: ``draws`` of the partition; ``recall`` how much the keys reach (None where all pairs were compared);
    ``missed`` (draws) how many clusters too many there are, in each draw, because true pairs were not looked at; ``notes``:
    why an interval cannot be trusted.
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
        """How many distinct things the rows are of, in each draw: the clusters, less those that `missed` says are too many."""
        return np.asarray(self.draws.number_of_clusters() - self.missed)


def calibrate(
    prepared: Prepared, rows: Rows, seed: int, audited: Audited | None = None, known: Ints | None = None
) -> Calibrated:
    """How far the weights are off, as audited pairs say and where there are none other lists. ``known``: as in `draw`.

    Of what people judged only the audited pairs enter: so it stays what it is after every other judgement, and is no work then.
    """
    outer = len(prepared.drawn)
    part = part_of(_problem(prepared, rows, Judged.nothing(), known), prepared.odds)
    left, right, base = part.problem.left, part.problem.right, _base(prepared)

    def again(offsets: NDArray[np.float64]) -> Draws:
        return sample(part.problem, _parameters(prepared, offsets), _TRIED, seed, FLOOR, _SMALL, base, _HURRIED)

    plain = again(np.zeros((outer, ZONES))).pair_probability(left, right)
    wanted = audit.wanted(prepared.odds, plain, part.pairs, prepared.unseen.hidden, audited or Audited.nothing(), outer, seed)
    offsets = audit.matched(wanted.share, prepared.odds[part.pairs], left, right, again)
    return Calibrated(offsets, wanted.discrepancy)


def draw(
    prepared: Prepared,
    rows: Rows,
    seed: int,
    judged: Judged | None = None,
    audited: Audited | None = None,
    inner: int = INNER,
    calibrated: Calibrated | None = None,
    known: Ints | None = None,
) -> Linked:
    """``inner`` draws of the partition for each of the drawn weights; ``calibrated``: what `calibrate` gave (None: it is
    asked); ``known`` (k, 2): pairs of rows that are one beyond doubt, for reasons that are not compared. Raises ValueError
    where judgements contradict.
    """
    off = calibrate(prepared, rows, seed, audited, known) if calibrated is None else calibrated
    problem = _problem(prepared, rows, Judged.nothing() if judged is None else judged, known)
    draws = sample(problem, _parameters(prepared, off.offsets), inner, seed, FLOOR, base=_base(prepared))
    reach = None if prepared.exhaustive else _reach(prepared, draws, seed)
    missed = beyond.missed(prepared.unseen, off.discrepancy, draws, reach, inner, seed)
    notes = [*_notes(prepared, audited, reach, draws, missed), *_large(draws, problem.must)]
    return Linked(prepared, draws, reach, missed, tuple(notes))


def sure(prepared: Prepared, rows: Rows, judged: Judged, known: Ints | None = None) -> Ints:
    """(m, 2) pairs of rows that are one in every draw: judged so, or beyond doubt."""
    pairs = prepared.pairs
    least = trim.least_odds([weights.odds(pairs.patterns) for weights in prepared.drawn])[pairs.pattern]
    least = np.where(pairs.keys == COPIED, np.inf, least)  # only likely ones are left of these
    free = np.asarray(rows.free or (False,), bool)[rows.lists]
    once = np.where(free, rows.lists, -1).astype(np.int32)
    made = trim.sure(rows.frame.height, pairs, least, once, judged.same, judged.different, known)
    return np.concatenate([judged.same, made])


def _problem(prepared: Prepared, rows: Rows, judged: Judged, known: Ints | None = None) -> Problem:
    pairs = prepared.pairs
    return Problem(
        size=rows.frame.height, left=pairs.left, right=pairs.right, pattern=pairs.pattern, list_of=rows.lists,
        duplicate_free=np.asarray(rows.free or (False,), bool),
        must=sure(prepared, rows, judged, known), forbidden=judged.different,
        content=rows.content,
    )  # fmt: skip


def _base(prepared: Prepared) -> Parameters:
    return _evidence(prepared, prepared.weights, np.mean(prepared.unreached, axis=0), np.zeros(ZONES))


def _parameters(prepared: Prepared, offsets: NDArray[np.float64]) -> list[Parameters]:
    """The drawn weights, each with its offsets."""
    given = zip(prepared.drawn, prepared.unreached, offsets, strict=True)
    return [_evidence(prepared, weights, unreached, mine) for weights, unreached, mine in given]


def _evidence(prepared: Prepared, weights: Weights, unreached: NDArray[np.float64], offsets: NDArray[np.float64]) -> Parameters:
    """What each pattern says, field by field; ``offsets`` (Z) are spread over the fields that say anything."""
    patterns = prepared.pairs.patterns
    ratios = weights.ratios(patterns)
    more = shifts(offsets, ratios.sum(axis=1) + weights.prior)
    fields = list(dict.fromkeys(one.field or one.name for one in prepared.plan.comparisons))
    of = np.asarray([fields.index(one.field or one.name) for one in prepared.plan.comparisons])
    sums, known, apart = (np.zeros((*shape, len(fields))) for shape in (ratios.shape[:1], ratios.shape[:1], ()))
    for number, field in enumerate(of):
        sums[:, field] += ratios[:, number]
        known[:, field] += patterns[:, number] != MISSING
        apart[field] += unreached[number]
    sums += (more / np.maximum((known > 0).sum(axis=1), 1))[:, None]
    return Parameters(np.where(known > 0, np.round(sums, 9), SILENT), apart, weights.prior)


def _reach(prepared: Prepared, draws: Draws, seed: int) -> Recall:
    """How many true pairs the keys reach."""
    pairs = prepared.pairs
    reached = (pairs.keys > 0) & (pairs.keys < EXHAUSTIVE)
    likely = draws.pair_probability(pairs.left[reached], pairs.right[reached])
    fields = [key.fields or key.columns for key in prepared.plan.keys]
    return estimate_recall(likely, pairs.keys[reached], fields, _RECALLED, seed)


def _notes(
    prepared: Prepared, audited: Audited | None, reach: Recall | None, draws: Draws, missed: NDArray[np.int64]
) -> list[str]:
    made = list(prepared.told)
    if not prepared.weights.converged:
        made.append("the weights had not settled when EM was stopped: look at the comparisons")
    if audited is None:
        made.append("no pairs were audited: how far the weights can be trusted is assumed, not measured")
    if reach is not None and prepared.unseen.sampled < beyond.LEAST_SAMPLED and not beyond.told(reach):
        made.append(f"how many true pairs the keys missed cannot be told, and is in no interval: {reach.reason}")
    low, middle, high = (int(np.quantile(missed, at, method="nearest")) for at in (0.025, 0.5, 0.975))
    if high:
        why = "true pairs were never compared, or agree on too little"
        made.append(f"counted once too often because {why}: some {middle:,} ({low:,} to {high:,})")
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
