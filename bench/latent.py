"""How many effective draws a second do the latent classes give, and what do R's LCMCR and the plain Gibbs sampler give?

    python -m bench.latent [--long]

Effective sizes are ArviZ's (rank-normalised, bulk and tail), of the number of all people, after the first fifth of each chain.
R is called where it has LCMCR (`bench.peer_lcmcr`: ``R_LIBS=... python -m bench.latent``). Where it has not, its figures are
recorded ones, by the same definition (R 4.2.2, LCMCR 0.4.14), and marked so. The Gibbs sampler alone is the peer's algorithm in
our own code.
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

_CHAINS = 24
RECORDED = {
    "Kosovo": "R, recorded: 67 a CPU second (24 chains of 500,000 sweeps, R-hat 1.003; 54 to 134 by six)",
    "UK, 5 lists": "R, recorded: 14 a CPU second (18 chains of 500,000 sweeps, R-hat 1.014; 17 to 168 by six)",
    "Netherlands": "R, recorded: 0.3 a CPU second (6 chains of 500,000 sweeps, R-hat 1.6)",
}


class Rate(Struct, frozen=True):
    """Effective draws, and the CPU seconds of the chains and of the bridge before them."""

    agreed: Convergence
    chains: float
    bridge: float


def rate(data: Captures, settings: Latent, sweeps: int, steps: int) -> Rate:
    """24 chains from one bridge, one after the other."""
    asked, began = data_of(data, settings), time.process_time()
    logits, shares, _ = bridge(asked, settings.classes, settings.particles, (1,), 1)
    met = time.process_time()
    apart = len(logits) // _CHAINS
    kept = [
        Chain(logits[at * apart], shares[at * apart], asked, rng).run(sweeps, steps)[0][sweeps // 5 :, 1]
        for at, rng in enumerate(streams((1,), _CHAINS, 99))
    ]
    ended = time.process_time()
    drawn = missed_below(np.random.default_rng(1), data.people, np.stack(kept), most_missed(data, settings))
    return Rate(convergence(drawn + data.people), ended - met, met - began)


def rate_of_peer(data: Captures, settings: Latent) -> Rate:
    """R's LCMCR: six chains, which it starts without a bridge. They are long, because its short runs differ much by seed."""
    draws, seconds = peer_lcmcr.drawn(data, settings.classes, peer_lcmcr.SWEEPS, 50, 6, 1)
    return Rate(convergence(draws), seconds, 0.0)


def rates(sweeps: int, version: str | None) -> None:
    """Effective draws a CPU second: ours, of the Gibbs sampler alone, and of R's LCMCR of this version, if it is here."""
    print("effective draws a CPU second (chains alone; with the bridge)")
    print(f"R: LCMCR {version}" if version else peer_lcmcr.ABSENT)
    for name, known in (("Kosovo", KOSOVO), ("UK, 5 lists", UK5), ("Netherlands", NETHERLANDS)):
        data = table(known)
        ours, gibbs = rate(data, Latent(), sweeps, 40), rate(data, Latent(), 2 * sweeps, 0)
        told = [("ours", ours), ("Gibbs alone", gibbs)]
        if version is not None:
            told.append(("R's LCMCR", rate_of_peer(data, Latent())))
        for label, one in told:
            size, with_bridge = one.agreed.ess_bulk, one.chains + one.bridge
            spent = f"R-hat {one.agreed.rhat:.3f}, {size:,.0f} effective in {one.chains:.1f} + {one.bridge:.1f} s"
            print(f"  {name:12} {label:12} {size / one.chains:7.1f}  {size / with_bridge:6.1f}   {spent}")
        for label, one in told[1:]:
            times = (ours.agreed.ess_bulk / ours.chains) / (one.agreed.ess_bulk / one.chains)
            steady = "" if ours.agreed.reached and one.agreed.reached else ", no steady figure (R-hat above 1.01, or few draws)"
            print(f"  {name:12} ours over {label}: {times:.1f} times{steady}")
        if version is None:
            print(f"  {name:12} {RECORDED[name]}")


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
    print(f"  {label:52} {time.perf_counter() - wall:6.1f} s ({time.process_time() - cpu:.1f} CPU)  {told}")


def costs() -> None:
    """What a run costs, and that it does not grow with the number of people."""
    print("time of a run, by the clock (CPU)")
    data = table(KOSOVO)
    for seed in (1, 2, 3):
        _timed(f"Kosovo with all diagnostics, seed {seed}", partial(estimate, data, seed=seed))
    verdata = Latent(classes=15, least_effective=8350, longest=1_000_000)
    _timed("K 15, 8,350 effective draws (R's verdata: ~105 CPU s)", partial(sampled, data, verdata, 1))
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
    rates(12_000 if long else 4_000, peer_lcmcr.found())
    seeds()
    costs()


if __name__ == "__main__":
    main()
