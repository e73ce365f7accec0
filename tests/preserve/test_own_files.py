"""What belongs to the case itself is not evidence, and nothing replaces itself."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from litany.case.case import Case
from litany.errors import CaseError
from litany.preserve.add import Facts, add
from litany.preserve.verify import verify


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A case with one document."""
    made = Case.create(tmp_path / "case", title="A case")
    (tmp_path / "list.csv").write_text("a\n1\n", "utf-8")
    assert all(one.refused is None for one in add(made, [str(tmp_path / "list.csv")], Facts()))
    return made


@pytest.mark.parametrize("inside", ["..", "", "keys/id.key", "vault", "case.db", "custody/../derived"])
def test_the_case_itself_is_refused(case: Case, inside: str) -> None:
    """Its keys must not get into its own vault, not even with a folder around it."""
    (outcome,) = add(case, [str(case.layout.root / inside)], Facts())
    assert outcome.refused is not None and "the case itself" in outcome.refused
    assert list(verify(case)) == []


def test_nothing_replaces_itself(case: Case, tmp_path: Path) -> None:
    """A document that would replace itself would leave every count: refused, and what was here stays."""
    sha256 = hashlib.sha256((tmp_path / "list.csv").read_bytes()).hexdigest()
    (outcome,) = add(case, [str(tmp_path / "list.csv")], Facts(replaces=sha256))
    assert outcome.refused is not None and "--replaces" in outcome.refused
    assert list(verify(case)) == []


def test_a_key_of_another_case_is_refused(case: Case) -> None:
    """Opened with the wrong key everything would be read anew under new ids; nothing is changed."""
    path = case.layout.keys / "id.key"
    path.write_text("ab" * 32, "ascii")
    with pytest.raises(CaseError, match="another case"):
        Case(case.layout.root)


def test_an_empty_database_is_refused(case: Case) -> None:
    """A case.db that was cut to nothing is not taken for a new case."""
    case.close()
    for path in case.layout.root.glob("case.db*"):
        path.write_bytes(b"")
    with pytest.raises(CaseError, match="backup"):
        Case(case.layout.root)
