"""What do independent chains say of the number of all people, and do they agree?"""

from __future__ import annotations

from functools import partial

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from litany.estimates.captures import Captures
from litany.estimates.convergence import MOST_RHAT, Convergence, convergence
from litany.estimates.latent.latent_bridge import bridge
from litany.estimates.latent.latent_chains import EVERY, Chain, Seed, side_by_side, streams
from litany.estimates.latent.latent_state import Floats
from litany.estimates.latent.settings import Latent, data_of, most_missed
from litany.estimates.streams import key_of

_DROPPED, _MOST_DROPPED = 0.2, 10_000  # of each chain, at its beginning: a share, and sweeps at most
_KEPT = 4000  # sweeps of a chain whose draws are kept, at most: evenly spaced


class Sampled(Struct, frozen=True, eq=False):
    """``draws`` of the number of all people (chains by draws), the expected share of each pattern among the seen at some of
    their sweeps (``chances``: chains by sweeps by P), ``convergence``, sweeps of a chain, the bridge's steps of temperature.
    """

    draws: Floats
    chances: Floats
    convergence: Convergence
    sweeps: int
    temperatures: int


def sampled(
    table: Captures, settings: Latent, seed: int, threads: int | None = None, start: tuple[Floats, Floats] | None = None
) -> Sampled:
    """Run the bridge and the chains until they agree or are long enough; whether they agree, `convergence` says.

    ``start`` are logits (particles by K by J) and shares (particles by K) of a like table, from which chains then begin without
    a bridge. The draws are the same for any number of threads.
    """
    data, key = data_of(table, settings), key_of(table.sha256(), seed)
    if start is None:
        logits, shares, temperatures = bridge(data, settings.classes, settings.particles, key, threads)
    else:
        (logits, shares), temperatures = start, 0
    (choosing,) = streams(key, 1, 3)
    begin = choosing.choice(len(logits), settings.chains, replace=len(logits) < settings.chains)
    chains = [
        Chain(logits[one], shares[one], data, rng) for one, rng in zip(begin, streams(key, settings.chains, 4), strict=True)
    ]
    kept, chances = np.empty((settings.chains, 0)), np.empty((settings.chains, 0, len(table.counts)))
    longest = min(settings.longest, max(settings.sweeps, settings.patience // (len(table.counts) * settings.chains)))
    sweeps = min(settings.sweeps, longest)
    while True:
        more = side_by_side(partial(Chain.run, sweeps=sweeps, steps=settings.steps), chains, threads)
        kept = np.concatenate([kept, np.stack([odds[:, 1] for odds, _ in more])], axis=1)
        chances = np.concatenate([chances, np.stack([part for _, part in more])], axis=1)
        draws = _drawn(table, kept, most_missed(table, settings), key)
        agreed = convergence(draws)
        done = agreed.rhat <= MOST_RHAT and min(agreed.ess_bulk, agreed.ess_tail) >= settings.least_effective
        if done or kept.shape[1] >= longest:
            later = chances[:, _dropped(kept.shape[1]) // EVERY :]
            return Sampled(draws, later, agreed, kept.shape[1], temperatures)
        sweeps = min(_more(kept.shape[1], agreed, settings.least_effective), longest - kept.shape[1])


def _more(sweeps: int, agreed: Convergence, wanted: float) -> int:
    """How many more sweeps: half as many again, or fewer where only effective draws are missing, and not many of them."""
    effective = min(agreed.ess_bulk, agreed.ess_tail)
    share = 0.5
    if agreed.rhat <= MOST_RHAT and effective > 0:
        share = min(share, max(0.1, 1.1 * (wanted / effective - 1)))
    return int(share * sweeps) + 1


def _dropped(sweeps: int) -> int:
    return min(int(_DROPPED * sweeps), _MOST_DROPPED)


def _drawn(table: Captures, kept: Floats, cap: int | None, key: Seed) -> Floats:
    """The number of all people at evenly spaced sweeps: the documented and a negative binomial number of others."""
    first = _dropped(kept.shape[1])
    places = np.unique(np.linspace(first, kept.shape[1] - 1, min(_KEPT, kept.shape[1] - first)).astype(int))
    (rng,) = streams(key, 1, 5)
    return table.people + missed_below(rng, table.people, kept[:, places], cap)


def missed_below(rng: np.random.Generator, people: int, odds: Floats, cap: int | None) -> NDArray[np.float64]:
    """Negative binomial numbers missed, drawn again where they are above the cap (and set to it where that never ends)."""
    missed = rng.poisson(rng.gamma(people, odds)).astype(np.float64)
    if cap is None:
        return missed
    for _ in range(1000):
        above = missed > cap
        if not above.any():
            return missed
        missed[above] = rng.poisson(rng.gamma(people, odds[above]))
    return np.minimum(missed, cap)
