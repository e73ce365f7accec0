"""How do draws read when some records leave their cluster in some of the draws?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import structs

from litany.linkage.draws import Draws, Ints

Move = tuple[int, Sequence[int]]  # (draw, records of one cluster of it that are a cluster of their own)


def parted(draws: Draws, moves: Sequence[Move]) -> Draws:
    """The draws after these moves, one after the other. A cluster that some draw parts is doubtful from then on."""
    if not moves:
        return draws
    wide = _loosened(draws, sorted({record for _, records in moves for record in records}))
    column = np.full(wide.size, -1, np.int64)
    column[wide.doubtful] = np.arange(len(wide.doubtful))
    labels = wide.labels.copy()
    for draw, records in moves:
        leaving = np.sort(column[np.asarray(records, np.int64)])
        base = int(wide.group[leaving[0]])
        members = base + np.flatnonzero((wide.group == base)[base:] & (labels[draw, base:] == labels[draw, leaving[0]]))
        staying = np.setdiff1d(members, leaving)
        labels[draw, leaving] = leaving[0] - base
        if len(staying):
            labels[draw, staying] = staying[0] - base
    return structs.replace(wide, labels=labels)


def _loosened(draws: Draws, records: Sequence[int]) -> Draws:
    """The same draws, with the settled clusters of these records among the doubtful: each a component, whole in every draw."""
    held = np.unique(draws.settled[np.asarray(records, np.int64)])
    clusters: list[Ints] = [np.flatnonzero(draws.settled == label).astype(np.int32) for label in held[held >= 0]]
    if not clusters:
        return draws
    members = np.concatenate(clusters)
    starts = len(draws.doubtful) + np.cumsum([0, *(len(one) for one in clusters[:-1])])
    group = np.repeat(starts, [len(one) for one in clusters]).astype(np.int32)
    settled = draws.settled.copy()
    settled[members] = -1
    kind = np.promote_types(draws.labels.dtype, np.min_scalar_type(max(len(one) for one in clusters) - 1))
    wider = np.zeros((len(draws), len(members)), kind)
    return structs.replace(
        draws, settled=settled, doubtful=np.append(draws.doubtful, members).astype(np.int32),
        group=np.append(draws.group, group).astype(np.int32), labels=np.concatenate([draws.labels.astype(kind), wider], axis=1),
    )  # fmt: skip
