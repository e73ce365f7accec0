"""What in the links of people should make somebody look at a list again?

A list that repeats itself, a list whose rows people joined although it says that they are distinct, dates in which day and
month are exchanged, and lists that say too little to be linked at all: none is an error that linkage could mend, and each
changes figures. So each is told, with the list's name and how many of its rows it concerns.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from litany.linkage.link import Linked
from litany.linkage.victims import SWAPPED

Ints = NDArray[np.int32]
REPEATED = 10  # rows of one list in one victim: more are told
_FEWEST, _SHARE = 5, 0.03  # linked pairs with day and month exchanged: how many, and of the pairs with exact days, are told
_NOTHING = 1e-11  # share of pairs that are the same, below which EM found none (`litany.linkage.em`)


def warnings(linked: Linked, lists: Ints, slugs: Sequence[str], free: Sequence[bool]) -> list[str]:
    """Sentences about lists of people. ``lists`` (persons that were linked; int32): numbers of ``slugs``; ``free``: whether
    each list says that its rows are distinct.
    """
    label = linked.draws.point()[: len(lists)]
    return [*_silent(linked), *_exchanged(linked, label, lists, slugs), *_repeated(label, lists, slugs, free)]


def _silent(linked: Linked) -> list[str]:
    """Nothing could be learned: the rows say too little."""
    if linked.prepared.weights.share > _NOTHING:
        return []
    return [
        "nothing was found by which rows could be told to be of one person (a name alone is not enough): few or none are linked"
    ]


def _exchanged(linked: Linked, label: Ints, lists: Ints, slugs: Sequence[str]) -> list[str]:
    """Lists whose linked rows differ in that day and month are exchanged, by the two lists."""
    pairs, names = linked.prepared.pairs, [one.name for one in linked.prepared.plan.comparisons]
    if "when_where" not in names or not len(pairs):
        return []
    field = names.index("when_where")
    compared = linked.prepared.plan.comparisons[field]
    said = [compared.label(level) for level in range(len(compared.levels) + 1)]
    level = pairs.patterns[pairs.pattern, field]
    turned = np.isin(level, [at for at, words in enumerate(said) if words in SWAPPED])
    exact = np.isin(level, [at for at, words in enumerate(said) if words.startswith("same day")])
    same = (label[pairs.left] == label[pairs.right]) & (lists[pairs.left] != lists[pairs.right])
    sides = np.sort(np.stack([lists[pairs.left], lists[pairs.right]]), axis=0)
    found = []
    for one, other in np.unique(sides[:, same & turned], axis=1).T:
        here = same & (sides[0] == one) & (sides[1] == other)
        count, of = int((here & turned).sum()), int((here & (turned | exact)).sum())
        if count >= _FEWEST and count >= _SHARE * of:
            found.append(
                f"{slugs[one]} and {slugs[other]}: in {count:,} of {of:,} linked pairs of rows with exact dates, day and month "
                "are exchanged: look whether the mapping of one of them reads its dates in the right order"
            )
    return found


def _repeated(label: Ints, lists: Ints, slugs: Sequence[str], free: Sequence[bool]) -> list[str]:
    """Lists that name one victim many times; and, of lists whose rows are distinct, those of which people joined rows."""
    cell, count = np.unique(np.stack([lists, label]), axis=1, return_counts=True)
    found = []
    for number in np.unique(cell[0]):
        mine = count[cell[0] == number]
        if free[number] and (mine > 1).any():
            found.append(
                f"{slugs[number]}: judgements make one victim of rows that its mapping says are distinct "
                f"({int(mine[mine > 1].sum()):,} rows, {int((mine > 1).sum()):,} victims)"
            )
        elif not free[number] and mine.max() > REPEATED:
            found.append(
                f"{slugs[number]}: {int(mine[mine > REPEATED].sum()):,} of its {int(mine.sum()):,} rows are linked as "
                f"{int((mine > REPEATED).sum()):,} of its victims, up to {int(mine.max()):,} rows for one: look whether the "
                'file repeats rows; where all rows are different people, its mapping should say so (distinct = "victim")'
            )
    return found
