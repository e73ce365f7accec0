"""What do the judgements in force say about a pair already, directly or through others?

Who is the same as somebody is the same as all that person is the same as, and different from whoever any of them is held
apart from. A pair that people could not decide is known to be undecidable, and nothing follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from litany import ids
from litany.case.case import Case
from litany.registry.build import Register
from litany.registry.judgements import Judged, in_force, settle
from litany.store import rows as store_rows
from litany.types.records import About, Judgement, Verdict

Pair = tuple[int, int]
Ints = NDArray[np.int64]
NODE = {About.VICTIM: "person", About.INCIDENT: "unit"}


class Known(Struct, frozen=True):
    """Pairs of nodes that people judged: ``same``, ``apart``, and ``unsure``."""

    same: tuple[Pair, ...] = ()
    apart: tuple[Pair, ...] = ()
    unsure: tuple[Pair, ...] = ()

    def plus(self, verdict: Verdict, left: int, right: int) -> Known:
        """With one judgement more."""
        same, apart, unsure = self.same, self.apart, self.unsure
        if verdict is Verdict.SAME:
            return Known((*same, (left, right)), apart, unsure)
        if verdict is Verdict.DIFFERENT:
            return Known(same, (*apart, (left, right)), unsure)
        return Known(same, apart, (*unsure, (left, right)))

    def follows(self, left: Ints, right: Ints) -> NDArray[np.bool_]:
        """Of which pairs of nodes the judgements say something already."""
        group = _groups(self.same)
        size = 1 + max([int(left.max(initial=0)), int(right.max(initial=0)), *group, *(max(p) for p in self._pairs)], default=0)
        label = np.arange(size)
        label[list(group)] = list(group.values())
        one, other = label[left], label[right]
        apart = _codes([(int(label[a]), int(label[b])) for a, b in self.apart], size)
        unsure = _codes(self.unsure, size)
        return np.asarray(
            (one == other) | np.isin(_coded(one, other, size), apart) | np.isin(_coded(left, right, size), unsure)
        )

    def follows_one(self, left: int, right: int) -> bool:
        """Do the judgements say something of this pair already?"""
        return bool(self.follows(np.asarray([left]), np.asarray([right]))[0])

    @property
    def _pairs(self) -> tuple[Pair, ...]:
        return (*self.apart, *self.unsure)


def _coded(left: Ints, right: Ints, size: int) -> Ints:
    return np.asarray(np.minimum(left, right) * size + np.maximum(left, right))


def _codes(pairs: Sequence[Pair], size: int) -> Ints:
    made = np.asarray(pairs, np.int64).reshape(-1, 2)
    return _coded(made[:, 0], made[:, 1], size)


def _groups(same: Iterable[Pair]) -> dict[int, int]:
    """The least member of the group of each node that is in one."""
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        while parent.setdefault(node, node) != node:
            node = parent[node]
        return node

    for left, right in same:
        a, b = root(left), root(right)
        parent[max(a, b)] = min(a, b)
    return {node: root(node) for node in parent}


def judged(case: Case) -> list[Judged]:
    """Every judgement, with its id."""
    return [Judged(ids.show(id_), record) for id_, _, record in case.store.each(Judgement)]


def known(case: Case, register: Register, rows: pl.DataFrame, about: About) -> Known:
    """What people judged, over the nodes of ``rows`` (`litany.registry.link_files.rows`); without anchors that have no node."""
    every = judged(case)
    settled = settle(every, about)
    unsure = [
        (one.judgement.left, one.judgement.right)
        for one in in_force(every)
        if one.judgement.about is about and one.judgement.verdict is Verdict.UNSURE
    ]
    same = [(group[0], other) for group in settled.groups for other in group[1:]]
    anchors = sorted({anchor for pair in (*same, *settled.apart, *unsure) for anchor in pair})
    node = nodes_of(case, register, rows, anchors, about)
    made = [
        tuple((node[a], node[b]) for a, b in pairs if a in node and b in node and node[a] != node[b])
        for pairs in (same, settled.apart, unsure)
    ]
    return Known(*made)


def nodes_of(
    case: Case, register: Register, rows: pl.DataFrame, anchors: Sequence[str], about: About
) -> dict[str, int]:  # fmt: skip
    """The node of each anchor (ids as text) that has one."""
    number = {sha256: place for place, sha256 in enumerate(register.legend.documents)}
    document = {one.key: number[one.reading.document] for one in register.readings if one.reading.document in number}
    places = [
        (anchor, document[row.reading], row.sheet, row.row)
        for anchor in anchors
        for row in store_rows.on_anchor(case.store, ids.read(anchor))
        if row.reading in document
    ]
    wanted = pl.DataFrame(places, schema=["anchor", "doc", "sheet", "row"], orient="row").unique()
    if not wanted.height:
        return {}
    wanted = wanted.cast({name: rows.schema[name] for name in ("doc", "sheet", "row")})
    found = rows.join(wanted, on=["doc", "sheet", "row"], how="inner").select("anchor", pl.col(NODE[about]).alias("node"))
    return dict(found.filter(pl.col("node") >= 0).sort("anchor", "node", descending=True).iter_rows())
