"""Kept tables only grow; every row has its line of custody; ids are found by their beginning."""

from __future__ import annotations

import hashlib
import multiprocessing
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from litany import ids
from litany.errors import CaseError, NotFound, StoreError
from litany.store import chain
from litany.store.connection import Connection
from litany.store.store import Store
from litany.types.records import Document, Reading, Source

KEY = ids.IdKey(b"k" * 32)


def make(path: Path, installation: str = "one") -> Store:
    return Store(path / "case.db", KEY, installation, create=True)


def source(slug: str) -> Source:
    return Source(schema=1, slug=slug, name=slug.upper())


def test_what_was_kept_comes_back_with_its_line(tmp_path: Path) -> None:
    """A record, its id, its custody line with the Merkle root of what the act added."""
    store = make(tmp_path)
    with store.write("test", why="a") as writer:
        id_, new = writer.keep(source("aapp"))
    assert new
    assert store.get(id_, Source).name == "AAPP"
    line = chain.decode(store.lines("one")[0])
    assert (line.n, line.count, line.root, line.facts) == (1, 1, chain.merkle_root([id_]), {"why": "a"})
    assert store.find(ids.show(id_)[:8]) == ("kept", id_)


def test_the_same_record_again_is_not_added(tmp_path: Path) -> None:
    """Adding twice is a no-op, but the act leaves its line."""
    store = make(tmp_path)
    for expected in (True, False):
        with store.write("test") as writer:
            assert writer.keep(source("aapp"))[1] is expected
    assert [chain.decode(line).count for line in store.lines("one")] == [1, 0]


def test_an_act_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """Neither row nor line stays of an act that was broken off."""
    store = make(tmp_path)
    with pytest.raises(RuntimeError), store.write("test") as writer:
        writer.keep(source("aapp"))
        raise RuntimeError
    assert store.head() == ()
    assert store.each(Source) == []


@pytest.mark.parametrize("table", ["custody", "kept", "kept_body", "anchor", "anchor_body", "statement", "statement_body"])
@pytest.mark.parametrize("act", ["UPDATE {} SET rowid = rowid", "DELETE FROM {}", "REPLACE"])
def test_kept_rows_refuse_update_delete_and_replace(tmp_path: Path, table: str, act: str) -> None:
    """No SQL statement changes what was kept, INSERT OR REPLACE included."""
    store = make(tmp_path)
    with store.write("test") as writer:
        reading = Reading(schema=1, document="d", reader="r", version="1", mapping="m")
        id_, _ = writer.keep(reading)
        db, c = writer.db, writer.custody
        key = store.key_of(id_)
        db.execute("INSERT INTO anchor VALUES (1, ?, ?)", (b"a" * 20, c))
        db.execute("INSERT INTO anchor_body VALUES (1, x'00')")
        db.execute("INSERT INTO statement VALUES (1, ?, 1, ?, 0, 1, 0, 0, ?)", (b"s" * 20, key, c))
        db.execute("INSERT INTO statement_body VALUES (1, x'00')")
    before = store.db.execute(f"SELECT * FROM {table}").fetchall()
    assert before
    sql = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}" if act == "REPLACE" else act.format(table)
    with pytest.raises(dbapi2.DatabaseError):
        store.db.execute(sql)
    assert store.db.execute(f"SELECT * FROM {table}").fetchall() == before


def _add_many(folder: str, worker: int) -> None:
    store = Store(Path(folder) / "case.db", KEY, f"w{worker % 2}")
    for number in range(25):
        with store.write("test") as writer:
            writer.keep(source(f"s{worker}-{number}"))


def test_eight_processes_write_at_once_without_loss(tmp_path: Path) -> None:
    """Two hundred acts from eight processes, no error, no row lost, both chains whole."""
    make(tmp_path).connection.close()
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_add_many, args=(str(tmp_path), n)) for n in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 8
    store = Store(tmp_path / "case.db", KEY, "w0")
    assert len(store.each(Source)) == 200
    for installation in ("w0", "w1"):
        assert len(store.lines(installation)) == 100
        assert chain.check_chain(store.lines(installation), installation) == []


@given(st.lists(st.binary(min_size=20, max_size=20), max_size=20))
def test_merkle_root_is_that_of_rfc_6962(leaves: list[bytes]) -> None:
    """The loop gives the tree hash of the recursive definition in section 2.1."""

    def tree(level: list[bytes]) -> bytes:
        if not level:
            return hashlib.sha256(b"").digest()
        if len(level) == 1:
            return hashlib.sha256(b"\x00" + level[0]).digest()
        split = 1
        while split * 2 < len(level):
            split *= 2
        return hashlib.sha256(b"\x01" + tree(level[:split]) + tree(level[split:])).digest()

    assert chain.merkle_root(leaves) == tree(sorted(leaves)).hex()


