"""Reliability tables say what was found, with intervals that hold, in any order."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litany.linkage.evaluate_probability import reliability, wilson


def test_wilson_agrees_with_published_intervals() -> None:
    """Newcombe (1998), Statistics in Medicine 17: table I, method 3: 81/263, 15/148, 0/20, 1/29."""
    for (hits, trials), expected in {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }.items():
        assert wilson(hits / trials, trials) == pytest.approx(expected, abs=5e-5)
    assert wilson(0.5, 0) == (0.0, 1.0)


def test_a_small_table_by_hand() -> None:
    """Four pairs, two bins: said .2 and .4 (found 0, 1), said .8 and 1 (found 1, 1)."""
    found = reliability([0.2, 0.8, 0.4, 1.0], [False, True, True, True], edges=(0, 0.5, 1))
    first, second = found.bins
    assert (first.pairs, first.observed) == (2, 0.5) and first.predicted == pytest.approx(0.3)
    assert (second.pairs, second.observed) == (2, 1.0) and second.predicted == pytest.approx(0.9)
    assert found.calibration_error == pytest.approx((2 * 0.2 + 2 * 0.1) / 4)
    assert found.brier == pytest.approx((0.04 + 0.04 + 0.36 + 0) / 4)


ROWS = st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.floats(0.1, 50)), min_size=1, max_size=40)


@given(ROWS, st.randoms(use_true_random=False))
def test_every_pair_is_in_one_bin_and_order_does_not_matter(rows: list[tuple[float, bool, float]], random: Random) -> None:
    found = reliability([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])
    assert sum(bin_.pairs for bin_ in found.bins) == found.pairs == len(rows)
    for bin_ in found.bins:
        assert bin_.low <= bin_.predicted + 1e-12 and bin_.predicted <= bin_.high + 1e-12
        assert bin_.interval_low <= bin_.observed <= bin_.interval_high
    total = sum(row[2] for row in rows)
    assert found.brier == pytest.approx(sum(w * (p - y) ** 2 for p, y, w in rows) / total)
    random.shuffle(rows)
    assert reliability([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]) == found


def test_a_calibrated_model_is_within_its_intervals_and_a_bold_one_is_not() -> None:
    rng = np.random.default_rng(3)
    said = rng.beta(0.3, 0.6, 40_000)
    good = reliability(said, rng.random(said.size) < said)
    assert sum(bin_.interval_low <= bin_.predicted <= bin_.interval_high for bin_ in good.bins) >= len(good.bins) - 1
    assert good.calibration_error < 0.01
    logit = 2 * np.log(np.clip(said, 1e-9, 1 - 1e-9) / np.clip(1 - said, 1e-9, 1))
    bold = reliability(1 / (1 + np.exp(-logit)), rng.random(said.size) < said)
    assert bold.calibration_error > 0.05 and bold.brier > good.brier


def test_a_weighted_sample_tells_of_the_pairs_that_it_stands_for() -> None:
    """Of 90,000 pairs at .1 and 10,000 at .9, a hundred each are judged: the error is that of all pairs, not of the sample."""
    said = np.repeat([0.1, 0.9], 100)
    truth = np.concatenate([np.arange(100) < 20, np.arange(100) < 90])
    found = reliability(said, truth, np.repeat([900.0, 100.0], 100))
    assert found.calibration_error == pytest.approx(0.9 * 0.1)
    assert found.bins[0].interval_low == pytest.approx(wilson(0.2, 100)[0])


def test_what_is_no_probability_is_refused() -> None:
    for said, weights in (([1.5], [1.0]), ([math.nan], [1.0]), ([0.5], [0.0])):
        with pytest.raises(ValueError, match=r"outside 0\.\.1"):
            reliability(said, [True], weights)
    with pytest.raises(ValueError, match="rise from 0 to 1"):
        reliability([0.5], [True], edges=(0, 0.5))
    assert reliability([], []).bins == ()
