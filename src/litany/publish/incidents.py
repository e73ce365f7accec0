"""Which are the largest incidents, and on which rows of which documents does each rest?

Days stand as precisely as they are known, places never finer than a township, and no words are quoted: whoever has the case
finds them with `litany explain` and the id of the statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec
import polars as pl
from msgspec import Struct

from litany import ids
from litany.counts import coverage
from litany.counts.count import Counter
from litany.publish import days
from litany.publish.safe import Names
from litany.registry.build import EXCLUSIONS
from litany.registry.columns import GRADES, LEVELS, MODALITIES
from litany.store import rows as store_rows
from litany.types.figure import Basis, Figure, Unit
from litany.types.records import Reading
from litany.types.scope import Scope
from litany.types.statement import Statement

SHOWN = 50
# (certain, best) of the scope's facts
_IN_SCOPE = {
    (True, True): "certainly in the scope",
    (False, True): "in the scope by more sources than not",
    (False, False): "possibly in the scope",
}
_decoder = msgspec.json.Decoder(Statement)


class Stated(Struct, frozen=True):
    """A statement on an incident: its id, who says it and how, the document (sha256) and the row."""

    id: str
    source: str
    says: str
    document: str
    row: str
    counted: str


class Incident(Struct, frozen=True):
    """One incident as counted. ``in_scope`` says how surely it is in the scope; ``roots`` how many named originators there
    are that do not relay each other."""

    anchor: str
    day: str
    place: str
    low: int
    best: int
    high: int
    in_scope: str
    who: tuple[str, ...]
    grade: str
    sources: tuple[str, ...]
    roots: int
    statements: tuple[Stated, ...]


class Incidents(Struct, frozen=True):
    """The largest incidents of a scope; ``more`` when there are others, ``unlinked`` when nobody linked their sources."""

    scope: str
    shown: tuple[Incident, ...]
    more: bool
    unlinked: bool


class _At(NamedTuple):
    """What the register holds of one statement, as numbers of its legend."""

    n: int
    incident: int
    doc: int
    sheet: int
    row: int
    facet: int
    source: int
    modality: int
    level: int
    excluded: int | None
    grade: int
    earliest: int | None
    latest: int | None
    place: int | None
    by: int | None
    roots: int


def incidents(counter: Counter, names: Names, scope: Scope, figure: Figure) -> Incidents:
    """The largest incidents of a scope (``figure`` is its figure) by best, then by high."""
    answer = counter.answer(scope)
    evaluated, table = answer.evaluated, answer.told.table
    order = ["middle", "high", "low"] if scope.unit is Unit.INCIDENTS else ["add_best", "add_high", "add_low"]
    shown = table.sort(*order, "incident", descending=[True, True, True, False]).head(SHOWN)
    wanted = pl.col("incident").is_in(shown["incident"].implode())
    spoken: dict[int, list[_At]] = {}
    for row in map(_At._make, evaluated.spoken.filter(wanted).select(_At._fields).iter_rows()):
        spoken.setdefault(row.incident, []).append(row)
    maker = _Maker(counter, names, scope, frozenset(evaluated.admitted.filter(wanted)["n"]))
    made = tuple(maker.incident(one, spoken[one["incident"]]) for one in shown.iter_rows(named=True))
    unlinked = figure.refused is not None or figure.basis is Basis.ENVELOPE
    return Incidents(names.words(figure.scope), made, table.height > shown.height, unlinked)


class _Maker:
    """Says what the report may say of an incident; ``admitted`` are the statements that enter."""

    def __init__(self, counter: Counter, names: Names, scope: Scope, admitted: frozenset[int]) -> None:
        self._case, self._register = counter.case, counter.register
        self._names, self._scope, self._admitted = names, scope, admitted

    def incident(self, one: Mapping[str, int], statements: Sequence[_At]) -> Incident:
        """One incident of the table of incidents, with all statements that speak of it."""
        legend, names = self._register.legend, self._names
        entered = [row for row in statements if row.n in self._admitted]
        roots = sorted({root for row in entered for root in legend.roots[row.roots]})
        return Incident(
            anchor=f"incident-{one['incident']}",
            day=_day(entered),
            place=names.place(legend.places[row.place] for row in entered if row.place is not None),
            low=one["low"],
            best=one["middle"],
            high=one["high"],
            in_scope=_IN_SCOPE[bool(one["certain"]), bool(one["best"])],
            who=self._who(entered),
            grade=GRADES[entered[0].grade].value,
            sources=tuple(dict.fromkeys(names.source(legend.sources[row.source]) for row in entered)),
            roots=len(coverage.voices(roots, self._register.sources)),
            statements=tuple(stated for row in statements for stated in self._stated(row)),
        )

    def _who(self, rows: Sequence[_At]) -> tuple[str, ...]:
        """Each set of candidates that a source names; nobody, where none names any."""
        numbers = sorted({row.by for row in rows if row.by is not None})
        named = [self._names.party(self._register.legend.parties[number]) for number in numbers]
        return tuple(dict.fromkeys(named)) or ("nobody named",)

    def _stated(self, row: _At) -> Iterable[Stated]:
        legend = self._register.legend
        document, facet = legend.documents[row.doc], legend.facets[row.facet]
        for reading in (one for one in self._register.readings if one.reading.document == document):
            for found in store_rows.at_row(self._case.store, reading.key, row.sheet, row.row):
                if found.body is None or _decoder.decode(found.body).facet != facet:
                    continue
                yield Stated(
                    id=ids.show(found.id),
                    source=self._names.source(legend.sources[row.source]),
                    says=f"{MODALITIES[row.modality].value}, {LEVELS[row.level].value}",
                    document=document,
                    row=locator(reading.reading, row.sheet, row.row),
                    counted="counted" if row.n in self._admitted else f"not counted: {self._why_not(row)}",
                )

    def _why_not(self, row: _At) -> str:
        if row.excluded is not None:
            return EXCLUSIONS[row.excluded].value
        if MODALITIES[row.modality] not in self._scope.modalities:
            return MODALITIES[row.modality].value
        if GRADES[row.grade] not in self._scope.grades:
            return f"grade {GRADES[row.grade].value}"
        return "its level or its source is left out by the scope"


def _day(rows: Sequence[_At]) -> str:
    """The days that all sources allow; from the first to the last that any allows, where they exclude each other."""
    firsts = [row.earliest for row in rows if row.earliest is not None]
    lasts = [row.latest for row in rows if row.latest is not None]
    if firsts and lasts and max(firsts) > min(lasts):
        return days.said(min(firsts), max(lasts))
    return days.said(max(firsts, default=None), min(lasts, default=None))


def locator(reading: Reading, sheet: int, row: int) -> str:
    """Where a row stands; a sheet by its place, because its name may be that of a person."""
    return f"row {row}" if len(reading.sheets) < 2 else f"sheet {sheet + 1}, row {row}"
