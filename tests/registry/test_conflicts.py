"""Judgements that contradict each other: refused when they are made, left out and named where they came in by a merge."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from litany import ids
from litany.case.case import Case
from litany.cli.app import cli
from litany.errors import ContradictoryJudgement
from litany.registry import acts, link_files
from litany.registry.refs import anchor_of
from litany.steps.run import run
from litany.store.store import stamp
from litany.types.records import About, Judgement, Verdict
from tests.making import BY, RULES, add_rows, new_case
from tests.steps.review_making import make, rows

A, B, C = "rows.csv:2", "rows.csv:3", "rows.csv:4"
SAME, DIFFERENT = Verdict.SAME, Verdict.DIFFERENT


def judge(case: Case, verdict: Verdict, one: str, other: str) -> str:
    (id_,) = acts.judge(case, verdict, About.INCIDENT, one, [other], BY)
    return id_


def merged(case: Case, verdict: Verdict, one: str, other: str) -> str:
    """A judgement as another office made it: it is kept whatever ours say."""
    left, right = (ids.show(anchor_of(case, ref)) for ref in (one, other))
    record = Judgement(
        schema=1, at=stamp(case.store.clock()), who="another office", left=left, right=right, about=About.INCIDENT,
        verdict=verdict, why="zz: so that it stands behind ours, which have the same time",
    )  # fmt: skip
    with case.store.write("judge") as writer:
        id_, _ = writer.keep(record)
    return ids.show(id_)


@pytest.mark.parametrize("draws", [True, False])
def test_a_loop_is_refused_at_once_and_named_by_the_run(tmp_path: Path, draws: bool) -> None:
    """A is B, B is C: that A is not C is refused with both; merged in, the run leaves out one of the three, and names all."""
    case = make(tmp_path / "case") if draws else new_case(tmp_path / "case")
    if not draws:
        add_rows(case, rows())
    ours = {judge(case, SAME, A, B), judge(case, SAME, B, C)}
    with pytest.raises(ContradictoryJudgement) as refused:
        judge(case, DIFFERENT, A, C)
    assert set(refused.value.loop) == ours
    assert not any("contradicts" in note for note in run(case).notes)
    theirs = merged(case, DIFFERENT, A, C)
    (note,) = (note for note in run(case).notes if "contradicts" in note)
    assert note.endswith(": it was left out")
    assert {word.strip(",:") for word in note.split()} >= ours | {theirs}
    shown = CliRunner().invoke(cli, ["-C", str(case.layout.root), "run"], catch_exceptions=False)
    assert f"note: {note}" in shown.output
    case.close()


def test_what_a_source_gives_as_one_stays_one_through_others(tmp_path: Path) -> None:
    """A and B have one key of their source; C is A, and C is not B: the source's own word stands, and the run says so."""
    case = make(tmp_path / "case", [])
    text = RULES.read_text("utf-8").replace("optional = [", 'incident = "own"\noptional = ["own", ')
    (case.layout.lookups / "mappings" / "rules.toml").write_text(text, "utf-8")
    table = rows()
    table[0] = table[0] | {"source": "list-a", "own": "7"}
    table[1] = table[0] | {"killed": "9"}
    table[2] = table[2] | {"source": "list-b"}
    add_rows(case, table)
    judge(case, SAME, A, C)
    assert not any("gives as one incident" in note for note in run(case).notes)
    judge(case, DIFFERENT, B, C)
    ran = run(case)
    (note,) = (note for note in ran.notes if "gives as one incident" in note)
    assert ": 1, without effect" in note
    folder = case.layout.derived / ran.generation
    found = link_files.load(folder, About.INCIDENT)
    assert found is not None
    unit = link_files.rows(folder).sort("row")["unit"].to_numpy()
    assert unit[0] == unit[1] != unit[2]
    assert found.draws.pair_probability(np.asarray([unit[0]]), np.asarray([unit[2]])) == 1.0
    case.close()
