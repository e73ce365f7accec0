"""A second, slow implementation of docs/counting-rules.md answers random scopes over random cases as the program does.

It is written from the document, reads decoded statements one by one, and takes nothing from `litany.counts` but the figure
that it is compared with. Which rows are one incident or person it takes from the table that the case was made of.
"""

from __future__ import annotations

import functools
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec
import pytest

from litany.case.case import Case
from litany.counts.count import Counter, counter
from litany.registry.active import active
from litany.store.rows import of_readings
from litany.types.figure import Basis, Unit
from litany.types.records import Source
from litany.types.scope import Both, Dates, Either, Expr, Kind, Not, On, Scope, Term, canonical, kinds
from litany.types.statement import Part, Perpetrator, Person, Statement, Toll
from litany.values.actors import Actors
from litany.values.places import Gazetteer
from litany.values.terms import CERTAINTY_ORDER, AgeGroup, Certainty, Grade, Level, Modality, Sex, Status
from tests.making import RULES, add_rows, decide, new_case

FOREVER = 10**7
WORDS: dict[str, tuple[str, ...]] = {"status": tuple(Status), "sex": tuple(Sex), "age": tuple(AgeGroup)}
T = TypeVar("T")


class Three(NamedTuple):
    """Certain, best, possible; or low, best, high."""

    low: int
    best: int
    high: int


YES, NO = Three(True, True, True), Three(False, False, False)


def median(values: Iterable[int]) -> int:
    """The lower median."""
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2]


def grouped(items: Iterable[T], key: Callable[[T], object]) -> list[list[T]]:
    made: dict[object, list[T]] = defaultdict(list)
    for item in items:
        made[key(item)].append(item)
    return list(made.values())


class Said(NamedTuple):
    """A statement with the incident and the person that it is about (``row``, of the table)."""

    row: int
    incident: str
    victim: str
    body: Statement

    @property
    def roots(self) -> frozenset[str]:
        return frozenset(one.name for one in self.body.speakers if one.root)


# --- the facts that one statement states ------------------------------------------------------------------------------


class Answer(NamedTuple):
    """Of one statement on one condition: does it speak; certain, best, possible."""

    speaks: bool
    ends: Three


class World(NamedTuple):
    actors: Actors
    places: Gazetteer
    sources: Mapping[str, Source]


def days(said: Said, on: On) -> tuple[int | None, int | None]:
    when, died = said.body.when, said.body.died
    first, last = (when.earliest, when.latest) if when else (None, None)
    if on is On.INCIDENT:
        return first, last
    return (first if died is None or died.earliest is None else died.earliest), (None if died is None else died.latest)


def day_answer(said: Said, wanted: frozenset[int], on: On) -> Answer:
    first, last = days(said, on)
    return on_days(first, last, wanted)


@functools.cache
def on_days(first: int | None, last: int | None, wanted: frozenset[int]) -> Answer:
    if first is None and last is None:
        return Answer(False, Three(False, False, True))
    possible = range(max(EARLIEST, first or 0), min(LATEST, last or FOREVER) + 1)
    certain = all(day in wanted for day in possible)
    return Answer(True, Three(certain, certain or first in wanted, any(day in wanted for day in possible)))


def place_answer(said: Said, wanted: Sequence[str], places: Gazetteer) -> Answer:
    place = said.body.where.place if said.body.where else None
    if place is None:
        return Answer(False, Three(False, False, True))
    inside = any(places.within(place, area) for area in wanted)
    return Answer(True, Three(inside, inside, inside or any(places.within(area, place) for area in wanted)))


def means_answer(said: Said, wanted: Sequence[str]) -> Answer:
    means = said.body.means
    inside = means is not None and means.value in wanted
    silent = means is None or means.value == "unknown"
    return Answer(inside or not silent, Three(inside, inside, inside or silent))


def by_answer(said: Said, wanted: Sequence[str], scope: Scope, actors: Actors) -> Answer:
    by = said.body.by
    asked = tuple(value for value in wanted if value != "unknown")
    if by is None:
        nobody = "unknown" in wanted
        return Answer(False, Three(nobody, nobody, nobody or bool(asked)))
    return on_days_by(by, *days(said, On.INCIDENT), asked, scope.certainty, actors)


