"""How often is the model right? A random sample of pairs, judged by people who cannot see what it thinks.

The sample is drawn within strata of the pairs' weights and by nothing else (`litany.linkage.audit.sample_pairs`). Each
judgement of it carries a mark in its reason, ``audit:SEED:SIZE:INCLUSION: why``: the seed and the size of the sample, and the
probability with which the pair came into it. Only judgements with a mark are used for calibration: those that people made
anyway, or by effect, are no random sample. A pair that was judged before is asked again, for the sample must not lack it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from litany.case.case import Case
from litany.counts.count import Counter
from litany.linkage.audit import sample_pairs
from litany.linkage.trust import zones
from litany.registry.build import Register
from litany.registry.judgements import AUDIT, Judged, in_force
from litany.steps import review_known, review_pairs
from litany.steps.review import Basis, Doubt, basis, doubts, ends
from litany.steps.review_known import NODE, Pair
from litany.steps.review_pairs import Weighed
from litany.steps.review_sides import Sides
from litany.types.records import About, Verdict
from litany.types.scope import Scope


class Marked(Struct, frozen=True):
    """A judgement of an audit: anchors (ids as text), what was decided, and of which sample with which inclusion."""

    left: str
    right: str
    verdict: Verdict
    seed: int
    size: int
    inclusion: float


def random_queue(case: Case, counter: Counter, scope: Scope, about: About, size: int, seed: int) -> list[Doubt]:
    """Those of a random sample of ``size`` scored pairs that were not judged in this audit yet, in a random order.

    The same case, seed and size give the same sample. It is drawn from all scored pairs, sure ones too: those that the model
    holds for likelier than one in 1,100, and all pairs among these. ``scope`` changes nothing but the effect that is shown
    after a decision. Raises Refused, ScopeError.
    """
    made = basis(case, counter, scope, about)
    left, right = ends(made)
    node = _content(counter.register, made.rows, about)
    with np.errstate(over="ignore"):
        content = node[left] + node[right]  # wraps; which of the two is left does not matter
    odds = made.found.pairs["odds"].to_numpy()
    sample = sample_pairs(odds, size, content, seed)
    zone = zones(odds)
    shares = np.bincount(zone[sample], minlength=zone.max() + 1) / np.maximum(np.bincount(zone), 1)
    done = _done(case, made, seed, size)
    codes = [(min(a, b), max(a, b)) for a, b in zip(left[sample].tolist(), right[sample].tolist(), strict=True)]
    open_ = np.asarray([code not in done for code in codes], bool)
    row = sample[open_]
    inclusion = shares[zone[row]].tolist()
    pairs = review_pairs.weighed(made.found.draws, left[row], right[row], row, made.totals)
    keys = [_shuffled(seed, int(one)) for one in content[row]]
    return doubts(made, pairs, _by(keys), [mark(seed, size, one) for one in inclusion])


def _by(keys: Sequence[bytes]) -> Callable[[Weighed, Sides], list[int]]:
    def order(pairs: Weighed, sides: Sides) -> list[int]:
        return sorted(range(len(pairs.row)), key=lambda at: (keys[at], sides.name(int(pairs.left[at]))))

    return order


def _shuffled(seed: int, content: int) -> bytes:
    return hashlib.sha256(b"%d %d" % (seed, content)).digest()


def _content(register: Register, rows: pl.DataFrame, about: About) -> NDArray[np.uint64]:
    """(nodes) a hash of where the rows of each node stand: document, sheet, row. It knows no id of ours and no order."""
    node = rows[NODE[about]].to_numpy()
    made = np.zeros(int(node.max(initial=-1)) + 1, np.uint64)
    documents = register.legend.documents
    places = zip(node.tolist(), rows.select("doc", "sheet", "row").iter_rows(), strict=True)
    with np.errstate(over="ignore"):
        for number, (doc, sheet, row) in places:
            if number >= 0:
                digest = hashlib.sha256(f"{documents[doc]} {sheet} {row}".encode()).digest()
                made[number] += np.frombuffer(digest[:8], np.uint64)[0]
    return made


def mark(seed: int, size: int, inclusion: float) -> str:
    """What stands before the reason of a judgement of an audit."""
    return f"audit:{seed}:{size}:{inclusion!r}: "


def marked(judgements: Iterable[Judged], about: About) -> list[Marked]:
    """The judgements of audits that are in force, in the order of their time."""
    made = []
    for one in in_force(judgements):
        found, record = AUDIT.match(one.judgement.why), one.judgement
        if found is not None and record.about is about and record.verdict is not None:
            seed, size, inclusion = found.groups()
            made.append(Marked(record.left, record.right, record.verdict, int(seed), int(size), float(inclusion)))
    return made


def _done(case: Case, made: Basis, seed: int, size: int) -> set[Pair]:
    """The pairs of nodes that were judged in this audit."""
    own = [one for one in marked(review_known.judged(case), made.about) if (one.seed, one.size) == (seed, size)]
    return {pair for pair in _pairs(case, made.counter.register, made.rows, made.about, own) if pair is not None}


def _pairs(
    case: Case, register: Register, rows: pl.DataFrame, about: About, judged: Sequence[Marked]
) -> list[Pair | None]:  # fmt: skip
    """The nodes of each judgement, the lesser first; None where an anchor has none any more."""
    anchors = sorted({anchor for one in judged for anchor in (one.left, one.right)})
    node = review_known.nodes_of(case, register, rows, anchors, about)
    return [
        (min(node[one.left], node[one.right]), max(node[one.left], node[one.right]))
        if one.left in node and one.right in node
        else None
        for one in judged
    ]
