"""How does a case's record leave as text that anybody can read, and how do two offices become one record again?

A dump is JSON Lines, one row a line, in the order of custody (installation, number), then table, then content: the same
rows give the same bytes, whatever order they came in. Loading is a union: lines of custody that continue a known chain
are added, rows that are here already get a claim of the line that brought them too, erasures spread. A chain that forks
is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from litany import ids
from litany.errors import CustodyBroken, Fork, StoreError
from litany.store import chain, erase
from litany.store.store import Store, Writer

FORMAT = 1
TABLES = ("custody", "kept", "anchor", "statement", "claim", "erasable", "recipe")
_SELECT = {
    "kept": "SELECT c.installation, c.n, t.kind, t.id, b.body FROM kept t JOIN custody c ON c.key = t.custody"
    " LEFT JOIN kept_body b ON b.kept = t.key ORDER BY c.installation, c.n, t.kind, b.body, t.id",
    "anchor": "SELECT c.installation, c.n, NULL, t.id, b.body FROM anchor t JOIN custody c ON c.key = t.custody"
    " LEFT JOIN anchor_body b ON b.anchor = t.key ORDER BY c.installation, c.n, b.body, t.id",
    "claim": "SELECT c.installation, c.n, NULL, t.id, NULL FROM claim t JOIN custody c ON c.key = t.custody"
    " ORDER BY c.installation, c.n, t.id",
    "erasable": "SELECT c.installation, c.n, k.id, t.id, NULL FROM erasable t JOIN custody c ON c.key = t.custody"
    " JOIN kept k ON k.key = t.withdrawal ORDER BY c.installation, c.n, t.id",
}
_STATEMENTS = (
    "SELECT c.installation, c.n, a.id, k.id, t.sheet, t.row, t.start, t.length, t.id, b.body FROM statement t"
    " JOIN custody c ON c.key = t.custody JOIN anchor a ON a.key = t.anchor JOIN kept k ON k.key = t.reading"
    " LEFT JOIN statement_body b ON b.statement = t.key"
    " ORDER BY c.installation, c.n, k.id, t.sheet, t.row, b.body, t.id"
)


class Dumped(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One line of a dump. ``custody`` is (installation, number); ``body`` is absent where it was withdrawn."""

    table: str
    custody: tuple[str, int] | None = None
    id: str | None = None
    kind: str | None = None
    line: msgspec.Raw = msgspec.Raw(b"")
    body: msgspec.Raw = msgspec.Raw(b"")
    figure: msgspec.Raw = msgspec.Raw(b"")
    anchor: str | None = None
    reading: str | None = None
    withdrawal: str | None = None
    place: tuple[int, int, int, int] | None = None
    format: int | None = None


def dump(store: Store) -> Iterator[bytes]:
    """The lines of a dump, without line feeds, of one state of the case."""
    with store.snapshot():
        yield from map(_encode, _dumped(store))


def _dumped(store: Store) -> Iterator[Dumped]:
    yield Dumped(table="litany", format=FORMAT)
    for installation, n, line in store.db.execute("SELECT installation, n, line FROM custody ORDER BY installation, n"):
        yield Dumped(table="custody", custody=(installation, n), line=msgspec.Raw(line))
    for table in ("kept", "anchor"):
        yield from _plain(store, table)
    for inst, n, anchor, reading, sheet, row, start, length, id_, body in store.db.execute(_STATEMENTS):
        yield Dumped(
            table="statement", custody=(inst, n), id=ids.show(id_), anchor=ids.show(anchor), reading=ids.show(reading),
            place=(sheet, row, start, length), body=msgspec.Raw(body or b""),
        )  # fmt: skip
    for table in ("claim", "erasable"):
        yield from _plain(store, table)
    for id_, body, figure in store.db.execute("SELECT id, body, figure FROM recipe ORDER BY body"):
        yield Dumped(table="recipe", id=ids.show(id_), body=msgspec.Raw(body), figure=msgspec.Raw(figure))


def _plain(store: Store, table: str) -> Iterator[Dumped]:
    for installation, n, extra, id_, body in store.db.execute(_SELECT[table]):
        yield Dumped(
            table=table,
            custody=(installation, n),
            id=ids.show(id_),
            kind=extra if table == "kept" else None,
            withdrawal=ids.show(extra) if table == "erasable" else None,
            body=msgspec.Raw(body or b""),
        )


