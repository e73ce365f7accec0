"""Which incident of one source is only a part of what another source tells as one?

One event of a data set (a lumped row, the toll of a week, a campaign in a township) can be several rows of another. That is no
same-incident link: joining them all would make one incident of several. A row is the whole of another if its days and its
area contain the other's, and its toll is not less than that of all its parts of one list together. A part has one whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl
from msgspec import Struct

from litany.linkage.incident_part_odds import SLACK_KM
from litany.linkage.space import EARTH_KM

_COLUMNS = ("list", "lumped", "first_day", "last_day", "x", "y", "z", "radius_km", "toll_low", "toll_high", "people")


class Part(Struct, frozen=True):
    """``part`` and ``whole`` are rows; ``probability`` as it was given for the pair."""

    part: int
    whole: int
    probability: float


class _Row(NamedTuple):
    list: int
    lumped: bool
    first_day: int | None
    last_day: int | None
    x: float | None
    y: float | None
    z: float | None
    radius_km: float | None
    toll_low: int | None
    toll_high: int | None
    people: int | None


def parts(
    frame: pl.DataFrame, left: Sequence[int], right: Sequence[int], probability: Sequence[float], least: float = 0.1
) -> list[Part]:
    """The part-of links among pairs of rows, by part.

    ``probability``: how likely the two rows of a pair speak of the same thing; pairs below ``least`` are left out. The
    likeliest whole takes a part as long as its toll suffices. A single row of a list is a part only of a lumped row of which it
    leaves dead over: otherwise the two may be of the same incident, with another toll, and are left to the
    same-incident links.
    """
    rows = [_Row(*row) for row in frame.select(_COLUMNS).iter_rows()]
    found = list(_contained(rows, left, right, probability, least))
    found.sort(key=lambda one: (-round(one.probability, 9), _content(rows[one.whole]), _content(rows[one.part]), one))
    taken: dict[int, Part] = {}
    used: dict[tuple[int, int], int] = {}
    wholes: set[int] = set()
    for one in found:
        whole, part = rows[one.whole], rows[one.part]
        toll = used.get((one.whole, part.list), 0) + (part.toll_low or 0)
        # A part is no whole of others, nor a whole a part: chains of them would say what no source says.
        if one.part in taken or one.part in wholes or one.whole in taken or not _suffices(whole, toll):
            continue
        taken[one.part] = Part(one.part, one.whole, one.probability)
        used[one.whole, part.list] = toll
        wholes.add(one.whole)
    several: dict[tuple[int, int], int] = {}
    for taken_part in taken.values():
        key = (taken_part.whole, rows[taken_part.part].list)
        several[key] = several.get(key, 0) + 1
    alone = {one.part for one in taken.values() if several[one.whole, rows[one.part].list] == 1}
    kept = [one for one in taken.values() if one.part not in alone or _leaves_over(rows[one.whole], rows[one.part])]
    return sorted(kept, key=lambda one: one.part)


def may_stand_alone(frame: pl.DataFrame, links: Sequence[Part]) -> list[bool]:
    """Of each link, is the part one also where it is the only one of its list (see `parts`)?"""
    rows = [_Row(*row) for row in frame.select(_COLUMNS).iter_rows()]
    return [_leaves_over(rows[one.whole], rows[one.part]) for one in links]


class _Contained(NamedTuple):
    whole: int
    part: int
    probability: float


def _contained(
    rows: Sequence[_Row], left: Sequence[int], right: Sequence[int], probability: Sequence[float], least: float
) -> Iterator[_Contained]:
    for one, other, chance in zip(left, right, probability, strict=True):
        if chance < least or rows[one].list == rows[other].list:
            continue
        for whole, part in ((int(one), int(other)), (int(other), int(one))):
            if contains(rows[whole], rows[part]) and (rows[whole].lumped or not contains(rows[part], rows[whole])):
                yield _Contained(whole, part, float(chance))


def contains(whole: _Row, part: _Row) -> bool:
    """Do the days and the area of the one contain those of the other, and may its toll? What is unknown contains nothing."""
    if whole.first_day is None or whole.last_day is None or part.first_day is None or part.last_day is None:
        return False
    if whole.x is None or whole.y is None or whole.z is None or whole.radius_km is None:
        return False
    if part.x is None or part.y is None or part.z is None or part.radius_km is None:
        return False
    chord = math.dist((whole.x, whole.y, whole.z), (part.x, part.y, part.z))
    apart = 2 * EARTH_KM * math.asin(min(1.0, chord / (2 * EARTH_KM)))
    in_days = whole.first_day <= part.first_day and part.last_day <= whole.last_day
    return in_days and apart + part.radius_km <= whole.radius_km + SLACK_KM and _suffices(whole, part.toll_low or 0)


def _suffices(whole: _Row, toll: int) -> bool:
    """Is the whole's toll not less? Of a list of persons the toll is those whom it names."""
    most = whole.toll_high if whole.people is None else max(whole.people, whole.toll_high or 0)
    return most is None or toll <= most


def _leaves_over(whole: _Row, part: _Row) -> bool:
    """Is it certain that one part is not all of the whole: a lumped row, of whose dead it leaves some over?"""
    return whole.lumped and (part.toll_low or 0) < (whole.toll_low or 0)


def _content(row: _Row) -> tuple[tuple[bool, float], ...]:
    """What orders rows of equal probability: what they say, never where they stand."""
    return tuple((value is not None, float(value or 0)) for value in row)
