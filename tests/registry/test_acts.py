"""What people decide changes what is derived, nothing that was kept, and each decision can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from litany import ids
from litany.case.case import Case
from litany.counts.count import counter
from litany.errors import ContradictoryJudgement, NotFound, UnknownValue
from litany.preserve import withdraw
from litany.preserve.verify import verify
from litany.registry import acts
from litany.registry.refs import anchor_of
from litany.types.records import About, CorrectionKind, Exclusion, Judgement, Verdict
from tests.making import BY, add_rows, new_case

ROWS = [
    {"source": "afp", "date": "2023-05-02", "place": "Loikaw township", "killed": "3-5", "by": "mm.state", "root": "police"},
    {"source": "ap", "date": "2023-05-02", "place": "Loikaw township", "killed": "4", "by": "mm.kio", "root": "hospital"},
    {"source": "rfa", "date": "2023-06-02", "place": "Kale township", "name": "Aung Aung"},
]


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """Three rows of three sources."""
    made = new_case(tmp_path / "case")
    add_rows(made, ROWS)
    return made


def ends(case: Case, scope: str) -> tuple[int | None, int | None, int | None]:
    """Low, best and high of a scope now."""
    counting = counter(case)
    figure = counting.figure(counting.scope(scope))
    return figure.low, figure.best, figure.high


def test_same_links_and_undo_parts(case: Case) -> None:
    """Judged the same, two tolls are one incident; taken back, they are two again; every act is kept and verified."""
    assert ends(case, "killed in:MMR002") == (None, None, None)
    (id_,) = acts.judge(case, Verdict.SAME, About.INCIDENT, "rows.csv:2", ["rows.csv:3"], BY)
    assert ends(case, "killed in:MMR002") == (3, 3, 5)
    acts.undo_judgement(case, id_, BY)
    assert ends(case, "killed in:MMR002") == (None, None, None)
    assert len(case.store.each(Judgement)) == 2
    assert list(verify(case)) == []


def test_the_statements_seen_are_recorded(case: Case) -> None:
    """A judgement says which versions of which statements the person looked at."""
    acts.judge(case, Verdict.SAME, About.INCIDENT, "rows.csv:2", ["rows.csv:3"], BY)
    ((_, _, record),) = case.store.each(Judgement)
    assert len(record.seen) == 2
    assert record.who == "a test"


def test_a_contradiction_keeps_nothing(case: Case) -> None:
    """Two judgements in one act of which the second contradicts: neither is kept."""
    acts.judge(case, Verdict.DIFFERENT, About.INCIDENT, "rows.csv:2", ["rows.csv:4"], BY)
    before = case.store.head()
    with pytest.raises(ContradictoryJudgement):
        acts.judge(case, Verdict.SAME, About.INCIDENT, "rows.csv:2", ["rows.csv:3", "rows.csv:4"], BY)
    assert case.store.head() == before


def test_exclusions_leave_and_come_back(case: Case) -> None:
    """Found alive is no deletion: out of the count, kept, and undone by a further record."""
    assert ends(case, "killed source:rfa") == (1, 1, 1)
    id_ = acts.exclude(case, "rows.csv:4", Exclusion.FOUND_ALIVE, BY)
    assert ends(case, "killed source:rfa") == (0, 0, 0)
    acts.undo_correction(case, id_, BY)
    assert ends(case, "killed source:rfa") == (1, 1, 1)


def test_grades_are_computed_and_overridden(case: Case) -> None:
    """Two sources that name perpetrators who exclude each other are contested, until a person says otherwise."""
    acts.judge(case, Verdict.SAME, About.INCIDENT, "rows.csv:2", ["rows.csv:3"], BY)
    assert ends(case, "killed in:MMR002 grade:contested") == (3, 3, 5)
    acts.grade(case, "rows.csv:2", "discounted", BY)
    assert ends(case, "killed in:MMR002") == (0, 0, 0)
    assert ends(case, "killed in:MMR002 grade:discounted") == (3, 3, 5)


def test_settling_speaks_for_the_incident_superseding_for_one_row(case: Case) -> None:
    """A settled perpetrator holds for every statement of the incident; a superseded toll for the one row."""
    acts.judge(case, Verdict.SAME, About.INCIDENT, "rows.csv:2", ["rows.csv:3"], BY)
    assert ends(case, "killed by:mm.state in:MMR002")[0] == 0
    acts.change(case, "rows.csv:3", CorrectionKind.SETTLE, "by", "mm.state", BY)
    assert ends(case, "killed by:mm.state in:MMR002") == (3, 3, 5)
    acts.change(case, "rows.csv:2", CorrectionKind.SUPERSEDE, "toll", "4", BY)
    assert ends(case, "killed in:MMR002") == (4, 4, 4)


@pytest.mark.parametrize(
    ("field", "value"), [("place", "nowhere"), ("date", "31/12/23"), ("by", "mm.nobody"), ("toll", "many"), ("colour", "red")]
)
def test_impossible_values_are_refused(case: Case, field: str, value: str) -> None:
    """Nothing is kept of a correction whose value the field cannot have."""
    before = case.store.head()
    with pytest.raises(UnknownValue):
        acts.change(case, "rows.csv:2", CorrectionKind.SETTLE, field, value, BY)
    assert case.store.head() == before


def test_a_reason_is_demanded(case: Case) -> None:
    """No decision without why."""
    with pytest.raises(UnknownValue, match="why"):
        acts.exclude(case, "rows.csv:4", Exclusion.HOAX, acts.By("me", "  "))


@pytest.mark.parametrize(
    "ref", ["rows.csv:99", "nobody:1", "rows.csv:x", "zzzzzzzz", "abc", "other.csv:2", "rows.csv:²", "rows.csv:" + "9" * 23]
)
def test_references_to_nothing_are_named(case: Case, ref: str) -> None:
    """The message says how a row is named."""
    with pytest.raises(NotFound):
        anchor_of(case, ref)


def test_what_was_withdrawn_is_not_decided_on(case: Case) -> None:
    """A withdrawn row can neither be judged, nor corrected, nor withdrawn again; and a repeated name is judged once."""
    assert len(acts.judge(case, Verdict.SAME, About.INCIDENT, "rows.csv:2", ["rows.csv:3", "rows.csv:3"], BY)) == 1
    anchor = anchor_of(case, "rows.csv:4")
    withdraw.anchor(case, anchor, "asked")
    for name in ("rows.csv:4", ids.show(anchor)):
        with pytest.raises(NotFound, match="withdrawn"):
            anchor_of(case, name)
