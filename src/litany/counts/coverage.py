"""May the tolls of several sources be added, or do we not know whether they speak of the same dead?

A source knows its own incidents apart. So where one source speaks of every incident of a scope, alone or linked with others,
they add up. Otherwise two incidents of different sources that nobody linked may be one. Only if all the sources declare that
they cover the same (days, places, harms, statuses, perpetrators, threshold) can their totals bound the truth: from the
largest of them to the sum of those that do not repeat each other. That range is called an overlap envelope; it is no
confidence interval. Otherwise there is no combined number, only one per source. Aggregates of one source may overlap: they add
up only where no two can speak of one day and place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import msgspec

from litany.types.records import Coverage, Source
from litany.values.actor_rows import ALWAYS, Span
from litany.values.places import Gazetteer


def differing(sources: Sequence[str], known: Mapping[str, Source]) -> str | None:
    """Why these sources do not cover the same, in words; None when they do."""
    declared = {slug: known[slug].coverage if slug in known else None for slug in sources}
    silent = [slug for slug, coverage in declared.items() if coverage is None]
    if silent:
        return f"no coverage is declared by {_names(silent)}"
    plain = {slug: _comparable(coverage) for slug, coverage in declared.items() if coverage is not None}
    for left, right in combinations(plain, 2):
        fields = [name for name in plain[left] if plain[left][name] != plain[right][name]]
        if fields:
            return f"{left} and {right} differ in what they cover ({', '.join(fields)})"
    return None


def _comparable(coverage: Coverage) -> dict[str, object]:
    fields = msgspec.structs.asdict(coverage)
    fields.pop("claimed_by")
    return {name: tuple(sorted(value)) if isinstance(value, tuple) else value for name, value in fields.items()}


def _names(slugs: Sequence[str]) -> str:
    return ", ".join(slugs[:5]) + (f" and {len(slugs) - 5} more" if len(slugs) > 5 else "")


def voices(sources: Sequence[str], known: Mapping[str, Source]) -> list[tuple[str, ...]]:
    """The sources in groups of those that relay each other, directly or through one of the group."""
    groups = [{slug} for slug in sources]
    for slug in sources:
        for other in known[slug].relays if slug in known else ():
            mine = next(group for group in groups if slug in group)
            theirs = next((group for group in groups if other in group), None)
            if theirs is not None and theirs is not mine:
                mine |= theirs
                groups.remove(theirs)
    return [tuple(sorted(group)) for group in groups]


def meet(areas: Iterable[tuple[int, str | None, int | None, int | None]], gazetteer: Gazetteer) -> bool:
    """May two aggregates speak of one day and place? Each is (number, place, first and last day); None is anywhere, open."""
    spans: dict[str | None, dict[int, Span]] = {}
    for number, place, first, last in areas:
        here = spans.setdefault(place, {})
        known = here.get(number, (ALWAYS[1], ALWAYS[0]))
        here[number] = (min(known[0], first or ALWAYS[0]), max(known[1], last or ALWAYS[1]))
    for place, inner in spans.items():
        around = (None,) if place is None else (place, *gazetteer.ancestors(place), None)
        if any(_touch(inner, spans[area]) for area in around if area in spans):
            return True
    return False


def _touch(some: Mapping[int, Span], others: Mapping[int, Span]) -> bool:
    days = sorted((span, number) for number, span in {*some.items(), *others.items()})
    furthest, whose = ALWAYS[0] - 1, -1
    for (first, last), number in days:
        if first <= furthest and number != whose:
            return True
        if last > furthest:
            furthest, whose = last, number
    return False
