"""Replicates combine by Rubin's rules on log n0; draws of the linkage are pooled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from scipy import stats

from litany.estimates.combine import CombineError, combine, pool_draws, rubin
from litany.estimates.graphs.estimate import Graphs, estimate
from litany.estimates.refusals import Refusal, Why
from litany.estimates.results import Draws, interval
from tests.estimates.known_tables import five_lists, kosovo

# How many people each of the twenty replicates of verdata's example documents (its tests/testthat/test-combine_estimates.R).
VERDATA = [982, 1045, 1026, 1125, 1040, 1073, 1056, 1025, 1088, 1025, 921, 931, 934, 937, 942, 932, 927, 937, 936, 938]


def made(middle: float, within: float, between: float, size: int, each: int) -> list[Draws]:
    """Draws of n0 whose logarithms have exactly these moments."""
    shape = stats.norm.ppf((np.arange(each) + 0.5) / each)
    shape = (shape - shape.mean()) / shape.std(ddof=1)
    means = stats.norm.ppf((np.arange(size) + 0.5) / size)
    means = (means - means.mean()) / means.std(ddof=1)
    return [np.exp(middle + np.sqrt(between) * mean + np.sqrt(within) * shape) for mean in means]


def by_hand(draws: list[Draws], documented: list[int], power: bool) -> tuple[float, float, float]:
    """(low, high, degrees) written again from the formulas, with sums."""
    m = len(draws)
    logs = [[float(np.log(max(n - seen, 0) or 0.1)) for n in one] for one, seen in zip(draws, documented, strict=True)]
    means = [sum(one) / len(one) for one in logs]
    variances = [sum((x - mean) ** 2 for x in one) / (len(one) - 1) for one, mean in zip(logs, means, strict=True)]
    middle, w = sum(means) / m, sum(variances) / m
    b = sum((mean - middle) ** 2 for mean in means) / (m - 1)
    lam = (1 + 1 / m) * b / (w + (1 + 1 / m) * b)
    degrees = (m - 1) / lam**2 if power else (m - 1) * (1 + w / b / (m + 1)) ** 2
    half = stats.t.ppf(0.975, degrees) * (w + b + b / m) ** 0.5
    seen = sum(documented) / m
    return seen + np.exp(middle - half), seen + np.exp(middle + half), degrees


@pytest.mark.parametrize("freedom", ["rubin-1987", "verdata"])
@pytest.mark.parametrize(("size", "each"), [(2, 5), (10, 50), (20, 200)])
def test_by_the_formulas(freedom: str, size: int, each: int) -> None:
    random = np.random.default_rng(size)
    documented = random.integers(80, 120, size).tolist()
    draws = [seen + np.floor(np.exp(random.normal(random.normal(4, 0.3), 0.4, each))) for seen in documented]
    draws[0][0] = documented[0]  # nobody missed
    told = rubin(draws, documented, freedom=freedom)  # type: ignore[arg-type]
    low, high, degrees = by_hand(draws, documented, freedom == "rubin-1987")
    assert told.interval is not None and told.degrees == pytest.approx(degrees, rel=1e-9)
    assert (told.interval.low, told.interval.high) == pytest.approx((low, high), rel=1e-9)
    assert "nobody missed" in told.notes[-1]
    assert ("with fewer than 10" in told.notes[0]) == (size < 10)


def test_verdata_and_rubin_by_their_published_results() -> None:
    """verdata says 1593 [1266, 2148] of its twenty replicates, Rubin's degrees would say [1275, 2111] (23.7 and 210.8 of them).
    The draws themselves are not here: these have the moments of log n0 that give the first of the two ranges, and so must give
    the second, and the degrees of both.
    """
    middle = float(np.log((1266 - 991) * (2148 - 991))) / 2
    total = (float(np.log((2148 - 991) / (1266 - 991))) / 2 / stats.t.ppf(0.975, 23.7)) ** 2
    ratio = 21 * ((23.7 / 19) ** 0.5 - 1)  # of W to B
    between = total / (ratio + 21 / 20)
    draws = [seen + n0 for seen, n0 in zip(VERDATA, made(middle, ratio * between, between, 20, 1000), strict=True)]
    theirs, rubins = rubin(draws, VERDATA, freedom="verdata"), rubin(draws, VERDATA)
    assert theirs.interval is not None and rubins.interval is not None and theirs.mean is not None
    assert (round(theirs.interval.low), round(theirs.interval.high)) == (1266, 2148)
    assert (rubins.interval.low, rubins.interval.high) == pytest.approx((1275, 2111), abs=0.6)
    assert theirs.degrees == pytest.approx(23.7, abs=0.01) and rubins.degrees == pytest.approx(210.8, abs=1)
    assert theirs.documented == pytest.approx(991, abs=0.5)
    assert theirs.mean == pytest.approx(1593, abs=5)


def test_replicates_that_agree_add_nothing() -> None:
    draws = made(4.0, 0.2, 1.0, 2, 500)[0]
    told = rubin([draws + 100] * 12, [100] * 12)
    assert told.degrees == 1e6 and told.missing == pytest.approx(0.0) and told.interval is not None
    low = 100 + np.exp(np.log(draws).mean() - 1.96 * np.log(draws).std(ddof=1))
    assert told.interval.low == pytest.approx(low, rel=1e-3)
    certain = rubin([np.full(9, 150.0)] * 12, [100] * 12).interval
    assert certain is not None and certain.low == pytest.approx(certain.high) and certain.low == pytest.approx(150)


def test_one_replicate_is_refused() -> None:
    told = rubin([np.array([5.0, 6.0])], [3])
    assert told.interval is None and told.refusal is not None and told.refusal.why is Why.THIN


@pytest.mark.parametrize(
    ("draws", "documented", "words"),
    [
        ([], [], "give one for each"),
        ([np.ones(3)], [1, 1], "give one for each"),
        ([np.ones(3), np.ones(1)], [1, 1], "replicate 2 has 1 draws"),
        ([np.ones(3), np.array([1.0, np.nan])], [1, 1], "replicate 2 has a draw that is no number"),
        ([np.ones(3), np.ones(3)], [1, 2], "replicate 2: a draw of 1.0 people, and 2 are documented"),
    ],
)
def test_draws_that_do_not_fit(draws: list[Draws], documented: list[int], words: str) -> None:
    with pytest.raises(CombineError, match=words):
        rubin(draws, documented)


@pytest.mark.parametrize("asked", [{"level": 95}, {"level": 0.0}, {"level": float("nan")}, {"freedom": "Rubin"}])
def test_levels_and_degrees_that_there_are_not(asked: dict[str, Any]) -> None:
    draws = [np.array([12.0, 14.0]), np.array([13.0, 15.0])]
    with pytest.raises(CombineError, match=next(iter(asked))):
        rubin(draws, [10, 10], **asked)


def test_estimates_of_replicates() -> None:
    """Two tables, and a share of refusals that is or is not too large."""
    quick = Graphs(sweeps=False, replicates=0, shown=0)
    one, other = (estimate(five_lists(), settings=quick, seed=seed) for seed in (1, 2))
    assert one.interval is not None
    told = combine([one, other] * 10)
    assert told.interval is not None and told.replicates == 20
    assert (told.interval.low, told.interval.high) == pytest.approx((one.interval.low, one.interval.high), rel=0.01)
    refused = replace(one, draws=None, interval=None, refusal=Refusal(Why.PRIOR_MADE, "words", "next"))
    few, many = combine([one, other] * 10 + [refused]), combine([one] * 8 + [refused] * 2)
    assert few.interval is not None and few.notes == ("1 of 21 replicates have no estimate and are left out",)
    assert many.interval is None and many.refusal is not None and many.refusal.why is Why.PRIOR_MADE
    assert many.refusal.words == "2 of 10 replicates have no estimate (most often: made-by-the-prior)"


@pytest.mark.parametrize("freedom", ["rubin-1987", "verdata"])
def test_ranges_hold_the_truth(freedom: str) -> None:
    """A mean of 60 logarithms of which 20 are missing and imputed as Rubin says (a draw of mean and variance, then values),
    ten times: the ranges of 400 such samples hold the truth about 95 % of the time.
    """
    random, held = np.random.default_rng(4), 0
    for _ in range(400):
        seen = random.normal(5.0, 1.0, 40)
        replicates = []
        for _ in range(10):
            variance = seen.var(ddof=1) * 39 / random.chisquare(39)
            mean = random.normal(seen.mean(), np.sqrt(variance / 40))
            whole = np.append(seen, random.normal(mean, np.sqrt(variance), 20))
            replicates.append(np.exp(random.normal(whole.mean(), whole.std(ddof=1) / 60**0.5, 60)))
        told = rubin(replicates, [0] * 10, freedom=freedom)  # type: ignore[arg-type]
        assert told.interval is not None
        held += bool(told.interval.low <= np.exp(5.0) <= told.interval.high)
    assert 365 <= held <= 395


def test_pooling_gives_each_table_the_same_weight() -> None:
    both = pool_draws([np.array([1.0, 2, 3, 4, 5, 6]), np.array([10.0, 11.0])])
    assert both.tolist() == [1.0, 4.0, 10.0, 11.0]
    with pytest.raises(CombineError, match="no table"):
        pool_draws([])
    with pytest.raises(CombineError, match="no draws"):
        pool_draws([np.array([1.0]), np.array([])])


def test_pooling_is_the_mixture() -> None:
    """Of normal answers with different middles: the quantiles of their mixture."""
    random = np.random.default_rng(8)
    middles = [100.0, 105.0, 130.0]
    told = interval(pool_draws([random.normal(middle, 4, 40_000) for middle in middles]))
    grid = np.linspace(80, 150, 7001)
    cdf = np.mean([stats.norm.cdf(grid, middle, 4) for middle in middles], axis=0)
    expected = np.interp([0.025, 0.5, 0.975], cdf, grid)
    assert (told.low, told.best, told.high) == pytest.approx(expected, abs=0.2)


def test_linkage_averaged_kosovo() -> None:
    """Tables whose overlaps are a little off, as draws of a linkage would make them: the pooled range is wider than one."""
    quick, random = Graphs(sweeps=False, replicates=0, shown=0), np.random.default_rng(2)
    table = kosovo()
    told = [
        estimate(table.with_counts(np.maximum(0, table.counts + random.integers(-8, 9, 15))), settings=quick, seed=9).draws
        for _ in range(20)
    ]
    together = interval(pool_draws([one for one in told if one is not None]))
    assert together.low < 9_900 and together.high > 16_300 and 12_000 < together.best < 13_200
