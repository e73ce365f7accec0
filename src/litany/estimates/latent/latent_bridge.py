"""Where do chains begin, so that none sits in a mode that the others never see?

A short sequential Monte Carlo run (Del Moral, Doucet and Jasra 2006, "Sequential Monte Carlo samplers", JRSS B 68:411-436) goes
from equal weight for all shares of classes to the posterior. Beginning from the stick-breaking prior instead finds solutions of
one class and stays in them (Netherlands: medians of 53,000 and 96,000 where this finds 142,000).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from litany.estimates.latent.latent_chains import Chain, Seed, side_by_side, streams
from litany.estimates.latent.latent_state import Data, Floats

_KEPT = 0.5  # of the particles' effective number, at each step of temperature
_STEPS = 120  # of each particle at each temperature
_BLOCKS = 8  # of particles, each with its stream: the unit of work of a thread


def bridge(data: Data, classes: int, particles: int, seed: Seed, threads: int | None = None) -> tuple[Floats, Floats, int]:
    """Logits (particles by K by J) and shares (particles by K) about as probable as the posterior says; and in how many steps
    of temperature.
    """
    lists = len(data.patterns)
    first, choosing = streams(seed, 2, 1)
    shares = np.clip(first.dirichlet(np.ones(classes), particles), 1e-200, None)
    chances = first.uniform(1e-12, 1 - 1e-12, (particles, classes, lists))
    logits = np.log(chances / (1 - chances))
    walkers = streams(seed, _BLOCKS, 2)
    workers = [Chain(logits[0], shares[0], data, rng) for rng in walkers]
    blocks = [slice(*ends) for ends in pairwise(np.linspace(0, particles, _BLOCKS + 1).astype(int).tolist())]
    worth, heat, steps = np.empty(particles), 0.0, 0
    _walk(workers, blocks, logits, shares, worth, 0, heat, threads)
    while heat < 1.0:
        warmer = _next_heat(worth, heat)
        chosen = _resampled(choosing, worth, warmer - heat)
        logits, shares, worth, heat = logits[chosen], shares[chosen], worth[chosen], warmer
        _walk(workers, blocks, logits, shares, worth, _STEPS, heat, threads)
        steps += 1
    return logits, shares, steps


def _walk(
    workers: list[Chain],
    blocks: list[slice],
    logits: Floats,
    shares: Floats,
    worth: Floats,
    steps: int,
    heat: float,
    threads: int | None,
) -> None:
    """Move every particle; sets logits, shares and worth in place."""

    def walk(block: int) -> None:
        of = blocks[block]
        workers[block].warm(logits[of], shares[of], worth[of], steps, heat)

    side_by_side(walk, range(len(blocks)), threads)


def _weights(worth: Floats, more: float) -> Floats:
    logs = more * worth
    logs = np.where(np.isfinite(logs), logs, -np.inf)
    weights: Floats = np.exp(logs - logs.max())
    return weights


def _next_heat(worth: Floats, heat: float) -> float:
    """The largest inverse temperature at which half of the particles still count."""

    def counted(target: float) -> float:
        weights = _weights(worth, target - heat)
        return float(weights.sum() ** 2 / (weights**2).sum())

    wanted = min(_KEPT * len(worth), 0.99 * counted(np.nextafter(heat, 1.0)))
    low, high = heat, 1.0
    if counted(high) >= wanted:
        return high
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if counted(middle) >= wanted else (low, middle)
    return max(low, heat + 1e-9)


def _resampled(rng: np.random.Generator, worth: Floats, more: float) -> NDArray[np.intp]:
    """Which particles go on: systematic resampling (Kitagawa 1996)."""
    weights = _weights(worth, more)
    ends = np.cumsum(weights / weights.sum())
    points = (rng.random() + np.arange(len(worth))) / len(worth)
    return np.minimum(np.searchsorted(ends, points), len(worth) - 1)