def _encode(line: Dumped) -> bytes:
    fields: dict[str, Any] = {}
    for name in line.__struct_fields__:
        value = getattr(line, name)
        if value is None or (isinstance(value, msgspec.Raw) and not bytes(value)):
            continue
        fields[name] = value
    return msgspec.json.encode(fields, order="sorted")


def read_lines(lines: Iterable[bytes]) -> Iterator[tuple[int, Dumped]]:
    """Decode a dump line by line: (line number, row). Raises StoreError with the number of a line that is none."""
    for number, data in enumerate(lines, start=1):
        if not data.strip():
            continue
        try:
            yield number, msgspec.json.decode(data, type=Dumped)
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            raise StoreError(f"line {number} of the dump cannot be read: {problem}. Nothing was loaded.") from problem


class Loaded(msgspec.Struct, frozen=True):
    """What a load did: lines and rows that are new here, rows that were here already."""

    lines: int
    rows: int
    known: int


def load(store: Store, lines: Iterable[bytes]) -> Loaded:
    """Unite a dump with this case, in one transaction.

    Raises Fork when a chain of the dump does not continue or repeat the one here, CustodyBroken when the dump's rows are
    not those that its lines speak of, StoreError when a line is unreadable; then nothing was loaded.
    """
    with store.connection.write() as db:
        loader = _Loader(Writer(store, db))
        for number, line in read_lines(lines):
            loader.take(number, line)
        result = loader.finish()
    erase.empty_log(store)
    store.after_commit()
    return result


