"""What would latent classes say under other priors and caps, and without each list? Short runs, for orientation."""

from __future__ import annotations

from functools import partial

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from litany.estimates.captures import Captures
from litany.estimates.latent.latent_chains import side_by_side
from litany.estimates.latent.sampler import Sampled, sampled
from litany.estimates.latent.settings import Latent
from litany.estimates.refusals import thin, unusable
from litany.estimates.results import Candidate, Sweep, interval

_SHORT = {"chains": 4, "sweeps": 2000, "longest": 2000, "particles": 200}


class _Asked(Struct, frozen=True, eq=False):
    name: str
    table: Captures
    settings: Latent


def sweeps(
    table: Captures, settings: Latent, found: Sampled, seed: int, threads: int | None, *, caps: bool, lists: bool
) -> tuple[Sweep, ...]:
    """Other numbers of classes and priors of alpha, beside what was ``found`` as asked; ``caps`` and ``lists``, if wanted."""
    short = replace(settings, side=False, replicates=0, **_SHORT)
    classes = [_Asked(f"{k} classes", table, replace(short, classes=k)) for k in sorted({2, 5, 2 * settings.classes})]
    sticks = [
        _Asked(f"alpha ~ Gamma({shape:g}, {rate:g})", table, replace(short, shape=shape, rate=rate))
        for shape, rate in ((settings.shape * 4, settings.rate * 4), (settings.shape * 4, settings.rate))
    ]
    limits = (settings.cap / 2, settings.cap * 4) if caps and settings.cap is not None else ()
    capped = [_Asked(f"cap {times:g} a documented", table, replace(short, cap=times)) for times in limits]
    names = table.lists if lists and len(table.lists) > 3 else ()
    left = [_Asked(f"without {name}", table.without(name), short) for name in names]
    rows = side_by_side(partial(_row, seed=seed), [*classes, *sticks, *capped, *left], threads)
    here = _as_row(f"{settings.classes} classes, as asked", found, table)
    ends = np.cumsum([len(classes), len(sticks), len(capped), len(left)]).tolist()
    made = [
        Sweep("most classes", (*rows[: ends[0]], here)),
        Sweep("prior of alpha", (*rows[ends[0] : ends[1]], here)),
        Sweep("cap", (*rows[ends[1] : ends[2]], here)) if capped else None,
        Sweep("list left out", tuple(rows[ends[2] :])) if left else None,
    ]
    return tuple(sweep for sweep in made if sweep is not None)


def _row(asked: _Asked, seed: int) -> Candidate:
    refusal = unusable(asked.table) or thin(asked.table)
    if refusal is not None:
        return Candidate(asked.name, None, refusal=refusal)
    found = sampled(asked.table, asked.settings, seed, threads=1)
    return _as_row(asked.name, found, asked.table)


def _as_row(name: str, found: Sampled, table: Captures) -> Candidate:
    """A row says how well its chains agreed: short runs are for orientation."""
    agreed = found.convergence
    criteria = {"rhat": agreed.rhat, "effective": min(agreed.ess_bulk, agreed.ess_tail), "documented": float(table.people)}
    return Candidate(name, interval(found.draws), None, criteria)
