"""Which pairs of lists depend on each other, if pairs are taken in one by one, the most surprising first?

Chan, Silverman and Vincent (2021, "Multiple systems estimation for sparse capture data", JASA 116:1297-1306): from
independence, add the absent pair whose overlap is least probable under the model so far (the smaller Poisson tail), while
that is below a threshold and the larger model has a maximum that is identified. Many tables take their steps together, one
fit each a step.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtr, pdtrc

from litany.estimates.loglinear.fit import Fits, Floats, Wholes, fit_all
from litany.estimates.loglinear.models import Models, all_terms

THRESHOLD = 0.02


def stepwise(tables: Floats, lists: int, threshold: float = THRESHOLD) -> tuple[Models, Fits]:
    """The model at which each table (R by 2**J, counts by mask) arrives, and its fit; both have R rows.

    A fit is not proven where not even independence has a maximum.
    """
    terms = all_terms(lists, 2)
    include = np.repeat((np.arange(len(terms)) <= lists)[None, :], len(tables), axis=0)
    fits = _fit(tables, np.arange(len(tables)), Models(lists, terms, include))
    latest = np.array([fits.log_unseen, fits.error, fits.loglik, fits.dropped, fits.kept, fits.status])
    expected = fits.expected if fits.expected is not None else np.empty((0, 0))
    observed = _overlaps(tables, lists, terms)
    barred = np.zeros_like(include)
    going = np.flatnonzero(fits.proven)
    while len(going):
        taken = include[going] | barred[going]
        pick, chance = _most_surprising(observed[going], expected[going], taken)
        going, pick = going[chance < threshold], pick[chance < threshold]
        larger = include[going]
        larger[np.arange(len(going)), pick] = True
        fits = _fit(tables, going, Models(lists, terms, larger))
        good = fits.proven
        took = going[good]
        barred[going[~good], pick[~good]] = True
        barred[took] = False
        include[took] = larger[good]
        if fits.expected is not None:
            expected[took] = fits.expected[good]
        latest[:, took] = np.array([fits.log_unseen, fits.error, fits.loglik, fits.dropped, fits.kept, fits.status])[:, good]
    log_unseen, error, loglik, dropped, kept, status = latest
    people = np.maximum(tables[:, 1:].sum(axis=1), 1.0)
    whole = (dropped.astype(np.int64), kept.astype(np.int64), status.astype(np.int64))
    return Models(lists, terms, include), Fits(log_unseen, error, loglik, *whole, people)


def _fit(tables: Floats, rows: Wholes, models: Models) -> Fits:
    return fit_all(tables, models, (rows, np.arange(len(rows))), expected=True)


def _overlaps(tables: Floats, lists: int, terms: Wholes) -> Floats:
    cells = np.arange(tables.shape[1])
    return np.stack([tables[:, (cells & term) == term].sum(axis=1) for term in terms.tolist()], axis=1)


def _most_surprising(observed: Floats, expected: Floats, taken: NDArray[np.bool_]) -> tuple[Wholes, Floats]:
    """Of each row the pair with the smallest tail; where tails tie (as when all underflow), the one farthest out."""
    mean = np.maximum(expected, 1e-300)
    at_least = np.where(observed > 0, pdtrc(np.maximum(observed - 1, 0), mean), 1.0)
    chance = np.where(taken, 2.0, np.minimum(pdtr(observed, mean), at_least))
    apart = np.where(taken, 0.0, np.abs(observed - mean) / np.sqrt(mean))
    least = chance.min(axis=1, keepdims=True)
    pick = np.where(chance <= least * (1 + 1e-9), apart, -1.0).argmax(axis=1)
    return pick, least[:, 0]
