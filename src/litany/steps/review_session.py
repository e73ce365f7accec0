"""Where does somebody stand who goes through a queue, and what did they decide so far?

Every decision is kept at once by `litany.registry.acts`; a session remembers only the way: the place in the queue, and the
judgements made on it, so that the last can be taken back.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from litany.case.case import Case
from litany.errors import UnknownValue
from litany.registry import acts
from litany.registry.acts import By
from litany.steps.review import Doubt
from litany.steps.review_known import Known
from litany.types.records import Verdict

WHY = "read both rows"
_TAKEN_BACK = "taken back in the same review"


class Decision(Struct, frozen=True):
    """What was decided of a pair (its place in the queue), and the id of the judgement."""

    at: int
    verdict: Verdict
    id: str


class Session:
    """One person's way through a queue. ``known``: what the judgements before it say (`litany.steps.review_known.known`)."""

    def __init__(self, case: Case, doubts: Sequence[Doubt], known: Known, who: str | None) -> None:
        self._case, self.doubts, self._known, self._who = case, doubts, known, who
        self.at = 0
        self.made: list[Decision] = []
        self._taken_back: set[str] = set()
        self.why = WHY

    @property
    def doubt(self) -> Doubt | None:
        """The pair that is looked at; None behind the last."""
        return self.doubts[self.at] if self.at < len(self.doubts) else None

    def decision(self) -> Decision | None:
        """What was decided of this pair, in this session."""
        return next((one for one in self.made if one.at == self.at), None)

    def decide(self, verdict: Verdict, why: str) -> Decision:
        """Judge this pair. Raises ContradictoryJudgement with the loop (nothing is kept, the pair stays), UnknownValue for one
        that is judged already or lacks a reason.
        """
        doubt = self.doubt
        if doubt is None or self.decision() is not None:
            raise UnknownValue("this pair is judged: u takes that back")
        by = By(self._who, f"{doubt.audit}{why}" if why.strip() else "")
        (id_,) = acts.judge(self._case, verdict, doubt.about, doubt.left.anchor, [doubt.right.anchor], by)
        if id_ in self._taken_back:  # one record in all: same words, same second
            raise UnknownValue("the same was taken back in this very second: press again")
        self.why = why
        self.made.append(Decision(self.at, verdict, id_))
        return self.made[-1]

    def undo(self) -> bool:
        """Take the judgement of this pair back, or else the last one, and go to it; False where none was made."""
        last = self.decision() or (self.made[-1] if self.made else None)
        if last is None:
            return False
        acts.undo_judgement(self._case, last.id, By(self._who, _TAKEN_BACK))
        self.made.remove(last)
        self._taken_back.add(last.id)
        self.at = last.at
        return True

    def forward(self) -> None:
        """To the next pair of which the judgements so far say nothing; in an audit to the next, for all of it is asked."""
        self.at += 1
        known = self._so_far()
        while (doubt := self.doubt) is not None and self.decision() is None and self._follows(known, doubt):
            self.at += 1

    def back(self) -> None:
        """To the pair before, judged or not."""
        self.at = max(self.at - 1, 0)

    def _so_far(self) -> Known:
        known = self._known
        for one in self.made:
            doubt = self.doubts[one.at]
            known = known.plus(one.verdict, doubt.left.node, doubt.right.node)
        return known

    def _follows(self, known: Known, doubt: Doubt) -> bool:
        return not doubt.audit and known.follows_one(doubt.left.node, doubt.right.node)
