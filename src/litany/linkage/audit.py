"""What do pairs that people judged at random say of the draws: how many pairs of like weight are really the same?

Weights learned without labels are off where errors cluster in bad records, and a pair's probability is not a function of its
weight alone: pairs exclude each other. So the draws are calibrated as draws. Candidate pairs are parted into zones of
weight; in each a random sample is judged; and in every outer draw the number of true pairs of each zone is drawn from what
the sample says (Beta posterior, the model's own share as one pseudo-judgement). The log odds are then shifted, zone by zone,
until the partitions drawn hold as many pairs of each zone as that: moments are matched under all constraints, so that
nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from litany.linkage.draws import Draws

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
EDGES = np.asarray([-4.5, -2.5, -1.0, 0.5, 2.0, 4.0, 7.0])  # log odds that part the zones
CENTRES = np.asarray([-6.0, -3.5, -1.75, -0.25, 1.25, 3.0, 5.5, 9.0])
_PSEUDO = 1.0
_ROUNDS, _STEP, _MOST = 6, 0.8, 6.0


class Audited(Struct, frozen=True):
    """Candidate pairs that people judged, sampled at random within their zone: their numbers (m), and are they the same (m)?"""

    pairs: Ints
    same: NDArray[np.bool_]


def zones(odds: Floats) -> Ints:
    """(n) the zone of each pair's log odds, 0 to 7."""
    return np.asarray(np.searchsorted(EDGES, odds, side="right"), np.int64)


def sample_pairs(odds: Floats, size: int, content: NDArray[np.uint64], seed: int) -> Ints:
    """Up to ``size`` pairs to judge, as evenly over the zones as they go, at random within each; the same for the same
    content.
    """
    zone = zones(odds)
    rank_of = np.argsort(np.argsort(content, kind="stable"), kind="stable")
    mixed = np.random.default_rng(seed).permutation(len(odds))[rank_of]
    sizes = np.bincount(zone, minlength=len(CENTRES))
    left, chosen = size, []
    for rank, number in enumerate(np.argsort(sizes, kind="stable")):
        take = min(int(sizes[number]), left // (len(CENTRES) - rank))
        members = np.flatnonzero(zone == number)
        chosen.append(members[np.argsort(mixed[members], kind="stable")[:take]])
        left -= take
    return np.asarray(np.sort(np.concatenate(chosen)), np.int64)


def targets(odds: Floats, model: Floats, audited: Audited, draws: int, seed: int) -> Floats:
    """(draws, zones) how many true pairs each zone has, as drawn. ``model`` (n): the pairs' probabilities before any audit."""
    zone, source = zones(odds), np.random.default_rng(seed)
    sizes = np.bincount(zone, minlength=len(CENTRES))
    share = np.bincount(zone, model, minlength=len(CENTRES)) / np.maximum(sizes, 1)
    judged = np.bincount(zone[audited.pairs], minlength=len(CENTRES))
    yes = np.bincount(zone[audited.pairs[audited.same]], minlength=len(CENTRES))
    rest = sizes - judged
    pseudo = _PSEUDO * np.clip(share, 0.01, 0.99)
    drawn = source.beta(yes + pseudo, judged - yes + _PSEUDO - pseudo, size=(draws, len(CENTRES)))
    return np.asarray(yes + rest * drawn)


def shifts(offsets: Floats, odds: Floats) -> Floats:
    """(n) what is added to log odds, between the zones' centres in proportion. ``offsets``: (zones)."""
    return np.asarray(np.interp(odds, CENTRES, offsets))


def matched(
    wanted: Floats, odds: Floats, left: NDArray[np.int32], right: NDArray[np.int32], again: Callable[[Floats], Draws]
) -> Floats:
    """(draws, zones) offsets under which the partitions hold as many pairs of each zone as ``wanted``.

    ``again`` draws partitions under offsets, an equal number for each outer draw. A stochastic approximation of some rounds
    (Robbins & Monro 1951): the step falls, and the shift is bounded.
    """
    zone = zones(odds)
    outer = len(wanted)
    offsets = np.zeros_like(wanted)
    for turn in range(_ROUNDS):
        held = _held(again(offsets), zone, left, right, outer)
        off = np.log((wanted + 0.5) / (held + 0.5)) - np.log(_rest(zone, wanted) / _rest(zone, held))
        offsets = np.clip(offsets + _STEP / (1 + turn / 3) * np.clip(off, -2, 2), -_MOST, _MOST)
    return offsets


def _rest(zone: Ints, held: Floats) -> Floats:
    """How many pairs of each zone are not the same, at least half a one."""
    sizes = np.bincount(zone, minlength=len(CENTRES))
    return np.asarray(np.maximum(sizes - held, 0.0) + 0.5)


def _held(draws: Draws, zone: Ints, left: NDArray[np.int32], right: NDArray[np.int32], outer: int) -> Floats:
    """(outer, zones) how many pairs of each zone the draws hold, on average."""
    inner = len(draws) // outer
    made = np.zeros((outer, len(CENTRES)))
    for number in range(len(draws)):
        label = draws.labels_of(number)
        together = label[left] == label[right]
        made[number // inner] += np.bincount(zone[together], minlength=len(CENTRES))
    return made / inner


def assumed(draws: int, seed: int) -> Floats:
    """(draws, zones) offsets where nobody judged: how far weights learned without labels may be off, by assumption.

    A constant (normal, 0.7) and a factor (lognormal, 0.2) on log odds, as the gold lists of bench/gold_lists.py bear out.
    """
    source = np.random.default_rng([seed, 3])
    constant, factor = source.normal(0.0, 0.7, draws), source.lognormal(0.0, 0.2, draws)
    return np.asarray(constant[:, None] + (factor[:, None] - 1.0) * CENTRES[None, :])
