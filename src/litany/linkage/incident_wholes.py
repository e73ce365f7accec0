"""In which draws is an incident of one source only a part of what another source tells as one?

`incident_parts` says which rows may be parts, `incident_part_odds` how likely that is. Whether they are is drawn, for it is as
doubtful as all else. Where the sampler took one of several parts for the whole itself (it must: at most one row of a list free
of duplicates is a given row of another list), that part is taken out of the whole's cluster. A part is no whole of others, and
its cluster has no row of the whole's list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from litany.linkage import em
from litany.linkage.components import components
from litany.linkage.draws import Draws, Ints
from litany.linkage.draws_parted import Move, parted
from litany.linkage.incident_part_odds import FITS, Inside, fitting, inside, log_odds
from litany.linkage.incident_parts import Part, may_stand_alone, parts
from litany.linkage.link import Judged, Linked, Prepared, Rows

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
_LEAST = 0.05  # of the probability of a part, before it is asked whether tolls add up


class PartLinks(Struct, frozen=True):
    """``part`` and ``whole`` (m, int32) are rows; ``active`` (m, draws): in which draws the one is a part of the other."""

    part: Ints
    whole: Ints
    active: Flags

    @classmethod
    def nothing(cls, draws: int) -> PartLinks:
        """No part in any draw."""
        none = np.empty(0, np.int32)
        return cls(none, none, np.empty((0, draws), bool))

    def shares(self) -> Floats:
        """(m) the share of draws in which each holds."""
        return np.asarray(self.active.mean(axis=1)) if len(self.part) else np.empty(0)


def drawn_parts(rows: Rows, found: Linked, judged: Judged, seed: int) -> tuple[Draws, PartLinks]:
    """The draws of incidents, parts taken out of the clusters of their wholes, and the part-of links in each draw.

    A pair that people judged, as the same or as different, is never one of part and whole.
    """
    prepared, draws = found.prepared, found.draws
    links, chance = _links(rows, prepared, judged)
    if not links:
        return draws, PartLinks.nothing(len(draws))
    part = np.asarray([one.part for one in links], np.int32)
    whole = np.asarray([one.whole for one in links], np.int32)
    random = np.stack([_uniform(rows, one, len(draws), seed) for one in links])
    active = random < np.repeat(chance, len(draws) // len(prepared.drawn), axis=1)
    held = _Held(rows, _Odds(prepared, rows.frame.height), judged, part, whole, may_stand_alone(rows.frame, links))
    moves: list[Move] = []
    for draw in np.flatnonzero(active.any(axis=0)).tolist():
        labels = draws.labels_of(draw)
        active[:, draw] = held.possible(labels, active[:, draw])
        moves += [(draw, records) for records in held.taken_out(labels, active[:, draw])]
    return parted(draws, moves), PartLinks(part, whole, active)


def _links(rows: Rows, prepared: Prepared, judged: Judged) -> tuple[list[Part], Floats]:
    """Which rows may be parts of which, those left out that people judged; and (m, weights drawn) how likely they are."""
    frame, drawn = rows.frame, prepared.drawn
    found = _unjudged(inside(frame), judged, frame.height)
    if not len(found.part):
        return [], np.empty((0, len(drawn)))
    odds = np.stack(list(log_odds(frame, found, prepared.plan, drawn)), axis=1)
    likely = em.probability(odds).mean(axis=1)
    links = parts(frame, found.part.tolist(), found.whole.tolist(), likely.tolist(), _LEAST)
    at = {pair: number for number, pair in enumerate(zip(found.part.tolist(), found.whole.tolist(), strict=True))}
    part, whole = (np.asarray([getattr(one, name) for one in links], np.int32) for name in ("part", "whole"))
    more = np.where(fitting(frame, part, whole), np.log(FITS), 0.0)
    chosen = [at[one.part, one.whole] for one in links]
    return links, em.probability(odds[chosen] + more[:, None])


def _unjudged(found: Inside, judged: Judged, size: int) -> Inside:
    known = components(size, judged.same[:, 0], judged.same[:, 1])
    apart = judged.different.astype(np.int64)
    told = apart.min(axis=1, initial=size) * size + apart.max(axis=1, initial=0)
    low, high = np.minimum(found.part, found.whole).astype(np.int64), np.maximum(found.part, found.whole)
    open_ = (known[low] != known[high]) & ~np.isin(low * size + high, told)
    return Inside(found.part[open_], found.whole[open_], found.chance[open_])


def _uniform(rows: Rows, link: Part, draws: int, seed: int) -> Floats:
    """Random numbers that belong to what the whole and the part's list say, wherever their rows stand: the parts that one list
    has of a whole hold together.
    """
    return np.random.default_rng([seed, 17, int(rows.content[link.whole]), int(rows.lists[link.part])]).random(draws)


class _Odds:
    """Log odds of two rows being one incident."""

    def __init__(self, prepared: Prepared, size: int) -> None:
        self._size, self._odds = size, prepared.odds
        self._code = prepared.pairs.left.astype(np.int64) * size + prepared.pairs.right  # in order: left, then right

    def number(self, one: int, other: int) -> int:
        """Where the pair stands among those that were compared; -1: nowhere."""
        code = min(one, other) * self._size + max(one, other)
        place = int(np.searchsorted(self._code, code))
        return place if place < len(self._code) and self._code[place] == code else -1

    def nearest(self, row: int, others: Iterable[int]) -> float:
        """The highest odds of a row with one of the others."""
        numbers = [self.number(row, other) for other in others]
        return max((float(self._odds[number]) for number in numbers if number >= 0), default=-np.inf)


class _Held:
    """What one draw allows of the links, and which rows it has to take out of clusters."""

    def __init__(
        self, rows: Rows, odds: _Odds, judged: Judged, part: Ints, whole: Ints, alone: Sequence[bool]
    ) -> None:  # fmt: skip
        size = rows.frame.height
        self._lists, self._odds = rows.lists, odds
        self._free = np.asarray(rows.free or (False,), bool)
        self._atom = components(size, judged.same[:, 0], judged.same[:, 1])
        self._judged = np.bincount(self._atom, minlength=size)[self._atom] > 1
        self._part, self._whole, self._alone = part.tolist(), whole.tolist(), alone

    def possible(self, labels: Ints, active: Flags) -> Flags:
        """Of the links drawn those that the draw's partition allows."""
        made = active.copy()
        on = np.flatnonzero(active).tolist()
        wholes = {int(labels[self._whole[one]]) for one in on}
        members = _members(labels, [self._part[one] for one in on])
        for one in on:
            part, whole = self._part[one], self._whole[one]
            if labels[part] == labels[whole]:
                continue
            shared = any(self._lists[row] == self._lists[whole] for row in members[int(labels[part])])
            made[one] = not shared and int(labels[part]) not in wholes
        together: dict[tuple[int, int], list[int]] = {}
        for one in np.flatnonzero(made).tolist():
            together.setdefault((self._whole[one], int(self._lists[self._part[one]])), []).append(one)
        for several in together.values():
            if len(several) == 1 and not self._alone[several[0]]:
                made[several[0]] = False  # it may be the incident itself
        return made

    def taken_out(self, labels: Ints, active: Flags) -> Iterator[list[int]]:
        """Of clusters that hold a whole and parts of it, the groups of rows that leave it: parts that are one incident, and
        whatever else is nearer to them than to the whole.
        """
        inside: dict[int, tuple[set[int], set[int]]] = {}
        for one in np.flatnonzero(active).tolist():
            if labels[self._part[one]] == labels[self._whole[one]]:
                wholes, found = inside.setdefault(int(labels[self._whole[one]]), (set(), set()))
                wholes.add(self._whole[one])
                found.add(self._part[one])
        members = _members(labels, inside)
        for label, (wholes, found) in sorted(inside.items()):
            groups: list[list[int]] = []
            for part in sorted(found):
                if not self._joined(part, groups, 0.0):
                    groups.append([part])
            lists = {int(self._lists[whole]) for whole in wholes}
            for row in members[label]:
                if row not in found and int(self._lists[row]) not in lists:
                    self._followed(row, wholes, groups)
            yield from groups

    def _followed(self, row: int, wholes: set[int], groups: list[list[int]]) -> None:
        """Puts a row into the group that it is nearer to than to the whole, if there is one; what people judged binds."""
        if not self._judged[row]:
            self._joined(row, groups, self._odds.nearest(row, wholes))
            return
        for group in groups:
            if any(self._atom[row] == self._atom[other] for other in group):
                group.append(row)
                return

    def _joined(self, row: int, groups: list[list[int]], least: float) -> bool:
        """Puts a row into the nearest group that may hold it, where it is nearer than ``least``."""
        best, chosen = least, None
        for group in groups:
            once = self._free[self._lists[row]] and any(self._lists[other] == self._lists[row] for other in group)
            near = self._odds.nearest(row, group)
            if near > best and not once:
                best, chosen = near, group
        if chosen is None:
            return False
        chosen.append(row)
        return True


def _members(labels: Ints, rows: Iterable[int]) -> dict[int, list[int]]:
    """The rows of the clusters that these rows are in, by label."""
    order = np.argsort(labels, kind="stable")
    wanted = np.unique(labels[np.asarray(list(rows), np.int64)])
    first, last = (np.searchsorted(labels[order], wanted, side=side) for side in ("left", "right"))
    return {int(label): order[a:b].tolist() for label, a, b in zip(wanted, first, last, strict=True)}
