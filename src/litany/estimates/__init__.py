"""How many people did nobody document, by what assumption, and when can that not be told?

from litany.estimates import estimate, read_captures

read = read_captures("kosovo.csv", ["EXH", "ABA", "OSCE", "HRW"], count="people")
print(estimate(read.strata[0].table).interval)
"""

from __future__ import annotations

from litany.estimates.captures import CaptureError, Captures, captures, of_people
from litany.estimates.combine import combine, pool_draws, rubin
from litany.estimates.convergence import Convergence
from litany.estimates.graphs.estimate import Graphs
from litany.estimates.latent.settings import Latent
from litany.estimates.loglinear.settings import LogLinear
from litany.estimates.methods import DEFAULT, METHODS, MethodError, estimate, settings_of
from litany.estimates.partial.estimate import Highests, TwoLists
from litany.estimates.partial.sides import side_by_side
from litany.estimates.pool.settings import Pooled
from litany.estimates.reading import Read, Stratum, read_captures
from litany.estimates.refusals import Refusal, Why
from litany.estimates.results import Candidate, Estimate, Interval, PatternFit, Sweep
from litany.estimates.strata import Stratified, StratumEstimate, Total, estimate_strata

__all__ = [
    "DEFAULT",
    "METHODS",
    "Candidate",
    "CaptureError",
    "Captures",
    "Convergence",
    "Estimate",
    "Graphs",
    "Highests",
    "Interval",
    "Latent",
    "LogLinear",
    "MethodError",
    "PatternFit",
    "Pooled",
    "Read",
    "Refusal",
    "Stratified",
    "Stratum",
    "StratumEstimate",
    "Sweep",
    "Total",
    "TwoLists",
    "Why",
    "captures",
    "combine",
    "estimate",
    "estimate_strata",
    "of_people",
    "pool_draws",
    "read_captures",
    "rubin",
    "settings_of",
    "side_by_side",
]
