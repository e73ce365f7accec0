"""Which readings count: of each document and coder the latest complete one, of each list the latest edition of a row?

Editions are ordered by the date that their source gives (`--published`), otherwise by the day of their capture. A row that
vanished from a newer edition still counts (a list that grows does not unsay), unless the newer edition was added with
`--replaces`: then it restates the whole list.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from litany.case.case import Case
from litany.store import rows as store_rows
from litany.store.store import Head
from litany.types.records import Capture, Document, Reading
from litany.values import dates


class ActiveReading(Struct, frozen=True):
    """A reading that counts. ``edition`` orders readings of the same list: a greater one is newer."""

    key: int
    id: bytes
    reading: Reading
    edition: tuple[str, str, str]


def active(case: Case, head: Head | None = None) -> list[ActiveReading]:
    """All readings that count at a head (None: now), in the order of their documents' hashes."""
    store = case.store
    upto = store.keys_until(head)
    included = None if upto is None else frozenset(upto)
    documents = {document.sha256 for _, _, document in store.each(Document, head)}
    captures: dict[str, list[Capture]] = {}
    for _, _, capture in store.each(Capture, head):
        captures.setdefault(capture.document, []).append(capture)
    replaced = _replaced(capture for given in captures.values() for capture in given)
    latest: dict[tuple[str, str | None], tuple[tuple[str, str, str], ActiveReading]] = {}
    for id_, custody, reading in store.each(Reading, head):
        key = store.key_of(id_)
        assert key is not None
        finished = store_rows.last_custody(store, key) or custody
        if reading.document not in documents or reading.document in replaced:
            continue
        if included is not None and finished not in included:
            continue  # it was complete only after this head
        made = ActiveReading(key, id_, reading, _edition(captures.get(reading.document, []), reading.document))
        order = (store.line_of(finished).at, reading.version, reading.mapping)
        slot = (reading.document, reading.coder)
        if slot not in latest or latest[slot][0] < order:
            latest[slot] = (order, made)
    return sorted((made for _, made in latest.values()), key=lambda one: (one.reading.document, one.reading.coder or ""))


def _replaced(captures: Iterable[Capture]) -> frozenset[str]:
    """The documents that others restate. Of two that replace each other (a source went back), the later one counts."""
    replaced: set[str] = set()
    for capture in sorted(captures, key=lambda one: (one.at, one.document)):
        if capture.replaces is not None:
            replaced.add(capture.replaces)
            replaced.discard(capture.document)
    return frozenset(replaced)


def _edition(captures: list[Capture], document: str) -> tuple[str, str, str]:
    """The newest date that the source gives, or the first day that we had the bytes; then the moment; then the bytes."""
    published = [_day(capture.published) for capture in captures if capture.published]
    first = min((capture.at for capture in captures), default="")
    return (max(published, default="") or first[:10], first, document)


def _day(text: str) -> str:
    latest = dates.parse(text).latest
    return "" if latest is None else dates.show(latest)
