"""What do statements say of their incident, in one row for each incident of each source?

Statements of one anchor (a row's killed, injured and denied) and statements that share their source's own key of the incident
are one row. Aggregates over a period or an area are no incidents and have no row; nor has what is only hypothetical. What a
statement leaves out stays missing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import msgspec
import polars as pl
from msgspec import Struct

from litany.linkage.incident_actors import Party, parties
from litany.linkage.incident_columns import SCHEMA, with_keys, with_rarity
from litany.linkage.incident_words import addresses, place_names, text_prints
from litany.linkage.space import FINE, WIDE_KM, Area, Areas, point
from litany.types.statement import Statement, When, Where
from litany.values.actors import Actors
from litany.values.places import Gazetteer, PlaceLevel
from litany.values.terms import Harm, Level, Means, Modality, Status

# What is used of UCDP's and OHCHR's means when sources speak loosely: an air strike, a shell and a mine are all explosions.
FAMILY = {
    Means.HEAVY_WEAPONS: "explosion",
    Means.PLANTED_EXPLOSIVES: "explosion",
    Means.INCENDIARY: "fire",
    Means.SMALL_ARMS: "firearm",
    Means.LESS_LETHAL: "firearm",
    Means.CBRN: "other-weapon",
    Means.DEPRIVATION: "deprivation",
    Means.ACCIDENT: "accident",
    Means.OTHER_MEANS: "hand",
}
_LEVELS = (PlaceLevel.TOWNSHIP, PlaceLevel.DISTRICT, PlaceLevel.STATE)


class Said(Struct, frozen=True):
    """A statement and where it stands.

    ``list`` numbers the list (or outlet) that it is of, ``anchor`` names its row or passage within all documents (statements of
    one anchor speak of one incident), ``texts`` are further words of its document on this incident (a headline, the
    passage, a web address).
    """

    statement: Statement
    list: int
    anchor: str
    texts: tuple[str, ...] = ()


class Incidents(Struct, frozen=True):
    """``frame``: one row (the columns of `incident_columns`) for each incident of each source; ``of``: for each statement its
    row, or -1 where it is of no single incident.
    """

    frame: pl.DataFrame
    of: tuple[int, ...]


def incidents(said: Sequence[Said], places: Gazetteer, actors: Actors) -> Incidents:
    """One row for each incident of each source, ordered by what is said, so that the order of what is given changes nothing."""
    numbers: dict[tuple[object, ...], int] = {}
    groups: list[list[Said]] = []
    of: list[int] = []
    for one in said:
        statement = one.statement
        if statement.level is Level.AGGREGATE or statement.modality is Modality.HYPOTHETICAL:
            of.append(-1)
            continue
        own = statement.incident
        key: tuple[object, ...] = (one.list, "anchor", one.anchor) if own is None else (one.list, statement.source, own)
        number = numbers.setdefault(key, len(groups))
        if number == len(groups):
            groups.append([])
        groups[number].append(one)
        of.append(number)
    order = sorted(range(len(groups)), key=lambda number: _content(groups[number]))
    rank = {number: row for row, number in enumerate(order)}
    return Incidents(_frame([groups[number] for number in order], places, actors), tuple(rank.get(number, -1) for number in of))


def _content(group: Sequence[Said]) -> tuple[int, list[bytes]]:
    return group[0].list, sorted(msgspec.json.encode((one.statement, one.texts)) for one in group)


def _frame(groups: Sequence[Sequence[Said]], places: Gazetteer, actors: Actors) -> pl.DataFrame:
    areas = Areas(places)
    days = [_days([one.statement.when for one in group]) for group in groups]
    wheres = [_where([one.statement.where for one in group], areas) for group in groups]
    blamed = parties([[one.statement.by for one in group] for group in groups], [day[0] for day in days], actors)
    rows = [
        _row(group, day, _place(*where, places), party)
        for group, day, where, party in zip(groups, days, wheres, blamed, strict=True)
    ]
    columns = zip(*rows, strict=True) if rows else ([] for _ in SCHEMA)
    frame = pl.DataFrame(
        [pl.Series(name, list(column), dtype=SCHEMA[name]) for name, column in zip(SCHEMA, columns, strict=True)]
    )
    return with_keys(with_rarity(frame))


Days = tuple[int | None, int | None, int | None]


def _days(given: Iterable[When | None]) -> Days:
    """First and last day and UCDP's date_prec of the narrowest date."""
    spans = [
        (when.latest - when.earliest, when.earliest, when.precision or 0)
        for when in given
        if when is not None and when.earliest is not None and when.latest is not None
    ]
    if not spans:
        return None, None, None
    width, first, precision = min(spans)
    return first, first + width, precision or None


