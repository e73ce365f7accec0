"""Who was found by which lists: how many people share each capture pattern?

A *capture pattern* says for each list whether a person is in it. People whom no list has cannot be seen: how many they are
is what the estimators of this package ask. All of them take a `Captures` and nothing that grows with the number of people.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from numbers import Real
from typing import TypeVar

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from litany.errors import LitanyError

MOST_LISTS = 30  # a pattern is a bit mask of a whole number; nobody estimates from more lists than this
MOST_PEOPLE = 10**12

Patterns = NDArray[np.bool_]
Counts = NDArray[np.int64]


class CaptureError(LitanyError):
    """A table of capture patterns is wrong; the message says where and what to do."""


class Captures(Struct, frozen=True, eq=False):
    """People by capture pattern.

    ``lists`` names the J lists; ``patterns`` is P by J, true where a pattern's people are in a list; ``counts`` (P) says how
    many people have each. Patterns are distinct, none is empty (in no list), all counts are positive, and they stand in the
    order of their masks (the first list is the highest bit), so that equal tables are the same table. Make one with
    `captures`.
    """

    lists: tuple[str, ...]
    patterns: Patterns
    counts: Counts

    @property
    def people(self) -> int:
        """How many people are documented: n."""
        return int(self.counts.sum())

    @property
    def masks(self) -> NDArray[np.int64]:
        """Each pattern as a whole number: bit j (from the lowest) is the list at place J - 1 - j."""
        return masks_of(self.patterns)

    def totals(self) -> Counts:
        """How many people each list has (J)."""
        return self.counts @ self.patterns

    def overlaps(self) -> Counts:
        """How many people each pair of lists shares (J by J; the lists' own totals on the diagonal)."""
        shown = self.patterns.astype(np.int64)
        return shown.T @ (shown * self.counts[:, None])

    def only(self, lists: Sequence[str]) -> Captures:
        """The same people as these lists see them; who is in none of them is left out. Raises CaptureError."""
        places = [self._place(name) for name in lists]
        return captures(lists, self.patterns[:, places], self.counts, drop_unseen=True)

    def without(self, name: str) -> Captures:
        """The same people as they would be without one list. Raises CaptureError."""
        self._place(name)
        return self.only([other for other in self.lists if other != name])

    def cells(self) -> Counts:
        """Counts of all 2**J - 1 patterns of somebody in some list, in the order of their masks from 1. For few lists only."""
        filled = np.zeros(2 ** len(self.lists), np.int64)
        filled[self.masks] = self.counts
        return filled[1:]

    def sha256(self) -> str:
        """The hash that names this table: lists and patterns with counts, in the order of masks."""
        text = "\n".join(
            [",".join(name.replace("\\", "\\\\").replace(",", "\\,").replace("\n", "\\n") for name in self.lists)]
            + [f"{mask},{count}" for mask, count in zip(self.masks.tolist(), self.counts.tolist(), strict=True)]
        )
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    def label(self, row: int) -> str:
        """A pattern in words: the lists that its people are in, joined by ``+``."""
        return label_of(self.lists, int(self.masks[row]))

    def with_counts(self, counts: Counts) -> Captures:
        """The same patterns with other counts (of a replicate); those with nobody are dropped."""
        kept = counts > 0
        return replace(self, patterns=_kept(self.patterns[kept]), counts=_kept(counts[kept]))

    def _place(self, name: str) -> int:
        if name not in self.lists:
            raise CaptureError(f"no list is called {name!r}. There are: {', '.join(self.lists)}")
        return self.lists.index(name)


def captures(
    lists: Sequence[str], patterns: NDArray[np.generic], counts: NDArray[np.generic], *, drop_unseen: bool = False
) -> Captures:
    """A table of capture patterns from rows of zeros and ones (P by J) and their counts (P), in any order.

    Rows of one pattern are added up, rows of nobody left out. Raises CaptureError: for names that are empty or stand twice,
    more lists than `MOST_LISTS`, patterns of another shape or with cells that are neither 0 nor 1, counts that are negative, no
    whole numbers or not one a row, and people in no list (unless ``drop_unseen``).
    """
    names = tuple(lists)
    _check_names(names)
    shown = _zeros_and_ones(np.asarray(patterns), names)
    kept = _whole(np.asarray(counts))
    if len(kept) != len(shown):
        raise CaptureError(f"{len(shown)} patterns and {len(kept)} counts: give one count for each pattern")
    if int(kept.sum(dtype=object)) > MOST_PEOPLE:
        raise CaptureError(f"the counts add up to more than {MOST_PEOPLE:,} people: are they counts of people?")
    masks = masks_of(shown)
    unseen = masks == 0
    if not drop_unseen and bool((kept[unseen] > 0).any()):
        raise CaptureError(
            f"{in_people(int(kept[unseen].sum()))} in none of the lists {', '.join(names)}: how many nobody documented is what "
            "is estimated, so leave that row out, or name the list that they are from"
        )
    found, at = np.unique(masks[~unseen], return_inverse=True)
    added = np.zeros(len(found), np.int64)
    np.add.at(added, at, kept[~unseen])
    there = added > 0
    return Captures(names, _kept(patterns_of(found[there], len(names))), _kept(added[there]))


def in_people(count: int) -> str:
    """``1 person is`` or ``7 people are``."""
    return "1 person is" if count == 1 else f"{count:,} people are"


def masks_of(patterns: Patterns) -> NDArray[np.int64]:
    """Patterns (P by J) as whole numbers; the first list is the highest bit."""
    bits = np.left_shift(np.int64(1), np.arange(patterns.shape[1] - 1, -1, -1, dtype=np.int64))
    return patterns.astype(np.int64) @ bits


def patterns_of(masks: NDArray[np.int64], lists: int) -> Patterns:
    """Whole numbers as patterns (P by J); the reverse of `masks_of`."""
    places = np.arange(lists - 1, -1, -1, dtype=np.int64)
    return ((masks[:, None] >> places) & 1).astype(bool)


def label_of(lists: Sequence[str], mask: int) -> str:
    """A pattern, or any set of lists, in words: the names joined by ``+``."""
    last = len(lists) - 1
    return "+".join(name for place, name in enumerate(lists) if mask >> (last - place) & 1)


def of_people(lists: Sequence[str], rows: Iterable[Sequence[bool]]) -> Captures:
    """A table from one row of truths a person. Raises CaptureError."""
    given = [tuple(row) for row in rows]
    for place, row in enumerate(given, 1):
        if len(row) != len(lists):
            raise CaptureError(f"row {place} has {len(row)} cells, and {len(lists)} lists are named")
    shown = np.array(given).reshape(-1, len(lists)) if given else np.empty((0, len(lists)), bool)
    return captures(lists, shown, np.ones(len(shown), np.int64))


_Array = TypeVar("_Array", bound=NDArray[np.generic])


def _kept(array: _Array) -> _Array:
    """The same array, which nobody can change: a table's hash names it."""
    array.setflags(write=False)
    return array


def _zeros_and_ones(patterns: NDArray[np.generic], names: tuple[str, ...]) -> Patterns:
    if not patterns.size and len(patterns) == 0:
        return np.empty((0, len(names)), bool)
    if patterns.ndim != 2 or patterns.shape[1] != len(names):
        shape = " by ".join(map(str, patterns.shape))
        raise CaptureError(f"patterns have one row each and one column for each of {len(names)} lists, not the shape {shape}")
    if patterns.dtype.kind == "b":
        return patterns.astype(bool)
    if patterns.dtype.kind not in "iuf":
        raise CaptureError(f"patterns are truths, or zeros and ones, not {patterns.dtype}")
    odd = np.argwhere((patterns != 0) & (patterns != 1))  # NaN is neither
    if len(odd):
        row, column = odd[0].tolist()
        raise CaptureError(f"row {row + 1}, list {names[column]}: {patterns[row, column]} is neither 1 nor 0")
    return patterns.astype(bool)


def _check_names(names: tuple[str, ...]) -> None:
    if not names:
        raise CaptureError("no list is named")
    if len(names) > MOST_LISTS:
        raise CaptureError(f"{len(names)} lists are named, and at most {MOST_LISTS} can be: join lists of one origin")
    if "" in names:
        raise CaptureError("a list has an empty name")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CaptureError(f"the list {twice[0]} is named twice")


def _whole(counts: NDArray[np.generic]) -> Counts:
    if counts.ndim != 1:
        shape = " by ".join(map(str, counts.shape)) or "of one number"
        raise CaptureError(f"counts are given in one row, not in the shape {shape}")
    numbers = counts.dtype.kind == "O" and all(isinstance(one, Real) and not isinstance(one, bool) for one in counts.tolist())
    if counts.dtype.kind not in "iuf" and not numbers:
        raise CaptureError(f"counts are whole numbers, not {counts.dtype}")
    for row, count in enumerate(counts.tolist()):
        if count != count or count in (float("inf"), float("-inf")) or int(count) != count:
            raise CaptureError(f"row {row + 1}: the count {count} is no whole number")
        if count < 0:
            raise CaptureError(f"row {row + 1}: the count {count} is negative")
        if count > MOST_PEOPLE:
            raise CaptureError(f"row {row + 1}: the count {count} is more than {MOST_PEOPLE:,}: is it a count of people?")
    return np.array(counts.tolist(), dtype=np.int64).reshape(len(counts))