@functools.cache
def on_days_by(
    by: Perpetrator, first: int | None, last: int | None, asked: Sequence[str], least: Certainty, actors: Actors
) -> Answer:
    """Day by day: the deed of every candidate is one of those asked for; or may be, of some candidate."""
    span = range(max(first or 0, EARLIEST), min(last or FOREVER, LATEST) + 1)
    sure = Certainty.STATED if by.certainty is Certainty.CANDIDATE and len(by.actors) > 1 else by.certainty
    strange = any(name.startswith("?") for name in by.actors)
    certain = not strange and CERTAINTY_ORDER.index(sure) >= CERTAINTY_ORDER.index(least)
    certain = certain and all(any(actors.under(name, actor, day) for actor in asked) for day in span for name in by.actors)
    possible = bool(asked) and (
        strange or any(actors.may_be(name, actor, day) for name in by.actors for actor in asked for day in span)
    )
    return Answer(True, Three(certain, certain, possible))


# --- an incident on one condition -------------------------------------------------------------------------------------


def of_incident(answers: Sequence[tuple[Said, Answer]]) -> Three:
    """Certain when one says so and none excludes it; possible when one allows it or none speaks; best by votes."""
    speaking = [(said, answer.ends) for said, answer in answers if answer.speaks]
    certain = any(ends.low for _, ends in speaking) and all(ends.high for _, ends in speaking)
    possible = any(ends.high for _, ends in speaking) or not speaking

    def vote(number: int) -> int:
        return (number > 0) - (number < 0)

    votes = 0
    for voice in grouped(speaking, lambda one: one[0].roots):
        by_source = grouped(voice, lambda one: one[0].body.source)
        votes += vote(sum(vote(sum(ends.best - (not ends.high) for _, ends in rows)) for rows in by_source))
    return Three(certain, votes > 0, possible)


def best_day(told: Sequence[Said], on: On) -> int | None:
    every = [(said, *days(said, on)) for said in told]
    voices = grouped([one for one in every if one[1] is not None], lambda one: one[0].roots)
    if not voices:
        return None
    middle = median(median(first for _, first, _ in voice if first is not None) for voice in voices)
    if on is On.DEATH:
        return middle
    begun = max(first for _, first, _ in every if first is not None)
    ended = min((last for _, _, last in every if last is not None), default=FOREVER)
    return begun if begun <= ended else max(middle, ended)


def condition(told: Sequence[Said], expr: Expr, scope: Scope, world: World) -> Three:
    """The incident on terms of one kind that `or` joins."""
    parts = expr.parts if isinstance(expr, Either) else (expr,)
    if isinstance(parts[0], Dates):
        wanted = frozenset(day for part in parts if isinstance(part, Dates) for day in all_days(part))
        answers = [(said, day_answer(said, wanted, scope.on)) for said in told]
        made = of_incident(answers)
        certain = made.low
        if scope.on is On.DEATH:
            certain = all(of_incident(each).low for each in grouped(answers, lambda one: one[0].victim))
        return Three(certain, certain or best_day(told, scope.on) in wanted, made.high)
    values = [part.value for part in parts if isinstance(part, Term)]
    kind = next(iter(kinds(parts[0])))
    if kind == "in":
        return of_incident([(said, place_answer(said, values, world.places)) for said in told])
    if kind == "means":
        return of_incident([(said, means_answer(said, values)) for said in told])
    answers = [(said, by_answer(said, values, scope, world.actors)) for said in told]
    if "unknown" in values and not any(answer.speaks for _, answer in answers):
        return YES
    return of_incident(answers)


EARLIEST, LATEST = 730_000, 741_000  # 1999 to 2029: all days of the random rows and scopes lie well inside


def all_days(part: Dates) -> range:
    return range(EARLIEST if part.first is None else part.first, (LATEST if part.last is None else part.last) + 1)


def fact(told: Sequence[Said], expr: Expr, scope: Scope, world: World) -> Three:
    """Kleene logic over conditions."""
    if isinstance(expr, Not):
        inner = fact(told, expr.part, scope, world)
        return Three(not inner.high, not inner.best, not inner.low)
    if isinstance(expr, Term | Dates):
        return condition(told, expr, scope, world)
    if isinstance(expr, Either) and len(kinds(expr)) == 1 and all(isinstance(part, Term | Dates) for part in expr.parts):
        return condition(told, expr, scope, world)
    made = [fact(told, part, scope, world) for part in expr.parts]
    join = any if isinstance(expr, Either) else all
    return Three(*(join(ends) for ends in zip(*made, strict=True)))


# --- people -----------------------------------------------------------------------------------------------------------


def ordered(low: int | None, best: int | None, high: int | None) -> Three | None:
    if low is None and best is None and high is None:
        return None
    floor = low if low is not None else best if best is not None else 0
    middle = floor if best is None else best
    return Three(floor, middle, max(floor, middle, 0 if high is None else high))


class Group(NamedTuple):
    """One stated group within a toll; ``own``: with bounds of its own, not a split of best."""

    ends: Three
    own: bool


