"""Which words of a report are so rare that sharing them says something?

Names of places are compared by what they sound like, piece by piece (near Laiza; Munglai Hkyet IDP camp), for many killings
happen where no gazetteer has a code. Text and web addresses that two reports share make them dependent: they tell of one
incident, and one of them knows it from the other, or both from a third.
"""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence

from litany.values.place_levels import fold
from litany.values.place_spelling import key

_KINDS = re.compile(
    r"\b(?:villages?|wards?|townships?|towns?|city|tracts?|districts?|states?|regions?|divisions?|country|province|camps?|idps?|displaced|"
    r"internally|people|persons?|quarter|street|road|highway|bridge|area|border|hospital|prison|police|station|monastery|"
    r"near|outside|between|of|in|at|on|the|a|and|from|to|for|no|by|around|close|side|entrance|market|school|base|unknown|"
    r"north(?:ern)?|south(?:ern)?|east(?:ern)?|west(?:ern)?|upper|lower|middle|central|myanmar|burma|"
    r"strikes?|crackdown|home|house|interrogation|cent(?:er|re)|shop|corner|front|while|way|his|her|their|ygn|mdy)\b"
)
_ADDRESS = re.compile(r"https?://[^\s<>\"'()\[\]]+", re.IGNORECASE)
_SPLIT = re.compile(r"[;,/()\n\[\]–—]+|\s-\s")
_LEAST_NAME, _LEAST_TEXT = 4, 30  # letters: shorter names sound like many, shorter texts are formulas
_WORDS = re.compile(r"\w+")


@functools.lru_cache(1 << 16)
def place_names(text: str) -> tuple[str, ...]:
    """What the names in these words sound like: each piece as a whole, and each of its words; sorted."""
    found: set[str] = set()
    for piece in _SPLIT.split(text):
        words = _KINDS.sub(" ", piece.casefold()).split()
        for form in (" ".join(words), *words):
            name = key(form) if form.isascii() else fold(form)
            if len(name) >= _LEAST_NAME:
                found.add(name)
    return tuple(sorted(found))


def addresses(texts: Iterable[str]) -> tuple[str, ...]:
    """The web addresses in texts, without scheme, www, query for tracking and final slash; sorted."""
    found = set()
    for text in texts:
        for address in _ADDRESS.findall(text):
            plain = re.sub(r"^https?://(?:www\.|m\.)?", "", address.casefold()).split("#")[0]
            found.add(re.sub(r"[?&](?:utm_[a-z]+|fbclid|gclid)=[^&]*", "", plain).rstrip("/.,;"))
    return tuple(sorted(found))


def text_prints(texts: Iterable[str]) -> tuple[str, ...]:
    """A short hash of each text that is long enough to be somebody's words; case, marks and spaces aside; sorted."""
    found = set()
    for text in texts:
        bare = " ".join(_WORDS.findall(unicodedata.normalize("NFKC", _ADDRESS.sub(" ", text)).casefold()))
        if len(bare) >= _LEAST_TEXT:
            found.add(hashlib.sha256(bare.encode("utf-8")).hexdigest()[:16])
    return tuple(sorted(found))


def rare(rows: Sequence[Iterable[str]], days: Sequence[int | None], share: float, least: int) -> list[list[str]]:
    """Of each row's words those that come on few distinct days: at most ``share`` of all days, or ``least``.

    Days are counted, not rows: what eight reports of one incident say is no commoner for being said eight times (a row without
    a day counts as a day of its own kind).
    """
    seen: dict[str, set[int | None]] = {}
    for words, day in zip(rows, days, strict=True):
        for word in words:
            seen.setdefault(word, set()).add(day)
    most = max(least, int(share * len(set(days))))
    return [sorted(word for word in set(words) if len(seen[word]) <= most) for words in rows]