class _Loader:
    """The state of one load: which lines came, which rows each of them speaks of."""

    def __init__(self, writer: Writer) -> None:
        self.writer, self.db, self.store = writer, writer.db, writer.store
        self.chains: dict[str, list[bytes]] = {}
        self.keys: dict[tuple[str, int], int] = {}
        self.new: set[tuple[str, int]] = set()
        self.spoken: dict[tuple[str, int], list[bytes]] = {}
        self.rows = self.known = 0
        self.started = False

    def take(self, number: int, line: Dumped) -> None:
        if not self.started:
            if line.table != "litany" or line.format != FORMAT:
                raise StoreError(f"this is no dump that this version reads (format {FORMAT}): its first line says otherwise")
            self.started = True
            return
        if line.table not in TABLES or (line.table != "recipe" and line.custody is None):
            raise StoreError(f"line {number} of the dump has the unknown table {line.table!r}. Nothing was loaded.")
        getattr(self, f"_{line.table}")(line)

    def _custody(self, line: Dumped) -> None:
        assert line.custody is not None
        installation, n = line.custody
        data = bytes(line.line)
        self.chains.setdefault(installation, []).append(data)
        here = self.db.execute("SELECT key, line FROM custody WHERE installation = ? AND n = ?", line.custody).fetchone()
        if here is not None:
            if here[1] != data:
                raise Fork(
                    f"line {n} of installation {installation} differs here and in the dump: two histories claim to be one "
                    "installation. Find out which copy was changed or restored from a backup; nothing was loaded."
                )
            self.keys[line.custody] = here[0]
            return
        key = int(self.db.execute("SELECT coalesce(max(key), 0) + 1 FROM custody").fetchone()[0])
        self.db.execute("INSERT INTO custody VALUES (?, ?, ?, ?, ?)", (key, installation, n, chain.line_hash(data), data))
        self.keys[line.custody] = key
        self.new.add(line.custody)

    def _place(self, line: Dumped) -> tuple[int, bytes]:
        assert line.custody is not None
        if line.custody not in self.keys or line.id is None:
            raise CustodyBroken(f"the dump has a {line.table} row of {line.custody}, a line of custody that it does not hold")
        return self.keys[line.custody], ids.read(line.id)

    def _speak(self, line: Dumped, id_: bytes) -> None:
        assert line.custody is not None
        if line.custody in self.new:
            self.spoken.setdefault(line.custody, []).append(id_)

    def _seen(self, table: str, line: Dumped, custody: int, id_: bytes) -> bool:
        """Is the row here? Then the line that brought it a second time claims it."""
        self._speak(line, id_)
        here = self.db.execute(f"SELECT custody FROM {table} WHERE id = ?", (id_,)).fetchone()
        if here is None:
            self.rows += 1
            return False
        self.known += 1
        if here[0] != custody:
            self.db.execute("INSERT INTO claim VALUES (?, ?) ON CONFLICT DO NOTHING", (custody, id_))
        return True

    def _kept(self, line: Dumped) -> None:
        custody, id_ = self._place(line)
        if not self._seen("kept", line, custody, id_):
            self.db.execute("INSERT INTO kept (id, kind, custody) VALUES (?, ?, ?)", (id_, line.kind, custody))
        self._body("kept", id_, line)

    def _anchor(self, line: Dumped) -> None:
        custody, id_ = self._place(line)
        if not self._seen("anchor", line, custody, id_):
            self.db.execute("INSERT INTO anchor (id, custody) VALUES (?, ?)", (id_, custody))
        self._body("anchor", id_, line)

    def _statement(self, line: Dumped) -> None:
        custody, id_ = self._place(line)
        if line.place is None or line.anchor is None or line.reading is None:
            raise StoreError(f"statement {line.id} of the dump lacks its anchor, reading or place. Nothing was loaded.")
        if not self._seen("statement", line, custody, id_):
            self.db.execute(
                "INSERT INTO statement (id, anchor, reading, sheet, row, start, length, custody) VALUES (?,"
                " (SELECT key FROM anchor WHERE id = ?), (SELECT key FROM kept WHERE id = ?), ?, ?, ?, ?, ?)",
                (id_, ids.read(line.anchor), ids.read(line.reading), *line.place, custody),
            )
        self._body("statement", id_, line)

    def _body(self, table: str, id_: bytes, line: Dumped) -> None:
        body = bytes(line.body)
        if not body:
            return
        self.db.execute(f"INSERT INTO {table}_body SELECT key, ? FROM {table} WHERE id = ? ON CONFLICT DO NOTHING", (body, id_))

    def _claim(self, line: Dumped) -> None:
        custody, id_ = self._place(line)
        self._speak(line, id_)
        self.db.execute("INSERT INTO claim VALUES (?, ?) ON CONFLICT DO NOTHING", (custody, id_))

    def _erasable(self, line: Dumped) -> None:
        custody, id_ = self._place(line)
        self.db.execute(
            "INSERT INTO erasable SELECT ?, key, ? FROM kept WHERE id = ? ON CONFLICT DO NOTHING",
            (id_, custody, ids.read(line.withdrawal or "")),
        )

    def _recipe(self, line: Dumped) -> None:
        if line.id is None:
            raise StoreError("a recipe of the dump has no id. Nothing was loaded.")
        self.db.execute(
            "INSERT INTO recipe (id, body, figure) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (ids.read(line.id), bytes(line.body), bytes(line.figure)),
        )

    def finish(self) -> Loaded:
        if not self.started:
            raise StoreError("the dump is empty: nothing was loaded")
        self._check()
        erase.delete_marked(self.writer)
        if self.new:
            self._merge_line()
        return Loaded(len(self.new), self.rows, self.known)

    def _check(self) -> None:
        for installation, lines in self.chains.items():
            wrong = chain.check_chain(lines, installation)
            if wrong:
                raise CustodyBroken("the dump's custody does not hold; nothing was loaded: " + "; ".join(wrong[:3]))
        for (installation, n), key in self.keys.items():
            if (installation, n) not in self.new:
                continue
            line = self.store.line_of(key)
            spoken = self.spoken.get((installation, n), [])
            if line.count != len(spoken) or (line.root or None) != (chain.merkle_root(spoken) if spoken else None):
                raise CustodyBroken(
                    f"line {n} of installation {installation} speaks of {line.count} rows; the dump has {len(spoken)} for it, "
                    "or others: it was cut short or changed. Nothing was loaded."
                )

    def _merge_line(self) -> None:
        heads = {name: self.db.execute(
            "SELECT n, hash FROM custody WHERE installation = ? ORDER BY n DESC LIMIT 1", (name,)
        ).fetchone() for name in self.chains if name != self.store.installation}  # fmt: skip
        facts = {f"head.{name}": f"{n}:{digest.hex()}" for name, (n, digest) in heads.items()}
        merge = Writer(self.store, self.db)
        merge.finish("merge", facts)
