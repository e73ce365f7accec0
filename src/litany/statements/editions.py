"""What is new, the same, changed and vanished between this reading and the latest earlier one of the same source's list?

Rows are compared by the source's own keys, on which their anchors stand, so that next month's file continues the rows of this
month's; two rows are the same when all their statements say the same. Rows without a key cannot be compared and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import msgspec
from msgspec import Struct

from litany import ids
from litany.case.case import Case
from litany.statements import mapping as mappings
from litany.statements.mapping import Mapping
from litany.statements.reading import Result
from litany.store import rows as store_rows
from litany.types.records import MappingText, Reading

EXAMPLES = 20


class Change(Struct, frozen=True):
    """How many rows, and the source's keys of the first of them."""

    count: int
    examples: tuple[str, ...] = ()


class Changes(Struct, frozen=True):
    """What a new edition of a list changes. ``against`` is the id of the reading of the earlier one."""

    new: Change
    same: Change
    changed: Change
    vanished: Change
    against: str


def changes(case: Case, result: Result) -> Changes | None:
    """How a complete reading differs from the latest one that was complete before it, of another document read by a mapping
    of the same name for the same source. None where there is none, or where its mapping names no key."""
    store = case.store
    with store.snapshot():
        earlier = _earlier(case, result)
        key = store.key_of(result.id)
        if earlier is None or key is None:
            return None
        id_, other = earlier
        new, vanished = (_change(store_rows.anchors_missing(store, *pair)) for pair in ((key, other), (other, key)))
        # A statement that came or went changes its row too, so both directions are asked; a row counts once.
        unlike = dict.fromkeys(store_rows.anchors_unlike(store, key, other))
        unlike.update(dict.fromkeys(store_rows.anchors_unlike(store, other, key)))
        changed = _change(unlike)
        same = store_rows.keyed_anchors(store, key) - new.count - changed.count
        return Changes(new, Change(same), changed, vanished, ids.show(id_))


def _earlier(case: Case, result: Result) -> tuple[bytes, int] | None:
    """Id and integer key of the reading to compare with."""
    texts = {record.sha256: record for _, _, record in case.store.each(MappingText)}
    mine = _lists(result.reading, texts)
    done = {id_: _completed(case, id_, custody) for id_, custody, _ in case.store.each(Reading)}
    best: tuple[int, bytes] | None = None
    for id_, _, reading in case.store.each(Reading):
        if (
            reading.document != result.reading.document
            and reading.coder == result.reading.coder
            and done[id_] < done[result.id]
            and (best is None or best[0] < done[id_])
            and not mine.isdisjoint(_lists(reading, texts))
        ):
            best = (done[id_], id_)
    if best is None:
        return None
    key = case.store.key_of(best[1])
    return None if key is None else (best[1], key)


def _completed(case: Case, id_: bytes, custody: int) -> int:
    """The custody key with which a reading was complete: that of its last batch."""
    key = case.store.key_of(id_)
    last = None if key is None else store_rows.last_custody(case.store, key)
    return custody if last is None else max(last, custody)


def _lists(reading: Reading, texts: dict[str, MappingText]) -> set[tuple[str, str]]:
    """The lists that a reading speaks of: name of the mapping and slug of the source, where the mapping names a key."""
    found: set[tuple[str, str]] = set()
    for sha in reading.mapping.split("+"):
        if sha in texts:
            mapping = mappings.load(texts[sha].text, texts[sha].name).mapping
            if mapping.key:
                found.update((mapping.name, slug) for slug in _sources(mapping))
    return found


def _sources(mapping: Mapping) -> Iterable[str]:
    """The slugs that a mapping can give its rows; '' where the cells name them."""
    source = mapping.source
    if source.column is not None and not source.values:
        return ("",)
    return filter(None, (source.constant, *source.values.values()))


def _change(anchors: Iterable[bytes]) -> Change:
    found = iter(anchors)
    examples = tuple(_shown(body) for body in islice(found, EXAMPLES))
    return Change(len(examples) + sum(1 for _ in found), examples)


def _shown(anchor: bytes) -> str:
    body = msgspec.json.decode(anchor)
    key = " / ".join(body["key"])
    return f"{key} ({body['n']})" if "n" in body else key
