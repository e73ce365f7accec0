"""What must a reader see beside the number: the other models, the fit of each pattern, the classical models, the doubts?"""

from __future__ import annotations

import numpy as np
from scipy.special import pdtr, pdtrc
from scipy.stats import poisson

from litany.estimates.captures import Captures, patterns_of
from litany.estimates.loglinear.closed import closed
from litany.estimates.loglinear.fit import MOST_UNSEEN, Floats, fit_all, means
from litany.estimates.loglinear.likelihood import normal
from litany.estimates.loglinear.models import Models
from litany.estimates.loglinear.selection import Ranking
from litany.estimates.results import Candidate, Interval, PatternFit, Sweep

MOST_CANDIDATES = 100
LEAST_EXPECTED = 0.5  # patterns that nobody has are shown if the model expects at least this many people
CLOSE, APART = 3.0, 1.25  # models this close to the best are compared; they disagree if their numbers differ by this factor


def fitted(counts: Floats, models: Models, shares: Floats) -> Floats:
    """The people expected by mask (2**J), in the mean over models by their shares."""
    coefficients = fit_all(counts[None], models, coefficients=True).coefficients
    if coefficients is None:
        return np.zeros(len(counts))
    expected: Floats = np.sum(
        [share * means(row, models.terms, models.lists) for share, row in zip(shares, coefficients, strict=True)], axis=0
    )
    return expected


def patterns(table: Captures, counts: Floats, expected: Floats) -> tuple[PatternFit, ...]:
    """The fit of each pattern that somebody has or that is expected. Ranges and tails are those of endless replicates of the
    fitted model: Poisson counts about what it expects.
    """
    rows = np.array([mask for mask in range(1, len(counts)) if counts[mask] > 0 or expected[mask] >= LEAST_EXPECTED], np.int64)
    shown = patterns_of(rows, len(table.lists))
    seen, mean = counts[rows], np.maximum(expected[rows], 1e-300)
    low, high = poisson.ppf(0.025, mean), poisson.ppf(0.975, mean)
    at_least = np.where(seen > 0, pdtrc(np.maximum(seen - 1, 0), mean), 1.0)
    unusual = np.minimum(1.0, 2 * np.minimum(pdtr(seen, mean), at_least))
    return tuple(
        PatternFit(
            pattern="+".join(name for name, there in zip(table.lists, shown[place], strict=True) if there),
            observed=int(seen[place]),
            expected=float(expected[row]),
            low=float(low[place]),
            high=float(high[place]),
            unusual=float(unusual[place]),
        )
        for place, row in enumerate(rows.tolist())
    )


def candidates(table: Captures, ranking: Ranking, chosen: int) -> tuple[Candidate, ...]:
    """The model that was chosen (a row), then the best others, each with its own normal-theory interval and its weight."""
    fits, found = ranking.fits, []
    weighed = dict(zip(ranking.order.tolist(), ranking.weights.tolist(), strict=True))
    for row in [chosen, *[row for row in weighed if row != chosen]][:MOST_CANDIDATES]:
        log_unseen, error = float(fits.log_unseen[row]), float(fits.error[row])
        low, high = normal(table.people, log_unseen, error)
        best = table.people + float(np.exp(min(log_unseen, np.log(MOST_UNSEEN))))
        size = int(fits.kept[row] + fits.dropped[row])
        found.append(
            Candidate(
                name=f"{ranking.models.name(row)} {ranking.models.words(row, table.lists)}",
                interval=Interval(low, best, high),
                weight=weighed[row],
                criteria={"bic": float(fits.bic[row]), "aic": float(fits.aic[row]), "coefficients": size},
            )
        )
    return tuple(found)


def classical(table: Captures) -> Sweep:
    """What M0, Mt, Mh and Mth say (`closed`), with normal-theory intervals of the log of the missed."""
    rows = []
    for model in closed(table):
        name = f"{model.model} (lower bound)" if model.lower_bound else model.model
        if model.people is None or model.error is None:
            rows.append(Candidate(name, None, refusal=model.refusal))
            continue
        missed = model.people - table.people
        low, high = normal(table.people, float(np.log(max(missed, 1e-9))), model.error / max(missed, 1e-9))
        criteria = {key: value for key, value in (("bic", model.bic), ("aic", model.aic)) if value is not None}
        rows.append(Candidate(name, Interval(low, model.people, high), criteria=criteria))
    return Sweep("classical model", tuple(rows))


def doubts(table: Captures, ranking: Ranking, chosen: int, searched: bool) -> tuple[str, ...]:
    """What to know of the ranking of models and of the one that was chosen (a row of the ranking)."""
    notes, fits = [], ranking.fits
    total = len(ranking.models)
    if searched:
        notes.append(
            f"the models are too many to fit all: {total:,} on and beside the way down from independence were compared, and a "
            "better one may lie elsewhere"
        )
    if ranking.refused:
        notes.append(
            f"{ranking.refused:,} of {total:,} models have no maximum or do not determine the number, and were left out"
        )
    if len(ranking.order) > MOST_CANDIDATES:
        notes.append(
            f"the {MOST_CANDIDATES} best models are shown, and {len(ranking.order) - MOST_CANDIDATES:,} more were fitted"
        )
    if fits.dropped[chosen]:
        notes.append(
            f"{fits.dropped[chosen]} of the terms of {ranking.models.name(chosen)} have nobody: their coefficients are minus "
            "infinity, their patterns taken to be impossible"
        )
    values = ranking.values[ranking.order]
    close = ranking.order[values <= values[0] + CLOSE] if len(values) else ranking.order
    people = table.people + np.exp(np.minimum(fits.log_unseen[close], np.log(MOST_UNSEEN)))
    if len(close) > 1 and people.max() > APART * people.min():
        notes.append(
            f"{len(close)} models are within {CLOSE:g} of the best by the criterion, and they say from {people.min():,.0f} to "
            f"{people.max():,.0f}: the data hardly tell them apart"
        )
    return tuple(notes)
