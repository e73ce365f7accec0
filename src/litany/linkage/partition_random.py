"""Where do the random numbers of the partition sampler come from?

From splitmix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA): a counter and a mixing
function. Each component has a stream of its own, seeded by what the component contains, so that neither threads nor the order
of the input can change a draw; numba's own generator keeps one state a thread and cannot promise that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from litany.linkage.partition_compiled import bare

Words = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_UNIT = 2.0**-53


def mix(words: Words) -> Words:
    """Each 64-bit word, scrambled: every bit of the input sways every bit of the output. Takes an array (numpy wraps
    around).
    """
    words = words + _GOLDEN
    words = (words ^ (words >> _30)) * _FIRST
    words = (words ^ (words >> _27)) * _SECOND
    return words ^ (words >> _31)


# The same for one word, inside compiled code.
mixed = cast(Callable[[np.uint64], np.uint64], njit(cache=True)(mix))


@bare
def uniform(state: Words) -> float:
    """The next number in [0, 1) of the stream; ``state`` is its one word, which moves on."""
    word = mixed(state[0])
    state[0] += _GOLDEN
    return float((word >> _11) * _UNIT)


@bare
def below(state: Words, end: int) -> int:
    """A whole number in [0, end). The bias is below end / 2**53."""
    return min(int(uniform(state) * end), end - 1)


@bare
def chosen(state: Words, weights: NDArray[np.float64], count: int) -> int:
    """One of ``count`` choices with log weights ``weights``; -inf is never chosen. At least one must be finite."""
    most = weights[0]
    for place in range(1, count):
        most = max(most, weights[place])
    total = 0.0
    for place in range(count):
        total += np.exp(weights[place] - most)
    left, last = uniform(state) * total, 0
    for place in range(count):
        part = np.exp(weights[place] - most)
        if part > 0.0:
            last, left = place, left - part
            if left < 0.0:
                break
    return last
