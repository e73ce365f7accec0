"""Two lists give a number only under a named assumption, and a table shows all of them side by side."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from litany.estimates.captures import Captures, captures
from litany.estimates.partial import chao
from litany.estimates.partial.estimate import PartialError, TwoLists, nhoi, two_lists
from litany.estimates.partial.pairs import Pair
from litany.estimates.partial.sides import side_by_side
from litany.estimates.refusals import Why
from litany.estimates.results import Candidate
from tests.estimates.known_tables import from_cells, gaza, kosovo

PAIR = from_cells(("EXH", "ABA"), [1125, 1507, 403])  # two lists of `kosovo`


def test_without_an_assumption_there_are_only_bounds() -> None:
    told = two_lists(PAIR)
    assert told.refusal is not None and told.refusal.why is Why.FEW_LISTS and told.assumption == "none"
    assert told.interval is None and told.draws is None
    nothing, positive, independence, narrow, wide = told.candidates
    assert nothing.criteria["at_least"] == 3035
    assert positive.criteria["at_least"] == pytest.approx(3035 + 1125 * 1507 / 403, rel=1e-12)
    assert positive.criteria["at_least_low"] == pytest.approx(6824.57, abs=0.01)
    assert positive.interval is None
    assert independence.name == "EXH and ABA are independent"
    assert narrow.interval is not None and wide.interval is not None
    assert wide.interval.low < narrow.interval.low < narrow.interval.high < wide.interval.high


def test_independence_by_name() -> None:
    """Chapman and Lincoln-Petersen by their formulas."""
    told = two_lists(PAIR, settings=TwoLists(assumption="independence"), seed=2)
    assert told.interval is not None and told.assumption == "EXH and ABA are independent"
    assert told.interval.best == pytest.approx((1910 + 1) * (1528 + 1) / (403 + 1) - 1, rel=1e-12)
    petersen = told.candidates[0].interval
    assert petersen is not None and petersen.best == pytest.approx(1910 * 1528 / 403, rel=1e-12)
    assert told.draws is not None
    ends = [told.interval.low, told.interval.best, told.interval.high]
    np.testing.assert_allclose(np.quantile(told.draws, [0.025, 0.5, 0.975]), ends, rtol=0.01)


def test_a_stated_odds_ratio() -> None:
    told = two_lists(PAIR, settings=TwoLists(assumption="odds-ratio", odds=(1.0, 4.0)))
    pair = Pair(("EXH", "ABA"), 1507, 1125, 403)
    assert told.interval is not None and told.draws is None
    assert told.interval.low == pair.lincoln_petersen().low
    assert told.interval.best == pytest.approx(3035 + 2 * pair.missed(), rel=1e-12)
    assert told.interval.high == pair.lincoln_petersen(4.0).high
    assert told.settings["high"] == 4.0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"odds": (1, 2)}, "odds goes with the assumption odds-ratio, and with no other"),
        ({"assumption": "independence", "odds": (1, 2)}, "odds goes with the assumption odds-ratio"),
        ({"assumption": "odds-ratio"}, "odds is missing: the assumption odds-ratio needs two bounds"),
        ({"assumption": "odds-ratio", "odds": (4.0, 1.0)}, "odds from 4 to 1: the lower one stands first"),
        ({"assumption": "odds-ratio", "odds": (0, 1)}, "odds from 0 to 1: both are from 0.000001 to 1,000,000"),
        ({"assumption": "odds-ratio", "odds": (1, float("nan"))}, "odds from 1 to nan: both are from"),
        ({"assumption": "odds-ratio", "odds": 3}, "odds are two numbers, the lower one first, not 3"),
        ({"assumption": "odds-ratio", "odds": (1, 2, 3)}, "odds are two numbers"),
        ({"assumption": "odds-ratio", "odds": ("1", "2")}, "odds are two numbers"),
        ({"assumption": "dependent"}, "the assumption is independence, odds-ratio or none, not 'dependent'"),
    ],
)
def test_what_is_wrong_with_an_assumption_is_said(given: dict[str, Any], said: str) -> None:
    with pytest.raises(PartialError) as raised:
        TwoLists(**given)
    assert str(raised.value).startswith(said)


@pytest.mark.parametrize(
    ("cells", "why"),
    [([3, 4, 0], Why.NO_OVERLAP), ([0, 0, 9], Why.SAME_LIST), ([0, 5, 9], Why.NO_MAXIMUM), ([5, 0, 0], Why.EMPTY_LIST)],
)
def test_unusable_pairs_are_refused(cells: list[int], why: Why) -> None:
    for settings in (TwoLists(), TwoLists(assumption="independence"), TwoLists(assumption="odds-ratio", odds=(1, 2))):
        told = two_lists(from_cells("ab", cells), settings=settings)
        assert told.refusal is not None and told.refusal.why is why and told.interval is None


def test_a_list_inside_the_other_has_a_bound_in_words() -> None:
    told = two_lists(from_cells("ab", [0, 20, 5]), settings=TwoLists(assumption="independence"))
    assert told.refusal is not None
    assert "everybody in b is in a too" in told.refusal.words and "(with 95 % at most 1)" in told.refusal.words


def test_one_list_and_three_are_refused() -> None:
    one = captures("a", np.ones((1, 1)), np.array([5]))
    whys = [told.refusal.why for told in (two_lists(one), two_lists(gaza())) if told.refusal is not None]
    assert whys == [Why.FEW_LISTS, Why.TOO_MANY_LISTS]


def test_kosovo_side_by_side() -> None:
    rows = side_by_side(kosovo())
    pairs = list(itertools.combinations(kosovo().lists, 2))
    assert [row.name for row in rows[:6]] == [f"{one} and {other} are independent" for one, other in pairs]
    assert [row.criteria["point"] for row in rows[:6]] == pytest.approx(
        [7241.9, 7136.5, 6779.0, 5971.6, 9691.5, 5461.7], abs=0.1
    )
    assert rows[6].criteria["at_least"] == pytest.approx(9691.48, abs=0.01)
    assert rows[6].criteria["at_least_low"] == pytest.approx(7960.94, abs=0.01)
    assert all(row.interval is None and row.criteria["at_least_low"] < row.criteria["at_least"] for row in rows[6:10])
    assert [row.criteria["xi"] for row in rows[10:]] == [0.25, 0.5, 1.0, 2.0, 4.0]
    assert rows[12].name == "the 4 lists have no interaction of the highest order"
    assert rows[12].interval is not None and rows[12].interval.best == pytest.approx(16941.88, abs=0.01)


@pytest.mark.parametrize("table", [kosovo(), PAIR, from_cells("abc", [1, 0, 0, 0, 1, 1, 0])])
def test_rows_are_json(table: Captures) -> None:
    assert len(msgspec.json.decode(msgspec.json.encode(side_by_side(table)))) == len(side_by_side(table))
    for told in (two_lists(PAIR), nhoi(table)):
        assert msgspec.json.encode(replace(told, draws=None))


def test_chao_as_rcapture() -> None:
    """Rcapture 1.4-4 says 8591.2 (213.5) where lists differ and 8787.2 (222.6) where not; its models use more of the counts."""
    unequal, equal = chao.unequal_lists(kosovo()), chao.equal_lists(kosovo())
    assert 4400 + unequal.missed == pytest.approx(8591.2, rel=1e-4)
    assert unequal.variance**0.5 == pytest.approx(213.5, rel=0.01)
    assert 4400 + equal.missed == pytest.approx(8787.2, rel=2e-3)
    assert equal.variance**0.5 == pytest.approx(222.6, rel=0.02)
    assert equal.missed == pytest.approx(0.75 * 3218**2 / (2 * 882), rel=1e-12)


def test_chao_is_exact_for_independent_lists_and_low_for_different_people() -> None:
    """Expected counts of three independent lists; then of people of two kinds, found easily and hardly."""
    cells = list(itertools.product((0, 1), repeat=3))

    def expected(*kinds: tuple[float, tuple[float, float, float]]) -> Captures:
        counts = [
            sum(people * np.prod([q if on else 1 - q for q, on in zip(chance, cell, strict=True)]) for people, chance in kinds)
            for cell in cells[1:]
        ]
        return from_cells("abc", [round(float(one)) for one in counts])

    plain = expected((10**8, (0.2, 0.3, 0.5)))
    assert plain.people + chao.unequal_lists(plain).missed == pytest.approx(10**8, rel=1e-6)
    mixed = expected((5 * 10**7, (0.1, 0.15, 0.2)), (5 * 10**7, (0.4, 0.5, 0.6)))
    assert mixed.people < mixed.people + chao.unequal_lists(mixed).missed < 10**8


def test_a_pair_that_others_contradict() -> None:
    """Korea's lists b and c as independent make 84 people; all three lists have 123."""
    rows = side_by_side(from_cells("bcd", [41, 5, 0, 5, 6, 54, 12]))
    assert rows[0].refusal is not None and rows[0].refusal.why is Why.CONTRADICTED and rows[0].interval is None
    assert rows[-1].refusal is not None and rows[-1].criteria["at_least_low"] > 123


