"""What does R's LCMCR, the peer of the latent classes, draw from a table, and in how many CPU seconds?

    R_LIBS=... python -m bench.peer_lcmcr

Manrique-Vallier's package (GPL) is no part of this repository: R calls it where it is installed, one process a chain, and this
module says so where it is not. CPU seconds are R's own around the sweeps, the burn-in's too, so that neither R's start nor the
reading of the table counts. The same seed gives the same draws.

Six chains of half a million sweeps are few for it: on Kosovo four such runs by other seeds gave 54, 134, 74 and 65 effective
draws a CPU second, on the five lists of the United Kingdom three gave 17, 101 and 168. Shorter runs say less still: 160,000
sweeps by the seeds of the 54 gave 155.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import arviz_stats.base.array
import numpy as np
from numpy.typing import NDArray

from litany.estimates.captures import Captures
from litany.estimates.convergence import convergence
from tests.estimates.loglinear_tables import KOSOVO, NETHERLANDS, UK5, table

SWEEPS = 500_000
ABSENT = "R with LCMCR is not here (R_LIBS says where it is installed): its figures are recorded ones"
_VERSION = 'if (requireNamespace("LCMCR", quietly = TRUE)) cat(as.character(packageVersion("LCMCR")))'
_CHAIN = """
library(LCMCR)
given <- commandArgs(trailingOnly = TRUE)
numbers <- as.numeric(given[-1])
people <- read.csv(given[1])
for (at in seq_len(ncol(people) - 1)) people[[at]] <- factor(people[[at]], levels = c(0, 1))
sampler <- lcmCR(captures = people, tabular = TRUE, in_list_label = "1", not_in_list_label = "0", K = numbers[1],
                 a_alpha = 0.25, b_alpha = 0.25, seed = numbers[5], buffer_size = 10000, thinning = numbers[4], verbose = FALSE)
began <- proc.time()
drawn <- lcmCR_PostSampl(sampler, burnin = numbers[2], samples = numbers[3], thinning = numbers[4], output = FALSE)
spent <- proc.time() - began
cat(sprintf("%.3f", spent[["user.self"]] + spent[["sys.self"]]), sprintf("%.0f", drawn), sep = "\\n")
"""


def found() -> str | None:
    """The version of LCMCR that R loads; None where there is no R, or R has no LCMCR."""
    if shutil.which("Rscript") is None:
        return None
    done = subprocess.run(["Rscript", "-e", _VERSION], capture_output=True, text=True, check=False)
    return done.stdout.strip() or None


def drawn(
    data: Captures, classes: int, sweeps: int, thinning: int, chains: int, seed: int
) -> tuple[NDArray[np.float64], float]:
    """Draws of the number of all people (chains by draws), and the CPU seconds of all chains.

    Each chain takes ``sweeps`` sweeps; of those after the first fifth, every ``thinning``-th is kept. Chain c has seed + c.
    """
    burnin = sweeps // 5
    numbers = [classes, burnin, (sweeps - burnin) // thinning, thinning]
    kept, seconds = [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        script, given = Path(folder) / "chain.R", Path(folder) / "table.csv"
        script.write_text(_CHAIN, "utf-8")
        with given.open("w", encoding="utf-8", newline="") as out:
            rows = csv.writer(out)
            rows.writerow([*(f"list{at}" for at in range(len(data.lists))), "Freq"])
            for pattern, count in zip(data.patterns, data.counts, strict=True):
                rows.writerow([*(int(has) for has in pattern), int(count)])
        for chain in range(chains):
            asked = ["Rscript", str(script), str(given), *(str(number) for number in [*numbers, seed + chain])]
            told = subprocess.run(asked, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
            seconds += float(told[0])
            kept.append(np.array(told[1:], dtype=np.float64))
    return np.stack(kept), seconds


def mean_sizes(draws: NDArray[np.float64]) -> float:
    """The effective sizes of each chain's mean, added up: what the chains would be worth if each alone were right."""
    stats: Any = arviz_stats.base.array.array_stats
    return float(sum(stats.ess(chain[None], chain_axis=0, draw_axis=1, method="mean") for chain in draws))


def main() -> None:
    """Six chains of half a million sweeps (30 to 40 CPU seconds in all) on each table, and with verdata's 15 classes on one."""
    version = found()
    if version is None:
        print(ABSENT)
        return
    print(f"LCMCR {version}, 6 chains; effective draws a CPU second: all chains together (bulk); each chain's mean, added up")
    tables = (("Kosovo", KOSOVO, 10), ("UK, 5 lists", UK5, 10), ("Netherlands", NETHERLANDS, 10), ("Kosovo, K 15", KOSOVO, 15))
    for name, known, classes in tables:
        draws, seconds = drawn(table(known), classes, SWEEPS, 50, 6, 1)
        agreed, summed = convergence(draws), mean_sizes(draws)
        ends = " / ".join(f"{end:,.0f}" for end in np.quantile(draws, [0.025, 0.5, 0.975]))
        print(f"{name}: {ends}, R-hat {agreed.rhat:.3f}, medians {', '.join(f'{one:,.0f}' for one in agreed.medians)}")
        print(
            f"  {agreed.ess_bulk / seconds:.1f} ({agreed.ess_bulk:,.0f}; tail {agreed.ess_tail:,.0f}), {summed / seconds:.1f} "
            f"({summed:,.0f}) in {seconds:.1f} s; {6 * SWEEPS / seconds:,.0f} sweeps a CPU second"
        )


if __name__ == "__main__":
    main()
