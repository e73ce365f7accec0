"""What does the linkage of a case rest on, and how does it compare with right answers?"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from msgspec import Struct

from litany.case.case import Case
from litany.errors import Refused
from litany.linkage import evaluate, evaluate_blocking
from litany.linkage.evaluate import Scores
from litany.linkage.evaluate_gold import Gold, read_gold
from litany.linkage.evaluate_probability import Reliability, reliability
from litany.registry import link_files
from litany.registry.build import Register
from litany.registry.link_files import Basis, Pairs
from litany.registry.links import first_rows, linked_rows, row_names
from litany.types.records import About

_BITS = float(np.log(2))


class Weighed(Struct, frozen=True):
    """A level of a comparison and its weight: log2(m/u), in bits."""

    label: str
    weight: float


class Field(Struct, frozen=True):
    """A comparison with the weights of its levels, the strongest agreement first."""

    name: str
    levels: tuple[Weighed, ...]


class Linkage(Struct, frozen=True):
    """The linkage of victims or incidents. ``nodes``: persons, or incidents of a source; ``pairs`` that were worth a look;
    ``clusters``: the 2.5, 50 and 97.5 % quantile of how many are distinct, over ``draws``, less those counted once too often
    because true pairs were never compared or agree on too little; ``doubtful``: nodes that are not settled; ``keys_reach``:
    the estimated share of true pairs that a key reaches (null: all pairs were compared).
    """

    about: About
    nodes: int
    pairs: int
    draws: int
    clusters: tuple[int, int, int]
    doubtful: int
    keys_reach: float | None
    notes: tuple[str, ...]
    weights: tuple[Field, ...]


class Compared(Struct, frozen=True):
    """The best partition, and the pairs' probabilities, against right answers. ``judged``: nodes with an answer."""

    pairs: Scores
    b_cubed: Scores
    blocking_recall: float
    reliability: Reliability
    judged: int
    unknown: tuple[str, ...]
    unread: tuple[str, ...]


def linkage(register: Register) -> tuple[Linkage, ...]:
    """What was linked in a register, and what it rests on. Raises Refused where there are no draws."""
    linked_rows(register)
    found = ((about, link_files.load(register.path, about)) for about in (About.VICTIM, About.INCIDENT))
    return tuple(_linkage(about, pairs) for about, pairs in found if pairs is not None)


def _linkage(about: About, found: Pairs) -> Linkage:
    counts = found.draws.number_of_clusters() - np.asarray(found.basis.missed)
    low, middle, high = (int(np.quantile(counts, at, method="nearest")) for at in (0.025, 0.5, 0.975))
    return Linkage(
        about=about, nodes=found.draws.size, pairs=found.pairs.height, draws=len(found.draws), clusters=(low, middle, high),
        doubtful=len(found.draws.doubtful), keys_reach=found.basis.keys_reach, notes=found.basis.notes,
        weights=_weights(found.basis),
    )  # fmt: skip


def _weights(basis: Basis) -> tuple[Field, ...]:
    made = []
    for comparison, m, u in zip(basis.plan.comparisons, basis.m, basis.u, strict=True):
        levels = [
            Weighed(comparison.label(level), round((float(np.log(m[level])) - float(np.log(u[level]))) / _BITS, 3))
            for level in range(len(m) - 1, -1, -1)
        ]
        made.append(Field(comparison.name, tuple(levels)))
    return tuple(made)


def compared(case: Case, register: Register, about: About, lines: Iterable[str]) -> Compared:
    """The links against a CSV of right answers (`litany.linkage.evaluate_gold`), whose rows are named as `litany links`
    names them.

    Raises UnreadableFile where the CSV has neither form, Refused where nothing was linked.
    """
    rows = linked_rows(register)
    found = link_files.load(register.path, about)
    node = rows["person" if about is About.VICTIM else "unit"].to_numpy()
    if found is None:
        raise Refused(f"there was nothing to link about {about.value}s: one source, whose rows are distinct")
    names = row_names(case, register, rows)
    numbers = {names[row]: number for number, row in first_rows(node).items() if number >= 0}
    numbers |= {name: int(node[row]) for row, name in enumerate(names) if node[row] >= 0}
    return _compared(found, read_gold(lines, numbers, found.draws.size))


def _compared(found: Pairs, gold: Gold) -> Compared:
    label = found.draws.point()
    left, right = found.pairs["left"].to_numpy(), found.pairs["right"].to_numpy()
    agreed = evaluate.agreement(label, gold.labels)
    as_pairs = len(gold.left) > 0
    reached = (
        evaluate_blocking.of_pairs(left, right, gold.left, gold.right)
        if as_pairs
        else evaluate_blocking.of_labels(left, right, gold.labels)
    )
    judged = (gold.labels[left] >= 0) & (gold.labels[right] >= 0)
    same = gold.labels[left] == gold.labels[right]
    shares = found.draws.pair_probability(left, right)
    return Compared(
        pairs=agreed.pairwise, b_cubed=agreed.b_cubed, blocking_recall=reached.share,
        reliability=reliability(shares[judged], same[judged]), judged=agreed.judged, unknown=gold.unknown, unread=gold.unread,
    )  # fmt: skip
