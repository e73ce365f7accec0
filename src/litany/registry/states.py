"""Which incidents, with which victims, are there in each draw, and in which draws is each of them there?

A state is an incident as it stands in some draw: these rows, so many victims among them. Most incidents are the same in all
draws and have one state. The doubtful ones have several; each is counted once, whatever the number of draws that it is in,
and a figure's draws are sums over the states that each draw holds. So counting costs what the doubt is worth, not four
hundred times a count.
"""

from __future__ import annotations

import numba
import numpy as np
import polars as pl
from msgspec import Struct, field
from numpy.typing import NDArray

from litany.linkage.components import components
from litany.linkage.draws import Draws
from litany.registry.states_found import Found, found

Ints = NDArray[np.int32]
PARTS = {"draw": pl.Int32, "whole": pl.Int32, "part": pl.Int32}


class Linking(Struct, frozen=True):
    """Draws over what can be linked. ``unit`` (rows) int32: the incident unit of each row of the table (rows that are one
    incident without doubt: on one anchor, under one key of their source); ``person`` (rows) int32: its person, -1 for none
    (one anchor, one person). ``incidents`` draws over units, ``victims`` over persons, as many of each. ``apart`` (m, 2):
    pairs of units that people judged to be different incidents.
    """

    unit: Ints
    person: Ints
    incidents: Draws
    victims: Draws
    apart: Ints

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return len(self.incidents)


class States(Struct, frozen=True):
    """``rows`` (n) int32: the row of the table that each row of the expanded table is; ``incident`` (n) int32 its state;
    ``victim`` (n) int32, -1 for none. ``states`` and ``in_draw``: each draw that holds a state, of the states that are not in
    all draws, in order.
    """

    rows: Ints
    incident: Ints
    victim: Ints
    states: Ints
    in_draw: Ints


def states(linking: Linking) -> States:
    """The states of all rows. Numbers follow the order of the rows, so that they depend on content alone."""
    (incident, victim), is_loose = _settled(linking)
    fixed, loose = np.flatnonzero(~is_loose).astype(np.int32), np.flatnonzero(is_loose).astype(np.int32)
    each = (_labels(linking, draw) for draw in range(linking.draws if len(loose) else 0))
    return _numbered((fixed, incident[fixed], victim[fixed]), found(loose, each, len(linking.unit)), linking.draws)


def _settled(linking: Linking) -> tuple[tuple[Ints, Ints], NDArray[np.bool_]]:
    """Labels in the first draw, and which rows may have others: those of components in which anything differs between draws."""
    incident, victim = _labels(linking, 0)
    rows = len(incident)
    whole, each = incident.copy(), np.arange(rows, dtype=np.int32)
    changed = np.zeros(rows, bool)
    for draw in range(1, linking.draws):
        here, who = _labels(linking, draw)
        changed |= (here != incident) | (who != victim)
        whole = components(rows, np.concatenate([each, each]), np.concatenate([whole, here]))
    loose = np.zeros(rows, bool)
    if changed.any():
        loose = np.isin(whole, np.unique(whole[changed]))
    return (incident, victim), loose


def _labels(linking: Linking, draw: int) -> tuple[Ints, Ints]:
    """Of every row, the least row of its incident and of its victim, in a draw. Who is one person died in one incident, unless
    people judged the incidents to be different: then each incident has a victim of its own.
    """
    units, people = linking.incidents.labels_of(draw), linking.victims.labels_of(draw)
    return _closed(linking.unit, linking.person, units, people, linking.apart)


@numba.njit(cache=True)
def _root(parent: Ints, member: int) -> int:  # pragma: no cover - compiled
    while parent[member] != member:
        member = parent[member]
    return member


@numba.njit(cache=True)
def _held_apart(parent: Ints, apart: Ints, one: int, other: int) -> bool:  # pragma: no cover - compiled
    for at in range(len(apart)):
        a, b = _root(parent, apart[at, 0]), _root(parent, apart[at, 1])
        if (a == one and b == other) or (a == other and b == one):
            return True
    return False


