"""Candidates are exactly the pairs that the keys reach, at the levels that their conditions give."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litany.linkage.components import components, pairs_within
from litany.linkage.engine import Candidates, Engine
from litany.linkage.engine_pairs import COPIED, EXHAUSTIVE
from litany.linkage.plan import MISSING, Comparison, Key, Level, Plan

PLAN = Plan(
    "test",
    (
        Comparison(
            "name",
            '"name_l" IS NULL OR "name_r" IS NULL',
            (Level('"name_l" = "name_r"', "same"), Level('substr("name_l", 1, 1) = substr("name_r", 1, 1)', "same letter")),
        ),
        Comparison("age", '"age_l" IS NULL OR "age_r" IS NULL', (Level('abs("age_l" - "age_r") <= 1', "near"),)),
    ),
    (Key("name", ("name",)), Key("age-town", ("age", "town"))),
    exhaustive=0,
)
row = st.tuples(
    st.sampled_from(["aung", "ay", "ko", None]), st.sampled_from([1, 2, 5, None]), st.sampled_from(["a", "b", None])
)
Row = tuple[str | None, int | None, str | None]


def table(rows: list[Row], lists: list[int] | None = None) -> pl.DataFrame:
    made = pl.DataFrame(rows, schema={"name": pl.String, "age": pl.Int32, "town": pl.String}, orient="row")
    return made if lists is None else made.with_columns(pl.Series("list", lists, dtype=pl.Int32))


def expected_levels(one: Row, other: Row) -> tuple[int, int]:
    name = MISSING if None in (one[0], other[0]) else 2 if one[0] == other[0] else int(str(one[0])[0] == str(other[0])[0])
    age = MISSING if one[1] is None or other[1] is None else int(abs(one[1] - other[1]) <= 1)
    return name, age


def expected_keys(one: Row, other: Row) -> int:
    by_name = one[0] is not None and one[0] == other[0]
    by_age = one[1] is not None and one[1] == other[1] and one[2] is not None and one[2] == other[2]
    return by_name + 2 * by_age


def found(candidates: Candidates) -> dict[tuple[int, int], tuple[tuple[int, ...], int]]:
    levels = candidates.patterns[candidates.pattern] if len(candidates) else np.empty((0, 2), np.int8)
    return {
        (int(a), int(b)): (tuple(map(int, level)), int(key))
        for a, b, level, key in zip(candidates.left, candidates.right, levels, candidates.keys, strict=True)
    }


@settings(max_examples=20, deadline=None)
@given(st.lists(row, min_size=2, max_size=8))
def test_pairs_are_those_of_the_keys_and_levels_those_of_the_conditions(rows: list[Row]) -> None:
    with Engine(table(rows), PLAN) as engine:
        made = found(engine.compare())
    every = {
        (a, b): (expected_levels(rows[a], rows[b]), expected_keys(rows[a], rows[b]))
        for a, b in combinations(range(len(rows)), 2)
    }
    assert made == {pair: said for pair, said in every.items() if said[1]}


@settings(max_examples=10, deadline=None)
@given(st.lists(row, min_size=2, max_size=7), st.data())
def test_few_rows_are_compared_exhaustively_but_never_two_of_a_list_without_duplicates(
    rows: list[Row], data: st.DataObject
) -> None:
    lists = data.draw(st.lists(st.integers(0, 1), min_size=len(rows), max_size=len(rows)))
    plan = Plan("small", PLAN.comparisons, PLAN.keys, exhaustive=1_000)
    with Engine(table(rows, lists), plan, free=(True, False)) as engine:
        assert engine.is_exhaustive
        made = found(engine.compare())
    allowed = [(a, b) for a, b in combinations(range(len(rows)), 2) if not (lists[a] == lists[b] == 0)]
    assert made == {(a, b): (expected_levels(rows[a], rows[b]), EXHAUSTIVE) for a, b in allowed}


def test_any_pair_can_be_asked_for_in_any_order_and_comes_once() -> None:
    rows: list[Row] = [("aung", 1, "a"), ("ko", 7, "b"), ("ay", 1, "a")]
    with Engine(table(rows), PLAN) as engine:
        made = engine.compare_pairs(np.asarray([2, 0, 1, 0], np.int32), np.asarray([0, 1, 0, 2], np.int32))
        again = engine.compare_pairs(np.asarray([0], np.int32), np.asarray([1], np.int32))
    assert found(made) == {(0, 1): ((0, 0), 0), (0, 2): ((1, 1), 0)}
    assert found(again) == {(0, 1): ((0, 0), 0)}
    assert made.counts().tolist() == [1, 1]


def test_threads_change_nothing() -> None:
    source = np.random.default_rng(5)
    rows: list[Row] = [
        (str(source.choice(["aung", "ay", "ko", "kyaw"])), int(source.integers(0, 30)), str(source.choice(["a", "b"])))
        for _ in range(2_000)
    ]
    made = []
    for threads in (1, 2):
        with Engine(table(rows), PLAN, threads=threads) as engine:
            made.append(engine.compare())
    for field in ("left", "right", "pattern", "keys", "patterns"):
        assert np.array_equal(getattr(made[0], field), getattr(made[1], field))


def test_stretches_of_rows_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few pairs are compared at once, and with copies of a row, which come in the stretch of that row."""
    source = np.random.default_rng(7)
    rows: list[Row] = [(str(source.choice(["aung", "ay", "ko"])), int(source.integers(0, 30)), "a") for _ in range(300)]
    rows += [("kyaw", 99, "b")] * 60
    for plan in (PLAN, Plan("all", PLAN.comparisons, PLAN.keys, exhaustive=1_000_000)):
        made = []
        for at_once, fewest in ((6_000_000, 1_000), (1_000, 3), (1, 1)):
            monkeypatch.setattr("litany.linkage.engine.AT_ONCE", at_once)
            monkeypatch.setattr("litany.linkage.engine._FEWEST", fewest)
            with Engine(table(rows, [0] * len(rows)), plan, free=(False,)) as engine:
                made.append(engine.compare())
        assert COPIED in made[0].keys
        for other in made[1:]:
            for field in ("left", "right", "pattern", "keys", "patterns"):
                assert np.array_equal(getattr(made[0], field), getattr(other, field))


