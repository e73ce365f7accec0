"""Where do the draws of a case, their pairs and weights stand, so that links and reviews need not link again?

One generation of `derived/` holds them beside the register: for incidents and for victims the draws, the pairs that were
scored and the learned weights; and which row of the register is which incident unit and person.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from litany.linkage.draws import Draws, Stored
from litany.linkage.link import Linked
from litany.linkage.plan import Plan
from litany.registry.linking import CaseLinks
from litany.types.records import About

ROWS, PARTS = "linked.parquet", "linked-parts.parquet"
_PARTS = {"part": pl.Int32, "whole": pl.Int32, "share": pl.Float64}


class Basis(Struct, frozen=True):
    """``plan``: what was compared; ``m`` and ``u``: the learned probabilities by comparison and level; ``share`` of all
    pairs that are the same; ``keys_reach``: the estimated share of true pairs that the keys reach (None: all pairs were
    compared); ``missed``: how many true pairs lie outside what was drawn, one number a draw.
    """

    plan: Plan
    m: tuple[tuple[float, ...], ...]
    u: tuple[tuple[float, ...], ...]
    share: float
    keys_reach: float | None
    missed: tuple[int, ...]
    notes: tuple[str, ...]


class Pairs(Struct, frozen=True):
    """The links about incidents or victims, as kept: draws, scored pairs (left, right, odds, keys, levels) and what they
    rest on.
    """

    draws: Draws
    pairs: pl.DataFrame
    basis: Basis


def save(folder: Path, table: pl.DataFrame, made: CaseLinks) -> None:
    """Write the links of a case into a generation's folder. ``table``: the register's rows before it was expanded."""
    rows = table.select("doc", "sheet", "row", "facet", "source").with_columns(
        pl.Series("unit", made.linking.unit), pl.Series("person", made.linking.person)
    )
    (folder / ROWS).write_bytes(_bytes(rows))
    parts = pl.DataFrame({"part": made.parts.part, "whole": made.parts.whole, "share": made.parts.shares()}, schema=_PARTS)
    (folder / PARTS).write_bytes(_bytes(parts))
    for about, one in ((About.INCIDENT, made.incidents), (About.VICTIM, made.victims)):
        if one is not None:
            _save(folder, about.value, one)


def _save(folder: Path, name: str, one: Linked) -> None:
    stored = one.draws.to_parquet()
    for part in ("settled", "doubtful", "diagnostics"):
        (folder / f"{name}-{part}").write_bytes(getattr(stored, part))
    found = one.prepared.pairs
    pairs = pl.DataFrame(
        {
            "left": pl.Series(found.left), "right": pl.Series(found.right), "keys": pl.Series(found.keys),
            "odds": pl.Series(np.round(one.prepared.weights.odds(found.patterns)[found.pattern], 6)),
            "levels": pl.Series(found.patterns[found.pattern].astype(np.int8), dtype=pl.Array(pl.Int8,
            found.patterns.shape[1])),
        }
    )  # fmt: skip
    (folder / f"{name}-pairs").write_bytes(_bytes(pairs))
    weights = one.prepared.weights
    basis = Basis(
        one.prepared.plan, _plain(weights.m), _plain(weights.u), weights.share, one.reach, tuple(one.missed.tolist()), one.notes
    )
    (folder / f"{name}-basis").write_bytes(msgspec.json.encode(basis))


def _plain(levels: Sequence[NDArray[np.float64]]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(field.tolist()) for field in levels)


def load(folder: Path, about: About) -> Pairs | None:
    """The links about incidents or victims in a generation; None where there was nothing to link."""
    name = about.value
    if not (folder / f"{name}-basis").exists():
        return None
    stored = Stored(*((folder / f"{name}-{part}").read_bytes() for part in ("settled", "doubtful", "diagnostics")))
    pairs = pl.read_parquet(BytesIO((folder / f"{name}-pairs").read_bytes()))
    return Pairs(Draws.from_parquet(stored), pairs, msgspec.json.decode((folder / f"{name}-basis").read_bytes(), type=Basis))


def parts(folder: Path) -> pl.DataFrame:
    """Which incident units are parts of which others (part, whole), and in which share of the draws."""
    return pl.read_parquet(BytesIO((folder / PARTS).read_bytes()))


def rows(folder: Path) -> pl.DataFrame:
    """The register's rows before it was expanded: doc, sheet, row, facet, source (numbers of its legend), unit, person (-1:
    none).
    """
    return pl.read_parquet(BytesIO((folder / ROWS).read_bytes()))


def _bytes(frame: pl.DataFrame) -> bytes:
    room = BytesIO()
    frame.write_parquet(room, compression="zstd", statistics=False)
    return room.getvalue()
