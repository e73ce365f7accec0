"""Who is meant by this name cell: a named person, nobody, an unnamed person who is described, or several people?

The rules, with examples, are in docs/reference/names.md.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from litany.values import name_data as data
from litany.values import name_groups, name_missing, name_parts, name_titles, name_words, scripts
from litany.values.name_parents import Parents, parents
from litany.values.name_words import Said
from litany.values.numbers import Count
from litany.values.terms import AgeGroup, Sex

__all__ = ["NameKind", "NameRead", "Parents", "forms", "parents", "read"]


class NameKind(StrEnum):
    """What a name cell gives."""

    NAME = "name"
    MISSING = "missing"
    DESCRIBED = "described"
    GROUP = "group"


class NameRead(Struct, frozen=True, omit_defaults=True):
    """A name cell as read. ``given`` is the text as given, ``plain`` in NFC Unicode with single blanks.

    ``names`` are the names that the cell gives, from ``plain``, titles kept: a person's name and aka forms, or those of
    the named of a group. ``count`` is how many people a group has, the named among them; ``sex``, ``age_group``, ``age``
    (words), ``occupation`` and ``kin`` ("wife of U Ba") are what the words say of a person or of all of a group.
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
    names: tuple[str, ...] = ()


_WORDS = re.compile("[A-Za-z]+(?: [A-Za-z]+)*")
_OTHER = data.words(
    "and with of aka alias known no not name names na none nil null unk xxx tbc tbd tba to unnamed anonymous "
    "withheld undisclosed"
)
_TRIGGERS = frozenset(data.NOUNS) | data.VAGUE | data.ACRONYMS | _OTHER | {"elderly", "desconocido", "desconocida", "inconnu"}
_KIN_AFTER = re.compile(
    r"(.+?)[\s,;]+((?:the\s+)?(?:(?:eldest|elder|younger|youngest|only)\s+)?(?:son|daughter|wife|husband|mother|father|brother|sister|child)\s+of\s+.+|[sdwh]\s?/\s?o\b.+)",
    re.IGNORECASE,
)
_JOINED = re.compile(r"(?:\b(?:and|with)|[&+])$", re.IGNORECASE)
_FROM = re.compile(r"(?:from|in|at|near|of|see|also|resident|born|killed|died)\b.*", re.IGNORECASE)
_AND = re.compile(r"\band\b|[&+]|နှင့်", re.IGNORECASE)


def read(text: str) -> NameRead:
    """What a name cell says; never raises."""
    return _read(text)


@lru_cache(maxsize=1 << 16)
def _read(text: str) -> NameRead:
    decoded = scripts.decode(text)
    plain = name_parts.plain(decoded.text)
    if _plainly_a_name(plain):
        return NameRead(NameKind.NAME, text, plain, names=(plain,))
    doubt: tuple[str, ...] = ()
    if decoded.encoding is scripts.Encoding.DOUBTFUL:
        doubt = ("it may be in Zawgyi or in Unicode: it is left as given; look at it, or at its column",)
    return _judged(text, plain, doubt)


def _plainly_a_name(plain: str) -> bool:
    if not plain.isascii() or not _WORDS.fullmatch(plain):
        return False
    return not any(
        word in _TRIGGERS or (len(word) > 4 and name_missing.unknown_like(word)) for word in plain.casefold().split()
    )


_TAIL = re.compile(r"(.+?)\s+(?:from|of the|in|at|near|who|living|killed)\b.+", re.IGNORECASE)


def _judged(given: str, plain: str, notes: tuple[str, ...]) -> NameRead:
    if missing := _missing(given, plain, notes):
        return missing
    if (said := name_words.describe(plain)) is not None:
        return _of(given, plain, said, notes)
    if tail := _TAIL.fullmatch(plain):
        said = name_words.describe(tail[1])
        if said is not None and said.count is not None:  # three villagers from Kani: the rest says only where or of what
            return _of(given, plain, said, notes)
    if not _of_kin(plain) and (group := name_groups.read(plain)):
        notes += group.notes
        return NameRead(
            NameKind.GROUP,
            given,
            plain,
            group.count,
            group.sex,
            group.age_group,
            None,
            group.occupation,
            None,
            notes,
            group.names,
        )
    return _named(given, plain, notes)


def _missing(given: str, plain: str, notes: tuple[str, ...]) -> NameRead | None:
    if not name_parts.letters(plain):
        if any(map(str.isdigit, plain)):
            notes += (f"{plain!r} is a number in place of a name: look whether its column holds names",)
        return NameRead(NameKind.MISSING, given, plain, notes=notes)
    found, number = name_missing.missing(plain)
    if not found:
        return None
    if number:
        notes += (name_words.beside(number),)
    return NameRead(NameKind.MISSING, given, plain, notes=notes)


