"""Our SQL brings together the pairs that Splink's blocking brings together, and compares them as Splink does.

Splink 5 is no part of the program: it is an independent judge of pairs and levels. Its ``match_key`` is the first rule that
reaches a pair, its ``gamma`` the level, counted as ours.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import cast

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from splink import DuckDBAPI, Linker

from bench.gold_lists import number, text
from litany.linkage.engine import Candidates, Engine
from litany.linkage.plan import Comparison, Key, Level, Plan
from tests.linkage.test_engine_spark import TABLES, Make

Levels = dict[tuple[int, int], tuple[int, ...]]


def _days(name: str, when: str) -> Comparison:
    """One field in two circumstances, of which a pair has one at most."""
    levels = (Level('"day_l" = "day_r"', "same day"), Level('abs("day_l" - "day_r") <= 2', "near"))
    return Comparison(name, f'"day_l" IS NULL OR "day_r" IS NULL OR NOT ({when})', levels, field="days")


_BUSY = 'coalesce("busy_l" OR "busy_r", FALSE)'
PLAN = Plan(
    "random",
    (text("name", 0.92, 0.8), number("age", 1, 5), _days("calm", f"NOT {_BUSY}"), _days("busy", _BUSY)),
    (
        Key("name", ("name",)),
        Key("day and town", ("day", "town")),
        Key("town, at like ages", ("town",), "abs(l.age - r.age) <= 5"),
    ),
    exhaustive=0,
)
row = st.tuples(
    st.one_of(st.none(), st.sampled_from(["aung ko", "aung aung", "aung kyaw", "kyaw aung"]), st.text("aeko ", max_size=6)),
    st.one_of(st.none(), st.integers(0, 12)),
    st.one_of(st.none(), st.integers(0, 4)),
    st.sampled_from(["a", "b", None]),
    st.sampled_from([True, False, None]),
)


def table(rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    """A table of the random plan. How common a name is, is said by chance: few rows know no rare name."""
    schema = {"name": pl.String, "age": pl.Int32, "day": pl.Int32, "town": pl.String, "busy": pl.Boolean}
    made = pl.DataFrame(rows, schema=schema, orient="row")
    return made.with_columns((pl.col("name").str.len_bytes() % 3).cast(pl.Int8).alias("name_common"))


def by_splink(frame: pl.DataFrame, plan: Plan, rules: list[str]) -> tuple[Levels, dict[tuple[int, int], int]]:
    """What Splink finds: the levels of each pair, and the number of the first rule that reaches it."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI()
    asked = {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "blocking_rules_to_generate_predictions": rules,
        "retain_matching_columns": True,
        "comparisons": [
            {
                "output_column_name": f"c{place}",
                "comparison_levels": [
                    {"sql_condition": one.missing, "label_for_charts": "unknown", "is_null_level": True},
                    *({"sql_condition": level.when, "label_for_charts": level.label} for level in one.levels),
                    {"sql_condition": "ELSE", "label_for_charts": "else"},
                ],
            }
            for place, one in enumerate(plan.comparisons)
        ],
    }
    whole = frame.with_row_index("unique_id").to_arrow(compat_level=pl.CompatLevel.oldest())
    predicted = Linker(api.register(whole), asked).inference.predict(warning_mode="never")
    found = cast(pl.DataFrame, pl.from_arrow(api.duckdb_con.table(predicted.physical_name).to_arrow_table()))
    gammas = found.select(f"gamma_c{place}" for place in range(len(plan.comparisons)))
    pairs = list(zip(found["unique_id_l"].to_list(), found["unique_id_r"].to_list(), strict=True))
    keys = found["match_key"].cast(pl.Int32).to_list() if "match_key" in found.columns else [0] * len(pairs)
    return dict(zip(pairs, gammas.iter_rows(), strict=True)), dict(zip(pairs, keys, strict=True))


def ours(found: Candidates) -> tuple[Levels, dict[tuple[int, int], int]]:
    """The same of our candidates: the levels, and the first key of each pair."""
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    levels = found.patterns[found.pattern].tolist()
    first = [(bits & -bits).bit_length() - 1 for bits in found.keys.tolist()]
    return {pair: tuple(one) for pair, one in zip(pairs, levels, strict=True)}, dict(zip(pairs, first, strict=True))


def rules(plan: Plan) -> list[str]:
    """The plan's keys as blocking rules."""
    equal = (" AND ".join(f'l."{column}" = r."{column}"' for column in key.columns) for key in plan.keys)
    return [f"{one} AND ({key.also})" if key.also else one for one, key in zip(equal, plan.keys, strict=True)]


def agree(frame: pl.DataFrame, plan: Plan, found: Candidates) -> None:
    """Are pairs, levels and first keys the same?"""
    levels, first = ours(found)
    their_levels, their_first = by_splink(frame, plan, rules(plan))
    assert levels == their_levels
    assert first == their_first


@settings(max_examples=25, deadline=None)
@given(st.lists(row, min_size=2, max_size=25))
def test_random_tables_are_compared_as_splink_compares_them(rows: list[tuple[object, ...]]) -> None:
    """Nulls, names that are common, in between and rare, and a field that is split by circumstance."""
    frame = table(rows)
    with Engine(frame, PLAN) as engine:
        agree(frame, PLAN, engine.compare())


def test_a_larger_table_has_every_level_and_key() -> None:
    source = np.random.default_rng(4)
    columns = ["aung ko", "aung koo", "ung ko", "kyaw", "kyav", None], [*range(30), None], [*range(9), None], ["a", "b", "c"]
    chosen = [source.choice(np.asarray(values, object), 400) for values in columns]
    rows = [(*values, (True, False, None)[number % 3]) for number, values in enumerate(zip(*chosen, strict=True))]
    frame = table(rows)
    with Engine(frame, PLAN) as engine:
        found = engine.compare()
    agree(frame, PLAN, found)
    for place, one in enumerate(PLAN.comparisons):
        assert set(found.patterns[:, place].tolist()) == set(range(-1, len(one.levels) + 1)), one.name
    assert set(ours(found)[1].values()) == {0, 1, 2}


@pytest.mark.parametrize("make", TABLES)
def test_people_and_killings_are_compared_as_splink_compares_them(make: Make) -> None:
    """The plans in use, on lists that may all repeat themselves (Splink cannot take one of three to be free of duplicates)."""
    frame, plan, _ = make()
    with Engine(frame, plan) as engine:
        found = engine.compare()
    assert len(found) > 200
    agree(frame, plan, found)
