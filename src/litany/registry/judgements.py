"""Which anchors did people judge to be the same, and does anything that they judged contradict something else?

Judgements are applied in the order of their time and content. One that would join two anchors that an earlier one holds
apart (or the reverse) is a contradiction: refused when it is made, reported and left out when it came in by a merge.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable

from msgspec import Struct

from litany.errors import ContradictoryJudgement
from litany.ids import canonical
from litany.types.records import About, Judgement, Verdict

AUDIT = re.compile(r"audit:(\d+):(\d+):([0-9.e-]+): ")  # how the reason of an audited judgement begins: seed, size, inclusion


class Judged(Struct, frozen=True):
    """A judgement in force, with its id (text)."""

    id: str
    judgement: Judgement


class Contradiction(Struct, frozen=True):
    """A judgement that was left out, and the loop of judgements that it contradicts."""

    left_out: str
    loop: tuple[str, ...]


class Settled(Struct, frozen=True):
    """Groups of anchors (ids as text) that are the same, what was left out, and pairs of anchors held apart."""

    groups: tuple[tuple[str, ...], ...]
    contradictions: tuple[Contradiction, ...] = ()
    apart: tuple[tuple[str, str], ...] = ()


def in_force(judgements: Iterable[Judged]) -> list[Judged]:
    """Without what was taken back, in the order of time and content."""
    every = sorted(judgements, key=lambda one: (one.judgement.at, canonical(one.judgement)))
    undone = {one.judgement.undoes for one in every if one.judgement.undoes is not None}
    return [one for one in every if one.id not in undone and one.judgement.verdict is not None]


def settle(judgements: Iterable[Judged], about: About) -> Settled:
    """The groups that judgements about incidents (or victims) make."""
    graph = _Graph()
    left_out = [
        Contradiction(one.id, loop) for one in in_force(judgements) if one.judgement.about is about and (loop := graph.add(one))
    ]
    return Settled(graph.groups(), tuple(left_out), graph.apart())


def audited(judgements: Iterable[Judged], about: About) -> tuple[tuple[str, str, bool], ...]:
    """Pairs of anchors that were judged because chance chose them (their reason begins with the mark of an audit), and whether
    they are the same. Only these say how often the linkage is right: pairs chosen for their effect are no random sample.
    """
    known: dict[tuple[str, str], bool] = {}
    for one in in_force(judgements):
        record = one.judgement
        if record.about is about and AUDIT.match(record.why) and record.verdict in (Verdict.SAME, Verdict.DIFFERENT):
            known[_pair(record.left, record.right)] = record.verdict is Verdict.SAME
    return tuple((left, right, same) for (left, right), same in sorted(known.items()))


def check(judgements: Iterable[Judged], new: Judged) -> None:
    """Raises ContradictoryJudgement, with the loop, when a new judgement contradicts those in force."""
    graph = _Graph()
    for one in in_force(judgements):
        if one.judgement.about is new.judgement.about:
            graph.add(one)
    loop = graph.add(new)
    if loop:
        raise ContradictoryJudgement(
            "this contradicts earlier judgements: take one of them back (litany judge undo ID) or judge otherwise: "
            + ", ".join(loop),
            loop,
        )


class _Graph:
    """Anchors joined by "same", and pairs held apart by "different"."""

    def __init__(self) -> None:
        self._same: dict[str, dict[str, str]] = {}
        self._apart: dict[tuple[str, str], str] = {}

    def add(self, one: Judged) -> tuple[str, ...]:
        """Take a judgement in; or leave it out and give the loop that it would close."""
        left, right, verdict = one.judgement.left, one.judgement.right, one.judgement.verdict
        if verdict is Verdict.SAME:
            return self._join(left, right, one.id)
        if verdict is Verdict.DIFFERENT:
            path = self._path(left, right)
            if path is not None:
                return path
            self._apart[_pair(left, right)] = one.id
        return ()

    def _join(self, left: str, right: str, id_: str) -> tuple[str, ...]:
        first, second = self._reached(left), self._reached(right)
        for (a, b), apart in self._apart.items():
            for here, there in ((a, b), (b, a)):
                if here in first and there in second:
                    return (*(self._path(left, here) or ()), apart, *(self._path(there, right) or ()))
        self._same.setdefault(left, {})[right] = id_
        self._same.setdefault(right, {})[left] = id_
        return ()

    def _reached(self, start: str) -> dict[str, tuple[str, ...]]:
        """Every anchor that is the same as this one, with the judgements on the shortest way to it."""
        found: dict[str, tuple[str, ...]] = {start: ()}
        todo = deque([start])
        while todo:
            here = todo.popleft()
            for there, id_ in sorted(self._same.get(here, {}).items()):
                if there not in found:
                    found[there] = (*found[here], id_)
                    todo.append(there)
        return found

    def _path(self, left: str, right: str) -> tuple[str, ...] | None:
        return self._reached(left).get(right)

    def apart(self) -> tuple[tuple[str, str], ...]:
        """The pairs that are held apart, in order."""
        return tuple(sorted(self._apart))

    def groups(self) -> tuple[tuple[str, ...], ...]:
        seen: set[str] = set()
        made: list[tuple[str, ...]] = []
        for anchor in sorted(self._same):
            if anchor not in seen:
                group = tuple(sorted(self._reached(anchor)))
                seen.update(group)
                made.append(group)
        return tuple(made)


def _pair(left: str, right: str) -> tuple[str, str]:
    return (left, right) if left < right else (right, left)