def split(toll: Toll, axis: str) -> dict[str, Group]:
    made = {}
    for part in toll.parts:
        ends = ordered(part.low, part.best, part.high)
        value = getattr(part, axis)
        if part.axis == axis and ends is not None and value is not None:
            own = toll.best is None or part.low is not None or part.high is not None
            made[value.value] = Group(ends, own)
    return made


def toll_of(body: Statement) -> Toll:
    if body.person is None:
        return body.toll or Toll()
    who: Person = body.person
    return Toll(1, 1, 1, (
        Part("status", status=who.status or Status.UNKNOWN, best=1),
        Part("sex", sex=who.sex or Sex.UNKNOWN, best=1),
        Part("age", age=who.age_group or AgeGroup.UNKNOWN, best=1),
    ))  # fmt: skip


def whole_of(toll: Toll) -> Three | None:
    """The toll, no less than its groups together."""
    ends = ordered(toll.low, toll.best, toll.high)
    if ends is None:
        return None
    splits = [list(split(toll, axis).values()) for axis in WORDS]
    low = max(ends.low, *(sum(one.ends.low for one in groups if one.own) for groups in splits))
    best = max(ends.best, *(sum(one.ends.best for one in groups) for groups in splits))
    high = max(low, best, ends.high, *(sum(one.ends.high for one in groups if one.own) for groups in splits))
    return Three(low, best, high)


def implied(toll: Toll) -> Three | None:
    """At least the groups that are stated."""
    if ordered(toll.low, toll.best, toll.high) is not None:
        return None
    sums = [[sum(one.ends[end] for one in split(toll, axis).values()) for axis in WORDS] for end in range(3)]
    made = Three(*(max(values) for values in sums))
    return made if made.high else None


class Part_(NamedTuple):
    """What one statement says of a group (None: nothing), and the most that it allows."""

    ends: Three | None
    most: int


def part_of(toll: Toll, axis: str, values: frozenset[str]) -> Part_:
    if not values:
        return Part_(Three(0, 0, 0), 0)
    whole, stated = whole_of(toll), split(toll, axis)
    mine = [stated[value] for value in values if value in stated]
    others = [one for value, one in stated.items() if value not in values and value != "unknown"]
    below, above = (max(0, whole.best - whole.low), whole.high - whole.best) if whole else (0, 0)
    low = sum(one.ends.low for one in mine if one.own) + max(0, sum(one.ends.best for one in mine if not one.own) - below)
    best = sum(one.ends.best for one in mine)
    most = sum(one.ends.high if one.own else one.ends.best for one in mine)
    most += above if any(not one.own for one in mine) else 0
    most += stated["unknown"].ends.high if "unknown" in stated and "unknown" not in values else 0
    left = None
    if whole is not None:
        left = max(0, whole.high - sum(one.ends.low if one.own else one.ends.best for one in others))
        most = min(most, left) if values <= stated.keys() else left
    complete = whole is not None and bool(stated) and sum(one.ends.best for one in stated.values()) >= whole.best
    speaks = bool(mine) or complete
    return Part_(Three(low, best, max(best, most)) if speaks else None, 0 if left is None else left)


def wanted_groups(scope: Scope) -> list[tuple[str, frozenset[str]]]:
    """Per axis that the scope asks for, the words that are meant; a negation leaves out those of unknown group."""

    def meant(expr: Expr, known: frozenset[str]) -> frozenset[str]:
        if isinstance(expr, Term):
            return frozenset((expr.value,))
        if isinstance(expr, Not):
            return known - meant(expr.part, known)
        assert isinstance(expr, Either | Both)
        sets = [meant(part, known) for part in expr.parts]
        return frozenset.union(*sets) if isinstance(expr, Either) else frozenset.intersection(*sets)

    made: dict[str, frozenset[str]] = {}
    for expr in scope.people:
        axis = next(iter(kinds(expr)))
        words = meant(expr, frozenset(WORDS[axis]) - {"unknown"})
        made[axis] = made[axis] & words if axis in made else words
    return list(made.items())


def joint(toll: Toll, groups: Sequence[tuple[str, frozenset[str]]]) -> Part_:
    """Civilian children: at least civilians + children - all, at most the smaller."""
    parts = [part_of(toll, *group) for group in groups]
    whole = whole_of(toll)
    most = min(one.most if one.ends is None else one.ends.high for one in parts)
    made = parts[0].ends
    for one in parts[1:]:
        if made is None or one.ends is None:
            return Part_(None, most)
        over = whole or Three(FOREVER, FOREVER, FOREVER)
        made = Three(
            max(0, made.low + one.ends.low - over.high),
            max(0, made.best + one.ends.best - over.best),
            min(made.high, one.ends.high),
        )
    return Part_(made, parts[0].most if len(parts) == 1 else most)


