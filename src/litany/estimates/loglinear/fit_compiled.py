"""What do Poisson log-linear models say, many at once?

The model is log mean(w) = sum of coefficients of the terms within w, for each pattern w that can be seen. As a term counts in
all patterns that contain it, nothing here ever holds a design matrix: linear predictors are sums over subsets, sufficient
statistics and the whole information matrix are sums over supersets (entry a, b is the mean of all patterns that contain both
a and b). Both take J 2**J additions by the fast zeta transform (Yates 1937; Kennes 1992), so a fit costs microseconds.

Each job is computed by itself, from its own numbers in one order, so that results do not depend on the number of threads.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]

FITTED, RECEDES, SINGULAR, UNSETTLED = 0, 1, 2, 3
MOST_STEPS = 100
LOG_UNSEEN, ERROR, LOGLIK, STATUS, DROPPED, KEPT, STEPS = range(7)  # columns of what a job gives


@njit(cache=True, nogil=True, error_model="numpy")
def _over_supersets(sums: Floats, lists: int) -> None:
    for bit in range(lists):
        step = 1 << bit
        for start in range(0, sums.size, 2 * step):
            for cell in range(start, start + step):
                sums[cell] += sums[cell + step]


@njit(cache=True, nogil=True, error_model="numpy")
def _over_subsets(sums: Floats, lists: int) -> None:
    for bit in range(lists):
        step = 1 << bit
        for start in range(0, sums.size, 2 * step):
            for cell in range(start, start + step):
                sums[cell + step] += sums[cell]


@njit(cache=True, nogil=True, error_model="numpy")
def _cholesky(matrix: Floats, size: int) -> bool:
    """In place, lower triangle; false where a pivot is lost in rounding."""
    for row in range(size):
        for column in range(row + 1):
            left = matrix[row, column]
            for inner in range(column):
                left -= matrix[row, inner] * matrix[column, inner]
            if row == column:
                if not left > 1e-13 * matrix[row, row]:
                    return False
                matrix[row, row] = np.sqrt(left)
            else:
                matrix[row, column] = left / matrix[column, column]
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def _solve(lower: Floats, right: Floats, size: int) -> None:
    for row in range(size):
        left = right[row]
        for inner in range(row):
            left -= lower[row, inner] * right[inner]
        right[row] = left / lower[row, row]
    for row in range(size - 1, -1, -1):
        left = right[row]
        for inner in range(row + 1, size):
            left -= lower[inner, row] * right[inner]
        right[row] = left / lower[row, row]


@njit(cache=True, nogil=True, error_model="numpy")
def _loglik(counts: Floats, predictor: Floats, means: Floats, keep: NDArray[np.bool_]) -> float:
    """Fills the means, and gives the Poisson log-likelihood less the terms of the data alone."""
    total = 0.0
    for cell in range(counts.size):
        means[cell] = 0.0
        if keep[cell]:
            means[cell] = np.exp(predictor[cell])
            total += counts[cell] * predictor[cell] - means[cell]
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def _recedes(counts: Floats, change: Floats, keep: NDArray[np.bool_]) -> bool:
    """Whether a step leaves every seen pattern as it is and only lowers some of those that nobody has."""
    lowered = False
    for cell in range(counts.size):
        if keep[cell]:
            if counts[cell] > 0 and abs(change[cell]) > 1e-3:
                return False
            if counts[cell] == 0 and change[cell] > 1e-3:
                return False
            lowered = lowered or change[cell] < -0.5
    return lowered


@njit(cache=True, nogil=True, error_model="numpy")
def fit_block(
    tables: Floats,
    table_of: Wholes,
    terms: Wholes,
    include: NDArray[np.bool_],
    model_of: Wholes,
    unseen: bool,
    out: Floats,
    coefficients: Floats,
    expected: Floats,
) -> None:
    """Fits job i: model ``model_of[i]`` (a row of ``include``, M by T) to table ``table_of[i]`` (a row of ``tables``, by mask,
    2**J wide; the count at 0 takes part only if ``unseen``).

    Fills ``out`` (by job; the columns are named above), and, unless they have no rows, ``coefficients`` and ``expected`` (by
    job and term): the coefficients (minus infinity where a term is dropped), and the people expected in all its lists.
    """
    size = tables.shape[1]
    lists = 0
    while 1 << lists < size:
        lists += 1
    room = terms.size
    seen, sums = np.empty(size), np.empty(size)
    predictor, trial, means, change = np.empty(size), np.empty(size), np.empty(size), np.empty(size)
    keep = np.empty(size, np.bool_)
    active = np.empty(room, np.int64)
    information, step = np.empty((room, room)), np.empty(room)
    for job in range(table_of.size):
        counts, model = tables[table_of[job]], include[model_of[job]]
        # Terms that nobody is in have coefficient minus infinity: their patterns go, and they with them (extended maximum
        # likelihood; Chan, Silverman and Vincent 2021, section 2.3).
        for cell in range(size):
            seen[cell] = counts[cell]
            keep[cell] = True
        keep[0] = unseen
        if not unseen:
            seen[0] = 0.0
        _over_supersets(seen, lists)
        kept, dropped = 0, 0
        for place in range(room):
            if model[place]:
                if seen[terms[place]] > 0:
                    active[kept] = place
                    kept += 1
                else:
                    dropped += 1
                    for cell in range(size):
                        if cell & terms[place] == terms[place]:
                            keep[cell] = False
        # The first step: weighted least squares on the logs of counts, a little raised.
        raised = 0.0
        for cell in range(size):
            trial[cell] = 0.0
            means[cell] = 0.0
            if keep[cell]:
                raised = counts[cell] + 0.1
                means[cell] = raised
                trial[cell] = raised * np.log(raised) + counts[cell] - raised
        _over_supersets(means, lists)
        _over_supersets(trial, lists)
        for one in range(kept):
            step[one] = trial[terms[active[one]]]
            for other in range(one + 1):
                information[one, other] = means[terms[active[one]] | terms[active[other]]]
        status = UNSETTLED
        steps = 0
        loglik = -np.inf
        if kept == 0 or not _cholesky(information, kept):
            status = SINGULAR
        else:
            _solve(information, step, kept)
            predictor[:] = 0.0
            for one in range(kept):
                predictor[terms[active[one]]] = step[one]
            _over_subsets(predictor, lists)
            for cell in range(size):
                predictor[cell] = min(predictor[cell], 60.0)
            loglik = _loglik(counts, predictor, means, keep)
        if coefficients.shape[0]:
            coefficients[job] = 0.0
            for one in range(kept):
                coefficients[job, active[one]] = step[one]
        before = np.inf
        while status == UNSETTLED and steps < MOST_STEPS:
            steps += 1
            for cell in range(size):
                sums[cell] = means[cell]
            _over_supersets(sums, lists)
            for one in range(kept):
                step[one] = seen[terms[active[one]]] - sums[terms[active[one]]]
                for other in range(one + 1):
                    information[one, other] = sums[terms[active[one]] | terms[active[other]]]
            if not _cholesky(information, kept):
                status = SINGULAR
                break
            _solve(information, step, kept)
            change[:] = 0.0
            for one in range(kept):
                change[terms[active[one]]] = step[one]
            _over_subsets(change, lists)
            largest = 0.0
            for cell in range(size):
                if keep[cell]:
                    largest = max(largest, abs(change[cell]))
            if not largest < np.inf:
                status = SINGULAR
                break
            # Means times (1 + change) are positive and meet all sufficient statistics if no change reaches -1: they are the
            # witness that a maximum exists (Fienberg and Rinaldo 2012). Where none exists, changes stay near -1 for ever.
            if largest < 1e-9 or (largest < 1e-5 and largest >= 0.25 * before):
                status = FITTED
            elif steps > 8 and _recedes(counts, change, keep):
                status = RECEDES
                break
            before = largest
            share = 1.0 if largest < 8.0 else 8.0 / largest
            while True:
                for cell in range(size):
                    trial[cell] = predictor[cell] + share * change[cell]
                new = _loglik(counts, trial, means, keep)
                if new >= loglik - 1e-12 * abs(loglik) or share < 1e-6:
                    break
                share *= 0.5
            for cell in range(size):
                predictor[cell] = trial[cell]
            loglik = new
            if coefficients.shape[0]:
                for one in range(kept):
                    coefficients[job, active[one]] += share * step[one]
        out[job, LOG_UNSEEN], out[job, ERROR] = np.nan, np.nan
        out[job, LOGLIK], out[job, STATUS] = loglik, status
        out[job, DROPPED], out[job, KEPT], out[job, STEPS] = dropped, kept, steps
        if status == FITTED:
            step[:kept] = 0.0
            step[0] = 1.0
            _solve(information, step, kept)
            out[job, LOG_UNSEEN], out[job, ERROR] = predictor[0], np.sqrt(step[0])
        if expected.shape[0]:
            _over_supersets(means, lists)
            for place in range(room):
                expected[job, place] = means[terms[place]]
        if coefficients.shape[0]:
            for place in range(room):
                if model[place] and not seen[terms[place]] > 0:
                    coefficients[job, place] = -np.inf
