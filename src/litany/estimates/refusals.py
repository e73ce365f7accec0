"""When does the data not bear a number, what is the reason, and what can be tried next?

A refusal is a result, as an interval is: it stands in the place of the estimate, with a code for programs.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from litany.estimates.captures import Captures, in_people

LEAST_TWICE = 10  # people in two lists or more; all that is known of the missed comes from them
_THREE = 3


class Why(StrEnum):
    """The reasons for which an estimate is refused."""

    FEW_LISTS = "fewer-than-three-lists"
    EMPTY_LIST = "empty-list"
    SAME_LIST = "identical-lists"
    DISCONNECTED = "disconnected-lists"
    NO_OVERLAP = "no-overlap"
    THIN = "too-few-people"
    TOO_MANY_LISTS = "too-many-lists"
    NOT_CONVERGED = "not-converged"
    NOT_IDENTIFIABLE = "not-identifiable"
    NO_MAXIMUM = "no-maximum"
    PRIOR_MADE = "made-by-the-prior"
    CAP_MADE = "made-by-the-cap"
    MODELS_DISAGREE = "models-disagree"
    CONTRADICTED = "contradicted-by-the-data"
    EVENTS = "events-not-persons"
    NOTHING_TO_SUM = "no-stratum-estimated"
    MOST_LEFT_OUT = "most-people-left-out"


class Refusal(Struct, frozen=True):
    """Why there is no number (``why`` for programs, ``words`` for people), and what to try ``next``."""

    why: Why
    words: str
    next: str

    def __str__(self) -> str:
        return f"{self.words}. Next: {self.next}"


def unusable(table: Captures, least_lists: int = 3) -> Refusal | None:
    """Why no method could estimate from this table, or None.

    Checks, in this order: every list has somebody; enough lists; no two are the same list twice; lists overlap; each
    list is tied to every other by a chain of overlaps (otherwise people of two worlds are counted, which no overlap compares);
    and of three lists or more, that no list has everybody.
    """
    totals, overlaps = table.totals(), table.overlaps()
    empty = [name for name, total in zip(table.lists, totals, strict=True) if total == 0]
    if empty:
        return Refusal(
            Why.EMPTY_LIST,
            f"the list {empty[0]} has nobody",
            "leave it out: it says nothing of the missed",
        )
    if len(table.lists) < least_lists:
        return _few(len(table.lists), least_lists)
    refusal = _same(table, overlaps) or _apart(table, overlaps)
    if refusal is not None or len(table.lists) < _THREE:
        return refusal
    return _whole(table, totals)


def thin(table: Captures) -> Refusal | None:
    """Why a method whose ranges do not show how little a handful of people can say cannot take this table, or None."""
    twice = int(table.counts[table.patterns.sum(axis=1) >= 2].sum())
    if twice >= LEAST_TWICE:
        return None
    return Refusal(
        Why.THIN,
        f"{in_people(twice)} in two lists or more, and fewer than {LEAST_TWICE} say nothing of the missed",
        "check the linkage, join lists of one kind, or give only the number of the documented",
    )


def _few(lists: int, least: int) -> Refusal:
    """One list, or two where three are needed; the way out is one that this number of lists has."""
    words = f"{'one list' if lists == 1 else 'two lists'}, and at least {'two' if least == 2 else 'three'} are needed"
    if least == 2:
        return Refusal(Why.FEW_LISTS, words, "name a second list")
    if lists == 1:
        return Refusal(Why.FEW_LISTS, words, "name two more lists")
    return Refusal(Why.FEW_LISTS, words, "name a third list, or take `--method two-lists` and stand by its assumption")


def too_many(table: Captures, most: int, words: str, next_step: str) -> Refusal | None:
    """Why a method that takes at most so many lists cannot take this table (``words`` follow the number of lists), or None."""
    if len(table.lists) <= most:
        return None
    return Refusal(Why.TOO_MANY_LISTS, f"{len(table.lists)} lists{words}", next_step)


def _whole(table: Captures, totals: NDArray[np.int64]) -> Refusal | None:
    """A list that has everybody would by any model have missed nobody; as a rule the others were drawn from it."""
    if table.people > int(totals.max()):
        return None
    name = table.lists[int(totals.argmax())]
    return Refusal(
        Why.NO_MAXIMUM,
        f"everybody who is documented is in {name}: as a list beside the others it would have missed nobody",
        f"ask whether the others were drawn from {name}, or {name} from them; then it is no list of its own, so leave it out",
    )


def _same(table: Captures, overlaps: NDArray[np.int64]) -> Refusal | None:
    for left in range(len(table.lists)):
        for right in range(left + 1, len(table.lists)):
            if bool((table.patterns[:, left] == table.patterns[:, right]).all()):
                one, other = table.lists[left], table.lists[right]
                return Refusal(
                    Why.SAME_LIST,
                    f"the lists {one} and {other} hold exactly the same {_people(int(overlaps[left, right]))}: one list twice",
                    f"leave one of them out, for example {other}",
                )
    return None


def _people(count: int) -> str:
    return "person" if count == 1 else f"{count:,} people"


def _apart(table: Captures, overlaps: NDArray[np.int64]) -> Refusal | None:
    off = overlaps.copy()
    np.fill_diagonal(off, 0)
    if not off.any():
        return Refusal(
            Why.NO_OVERLAP,
            "no two lists share anybody: all counts of the unseen, however large, fit equally well",
            "check the linkage of the lists; without overlap only the number of the documented can be given",
        )
    parts = _components(off > 0)
    if len(parts) > 1:
        shown = " | ".join(", ".join(table.lists[place] for place in part) for part in parts)
        return Refusal(
            Why.DISCONNECTED,
            f"the lists fall apart into groups that share nobody: {shown}",
            "estimate each group by itself if it has three lists, or check the linkage between them",
        )
    return None


def _components(linked: NDArray[np.bool_]) -> list[list[int]]:
    left, parts = set(range(len(linked))), []
    while left:
        part, edge = set[int](), {min(left)}
        while edge:
            part |= edge
            edge = {int(there) for one in edge for there in np.flatnonzero(linked[one])} - part
        parts.append(sorted(part))
        left -= part
    return parts
