"""How do chains run, and what do they leave behind?

A chain is a state with a random stream of its own, so that neither the number of threads nor their order can change a draw.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from litany.estimates.latent.latent_compiled import stamped, written_out
from litany.estimates.latent.latent_gibbs import Desk, gibbs_sweep, new_desk
from litany.estimates.latent.latent_moves import Room, new_room, small_steps
from litany.estimates.latent.latent_state import Data, Floats, State, fill_classes, missing_odds, new_state, set_now, set_totals

Seed = tuple[int, ...]  # what a user asked for, and what the table is: tables of one case share the first
_Given = TypeVar("_Given")
_Asked = TypeVar("_Asked")


EVERY = 10  # sweeps, of which the chances of patterns are kept once


@written_out
def _copy(values: Floats, into: Floats) -> None:
    """As ``into[:] = values`` would, which takes a second longer to compile: it can say how the shapes of arrays differ."""
    for at in range(values.shape[0]):
        into[at] = values[at]


@written_out
def _copy_rows(values: Floats, into: Floats) -> None:
    for at in range(values.shape[0]):
        for place in range(values.shape[1]):
            into[at, place] = values[at, place]


@njit(cache=True, nogil=True)
def _sweeps(
    rng: np.random.Generator,
    steps: int,
    gibbs: int,
    state: State,
    data: Data,
    room: Room,
    desk: Desk,
    kept: Floats,
    chances: Floats,
) -> None:
    """As many sweeps at the posterior as ``kept`` has rows: a Gibbs sweep (``gibbs`` 1, else none) and small steps."""
    for sweep in range(kept.shape[0]):
        if gibbs:
            gibbs_sweep(rng, state, data, desk)
        else:
            fill_classes(state, data)  # as the Gibbs sweep does: of small steps, rounding adds up
        small_steps(rng, steps, 1.0, state, data, room)
        set_totals(state)
        set_now(state, data)
        kept[sweep, 0], kept[sweep, 1] = state.now[0], missing_odds(state.weights, state.unseen)
        if sweep % EVERY == EVERY - 1:
            _copy(state.totals, chances[sweep // EVERY])


stamped(_sweeps)


@njit(cache=True, nogil=True)
def _warm(
    rng: np.random.Generator,
    steps: int,
    heat: float,
    logits: Floats,
    shares: Floats,
    worth: Floats,
    state: State,
    data: Data,
    room: Room,
) -> None:
    """Small steps of each of many particles at an inverse temperature."""
    for one in range(logits.shape[0]):
        _copy_rows(logits[one], state.logits)
        _copy(shares[one], state.shares)
        fill_classes(state, data)
        set_totals(state)
        set_now(state, data)
        small_steps(rng, steps, heat, state, data, room)
        set_totals(state)
        set_now(state, data)
        _copy_rows(state.logits, logits[one])
        _copy(state.shares, shares[one])
        worth[one] = state.now[0] + state.now[1] + state.now[2]


stamped(_warm)


class Chain:
    """A state with its random stream; runs in place."""

    def __init__(self, logits: Floats, shares: Floats, data: Data, rng: np.random.Generator) -> None:
        self.state, self._data, self._rng = new_state(logits, shares, len(data.counts)), data, rng
        self._room, self._desk = new_room(self.state), new_desk(self.state)
        self.warm(self.state.logits[None], self.state.shares[None], np.empty(1), 0, 1.0)

    def run(self, sweeps: int, steps: int, gibbs: bool = True) -> tuple[Floats, Floats]:
        """Log likelihood and odds of being missed after each sweep (sweeps by 2), and the probability of each pattern among the
        seen after every tenth.
        """
        kept, chances = np.empty((sweeps, 2)), np.empty((sweeps // EVERY, len(self._data.counts)))
        _sweeps(self._rng, steps, int(gibbs), self.state, self._data, self._room, self._desk, kept, chances)
        return kept, chances

    def warm(self, logits: Floats, shares: Floats, worth: Floats, steps: int, heat: float) -> None:
        """Move particles (``logits`` B by K by J, ``shares`` B by K) in place by small steps at an inverse temperature;
        ``worth`` (B) becomes the log likelihood, prior of shares and cap of each together. The chain is left where the last is.
        """
        self.state.deep[:] = len(self.state.shares), 0.0, 0.0, 0.0
        _warm(self._rng, steps, heat, logits, shares, worth, self.state, self._data, self._room)


def side_by_side(function: Callable[[_Asked], _Given], asked: Sequence[_Asked], threads: int | None = None) -> list[_Given]:
    """The function of each, on several threads (compiled code runs at once); the results in the order of what was asked."""
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        return list(pool.map(function, asked))


def streams(seed: Seed, count: int, purpose: int) -> list[np.random.Generator]:
    """Random streams by place: the same seed, purpose and place give the same stream."""
    made = np.random.SeedSequence([*seed, purpose]).spawn(count)
    return [np.random.Generator(np.random.PCG64(one)) for one in made]


def as_patterns(patterns: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Patterns (P by J) as compiled code takes them (J by P)."""
    return np.ascontiguousarray(patterns.T, dtype=np.int64)