@given(st.integers(0, 4), st.integers(0, 10_000), st.integers(1, 255))
def test_any_changed_byte_of_a_chain_is_named(which: int, where: int, flip: int) -> None:
    """Flip one byte of one line: the check says which line does not hold (a change of the last line shows by the head)."""
    lines: list[bytes] = []
    for n in range(1, 6):
        before = chain.line_hash(lines[-1]).hex() if lines else chain.GENESIS
        line = chain.Line(schema=1, installation="i", n=n, prev=before, at="2026-01-01T00:00:00Z", act="a")
        lines.append(chain.encode(line))
    assert chain.check_chain(lines, "i") == []
    head = chain.line_hash(lines[-1])
    changed = bytearray(lines[which])
    changed[where % len(changed)] ^= flip
    lines[which] = bytes(changed)
    assert chain.check_chain(lines, "i") or chain.line_hash(lines[-1]) != head


def test_a_missing_line_is_named() -> None:
    """Dropping a line from the middle breaks the chain."""
    lines: list[bytes] = []
    for n in range(1, 4):
        before = chain.line_hash(lines[-1]).hex() if lines else chain.GENESIS
        lines.append(chain.encode(chain.Line(schema=1, installation="i", n=n, prev=before, at="2026-01-01T00:00:00Z", act="a")))
    assert chain.check_chain([lines[0], lines[2]], "i")


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    """A case written by a later Litany is not touched."""
    make(tmp_path).connection.close()
    with sqlite3.connect(tmp_path / "case.db") as db:
        db.execute("PRAGMA user_version = 999")
    with pytest.raises(CaseError, match="newer Litany"):
        Connection(tmp_path / "case.db")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """Garbage in place of case.db is an error with a way out, not a traceback."""
    (tmp_path / "case.db").write_bytes(b"not a database, not at all" * 100)
    with pytest.raises(CaseError, match="backup"):
        Connection(tmp_path / "case.db")


def test_ids_that_are_not_here_are_named(tmp_path: Path) -> None:
    """Looking for nothing, or for too short a beginning, says so."""
    store = make(tmp_path)
    for prefix in ("abc", "abcdefgh", "a!b@c#d$", "18908901"):
        with pytest.raises(NotFound):
            store.find(prefix)
    with pytest.raises(NotFound):
        store.get(b"x" * 20, Source)


def test_rows_without_a_line_are_impossible(tmp_path: Path) -> None:
    """The database refuses a row whose act has no line of custody."""
    store = make(tmp_path)
    with pytest.raises(StoreError), store.connection.write() as db:
        db.execute("INSERT INTO kept (id, kind, custody) VALUES (?, 'source', 99)", (b"z" * 20,))


def test_documents_of_two_offices_are_the_same(tmp_path: Path) -> None:
    """The same bytes give the same id wherever they are added."""
    store = make(tmp_path)
    assert store.name_of(Document(schema=1, sha256="ab", size=1)) == store.name_of(Document(schema=1, sha256="ab", size=1))


def test_a_refused_change_does_not_stop_the_next(tmp_path: Path) -> None:
    """After a refusal at the very end of a transaction the same store writes on, and nothing of the refused act stays."""
    store = make(tmp_path)
    with pytest.raises(StoreError), store.connection.write() as db:
        db.execute("INSERT INTO kept (id, kind, custody) VALUES (?, 'source', 99)", (b"z" * 20,))
    with store.write("test") as writer:
        writer.keep(source("aapp"))
    assert [record.slug for _, _, record in store.each(Source)] == ["aapp"]


@given(st.lists(st.sampled_from(["a", "b-1", "one", "two", "Z9"]), max_size=12))
def test_the_head_is_the_last_line_of_each_installation(names: list[str]) -> None:
    """Whoever wrote in which order: each installation once, in order of name, with the number and hash of its last line."""
    with tempfile.TemporaryDirectory() as folder:
        store = make(Path(folder))
        for name in names:
            store.installation = name
            with store.write("test"):
                pass
        assert store.installations() == sorted(set(names))
        for name, n, digest in store.head():
            assert (n, digest) == (names.count(name), hashlib.sha256(store.lines(name)[-1]).hexdigest())
            assert store.last_line(name) == n
        assert len(store.head()) == len(set(names))
        assert store.last_line("nobody") == 0
        store.connection.close()
