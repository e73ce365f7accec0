"""Small components are drawn with exactly the probabilities that enumeration gives."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from litany.linkage.partition import Parameters, Problem, sample
from litany.linkage.partition_random import mix, uniform
from tests.linkage.test_partition_brute import NO_PAIRS, counted, misfit, posterior, random_problem

FAR = -1e9  # a floor under which nothing is


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("size", [2, 3, 5, 6])
def test_frequencies_are_the_enumerated_probabilities(seed: int, size: int) -> None:
    """With unscored pairs, a duplicate-free list and a judgement. 4.5 standard deviations: 24 chi-squares go beyond once in
    thousands.
    """
    problem, drawn = random_problem(seed, size, constrained=seed % 2 == 0)
    expected = posterior(problem, drawn)
    draws = sample(problem, [drawn], 20_000, seed, FAR)
    found = counted(draws)
    assert set(found) <= set(expected)
    assert abs(misfit(found, expected)) < 4.5
    assert draws.diagnostics.large == ()


def test_weights_of_thousands_do_not_overflow() -> None:
    """A record torn between two that are judged different, by enormous weights: half and half, and the rest alone."""
    problem, _ = random_problem(0, 3, constrained=False)
    pairs = np.array([[0, 1], [0, 2], [1, 2]], np.int32)
    problem = msgspec.structs.replace(
        problem, left=pairs[:, 0], right=pairs[:, 1], pattern=np.array([0, 0, 1], np.int32), forbidden=pairs[2:]
    )
    drawn = Parameters(np.array([[4000.0], [4000.0]]), np.array([0.0]), -1.0)
    found = counted(sample(problem, [drawn], 4000, 1))
    assert set(found) == {(0, 0, 2), (0, 1, 0)}
    assert abs(found[(0, 0, 2)] - 2000) < 4.5 * np.sqrt(1000)


def test_what_people_joined_is_one_record_that_compares_by_its_best() -> None:
    """Records 0 and 1 are judged the same: the others see, field by field, the best of both, and of what nobody scored."""
    ratios = np.array([[2.0, -3.0], [-1.0, 1.0], [0.5, 0.5]])
    joined = Problem(
        size=4, left=np.array([0, 1, 0, 2], np.int32), right=np.array([2, 2, 3, 3], np.int32),
        pattern=np.array([0, 1, 2, 1], np.int32), list_of=np.zeros(4, np.int32), duplicate_free=np.array([False]),
        must=np.array([[0, 1]], np.int32), forbidden=NO_PAIRS, content=np.arange(4, dtype=np.uint64),
    )  # fmt: skip
    unscored = np.array([-2.0, 0.8])
    single = Problem(
        size=3, left=np.array([0, 0, 1], np.int32), right=np.array([1, 2, 2], np.int32), pattern=np.array([0, 1, 2], np.int32),
        list_of=np.zeros(3, np.int32), duplicate_free=np.array([False]), must=NO_PAIRS, forbidden=NO_PAIRS,
        content=np.arange(3, dtype=np.uint64),
    )  # fmt: skip
    expected = posterior(single, Parameters(np.array([[2.0, 1.0], [0.5, 0.8], [-1.0, 1.0]]), unscored, -1.0))
    found = counted(sample(joined, [Parameters(ratios, unscored, -1.0)], 20_000, 5, FAR))
    assert all(labels[0] == labels[1] == 0 for labels in found)
    moved = {(0, 0, *(label + 1 if label else 0 for label in labels[1:])): share for labels, share in expected.items()}
    assert abs(misfit(found, moved)) < 4.5


def test_the_generator_is_splitmix64() -> None:
    """The first numbers of the reference implementation, seeded with 0 (Vigna, prng.di.unimi.it/splitmix64.c)."""
    words = mix(np.array([0], np.uint64))
    assert hex(int(words[0])) == "0xe220a8397b1dcdaf"
    state = np.zeros(1, np.uint64)
    expected = [0xE220A8397B1DCDAF >> 11, 0x6E789E6AA1B965F4 >> 11]
    assert [uniform(state) * 2**53 for _ in range(2)] == expected
