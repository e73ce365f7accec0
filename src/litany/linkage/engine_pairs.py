"""Which pairs of rows does a plan bring together, in SQL that DuckDB and Spark both understand?"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import polars as pl

from litany.linkage.crowds import Crowds
from litany.linkage.plan import Key, Plan

EXHAUSTIVE = 1 << 30  # the bit of a pair that no key had to reach, because all pairs are compared
COPIED = EXHAUSTIVE | 1  # the bits of a row and its copy (`litany.linkage.crowds`), which no key had to reach either
_PAIR = "SELECT l.unique_id AS join_key_l, r.unique_id AS join_key_r,"
_COPIES = f"SELECT copy_of AS join_key_l, unique_id AS join_key_r, {COPIED}::INTEGER"
_OF = "FROM rows WHERE copy_of >= 0"
_OWN = ("unique_id", "only_once", "reach", "copy_of")  # columns of the rows that are not the table's
_MAY = "l.unique_id < r.unique_id AND (l.only_once IS NULL OR r.only_once IS NULL OR l.only_once != r.only_once)"


def numbered(frame: pl.DataFrame, free: Sequence[bool], bounds: Crowds | None = None) -> pl.DataFrame:
    """The rows with their numbers; ``only_once`` is the list of a row where that list is free of duplicates; with ``bounds``
    also ``reach`` and ``copy_of`` (`litany.linkage.crowds`).
    """
    once = [number if one else None for number, one in enumerate(free)]
    if "list" in frame.columns and any(free):
        column = frame["list"].replace_strict(range(len(once)), once, return_dtype=pl.Int32)
    else:
        column = pl.Series([None] * frame.height, dtype=pl.Int32)
    numbers = pl.Series("unique_id", np.arange(frame.height, dtype=np.int32))
    made = frame.with_columns(numbers, column.alias("only_once"))
    if bounds is None:
        return made
    return made.with_columns(pl.Series("reach", bounds.reach), pl.Series("copy_of", bounds.copy_of))


def compared_columns(plan: Plan, names: Sequence[str]) -> tuple[str, ...]:
    """Those of the columns ``names`` that the plan's comparisons look at."""
    conditions = " ".join(when for one in plan.comparisons for when in (one.missing, *(level.when for level in one.levels)))
    return tuple(name for name in names if re.search(rf'"{re.escape(name)}_[lr]"', conditions))


def wanted(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The rows (`numbered`) with the columns that comparisons and keys look at, and no others."""
    keys = " ".join(part for key in plan.keys for part in (*key.columns, key.also))
    compared = compared_columns(plan, rows.columns)
    looked_at = [name for name in rows.columns if name in compared or re.search(rf"\b{re.escape(name)}\b", keys)]
    return rows.select(*(name for name in _OWN if name in rows.columns), *(name for name in looked_at if name not in _OWN))


def all_pairs(bounded: bool = False, first: tuple[int, int] | None = None) -> str:
    """All pairs of ``rows`` (`numbered`), in SQL that DuckDB and Spark understand; ``match_key`` is `EXHAUSTIVE`.

    ``bounded``: the rows have bounds, and a copy is paired with the row whose copy it is only (`COPIED`). ``first``: only pairs
    whose first row is from the one number up to the other, which is left out.
    """
    pairs = f"{_PAIR} {EXHAUSTIVE}::INTEGER AS match_key FROM rows l JOIN rows r ON {_MAY}{_from('l.unique_id', first)}"
    if not bounded:
        return pairs
    return f"{pairs} AND l.copy_of < 0 AND r.copy_of < 0 UNION ALL {_COPIES} AS match_key {_OF}{_from('copy_of', first)}"


def keyed_pairs(keys: Sequence[Key], bounded: bool = False, first: tuple[int, int] | None = None) -> str:
    """The pairs of ``rows`` that a key reaches, in SQL of both; ``match_key`` has the bits of the keys.

    ``bounded``: the rows have bounds; a row is found by the keys in its ``reach``, and a copy with the row whose copy it is.
    ``first``: as in `all_pairs`.
    """
    joins = [f"{_COPIES} AS bit {_OF}{_from('copy_of', first)}"] if bounded else []
    may = f"{_MAY}{_from('l.unique_id', first)}"
    for bit, key in enumerate(keys):
        equal = " AND ".join(f'l."{column}" = r."{column}"' for column in key.columns)
        also = f" AND ({key.also})" if key.also else ""
        reach = f" AND (l.reach & {1 << bit}) > 0 AND (r.reach & {1 << bit}) > 0" if bounded else ""
        joins.append(f"{_PAIR} {1 << bit}::INTEGER AS bit FROM rows l JOIN rows r ON {equal}{also} AND {may}{reach}")
    return (
        "SELECT join_key_l, join_key_r, bit_or(bit)::INTEGER AS match_key FROM ("
        + " UNION ALL ".join(joins)
        + ") GROUP BY join_key_l, join_key_r"
    )


def _from(column: str, first: tuple[int, int] | None) -> str:
    return "" if first is None else f" AND {column} >= {first[0]} AND {column} < {first[1]}"
