"""Which atoms can be together at all, and in which order does the sampler see them?

Components hang together by pairs that exceed the floor in any outer draw: one set of components for all draws, so that a
draw says the same of every record, and never smaller than what a single draw would ask for. (Those of the mean parameters
would need a slack that nobody knows; the union costs one look at each pattern.)

Within a component atoms are ordered by content. Equal contents are told apart by how they compare with the others, and only
then by number: what is then still equal can be exchanged.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numba import njit
from numpy.typing import NDArray

from litany.linkage.components import components
from litany.linkage.partition_atoms import Atoms, share
from litany.linkage.partition_compiled import stamped
from litany.linkage.partition_exact import BLOCKED, Small
from litany.linkage.partition_problem import Ints, Problem
from litany.linkage.partition_random import Words, mix
from litany.linkage.partition_tree import Weights

Longs = NDArray[np.int64]
_JUDGED = np.uint64(0x5D1FFE2E)  # a kind of pair of its own: judged different


class Components(Struct, frozen=True):
    """Components of two atoms or more, one behind the other, in order of their least atom.

    ``atoms`` (n): the atoms, in order of content within their component; ``start`` (C + 1): where each begins. ``place``
    (n): the rank of each atom by number in its component. ``stream`` (C): the seed of each. ``left``, ``right``, ``row``,
    ``may``, ``holds`` (E): the pairs inside components, by position in ``atoms``; ``holds``: those that exceed the floor.
    ``apart`` (q, 2): positions of atoms judged different.
    """

    atoms: Ints
    start: Ints
    place: Ints
    key: Words
    stream: Words
    left: Ints
    right: Ints
    row: Ints
    may: NDArray[np.bool_]
    holds: NDArray[np.bool_]
    apart: Ints

    @property
    def sizes(self) -> Ints:
        """(C) how many atoms each has."""
        return np.diff(self.start).astype(np.int32)

    def of_position(self) -> Ints:
        """(n) the component of each position."""
        return np.repeat(np.arange(len(self.stream), dtype=np.int32), self.sizes)


def find(problem: Problem, atoms: Atoms, drawn: Sequence[Weights], floor: float) -> Components:
    """The components of the pairs that exceed ``floor`` (log odds) in some draw and may be together."""
    reaches = np.any([weights.totals > floor for weights in drawn], axis=0)
    joins = reaches[atoms.row] & atoms.may
    label = components(problem.size, atoms.left[joins], atoms.right[joins])
    is_atom = atoms.of == np.arange(problem.size)
    active = np.flatnonzero(is_atom & (np.bincount(label[is_atom], minlength=problem.size)[label] > 1)).astype(np.int32)
    inside = label[atoms.left] == label[atoms.right]
    pairs = (atoms.left[inside], atoms.right[inside], atoms.row[inside])
    key, fine = _keys(problem, atoms, *pairs)
    by_number = active[np.argsort(label[active], kind="stable")]
    by_content = active[np.lexsort((active, fine[active], key[active], label[active]))]
    _, start_of_each = np.unique(label[by_content], return_index=True)
    start: Ints = np.append(start_of_each, len(active)).astype(np.int32)
    component = np.repeat(np.arange(len(start) - 1), np.diff(start))
    position = np.full(problem.size, -1, np.int32)
    position[by_number] = np.arange(len(active), dtype=np.int32) - start[component]
    place = position[by_content]
    position[by_content] = np.arange(len(active), dtype=np.int32)
    apart = atoms.apart[label[atoms.apart[:, 0]] == label[atoms.apart[:, 1]]]
    left, right = position[pairs[0]], position[pairs[1]]
    return Components(
        by_content, start, place, key[by_content], _streams(key[by_content], start),
        np.minimum(left, right), np.maximum(left, right), pairs[2], atoms.may[inside], joins[inside], position[apart],
    )  # fmt: skip


def _keys(problem: Problem, atoms: Atoms, left: Ints, right: Ints, row: Ints) -> tuple[Words, Words]:
    """A hash of each atom's contents, and one of the contents that it is compared with, and how."""
    key = mix(problem.content.astype(np.uint64))
    if len(problem.must):
        whole = np.zeros(problem.size, np.uint64)
        np.add.at(whole, atoms.of, key)
        key = mix(whole)
    how, fine = atoms.row_keys()[row], np.zeros(problem.size, np.uint64)
    for one, other, kind in (
        (left, right, how),
        (right, left, how),
        (atoms.apart[:, 0], atoms.apart[:, 1], _JUDGED),
        (atoms.apart[:, 1], atoms.apart[:, 0], _JUDGED),
    ):
        np.add.at(fine, one, mix(mix(key[other]) ^ kind))
    return key, fine


