"""Which atoms of a large component are interchangeable, because each compares with all others as the next one does?

Five hundred lists that report one thing in the same words are five hundred atoms of which all pairs compare alike. Which of
them are in a cluster is no matter for its score, only how many: so a chain remembers scores by the kinds of the members
(`litany.linkage.partition_evidence`), and looks up in one step what it would else work out anew after each move, for every
cluster that an atom could go to.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from litany.linkage.partition_random import mix
from litany.linkage.partition_tree import Ints

MANY = 25  # atoms that compare alike; fewer are left as they are, for they are worked out soon enough


def alike(start: Ints, near: Ints, row: Ints) -> Ints:
    """(n) of each atom the first of those that compare alike with it, where these are at least `MANY`; else itself. ``start``
    (n + 1), ``near``, ``row``: of each atom those that it is scored with, in order, and how.

    Two compare alike where they have the same neighbours by the same rows, each the other left out. Neighbours are compared by
    sums of 64-bit words: two sets of them in 10^19 would be taken for one.
    """
    made = np.arange(len(start) - 1, dtype=np.int32)
    degree = np.diff(start)
    many = degree >= MANY - 1
    if not many.any():
        return made
    edges = np.repeat(many, degree)
    of, other, how = np.repeat(made, degree)[edges], near[edges], row[edges]
    word = mix(np.arange(len(made), dtype=np.uint64))
    sums = np.zeros(len(made), np.uint64)
    sums[many] = np.add.reduceat(_told(word[other], how), np.cumsum(degree[many]) - degree[many])
    code, times = np.unique(of.astype(np.int64) * (int(how.max()) + 1) + how, return_counts=True)
    atom, kind = np.divmod(code[times >= MANY - 1], int(how.max()) + 1)
    whole = sums[atom] + _told(word[atom], kind)  # with itself among its neighbours, as it is among theirs
    order = np.lexsort((atom, whole, kind))
    atom, kind, whole = atom[order], kind[order], whole[order]
    new = np.ones(len(atom), bool)
    new[1:] = (kind[1:] != kind[:-1]) | (whole[1:] != whole[:-1])
    group = np.cumsum(new) - 1
    large = np.bincount(group, minlength=1)[group] >= MANY
    made[atom[large]] = atom[new][group[large]]
    return made


def _told(word: NDArray[np.uint64], row: NDArray[np.integer]) -> NDArray[np.uint64]:
    """A word for a neighbour and the row by which it compares."""
    return mix(word ^ mix(row.astype(np.uint64)))
