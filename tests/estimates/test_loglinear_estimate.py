"""From a table to an estimate: the number with its assumption, rivals, fit and doubts, or the reason why there is none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litany.estimates.captures import Captures, captures, patterns_of
from litany.estimates.loglinear import estimate as module
from litany.estimates.loglinear.estimate import MOST_LISTS, estimate
from litany.estimates.loglinear.models import ModelError
from litany.estimates.loglinear.settings import LogLinear
from litany.estimates.refusals import Why
from litany.estimates.results import Estimate
from tests.estimates.loglinear_tables import KOREA, KOSOVO, UK, UK5, table

QUICK = LogLinear(replicates=100, ntop=10)


def people_table(lists: int, seed: int = 0, people: int = 4000) -> Captures:
    """Made-up people of two kinds, one of them seen more."""
    rng = np.random.default_rng(seed)
    chance = rng.uniform(0.02, 0.1, lists)
    shown = rng.random((people, lists)) < np.where(rng.random((people, 1)) < 0.3, 2 * chance, chance)
    return captures([f"list {place}" for place in range(lists)], shown[shown.any(axis=1)], np.ones(shown.any(axis=1).sum()))


def numbers(found: Estimate) -> list[float]:
    """Every number that an estimate shows."""
    shown = [candidate for sweep in found.sweeps for candidate in sweep.rows] + list(found.candidates)
    ranges = [found.interval, *(candidate.interval for candidate in shown)]
    values = [end for one in ranges if one is not None for end in (one.low, one.best, one.high)]
    values += [value for candidate in shown for value in candidate.criteria.values()]
    values += [candidate.weight for candidate in shown if candidate.weight is not None]
    values += [value for fit in found.fit for value in (fit.expected, fit.low, fit.high, fit.unusual)]
    return values + ([] if found.draws is None else found.draws.tolist())


def test_kosovo() -> None:
    """The best of all 113 models, with the range of Silverman, Chan and Vincent (2024), and all that belongs beside it."""
    found = estimate(table(KOSOVO), settings=LogLinear(replicates=1000, ntop=113))
    assert found.interval is not None and found.refusal is None and found.draws is not None
    assert found.interval.best == pytest.approx(10356.52, abs=0.005)
    assert (found.interval.low, found.interval.high) == pytest.approx((6900, 18000), rel=0.12)
    assert "[123,14,34]" in found.assumption and "no data can show" in found.assumption
    assert found.candidates[0].name == "[123,14,34] EXH*ABA*OSCE, EXH*HRW, OSCE*HRW"
    assert len(found.candidates) == 100 and any("13 more were fitted" in note for note in found.notes)
    assert any("from 10,357 to 18,393" in note for note in found.notes)
    assert len(found.fit) == 15 and sum(row.observed for row in found.fit) == 4400
    assert {row.name for row in found.sweeps[0].rows} >= {"M0", "Mt", "Mh Chao (lower bound)", "Mth Darroch"}
    assert np.quantile(found.draws, [0.025, 0.975]) == pytest.approx([found.interval.low, found.interval.high], rel=0.02)
    assert found.table == table(KOSOVO).sha256() and found.settings["selection"] == "bic"


@pytest.mark.parametrize(
    ("chosen", "best"),
    [
        (LogLinear(selection="stepwise", replicates=100), 14341.66),
        (LogLinear(selection="aic", replicates=100, ntop=10), 12740.97),
        (LogLinear(interval="profile"), 10356.52),
        (LogLinear(interval="normal"), 10356.52),
        (LogLinear(order=2, interval="normal"), 14341.66),
        (LogLinear(order=1, interval="normal"), 7394.59),
    ],
)
def test_each_way_to_choose(chosen: LogLinear, best: float) -> None:
    """Kosovo's number by each; the chosen model stands first among the candidates."""
    found = estimate(table(KOSOVO), settings=chosen)
    assert found.interval is not None and found.interval.low < found.interval.best < found.interval.high
    assert found.interval.best == pytest.approx(best, abs=0.005)
    first = found.candidates[0].interval
    assert first is not None and first.best == pytest.approx(best, abs=0.005)


@pytest.mark.parametrize("weigh", ["bic", "aic"])
@pytest.mark.parametrize("how", ["bca", "normal"])
def test_an_average_holds_its_best_models(weigh: str, how: str) -> None:
    """Its range reaches over the models that share the weight."""
    found = estimate(table(KOSOVO), settings=LogLinear(selection="average", weigh=weigh, interval=how, replicates=200))  # type: ignore[arg-type]
    assert found.interval is not None and found.interval.low < 10_357 < found.interval.high
    assert found.interval.high > 14_000 and "average of 113 models" in found.assumption


@settings(max_examples=12)
@given(st.permutations(range(4)), st.sampled_from([QUICK, LogLinear(selection="stepwise", replicates=100)]))
def test_the_order_of_lists_changes_nothing(order: list[int], chosen: LogLinear) -> None:
    """Not even the draws."""
    given = table(KOSOVO)
    one, other = (
        estimate(given.only([given.lists[place] for place in places]), settings=chosen) for places in (range(4), order)
    )
    assert one.interval is not None and other.interval is not None and one.draws is not None and other.draws is not None
    assert one.draws == pytest.approx(other.draws, rel=1e-6)
    assert one.interval.high == pytest.approx(other.interval.high, rel=1e-6)


