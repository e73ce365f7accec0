"""Are the rows of the database those that custody speaks of, and do their bodies still give their ids?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec
from sqlcipher3 import dbapi2

from litany import ids
from litany.errors import CustodyBroken
from litany.store import chain
from litany.store.store import KINDS, NAMED_BY, Store
from litany.types.records import SCHEMA, Document, Kept

K = TypeVar("K", bound=Kept)
Place = tuple[int, int, int, int]  # sheet, row, first byte, length in bytes


def named(check: Callable[[Store], Iterator[str]], store: Store) -> Iterator[str]:
    """What a check finds; a database that cannot even be read is a finding, not a traceback."""
    try:
        yield from check(store)
    except (dbapi2.Error, UnicodeDecodeError) as problem:
        yield f"case.db: it cannot be read: {problem}"


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
    for key, installation, n, digest, data in store.db.execute("SELECT key, installation, n, hash, line FROM custody"):
        if chain.line_hash(data) != digest:
            yield f"custody row {key}: its hash is not that of its line"
        line = _line(data)
        if line is not None and (line.installation, line.n) != (installation, n):
            yield f"custody row {key}: it stands as line {n} of {installation}, and says line {line.n} of {line.installation}"


def batches(store: Store) -> Iterator[str]:
    """Lines whose rows are not those that they were written for (missing, added or renamed rows)."""
    spoken: dict[int, set[bytes]] = {}
    for table in ("kept", "anchor", "statement", "claim", "erasable"):
        for custody, id_ in store.db.execute(f"SELECT custody, id FROM {table}"):
            spoken.setdefault(custody, set()).add(id_)
    for key, data in store.db.execute("SELECT key, line FROM custody ORDER BY installation, n"):
        line, rows = _line(data), spoken.pop(key, set())
        if line is None:
            continue  # `chains` names it
        root = chain.merkle_root(rows) if rows else None
        if line.count != len(rows) or line.root != root:
            yield (
                f"custody of {line.installation}, line {line.n} ({line.act}): it speaks of {line.count} rows, "
                f"{len(rows)} are here{'' if line.count != len(rows) else ', not the same ones'}"
            )
    for key in spoken:
        yield f"case.db: {len(spoken[key])} rows name the line of custody {key}, which does not exist"


def bodies(store: Store) -> Iterator[str]:
    """Bodies that no longer give their id (changed), are missing without a withdrawal, or are here in spite of one."""
    yield from _kept_bodies(store)
    yield from _row_bodies(store, "anchor", "SELECT t.id, b.body, NULL, NULL, 0, 0, 0, 0", "")
    joins = "JOIN anchor a ON a.key = t.anchor JOIN kept k ON k.key = t.reading"
    yield from _row_bodies(store, "statement", "SELECT t.id, b.body, a.id, k.id, t.sheet, t.row, t.start, t.length", joins)
    for id_, body in store.db.execute("SELECT id, body FROM recipe"):
        if figure_id(store.id_key, body) != id_:
            yield f"figure {ids.show(id_)}: its recipe was changed (it no longer gives its id)"


def _kept_bodies(store: Store) -> Iterator[str]:
    complete = completions(store)
    said = set(complete.values())
    sql = (
        "SELECT k.key, k.kind, k.id, b.body, c.line, EXISTS (SELECT 1 FROM erasable e WHERE e.id = k.id)"
        " FROM kept k JOIN custody c ON c.key = k.custody LEFT JOIN kept_body b ON b.kept = k.key"
    )
    for key, kind, id_, body, line, erased in store.db.execute(sql):
        name = f"{kind} {ids.show(id_)}"
        if body is None:
            if not erased and (kind != "reading" or completed_by(store, key, complete)):
                yield f"{name}: its content is missing, and no withdrawal erased it"
            continue
        if erased:
            yield f"{name}: a withdrawal names it, but its content is still here"
        if not content_holds(store, kind, id_, body, said, _line(line)):
            yield f"{name}: its content was changed (it no longer gives its id)"


def _row_bodies(store: Store, table: str, select: str, joins: str) -> Iterator[str]:
    sql = (
        f"{select}, EXISTS (SELECT 1 FROM erasable e WHERE e.id = t.id) FROM {table} t {joins}"
        f" LEFT JOIN {table}_body b ON b.{table} = t.key"
    )
    for id_, body, anchor, reading, sheet, row, start, length, erased in store.db.execute(sql):
        if body is None:
            if not erased:
                yield f"{table} {ids.show(id_)}: its content is missing, and no withdrawal erased it"
            continue
        if erased:
            yield f"{table} {ids.show(id_)}: a withdrawal names it, but its content is still here"
        key = store.id_key
        if id_ != (
            anchor_id(key, body) if table == "anchor" else statement_id(key, anchor, reading, (sheet, row, start, length), body)
        ):
            yield f"{table} {ids.show(id_)}: its content was changed (it no longer gives its id)"


# --- what a row must say, from its content and its line ---------------------------------------------------------------


def content_holds(store: Store, kind: str, id_: bytes, body: bytes, said: set[str], line: chain.Line | None) -> bool:
    """Is this the content that a kept record was written with?

    Most records are named by all that stands in them. A document is named by its sha256, and the line that brought it
    says its size. A reading is named before it is made; the line that completes it says the hash of what it became
    (``said``: these hashes).
    """
    type_ = KINDS.get(kind)
    if type_ is None:
        return False
    if type_ not in NAMED_BY:
        return store.id_key.raw(b'["' + kind.encode("ascii") + b'",' + body + b"]") == id_
    try:
        record = msgspec.json.decode(body, type=type_)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    if store.name_of(record) != id_ or ids.canonical(record) != body or not 1 <= record.schema <= SCHEMA:
        return False
    if isinstance(record, Document):
        facts = {} if line is None else line.facts
        return facts.get("sha256") != record.sha256 or facts.get("size", str(record.size)) == str(record.size)
    return hashlib.sha256(body).hexdigest() in said


def completions(store: Store) -> dict[int, str]:
    """The lines that complete a reading (their keys), and the hash of the reading as it then was."""
    made = ((key, _line(data)) for key, data in store.db.execute("SELECT key, line FROM custody"))
    return {key: line.facts["reading"] for key, line in made if line is not None and "reading" in line.facts}


def completed_by(store: Store, reading: int, complete: dict[int, str]) -> bool:
    """Did one of the lines that brought this reading (its integer key) or its statements complete it?"""
    sql = "SELECT custody FROM kept WHERE key = ? UNION SELECT custody FROM statement WHERE reading = ?"
    return any(custody in complete for (custody,) in store.db.execute(sql, (reading, reading)))


def readable(store: Store, type_: type[K]) -> Iterator[K]:
    """The records of a kind whose content can be read; `bodies` names the others."""
    kind = next(kind for kind, known in KINDS.items() if known is type_)
    sql = "SELECT body FROM kept JOIN kept_body ON kept_body.kept = kept.key WHERE kind = ? ORDER BY key"
    for (body,) in store.db.execute(sql, (kind,)):
        try:
            yield msgspec.json.decode(body, type=type_)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue


def statement_id(key: ids.IdKey, anchor: bytes, reading: bytes, place: Place, body: bytes) -> bytes:
    """The id of a statement: its anchor, its reading, its place (sheet, row, start, length) and its content."""
    return key.raw(b'["statement","%b","%b",[%d,%d,%d,%d],%b]' % (anchor.hex().encode(), reading.hex().encode(), *place, body))


def anchor_id(key: ids.IdKey, body: bytes) -> bytes:
    """The id of an anchor from its canonical content."""
    return key.raw(b'["anchor",' + body + b"]")


def figure_id(key: ids.IdKey, body: bytes) -> bytes:
    """The id of a figure from its recipe."""
    return key.raw(b'["figure",' + body + b"]")


def _line(data: bytes) -> chain.Line | None:
    try:
        return chain.decode(data)
    except CustodyBroken:
        return None