def people(told: Sequence[Said], scope: Scope) -> Three:
    """Low, best and high of the scope's people in one incident: no more than of each wider group."""
    groups = wanted_groups(scope)
    if len(told) == 1:
        return fused(told, groups)
    sets = [groups, [], *([group] for group in groups)]
    made = [fused(told, one) for one in sets]
    return Three(*(min(ends) for ends in zip(*made, strict=True)))


def fused(told: Sequence[Said], groups: Sequence[tuple[str, frozenset[str]]]) -> Three:
    """One group over the sources of an incident: the toll, lifted by the named dead."""
    tolls, least, open_ = [], [], [0]
    for said in told:
        toll = toll_of(said.body)
        part = joint(toll, groups) if groups else Part_(whole_of(toll), 0)
        at_least = None if groups else implied(toll)
        open_.append(part.most)
        if said.body.person is None and part.ends is not None:
            tolls.append((said, part.ends))
        if at_least is not None:
            least.append((said, at_least))
    lifted = max((ends.high for _, ends in least), default=0)
    spoken = tolls or least
    low, best, high = 0, 0, lifted
    if spoken:
        low, high = min(ends.low for _, ends in spoken), max(lifted, *(ends.high for _, ends in spoken))
        best = median(median(ends.best for _, ends in voice) for voice in grouped(spoken, lambda one: one[0].roots))
    else:
        high = max(lifted, *open_)
    named = dead(told, groups)
    return Three(max(low, named.low), max(best, named.best), max(high, named.high))


def dead(told: Sequence[Said], groups: Sequence[tuple[str, frozenset[str]]]) -> Three:
    """The named: of the source that names most for certain and best; all of them, possibly."""
    low: dict[str, int] = defaultdict(int)
    best: dict[str, int] = defaultdict(int)
    high = 0
    for about in grouped([said for said in told if said.body.person is not None], lambda said: said.victim):
        ends = [joint(toll_of(said.body), groups).ends if groups else Three(1, 1, 1) for said in about]
        every = [one for one in ends if one is not None]
        certain = any(one.low for one in every) and all(one.high for one in every)
        more = sum(one.best for one in every) > sum(not one.high for one in every)
        high += any(one.high for one in every)
        for source in {said.body.source for said in about}:
            low[source] += certain
            best[source] += more
    return Three(max(low.values(), default=0), max(best.values(), default=0), high)


# --- what enters, and what it adds up to ------------------------------------------------------------------------------


def grade(told: Sequence[Said], actors: Actors) -> Grade:
    spoken = [said for said in told if said.body.modality in (Modality.ASSERTED, Modality.ALLEGED)]
    named = [said.body.by for said in spoken if said.body.by is not None]
    if any(by.certainty is Certainty.ADMITTED for by in named):
        return Grade.CONFIRMED
    for one, other in combinations(named, 2):
        names = (*one.actors, *other.actors)
        if not any(name.startswith("?") for name in names) and not any(
            actors.may_be(a, b, None) for a in one.actors for b in other.actors
        ):
            return Grade.CONTESTED
    return Grade.FAIR if len({root for said in spoken for root in said.roots}) > 1 else Grade.WEAK


def filtered(said: Said, expr: Expr) -> bool:
    if isinstance(expr, Not):
        return not filtered(said, expr.part)
    if isinstance(expr, Term):
        return expr.value == (said.body.source if expr.kind is Kind.SOURCE else said.body.level.value)
    assert isinstance(expr, Either | Both)
    return (any if isinstance(expr, Either) else all)(filtered(said, part) for part in expr.parts)


def entering(incident: Sequence[Said], scope: Scope, actors: Actors) -> list[Said]:
    """The statements of an incident that a scope admits."""
    if grade(incident, actors) not in scope.grades:
        return []
    choosing = [expr for expr in scope.facts if kinds(expr) <= {"source", "level"}]
    asked = [level for level in Level if Term(Kind.LEVEL, level.value) in scope.facts]
    return [
        said
        for said in incident
        if said.body.harm is scope.harm
        and said.body.modality in scope.modalities
        and said.body.source not in scope.without
        and (said.body.level is not Level.AGGREGATE or Level.AGGREGATE in asked)
        and (said.body.level is not Level.LUMPED or scope.toll is None or "level:lumped" in canonical(scope))
        and all(filtered(said, expr) for expr in choosing)
    ]


class Added(NamedTuple):
    """What one incident adds, and who speaks of it."""

    ends: Three
    ranged: bool
    told: list[Said]

    @property
    def sources(self) -> set[str]:
        return {said.body.source for said in self.told}


