"""The latent-class sampler finds the posterior: exact for one class, the same by two kernels, and that of R's longest run."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special, stats

from litany.errors import LitanyError
from litany.estimates.captures import Captures, captures
from litany.estimates.convergence import convergence
from litany.estimates.latent.estimate import estimate
from litany.estimates.latent.latent_bridge import bridge
from litany.estimates.latent.latent_chains import Chain, streams
from litany.estimates.latent.latent_state import DEEP
from litany.estimates.latent.sampler import missed_below, sampled
from litany.estimates.latent.settings import Latent, data_of
from litany.estimates.refusals import Why
from tests.estimates.known_tables import kosovo
from tests.estimates.loglinear_tables import NETHERLANDS, NEW_ORLEANS, WESTERN
from tests.estimates.loglinear_tables import table as known


def small() -> Captures:
    """A table of 120 people on three lists."""
    patterns = np.array([[0, 0, 1], [0, 1, 0], [0, 1, 1], [1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]])
    return captures(("a", "b", "c"), patterns, np.array([30, 25, 8, 35, 9, 10, 3]))


def test_one_class_is_the_posterior_of_independent_lists() -> None:
    """With one class p(N) is, exactly, proportional to 1/N N!/(N - n)! prod_j B(1 + n_j, 1 + N - n_j)."""
    table = small()
    numbers = np.arange(table.people, 21 * table.people + 1)
    logs = special.gammaln(numbers + 1) - special.gammaln(numbers - table.people + 1) - np.log(numbers)
    for total in table.totals():
        logs = logs + special.betaln(1 + total, 1 + numbers - total)
    exact = np.cumsum(np.exp(logs - special.logsumexp(logs)))
    found = sampled(table, Latent(classes=1, sweeps=6000, least_effective=6000), 3).draws.ravel()
    for share in (0.025, 0.25, 0.5, 0.75, 0.975):
        point = numbers[np.searchsorted(exact, share)]
        # 6,000 effective draws: the share below a point is known to within 0.5 %, 4 standard errors of 2 %
        assert float((found <= point).mean()) == pytest.approx(share, abs=0.026)


def few() -> Captures:
    """A table of 32 people on three lists, whom one class explains as well as several do."""
    return captures(small().lists, small().patterns, np.array([8, 7, 2, 9, 3, 2, 1]))


def _after_sweeps(chains: list[Chain], steps: int, gibbs: bool, sweeps: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The log odds of being missed, and how many classes come before deep ones, after each sweep (chains by sweeps)."""
    odds, near = np.empty((2, len(chains), sweeps))
    for at, chain in enumerate(chains):
        for sweep in range(sweeps):
            odds[at, sweep] = chain.run(1, steps, gibbs)[0][0, 1]
            near[at, sweep] = chain.state.deep[0]
    return np.log(odds), near.astype(np.int64)


