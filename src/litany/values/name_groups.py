"""Are there several people in this name cell, and how many?

Only when each part is plainly a person: a single name is never split on doubt.
"""

from __future__ import annotations

import re

from msgspec import Struct

from litany.values import name_missing, name_parts, name_words
from litany.values.name_titles import titled
from litany.values.name_words import VAGUE_NOTE, Said
from litany.values.numbers import Count
from litany.values.terms import AgeGroup, Sex


class Group(Struct, frozen=True):
    """People in one cell: all of them, and the named among them; what is said is said of all."""

    count: Count
    names: tuple[str, ...] = ()
    sex: Sex | None = None
    age_group: AgeGroup | None = None
    occupation: str | None = None
    notes: tuple[str, ...] = ()


_SEPARATOR = re.compile(
    r"\s*(?:,|;|&|\+)\s*(?:and\s+)?|\s+and\s+|\s+(?:together\s+|along\s+)?with\s+(?=(?:his|her|their|a|an|the|\d+|two|three|four|five|six)\s)"
    r"|\s*(?:နှင့်|နဲ့)\s*",
    re.IGNORECASE,
)
_FAMILY = re.compile(r"(?:(?:his|her|their|the)\s+)?(?:family|families)", re.IGNORECASE)


def read(plain: str) -> Group | None:
    """The group that a cell names or describes part by part; None where it may be one person."""
    parts = [part for part in _SEPARATOR.split(plain) if name_parts.letters(part)]
    if len(parts) < 2:
        return None
    names: list[str] = []
    described: list[Said] = []
    for part in parts:
        said = Said(Count(low=1, text=part), notes=(VAGUE_NOTE,)) if _FAMILY.fullmatch(part) else name_words.describe(part)
        if said is None:
            names.append(name_parts.tidy(part))
        else:
            described.append(said)
    if any(name_missing.missing(name)[0] or not _whole(name) for name in names):
        return None
    if len(names) > 1 and not all(titled(name_parts.fold(name)) for name in names):
        return None
    if not described and len(names) < 2:
        return None
    return _together(plain, tuple(names), described)


def _whole(name: str) -> bool:
    return name_parts.letters(name) > 1 and not any(map(str.isdigit, name))


def _together(plain: str, names: tuple[str, ...], described: list[Said]) -> Group:
    counts = [said.count or Count(best=1) for said in described]
    count = add([Count(best=len(names)), *counts], plain) if names else add(counts, plain)
    notes = tuple(dict.fromkeys(note for said in described for note in said.notes))
    if names:
        return Group(count, names, notes=notes)
    sexes, groups, roles = ({getattr(said, field) for said in described} for field in ("sex", "age_group", "occupation"))
    return Group(
        count,
        (),
        sexes.pop() if len(sexes) == 1 else None,
        groups.pop() if len(groups) == 1 else None,
        roles.pop() if len(roles) == 1 else None,
        notes,
    )


def add(counts: list[Count], text: str) -> Count:
    """The sum of several counts: an end is open where it is open for one of them."""
    best = [count.best for count in counts]
    low = [count.low if count.low is not None else count.best for count in counts]
    high = [count.high if count.high is not None else count.best for count in counts]
    if None not in best:
        return Count(best=_sum(best), text=text)
    return Count(low=_sum(low), high=_sum(high), text=text)


def _sum(ends: list[int | None]) -> int | None:
    total = 0
    for end in ends:
        if end is None:
            return None
        total += end
    return total