def adds(told: list[Said], scope: Scope, world: World) -> Added | None:
    choosing = {"source", "level"}
    facts = [fact(told, expr, scope, world) for expr in scope.facts if not kinds(expr) <= choosing]
    inside = Three(*(all(ends) for ends in zip(*facts, strict=True))) if facts else YES
    if not inside.high:
        return None
    ends = people(told, scope)
    sign, n = scope.toll or (">=", 0)
    passes = {
        ">=": Three(ends.low >= n, ends.best >= n, ends.high >= n),
        "<=": Three(ends.high <= n, ends.best <= n, ends.low <= n),
        "=": Three(ends.low == ends.high == n, ends.best == n, ends.low <= n <= ends.high),
    }[sign]
    counts = [a and b for a, b in zip(inside, passes, strict=True)]
    if scope.unit is Unit.INCIDENTS:
        made = Three(*(int(a and end >= 1) for a, end in zip(counts, ends, strict=True)))
    else:
        top = ends.high if sign == ">=" else min(ends.high, n)
        if scope.toll is None and not scope.people and len(told) == 1:
            top = as_given(told[0].body, top)
        made = Three(*(end if a else 0 for a, end in zip(counts, (ends.low, ends.best, top), strict=True)))
    return Added(made, not ends.low == ends.best == ends.high, told) if any(made) else None


def as_given(body: Statement, high: int) -> int:
    """The high of a toll whose ends contradict each other, counted whole, is as the source gives it."""
    toll = body.toll
    if body.person is not None or toll is None or toll.high is None:
        return high
    return toll.high if toll.high < max(toll.low or 0, toll.best or 0) else high


class Told(NamedTuple):
    """The figure as the oracle gives it; None: refused."""

    low: int | None
    best: int | None
    high: int | None
    basis: str | None


REFUSED = Told(None, None, None, None)


def summed(every: Iterable[Added]) -> Three:
    return Three(*(sum(one.ends[end] for one in made) for made in [list(every)] for end in range(3)))


def answer(statements: Sequence[Said], scope: Scope, world: World) -> Told:
    admitted = [entering(incident, scope, world.actors) for incident in grouped(statements, lambda said: said.incident)]
    every = [made for told in admitted if told for made in (adds(told, scope, world),) if made is not None]
    if meeting_aggregates(every, world.places):
        return REFUSED
    sources = sorted(set[str]().union(*(one.sources for one in every)))
    if len(every) <= 1 or any(all(slug in one.sources for one in every) for slug in sources):
        ranges = scope.unit is Unit.PEOPLE and len(every) > 1 and any(one.ranged for one in every)
        return Told(*summed(every), "source-sum" if ranges else "bound")
    covers = [world.sources[slug].coverage if slug in world.sources else None for slug in sources]
    if None in covers or any(cover != covers[0] for cover in covers):
        return REFUSED
    low = max(summed(one for one in every if slug in one.sources).low for slug in sources)
    return Told(low, None, summed(every).high, "overlap-envelope")


def meeting_aggregates(every: Sequence[Added], places: Gazetteer) -> bool:
    for one, other in combinations(every, 2):
        for a in one.told:
            for b in other.told:
                if a.body.level is b.body.level is Level.AGGREGATE and may_meet(a, b, places):
                    return True
    return False


def may_meet(a: Said, b: Said, places: Gazetteer) -> bool:
    (first, last), (begin, end) = days(a, On.INCIDENT), days(b, On.INCIDENT)
    if (first or 0) > (end or FOREVER) or (begin or 0) > (last or FOREVER):
        return False
    here, there = (said.body.where.place if said.body.where else None for said in (a, b))
    return here is None or there is None or places.within(here, there) or places.within(there, here)


# --- random cases and scopes ------------------------------------------------------------------------------------------

