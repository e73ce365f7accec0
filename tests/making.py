"""Small cases made from tables that a test writes."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from litany.case.case import Case
from litany.counts.count import Counter, counter
from litany.preserve.add import Facts, add
from litany.registry import acts
from litany.registry.acts import By
from litany.statements.reading import read_document
from litany.types.records import About, Document, Exclusion, Verdict

RULES = Path(__file__).parent / "counts" / "rules.toml"
BY = By("a test", "because the test says so")
Rows = Sequence[Mapping[str, str]]


def clock() -> datetime:
    """A clock that stands still."""
    return datetime(2024, 1, 2, tzinfo=UTC)


def new_case(root: Path, key: str = "ab" * 32, installation: str = "one") -> Case:
    """A case that reads the tables of docs/counting-rules.md."""
    case = Case.create(root, title="test", key=key, installation=installation, clock=clock)
    (case.layout.lookups / "mappings" / "rules.toml").write_text(RULES.read_text("utf-8"), "utf-8")
    return case


def add_rows(case: Case, rows: Rows, name: str = "rows.csv", facts: Facts | None = None) -> None:
    """Write a CSV beside the case, preserve and read it."""
    columns = list(dict.fromkeys(["source", "date", "place", *(column for row in rows for column in row)]))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    path = case.layout.root.parent / name
    path.write_text(text.getvalue(), "utf-8")
    outcomes = list(add(case, [str(path)], facts or Facts()))
    for outcome in outcomes:
        assert outcome.refused is None, outcome.refused
    wanted = {outcome.sha256 for outcome in outcomes}
    for _, _, document in case.store.each(Document):
        if document.sha256 in wanted:
            read_document(case, document, name, "rules")


def decide(case: Case, rows: Rows, name: str = "rows.csv") -> None:
    """Judge rows with the same letter to be the same, and exclude those that say so."""
    for column, about in (("same", About.INCIDENT), ("same person", About.VICTIM)):
        groups: dict[str, list[str]] = {}
        for number, row in enumerate(rows, start=2):
            if row.get(column):
                groups.setdefault(row[column], []).append(f"{name}:{number}")
        for first, *others in groups.values():
            if others:
                acts.judge(case, Verdict.SAME, about, first, others, BY)
    for number, row in enumerate(rows, start=2):
        if row.get("exclude"):
            acts.exclude(case, f"{name}:{number}", Exclusion(row["exclude"]), BY)


def counted(root: Path, rows: Rows) -> Counter:
    """A counter over a case of these rows, judged as they say."""
    case = new_case(root)
    add_rows(case, rows)
    decide(case, rows)
    return counter(case)
