"""Who speaks, what do they say that they record, and what have we of each?"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from litany.counts.count import Counted, Counter
from litany.publish.phrase import listed
from litany.publish.safe import Names
from litany.publish.tables import Line, Maker
from litany.types.records import Coverage
from litany.types.scope import Scope


class Described(Struct, frozen=True):
    """One source. ``line`` is its figure on the report's scope; None where it says nothing there."""

    name: str
    type: str
    licence: str
    coverage: tuple[str, ...]
    claimed_by: str
    more: tuple[str, ...]
    line: Line | None


def sources(counter: Counter, names: Names, maker: Maker, counted: Counted, scope: Scope) -> tuple[Described, ...]:
    """All sources of the case, in the order of their names."""
    register = counter.register
    rows = {row.value: row for row in counted.rows["source"]}
    lines = dict(zip(rows, maker.lines("source", "By source", tuple(rows.values()), scope), strict=True))
    slugs = sorted({*register.sources, *register.legend.sources}, key=lambda slug: (names.source(slug).casefold(), slug))
    return tuple(_described(counter, names, slug, lines.get(slug)) for slug in slugs)


def _described(counter: Counter, names: Names, slug: str, line: Line | None) -> Described:
    source = counter.register.sources.get(slug)
    if source is None:
        return Described(names.source(slug), "not recorded", "not recorded", ("none declared",), "nobody", (), line)
    declared = source.coverage
    more = [f"stake: {source.stake}"] if source.stake else []
    if source.relays:
        more.append(f"relays {listed([names.source(other) for other in source.relays])}")
    return Described(
        name=source.name,
        type=source.type or "not recorded",
        licence=source.licence or "not recorded",
        coverage=tuple(_covers(names, declared)) if declared else ("none declared",),
        claimed_by=(declared.claimed_by if declared else None) or "nobody",
        more=tuple(more),
        line=line,
    )


def _covers(names: Names, declared: Coverage) -> Iterable[str]:
    if declared.first or declared.last:
        yield f"{declared.first or 'from the beginning'} to {declared.last or 'now'}"
    if declared.places:
        yield listed(list(dict.fromkeys(names.place((id_,)) for id_ in declared.places)))
    for what, words in (("harms", declared.harms), ("statuses", declared.statuses)):
        if words:
            yield f"{what}: {listed(words)}"
    if declared.perpetrators:
        yield f"only what was done by {listed([names.actor(id_) for id_ in declared.perpetrators])}"
    if declared.threshold:
        yield declared.threshold
