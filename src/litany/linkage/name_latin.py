"""How does this name in Latin letters sound, however it was spelled and wherever it was split?

A word is cut into syllables, each an onset and a rhyme of the profile's classes, by the cheapest of all cuts (Viterbi's dynamic
programme): syllables that names are known to be made of cost least. A word that cannot be cut (Lalrinawma, Mohammad) is its own
syllable, with doubled letters single.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from litany.linkage.name_profile import Profile

Cut = tuple[float, int, tuple[str, ...]]
# By experience on the tuning half of bench/name_pairs.py; only their order matters much.
_KNOWN, _NEW, _BARE = 1.0, 1.5, 2.5
_GLIDES = ("", "y", "w", "yw")
_VOWELS = frozenset("aeiou")
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1+")
_TRIPLED = re.compile(r"(.)\1{2,}")
_LAST = re.compile(r"([b-df-hj-np-tvwxz])\1$")
_LONGEST = 40  # letters of a word that is cut


def plain(text: str) -> str:
    """Latin letters without accents; other scripts without their combining marks."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(one for one in apart if not unicodedata.combining(one)))


def single(text: str) -> str:
    """Doubled consonants single: Thein Naing and Theinaing are one."""
    return _DOUBLED.sub(r"\1", text)


class Latin:
    """The classes of one profile, laid out to cut words with."""

    def __init__(self, profile: Profile) -> None:
        self._words = profile.words
        self._onsets = _onsets(profile.onsets)
        self._rhymes = _spelled(profile.rhymes)
        self._known: frozenset[str] = frozenset()
        self.syllables = lru_cache(maxsize=1 << 18)(self._syllables)
        self._known = frozenset(one for word in profile.syllables.known.split() for one in self._syllables(word))

    def _syllables(self, word: str) -> tuple[str, ...]:
        """The keys of a folded word's syllables, in order; of one word at least one."""
        word = _LAST.sub(r"\1", _TRIPLED.sub(r"\1\1", plain(word)))
        if (known := self._words.get(word)) is not None:
            return tuple(known.split())
        cut = self._cut(word) if self._rhymes and word.isascii() and len(word) <= _LONGEST else None
        return cut or (single(word),)

    def _cut(self, word: str) -> tuple[str, ...] | None:
        best: list[Cut | None] = [(0.0, 0, ()), *[None] * len(word)]
        for start in range(len(word)):
            before = best[start]
            if before is None:
                continue
            for end, key, cost in self._at(word, start):
                made = (before[0] + cost, before[1] - end, (*before[2], key))
                kept = best[end]
                if kept is None or made < kept:
                    best[end] = made
        last = best[len(word)]
        return last[2] if last else None

    def _at(self, word: str, start: int) -> list[tuple[int, str, float]]:
        """(where it ends, its key, its cost) of each syllable that may begin here."""
        found = []
        for spelling, onset in self._onsets.get(word[start], ()):
            if word.startswith(spelling, start):
                found += self._ending(word, start + len(spelling), onset)
        return found + (self._ending(word, start, "") if word[start] in _VOWELS else [])

    def _ending(self, word: str, start: int, onset: str) -> list[tuple[int, str, float]]:
        found = []
        for spelling, rhyme in self._rhymes.get(word[start : start + 1], ()):
            if word.startswith(spelling, start):
                key = self._words.get(onset + spelling, onset + rhyme)
                cost = _KNOWN if key in self._known else _NEW if onset else _BARE
                found.append((start + len(spelling), key, cost))
        return found


def _spelled(classes: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    """(spelling, class) by the first letter of the spelling."""
    made: dict[str, list[tuple[str, str]]] = {}
    for name, spellings in classes.items():
        for spelling in spellings.split():
            made.setdefault(spelling[0], []).append((spelling, name))
    return made


def _onsets(classes: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Each onset with each glide; ky and y are one (kj is ky), and no glide comes twice."""
    made: dict[str, list[tuple[str, str]]] = {}
    for name, spellings in classes.items():
        for spelling in spellings.split():
            for glide in _GLIDES:
                if not (glide and (name.endswith(glide[0]) or name in ("w", "h"))):
                    made.setdefault(spelling[0], []).append((spelling + glide, name + glide))
    return made
