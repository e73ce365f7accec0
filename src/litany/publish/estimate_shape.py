"""What do programs get of an estimate? (docs/reference/json.md)"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct

from litany.estimates.captures import Captures
from litany.estimates.convergence import Convergence
from litany.estimates.methods import Settings
from litany.estimates.reading import Read
from litany.estimates.refusals import Refusal
from litany.estimates.results import Candidate, Estimate, Interval, PatternFit, Setting, Sweep
from litany.estimates.strata import Stratified, Total


class TableRead(Struct, frozen=True, kw_only=True):
    """The table that was estimated from."""

    file: str
    sha256: str
    sheet: str | None
    rows: int
    documented: int
    lists: tuple[str, ...]
    strata: tuple[str, ...]
    notes: tuple[str, ...]


class ListSize(Struct, frozen=True):
    """A list: how many people it has, and how many are in no other."""

    name: str
    people: int
    alone: int


class Overlap(Struct, frozen=True):
    """How many people two lists share."""

    lists: tuple[str, str]
    people: int


class OneEstimate(Struct, frozen=True, kw_only=True):
    """What one method says of one table: an `Estimate` without its draws."""

    method: str
    assumption: str
    documented: int
    interval: Interval | None
    undocumented_per_documented: Interval | None
    refusal: Refusal | None
    convergence: Convergence | None
    cap: int | None
    near_cap: float | None
    fit: tuple[PatternFit, ...]
    candidates: tuple[Candidate, ...]
    sweeps: tuple[Sweep, ...]
    notes: tuple[str, ...]
    lists: tuple[str, ...]
    table: str
    seed: int
    settings: Mapping[str, Setting]


class OneStratum(Struct, frozen=True, kw_only=True):
    """A stratum, or all people where there are no strata (then ``cells`` is empty)."""

    cells: tuple[str, ...]
    documented: int
    lists: tuple[ListSize, ...]
    overlaps: tuple[Overlap, ...]
    estimate: OneEstimate
    others: tuple[OneEstimate, ...]
    sides: tuple[Candidate, ...]

    @property
    def name(self) -> str:
        """What to call it."""
        return " / ".join(self.cells)


class OneTotal(Struct, frozen=True, kw_only=True):
    """All strata that have an estimate, by one method."""

    method: str
    strata: int
    documented: int
    left_out: tuple[str, ...]
    left_out_people: int
    words: str
    interval: Interval | None
    refusal: Refusal | None
    notes: tuple[str, ...]


class Estimated(Struct, frozen=True, kw_only=True):
    """The answer: of one table, or of strata with their total. ``refusal`` is why there is no number as a whole."""

    table: TableRead
    method: str
    seed: int
    settings: Mapping[str, Setting]
    refusal: Refusal | None
    strata: tuple[OneStratum, ...]
    total: OneTotal | None
    other_totals: tuple[OneTotal, ...]


def refused(read: Read, method: str, settings: Settings, seed: int) -> Estimated:
    """Of a table that is not of persons."""
    return Estimated(
        table=_table(read), method=method, seed=seed, settings=msgspec.structs.asdict(settings), refusal=read.refusal,
        strata=(), total=None, other_totals=(),
    )  # fmt: skip


def of_one(
    read: Read, method: str, settings: Settings, by_method: Mapping[str, Estimate], sides: Sequence[Candidate]
) -> Estimated:
    """Of all people as one."""
    of = by_method[method]
    stratum = _stratum((), read.strata[0].table, method, by_method, sides)
    return Estimated(
        table=_table(read), method=method, seed=of.seed, settings=msgspec.structs.asdict(settings), refusal=of.refusal,
        strata=(stratum,), total=None, other_totals=(),
    )  # fmt: skip


def of_strata(read: Read, method: str, settings: Settings, by_method: Mapping[str, Stratified]) -> Estimated:
    """Of strata and their total."""
    of = by_method[method]
    others = {name: one for name, one in by_method.items() if name != method}
    rows = []
    for at, one in enumerate(of.strata):
        answers = {name: made.strata[at].estimate for name, made in by_method.items()}
        rows.append(_stratum(one.stratum.cells, one.stratum.table, method, answers, ()))
    return Estimated(
        table=_table(read), method=method, seed=of.seed, settings=msgspec.structs.asdict(settings), refusal=of.total.refusal,
        strata=tuple(rows), total=_total(method, of.total),
        other_totals=tuple(_total(name, one.total) for name, one in others.items()),
    )  # fmt: skip


def _stratum(
    cells: tuple[str, ...], table: Captures, method: str, answers: Mapping[str, Estimate], sides: Sequence[Candidate]
) -> OneStratum:
    shared, alone = table.overlaps(), table.patterns.sum(axis=1) == 1
    only = table.counts[alone] @ table.patterns[alone]
    return OneStratum(
        cells=cells,
        documented=table.people,
        lists=tuple(ListSize(name, int(shared[at, at]), int(only[at])) for at, name in enumerate(table.lists)),
        overlaps=tuple(
            Overlap((table.lists[one], table.lists[other]), int(shared[one, other]))
            for one, other in itertools.combinations(range(len(table.lists)), 2)
        ),
        estimate=_estimate(method, answers[method]),
        others=tuple(_estimate(name, one) for name, one in answers.items() if name != method),
        sides=tuple(sides),
    )


def _estimate(method: str, of: Estimate) -> OneEstimate:
    return OneEstimate(method=method, **{name: getattr(of, name) for name in OneEstimate.__struct_fields__ if name != "method"})


def _total(method: str, of: Total) -> OneTotal:
    return OneTotal(method=method, **{name: getattr(of, name) for name in OneTotal.__struct_fields__ if name != "method"})


def _table(read: Read) -> TableRead:
    return TableRead(
        file=read.file, sha256=read.sha256, sheet=read.sheet, rows=read.rows, documented=read.people, lists=read.lists,
        strata=read.columns, notes=read.notes,
    )  # fmt: skip
