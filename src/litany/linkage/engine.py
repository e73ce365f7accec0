"""At which level does each field of each candidate pair agree?

The one module that knows Splink. It compares, and does nothing else: no weight, no threshold, no cluster comes from it, so that
another engine can take its place. Pairs are brought together by the plan's keys, in one join a key, and each pair remembers
by which of its keys it was reached: the learned recall rests on that (`litany.linkage.recall`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, Self

import duckdb
import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray
from splink import DuckDBAPI, Linker

from litany.linkage.crowds import Crowds, crowds
from litany.linkage.engine_pairs import EXHAUSTIVE, all_pairs, keyed_pairs, numbered
from litany.linkage.plan import Comparison, Plan

Ints = NDArray[np.int32]


class Candidates(Struct, frozen=True):
    """Pairs of rows and how they agree.

    ``left`` < ``right`` are row numbers (int32), in order; ``pattern`` is the row of ``patterns`` (int32); ``keys`` the bits of
    the keys that reach the pair (int32; bit k is ``plan.keys[k]``), or `EXHAUSTIVE`, or `COPIED`. ``patterns`` is (distinct
    patterns, comparisons) of levels (int8), in lexical order; -1 is unknown, 0 disagreement.
    """

    left: Ints
    right: Ints
    pattern: Ints
    keys: Ints
    patterns: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.left)

    def counts(self) -> NDArray[np.int64]:
        """How many pairs have each pattern."""
        return np.bincount(self.pattern, minlength=len(self.patterns)).astype(np.int64)


class PairEngine(Protocol):
    """What compares pairs of one table's rows (``size`` of them) as a plan says; opened in a ``with``. ``crowds``: the rows
    that are too many of one kind to be compared each with each (None: no bound is set).
    """

    plan: Plan
    size: int
    crowds: Crowds | None = None

    @property
    def is_exhaustive(self) -> bool:
        """Are there so few rows that all pairs are compared?"""
        return not self.plan.keys or self.size * (self.size - 1) // 2 <= self.plan.exhaustive

    def compare(self) -> Candidates:
        """All pairs that a key reaches (or all there are), compared."""
        ...

    def compare_pairs(self, left: Ints, right: Ints) -> Candidates:
        """These pairs, compared, whatever the keys say. Pairs come back in order, without repeats."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


# (rows, plan, which lists are free of duplicates, threads)
Maker = Callable[[pl.DataFrame, Plan, Sequence[bool], int | None], PairEngine]


class Engine(PairEngine):
    """Splink on DuckDB in memory, over one table. ``frame`` has the plan's columns and ``list`` (int: which list a row is of);
    ``free`` says of each list whether it is free of duplicates: two of its rows are never compared.
    """

    def __init__(self, frame: pl.DataFrame, plan: Plan, free: Sequence[bool] = (), threads: int | None = None) -> None:
        if 1 << len(plan.keys) > EXHAUSTIVE:
            raise ValueError(f"{plan.name}: {len(plan.keys)} keys are more than a pair's bits")
        self.plan, self.size, self._made = plan, frame.height, 0
        self._con = duckdb.connect(":memory:", config=settings(threads))
        self._con.execute("SET enable_progress_bar = false")
        self.crowds = crowds(frame, plan, free, self.is_exhaustive)
        rows = numbered(frame, free, self.crowds)
        given = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
        self._con.register("given", given)
        self._con.execute("CREATE TABLE rows AS SELECT * FROM given")
        self._con.unregister("given")
        with _quiet():
            self._api = DuckDBAPI(self._con)
            self._linker = Linker(self._api.register("rows"), _splink(plan))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._con.close()

    def compare(self) -> Candidates:
        """All pairs that a key reaches (or all there are), compared."""
        if self.size < 2:
            return nothing(self.plan)
        made = all_pairs(bounded=True) if self.is_exhaustive else keyed_pairs(self.plan.keys, bounded=True)
        self._con.execute(f"CREATE OR REPLACE TABLE pairs AS {made}")
        return self._compared()

    def compare_pairs(self, left: Ints, right: Ints) -> Candidates:
        """These pairs, compared, whatever the keys say. Pairs come back in order, without repeats."""
        if not len(left):
            return nothing(self.plan)
        given = pl.DataFrame({"join_key_l": np.minimum(left, right), "join_key_r": np.maximum(left, right)})
        self._con.register("given", given.to_arrow(compat_level=pl.CompatLevel.oldest()))
        self._con.execute(
            "CREATE OR REPLACE TABLE pairs AS SELECT DISTINCT join_key_l, join_key_r, 0::INTEGER AS match_key FROM given"
        )
        self._con.unregister("given")
        return self._compared()

    def _compared(self) -> Candidates:
        with _quiet():
            self._made += 1
            pairs = self._api.register("pairs", table_name=f"litany_pairs_{self._made}")
            self._linker.table_management.register_blocked_pairs_for_predict(pairs)
            scored = self._linker.inference.predict(warning_mode="never")
        code = code_sql(self.plan, [f"mw_c{number}" for number in range(len(self.plan.comparisons))])
        said = f"SELECT unique_id_l AS l, unique_id_r AS r, {code} AS code, match_key AS keys FROM {scored.physical_name}"
        table = self._con.execute(f"{said} ORDER BY l, r").to_arrow_table()
        scored.drop_table_from_database_and_remove_from_cache()
        self._con.execute("DROP TABLE pairs")
        return candidates(self.plan, *(table[name].to_numpy() for name in ("l", "r", "code", "keys")))


