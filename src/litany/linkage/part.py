"""Which part of the rows is enough to learn from how draws answer to a change of the weights?

Whole components, chosen by a hash of their contents, so that they are as good as random and the same in any order of the rows.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from litany.linkage.components import components
from litany.linkage.partition import FLOOR, Problem
from litany.linkage.partition_random import mix

ENOUGH = 2_000  # rows
_SALT = np.uint64(0x9E3779B97F4A7C15)


class Part(Struct, frozen=True):
    """A problem of fewer rows, and which pairs of the whole are in it (n)."""

    problem: Problem
    pairs: NDArray[np.bool_]


def part_of(problem: Problem, odds: NDArray[np.float64], most: int = ENOUGH) -> Part:
    """Components of ``problem`` of ``most`` rows together; a larger one only where the others have none. ``odds`` (n): by them
    components hang together.
    """
    holds = odds > FLOOR
    left = np.concatenate([problem.left[holds], problem.must[:, 0]])
    right = np.concatenate([problem.right[holds], problem.must[:, 1]])
    label = components(problem.size, left, right)
    sizes = np.bincount(label, minlength=problem.size)
    if int(sizes[sizes > 1].sum()) <= most:
        return Part(problem, np.ones(len(problem.left), bool))
    hashes = np.full(problem.size, np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(hashes, label, mix(problem.content.astype(np.uint64) ^ _SALT))
    many = np.flatnonzero(sizes > 1)
    order = many[np.lexsort((hashes[many], sizes[many] > most))]
    chosen = order[: max(1, int(np.searchsorted(np.cumsum(sizes[order]), most, side="right")))]
    inside = np.zeros(problem.size, bool)
    inside[chosen] = True
    rows = inside[label]
    number = (np.cumsum(rows) - 1).astype(np.int32)
    pairs = rows[problem.left] & rows[problem.right]
    must, forbidden = (one[rows[one[:, 0]] & rows[one[:, 1]]] for one in (problem.must, problem.forbidden))
    smaller = structs.replace(
        problem, size=int(rows.sum()), left=number[problem.left[pairs]], right=number[problem.right[pairs]],
        pattern=problem.pattern[pairs], list_of=problem.list_of[rows], must=number[must], forbidden=number[forbidden],
        content=problem.content[rows],
    )  # fmt: skip
    return Part(smaller, pairs)
