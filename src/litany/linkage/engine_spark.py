"""At which level does each field of each candidate pair agree, where the pairs outgrow one machine?

Spark brings the pairs together by their keys and deals them out; each worker compares its share in DuckDB, by the very
conditions that `litany.linkage.engine` uses. So the levels are the same whatever compares them: Splink's functions for Spark
are not DuckDB's (its Jaro-Winkler counts half transpositions, and letters instead of bytes). Only row numbers, patterns and
keys come back, in one pass. Clustering and drawing are done outside: Splink's clustering on Spark, where it caches tables and
does not write them, makes the plan of each iteration 17 times as long as that before, until memory ends.

What Spark spills and shuffles on a disk holds names: it is encrypted, unless Spark's own configuration says otherwise.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Self, cast

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from litany.errors import LitanyError
from litany.linkage.crowds import Crowds, crowds
from litany.linkage.engine import (
    Candidates,
    Engine,
    Ints,
    Maker,
    PairEngine,
    candidates,
    code_sql,
    nothing,
    settings,
)
from litany.linkage.engine_pairs import EXHAUSTIVE, all_pairs, compared_columns, keyed_pairs, numbered, wanted
from litany.linkage.plan import Plan

Arrays = Iterator[tuple[pa.Array, ...]]
# SQL as DuckDB reads it: "x" is a column, and a sum that has no room is an error. Workers get so many pairs at once, whatever
# bytes they are: to count those, Spark 4.3 goes through all rows of a batch at each (500,000 pairs: 48 s, without 16 s).
_SQL = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "20000",
    "spark.sql.execution.arrow.maxBytesPerBatch": "2147483647b",
}
_SESSION = {
    "spark.app.name": "litany",
    "spark.io.encryption.enabled": "true",
    "spark.driver.maxResultSize": "0",  # 20 bytes a pair, however many pairs there are
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
_HERE = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}  # nobody else can reach it
_PARTS, _FEWEST, _ROWS = "spark.sql.shuffle.partitions", 16, 20_000  # unless configured: one for so many rows
_NO_PYSPARK = """engine = "spark" under [linkage] needs pyspark, which is not installed: pip install 'litany[spark]'"""
_NO_JAVA = """engine = "spark" under [linkage] needs Java 17 or later, and {} (Debian: apt install openjdk-17-jre-headless)"""


class SparkEngine(PairEngine):
    """`litany.linkage.engine.Engine` on Spark: the same arguments, the same candidates. How many threads there are, is for
    Spark's configuration to say. Raises LitanyError where pyspark or Java is missing, or Spark does not start.
    """

    def __init__(self, frame: pl.DataFrame, plan: Plan, free: Sequence[bool] = (), threads: int | None = None) -> None:
        if 1 << len(plan.keys) > EXHAUSTIVE:
            raise ValueError(f"{plan.name}: {len(plan.keys)} keys are more than a pair's bits")
        self.plan, self.size = plan, frame.height
        self._spark = session().newSession()  # its settings and views are its own
        for name, value in _SQL.items():
            self._spark.conf.set(name, value)
        if not self._spark.sparkContext.getConf().contains(_PARTS):
            self._spark.conf.set(_PARTS, str(max(_FEWEST, self.size // _ROWS)))
        self._fields = compared_columns(plan, frame.columns)
        self.crowds: Crowds = crowds(frame, plan, free, self.is_exhaustive)
        rows = wanted(numbered(frame, free, self.crowds), plan)
        self._rows = self._table(rows).persist()
        self._rows.createOrReplaceTempView("rows")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._rows.unpersist()

    def compare(self) -> Candidates:
        """All pairs that a key reaches (or all there are), compared."""
        if self.size < 2:
            return nothing(self.plan)
        made = all_pairs(bounded=True) if self.is_exhaustive else keyed_pairs(self.plan.keys, bounded=True)
        return self._compared(self._spark.sql(made))

    def compare_pairs(self, left: Ints, right: Ints) -> Candidates:
        """These pairs, compared, whatever the keys say. Pairs come back in order, without repeats."""
        if not len(left):
            return nothing(self.plan)
        low, high = np.minimum(left, right).astype(np.int32), np.maximum(left, right).astype(np.int32)
        given = pl.DataFrame({"join_key_l": low, "join_key_r": high}).unique()
        return self._compared(self._table(given.with_columns(match_key=pl.lit(0, pl.Int32))))

    def _table(self, frame: pl.DataFrame) -> Any:
        return self._spark.createDataFrame(frame.to_arrow(compat_level=pl.CompatLevel.oldest()))

    def _compared(self, pairs: Any) -> Candidates:
        functions = import_module("pyspark.sql.functions")
        wide = pairs
        for side in "lr":
            key = functions.col("unique_id").alias(f"join_key_{side}")
            fields = (functions.col(name).alias(f"{name}_{side}") for name in self._fields)
            wide = wide.join(self._rows.select(key, *fields), f"join_key_{side}")
        names = [f"{name}_{side}" for side in "lr" for name in self._fields]
        code = functions.arrow_udf(comparer(self.plan, names), "bigint")(*names).alias("code")
        found = wide.select("join_key_l", "join_key_r", code, "match_key").toArrow()
        table = cast(pl.DataFrame, pl.from_arrow(found)).sort("join_key_l", "join_key_r")
        return candidates(self.plan, *(column.to_numpy() for column in table))


ENGINES: dict[str, Maker] = {"duckdb": Engine, "spark": SparkEngine}  # as `[linkage]` in case.toml names them


def comparer(plan: Plan, names: Sequence[str]) -> Callable[[Arrays], Iterator[pa.Array]]:
    """What a worker does: from batches of the columns ``names`` of pairs to the codes of their patterns. It needs DuckDB and
    pyarrow there, and nothing of Litany.
    """
    said = f"SELECT {code_sql(plan)} AS code FROM given"
    opened = {**settings(1), "preserve_insertion_order": "true"}

    def compare(batches: Iterator[tuple[pa.Array, ...]]) -> Iterator[pa.Array]:
        with duckdb.connect(":memory:", config=opened) as con:
            for batch in batches:
                con.register("given", pa.table(dict(zip(names, batch, strict=True))))
                yield con.execute(said).to_arrow_table()["code"].combine_chunks()
                con.unregister("given")

    return compare


def session(master: str | None = None) -> Any:
    """The Spark session of this process, started where there is none: on ``master`` (``local[2]``), or where Spark's own
    configuration says (``spark.master`` in spark-defaults.conf), else on this machine. Raises LitanyError where it cannot be.
    """
    try:
        pyspark, spark, failures = (import_module(name) for name in ("pyspark", "pyspark.sql", "pyspark.errors"))
    except ImportError as problem:
        raise LitanyError(_NO_PYSPARK) from problem
    running = spark.SparkSession.getActiveSession()
    if running is not None:
        return running
    _needs_java()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        known = pyspark.SparkConf()
        if master is not None:
            known.setMaster(master)
        here = known.get("spark.master", "local").startswith("local")
        for name, value in {**_SESSION, **(_HERE if here else {})}.items():
            known.setIfMissing(name, value)
        made = spark.SparkSession.builder.config(conf=known).getOrCreate()
    except failures.PySparkRuntimeError as problem:
        raise LitanyError(f"Spark did not start; it needs Java 17 or later. Spark says: {problem}") from problem
    made.sparkContext.setLogLevel("ERROR")
    return made


def _needs_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if not (Path(home, "bin", "java").is_file() if home else shutil.which("java")):
        raise LitanyError(_NO_JAVA.format(f"there is none in JAVA_HOME, {home}" if home else "none is on the PATH"))
