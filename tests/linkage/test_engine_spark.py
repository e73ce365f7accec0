"""Spark gives the embedded engine's candidates, bit for bit; where it is not installed, the error says what to do."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from msgspec import structs

from bench.linkage_coverage import rows_of
from bench.list_systems import copied_lists
from litany.case import settings
from litany.errors import CaseError, LitanyError
from litany.linkage import incidents, names, victims
from litany.linkage.engine import Candidates, Engine
from litany.linkage.engine_spark import ENGINES, SparkEngine, comparer, session
from litany.linkage.plan import Plan
from tests.linkage.test_engine import PLAN, Row, table
from tests.linkage.test_incidents import spot
from tests.linkage.test_incidents import table as told

_HAS_JAVA = shutil.which("java") is not None or Path(os.environ.get("JAVA_HOME", ""), "bin", "java").is_file()
_IS_HERE = find_spec("pyspark") is not None and _HAS_JAVA
needs_spark = pytest.mark.skipif(not _IS_HERE, reason="needs pip install 'litany[spark]' and Java 17")
leaves_sockets = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
Asked = tuple[pl.DataFrame, Plan, tuple[bool, ...]]
Make = Callable[[], Asked]
FIELDS = ("left", "right", "pattern", "keys", "patterns")


def people_of_lists() -> Asked:
    """Two hundred rows about people in three lists, the first without duplicates."""
    rows = rows_of(copied_lists(110, lists=3, noise=0.4, missing=0.1, seed=3))
    return rows.frame.head(200), victims.plan(names.packaged("burmese"), exhaustive=10), (True, False, False)


def killings() -> Asked:
    """Two hundred rows about incidents in two lists, of few days and places."""
    source = np.random.default_rng(5)
    made: list[dict[str, object]] = []
    for number in range(200):
        day, toll = int(source.integers(19_000, 19_060)), int(source.integers(1, 12))
        where = spot(16 + float(source.integers(0, 8)) / 4, 96.0, float(source.choice([1.0, 25.0, 120.0])))
        unknown: dict[str, object] = dict.fromkeys(("x", "y", "z", "radius_km")) if number % 11 == 0 else {}
        made.append(
            {
                "list": number % 2, "first_day": day, "last_day": day + int(source.choice([0, 0, 3, 40])), "state": "MM-11",
                "township": f"T{toll % 4}", "spots": [f"V{toll}"] if number % 3 else [], "names": [f"N{number % 13}"],
                "named": [f"A{number % 5}"], "sides": ["army"], "over": ["army"], "means": "air", "toll_low": toll,
                "toll_high": None if number % 7 == 0 else toll + number % 3,
                "statuses": ["civilian"] if number % 2 else [], **where, **unknown,
            }
        )  # fmt: skip
    return told(made), structs.replace(incidents.PLAN, exhaustive=10), (True, False)


TABLES: list[Make] = [people_of_lists, killings]


def same(one: Candidates, other: Candidates) -> None:
    for name in FIELDS:
        mine, theirs = getattr(one, name), getattr(other, name)
        assert mine.dtype == theirs.dtype
        assert np.array_equal(mine, theirs), name


@pytest.mark.parametrize("make", TABLES)
def test_a_worker_finds_the_levels_that_the_engine_finds(make: Make) -> None:
    """What Spark's workers run needs no Spark: their numbers of patterns, of batches of pairs, are in the engine's order."""
    frame, plan, free = make()
    with Engine(frame, plan, free) as engine:
        found = engine.compare()
    left, right = (
        frame[side].rename({name: f"{name}_{at}" for name in frame.columns})
        for side, at in ((found.left, "l"), (found.right, "r"))
    )
    wide = left.hstack(right).to_arrow(compat_level=pl.CompatLevel.oldest())
    half = wide.num_rows // 2
    batches = [tuple(column.combine_chunks() for column in part.columns) for part in (wide.slice(0, half), wide.slice(half))]
    codes = np.concatenate([codes.to_numpy() for codes in comparer(plan, wide.column_names)(iter(batches))])
    assert len(codes) == len(found) > 200
    assert np.array_equal(np.unique(codes, return_inverse=True)[1], found.pattern)


@needs_spark
@leaves_sockets
@pytest.mark.parametrize("make", TABLES)
def test_spark_gives_the_same_candidates(make: Make) -> None:
    frame, plan, free = make()
    left, right = np.array([5, 9, 3, 9], np.int32), np.array([70, 2, 4, 2], np.int32)
    with Engine(frame, plan, free) as engine, SparkEngine(frame, plan, free) as spark:
        same(spark.compare(), engine.compare())
        same(spark.compare_pairs(left, right), engine.compare_pairs(left, right))
    every = structs.replace(plan, exhaustive=1_000_000)
    with Engine(frame.head(60), every, free) as engine, SparkEngine(frame.head(60), every, free) as spark:
        assert spark.is_exhaustive
        same(spark.compare(), engine.compare())


@needs_spark
@leaves_sockets
def test_spark_keeps_the_bounds_of_crowds() -> None:
    """Rows that say the same sixty times are compared with the first of them only."""
    rows: list[Row] = [*[("aung", 1, "a")] * 60, ("ay", 2, "b"), ("aung", 2, "b"), ("ay", 1, "a")]
    with Engine(table(rows), PLAN) as engine, SparkEngine(table(rows), PLAN) as spark:
        assert engine.crowds is not None
        assert spark.crowds.notes == engine.crowds.notes != ()
        assert len(spark.compare()) < 100
        same(spark.compare(), engine.compare())


@needs_spark
@leaves_sockets
def test_spark_compares_what_is_not_there() -> None:
    rows: list[Row] = [("aung", 1, "a")]
    none = np.empty(0, np.int32)
    with SparkEngine(table(rows), PLAN) as spark:
        assert len(spark.compare()) == len(spark.compare_pairs(none, none)) == 0


def test_without_pyspark_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(LitanyError, match=r"pip install 'litany\[spark\]'"), SparkEngine(table([]), PLAN):
        pass


def test_without_java_the_error_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """pyspark is here made up: no session is running, and none is started."""
    nothing_runs = SimpleNamespace(SparkSession=SimpleNamespace(getActiveSession=lambda: None))
    for name, made in (("pyspark", SimpleNamespace()), ("pyspark.sql", nothing_runs), ("pyspark.errors", SimpleNamespace())):
        monkeypatch.setitem(sys.modules, name, made)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(LitanyError, match="Java 17 or later, and there is none in JAVA_HOME"):
        session()
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LitanyError, match="none is on the PATH"):
        session()


def test_a_case_names_its_engine() -> None:
    asked = '[case]\ntitle = "x"\ncountry = "MM"\n[linkage]\n'
    assert settings.parse(asked).linkage.engine == "duckdb"
    assert ENGINES[settings.parse(f'{asked}engine = "spark"').linkage.engine] is SparkEngine
    with pytest.raises(CaseError, match=r'engine is "duckdb" \(on this machine\) or "spark"'):
        settings.parse(f'{asked}engine = "flink"')
