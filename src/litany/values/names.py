"""Who is meant by this name cell: a named person, nobody, an unnamed person who is described, or several people?"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from litany.values.numbers import Count
from litany.values.terms import AgeGroup, Sex


class NameKind(StrEnum):
    """What a name cell gives."""

    NAME = "name"
    MISSING = "missing"
    DESCRIBED = "described"
    GROUP = "group"


class NameRead(Struct, frozen=True, omit_defaults=True):
    """A name cell as read. ``given`` is the text as given, ``plain`` in NFC Unicode.

    ``count`` is how many people a group has; ``sex``, ``age_group``, ``age`` (words), ``occupation`` and ``kin`` ("wife of
    U Ba") are what the words say of an unnamed person or of all of a group.
    """

    kind: NameKind
    given: str
    plain: str
    count: Count | None = None
    sex: Sex | None = None
    age_group: AgeGroup | None = None
    age: str | None = None
    occupation: str | None = None
    kin: str | None = None
    notes: tuple[str, ...] = ()


def read(text: str) -> NameRead:
    """What a name cell says; never raises."""
    plain = text.strip()
    return NameRead(NameKind.NAME if plain else NameKind.MISSING, text, plain)


def forms(text: str) -> tuple[str, ...]:
    """The forms of a name for comparison only: honorifics and aka forms split off, if a name remains."""
    return (text.casefold(),) if text.strip() else ()
