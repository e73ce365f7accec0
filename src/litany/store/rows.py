"""How do statements come in by the hundred thousand, and how are they read again in order?

Rows go in with integer keys that are fixed beforehand, anchors in the order of their ids (so that the index grows at few
places at once), one batch a transaction and a line of custody. What is here already is left alone, so that a reading
that was cut short can be run again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlcipher3 import dbapi2

from litany.store.store import Row, Store, Writer

_ASK = 900  # SQLite's old limit of 999 parameters, with room


class NewRow(NamedTuple):
    """One statement to keep, with the anchor that it stands on; ids are 20 bytes, bodies canonical JSON."""

    anchor: bytes
    anchor_body: bytes
    id: bytes
    body: bytes
    sheet: int
    row: int
    start: int
    length: int


class Added(NamedTuple):
    """What became of a batch: statements that are new, that were here, and that stand on a withdrawn anchor (not kept)."""

    new: int
    known: int
    withdrawn: int


def add_statements(writer: Writer, reading: int, rows: Sequence[NewRow]) -> Added:
    """Keep a batch of statements of one reading (its integer key) inside the writer's transaction."""
    db = writer.db
    gone = _known(db, "erasable", [row.anchor for row in rows])
    fit = [row for row in rows if row.anchor not in gone]
    anchors = _keep_anchors(writer, fit)
    known = _known(db, "statement", [row.id for row in fit])
    fresh = {row.id: row for row in fit if row.id not in known}
    first = _next_key(db, "statement")
    numbered = list(enumerate(fresh.values(), start=first))
    db.executemany(
        "INSERT INTO statement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((key, r.id, anchors[r.anchor], reading, r.sheet, r.row, r.start, r.length, writer.custody) for key, r in numbered),
    )
    db.executemany("INSERT INTO statement_body VALUES (?, ?)", ((key, r.body) for key, r in numbered))
    writer.added.extend(fresh)
    return Added(len(fresh), len(fit) - len(fresh), len(rows) - len(fit))


def _keep_anchors(writer: Writer, rows: Sequence[NewRow]) -> dict[bytes, int]:
    bodies = {row.anchor: row.anchor_body for row in rows}
    keys = _known(writer.db, "anchor", list(bodies))
    fresh = sorted(id_ for id_ in bodies if id_ not in keys)
    first = _next_key(writer.db, "anchor")
    writer.db.executemany(
        "INSERT INTO anchor VALUES (?, ?, ?)", ((key, id_, writer.custody) for key, id_ in enumerate(fresh, start=first))
    )
    writer.db.executemany(
        "INSERT INTO anchor_body VALUES (?, ?)", ((key, bodies[id_]) for key, id_ in enumerate(fresh, start=first))
    )
    writer.added.extend(fresh)
    keys.update((id_, key) for key, id_ in enumerate(fresh, start=first))
    return keys


def _next_key(db: dbapi2.Connection, table: str) -> int:
    return int(db.execute(f"SELECT coalesce(max(key), 0) + 1 FROM {table}").fetchone()[0])


def _known(db: dbapi2.Connection, table: str, wanted: Sequence[bytes]) -> dict[bytes, int]:
    """Which of these ids are in the table, with their keys (for ``erasable``, that of the withdrawal)."""
    key = "withdrawal" if table == "erasable" else "key"
    if db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None:
        return {}
    found: dict[bytes, int] = {}
    ordered = sorted(set(wanted))
    for at in range(0, len(ordered), _ASK):
        part = ordered[at : at + _ASK]
        marks = ",".join("?" * len(part))
        found.update(db.execute(f"SELECT id, {key} FROM {table} WHERE id IN ({marks})", part))
    return found


_COLUMNS = "s.key, s.id, s.anchor, s.reading, s.sheet, s.row, s.start, s.length, b.body"
_FROM = "FROM statement s LEFT JOIN statement_body b ON b.statement = s.key"


def of_readings(store: Store, readings: Iterable[int]) -> Iterator[Row]:
    """All statements of these readings (integer keys) in the order of sheet and row, with their bodies."""
    for reading in readings:
        for found in store.db.execute(f"SELECT {_COLUMNS} {_FROM} WHERE s.reading = ? ORDER BY s.sheet, s.row", (reading,)):
            yield Row(*found)


