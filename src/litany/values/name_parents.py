"""Which of the names in this cell is the father's, which the mother's?

By a word before the name, never by the name itself. The rules are in docs/reference/names.md.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from litany.values import name_missing, name_parts, name_titles, scripts


class Parents(Struct, frozen=True, omit_defaults=True):
    """A father and a mother as given (in NFC), and in ``others`` the names whose sex the cell does not say, in order."""

    father: str | None = None
    mother: str | None = None
    others: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


_LABEL = re.compile(
    r"(?:[sd]\s?/\s?o\b\.?|(?:the\s+)?(?:son|daughter|child)\s+of\b|(father|mother)(?:['’]s)?(?:\s+name)?\s*[:=\-])\s*:?\s*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:\+|&|;|,)\s*(?:and\s+)?|\s+and\s+|\s*(?:နှင့်|နဲ့)\s*|\s*(?<!\b[sdnuwh])/\s*", re.IGNORECASE)
_SEXES = re.compile(r"(.+?)\s*\((father|mother)\)", re.IGNORECASE)
_FATHER, _MOTHER = "father", "mother"


@lru_cache(maxsize=1 << 15)
def parents(text: str) -> Parents:
    """The parents that a cell names; empty where it names nobody. Never raises."""
    found: dict[str, list[str]] = {_FATHER: [], _MOTHER: [], "": []}
    every: list[str] = []
    whole = name_parts.plain(scripts.decode(text).text)
    if not name_parts.letters(whole) or name_missing.missing(whole)[0]:
        return Parents()
    for part in _BETWEEN.split(whole):
        sex, name = _labelled(part.strip())
        if name_parts.letters(name) and not name_missing.missing(name)[0]:
            found[sex or _sex(name)].append(name)
            every.append(name)
    if len(found[_FATHER]) > 1 or len(found[_MOTHER]) > 1:
        return Parents(
            others=tuple(every), notes=(f"{text!r} names two of one sex: which is the parent is for a person to say",)
        )
    father, mother = (next(iter(found[sex]), None) for sex in (_FATHER, _MOTHER))
    return Parents(father, mother, tuple(found[""]))


def _labelled(part: str) -> tuple[str, str]:
    """The sex that a label gives ("" where none does), and the name without the label."""
    if after := _SEXES.fullmatch(part):
        return after[2].casefold(), after[1]
    label = _LABEL.match(part)
    return ((label[1] or "").casefold(), part[label.end() :].strip()) if label else ("", part)


def _sex(name: str) -> str:
    first, _ = name_titles.first(name_parts.fold(name_parts.aliases(name)[0]))
    return _FATHER if first in name_titles.MALE else _MOTHER if first in name_titles.FEMALE else ""
