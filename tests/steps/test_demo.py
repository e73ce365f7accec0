"""The built-in case comes out the same everywhere, and making it never deletes anybody's work."""

from __future__ import annotations

from pathlib import Path

import pytest

from litany.case.case import Case
from litany.errors import CaseError
from litany.preserve.verify import verify
from litany.steps import demo
from litany.store import transfer


def test_two_demonstrations_are_the_same(tmp_path: Path) -> None:
    """Dump, register and report have the same bytes in two folders, and the case holds."""
    made = []
    for name in ("one", "two"):
        shown = demo.make(tmp_path / name)
        case = Case(tmp_path / name)
        assert list(verify(case)) == []
        derived = {
            p.name: p.read_bytes() for p in (tmp_path / name / "derived").rglob("*") if p.is_file() and p.name != ".lock"
        }
        made.append((list(transfer.dump(case.store)), derived, shown.report.read_bytes(), [f.id for _, f in shown.figures]))
        case.close()
    assert made[0] == made[1]


def test_a_demonstration_is_replaced_and_nothing_else_is(tmp_path: Path) -> None:
    """A folder with other things in it, a case with the same files among them, is left as it is."""
    case = Case.create(tmp_path / "mine", title="Mine")
    case.close()
    (tmp_path / "mine" / demo.SOURCES).write_text("mine", "utf-8")
    for folder in (tmp_path / "mine", tmp_path):
        with pytest.raises(CaseError, match="no demonstration"):
            demo.make(folder)
    assert (tmp_path / "mine" / demo.SOURCES).read_text("utf-8") == "mine"
