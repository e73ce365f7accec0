"""Which draws of the number of all people can be added up over strata?

There are two kinds. Draws *of the interval* are from the bootstrap's corrected distribution: their middle 95 % is the printed
interval, doubt about the choice of model included. They are the default where the interval is by bootstrap, so that sums over
strata and the printed ranges of the strata say the same. Draws *of models* take a model by its weight, the log of the missed
from its normal approximation, and a Poisson count around that. They are the default elsewhere, quick, and need no replicates;
but the normal approximation is rough where few people are in two lists, and weights by BIC trust the better model more than
repeated choice does.
"""

from __future__ import annotations

import numpy as np

from litany.estimates.loglinear.bootstrap import Bootstrap
from litany.estimates.loglinear.fit import MOST_UNSEEN, Floats


def of_interval(found: Bootstrap, size: int, random: np.random.Generator) -> Floats:
    """Draws (``size``) at evenly spread shares of the corrected distribution, in random order."""
    drawn = found.quantiles((np.arange(size) + 0.5) / size)
    random.shuffle(drawn)
    return drawn


def of_models(people: int, log_unseen: Floats, error: Floats, shares: Floats, size: int, random: np.random.Generator) -> Floats:
    """Draws (``size``) of all people from M models: logs of the missed, their standard errors and their weights (each M).

    The middle of each model's draws is its estimate: adding half of the variance, as a mean would, is what makes the mean of
    a log-normal run away where a model hardly determines its number. At most `fit.MOST_UNSEEN` are missed.
    """
    model = random.choice(len(shares), size=size, p=shares / shares.sum())
    logs = random.normal(log_unseen[model], error[model])
    rates = np.exp(np.minimum(logs, np.log(MOST_UNSEEN)))
    drawn: Floats = people + random.poisson(rates).astype(np.float64)
    return drawn
