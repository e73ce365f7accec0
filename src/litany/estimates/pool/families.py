"""Which families of models answer, each under an assumption of its own, and what does each say?

None of the assumptions can be tested by the patterns of the documented: two families that explain them alike may say different
numbers (Link 2003; Aleshin-Guendel, Sadinle and Wakefield 2024). So a family is left out where it gives no number or its
chains disagree, never because another one fits better.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from litany.estimates.captures import Captures
from litany.estimates.convergence import Convergence
from litany.estimates.graphs.estimate import ASSUMPTION as GRAPHS_ASSUMPTION
from litany.estimates.graphs.estimate import Graphs
from litany.estimates.graphs.estimate import estimate as by_graphs
from litany.estimates.latent import beside
from litany.estimates.latent.estimate import ASSUMPTION as CLASSES_ASSUMPTION
from litany.estimates.latent.sampler import sampled
from litany.estimates.latent.settings import Latent
from litany.estimates.pool.shapes import SHAPES, Shape, shaped
from litany.estimates.refusals import Refusal, Why
from litany.estimates.results import Assumed, Candidate, Interval, Sweep

Floats = NDArray[np.float64]
LEVELS = (np.arange(2000) + 0.5) / 2000
_FEW = 1000
MOST_RHAT, LEAST_EFFECTIVE = 1.05, 50.0  # of the latent chains; one family's ends need no more (docs/estimates-coverage.md)
MOST_GRAPH_LISTS = 6  # for seven the 617,675 graphs take seconds
ALIKE = "all people are alike; some pairs of lists depend on each other"
_DIFFER = "people differ in how easily all lists find them, by {}; some pairs of lists depend on each other besides"
SHAPE_ASSUMPTIONS: dict[Shape, str] = {
    "none": ALIKE,
    "Poisson2": _DIFFER.format("an amount with a light tail, few are very hard to see (Poisson2)"),
    "Darroch": _DIFFER.format("a normal amount (Darroch)"),
    "Gamma3.5": _DIFFER.format("an amount with a heavy tail, many are very hard to see (Gamma3.5)"),
}
CLASSES, GRAPHS = "latent classes", "graphs"


class Family(Struct, frozen=True, eq=False):
    """A family's ``points`` of the number of all people at `LEVELS`, none where there is a ``refusal``.

    ``criteria`` say how well it explains the patterns: ``aic`` (of latent classes the Watanabe-Akaike criterion, on the same
    scale). ``expected`` are people in each pattern (2**J - 1, by mask from 1). ``sweeps``: what other priors would make of it.
    """

    name: str
    assumption: str
    points: Floats = np.empty(0)
    refusal: Refusal | None = None
    criteria: Mapping[str, float] = {}
    expected: Floats = np.empty(0)
    convergence: Convergence | None = None
    sweeps: tuple[Sweep, ...] = ()

    def at(self, level: float) -> float:
        """A quantile of a family that has points."""
        return float(np.interp(level, LEVELS, self.points))

    def assumed(self) -> Assumed:
        """The family's points, few enough for a thousand strata."""
        return Assumed(self.name, np.interp((np.arange(_FEW) + 0.5) / _FEW, LEVELS, self.points))

    def candidate(self) -> Candidate:
        """The family by itself, with its own 95 % range."""
        own = Interval(self.at(0.025), self.at(0.5), self.at(0.975)) if len(self.points) else None
        return Candidate(f"{self.name}: {self.assumption}", own, None, self.criteria, self.refusal)


def all_of(table: Captures, latent: Latent | None, seed: int, threads: int | None) -> list[Family]:
    """Every family, told or refused, always in one order; latent classes only with settings for them."""
    families = [by_shape(table, of) for of in SHAPES]
    return families if latent is None else [*families, by_classes(table, latent, seed, threads)]


def by_shape(table: Captures, of: Shape) -> Family:
    """Log-linear models with one shape of how people differ."""
    name = "log-linear" if of == "none" else f"log-linear, {of}"
    found = shaped(table, of)
    if found is None:
        words = "no model of this family has a number: too few overlaps for its coefficients"
        return Family(name, SHAPE_ASSUMPTIONS[of], refusal=Refusal(Why.NO_MAXIMUM, words, "look at the other families"))
    expected = found.expected()
    aic = deviance(table, expected) + 2 * found.models[0].size
    return Family(name, SHAPE_ASSUMPTIONS[of], found.quantiles(LEVELS), None, {"aic": aic}, expected)


def by_classes(table: Captures, settings: Latent, seed: int, threads: int | None) -> Family:
    """Latent classes, if their chains agree."""
    found = sampled(table, settings, seed, threads)
    agreed = found.convergence
    effective = min(agreed.ess_bulk, agreed.ess_tail)
    chances = found.chances.reshape(-1, found.chances.shape[-1])
    expected = np.zeros(2 ** len(table.lists) - 1)
    expected[table.masks - 1] = table.people * chances.mean(axis=0)
    logs = np.log(np.maximum(chances, 1e-300))
    criteria = {
        "aic": deviance(table, expected) + 2 * float(table.counts @ logs.var(axis=0)),
        "rhat": agreed.rhat,
        "effective": effective,
    }
    if agreed.rhat > MOST_RHAT or effective < LEAST_EFFECTIVE:
        medians = ", ".join(f"{median:,.0f}" for median in sorted(agreed.medians))
        refusal = Refusal(
            Why.NOT_CONVERGED,
            f"{agreed.chains} chains do not agree (R-hat {agreed.rhat:.3f}, at most {MOST_RHAT}; effective draws "
            f"{effective:,.0f}, at least {LEAST_EFFECTIVE:,.0f}); their medians are {medians}",
            "let chains be longer",
        )
        return Family(CLASSES, CLASSES_ASSUMPTION, refusal=refusal, criteria=criteria, convergence=agreed)
    swept = beside.sweeps(table, settings, found, seed, threads, caps=False, lists=False) if settings.side else ()
    return Family(CLASSES, CLASSES_ASSUMPTION, np.quantile(found.draws, LEVELS), None, criteria, expected, agreed, swept)


def by_all_graphs(table: Captures, seed: int) -> tuple[Candidate, Sweep]:
    """Graphs, for the eye (their assumption is that of log-linear models in which people are alike), and what other prior
    counts would make of them.
    """
    name = f"{GRAPHS} (beside, not in the range): {GRAPHS_ASSUMPTION}"
    found = by_graphs(table, settings=Graphs(sweeps=False, replicates=0, shown=0), seed=seed)
    deltas = found.sweeps[0].rows if found.sweeps else ()
    return Candidate(name, found.interval, None, {}, found.refusal), Sweep("delta of graphs", deltas)


def deviance(table: Captures, expected: Floats) -> float:
    """How far the patterns are from what is expected of them, as shares of the documented."""
    mean = np.maximum(expected[table.masks - 1], 1e-300) * (table.people / expected.sum())
    return float(2 * (table.counts * np.log(table.counts / mean)).sum())
