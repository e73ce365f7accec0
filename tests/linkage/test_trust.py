"""How far weights are off is drawn from what was judged, carries on below the floor, and never says more than it can know."""

from __future__ import annotations

import numpy as np
import pytest

from litany.linkage.em import probability
from litany.linkage.trust import BELOW, CENTRES, ZONES, Zoned, corrected, discrepancies, shifts, zones

NOBODY = np.zeros(ZONES, np.int64)
NOTHING = np.zeros(ZONES)
SHARE = probability(CENTRES)


def judged(share: np.ndarray[tuple[int, ...], np.dtype[np.float64]], many: int) -> Zoned:
    """``many`` judged pairs in each zone above the floor, of which as many are the same as ``share`` says."""
    asked = np.where(np.arange(ZONES) >= BELOW, many, 0)
    return Zoned(SHARE, asked, np.rint(asked * share).astype(np.int64), NOTHING)


def test_every_log_odds_has_a_zone_whose_centre_is_near() -> None:
    odds = np.linspace(-24, 10, 500)
    assert (np.abs(CENTRES[zones(odds)] - odds) <= 2.1).all()
    assert (zones(CENTRES) == np.arange(ZONES)).all()
    assert zones(np.asarray([-7.1, -6.9])).tolist() == [BELOW - 1, BELOW]


def test_without_judgements_low_weights_say_too_little_and_high_ones_are_believed() -> None:
    off = discrepancies(Zoned(SHARE, NOBODY, NOBODY, NOTHING), 400, 1)
    middle = np.median(off, axis=0)
    assert (np.diff(middle) < 0.35).all()  # the lower, the more is added
    assert middle[BELOW] > 1 > abs(middle[-1])


@pytest.mark.parametrize("added", [-1.0, 0.0, 2.0])
def test_many_judgements_are_believed(added: float) -> None:
    truth = corrected(SHARE, np.full(ZONES, added))
    found = corrected(SHARE, discrepancies(judged(truth, 4_000), 400, 2))
    low, high = np.quantile(found, [0.005, 0.995], axis=0)
    for zone in range(BELOW, ZONES):
        assert low[zone] - 0.01 <= truth[zone] <= high[zone] + 0.01


def test_what_is_learned_above_the_floor_carries_on_below() -> None:
    none, more = (discrepancies(judged(corrected(SHARE, np.full(ZONES, by)), 1_000), 400, 3) for by in (0.0, 2.5))
    assert np.median(more[:, BELOW - 1]) > np.median(none[:, BELOW - 1]) + 0.5


def test_most_true_pairs_are_not_hidden_below_the_floor() -> None:
    """Where the weights expect many true pairs there, the correction that would make them most of all is not believed."""
    many = np.zeros(ZONES)
    many[BELOW - 2 : BELOW] = 0.05, 0.2
    free = discrepancies(Zoned(SHARE, NOBODY, NOBODY, NOTHING), 400, 4)
    bound = discrepancies(Zoned(SHARE, NOBODY, NOBODY, many), 400, 4)
    hidden = [np.quantile((many * np.exp(off)).sum(axis=1), 0.975) for off in (free, bound)]
    assert 3 * hidden[1] < hidden[0]


def test_draws_are_the_same_for_the_same_seed_and_shifts_lie_between_the_centres() -> None:
    zoned = judged(SHARE, 40)
    assert (discrepancies(zoned, 20, 5) == discrepancies(zoned, 20, 5)).all()
    offsets = np.arange(ZONES, dtype=float)
    assert shifts(offsets, CENTRES).tolist() == offsets.tolist()
    assert shifts(offsets, np.asarray([-99.0, 99.0])).tolist() == [0.0, ZONES - 1.0]