def _streams(key: Words, start: Ints) -> Words:
    """The seed of each component: what it contains. Components of equal contents are numbered, so that each has its own."""
    if len(start) < 2:
        return np.empty(0, np.uint64)
    rank = np.arange(len(key)) - np.repeat(start[:-1], np.diff(start))
    content = mix(np.add.reduceat(mix(key + rank.astype(np.uint64)), start[:-1]))
    order = np.argsort(content, kind="stable")
    ordered = content[order]
    new = np.ones(len(order), bool)
    new[1:] = ordered[1:] != ordered[:-1]
    first = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    again = np.empty(len(order), np.uint64)
    again[order] = (np.arange(len(order)) - first).astype(np.uint64)
    return mix(content + again)


def small_ones(atoms: Atoms, found: Components, exact: int) -> tuple[Small, Ints]:
    """The components of at most ``exact`` atoms with all their pairs, and where their atoms stand in ``found.atoms``."""
    sizes = found.sizes
    chosen = sizes <= exact
    inside = chosen[found.of_position()]
    where = np.flatnonzero(inside).astype(np.int32)
    start = np.concatenate([[0], np.cumsum(sizes[chosen])]).astype(np.int32)
    many = sizes[chosen].astype(np.int64)
    cell = np.concatenate([[0], np.cumsum(many * (many - 1) // 2)]).astype(np.int64)
    kinds = np.full(int(cell[-1]), atoms.unscored, np.int32)
    new = np.cumsum(inside, dtype=np.int64) - 1
    of = np.repeat(np.arange(len(many)), many).astype(np.int32)
    edges = inside[found.left]
    _set_kinds(
        kinds, start, cell, of, new[found.left[edges]], new[found.right[edges]], np.where(found.may, found.row, BLOCKED)[edges]
    )
    _block_lists(kinds, start, cell, found.atoms[where], atoms.list_start, atoms.lists)
    low, high = np.sort(found.apart, axis=1).T
    judged = inside[low]
    blocked = np.full(int(judged.sum()), BLOCKED, np.int32)
    _set_kinds(kinds, start, cell, of, new[low[judged]], new[high[judged]], blocked)
    return Small(start, cell, kinds, found.place[where], found.stream[chosen]), where


@njit(cache=True)
def _set_kinds(kinds: Ints, start: Ints, cell: Longs, of: Ints, left: Longs, right: Longs, kind: Ints) -> None:
    for pair in range(len(left)):
        component = of[left[pair]]
        first, size = start[component], start[component + 1] - start[component]
        x, y = left[pair] - first, right[pair] - first
        kinds[cell[component] + x * (2 * size - x - 1) // 2 + y - x - 1] = kind[pair]


@stamped
@njit(cache=True)
def _block_lists(kinds: Ints, start: Ints, cell: Longs, atoms: Ints, list_start: Ints, lists: Ints) -> None:
    for component in range(len(start) - 1):
        at = cell[component]
        for x in range(start[component], start[component + 1]):
            for y in range(x + 1, start[component + 1]):
                if share(atoms[x], atoms[y], list_start, lists):
                    kinds[at] = BLOCKED
                at += 1
