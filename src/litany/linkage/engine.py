"""At which level does each field of each candidate pair agree?

DuckDB compares, and does nothing else: no weight, no threshold, no cluster comes from it, so that another engine can take its
place. Pairs are brought together by the plan's keys, in one join a key, and each pair remembers by which of its keys it was
reached: the learned recall rests on that (`litany.linkage.recall`). So many pairs are brought together and compared at once
as fit in bounded memory, one stretch of first rows after the other; of each only its two numbers, its pattern and its keys
are kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol, Self

import duckdb
import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from litany.linkage.crowds import MOST_PER_ROW, Crowds, crowds
from litany.linkage.engine_pairs import EXHAUSTIVE, all_pairs, compared_columns, keyed_pairs, numbered, wanted
from litany.linkage.plan import Comparison, Plan

Ints = NDArray[np.int32]
Column = NDArray[np.int32] | NDArray[np.int64]
AT_ONCE = 6_000_000  # pairs that are compared at once, about: some 100 bytes each
_FEWEST = 1_000  # first rows of a stretch
_TABLE = 1 << 24  # patterns that could be, of which a table is kept


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
    """DuckDB in memory, over one table. ``frame`` has the plan's columns and ``list`` (int: which list a row is of);
    ``free`` says of each list whether it is free of duplicates: two of its rows are never compared.
    """

    def __init__(self, frame: pl.DataFrame, plan: Plan, free: Sequence[bool] = (), threads: int | None = None) -> None:
        if 1 << len(plan.keys) > EXHAUSTIVE:
            raise ValueError(f"{plan.name}: {len(plan.keys)} keys are more than a pair's bits")
        self.plan, self.size = plan, frame.height
        self._con = duckdb.connect(":memory:", config=settings(threads))
        self._con.execute("SET enable_progress_bar = false")
        self.crowds = crowds(frame, plan, free, self.is_exhaustive)
        self._copy_in(wanted(numbered(frame, free, self.crowds), plan), "rows")
        fields = (f'{side}."{name}" AS "{name}_{side}"' for side in "lr" for name in compared_columns(plan, frame.columns))
        self._said = (
            f"SELECT join_key_l AS l, join_key_r AS r, {code_sql(plan)}::{_code_type(plan)} AS code, match_key AS keys FROM ("
            f"SELECT pairs.*, {', '.join(fields)} FROM pairs JOIN firsts l ON join_key_l = l.unique_id "
            "JOIN rows r ON join_key_r = r.unique_id) ORDER BY l, r"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._con.close()

    def compare(self) -> Candidates:
        """All pairs that a key reaches (or all there are), compared."""
        if self.size < 2:
            return nothing(self.plan)
        parts, low, many = [], 0, max(_FEWEST, AT_ONCE // (2 * MOST_PER_ROW))  # early rows come first in twice as many
        while low < self.size:
            first = low, min(low + many, self.size)
            made = all_pairs(True, first) if self.is_exhaustive else keyed_pairs(self.plan.keys, True, first)
            self._con.execute(f"CREATE OR REPLACE TABLE pairs AS {made}")
            parts.append(self._compared(first))
            low, many = first[1], max(_FEWEST, min(2 * many, many * AT_ONCE // max(len(parts[-1][0]), 1)))
        return _joined(self.plan, parts)

    def compare_pairs(self, left: Ints, right: Ints) -> Candidates:
        """These pairs, compared, whatever the keys say. Pairs come back in order, without repeats."""
        if not len(left):
            return nothing(self.plan)
        self._copy_in(pl.DataFrame({"join_key_l": np.minimum(left, right), "join_key_r": np.maximum(left, right)}), "asked")
        said = "SELECT DISTINCT join_key_l, join_key_r, 0::INTEGER AS match_key FROM asked"
        self._con.execute(f"CREATE OR REPLACE TABLE pairs AS {said}")
        self._con.execute("DROP TABLE asked")
        return _joined(self.plan, [self._compared((0, self.size))])

    def _copy_in(self, frame: pl.DataFrame, name: str) -> None:
        self._con.register("given", frame.to_arrow(compat_level=pl.CompatLevel.oldest()))
        self._con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM given")
        self._con.unregister("given")

    def _compared(self, first: tuple[int, int]) -> list[Column]:
        """The columns of ``pairs``, compared, whose first rows are these."""
        firsts = f"SELECT * FROM rows WHERE unique_id >= {first[0]} AND unique_id < {first[1]}"
        self._con.execute(f"CREATE OR REPLACE VIEW firsts AS {firsts}")
        table = self._con.execute(self._said).to_arrow_table()
        self._con.execute("DROP TABLE pairs")
        return [table[name].to_numpy() for name in ("l", "r", "code", "keys")]


def code_sql(plan: Plan) -> str:
    """One number for the pattern of a pair, of each comparison 0 unknown, 1 disagreement, 2 the weakest agreement, over the
    columns x_l and x_r of both rows. Raises ValueError where a number has no room for them.
    """
    radix, parts = 1, []
    for comparison in reversed(plan.comparisons):
        parts.append(f"({_level_sql(comparison)})::BIGINT * {radix}")
        radix *= len(comparison.levels) + 2
    if radix >= 1 << 62:
        raise ValueError(f"{plan.name}: comparisons have too many levels together")
    return f"({' + '.join(parts)})"


def _level_sql(one: Comparison) -> str:
    levels = " ".join(f"WHEN {level.when} THEN {len(one.levels) + 1 - place}" for place, level in enumerate(one.levels))
    return f"CASE WHEN {one.missing} THEN 0 {levels} ELSE 1 END"


def _possible(plan: Plan) -> int:
    """How many patterns there could be."""
    return math.prod(len(comparison.levels) + 2 for comparison in plan.comparisons)


def _code_type(plan: Plan) -> str:
    return "INTEGER" if _possible(plan) < 1 << 31 else "BIGINT"


def candidates(plan: Plan, left: Column, right: Column, codes: Column, keys: Column) -> Candidates:
    """Pairs, in order, as compared: ``codes`` as `code_sql` has them."""
    return _joined(plan, [[left, right, codes, keys]])


def _joined(plan: Plan, parts: list[list[Column]]) -> Candidates:
    """The parts one behind the other. Each is emptied as its columns are copied: there are tens of millions of pairs."""
    left, right, codes, keys = (np.concatenate([part.pop(0) for part in parts]) for _ in range(4))
    distinct, pattern = _numbered(codes, _possible(plan))
    return Candidates(_short(left), _short(right), pattern, _short(keys), _decoded(distinct, plan.comparisons))


def _short(column: Column) -> Ints:
    return column.astype(np.int32, copy=False)


def _numbered(codes: Column, possible: int) -> tuple[NDArray[np.int64], Ints]:
    """The codes that occur, in order, and the number of each pair's."""
    if possible > min(_TABLE, 4 * len(codes)):
        distinct, number = np.unique(codes, return_inverse=True)
        return distinct.astype(np.int64), number.astype(np.int32)
    seen = np.zeros(possible, bool)
    seen[codes] = True
    return np.flatnonzero(seen), (np.cumsum(seen, dtype=np.int32) - np.int32(1))[codes]


def settings(threads: int | None) -> dict[str, str | bool | int | float | list[str]]:
    """How DuckDB is opened for names."""
    made: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",  # nothing is downloaded
        "autoload_known_extensions": "false",
        "preserve_insertion_order": "false",
        "temp_directory": "",  # nothing is spilled: names stay in memory
    }
    return made if threads is None else {**made, "threads": str(threads)}


def _decoded(codes: Column, comparisons: Sequence[Comparison]) -> NDArray[np.int8]:
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
