"""How do two offices become one record again, so that nothing that was changed on its way comes in?

Loading a dump is a union: lines of custody that continue a known chain are added, rows that are here already get a claim
of the line that brought them too, erasures spread. The bytes of documents travel separately, by copying `vault/`: until
then `litany verify` names each document whose bytes are missing.

Everything is checked inside one transaction: each chain continues or repeats the one here, each line speaks of exactly the
rows that came under it, each body gives its id. What does not hold is refused, and nothing was loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from litany import ids
from litany.errors import CustodyBroken, Fork, StoreError
from litany.store import audit, chain, erase
from litany.store.dumped import FORMAT, Dumped, Seal, dump, key_mark, read_lines
from litany.store.store import KINDS, Store, Writer

__all__ = ["Loaded", "dump", "load"]

_NOTHING = "Nothing was loaded."


class Loaded(msgspec.Struct, frozen=True):
    """What a load did: lines and rows that are new here, rows that were here already, erasures that are new here."""

    lines: int
    rows: int
    known: int
    erased: int = 0


def load(store: Store, lines: Iterable[bytes]) -> Loaded:
    """Unite a dump with this case, in one transaction.

    Raises Fork when a chain of the dump does not continue or repeat the one here, CustodyBroken when the dump's rows are
    not those that its lines speak of, StoreError when a line is unreadable or the case has another id key; then nothing
    was loaded. Raises CaseBusy, after loading, when erased words could not be cleared from the file (`erase.rewrite`).
    """
    with store.connection.write() as db:
        loader = _Loader(Writer(store, db))
        for number, line, row in read_lines(lines):
            loader.take(number, line, row)
        result = loader.finish()
    store.after_commit()
    if loader.erasures:  # also when all were here before: an earlier load may have found the file busy
        erase.rewrite(store)
    return result


class _Loader:
    """The state of one load: which lines came, which rows each of them speaks of."""

    def __init__(self, writer: Writer) -> None:
        self.writer, self.db, self.store = writer, writer.db, writer.store
        self.chains: dict[str, list[bytes]] = {}
        self.keys: dict[tuple[str, int], int] = {}
        self.lines: dict[tuple[str, int], chain.Line] = {}
        self.new: set[tuple[str, int]] = set()
        self.spoken: dict[tuple[str, int], list[bytes]] = {}
        self.said: set[str] = set()  # the hashes of completed readings that the lines tell
        self.bare: list[tuple[str, bytes]] = []  # rows that came without their content
        self.rows = self.known = self.erased = self.erasures = 0
        self.seal = Seal(self.store)
        self.end: Dumped | None = None
        self.takers: dict[str, Callable[[Dumped], None]] = {
            "custody": self._custody, "kept": self._kept, "anchor": self._anchor, "statement": self._statement,
            "claim": self._claim, "erasable": self._erasable, "recipe": self._recipe,
        }  # fmt: skip

    def take(self, number: int, line: bytes, row: Dumped) -> None:
        """One line of the dump."""
        if self.end is not None:
            raise StoreError(f"line {number} of the dump comes after its last one. {_NOTHING}")
        if row.table == "end":
            self.end = row
            return
        if not self.seal.rows:
            self._first(row)
        elif row.table not in self.takers:
            raise StoreError(f"line {number} of the dump has the unknown table {row.table!r}. {_NOTHING}")
        else:
            try:
                self.takers[row.table](row)
            except CustodyBroken as problem:
                raise CustodyBroken(f"line {number} of the dump: {problem}. {_NOTHING}") from problem
        self.seal.add(line)

    def _first(self, row: Dumped) -> None:
        if row.table != "litany" or row.format != FORMAT:
            raise StoreError(f"this is no dump that this version reads (format {FORMAT}): its first line says otherwise")
        if row.id != key_mark(self.store):
            raise StoreError(
                "the dump comes from a case with another id key: only cases that were made with `litany new --join` merge. "
                + _NOTHING
            )

    # --- one line of each table -----------------------------------------------------------------------------------

    def _custody(self, row: Dumped) -> None:
        if row.custody is None:
            raise CustodyBroken("a line of custody without its place")
        installation, n = row.custody
        data = bytes(row.line)
        line = chain.decode(data)
        if not chain.INSTALLATION.fullmatch(installation):
            raise CustodyBroken(f"{installation!r} is no name of an installation")
        if (line.installation, line.n) != row.custody:
            raise CustodyBroken(f"line {n} of {installation} says that it is line {line.n} of {line.installation}")
        self.chains.setdefault(installation, []).append(data)
        self.lines[row.custody] = line
        if "reading" in line.facts:
            self.said.add(line.facts["reading"])
        here = self.db.execute("SELECT key, line FROM custody WHERE installation = ? AND n = ?", row.custody).fetchone()
        if here is not None:
            if here[1] != data:
                raise Fork(
                    f"line {n} of installation {installation} differs here and in the dump: two histories claim to be one "
                    f"installation. Find out which copy was changed or restored from a backup. {_NOTHING}"
                )
            self.keys[row.custody] = here[0]
            return
        key = int(self.db.execute("SELECT coalesce(max(key), 0) + 1 FROM custody").fetchone()[0])
        self.db.execute("INSERT INTO custody VALUES (?, ?, ?, ?, ?)", (key, installation, n, chain.line_hash(data), data))
        self.keys[row.custody] = key
        self.new.add(row.custody)

    def _kept(self, row: Dumped) -> None:
        custody, id_ = self._place(row)
        if row.kind not in KINDS:
            raise CustodyBroken(f"{row.id} is a {row.kind!r}, which this version does not know")
        assert row.custody is not None
        if row.body and not audit.content_holds(self.store, row.kind, id_, bytes(row.body), self.said, self.lines[row.custody]):
            raise CustodyBroken(f"the content of {row.kind} {row.id} was changed: it does not give its id")
        if not self._seen("kept", row, custody, id_):
            self.db.execute("INSERT INTO kept (id, kind, custody) VALUES (?, ?, ?)", (id_, row.kind, custody))
        self._body("kept", id_, row)

    def _anchor(self, row: Dumped) -> None:
        custody, id_ = self._place(row)
        if row.body and audit.anchor_id(self.store.id_key, bytes(row.body)) != id_:
            raise CustodyBroken(f"the content of anchor {row.id} was changed: it does not give its id")
        if not self._seen("anchor", row, custody, id_):
            self.db.execute("INSERT INTO anchor (id, custody) VALUES (?, ?)", (id_, custody))
        self._body("anchor", id_, row)

    def _statement(self, row: Dumped) -> None:
        custody, id_ = self._place(row)
        if row.place is None or row.anchor is None or row.reading is None:
            raise CustodyBroken(f"statement {row.id} lacks its anchor, reading or place")
        anchor, reading = ids.read(row.anchor), ids.read(row.reading)
        if row.body and audit.statement_id(self.store.id_key, anchor, reading, row.place, bytes(row.body)) != id_:
            raise CustodyBroken(f"the content or the place of statement {row.id} was changed: it does not give its id")
        if not self._seen("statement", row, custody, id_):
            self.db.execute(
                "INSERT INTO statement (id, anchor, reading, sheet, row, start, length, custody) VALUES (?,"
                " (SELECT key FROM anchor WHERE id = ?), (SELECT key FROM kept WHERE id = ?), ?, ?, ?, ?, ?)",
                (id_, anchor, reading, *row.place, custody),
            )
        self._body("statement", id_, row)

    def _claim(self, row: Dumped) -> None:
        custody, id_ = self._place(row)
        owned = any(
            self.db.execute(f"SELECT 1 FROM {table} WHERE id = ? AND custody = ?", (id_, custody)).fetchone()
            for table in ("kept", "anchor", "statement")
        )
        self._tell(row, id_, lambda: owned or self._claimed(custody, id_))
        if not owned:
            self._keep_claim(custody, id_)

    def _erasable(self, row: Dumped) -> None:
        custody, id_ = self._place(row)
        withdrawal = self.db.execute(
            "SELECT key FROM kept WHERE id = ? AND kind = 'withdrawal'", (ids.read(row.withdrawal or ""),)
        ).fetchone()
        if withdrawal is None:
            raise CustodyBroken(f"{row.id} was erased by {row.withdrawal}, which is no withdrawal of the dump")
        made = (id_, withdrawal[0], custody)
        sql = "SELECT 1 FROM erasable WHERE id = ? AND withdrawal = ? AND custody = ?"
        here = self.db.execute(sql, made).fetchone() is not None
        self._tell(row, id_, lambda: here)
        self.erasures += 1
        if not here:
            self.erased += 1
            self.db.execute("INSERT INTO erasable VALUES (?, ?, ?)", made)

    def _recipe(self, row: Dumped) -> None:
        if row.id is None or audit.figure_id(self.store.id_key, bytes(row.body)) != ids.read(row.id):
            raise CustodyBroken(f"the recipe of figure {row.id} was changed: it does not give its id")
        self.db.execute(
            "INSERT INTO recipe (id, body, figure) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (ids.read(row.id), bytes(row.body), bytes(row.figure)),
        )

    # --- rows and the lines that speak of them --------------------------------------------------------------------

    def _place(self, row: Dumped) -> tuple[int, bytes]:
        if row.custody is None or row.custody not in self.keys or row.id is None:
            raise CustodyBroken(
                f"a row of {row.table} stands under {row.custody}, a line of custody that the dump does not hold"
            )
        return self.keys[row.custody], ids.read(row.id)

    def _tell(self, row: Dumped, id_: bytes, told: Callable[[], bool]) -> None:
        """Note that a line speaks of this id. A line that was here before speaks of no more rows than it did (``told``)."""
        assert row.custody is not None
        if row.custody in self.new:
            self.spoken.setdefault(row.custody, []).append(id_)
        elif not told():
            raise CustodyBroken(
                f"{row.id} stands under line {row.custody[1]} of {row.custody[0]}, which does not speak of it here"
            )

    def _seen(self, table: str, row: Dumped, custody: int, id_: bytes) -> bool:
        """Is the row here? Then the line that brought it a second time claims it."""
        here = self.db.execute(f"SELECT custody FROM {table} WHERE id = ?", (id_,)).fetchone()
        if here is None:
            self._tell(row, id_, lambda: False)
            self.rows += 1
            return False
        self._tell(row, id_, lambda: here[0] == custody or self._claimed(custody, id_))
        self.known += 1
        if here[0] != custody:
            self._keep_claim(custody, id_)
        return True

    def _claimed(self, custody: int, id_: bytes) -> bool:
        return self.db.execute("SELECT 1 FROM claim WHERE custody = ? AND id = ?", (custody, id_)).fetchone() is not None

    def _keep_claim(self, custody: int, id_: bytes) -> None:
        self.db.execute("INSERT INTO claim VALUES (?, ?) ON CONFLICT DO NOTHING", (custody, id_))

    def _body(self, table: str, id_: bytes, row: Dumped) -> None:
        if not row.body:
            self.bare.append((table, id_))
            return
        self.db.execute(
            f"INSERT INTO {table}_body SELECT key, ? FROM {table} WHERE id = ? AND NOT EXISTS"
            " (SELECT 1 FROM erasable WHERE erasable.id = ?) ON CONFLICT DO NOTHING",
            (bytes(row.body), id_, id_),
        )

    # --- the whole ------------------------------------------------------------------------------------------------

    def finish(self) -> Loaded:
        """Check what only shows when everything came. Raises as `load` does."""
        if not self.seal.rows:
            raise StoreError(f"the dump is empty. {_NOTHING}")
        if self.end is None:
            raise CustodyBroken(f"the dump has no last line: it was cut short. {_NOTHING}")
        self._check_lines()
        self._check_bare()
        if (self.end.rows, self.end.id) != (self.seal.rows, self.seal.id()):
            raise CustodyBroken(f"the last line of the dump does not fit the lines before it: some were changed. {_NOTHING}")
        erase.delete_marked(self.writer)
        # A line that only says "these two met" is no news: two offices would answer each other for ever. Our own lines,
        # coming back after a backup, are none either: a line of ours after them would fork from those that come later.
        if any(place[0] != self.store.installation and self.lines[place].act != "merge" for place in self.new):
            self._merge_line()
        return Loaded(len(self.new), self.rows, self.known, self.erased)

    def _check_lines(self) -> None:
        for installation, lines in self.chains.items():
            wrong = chain.check_chain(lines, installation)
            if wrong:
                raise CustodyBroken(f"the dump's custody does not hold: {'; '.join(wrong[:3])}. {_NOTHING}")
        for place in self.new:
            line, spoken = self.lines[place], self.spoken.get(place, [])
            if line.count != len(spoken) or line.root != (chain.merkle_root(spoken) if spoken else None):
                raise CustodyBroken(
                    f"line {place[1]} of installation {place[0]} speaks of {line.count} rows; the dump has {len(spoken)} for "
                    f"it, or others: it was cut short or changed. {_NOTHING}"
                )

    def _check_bare(self) -> None:
        complete = audit.completions(self.store)
        for table, id_ in self.bare:
            key, here = self.db.execute(
                f"SELECT key, EXISTS (SELECT 1 FROM {table}_body b WHERE b.{table} = t.key)"
                f" OR EXISTS (SELECT 1 FROM erasable e WHERE e.id = t.id) FROM {table} t WHERE id = ?",
                (id_,),
            ).fetchone()
            if here:
                continue
            kind = self.db.execute("SELECT kind FROM kept WHERE id = ?", (id_,)).fetchone()
            if kind != ("reading",) or audit.completed_by(self.store, key, complete):
                raise CustodyBroken(
                    f"{table} {ids.show(id_)} came without its content, and no withdrawal erased it. {_NOTHING}"
                )

    def _merge_line(self) -> None:
        """One more line of our own: which heads we met."""
        others = [head for head in self.store.head() if head[0] in self.chains and head[0] != self.store.installation]
        merge = Writer(self.store, self.db)
        merge.finish("merge", {f"head.{name}": f"{n}:{digest}" for name, n, digest in others})
