"""What may stand in a mapping, table by table? docs/reference/mappings.md describes every key."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from litany.types.records import About, Coverage
from litany.values.terms import AgeGroup, Certainty, Harm, Level, Modality, Sex, Status


class _Spec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every table of a mapping refuses keys that it does not know."""


class Pattern(_Spec, frozen=True):
    """A regular expression that a whole cell must match, without regard to case, and the word that it then stands for."""

    match: str
    value: str


class Choice(_Spec, frozen=True):
    """A word from a column (through ``values``, then ``patterns``), or a constant.

    ``otherwise`` is the word for cells that neither lists; without it such a cell is reported.
    """

    column: str | None = None
    values: dict[str, str] = {}
    patterns: tuple[Pattern, ...] = ()
    otherwise: str | None = None
    constant: str | None = None
    basis: str | None = None


class Number(_Spec, frozen=True):
    """A number column: ``values`` says how particular cells are to be read, ``times`` the unit (1000: thousands)."""

    column: str
    values: dict[str, str] = {}
    times: int = 1


class PartSpec(_Spec, frozen=True):
    """A group within the toll; ``basis`` says why, where the column of the total is taken for one status."""

    axis: str
    status: Status | None = None
    sex: Sex | None = None
    age: AgeGroup | None = None
    low: Number | None = None
    best: Number | None = None
    high: Number | None = None
    text: Number | None = None
    basis: str | None = None


class TollSpec(_Spec, frozen=True):
    """How many: columns for the ends, or one column of words ("11-13", "at least 29")."""

    low: Number | None = None
    best: Number | None = None
    high: Number | None = None
    text: Number | None = None
    part: tuple[PartSpec, ...] = ()


WIDER = ("day", "week", "month", "year")  # how far a source's own code of precision widens a date


class WhenSpec(_Spec, frozen=True):
    """One date column, or the first and the last day; ``formats`` as strptime writes them, EDTF and ISO are always read.

    Where only one of first and last is stated, the date is open on the other end. ``words``: dates are read as documenters
    write them (`litany.values.date_words`), numeric ones by ``order``, or by what the column itself shows. ``within`` is the
    period (EDTF) that the source says it covers, with ``basis``: a date without a year is one inside it, and a row without a
    date stays without one. ``precision_as`` says how far a code of the source's own widens the date.
    """

    column: str | None = None
    first: str | None = None
    last: str | None = None
    formats: tuple[str, ...] = ()
    precision: str | None = None
    precision_as: dict[str, str] = {}
    time: str | None = None
    words: bool = False
    order: str | None = None
    within: str | None = None
    basis: str | None = None


class WhereSpec(_Spec, frozen=True):
    """Columns that name the spot, columns that name areas around it, and the country where nothing finer is known.

    ``words``: the spot is looked for in free text (`litany.values.place_words`), with ``homes``, columns of the victim's
    address, where the text points to it. ``joined``: what all columns of ``text`` say is kept, not only the first that says
    anything. ``precision_as`` gives UCDP's where_prec for a code of the source's own.
    """

    text: tuple[str, ...]
    areas: tuple[str, ...] = ()
    homes: tuple[str, ...] = ()
    words: bool = False
    joined: bool = False
    precision: str | None = None
    precision_as: dict[str, int] = {}
    latitude: str | None = None
    longitude: str | None = None
    country: str | None = None


class BySpec(_Spec, frozen=True):
    """Who did it, in rows where every column of ``when`` has one of its values; the first that fits is used.

    ``values`` says whom a word means, ``unknown`` lists words that name nobody ("unidentified").
    """

    when: dict[str, tuple[str, ...]] = {}
    columns: tuple[str, ...] = ()
    separators: str = ""
    values: dict[str, str] = {}
    unknown: tuple[str, ...] = ()
    constant: tuple[str, ...] = ()
    certainty: Certainty = Certainty.STATED
    crossfire: bool = False
    basis: str | None = None


class SpeakerSpec(_Spec, frozen=True):
    """A column that names who said it; ``values`` mends spellings, ``unknown`` lists words that name nobody.

    ``unknown`` is compared without regard to case, punctuation and spacing.
    """

    column: str
    separators: str = ";"
    unknown: tuple[str, ...] = ()
    values: dict[str, str] = {}
    root: bool = True


class PersonSpec(_Spec, frozen=True):
    """One person a row. ``parents`` is one column that names father, mother or both; ``home`` the address.

    ``every_row``: a row that the statement's ``require`` lets in is one person, also where no cell describes him.
    """

    names: tuple[str, ...] = ()
    sex: Choice | None = None
    age: str | None = None
    age_group: Choice | None = None
    status: Choice | None = None
    father: str | None = None
    mother: str | None = None
    parents: str | None = None
    occupation: str | None = None
    home: WhereSpec | None = None
    note: str | None = None
    every_row: bool = False


class RemarkSpec(_Spec, frozen=True):
    """What must be known of a row whose cell of ``column`` matches ``match`` anywhere: it is noted and listed."""

    column: str
    match: str
    text: str


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
    remark: tuple[RemarkSpec, ...] = ()


class BatchSpec(_Spec, frozen=True):
    """People whom the list adds below its rows without a row of their own ("+ 53 (Bago)").

    A row without a key whose cell of ``column`` matches ``pattern`` anywhere is no row of a person: each match is one statement
    of so many people (group ``number``), at the place that the words of the group ``name`` name, and an incident of its own. A
    row that matches ``total`` (group ``number``) only states the list's own sum, which is checked. A batch has no date
    and no perpetrator: the line states none.
    """

    facet: str
    harm: Harm
    column: str
    pattern: str
    total: str | None = None
    level: Level = Level.INCIDENT
    modality: Modality = Modality.ASSERTED
    country: str | None = None


class SourceSpec(_Spec, frozen=True):
    """A source that the mapping introduces. ``originator`` says why it counts as its own root, where it names no other.

    ``distinct`` says that no two of its rows speak of the same incident, or the same victim: linkage then holds them apart.
    """

    name: str
    type: str | None = None
    stake: str | None = None
    licence: str | None = None
    relays: tuple[str, ...] = ()
    originator: str | None = None
    coverage: Coverage | None = None
    distinct: About | None = None


class Mapping(_Spec, frozen=True):
    """A whole mapping. ``recognise`` are the columns that a table must have to be read with it unasked; those that it may
    lack are ``optional`` and then missing in every row. ``aliases`` are other names that a column has in other editions of the
    table: the first of them that the table has is used where it lacks the column itself.
    """

    name: str
    title: str
    source: Choice
    statement: tuple[StatementSpec, ...]
    recognise: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    aliases: dict[str, tuple[str, ...]] = {}
    key: tuple[str, ...] = ()
    incident: str | None = None
    sources: dict[str, SourceSpec] = {}
    batch: tuple[BatchSpec, ...] = ()


def other_names(mapping: Mapping, header: Collection[str]) -> dict[str, str]:
    """The columns that this table has under another name: the mapping's name to the table's."""
    have = set(header)
    found: dict[str, str] = {}
    for name, others in mapping.aliases.items():
        if name not in have:
            found.update((name, other) for other in others[::-1] if other in have)
    return found
