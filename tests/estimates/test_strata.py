"""Strata are estimated by themselves and added draw by draw; who is not in the total is said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from msgspec.structs import replace

from litany.estimates import (
    Captures,
    Estimate,
    Interval,
    Pooled,
    Stratum,
    Why,
    captures,
    estimate_strata,
    of_people,
    settings_of,
)
from litany.estimates.results import Draws
from litany.estimates.strata import MOST_DRAWS, StrataError, StratumEstimate, total
from tests.estimates.known_tables import from_cells, gaza, kosovo


def stratum(name: str, table: Captures) -> Stratum:
    return Stratum(cells=(name,), table=table)


def thin() -> Captures:
    """Sixteen people, none of them in two lists."""
    return from_cells(("a", "b", "c"), [9, 3, 0, 4, 0, 0, 0])


def three() -> list[Stratum]:
    cells = ([97, 84, 33, 130, 50, 41, 17], [70, 59, 32, 61, 37, 29, 14], [240, 190, 66, 301, 120, 77, 40])
    return [stratum(name, from_cells(("a", "b", "c"), list(counts))) for name, counts in zip("xyz", cells, strict=True)]


def with_draws(name: str, draws: Draws, people: int = 10) -> StratumEstimate:
    """A stratum whose draws are known."""
    table = captures(("a", "b", "c"), np.eye(3), np.array([people - 2, 1, 1]))
    made = Estimate(
        method="m", assumption="", lists=table.lists, documented=people, table=table.sha256(), seed=0, settings={},
        interval=Interval(0, 1, 2), draws=draws,
    )  # fmt: skip
    return StratumEstimate(stratum=stratum(name, table), estimate=made)


@pytest.mark.parametrize("processes", [1, 2])
def test_order_and_processes_change_nothing(processes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The total has the same draws, whichever stratum comes first and however many work."""
    monkeypatch.setattr("litany.estimates.strata._WORTH", 0.0)  # else they would not be started for so little
    first = estimate_strata(three(), "no-highest-order", seed=4)
    again = estimate_strata(three()[::-1], "no-highest-order", seed=4, processes=processes)
    assert first.total.draws is not None and again.total.draws is not None
    assert (first.total.draws == again.total.draws).all()
    assert [one.name for one in again.strata] == ["z", "y", "x"]
    assert [one.estimate.interval for one in first.strata] == [one.estimate.interval for one in again.strata[::-1]]
    other = estimate_strata(three(), "no-highest-order", seed=5)
    assert other.total.draws is not None and not (first.total.draws == other.total.draws).all()


@pytest.mark.parametrize(("together", "wide"), [(1.0, 4.0), (0.0, 2.0), (0.5, 10**0.5)])
def test_families_are_added_one_by_one(together: float, wide: float) -> None:
    """Of four strata with one table each family's total is four times as wide as one stratum's where strata are in step, and
    twice as wide where they are independent; between, by the variance of four numbers that are so correlated.
    """
    settings = Pooled(latent=None, sweeps=False, graphs=False, together=together)
    made = estimate_strata([stratum(name, gaza()) for name in "wxyz"], settings=settings)
    families, total_ = made.strata[0].estimate.assumed, made.total.interval
    assert total_ is not None and len(families) == 4
    low, high = (extreme([4 * end(one.points) for one in families]) for extreme, end in ((min, _low), (max, _high)))
    middles = [4 * float(np.median(one.points)) for one in families]
    assert total_.low == pytest.approx(min(middles) - wide / 4 * (min(middles) - low), rel=0.02)
    assert total_.high == pytest.approx(max(middles) + wide / 4 * (high - max(middles)), rel=0.02)


def _low(points: Draws) -> float:
    return float(np.quantile(points, 0.025))


def _high(points: Draws) -> float:
    return float(np.quantile(points, 0.995))


def test_a_family_that_a_stratum_lacks_counts_at_both_ends() -> None:
    """The total is as low as with the lowest of the families that the stratum has, and as high as with its highest."""
    settings = Pooled(latent=None, sweeps=False, graphs=False, together=1.0)
    made = list(estimate_strata([stratum(name, gaza()) for name in "xy"], settings=settings).strata)
    whole = total(made).interval
    poor = replace(made[1], estimate=replace(made[1].estimate, assumed=made[1].estimate.assumed[:2]))
    less = total([made[0], poor]).interval
    assert whole is not None and less is not None
    assert less.low == pytest.approx(whole.low, rel=0.01) and made[0].estimate.interval is not None
    highest = max(_high(one.points) for one in poor.estimate.assumed)
    assert less.high == pytest.approx(made[0].estimate.interval.high + highest, rel=0.01)


