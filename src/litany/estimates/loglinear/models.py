"""Which log-linear models are there, and what is each called?

A *term* is a set of lists that may depend on one another, kept as a bit mask in the convention of `captures` (the first list is
the highest bit); the empty term is the intercept. A model is *hierarchical* if with each term it has all of its subsets
(Bishop, Fienberg and Holland 1975, "Discrete Multivariate Analysis"). All models here have the intercept and every list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from litany.errors import LitanyError

MOST_MODELS = 40_000  # all 32,768 pairwise models of six lists fit; the 7,785,061 models of six lists do not

Terms = NDArray[np.int64]


class ModelError(LitanyError):
    """A model or a setting does not exist, or there are too many models; the message says which and what to do."""


class Models(Struct, frozen=True, eq=False):
    """M models of J ``lists``: ``terms`` (T) are the masks that any of them has, smallest sets first, beginning with the
    intercept 0; ``include`` (M by T) is true where a model has a term.
    """

    lists: int
    terms: Terms
    include: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.include)

    def take(self, rows: NDArray[np.int64] | Sequence[int]) -> Models:
        """These models only, in this order."""
        return replace(self, include=self.include[np.asarray(rows, np.int64)])

    def terms_of(self, row: int) -> Terms:
        """The terms of one model."""
        terms: Terms = self.terms[self.include[row]]
        return terms

    def name(self, row: int) -> str:
        """A model by its largest terms, as the literature writes it: ``[123,14,34]`` (``1.2.10`` for ten or more lists)."""
        dot = "." if self.lists > 9 else ""
        sets = [dot.join(str(place + 1) for place in term) for term in self._generators(row)]
        return f"[{','.join(sets)}]"

    def words(self, row: int, lists: Sequence[str]) -> str:
        """A model by its largest terms, with the names of lists: ``EXH*ABA, OSCE``."""
        return ", ".join("*".join(lists[place] for place in term) for term in self._generators(row))

    def _generators(self, row: int) -> list[tuple[int, ...]]:
        terms = [int(term) for term in self.terms_of(row)]
        largest = [term for term in terms if not any(term != other and term & other == term for other in terms)]
        return sorted(places(term, self.lists) for term in largest)


def places(term: int, lists: int) -> tuple[int, ...]:
    """The places (from 0) of the lists of a term."""
    return tuple(place for place in range(lists) if term >> (lists - 1 - place) & 1)


def mask(members: Iterable[int], lists: int) -> int:
    """The term of lists at these places; the reverse of `places`."""
    return sum(1 << (lists - 1 - place) for place in set(members))


def all_terms(lists: int, order: int) -> Terms:
    """All terms of at most ``order`` lists: smaller sets first, then by the places of their lists."""
    sets = [members for size in range(order + 1) for members in combinations(range(lists), size)]
    return np.array([mask(members, lists) for members in sets], np.int64)


def main_effects(lists: int, order: int = 2) -> Models:
    """The one model in which lists are independent, in a table with room for terms of up to ``order`` lists."""
    terms = all_terms(lists, order)
    return Models(lists, terms, (np.arange(len(terms)) <= lists)[None, :])


def hierarchical(lists: int, order: int, most: int = MOST_MODELS) -> Models:
    """All hierarchical models with terms of at most ``order`` lists (fewer than all: a term of all lists cannot be estimated).

    Raises ModelError: for an order out of 1 to lists - 1, or more than ``most`` models.
    """
    if not 1 <= order < max(lists, 2):
        raise ModelError(f"terms of {order} lists among {lists}: an order is from 1 to {lists - 1}")
    terms = all_terms(lists, order)
    place_of = {int(term): place for place, term in enumerate(terms)}
    include = (np.arange(len(terms)) <= lists)[None, :]
    for place in range(lists + 1, len(terms)):
        term = int(terms[place])
        facets = [place_of[term ^ 1 << bit] for bit in range(lists) if term >> bit & 1]
        able = include[include[:, facets].all(axis=1)]
        able[:, place] = True
        include = np.concatenate([include, able])
        if len(include) > most:
            raise ModelError(f"more than {most:,} models of {lists} lists with terms of up to {order}: ask for a lower order")
    return Models(lists, terms, include)


def highest_order(lists: int, most: int = MOST_MODELS) -> int:
    """The highest order of which at most ``most`` models exist; 1 if even the pairwise models are too many."""
    best = 1
    for order in range(2, lists):
        if order == 2 and 2 ** (lists * (lists - 1) // 2) > most:
            break
        try:
            hierarchical(lists, order, most)
        except ModelError:
            break
        best = order
    return best


def named(text: str, lists: int) -> Models:
    """The model with a name as `Models.name` writes it, with all subsets of its terms.

    Raises ModelError: for a name that cannot be read or that leaves a list out.
    """
    dot = "." in text
    try:
        parts = [part.split(".") if dot else list(part) for part in text.strip().removeprefix("[").removesuffix("]").split(",")]
        sets = [tuple(int(one) - 1 for one in part) for part in parts]
    except ValueError:
        raise ModelError(f"the model {text!r} cannot be read: write it as [123,14,34]") from None
    if {one for members in sets for one in members} != set(range(lists)):
        raise ModelError(f"the model {text} does not name the lists 1 to {lists}: each stands in it, alone or with others")
    order = max(2, max(len(set(members)) for members in sets))
    terms = all_terms(lists, order)
    full = [mask(members, lists) for members in sets]
    include = np.array([any(int(term) & whole == int(term) for whole in full) for term in terms])
    return Models(lists, terms, include[None, :])
