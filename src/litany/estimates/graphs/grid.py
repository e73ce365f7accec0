"""How is a distribution over whole numbers, from none to millions of millions, summed exactly enough at a few hundred?

The numbers are cut into blocks between nodes. Small numbers are nodes themselves; further out a block grows with its number,
and where a density has a narrow peak it shrinks with the peak. A block's mass follows the Euler-Maclaurin formula: exact for
blocks of one, and elsewhere good to the fourth power of the block over the peak's width. So ten million people cost what ten
thousand do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Wholes = NDArray[np.int64]

EXACT = 64  # numbers up to here are nodes themselves
NEAR, FAR = 0.02, 0.08  # a block over its number, below and above ``turn`` in `nodes`
FINE = 8.0  # blocks in the standard deviation of a peak
REACH = 9.0  # standard deviations of a peak that get fine blocks


def nodes(least: int, most: int, turn: int) -> Wholes:
    """Nodes from ``least`` to ``most``: every number up to `EXACT`, then geometric, more loosely after ``turn``."""
    small = np.arange(least, min(most, least + EXACT) + 1)
    parts = [small.astype(np.float64)]
    start = float(small[-1])
    for end, ratio in ((min(most, turn), NEAR), (most, FAR)):
        if end > start > 0:
            parts.append(np.geomspace(start, end, 2 + int(np.log(end / start) / ratio)))
            start = float(end)
    return np.unique(np.append(np.rint(np.concatenate(parts)).astype(np.int64), most))


def refined(base: Wholes, modes: Reals, spreads: Reals) -> Wholes:
    """The same nodes, and finer ones around peaks (modes and standard deviations)."""
    fine = spreads < FINE * FAR * np.maximum(modes, 1)  # wider peaks are resolved as it is
    modes, spreads = modes[fine], spreads[fine]
    if not len(modes):
        return base
    order = np.argsort(-spreads, kind="stable")
    modes, spreads = modes[order], spreads[order]
    low, high = (np.clip(modes + side * REACH * spreads, base[0], base[-1]) for side in (-1, 1))
    ends = np.concatenate([low[-200:], high[-200:]]).astype(np.int64)  # the narrowest get blocks of their own
    cut = np.unique(np.concatenate([base, ends]))
    width = np.full(len(cut) - 1, np.inf)
    first = np.maximum(np.searchsorted(cut, low, "right") - 1, 0)
    last = np.searchsorted(cut, high, "left")
    for start, end, spread in zip(first.tolist(), last.tolist(), spreads.tolist(), strict=True):
        width[start:end] = spread  # widest first: the narrowest stands
    gap = np.diff(cut)
    times = np.ceil(np.minimum(gap, np.maximum(1, gap * FINE / width))).astype(np.int64)
    at = np.repeat(cut[:-1], times)
    step = np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times)
    inner = at + (step * (np.repeat(gap, times) / np.repeat(times, times))).astype(np.int64)
    return np.unique(np.append(inner, cut[-1]))


def block_weights(at: Wholes) -> Reals:
    """What to multiply a density at the nodes by so that the products add up to the sum over all whole numbers from the first
    node to the last: the Euler-Maclaurin formula with the derivatives of a parabola through a node and its neighbours.
    """
    size = len(at)
    gap = np.diff(at).astype(np.float64)
    weight = np.ones(size)
    if size < 3:
        return weight if size == 1 else np.full(2, (gap[0] + 1) / 2)
    weight[1:-1] = (gap[:-1] + gap[1:]) / 2
    weight[[0, -1]] = (gap[[0, -1]] + 1) / 2
    bend = np.append(gap**2 - 1, 0.0) / 12 - np.insert(gap**2 - 1, 0, 0.0) / 12  # what each node's derivative counts
    left, right = gap[:-1], gap[1:]
    inner = bend[1:-1]
    weight[:-2] -= inner * right / (left * (left + right))
    weight[1:-1] += inner * (right - left) / (left * right)
    weight[2:] += inner * left / (right * (left + right))
    weight[0], weight[1] = weight[0] - bend[0] / gap[0], weight[1] + bend[0] / gap[0]
    weight[-1], weight[-2] = weight[-1] + bend[-1] / gap[-1], weight[-2] - bend[-1] / gap[-1]
    return weight


def block_masses(at: Wholes, density: Reals) -> Reals:
    """The mass (M) of each block: the whole numbers after the node before, up to the node. Adds up as `block_weights` does."""
    mass = density.copy()
    if len(at) > 1:
        gap = np.diff(at).astype(np.float64)
        slope = np.gradient(density, at.astype(np.float64))
        mass[1:] = (gap * (density[:-1] + density[1:]) + density[1:] - density[:-1]) / 2 - (gap**2 - 1) / 12 * np.diff(slope)
    return np.maximum(mass, 0.0)


def quantiles(at: Wholes, density: Reals, shares: Reals) -> Wholes:
    """The smallest numbers below or at which at least ``shares`` of the mass lie; in a block the density is a straight line."""
    grown = np.cumsum(block_masses(at, density))
    grown /= grown[-1]
    block = np.minimum(np.searchsorted(grown, shares, "left"), len(at) - 1)
    before = np.where(block > 0, grown[block - 1], 0.0)
    inside = np.clip((shares - before) / np.where(grown[block] > before, grown[block] - before, 1.0), 0.0, 1.0)
    one, other = density[np.maximum(block - 1, 0)], density[block]
    steep = one + np.sqrt(one**2 + (other**2 - one**2) * inside)
    inside = np.where(steep > 0, inside * (one + other) / np.where(steep > 0, steep, 1.0), inside)
    start = np.where(block > 0, at[block - 1], at[0] - 1)
    gap = at[block] - start
    return np.asarray(start + np.clip(np.ceil(inside * gap - 1e-9), 1, gap).astype(np.int64))


def mean(at: Wholes, density: Reals) -> float:
    """The mean of the whole numbers from the first node to the last (``density`` at the nodes, in any scale)."""
    weight = block_weights(at)
    return float((weight * at) @ density / (weight @ density))