def test_the_total_of_one_stratum_is_that_stratum() -> None:
    """To the digit."""
    settings = Pooled(latent=None, sweeps=False, graphs=False)
    made = estimate_strata([stratum("x", gaza()), stratum("thin", thin())], settings=settings)
    assert made.total.interval == made.strata[0].estimate.interval


def test_twin_strata_are_independent() -> None:
    """Two strata with one table do not have one course of draws: their sum is narrower than the double of one."""
    twins = [stratum(name, kosovo()) for name in ("x", "y")]
    made = estimate_strata(twins, "graphs")
    one, other = (each.estimate.draws for each in made.strata)
    assert one is not None and other is not None and not (one == other).all()
    assert made.total.draws is not None
    assert abs(made.total.draws.std() / one.std() - 2**0.5) < 0.1
    assert abs(made.total.draws.mean() - one.mean() - other.mean()) < 1e-6 * one.mean()


def test_draws_are_added_and_not_ends() -> None:
    """Sums of independent normal draws have the variance of the sum, from unequal numbers of draws, in any order of each."""
    rng = np.random.default_rng(1)
    sorted_draws: Sequence[Draws] = [np.sort(rng.normal(1000, 30, size)) for size in (1000, 4000, 2500)]
    made = total([with_draws(name, draws) for name, draws in zip("abc", sorted_draws, strict=True)])
    assert made.draws is not None and made.interval is not None and len(made.draws) == 4000
    assert abs(made.draws.mean() - 3000) < 3
    assert abs(made.draws.std() / (30 * 3**0.5) - 1) < 0.05
    assert made.interval.high - made.interval.low < 0.7 * 3 * 2 * 1.96 * 30


def test_a_stratum_without_a_number_is_left_out_and_said() -> None:
    """The total says of whom it does not speak."""
    made = estimate_strata([*three(), stratum("thin", thin())], "no-highest-order")
    assert made.strata[3].estimate.refusal is not None and made.strata[3].estimate.refusal.why is Why.NO_OVERLAP
    assert made.total.left_out == ("thin",) and made.total.left_out_people == 16
    assert made.total.interval is not None
    assert made.total.words == (
        f"in the 3 strata that have an estimate, where {made.total.documented:,} people are documented; not in it are the 16 "
        "people documented in one other stratum, nor those whom nobody documented there"
    )
    assert made.total.draws is not None and made.total.draws.min() >= made.total.documented


def test_no_total_of_less_than_half() -> None:
    """Where most documented people are in refused strata, or no stratum has a number, there is no total."""
    large = from_cells(("a", "b", "c"), [900, 800, 0, 700, 0, 0, 0])
    made = estimate_strata([*three(), stratum("large", large)], "no-highest-order").total
    assert made.interval is None and made.draws is None and made.refusal is not None
    assert made.refusal.why is Why.MOST_LEFT_OUT and "2,400 of the" in made.refusal.words
    none = estimate_strata([stratum("thin", thin())], "no-highest-order").total
    assert none.refusal is not None and none.refusal.why is Why.NOTHING_TO_SUM


def test_a_list_that_has_nobody_in_a_stratum_is_left_out_there() -> None:
    """If three others have somebody; else the stratum is refused."""
    cells = np.zeros(15, np.int64)
    cells[[1, 3, 5, 7, 9, 11, 13]] = [97, 84, 33, 130, 50, 41, 17]  # nobody in the last list
    table = from_cells(("a", "b", "c", "d"), cells.tolist())
    made = estimate_strata([stratum("x", table)], "no-highest-order").strata[0]
    assert made.left_out == ("d",) and made.estimate.lists == ("a", "b", "c") and made.estimate.interval is not None
    assert made.estimate.notes[0] == "the list d has nobody in this stratum and is left out"
    two = from_cells(("a", "b", "c"), [0, 40, 0, 30, 0, 10, 0])
    refused = estimate_strata([stratum("x", two)], "no-highest-order").strata[0].estimate.refusal
    assert refused is not None and refused.why is Why.EMPTY_LIST


