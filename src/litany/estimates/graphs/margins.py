"""How well does each graph explain the patterns for each number of people missed?

With hyper-Dirichlet priors (Dawid and Lauritzen 1993, Annals of Statistics 21:1272-1317) the cell probabilities integrate out,
and the marginal likelihood of a decomposable graph is a product over cliques, divided by one over separators, of
Dirichlet-multinomial terms (Madigan and York 1997, Biometrika 84:19-31): with n0 missed, N = n + n0 and A a subset of p lists

    log p(cells, n0 | graph) = log N! - log n0! + sum over cliques f(A) - sum over separators f(A) + constant
    f(A) = lgamma(2**p d) - lgamma(N + 2**p d) + sum over cells i of margin A of [lgamma(y_A(i) + d_A) - lgamma(d_A)]

where d is the prior count of each of the 2**p cells and d_A = d 2**(p - |A|). Only the all-zero cell of a margin includes n0:
everything else is summed once, and what depends on n0 is computed once for each subset and shared by all graphs.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy.special import gammaln, polygamma, psi

from litany.estimates.captures import Captures
from litany.estimates.graphs.decomposable import Decomposable

Reals = NDArray[np.float64]
STIRLING = 1e4  # from here the terms of the series that are left out are below 1e-14


class Margins(Struct, frozen=True, eq=False):
    """A table seen through each subset of its lists (arrays over the 2**lists subsets; the empty one is not used).

    ``unseen`` is how many of the ``people`` documented are in no list of a subset, ``prior`` is d_A, ``total`` 2**p d, and
    ``constant`` the part of f(A) that does not depend on the number missed.
    """

    people: int
    total: float
    unseen: Reals
    prior: Reals
    constant: Reals


def margins(table: Captures, delta: float) -> Margins:
    """The margins of a table of p lists (2**p subsets, each of at most 2**p cells) under the prior count ``delta`` a cell."""
    lists, masks = len(table.lists), table.masks
    unseen, prior, constant = (np.zeros(2**lists) for _ in range(3))
    for subset in range(1, 2**lists):
        cells = np.bincount(masks & subset, weights=table.counts, minlength=1)
        unseen[subset] = cells[0]
        prior[subset] = delta * 2.0 ** (lists - subset.bit_count())
        seen = cells[1:][cells[1:] > 0]
        constant[subset] = gammaln(seen + prior[subset]).sum() - (len(seen) + 1) * gammaln(prior[subset])
    total = delta * 2.0**lists
    constant[1:] += gammaln(total)
    return Margins(table.people, total, unseen, prior, constant)


def log_evidence(of: Margins, graphs: Decomposable, missed: Reals, rows: slice | NDArray[np.int64] | None = None) -> Reals:
    """log p(cells, n0 | graph) for graphs (G, or those of ``rows``) by numbers missed (M), up to one constant for all."""
    start = of.unseen[1:, None] + missed + of.prior[1:, None]
    terms = of.constant[1:, None] - rise(start, (of.people - of.unseen + of.total - of.prior)[1:, None])
    factors = graphs.factors if rows is None else graphs.factors[rows]
    return np.asarray(factors[:, 1:].astype(np.float64) @ terms + rise(missed + 1, np.float64(of.people)))


def rise(start: Reals, more: Reals | np.float64) -> Reals:
    """lgamma(start + more) - lgamma(start), by Stirling's series where the two are large: their difference loses nothing."""
    far = np.maximum(start, STIRLING)
    end = far + more
    series = (end - 0.5) * np.log1p(more / far) + more * (np.log(far) - 1) + (1 / end - 1 / far) / 12
    near = np.minimum(start, STIRLING)
    return np.asarray(np.where(start < STIRLING, gammaln(near + more) - gammaln(near), series))


class Peaks(Struct, frozen=True, eq=False):
    """Where some graphs have their modes in n0, the standard deviations and log evidence there; NaN where none was found."""

    mode: Reals
    spread: Reals
    height: Reals


def peaks(of: Margins, graphs: Decomposable, rows: NDArray[np.int64], start: Reals, steps: int = 12) -> Peaks:
    """Modes of evidence / N by Newton's method in log n0, for the graphs of ``rows`` from ``start`` (positive numbers missed).

    A mode that does not settle within ``steps`` is none.
    """
    row, subset = np.nonzero(graphs.factors[rows, 1:])
    subset = subset + 1
    times = graphs.factors[rows[row], subset].astype(np.float64)
    inner = of.unseen[subset] + of.prior[subset]
    parts, at = np.bincount(row, times, len(rows)), start.astype(np.float64)
    step, second = np.ones(len(rows)), np.full(len(rows), -1.0)
    for _ in range(steps):
        everybody, cell = of.people + at, inner + at[row]
        slope = psi(everybody) - psi(at + 1) - parts * psi(everybody + of.total)
        slope += np.bincount(row, times * psi(cell), len(rows))
        second = polygamma(1, everybody) - polygamma(1, at + 1) - parts * polygamma(1, everybody + of.total)
        second += np.bincount(row, times * polygamma(1, cell), len(rows))
        bend = second * at**2 + slope * at
        step = np.where(bend < 0, -slope * at / np.where(bend < 0, bend, -1.0), 0.1 * np.sign(slope))
        step = np.clip(step, -0.1, 0.1)
        at = at * np.exp(step)
        if bool((np.abs(step) < 1e-9).all()):
            break
    cell = inner + at[row]
    height = rise(at + 1, np.float64(of.people))
    height += np.bincount(row, times * (of.constant[subset] - rise(cell, (of.people + of.total) - inner)), len(rows))
    found = (np.abs(step) < 1e-6) & (second < 0)
    spread = 1 / np.sqrt(np.where(found, -second, 1.0))
    return Peaks(*(np.where(found, one, np.nan) for one in (at, spread, height)))
