"""What do several answers to one question say together: of imputed tables, or of draws of who is the same person?

Two ways, for two situations. **Rubin's rules** (Rubin 1987, "Multiple Imputation for Nonresponse in Surveys", chapter 3) for m
replicates in each of which what is missing was imputed anew: on L = log n0, where n0 is how many were missed, with W the mean
of the replicates' variances and B the variance of their means, the total variance is T = W + (1 + 1/m) B and the interval
documented + exp(mean +- t sqrt(T)). Two degrees of freedom for t are in use:

    rubin-1987   (m - 1) (1 + m W / ((m + 1) B))**2      (his equation 3.1.6; the default here)
    verdata      (m - 1) (1 + W / ((m + 1) B))**2        (as the R package verdata computes it; fewer, so wider)

**Pooling** for draws of the linkage: p(N | lists) is the mean of p(N | linkage) over the posterior of the linkage (Sadinle
2018, Annals of Applied Statistics 12:1013-1038), so draws of N are put together, as many from each linkage. That is the joint
answer only where the linkage model and the estimate agree on what they assume of the lists; the estimate does not talk back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from msgspec import Struct
from scipy.special import stdtrit

from litany.errors import LitanyError
from litany.estimates.refusals import Refusal, Why
from litany.estimates.results import Draws, Estimate, Interval

Freedom = Literal["rubin-1987", "verdata"]
NOBODY = 0.1  # what stands for none missed, which has no logarithm (as in verdata)
MOST_REFUSED = 0.1
FEW = 10
MOST_DEGREES = 1e6


class CombineError(LitanyError):
    """Draws cannot be put together; the message says which and why."""


class Combined(Struct, frozen=True, kw_only=True):
    """Several replicates in one. ``interval`` is of all people (None where ``refusal`` says why); its best is the middle on the
    scale of logarithms; ``mean`` is the mean documented and the mean missed together, verdata's point. ``documented`` is the
    mean over replicates, ``within`` and ``between`` are W and B of log n0, ``degrees`` of freedom by ``freedom`` (at most
    `MOST_DEGREES`, as good as normal), ``missing`` the share of the variance that is due to what was imputed.
    """

    replicates: int
    freedom: Freedom
    interval: Interval | None = None
    refusal: Refusal | None = None
    documented: float | None = None
    mean: float | None = None
    within: float | None = None
    between: float | None = None
    degrees: float | None = None
    missing: float | None = None
    notes: tuple[str, ...] = ()


def combine(estimates: Sequence[Estimate], *, freedom: Freedom = "rubin-1987", level: float = 0.95) -> Combined:
    """Rubin's rules over estimates of replicates of one table. Refused where more than a tenth of them are refused."""
    told = [one for one in estimates if one.draws is not None]
    refused = [one.refusal for one in estimates if one.refusal is not None]
    if len(told) < len(estimates) and len(estimates) - len(told) > MOST_REFUSED * len(estimates):
        commonest = Counter(one.why for one in refused).most_common(1)
        words = f"{len(estimates) - len(told)} of {len(estimates)} replicates have no estimate"
        because = f" (most often: {commonest[0][0].value})" if commonest else " with draws"
        why = commonest[0][0] if commonest else Why.NOT_IDENTIFIABLE
        return Combined(
            replicates=len(estimates),
            freedom=freedom,
            refusal=Refusal(
                why, words + because, "estimate a larger stratum, or see what the replicates that are refused lack"
            ),
        )
    combined = rubin(
        [one.draws for one in told if one.draws is not None], [one.documented for one in told], freedom=freedom, level=level
    )
    if len(told) == len(estimates):
        return combined
    note = f"{len(estimates) - len(told)} of {len(estimates)} replicates have no estimate and are left out"
    return Combined(
        **{name: getattr(combined, name) for name in combined.__struct_fields__} | {"notes": (*combined.notes, note)}
    )


