"""Who copies a text, or cites the article that another read, bears nothing out."""

from __future__ import annotations

from pathlib import Path

import pytest

from litany.case.case import Case
from litany.counts.count import Counter, counter
from litany.counts.explain import Happened, explain
from litany.ids import read
from tests.making import RULES, Rows, add_rows, clock, decide, new_case

URL = "https://www.example.org/loikaw/?utm_source=x"
WORDS = "Soldiers shot nine farmers near the monastery gate of the village at dawn."


def rows(*notes: str) -> Rows:
    """Three sources on one incident, each with a root of its own, and what each notes; then one that no other speaks of."""
    told = (("afp", "police", "9"), ("ap", "hospital", "9"), ("fbr", "own team", "4"))
    made = [
        {"source": source, "root": root, "killed": killed, "note": note, "same": "a", "date": "2023-05-02",
         "place": "Loikaw township"}
        for (source, root, killed), note in zip(told, notes, strict=True)
    ]  # fmt: skip
    return [*made, {**made[0], "same": "", "date": "2023-09-09", "place": "Kale township"}]


def counted(root: Path, table: Rows, draws: int = 0) -> Counter:
    case = new_case(root)
    text = RULES.read_text("utf-8").replace('optional = ["same"', 'optional = ["note", "same"')
    text = text.replace('facet = "toll"\n', 'facet = "toll"\nnote = ["note"]\n')
    (case.layout.lookups / "mappings" / "rules.toml").write_text(text, "utf-8")
    settings = case.layout.settings
    settings.write_text(settings.read_text("utf-8").replace("draws = 0", f"draws = {draws}"), "utf-8")
    case = Case(case.layout.root, clock=clock)
    add_rows(case, table)
    decide(case, table)
    return counter(case)


def explained(made: Counter) -> Happened:
    """The incident of which several speak."""
    figure = made.figure(made.scope("killed in:MM 2023-05"))
    found = explain(made.case, read(figure.id), known=made)
    assert found.trouble is None
    [incident] = found.incidents
    return incident


@pytest.mark.parametrize("draws", [0, 20])
@pytest.mark.parametrize(
    ("first", "second", "why"),
    [(f"{WORDS} {URL}", "http://example.org/loikaw", "same web address"), (WORDS, WORDS.upper(), "same words")],
)
def test_a_copy_is_no_second_root(tmp_path: Path, draws: int, first: str, second: str, why: str) -> None:
    """Nine is what one voice says, and four another: the lower median is four, where two roots against one would be nine."""
    made = counted(tmp_path / "case", rows(first, second, ""), draws)
    incident = explained(made)
    assert (incident.low, incident.best, incident.high) == (4, 4, 9)
    [echo] = incident.one_voice
    said = {stated.statement.id for stated in incident.statements if stated.statement.source in ("afp", "ap")}
    assert set(echo.statements) == said and echo.why == why


@pytest.mark.parametrize("draws", [0, 20])
def test_words_of_their_own_leave_sources_apart(tmp_path: Path, draws: int) -> None:
    incident = explained(counted(tmp_path / "case", rows(WORDS, f"{WORDS} Two of them were children.", "short"), draws))
    assert incident.best == 9 and incident.one_voice == ()


def test_the_grade_sees_one_root(tmp_path: Path) -> None:
    def two(*notes: str) -> Rows:
        return [row for row in rows(*notes, "") if row["source"] != "fbr"]

    assert explained(counted(tmp_path / "copied" / "case", two(URL, URL))).grade == "weak"
    assert explained(counted(tmp_path / "apart" / "case", two(URL, "https://example.org/other"))).grade == "fair"


def test_what_two_incidents_share_makes_neither_better_known(tmp_path: Path) -> None:
    """A briefing tells of several incidents: its address joins no roots from one to another."""
    table = [dict(row) for row in rows(URL, "", "")]
    table[3] |= {"source": "rfa", "root": "", "note": URL}
    made = counted(tmp_path / "case", table)
    figure = made.figure(made.scope("killed in:MM 2023-09"))
    [alone] = explain(made.case, read(figure.id), known=made).incidents
    assert alone.grade == "weak" and alone.one_voice == ()
    assert explained(made).best == 9
