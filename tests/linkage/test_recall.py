"""What no key reached is covered by the draws, whatever makes keys fail together; what cannot be learned is said."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litany.linkage.evaluate_capture import chao, independent
from litany.linkage.recall import Recall, estimate_recall, occasions

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def quality(kind: str, rng: np.random.Generator, size: int) -> Floats:
    """How much easier than others each match is to reach, in logits, by every group."""
    if kind == "part":  # a fifth of the records is bad in every field
        return np.where(rng.random(size) < 0.2, -2.0, 0.5)
    if kind == "tails":
        return np.asarray(1 - rng.gamma(1.0, 1.0, size))
    return rng.normal(0, 1, size) if kind == "normal" else np.zeros(size)


def system(kind: str, groups: int, size: int, seed: int) -> tuple[Floats, Ints, int]:
    """Candidate pairs with calibrated probabilities, matches and others, and how many matches no group reached."""
    rng = np.random.default_rng([seed, groups, size])
    ease = rng.uniform(-0.5, 1.5, groups) + quality(kind, rng, size)[:, None]
    reached = ((rng.random(ease.shape) < 1 / (1 + np.exp(-ease))) << np.arange(groups)).sum(axis=1)
    missed, reached = int((reached == 0).sum()), reached[reached > 0]
    said = rng.beta(2, 0.3, 3 * reached.size)
    true = rng.random(said.size) < said
    others = said[~true][: round(reached.size * (~true).sum() / true.sum())]
    masks = np.concatenate([reached, rng.choice(reached, others.size)])
    return np.concatenate([said[true][: reached.size], others]), masks, missed


def estimate(probabilities: Floats, masks: Ints, groups: int, seed: int = 0) -> Recall:
    return estimate_recall(probabilities, masks, [[f"field {key}"] for key in range(groups)], seed=seed, draws=200)


def test_intervals_cover_what_was_missed_in_200_systems() -> None:
    """Four kinds of difference between matches, two to five groups of keys, 95 % intervals: at least 90 % hold."""
    kinds, sizes = ("none", "normal", "part", "tails"), ((2, 1000), (3, 300), (3, 2000), (4, 2000), (5, 800))
    held = above = 0
    for seed in range(10):
        for kind, (groups, size) in itertools.product(kinds, sizes):
            probabilities, masks, missed = system(kind, groups, size, seed)
            found = estimate(probabilities, masks, groups, seed)
            assert found.trusted
            held += found.missed_low <= missed <= found.missed_high
            above += missed > found.missed_high
    assert held >= 180 and above <= 10


def test_independence_alone_says_too_few() -> None:
    """Why the draws are wider than the textbook: bad records, and both classical figures are below half of the truth."""
    probabilities, masks, missed = system("part", 4, 2000, 1)
    found = estimate(probabilities, masks, 4)
    assert found.independent < missed / 2 and found.chao < missed / 2
    assert found.missed_low <= missed <= found.missed_high


def table(size: float, reaches: list[float]) -> Floats:
    """Expected cells of independent groups."""
    cells = []
    for cell in range(1, 2 ** len(reaches)):
        cells.append(size * np.prod([reach if cell >> bit & 1 else 1 - reach for bit, reach in enumerate(reaches)]))
    return np.asarray(cells)


@given(st.lists(st.floats(0.05, 0.95), min_size=2, max_size=5), st.floats(50, 5000))
def test_both_classical_figures_are_exact_where_groups_are_independent(reaches: list[float], size: float) -> None:
    true = size * float(np.prod([1 - reach for reach in reaches]))
    assert independent(table(size, reaches)) == pytest.approx(true, rel=1e-6, abs=1e-6)
    assert chao(table(size, reaches)) == pytest.approx(true, rel=1e-9, abs=1e-9)


def test_two_groups_give_lincoln_and_petersen_and_equal_reach_gives_chao_1987() -> None:
    """n1 n2 / m - seen by hand; and f1^2/(2 f2) (T-1)/T for three groups that reach alike."""
    assert independent(np.asarray([40.0, 30.0, 60.0])) == pytest.approx(100 * 90 / 60 - 130)
    assert chao(np.asarray([40.0, 30.0, 60.0])) == pytest.approx(40 * 30 / 60)
    alike = np.asarray([20.0, 20.0, 15.0, 20.0, 15.0, 15.0, 50.0])
    assert chao(alike) == pytest.approx(60**2 / (2 * 45) * 2 / 3)


def test_keys_that_share_a_field_are_one_occasion() -> None:
    fields = [("name",), ("name", "date"), ("father",), ("age", "place"), ("place",)]
    groups, spare = occasions(fields, np.zeros(0, np.int64), np.zeros(0))
    assert groups == ((0, 1), (2,), (3, 4)) and spare == ()


def test_where_all_keys_hang_together_the_fields_are_parted_and_bridges_still_count_as_found() -> None:
    """name | date+place, bridged by name+place: 60 matches in both parts, 20 found by the bridge alone."""
    fields = [("name",), ("date", "place"), ("name", "place")]
    masks = np.repeat([0b111, 0b001, 0b010, 0b101, 0b100], [60, 20, 30, 20, 20])
    found = estimate_recall(np.ones(masks.size), masks, fields)
    assert found.groups == ((0,), (1,)) and found.trusted and "bridge" in found.reason
    assert found.found == 150
    assert found.independent == pytest.approx(max(0.0, 40 * 30 / 60 - 20))
    # Bridges reach 20 of the 70 in one part; if they reach no larger share of the rest, 20 are at most 20/70 of it.
    assert found.missed >= 30


def test_what_cannot_be_learned_is_said() -> None:
    many = np.full(500, 1)
    assert "all keys share fields" in estimate(np.ones(500), many, 1).reason
    apart = estimate(np.ones(500), np.repeat([1, 2], 250), 2)
    assert not apart.trusted and "no match was reached by two" in apart.reason and apart.independent == np.inf
    few = estimate(np.ones(12), np.repeat([1, 2, 3], 4), 2)
    assert not few.trusted and "too few" in few.reason
    nothing = estimate(np.zeros(0), np.zeros(0, np.int64), 2)
    assert not nothing.trusted and np.isfinite(nothing.missed_draws).all()
    for found in (apart, few):
        assert found.missed_high > found.missed_low


def test_order_does_not_matter_and_the_seed_does() -> None:
    probabilities, masks, _ = system("normal", 3, 500, 2)
    order = np.random.default_rng(1).permutation(masks.size)
    one, other = estimate(probabilities, masks, 3), estimate(probabilities[order], masks[order], 3)
    assert np.array_equal(one.missed_draws, other.missed_draws) and np.array_equal(one.recall_draws, other.recall_draws)
    assert not np.array_equal(one.missed_draws, estimate(probabilities, masks, 3, seed=1).missed_draws)
    assert ((one.recall_draws > 0) & (one.recall_draws <= 1)).all()


def test_what_cannot_be_is_refused() -> None:
    for masks in ([0], [4]):
        with pytest.raises(ValueError, match="no key"):
            estimate_recall([0.5], masks, [["a"], ["b"]])
    with pytest.raises(ValueError, match="one probability"):
        estimate_recall([1.5], [1], [["a"], ["b"]])
