"""How are records kept and found again? One `Store` a process and thread; one `Writer` a transaction.

A writer collects the ids of what it adds and ends with one line of custody in the same transaction, so that no row
stands without a line and no line without its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from sqlcipher3 import dbapi2

from litany import ids
from litany.errors import NotFound, StoreError
from litany.store import chain
from litany.store.connection import Connection
from litany.types import records

T = TypeVar("T")
Head = tuple[tuple[str, int, str], ...]
Clock = Callable[[], datetime]

KINDS: dict[str, type[records.Kept]] = {
    "source": records.Source,
    "document": records.Document,
    "capture": records.Capture,
    "mapping": records.MappingText,
    "reading": records.Reading,
    "judgement": records.Judgement,
    "correction": records.Correction,
    "withdrawal": records.Withdrawal,
    "setting": records.Setting,
}
_KIND_OF = {type_: kind for kind, type_ in KINDS.items()}
NAMED_BY: dict[type[records.Kept], tuple[str, ...]] = {
    # Records of what is: named by what makes them the same thing in two offices, not by all that stands in them.
    records.Document: ("sha256",),
    records.Reading: ("document", "reader", "version", "mapping", "coder"),
}


def utc_now() -> datetime:
    """The clock that custody uses unless a test or the demo sets another."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Row(msgspec.Struct, frozen=True):
    """A statement as stored: content bytes, and where it stands."""

    key: int
    id: bytes
    anchor: int
    reading: int
    sheet: int
    row: int
    start: int
    length: int
    body: bytes | None