def at_row(store: Store, reading: int, sheet: int, row: int) -> list[Row]:
    """The statements of one row of one reading."""
    sql = f"SELECT {_COLUMNS} {_FROM} WHERE s.reading = ? AND s.sheet = ? AND s.row = ? ORDER BY s.key"
    return [Row(*found) for found in store.db.execute(sql, (reading, sheet, row))]


def on_anchor(store: Store, anchor: bytes) -> list[Row]:
    """Every version of every statement on an anchor (its id), oldest reading first."""
    sql = f"SELECT {_COLUMNS} {_FROM} JOIN anchor a ON a.key = s.anchor WHERE a.id = ? ORDER BY s.reading, s.key"
    return [Row(*found) for found in store.db.execute(sql, (anchor,))]


def with_id(store: Store, id_: bytes) -> Row | None:
    """One statement by its id."""
    found = store.db.execute(f"SELECT {_COLUMNS} {_FROM} WHERE s.id = ?", (id_,)).fetchone()
    return None if found is None else Row(*found)


def custody_of(store: Store, table: str, id_: bytes) -> int:
    """The custody key of a row of ``kept``, ``anchor`` or ``statement``."""
    return int(store.db.execute(f"SELECT custody FROM {table} WHERE id = ?", (id_,)).fetchone()[0])


def withdrawn(store: Store) -> frozenset[bytes]:
    """The ids of everything that withdrawals erased."""
    return frozenset(id_ for (id_,) in store.db.execute("SELECT id FROM erasable"))


def last_custody(store: Store, reading: int) -> int | None:
    """The key of the last line of custody that brought statements of a reading."""
    found = store.db.execute("SELECT max(custody) FROM statement WHERE reading = ?", (reading,)).fetchone()[0]
    return None if found is None else int(found)


def anchor_keys(store: Store, wanted: Iterable[bytes]) -> dict[bytes, int]:
    """Id to integer key of those anchors that are here."""
    return _known(store.db, "anchor", list(wanted))


def anchor_id_of(store: Store, key: int) -> bytes:
    """The id of an anchor from its integer key."""
    return bytes(store.db.execute("SELECT id FROM anchor WHERE key = ?", (key,)).fetchone()[0])


# --- two readings of one list -----------------------------------------------------------------------------------------

_KEYED = b'{"key":'  # how the body of an anchor begins that stands on the source's own key, not on its place
_HERE = (
    "FROM statement s JOIN statement_body b ON b.statement = s.key JOIN anchor_body a ON a.anchor = s.anchor"
    " WHERE s.reading = :reading AND substr(a.body, 1, 7) = :keyed"
)
_THERE = (
    "SELECT 1 FROM statement t JOIN statement_body c ON c.statement = t.key WHERE t.anchor = s.anchor AND t.reading = :other"
)


def keyed_anchors(store: Store, reading: int) -> int:
    """How many anchors of a reading (integer key) stand on the source's own keys and have content."""
    sql = f"SELECT count(DISTINCT s.anchor) {_HERE}"
    return int(store.db.execute(sql, {"reading": reading, "keyed": _KEYED}).fetchone()[0])


def anchors_missing(store: Store, reading: int, other: int) -> Iterator[bytes]:
    """The contents of the keyed anchors of a reading on which another says nothing, in the order of their rows."""
    return _anchors(store, f"NOT EXISTS ({_THERE})", reading, other)


def anchors_unlike(store: Store, reading: int, other: int) -> Iterator[bytes]:
    """The contents of the keyed anchors on which both speak, but of which another lacks a statement of this reading."""
    return _anchors(store, f"NOT EXISTS ({_THERE} AND c.body = b.body) AND EXISTS ({_THERE})", reading, other)


def _anchors(store: Store, condition: str, reading: int, other: int) -> Iterator[bytes]:
    sql = f"SELECT s.anchor, a.body {_HERE} AND {condition} ORDER BY s.sheet, s.row"
    last = None
    for anchor, body in store.db.execute(sql, {"reading": reading, "other": other, "keyed": _KEYED}):
        if anchor != last:  # the statements of one anchor stand in one row
            yield bytes(body)
        last = anchor
