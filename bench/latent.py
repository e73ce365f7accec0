"""How many effective draws a second do the latent classes give, and what do R's LCMCR and the plain Gibbs sampler give?

    R_LIBS=... python -m bench.latent [--long]

Effective sizes are of the number of all people, after the beginning of each chain, in two definitions: ArviZ's bulk (of all
chains together, rank-normalised) and, nearest to coda's, that of the mean of each chain alone, added up. R is called where it
has LCMCR (`bench.peer_lcmcr`), with chains of half a million sweeps: its effective size differs much by seed. Where it has
not, its figures are recorded ones, by the same definitions, and marked so. The Gibbs sampler alone is the peer's algorithm in
our own code. One sampler's chains can by chance miss a rare mode, and then seem to be better: ``--long`` runs 24 of each.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial

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

_THIN = 10
_ASKED = (("Kosovo", KOSOVO, 10), ("Kosovo, K 15", KOSOVO, 15), ("UK, 5 lists", UK5, 10), ("Netherlands", NETHERLANDS, 10))
RECORDED = {  # bulk, own a CPU second: chains of 500,000 sweeps of LCMCR 0.4.14, R 4.2.2, two cores
    "Kosovo": (74.6, 101.7),  # 24 chains, R-hat 1.003; 54 to 134 by six
    "Kosovo, K 15": (44.3, 75.8),  # 24 chains, R-hat 1.004
    "UK, 5 lists": (2.4, 127.9),  # 24 chains, R-hat 1.047; 17 to 168 by six
    "Netherlands": (0.2, 98.6),  # 24 chains, R-hat 1.6
}


class Rate(Struct, frozen=True):
    """What chains said, the sum of their own effective sizes, all their sweeps, and CPU seconds of them and of their bridge."""

    agreed: Convergence
    own: float
    sweeps: int
    chains: float
    bridge: float


def rate(data: Captures, settings: Latent, sweeps: int, steps: int) -> Rate:
    """As many chains as the settings say from one bridge, one after the other."""
    asked, began = data_of(data, settings), time.process_time()
    logits, shares, _ = bridge(asked, settings.classes, settings.particles, (1,), 1)
    met = time.process_time()
    apart = len(logits) // settings.chains
    kept = [
        Chain(logits[at * apart], shares[at * apart], asked, rng).run(sweeps, steps)[0][min(sweeps // 5, 10_000) :: _THIN, 1]
        for at, rng in enumerate(streams((1,), settings.chains, 99))
    ]
    ended = time.process_time()
    drawn = missed_below(np.random.default_rng(1), data.people, np.stack(kept), most_missed(data, settings)) + data.people
    own = peer_lcmcr.mean_sizes(drawn)
    return Rate(convergence(drawn), own, settings.chains * sweeps, ended - met, met - began)


def rate_of_peer(data: Captures, settings: Latent) -> Rate:
    """R's LCMCR, which starts its chains without a bridge."""
    draws, seconds = peer_lcmcr.drawn(data, settings.classes, peer_lcmcr.SWEEPS, 50, settings.chains, 1)
    return Rate(convergence(draws), peer_lcmcr.mean_sizes(draws), settings.chains * peer_lcmcr.SWEEPS, seconds, 0.0)


def rates(sweeps: int, chains: int, version: str | None) -> None:
    """Effective draws a CPU second: ours, of the Gibbs sampler alone, and of R's LCMCR of this version, if it is here."""
    print(f"effective draws a CPU second of {chains} chains: bulk; each chain's own, added up; bulk with the bridge's time")
    print(f"R: LCMCR {version}" if version else peer_lcmcr.ABSENT)
    for name, known, classes in _ASKED:
        data, settings = table(known), Latent(classes=classes, chains=chains)
        ours = rate(data, settings, sweeps, settings.steps)
        others = {"Gibbs alone": rate(data, settings, 2 * sweeps, 0)}
        if version is not None:
            others["R's LCMCR"] = rate_of_peer(data, settings)
        for label, one in {"ours": ours, **others}.items():
            size = one.agreed.ess_bulk
            speed = f"{one.sweeps / one.chains:,.0f} sweeps a s"
            told = f"R-hat {one.agreed.rhat:.4f}, {size:,.0f} bulk, {one.own:,.0f} own, {speed}"
            each = f"{size / one.chains:7.1f} {one.own / one.chains:7.1f} {size / (one.chains + one.bridge):7.1f}"
            print(f"  {name:12} {label:12} {each}   {told}, {one.chains:.1f} + {one.bridge:.1f} s", flush=True)
        bulk, own = ours.agreed.ess_bulk / ours.chains, ours.own / ours.chains
        for label, one in others.items():
            steady = "" if ours.agreed.reached and one.agreed.reached else "; no steady figure (R-hat above 1.01)"
            by_bulk, by_own = bulk * one.chains / one.agreed.ess_bulk, own * one.chains / one.own
            print(f"  {name:12} ours over {label}: bulk {by_bulk:.1f}, own {by_own:.1f} times{steady}")
        if version is None:
            of_r, own_r = RECORDED[name]
            over = f"bulk {bulk / of_r:.1f}, own {own / own_r:.1f} times"
            print(f"  {name:12} ours over R's LCMCR (recorded {of_r:g}, {own_r:g}): {over}")


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
    sizes = "" if agreed is None else f"{agreed.ess_bulk:,.0f} bulk, {agreed.ess_tail:,.0f} tail"
    told = "" if agreed is None else f"effective {sizes}, R-hat {agreed.rhat:.4f}"
    print(f"  {label:64} {time.perf_counter() - wall:6.1f} s ({time.process_time() - cpu:.1f} CPU)  {told}")


def costs() -> None:
    """What a run costs, and that it does not grow with the number of people."""
    print("time of a run, by the clock (CPU)")
    data = table(KOSOVO)
    for seed in (1, 2, 3):
        _timed(f"Kosovo with all diagnostics, seed {seed}", partial(estimate, data, seed=seed))
    # verdata asks for 15 classes and 5.01 million sweeps of one chain: four such runs of R took 76 CPU seconds each, and had
    # 3,498 to 4,340 effective draws (bulk, by ArviZ) and 1,560 to 3,695 (tail), 2,888 in the mean.
    verdata = Latent(classes=15, least_effective=2900, longest=1_000_000, patience=1_000_000_000)
    for seed in (1, 2, 3, 4):
        _timed(f"K 15, verdata's precision (R 76 CPU s), seed {seed}", partial(sampled, data, verdata, seed))
    fixed = replace(Latent(), sweeps=2000, longest=2000)
    for times in (1, 1000, 100_000):
        big = captures(data.lists, data.patterns, data.counts * times)
        _timed(f"{big.people:,} people, 2,000 sweeps of {fixed.chains} chains", partial(sampled, big, fixed, 1))


def main() -> None:
    """Run them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="more and longer chains, for steadier figures")
    long = parser.parse_args().long
    sampled(table(KOSOVO), Latent(sweeps=5, longest=5, particles=16), 0)  # compiled, or read from where that is kept
    rates(200_000 if long else 60_000, 24 if long else 6, peer_lcmcr.found())
    seeds()
    costs()


if __name__ == "__main__":
    main()
