"""What range of the number of the missed does one fixed model allow: by the normal approximation, and by its likelihood?

Both take the model as given, and so say nothing of how doubtful the choice of the model is (`bootstrap` does).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaln, ndtri

from litany.estimates.loglinear.fit import MOST_UNSEEN, Floats, fit_all
from litany.estimates.loglinear.models import Models

LEAST_UNSEEN = 1e-3


def normal(people: int, log_unseen: float, error: float, level: float = 0.95) -> tuple[float, float]:
    """The ends for all people, from the standard error of the log of the missed (Chan, Silverman and Vincent 2021)."""
    reach = float(ndtri(0.5 + level / 2)) * error
    low, high = (float(np.exp(min(log_unseen + move, np.log(MOST_UNSEEN)))) for move in (-reach, reach))
    return people + low, people + high


def profile(counts: Floats, model: Models, level: float = 0.95) -> tuple[float, float]:
    """The ends for all people by the multinomial profile likelihood (Cormack 1992, "Interval estimation for mark-recapture
    studies of closed populations", Biometrics 48:567-576), of one model that has a maximum on counts (2**J by mask).

    The low end is the people seen where even nobody missed is likely enough; the high end infinite where any number is.
    """
    people = float(counts[1:].sum())
    start = float(fit_all(counts[None], model).log_unseen[0])
    start = float(np.clip(start, np.log(LEAST_UNSEEN), np.log(MOST_UNSEEN)))
    bound = float(ndtri(0.5 + level / 2)) ** 2 / 2

    def loglik(log_unseen: float) -> float:
        return _loglik(counts, model, float(np.exp(log_unseen)))

    top, best = _climb(loglik, start)
    low = _end(loglik, top, best - bound, np.log(LEAST_UNSEEN))
    high = _end(loglik, top, best - bound, np.log(MOST_UNSEEN))
    return people + (0.0 if low is None else float(np.exp(low))), np.inf if high is None else people + float(np.exp(high))


def _loglik(counts: Floats, model: Models, unseen: float) -> float:
    """The multinomial log-likelihood, at its maximum over the coefficients, if this many people were missed."""
    table = counts.copy()
    table[0] = unseen
    total = float(table.sum())
    poisson = float(fit_all(table[None], model, unseen=True).loglik[0])
    # log N! + N - N log N, by Stirling's series where the factorial would drown it in rounding.
    large = 0.5 * np.log(2 * np.pi * total) + 1 / (12 * total)
    return poisson + float(large if total > 1e3 else gammaln(total + 1) + total - total * np.log(total))


def _climb(loglik: Callable[[float], float], start: float) -> tuple[float, float]:
    """The top of the profile, which lies near the Poisson maximum, and its height."""
    here, height, step = start, loglik(start), 0.01
    while step > 1e-5:
        moves = [(loglik(here + move), here + move) for move in (-step, step)]
        best, there = max(moves)
        if best > height and abs(there) < np.log(MOST_UNSEEN):
            here, height, step = there, best, step * 2
        else:
            step /= 4
    return here, height


def _end(loglik: Callable[[float], float], top: float, height: float, limit: float) -> float | None:
    """Where the profile falls to a height on the way from its top to a limit; None if it stays above."""
    near, step = top, 0.25
    while True:
        far = max(top - step, limit) if limit < top else min(top + step, limit)
        if loglik(far) < height:
            return float(brentq(lambda there: loglik(there) - height, near, far, xtol=1e-9))
        if far == limit:
            return None
        near, step = far, step * 2
