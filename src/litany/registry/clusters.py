"""Which statements make one incident, and which one victim?

Rows on one anchor; rows to which their source gives one incident key; anchors that people judged to be the same. Nothing
is matched by likeness here. Numbers follow the order of the rows, so that they depend on content alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def with_clusters(
    table: pl.DataFrame, same_incident: Sequence[Sequence[int]], same_victim: Sequence[Sequence[int]]
) -> pl.DataFrame:
    """Adds ``incident`` (every row), ``victim`` (rows about a person) and ``alone`` (the only row of its incident).

    ``table`` has ``anchor`` and ``own_incident``; the groups hold keys of anchors. The same victim died in the same incident.
    """
    table = table.with_columns(
        pl.when(pl.col("own_incident").is_null())
        .then(pl.col("anchor"))
        .otherwise(pl.col("anchor").min().over("own_incident"))
        .alias("label")
    )
    label = dict(
        table.filter(pl.col("anchor").is_in(_members([*same_incident, *same_victim]))).select("anchor", "label").iter_rows()
    )
    joined = _union([[label[a] for a in group if a in label] for group in (*same_incident, *same_victim)])
    table = _numbered(_relabelled(table, "label", joined), "label", "incident")
    persons = _relabelled(
        table.with_columns(pl.when("person").then("anchor").alias("who")),
        "who",
        _union([list(group) for group in same_victim]),
    )
    return (
        _numbered(persons, "who", "victim").with_columns((pl.len().over("incident") == 1).alias("alone")).drop("label", "who")
    )


def _members(groups: Sequence[Sequence[int]]) -> list[int]:
    return sorted({anchor for group in groups for anchor in group})


def _union(groups: Sequence[Sequence[int]]) -> dict[int, int]:
    """The least member of the component that each member is in."""
    parent: dict[int, int] = {}

    def root(member: int) -> int:
        parent.setdefault(member, member)
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    for group in groups:
        for member in group[1:]:
            a, b = root(group[0]), root(member)
            parent[max(a, b)] = min(a, b)
    return {member: root(member) for member in parent}


def _relabelled(table: pl.DataFrame, column: str, new: dict[int, int]) -> pl.DataFrame:
    changed = {old: label for old, label in new.items() if old != label}
    return table.with_columns(pl.col(column).replace(changed)) if changed else table


def _numbered(table: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    numbers = table.select(column).drop_nulls().unique(maintain_order=True).with_row_index(name)
    return table.join(numbers.with_columns(pl.col(name).cast(pl.Int32)), on=column, how="left", maintain_order="left")
