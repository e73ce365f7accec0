"""In which columns do statements stand, so that counting a million of them needs no loop?

One row a statement, in the order of document hash, sheet, row and facet. Words and ids are numbers into the lists of
`Legend`; days are proleptic Gregorian ordinals; a missing value is null. Ids and integer keys of the store stay out: they
depend on the order in which things came in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar, cast

import msgspec
import polars as pl
from msgspec import Raw, Struct

from litany.types.statement import Part, Perpetrator, Person, Speaker, Toll, When, Where
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
_HARM, _LEVEL, _MODALITY, _MEANS = ({word: at for at, word in enumerate(words)} for words in (HARMS, LEVELS, MODALITIES, MEANS))
_UNKNOWN = object()
R = TypeVar("R")

BASE: dict[str, pl.DataType | type[pl.DataType]] = {
    "doc": pl.Int32, "sheet": pl.Int32, "row": pl.Int32, "facet": pl.Int16, "anchor": pl.Int64, "edition": pl.Int32,
    "source": pl.Int16, "modality": pl.Int8, "level": pl.Int8, "harm": pl.Int8,
    "earliest": pl.Int32, "latest": pl.Int32, "died_earliest": pl.Int32, "died_latest": pl.Int32,
    "place": pl.Int32, "by": pl.Int32, "certainty": pl.Int8, "means": pl.Int8, "roots": pl.Int32, "own_incident": pl.Int32,
    "person": pl.Boolean, "toll": pl.Int32, "came": pl.Int32,
}  # fmt: skip
TOLL: dict[str, pl.DataType | type[pl.DataType]] = dict.fromkeys((*ENDS, *PART_COLUMNS), pl.Int32)


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

    def values(self) -> Iterable[object]:
        """All values, in the order of their numbers."""
        return self._by.keys()

    def ranks(self, key: Callable[[object], object] = lambda value: value) -> tuple[list[object], list[int]]:
        """(values in order, new number of each old one)."""
        ordered = sorted(self._by, key=key)  # type: ignore[arg-type]
        place = {value: number for number, value in enumerate(ordered)}
        return ordered, [place[value] for value in self._by]


class _Body(Struct, frozen=True):
    """A stored statement with its parts still as bytes: most parts come again, and are understood once."""

    facet: str
    source: str
    modality: Modality
    level: Level
    harm: Harm
    speakers: Raw = Raw(b"[]")
    toll: Raw = Raw(b"null")
    person: Raw = Raw(b"null")
    by: Raw = Raw(b"null")
    when: Raw = Raw(b"null")
    died: Raw = Raw(b"null")
    where: Raw = Raw(b"null")
    means: Means | None = None
    incident: str | None = None


_decoder = msgspec.json.Decoder(_Body)
_NOBODY = b"null"
_UNDATED: tuple[int | None, int | None] = (None, None)
_FEW = 1 << 16  # parts that are remembered; beyond it they hardly come again


class Columns:
    """Collects rows; `frame` gives the finished table with its legend."""

    def __init__(self, documents: Sequence[str], voices: Mapping[str, str]) -> None:
        """``voices``: folded names of known sources to their slugs, so that one originator has one name."""
        self.documents, self._voices = tuple(documents), voices
        self.facets, self.sources, self.places, self.parties = Numbers(), Numbers(), Numbers(), Numbers()
        self.roots, self.incidents, self.tolls = Numbers(), Numbers(), Numbers()
        self._frames: list[pl.DataFrame] = []
        self._rows: list[tuple[object, ...]] = []
        self._length = 0
        self._days = _remembered(_days)
        self._place = _remembered(self._read_place)
        self._by = _remembered(self._read_by)
        self._root = _remembered(self._read_roots)
        self._toll = _remembered(lambda raw: self.tolls.of(_flat(msgspec.json.decode(raw, type=Toll))))
        self._person = _remembered(lambda raw: self.tolls.of(_flat(_as_toll(msgspec.json.decode(raw, type=Person)))))

    def __len__(self) -> int:
        return self._length

    def add(self, place: tuple[int, int, int], anchor: int, edition: int, body: bytes) -> None:
        """One statement as stored; ``place`` is (number of the document, sheet, row). In the table ``came`` counts these
        calls.
        """
        self._length += 1
        s = _decoder.decode(body)
        person, toll, by = bytes(s.person), bytes(s.toll), self._by(bytes(s.by))
        is_person = person != _NOBODY
        self._rows.append((
            *place, self.facets.of(s.facet), anchor, edition,
            self.sources.of(s.source), _MODALITY[s.modality], _LEVEL[s.level], _HARM[s.harm],
            *self._days(bytes(s.when)), *self._days(bytes(s.died)), self._place(bytes(s.where)), *by,
            None if s.means is None else _MEANS[s.means], self._root(bytes(s.speakers)),
            None if s.incident is None else self.incidents.of((s.source, s.incident)),
            is_person, self._person(person) if is_person else None if toll == _NOBODY else self._toll(toll), self._length - 1,
        ))  # fmt: skip
        if len(self._rows) >= 100_000:
            self._flush()

    def _read_place(self, raw: bytes) -> int | None:
        place = None if raw == _NOBODY else msgspec.json.decode(raw, type=Where).place
        return None if place is None else self.places.of(place)

    def _read_by(self, raw: bytes) -> tuple[int | None, int | None]:
        if raw == _NOBODY:
            return None, None
        by = msgspec.json.decode(raw, type=Perpetrator)
        return self.parties.of(Party(by.actors, by.certainty, by.crossfire)), CERTAINTIES.index(by.certainty)

    def _read_roots(self, raw: bytes) -> int:
        speakers = msgspec.json.decode(raw, type=tuple[Speaker, ...])
        names = {self._voices.get(fold(one.name), one.name) for one in speakers if one.root}
        return self.roots.of(tuple(sorted(names)))

    def _flush(self) -> None:
        if self._rows or not self._frames:
            self._frames.append(pl.DataFrame(self._rows, schema=BASE, orient="row"))
        self._rows = []

    def _with_tolls(self, table: pl.DataFrame) -> pl.DataFrame:
        """The toll's columns in the place of its number."""
        known = pl.DataFrame(list(self.tolls.values()), schema=TOLL, orient="row")
        return pl.concat([table.drop("toll"), known.select(pl.all().gather(table["toll"].cast(pl.UInt32)))], how="horizontal")

    def frame(self) -> tuple[pl.DataFrame, Legend]:
        """The table, numbers in the order of content, and what they mean."""
        self._flush()
        table = self._with_tolls(pl.concat(self._frames))
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
        return table.sort("doc", "sheet", "row", "facet", maintain_order=True), legend


