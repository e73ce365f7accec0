"""How does this name in Burmese script sound, in the same classes as its romanisation?

A syllable is a consonant, its medials, a vowel, a killed final and tone marks (Unicode Technical Note 11). Medials join the
onset, the rest is looked up as one rhyme: what `Profile.script` says of them.
"""

from __future__ import annotations

import re
from functools import lru_cache

from litany.linkage.name_profile import Profile

_LETTER = "[\u1000-\u102a\u103f]"
_SYLLABLE = re.compile(f"{_LETTER}(?:[\u102b-\u1038\u103a-\u103e]|{_LETTER}(?=\u1037?\u103a)\u1037?\u103a)*")
_PARTS = re.compile(f"({_LETTER})([\u103b-\u103e]*)(.*)", re.DOTALL)
_CREAKY, _HEAVY, _KILL, _STACK = "\u1037", "\u1038", "\u103a", "\u1039"
_YA, _RA, _WA, _HA = "\u103b", "\u103c", "\u103d", "\u103e"
# A vowel that stands alone is the bearer အ with that vowel.
_ALONE = {"ဣ": "အိ", "ဤ": "အီ", "ဥ": "အု", "ဦ": "အူ", "ဧ": "အေ", "ဩ": "အော", "ဪ": "အော်"}
_LIKE = {"ါ": "ာ", "ဿ": "သ"}


def split(text: str) -> tuple[str, ...]:
    """The syllables of a folded Burmese text, as written less stacking (သန္တာ is သန် and တာ)."""
    text = text.replace(_KILL + _STACK, _KILL).replace(_STACK, _KILL)
    return tuple(_SYLLABLE.findall(text))


class Burmese:
    """The sounds of one profile."""

    def __init__(self, profile: Profile) -> None:
        self._script = profile.script
        self.syllables = lru_cache(maxsize=1 << 18)(self._syllables)

    def _syllables(self, text: str) -> tuple[str, ...]:
        """The keys of a folded text's syllables, in order; a syllable of another language (Shan, Mon) is left as written."""
        return tuple(self._key(one) for one in split(text)) or (text,)

    def _key(self, syllable: str) -> str:
        script = self._script
        if (known := script.words.get(syllable)) is not None:
            return known
        for this, that in (*_ALONE.items(), *_LIKE.items()):
            syllable = syllable.replace(this, that, 1) if syllable.startswith(this) or this in _LIKE else syllable
        parts = _PARTS.fullmatch(syllable)
        if parts is None:
            return syllable
        onset = self._onset(parts[1], parts[2])
        rhyme = parts[3].replace(_HEAVY, "")
        if onset is None:
            return syllable
        found = script.rhymes.get(rhyme.replace(_CREAKY, ""))
        wide = script.rhymes.get(_WA + rhyme.replace(_CREAKY, "")) if _WA in parts[2] else None
        if wide is not None:  # ထွန်း is htun: w and an are one vowel
            onset, found = onset.removesuffix("w"), wide
        if found is None:
            return syllable
        return onset + (script.creaky.get(found, found) if _CREAKY in rhyme else found)

    def _onset(self, consonant: str, medials: str) -> str | None:
        """The class of a consonant with its medials: those that are listed together, then y and w."""
        known = self._script.onsets
        for listed in (_YA + _HA, _HA, _YA, _RA):
            if set(listed) <= set(medials) and (base := known.get(consonant + listed)) is not None:
                medials = medials.translate({ord(one): None for one in listed})
                break
        else:
            base = known.get(consonant)
        if base is None:
            return None
        glide = "y" if (_YA in medials or _RA in medials) and not base.endswith("y") else ""
        return base + glide + ("w" if _WA in medials and base != "w" else "")