def _where(given: Iterable[Where | None], areas: Areas) -> tuple[Where | None, Area | None]:
    """The narrowest place that the statements name, and its area."""
    known = [(where, areas.of(where)) for where in given if where is not None]
    narrowest = sorted(known, key=lambda one: (math.inf if one[1] is None else one[1].radius, one[0].text, one[0].place or ""))
    return narrowest[0] if narrowest else (None, None)


def _place(where: Where | None, area: Area | None, places: Gazetteer) -> tuple[object, ...]:
    """The columns from latitude to names."""
    if where is None:
        return (None,) * 6 + ([], None, None, None, [])
    spots = [id_ for id_ in (where.candidates or ((where.place,) if where.place else ())) if places.get(id_).level in FINE]
    over: list[str | None] = [None, None, None]
    if where.place is not None:
        found = (places.at_level(where.place, level) for level in _LEVELS)
        over = [None if area_ is None else area_.id for area_ in found]
    names = _finer_names(where, over, spots, places)
    if area is None or area.radius > WIDE_KM:
        return (None,) * 6 + (spots, *over, names)
    spot = point(area.latitude, area.longitude)
    return area.latitude, area.longitude, area.radius, *spot, spots, *over, names


def _finer_names(where: Where, over: Iterable[str | None], spots: Iterable[str], places: Gazetteer) -> list[str]:
    """What the words name besides the areas that the gazetteer found in them, and how its villages and wards are called."""
    known: set[str] = set()
    called = {name for spot in spots for name in place_names(places.get(spot).name)}
    for id_ in over:
        if id_ is not None:
            area = places.get(id_)
            known.update(name for text in (area.name, area.name_my or "", *area.aliases) for name in place_names(text))
    return sorted({*place_names(where.text), *called} - known)


def _row(group: Sequence[Said], days: Days, place: tuple[object, ...], party: Party) -> tuple[object, ...]:
    statements = [one.statement for one in group]
    died = _days(one.died for one in statements)
    means = sorted({one.means for one in statements if one.means in FAMILY})
    texts = [text for one in group for text in (one.statement.note or "", *one.texts)]
    only = means[0] if len(means) == 1 else None
    return (
        group[0].list, min(one.source for one in statements), any(one.level is Level.LUMPED for one in statements),
        sum(one.person is not None for one in statements) or None, *days, *died[:2], *place,
        list(party.named), list(party.over), list(party.may), list(party.sides),
        only, None if only is None else FAMILY[only], *_toll(statements), _statuses(statements),
        list(addresses(texts)), list(text_prints(texts)),
    )  # fmt: skip


def _toll(statements: Iterable[Statement]) -> tuple[int | None, int | None]:
    """Fewest and most killed; a group of the dead (twelve children) is their least number. Named persons are no toll."""
    low: int | None = None
    high: int | None = None
    for one in statements:
        if one.toll is None or one.harm is not Harm.KILLED:
            continue
        lows = [end for end in (one.toll.low, one.toll.best) if end is not None]
        lows = lows[:1] or [max((p for p in (part.low or part.best for part in one.toll.parts) if p), default=0)]
        highs = [end for end in (one.toll.high, one.toll.best) if end is not None][:1]
        low = lows[0] if low is None else min(low, lows[0])
        high = max((end for end in (high, *highs) if end is not None), default=None)
    return (None, None) if not low and high is None else (low, high)


def _statuses(statements: Iterable[Statement]) -> list[str]:
    """Whose dead they are: every status that a person has or that is counted. Where two sides fought and nobody is counted for
    sure, no civilian either, whoever died was of the sides.
    """
    found: set[Status] = set()
    for one in statements:
        if one.person is not None and one.person.status is not None:
            found.add(one.person.status)
        for part in one.toll.parts if one.toll is not None and one.harm is Harm.KILLED else ():
            if part.status is not None and max(part.low or 0, part.best or 0, part.high or 0) > 0:
                found.add(part.status)
        if _only_sides(one):
            found.add(Status.COMBATANT)
    return sorted(found - {Status.UNKNOWN})


def _only_sides(one: Statement) -> bool:
    """Does it tell of a fight (either side may have killed), and count no civilian among the dead, nor anybody else?"""
    if one.by is None or not one.by.crossfire or one.toll is None or one.harm is not Harm.KILLED:
        return False
    parts = [part for part in one.toll.parts if part.status is not None]
    counted = [part for part in parts if max(part.low or 0, part.best or 0, part.high or 0) > 0]
    return not counted and any(part.status is Status.CIVILIAN and part.best == 0 for part in parts)
