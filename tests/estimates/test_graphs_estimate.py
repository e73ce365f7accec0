"""An estimate by graphs says what it stands on, and refuses what the prior, the cap or an unusable table would make."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from litany.estimates.captures import Captures, captures
from litany.estimates.graphs.estimate import Graphs, GraphsError, estimate
from litany.estimates.graphs.fit import cells_drawn, pattern_fit
from litany.estimates.graphs.posterior import posterior
from litany.estimates.refusals import Why
from litany.estimates.results import Interval
from tests.estimates.known_tables import five_lists, from_cells, gaza, kosovo

QUICK = Graphs(sweeps=False, replicates=0, shown=0)


def test_kosovo_stands() -> None:
    """The whole answer: interval, draws, graphs, sweeps, fit, notes."""
    told = estimate(kosovo(), seed=3)
    assert told.refusal is None and told.interval == Interval(9827, 12595, 16544)
    assert told.draws is not None and len(told.draws) == 4000
    np.testing.assert_allclose(np.quantile(told.draws, [0.025, 0.5, 0.975]), [9827, 12595, 16544], rtol=0.03)
    assert told.candidates[0].name == "EXH+ABA+OSCE | EXH+OSCE+HRW"
    assert told.candidates[0].weight == pytest.approx(0.9855, abs=5e-5)
    assert told.candidates[-1].name == "EXH+ABA+OSCE+HRW"
    deltas, without = told.sweeps
    assert [row.criteria["delta"] for row in deltas.rows] == [2.0**-step for step in range(6, -1, -1)]
    assert deltas.rows[-1].interval == Interval(4407, 4616, 6844)
    assert deltas.rows[-1].criteria["saturated"] == pytest.approx(0.976, abs=1e-3)
    assert [row.name for row in without.rows] == ["without EXH", "without ABA", "without OSCE", "without HRW"]
    refused = [row.refusal for row in without.rows]
    assert refused[3] is not None and refused[3].why is Why.PRIOR_MADE and refused[:3] == [None] * 3
    assert sum(pattern.observed for pattern in told.fit) == 4400
    assert all(pattern.low <= pattern.expected <= pattern.high for pattern in told.fit)
    assert told.near_cap == 0.0 and told.cap == 4400 + 4400 * 10**6
    assert "the median is between 4,616 and 12,644" in told.notes[1]


def test_kosovo_made_by_the_prior() -> None:
    """Delta 1 puts 98 % on the graph that fits every number missed: no number."""
    told = estimate(kosovo(), settings=Graphs(delta=1.0, replicates=0))
    assert told.interval is None and told.draws is None
    assert told.refusal is not None and told.refusal.why is Why.PRIOR_MADE
    assert told.refusal.words.startswith("98% of the posterior is on the graph in which all lists depend on each other")
    assert told.candidates[0].name == "EXH+ABA+OSCE+HRW"


def test_a_median_that_follows_delta_is_refused() -> None:
    """Two graphs fit alike and say 48,000 or 165,000: delta chooses. (Victims of trafficking in the Netherlands by five lists,
    Silverman 2020, JRSS A 183:691-736; the counts of the R package SparseMSE.)
    """
    patterns = [
        (16, 756), (8, 1299), (4, 4466), (2, 650), (1, 632), (24, 1), (20, 81), (18, 5), (17, 73), (12, 44),
        (9, 4), (6, 82), (5, 125), (3, 2), (22, 2), (21, 11), (7, 1),
    ]  # fmt: skip
    cells = [0] * 31
    for mask, count in patterns:
        cells[mask - 1] = count
    told = estimate(from_cells(("IO", "K", "P", "R", "Z"), cells), settings=QUICK)
    assert told.refusal is not None and told.refusal.why is Why.PRIOR_MADE


def test_gaza_three_lists_are_the_priors() -> None:
    told = estimate(gaza(), settings=QUICK)
    assert told.refusal is not None and told.refusal.why is Why.PRIOR_MADE
    assert told.refusal.words.startswith("76%")


def test_a_cap_that_makes_the_answer_is_told() -> None:
    told = estimate(kosovo(), settings=Graphs(most=9_000, sweeps=False, replicates=0))
    assert told.refusal is not None and told.refusal.why is Why.CAP_MADE
    assert told.cap == 13_400 and told.near_cap is not None and told.near_cap > 0.01


def test_same_seed_same_draws() -> None:
    one, same, other = (estimate(five_lists(), settings=QUICK, seed=seed) for seed in (1, 1, 2))
    assert one.draws is not None and same.draws is not None and other.draws is not None
    assert one.draws.tobytes() == same.draws.tobytes() != other.draws.tobytes()


def test_tables_of_one_seed_are_drawn_apart() -> None:
    """Strata are summed draw by draw: two tables must not share their luck."""
    table = kosovo()
    more = table.with_counts(table.counts + 1)
    one, other = (estimate(of, settings=QUICK, seed=1).draws for of in (table, more))
    assert one is not None and other is not None
    assert abs(float(np.corrcoef(one, other)[0, 1])) < 0.06


def test_list_order_changes_no_number() -> None:
    one = estimate(five_lists(), settings=QUICK)
    other = estimate(five_lists().only(["e", "c", "a", "d", "b"]), settings=QUICK)
    assert one.interval == other.interval and one.refusal == other.refusal


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (captures([f"l{place}" for place in range(20)], np.eye(20), np.full(20, 5)), Why.TOO_MANY_LISTS),
        (captures("abc", np.ones((1, 3)), np.array([1])), Why.SAME_LIST),
        (captures("abc", np.eye(3), np.array([10, 20, 30])), Why.NO_OVERLAP),
        (captures("abc", np.array([[1, 0, 0], [0, 1, 0]]), np.array([3, 4])), Why.EMPTY_LIST),
        (captures("ab", np.array([[1, 0], [0, 1], [1, 1]]), np.array([3, 4, 5])), Why.FEW_LISTS),
        (captures("abc", np.zeros((0, 3)), np.zeros(0, int)), Why.EMPTY_LIST),
    ],
)
def test_unusable_tables_are_refused(table: Captures, why: Why) -> None:
    told = estimate(table)
    assert told.refusal is not None and told.refusal.why is why and told.refusal.next
    assert told.interval is None and told.draws is None


@pytest.mark.parametrize(
    "cells",
    [
        [10**9] * 7,
        [10**9, 1, 1, 1, 1, 1, 1],
        [1, 1, 1, 1, 1, 1, 1],
        [1, 0, 0, 0, 1, 1, 0],
        [0, 0, 1, 0, 1, 1, 1],
        [10**11, 10**11, 1, 10**11, 1, 1, 0],
    ],
)
def test_strange_tables_give_numbers_or_reasons(cells: list[int]) -> None:
    """Nothing but finite numbers and reasons; warnings are errors here."""
    told = estimate(from_cells("abc", cells))
    assert (told.interval is None) == (told.refusal is not None)
    for row in [*told.candidates, *(row for sweep in told.sweeps for row in sweep.rows)]:
        if row.interval is not None:
            assert told.documented <= row.interval.low <= row.interval.best <= row.interval.high < 10**19
    assert all(np.isfinite([one.expected, one.low, one.high, one.unusual]).all() for one in told.fit)


def test_random_tables_give_numbers_or_reasons() -> None:
    """Sixty tables of three to five lists, sparse and dense, of tens to thousands of millions, with any delta."""
    random = np.random.default_rng(1)
    for _ in range(60):
        lists = int(random.integers(3, 6))
        chances = random.dirichlet(np.full(2**lists - 1, random.choice([0.05, 0.3, 1.0])))
        counts = random.poisson(10 ** random.uniform(1, 10) * chances)
        settings = Graphs(delta=float(2 ** random.uniform(-10, 2)), replicates=20, sweeps=False)
        told = estimate(from_cells("abcde"[:lists], counts.tolist()), settings=settings)
        assert (told.interval is None) == (told.refusal is not None)
        for row in (*told.candidates, *(row for sweep in told.sweeps for row in sweep.rows)):
            assert row.interval is not None and told.documented <= row.interval.low <= row.interval.best <= row.interval.high
        assert all(np.isfinite([one.expected, one.low, one.high, one.unusual]).all() for one in told.fit)


def test_six_lists() -> None:
    """Sixty-three patterns of lists that are independent given nothing: all 18,154 graphs, and the truth within the range."""
    random = np.random.default_rng(5)
    people = random.random((3000, 6)) < np.array([0.2, 0.15, 0.3, 0.1, 0.25, 0.2])
    seen = people[people.any(axis=1)]
    told = estimate(captures("abcdef", seen, np.ones(len(seen), int)), settings=QUICK)
    assert told.interval is not None and told.interval.low < 3000 < told.interval.high


def test_fit_shows_what_no_graph_explains() -> None:
    """Replicates under the independence of three lists that are not, made by giving that graph all the weight."""
    table = gaza()
    believed = posterior(table, 0.125, 0, 10**6)
    random = np.random.default_rng(0)
    fits = pattern_fit(table, believed, 400, random)
    assert min(pattern.unusual for pattern in fits) > 0.05  # the saturated graph fits
    believed.weights[:] = 0.0
    believed.weights[believed.graphs.independent] = 1.0
    unfit = {pattern.pattern: pattern.unusual for pattern in pattern_fit(table, believed, 400, random)}
    assert unfit["hospitals+survey"] < 0.01


def test_people_who_differ_are_noticed() -> None:
    """Five lists that find half of the people three times as easily as the other half: a range below Chao's bound says so."""
    random = np.random.default_rng(2)
    people = random.random((20_000, 5)) < np.where(random.random(20_000) < 0.5, 0.1, 0.3)[:, None]
    seen = people[people.any(axis=1)]
    told = estimate(captures("abcde", seen, np.ones(len(seen), int)), settings=QUICK)
    assert told.interval is not None and told.interval.high < 20_000
    assert "it is probably too low" in told.notes[-1]
    assert not any("too low" in note for note in estimate(kosovo(), settings=QUICK).notes)


