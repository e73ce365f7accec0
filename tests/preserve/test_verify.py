"""Each byte, line, row and file that is not what custody says is named; so is what should not be there."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litany.case import vault
from litany.case.case import Case
from litany.errors import LitanyError
from litany.ids import sha256
from litany.preserve.add import Facts, add
from litany.preserve.verify import verify
from litany.store import transfer

WORDS = (b"first list of the dead", b"second list of the dead")


def make(tmp_path: Path) -> Case:
    case = Case.create(tmp_path / "case", title="A case")
    for number, words in enumerate(WORDS):
        (tmp_path / f"{number}.txt").write_bytes(words)
    assert not [one.refused for one in add(case, [str(tmp_path / f"{n}.txt") for n in range(2)], Facts()) if one.refused]
    return case


def stored(case: Case, number: int = 0) -> Path:
    return vault.path_of(case.layout.vault, sha256(WORDS[number]))


def custody(case: Case) -> Path:
    return case.layout.custody / f"{case.store.installation}.jsonl"


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    data = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(change(data))


def lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Case], None]:
    return lambda case: rewrite(custody(case), lambda data: b"".join(change(data.splitlines(keepends=True))))


def link(path: Path, goal: Path) -> None:
    shutil.move(path, goal)
    path.symlink_to(goal)


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def extra(case: Case, name: str) -> None:
    path = case.layout.root / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"extra")


CHANGES: dict[str, tuple[Callable[[Case], object], str]] = {
    "vault byte": (lambda c: rewrite(stored(c), lambda d: b"F" + d[1:]), "its bytes were changed"),
    "vault file emptied": (lambda c: rewrite(stored(c), lambda d: b""), "its bytes were changed"),
    "vault file longer": (lambda c: rewrite(stored(c), lambda d: d + b"."), "its bytes were changed"),
    "vault files swapped": (lambda c: shutil.copy(stored(c, 1), stored(c, 0)), "its bytes were changed"),
    "vault file missing": (lambda c: stored(c).unlink(), "missing"),
    "vault file a folder": (lambda c: folder(stored(c)), "missing"),
    "vault file a link": (lambda c: link(stored(c), c.layout.root / "elsewhere"), "a link stands in the place"),
    "vault file extra": (lambda c: extra(c, f"vault/ab/{'ab' * 32}"), "no document of this case"),
    "vault file extra at the top": (lambda c: extra(c, "vault/note.txt"), "vault/note.txt: no document"),
    "vault file renamed": (lambda c: stored(c).rename(stored(c).with_name("a" * 64)), "missing"),
    "vault link extra": (lambda c: (c.layout.vault / "x").symlink_to("nowhere"), "vault/x: no document"),
    "vault link to a folder": (lambda c: (c.layout.vault / "x").symlink_to(c.layout.keys), "vault/x: no document"),
    "incoming file extra": (lambda c: extra(c, "vault/incoming/x.part"), "belongs to no adding"),
    "custody file missing": (lambda c: custody(c).unlink(), "it has 0 lines, the database 3"),
    "custody file extra": (lambda c: extra(c, "custody/other.jsonl"), "no installation of this case"),
    "custody file of another kind": (lambda c: extra(c, f"custody/{c.store.installation}.txt"), "no installation"),
    "custody file truncated": (lambda c: rewrite(custody(c), lambda d: d[:-10]), "it ends in the middle of a line"),
    "custody file without its last line feed": (lambda c: rewrite(custody(c), lambda d: d[:-1]), "in the middle of a line"),
    "custody file emptied": (lambda c: rewrite(custody(c), lambda d: b""), "it has 0 lines"),
    "custody line changed": (lines(lambda ls: [ls[0], ls[1].replace(b'"size":"2', b'"size":"3'), ls[2]]), "line 2: it differs"),
    "custody line missing": (lines(lambda ls: ls[:1] + ls[2:]), "it has 2 lines"),
    "custody last line missing": (lines(lambda ls: ls[:-1]), "it has 2 lines"),
    "custody line extra": (lines(lambda ls: [*ls, ls[-1]]), "it has 4 lines"),
    "custody blank line": (lines(lambda ls: [ls[0], b"\n", *ls[1:]]), "it has 4 lines"),
    "custody blank line at the end": (lines(lambda ls: [*ls, b"\n"]), "it has 4 lines"),
    "custody lines swapped": (lines(lambda ls: [ls[1], ls[0], ls[2]]), "line 1: it differs"),
    "custody half line": (lines(lambda ls: [*ls, b'{"act":"a']), "it ends in the middle of a line"),
    "custody line endings": (lines(lambda ls: [line[:-1] + b"\r\n" for line in ls]), "line 1: it differs"),
}  # fmt: skip


@pytest.mark.parametrize("kind", CHANGES)
def test_each_changed_missing_or_extra_file_is_named(tmp_path: Path, kind: str) -> None:
    """In the vault and in custody, byte by byte; what was not touched is not named."""
    case = make(tmp_path)
    assert list(verify(case)) == []
    change, said = CHANGES[kind]
    change(case)
    found = list(verify(case))
    assert any(said in sentence for sentence in found), found
    assert all(sentence.startswith("vault/" if kind.split()[0] != "custody" else "custody/") for sentence in found), found
    assert not any(sha256(WORDS[1])[:12] in sentence for sentence in found)


def test_a_document_that_says_another_size_is_named(tmp_path: Path) -> None:
    """The size of the bytes is that of their document and of the line that brought them."""
    case = make(tmp_path)
    case.close()
    with sqlite3.connect(case.layout.database) as db:
        db.execute("DROP TRIGGER kept_body_no_update")
        db.execute("UPDATE kept_body SET body = CAST(replace(CAST(body AS TEXT), '\"size\":22', '\"size\":23') AS BLOB)")
    db.close()
    found = list(verify(Case(case.layout.root)))
    assert any("its document says 23" in sentence for sentence in found)
    assert any("its content was changed" in sentence for sentence in found)


def test_a_database_without_its_last_acts_is_named(tmp_path: Path) -> None:
    """An older case.db put in place of the newer: custody's files and the vault know more than it does."""
    case = make(tmp_path)
    case.close()
    shutil.copy(case.layout.database, tmp_path / "older.db")
    case = Case(case.layout.root)
    (tmp_path / "later").write_bytes(b"later")
    list(add(case, [str(tmp_path / "later")], Facts()))
    case.close()
    shutil.copy(tmp_path / "older.db", case.layout.database)
    found = " ".join(verify(Case(case.layout.root)))
    assert "it has 4 lines, the database 3" in found and "no document of this case has these bytes" in found


