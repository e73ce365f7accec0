"""Does a model have a maximum on this table at all, and is the number of the missed determined by it?

The maximum exists if a table without zeros has the same sufficient statistics (Haberman 1974; Fienberg and Rinaldo 2012,
"Maximum likelihood estimation in log-linear models", Annals of Statistics 40:996-1023). Chan, Silverman and Vincent (2021,
"Multiple systems estimation for sparse capture data", JASA 116:1297-1306) look for that table by a linear program. We solve
its dual: is there a change of coefficients that leaves all seen patterns as they are, raises none that nobody has, and
lowers one? Then it can be followed for ever, the likelihood rising. The dual looks only at which patterns are empty, not at
how large the others are, and its answer is 0 or at least 1, so that no tolerance is in doubt.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from litany.estimates.loglinear.models import Terms
from litany.estimates.refusals import Why

Floats = NDArray[np.float64]


def reduced(counts: Floats, terms: Terms) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Masks of patterns and terms that remain in the extended sense: a term that nobody is in goes, with its patterns."""
    cells = np.arange(1, len(counts))
    dead = [int(term) for term in terms if not counts[1:][(cells & term) == term].sum() > 0]
    for term in dead:
        cells = cells[(cells & term) != term]
    return cells, np.array([term for term in terms if int(term) not in set(dead)], np.int64)


def design(cells: NDArray[np.int64], terms: Terms) -> Floats:
    """Which terms (rows) count in which patterns (columns)."""
    matrix: Floats = ((cells[None, :] & terms[:, None]) == terms[:, None]).astype(np.float64)
    return matrix


def has_maximum(counts: Floats, terms: Terms) -> bool:
    """Whether the likelihood of a model (its terms) on counts (2**J, by mask) has a maximum, in the extended sense."""
    cells, left = reduced(counts, terms)
    matrix, empty = design(cells, left), counts[cells] == 0
    if not empty.any() or not len(left):
        return bool(len(left))
    seen, unseen = matrix[:, ~empty].T, matrix[:, empty].T
    found = linprog(
        -unseen.sum(axis=0),
        A_ub=np.concatenate([unseen, -unseen]),
        b_ub=np.concatenate([np.ones(len(unseen)), np.zeros(len(unseen))]),
        A_eq=seen,
        b_eq=np.zeros(len(seen)),
        bounds=(None, None),
        method="highs",
    )
    return bool(found.status == 0 and -found.fun < 0.5)


def identified(counts: Floats, terms: Terms) -> bool:
    """Whether the patterns that remain determine all coefficients (full rank), and with them the number of the missed."""
    cells, left = reduced(counts, terms)
    if len(left) > len(cells) or not len(left):
        return False
    return bool(np.linalg.matrix_rank(design(cells, left)) == len(left))


def verdict(counts: Floats, terms: Terms) -> Why | None:
    """Why a model gives no number on these counts, in the order of Chan, Silverman and Vincent: no maximum; not identified."""
    if not has_maximum(counts, terms):
        return Why.NO_MAXIMUM
    return None if identified(counts, terms) else Why.NOT_IDENTIFIABLE
