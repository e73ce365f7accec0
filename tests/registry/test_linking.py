"""What people judged reaches the draws of a case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from litany.counts.count import counter
from litany.linkage.audit import Audited
from litany.linkage.link import Linked, draw
from litany.registry import linking
from litany.steps.review_audit import random_queue
from litany.steps.review_known import Known
from litany.steps.review_session import Session
from litany.types.records import About, Verdict
from tests.steps.review_making import SCOPE, make


def test_audited_judgements_calibrate_the_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of an audit, and how they were decided; before it none."""
    given: list[Audited | None] = []

    def watched(*told: Any, **more: Any) -> Linked:
        given.append(told[4] if len(told) > 4 else more.get("audited"))
        return draw(*told, **more)

    monkeypatch.setattr(linking, "draw", watched)
    case = make(tmp_path / "case")
    made = counter(case)
    assert given == [None]
    sample = random_queue(case, made, made.scope(SCOPE), About.INCIDENT, 8, 7)
    session = Session(case, sample, Known(), "tester")
    for verdict in (Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE):
        session.decide(verdict, "as the test says")
        session.forward()
    counter(case)
    audited = given[-1]
    assert len(given) == 2 and audited is not None
    assert sorted(audited.same.tolist()) == [False, True]
    case.close()
