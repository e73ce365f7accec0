"""How many people were missed, if some are easier to find than others, in ways that differ from list to list?

The identifying assumption (latent-class model of Manrique-Vallier 2016): people fall into classes; within a class lists find
people independently, each list with a chance of its own; the classes of the missed are among those of the documented. How many
classes there are is averaged over. A class says how easily people are found; it is no group of people that exists anywhere.

Refused where independent chains do not agree (the sampler's worst failure is silent: two runs, two answers), where the range
ends at the cap on the number missed, and where no method could say anything (`refusals.unusable`).
"""

from __future__ import annotations

import numpy as np
from msgspec import to_builtins
from msgspec.structs import replace

from litany.estimates.captures import Captures
from litany.estimates.convergence import LEAST_ESS, MOST_RHAT, Convergence
from litany.estimates.latent import beside
from litany.estimates.latent.fit import pattern_fit
from litany.estimates.latent.sampler import Sampled, sampled
from litany.estimates.latent.settings import Latent, most_missed
from litany.estimates.refusals import Refusal, Why, thin, unusable
from litany.estimates.results import Estimate, interval
from litany.estimates.streams import key_of

METHOD = "latent-classes"
ASSUMPTION = (
    "people fall into classes, and within a class each list finds people with a chance of its own, independently of the other "
    "lists; nobody was beyond the reach of all lists"
)
NEAR_CAP, TOLD_NEAR_CAP = 0.005, 0.0005  # share of draws within one percent of the cap: refused, told
_SHOWN = 500  # draws of each chain, for pictures


def estimate(table: Captures, *, settings: Latent | None = None, seed: int = 0, threads: int | None = None) -> Estimate:
    """The posterior of the number of all people under the latent-class model.

    ``draws`` are the chains one after the other: ``draws.reshape(convergence.chains, convergence.draws)`` are the chains. A
    refused estimate has no interval and no draws; what chains, other caps and other priors said stands in ``convergence`` and
    ``sweeps``. The same table, settings and seed give the same draws, for any number of threads.
    """
    asked = settings or Latent()
    cap = most_missed(table, asked)
    blank = Estimate(
        method=METHOD, assumption=ASSUMPTION, lists=table.lists, documented=table.people, table=table.sha256(), seed=seed,
        settings=to_builtins(asked), cap=None if cap is None else table.people + cap,
    )  # fmt: skip
    refusal = unusable(table) or thin(table)
    if refusal is not None:
        return replace(blank, refusal=refusal)
    found = sampled(table, asked, seed, threads)
    near = _near(found, blank.cap)
    refusal = _disagree(found.convergence) or _capped(found, near, blank.cap)
    rng = np.random.default_rng([*key_of(blank.table, seed), 6])
    return replace(
        blank,
        interval=interval(found.draws) if refusal is None else None,
        refusal=refusal,
        convergence=found.convergence,
        near_cap=near,
        fit=pattern_fit(table, found.chances, asked.replicates, rng) if asked.replicates and found.chances.size else (),
        sweeps=beside.sweeps(table, asked, found, seed, threads, caps=_made_by_cap(refusal), lists=True) if asked.side else (),
        notes=_notes(table, found, near),
        draws=found.draws.ravel() if refusal is None else None,
        chains=found.draws[:, :: max(1, found.draws.shape[1] // _SHOWN)],
    )


def _near(found: Sampled, cap: int | None) -> float | None:
    return None if cap is None else float((found.draws >= 0.99 * cap).mean())


def _disagree(found: Convergence) -> Refusal | None:
    if found.reached:
        return None
    least = min(found.ess_bulk, found.ess_tail)
    medians = ", ".join(f"{median:,.0f}" for median in sorted(found.medians))
    return Refusal(
        Why.NOT_CONVERGED,
        f"{found.chains} independent chains do not agree: R-hat {found.rhat:.3f} (at most {MOST_RHAT}), effective draws "
        f"{least:,.0f} (at least {LEAST_ESS:,.0f}); their medians are {medians}",
        "let chains be longer (`longest`), or ask for fewer `classes`; where neither helps, the lists do not tell",
    )


def _capped(found: Sampled, near: float | None, cap: int | None) -> Refusal | None:
    if near is None or near <= NEAR_CAP:
        return None
    return Refusal(
        Why.CAP_MADE,
        f"{near:.1%} of the draws lie within one percent of {cap:,}, the most people that the setting `cap` allows: the upper "
        "end is the setting's, not the lists'",
        "look at what other caps give; a lower bound can be had from other methods",
    )


def _made_by_cap(refusal: Refusal | None) -> bool:
    return refusal is not None and refusal.why == Why.CAP_MADE


def _notes(table: Captures, found: Sampled, near: float | None) -> tuple[str, ...]:
    told = []
    if near is not None and TOLD_NEAR_CAP < near <= NEAR_CAP:
        told.append(f"{near:.2%} of the draws lie within one percent of the most people that the setting `cap` allows")
    if len(table.lists) == 3:
        told.append("three lists have seven patterns: they tell two classes at best, and the prior does the rest")
    if found.convergence.rhat > MOST_RHAT:
        told.append(f"chains of {found.sweeps:,} sweeps each did not agree")
    return tuple(told)
