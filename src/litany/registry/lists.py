"""What does each list cover, how complete is each of its fields, and what of it was not read?

One report a document, and in it one a source. A field is told by the ways in which it is stated ("a day", "longer than a
month", "missing"), and the ways of a field always add up to the statements that could have it: nobody has to guess what a share
is a share of.
Counts of statements and rows, never of people killed.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterable

import msgspec
from msgspec import Struct

from litany.case.case import Case
from litany.registry.active import ActiveReading, active
from litany.store import rows as store_rows
from litany.types.records import Coverage, Problem, Source
from litany.types.statement import Person, Statement, Toll, When, Where
from litany.values import dates
from litany.values.places import Gazetteer
from litany.values.terms import AgeGroup, Sex, Status

MISSING, ROOT_UNKNOWN = "missing", "root unknown"
NOT_STATED = (MISSING, "unknown", ROOT_UNKNOWN)
_decoder = msgspec.json.Decoder(Statement)
Ways = Tally[str]


class Field(Struct, frozen=True):
    """One field: ``of`` statements could have it, and ``ways`` says how many have it in which way; they add up to ``of``."""

    field: str
    of: int
    ways: dict[str, int]

    @property
    def stated(self) -> int:
        """How many statements have it in any way; a word for "unknown" states nothing."""
        return self.of - sum(self.ways.get(way, 0) for way in NOT_STATED)


class Unread(Struct, frozen=True):
    """Why so many rows (``kept`` is false) gave no statement, or so many cells of kept rows could not be read."""

    reason: str
    column: str | None
    count: int
    kept: bool


class SourceReport(Struct, frozen=True):
    """What one source says in the document. ``coverage`` is what it says that it records: its claim, not a fact.

    ``people`` statements are of one person each; ``first`` and ``last`` are the first and the last ISO day on which an incident
    is dated to the day (null: none is).
    """

    source: str
    title: str
    coverage: Coverage | None
    statements: int
    people: int
    first: str | None
    last: str | None
    fields: tuple[Field, ...]


class ListReport(Struct, frozen=True):
    """One document: ``unread`` of its ``rows`` gave no statement, and ``problems`` says why, lost rows first."""

    document: str
    name: str
    rows: int
    statements: int
    unread: int
    sources: tuple[SourceReport, ...]
    problems: tuple[Unread, ...]


def lists(case: Case, names: dict[str, str], readings: Iterable[ActiveReading] | None = None) -> tuple[ListReport, ...]:
    """All documents of the readings that count, in the order of their hashes; ``names`` are file names by sha256."""
    sources = {record.slug: record for _, _, record in case.store.each(Source)}
    return tuple(_report(case, one, names, sources) for one in (active(case) if readings is None else readings))


def _report(case: Case, one: ActiveReading, names: dict[str, str], sources: dict[str, Source]) -> ListReport:
    gathered: dict[str, _Gathered] = {}
    for row in store_rows.of_readings(case.store, [one.key]):
        if row.body is not None:  # None: it was withdrawn
            statement = _decoder.decode(row.body)
            found = gathered.get(statement.source)
            if found is None:
                found = gathered[statement.source] = _Gathered(case.places)
            found.add(statement)
    reading = one.reading
    return ListReport(
        document=reading.document,
        name=names.get(reading.document, reading.document[:12]),
        rows=reading.rows,
        statements=sum(found.statements for found in gathered.values()),
        unread=reading.unread,
        sources=tuple(found.report(slug, sources.get(slug)) for slug, found in sorted(gathered.items())),
        problems=_unread(reading.problems),
    )


def _unread(problems: Iterable[Problem]) -> tuple[Unread, ...]:
    """Rows that were lost first, then the cells that cost most."""
    tally: Tally[tuple[bool, str, str | None]] = Tally()
    for problem in problems:
        tally[problem.kept, problem.reason, problem.column] += problem.count
    ordered = sorted(tally.items(), key=lambda item: (item[0][0], -item[1], item[0][1], item[0][2] or ""))
    return tuple(Unread(reason, column, count, kept) for (kept, reason, column), count in ordered)


class _Gathered:
    """The statements of one source in one document, as they come."""

    def __init__(self, places: Gazetteer) -> None:
        self._places = places
        self._levels: dict[str, str] = {}
        self._ways: dict[str, Ways] = {}
        self._first: int | None = None
        self._last: int | None = None
        self.statements = self.people = 0

    def add(self, statement: Statement) -> None:
        """One more statement."""
        self.statements += 1
        for field, read in _OF_ALL.items():
            self._note(field, read(statement))
        self._note("place", self._place(statement.where))
        if statement.person is not None:
            self.people += 1
            for field, of_person in _OF_PEOPLE.items():
                self._note(field, of_person(statement.person))
            self._note("home", self._place(statement.person.home))
        if statement.toll is not None:
            for field, of_toll in _OF_TOLLS.items():
                self._note(field, of_toll(statement.toll))
        when = statement.when
        if when is not None and when.earliest is not None and when.earliest == when.latest:
            self._first = when.earliest if self._first is None else min(self._first, when.earliest)
            self._last = when.earliest if self._last is None else max(self._last, when.earliest)

    def _note(self, field: str, way: str) -> None:
        self._ways.setdefault(field, Tally())[way] += 1

    def _place(self, where: Where | None) -> str:
        if where is None:
            return MISSING
        if where.place is None:
            return "words that no place of the gazetteer has"
        if where.place not in self._levels:
            self._levels[where.place] = self._places.get(where.place).level.value
        return f"{self._levels[where.place]}{', several candidates' if where.candidates else ''}"

    def report(self, slug: str, source: Source | None) -> SourceReport:
        """What was gathered."""
        first, last = (None if day is None else dates.show(day) for day in (self._first, self._last))
        return SourceReport(
            source=slug,
            title=slug if source is None else source.name,
            coverage=None if source is None else source.coverage,
            statements=self.statements,
            people=self.people,
            first=first,
            last=last,
            fields=self.fields(),
        )

    def fields(self) -> tuple[Field, ...]:
        """All fields of which at least one statement could have something; the ways most used first, missing last."""
        found = [(field, self._ways[field]) for field in _ORDER if field in self._ways]
        return tuple(
            Field(
                field,
                sum(ways.values()),
                dict(sorted(ways.items(), key=lambda item: (item[0] == MISSING, -item[1], item[0]))),
            )
            for field, ways in found
        )


def _when(when: When | None) -> str:
    if when is None:
        return MISSING
    if when.basis is not None and when.earliest != when.latest:
        return "within the period that the list claims"
    if when.earliest is None or when.latest is None:
        return "open on one end"
    days = when.latest - when.earliest + 1
    return "a day" if days == 1 else "2 to 7 days" if days <= 7 else "a month or less" if days <= 31 else "longer than a month"


def _by(statement: Statement) -> str:
    if statement.by is None:
        return MISSING
    known = [not actor.startswith("?") for actor in statement.by.actors]
    words = "one that the actor list knows" if len(known) == 1 else "several candidates"
    return words if all(known) else "a name that the actor list does not know"


def _speakers(statement: Statement) -> str:
    return "an originator is named" if any(one.root for one in statement.speakers) else ROOT_UNKNOWN


def _given(value: object) -> str:
    return MISSING if value in (None, ()) else "stated"


def _word(value: Sex | AgeGroup | Status | None) -> str:
    return MISSING if value is None else value.value


def _age(person: Person) -> str:
    if person.months is not None:
        low, high = person.months
        return "in years or months" if low is not None and high is not None and high - low < 12 else "a range"
    return "words only" if person.age else MISSING


def _toll(toll: Toll) -> str:
    ends = [name for name, value in (("low", toll.low), ("best", toll.best), ("high", toll.high)) if value is not None]
    return ", ".join(ends) if ends else "only of a group"


def _parts(toll: Toll) -> str:
    axes = sorted({part.axis for part in toll.parts})
    return ", ".join(axes) if axes else MISSING


_OF_ALL: dict[str, Callable[[Statement], str]] = {
    "harm": lambda one: one.harm.value,
    "modality": lambda one: one.modality.value,
    "level": lambda one: one.level.value,
    "date of incident": lambda one: _when(one.when),
    "date of death": lambda one: _when(one.died),
    "perpetrator": _by,
    "means": lambda one: MISSING if one.means is None else one.means.value,
    "speakers": _speakers,
}
_OF_PEOPLE: dict[str, Callable[[Person], str]] = {
    "name": lambda one: _given(one.names),
    "sex": lambda one: _word(one.sex),
    "age": _age,
    "age group": lambda one: _word(one.age_group),
    "status": lambda one: _word(one.status),
    "father": lambda one: _given(one.father),
    "mother": lambda one: _given(one.mother),
    "occupation": lambda one: _given(one.occupation),
}
_OF_TOLLS: dict[str, Callable[[Toll], str]] = {"toll": _toll, "groups of the toll": _parts}
_ORDER = (
    "harm", "level", "modality", "name", "sex", "age", "age group", "status", "occupation", "father", "mother", "home", "toll",
    "groups of the toll", "date of incident", "date of death", "place", "perpetrator", "means", "speakers",
)  # fmt: skip
