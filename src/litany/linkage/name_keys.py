"""Under which keys is this person's name the same name, however it was written?

Names are read by `litany.values.names`; what is compared, and how it sounds, is the profile's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from msgspec import Struct
from msgspec.structs import astuple

from litany.linkage.name_burmese import Burmese
from litany.linkage.name_honorifics import Hints, Honorifics
from litany.linkage.name_latin import Latin, single
from litany.linkage.name_profile import Profile
from litany.values import name_parts, names, scripts

MOST = 4  # forms that are kept of a person, in each script


class NameKeys(Struct, frozen=True):
    """A person's names, for comparison only; all empty where nobody is named.

    ``forms``: folded, honorifics off where a name remains, first the one to compare first: the main name, then other names,
    then the same with an honorific that may be a part of them. At most `MOST`; ``burmese``: the same in Burmese script.
    ``keys``: the sound of each form (Latin first), joined, without repeats. ``syllables``: of the names without honorifics,
    distinct, sorted. ``sex``, ``age`` and ``ethnicity`` are hints of honorifics ("male", "adult", "karen"), None where there
    are none or they contradict each other.
    """

    forms: tuple[str, ...] = ()
    burmese: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    syllables: tuple[str, ...] = ()
    sex: str | None = None
    age: str | None = None
    ethnicity: str | None = None


class Reader:
    """Reads names as one profile says; it remembers words, so that a long list costs little more than its distinct words."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._latin, self._burmese = Latin(profile), Burmese(profile)
        self.syllables = lru_cache(maxsize=1 << 18)(self._syllables)
        self._honorifics = Honorifics(profile, lambda form: len(self.syllables(form)))

    def _syllables(self, form: str) -> tuple[str, ...]:
        """The keys of a folded form's syllables (or words, where the profile knows no syllables), in the order that counts."""
        found: list[str] = []
        for word in form.split():
            found += self._burmese.syllables(word) if scripts.burmese(word) else self._latin.syllables(word)
        return tuple(sorted(found)) if self.profile.order == "any" else tuple(found)

    def key(self, form: str) -> str:
        """The sound of a folded form, in one word: Aung Ko, Aungko and Ong Ko are one."""
        return single("".join(self.syllables(form)))

    def keys(self, given: Iterable[str]) -> NameKeys:
        """A person's names as given (any number), read. Never raises."""
        folded = _folded(given)
        if not folded:
            return NameKeys()
        sets = [self._honorifics.forms(one) for one in folded]
        ordered = list(dict.fromkeys([one[0] for one in sets] + [form for one in sets for form in one[1:]]))
        forms = tuple(one for one in ordered if not scripts.burmese(one))[:MOST]
        burmese = tuple(one for one in ordered if scripts.burmese(one))[:MOST]
        kept = {one[0] for one in sets} & {*forms, *burmese}
        syllables = {part for form in kept for part in self.syllables(form)}
        hints = _together(self._honorifics.hints(one) for one in folded)
        keys = tuple(dict.fromkeys(self.key(form) for form in (*forms, *burmese)))
        return NameKeys(forms, burmese, keys, tuple(sorted(syllables)), hints.sex, hints.age, hints.ethnicity)


@cache
def reader(profile: Profile) -> Reader:
    """The reader of a profile, made once."""
    return Reader(profile)


def _folded(given: Iterable[str]) -> list[str]:
    """The names that the cells give, folded, in order; none of groups and of who is only described."""
    found: dict[str, None] = {}
    for text in given:
        cell = names.read(text)
        if cell.kind is names.NameKind.NAME:
            found |= {folded: None for name in cell.names if (folded := name_parts.fold(name))}
    return list(found)


def _together(hints: Iterable[Hints]) -> Hints:
    """What all say that say something; None where they contradict each other."""
    told = [astuple(one) for one in dict.fromkeys(hints)]
    if len(told) == 1:
        return Hints(*told[0])
    return Hints(*(_agreed([one[at] for one in told]) for at in range(3)))


def _agreed(said: Sequence[str | None]) -> str | None:
    distinct = {one for one in said if one is not None}
    return distinct.pop() if len(distinct) == 1 else None
