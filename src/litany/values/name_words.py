"""Does this phrase describe people instead of naming them, and what does it say of them?

Every word has to be known: what holds one word that may be a name is no description.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeVar

from msgspec import Struct

from litany.errors import UnknownValue
from litany.values import name_data as data
from litany.values import name_parts, numbers
from litany.values.name_missing import LARGER, NUMBER, UNKNOWN_BURMESE, is_number, unknown_like
from litany.values.name_titles import titled
from litany.values.numbers import Count
from litany.values.terms import AgeGroup, Sex

_T = TypeVar("_T")


class Said(Struct, frozen=True):
    """What a phrase says of one person, or of all of ``count`` people (None: of one)."""

    count: Count | None = None
    sex: Sex | None = None
    age_group: AgeGroup | None = None
    age: str | None = None
    occupation: str | None = None
    kin: str | None = None
    notes: tuple[str, ...] = ()

    def anything(self) -> bool:
        """Does it say more than that there is a person?"""
        return any((self.sex, self.age_group, self.age, self.occupation, self.kin))


_UNIT = r"(?:years?|yrs?|months?|mths?|weeks?|days?|hours?)"
_AGE = re.compile(
    rf"\b{NUMBER}(?:\s*(?:-|–|to|and)\s*{NUMBER})?[-\s]*{_UNIT}[-\s]*"
    rf"(?:\band\b\s*{NUMBER}[-\s]*{_UNIT}[-\s]*)?(?:\bold\b|\bof age\b)?"
    rf"|\b(?:aged?|age of)[:\s]+(?:\d+\s*{_UNIT}?|{NUMBER}\s+{_UNIT})(?!\w)|\b(?:under|over|above|below)[- ](?:age )?\d{{1,2}}"
    r"(?=\s+(?:year|girl|boy|child))"
    r"|\b\d{1,3}\s*(?:yo|y/o|y\.o\.)(?!\w)|\bmiddle[- ]aged\b",
    re.IGNORECASE,
)
_AFTER = re.compile(r"(?<=[^\W\d]),\s*\d{1,3}$")  # unknown man, 30
_RELATIVES = "|".join(sorted((word for word, noun in data.NOUNS.items() if noun.kin), key=len, reverse=True))
_KIN_OF = re.compile(rf"(?:(.*)\s)?((?:{_RELATIVES})\s+of\s+(.+))", re.IGNORECASE)
_KIN_POSSESSIVE = re.compile(rf"(.+?)(?:['’]s|(?<=s)['’])\s+((?:.*\s)?({_RELATIVES}))", re.IGNORECASE)
KIN_SHORT = re.compile(r"([sdwh])\s?/\s?o\b\.?:?\s*(.+)", re.IGNORECASE)
_SHORT_SEX = {"s": Sex.MALE, "d": Sex.FEMALE, "w": Sex.FEMALE, "h": Sex.MALE}
_BURMESE_KIN = re.compile(rf".+(?:၏|ရဲ့)\s*({'|'.join(data.BURMESE_KIN)})")
_OF_FAMILY = re.compile(
    r"(?:\s+members?)?\s+(?:of|from|in) (?:a|an|one|the|the same|his|her|their|same)(?: same)? (?:family|household)$",
    re.IGNORECASE,
)
_GATHERED = re.compile(
    r"^(?:(?:a|an|the|his|her|their)\s+)?(?:total|group|family|crowd|household|number|couple|party)\s+of\s+", re.IGNORECASE
)
_OR_MORE = re.compile(rf"^({NUMBER}) or more\b", re.IGNORECASE)
_EMPTY = re.compile(r"\(\s*\)|\[\s*\]")
_BODIES = re.compile(r"\b(?:dead )?(?:body|bodies) of\b", re.IGNORECASE)


def _count(words: list[str]) -> tuple[Count | None, int]:
    """The number of people with which a phrase begins, and how many words it takes."""
    for size in range(min(6, len(words)), 0, -1):
        taken = " ".join(words[:size])
        try:
            plain = " ".join(LARGER.get(word.casefold(), word) for word in words[:size])
            return Count(*_ends(numbers.read(plain)), text=taken), size
        except UnknownValue:
            continue
    return None, 0


def _ends(count: Count) -> tuple[int | None, int | None, int | None]:
    return count.low, count.best, count.high


def several(text: str) -> Count:
    """Of a plural without a number: at least two."""
    return Count(low=2, text=text)


MEN_NOTE = "a plural without a number, often written for one person: one is assumed; code it by hand if it is a group"
VAGUE_NOTE = "several people without a number: at least two are counted"


@lru_cache(maxsize=1 << 14)
def describe(phrase: str) -> Said | None:
    """What a phrase says of people whom it does not name; None where any of its words may be a name. Shape: plain text."""
    phrase = name_parts.plain(phrase).strip(" .,;:-–—")
    if short := KIN_SHORT.fullmatch(phrase):
        return Said(sex=_SHORT_SEX[short[1].casefold()], kin=phrase)
    if not phrase.isascii() and (said := _burmese(phrase)):
        return said
    if (match := _KIN_OF.fullmatch(phrase)) and (said := _kin(match[1] or "", match[2], match[3])):
        return said
    if (match := _KIN_POSSESSIVE.fullmatch(phrase)) and not _phrase(match[1]):
        said = _phrase(match[2])
        return said and Said(said.count, said.sex, said.age_group, said.age, None, phrase, said.notes)
    return _phrase(phrase)


def _kin(before: str, relation: str, whose: str) -> Said | None:
    noun = relation.split()[0]
    said = _phrase(f"{before} {noun}")
    if said is None:
        return None
    if is_number(whose.split()[0].casefold()):  # a mother of two
        return said
    notes = said.notes
    if re.search(r"\band\b|&", whose):
        notes = (
            *notes,
            "‘and’ stands after the relation: both are taken as relatives; code it by hand if one of them is meant",
        )
    return Said(said.count, said.sex, said.age_group, said.age, said.occupation, relation, notes)


def _burmese(phrase: str) -> Said | None:
    if match := _BURMESE_KIN.fullmatch(phrase):
        return Said(sex=data.BURMESE_KIN[match[1]], kin=phrase)
    rest = phrase.replace(" ", "")
    if opening := UNKNOWN_BURMESE.match(rest):
        rest = rest[opening.end() :]
    for word, noun in data.BURMESE_WORDS:
        if rest in (word, word + "တစ်ဦး", word + "တစ်ယောက်"):
            return Said(sex=noun.sex, age_group=noun.group)
    return None


def _phrase(phrase: str) -> Said | None:
    """A noun phrase: number, age, adjectives, the words of a role, a noun of people."""
    ages: list[str] = []

    def take(match: re.Match[str]) -> str:
        ages.append(match[0].strip(" ,"))
        return " "

    text = _OF_FAMILY.sub(" people", _AFTER.sub(take, _AGE.sub(take, phrase)))
    text = _OR_MORE.sub(r"at least \1", name_parts.plain(_BODIES.sub(" ", text)))
    text = name_parts.plain(_EMPTY.sub(" ", text))
    if "(" in text or "[" in text:  # what stands in brackets is judged by itself
        return None
    gathered = _GATHERED.match(text)
    text = text[gathered.end() :] if gathered else text
    text = re.sub(r"\bhalf an? dozen\b", "6", text, flags=re.IGNORECASE)
    text = re.sub(r"\ba dozen\b", "12", text, flags=re.IGNORECASE)
    words = re.sub(r"[,;:()]", " ", text).split()
    while words and words[0].casefold() in ("his", "her", "their", "the", "other", "another") and len(words) > 1:
        words = words[1:]
    count, size = _count(words)
    words = words[size:]
    if gathered and count and not words:
        return Said(count, age=" ".join(ages) or None)
    if not words:
        return Said(age=" ".join(ages)) if ages and not count else None
    return _nouns(words, count, ages)


def _nouns(words: list[str], count: Count | None, ages: list[str]) -> Said | None:
    low = [("unknown" if unknown_like(word.casefold()) else word.casefold().strip(".")) for word in words]
    vague = [word for word in low if word in data.VAGUE]
    if low[-1] in ("m", "f") and len(low) > 1 and all(word in ("unknown", "unidentified", "name") for word in low[:-1]):
        notes = _beside(count)
        return Said(sex=Sex.MALE if low[-1] == "m" else Sex.FEMALE, age=" ".join(ages) or None, notes=notes)
    if low[-1] in data.ACRONYMS and all(word in data.FILLERS for word in low[:-1]) and not count:
        return Said(occupation=words[-1], age=" ".join(ages) or None)
    found = [data.NOUNS[word] for word in low if word in data.NOUNS]
    head = data.NOUNS.get(low[-1])
    if low[-1] in data.ORGANISED:  # the children of Save the Children say nothing of its staff
        found = found[-1:]
    if head is None:
        return (
            Said(age=_age(ages, low), age_group=AgeGroup.ADULT if "elderly" in low else None) if _only_age(low, count) else None
        )
    if not _all_known(low, words, count):
        return None
    roles = _roles(low, words)
    sex = _one([noun.sex for noun in found if noun.sex])
    group = _one([noun.group for noun in found if noun.group])
    if group is None and not any(noun.group for noun in found) and "elderly" in low:
        group = AgeGroup.ADULT
    if group is None and not any(noun.group for noun in found) and ("newborn" in low or "infant" in low):
        group = AgeGroup.CHILD
    counted, notes = _how_many(low, head, count, bool(vague))
    return Said(counted, sex, group, _age(ages, low), roles, None, notes)


def _one(values: list[_T]) -> _T | None:
    return values[0] if len(set(values)) == 1 else None


def _only_age(low: list[str], count: Count | None) -> bool:
    return count is None and low[-1] == "elderly" and all(word in data.FILLERS for word in low)


def _age(ages: list[str], low: list[str]) -> str | None:
    words = [word for word in low if word in data.AGE_WORDS]
    return " ".join([*ages, *words]) or None


def _all_known(low: list[str], words: list[str], count: Count | None) -> bool:
    known = data.FILLERS | data.MODIFIERS | data.ACRONYMS | data.VAGUE
    strange = [word for word in low[:-1] if word not in known and word not in data.NOUNS]
    if not strange:
        return True
    if titled(name_parts.fold(" ".join(words))):
        return False
    return low[-1] in data.ORGANISED or (
        bool(data.NOUNS[low[-1]].role) and (count is not None or low[0] in ("an", "the", "unknown", "unidentified"))
    )


def _roles(low: list[str], words: list[str]) -> str | None:
    """The words of the occupation or organisation; Save the Children staff keeps its article."""
    start = next((place for place, word in enumerate(low) if word not in data.FILLERS and word not in data.VAGUE), len(low))
    if low[-1] in data.ORGANISED:
        return " ".join(words[start:])
    role = [
        word
        for place, (word, plain) in enumerate(zip(words, low, strict=True))
        if place >= start and (plain not in data.FILLERS) and (plain not in data.NOUNS or data.NOUNS[plain].role)
    ]
    if "family" in low and all(word.casefold() in ("family", "member", "members") for word in role):
        return None
    return " ".join(role) or None


def _how_many(low: list[str], head: data.Noun, count: Count | None, vague: bool) -> tuple[Count | None, tuple[str, ...]]:
    if count is not None:
        if _ends(count) == (None, 1, None):
            return None, ()
        if head.plural or low[-1] in data.EITHER:
            if low[-1] in ("couple", "family", "families"):
                return Count(low=2 * (count.best or count.low or 1), text=count.text), (VAGUE_NOTE,)
            return count, ()
        return None, _beside(count)
    if low[-1] in data.FIXED:
        return Count(best=data.FIXED[low[-1]], text=low[-1]), ()
    if low[-1] in ("men", "women") and not vague:  # AAPP's "Old Women" is one person
        return None, (MEN_NOTE,)
    if head.plural or vague:
        return several(" ".join(low)), (VAGUE_NOTE,)
    return None, ()


def _beside(count: Count | None) -> tuple[str, ...]:
    return (beside(count.text or ""),) if count else ()


def beside(number: str) -> str:
    """The note on a number that may be a group's or only a counter of rows."""
    return f"the number {number} stands beside it: one person is assumed; code it by hand if it is a group"
