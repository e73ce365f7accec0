"""What do the classical models of a closed population say: capture by list, by person, by both?

The log-linear forms of Cormack (1989, "Log-linear models for capture-recapture", Biometrics 45:395-413), as Rivest and
Baillargeon (2007, "Applications and extensions of Chao's moment estimator", Biometrics 63:999-1006) write them. ``M0``: every
list has everybody with one probability; ``Mt``: each list has its own; ``Mh``: each person has their own; ``Mth``: both.
Where people differ, the forms say how: *Chao* only that they do (the number then is a lower bound), *Poisson2*, *Darroch*
and *Gamma3.5* by a shape that supposes ever more people who are hard to see, in this order.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy.special import binom, gammaln, xlogy

from litany.estimates.captures import Captures
from litany.estimates.refusals import Refusal, Why

Floats = NDArray[np.float64]
FORMS = ("Chao", "Poisson2", "Darroch", "Gamma3.5")
MOST_LISTS = 12  # Mth looks at all 2**J patterns


class Closed(Struct, frozen=True):
    """What a classical ``model`` says: ``people`` in all, its standard ``error``, and criteria; ``lower_bound`` where it only
    bounds from below. Where there is no number, ``people`` is None and ``refusal`` says why.
    """

    model: str
    people: float | None
    error: float | None = None
    aic: float | None = None
    bic: float | None = None
    lower_bound: bool = False
    refusal: Refusal | None = None


def closed(table: Captures) -> tuple[Closed, ...]:
    """M0, Mt, Mh and Mth in all forms, of a table of at least two lists (more than twelve: without Mt and Mth)."""
    lists = len(table.lists)
    often = np.bincount(table.patterns.sum(axis=1), weights=table.counts, minlength=lists + 1)[1:].astype(np.float64)
    times = np.arange(1, lists + 1, dtype=np.int64)
    counted = np.stack([np.ones(lists), times.astype(np.float64)], axis=1)
    found = [_fit("M0", often, counted, times, None, np.log(binom(lists, times)))]
    found += [_fit("Mh", often, counted, times, form, np.log(binom(lists, times))) for form in FORMS]
    if lists <= MOST_LISTS:
        masks = np.arange(1, 2**lists)
        shown = ((masks[:, None] >> np.arange(lists - 1, -1, -1)) & 1).astype(np.float64)
        each = np.concatenate([np.ones((len(masks), 1)), shown], axis=1)
        cells, size = table.cells().astype(np.float64), shown.sum(axis=1).astype(np.int64)
        found.insert(1, _fit("Mt", cells, each, size, None, np.zeros(len(masks))))
        found += [_fit("Mth", cells, each, size, form, np.zeros(len(masks))) for form in FORMS]
    return tuple(found)


def shape(form: str, times: NDArray[np.int64]) -> Floats:
    """What a form adds to the log of the mean for people in ``times`` lists."""
    often = times.astype(np.float64)
    shapes: dict[str, Floats] = {"Darroch": often**2 / 2, "Poisson2": 2.0**often - 1, "Gamma3.5": -np.log1p(often / 3.5)}
    return shapes[form]


def _fit(model: str, counts: Floats, base: Floats, times: NDArray[np.int64], form: str | None, offset: Floats) -> Closed:
    name = model if form is None else f"{model} {form}"
    if form is None:
        return _answer(name, counts, base, offset)
    if form != "Chao":
        return _answer(name, counts, np.column_stack([base, shape(form, times)]), offset)
    # For a mixture of people the log of the mean is convex in the number of lists. Chao's bound asks for no more: a bend at
    # each number of lists from two on, and none where it turns out downward (Rivest and Baillargeon 2007, section 3).
    bends = list(range(2, int(times[counts > 0].max(initial=2))))
    while True:
        matrix = np.column_stack([base, *[np.maximum(times - bend, 0.0) for bend in bends]])
        solved = maximum(counts, matrix, offset)
        if solved is None:
            down = bends[-1:]
        else:
            down = [bend for bend, one in zip(bends, solved[0][base.shape[1] :], strict=True) if one < 0]
        if not down:
            return _answer(name, counts, matrix, offset, lower_bound=True)
        bends = [bend for bend in bends if bend not in down]


def _answer(name: str, counts: Floats, matrix: Floats, offset: Floats, lower_bound: bool = False) -> Closed:
    refusal = Refusal(
        Why.NO_MAXIMUM,
        f"{name} has no number: too few people are in more lists than one, or it has more coefficients than patterns",
        "look at models with fewer coefficients",
    )
    solved = maximum(counts, matrix, offset) if matrix.shape[1] <= len(counts) else None
    if solved is None:
        return Closed(name, None, lower_bound=lower_bound, refusal=refusal)
    coefficients, variance = solved
    missed = float(np.exp(coefficients[0]))
    mean = np.exp(matrix @ coefficients + offset)
    loglik = float((xlogy(counts, mean) - mean - gammaln(counts + 1)).sum())
    size = matrix.shape[1]
    return Closed(
        name,
        people=float(counts.sum()) + missed,
        error=float(np.sqrt(missed + missed**2 * variance)),
        aic=2 * size - 2 * loglik,
        bic=float(np.log(max(counts.sum(), 1.0))) * size - 2 * loglik,
        lower_bound=lower_bound,
    )


def maximum(counts: Floats, matrix: Floats, offset: Floats) -> tuple[Floats, float] | None:
    """Coefficients and the variance of the first, or None where no maximum is proven (see `fit_compiled`)."""
    if not counts.sum() > 0 or np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        return None
    scale = np.abs(matrix).max(axis=0)
    design = matrix / scale
    raised = counts + 0.1 * np.exp(offset - offset.mean())
    root = np.sqrt(raised)[:, None]
    target = np.log(raised) - offset + (counts - raised) / raised
    coefficients = np.linalg.lstsq(design * root, target * root[:, 0], rcond=None)[0]
    for _ in range(200):
        predictor = np.minimum(design @ coefficients + offset, 60.0)
        mean = np.exp(predictor)
        information = design.T @ (design * mean[:, None])
        try:
            step = np.linalg.solve(information, design.T @ (counts - mean))
        except np.linalg.LinAlgError:
            return None
        change = float(np.abs(design @ step).max())
        if not np.isfinite(change):
            return None
        if change < 1e-8:
            variance = float(np.linalg.inv(information)[0, 0]) / scale[0] ** 2
            return (coefficients + step) / scale, variance
        share = min(1.0, 4.0 / change)
        loglik = float(counts @ predictor - mean.sum())
        while share > 1e-6:
            tried = np.minimum(design @ (coefficients + share * step) + offset, 60.0)
            if float(counts @ tried - np.exp(tried).sum()) >= loglik - 1e-12 * abs(loglik):
                break
            share /= 2
        coefficients = coefficients + share * step
    return None
