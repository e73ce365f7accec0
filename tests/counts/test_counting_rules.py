"""Every case of docs/counting-rules.md comes out as it was worked by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.making import counted

DOC = Path(__file__).resolve().parents[2] / "docs" / "counting-rules.md"
_CASE = re.compile(r"^### (\d+b?\. .+)$", re.MULTILINE)
_EXPECTED = re.compile(r"^- `(?P<scope>.+?)` → (?P<answer>.+)$", re.MULTILINE)
_ENDS = re.compile(r"low (\d+), (?:best (\d+)|no best), high (\d+), ([a-z-]+)")


def cases() -> Iterator[tuple[str, list[dict[str, str]], str, str]]:
    """(title, rows, scope, expected) of every line of every case."""
    parts = _CASE.split(DOC.read_text("utf-8").split("\n## Breakdowns")[0])
    for title, text in zip(parts[1::2], parts[2::2], strict=True):
        lines = [line for line in text.splitlines() if line.startswith("|")]
        cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
        rows = [dict(zip(cells[0], row, strict=True)) for row in cells[2:]]
        for found in _EXPECTED.finditer(text):
            yield title, rows, found["scope"], found["answer"]


def test_there_are_at_least_ten_cases() -> None:
    """The document is parsed at all: many cases, each with rows and at least one answer."""
    found = list(cases())
    assert len({title for title, *_ in found}) >= 10
    assert all(rows for _, rows, _, _ in found)
    assert len(_CASE.findall(DOC.read_text("utf-8"))) == len({title for title, *_ in found})


@pytest.mark.parametrize(
    ("title", "rows", "scope", "answer"), list(cases()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_case_comes_out(tmp_path: Path, title: str, rows: list[dict[str, str]], scope: str, answer: str) -> None:
    """The figure of the scope over the rows is the one that was worked by hand."""
    counter = counted(tmp_path / "case", rows)
    figure = counter.figure(counter.scope(scope))
    if answer == "refused":
        assert figure.refused
        assert (figure.low, figure.best, figure.high) == (None, None, None)
        return
    ends = _ENDS.fullmatch(answer)
    assert ends is not None, f"{title}: {answer!r} is not understood"
    expected = [None if end is None else int(end) for end in ends.groups()[:3]]
    assert [figure.low, figure.best, figure.high, figure.basis.value] == [*expected, ends[4]], figure.evidence.notes
