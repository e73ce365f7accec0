"""What did people correct, and how does a correction change what is derived?

Statements stay as they were read. A correction leaves its anchor out (with the kind of exclusion), grades the incident,
or puts a value in the place of what a source said (``supersede``: one anchor; ``settle``: every statement of the incident).
The latest one of a field is in force.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from litany.errors import UnknownValue
from litany.ids import canonical
from litany.types.records import Correction, CorrectionKind, Exclusion
from litany.types.statement import Perpetrator, Statement, Toll, When, Where
from litany.values import dates, numbers
from litany.values.actors import Actors
from litany.values.places import Gazetteer
from litany.values.terms import Certainty, Grade, Harm, Level, Means, Modality, Status

FIELDS = ("by", "date", "level", "means", "modality", "place", "status", "toll")


class Corrections(Struct, frozen=True):
    """Corrections in force, by anchor (id as text)."""

    excluded: dict[str, Exclusion]
    grades: dict[str, Grade]
    superseded: dict[str, dict[str, str]]
    settled: dict[str, dict[str, str]]


def in_force(corrections: Iterable[tuple[str, Correction]]) -> Corrections:
    """Those not taken back, later ones over earlier ones; ``corrections`` are (id, record)."""
    every = sorted(corrections, key=lambda one: (one[1].at, canonical(one[1])))
    undone = {record.undoes for _, record in every if record.what is CorrectionKind.UNDO}
    made = Corrections({}, {}, {}, {})
    for id_, record in every:
        if id_ in undone:
            continue
        if record.what is CorrectionKind.EXCLUDE and record.exclusion is not None:
            made.excluded[record.target] = record.exclusion
        elif record.what is CorrectionKind.GRADE and record.grade is not None:
            made.grades[record.target] = Grade(record.grade)
        elif record.field is not None and record.value is not None:
            fields = made.superseded if record.what is CorrectionKind.SUPERSEDE else made.settled
            fields.setdefault(record.target, {})[record.field] = record.value
    return made


def apply(statement: Statement, fields: dict[str, str], actors: Actors, places: Gazetteer) -> Statement:
    """The statement as corrected. Raises UnknownValue when a value is not one that the field can have."""
    for field, value in sorted(fields.items()):
        statement = _apply_one(statement, field, value, actors, places)
    return statement


def check(field: str, value: str, actors: Actors, places: Gazetteer) -> None:
    """Raises UnknownValue when this field cannot have this value."""
    blank = Statement(schema=1, facet="", source="", modality=Modality.ASSERTED, level=Level.INCIDENT, harm=Harm.KILLED)
    _apply_one(blank, field, value, actors, places)


def _apply_one(statement: Statement, field: str, value: str, actors: Actors, places: Gazetteer) -> Statement:
    change: dict[str, object]
    if field == "place":
        text = value if statement.where is None else statement.where.text
        change = {"where": Where(text=text, place=places.get(value).id)}
    elif field == "date":
        span = dates.parse(value)
        change = {"when": When(span.edtf, span.earliest, span.latest, span.precision)}
    elif field == "by":
        names = tuple(sorted({actors.get(name.strip()).id for name in value.split(",")}))
        certainty = Certainty.STATED if len(names) == 1 else Certainty.CANDIDATE
        change = {"by": Perpetrator(names, certainty, basis="corrected by hand")}
    elif field == "toll":
        count = numbers.read(value)
        parts = () if statement.toll is None else statement.toll.parts
        change = {"toll": Toll(count.low, count.best, count.high, parts)}
    elif field == "status":
        person = statement.person
        change = {} if person is None else {"person": msgspec.structs.replace(person, status=_word(Status, value))}
    elif field in _WORDS:
        change = {field: _word(_WORDS[field], value)}
    else:
        raise UnknownValue(f"{field!r} is no field that can be corrected; the fields are {', '.join(FIELDS)}", field)
    return msgspec.structs.replace(statement, **change)


def _word(terms: type[Status] | type[Level] | type[Means] | type[Modality], value: str) -> object:
    try:
        return terms(value)
    except ValueError as problem:
        raise UnknownValue(f"{value!r} is no {terms.__name__.lower()}; the words are {', '.join(terms)}", value) from problem


_WORDS: dict[str, type[Level] | type[Means] | type[Modality]] = {"level": Level, "means": Means, "modality": Modality}
