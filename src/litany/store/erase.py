"""How is what a person wrote erased for good, so that only the proof that it existed stays?

A withdrawal names its rows first (table ``erasable``, the only door through the delete triggers), then deletes the bodies
with secure_delete on, then empties the write-ahead log. The rows, their ids and their custody stay.
"""

from __future__ import annotations

from collections.abc import Sequence

from litany import ids
from litany.store.store import Store, Writer
from litany.types.records import Withdrawal

_BODIES = (("kept_body", "kept", "kept"), ("anchor_body", "anchor", "anchor"), ("statement_body", "statement", "statement"))


def withdraw(store: Store, withdrawal: Withdrawal, erased: Sequence[bytes]) -> bytes:
    """Keep the withdrawal and erase the bodies of the rows with these ids. Returns the id of the withdrawal."""
    with store.write("withdraw", target=withdrawal.target, rows=str(len(erased))) as writer:
        id_, _ = writer.keep(withdrawal)
        mark(writer, id_, erased)
        delete_marked(writer)
    empty_log(store)
    return id_


def mark(writer: Writer, withdrawal: bytes, erased: Sequence[bytes]) -> None:
    """Name the rows that a withdrawal erases."""
    key = writer.store.key_of(withdrawal)
    writer.db.executemany(
        "INSERT INTO erasable VALUES (?, ?, ?) ON CONFLICT DO NOTHING", ((id_, key, writer.custody) for id_ in erased)
    )


def delete_marked(writer: Writer) -> None:
    """Delete every body that any withdrawal names."""
    for body, table, column in _BODIES:
        writer.db.execute(f"DELETE FROM {body} WHERE {column} IN (SELECT t.key FROM {table} t JOIN erasable e ON e.id = t.id)")


def empty_log(store: Store) -> None:
    """Fold the write-ahead log into the database and cut it to nothing, so that no old page stays in it."""
    store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def rows_of_readings(store: Store, readings: Sequence[int]) -> list[bytes]:
    """The ids of all statements of these readings, and of the anchors that no other reading uses."""
    found: list[bytes] = []
    for reading in readings:
        found += [id_ for (id_,) in store.db.execute("SELECT id FROM statement WHERE reading = ?", (reading,))]
    marks = ",".join("?" * len(readings))
    found += [
        id_
        for (id_,) in store.db.execute(
            f"SELECT id FROM anchor WHERE key IN (SELECT anchor FROM statement WHERE reading IN ({marks})) AND key NOT IN"
            f" (SELECT anchor FROM statement WHERE reading NOT IN ({marks}))",
            (*readings, *readings),
        )
    ]
    return found


def rows_on_anchor(store: Store, anchor: bytes) -> list[bytes]:
    """The ids of the anchor and of every statement on it."""
    rows = store.db.execute("SELECT s.id FROM statement s JOIN anchor a ON a.key = s.anchor WHERE a.id = ?", (anchor,))
    return [anchor, *(id_ for (id_,) in rows)]


def shown(erased: Sequence[bytes]) -> tuple[str, ...]:
    """Ids as a withdrawal record lists them."""
    return tuple(ids.show(id_) for id_ in erased)
