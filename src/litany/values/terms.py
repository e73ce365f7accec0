"""Which words do we use for harm, status, sex, age group, means, modality, certainty and grade?

Harm, status, sex, age group and means follow OHCHR, *Guidance on Casualty Recording* (HR/PUB/19/1) and the metadata
of SDG indicator 16.1.2. `Grade` is our rule-computed scale after Airwars' (confirmed, fair, weak, contested,
discounted). Every enumeration is closed: a word outside it is an error or is listed, never guessed.
"""

from __future__ import annotations

from enum import StrEnum


class Harm(StrEnum):
    """What was done to the person."""

    KILLED = "killed"
    INJURED = "injured"
    DISAPPEARED = "disappeared"
    DETAINED = "detained"
    TORTURED = "tortured"
    DISPLACED = "displaced"
    SEXUAL_VIOLENCE = "sexual-violence"


class Status(StrEnum):
    """Status under international humanitarian law, as a source states it."""

    CIVILIAN = "civilian"
    COMBATANT = "combatant"  # member of armed forces, or person directly participating in hostilities
    OTHER_PROTECTED = "other-protected"  # medical, religious or humanitarian personnel, hors de combat
    UNKNOWN = "unknown"


class Sex(StrEnum):
    """Sex, as a source states it."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class AgeGroup(StrEnum):
    """Child is under 18 at the incident."""

    CHILD = "child"
    ADULT = "adult"
    UNKNOWN = "unknown"


class Means(StrEnum):
    """Cause of death after SDG 16.1.2."""

    HEAVY_WEAPONS = "heavy-weapons"  # heavy weapons and explosive munitions, air strikes among them
    PLANTED_EXPLOSIVES = "planted-explosives"
    SMALL_ARMS = "small-arms"
    INCENDIARY = "incendiary"
    CBRN = "cbrn"
    LESS_LETHAL = "less-lethal"
    DEPRIVATION = "deprivation"  # denial of access to, or destruction of, objects indispensable to survival
    ACCIDENT = "accident"  # accidents related to the conflict
    OTHER_MEANS = "other"  # use of objects and other means
    UNKNOWN = "unknown"


class Modality(StrEnum):
    """How the speaker puts it."""

    ASSERTED = "asserted"
    ALLEGED = "alleged"
    DENIED = "denied"
    HYPOTHETICAL = "hypothetical"


class Level(StrEnum):
    """Does the statement speak of one incident, of several that its source put in one row, or of a period and area?"""

    INCIDENT = "incident"
    LUMPED = "lumped"
    AGGREGATE = "aggregate"


class Certainty(StrEnum):
    """How surely a source names a perpetrator, from least to most."""

    UNKNOWN = "unknown"  # nobody is named
    CANDIDATE = "candidate"  # one of several that the source leaves open
    SUSPECTED = "suspected"
    STATED = "stated"
    ADMITTED = "admitted"  # by the actor itself


CERTAINTY_ORDER = tuple(Certainty)


class Grade(StrEnum):
    """How well an incident or victim is established, from least to most."""

    DISCOUNTED = "discounted"
    CONTESTED = "contested"
    WEAK = "weak"
    FAIR = "fair"
    CONFIRMED = "confirmed"


GRADE_ORDER = tuple(Grade)
