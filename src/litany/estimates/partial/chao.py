"""How many are there at least, if people differ in how easily they are found?

Differences between people make lists overlap more than by chance, so that estimates which ignore them are too low; how much too
low nobody can tell from the counts (Link 2003, Biometrics 59:1123-1130), but a lower bound can be told (Chao 1987, Biometrics
43:783-791). With f1 people in exactly one list, z_j of them in list j, and f2 in exactly two:

    n0 >= (f1**2 - sum of z_j**2) / (2 f2)        lists reach unequally many (exact for independent lists)
    n0 >= (t - 1) / t * f1**2 / (2 f2)            t lists that all reach as many

Both hold on average where a person's chances in two lists are independent given the person.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from litany.estimates.captures import Captures
from litany.estimates.partial.highest import Z
from litany.estimates.refusals import Refusal, Why
from litany.estimates.results import Candidate


class Bound(Struct, frozen=True):
    """At least so many were missed, and the variance of that."""

    missed: float
    variance: float

    def low(self, people: int) -> float:
        """All people, at the lower end of the 95 % interval that is symmetric in log n0."""
        if self.missed <= 0:
            return float(people)
        return people + self.missed / float(np.exp(Z * np.sqrt(np.log1p(self.variance / self.missed**2))))


def once_and_twice(table: Captures) -> tuple[list[int], int]:
    """People in each list and no other (J), and in exactly two lists."""
    times = table.patterns.sum(axis=1)
    alone = table.counts[times == 1] @ table.patterns[times == 1]
    return [int(one) for one in alone], int(table.counts[times == 2].sum())


def unequal_lists(table: Captures) -> Bound:
    """Chao's bound where lists reach unequally many; f2 + 1 for f2 where nobody is in exactly two lists."""
    alone, twice = once_and_twice(table)
    once, twice = sum(alone), max(twice, 1)
    missed = (once**2 - sum(one**2 for one in alone)) / (2 * twice)
    variance = sum(one * ((once - one) / twice) ** 2 for one in alone) + missed**2 / twice + missed
    return Bound(missed, variance)


def equal_lists(table: Captures) -> Bound:
    """Chao's bound where all lists reach as many."""
    alone, twice = once_and_twice(table)
    once, twice, share = sum(alone), max(twice, 1), 1 - 1 / len(table.lists)
    ratio = once / twice
    variance = twice * (share / 2 * ratio**2 + share**2 * ratio**3 + share**2 / 4 * ratio**4)
    return Bound(share * once**2 / (2 * twice), variance)


def equal_lists_corrected(table: Captures) -> Bound:
    """The same with its bias for small counts taken out (Chao and Colwell 2017, SORT 41:3-54)."""
    alone, twice = once_and_twice(table)
    once, more, share = sum(alone), twice + 1, 1 - 1 / len(table.lists)
    missed = share * once * (once - 1) / (2 * more)
    variance = missed + share**2 * once * (2 * once - 1) ** 2 / (4 * more**2)
    return Bound(missed, variance + share**2 * once**2 * twice * (once - 1) ** 2 / (4 * more**4))


def bounds(table: Captures) -> tuple[Candidate, ...]:
    """The three as rows: ``at_least`` people, with 97.5 % at least ``at_least_low``."""
    kinds = (
        ("people differ, lists reach unequally many (Chao 1987): at least", unequal_lists),
        ("people differ, lists reach as many (Chao 1987): at least", equal_lists),
        ("people differ, lists reach as many, corrected for small counts: at least", equal_lists_corrected),
    )
    alone, _ = once_and_twice(table)
    if sum(one > 0 for one in alone) < 2:
        refusal = Refusal(
            Why.NOT_IDENTIFIABLE,
            "people found once are in fewer than two lists: they say nothing of those found never",
            "look at the lists that never find anybody alone: they may be drawn from the others",
        )
        return tuple(Candidate(name, None, refusal=refusal) for name, _ in kinds)
    found = [(name, kind(table)) for name, kind in kinds]
    return tuple(
        Candidate(name, None, None, {"at_least": table.people + one.missed, "at_least_low": one.low(table.people)})
        for name, one in found
    )
