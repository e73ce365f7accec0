"""Do the intervals for the number of distinct victims hold the truth, in systems of lists that the model does not describe?

Each system is made by `bench.list_systems` (febrl's errors, copied lists, errors of real pairs, hub names) and linked as a case
would be: once without anybody's judgement, and once with 300 pairs that were audited at random (the truth stands for the
person who judges). The 95 % interval is compared with the number of people behind the rows. Every second system is linked
through keys, so that blocking loses some; a tenth of the other pairs is looked at, as in a case of some 4,000 rows.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import polars as pl
from msgspec import Struct, structs
from numpy.typing import NDArray

from bench.list_systems import System, copied_lists, febrl_like, gold_errors, has_gold, hubs
from litany.linkage import names, victims
from litany.linkage.audit import Audited, sample_pairs
from litany.linkage.link import Judged, Linked, Prepared, Rows, draw, prepare

AUDITED = 300
# As of 400 draws, the fewest that published figures use. Of 20 drawn weights, the interval would reach from about the least to
# the greatest, and hold 19 in 21 at best.
_OUTER, _INNER = 40, 10


class Tried(Struct, frozen=True):
    """One system: how many people are behind its rows, and the interval (2.5, 50, 97.5 %) without and with an audit."""

    kind: str
    seed: int
    rows: int
    keyed: bool
    truth: int
    plain: tuple[float, float, float]
    audited: tuple[float, float, float]
    notes: tuple[str, ...]


def rows_of(system: System) -> Rows:
    """The system's records with the columns that victims are compared by."""
    given = system.records
    profile = names.packaged("burmese")
    named = names.columns([(name,) if name else () for name in given["name"]], given["father"].to_list(), profile)
    none = pl.lit(None, pl.String)
    plain = given.select(
        first_day=pl.col("date").cast(pl.Int32), last_day=pl.coalesce("date_last", "date").cast(pl.Int32), spot=none,
        township="township", state="state", sex="sex", age_low=pl.col("age").cast(pl.Int32),
        age_high=pl.col("age").cast(pl.Int32), age_group=pl.when(pl.col("age") <
        18).then(pl.lit("child")).when(pl.col("age").is_not_null()).then(pl.lit("adult")),
        work=pl.col("occupation").str.to_lowercase(), home=none, list=pl.col("list").cast(pl.Int32),
    )  # fmt: skip
    frame = victims.with_keys(pl.concat([plain, named], how="horizontal"))
    return Rows(frame, frame["list"].to_numpy(), system.duplicate_free, given.hash_rows(1).to_numpy())


def audited(prepared: Prepared, rows: Rows, truth: NDArray[np.int64], seed: int, size: int = AUDITED) -> Audited:
    """A random sample of judged pairs; the truth stands for the person who judges."""
    pairs = prepared.pairs
    content = rows.content[pairs.left] * np.uint64(3) + rows.content[pairs.right]
    chosen = sample_pairs(prepared.odds, size, content, seed)
    return Audited(chosen, truth[pairs.left[chosen]] == truth[pairs.right[chosen]])


def judged(prepared: Prepared, asked: Audited) -> Judged:
    """An audit's answers, which bind the draws as all judgements do."""
    pairs = np.stack([prepared.pairs.left, prepared.pairs.right], axis=1)[asked.pairs].astype(np.int32)
    return Judged(pairs[asked.same], pairs[~asked.same])


def systems(number: int, size: int, first: int = 0) -> Iterator[tuple[str, int, bool, System]]:
    """``number`` systems of each kind from seed ``first`` on, of about ``size`` rows, every second one linked through keys."""
    for seed in range(first, first + number):
        keyed = seed % 2 == 1
        noise, missing = 0.5 + (seed % 5) * 0.4, 0.05 + (seed % 4) * 0.07
        yield "febrl", seed, keyed, febrl_like(size, lists=2 + seed % 4, noise=noise, missing=missing, seed=seed)
        yield "copied", seed, keyed, copied_lists(size, lists=2 + seed % 3, noise=noise / 2, missing=missing, seed=seed)
        yield "hubs", seed, keyed, hubs(size // 3, lists=2 + seed % 2, missing=0.3 + missing, seed=seed)
        if has_gold():
            yield "gold", seed, keyed, gold_errors(size, lists=2 + seed % 2, missing=missing, seed=seed)


def tried(kind: str, seed: int, keyed: bool, system: System) -> Tried:
    """Link one system twice."""
    rows = rows_of(system)
    plan = structs.replace(
        victims.plan(names.packaged("burmese"), exhaustive=0 if keyed else 10**9), sampled=len(system.truth) ** 2 // 20
    )
    prepared = prepare(rows, plan, seed, outer=_OUTER)
    plain = draw(prepared, rows, seed, inner=_INNER)
    asked = audited(prepared, rows, system.truth, seed)
    with_audit = draw(prepared, rows, seed, judged(prepared, asked), asked, inner=_INNER)
    truth = len(np.unique(system.truth))
    return Tried(kind, seed, len(system.truth), keyed, truth, _interval(plain), _interval(with_audit), with_audit.notes)


def _interval(linked: Linked) -> tuple[float, float, float]:
    low, middle, high = np.quantile(linked.distinct(), [0.025, 0.5, 0.975]).tolist()
    return low, middle, high


def held(interval: tuple[float, float, float], truth: int) -> bool:
    """Is the truth inside?"""
    return interval[0] <= truth <= interval[2]


def main(number: int, size: int, first: int = 0) -> None:
    """Print each system, and how often the truth was held."""
    made: list[Tried] = []
    for kind, seed, keyed, system in systems(number, size, first):
        one = tried(kind, seed, keyed, system)
        made.append(one)
        marks = "".join("." if held(interval, one.truth) else "X" for interval in (one.plain, one.audited))
        print(f"{marks} {kind:7} {seed:3} {'keys' if keyed else 'all '} {one.rows:6,} rows {one.truth:6,} people  plain "
              f"{_said(one.plain)}  audited {_said(one.audited)}", flush=True)  # fmt: skip
    for kind in dict.fromkeys(one.kind for one in made):
        _summary(kind, [one for one in made if one.kind == kind])
    if made:
        _summary("all", made)


def _said(interval: tuple[float, float, float]) -> str:
    return f"{interval[0]:7,.0f} {interval[1]:7,.0f} {interval[2]:7,.0f}"


def _summary(kind: str, made: list[Tried]) -> None:
    for name, of in (("plain", [one.plain for one in made]), ("audited", [one.audited for one in made])):
        hits = sum(held(interval, one.truth) for interval, one in zip(of, made, strict=True))
        width = np.mean([(interval[2] - interval[0]) / one.truth for interval, one in zip(of, made, strict=True)])
        print(f"{kind:7} {name:8} held {hits} of {len(made)} ({hits / len(made):.1%}), mean width {width:.1%} of the truth")


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:] or ("10", "600")))