class Store:
    """Kept records of one case."""

    def __init__(
        self,
        path: Path,
        id_key: ids.IdKey,
        installation: str,
        *,
        create: bool = False,
        clock: Clock = utc_now,
    ):
        self.connection = Connection(path, create=create)
        self.id_key = id_key
        self.installation = installation
        self.clock = clock
        self.after_commit: Callable[[], None] = lambda: None

    @property
    def db(self) -> dbapi2.Connection:
        """The connection, for the modules of this package."""
        return self.connection.db

    @contextmanager
    def write(self, act: str, **facts: str) -> Iterator[Writer]:
        """One act: everything added inside becomes durable together with its line of custody, or nothing does."""
        with self.connection.write() as db:
            writer = Writer(self, db)
            yield writer
            writer.finish(act, facts)
        self.after_commit()

    def snapshot(self) -> Any:
        """A context in which all reads see one state."""
        return self.connection.snapshot()

    def name_of(self, record: records.Kept) -> bytes:
        """The id of a kept record (20 bytes)."""
        fields = NAMED_BY.get(type(record))
        value = {f: v for f in fields if (v := getattr(record, f)) is not None} if fields else record
        return self.id_key.of(_KIND_OF[type(record)], value)

    def knows_its_key(self) -> bool:
        """Does the id key give any of the first ids that stand here? (True where none does yet.) One that was changed is for
        `litany verify` to name."""
        found: list[bool] = []
        for kind, sql in (
            ("anchor", "SELECT a.id, b.body FROM anchor a JOIN anchor_body b ON b.anchor = a.key ORDER BY a.key"),
            (
                "capture",
                "SELECT k.id, b.body FROM kept k JOIN kept_body b ON b.kept = k.key WHERE kind = 'capture' ORDER BY k.key",
            ),
        ):
            rows = self.db.execute(f"{sql} LIMIT 20")
            found += [self.id_key.raw(b'["%b",%b]' % (kind.encode("ascii"), body)) == id_ for id_, body in rows]
        return any(found) or not found

    def head(self) -> Head:
        """The case head: for each installation, number and hash of its last line."""
        sql = "SELECT n, hash FROM custody WHERE installation = ? ORDER BY n DESC LIMIT 1"
        last = ((name, *self.db.execute(sql, (name,)).fetchone()) for name in self.installations())
        return tuple((installation, n, digest.hex()) for installation, n, digest in last)

    def lines(self, installation: str, after: int = 0) -> list[bytes]:
        """The lines of one installation in order, from the one after number ``after``."""
        rows = self.db.execute("SELECT line FROM custody WHERE installation = ? AND n > ? ORDER BY n", (installation, after))
        return [line for (line,) in rows]

    def installations(self) -> list[str]:
        """All installations that have lines here."""
        # Hops from one name to the next in the index: DISTINCT would walk over every line, after every act.
        sql = (
            "WITH RECURSIVE hop (name) AS (SELECT min(installation) FROM custody UNION ALL"
            " SELECT (SELECT min(installation) FROM custody WHERE installation > name) FROM hop WHERE name IS NOT NULL)"
            " SELECT name FROM hop WHERE name IS NOT NULL"
        )
        return [name for (name,) in self.db.execute(sql)]

    def last_line(self, installation: str) -> int:
        """The number of the last line of an installation; 0 when it has none."""
        found = self.db.execute("SELECT max(n) FROM custody WHERE installation = ?", (installation,)).fetchone()[0]
        return int(found or 0)

    def line_of(self, custody: int) -> chain.Line:
        """The line of custody with this key."""
        return chain.decode(self.db.execute("SELECT line FROM custody WHERE key = ?", (custody,)).fetchone()[0])

    def keys_until(self, head: Head | None) -> tuple[int, ...] | None:
        """Keys of the custody lines that a head includes; None for all of them."""
        if head is None:
            return None
        keys: list[int] = []
        for installation, n, digest in head:
            rows = self.db.execute(
                "SELECT key, n, hash FROM custody WHERE installation = ? AND n <= ?", (installation, n)
            ).fetchall()
            last = next((h for _, number, h in rows if number == n), None)
            if last is None or last.hex() != digest:
                raise NotFound(f"this case has no line {n} of installation {installation} with hash {digest[:12]}…")
            keys += [key for key, _, _ in rows]
        return tuple(sorted(keys))

    def head_on(self, day: str) -> Head:
        """The head at the end of a day (ISO, UTC): the last line of each installation up to it."""
        head: list[tuple[str, int, str]] = []
        for installation in self.installations():
            lines = [chain.decode(line) for line in self.lines(installation)]
            # The chain is in order of writing; a clock that was set back must not cut off what came before it.
            upto = [line.n for line in lines if line.at[:10] <= day]
            if upto:
                n = max(upto)
                row = self.db.execute("SELECT hash FROM custody WHERE installation = ? AND n = ?", (installation, n)).fetchone()
                head.append((installation, n, row[0].hex()))
        return tuple(head)

    # --- kept records -------------------------------------------------------------------------------------------

    def each(self, type_: type[T], head: Head | None = None) -> list[tuple[bytes, int, T]]:
        """All records of a kind that still have a body, with id and custody key, in the order of their writing here."""
        kind = _KIND_OF[type_]  # type: ignore[index]
        upto = self._upto(head)
        rows = self.db.execute(
            "SELECT id, custody, body FROM kept JOIN kept_body ON kept_body.kept = kept.key WHERE kind = ? ORDER BY key",
            (kind,),
        )
        decoder = msgspec.json.Decoder(type_)
        return [(id_, custody, decoder.decode(body)) for id_, custody, body in rows if upto is None or custody in upto]

    def get(self, id_: bytes, type_: type[T]) -> T:
        """One record. Raises NotFound when it is not here or was withdrawn."""
        row = self.db.execute(
            "SELECT kind, body FROM kept LEFT JOIN kept_body ON kept_body.kept = kept.key WHERE id = ?",
            (id_,),
        ).fetchone()
        if row is None:
            raise NotFound(f"nothing here has the id {ids.show(id_)}")
        if row[1] is None:
            raise NotFound(f"the {row[0]} {ids.show(id_)} was withdrawn (or its writing was cut short): only its id is kept")
        if KINDS[row[0]] is not type_:
            raise NotFound(f"{ids.show(id_)} is a {row[0]}, not a {_KIND_OF[type_]}")  # type: ignore[index]
        return msgspec.json.decode(row[1], type=type_)

    def key_of(self, id_: bytes) -> int | None:
        """The integer key of a kept record, or None."""
        row = self.db.execute("SELECT key FROM kept WHERE id = ?", (id_,)).fetchone()
        return None if row is None else int(row[0])

    def _upto(self, head: Head | None) -> frozenset[int] | None:
        keys = self.keys_until(head)
        return None if keys is None else frozenset(keys)

    # --- recipes ------------------------------------------------------------------------------------------------

    def keep_recipes(self, made: Sequence[tuple[records.Recipe, bytes]]) -> None:
        """Keep recipes and the figures that they gave, in one transaction; what is here, or was withdrawn, is left alone."""
        rows = [(self.id_key.of("figure", recipe), ids.canonical(recipe), figure) for recipe, figure in made]
        here = "SELECT 1 FROM recipe WHERE id = ?1 UNION ALL SELECT 1 FROM erasable WHERE id = ?1"
        new = [row for row in rows if self.db.execute(here, (row[0],)).fetchone() is None]
        if new:
            with self.connection.write() as db:
                db.executemany("INSERT INTO recipe (id, body, figure) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING", new)

    def is_erased(self, id_: bytes) -> bool:
        """Does a withdrawal name this id?"""
        return self.db.execute("SELECT 1 FROM erasable WHERE id = ?", (id_,)).fetchone() is not None

    def recipe(self, id_: bytes) -> tuple[records.Recipe, bytes]:
        """A recipe and the figure that it gave when it was first made. Raises NotFound."""
        row = self.db.execute("SELECT body, figure FROM recipe WHERE id = ?", (id_,)).fetchone()
        if row is None and self.is_erased(id_):
            raise NotFound(f"the figure {ids.show(id_)} was withdrawn: only its id is kept")
        if row is None:
            raise NotFound(f"no figure has the id {ids.show(id_)}: `litany count SCOPE` makes one")
        return msgspec.json.decode(row[0], type=records.Recipe), row[1]

    def find(self, prefix: str) -> tuple[str, bytes]:
        """What the beginning of an id (6 characters or more) stands for: (kind, id). Raises NotFound."""
        text = prefix.lower()
        if len(text) < 6 or not text.isalnum():
            raise NotFound(f"{prefix!r} is no id: give at least its first 6 characters")
        low, high = _id_range(text)
        found: list[tuple[str, bytes]] = []
        for kind in ("recipe", "statement", "anchor", "kept"):
            found += [
                ("figure" if kind == "recipe" else kind, id_)
                for (id_,) in self.db.execute(f"SELECT id FROM {kind} WHERE id BETWEEN ? AND ? LIMIT 3", (low, high))
                if ids.show(id_).startswith(text)
            ]
        if not found:
            raise NotFound(f"nothing here has an id that begins with {prefix}")
        if len(found) > 1:
            raise NotFound(f"{prefix} stands for several things: " + ", ".join(f"{k} {ids.show(i)[:12]}" for k, i in found))
        return found[0]


