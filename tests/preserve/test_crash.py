"""A process that is killed at any moment of adding leaves everything that was reported, and nothing half added."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from litany.case import points, vault
from litany.case.case import Case
from litany.preserve.add import Facts, add
from litany.preserve.verify import verify
from litany.types.records import Capture, Document

CHILD = """
import os, signal, sys
from pathlib import Path
from litany.case import points
from litany.case.case import Case
from litany.preserve.add import Facts, add

root, point, *files = sys.argv[1:]
case = Case(Path(root))
for outcome in add(case, files[:1], Facts()):
    print(outcome.sha256, flush=True)

def kill(name):
    if name == point:
        os.kill(os.getpid(), signal.SIGKILL)

points.set_hook(kill)
for outcome in add(case, files[1:], Facts()):
    print(outcome.sha256, flush=True)
"""
COMMITTED = points.ADD.index("committed")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("known", [False, True], ids=["new bytes", "known bytes"])
@pytest.mark.parametrize("point", points.ADD)
def test_a_kill_at_each_point_of_adding(tmp_path: Path, point: str, known: bool) -> None:
    """Afterwards the case opens, what was reported is there, the rest is whole or gone, and adding it again works."""
    root, first, second = tmp_path / "case", tmp_path / "first", tmp_path / "second"
    Case.create(root, title="A case").close()
    first.write_bytes(b"first" * 100)
    second.write_bytes(first.read_bytes() if known else b"second" * 300_000)  # two chunks
    command = [sys.executable, "-c", CHILD, str(root), point, str(first), str(second)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    passed_by = known and point in ("vault-renamed", "vault-synced")  # known bytes are not moved into the vault
    assert done.returncode == (0 if passed_by else -signal.SIGKILL), done.stderr
    assert done.stdout.split()[0] == sha256(first)

    case = Case(root)
    assert list(verify(case)) == []
    assert [p.name for p in (case.layout.vault / "incoming").iterdir()] == [".lock"]
    documents = {document.sha256 for _, _, document in case.store.each(Document)}
    added = passed_by or points.ADD.index(point) >= COMMITTED
    assert documents == {sha256(first), *([sha256(second)] if added else [])}
    assert len(case.store.each(Capture)) == 1 + added
    assert vault.path_of(case.layout.vault, sha256(second)).exists() == (added or known)

    (again,) = add(case, [str(second)], Facts())
    assert again.refused is None and again.new == (not added and not known)
    with case.open_bytes(sha256(second)) as stored:
        assert stored.read() == second.read_bytes()
    assert list(verify(case)) == []


def test_bytes_that_two_were_adding_stay_for_the_one_that_lives(tmp_path: Path) -> None:
    """One adding of the same bytes is killed after they entered the vault, another goes on: they are not cleaned away."""
    root, empty, file = tmp_path / "case", tmp_path / "other", tmp_path / "file"
    case = Case.create(root, title="A case")
    file.write_bytes(b"the same bytes" * 1000)
    empty.write_bytes(b"other")
    with vault.incoming(case.layout.vault) as alive:
        command = [sys.executable, "-c", CHILD, str(root), "vault-synced", str(empty), str(file)]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == -signal.SIGKILL
        with file.open("rb") as stream:
            assert alive.take(stream)[0] == sha256(file)
        Case(root).close()
        assert vault.path_of(case.layout.vault, sha256(file)).exists()
    Case(root).close()


def test_bytes_that_nobody_records_are_cleaned(tmp_path: Path) -> None:
    """An adding that fails after its bytes entered the vault leaves them to the next opening, which removes them."""
    case = Case.create(tmp_path / "case", title="A case")
    (tmp_path / "file").write_bytes(b"bytes")
    with (
        pytest.raises(RuntimeError),
        vault.incoming(case.layout.vault) as incoming,
        (tmp_path / "file").open("rb") as stream,
    ):
        incoming.take(stream)
        raise RuntimeError
    assert any("no document of this case" in found for found in verify(case)) is False  # still claimed
    case.close()
    case = Case(tmp_path / "case")
    assert [p for p in case.layout.vault.rglob("*") if p.is_file() and p.name != ".lock"] == []
    assert list(verify(case)) == []
