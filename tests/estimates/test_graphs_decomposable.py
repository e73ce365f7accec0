"""The graphs are all decomposable graphs, each with its own cliques and separators."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from litany.estimates.graphs.decomposable import COUNTS, Decomposable, decomposable, pairs
from litany.estimates.graphs.fit import sequence


def is_chordal(lists: int, edges: set[frozenset[int]]) -> bool:
    """By the definition: every cycle of four or more has a chord. Looks at every cycle."""
    for size in range(4, lists + 1):
        for ring in itertools.permutations(range(lists), size):
            if ring[0] != min(ring) or ring[1] > ring[-1]:
                continue
            steps = {frozenset((ring[at], ring[(at + 1) % size])) for at in range(size)}
            chords = {frozenset(pair) for pair in itertools.combinations(ring, 2)} - steps
            if steps <= edges and not chords & edges:
                return False
    return True


def edges_of(lists: int, mask: int) -> set[frozenset[int]]:
    return {frozenset(pair) for place, pair in enumerate(pairs(lists)) if mask >> place & 1}


def cliques_of(lists: int, edges: set[frozenset[int]]) -> set[frozenset[int]]:
    """All maximal sets of lists that are joined in pairs, by looking at every set."""
    every = [frozenset(some) for size in range(1, lists + 1) for some in itertools.combinations(range(lists), size)]
    joined = [some for some in every if all(frozenset(pair) in edges for pair in itertools.combinations(some, 2))]
    return {some for some in joined if not any(some < other for other in joined)}


def as_set(lists: int, subset: int) -> frozenset[int]:
    return frozenset(place for place in range(lists) if subset >> (lists - 1 - place) & 1)


@pytest.mark.parametrize("lists", range(1, 8))
def test_as_many_as_published(lists: int) -> None:
    """Labelled chordal graphs: OEIS A058862."""
    assert len(decomposable(lists)) == COUNTS[lists]


@pytest.mark.parametrize("lists", [4, 5])
def test_the_same_as_by_the_definition(lists: int) -> None:
    """Of all graphs exactly those are listed in which every cycle has a chord; and their cliques are right."""
    graphs = decomposable(lists)
    listed = set(graphs.edges.tolist())
    for mask in range(2 ** len(pairs(lists))):
        assert (mask in listed) == is_chordal(lists, edges_of(lists, mask)), mask
    for graph, mask in enumerate(graphs.edges.tolist()):
        found = {as_set(lists, subset) for subset in graphs.cliques(graph)}
        assert found == cliques_of(lists, edges_of(lists, mask))


@pytest.mark.parametrize("lists", [3, 5, 6])
def test_cliques_and_separators_balance(lists: int) -> None:
    """Each list is once more often in cliques than in separators; separators are one fewer than cliques, each of a junction
    tree that was found in another way.
    """
    graphs = decomposable(lists)
    subsets = np.arange(2**lists)
    for place in range(lists):
        assert (graphs.factors[:, subsets >> place & 1 == 1].sum(axis=1) == 1).all()
    for graph in range(0, len(graphs), max(1, len(graphs) // 500)):
        tree = sorted(shared for _, shared in sequence(graphs.cliques(graph))[1:])
        assert sorted(graphs.separators(graph)) == tree


def test_the_two_ends_are_found() -> None:
    """One clique of all lists; as many cliques as lists."""
    graphs: Decomposable = decomposable(4)
    assert graphs.cliques(graphs.saturated) == (15,)
    assert graphs.cliques(graphs.independent) == (8, 4, 2, 1)
    assert graphs.separators(graphs.independent) == (0, 0, 0)


def test_more_lists_are_refused() -> None:
    with pytest.raises(ValueError, match="1 to 7 lists, not 8"):
        decomposable(8)