def test_replicates_follow_the_graph() -> None:
    """Where the survey separates the two other lists, a pattern's mean chance is a product of three Dirichlet means."""
    table, delta, missed = gaza(), 0.5, 30_000.0
    believed = posterior(table, delta, 0, 10**6)
    graph = [believed.graphs.cliques(row) for row in range(8)].index((0b110, 0b011))
    chances = cells_drawn(table, believed, graph, np.full(20_000, missed), np.random.default_rng(1)).mean(axis=0)
    full = np.array([missed, *table.cells()]).reshape(2, 2, 2)  # hospitals, survey, social media
    first, second, middle = full.sum(axis=2) + 2 * delta, full.sum(axis=0) + 2 * delta, full.sum(axis=(0, 2)) + 4 * delta
    expected = first[:, :, None] * second[None] / middle[None, :, None] / middle.sum()
    np.testing.assert_allclose(chances.reshape(2, 2, 2), expected, rtol=0.01)


@pytest.mark.parametrize("table", [kosovo(), gaza(), from_cells("abc", [1, 0, 0, 0, 1, 1, 0])])
def test_all_but_the_draws_is_json(table: Captures) -> None:
    told = replace(estimate(table, settings=Graphs(replicates=20)), draws=None)
    assert msgspec.json.decode(msgspec.json.encode(told))["documented"] == table.people


def test_intervals_hold_the_truth() -> None:
    """Of 60 tables of 1,500 people in three independent lists, about 95 % of ranges hold them (57 are expected)."""
    random = np.random.default_rng(11)
    held = 0
    for _ in range(60):
        people = random.random((1500, 3)) < np.array([0.35, 0.3, 0.4])
        seen = people[people.any(axis=1)]
        believed = posterior(captures("abc", seen, np.ones(len(seen), int)), 0.125, 0, 10**6)
        low, high = believed.people(np.array([0.025, 0.975]))
        held += bool(low <= 1500 <= high)
    assert held >= 52


@pytest.mark.parametrize("wrong", [{"delta": 0.0}, {"delta": float("nan")}, {"least": -1}, {"most": 0}, {"draws": 0}])
def test_settings_out_of_range(wrong: dict[str, float]) -> None:
    with pytest.raises(GraphsError):
        Graphs(**wrong)  # type: ignore[arg-type]
