"""What the latent-class sampler takes as probable is what the model says, by formulas written down again from the paper."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import integrate, stats

from litany.estimates.captures import captures
from litany.estimates.latent import latent_chains, latent_gibbs, latent_moves, latent_state
from litany.estimates.latent.latent_chains import Chain
from litany.estimates.latent.latent_compiled import source_stamp
from litany.estimates.latent.settings import Latent, data_of

Floats = NDArray[np.float64]


# What is written out where it is called cannot be called from Python; its own source can.
_log_prior: Callable[..., float] = latent_state.log_prior.py_func  # type: ignore[attr-defined]
_log_within: Callable[[float, float, float, Floats, float], float] = latent_state.log_within.py_func  # type: ignore[attr-defined]
_gains: Callable[[float, Floats, Floats, Floats, Floats, Floats], bool] = latent_moves._gains.py_func  # type: ignore[attr-defined]
_new_totals: Callable[..., None] = latent_moves._new_totals.py_func  # type: ignore[attr-defined]


def _by_sticks(shares: Floats, seen: Floats, shape: float, rate: float) -> float:
    """The density of the shares by the sticks V and the integral over alpha, with the determinant by differences."""
    classes = len(shares)

    def sticks(first: Floats) -> Floats:
        whole = np.append(first, 1 - first.sum())
        pi = whole / seen
        pi = pi / pi.sum()
        left = 1 - np.concatenate([[0.0], np.cumsum(pi)[:-1]])
        taken: Floats = (pi / left)[:-1]
        return taken

    first, step = shares[:-1], 1e-6
    columns = []
    for place in range(classes - 1):
        more, less = first.copy(), first.copy()
        more[place] += step
        less[place] -= step
        columns.append((sticks(more) - sticks(less)) / (2 * step))
    jacobian = abs(np.linalg.det(np.array(columns)))
    kept = 1 - sticks(first)

    def at(alpha: float) -> float:
        return float(stats.gamma.pdf(alpha, shape, scale=1 / rate) * np.prod(alpha * kept ** (alpha - 1)))

    total = sum(integrate.quad(at, *ends, limit=200)[0] for ends in ((0, 0.1), (0.1, 2), (2, 20), (20, np.inf)))
    return math.log(total * jacobian)


@pytest.mark.parametrize("classes", [2, 3, 4])
def test_the_prior_of_shares_is_that_of_sticks(classes: int) -> None:
    """alpha integrated by quadrature, V to phi by numerical derivatives: differences between two points must agree."""
    rng = np.random.default_rng(classes)
    points = [(rng.dirichlet(np.full(classes, 2.0)), rng.uniform(0.2, 0.95, classes)) for _ in range(4)]
    ours = [_log_prior(shares / seen, seen, 0.25, 0.25, classes, 0.0, 0.0, 0.0) for shares, seen in points]
    theirs = [_by_sticks(shares, seen, 0.25, 0.25) for shares, seen in points]
    np.testing.assert_allclose(np.diff(ours), np.diff(theirs), atol=1e-4)


def test_the_prior_survives_shares_as_small_as_floats_go() -> None:
    """Their product is below the smallest number long before they are: a sampler that takes its log accepts anything."""
    shares = np.array([1.0, 1e-150, 1e-200, 1e-240, 1e-280])
    found = _log_prior(shares, np.ones(5), 0.25, 0.25, 5, 0.0, 0.0, 0.0)
    tails = np.cumsum(shares[::-1])[::-1][1:]
    expected = -np.log(tails).sum() - 4.25 * math.log(0.25 - math.log(1e-280))
    assert found == pytest.approx(expected, rel=1e-12)


def _table(seed: int, lists: int = 3) -> tuple[tuple[str, ...], NDArray[np.bool_], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    masks = np.arange(1, 2**lists)
    patterns = (masks[:, None] >> np.arange(lists)) & 1
    return tuple("abcdefgh"[:lists]), patterns.astype(bool), rng.integers(0, 40, len(masks))


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000), classes=st.integers(1, 5), lists=st.integers(2, 5))
def test_the_likelihood_is_the_truncated_mixture(seed: int, classes: int, lists: int) -> None:
    names, patterns, counts = _table(seed, lists)
    table = captures(names, patterns, counts)
    rng = np.random.default_rng(seed)
    logits, shares = rng.normal(0, 2, (classes, lists)), rng.dirichlet(np.ones(classes))
    state = Chain(logits, shares, data_of(table, Latent(classes=classes)), rng).state
    chances = 1 / (1 + np.exp(-logits))
    none = np.prod(1 - chances, axis=1)
    given = np.array([np.prod(np.where(row, chances, 1 - chances), axis=1) / (1 - none) for row in table.patterns])
    assert state.now[0] == pytest.approx(table.counts @ np.log(given @ shares), rel=1e-9)
    np.testing.assert_allclose(state.unseen, none, rtol=1e-9)


def test_the_cap_is_that_of_the_negative_binomial() -> None:
    names, patterns, counts = _table(1)
    table = captures(names, patterns, counts)
    data = data_of(table, Latent(cap=3.0))
    people, cap = table.people, 3 * table.people
    for odds in (2.5, 2.8, 3.0, 3.2):
        expected = stats.nbinom.logcdf(cap, people, 1 / (1 + odds))
        assert _log_within(odds, data.start, data.step, data.within, data.free) == pytest.approx(expected, abs=0.01)


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 10_000), far=st.sampled_from([1e-3, 0.1, 1.0, 8.0]))
def test_what_a_step_gains_is_told_as_by_logs(seed: int, far: float) -> None:
    """Bounds only save logs: they decide as these would, near and far, on both sides of what is needed."""
    rng = np.random.default_rng(seed)
    old, counts, room = rng.dirichlet(np.ones(7)), rng.integers(0, 500, 7).astype(float), np.empty((2, 7))
    new = old * np.exp(rng.normal(0, far, 7))
    gain = float(counts @ np.log(new / old))
    for needed in (gain + away for away in (-1e3, -1.0, -1e-3, 1e-3, 1.0, 1e3)):
        assert _gains(needed, counts, old, new, *room) == (gain > needed)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000), alone=st.booleans())
def test_totals_by_the_classes_that_changed_are_those_of_all(seed: int, alone: bool) -> None:
    """Also where what changed was nearly all of a total, so that subtraction would leave nothing but rounding."""
    rng = np.random.default_rng(seed)
    shares, given, row = rng.dirichlet(np.ones(4)), rng.dirichlet(np.ones(6), 4), rng.dirichlet(np.ones(6))
    if alone:
        given[1:, 2], row[2] = 1e-17, 1e-18
    totals, new = shares @ given, np.empty(6)
    for other, (mine, theirs, scale) in ((2, (0.4 * shares[2], 0.6 * shares[2] + shares[0], 1.0)), (0, (0.3, 0.3, 0.7))):
        scale = scale if other else 0.7 / (1 - shares[0])
        after = scale * shares
        after[other], after[0] = theirs, mine
        patterns = given.copy()
        patterns[0] = row
        _new_totals(0, other, mine, theirs, scale, row, shares, given, totals, 1e-4 * totals, new)
        np.testing.assert_allclose(new, after @ patterns, rtol=1e-10)


@pytest.mark.parametrize("gibbs", [True, False])
def test_small_steps_leave_what_follows_from_the_logits(gibbs: bool) -> None:
    """Of a step only what changed is computed; after many, the state is as if all had been."""
    names, patterns, counts = _table(3, 4)
    table = captures(names, patterns, counts)
    rng = np.random.default_rng(3)
    chain = Chain(rng.normal(0, 2, (5, 4)), rng.dirichlet(np.ones(5)), data_of(table, Latent(classes=5)), rng)
    chain.run(20, 400, gibbs)
    state, chances = chain.state, 1 / (1 + np.exp(-chain.state.logits))
    none = np.prod(1 - chances, axis=1)
    given = np.array([np.prod(np.where(row, chances, 1 - chances), axis=1) / (1 - none) for row in table.patterns])
    np.testing.assert_allclose(state.chances[:, :, 1], chances, rtol=1e-9)
    np.testing.assert_allclose(state.given.T, given, rtol=1e-9)
    np.testing.assert_allclose(state.priors, np.log(chances * (1 - chances)).sum(axis=1), rtol=1e-9)
    np.testing.assert_allclose(state.weights, state.shares / (1 - none), rtol=1e-9)
    np.testing.assert_allclose(state.totals, given @ state.shares, rtol=1e-9)


def test_compiled_functions_carry_the_stamp_and_count_no_holders() -> None:
    for function in (latent_chains._sweeps, latent_chains._warm, latent_moves.small_steps, latent_gibbs.gibbs_sweep):
        assert getattr(function, "_cache")._cache_file._source_stamp == source_stamp()  # noqa: B009
    assert latent_moves.small_steps.targetoptions["_nrt"] is False  # type: ignore[attr-defined]
