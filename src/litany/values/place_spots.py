"""Which villages or wards of a township does a name mean?"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

from litany.values.place_levels import PlaceLevel, fold
from litany.values.place_spelling import broad, key
from litany.values.places import Gazetteer


def spots(places: Gazetteer, name: str, township: str, kind: PlaceLevel | None) -> tuple[str, ...]:
    """The villages or wards of this name in a township: by letters (with or without what stands in brackets), or by key."""
    index = _index(places, township)
    form = " ".join(re.sub(r"\b(?:no|number)\b", " ", name, flags=re.IGNORECASE).split())
    if kind is None:
        return index.get((PlaceLevel.VILLAGE, 0, fold(name)), ()) if len(fold(name)) > 3 else ()
    found = index.get((kind, 0, fold(form)), ())
    if found or not _sound(form):
        return found
    # What only sounds alike is the place where nothing else in the township sounds even roughly so; else all are candidates.
    return index.get((kind, 2, _sound(form, broad)), ()) if index.get((kind, 1, _sound(form))) else ()


def _sound(name: str, write: Callable[[str], str] = key) -> str:
    digits = "".join(re.findall(r"\d+", name))
    words = sorted(re.findall(r"\b(?:east|west|north|south|middle|upper|lower)\b", name.casefold()))
    bare = re.sub(r"\b(?:east|west|north|south|middle|upper|lower)\b", " ", name.casefold())
    form = write(bare)
    return f"{form}{''.join(words)}{digits}" if len(form) > 2 else ""


@functools.lru_cache(512)
def _index(places: Gazetteer, township: str) -> dict[tuple[PlaceLevel, int, str], tuple[str, ...]]:
    found: dict[tuple[PlaceLevel, int, str], dict[str, None]] = {}
    for place in places.villages.inside(township) if places.villages is not None else ():
        if place.level is PlaceLevel.TRACT:
            continue
        name = (
            re.sub(r"\b(?:no|ward)\b", " ", place.name, flags=re.IGNORECASE) if place.level is PlaceLevel.WARD else place.name
        )
        forms = [(0, fold(name)), (0, fold(place.name_my or "")), (0, fold(name.split("(")[0]))]
        for step, form in (*forms, (1, _sound(name)), (2, _sound(name, broad))):
            if form:
                found.setdefault((place.level, step, form), {})[place.id] = None
    return {form: tuple(sorted(ids)) for form, ids in found.items()}
