"""Which rows are so many of one kind that comparing each with each would take for ever, and what is done instead?

Two kinds. *Copies*: rows of one list that are the same in everything that is compared, as when an export repeats a row ten
thousand times. Each is compared with the first of them only, which stands for all before the others; weights are not learned
from them, for what is copied shows no errors. *Crowded values*: a name that tens of thousands bear brings together more pairs
than can be looked at, and says little by itself; by that key such rows are not brought together, the largest crowds first,
and are found by the others (name and week, day and township). Both are told, for rows that are not compared are not linked.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from litany.linkage.plan import Key, Plan

Ints = NDArray[np.int32]
ALIKE = 50  # rows of one list that are the same in everything: more are taken as copies
MOST, MOST_PER_ROW = 8_000_000, 40  # pairs that all keys may bring together: so many, or so many a row if that is more
_NAMED = 3  # values that a note names


class Crowds(Struct, frozen=True):
    """For each row: ``reach`` (int32) the bits of the keys by which it is found (all, where its values are not crowded; none
    for a copy), and ``copy_of`` (int32) the row whose copy it is, -1 for none. ``notes`` say what is not compared.
    """

    reach: Ints
    copy_of: Ints
    notes: tuple[str, ...]


def crowds(frame: pl.DataFrame, plan: Plan, free: Sequence[bool], exhaustive: bool) -> Crowds:
    """What is crowded in the rows of a table. ``free``: which lists are free of duplicates; ``exhaustive``: are all pairs
    compared, so that no key is used?
    """
    copy_of = _copies(frame, free)
    notes = _notes_of_copies(copy_of)
    reach = np.where(copy_of < 0, np.int32((1 << len(plan.keys)) - 1), np.int32(0)).astype(np.int32)
    if not exhaustive:
        notes += _thin(reach, frame, plan.keys, free, copy_of < 0)
    return Crowds(reach, copy_of, tuple(notes))


def _copies(frame: pl.DataFrame, free: Sequence[bool]) -> Ints:
    """(rows) the first of more than `ALIKE` rows of one list that are the same in all columns; -1 for it and all others."""
    made = np.full(frame.height, -1, np.int32)
    if not frame.height or not frame.width:
        return made
    table = pl.DataFrame({"row": np.arange(frame.height, dtype=np.int32), "mark": frame.hash_rows(seed=1)})
    table = table.filter(pl.Series(~_once(frame, free))).filter(pl.len().over("mark") > ALIKE)
    if not table.height:
        return made
    rows = table["row"].to_numpy()
    some = frame[rows].select(pl.concat_str([pl.format("{}", _text(frame, name)) for name in frame.columns], separator="\x1f"))
    said = some.to_series().to_numpy()
    _, first, group, count = np.unique(said, return_index=True, return_inverse=True, return_counts=True)
    copied = (count[group] > ALIKE) & (first[group] != np.arange(len(rows)))
    made[rows[copied]] = rows[first[group[copied]]]
    return made


def _text(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A column as text, by which two cells are the same only where they are; null is a text of its own."""
    column = pl.col(name)
    if isinstance(frame.schema[name], pl.List):
        column = column.list.eval(pl.element().cast(pl.String)).list.join("\x1e")
    return column.cast(pl.String).fill_null("\x00")


def _once(frame: pl.DataFrame, free: Sequence[bool]) -> NDArray[np.bool_]:
    """(rows) is the row of a list that is free of duplicates?"""
    if not any(free) or "list" not in frame.columns:
        return np.zeros(frame.height, bool)
    return np.asarray(np.asarray(free, bool)[frame["list"].to_numpy()])


def _notes_of_copies(copy_of: Ints) -> list[str]:
    copies = int((copy_of >= 0).sum())
    if not copies:
        return []
    kinds, times = np.unique(copy_of[copy_of >= 0], return_counts=True)
    return [
        f"{copies:,} rows are the same as another row of their list in all that is compared ({len(kinds):,} such rows, up to "
        f"{int(times.max()) + 1:,} times each): they were compared with that row only, and no weight was learned from them; "
        "where they are different ones, let the mapping of their list say so (distinct)"
    ]


class _Blocks(Struct, frozen=True):
    """The values of one key: for each row its block (-1: it has none), how many rows and pairs each block has."""

    of: NDArray[np.int64]
    rows: NDArray[np.int64]
    pairs: NDArray[np.int64]


def _thin(reach: Ints, frame: pl.DataFrame, keys: Sequence[Key], free: Sequence[bool], own: NDArray[np.bool_]) -> list[str]:
    """Takes from ``reach`` the bits of keys for rows whose value is crowded, and says so."""
    most = max(MOST, MOST_PER_ROW * frame.height)
    blocks = [_blocks(frame, key, _once(frame, free), own) for key in keys]
    every = np.sort(np.concatenate([one.pairs for one in blocks])) if blocks else np.empty(0, np.int64)
    if every.sum() <= most:
        return []
    fits = np.cumsum(every) <= most
    limit = int(every[np.argmin(fits)]) - 1  # blocks of one size are all in or all out, so that no order decides
    notes = []
    for bit, (key, one) in enumerate(zip(keys, blocks, strict=True)):
        crowded = one.pairs > limit
        if crowded.any():
            out = np.append(crowded, False)[one.of]  # -1 takes the last
            reach[out] &= np.int32(~(1 << bit))
            notes.append(_note_of_values(frame, key, one, crowded))
    return notes


def _blocks(frame: pl.DataFrame, key: Key, once: NDArray[np.bool_], own: NDArray[np.bool_]) -> _Blocks:
    has = frame.select(pl.all_horizontal(pl.col(name).is_not_null() for name in key.columns)).to_series().to_numpy() & own
    of = np.full(frame.height, -1, np.int64)
    if not has.any():
        none = np.empty(0, np.int64)
        return _Blocks(of, none, none)
    value = frame.select(pl.struct(*key.columns).rank("dense")).to_series().to_numpy() if len(key.columns) > 1 else (
        frame[key.columns[0]].rank("dense").fill_null(0).to_numpy()
    )  # fmt: skip
    of[has] = np.unique(value[has], return_inverse=True)[1]
    rows = np.bincount(of[has])
    pairs = rows * (rows - 1) // 2
    if once.any():  # rows of a list free of duplicates are never compared with each other
        mine = has & once
        cell, count = np.unique(np.stack([of[mine], frame["list"].to_numpy()[mine]]), axis=1, return_counts=True)
        pairs = pairs - np.bincount(cell[0], count * (count - 1) // 2, minlength=len(rows)).astype(np.int64)
    return _Blocks(of, rows, pairs)


def _note_of_values(frame: pl.DataFrame, key: Key, blocks: _Blocks, crowded: NDArray[np.bool_]) -> str:
    largest = np.flatnonzero(crowded)[np.argsort(-blocks.rows[crowded], kind="stable")]
    named = []
    for block in largest[:_NAMED]:
        cells = frame.row(int(np.argmax(blocks.of == block)), named=True)
        value = " ".join(str(cells[name]) for name in key.columns if isinstance(cells[name], str)) or "one value"
        named.append(f"{value!r} in {int(blocks.rows[block]):,} rows")
    more = f" and {len(largest) - _NAMED:,} values more" if len(largest) > _NAMED else ""
    return (
        f"too common to compare all rows that share it by {key.name} alone: {', '.join(named)}{more} "
        f"({int(blocks.pairs[crowded].sum()):,} pairs); such rows were compared only where they share something else"
    )
