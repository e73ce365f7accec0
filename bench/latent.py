"""How many effective draws a second do the latent classes give, and what do R's LCMCR and the plain Gibbs sampler give?

    python -m bench.latent [--long]

Effective sizes are of the number of all people, after the first fifth of each chain, in two definitions: ArviZ's bulk (of all
chains together, rank-normalised) and, nearest to coda's, that of the mean of each chain alone, added up. R is not called: its
figures are those recorded in ``shared/reference/estimation.json`` and ``shared/research/estimation.md`` (R 4.2.2, LCMCR 0.4.14,
two other cores), and marked so. What is measured in the same run is the peer's algorithm, the Gibbs sampler alone, in our own
code: faster a sweep than R's.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import arviz_stats.base.array
import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from bench import peer_lcmcr
from litany.estimates.captures import Captures, captures
from litany.estimates.convergence import Convergence, convergence
from litany.estimates.latent.estimate import estimate
from litany.estimates.latent.latent_bridge import bridge
from litany.estimates.latent.latent_chains import Chain, streams
from litany.estimates.latent.sampler import Sampled, missed_below, sampled
from litany.estimates.latent.settings import Latent, data_of, most_missed
from litany.estimates.results import Estimate
from tests.estimates.loglinear_tables import KOSOVO, NETHERLANDS, UK5, table

_CHAINS, _THIN = 6, 10
_SWEEPS_OF_R = {"Kosovo": 70_000, "Kosovo, K 15": 47_700, "UK, 5 lists": 73_000, "Netherlands": 59_000}  # a CPU s; recorded
_VERDATA_OF_R = {"Kosovo, K 15": 105}  # CPU seconds for 8,350 effective draws; recorded
_EFFECTIVE_OF_R = {"Kosovo": 118}  # a CPU second, by coda, in 10 chains of 1,010,000 sweeps; recorded


class Rate(Struct, frozen=True):
    """What chains said, the sum of their own effective sizes, all their sweeps, and CPU seconds of them and of their bridge."""

    agreed: Convergence
    own: float
    sweeps: int
    chains: float
    bridge: float


def rate(data: Captures, settings: Latent, sweeps: int, steps: int) -> Rate:
    """Six chains from one bridge, one after the other."""
    asked, began = data_of(data, settings), time.process_time()
    logits, shares, _ = bridge(asked, settings.classes, settings.particles, (1,), 1)
    met = time.process_time()
    apart = len(logits) // _CHAINS
    kept = [
        Chain(logits[at * apart], shares[at * apart], asked, rng).run(sweeps, steps)[0][sweeps // 5 :: _THIN, 1]
        for at, rng in enumerate(streams((1,), _CHAINS, 99))
    ]
    ended = time.process_time()
    drawn = missed_below(np.random.default_rng(1), data.people, np.stack(kept), most_missed(data, settings)) + data.people
    stats = cast(Any, arviz_stats.base.array.array_stats)  # it carries no types
    own = sum(float(stats.ess(chain[None], chain_axis=0, draw_axis=1, method="mean")) for chain in drawn)
    return Rate(convergence(drawn), own, _CHAINS * sweeps, ended - met, met - began)


def rates(sweeps: int) -> None:
    """Effective draws a CPU second, ours and of the Gibbs sampler alone."""
    print(f"effective draws a CPU second of {_CHAINS} chains: bulk; each chain's own, added up; bulk with the bridge's time")
    asked = [("Kosovo", KOSOVO, 10), ("Kosovo, K 15", KOSOVO, 15), ("UK, 5 lists", UK5, 10), ("Netherlands", NETHERLANDS, 10)]
    for name, known, classes in asked:
        data, settings = table(known), Latent(classes=classes)
        ours, gibbs = rate(data, settings, sweeps, settings.steps), rate(data, settings, 2 * sweeps, 0)
        for label, one in (("ours", ours), ("Gibbs alone", gibbs)):
            size = one.agreed.ess_bulk
            told = (
                f"R-hat {one.agreed.rhat:.4f}, {size:,.0f} bulk, {one.own:,.0f} own, {one.sweeps / one.chains:,.0f} sweeps a s"
            )
            each = f"{size / one.chains:7.0f} {one.own / one.chains:7.0f} {size / (one.chains + one.bridge):7.0f}"
            print(f"  {name:12} {label:12} {each}   {told}, {one.chains:.1f} + {one.bridge:.1f} s")
        _against(name, ours, gibbs)


def _against(name: str, ours: Rate, gibbs: Rate) -> None:
    """How many times as many effective draws a CPU second as others."""
    bulk, own = ours.agreed.ess_bulk / ours.chains, ours.own / ours.chains
    alone = f"bulk {bulk * gibbs.chains / gibbs.agreed.ess_bulk:.1f}, own {own * gibbs.chains / gibbs.own:.1f} times"
    print(f"  {name:12} ours over Gibbs alone, same run: {alone}")
    of_r = gibbs.agreed.ess_bulk / gibbs.sweeps * _SWEEPS_OF_R[name]
    told = f"{_SWEEPS_OF_R[name]:,} sweeps a CPU s, recorded): {bulk:.0f} over {of_r:.0f} = {bulk / of_r:.1f} times"
    print(f"  {name:12} ours over Gibbs alone at R's speed (bulk; {told}")
    if name in _EFFECTIVE_OF_R:
        coda = _EFFECTIVE_OF_R[name]
        told = f"coda, {coda} a CPU s, recorded): {own:.0f} over {coda} = {own / coda:.1f} times"
        print(f"  {name:12} ours (own) over R's LCMCR ({told}")
    if name in _VERDATA_OF_R:
        told = f"{8350 / own:.0f} CPU s by chains' own, {8350 / bulk:.0f} by bulk; R {_VERDATA_OF_R[name]} (coda, recorded)"
        print(f"  {name:12} 8,350 effective draws, as verdata asks for, take {told}")


def seeds() -> None:
    """Do runs with other seeds say the same?"""
    print("four seeds each: 2.5 / 50 / 97.5 %")
    for name, known in (("Kosovo", KOSOVO), ("UK, 5 lists", UK5), ("Netherlands", NETHERLANDS)):
        data, medians = table(known), []
        for seed in range(1, 5):
            found = sampled(data, Latent(), seed)
            low, best, high = np.quantile(found.draws, [0.025, 0.5, 0.975])
            cap = most_missed(data, Latent()) or 0
            near = float((found.draws >= 0.99 * (data.people + cap)).mean())
            medians.append(best)
            ends = f"{low:9,.0f} {best:9,.0f} {high:9,.0f}"
            print(f"  {name:12} {seed}: {ends}   R-hat {found.convergence.rhat:.4f}  near cap {near:.2%}")
        print(f"  {name:12} medians apart: {max(medians) / min(medians) - 1:.2%}")


def _timed(label: str, made: Callable[[], Sampled | Estimate]) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    found = made()
    agreed = found.convergence
    told = f"effective {min(agreed.ess_bulk, agreed.ess_tail):,.0f}, R-hat {agreed.rhat:.4f}" if agreed is not None else ""
    print(f"  {label:64} {time.perf_counter() - wall:6.1f} s ({time.process_time() - cpu:.1f} CPU)  {told}")


def costs() -> None:
    """What a run costs, and that it does not grow with the number of people."""
    print("time of a run, by the clock (CPU)")
    data = table(KOSOVO)
    for seed in (1, 2, 3):
        _timed(f"Kosovo with all diagnostics, seed {seed}", partial(estimate, data, seed=seed))
    verdata = Latent(classes=15, least_effective=8350, longest=1_000_000, patience=1_000_000_000)
    _timed("K 15, 8,350 effective draws (R's verdata, recorded: 105 CPU s)", partial(sampled, data, verdata, 1))
    fixed = replace(Latent(), sweeps=2000, longest=2000)
    for times in (1, 1000, 100_000):
        big = captures(data.lists, data.patterns, data.counts * times)
        _timed(f"{big.people:,} people, 2,000 sweeps of {fixed.chains} chains", partial(sampled, big, fixed, 1))


def main() -> None:
    """Run them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="longer chains, for steadier figures")
    long = parser.parse_args().long
    sampled(table(KOSOVO), Latent(sweeps=5, longest=5, particles=16), 0)  # compiled, or read from where that is kept
    rates(200_000 if long else 60_000)
    seeds()
    costs()


if __name__ == "__main__":
    main()