_MEASURED = """
import resource, sys
import numpy as np, polars as pl
from litany.linkage import engine
from tests.linkage.test_engine import PLAN
engine.AT_ONCE = int(sys.argv[1])
blocks = np.arange(40_000) // 200
names, towns = (np.char.add("n", numbers.astype(str)) for numbers in (blocks, np.arange(40_000)))
frame = pl.DataFrame({"name": names, "age": blocks.astype(np.int32), "town": towns})
with engine.Engine(frame, PLAN, threads=1) as made:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pairs = made.compare()
print(len(pairs), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the unit of the peak is Linux's")
def test_memory_is_for_the_pairs_that_are_compared_at_once() -> None:
    """Four million pairs took 115 bytes each when all were compared at once, and 44 with a twentieth at once: 16 they are, and
    as many while they are put together.
    """
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", _MEASURED, "200000"], capture_output=True, text=True, check=True, cwd=root)
    pairs, kilobytes = map(int, ran.stdout.split())
    assert pairs == 200 * (200 * 199 // 2)
    assert kilobytes * 1024 < 70 * pairs


@pytest.mark.parametrize("rows", [[], [("aung", 1, "a")], [(None, None, None), (None, None, None)]])
def test_nothing_to_compare_is_no_error(rows: list[Row]) -> None:
    with Engine(table(rows), PLAN) as engine:
        made = engine.compare()
    assert len(made) == 0
    assert made.patterns.shape[1] == 2


def test_duckdb_is_of_the_version_that_keeps_clustering_small() -> None:
    """DuckDB 2.0.0 takes 8.7 GB for a one-to-one clustering of 5,000 by 5,000 rows that 1.5 does in 0.3
    (docs/dependencies.md).
    """
    assert int(duckdb.__version__.split(".")[0]) < 2


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 12), st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=12))
def test_components_are_those_of_reachability(size: int, pairs: list[tuple[int, int]]) -> None:
    edges = [(a % size, b % size) for a, b in pairs]
    labels = components(size, np.asarray([a for a, _ in edges], np.int32), np.asarray([b for _, b in edges], np.int32))
    reach = [{n} for n in range(size)]
    for _ in range(size):
        for a, b in edges:
            reach[a] |= reach[b]
            reach[b] |= reach[a]
    assert labels.tolist() == [min(near) for near in reach]
    left, right = pairs_within(labels, 5)
    small = [n for n in range(size) if 2 <= len(reach[n]) <= 5]
    assert sorted(zip(left.tolist(), right.tolist(), strict=True)) == [
        (a, b) for a, b in combinations(small, 2) if b in reach[a]
    ]
