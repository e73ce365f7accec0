"""Which records does a case keep besides statements, and what stands in each?

Every one is frozen, has a schema version, and is named by the hash of its content (`litany.ids`). What a person wrote or
is stands in the body, which one audited withdrawal erases; the row that proves that it existed stays.
"""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct

SCHEMA = 1
SLUG = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")  # the short name of a source, which a documenter chooses


class Kept(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What all kept records share: the version of their shape.

    Records of what *is* (a document, a mapping, a reading) carry no time, so that two offices that read the same bytes
    make the same record; records of what somebody *did* (`Act`) say when and who.
    """

    schema: int


class Act(Kept, frozen=True, kw_only=True):
    """Something that a person did: when (RFC 3339, UTC) and who."""

    at: str
    who: str | None = None


class Coverage(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a source says it records, so that silence can be told from absence.

    ``first`` and ``last`` are ISO days; ``places`` gazetteer ids; ``perpetrators`` actor ids, where the list is kept to
    record *whose* killings (empty: everybody's); ``threshold`` says in words what is left out.
    """

    first: str | None = None
    last: str | None = None
    places: tuple[str, ...] = ()
    harms: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    perpetrators: tuple[str, ...] = ()
    threshold: str | None = None
    claimed_by: str | None = None


class About(StrEnum):
    """Same what? A person is linked to an incident by a judgement about the incident."""

    INCIDENT = "incident"
    VICTIM = "victim"


class Source(Kept, frozen=True, kw_only=True):
    """Who speaks: an outlet, an organisation, a data set; the latest record of a slug is in force.

    ``distinct``: no two of its rows speak of the same incident (or victim), as it says or is known.
    """

    slug: str
    name: str
    type: str | None = None
    stake: str | None = None
    relays: tuple[str, ...] = ()
    coverage: Coverage | None = None
    licence: str | None = None
    distinct: About | None = None


class Document(Kept, frozen=True, kw_only=True):
    """Preserved bytes. The same bytes are the same document, whoever brought them."""

    sha256: str
    size: int


class Capture(Act, frozen=True, kw_only=True):
    """How bytes came to us: from where (path or URL as the person gave it), by whom, when, under which name.

    ``published`` is the source's own date (EDTF); ``headers`` what a server said; ``replaces`` the sha256 of an earlier edition
    of the same list that this one restates as a whole.
    """

    document: str
    name: str
    origin: str
    source: str | None = None
    published: str | None = None
    media_type: str | None = None
    headers: dict[str, str] = {}
    parent: str | None = None
    replaces: str | None = None
    note: str | None = None


class MappingText(Kept, frozen=True, kw_only=True):
    """The mapping with which a document was read, whole, so that the reading can be explained and repeated."""

    name: str
    sha256: str
    text: str


class Problem(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What could not be read, or reads oddly, and where. ``kept`` is false where the row yielded no statement.

    The same value with the same trouble stands once: ``row`` is the first row, ``rows`` all of them as ranges ("2-5,9").
    """

    row: int | None
    column: str | None
    value: str | None
    reason: str
    kept: bool = True
    sheet: str | None = None
    count: int = 1
    rows: str | None = None


class SheetRead(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How one table of the document was opened, so that a row can be found again in its bytes.

    ``form`` names what it was opened as where that is neither delimited text nor a workbook (pdf, json, jsonl, parquet);
    ``area`` is the part of a sheet that holds this table, where it is not the whole sheet ("B5:M40"); ``tags`` are HXL tags by
    column ('' where a column has none); ``edges`` the column edges of a PDF table in hundredths of a point.
    """

    header: tuple[str, ...]
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quotechar: str | None = None
    seekable: bool = False
    notes: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    rows: int = 0
    form: str | None = None
    area: str | None = None
    tags: tuple[str, ...] = ()
    edges: tuple[int, ...] = ()


class Reading(Kept, frozen=True, kw_only=True):
    """One pass of one reader over one document (its sha256). One active reading per coder and document counts."""

    document: str
    reader: str
    version: str
    mapping: str
    coder: str | None = None
    sheets: tuple[SheetRead, ...] = ()
    rows: int = 0
    statements: int = 0
    unread: int = 0
    problems: tuple[Problem, ...] = ()


class Verdict(StrEnum):
    """What a person decided about two anchors."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


class Judgement(Act, frozen=True, kw_only=True):
    """Do two anchors speak of the same incident (or victim)? ``seen`` are the statements that the person looked at.

    ``undoes`` names an earlier judgement that this one takes back; such a record has no verdict of its own.
    """

    left: str
    right: str
    about: About
    verdict: Verdict | None = None
    why: str
    seen: tuple[str, ...] = ()
    undoes: str | None = None


class CorrectionKind(StrEnum):
    """What a correction does. Nothing is deleted: a correction changes what is derived from here on."""

    GRADE = "grade"
    EXCLUDE = "exclude"
    SUPERSEDE = "supersede"
    SETTLE = "settle"  # a person settles a value that sources leave open or disagree on
    UNDO = "undo"


class Exclusion(StrEnum):
    """Why an anchor's statements leave the count."""

    NOT_CONFLICT = "not-conflict-related"
    HOAX = "hoax"
    FOUND_ALIVE = "found-alive"
    DUPLICATE = "duplicate"
    VANISHED = "vanished"
    OTHER = "other"


class Correction(Act, frozen=True, kw_only=True):
    """A person's decision about one anchor (or the incident that it belongs to), with the reason.

    ``exclude`` has an ``exclusion``; ``grade`` a grade; ``supersede`` and ``settle`` a ``field`` and a ``value``; ``undo`` the
    id of the record that it takes back.
    """

    target: str
    what: CorrectionKind
    why: str
    exclusion: Exclusion | None = None
    grade: str | None = None
    field: str | None = None
    value: str | None = None
    undoes: str | None = None
    seen: tuple[str, ...] = ()


class Withdrawal(Act, frozen=True, kw_only=True):
    """What was erased on whose wish: the id and content hash stay, the words do not.

    ``erased`` lists the ids of the erased rows; ``vault`` the hashes of bytes that were erased with them.
    """

    target: str
    why: str
    erased: tuple[str, ...] = ()
    vault: tuple[str, ...] = ()


class Setting(Kept, frozen=True, kw_only=True):
    """The case's settings as they stood when a run used them (``text`` is case.toml, whole)."""

    sha256: str
    text: str


class Recipe(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """How a figure is made, complete: whoever has the case can make it again. Its hash is the figure's id.

    ``head`` is the case head: for each installation the number and hash of its last custody line.
    """

    schema: int
    scope: str
    scope_version: int
    rules: str
    head: tuple[tuple[str, int, str], ...]
    settings: str
    places: str
    actors: str
    seed: int
