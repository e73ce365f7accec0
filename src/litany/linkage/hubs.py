"""How readily does a row join others, where a few large clusters make most of the true pairs?

The prior of partitions is Ewens's (`partition_tree`), whose odds rho are learned as the share of pairs that are the same. In
his model of n rows, the number of clusters says all there is to know of rho (Ewens 1972): its maximum likelihood solves

    clusters = theta (psi(theta + n) - psi(theta)),   theta = 1 / rho.

Mostly the two agree, or lists free of duplicates keep clusters small and the share of pairs is the lower one. But one person in
each of 500 lists makes 125,000 true pairs among 10,500 rows, of which 499 join others: by its pairs each of the other 10,000
rows would have odds 230 times too high, and many would be taken for others. So where the clusters say less than the pairs,
the clusters are believed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import psi

from litany.linkage.components import components
from litany.linkage.engine import Candidates

_LEAST = -20.0  # log theta: all rows are one


def less_than_pairs(found: Candidates, odds: NDArray[np.float64], size: int) -> float:
    """By how much the log odds are to be lowered (0 or below). ``odds``: log odds of each candidate pair of ``size`` rows."""
    likely = odds > 0
    pairs = int(likely.sum())
    if not pairs:
        return 0.0
    clusters = len(np.unique(components(size, found.left[likely], found.right[likely])))
    by_pairs = np.log(size) + np.log(size - 1) - np.log(2 * pairs)
    return min(0.0, float(by_pairs) - log_theta(size, clusters))


def log_theta(size: int, clusters: int) -> float:
    """Under which theta so many clusters of ``size`` rows (2 or more) are expected; of 1 cluster, and of ``size``, an end of
    what could be told from so few rows.
    """
    most = 2 * np.log(size) + 2  # one pair among them has log theta near 2 log size - log 2

    def more(log: float) -> float:
        theta = np.exp(log)
        return float(theta * (psi(theta + size) - psi(theta))) - clusters

    if more(most) <= 0:
        return float(most)
    return float(brentq(more, _LEAST, most)) if more(_LEAST) < 0 else _LEAST
