"""A withdrawal reaches the database, the vault and what is derived, here and in the other office."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from litany.case import vault
from litany.case.case import Case
from litany.errors import NotFound
from litany.ids import canonical, sha256
from litany.preserve import withdraw
from litany.preserve.add import Facts, add
from litany.preserve.verify import verify
from litany.store import audit, rows, transfer
from litany.store.rows import NewRow
from litany.types.records import Capture, Document, Reading, Withdrawal

SECRET = b"witness Daw Mya, North Okkalapa"


def read(case: Case, document: str) -> list[bytes]:
    """Two rows of a document, read; the ids of their anchors."""
    opened = Reading(schema=1, document=document, reader="tables", version="1", mapping="m")
    id_ = case.store.name_of(opened)
    with case.store.write("read", document=document, batch="1") as writer:
        writer.keep(opened, body=False)
        key = case.store.key_of(id_)
        assert key is not None
        made = []
        for number, words in enumerate(("killed one", SECRET.decode()), start=2):
            anchor_body, body = canonical({"document": document, "row": number, "sheet": 0}), canonical({"words": words})
            anchor = audit.anchor_id(case.store.id_key, anchor_body)
            statement = audit.statement_id(case.store.id_key, anchor, id_, (0, number, -1, 0), body)
            made.append(NewRow(anchor, anchor_body, statement, body, 0, number, -1, 0))
        rows.add_statements(writer, key, made)
        writer.keep_body(opened)
        writer.facts["reading"] = sha256(canonical(opened))
    return [row.anchor for row in made]


def make(tmp_path: Path) -> tuple[Case, str, list[bytes]]:
    case = Case.create(tmp_path / "case", title="A case")
    file = tmp_path / f"{SECRET.decode()}.csv"
    file.write_bytes(SECRET)
    (one,) = add(case, [str(file)], Facts())
    assert one.sha256
    anchors = read(case, one.sha256)
    with case.generations.build({"n": "1"}) as folder:
        (folder / "table").write_bytes(SECRET)
    return case, one.sha256, anchors


def found_in(root: Path) -> list[str]:
    """The files of a case, by path or by content, that hold the secret."""
    files = [p for p in root.rglob("*") if p.is_file()]
    return [p.name for p in files if SECRET in p.read_bytes() or SECRET.decode() in str(p)]


def test_a_document_is_withdrawn_from_everywhere(tmp_path: Path) -> None:
    """No file of the case holds its words or its name; its hash, size and the reason stay; the case holds."""
    case, document, _ = make(tmp_path)
    assert len(found_in(case.layout.root)) >= 3
    id_ = withdraw.document(case, document, "the family asked", "mya")
    assert found_in(case.layout.root) == []
    assert list(verify(case)) == []
    withdrawal = case.store.get(id_, Withdrawal)
    assert (withdrawal.target, withdrawal.why, withdrawal.vault) == (document, "the family asked", (document,))
    assert [one.sha256 for _, _, one in case.store.each(Document)] == [document]
    assert case.store.each(Capture) == []
    case.close()
    assert list(verify(Case(case.layout.root))) == []


def test_withdrawn_bytes_are_not_kept_again(tmp_path: Path) -> None:
    """Adding the same file later is refused with the reason, and leaves nothing."""
    case, document, _ = make(tmp_path)
    withdraw.document(case, document, "the family asked")
    head = case.store.head()
    (one,) = add(case, [str(tmp_path / f"{SECRET.decode()}.csv")], Facts())
    assert "withdrawn" in (one.refused or "")
    assert case.store.head() == head
    assert found_in(case.layout.root) == []
    assert list(verify(case)) == []


def test_one_row_is_withdrawn(tmp_path: Path) -> None:
    """Its statements go, the other row and the document's bytes stay; reading again does not bring it back."""
    case, document, anchors = make(tmp_path)
    withdraw.anchor(case, anchors[1], "the family asked")
    assert [row.body for row in rows.on_anchor(case.store, anchors[1])] == [None]
    assert rows.on_anchor(case.store, anchors[0])[0].body
    assert vault.path_of(case.layout.vault, document).exists()
    read(case, document)
    assert [row.body for row in rows.on_anchor(case.store, anchors[1])] == [None]
    assert case.generations.current() is None and not list(case.layout.derived.glob("*/table"))
    assert list(verify(case)) == []


def test_a_withdrawal_reaches_the_other_office(tmp_path: Path) -> None:
    """Loading the dump erases the rows; until `complete` ran, verify names the bytes that are still in the vault."""
    case, document, _ = make(tmp_path)
    other = Case.create(tmp_path / "other", title="B", join=case.layout.root)
    transfer.load(other.store, transfer.dump(case.store))
    path = vault.path_of(other.layout.vault, document)
    path.parent.mkdir()
    shutil.copy(vault.path_of(case.layout.vault, document), path)
    assert list(verify(other)) == []
    withdraw.document(case, document, "the family asked")
    assert transfer.load(other.store, transfer.dump(case.store)).erased
    (sentence,) = verify(other)
    assert "a withdrawal erased these bytes, but they are here" in sentence
    assert withdraw.complete(other) == [document]
    assert withdraw.complete(other) == []
    assert found_in(other.layout.root) == []
    assert list(verify(other)) == []


def test_withdrawing_what_is_not_here_is_refused(tmp_path: Path) -> None:
    """An unknown document or anchor, or the id of something else, is named; nothing is erased."""
    case, _, anchors = make(tmp_path)
    head = case.store.head()
    statement = rows.on_anchor(case.store, anchors[0])[0].id
    with pytest.raises(NotFound, match="litany documents"):
        withdraw.document(case, "a" * 64, "why")
    for id_ in (b"a" * 20, statement):
        with pytest.raises(NotFound):
            withdraw.anchor(case, id_, "why")
    assert case.store.head() == head
