"""Does the model explain the patterns that were seen?"""

from __future__ import annotations

import numpy as np

from litany.estimates.captures import Captures
from litany.estimates.latent.latent_state import Floats
from litany.estimates.results import PatternFit


def pattern_fit(table: Captures, chances: Floats, replicates: int, rng: np.random.Generator) -> tuple[PatternFit, ...]:
    """Posterior predictive counts of each pattern seen (``chances``: chains by draws by P), as many people as were seen.

    Patterns that nobody has, together, are the last row: a model that expects many there misses a dependence.
    """
    flat = chances.reshape(-1, chances.shape[-1])
    chosen = flat[np.linspace(0, len(flat) - 1, min(replicates, len(flat))).astype(int)]
    rest = np.clip(1.0 - chosen.sum(axis=1), 0.0, 1.0)
    cells = np.column_stack([chosen, rest])
    drawn = rng.multinomial(table.people, cells / cells.sum(axis=1, keepdims=True))
    labels = [table.label(row) for row in range(len(table.counts))] + ["(patterns that nobody has)"]
    observed = [*table.counts.tolist(), 0]
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    rows = []
    for place, (label, count) in enumerate(zip(labels, observed, strict=True)):
        below, above = float((drawn[:, place] <= count).mean()), float((drawn[:, place] >= count).mean())
        expected = float(cells[:, place].mean() * table.people)
        unusual = min(1.0, 2 * min(below, above))
        rows.append(PatternFit(label, int(count), expected, float(low[place]), float(high[place]), unusual))
    return tuple(rows[:-1] if len(table.counts) == 2 ** len(table.lists) - 1 else rows)
