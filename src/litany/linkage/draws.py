"""Which records are one, in each posterior draw, and how sure is that?

Most records are settled: their cluster is the same in all draws and is kept once. Draws are kept only of the doubtful ones, as
small numbers local to their component, so that 400 draws of millions of records fit in memory.
"""

from __future__ import annotations

from io import BytesIO

import msgspec
import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from litany.linkage.partition_checks import Diagnostics
from litany.linkage.partition_point import cluster_hits, point_labels
from litany.linkage.partition_random import mix

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


class Stored(Struct, frozen=True):
    """Draws as bytes: two Parquet tables and a JSON text. ``settled``: one row a record. ``doubtful``: one row a doubtful
    record, with the column of its group and an array of labels, one a draw.
    """

    settled: bytes
    doubtful: bytes
    diagnostics: bytes


class Draws(Struct, frozen=True):
    """Posterior draws of a partition of records 0, 1, ....

    ``settled`` (size): for a record whose cluster is the same in all draws the least record of its cluster, for others -1.
    ``doubtful`` (m): the others, component by component, in order within each. ``group`` (m): where in ``doubtful`` the
    component of each begins. ``labels`` (draws, m), unsigned: ``doubtful[group + label]`` is the least record of its cluster.
    """

    settled: Ints
    doubtful: Ints
    group: Ints
    labels: NDArray[np.unsignedinteger]
    diagnostics: Diagnostics

    def __len__(self) -> int:
        """How many draws there are."""
        return len(self.labels)

    @property
    def size(self) -> int:
        """How many records there are."""
        return len(self.settled)

    def labels_of(self, draw: int) -> Ints:
        """(size) the least record of each record's cluster in a draw."""
        made = self.settled.copy()
        made[self.doubtful] = self.doubtful[self.group + self.labels[draw]]
        return made

    def number_of_clusters(self) -> NDArray[np.int64]:
        """(draws) how many clusters there are, single records among them."""
        alone = int((self.settled == np.arange(self.size)).sum())
        own = (np.arange(len(self.doubtful)) - self.group).astype(self.labels.dtype)
        return np.array([alone + int((labels == own).sum()) for labels in self.labels], np.int64)

    def pair_probability(self, left: ArrayLike, right: ArrayLike) -> Floats:
        """The share of draws in which ``left[i]`` and ``right[i]`` are in one cluster, for arrays of record numbers of equal
        shape.
        """
        one, other = np.asarray(left, np.int64), np.asarray(right, np.int64)
        made: Floats = ((self.settled[one] == self.settled[other]) & (self.settled[one] >= 0)).astype(np.float64)
        if not len(self.doubtful):
            return made
        column = np.full(self.size, -1, np.int64)
        column[self.doubtful] = np.arange(len(self.doubtful))
        a, b = column[one], column[other]
        asked = (a >= 0) & (b >= 0) & (self.group[a] == self.group[b])
        a, b = a[asked], b[asked]
        found = np.zeros(len(a), np.int64)
        for labels in self.labels:
            found += labels[a] == labels[b]
        made[asked] = found / len(self)
        return made

    def point(self) -> Ints:
        """(size) one partition, by the least record of each cluster: the one that `partition_point` finds best for all
        draws.
        """
        made = self.settled.copy()
        made[self.doubtful] = self.doubtful[self.group + point_labels(self.labels, *self._groups())]
        return made

    def cluster_probability(self, partition: Ints) -> Floats:
        """(size) in which share of draws is the cluster of a record exactly its cluster in ``partition``, records of one
        cluster having one label there (`point`, or `labels_of` a draw)?

        Clusters are compared by sums of 64-bit words, one a record: two of them in 10^19 would be mistaken for each other.
        """
        word = mix(np.arange(self.size, dtype=np.uint64))
        _, cluster = np.unique(partition, return_inverse=True)
        wanted = np.zeros(self.size, np.uint64)
        np.add.at(wanted, cluster, word)
        there = np.zeros(self.size, np.uint64)
        sure = self.settled >= 0
        np.add.at(there, self.settled[sure], word[sure])
        made = (there[self.settled] == wanted[cluster]) & sure
        probability: Floats = made.astype(np.float64)
        hits = cluster_hits(self.labels, self.group, word[self.doubtful], wanted[cluster][self.doubtful])
        probability[self.doubtful] = hits / len(self)
        return probability

    def to_parquet(self) -> Stored:
        """The draws as bytes, the same for the same draws."""
        doubtful = pl.DataFrame(
            {
                "record": pl.Series(self.doubtful, dtype=pl.Int32),
                "group": pl.Series(self.group, dtype=pl.Int32),
                "labels": pl.Series(
                    np.ascontiguousarray(self.labels.T), dtype=pl.Array(_polars_type(self.labels.dtype), len(self))
                ),
            }
        )
        return Stored(
            _parquet(pl.DataFrame({"settled": pl.Series(self.settled, dtype=pl.Int32)})),
            _parquet(doubtful),
            msgspec.json.encode(self.diagnostics),
        )

    @classmethod
    def from_parquet(cls, stored: Stored) -> Draws:
        """The draws that `to_parquet` made bytes of."""
        doubtful = pl.read_parquet(BytesIO(stored.doubtful))
        labels = doubtful["labels"].to_numpy()
        return cls(
            pl.read_parquet(BytesIO(stored.settled))["settled"].to_numpy(),
            doubtful["record"].to_numpy(),
            doubtful["group"].to_numpy(),
            np.ascontiguousarray(labels.T),
            msgspec.json.decode(stored.diagnostics, type=Diagnostics),
        )

    def _groups(self) -> tuple[Ints, Ints]:
        first = np.unique(self.group)
        return first.astype(np.int32), np.append(first[1:], len(self.group)).astype(np.int32)[: len(first)]


def _polars_type(kind: np.dtype[np.unsignedinteger]) -> type[pl.DataType]:
    return {1: pl.UInt8, 2: pl.UInt16, 4: pl.UInt32}[kind.itemsize]


def _parquet(frame: pl.DataFrame) -> bytes:
    room = BytesIO()
    frame.write_parquet(room, compression="zstd", statistics=False, row_group_size=1 << 20)
    return room.getvalue()