def test_two_lists_side_by_side() -> None:
    rows = side_by_side(PAIR)
    assert [row.refusal for row in rows] == [None] * 5
    assert rows[1].criteria["at_least"] == pytest.approx(rows[2].criteria["at_least"], rel=1e-12)


def test_list_order_changes_no_row() -> None:
    one = side_by_side(kosovo())
    other = side_by_side(kosovo().only(["HRW", "OSCE", "ABA", "EXH"]))

    def ends(rows: tuple[Candidate, ...]) -> list[float]:
        return sorted(row.interval.best for row in rows if row.interval is not None)

    assert ends(one) == pytest.approx(ends(other), rel=1e-12)


@pytest.mark.parametrize(
    "table",
    [
        captures([f"l{place}" for place in range(20)], np.tri(20), np.full(20, 5)),
        captures([f"l{place}" for place in range(20)], np.eye(20), np.full(20, 5)),
        captures("abc", np.ones((1, 3)), np.array([1])),
        from_cells("abc", [10**9] * 7),
        from_cells("abc", [10**9, 10**9, 1, 0, 0, 0, 1]),
        from_cells("abc", [0, 0, 5, 0, 5, 5, 9]),
        from_cells("abc", [1, 0, 0, 0, 1, 1, 0]),
        from_cells("ab", [10**11, 10**11, 1]),
        captures("ab", np.zeros((0, 2)), np.zeros(0, int)),
    ],
)
def test_every_row_has_a_number_or_a_reason(table: Captures) -> None:
    """Warnings are errors here."""
    for row in side_by_side(table):
        assert row.interval is not None or row.refusal is not None or "at_least" in row.criteria
        assert np.isfinite(list(row.criteria.values())).all()
        if row.interval is not None:
            assert np.isfinite([row.interval.low, row.interval.best, row.interval.high]).all()
            assert table.people <= row.interval.low <= row.interval.best <= row.interval.high


def test_intervals_of_independent_lists_hold_the_truth() -> None:
    """Of 2,000 pairs of lists that find 60 and 80 of 200 people, about 95 % of Chapman's intervals hold them."""
    random, held = np.random.default_rng(3), 0
    for both in random.hypergeometric(60, 140, 80, size=2000).tolist():
        if both:
            told = Pair(("a", "b"), 60 - both, 80 - both, both).chapman()
            held += told.low <= 200 <= told.high
    assert 1860 <= held <= 1960
