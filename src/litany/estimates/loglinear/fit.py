"""What does each of many models make of each of many tables, and is each answer proven to be the maximum?"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import numpy as np
from msgspec import Struct
from numba import get_num_threads
from numpy.typing import NDArray
from scipy.special import gammaln

from litany.estimates.captures import Captures
from litany.estimates.loglinear import fit_compiled
from litany.estimates.loglinear.existence import verdict
from litany.estimates.loglinear.fit_compiled import DROPPED, ERROR, FITTED, KEPT, LOG_UNSEEN, LOGLIK, RECEDES, STATUS
from litany.estimates.loglinear.models import Models, Terms
from litany.estimates.refusals import Why

Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]
MOST_UNSEEN = 1e15  # no estimate, range or draw says that more people were missed
_BLOCK = 128
_BLOCK_FIT = cast(Callable[..., None], fit_compiled.fit_block)


class Fits(Struct, frozen=True, eq=False):
    """F fits.

    ``log_unseen``: log of the people expected in no list (NaN where there is no proven maximum); ``error``: its standard error;
    ``loglik``: Poisson log-likelihood; ``dropped``: terms whose coefficient is minus infinity; ``kept``: the others;
    ``status``: as `fit_compiled` has it, 0 where the maximum is proven. ``coefficients`` and ``expected`` (F by T, people in
    all lists of a term) are None unless asked for.
    """

    log_unseen: Floats
    error: Floats
    loglik: Floats
    dropped: Wholes
    kept: Wholes
    status: Wholes
    people: Floats
    coefficients: Floats | None = None
    expected: Floats | None = None

    @property
    def proven(self) -> NDArray[np.bool_]:
        """Where a positive table was found that meets all sufficient statistics, with coefficients that are identified."""
        return np.asarray(self.status == FITTED)

    @property
    def aic(self) -> Floats:
        """Akaike's criterion, infinite if not proven; a dropped term counts as a parameter too (Chan and others 2021)."""
        return np.where(self.proven, 2.0 * (self.kept + self.dropped) - 2.0 * self.loglik, np.inf)

    @property
    def bic(self) -> Floats:
        """Schwarz's criterion, infinite if not proven; the sample's size is the number of people (Silverman and others)."""
        return np.where(self.proven, np.log(self.people) * (self.kept + self.dropped) - 2.0 * self.loglik, np.inf)


def full_table(table: Captures) -> Floats:
    """Counts by mask, 2**J wide, with 0 for those in no list."""
    return np.concatenate([[0.0], table.cells().astype(np.float64)])


def fit_all(
    tables: Floats,
    models: Models,
    jobs: tuple[Wholes, Wholes] | None = None,
    *,
    coefficients: bool = False,
    expected: bool = False,
    unseen: bool = False,
) -> Fits:
    """Fit models to tables (R by 2**J, counts by mask; the people at mask 0 take part only if ``unseen``).

    ``jobs`` pairs rows of tables with rows of models; without it every model is fitted to every table, table by table.
    """
    rows, size, room = len(tables), len(models), len(models.terms)
    table_of, model_of = jobs or (np.repeat(np.arange(rows), size), np.tile(np.arange(size), rows))
    out = np.empty((len(table_of), 7))
    betas = np.empty((len(table_of) if coefficients else 0, room))
    sums = np.empty((len(table_of) if expected else 0, room))
    tables, include = np.ascontiguousarray(tables, np.float64), np.ascontiguousarray(models.include)
    table_of, model_of = np.ascontiguousarray(table_of, np.int64), np.ascontiguousarray(model_of, np.int64)

    def block(start: int) -> None:
        part = slice(start, start + _BLOCK)
        _BLOCK_FIT(tables, table_of[part], models.terms, include, model_of[part], unseen, out[part], betas[part], sums[part])

    starts = range(0, len(table_of), _BLOCK)
    threads = min(get_num_threads(), len(starts))
    if threads > 1:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(block, starts))
    else:
        for start in starts:
            block(start)
    constant = gammaln(tables[:, (0 if unseen else 1) :] + 1).sum(axis=1)
    totals = tables[:, (0 if unseen else 1) :].sum(axis=1)
    return Fits(
        log_unseen=out[:, LOG_UNSEEN],
        error=out[:, ERROR],
        loglik=out[:, LOGLIK] - constant[table_of],
        dropped=out[:, DROPPED].astype(np.int64),
        kept=out[:, KEPT].astype(np.int64),
        status=out[:, STATUS].astype(np.int64),
        people=np.maximum(totals[table_of], 1.0),
        coefficients=betas if coefficients else None,
        expected=sums if expected else None,
    )


def why_not(counts: Floats, terms: Terms, status: int) -> Why | None:
    """Why a model's fit to counts (2**J, by mask) gives no number, or None if it does: no maximum, no identification, or, where
    both are in order and the steps yet did not settle, no convergence.
    """
    if status == FITTED:
        return None
    found = verdict(counts, terms)
    if found is None and status == RECEDES:
        return Why.NO_MAXIMUM
    return found or Why.NOT_CONVERGED


def means(coefficients: Floats, terms: Terms, lists: int) -> Floats:
    """The people expected by mask (2**J; at 0 those in no list), from one model's coefficients (T)."""
    finite = np.where(np.isneginf(coefficients), 0.0, coefficients)
    sums, gone = np.zeros(2**lists), np.zeros(2**lists)
    sums[terms] = finite
    gone[terms] = np.isneginf(coefficients)
    for axis in range(lists):
        for grid in (sums.reshape((2,) * lists), gone.reshape((2,) * lists)):
            low: list[int | slice] = [slice(None)] * lists
            high = low.copy()
            low[axis], high[axis] = 0, 1
            grid[tuple(high)] += grid[tuple(low)]
    return np.where(gone > 0, 0.0, np.exp(np.where(gone > 0, 0.0, sums)))
