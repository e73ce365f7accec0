"""What several tests of the store make: stores that share a key, a reading with statements, and a look at all files."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from litany import ids
from litany.ids import canonical
from litany.store import audit, chain, rows
from litany.store.rows import NewRow
from litany.store.store import Store
from litany.types.records import Document, Reading, Source

KEY = ids.IdKey(b"k" * 32)


def clock() -> datetime:
    return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def make(path: Path, installation: str = "one", key: ids.IdKey = KEY) -> Store:
    return Store(path / f"{installation}.db", key, installation, create=True, clock=clock)


def source(slug: str, name: str = "") -> Source:
    return Source(schema=1, slug=slug, name=name or slug.upper())


def new_row(store: Store, reading: bytes, document: str, number: int, words: str) -> NewRow:
    anchor_body = canonical({"document": document, "row": number, "sheet": 0})
    body = canonical({"words": words})
    anchor = audit.anchor_id(store.id_key, anchor_body)
    place = (0, number, number * 10, 9)
    return NewRow(anchor, anchor_body, audit.statement_id(store.id_key, anchor, reading, place, body), body, *place)


def anchor_of(store: Store, document: str, row: int) -> bytes:
    """The id of the anchor of a row of `read` (its first row is 2)."""
    return new_row(store, b"", document, row, "").anchor


def read(store: Store, document: str, words: Sequence[str], *, version: str = "1", complete: bool = True) -> bytes:
    """A document of ``words``, one a row, added and read as `litany.statements.reading` does it. Returns the reading's id."""
    with store.write("add", sha256=document, size="7") as writer:
        writer.keep(Document(schema=1, sha256=document, size=7))
    opened = Reading(schema=1, document=document, reader="tables", version=version, mapping="m")
    id_ = store.name_of(opened)
    with store.write("read", document=document, batch="1") as writer:
        writer.keep(opened, body=False)
        key = store.key_of(id_)
        assert key is not None
        rows.add_statements(writer, key, [new_row(store, id_, document, n, text) for n, text in enumerate(words, start=2)])
        if complete:
            made = Reading(
                schema=1, document=document, reader="tables", version=version, mapping="m", rows=len(words),
                statements=len(words),
            )  # fmt: skip
            writer.keep_body(made)
            writer.facts["reading"] = ids.sha256(canonical(made))
    return id_


def wrong(store: Store) -> list[str]:
    """Everything that the audit finds wrong with a store."""
    checks = (audit.database, audit.chains, audit.batches, audit.bodies)
    return [found for check in checks for found in audit.named(check, store)]


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """All tables, row by row: what "the database is unchanged" means."""
    tables = [name for (name,) in store.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {table: store.db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables}


def tamper(path: Path, *statements: str) -> None:
    """Change the database past its triggers, as somebody with an editor for SQLite would."""
    with sqlite3.connect(path) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert db.execute(statement).rowcount != 0, f"{statement} changed nothing"
    db.close()


def raw(path: Path) -> bytes:
    """The bytes of the database and of everything that SQLite keeps beside it."""
    return b"".join(p.read_bytes() for p in sorted(path.parent.glob(path.name + "*")))


def line_numbers(store: Store) -> list[int]:
    return [chain.decode(line).n for name in store.installations() for line in store.lines(name)]
