"""How does a case's record leave as text that anybody can read?

A dump is JSON Lines, one row a line, between a first line that says the format and a last one that says how many came. It
is in the order of custody (installation, number), then content; a row that several lines brought stands under the
first of them, and the others claim it: the same rows give the same bytes, whatever order they came in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import msgspec

from litany import ids
from litany.errors import StoreError
from litany.store.store import Store

FORMAT = 1
Whole = Annotated[int, msgspec.Meta(ge=-1, lt=2**53)]

# The first line that speaks of a row that several lines claim.
_FIRST = (
    "WITH first AS (SELECT id, installation, n FROM (SELECT l.id, c.installation, c.n,"
    " row_number() OVER (PARTITION BY l.id ORDER BY c.installation, c.n) AS place"
    " FROM claim l JOIN custody c ON c.key = l.custody) WHERE place = 1) "
)
_LINE = (
    "iif((f.installation, f.n) < (c.installation, c.n), f.installation, c.installation) AS line_of,"
    " iif((f.installation, f.n) < (c.installation, c.n), f.n, c.n) AS line_n"
)
_FROM = "t JOIN custody c ON c.key = t.custody LEFT JOIN first f ON f.id = t.id"
_PLAIN = {
    "kept": f"{_FIRST}SELECT {_LINE}, t.kind, t.id, b.body FROM kept {_FROM}"
    " LEFT JOIN kept_body b ON b.kept = t.key ORDER BY line_of, line_n, t.kind, b.body, t.id",
    "anchor": f"{_FIRST}SELECT {_LINE}, NULL, t.id, b.body FROM anchor {_FROM}"
    " LEFT JOIN anchor_body b ON b.anchor = t.key ORDER BY line_of, line_n, b.body, t.id",
    "claim": "WITH told AS (SELECT l.id, c.installation, c.n FROM claim l JOIN custody c ON c.key = l.custody"
    + "".join(
        f" UNION SELECT t.id, c.installation, c.n FROM {table} t JOIN custody c ON c.key = t.custody"
        " WHERE t.id IN (SELECT id FROM claim)"
        for table in ("kept", "anchor", "statement")
    )
    + ") SELECT installation, n, NULL, id, NULL FROM (SELECT *, row_number() OVER"
    " (PARTITION BY id ORDER BY installation, n) AS place FROM told) WHERE place > 1 ORDER BY installation, n, id",
    "erasable": "SELECT c.installation, c.n, k.id, t.id, NULL FROM erasable t JOIN custody c ON c.key = t.custody"
    " JOIN kept k ON k.key = t.withdrawal ORDER BY c.installation, c.n, k.id, t.id",
}
_STATEMENTS = (
    f"{_FIRST}SELECT {_LINE}, a.id, k.id, t.sheet, t.row, t.start, t.length, t.id, b.body FROM statement {_FROM}"
    " JOIN anchor a ON a.key = t.anchor JOIN kept k ON k.key = t.reading"
    " LEFT JOIN statement_body b ON b.statement = t.key"
    " ORDER BY line_of, line_n, k.id, t.sheet, t.row, b.body, t.id"
)


class Dumped(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One line of a dump. ``custody`` is (installation, number); ``body`` is absent where it was withdrawn.

    The first line has ``format`` and an ``id`` that only cases with the same id key share; the last one ``rows`` and its
    seal as ``id``.
    """

    table: str
    custody: tuple[str, Whole] | None = None
    id: str | None = None
    kind: str | None = None
    line: msgspec.Raw = msgspec.Raw(b"")
    body: msgspec.Raw = msgspec.Raw(b"")
    figure: msgspec.Raw = msgspec.Raw(b"")
    anchor: str | None = None
    reading: str | None = None
    withdrawal: str | None = None
    place: tuple[Whole, Whole, Whole, Whole] | None = None
    format: int | None = None
    rows: int | None = None


def dump(store: Store) -> Iterator[bytes]:
    """The lines of a dump, without line feeds, of one state of the case."""
    with store.snapshot():
        seal = Seal(store)
        for row in _dumped(store):
            line = _encode(row)
            seal.add(line)
            yield line
        yield _encode(Dumped(table="end", rows=seal.rows, id=seal.id()))


class Seal:
    """What the last line of a dump says about all lines before it; nobody without the id key can say it."""

    def __init__(self, store: Store) -> None:
        self._key, self._digest, self.rows = store.id_key, hashlib.sha256(), 0

    def add(self, line: bytes) -> None:
        """One more line, without its line feed."""
        self._digest.update(line + b"\n")
        self.rows += 1

    def id(self) -> str:
        """The seal of the lines so far."""
        return ids.show(self._key.of("dump", self._digest.hexdigest()))


def key_mark(store: Store) -> str:
    """An id that two cases share only when they have the same id key."""
    return ids.show(store.id_key.of("litany", "id key"))


def _dumped(store: Store) -> Iterator[Dumped]:
    yield Dumped(table="litany", format=FORMAT, id=key_mark(store))
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
    for installation, n, extra, id_, body in store.db.execute(_PLAIN[table]):
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


def read_lines(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes, Dumped]]:
    """Decode a dump line by line: (line number, its bytes, row). Raises StoreError with the number of a line that is none."""
    for number, data in enumerate(lines, start=1):
        line = data.strip()
        if not line:
            continue
        try:
            yield number, line, msgspec.json.decode(line, type=Dumped)
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            raise StoreError(f"line {number} of the dump cannot be read: {problem}. Nothing was loaded.") from problem