@numba.njit(cache=True)
def _closed(
    unit: Ints, person: Ints, units: Ints, people: Ints, apart: Ints
) -> tuple[Ints, Ints]:  # pragma: no cover - compiled
    parent = units.copy()  # a label is the least member: already a root
    first_unit = np.full(len(people), -1, np.int32)
    for row in range(len(unit)):
        if person[row] < 0:
            continue
        label = people[person[row]]
        root = _root(parent, unit[row])
        if first_unit[label] < 0:
            first_unit[label] = root
            continue
        other = _root(parent, first_unit[label])
        if root != other and not _held_apart(parent, apart, root, other):
            parent[max(root, other)] = min(root, other)
    incident = np.full(len(unit), -1, np.int32)
    victim = np.full(len(unit), -1, np.int32)
    least_row = np.full(len(units), -1, np.int32)
    for row in range(len(unit)):
        root = _root(parent, unit[row])
        if least_row[root] < 0:
            least_row[root] = row
        incident[row] = least_row[root]
    following = np.full(len(unit), -1, np.int32)  # rows that stand for further incidents of one person, each after the last
    first_row = np.full(len(people), -1, np.int32)
    for row in range(len(unit)):
        if person[row] < 0:
            continue
        label = people[person[row]]
        if first_row[label] < 0:
            first_row[label] = row
        known = first_row[label]
        while incident[known] != incident[row] and following[known] >= 0:
            known = following[known]
        if incident[known] != incident[row]:
            following[known] = row
            known = row
        victim[row] = known
    return incident, victim


def _numbered(fixed: tuple[Ints, Ints, Ints], loose: Found, draws: int) -> States:
    """Settled incidents (``fixed``: rows, incidents, victims) in the order of their rows, then the states of the doubtful, each
    with victims of its own.
    """
    rows, incident, victim = fixed
    number = np.unique(incident, return_inverse=True)[1].astype(np.int32)
    who = _told_apart(victim >= 0, victim.astype(np.int64), 0)
    sizes = np.diff(loose.start)
    of = np.repeat(np.arange(len(sizes)), sizes)
    own = of * (int(loose.victim.max(initial=0)) + 1) + loose.victim  # state by state, in each by the least row
    each = _told_apart(loose.victim >= 0, own, int(who.max(initial=-1)) + 1)
    first = int(number.max(initial=-1)) + 1
    some = np.bincount(loose.state, minlength=len(sizes))[loose.state] < draws
    return States(
        np.concatenate([rows, loose.rows]), np.concatenate([number, (of + first).astype(np.int32)]),
        np.concatenate([who, each]), loose.state[some] + np.int32(first), loose.draw[some],
    )  # fmt: skip


def _told_apart(named: NDArray[np.bool_], keys: NDArray[np.int64], first: int) -> Ints:
    """Numbers from ``first`` on in the order of keys, where they are named; elsewhere -1."""
    made = np.full(len(keys), -1, np.int32)
    made[named] = np.unique(keys[named], return_inverse=True)[1] + first
    return made


def expanded(table: pl.DataFrame, made: States) -> pl.DataFrame:
    """The table with one row for each row of each state, and the columns incident, victim and alone."""
    rows = table.select(pl.all().gather(pl.Series(made.rows, dtype=pl.UInt32)))
    victims = pl.Series("victim", made.victim, dtype=pl.Int32)
    return rows.with_columns(pl.Series("incident", made.incident, dtype=pl.Int32), victims.replace(-1, None)).with_columns(
        (pl.len().over("incident") == 1).alias("alone")
    )


class Drawn(Struct, frozen=True):
    """In which of the ``draws`` each doubtful state is: ``present`` has the columns incident and draw (int32). ``point`` is
    the draw that stands for all where one has to be shown (`drawn` says which). ``parts`` has the columns draw, whole and part:
    in each draw, which state is a part of which other (`litany.registry.wholes`).
    """

    draws: int
    point: int
    present: pl.DataFrame
    parts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PARTS))

    @property
    def elsewhere(self) -> pl.Series:
        """States that are not in the draw that stands for all."""
        here = self.present.filter(pl.col("draw") == self.point)["incident"]
        return self.present.filter(~pl.col("incident").is_in(here.implode()))["incident"].unique().sort()

    def share(self, incident: int) -> float:
        """The share of the draws that hold a state."""
        held = self.present.filter(pl.col("incident") == incident).height
        return held / self.draws if held else 1.0


def drawn(made: States, draws: int) -> Drawn:
    """The presence of states, and the draw that stands for all: the one in whose states rows are most often as they are there.

    That is the draw with the highest sum, over its rows, of the logarithm of the share of draws that hold the row's state; so
    a draw does not win by having fewer and larger incidents. Of equal ones the first.
    """
    present = pl.DataFrame({"incident": made.states, "draw": made.in_draw}, schema={"incident": pl.Int32, "draw": pl.Int32})
    if not present.height:
        return Drawn(draws, 0, present)
    rows = pl.Series(np.bincount(made.incident)[made.states], dtype=pl.Int64)
    weighed = present.with_columns((rows * (pl.len().over("incident") / draws).log()).alias("logarithm"))
    sums = weighed.group_by("draw").agg(pl.col("logarithm").sum().round(9)).sort("logarithm", "draw", descending=[True, False])
    return Drawn(draws, int(sums["draw"][0]), present)
