"""How does an incident hang together with others, and its statements with each other?"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from msgspec import Struct

from litany.registry.build import Register


class Echo(Struct, frozen=True):
    """Two statements (ids) that are one voice, because they share words or a web address."""

    statements: tuple[str, str]
    why: str


class Related(Struct, frozen=True):
    """Another incident, and in which share of the draws one of the two is a part of the other."""

    incident: int
    share: float


def related(register: Register, incident: int) -> tuple[tuple[Related, ...], tuple[Related, ...]]:
    """The parts of an incident, and those of which it is a part, in the draw that stands for all."""
    known = register.drawn
    if known is None:
        return (), ()
    made = []
    for own, other in (("whole", "part"), ("part", "whole")):
        mine = known.parts.filter(pl.col(own) == incident)
        here = sorted(mine.filter(pl.col("draw") == known.point)[other])
        made.append(tuple(Related(one, mine.filter(pl.col(other) == one).height / known.draws) for one in here))
    return made[0], made[1]


def echoes(shared: pl.DataFrame, named: Mapping[int, str]) -> tuple[Echo, ...]:
    """Which statements repeat each other. ``shared``: pairs of rows (`litany.registry.voices`); ``named``: the id of each row's
    statement.
    """
    rows = list(named)
    mine = shared.filter(pl.col("left").is_in(rows) & pl.col("right").is_in(rows))
    return tuple(Echo((named[left], named[right]), why) for left, right, why in mine.iter_rows())