def _of(given: str, plain: str, said: Said, notes: tuple[str, ...]) -> NameRead:
    """An unnamed person or group."""
    notes += said.notes
    if said.count is None and not said.anything():
        return NameRead(NameKind.MISSING, given, plain, notes=notes)
    kind = NameKind.DESCRIBED if said.count is None else NameKind.GROUP
    return NameRead(kind, given, plain, said.count, said.sex, said.age_group, said.age, said.occupation, said.kin, notes)


class _Gathered:
    """Names and what is said beside them, while a cell is read piece by piece."""

    def __init__(self, notes: tuple[str, ...]) -> None:
        self.names: list[str] = []
        self.said: list[Said] = []
        self.notes = list(notes)
        self.unknown = False

    def name(self, piece: str) -> None:
        """A piece that names, describes or says unknown."""
        for part in name_parts.by_script(name_parts.tidy(piece)):
            if not name_parts.letters(part):
                continue
            if name_missing.missing(part)[0]:
                self.unknown = True
            elif part not in self.names:
                self.names.append(part)

    def bracket(self, inside: str) -> None:
        """What stands in brackets: a relation, role, age, sex, remark or another name."""
        low = inside.casefold().strip(" .")
        if low in ("m", "f"):
            self.said.append(Said(sex=Sex.MALE if low == "m" else Sex.FEMALE))
        elif (
            not name_parts.letters(inside) or low in data.REMARKS or _FROM.fullmatch(inside) or name_missing.missing(inside)[0]
        ):
            if inside:
                self.notes.append(f"in brackets: {inside}")
        elif (said := name_words.describe(inside)) is not None:
            if said.count is not None or not said.anything():
                self.notes.append(f"in brackets: {inside}")
            else:
                self.said.append(said)
        else:
            self.name(inside)

    def one(self) -> Said:
        """What the pieces say together, the first that says it."""
        told = Said()
        for said in self.said:
            told = Said(
                sex=told.sex or said.sex,
                age_group=told.age_group or said.age_group,
                age=told.age or said.age,
                occupation=told.occupation or said.occupation,
                kin=told.kin or said.kin,
            )
        return told


def _of_kin(text: str) -> tuple[str, Said] | None:
    """The name before a relation (Khin Hla, son of U Ba), and what the relation says; None where there is none."""
    match = _KIN_AFTER.fullmatch(text)
    if match is None or _JOINED.search(match[1]) or name_words.describe(match[1]):
        return None
    said = name_words.describe(match[2])
    return (match[1], said) if said and said.count is None else None


def _named(given: str, plain: str, notes: tuple[str, ...]) -> NameRead:
    found = _Gathered(notes)
    for piece in name_parts.aliases(plain):
        outer, brackets = name_parts.outside(piece)
        if kin := _of_kin(outer):
            outer, said = kin
            found.said.append(said)
        whole = None if name_parts.letters(outer) == 0 else name_words.describe(name_parts.tidy(outer))
        if whole is not None and whole.count is None and not name_missing.missing(outer)[0]:
            found.said.append(whole)
            found.unknown = True
        else:
            found.name(outer)
            _, number = name_missing.missing(outer) if name_missing.missing(outer)[0] else (False, None)
            if number:
                found.notes.append(name_words.beside(number))
        for inside in brackets:
            if re.fullmatch(r"\d+", inside) and found.unknown:
                found.notes.append(name_words.beside(inside))
            else:
                found.bracket(inside)
    said = found.one()
    if not found.names:
        return _nameless(given, plain, said, found)
    rest = tuple(dict.fromkeys((*found.notes, *_odd(found.names))))
    names = tuple(found.names)
    return NameRead(
        NameKind.NAME, given, plain, None, said.sex, said.age_group, said.age, said.occupation, said.kin, rest, names
    )


def _nameless(given: str, plain: str, said: Said, found: _Gathered) -> NameRead:
    notes = tuple(dict.fromkeys(found.notes))
    if said.anything() or not found.unknown:
        return _of(given, plain, said, notes)
    return NameRead(NameKind.MISSING, given, plain, notes=notes)


def _odd(names: list[str]) -> list[str]:
    """Notes on a name that may be more, or less, than one name."""
    notes = []
    for name in names:
        if any(map(str.isdigit, name)):
            notes.append(f"there is a number in {name!r}")
        if _AND.search(name):
            notes.append(f"{name!r} may be several people: one is assumed; code it by hand if it is a group")
        words = [word for word in name.casefold().split() if word in data.NOUNS and word not in data.ALSO_NAMES]
        if words:
            notes.append(f"{words[0]!r} in {name!r} may be no name")
    return notes


def forms(text: str) -> tuple[str, ...]:
    """The forms of a name for comparison only, the fullest first; none for who is not named, at least one for a name.

    Folded (NFKC, casefold, no punctuation), aka forms apart, with titles off; an honorific that may be a part of the name gives
    two forms.
    """
    return _forms(text)


@lru_cache(maxsize=1 << 16)
def _forms(text: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in _read(text).names:
        folded = name_parts.fold(name)
        found |= dict.fromkeys(name_titles.bare(folded) if folded else ())
    return tuple(found)
