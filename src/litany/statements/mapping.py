"""Which column of a table means what?

A mapping is a TOML file: it names the columns that it uses, those that it leaves out on purpose, the values that mean
"missing", what the source's words stand for, the source's own key, and what the source says that it covers. It is read
strictly, kept whole with the reading, and never states a constant perpetrator or status without a labelled judgement
about the source (``basis``). The format is described in docs/reference/mappings.md.
"""

from __future__ import annotations

import importlib.resources
import tomllib
from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from litany.errors import MappingError
from litany.ids import sha256
from litany.types.records import Coverage
from litany.values.terms import AgeGroup, Certainty, Harm, Level, Modality, Sex, Status


class _Spec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every table of a mapping refuses keys that it does not know."""


class Choice(_Spec, frozen=True):
    """A word from a column (through ``values``), or a constant."""

    column: str | None = None
    values: dict[str, str] = {}
    constant: str | None = None
    basis: str | None = None


class Number(_Spec, frozen=True):
    """A number column: ``values`` says how particular cells are to be read, ``times`` the unit (1000: thousands)."""

    column: str
    values: dict[str, str] = {}
    times: int = 1


class PartSpec(_Spec, frozen=True):
    """A group within the toll."""

    axis: str
    status: Status | None = None
    sex: Sex | None = None
    age: AgeGroup | None = None
    low: Number | None = None
    best: Number | None = None
    high: Number | None = None
    text: Number | None = None


class TollSpec(_Spec, frozen=True):
    """How many: columns for the ends, or one column of words ("11-13", "at least 29")."""

    low: Number | None = None
    best: Number | None = None
    high: Number | None = None
    text: Number | None = None
    part: tuple[PartSpec, ...] = ()


class WhenSpec(_Spec, frozen=True):
    """One date column, or the first and the last day; ``formats`` as strptime writes them, EDTF and ISO are always read."""

    column: str | None = None
    first: str | None = None
    last: str | None = None
    formats: tuple[str, ...] = ()
    precision: str | None = None
    time: str | None = None


class WhereSpec(_Spec, frozen=True):
    """Columns that name the spot, columns that name areas around it, and the country where nothing finer is known."""

    text: tuple[str, ...]
    areas: tuple[str, ...] = ()
    precision: str | None = None
    latitude: str | None = None
    longitude: str | None = None
    country: str | None = None


class BySpec(_Spec, frozen=True):
    """Who did it, in rows where every column of ``when`` has one of its values; the first that fits is used."""

    when: dict[str, tuple[str, ...]] = {}
    columns: tuple[str, ...] = ()
    separator: str | None = None
    values: dict[str, str] = {}
    constant: tuple[str, ...] = ()
    certainty: Certainty = Certainty.STATED
    crossfire: bool = False
    basis: str | None = None


class SpeakerSpec(_Spec, frozen=True):
    """A column that names who said it; ``unknown`` lists words that name nobody, ``values`` mends spellings."""

    column: str
    separators: str = ";"
    unknown: tuple[str, ...] = ()
    values: dict[str, str] = {}
    root: bool = True


class PersonSpec(_Spec, frozen=True):
    """One person a row."""

    names: tuple[str, ...] = ()
    sex: Choice | None = None
    age: str | None = None
    age_group: Choice | None = None
    status: Choice | None = None
    father: str | None = None
    note: str | None = None


class StatementSpec(_Spec, frozen=True):
    """One statement that a row makes, where every column of ``require`` has a value (or one of ``require_any``)."""

    facet: str
    harm: Harm
    require: tuple[str, ...] = ()
    require_any: tuple[str, ...] = ()
    level: Choice = Choice(constant=Level.INCIDENT.value)
    modality: Choice = Choice(constant=Modality.ASSERTED.value)
    toll: TollSpec | None = None
    person: PersonSpec | None = None
    when: WhenSpec | None = None
    died: WhenSpec | None = None
    where: WhereSpec | None = None
    by: tuple[BySpec, ...] = ()
    means: Choice | None = None
    speakers: tuple[SpeakerSpec, ...] = ()
    note: tuple[str, ...] = ()


class SourceSpec(_Spec, frozen=True):
    """A source that the mapping introduces. ``originator`` says why it counts as its own root, where it names no other."""

    name: str
    type: str | None = None
    stake: str | None = None
    licence: str | None = None
    relays: tuple[str, ...] = ()
    originator: str | None = None
    coverage: Coverage | None = None


class Mapping(_Spec, frozen=True):
    """A whole mapping. ``recognise`` are the columns that a table must have to be read with it unasked; those that it may
    lack are ``optional`` and then missing in every row.
    """

    name: str
    title: str
    source: Choice
    statement: tuple[StatementSpec, ...]
    recognise: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    incident: str | None = None
    sources: dict[str, SourceSpec] = {}


class Loaded(Struct, frozen=True):
    """A mapping and the text that it was read from."""

    mapping: Mapping
    text: str
    sha256: str


def load(text: str, where: str) -> Loaded:
    """A mapping from its text. Raises MappingError with file and key."""
    try:
        mapping = msgspec.convert(tomllib.loads(text), Mapping, strict=False)
    except tomllib.TOMLDecodeError as problem:
        raise MappingError(f"{where} is not valid TOML: {problem}") from problem
    except msgspec.ValidationError as problem:
        raise MappingError(f"{where}: {problem}; docs/reference/mappings.md lists the keys") from problem
    for wrong in _wrong(mapping):
        raise MappingError(f"{where}: {wrong}")
    return Loaded(mapping, text, sha256(text.encode("utf-8")))


def _wrong(mapping: Mapping) -> Iterator[str]:
    if not mapping.statement:
        yield "it makes no statement: add [[statement]]"
    facets = [spec.facet for spec in mapping.statement]
    for facet in {f for f in facets if facets.count(f) > 1}:
        yield f"two statements have the facet {facet!r}: rows could not keep them apart"
    if mapping.source.column is None and mapping.source.constant is None:
        yield "source: name a column or a constant"
    for spec in mapping.statement:
        yield from _wrong_statement(spec)


def _wrong_statement(spec: StatementSpec) -> Iterator[str]:
    name = f"statement {spec.facet}"
    if (spec.toll is None) == (spec.person is None):
        yield f"{name}: it is about a toll or a person, one of the two"
    for by in spec.by:
        if by.constant and not by.basis:
            yield f"{name}: by: a constant perpetrator is a judgement about the source: say why under basis"
        if not by.columns and not by.constant:
            yield f"{name}: by: name columns or a constant"
    if spec.person is not None and spec.person.status is not None:
        status = spec.person.status
        if status.constant and not status.basis:
            yield f"{name}: person.status: a constant status is a judgement about the source: say why under basis"
    for choice, kind in ((spec.level, Level), (spec.modality, Modality)):
        for word in (choice.constant, *choice.values.values()):
            if word is not None and word not in {str(term) for term in kind}:
                yield f"{name}: {word!r} is no {kind.__name__.lower()}; the words are {', '.join(kind)}"
    when = spec.when
    if when is not None and (when.column is None) == (when.first is None):
        yield f"{name}: when: name either column or first (and last)"


def builtin() -> tuple[Loaded, ...]:
    """The mappings that ship, in order of name."""
    folder = importlib.resources.files("litany.statements") / "mappings"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(load(f.read_text("utf-8"), f.name) for f in files)


def recognise(header: Sequence[str], known: Sequence[Loaded]) -> Loaded | None:
    """The mapping whose columns this table has: the one that asks for most of them. None when none fits."""
    have = set(header)
    fits = [loaded for loaded in known if loaded.mapping.recognise and have.issuperset(loaded.mapping.recognise)]
    fits.sort(key=lambda loaded: (-len(loaded.mapping.recognise), loaded.mapping.name))
    return fits[0] if fits else None