def _remembered(read: Callable[[bytes], R]) -> Callable[[bytes], R]:
    known: dict[bytes, R] = {}

    def look_up(raw: bytes) -> R:
        found = known.get(raw, _UNKNOWN)
        if found is _UNKNOWN:
            if len(known) >= _FEW:
                known.clear()
            found = known[raw] = read(raw)
        return cast(R, found)

    return look_up


def _days(raw: bytes) -> tuple[int | None, int | None]:
    if raw == _NOBODY:
        return _UNDATED
    when = msgspec.json.decode(raw, type=When)
    return when.earliest, when.latest


def _as_toll(person: Person) -> Toll:
    parts = [Part("status", status=person.status or Status.UNKNOWN, best=1)]
    parts.append(Part("sex", sex=person.sex or Sex.UNKNOWN, best=1))
    parts.append(Part("age", age=person.age_group or AgeGroup.UNKNOWN, best=1))
    return Toll(1, 1, 1, tuple(parts))


def _flat(toll: Toll) -> tuple[int | None, ...]:
    return (toll.low, toll.best, toll.high, *_parts(toll.parts))


def _party_key(party: object) -> object:
    assert isinstance(party, Party)
    return (party.actors, party.certainty, party.crossfire)


def renumbered(column: str, new: Sequence[int]) -> pl.Expr:
    """The column with number n replaced by ``new[n]``."""
    dtype = BASE[column]
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
