"""Which pairs of rows does a plan bring together, in SQL that DuckDB and Spark both understand?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from litany.linkage.crowds import Crowds
from litany.linkage.plan import Key

EXHAUSTIVE = 1 << 30  # the bit of a pair that no key had to reach, because all pairs are compared
COPIED = EXHAUSTIVE | 1  # the bits of a row and its copy (`litany.linkage.crowds`), which no key had to reach either
_PAIR = "SELECT l.unique_id AS join_key_l, r.unique_id AS join_key_r,"
_COPIES = f"SELECT copy_of AS join_key_l, unique_id AS join_key_r, {COPIED}::INTEGER"
_OF = "FROM rows WHERE copy_of >= 0"
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


def all_pairs(bounded: bool = False) -> str:
    """All pairs of ``rows`` (`numbered`), in SQL that DuckDB and Spark understand; ``match_key`` is `EXHAUSTIVE`.

    ``bounded``: the rows have bounds, and a copy is paired with the row whose copy it is only (`COPIED`).
    """
    pairs = f"{_PAIR} {EXHAUSTIVE}::INTEGER AS match_key FROM rows l JOIN rows r ON {_MAY}"
    return f"{pairs} AND l.copy_of < 0 AND r.copy_of < 0 UNION ALL {_COPIES} AS match_key {_OF}" if bounded else pairs


def keyed_pairs(keys: Sequence[Key], bounded: bool = False) -> str:
    """The pairs of ``rows`` that a key reaches, in SQL of both; ``match_key`` has the bits of the keys.

    ``bounded``: the rows have bounds; a row is found by the keys in its ``reach``, and a copy with the row whose copy it is.
    """
    joins = [f"{_COPIES} AS bit {_OF}"] if bounded else []
    for bit, key in enumerate(keys):
        equal = " AND ".join(f'l."{column}" = r."{column}"' for column in key.columns)
        also = f" AND ({key.also})" if key.also else ""
        reach = f" AND (l.reach & {1 << bit}) > 0 AND (r.reach & {1 << bit}) > 0" if bounded else ""
        joins.append(f"{_PAIR} {1 << bit}::INTEGER AS bit FROM rows l JOIN rows r ON {equal}{also} AND {_MAY}{reach}")
    return (
        "SELECT join_key_l, join_key_r, bit_or(bit)::INTEGER AS match_key FROM ("
        + " UNION ALL ".join(joins)
        + ") GROUP BY join_key_l, join_key_r"
    )