PLACES = ("Loikaw township", "Loikaw township", "Demoso township", "Kale township", "Kayah", "Myanmar", "")
DAYS = (
    "2023-05-02", "2023-05-02", "2023-05-30/2023-06-02", "2023-06", "2023", "", "2023-06-11", "2021-01-30/2021-02-03",
    "2021-01-31", "2021-02-01", "../2023-05", "2023-06-01/..",
)  # fmt: skip
ACTORS = (
    "mm.state",
    "mm.kio",
    "mm.military.air-force",
    "mm.military",
    "mm.state; mm.kio",
    "mm.military; mm.state",
    "Some Guard",
    "",
)
TOLLS = ("1", "3-5", "at least 2", "up to 4", "6", "0", "10", "")
COLUMNS = (
    "source", "date", "place", "same", "same person", "exclude", "root", "died", "killed", "low", "best", "high", "civilians",
    "combatants", "children", "name", "by", "certainty", "level", "modality", "means", "status", "sex", "age",
)  # fmt: skip
SURE = ("candidate", "suspected", "admitted")
EVERY_STATEMENT = """
[[statement]]
facet = "{facet}"
harm = "killed"
{require}
level = {{ column = "level", constant = "incident" }}
modality = {{ column = "modality", constant = "asserted" }}
means = {{ column = "means" }}
when = {{ column = "date" }}
where = {{ text = ["place"], areas = ["place"], country = "MM" }}
speakers = [{{ column = "root" }}]
by = [{by}]
{more}
"""
FACETS = (
    ("toll", 'require_any = ["killed", "children"]', '''
[statement.toll]
text = { column = "killed" }
part = [{ axis = "age", age = "child", text = { column = "children" } }]'''),
    ("bounded", 'require = ["best"]', '''
[statement.toll]
low = { column = "low" }
best = { column = "best" }
high = { column = "high" }
part = [{ axis = "status", status = "civilian", text = { column = "civilians" } },
        { axis = "status", status = "combatant", text = { column = "combatants" } }]'''),
    ("person", 'require = ["name"]', '''
died = { column = "died" }
person = { names = ["name"], status = { column = "status" }, sex = { column = "sex" }, age_group = { column = "age" } }'''),
)  # fmt: skip


def mapping() -> str:
    """The mapping of the document's tables, with columns that the document has no need of."""
    sources = RULES.read_text("utf-8")
    sources = sources[sources.index("[source]") : sources.index("[[statement]]")]
    by = [
        f'{{ when = {{ certainty = ["{word}"] }}, columns = ["by"], separators = ";", certainty = "{word}" }}' for word in SURE
    ]
    by.append('{ columns = ["by"], separators = ";" }')
    said = "".join(
        EVERY_STATEMENT.format(facet=facet, require=require, more=more, by=", ".join(by)) for facet, require, more in FACETS
    )
    head = f'name = "rules"\ntitle = "random rows"\nrecognise = {list(COLUMNS)}\nignore = ["same", "same person", "exclude"]\n'
    return head.replace("'", '"') + "\n" + sources + said


def table(rng: random.Random, sources: Sequence[str], linked: int, count: int) -> list[dict[str, str]]:
    """Rows of tolls, bounded tolls and persons; of ``linked`` letters, about half of the rows have one."""
    return [row(rng, rng.choice(sources), linked, number) for number in range(count)]


def row(rng: random.Random, source: str, linked: int, number: int) -> dict[str, str]:
    made = {
        "source": source, "date": rng.choice(DAYS), "place": rng.choice(PLACES), "by": rng.choice(ACTORS),
        "root": rng.choice(("", "", "police", "hospital")), "level": rng.choice(("", "", "", "lumped", "aggregate")),
        "modality": rng.choice(("", "", "", "", "alleged", "denied")),
        "means": rng.choice(("", "small-arms", "unknown", "accident")),
        "certainty": rng.choice(("", "candidate", "suspected", "admitted")), "exclude": rng.choice(("",) * 12 + ("hoax",)),
    }  # fmt: skip
    made["certainty"] = "candidate" if ";" in made["by"] else made["certainty"] if made["by"] else ""
    kind = rng.randrange(3)
    if kind == 0:
        made["name"] = f"person {number}"
        made |= {"status": rng.choice(("", "civilian", "combatant")), "sex": rng.choice(("", "female", "male"))}
        made |= {"age": rng.choice(("", "child", "adult")), "died": rng.choice(("", "", "2023-06-04", "2023-05-02"))}
        made["same person"] = f"p{rng.randrange(6)}" if rng.random() < 0.3 else ""
    elif kind == 1:
        made["killed"] = rng.choice(TOLLS)
        made["children"] = rng.choice(("", "1", "2-3", "at least 2", "up to 2")) if made["killed"] else "2"
    else:
        best = rng.randrange(6)
        made |= {"low": str(max(0, best - rng.randrange(3))), "best": str(best), "high": str(best + rng.randrange(4))}
        if rng.random() < 0.2:  # as no source should write, and some do
            made[rng.choice(("low", "high"))] = str(rng.randrange(6))
        civilians = rng.randint(0, best + (rng.random() < 0.1))
        made |= {"civilians": rng.choice(("", str(civilians))), "combatants": rng.choice(("", str(max(0, best - civilians))))}
    made["same"] = f"s{rng.randrange(linked)}" if linked and rng.random() < 0.5 else ""
    return made


