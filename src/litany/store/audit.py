"""Are the rows of the database those that custody speaks of, and do their bodies still give their ids?"""

from __future__ import annotations

from collections.abc import Iterator

from litany import ids
from litany.store import chain
from litany.store.store import Store

_NAMED_WHOLE = ("source", "capture", "mapping", "judgement", "correction", "withdrawal", "setting")
_LABEL = {"kept": "kept record", "anchor": "anchor", "statement": "statement"}


def database(store: Store) -> Iterator[str]:
    """What SQLite itself finds wrong with the file."""
    for (found,) in store.db.execute("PRAGMA integrity_check(20)"):
        if found != "ok":
            yield f"case.db: {found}"
    for table, row, parent, _ in store.db.execute("PRAGMA foreign_key_check"):
        yield f"case.db: row {row} of {table} points to a missing row of {parent}"


def chains(store: Store) -> Iterator[str]:
    """What is wrong with the lines of custody in the database."""
    for installation in store.installations():
        yield from chain.check_chain(store.lines(installation), installation)
    for key, digest, line in store.db.execute("SELECT key, hash, line FROM custody"):
        if chain.line_hash(line) != digest:
            yield f"custody row {key}: its hash is not that of its line"


def batches(store: Store) -> Iterator[str]:
    """Lines whose rows are not those that they were written for (missing, added or renamed rows)."""
    spoken: dict[int, set[bytes]] = {}
    for table in ("kept", "anchor", "statement", "claim"):
        for custody, id_ in store.db.execute(f"SELECT custody, id FROM {table}"):
            spoken.setdefault(custody, set()).add(id_)
    for key, data in store.db.execute("SELECT key, line FROM custody ORDER BY installation, n"):
        line, rows = chain.decode(data), spoken.pop(key, set())
        root = chain.merkle_root(rows) if rows else None
        if line.count != len(rows) or line.root != root:
            yield (
                f"custody of {line.installation}, line {line.n} ({line.act}): it speaks of {line.count} rows, "
                f"{len(rows)} are here{'' if line.count != len(rows) else ', not the same ones'}"
            )
    for key in spoken:
        yield f"case.db: {len(spoken[key])} rows name the line of custody {key}, which does not exist"


def bodies(store: Store) -> Iterator[str]:
    """Bodies that no longer give their id (changed), or are missing without a withdrawal."""
    yield from _kept_bodies(store)
    yield from _statement_bodies(store)


def _kept_bodies(store: Store) -> Iterator[str]:
    sql = (
        "SELECT k.kind, k.id, b.body, e.id FROM kept k LEFT JOIN kept_body b ON b.kept = k.key"
        " LEFT JOIN erasable e ON e.id = k.id"
    )
    for kind, id_, body, erased in store.db.execute(sql):
        name = f"{kind} {ids.show(id_)}"
        if body is None and erased is None and kind != "reading":
            yield f"{name}: its content is missing, and no withdrawal erased it"
        if body is not None and erased is not None:
            yield f"{name}: a withdrawal names it, but its content is still here"
        if body is not None and kind in _NAMED_WHOLE:
            expected = store.id_key.raw(b'["' + kind.encode("ascii") + b'",' + body + b"]")
            if expected != id_:
                yield f"{name}: its content was changed (it no longer gives its id)"


def _statement_bodies(store: Store) -> Iterator[str]:
    sql = (
        "SELECT s.id, a.id, k.id, b.body, e.id FROM statement s"
        " JOIN anchor a ON a.key = s.anchor JOIN kept k ON k.key = s.reading"
        " LEFT JOIN statement_body b ON b.statement = s.key LEFT JOIN erasable e ON e.id = s.id"
    )
    for id_, anchor, reading, body, erased in store.db.execute(sql):
        if body is None:
            if erased is None:
                yield f"statement {ids.show(id_)}: its content is missing, and no withdrawal erased it"
        elif statement_id(store.id_key, anchor, reading, body) != id_:
            yield f"statement {ids.show(id_)}: its content was changed (it no longer gives its id)"
    sql = (
        "SELECT a.id, b.body, e.id FROM anchor a LEFT JOIN anchor_body b ON b.anchor = a.key"
        " LEFT JOIN erasable e ON e.id = a.id"
    )
    for id_, body, erased in store.db.execute(sql):
        if body is None:
            if erased is None:
                yield f"anchor {ids.show(id_)}: its content is missing, and no withdrawal erased it"
        elif store.id_key.raw(b'["anchor",' + body + b"]") != id_:
            yield f"anchor {ids.show(id_)}: its content was changed (it no longer gives its id)"


def statement_id(key: ids.IdKey, anchor: bytes, reading: bytes, body: bytes) -> bytes:
    """The id of a statement: its anchor, its reading and its content, under the case's key."""
    return key.raw(b'["statement","%b","%b",%b]' % (ids.show(anchor).encode(), ids.show(reading).encode(), body))


def anchor_id(key: ids.IdKey, body: bytes) -> bytes:
    """The id of an anchor from its canonical content."""
    return key.raw(b'["anchor",' + body + b"]")
