"""Which of the case's statements speak of one incident, of one person, in each posterior draw?

The bridge between the register's table and `litany.linkage`: what can be linked (incidents of each source; people killed),
what people judged, which sources hold their rows apart, and back: draws over the table's rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from litany import ids
from litany.linkage import learn, victims
from litany.linkage.audit import Audited
from litany.linkage.components import components
from litany.linkage.draws import Draws
from litany.linkage.incident_people import gathered
from litany.linkage.incident_weights import incident_plan_for
from litany.linkage.incident_wholes import PartLinks, drawn_parts
from litany.linkage.link import INNER, Judged, Linked, Prepared, Rows, draw
from litany.linkage.partition_checks import Diagnostics
from litany.registry.linking_deaths import Deaths, deaths, one_death
from litany.registry.linking_work import Told, Work
from litany.registry.remembered import Memory
from litany.registry.states import Linking
from litany.registry.world import World
from litany.types.records import About, Source
from litany.types.statement import Statement
from litany.values.terms import Harm, Modality

Ints = NDArray[np.int32]
_NOTHING = np.empty((0, 2), np.int32)
_SPEAKS = (Modality.ASSERTED, Modality.ALLEGED)


class Judgements(Struct, frozen=True):
    """What people judged, about incidents or about victims: groups of anchors (integer keys) that are the same, pairs that are
    not; ``audited``: the pairs that they judged because chance chose them, and whether they are the same.
    """

    same: Sequence[Sequence[int]]
    different: Sequence[tuple[int, int]]
    audited: Sequence[tuple[int, int, bool]] = ()


class CaseLinks(Struct, frozen=True):
    """The draws of a case, and how they came about (None where there was nothing to link). ``moot``: how many judgements hold
    apart what is one incident because a source itself says so; ``parts``: which incidents of one source are parts of another's.
    """

    linking: Linking
    moot: int
    incidents: Linked | None
    victims: Linked | None
    parts: PartLinks


def linked(
    told: Told, known: dict[str, Source], incidents: Judgements, people: Judgements, world: World, memory: Memory
) -> CaseLinks:
    """Draws of who is who and what is what, over the rows of the table. What the data say is taken from ``memory`` where it is
    known there.
    """
    work = Work(memory, world, told)
    person, by_victim, dead = _victims(told, known, people, work)
    unit, by_incident, parts = _incidents(told, known, incidents, dead, work)
    count, place = work.outer * INNER, _place(told.anchors, unit)
    apart = _in_effect(incidents, place)
    linking = Linking(
        unit=unit, person=person, apart=_pairs(apart, place, len(unit)),
        incidents=_alone(int(unit.max(initial=-1)) + 1, count) if by_incident is None else by_incident.draws,
        victims=_alone(int(person.max(initial=-1)) + 1, count) if by_victim is None else by_victim.draws,
    )  # fmt: skip
    return CaseLinks(linking, len(incidents.different) - len(apart), by_incident, by_victim, parts)


def _incidents(
    told: Told, known: dict[str, Source], judged: Judgements, dead: Deaths, work: Work
) -> tuple[Ints, Linked | None, PartLinks]:  # fmt: skip
    made = work.incidents()
    disputed = {anchor for pair in judged.different for anchor in pair}
    alone = {row for row, anchor in zip(made.of, told.anchors, strict=True) if anchor in disputed}
    people = gathered(made.frame, alone)
    frame = people.frame
    gathered_unit = np.asarray([*people.of, -1], np.int32)  # the last is that of statements of no single incident
    unit = _with_the_rest(gathered_unit[np.asarray(made.of, np.int32)], told.anchors, frame.height)
    if frame.height < 2 or not _crossed(frame["list"].to_numpy(), known, told.sources, About.INCIDENT):
        return unit, None, PartLinks.nothing(work.outer * INNER)
    content = _content(told.statements, unit, int(unit.max()) + 1)
    rows = _rows(frame, content[: frame.height], told, known, About.INCIDENT)
    plan = incident_plan_for(rows.lists, rows.free)
    place = _place(told.anchors, unit)
    prepared = work.prepared(rows, plan, learn.of_incidents)
    audited = _audited(prepared, judged, place)
    always, now = (one_death(person, dead.anchors, place, frame) for person in (dead.learned, dead.judged))
    off = work.calibrated(rows, plan, learn.of_incidents, prepared, audited, always)
    bound = _judged(judged, place, frame.height)
    found = draw(prepared, rows, work.seed, bound, audited, calibrated=off, known=now)
    draws, parts = drawn_parts(rows, found, bound, work.seed)
    return unit, _widened(msgspec.structs.replace(found, draws=draws), int(unit.max()) + 1), parts


def _victims(
    told: Told, known: dict[str, Source], judged: Judgements, work: Work
) -> tuple[Ints, Linked | None, Deaths]:  # fmt: skip
    """Every person has a number; those who are said to be killed can be linked."""
    person = np.full(len(told.statements), -1, np.int32)
    first: dict[int, int] = {}
    killed: list[int] = []
    for row, (statement, anchor) in enumerate(zip(told.statements, told.anchors, strict=True)):
        if statement.person is None or statement.harm is not Harm.KILLED or statement.modality not in _SPEAKS:
            continue
        if anchor not in first:
            first[anchor] = len(first)
            killed.append(row)
        person[row] = first[anchor]
    later = dict(first)
    for row, (statement, anchor) in enumerate(zip(told.statements, told.anchors, strict=True)):
        if statement.person is not None and person[row] < 0:
            person[row] = later.setdefault(anchor, len(later))
    lists = [told.lists[row] for row in killed]
    if len(killed) < 2 or not _crossed(np.asarray(lists), known, told.sources, About.VICTIM):
        return person, None, Deaths.nothing()
    frame = work.people(killed)
    content = _content([told.statements[row] for row in killed], np.arange(len(killed), dtype=np.int32), len(killed))
    rows = _rows(frame, content, told, known, About.VICTIM)
    plan = victims.plan(work.profile)
    prepared = work.prepared(rows, plan, learn.plain)
    audited = _audited(prepared, judged, first)
    off = work.calibrated(rows, plan, learn.plain, prepared, audited, _NOTHING)
    bound = _judged(judged, first, rows.frame.height)
    found = draw(prepared, rows, work.seed, bound, audited, calibrated=off)
    return person, _widened(found, len(later)), deaths(first, prepared, rows, bound)


def _place(anchors: Sequence[int], node: Ints) -> dict[int, int]:
    """The node of each anchor."""
    return {anchor: int(number) for anchor, number in zip(anchors, node, strict=True)}


def _with_the_rest(unit: Ints, anchors: Sequence[int], following: int) -> Ints:
    """Statements that speak of no single incident get a unit for each anchor."""
    made = unit.copy()
    known: dict[int, int] = {}
    for row in np.flatnonzero(unit < 0):
        made[row] = known.setdefault(anchors[int(row)], following + len(known))
    return made


def _crossed(lists: NDArray[np.int32], known: dict[str, Source], sources: Sequence[str], about: About) -> bool:
    """Is there anything to link: two lists, or one that may repeat itself?"""
    present = np.unique(lists)
    return len(present) > 1 or any(not _is_distinct(known, sources[int(one)], about) for one in present)


def _is_distinct(known: dict[str, Source], slug: str, about: About) -> bool:
    return slug in known and known[slug].distinct is about


def _rows(frame: pl.DataFrame, content: NDArray[np.uint64], told: Told, known: dict[str, Source], about: About) -> Rows:
    lists = frame["list"].to_numpy().astype(np.int32)
    free = tuple(_is_distinct(known, slug, about) for slug in told.sources)
    return Rows(frame, lists, free, content)


def _audited(prepared: Prepared, judged: Judgements, place: dict[int, int]) -> Audited | None:
    """The audited pairs that are among those worth a look; None where none was audited."""
    if not judged.audited:
        return None
    pairs = prepared.pairs
    number = {pair: at for at, pair in enumerate(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))}
    asked = [(place[a], place[b], same) for a, b, same in judged.audited if a in place and b in place]
    found = {number[min(a, b), max(a, b)]: same for a, b, same in asked if (min(a, b), max(a, b)) in number}
    if not found:
        return None
    order = sorted(found)
    return Audited(np.asarray(order, np.int64), np.asarray([found[at] for at in order], bool))


def _judged(judged: Judgements, place: dict[int, int], size: int) -> Judged:
    """Judgements on anchors as pairs of rows."""
    return Judged(_pairs(_joins(judged), place, size), _pairs(_in_effect(judged, place), place, size))


def _joins(judged: Judgements) -> list[tuple[int, int]]:
    return [(group[0], other) for group in judged.same for other in group[1:]]


def _in_effect(judged: Judgements, place: dict[int, int]) -> list[tuple[int, int]]:
    """The pairs of anchors held apart, without those whose rows are one all the same: their source says so, or it says so of
    rows that others judged them to be the same as.
    """
    size = max(place.values(), default=-1) + 1
    same = _pairs(_joins(judged), place, size)
    label = components(size, same[:, 0], same[:, 1])
    return [(a, b) for a, b in judged.different if a not in place or b not in place or label[place[a]] != label[place[b]]]


def _pairs(pairs: Sequence[tuple[int, int]], place: dict[int, int], size: int) -> Ints:
    found = {
        (min(a, b), max(a, b))
        for one, other in pairs
        if one in place and other in place
        for a, b in ((place[one], place[other]),)
        if a != b and max(a, b) < size
    }
    return np.asarray(sorted(found), np.int32).reshape(-1, 2)


def _content(statements: Sequence[Statement], group: Ints, groups: int) -> NDArray[np.uint64]:
    """For each group of statements a hash of what they say, whatever their order."""
    made = np.zeros(groups, np.uint64)
    for statement, number in zip(statements, group, strict=True):
        digest = np.frombuffer(bytes.fromhex(ids.sha256(msgspec.json.encode(statement)))[:8], np.uint64)[0]
        with np.errstate(over="ignore"):
            made[number] += digest  # wraps: a sum does not depend on the order
    return made


def _widened(found: Linked, size: int) -> Linked:
    """The draws with those rows behind that were not linked, each alone."""
    more = np.arange(found.draws.size, size, dtype=np.int32)
    draws = msgspec.structs.replace(found.draws, settled=np.append(found.draws.settled, more).astype(np.int32))
    return msgspec.structs.replace(found, draws=draws)


def _alone(size: int, draws: int) -> Draws:
    """Everything on its own in every draw."""
    none = np.empty(0, np.int32)
    return Draws(np.arange(size, dtype=np.int32), none, none, np.empty((draws, 0), np.uint8), Diagnostics(0, 0, 0, ()))
