"""Ranges that repeat the choice are the published ones, repeat by their seed, and say where they cannot be trusted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import bootstrap as scipy_bootstrap

from litany.estimates.loglinear import draws
from litany.estimates.loglinear.bootstrap import Bootstrap, Chooser, best_of, bootstrap, by_steps, mean_of
from litany.estimates.loglinear.fit import Floats, full_table
from litany.estimates.loglinear.models import hierarchical
from litany.estimates.loglinear.selection import rank
from tests.estimates.loglinear_tables import KOREA, KOSOVO, UK5, WESTERN, table

ENDS = np.array([0.025, 0.975])


def made(known: tuple[str, str], choose: Chooser, replicates: int = 1000, seed: int = 1) -> Bootstrap:
    """A bootstrap of a known table."""
    counts = full_table(table(known))
    return bootstrap(counts, np.flatnonzero(counts), choose, replicates, np.random.default_rng(seed))


def top(known: tuple[str, str], order: int, ntop: int) -> Chooser:
    """Choice among the best models by BIC."""
    ranking = rank(full_table(table(known)), hierarchical(len(table(known).lists), order))
    return best_of(ranking.models.take(ranking.order[:ntop]))


@pytest.mark.parametrize(
    ("known", "order", "ntop", "point", "ends"),
    [
        (KOSOVO, 3, 1, 10357, (9100, 12000)),
        (KOSOVO, 3, 113, 10357, (6900, 18000)),
        (KOSOVO, 2, 64, 14342, (12451, 16273)),
        (KOREA, 2, 8, 157, (128, 349)),
        (UK5, 4, 60, 25311, (11168, 56052)),
        (UK5, 2, 60, 22991, (11456, 43894)),
    ],
)
def test_ranges_by_bic(known: tuple[str, str], order: int, ntop: int, point: int, ends: tuple[int, int]) -> None:
    """Silverman, Chan and Vincent (2024), a thousand replicates: within what another thousand move."""
    found = made(known, top(known, order, ntop))
    assert round(found.point) == point and found.failed == 0
    assert found.quantiles(ENDS) == pytest.approx(ends, rel=0.12)


@pytest.mark.parametrize(
    ("known", "point", "ends"), [(UK5, 11313, (9566, 15478)), (KOSOVO, 14342, (12451, 16273)), (WESTERN, 2483, (1293, 3670))]
)
def test_ranges_by_steps(known: tuple[str, str], point: int, ends: tuple[int, int]) -> None:
    """Chan, Silverman and Vincent (2021) and SparseMSE: within what replicates move."""
    found = made(known, by_steps(len(table(known).lists), 0.02))
    assert round(found.point) == point
    assert found.quantiles(ENDS) == pytest.approx(ends, rel=0.15)


def test_repeating_the_choice_is_wider_than_not() -> None:
    """The reason why it is repeated."""
    one, many = made(KOSOVO, top(KOSOVO, 3, 1)), made(KOSOVO, top(KOSOVO, 3, 113))
    low, high = many.quantiles(ENDS)
    inner_low, inner_high = one.quantiles(ENDS)
    assert low < inner_low and high > 1.3 * inner_high


def test_the_same_seed_gives_the_same_bytes() -> None:
    """And another seed does not."""
    choose = top(KOREA, 2, 8)
    assert made(KOREA, choose, 200).values.tobytes() == made(KOREA, choose, 200).values.tobytes()
    assert made(KOREA, choose, 200).values.tobytes() != made(KOREA, choose, 200, seed=2).values.tobytes()


def test_the_corrections_are_efrons() -> None:
    """Against scipy's own BCa, person by person, for a smooth choice: the two-list ratio."""

    def ratio(tables: Floats) -> Floats:
        first, second, both = tables[:, 2] + tables[:, 3], tables[:, 1] + tables[:, 3], tables[:, 3]
        estimate: Floats = first * second / both
        return estimate

    counts = np.array([0.0, 60.0, 80.0, 40.0])
    ours = bootstrap(counts, np.array([1, 2, 3]), ratio, 20_000, np.random.default_rng(4))
    persons = np.repeat([1, 2, 3], [60, 80, 40])

    def of_persons(sample: np.ndarray, axis: int = -1) -> np.ndarray:
        one, two, both = ((sample == cell).sum(axis=axis) for cell in (1, 2, 3))
        return np.asarray((two + both) * (one + both) / both)

    theirs = scipy_bootstrap(
        (persons,), of_persons, n_resamples=20_000, method="BCa", vectorized=True, rng=np.random.default_rng(5), batch=1000
    ).confidence_interval
    assert ours.quantiles(ENDS) == pytest.approx([theirs.low, theirs.high], rel=0.01)


def test_an_end_outside_the_replicates_is_told() -> None:
    """A strong correction asks for a quantile that a hundred replicates do not have."""
    values = np.sort(np.random.default_rng(0).normal(100, 10, 100))
    assert not Bootstrap(100, values, 0, 0.0, 0.0).at_edge(0.025)
    assert Bootstrap(100, values, 0, -0.8, 0.0).at_edge(0.025)
    assert Bootstrap(100, values, 0, -0.8, 0.0).quantiles(ENDS)[0] == values[0]
    wild = Bootstrap(100, values, 0, 2.0, 0.5)
    assert bool(np.isfinite(wild.quantiles(ENDS)).all())


def test_replicates_without_a_number_are_counted() -> None:
    """A table whose one overlap is often drawn away."""
    counts = np.array([0, 50, 50, 1, 50, 1, 0, 0], float)
    found = bootstrap(counts, np.flatnonzero(counts), best_of(hierarchical(3, 1)), 300, np.random.default_rng(1))
    assert found.failed > 10 and len(found.values) == 300 - found.failed
    assert bool(np.isfinite(found.values).all())


def test_the_mean_lies_between_the_models() -> None:
    """Of all models of a table, by weight."""
    counts = full_table(table(KOSOVO))[None]
    ranking = rank(counts[0], hierarchical(4, 3))
    people = 4400 + np.exp(ranking.fits.log_unseen[ranking.order])
    assert mean_of(ranking.models)(counts)[0] == pytest.approx(float(ranking.weights @ people))


def test_draws_of_the_interval_have_its_ends() -> None:
    """So that strata add up to what they are printed as."""
    found = made(UK5, by_steps(5, 0.02))
    drawn = draws.of_interval(found, 4000, np.random.default_rng(2))
    assert np.quantile(drawn, ENDS) == pytest.approx(found.quantiles(ENDS), rel=0.01)
    assert abs(np.corrcoef(np.arange(4000), drawn)[0, 1]) < 0.1


def test_draws_of_models_are_as_many_as_their_weight() -> None:
    """About each model's own estimate, with no pull of long tails on the middle."""
    drawn = draws.of_models(
        100, np.log([50.0, 5e6]), np.array([0.1, 0.1]), np.array([0.75, 0.25]), 8000, np.random.default_rng(3)
    )
    assert (drawn > 1e5).mean() == pytest.approx(0.25, abs=0.02)
    assert np.median(drawn[drawn < 1e5]) == pytest.approx(150, abs=1)
    wild = draws.of_models(100, np.array([5.0]), np.array([80.0]), np.ones(1), 2000, np.random.default_rng(3))
    assert bool(np.isfinite(wild).all()) and wild.min() >= 100
