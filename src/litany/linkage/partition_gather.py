"""How do the labels of all components become draws: what is settled, what is doubtful?"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numba import njit, prange
from numpy.typing import NDArray

from litany.linkage.partition_problem import Ints

Labels = NDArray[np.unsignedinteger]
Flags = NDArray[np.bool_]


class Sampled(Struct, frozen=True):
    """Draws of some components. ``labels`` (draws, n): in the column of an atom (component's start + place) the least place
    in its cluster. ``start`` (C + 1); ``atoms`` (n): the atom of each column; ``component`` (C): its number among all.
    """

    labels: Labels
    start: Ints
    atoms: Ints
    component: Ints


class Gathered(Struct, frozen=True):
    """See `litany.linkage.draws.Draws`, whose arrays these are."""

    settled: Ints
    doubtful: Ints
    group: Ints
    labels: Labels


def gather(of: Ints, parts: tuple[Sampled, ...]) -> Gathered:
    """Records instead of atoms, and one label for those whose cluster is the same in all draws. ``of`` (size): the atom of
    each record.
    """
    size = len(of)
    settled, component = of.copy(), np.full(size, -1, np.int32)
    for part in parts:
        open_ = _unsettled(part.labels, part.start)
        number = np.repeat(part.component, np.diff(part.start))
        component[part.atoms[open_]] = number[open_]
        base = np.repeat(part.start[:-1], np.diff(part.start))
        cluster = part.atoms[base + part.labels[0]] if len(base) else part.atoms
        settled[part.atoms] = np.where(open_, -1, cluster)
    settled, component = settled[of], component[of]
    doubtful = np.flatnonzero(settled < 0).astype(np.int32)
    doubtful = doubtful[np.argsort(component[doubtful], kind="stable")]
    member = component[doubtful]
    first = np.flatnonzero(np.diff(member, prepend=-1))
    group = np.repeat(first, np.diff(np.append(first, len(member)))).astype(np.int32)
    local = np.zeros(size, np.int32)
    local[doubtful] = np.arange(len(doubtful), dtype=np.int32) - group
    kind = np.min_scalar_type(int(np.diff(np.append(first, len(member))).max(initial=1)) - 1)
    labels: Labels = np.zeros((len(parts[0].labels), len(doubtful)), kind)
    for part in parts:
        column = np.full(size, -1, np.int32)
        column[part.atoms] = np.arange(len(part.atoms), dtype=np.int32)
        at = column[of[doubtful]]
        mine = np.flatnonzero(at >= 0)
        base = np.repeat(part.start[:-1], np.diff(part.start)).astype(np.int32)
        _fill(labels, mine, at[mine], base[at[mine]], local[part.atoms], part.labels)
    return Gathered(settled, doubtful, group, labels)


@njit(cache=True, parallel=True)
def _unsettled(labels: Labels, start: Ints) -> Flags:
    """Which columns are in a cluster that is not the same in all draws?

    Those whose label changes, and those that share a cluster with one of them in some draw.
    """
    draws, columns = labels.shape
    found = np.zeros(columns, np.bool_)
    parts = 64
    for part in prange(parts):
        first, last = (len(start) - 1) * part // parts, (len(start) - 1) * (part + 1) // parts
        touched = np.zeros(start[last] - start[first], np.bool_)
        for draw in range(1, draws):
            for column in range(start[first], start[last]):
                if labels[draw, column] != labels[0, column]:
                    found[column] = True
        for draw in range(draws):
            for component in range(first, last):
                base = start[component]
                for column in range(base, start[component + 1]):
                    if found[column]:
                        touched[base - start[first] + labels[draw, column]] = True
        for component in range(first, last):
            base = start[component]
            for column in range(base, start[component + 1]):
                if touched[base - start[first] + labels[0, column]]:
                    found[column] = True
    return found


@njit(cache=True, parallel=True)
def _fill(out: Labels, target: NDArray[np.int64], column: Ints, base: Ints, local: Ints, labels: Labels) -> None:
    for draw in prange(out.shape[0]):
        for place in range(len(target)):
            out[draw, target[place]] = local[base[place] + labels[draw, column[place]]]
