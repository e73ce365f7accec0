"""Which columns do a table's names become, so that pairs of rows can be compared in SQL?

How common a syllable is, is counted in this table, over distinct names: a person who stands in five lists makes no syllable
commoner (Splink's term frequencies count rows, and its issue 2035 tells what that does). A name is as rare as its syllables
would be together if they were independent; counting whole names would need to know who is a duplicate of whom.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import polars as pl
from msgspec import Struct

from litany.linkage.name_keys import NameKeys, Reader, reader
from litany.linkage.name_profile import Profile

# Common below the first, rare from the second: minus log10 of the share of people whom the syllables would fit by chance.
COMMON, RARE = 2.5, 5.0


class Rarity:
    """How rare syllables and names are among these names (each the syllables of one distinct name)."""

    def __init__(self, names: Iterable[tuple[str, ...]]) -> None:
        distinct = {tuple(sorted(set(one))) for one in names}
        self._count = Counter(part for one in distinct for part in one)
        self._names = max(len(distinct), 1)

    def rarest(self, syllables: Iterable[str]) -> list[str]:
        """The syllables, the rarest first; of equally rare ones the longer, then in the order of text."""
        return sorted(set(syllables), key=lambda one: (self._count[one], -len(one), one))

    def surprise(self, syllables: Iterable[str]) -> float:
        """Minus log10 of the share of people who have all these syllables, were they independent."""
        return sum(math.log10((self._names + 1) / (self._count[one] + 1)) for one in sorted(set(syllables)))

    def level(self, syllables: Iterable[str]) -> int:
        """0 common, 1 middle, 2 rare."""
        found = self.surprise(syllables)
        return int(found >= COMMON) + int(found >= RARE)


def columns(names: Sequence[tuple[str, ...]], fathers: Sequence[str | None], profile: Profile) -> pl.DataFrame:
    """The columns of a table's names (one tuple of names as given a row) and fathers' names (one or None a row).

    - ``name``, ``name_key``: the form to compare first and its sound; null where nobody is named.
    - ``name_forms`` (list): all forms, only where there is more than one, else null; ``name_keys`` (list): the sounds of all;
      ``many_keys``: the same only where there is more than one, so that few pairs carry a list through a join.
    - ``syllables`` (list, sorted); ``rarest``: the rarest of the first form's; ``rare``: its two rarest, in the order
      of text, in one string (or its only one); null without a name.
    - ``name_rarity``: 0 common, 1 middle, 2 rare; of the first form. ``name_sex_hint``: male, female or null.
    - ``father_key``, ``father_rarity``: the same of the father; null where he is not named.

    Rows keep their order; nothing else depends on it.
    """
    if len(names) != len(fathers):
        raise ValueError(f"{len(names)} names, but {len(fathers)} fathers: one of each a row")
    read = reader(profile)
    own = _compared(read, {one: read.keys(one) for one in set(names)})
    his = _compared(read, {(one,): read.keys((one,)) for one in set(fathers) if one is not None})
    frame = _table(list(own.values()))[_places(own, names)]
    sires = _table([_NOBODY, *his.values()]).select(father_key="name_key", father_rarity="name_rarity")
    which = _places({(): _NOBODY, **his}, [() if one is None else (one,) for one in fathers])
    return frame.hstack(sires[which])


def _places(known: Mapping[tuple[str, ...], _Compared], asked: Iterable[tuple[str, ...]]) -> pl.Series:
    at = {one: place for place, one in enumerate(known)}
    return pl.Series([at[one] for one in asked], dtype=pl.UInt32)


def _table(found: Sequence[_Compared]) -> pl.DataFrame:
    """A row each. Lists go in as lines of one string: Polars takes 0.07 ms to make each from Python's."""
    texts = {
        "name": [one.name for one in found],
        "name_key": [one.key for one in found],
        "name_forms": [_lines(one.forms, 2) for one in found],
        "name_keys": [_lines(one.keys, 1) for one in found],
        "many_keys": [_lines(one.keys, 2) for one in found],
        "syllables": [_lines(one.syllables, 1) for one in found],
        "rare": [one.rare for one in found],
        "rarest": [one.rarest for one in found],
        "name_rarity": [one.rarity for one in found],
        "name_sex_hint": [one.sex for one in found],
    }
    kinds = dict.fromkeys(texts, pl.String) | {"name_rarity": pl.Int8}
    lists = pl.col("name_forms", "name_keys", "many_keys", "syllables")
    return pl.DataFrame(texts, schema=kinds).with_columns(lists.str.split("\n"))


def _lines(words: Sequence[str], least: int) -> str | None:
    return "\n".join(words) if len(words) >= least else None


class _Compared(Struct, frozen=True):
    """One row's name as its columns have it; empty where nobody is named."""

    name: str | None = None
    key: str | None = None
    forms: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    syllables: tuple[str, ...] = ()
    rare: str | None = None
    rarest: str | None = None
    rarity: int | None = None
    sex: str | None = None


_NOBODY = _Compared()


def _compared(read: Reader, people: Mapping[tuple[str, ...], NameKeys]) -> dict[tuple[str, ...], _Compared]:
    first = {given: read.syllables(form) for given, one in people.items() if (form := _first(one))}
    rarity = Rarity(first.values())
    made = dict.fromkeys(people, _NOBODY)
    for given, syllables in first.items():
        one = people[given]
        forms = (*one.forms, *one.burmese)
        rarest = rarity.rarest(syllables)
        made[given] = _Compared(
            name=forms[0],
            key=one.keys[0],
            forms=forms,
            keys=one.keys,
            syllables=one.syllables,
            rare=" ".join(sorted(rarest[:2])),
            rarest=rarest[0],
            rarity=rarity.level(syllables),
            sex=one.sex,
        )
    return made


def _first(one: NameKeys) -> str | None:
    return next(iter((*one.forms, *one.burmese)), None)