def rubin(
    draws: Sequence[Draws], documented: Sequence[int], *, freedom: Freedom = "rubin-1987", level: float = 0.95
) -> Combined:
    """Rubin's rules over the draws of all people of each of m replicates, and how many each documents.

    Replicates may have different numbers of draws, two or more. One replicate is refused, fewer than ten are noted. Raises
    CombineError where the two do not fit together.
    """
    _check(draws, documented, freedom, level)
    size = len(draws)
    if size < 2:
        words = "one replicate: how much the imputation adds to the uncertainty cannot be seen"
        return Combined(
            replicates=size, freedom=freedom, refusal=Refusal(Why.THIN, words, "impute the table ten times or more")
        )
    missed = [np.asarray(one, np.float64) - seen for one, seen in zip(draws, documented, strict=True)]
    logs = [np.log(np.where(one > 0, one, NOBODY)) for one in missed]
    means = np.array([one.mean() for one in logs])
    within, between = float(np.mean([one.var(ddof=1) for one in logs])), float(means.var(ddof=1))
    added = (1 + 1 / size) * between
    total = within + added
    degrees = _degrees(size, within, between, freedom)
    t = abs(float(stdtrit(degrees, (1 - level) / 2)))
    middle, seen = float(means.mean()), float(np.mean(documented))
    low, best, high = (seen + float(np.exp(middle + side * t * np.sqrt(total))) for side in (-1, 0, 1))
    notes = []
    if size < FEW:
        notes.append(f"{size} replicates: with fewer than {FEW} the range is itself uncertain")
    none = float(np.mean([(one <= 0).mean() for one in missed]))
    if none > 0:
        notes.append(
            f"{none:.1%} of the draws have nobody missed, which counts as {NOBODY} of a person on the scale of logarithms"
        )
    return Combined(
        replicates=size, freedom=freedom, interval=Interval(low, best, high), documented=seen,
        mean=seen + float(np.mean([one.mean() for one in missed])), within=within, between=between, degrees=degrees,
        missing=added / total if total > 0 else 0.0, notes=tuple(notes),
    )  # fmt: skip


def pool_draws(draws_per_table: Sequence[Draws]) -> Draws:
    """Draws of all people, as many from each table (the fewest that one has, evenly spread), table by table.

    Each array holds independent draws (or thinned ones) given one drawn linkage. Raises CombineError where there is none.
    """
    if not len(draws_per_table):
        raise CombineError("no table is given: draws of at least one linkage are needed")
    fewest = min(len(one) for one in draws_per_table)
    if fewest == 0:
        raise CombineError("a table has no draws: leave it out and say so, or estimate it")
    places = [np.arange(fewest) * len(one) // fewest for one in draws_per_table]
    return np.concatenate([np.asarray(one, np.float64)[at] for one, at in zip(draws_per_table, places, strict=True)])


def _degrees(size: int, within: float, between: float, freedom: Freedom) -> float:
    if (size + 1) * between * MOST_DEGREES <= within:
        return MOST_DEGREES
    ratio = within / ((size + 1) * between) if between > 0 else 0.0
    return min(MOST_DEGREES, (size - 1) * (1 + (size * ratio if freedom == "rubin-1987" else ratio)) ** 2)


def _check(draws: Sequence[Draws], documented: Sequence[int], freedom: str, level: float) -> None:
    if freedom not in get_args(Freedom):
        raise CombineError(f"degrees of freedom by {freedom!r}: it is one of {', '.join(get_args(Freedom))}")
    if not 0 < level < 1:
        raise CombineError(f"a level of {level}: it is a share between 0 and 1, such as 0.95")
    if len(draws) != len(documented) or not len(draws):
        raise CombineError(
            f"{len(draws)} replicates with draws, and {len(documented)} numbers of documented: give one for each"
        )
    for place, (one, seen) in enumerate(zip(draws, documented, strict=True), 1):
        if len(one) < 2:
            raise CombineError(f"replicate {place} has {len(one)} draws: at least two are needed for a variance")
        if not bool(np.isfinite(one).all()):
            raise CombineError(f"replicate {place} has a draw that is no number")
        if float(np.min(one)) < seen:
            raise CombineError(f"replicate {place}: a draw of {float(np.min(one)):,.1f} people, and {seen:,} are documented")
