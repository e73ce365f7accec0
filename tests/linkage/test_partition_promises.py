"""Constraints hold in every draw, and nothing depends on the order of the input, on threads or on how many there are."""

from __future__ import annotations

import msgspec
import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from litany.linkage.draws import Draws
from litany.linkage.partition import Parameters, Problem, sample
from tests.linkage.test_partition_brute import NO_PAIRS

FIELDS = 3


def made(seed: int, size: int, pairs: int, judged: int = 0) -> tuple[Problem, list[Parameters]]:
    """A random problem of many components, with judgements that contradict none."""
    source = np.random.default_rng(seed)
    left, right = source.integers(0, size, (2, pairs))
    codes = np.unique(np.minimum(left, right)[left != right] * size + np.maximum(left, right)[left != right])
    left, right = (codes // size).astype(np.int32), (codes % size).astype(np.int32)
    person = source.integers(0, max(1, size // 2), size)
    asked = source.integers(0, size, (judged, 2)).astype(np.int32)
    asked = asked[asked[:, 0] != asked[:, 1]]
    same = person[asked[:, 0]] == person[asked[:, 1]]
    problem = Problem(
        size=size, left=left, right=right, pattern=source.integers(0, 6, len(left)).astype(np.int32),
        list_of=source.integers(0, 3, size).astype(np.int32), duplicate_free=np.array([True, False, True]),
        must=asked[same], forbidden=asked[~same], content=source.permutation(size).astype(np.uint64),
    )  # fmt: skip
    drawn = [Parameters(source.normal(0.5, 1.5, (6, FIELDS)), source.normal(-1, 1, FIELDS), -1.0) for _ in range(3)]
    return problem, drawn


def all_labels(draws: Draws) -> NDArray[np.int32]:
    """(draws, size)"""
    return np.array([draws.labels_of(draw) for draw in range(len(draws))])


def least(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """The same clusters, called by their least record."""
    lowest = np.full(labels.max() + 1, len(labels), np.int32)
    np.minimum.at(lowest, labels, np.arange(len(labels), dtype=np.int32))
    return lowest[labels]


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(1, 40), st.integers(0, 60), st.integers(0, 12), st.sampled_from([0, 10]))
def test_constraints_hold_in_every_draw(seed: int, size: int, pairs: int, judged: int, exact: int) -> None:
    """Judged the same: always one. Judged different, or two of a duplicate-free list: never, unless people say so."""
    problem, drawn = made(seed, size, pairs, judged)
    try:
        draws = sample(problem, drawn, 4, seed, exact=exact)
    except ValueError as error:
        assert "judged different" in str(error)
        return
    atom = np.arange(size)
    for _ in range(size):
        for a, b in problem.must:
            atom[atom == atom[b]] = atom[a]
    labels = all_labels(draws)
    assert (labels <= np.arange(size)).all() and (labels == np.array([least(row) for row in labels])).all()
    for row in labels:
        assert (row[problem.must[:, 0]] == row[problem.must[:, 1]]).all()
        assert (row[problem.forbidden[:, 0]] != row[problem.forbidden[:, 1]]).all()
        for number in np.flatnonzero(problem.duplicate_free):
            mine = np.flatnonzero(problem.list_of == number)
            same = (row[mine][:, None] == row[mine]) & (atom[mine][:, None] != atom[mine])
            assert not same.any()


def shuffled(problem: Problem, seed: int) -> tuple[Problem, NDArray[np.int32]]:
    """The same problem with records and pairs in another order, and the new number of each record."""
    source = np.random.default_rng(seed)
    new = source.permutation(problem.size).astype(np.int32)
    a, b, order = new[problem.left], new[problem.right], source.permutation(len(problem.left))
    old = np.argsort(new)
    moved = Problem(
        size=problem.size, left=np.minimum(a, b)[order], right=np.maximum(a, b)[order], pattern=problem.pattern[order],
        list_of=problem.list_of[old], duplicate_free=problem.duplicate_free, must=new[problem.must][::-1],
        forbidden=new[problem.forbidden][:, ::-1], content=problem.content[old],
    )  # fmt: skip
    return moved, new


@pytest.mark.parametrize(("pairs", "exact"), [(500, 10), (900, 10), (500, 0)])
def test_the_order_of_the_input_changes_no_draw(pairs: int, exact: int) -> None:
    """Small components, one that holds most records, and small ones walked by chains; with judgements."""
    problem, drawn = made(4, 600, pairs, 0)
    problem = msgspec.structs.replace(
        problem, must=np.array([[3, 7], [7, 90]], np.int32), forbidden=np.array([[1, 2]], np.int32)
    )
    moved, new = shuffled(problem, 9)
    draws, others = sample(problem, drawn, 4, 5, exact=exact), sample(moved, drawn, 4, 5, exact=exact)
    for draw in range(len(draws)):
        assert (least(others.labels_of(draw)[new]) == draws.labels_of(draw)).all()
    assert len(draws.doubtful) == len(others.doubtful) > 100


def test_records_of_equal_content_are_exchanged_at_most() -> None:
    """Where records cannot be told apart, a shuffled input draws as many clusters of each kind of content."""
    problem, drawn = made(6, 300, 260)
    problem = msgspec.structs.replace(problem, content=problem.content // 3, list_of=np.ones(300, np.int32))
    moved, _ = shuffled(problem, 2)
    draws, others = sample(problem, drawn, 10, 5), sample(moved, drawn, 10, 5)
    assert draws.number_of_clusters().tolist() == others.number_of_clusters().tolist()


def test_threads_change_no_draw() -> None:
    """Small and large components, on one thread and on all."""
    problem, drawn = made(5, 400, 420)
    before = numba.get_num_threads()
    try:
        numba.set_num_threads(1)
        alone = sample(problem, drawn, 4, 5)
    finally:
        numba.set_num_threads(before)
    assert (all_labels(alone) == all_labels(sample(problem, drawn, 4, 5))).all()
    assert len(alone.diagnostics.large) > 0 and alone.diagnostics.exact > 0


def test_components_of_equal_content_are_drawn_apart() -> None:
    """Two hundred pairs that look alike are two hundred doubts, not one: their number of clusters varies as a binomial."""
    size = 400
    problem = Problem(
        size=size, left=np.arange(0, size, 2, dtype=np.int32), right=np.arange(1, size, 2, dtype=np.int32),
        pattern=np.zeros(size // 2, np.int32), list_of=np.zeros(size, np.int32), duplicate_free=np.array([False]),
        must=NO_PAIRS, forbidden=NO_PAIRS, content=np.zeros(size, np.uint64),
    )  # fmt: skip
    draws = sample(problem, [Parameters(np.array([[1.0]]), np.array([0.0]), -1.0)], 1000, 1)
    clusters = draws.number_of_clusters()
    assert abs(clusters.mean() - 300) < 1.5 and 5 < clusters.std() < 9  # sqrt(200) / 2 = 7.1


def test_a_contradiction_names_its_records() -> None:
    """Judged the same by a chain, and judged different."""
    problem, drawn = made(1, 9, 10)
    wrong = msgspec.structs.replace(
        problem, must=np.array([[2, 4], [4, 8]], np.int32), forbidden=np.array([[0, 1], [8, 2]], np.int32)
    )
    with pytest.raises(ValueError, match="records 8 and 2 are judged different"):
        sample(wrong, drawn, 1, 1)


def test_input_that_does_not_fit_is_refused() -> None:
    """With the reason."""
    problem, drawn = made(1, 9, 10)
    with pytest.raises(ValueError, match="twice"):
        msgspec.structs.replace(problem, left=problem.left[[0, 0]], right=problem.right[[0, 0]], pattern=problem.pattern[:2])
    with pytest.raises(ValueError, match="left must be less"):
        msgspec.structs.replace(problem, left=problem.right, right=problem.left)
    with pytest.raises(ValueError, match="it must be from 0 to 8"):
        msgspec.structs.replace(problem, must=np.array([[1, 9]], np.int32))
    with pytest.raises(ValueError, match="not finite"):
        sample(problem, [msgspec.structs.replace(drawn[0], log_rho=float("nan"))], 1, 1)
    with pytest.raises(ValueError, match="patterns"):
        sample(problem, [msgspec.structs.replace(drawn[0], ratios=drawn[0].ratios[:1])], 1, 1)


def test_nothing_in_nothing_out() -> None:
    """No records; records without pairs."""
    for size in (0, 3):
        problem, drawn = made(1, size, 0) if size else (None, made(1, 3, 0)[1])
        none = np.empty(0, np.int32)
        problem = problem or Problem(0, none, none, none, none, np.array([True]), NO_PAIRS, NO_PAIRS, np.empty(0, np.uint64))
        draws = sample(problem, drawn, 2, 1)
        assert draws.number_of_clusters().tolist() == [size] * 6
        assert draws.point().tolist() == list(range(size))
