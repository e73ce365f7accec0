"""How is what a person wrote erased for good, so that only the proof that it existed stays?

A withdrawal names its rows first (table ``erasable``, the only door through the delete triggers), then deletes the bodies,
then rewrites the database and empties the write-ahead log. The rows, their ids and their custody stay; the line of custody
of the withdrawal speaks of the rows that it erased.

secure_delete alone is not enough: when SQLite moves rows between pages it leaves old copies in the unused middle of a
page, which a later delete does not reach (tests/store/test_erase.py finds them). VACUUM writes every page anew.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from litany import ids
from litany.errors import CaseBusy, StoreError
from litany.store.store import Store, Writer
from litany.types.records import SLUG, Reading, Source, Withdrawal

_BODIES = (("kept_body", "kept", "kept"), ("anchor_body", "anchor", "anchor"), ("statement_body", "statement", "statement"))


def withdraw(store: Store, withdrawal: Withdrawal, erased: Sequence[bytes]) -> bytes:
    """Keep the withdrawal and erase the bodies of the rows with these ids. Returns the id of the withdrawal.

    Raises StoreError when one of them is a withdrawal itself, CaseBusy as `rewrite` does.
    """
    with store.write("withdraw", target=withdrawal.target, rows=str(len(erased))) as writer:
        id_, _ = writer.keep(withdrawal)
        mark(writer, id_, erased)
        delete_marked(writer)
    rewrite(store)
    return id_


def mark(writer: Writer, withdrawal: bytes, erased: Sequence[bytes]) -> None:
    """Name the rows that a withdrawal erases. Raises StoreError for a withdrawal: it is the proof, and stays."""
    key = writer.store.key_of(withdrawal)
    wanted = list(dict.fromkeys(erased))
    for id_ in wanted:
        kind = writer.db.execute("SELECT kind FROM kept WHERE id = ?", (id_,)).fetchone()
        if kind == ("withdrawal",):
            raise StoreError(f"{ids.show(id_)} is a withdrawal: it is the proof of what was erased, and is not erased itself")
    writer.db.executemany("INSERT INTO erasable VALUES (?, ?, ?)", ((id_, key, writer.custody) for id_ in wanted))
    writer.added.extend(wanted)


def delete_marked(writer: Writer) -> None:
    """Delete every body that any withdrawal names."""
    for body, table, column in _BODIES:
        writer.db.execute(f"DELETE FROM {body} WHERE {column} IN (SELECT t.key FROM {table} t JOIN erasable e ON e.id = t.id)")
    writer.db.execute("DELETE FROM recipe WHERE id IN (SELECT id FROM erasable)")


def rewrite(store: Store) -> None:
    """Write the database anew and cut the write-ahead log to nothing, so that no old page stays anywhere.

    Raises CaseBusy when another process still reads: the bodies are gone from the tables then, but old pages are not.
    """
    store.db.execute("VACUUM")
    busy, _, _ = store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise CaseBusy(
            "the withdrawal is kept, but another process still reads this case, so that old pages stay in case.db and "
            "case.db-wal: end it, then do this again"
        )


def readings_of(store: Store, document: str) -> list[bytes]:
    """The ids of all readings of a document (its sha256), also of those that were cut short and have no content yet."""
    made = "SELECT custody FROM kept WHERE key = ? UNION SELECT custody FROM statement WHERE reading = ?"
    found = [id_ for id_, _, reading in store.each(Reading) if reading.document == document]
    half = (
        "SELECT key, id FROM kept WHERE kind = 'reading' AND NOT EXISTS (SELECT 1 FROM kept_body b WHERE b.kept = kept.key)"
        " ORDER BY key"
    )
    for key, id_ in store.db.execute(half).fetchall():
        lines = (store.line_of(custody) for (custody,) in store.db.execute(made, (key, key)).fetchall())
        if any(line.facts.get("document") == document for line in lines):
            found.append(id_)
    return found


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


def figures_naming(store: Store, erased: Sequence[bytes]) -> list[bytes]:
    """The ids of figures that name a source which nobody but these statements knows, unless it has the shape of a slug, which
    documenters choose: whatever stood in a cell may be a witness's name."""
    going = frozenset(erased)
    sql = (
        "SELECT s.id, json_extract(CAST(b.body AS TEXT), '$.source')"
        " FROM statement s JOIN statement_body b ON b.statement = s.key"
        " WHERE json_extract(CAST(b.body AS TEXT), '$.source') IS NOT NULL"
    )
    sources: dict[bool, set[str]] = {True: set(), False: {source.slug for _, _, source in store.each(Source)}}
    for id_, source in store.db.execute(sql):
        sources[id_ in going].add(source)
    gone = {source for source in sources[True] - sources[False] if not SLUG.fullmatch(source)}
    spelled = [msgspec.json.encode(source)[1:-1].decode("utf-8") for source in sorted(gone)]
    found: dict[bytes, None] = {}
    for text in spelled:
        sql = "SELECT id FROM recipe WHERE instr(CAST(body AS TEXT), ?1) OR instr(CAST(figure AS TEXT), ?1)"
        found.update(dict.fromkeys(id_ for (id_,) in store.db.execute(sql, (text,))))
    return list(found)


def shown(erased: Sequence[bytes]) -> tuple[str, ...]:
    """Ids as a withdrawal record lists them."""
    return tuple(ids.show(id_) for id_ in erased)
