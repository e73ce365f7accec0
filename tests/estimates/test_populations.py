"""Made-up populations are what they say, and the oracle knows what can be estimated."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from scipy.special import expit, logit

from bench.coverage_tables import Answer, tables, wilson
from bench.estimates_coverage import answers, kept, left
from bench.mechanisms import BEYOND, MECHANISMS, Floats, Mechanism
from bench.populations import BOUND, enough, least_error, made, population, populations
from litany.estimates.captures import captures

NAMED = {one.name: one for one in MECHANISMS}
PEOPLE = 200_000


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda one: one.name)
@pytest.mark.parametrize("lists", [3, 5, 7])
def test_chances_are_chances(mechanism: Mechanism, lists: int) -> None:
    if lists < mechanism.least:
        return
    chances = mechanism.chances(mechanism.draw(np.random.default_rng(lists), lists), lists)
    assert chances.shape == (2**lists,) and (chances >= 0).all()
    assert chances.sum() == pytest.approx(1, abs=1e-9)


def shares(shown: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> Floats:
    """How often each pattern is among people."""
    lists = shown.shape[1]
    masks = shown.astype(np.int64) @ (1 << np.arange(lists - 1, -1, -1))
    return np.asarray(np.bincount(masks, minlength=2**lists) / len(shown))


def agrees(chances: Floats, shown: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> None:
    """All patterns within five standard errors."""
    error = np.sqrt(np.maximum(chances * (1 - chances), 1e-9) / len(shown))
    assert (np.abs(shares(shown) - chances) < 5 * error + 1e-9).all()


def test_referrals_one_person_after_another() -> None:
    """The same people, made one by one: what list B has, it found, or list A told it."""
    own, passed, random = np.array([0.3, 0.2, 0.1]), np.array([0.4, 0.2]), np.random.default_rng(1)
    shown = random.random((PEOPLE, 3)) < own
    for place in (1, 2):
        shown[:, place] |= shown[:, place - 1] & (random.random(PEOPLE) < passed[place - 1])
    agrees(NAMED["referrals"].chances(np.concatenate([logit(own), logit(passed)]), 3), shown)


def test_copies_one_person_after_another() -> None:
    own, random = np.array([0.3, 0.2, 0.1, 0.15]), np.random.default_rng(2)
    shown = random.random((PEOPLE, 4)) < own
    shown[:, 3] |= shown[:, :2].any(axis=1) & (random.random(PEOPLE) < 0.35)
    agrees(NAMED["copies"].chances(np.concatenate([logit(own), [logit(0.35)]]), 4), shown)


def test_places_one_person_after_another() -> None:
    home, away, parts, random = np.array([0.5, 0.3, 0.2, 0.4]), 0.2, np.array([0.5, 0.3, 0.2]), np.random.default_rng(3)
    region = random.choice(3, size=PEOPLE, p=parts)
    rate = np.where(region[:, None] == np.arange(4) % 3, home, home * away)
    at = np.concatenate([logit(home), [logit(away)], np.log(parts[1:] / parts[0])])
    agrees(NAMED["places"].chances(at, 4), random.random((PEOPLE, 4)) < rate)


@pytest.mark.parametrize("kind", ["normal", "beta"])
def test_people_who_differ_one_person_after_another(kind: str) -> None:
    at, random = logit(np.array([0.3, 0.2, 0.1])), np.random.default_rng(4)
    if kind == "normal":
        rate = expit(at + 1.5 * random.standard_normal((PEOPLE, 1)))
        chances = NAMED["people differ, sd 1.5"].chances(np.concatenate([at, [np.log(1.5)]]), 3)
    else:
        rate = expit(at) * random.beta(0.8, 2.5, (PEOPLE, 1))
        chances = NAMED["people differ, beta"].chances(np.concatenate([at, np.log([0.8, 2.5])]), 3)
    agrees(chances, random.random((PEOPLE, 3)) < rate)


def test_the_oracle_of_independent_lists_is_the_textbooks() -> None:
    """Darroch 1958 (Biometrika 45:343-359): var N = N / (1 / q0 + J - 1 - sum 1 / (1 - p_j)) for N fixed; the oracle's N is
    Poisson, which adds N.
    """
    rates, people = np.array([0.1, 0.3, 0.2, 0.4]), 5_000.0
    given = 1 / (1 / (1 - rates).prod() + 3 - (1 / (1 - rates)).sum())
    error = least_error(NAMED["independent"], 4, logit(rates), people)
    assert error == pytest.approx(np.sqrt((given + 1) / people), rel=1e-4)


def test_the_oracle_knows_what_nobody_can_tell() -> None:
    """Two classes have seven chances and a share in three lists, and there are seven patterns."""
    random = np.random.default_rng(5)
    two = NAMED["two classes"]
    assert least_error(two, 3, two.draw(random, 3), 1e9) == float("inf")
    assert least_error(two, 5, two.draw(random, 5), 1e9) < BOUND
    beyond = made(0, NAMED[BEYOND], 4, logit(np.full(4, 0.3)), 5_000, 0.2, random)
    assert not beyond.estimable and beyond.error == float("inf")
    assert made(0, NAMED["independent"], 4, logit(np.full(4, 0.3)), 5_000, 0.0, random).estimable


def test_people_beyond_reach_are_in_no_list() -> None:
    one = made(0, NAMED[BEYOND], 3, logit(np.full(3, 0.5)), 7_000, 0.3, np.random.default_rng(6))
    assert one.people == 11_429  # 7,000 / (0.7 x 7/8)
    assert one.table.people == pytest.approx(7_000, rel=0.03)


def test_overlaps_must_suffice() -> None:
    patterns = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 1, 1]])
    assert enough(captures("ABC", patterns, np.array([50, 50, 50, 20, 10])))
    assert not enough(captures("ABC", patterns, np.array([50, 50, 50, 30, 9])))
    assert not enough(captures("ABC", patterns, np.array([50, 50, 50, 15, 14])))


def test_places_and_seeds_name_a_population() -> None:
    many = list(populations(20, 3))
    alone = population(17, 3)
    assert many[17].table.sha256() == alone.table.sha256() and many[17].people == alone.people
    assert {one.mechanism for one in many} == set(NAMED)
    assert population(17, 4).table.sha256() != alone.table.sha256()
    assert all(3 <= len(one.table.lists) <= 7 and 150 < one.table.people < 22_000 for one in many)


def test_a_run_goes_on_where_it_was(tmp_path: Path) -> None:
    """Answers are kept line by line; a line that was cut off is asked again."""
    path, methods = tmp_path / "kept.jsonl", ["main effects", "chao at least"]
    first, second = answers(0, 5, methods), answers(1, 5, methods)
    lines = [msgspec.json.encode(one) for one in (*first, *second)]
    path.write_bytes(b"\n".join(lines)[:-9])
    assert kept(path) == [*first, second[0]]
    assert left(path, 3, 5, methods) == [(1, 5, ["chao at least"]), (2, 5, methods)]
    told, least = first
    assert told.low is not None and told.best is not None and told.high is not None
    assert told.holds(round(told.best)) and not told.holds(round(told.high) + 1)
    assert least.low is not None and least.high is None and least.holds(10**9)


def test_wilsons_range() -> None:
    """The interval of Newcombe 1998 (Statistics in Medicine 17:857-872), table I: 81 of 263, and 0 of 20."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)
    assert wilson(0, 0) == (0.0, 1.0)


def test_tables_name_the_worst_and_count_refusals_apart() -> None:
    def answer(mechanism: str, low: float | None, *, estimable: bool = True, people: int = 100) -> Answer:
        high = None if low is None else low * 2
        return Answer(
            place=0, seed=0, method="m", mechanism=mechanism, lists=3, documented=80, people=people, within=80,
            estimable=estimable, low=low, best=low, high=high,
        )  # fmt: skip

    shown = list(
        tables([answer("independent", 90), answer("independent", None), answer("copies", 101), answer(BEYOND, 41)], ["m"])
    )
    whole = next(line for line in shown if line.startswith("all within reach  ") and "asked" not in line)
    assert whole.split()[3:7] == ["3", "33.3%", "33.3%", "of"] and " 50.0% (" in whole
    assert "worst mechanism: copies (0%); all: beyond reach (0%)" in shown
    within = next(line for line in shown if line.strip().startswith("of those within"))
    assert "100.0% (" in within
