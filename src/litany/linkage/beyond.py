"""How many true pairs are not among those looked at, and how many people does that split?

Three kinds: pairs that agree on too little for anybody to look at (below the floor), pairs that no key reached, and pairs cut
out of huge components. What the weights expect of them is summed over agreement patterns, those that no key reached from a
random sample of them, and corrected by how far the weights are off (`litany.linkage.trust`). What the keys missed can also be
learned from the keys themselves (`litany.linkage.recall`); where the sample is too small a part of the pairs, only so.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from litany.linkage import em
from litany.linkage.draws import Draws
from litany.linkage.em import Pairs, Weights
from litany.linkage.engine import Candidates
from litany.linkage.recall import Recall
from litany.linkage.trust import BELOW, ZONES, zones

Floats = NDArray[np.float64]
LEAST_SAMPLED = 0.02  # of the pairs that no key reached: with less, one sampled pair would stand for more than 50


class Beyond(Struct, frozen=True):
    """What the drawn weights expect of pairs that are not looked at. ``reached`` (outer, Z): of those that a key reached,
    ``unreached`` (outer, Z): of those that none did; both by zone of log odds. ``sampled``: the share of the latter that the
    random sample has.
    """

    reached: Floats
    unreached: Floats
    sampled: float

    @property
    def hidden(self) -> Floats:
        """(Z) true pairs expected, on average over the weights."""
        return np.asarray((self.reached + self.unreached).mean(axis=0))


def expected(
    weights: Weights, drawn: list[Weights], candidates: Candidates, counted: Pairs, pairs: Candidates, seed: int
) -> Beyond:
    """``candidates``: all that a key reached; ``counted``: what was learned from, with a random sample of the others;
    ``pairs``: what is looked at.
    """
    source = np.random.default_rng([seed, 11])
    rest = max(counted.total - float(len(candidates)), 0.0)
    sampled = float(counted.random_counts.sum())
    scale = rest / sampled if sampled else 0.0
    counts, looked_at = candidates.counts().astype(np.float64), pairs.counts().astype(np.float64)
    zone, random_zone, known_zone = (zones(weights.odds(of)) for of in (candidates.patterns, counted.random, pairs.patterns))
    reached, unreached = np.empty((len(drawn), ZONES)), np.empty((len(drawn), ZONES))
    for number, one in enumerate(drawn):
        near = _sums(one, candidates.patterns, counts, zone)
        far = _sums(one, counted.random, source.gamma(counted.random_counts) * scale, random_zone)
        known = _sums(one, pairs.patterns, looked_at, known_zone)
        reached[number] = np.maximum(near - known, 0.0)
        unreached[number] = np.maximum(far - np.maximum(known - near, 0.0), 0.0)
    return Beyond(reached, unreached, sampled / rest if rest else 1.0)


def _sums(weights: Weights, patterns: NDArray[np.int8], counts: Floats, zone: NDArray[np.int64]) -> Floats:
    return np.asarray(np.bincount(zone, em.probability(weights.odds(patterns)) * counts, minlength=ZONES))


def missed(beyond: Beyond, discrepancy: Floats, draws: Draws, reach: Recall | None, inner: int, seed: int) -> NDArray[np.int64]:
    """(draws) how many people more the rows seem to be of, in each draw, because true pairs were not looked at.

    ``discrepancy`` (outer, Z): what is to be added to log odds in each zone. What no key reached is told in two ways: what the
    keys say is weighed by how well it fits the sample; where they say nothing, the sample speaks alone, if it is large enough.
    """
    source = np.random.default_rng([seed, 7])
    more = np.exp(discrepancy)
    far = beyond.unreached * more
    pairs = (beyond.reached * more).sum(axis=1) + far[:, :BELOW].sum(axis=1)
    likely = far[:, BELOW:].sum(axis=1)
    if beyond.sampled == 1.0:
        pairs += likely
    elif reach is not None and told(reach):
        pairs += _fitting(reach.missed_draws.astype(np.float64), likely * beyond.sampled, beyond.sampled, source)
    elif beyond.sampled >= LEAST_SAMPLED:
        pairs += source.gamma(likely * beyond.sampled + 0.5) / beyond.sampled  # Poisson, Jeffreys' prior
    splits = np.repeat(pairs * _splits_by_pair(draws, inner), inner)
    made = source.poisson(np.minimum(splits, draws.size))
    return np.asarray(np.minimum(made, draws.number_of_clusters() - 1), np.int64)


def _fitting(said: Floats, seen: Floats, sampled: float, source: np.random.Generator) -> Floats:
    """One of the numbers ``said`` for each outer draw, the more likely the better a sample of the share ``sampled`` would show
    as many as were ``seen`` (outer): importance resampling with a Poisson likelihood.
    """
    expected = said * sampled + 1e-3
    chosen = []
    for number in seen:
        fit = number * np.log(expected) - expected
        weight = np.exp(fit - fit.max())
        chosen.append(source.choice(said, p=weight / weight.sum()))
    return np.asarray(chosen)


def told(reach: Recall | None) -> bool:
    """Is it known from the keys how many true pairs none reached? Where more were missed than found, that is a guess."""
    return reach is not None and reach.trusted and reach.missed <= reach.found


def _splits_by_pair(draws: Draws, inner: int) -> Floats:
    """(outer) how many clusters more one lost pair makes: a bad row of a cluster of s loses its s - 1 pairs together."""
    made = np.ones(len(draws) // inner)
    for number in range(len(made)):
        sizes = np.bincount(draws.labels_of(number * inner), minlength=1).astype(np.float64)
        pairs = float((sizes * (sizes - 1)).sum())
        if pairs:
            made[number] = sizes[sizes > 1].sum() / pairs
    return made
