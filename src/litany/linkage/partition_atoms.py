"""What does the sampler move: which records did people join for good, and how do the joined ones compare?

Records judged the same become one atom. A pair of atoms compares, field by field, as the best of the pairs of records across
them (an unscored pair counts as ``unscored``): an atom is like one record that has all the values of its records.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numba import njit
from numpy.typing import NDArray

from litany.linkage.components import components
from litany.linkage.partition_compiled import bare
from litany.linkage.partition_problem import Ints, Parameters, Problem
from litany.linkage.partition_random import Words, mix
from litany.linkage.partition_tree import Weights, weights

Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Atoms(Struct, frozen=True):
    """Atoms are named by their least record number.

    ``of`` (size): the atom of each record. ``left`` < ``right``, ``row`` (E): pairs of atoms and the row of the weights they
    compare by: a pattern, ``unscored`` (the number of patterns), or one of the mixtures that follow. ``may`` (E): may the
    pair be together? ``list_start`` (size + 1), ``lists``: the duplicate-free lists of each atom, in order. ``apart`` (q,
    2): pairs of atoms judged different. ``mixture_start``, ``mixtures``: the rows that each mixture is the best of, field by
    field.
    """

    of: Ints
    left: Ints
    right: Ints
    row: Ints
    may: Flags
    list_start: Ints
    lists: Ints
    apart: Ints
    mixture_start: Longs
    mixtures: Ints
    unscored: int

    def weights(self, drawn: Parameters) -> Weights:
        """The weights of every row under one outer draw."""
        ratios = np.vstack([drawn.ratios[: self.unscored], drawn.unscored[None, :]]).astype(np.float64)
        if len(self.mixtures):
            mixed = np.maximum.reduceat(ratios[self.mixtures], self.mixture_start[:-1], axis=0)
            ratios = np.vstack([ratios, mixed])
        return weights(ratios, float(drawn.log_rho), self.unscored)

    def row_keys(self) -> Words:
        """A hash of each row that does not depend on how mixtures are numbered."""
        keys = mix(np.arange(self.unscored + 1, dtype=np.uint64))
        if len(self.mixtures):
            keys = np.concatenate([keys, mix(np.add.reduceat(keys[self.mixtures], self.mixture_start[:-1]))])
        return keys


def contract(problem: Problem) -> Atoms:
    """The atoms of a problem. Raises ValueError where two records of one atom were judged different."""
    of = components(problem.size, problem.must[:, 0], problem.must[:, 1])
    apart = np.sort(of[problem.forbidden], axis=1)
    wrong = np.flatnonzero(apart[:, 0] == apart[:, 1])
    if len(wrong):
        one, other = problem.forbidden[wrong[0]]
        raise ValueError(f"records {one} and {other} are judged different, and joined by judgements that they are the same")
    list_start, lists = _lists_of_atoms(problem, of)
    left, right = of[problem.left], of[problem.right]
    low, high = np.minimum(left, right), np.maximum(left, right)
    row, start, mixed = problem.pattern, np.zeros(1, np.int64), np.empty(0, np.int32)
    if len(problem.must):
        low, high, row, start, mixed = _best_of(low, high, row, np.bincount(of, minlength=problem.size), problem.patterns)
    may = ~_share_a_list(low, high, list_start, lists)
    if len(apart):
        may &= ~np.isin(_codes(low, high, problem.size), _codes(apart[:, 0], apart[:, 1], problem.size))
    return Atoms(of, low, high, row, may, list_start, lists, apart, start, mixed, problem.patterns)


def _codes(low: Ints, high: Ints, size: int) -> Longs:
    return np.asarray(low.astype(np.int64) * size + high)


def _lists_of_atoms(problem: Problem, of: Ints) -> tuple[Ints, Ints]:
    free = problem.duplicate_free[problem.list_of] if problem.size else np.empty(0, bool)
    number = max(1, len(problem.duplicate_free))
    atom, lists = of[free], problem.list_of[free]
    if len(problem.must):
        codes = np.unique(atom.astype(np.int64) * number + lists)
        atom, lists = (codes // number).astype(np.int32), (codes % number).astype(np.int32)
    start = np.zeros(problem.size + 1, np.int32)
    np.cumsum(np.bincount(atom, minlength=problem.size), out=start[1:])
    return start, lists


def _best_of(low: Ints, high: Ints, row: Ints, records: Longs, patterns: int) -> tuple[Ints, Ints, Ints, Longs, Ints]:
    """One pair for each two atoms. Where their records compare in several ways, a mixture of these ways."""
    size, across = len(records), low != high
    code, row = _codes(low, high, size)[across], row[across]
    pairs, scored = np.unique(code, return_counts=True)
    low, high = (pairs // size).astype(np.int32), (pairs % size).astype(np.int32)
    partly = pairs[scored < records[low] * records[high]]
    code, row = np.concatenate([code, partly]), np.concatenate([row, np.full(len(partly), patterns, np.int32)])
    order = np.lexsort((row, code))
    code, row = code[order], row[order]
    new = np.ones(len(code), bool)
    new[1:] = (code[1:] != code[:-1]) | (row[1:] != row[:-1])
    code, row = code[new], row[new]
    _, first, ways = np.unique(code, return_index=True, return_counts=True)
    several = ways > 1
    made = row[first].astype(np.int32)
    made[several] = patterns + 1 + np.arange(several.sum(), dtype=np.int32)
    start = np.concatenate([[0], np.cumsum(ways[several])]).astype(np.int64)
    return low, high, made, start, row[np.repeat(several, ways)].astype(np.int32)


@njit(cache=True)
def _share_a_list(left: Ints, right: Ints, list_start: Ints, lists: Ints) -> Flags:
    found = np.zeros(len(left), np.bool_)
    for pair in range(len(left)):
        found[pair] = share(left[pair], right[pair], list_start, lists)
    return found


@bare
def share(one: int, other: int, list_start: Ints, lists: Ints) -> bool:
    """Are the two in one duplicate-free list? Their lists are in order."""
    a, b = list_start[one], list_start[other]
    while a < list_start[one + 1] and b < list_start[other + 1]:
        if lists[a] == lists[b]:
            return True
        if lists[a] < lists[b]:
            a += 1
        else:
            b += 1
    return False