def _by_the_prior(table: Captures, classes: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Draws from the prior: their weights, the log odds of being missed, and whether the last class is deep."""
    size, rng, parts = 100_000, np.random.default_rng(classes), []
    for _ in range(8):
        alpha = rng.gamma(0.25, 4.0, size)
        kept = np.log(rng.random((size, classes - 1))) / np.maximum(alpha, 1e-290)[:, None]  # log (1 - V)
        left = np.concatenate([np.zeros((size, 1)), np.cumsum(kept, axis=1)], axis=1)
        pi = np.exp(left) * np.concatenate([-np.expm1(kept), np.ones((size, 1))], axis=1)
        chances = rng.random((size, classes, 3))
        nobody = (pi * (1 - chances).prod(axis=2)).sum(axis=1)
        worth = stats.nbinom.logcdf(20 * table.people, table.people, 1 - nobody) - table.people * np.log1p(-nobody)
        for row, count in zip(table.patterns, table.counts, strict=True):
            worth += count * np.log((pi * np.where(row, chances, 1 - chances).prod(axis=2)).sum(axis=1))
        parts.append((np.exp(worth + 60), np.log(nobody / (1 - nobody)), left[:, -1] < np.log(DEEP)))
    weights, odds, deep = (np.concatenate(one) for one in zip(*parts, strict=True))
    return weights / weights.sum(), odds, deep


@pytest.mark.parametrize("classes", [2, 6])
def test_a_small_table_has_the_posterior_that_draws_from_the_prior_have(classes: int) -> None:
    """Importance sampling from the model as it is written, sticks and alpha and all, knows nothing of shares or of steps.

    A good part of the posterior has an alpha so small that no float can tell the last classes: it counts like the rest.
    """
    table = few()
    weights, odds, deep = _by_the_prior(table, classes)
    mean, share = float(weights @ odds), float(weights @ deep)
    spread, counted = float(np.sqrt(weights @ (odds - mean) ** 2)), 1 / float(weights @ weights)
    logits, shares, _ = bridge(data := data_of(table, Latent(classes=classes)), classes, 64, (5,))
    chains = [Chain(logits[at], shares[at], data, rng) for at, rng in enumerate(streams((5,), 6, 7))]
    drawn, near = _after_sweeps(chains, 20, True, 10_000)
    agreed = convergence(drawn[:, 1000:])
    assert agreed.rhat < 1.01 and min(counted, agreed.ess_bulk) > 1500
    assert abs(drawn[:, 1000:].mean() - mean) < 4 * spread * np.sqrt(1 / counted + 1 / agreed.ess_bulk)
    assert drawn[:, 1000:].std() == pytest.approx(spread, rel=0.08)
    assert share > 0.1 and (near[:, 1000:] < classes).mean() == pytest.approx(share, abs=0.05)


def test_gibbs_and_small_steps_alone_find_the_same() -> None:
    """Two kernels with nothing in common but the model: a wrong Jacobian in one of them would part them.

    Small steps make no class deep and bring none back: each finds the part of the posterior that it is in.
    """
    table, classes = few(), 3
    data = data_of(table, Latent(classes=classes))
    logits, shares, _ = bridge(data, classes, 64, (5,))

    def begin(purpose: int) -> list[Chain]:
        return [Chain(logits[at], shares[at], data, rng) for at, rng in enumerate(streams((5,), 6, purpose))]

    gibbs, near = _after_sweeps(begin(7), 0, True, 20_000)
    for wanted in (classes, classes - 1, 1):
        chains = begin(8)
        for chain in chains:
            while chain.state.deep[0] != wanted:
                chain.run(1, 0)
        steps, _ = _after_sweeps(chains, 40, False, 8000)
        assert all(chain.state.deep[0] == wanted for chain in chains)
        agreed = convergence(steps[:, 1000:])
        there = gibbs[near == wanted]
        assert agreed.rhat < 1.02 and len(there) > 2000
        # Gibbs sweeps forget in fewer than twenty here; small steps alone are slow to forget how small the last shares are.
        size = min(agreed.ess_bulk / 5, len(there) / 20)
        assert abs(there.mean() - steps[:, 1000:].mean()) < 4 * there.std() * np.sqrt(2 / size)
        assert steps[:, 1000:].std() == pytest.approx(there.std(), rel=0.15)


@pytest.mark.parametrize(("known_table", "by_r"), [(WESTERN, (1304, 1839, 2951)), (NEW_ORLEANS, (510, 713, 1080))])
def test_tables_of_few_classes_agree_with_r(known_table: tuple[str, str], by_r: tuple[float, float, float]) -> None:
    """R's LCMCR, four chains of 300,000 sweeps (its medians by chain: 1,826 to 1,851, and 709 to 717). Few classes
    explain these tables, so that alpha may be next to nothing.
    """
    draws = sampled(known(known_table), Latent(least_effective=1500), 1).draws
    np.testing.assert_allclose(np.quantile(draws, 0.5), by_r[1], rtol=0.02)
    np.testing.assert_allclose(np.quantile(draws, [0.025, 0.975]), [by_r[0], by_r[2]], rtol=0.06)


def test_kosovo_agrees_with_the_longest_run_of_r() -> None:
    """LCMCR's 10 chains of a million sweeps: 9078 / 10442 / 13906. Ours have 400 effective draws or more: the median then has a
    standard error of about 1.25 * 1284 / 20 = 80, and each end several times that.
    """
    found = estimate(kosovo(), settings=Latent(side=False), seed=1)
    assert found.refusal is None and found.interval is not None and found.convergence is not None
    assert found.convergence.reached
    assert found.interval.best == pytest.approx(10442, abs=300)
    assert found.interval.low == pytest.approx(9078, abs=500)
    assert found.interval.high == pytest.approx(13906, abs=1500)
    assert found.near_cap == 0.0 and found.cap == 21 * 4400
    assert all(row.low <= row.observed <= row.high for row in found.fit if row.observed > 100)


def test_threads_change_nothing_and_a_seed_repeats() -> None:
    few = Latent(classes=4, sweeps=200, longest=200, particles=32)
    one, two = (sampled(small(), few, 9, threads) for threads in (1, 2))
    assert (one.draws == two.draws).all() and (one.chances == two.chances).all()
    assert not (one.draws == sampled(small(), few, 10).draws).all()


def test_chains_that_do_not_agree_are_refused() -> None:
    """Chains too short to agree: the reason with their medians, and no interval."""
    found = estimate(kosovo(), settings=Latent(sweeps=40, longest=40, particles=16, side=False), seed=2)
    assert found.interval is None and found.draws is None
    assert found.refusal is not None and found.refusal.why == Why.NOT_CONVERGED
    assert "medians" in found.refusal.words


def test_an_end_that_the_cap_makes_is_refused() -> None:
    """Four lists that hardly meet: the number is whatever is allowed."""
    patterns = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 1, 0, 0], [0, 0, 1, 1], [0, 1, 1, 0]])
    table = captures(("a", "b", "c", "d"), patterns, np.array([600, 700, 500, 800, 4, 4, 4]))
    found = estimate(table, settings=Latent(cap=2.0, side=False, sweeps=2000), seed=3)
    assert found.refusal is not None and found.refusal.why == Why.CAP_MADE
    assert found.near_cap is not None and found.near_cap > 0.005


def test_missed_are_never_above_the_cap() -> None:
    rng = np.random.default_rng(0)
    missed = missed_below(rng, 50, np.full(2000, 4.0), 190)
    assert missed.max() <= 190 and 100 < np.median(missed) < 190


def test_a_billion_people_cost_what_a_hundred_do() -> None:
    """No array grows with the counts, and nothing overflows."""
    table = small()
    big = captures(table.lists, table.patterns, table.counts * 10_000_000)
    found = sampled(big, Latent(classes=3, sweeps=100, longest=100, particles=16), 1)
    assert np.isfinite(found.draws).all() and (found.draws >= big.people).all()


@pytest.mark.parametrize("lists", [12, 20])
def test_many_lists(lists: int) -> None:
    rng = np.random.default_rng(lists)
    table = captures([f"l{at}" for at in range(lists)], rng.random((60, lists)) < 0.3, np.ones(60, int), drop_unseen=True)
    found = sampled(table, Latent(classes=3, sweeps=50, longest=50, particles=16), 1)
    assert np.isfinite(found.draws).all()


def test_settings_that_mean_nothing_are_named() -> None:
    with pytest.raises(LitanyError, match="classes must be above 0"):
        Latent(classes=0)
    with pytest.raises(LitanyError, match=r"a shape of 0.001: 0.01 at least"):
        Latent(shape=0.001)
    with pytest.raises(LitanyError, match="fewer than 4 chains"):
        Latent(chains=2)
    with pytest.raises(LitanyError, match="no limit: say none"):
        Latent(cap=1e300)
    for wrong in ({"replicates": -1}, {"least_effective": -1.0}, {"least_effective": float("nan")}):
        with pytest.raises(LitanyError, match="are 0 or more"):
            Latent(**wrong)


def test_the_netherlands_end_at_the_cap() -> None:
    """R's chains give medians from 50,549 to 144,931; ours agree, near 142,000, and say that the upper end is the cap's."""
    found = estimate(known(NETHERLANDS), settings=Latent(side=False), seed=1)
    assert found.refusal is not None and found.refusal.why == Why.CAP_MADE
    assert found.convergence is not None and found.convergence.reached
    assert np.median(found.convergence.medians) == pytest.approx(142_500, rel=0.02)
