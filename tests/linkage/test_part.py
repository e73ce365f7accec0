"""A part of a problem is whole components, as large as asked, and the same in any order of the rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from litany.linkage.part import part_of
from litany.linkage.partition_problem import Problem

NOTHING = np.empty((0, 2), np.int32)


def problem(edges: list[tuple[int, int]], content: np.ndarray[tuple[int], np.dtype[np.uint64]]) -> Problem:
    left, right = (np.asarray([edge[side] for edge in edges], np.int32) for side in (0, 1))
    size = len(content)
    return Problem(
        size=size, left=left, right=right, pattern=np.zeros(len(edges), np.int32), list_of=np.zeros(size, np.int32),
        duplicate_free=np.asarray([False]), must=NOTHING, forbidden=NOTHING, content=content,
    )  # fmt: skip


@settings(max_examples=50)
@given(st.lists(st.integers(2, 6), min_size=1, max_size=12), st.integers(2, 30), st.randoms(use_true_random=False))
def test_parts_are_whole_components_in_any_order(sizes: list[int], most: int, random: object) -> None:
    starts = np.concatenate([[0], np.cumsum(sizes)]).tolist()
    edges = [(at, at + 1) for first, size in zip(starts, sizes, strict=False) for at in range(first, first + size - 1)]
    content = np.arange(100, 100 + starts[-1], dtype=np.uint64)
    part = part_of(problem(edges, content), np.zeros(len(edges)), most)
    chosen = set(part.problem.content.tolist())
    for first, size in zip(starts, sizes, strict=False):
        inside = [int(content[at]) in chosen for at in range(first, first + size)]
        assert all(inside) or not any(inside)
    assert chosen and (len(chosen) <= most or len(chosen) <= max(sizes) or len(chosen) == sum(sizes) <= most)
    assert part.pairs.sum() == len(part.problem.left)
    order = np.arange(starts[-1])
    random.shuffle(order)  # type: ignore[attr-defined]
    new = np.argsort(order)
    moved = [(min(new[a], new[b]), max(new[a], new[b])) for a, b in edges]
    again = part_of(problem(moved, content[order]), np.zeros(len(edges)), most)
    assert set(again.problem.content.tolist()) == chosen
