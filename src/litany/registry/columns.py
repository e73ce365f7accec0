"""In which columns do statements stand, so that counting a million of them needs no loop?

One row a statement, in the order of document hash, sheet, row and facet. Words and ids are numbers into the lists of
`Legend`; days are proleptic Gregorian ordinals; a missing value is null. Ids and integer keys of the store stay out: they
depend on the order in which things came in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import polars as pl
from msgspec import Struct

from litany.types.statement import Part, Perpetrator, Person, Statement, Toll
from litany.values.places import fold
from litany.values.terms import AgeGroup, Certainty, Grade, Harm, Level, Means, Modality, Sex, Status

AXES: dict[str, tuple[str, ...]] = {
    "status": tuple(Status),
    "sex": tuple(Sex),
    "age": tuple(AgeGroup),
}
ENDS = ("low", "best", "high")
PART_COLUMNS = tuple(f"{axis}_{value}_{end}" for axis, values in AXES.items() for value in values for end in ENDS)
HARMS, LEVELS, MODALITIES, MEANS, GRADES = tuple(Harm), tuple(Level), tuple(Modality), tuple(Means), tuple(Grade)
CERTAINTIES = tuple(Certainty)

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "doc": pl.Int32, "sheet": pl.Int32, "row": pl.Int32, "facet": pl.Int16, "anchor": pl.Int64, "edition": pl.Int32,
    "source": pl.Int16, "modality": pl.Int8, "level": pl.Int8, "harm": pl.Int8,
    "earliest": pl.Int32, "latest": pl.Int32, "died_earliest": pl.Int32, "died_latest": pl.Int32,
    "place": pl.Int32, "by": pl.Int32, "certainty": pl.Int8, "means": pl.Int8, "roots": pl.Int32, "own_incident": pl.Int32,
    "person": pl.Boolean, "low": pl.Int32, "best": pl.Int32, "high": pl.Int32,
    **dict.fromkeys(PART_COLUMNS, pl.Int32),
}  # fmt: skip


class Party(Struct, frozen=True):
    """A distinct set of candidates."""

    actors: tuple[str, ...]
    certainty: Certainty
    crossfire: bool


class Legend(Struct, frozen=True):
    """What the numbers of the columns mean."""

    documents: tuple[str, ...]
    facets: tuple[str, ...]
    sources: tuple[str, ...]
    places: tuple[str, ...]
    parties: tuple[Party, ...]
    roots: tuple[tuple[str, ...], ...]


class Numbers:
    """Numbers for distinct values, in the order of their coming; `ranks` puts them into the order of their content."""

    def __init__(self) -> None:
        self._by: dict[object, int] = {}

    def of(self, value: object) -> int:
        """The number of a value."""
        return self._by.setdefault(value, len(self._by))

    def ranks(self, key: Callable[[object], object] = lambda value: value) -> tuple[list[object], list[int]]:
        """(values in order, new number of each old one)."""
        ordered = sorted(self._by, key=key)  # type: ignore[arg-type]
        place = {value: number for number, value in enumerate(ordered)}
        return ordered, [place[value] for value in self._by]


class Columns:
    """Collects rows; `frame` gives the finished table with its legend."""

    def __init__(self, documents: Sequence[str], voices: Mapping[str, str]) -> None:
        """``voices``: folded names of known sources to their slugs, so that one originator has one name."""
        self.documents, self._voices = tuple(documents), voices
        self.facets, self.sources, self.places, self.parties, self.roots, self.incidents = (Numbers() for _ in range(6))
        self._frames: list[pl.DataFrame] = []
        self._rows: list[tuple[object, ...]] = []
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def add(self, place: tuple[int, int, int], anchor: int, edition: int, statement: Statement) -> None:
        """One statement; ``place`` is (number of the document, sheet, row)."""
        self._length += 1
        s = statement
        when, died, by = s.when, s.died, s.by
        person = None if s.person is None else self._person(s.person)
        toll = person if person is not None else s.toll
        self._rows.append((
            *place, self.facets.of(s.facet), anchor, edition,
            self.sources.of(s.source), MODALITIES.index(s.modality), LEVELS.index(s.level), HARMS.index(s.harm),
            None if when is None else when.earliest, None if when is None else when.latest,
            None if died is None else died.earliest, None if died is None else died.latest,
            None if s.where is None or s.where.place is None else self.places.of(s.where.place),
            None if by is None else self._party(by), None if by is None else CERTAINTIES.index(by.certainty),
            None if s.means is None else MEANS.index(s.means),
            self.roots.of(tuple(sorted({self._voice(speaker.name) for speaker in s.speakers if speaker.root}))),
            None if s.incident is None else self.incidents.of((s.source, s.incident)),
            person is not None,
            None if toll is None else toll.low, None if toll is None else toll.best, None if toll is None else toll.high,
            *_parts(() if toll is None else toll.parts),
        ))  # fmt: skip
        if len(self._rows) >= 100_000:
            self._flush()

    def _voice(self, name: str) -> str:
        return self._voices.get(fold(name), name)

    def _party(self, by: Perpetrator) -> int:
        return self.parties.of(Party(by.actors, by.certainty, by.crossfire))

    def _person(self, person: Person) -> Toll:
        parts = [Part("status", status=person.status or Status.UNKNOWN, best=1)]
        parts.append(Part("sex", sex=person.sex or Sex.UNKNOWN, best=1))
        parts.append(Part("age", age=person.age_group or AgeGroup.UNKNOWN, best=1))
        return Toll(1, 1, 1, tuple(parts))

    def _flush(self) -> None:
        if self._rows or not self._frames:
            self._frames.append(pl.DataFrame(self._rows, schema=SCHEMA, orient="row"))
        self._rows = []

    def frame(self) -> tuple[pl.DataFrame, Legend]:
        """The table, numbers in the order of content, and what they mean."""
        self._flush()
        table = pl.concat(self._frames)
        made: dict[str, list[object]] = {}
        for name, numbers in (
            ("facet", self.facets), ("source", self.sources), ("place", self.places),
            ("roots", self.roots), ("by", self.parties),
        ):  # fmt: skip
            order, new = numbers.ranks(_party_key if name == "by" else lambda value: value)
            made[name] = order
            table = table.with_columns(renumbered(name, new))
        legend = Legend(
            self.documents,
            tuple(made["facet"]),  # type: ignore[arg-type]
            tuple(made["source"]),  # type: ignore[arg-type]
            tuple(made["place"]),  # type: ignore[arg-type]
            tuple(made["by"]),  # type: ignore[arg-type]
            tuple(made["roots"]),  # type: ignore[arg-type]
        )
        return table.sort("doc", "sheet", "row", "facet"), legend


def _party_key(party: object) -> object:
    assert isinstance(party, Party)
    return (party.actors, party.certainty, party.crossfire)


def renumbered(column: str, new: Sequence[int]) -> pl.Expr:
    """The column with number n replaced by ``new[n]``."""
    dtype = SCHEMA[column]
    if not new:
        return pl.col(column)
    return pl.lit(pl.Series("new", list(new), dtype=dtype)).gather(pl.col(column).cast(pl.UInt32)).alias(column)


_PLACE = {(axis, value): at for at, (axis, value) in enumerate((a, v) for a, values in AXES.items() for v in values)}
_NOTHING: tuple[int | None, ...] = (None,) * len(PART_COLUMNS)


def _parts(parts: Iterable[Part]) -> tuple[int | None, ...]:
    """The parts as one flat row; parts of the same group (the dead of two sides) are added."""
    if not parts:
        return _NOTHING
    row: list[int | None] = list(_NOTHING)
    for part in parts:
        value = getattr(part, part.axis, None)
        if value is None:
            continue
        at = 3 * _PLACE[part.axis, value]
        for offset, end in enumerate((part.low, part.best, part.high)):
            if end is not None:
                row[at + offset] = (row[at + offset] or 0) + end
    return tuple(row)