ATOMS = {
    "by": ("mm.state", "mm.kio", "mm.military", "mm.military.air-force", "unknown"),
    "in": ("MM", "MMR002", "MMR002001", "MMR005"),
    "means": ("small-arms", "accident", "unknown"),
    "": (
        "2023",
        "2023-05",
        "2023-06",
        "2023-05..2023-06-11",
        "..2023-05",
        "2023-06..",
        "..2021-01-31",
        "2021-02-01..",
        "2021",
        "2022",
    ),
}
AXIS = {"civilian": 0, "combatant": 0, "status:unknown": 0, "female": 1, "male": 1, "child": 2, "adult": 2, "age:unknown": 2}


def atom(rng: random.Random) -> str:
    kind = rng.choice(list(ATOMS))
    return f"{kind}:{rng.choice(ATOMS[kind])}" if kind else rng.choice(ATOMS[""])


def facts(rng: random.Random, deep: int = 2) -> str:
    """A condition: an atom, its negation, an `or` of the same or of other kinds, or a nesting of these."""
    if deep == 0 or rng.random() < 0.4:
        return atom(rng)
    if rng.random() < 0.3:
        return f"not ({facts(rng, deep - 1)})"
    join = " or " if rng.random() < 0.7 else " "
    return "(" + join.join(f"({facts(rng, deep - 1)})" for _ in range(2)) + ")"


def group(rng: random.Random, axis: int) -> str:
    one, other = (rng.choice([word for word in AXIS if AXIS[word] == axis]) for _ in range(2))
    return rng.choice((one, f"not {one}", f"({one} or {other})", one))


def scope_text(rng: random.Random, sources: Sequence[str]) -> str:
    groups = [group(rng, axis) for axis in rng.sample(range(3), rng.choice((0, 0, 1, 2)))]
    words = ["killed", *(facts(rng) for _ in range(rng.randrange(3))), *groups]
    extra = (
        f"toll{rng.choice(('>=', '<=', '=', '<', '>'))}{rng.randrange(1, 6)}", "unit:incidents", "on:death", "modality:all",
        "modality:denied", f"certainty:{rng.choice(('candidate', 'suspected', 'admitted'))}", "grade:all", "grade:weak",
        "grade:fair", "grade:contested,confirmed", f"without:{rng.choice(sources)}", f"source:{rng.choice(sources)}",
        f"not source:{rng.choice(sources)}", "level:aggregate", "level:lumped", "level:incident", "not level:lumped",
        "(level:aggregate or level:incident)",
    )  # fmt: skip
    chosen = {word.split(":")[0].split("l")[0]: word for word in rng.sample(extra, rng.choice((0, 1, 1, 2)))}
    return " ".join([*words, *chosen.values()])


def made_case(root: Path, rows: Sequence[Mapping[str, str]]) -> tuple[Case, list[Said]]:
    """A case of the rows, and what it says."""
    root.parent.mkdir(exist_ok=True)
    case = new_case(root)
    (case.layout.lookups / "mappings" / "rules.toml").write_text(mapping(), "utf-8")
    add_rows(case, [dict.fromkeys(COLUMNS, "") | dict(given) for given in rows])
    decide(case, rows)
    return case, said_in(case, rows)


def said_in(case: Case, rows: Sequence[Mapping[str, str]]) -> list[Said]:
    """Every statement that no correction takes out, with its groups as the rows were judged."""
    alike: dict[str, str] = {}

    def first(label: str) -> str:
        while label in alike:
            label = alike[label]
        return label

    for number, given in enumerate(rows):
        for column in ("same", "same person"):
            if given.get(column):
                a, b = first(f"row {number}"), first(f"{column} {given[column]}")
                if a != b:
                    alike[a] = b
    made = []
    for stored in of_readings(case.store, [one.key for one in active(case)]):
        assert stored.body is not None
        number = stored.row - 2
        body = msgspec.json.decode(stored.body, type=Statement)
        given = rows[number]
        victim = "" if body.person is None else given.get("same person") or f"row {number}"
        if not given.get("exclude"):
            made.append(Said(number, first(f"row {number}"), victim, body))
    return made


# --- the program agrees -----------------------------------------------------------------------------------------------

CASES = [
    (("list-a",), 0), (("list-a",), 6), (("list-a", "list-b"), 3), (("afp", "ap", "rfa"), 4), (("afp", "list-a", "list-c"), 2),
]  # fmt: skip


def ends_of(counting: Counter, text: str) -> Told:
    made = counting.answer(counting.scope(text)).told
    if made.ends is None:
        return REFUSED
    best = None if made.basis is Basis.ENVELOPE else made.ends.best
    return Told(made.ends.low, best, made.ends.high, made.basis.value)


