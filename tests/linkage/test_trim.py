"""What is sure is joined before anything is drawn, and nothing that is not; what hangs together by a thread is cut."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from litany.linkage.components import components
from litany.linkage.engine import Candidates
from litany.linkage.trim import FLOORS, LARGEST, SURE, loosened, sure

NOTHING = np.empty((0, 2), np.int32)


def pairs_of(edges: list[tuple[int, int]]) -> Candidates:
    left, right = (np.asarray([edge[side] for edge in edges], np.int32) for side in (0, 1))
    nothing = np.zeros(len(edges), np.int32)
    return Candidates(left, right, nothing, nothing, np.zeros((1, 1), np.int8))


EDGES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12).map(
    lambda found: sorted({(min(a, b), max(a, b)) for a, b in found if a != b})
)


@settings(max_examples=60)
@given(EDGES, st.data())
def test_sure_pairs_join_what_they_reach_and_break_no_constraint(edges: list[tuple[int, int]], data: st.DataObject) -> None:
    odds = np.asarray([data.draw(st.sampled_from([SURE - 1, SURE + 1])) for _ in edges])
    once = np.asarray(data.draw(st.lists(st.integers(-1, 3), min_size=8, max_size=8)), np.int32)
    apart = np.asarray(data.draw(EDGES), np.int32).reshape(-1, 2)
    same = np.asarray(data.draw(EDGES), np.int32).reshape(-1, 2)[:3]
    known = np.asarray(data.draw(EDGES), np.int32).reshape(-1, 2)[:2]
    must = sure(8, pairs_of(edges), odds, once, same, apart, known)
    strong = odds > SURE
    found = pairs_of(edges)
    left, right = (np.append(side[strong], known[:, at]) for at, side in enumerate((found.left, found.right)))
    reach = components(8, left, right)
    judged = components(8, same[:, 0], same[:, 1])
    whole = components(8, np.concatenate([reach, judged]), np.concatenate([np.arange(8), np.arange(8)]))
    joined = components(8, must[:, 0], must[:, 1])
    for label in np.unique(reach):
        rows = np.flatnonzero(reach == label)
        around = np.flatnonzero(whole == whole[rows[0]])
        twice = any(once[a] == once[b] >= 0 and judged[a] != judged[b] for a in around for b in around)
        barred = twice or any(a in around and b in around for a, b in apart)
        assert len(np.unique(joined[rows])) == (len(rows) if barred else 1)


def test_what_was_judged_is_not_contradicted_by_what_is_sure() -> None:
    """A and X are sure, X = B and A ≠ B were judged: A and X are left to the draws; so they are where A and B share a list."""
    pair, one, odds = pairs_of([(0, 1)]), np.asarray([[1, 2]], np.int32), np.asarray([SURE + 1])
    free = np.full(3, -1, np.int32)
    assert len(sure(3, pair, odds, free, one, np.asarray([[0, 2]], np.int32))) == 0
    assert len(sure(3, pair, odds, np.asarray([0, 1, 0], np.int32), one, NOTHING)) == 0
    assert len(sure(3, pair, odds, free, one, NOTHING)) == 1


def test_components_too_large_to_draw_lose_their_weakest_pairs_and_others_none() -> None:
    chain = [(at, at + 1) for at in range(LARGEST + 10)]
    small = [(LARGEST + 20, LARGEST + 21)]
    odds = np.full(len(chain) + 1, 2.0)
    odds[LARGEST // 2] = -4.0
    odds[-1] = -6.0
    kept = loosened(LARGEST + 30, pairs_of([*chain, *small]), odds)
    assert kept.sum() == len(kept) - 1 and not kept[LARGEST // 2]
    assert kept[-1]  # it holds nothing large together


def test_pairs_above_the_greatest_floor_are_never_cut() -> None:
    chain = [(at, at + 1) for at in range(LARGEST + 10)]
    assert loosened(LARGEST + 30, pairs_of(chain), np.full(len(chain), FLOORS[-1] + 1)).all()


def test_a_component_of_too_many_pairs_is_loosened_too() -> None:
    size = 400
    left, right = np.triu_indices(size, 1)
    odds = np.where(right == left + 1, 5.0, -6.0)
    kept = loosened(size, pairs_of(list(zip(left.tolist(), right.tolist(), strict=True))), odds)
    assert kept.sum() == size - 1
