"""Which words before a name are honorifics of this culture, and what do they hint at?

The rule of docs/reference/names.md (and `litany.values.name_titles`) with a profile's words: titles come off, another honorific
gives two forms, and a name must remain.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from litany.linkage.name_burmese import split
from litany.linkage.name_profile import Honorific, Profile
from litany.values import name_titles, scripts

_DEEP = 3  # syllables of the longest honorific in Burmese script


class Hints(Struct, frozen=True):
    """What honorifics hint at; None: nothing, or two things."""

    sex: str | None = None
    age: str | None = None
    ethnicity: str | None = None


class Honorifics:
    """One profile's honorifics. ``count`` gives the number of syllables of a folded form."""

    def __init__(self, profile: Profile, count: Callable[[str], int]) -> None:
        self._known = {word: one for one in profile.honorifics for word in one.words.split()}
        self._count = count

    def forms(self, folded: str) -> tuple[str, ...]:
        """A folded name without titles, with and without one other honorific: one form or more, first that to compare first."""
        full = self._untitled(folded)
        found = [full]
        one, word, rest = self._first(full)
        if one and self._remains(one, rest):
            found.append(self._untitled(rest))
            if one.least and self._count(rest) >= one.least and not rest.startswith(word):  # Ko Ko Oo is Ko Ko Oo
                found.reverse()
        for last in name_titles.LAST & self._known.keys():
            if full.endswith(last) and self._stands(full.removesuffix(last).rstrip(), self._known[last]):
                found.append(full.removesuffix(last).rstrip())
        return tuple(dict.fromkeys(found))

    def hints(self, folded: str) -> Hints:
        """What the honorifics that come off hint at."""
        sex: set[str | None] = set()
        age: set[str | None] = set()
        ethnicity: set[str | None] = set()
        one, _, rest = self._first(folded)
        while one is not None and self._remains(one, rest):
            sex.add(one.sex)
            age.add(one.age)
            ethnicity.add(one.ethnicity)
            if not one.title:
                break
            one, _, rest = self._first(rest)
        return Hints(_single(sex), _single(age), _single(ethnicity)) if sex else Hints()

    def _first(self, folded: str) -> tuple[Honorific | None, str, str]:
        word, _, rest = folded.partition(" ")
        if rest and word in self._known:
            return self._known[word], word, rest
        if scripts.burmese(folded):
            parts = split(folded)
            for many in range(min(_DEEP, len(parts) - 1), 0, -1):
                word = "".join(parts[:many])
                if word in self._known and folded.startswith(word):
                    return self._known[word], word, folded[len(word) :].lstrip()
        return None, "", folded

    def _untitled(self, folded: str) -> str:
        one, _, rest = self._first(folded)
        while one and one.title and self._remains(one, rest):
            folded = rest
            one, _, rest = self._first(folded)
        return folded

    def _remains(self, after: Honorific, rest: str) -> bool:
        """Is there still a name: two words, or one that is no honorific (after a title, no title)?"""
        words = rest.split()
        if len(words) >= 2:
            return any(not self._title(word) for word in words)
        return self._stands(rest, after)

    def _stands(self, rest: str, after: Honorific) -> bool:
        return bool(rest) and not self._title(rest) and (after.title or rest not in self._known)

    def _title(self, word: str) -> bool:
        return word in self._known and self._known[word].title


def _single(found: set[str | None]) -> str | None:
    said = {one for one in found if one is not None}
    return said.pop() if len(said) == 1 else None