def test_a_damaged_database_is_named(tmp_path: Path) -> None:
    """Garbage over the middle of case.db is a list of findings, not a traceback."""
    case = make(tmp_path)
    case.close()
    data = bytearray(case.layout.database.read_bytes())
    for at in range(8192, len(data), 4096):
        data[at : at + 2048] = os.urandom(2048)
    case.layout.database.write_bytes(bytes(data))
    try:
        case = Case(tmp_path / "case")
    except LitanyError:
        return  # too damaged to be opened: that is said, too
    assert list(verify(case))


def test_bytes_that_did_not_travel_with_a_dump_are_named(tmp_path: Path) -> None:
    """After loading another office's dump each document without its bytes is named, until the vault was copied too."""
    one = make(tmp_path)
    two = Case.create(tmp_path / "two", title="B", join=tmp_path / "case")
    transfer.load(two.store, transfer.dump(one.store))
    found = list(verify(two))
    assert len(found) == 2 and all(sentence.endswith("missing") for sentence in found)
    for number in range(2):
        stored(two, number).parent.mkdir(exist_ok=True)
        shutil.copy(stored(one, number), stored(two, number))
    assert list(verify(two)) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.integers(0, 1 << 20), flip=st.integers(1, 255), which=st.integers(0, 2))
def test_any_flipped_byte_is_named(tmp_path_factory: pytest.TempPathFactory, where: int, flip: int, which: int) -> None:
    """One byte of any vault file or custody file flipped: named."""
    case = _shared(tmp_path_factory)
    path = (stored(case, 0), stored(case, 1), custody(case))[which]
    data = path.read_bytes()
    changed = bytearray(data)
    changed[where % len(changed)] ^= flip
    rewrite(path, lambda _: bytes(changed))
    assert list(verify(case))
    rewrite(path, lambda _: data)


_made: list[Case] = []


def _shared(tmp_path_factory: pytest.TempPathFactory) -> Case:
    if not _made:
        _made.append(make(tmp_path_factory.mktemp("verified")))
        assert list(verify(_made[0])) == []
    return _made[0]


def _add_slowly(root: str, folder: str) -> None:
    case = Case(Path(root))
    for path in sorted(Path(folder).iterdir()):
        assert not next(add(case, [str(path)], Facts())).refused


def test_verifying_while_others_add_finds_nothing(tmp_path: Path) -> None:
    """What another process is just adding is neither extra nor missing."""
    case = make(tmp_path)
    (tmp_path / "files").mkdir()
    for number in range(150):
        (tmp_path / "files" / str(number)).write_text(str(number))
    adder = multiprocessing.get_context("spawn").Process(
        target=_add_slowly, args=(str(case.layout.root), str(tmp_path / "files"))
    )
    adder.start()
    looks = 0
    while adder.is_alive():
        assert list(verify(case)) == []
        looks += 1
    adder.join()
    assert adder.exitcode == 0 and looks > 1
    assert list(verify(case)) == []