def _id_range(text: str) -> tuple[bytes, bytes]:
    try:
        return ids.read(text.ljust(32, "a")), ids.read(text.ljust(32, "7"))
    except StoreError as problem:
        raise NotFound(f"{text!r} is no id: ids have the letters a to z and the digits 2 to 7") from problem


class Writer:
    """Adds rows inside one transaction; `Store.write` makes and ends it."""

    def __init__(self, store: Store, db: dbapi2.Connection) -> None:
        self.store, self.db = store, db
        self.custody = int(db.execute("SELECT coalesce(max(key), 0) + 1 FROM custody").fetchone()[0])
        self.added: list[bytes] = []
        self.facts: dict[str, str] = {}

    def keep(self, record: records.Kept, *, body: bool = True) -> tuple[bytes, bool]:
        """Keep a record unless it is here already: (id, whether it is new). ``body=False`` opens it for `keep_body`."""
        id_ = self.store.name_of(record)
        if self.store.key_of(id_) is not None:
            return id_, False
        cursor = self.db.execute(
            "INSERT INTO kept (id, kind, custody) VALUES (?, ?, ?)",
            (id_, _KIND_OF[type(record)], self.custody),
        )
        if body:
            self.db.execute("INSERT INTO kept_body VALUES (?, ?)", (cursor.lastrowid, ids.canonical(record)))
        self.added.append(id_)
        return id_, True

    def keep_body(self, record: records.Kept) -> None:
        """Complete a record that was opened without a body; one that has a body, or lost it to a withdrawal, stays as it is."""
        key = self.store.key_of(self.store.name_of(record))
        erased = self.db.execute("SELECT 1 FROM erasable WHERE id = ?", (self.store.name_of(record),)).fetchone()
        if not erased:
            self.db.execute("INSERT INTO kept_body VALUES (?, ?) ON CONFLICT DO NOTHING", (key, ids.canonical(record)))

    def finish(self, act: str, facts: dict[str, str]) -> None:
        """Write the line of custody that speaks of everything added."""
        installation = self.store.installation
        n, before = self.db.execute(
            "SELECT n, hash FROM custody WHERE installation = ? ORDER BY n DESC LIMIT 1", (installation,)
        ).fetchone() or (0, None)
        line = chain.Line(
            schema=1,
            installation=installation,
            n=n + 1,
            prev=before.hex() if before else chain.GENESIS,
            at=stamp(self.store.clock()),
            act=act,
            count=len(self.added),
            root=chain.merkle_root(self.added) if self.added else None,
            facts={**facts, **self.facts},
        )
        data = chain.encode(line)
        self.db.execute(
            "INSERT INTO custody VALUES (?, ?, ?, ?, ?)",
            (self.custody, installation, line.n, chain.line_hash(data), data),
        )
