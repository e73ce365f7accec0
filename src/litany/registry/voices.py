"""Which statements on an incident are one voice, because they share words or a web address?

Who copies a text, or cites the article that another read, bears nothing out. So statements of different sources on one incident
that share their words, or a web address, have the roots of that among them which names the most: a copy adds no root. They
then count once by the counting rules, and the grade sees one root where there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
from msgspec import Struct

from litany.linkage.components import components
from litany.linkage.incident_words import addresses, text_prints
from litany.linkage.incidents import dependent
from litany.registry.columns import Legend

VOICES = "voices.parquet"
_SCHEMA: dict[str, type[pl.DataType]] = {"left": pl.Int32, "right": pl.Int32, "why": pl.String}


class _Noted(Struct, frozen=True):
    note: str | None = None


def with_voices(table: pl.DataFrame, legend: Legend, body: Callable[[int], bytes | None]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table with one set of ``roots`` for each voice of an incident, and the pairs of its rows that share words or a web
    address (left, right, why), in order. ``body`` gives a statement by ``came``; None where its words are not at hand.
    """
    rows = table.with_row_index("n").filter(~pl.col("alone")).select("n", "incident", "source", "came", "earliest", "roots")
    rows = rows.filter(pl.col("source").n_unique().over("incident") > 1)
    words = {came: _words(body(came)) for came in rows["came"].unique()}
    shown = rows.select(
        "incident", list="source", first_day="earliest",
        addresses=pl.Series([words[came][0] for came in rows["came"]], dtype=pl.List(pl.String)),
        prints=pl.Series([words[came][1] for came in rows["came"]], dtype=pl.List(pl.String)),
    )  # fmt: skip
    pairs = dependent(shown, "incident")
    if not pairs.height:
        return table, pl.DataFrame(schema=_SCHEMA)
    voice = components(rows.height, pairs["left"].to_numpy().astype(np.int32), pairs["right"].to_numpy().astype(np.int32))
    names = pl.Series([len(one) for one in legend.roots], dtype=pl.Int32)
    most = (
        rows.with_columns(voice=pl.Series(voice), names=pl.lit(names).gather(pl.col("roots").cast(pl.UInt32)))
        .sort("voice", "names", "roots", descending=[False, True, False])
        .with_columns(pl.col("roots").first().over("voice"))
        .sort("n")
    )
    n = rows["n"].to_numpy()
    roots = table["roots"].to_numpy().copy()
    roots[n] = most["roots"].to_numpy()
    found = pairs.select(left=pl.lit(pl.Series(n)).gather("left"), right=pl.lit(pl.Series(n)).gather("right"), why="why")
    return table.with_columns(pl.Series("roots", roots, dtype=pl.Int32)), found.cast(_SCHEMA)  # type: ignore[arg-type]


def _words(body: bytes | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Web addresses in a statement's note, and hashes of its words."""
    if body is None:
        return (), ()
    note = msgspec.json.decode(body, type=_Noted).note or ""
    return addresses([note]), text_prints([note])


def save(folder: Path, pairs: pl.DataFrame) -> None:
    """Write the pairs into a generation's folder."""
    room = BytesIO()
    pairs.write_parquet(room, compression="zstd", statistics=False)
    (folder / VOICES).write_bytes(room.getvalue())


def load(folder: Path) -> pl.DataFrame:
    """The pairs of a generation: rows of the register (left, right) and why they are one voice."""
    return pl.read_parquet(BytesIO((folder / VOICES).read_bytes()))
