"""Over all decomposable graphs and all numbers missed: what is believed after seeing the patterns?

The prior is uniform over graphs and proportional to 1/N over all people N. Graph and number missed are normalised together, by
log-sum-exp. Graphs that could not hold a millionth of a millionth of the whole are left out of the fine grid.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from litany.estimates.captures import Captures
from litany.estimates.graphs.decomposable import Decomposable, decomposable
from litany.estimates.graphs.grid import EXACT, NEAR, block_weights, mean, nodes, quantiles, refined
from litany.estimates.graphs.margins import Margins, log_evidence, margins, peaks

Reals = NDArray[np.float64]
NEGLIGIBLE = np.log(1e-12)
TURN = 30  # missed for each documented from where the grid is looser
THIN = 3  # one node in so many is enough to find the peaks
SHARP = THIN * NEAR / 2  # a peak's standard deviation in log n0
ROWS = 2048  # graphs at a time, so that memory stays small


class Posterior(Struct, frozen=True, eq=False):
    """What is believed of (graph, number missed).

    ``missed`` (M) are the nodes of the grid, ``density`` (M) the probability of each, ``weights`` (G, as in ``graphs``) the
    probability of each graph, ``beyond`` the share of the mass that lies beyond the last node, going by how the density falls
    there (1 where it falls too slowly to have a sum).
    """

    graphs: Decomposable
    margins: Margins
    missed: NDArray[np.int64]
    density: Reals
    weights: Reals
    beyond: float

    def people(self, shares: Reals) -> Reals:
        """Quantiles of the number of all people, averaged over graphs; with random shares, independent draws."""
        return self._people(self.density, shares)

    def people_under(self, graphs: NDArray[np.int64], shares: Reals) -> Reals:
        """Quantiles of the number of all people under each of some graphs alone (their number by S, or by a row of S each)."""
        log = log_density(self.margins, self.graphs, self.missed.astype(np.float64), graphs)
        rows = np.broadcast_to(shares, (len(graphs), np.shape(shares)[-1]))
        density = np.exp(log - log.max(axis=1, keepdims=True))
        return np.array([self._people(one, row) for one, row in zip(density, rows, strict=True)]).reshape(rows.shape)

    def mean(self) -> float:
        """The mean number of all people (up to the end of the grid: a heavy tail may have none)."""
        return self.margins.people + mean(self.missed, self.density)

    def _people(self, density: Reals, shares: Reals) -> Reals:
        return (self.margins.people + quantiles(self.missed, density, shares)).astype(np.float64)


def posterior(table: Captures, delta: float, least: int, most: int) -> Posterior:
    """The posterior of a table of 2 to 7 lists with prior count ``delta`` (> 0) a cell, for ``least`` to ``most`` missed."""
    graphs, seen = decomposable(len(table.lists)), margins(table, delta)
    base = nodes(least, most, TURN * max(table.people, 1))
    rows, modes, spreads = _kept(seen, graphs, base)
    at = refined(base, modes, spreads)
    each, total, top, weight = np.zeros(len(graphs)), np.zeros(len(at)), -np.inf, block_weights(at)
    for start in range(0, len(rows), ROWS):
        part = rows[start : start + ROWS]
        log = log_density(seen, graphs, at.astype(np.float64), part)
        new = max(top, float(log.max()))
        each, total, top = each * np.exp(top - new), total * np.exp(top - new), new
        density = np.exp(log - top)
        each[part] = np.maximum(density @ weight, 0.0)
        total += density.sum(axis=0)
    whole = each.sum()
    return Posterior(graphs, seen, at, total / whole, each / whole, _beyond(at, total))


def log_density(of: Margins, graphs: Decomposable, missed: Reals, rows: NDArray[np.int64] | slice | None = None) -> Reals:
    """Evidence times prior, up to a constant, in logs: graphs by numbers missed."""
    return log_evidence(of, graphs, missed, rows) - np.log(of.people + missed)


def _kept(of: Margins, graphs: Decomposable, base: NDArray[np.int64]) -> tuple[NDArray[np.int64], Reals, Reals]:
    """Which graphs could hold any mass, and where their peaks are, so that the grid can follow them."""
    far = int(np.searchsorted(base, EXACT)) + 1
    base = np.unique(np.concatenate([base[:far], base[far::THIN], base[-1:]]))
    missed = base.astype(np.float64)
    wide = np.log(np.gradient(missed)) if len(base) > 1 else np.zeros(1)
    first = int(np.searchsorted(base, EXACT)) + 1  # before it, each number is a node
    score = np.empty(len(graphs))
    mode, spread, height, gain = (np.full(len(graphs), np.nan) for _ in range(4))
    for start in range(0, len(graphs), ROWS):
        rows = slice(start, start + ROWS)
        log = log_density(of, graphs, missed, rows)
        score[rows] = (log + wide).max(axis=1)
        if first + 1 < len(base):
            mode[rows], spread[rows], height[rows], gain[rows] = _parabola(np.log(missed[first - 1 :]), log[:, first - 1 :])
    under = height + mode + np.log(2.5 * spread)  # the mass below a peak, in logs
    blunt = spread >= SHARP
    score[blunt] = np.maximum(score[blunt], under[blunt])
    # A peak too narrow for a parabola through the nodes is looked for, unless even three times the parabola's height over its
    # node would leave the graph out.
    sharp = np.flatnonzero((spread < SHARP) & (under + 2 * gain > score.max() + NEGLIGIBLE))
    for start in range(0, len(sharp), ROWS):
        part = sharp[start : start + ROWS]
        peak = peaks(of, graphs, part, np.exp(mode[part]))
        mode[part], spread[part] = np.log(peak.mode), peak.spread / peak.mode
        height[part] = peak.height - np.log(of.people + peak.mode)
        score[part] = np.fmax(score[part], height[part] + mode[part] + np.log(2.5 * spread[part]))
    there = np.isfinite(mode) & (mode < np.log(missed[-1]))
    kept = np.flatnonzero(score > score.max() + NEGLIGIBLE)
    fine = kept[there[kept]]
    return kept, np.exp(mode[fine]), np.exp(mode[fine]) * spread[fine]


def _parabola(place: Reals, log: Reals) -> tuple[Reals, Reals, Reals, Reals]:
    """Mode, spread, height, and height over the node, of the parabola through the highest node of each row and its neighbours;
    NaN at an end.
    """
    row = np.arange(len(log))
    best = np.clip(log.argmax(axis=1), 1, len(place) - 2)
    left, right = place[best] - place[best - 1], place[best + 1] - place[best]
    down, up = (log[row, best] - log[row, best - 1]) / left, (log[row, best + 1] - log[row, best]) / right
    bend, slope = 2 * (up - down) / (left + right), (down * right + up * left) / (left + right)
    inside = (down >= 0) & (up <= 0) & (bend < 0)
    bend = np.where(inside, bend, -1.0)
    gain = -(slope**2) / bend / 2
    found = [place[best] - slope / bend, 1 / np.sqrt(-bend), log[row, best] + gain, gain]
    return tuple(np.where(inside, one, np.nan) for one in found)  # type: ignore[return-value]


def _beyond(at: NDArray[np.int64], density: Reals) -> float:
    """The share beyond the last node of a density that goes on to fall by the power of n0 with which it falls at the end."""
    if len(at) < 3 or at[-2] <= EXACT:
        return 0.0
    end, last, before = float(at[-1]), float(density[-1]), float(density[-2])
    octave = last * end / float(block_weights(at) @ density)
    if octave < 1e-10 or before <= 0:  # nothing there but the rounding of logarithms
        return 0.0
    power = np.log(last / before) / np.log(at[-1] / at[-2])
    if power >= -1:
        return 1.0
    rest = octave / (-power - 1)
    return float(rest / (1 + rest))
