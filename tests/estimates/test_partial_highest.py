"""Without an interaction of the highest order: the closed form, its interval, and what an empty pattern leaves."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import gammaln

from litany.estimates.captures import captures, of_people
from litany.estimates.partial.estimate import Highests, PartialError, nhoi
from litany.estimates.partial.highest import Highest, highest, profile, profile_ends
from litany.estimates.refusals import Why
from tests.estimates.known_tables import from_cells, gaza, kosovo


def fitted(of: Highest, missed: float) -> float:
    """The same profile log likelihood by numerical maximisation over log-linear parameters."""
    lists = int(math.log2(len(of.cells) + 1))
    rows = list(itertools.product((0, 1), repeat=lists))
    terms = [term for term in itertools.product((0, 1), repeat=lists) if sum(term) < lists]
    design = np.array([[all(t <= r for t, r in zip(term, row, strict=True)) for term in terms] for row in rows], float)
    counts = np.array([missed, *of.cells])
    people = counts.sum()

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        log = design @ parameters
        chance = np.exp(log - log.max())
        chance /= chance.sum()
        logs = log - log.max() - math.log(float(np.exp(log - log.max()).sum()))
        return -float(counts @ logs) / people, design.T @ (chance - counts / people)

    best = minimize(loss, np.zeros(len(terms)), jac=True, method="BFGS", options={"gtol": 1e-10, "maxiter": 5000})
    return float(gammaln(people + 1) - gammaln(missed + 1) - best.fun * people)


def test_gaza() -> None:
    """64,696 (58,327 to 72,461) for the three lists of the Lancet study, without covariates."""
    told = nhoi(gaza())
    assert told.interval is not None and told.refusal is None and told.draws is not None
    assert (round(told.interval.low), round(told.interval.best), round(told.interval.high)) == (58327, 64696, 72461)
    assert highest(gaza()).missed() == pytest.approx(1469 * 5104 * 19048 * 197 / (351 * 1173 * 1929), rel=1e-12)
    np.testing.assert_allclose(np.quantile(told.draws, [0.025, 0.5, 0.975]), [58327, 64696, 72461], rtol=0.02)
    by_profile = told.candidates[0].interval
    assert by_profile is not None
    np.testing.assert_allclose([by_profile.low, by_profile.best, by_profile.high], [58212, 64614, 72335], rtol=1e-4)


def test_the_sweep_multiplies_the_missed() -> None:
    told = nhoi(gaza(), settings=Highests(xi=2.0))
    assert told.interval is not None and told.interval.best - 29271 == pytest.approx(2 * 35425.07, rel=1e-6)
    rows = {row.criteria["xi"]: row.interval for row in told.sweeps[0].rows}
    assert rows[2.0] == told.interval
    assert rows[0.25] is not None and rows[0.25].best - 29271 == pytest.approx(35425.07 / 4, rel=1e-6)


@given(st.lists(st.integers(1, 10**6), min_size=3, max_size=3))
def test_two_lists_are_chapmans(cells: list[int]) -> None:
    """The number with less bias is Chapman's where there are two lists: (n1 + 1)(n2 + 1) / (m + 1) - 1 in all."""
    of = highest(from_cells("ba", cells))
    one, other, both = cells[0] + cells[2], cells[1] + cells[2], cells[2]
    assert of.people + of.unbiased_missed() == pytest.approx((one + 1) * (other + 1) / (both + 1) - 1, rel=1e-12)
    assert of.unbiased_missed(2.0) == pytest.approx(2 * of.unbiased_missed())


def test_few_people_in_patterns_are_told() -> None:
    """The point is the number with less bias; a note says so where it is far from the best, and only there."""
    random = np.random.default_rng(1)
    points, plain = [], []
    for _ in range(400):
        who = random.random((200, 3)) < 0.3
        told = nhoi(of_people("abc", who[who.any(axis=1)].tolist()))
        if told.point is not None and told.interval is not None:
            points.append(told.point)
            plain.append(told.interval.best)
            thin = told.interval.best - told.documented >= 1.1 * (told.point - told.documented)
            assert any("strata add up" in note for note in told.notes) == thin
    assert np.mean(points) == pytest.approx(200, rel=0.06)
    assert np.mean(plain) > 220
    large = nhoi(gaza())
    assert len(large.notes) == 1 and large.point == pytest.approx(64696, rel=3e-3)


@pytest.mark.parametrize("of", [highest(gaza()), highest(from_cells("abc", [30, 20, 5, 40, 8, 9, 4]))])
def test_the_profile_is_the_maximum_over_all_other_parameters(of: Highest) -> None:
    """Differences along the profile, against a numerical maximisation of the whole multinomial likelihood."""
    missed = of.missed() * np.array([0.6, 0.9, 1.0, 1.7])
    ours, theirs = profile(of, missed), np.array([fitted(of, one) for one in missed.tolist()])
    np.testing.assert_allclose(ours - ours[2], theirs - theirs[2], atol=2e-3)