def code_sql(plan: Plan, levels: Sequence[str]) -> str:
    """One number for the pattern of a pair, from an expression for each comparison: 0 unknown, 1 disagreement, 2 the weakest
    agreement. Raises ValueError where a number has no room for them.
    """
    radix, parts = 1, []
    for level, comparison in reversed(list(zip(levels, plan.comparisons, strict=True))):
        parts.append(f"({level})::BIGINT * {radix}")
        radix *= len(comparison.levels) + 2
    if radix >= 1 << 62:
        raise ValueError(f"{plan.name}: comparisons have too many levels together")
    return f"({' + '.join(parts)})"


def candidates(plan: Plan, left: Ints, right: Ints, codes: NDArray[np.int64], keys: Ints) -> Candidates:
    """Pairs, in order, as compared: ``codes`` as `code_sql` has them."""
    distinct, pattern = np.unique(codes, return_inverse=True)
    return Candidates(
        left.astype(np.int32),
        right.astype(np.int32),
        pattern.astype(np.int32),
        keys.astype(np.int32),
        _decoded(distinct, plan.comparisons),
    )


def settings(threads: int | None) -> dict[str, str | bool | int | float | list[str]]:
    """How DuckDB is opened for names."""
    made: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",  # nothing is downloaded
        "autoload_known_extensions": "false",
        "preserve_insertion_order": "false",
        "temp_directory": "",  # nothing is spilled: names stay in memory
    }
    return made if threads is None else {**made, "threads": str(threads)}


def _splink(plan: Plan) -> dict[str, object]:
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "blocking_rules_to_generate_predictions": ["1=1"],  # pairs are always handed over
        "comparisons": [_comparison(number, one) for number, one in enumerate(plan.comparisons)],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "probability_two_random_records_match": 0.5,
    }


def _comparison(number: int, one: Comparison) -> dict[str, object]:
    """Splink hands out the weight of each field, log2(m/u), not its level: so these m and u make the weight the level's number
    (1 disagreement, 2 the weakest agreement, ...; unknown weighs 0). Powers of two are exact. No other weight is used.
    """
    levels: list[dict[str, object]] = [{"sql_condition": one.missing, "label_for_charts": "unknown", "is_null_level": True}]
    for place, level in enumerate(one.levels):
        levels.append({"sql_condition": level.when, "label_for_charts": level.label, **_weighing(len(one.levels) + 1 - place)})
    levels.append({"sql_condition": "ELSE", "label_for_charts": one.otherwise, **_weighing(1)})
    return {"output_column_name": f"c{number}", "comparison_levels": levels}


def _weighing(weight: int) -> dict[str, float]:
    return {"m_probability": 0.5, "u_probability": 0.5 / 2**weight}


def _decoded(codes: NDArray[np.int64], comparisons: Sequence[Comparison]) -> NDArray[np.int8]:
    made = np.empty((len(codes), len(comparisons)), np.int8)
    rest = codes.astype(np.int64)
    for column in range(len(comparisons) - 1, -1, -1):
        base = len(comparisons[column].levels) + 2
        made[:, column] = rest % base - 1
        rest = rest // base
    return made


def nothing(plan: Plan) -> Candidates:
    """No pair."""
    none = np.empty(0, np.int32)
    return Candidates(none, none, none, none, np.empty((0, len(plan.comparisons)), np.int8))


@contextmanager
def _quiet() -> Iterator[None]:
    """Splink says how long each step took, and that its model was not trained: neither concerns anybody here."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