def test_a_bound_has_no_draws_to_add() -> None:
    """Two lists under a bound of the odds ratio have a range and no draws: they are not in a sum of draws."""
    pair = kosovo().only(["EXH", "HRW"])
    bounds = settings_of("two-lists", ["assumption=odds-ratio", "odds=1,4"])
    made = estimate_strata([stratum("x", pair)], "two-lists", settings=bounds)
    assert made.strata[0].estimate.interval is not None and made.total.refusal is not None
    assert made.total.refusal.words.startswith("each stratum has a bound without a distribution") and not made.total.words


def test_draws_that_are_kept_have_a_limit() -> None:
    """A thousand strata fit in memory: no stratum keeps more than so many draws."""
    made = estimate_strata(three()[:1], "no-highest-order", settings=settings_of("no-highest-order", ["draws=9000"]))
    draws = made.strata[0].estimate.draws
    assert draws is not None and len(draws) == MOST_DRAWS


@pytest.mark.parametrize("method", ["log-linear", "graphs", "no-highest-order"])
def test_the_only_stratum_is_the_total_by_every_method(method: str) -> None:
    made = estimate_strata([stratum("x", kosovo())], method)
    assert made.total.interval == made.strata[0].estimate.interval


def test_points_of_strata_add_up() -> None:
    """Where a stratum's best is a point estimate and no median, the total's best is the sum, as a reader would add it up."""
    made = estimate_strata(three(), "log-linear", settings=settings_of("log-linear", ["replicates=200"]))
    bests = [one.estimate.interval.best for one in made.strata if one.estimate.interval is not None]
    assert made.total.interval is not None and len(bests) == 3
    assert made.total.interval.best == pytest.approx(sum(bests))
    assert made.total.interval.low < made.total.interval.best < made.total.interval.high
    assert made.total.notes == ()


def test_points_that_are_not_the_bests_are_told() -> None:
    """Without a highest order what adds up has less bias than the bests: a reader who adds these up is told of both sums."""
    made = estimate_strata(three(), "no-highest-order")
    bests = sum(one.estimate.interval.best for one in made.strata if one.estimate.interval is not None)
    points = sum(one.estimate.point for one in made.strata if one.estimate.point is not None)
    assert made.total.interval is not None and made.total.interval.best == pytest.approx(points)
    (note,) = made.total.notes
    assert f"{bests:,.0f}" in note and f"{points:,.0f}" in note and points < bests and "low side" not in note
    (note,) = estimate_strata([*three(), stratum("thin", thin())], "no-highest-order").total.notes
    assert note.endswith("which leans to the low side where strata are left out")


@pytest.mark.parametrize("method", ["log-linear", "no-highest-order"])
def test_the_best_of_many_thin_strata_lies_in_their_range(method: str) -> None:
    """Draws about a point lie askew: their sum would leave the points behind, and the truth, the more strata there are."""
    rng = np.random.default_rng(5)
    found = [rng.random((90, 3)) < 0.3 for _ in range(40)]
    strata = [stratum(f"s{place}", of_people("abc", rows[rows.any(axis=1)].tolist())) for place, rows in enumerate(found)]
    settings = settings_of(method, ["replicates=200"] if method == "log-linear" else [])
    made = estimate_strata(strata, method, settings=settings).total
    assert made.interval is not None and made.interval.low < made.interval.best < made.interval.high
    assert made.interval.low < 90 * made.strata < made.interval.high and made.strata >= 30


def test_the_order_of_lists_changes_nothing() -> None:
    """Neither a stratum's answer by the pool nor its place among the others."""
    settings = Pooled(latent=None, sweeps=False, graphs=False)
    turned = [stratum(one.name, one.table.only(["c", "a", "b"])) for one in three()]
    first, again = (estimate_strata(given, settings=settings, seed=3).total for given in (three(), turned))
    assert first.interval == again.interval and first.draws is not None and again.draws is not None
    np.testing.assert_array_equal(np.sort(first.draws), np.sort(again.draws))


def test_no_stratum_stands_twice() -> None:
    with pytest.raises(StrataError, match="the stratum x is given twice"):
        estimate_strata([three()[0], three()[0]], "no-highest-order")
