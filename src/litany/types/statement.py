"""What does a source say happened: who did what to whom, when, where, how many, and how surely?

A `Statement` is never edited. It is one reading of one anchor (a row, a line, a passage); `facet` keeps several
statements that one anchor makes apart (killed, injured, a denial). Anchor, reading and row stand beside it in the store.
Fields that the source leaves out are absent, never filled. Harm and status follow OHCHR HR/PUB/19/1, dates EDTF
(ISO 8601-2:2019), precision codes UCDP GED.
"""

from __future__ import annotations

from msgspec import Struct

from litany.values.terms import AgeGroup, Certainty, Harm, Level, Means, Modality, Sex, Status

SCHEMA = 1


class When(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A civil date with its precision; never a time zone.

    ``edtf`` is the date in EDTF; ``earliest`` and ``latest`` the first and last possible day as proleptic Gregorian
    ordinals (`datetime.date.toordinal`), absent where the date is open; ``precision`` is UCDP's date_prec (1 day,
    2 span of 2 to 6 days, 3 week, 4 month, 5 longer); ``text`` the words, where they differ from ``edtf``; ``local_time`` the
    time of day as written. ``basis`` labels a judgement about the source that the date rests on (a list's own period, where a
    row has no date or no year).
    """

    edtf: str
    earliest: int | None = None
    latest: int | None = None
    precision: int | None = None
    text: str | None = None
    local_time: str | None = None
    basis: str | None = None


class Where(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A place as written, and the gazetteer's id of the smallest area that certainly contains it.

    ``precision`` is UCDP's where_prec: 1 exact, 2 within about 25 km, 3 district, 4 state or region, 5 line or wider area,
    6 country, 7 water or air. ``latitude`` and ``longitude`` are decimals as written. ``candidates`` are the places that the
    words may mean, where they leave several open (all of them lie in ``place``); ``basis`` says by which words it was found
    where these are not ``text``.
    """

    text: str
    place: str | None = None
    precision: int | None = None
    latitude: str | None = None
    longitude: str | None = None
    candidates: tuple[str, ...] = ()
    basis: str | None = None


class Part(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A group within a toll (children, civilians): its part of the total, never an addition to it.

    ``axis`` names the breakdown that it belongs to (``status``, ``age``, ``sex``); the parts of one breakdown are disjoint. A
    count without bounds of its own has only ``best``.
    """

    axis: str
    status: Status | None = None
    sex: Sex | None = None
    age: AgeGroup | None = None
    low: int | None = None
    best: int | None = None
    high: int | None = None
    text: str | None = None


class Toll(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How many people: bounds and best as the source gives them; the total may be unstated where only a group is."""

    low: int | None = None
    best: int | None = None
    high: int | None = None
    parts: tuple[Part, ...] = ()


class Person(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One person as the source describes them; names exactly as given.

    ``plain`` are the names in Unicode's NFC, Zawgyi converted, where one of them was written otherwise. ``age`` is the words,
    ``months`` the first and last possible age in completed months (None: open). ``occupation`` is any occupation or
    organisation that the source states, in its words.
    """

    names: tuple[str, ...] = ()
    sex: Sex | None = None
    age: str | None = None
    age_group: AgeGroup | None = None
    status: Status | None = None
    father: str | None = None
    note: str | None = None
    mother: str | None = None
    occupation: str | None = None
    plain: tuple[str, ...] = ()
    months: tuple[int | None, int | None] | None = None
    home: Where | None = None


class Perpetrator(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A set of candidates: who did it, as far as the source says. Absent altogether where nobody is named.

    ``actors`` are ids of `litany.values.actors`, or ``?`` and the words of a name that it does not know; ``crossfire`` says
    that the source leaves open whose fire it was; ``basis`` labels a judgement about the source (not the row) that the set
    rests on.
    """

    actors: tuple[str, ...]
    certainty: Certainty = Certainty.UNKNOWN
    crossfire: bool = False
    text: tuple[str, ...] = ()
    basis: str | None = None


class Speaker(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One voice in the chain of speakers. ``root`` marks the originator; an unnamed one is no root."""

    name: str
    root: bool = False


class Statement(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One thing that a source says; ``speakers`` runs from the source that was read to the originator that it names.

    ``source`` is the slug of the source; ``incident`` the source's own key of the incident, where its rows share one.
    """

    schema: int
    facet: str
    source: str
    modality: Modality
    level: Level
    harm: Harm
    speakers: tuple[Speaker, ...] = ()
    toll: Toll | None = None
    person: Person | None = None
    by: Perpetrator | None = None
    when: When | None = None
    died: When | None = None  # date of death, where it differs from the incident's
    where: Where | None = None
    means: Means | None = None
    means_text: str | None = None
    note: str | None = None
    incident: str | None = None
