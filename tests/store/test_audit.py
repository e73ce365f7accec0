"""Whatever somebody changes in the database past its triggers is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litany.errors import CaseError
from litany.store import erase, transfer
from litany.store.store import Store
from litany.types.records import Recipe, Withdrawal
from tests.store.store_making import KEY, clock, make, read, source, tamper, wrong

DOC, OTHER = "a" * 64, "b" * 64


def filled(path: Path) -> Store:
    """Two offices in one: sources, readings, a claim, a withdrawal, a recipe."""
    store, two = make(path, "one"), make(path, "two")
    for one in (store, two):
        with one.write("note") as writer:
            writer.keep(source("aapp"))
        read(one, DOC, ["killed one", "killed two", "killed three"])
    read(store, OTHER, ["killed four"], complete=False)
    transfer.load(store, transfer.dump(two))
    (anchor,) = store.db.execute("SELECT id FROM anchor WHERE key = 2").fetchone()
    withdrawal = Withdrawal(schema=1, at="2026-01-02T03:04:05Z", target="a", why="asked")
    erase.withdraw(store, withdrawal, erase.rows_on_anchor(store, anchor))
    recipe = Recipe(
        schema=1, scope="killed", scope_version=1, rules="1", head=store.head(), settings="s", places="p", actors="a", seed=1
    )
    store.keep_recipes([(recipe, b'{"low":1}')])
    two.connection.close()
    return store


def test_a_case_that_nobody_touched_holds(tmp_path: Path) -> None:
    """Nothing is wrong, with claims, withdrawals, recipes and a reading that was cut short in it."""
    assert wrong(filled(tmp_path)) == []


def swap(table: str, old: str, new: str, where: str = "1") -> str:
    """SQL that changes words in the blobs of a table."""
    column = "line" if table == "custody" else "body"
    return (
        f"UPDATE {table} SET {column} = CAST(replace(CAST({column} AS TEXT), '{old}', '{new}') AS BLOB)"
        f" WHERE CAST({column} AS TEXT) LIKE '%{old}%' AND {where}"
    )


def drop(table: str, words: str) -> str:
    """SQL that deletes bodies with these words."""
    return f"DELETE FROM {table} WHERE CAST(body AS TEXT) LIKE '%{words}%'"


LAST = "(SELECT key FROM custody WHERE installation = 'one' ORDER BY n DESC LIMIT 1)"
TAMPERINGS = {
    "a source's content": (swap("kept_body", "AAPP", "KIA"), "source"),
    "a document's size": (swap("kept_body", '"size":7', '"size":8'), "document"),
    "a document's spelling": (swap("kept_body", '"size":7', '"size": 7'), "document"),
    "a document's schema": (swap("kept_body", '{"schema":1,"sha256"', '{"schema":2,"sha256"'), "document"),
    "a reading's counts": (swap("kept_body", '"statements":3', '"statements":2'), "reading"),
    "a reading's version": (swap("kept_body", '"version":"1"', '"version":"9"'), "reading"),
    "no JSON": ("UPDATE kept_body SET body = x'00ff'", "no longer gives its id"),
    "a kind": ("UPDATE kept SET kind = 'mapping' WHERE kind = 'source'", "no longer gives its id"),
    "an unknown kind": ("UPDATE kept SET kind = 'nonsense' WHERE kind = 'source'", "no longer gives its id"),
    "an anchor's content": (swap("anchor_body", '"row"', '"raw"', "anchor = 3"), "anchor"),
    "a statement's content": (swap("statement_body", "killed", "harmed"), "statement"),
    "a statement's anchor": ("UPDATE statement SET anchor = anchor % 3 + 1 WHERE key = 3", "statement"),
    "a statement's place": ("UPDATE statement SET row = row + 1 WHERE key = 3", "statement"),
    "a statement's reading": ("UPDATE statement SET reading = (SELECT max(reading) FROM statement) WHERE key = 3", "statement"),
    "an id": ("UPDATE kept SET id = zeroblob(20) WHERE kind = 'source'", "not the same ones"),
    "a statement's custody": ("UPDATE statement SET custody = 1 WHERE key = 3", "speaks of"),
    "a custody that is not there": ("UPDATE statement SET custody = 99 WHERE key = 3", "missing row of custody"),
    "a deleted source": ("DELETE FROM kept WHERE kind = 'source'", "speaks of"),
    "a deleted anchor": ("DELETE FROM anchor WHERE key = 3", "missing row of anchor"),
    "a deleted statement": ("DELETE FROM statement WHERE key = 3", "speaks of"),
    "a deleted claim": ("DELETE FROM claim", "speaks of"),
    "a deleted withdrawal": ("DELETE FROM erasable", "speaks of"),
    "a deleted source body": (drop("kept_body", "AAPP"), "content is missing"),
    "a deleted reading body": (drop("kept_body", "statements"), "content is missing"),
    "a deleted anchor body": ("DELETE FROM anchor_body WHERE anchor = 3", "content is missing"),
    "a deleted statement body": ("DELETE FROM statement_body WHERE statement = 3", "content is missing"),
    "a body that was withdrawn": (
        "INSERT INTO statement_body SELECT s.key, x'7b7d' FROM statement s JOIN erasable e ON e.id = s.id",
        "still here",
    ),
    "an added source": ("INSERT INTO kept VALUES (99, randomblob(20), 'source', 1)", "speaks of"),
    "an added anchor": ("INSERT INTO anchor VALUES (99, randomblob(20), 1)", "speaks of"),
    "an added statement": (
        "INSERT INTO statement SELECT 99, randomblob(20), 1, reading, 0, 9, 0, 0, 1 FROM statement LIMIT 1",
        "speaks of",
    ),
    "an added claim": ("INSERT INTO claim SELECT 1, id FROM anchor", "speaks of"),
    "an added withdrawal": (
        "INSERT INTO erasable SELECT a.id, e.withdrawal, e.custody FROM kept a, erasable e WHERE a.kind = 'source' LIMIT 1",
        "speaks of",
    ),
    "a line": (swap("custody", "2026", "2025", "key = 2"), "its hash is not"),
    "a line that is none": ("UPDATE custody SET line = x'00ff' WHERE key = 2", "not a line of custody"),
    "a line for another": ("UPDATE custody SET line = (SELECT line FROM custody WHERE key = 1) WHERE key = 2", "says line 1"),
    "a hash": ("UPDATE custody SET hash = zeroblob(32) WHERE key = 2", "its hash is not"),
    "a renamed installation": ("UPDATE custody SET installation = 'six' WHERE installation = 'two'", "of two"),
    "a renumbered line": (f"UPDATE custody SET n = 99 WHERE key = {LAST}", "stands as line 99"),
    "a deleted line": ("DELETE FROM custody WHERE key = 2", "does not follow"),
    "a recipe": (swap("recipe", "killed", "harmed"), "its recipe was changed"),
}


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_each_kind_of_tampering_is_named(tmp_path: Path, kind: str) -> None:
    """One statement of SQL by somebody who dropped the triggers; the sentence says what is wrong where."""
    statement, said = TAMPERINGS[kind]
    store = filled(tmp_path)
    store.connection.close()
    tamper(store.connection.path, statement)
    found = wrong(Store(store.connection.path, KEY, "one", clock=clock))
    assert any(said in sentence for sentence in found), found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.integers(100, 1 << 30), flip=st.integers(1, 255))
def test_a_damaged_file_is_findings_not_a_traceback(tmp_path_factory: pytest.TempPathFactory, where: int, flip: int) -> None:
    """One byte of case.db flipped anywhere: it opens and is audited, or the opening says so; nothing else is raised."""
    original = _damageable(tmp_path_factory)
    path = tmp_path_factory.mktemp("damaged") / "case.db"
    data = bytearray(original)
    data[where % len(data)] ^= flip
    path.write_bytes(bytes(data))
    try:
        store = Store(path, KEY, "one", clock=clock)
    except CaseError:
        return
    try:
        wrong(store)
    finally:
        store.connection.close()


_made: list[bytes] = []


def _damageable(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    if not _made:
        store = filled(tmp_path_factory.mktemp("whole"))
        store.connection.close()
        _made.append(store.connection.path.read_bytes())
    return _made[0]