def random_case(root: Path, seed: int, odd: bool = True) -> tuple[random.Random, list[dict[str, str]], Counter, list[Said]]:
    rng = random.Random(seed)
    sources, linked = CASES[seed % len(CASES)]
    rows = table(rng, sources, linked, rng.choice((6, 12, 40)))
    if not odd:  # ends that contradict each other are added as given, and keep no order
        rows = [
            row | {"high": str(max(int(row[end]) for end in ("low", "best", "high")))} if row.get("high") else row
            for row in rows
        ]
    case, said = made_case(root / "case", rows)
    return rng, rows, counter(case), said


def compared(root: Path, seed: int, scopes: int) -> Iterator[tuple[str, Told, Told]]:
    """Random scopes over one random case: what the oracle says, and what the program says."""
    rng, rows, counting, said = random_case(root, seed)
    world = World(counting.register.world.actors, counting.register.world.places, counting.register.sources)
    for _ in range(scopes):
        text = scope_text(rng, sorted({given["source"] for given in rows}))
        yield text, answer(said, counting.scope(text), world), ends_of(counting, text)


@pytest.mark.parametrize("seed", range(25))
def test_the_oracle_and_the_program_agree(tmp_path: Path, seed: int) -> None:
    """On every scope: the same low, best, high and basis, or both refuse."""
    different = [
        f"{text}: the oracle says {mine}, the program {its}" for text, mine, its in compared(tmp_path, seed, 20) if mine != its
    ]
    assert not different, "\n".join(different)


# --- what must hold whatever the rules say ----------------------------------------------------------------------------


def wider_and_narrower(rng: random.Random) -> tuple[str, list[tuple[str, str]], list[tuple[str, str]]]:
    """A random scope, pairs of a scope and a narrower one, and pairs of scopes that exclude each other within it."""
    one, other, age, sex = facts(rng), facts(rng), rng.choice(("child", "adult")), rng.choice(("female", "male"))
    wide = f"killed {one}"
    narrower = [
        (wide, f"{wide} {other}"), (wide, f"{wide} {age}"), (f"{wide} {age}", f"{wide} {age} {sex}"),
        (f"killed ({one} or {other})", wide),
        (f"{wide} 2023", f"{wide} 2023-05"), (wide, f"{wide} 2023"), (f"{wide} toll>=2", f"{wide} toll>=4"),
        (f"{wide} toll<=4 unit:incidents", f"{wide} toll<=2 unit:incidents"),
    ]  # fmt: skip
    return wide, narrower, [(f"{wide} {other}", f"{wide} not ({other})"), (f"{wide} {age}", f"{wide} not {age}")]


@pytest.mark.parametrize("seed", range(50, 55))
def test_figures_are_in_order(tmp_path: Path, seed: int) -> None:
    """Low and best <= high; a narrower scope has no greater low or high; what excludes each other is no more than both."""
    rng, _, counting, _ = random_case(tmp_path, seed, odd=False)
    known: dict[str, Told] = {}

    def ends(text: str) -> Three | None:
        made = known.setdefault(text, ends_of(counting, text))
        if made.low is None or made.high is None:
            return None
        best = made.low if made.best is None else made.best
        assert made.low <= made.high and best <= made.high, f"{text}: {made}"
        return Three(made.low, best, made.high)

    for _ in range(3):
        wide, narrower, apart = wider_and_narrower(rng)
        for more, less in narrower:
            a, b = ends(more), ends(less)
            assert a is None or b is None or (b.low <= a.low and b.high <= a.high), f"{less}: {b}, but {more}: {a}"
        for one, other in apart:
            x, y, whole = ends(one), ends(other), ends(wide)
            assert x is None or y is None or whole is None or x.low + y.low <= whole.high, (
                f"{one}: {x}, {other}: {y}, {wide}: {whole}"
            )


@pytest.mark.parametrize("seed", [2, 3])
def test_without_a_source_is_as_if_it_had_never_been_added(tmp_path: Path, seed: int) -> None:
    """Where nothing of it is linked to another source's rows."""
    rng = random.Random(seed)
    sources, linked = CASES[seed]
    left_out = sources[0]
    rows = table(rng, sources, linked, 30)
    rows = [given | {"same": "", "same person": ""} if given["source"] == left_out else given for given in rows]
    with_it = counter(made_case(tmp_path / "with" / "case", rows)[0])
    kept = [given for given in rows if given["source"] != left_out]
    without = counter(made_case(tmp_path / "without" / "case", kept)[0])
    for _ in range(8):
        text = " ".join(("killed", *(facts(rng) for _ in range(rng.randrange(3)))))
        assert ends_of(with_it, f"{text} without:{left_out}") == ends_of(without, text), text