def test_the_profile_interval_ends_where_the_likelihood_has_fallen() -> None:
    of = highest(kosovo())
    low, best, high = profile_ends(of)
    heights = profile(of, np.array([low, best, high]) - 4400)
    assert heights[1] - heights[[0, 2]] == pytest.approx([1.9207, 1.9207], abs=1e-3)
    assert low < best < high


def test_an_empty_pattern_of_two_lists_leaves_a_lower_bound() -> None:
    """Three lists of 123 people (`Korea` of the R package MultipleSystemsEstimation): nobody is in c and d alone."""
    told = nhoi(from_cells("bcd", [41, 5, 0, 5, 6, 54, 12]))
    assert told.interval is None and told.refusal is not None and told.refusal.why is Why.NO_MAXIMUM
    assert "nobody has the pattern c+d" in told.refusal.words
    assert told.candidates[0].criteria["at_least_low"] == pytest.approx(128.14, abs=0.05)


def test_an_empty_pattern_of_one_list_leaves_an_upper_bound() -> None:
    told = nhoi(from_cells("abc", [0, 20, 9, 30, 8, 9, 4]))
    assert told.refusal is not None and told.refusal.why is Why.NO_MAXIMUM
    assert "nobody has the pattern c:" in told.refusal.words
    assert 80 < told.candidates[0].criteria["at_most_high"] < 120


def test_empty_patterns_of_both_kinds_leave_nothing() -> None:
    told = nhoi(from_cells("abc", [0, 20, 0, 30, 8, 9, 4]))
    assert told.refusal is not None and told.refusal.why is Why.NOT_IDENTIFIABLE
    assert told.candidates == ()


def test_order_and_seed() -> None:
    turned = kosovo().only(["HRW", "EXH", "OSCE", "ABA"])
    one, other = nhoi(kosovo()), nhoi(turned)
    assert one.interval is not None and other.interval is not None
    assert one.interval.best == pytest.approx(other.interval.best, rel=1e-12)
    again, else_ = nhoi(kosovo(), seed=0).draws, nhoi(kosovo(), seed=1).draws
    assert one.draws is not None and again is not None and else_ is not None
    assert one.draws.tobytes() == again.tobytes() != else_.tobytes()


@pytest.mark.parametrize("cells", [[10**9] * 7, [1] * 7, [10**11, 1, 1, 1, 1, 1, 1], [1, 10**9, 10**9, 1, 10**9, 1, 1]])
def test_strange_counts(cells: list[int]) -> None:
    told = nhoi(from_cells("abc", cells))
    by_profile = told.candidates[0].interval
    assert told.interval is not None and by_profile is not None
    for ends in (told.interval, by_profile):
        assert np.isfinite([ends.low, ends.best, ends.high]).all() and ends.low <= ends.best <= ends.high


def test_ten_lists() -> None:
    """1,023 patterns: a number where they bear one, a reason where the range would not end or would end at nobody."""
    random = np.random.default_rng(0)
    names = [f"l{place}" for place in range(10)]
    even = np.array([mask.bit_count() % 2 == 0 for mask in range(1, 1024)])
    plain = nhoi(from_cells(names, random.integers(900_000, 1_100_000, 1023).tolist()))
    assert plain.interval is not None and plain.interval.best < 1e12
    endless = nhoi(from_cells(names, np.where(even, 1, 10**8).tolist()))
    assert endless.refusal is not None and endless.refusal.why is Why.NO_MAXIMUM
    assert "1,000,000,000 missed for each one documented" in endless.refusal.words
    nobody = nhoi(from_cells(names, np.where(even, 10**8, 1).tolist()))
    assert nobody.interval is not None and nobody.interval.high == pytest.approx(511 * 10**8 + 512)


def test_unusable_tables_are_refused() -> None:
    twenty = captures([f"l{place}" for place in range(20)], np.eye(20), np.full(20, 5))
    one = captures("abc", np.ones((1, 3)), np.array([1]))
    whys = [told.refusal.why for told in (nhoi(twenty), nhoi(one)) if told.refusal is not None]
    assert whys == [Why.TOO_MANY_LISTS, Why.SAME_LIST]


def test_settings_out_of_range() -> None:
    for xi in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(PartialError, match="xi is a ratio"):
            Highests(xi=xi)


def test_intervals_hold_the_truth() -> None:
    """Of 120 tables of lists that depend in pairs only, about 95 % of either kind of interval hold the truth."""
    random = np.random.default_rng(7)
    log = np.array([[0.9 * a * b + 0.6 * b * c - 0.8 * a - 1.2 * b - 0.7 * c for c in (0, 1) for b in (0, 1) for a in (0, 1)]])
    chance = np.exp(log[0]) / np.exp(log[0]).sum()
    held = np.zeros(2, int)
    for drawn in random.multinomial(2000, chance, size=120):
        of = highest(from_cells("cba", drawn[1:].tolist()))
        delta, (low, _, high) = of.interval(), profile_ends(of)
        held += [delta.low <= 2000 <= delta.high, low <= 2000 <= high]
    assert (held >= 107).all()