def test_the_seed_repeats_and_another_does_not() -> None:
    """Draws and ends to the byte."""
    first, again, other = (estimate(table(KOREA), settings=QUICK, seed=seed) for seed in (1, 1, -2))
    assert first.draws is not None and again.draws is not None and other.draws is not None
    assert first.draws.tobytes() == again.draws.tobytes() != other.draws.tobytes()
    assert first.interval == again.interval != other.interval


def test_more_models_than_can_be_fitted_are_searched() -> None:
    """Seven lists: the way down from independence, and a note that it is not all of them."""
    found = estimate(people_table(7), settings=QUICK)
    assert found.interval is not None and any("too many to fit all" in note for note in found.notes)


def test_many_lists_go_by_steps() -> None:
    """Nine lists: pairs by steps, whatever was asked, and a note."""
    found = estimate(people_table(9), settings=QUICK)
    assert found.interval is not None and found.settings["selection"] == "stepwise"
    assert any("by steps" in note for note in found.notes)


@pytest.mark.parametrize("lists", [MOST_LISTS + 1, 20, 30])
def test_too_many_lists_are_refused_before_any_work(lists: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """No table of patterns is made: with 20 lists it would have a million."""

    def never(*_: object) -> None:
        raise AssertionError("patterns were laid out")

    monkeypatch.setattr(module, "full_table", never)
    found = estimate(people_table(lists))
    assert found.refusal is not None and found.refusal.why == Why.TOO_MANY_LISTS and found.interval is None


def test_unusable_tables_are_refused_first() -> None:
    """With the reason that holds for every method."""
    one = captures(["A", "B", "C"], np.array([[1, 1, 1]]), np.array([1]))
    two = captures(["A", "B"], np.array([[1, 0], [0, 1], [1, 1]]), np.array([5, 5, 5]))
    assert [estimate(given).refusal.why for given in (one, two)] == [Why.SAME_LIST, Why.FEW_LISTS]  # type: ignore[union-attr]


def test_an_overlap_of_one_person_bears_no_range() -> None:
    """In a third of the replicates it is gone."""
    thin = captures(["A", "B", "C"], patterns_of(np.array([1, 2, 4, 3, 5]), 3), np.array([50, 50, 50, 1, 1]))
    found = estimate(thin, settings=QUICK)
    assert found.interval is None and found.refusal is not None and found.refusal.why == Why.THIN
    assert "of 100 replicates" in found.refusal.words and found.candidates


def test_a_billion_people() -> None:
    """Counts of 10**9 in every pattern: a number, with a narrow range."""
    found = estimate(captures("ABCD", patterns_of(np.arange(1, 16), 4), np.full(15, 10**9)), settings=QUICK)
    assert found.interval is not None and found.interval.best == pytest.approx(16e9, rel=1e-6)
    assert found.interval.high / found.interval.low < 1.001


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from([0, 0, 0, 1, 1, 2, 9, 300, 10**6, 10**9]), min_size=7, max_size=7),
    st.sampled_from(
        [
            QUICK,
            LogLinear(interval="profile"),
            LogLinear(interval="normal"),
            LogLinear(selection="stepwise", replicates=100),
            LogLinear(selection="average", replicates=100),
            LogLinear(selection="aic", replicates=100, draws="models"),
        ]
    ),
)
def test_any_table_gives_finite_numbers_or_a_reason(cells: list[int], chosen: LogLinear) -> None:
    """Never both, never neither, never NaN, and no warning."""
    if sum(cells) == 0:
        return
    found = estimate(captures("ABC", patterns_of(np.arange(1, 8), 3), np.array(cells)), settings=chosen)
    assert (found.interval is None) != (found.refusal is None)
    assert all(math.isfinite(value) for value in numbers(found))
    if found.interval is not None:
        assert found.documented <= found.interval.low <= found.interval.high


@pytest.mark.parametrize(
    "wrong",
    [
        {"selection": "best"},
        {"interval": "exact"},
        {"weigh": "dic"},
        {"draws": "none"},
        {"order": 0},
        {"replicates": 10},
        {"threshold": 1.5},
        {"ntop": 0},
        {"selection": "average", "interval": "profile"},
    ],
)
def test_settings_that_cannot_be(wrong: dict[str, object]) -> None:
    """Are refused when they are made."""
    with pytest.raises(ModelError):
        LogLinear(**wrong)  # type: ignore[arg-type]


def test_six_and_five_lists() -> None:
    """The United Kingdom's tables, whose best models disagree, and say so."""
    six = estimate(table(UK), settings=LogLinear(interval="normal"))
    five = estimate(table(UK5), settings=LogLinear(interval="normal"))
    assert six.interval is not None and round(six.interval.best, 1) == 12349.6
    assert five.interval is not None and round(five.interval.best) == 25311
    assert any("hardly tell them apart" in note for note in six.notes)
    assert any("374 of 6,893 models have no maximum" in note for note in five.notes)
