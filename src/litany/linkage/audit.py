"""What do pairs that people judged at random say of the draws: how many pairs of like weight are really the same?

Weights learned without labels are off where errors cluster in bad records (`litany.linkage.trust`), and a pair's probability is
not a function of its weight alone: pairs exclude each other. So the draws are calibrated as draws. Candidate pairs are parted
into zones of weight; in each a random sample is judged; and in every outer draw the number of true pairs of each zone is
drawn from what the sample says. The log odds are then shifted, zone by zone, until the partitions drawn hold as many pairs of
each zone as that: moments are matched under all constraints, so that nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from litany.linkage.draws import Draws
from litany.linkage.em import probability
from litany.linkage.trust import BELOW, CENTRES, ZONES, Floats, Ints, Zoned, corrected, discrepancies, zones

_PSEUDO = 1.0
_ROUNDS, _STEP, _MOST = 6, 0.8, 6.0


class Audited(Struct, frozen=True):
    """Candidate pairs that people judged, sampled at random within their zone: their numbers (m), and are they the same (m)?"""

    pairs: Ints
    same: NDArray[np.bool_]

    @classmethod
    def nothing(cls) -> Audited:
        """No pair was judged."""
        return cls(np.empty(0, np.int64), np.empty(0, bool))


class Wanted(Struct, frozen=True):
    """``share`` (draws, Z): of the pairs of each zone, which share the partitions should hold; ``discrepancy`` (draws, Z): by
    how much log odds are off, also below the floor.
    """

    share: Floats
    discrepancy: Floats


def sample_pairs(odds: Floats, size: int, content: NDArray[np.uint64], seed: int) -> Ints:
    """Up to ``size`` pairs to judge, as evenly over the zones as they go, at random within each; the same for the same
    content.
    """
    zone = zones(odds)
    rank_of = np.argsort(np.argsort(content, kind="stable"), kind="stable")
    mixed = np.random.default_rng(seed).permutation(len(odds))[rank_of]
    sizes = np.bincount(zone, minlength=ZONES)[BELOW:]
    left, chosen = size, []
    for rank, number in enumerate(np.argsort(sizes, kind="stable")):
        take = min(int(sizes[number]), left // (len(sizes) - rank))
        members = np.flatnonzero(zone == number + BELOW)
        chosen.append(members[np.argsort(mixed[members], kind="stable")[:take]])
        left -= take
    return np.asarray(np.sort(np.concatenate(chosen)), np.int64)


def wanted(
    odds: Floats, model: Floats, part: NDArray[np.bool_], hidden: Floats, audited: Audited, draws: int, seed: int
) -> Wanted:
    """Which share of each zone's pairs is true, as drawn. ``model``: the probabilities, before any audit, of those pairs that
    ``part`` (n) says; ``hidden`` (Z): how many true pairs the weights expect of each zone where nobody looks.

    Where the model takes most pairs of a zone as the same, judged pairs speak for the zone alone (Beta posterior, the model's
    own share as one pseudo-judgement). Where it takes few, a sample says little by itself: none of 40 may be true and still one
    in 100, so that such zones learn from each other (`trust.discrepancies`).
    """
    zone, source = zones(odds), np.random.default_rng(seed)
    sizes = np.bincount(zone, minlength=ZONES)
    held = np.bincount(zone[part], np.maximum(model, 0.1 * probability(odds[part])), minlength=ZONES)
    in_part = np.bincount(zone[part], minlength=ZONES)
    share = np.where(in_part > 0, held / np.maximum(in_part, 1), probability(CENTRES))
    judged = np.bincount(zone[audited.pairs], minlength=ZONES)
    yes = np.bincount(zone[audited.pairs[audited.same]], minlength=ZONES)
    above = max(float((share * sizes)[BELOW:].sum()), 1.0)
    off = discrepancies(Zoned(share, judged, yes, hidden / above), draws, seed)
    few = corrected(share, off)
    pseudo = _PSEUDO * np.clip(share, 0.01, 0.99)
    many = source.beta(yes + pseudo, judged - yes + _PSEUDO - pseudo, size=(draws, ZONES))
    rest = np.where((share > 0.5) & (judged > 0), many, few)
    return Wanted((yes + (sizes - judged) * rest) / np.maximum(sizes, 1), off)


def matched(
    wanted: Floats, odds: Floats, left: NDArray[np.int32], right: NDArray[np.int32], again: Callable[[Floats], Draws]
) -> Floats:
    """(draws, Z) offsets under which the partitions hold the share ``wanted`` (draws, Z) of the pairs of each zone.

    ``again`` draws partitions under offsets, an equal number for each outer draw. A stochastic approximation of some rounds
    (Robbins & Monro 1951): the step falls, and the shift is bounded.
    """
    zone = zones(odds)
    sizes = np.bincount(zone, minlength=ZONES)
    many = wanted * sizes
    offsets = np.zeros_like(wanted)
    for turn in range(_ROUNDS):
        held = _held(again(offsets), zone, left, right, len(wanted))
        off = np.log((many + 0.5) / (held + 0.5)) - np.log((_rest(sizes, many)) / _rest(sizes, held))
        offsets = np.clip(offsets + _STEP / (1 + turn / 3) * np.clip(off, -2, 2), -_MOST, _MOST)
    return offsets


def _rest(sizes: Ints, held: Floats) -> Floats:
    """How many pairs of each zone are not the same, at least half a one."""
    return np.asarray(np.maximum(sizes - held, 0.0) + 0.5)


def _held(draws: Draws, zone: Ints, left: NDArray[np.int32], right: NDArray[np.int32], outer: int) -> Floats:
    """(outer, Z) how many pairs of each zone the draws hold, on average."""
    inner = len(draws) // outer
    made = np.zeros((outer, ZONES))
    for number in range(len(draws)):
        label = draws.labels_of(number)
        together = label[left] == label[right]
        made[number // inner] += np.bincount(zone[together], minlength=ZONES)
    return made / inner
