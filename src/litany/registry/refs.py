"""Which anchor does a person mean?

By the beginning of the id of a statement or an anchor, by the source and its own key (``ucdp-ged:494205``), or by the name of
a file and a row of it (``laiza.csv:3``, ``book.xlsx:Deaths:12``).
"""

from __future__ import annotations

from collections.abc import Iterable

from litany.case.case import Case
from litany.errors import NotFound
from litany.ids import canonical
from litany.registry.active import ActiveReading, active
from litany.store import rows as store_rows
from litany.store.audit import anchor_id
from litany.types.records import Capture

_HOW = "name an anchor by an id, by source:key (ucdp-ged:494205) or by file:row (laiza.csv:3)"


def anchor_of(case: Case, text: str) -> bytes:
    """The id of the anchor that is meant. Raises NotFound, also for one that was withdrawn."""
    found = _anchor_of(case, text)
    if case.store.is_erased(found):
        raise NotFound(f"{text!r} was withdrawn: only its id is kept")
    return found


def _anchor_of(case: Case, text: str) -> bytes:
    if ":" in text:
        found = _by_key(case, text) or _by_row(case, text)
        if found is None:
            raise NotFound(f"{text!r} names no row that was read and counts: {_HOW}")
        return found
    kind, id_ = case.store.find(text)
    if kind == "anchor":
        return id_
    row = store_rows.with_id(case.store, id_) if kind == "statement" else None
    if row is None:
        raise NotFound(f"{text!r} is a {kind}, not a statement or an anchor: {_HOW}")
    return store_rows.anchor_id_of(case.store, row.anchor)


def _by_key(case: Case, text: str) -> bytes | None:
    source, _, key = text.partition(":")
    id_ = anchor_id(case.store.id_key, canonical({"key": key.split("/"), "source": source}))
    return id_ if store_rows.anchor_keys(case.store, [id_]) else None


def _by_row(case: Case, text: str) -> bytes | None:
    name, _, number = text.rpartition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    name, _, sheet = name.partition(":")
    anchors = {
        store_rows.anchor_id_of(case.store, row.anchor)
        for one in _readings_of(case, name)
        for place, read in enumerate(one.reading.sheets)
        if not sheet or read.sheet == sheet
        for row in store_rows.at_row(case.store, one.key, place, int(number))
    }
    if len(anchors) > 1:
        raise NotFound(f"{text!r} stands for {len(anchors)} rows: name the sheet (file:sheet:row), or use an id")
    return anchors.pop() if anchors else None


def _readings_of(case: Case, name: str) -> Iterable[ActiveReading]:
    documents = {capture.document for _, _, capture in case.store.each(Capture) if capture.name == name}
    return [one for one in active(case) if one.reading.document in documents or one.reading.document.startswith(name)]
