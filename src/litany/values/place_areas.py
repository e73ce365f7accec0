"""Which area do the cells around a spot name (state, district, township), and do they agree?

Cells come outermost first. A bare name inside a state is read as the township where a township is called so, unless the
cell, or the level that the mapping knows, says district; without anything around it is whatever holds all that is called so.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from msgspec import Struct

from litany.values.place_levels import PlaceLevel, fold
from litany.values.place_spelling import key, spelled
from litany.values.places import Gazetteer

_LEVELS = (  # what a cell or a heading says about its level
    (re.compile(r"\b(?:townships?|tsp|adm(?:in)?[ ]?3)\b", re.IGNORECASE), PlaceLevel.TOWNSHIP),
    (re.compile(r"\b(?:districts?|adm(?:in)?[ ]?2)\b", re.IGNORECASE), PlaceLevel.DISTRICT),
    (re.compile(r"\b(?:states?|regions?|divisions?|provinces?|adm(?:in)?[ ]?1)\b", re.IGNORECASE), PlaceLevel.STATE),
)
_CITY = re.compile(r"\b(?:city|town|myo)\b", re.IGNORECASE)
_SIDES = re.compile(r"\b(?:north|south|east|west|northern|southern|eastern|western|central|upper|lower)\b", re.IGNORECASE)
_OUTSIDE = re.compile(r"\s*(?:outside(?: of)?|near|close to|outskirts of)\b", re.IGNORECASE)
_WIDE = (PlaceLevel.COUNTRY, PlaceLevel.STATE, PlaceLevel.REGION)
_MANY = 12  # townships that a city may have before we leave listing them


class Area(Struct, frozen=True):
    """The smallest certain area that the cells name, what else they may mean, the words, and what is wrong with them."""

    place: str | None = None
    candidates: tuple[str, ...] = ()
    basis: str = ""
    doubt: str | None = None
    choice: bool = False  # the candidates are the parts of one area: words that name one settle it


def level_of(heading: str) -> PlaceLevel | None:
    """The level that a column's heading names ("Township", "admin2"), or None."""
    return next((level for pattern, level in _LEVELS if pattern.search(heading.replace("_", " "))), None)


def around(places: Gazetteer, texts: Sequence[str], levels: Sequence[PlaceLevel | None] = ()) -> Area:
    """The area that all cells agree on; where one contradicts those before it, what holds both, with both as candidates."""
    found = Area()
    for number, text in enumerate(texts):
        text = clean(text)
        if text:
            level = levels[number] if number < len(levels) else None
            found = _narrower(places, found, text, level)
    return found


def clean(text: str) -> str:
    """One line, without characters that nobody sees."""
    return " ".join(re.sub(r"[\u200b-\u200f\u2060\ufeff\u00ad]", "", text).split())


def _narrower(places: Gazetteer, outer: Area, text: str, level: PlaceLevel | None) -> Area:
    inner = read(places, text, outer.place, level)
    if inner.place is not None:
        return inner if outer.doubt is None else Area(inner.place, inner.candidates, inner.basis, inner.doubt or outer.doubt)
    if outer.place is None:
        return Area(None, inner.candidates, text, f"no area is called {text!r}")
    other = read(places, text, None, level)
    if other.place is None or places.get(other.place).level is PlaceLevel.COUNTRY:
        return Area(outer.place, inner.candidates, outer.basis, outer.doubt or inner.doubt or f"no area is called {text!r}")
    if places.within(outer.place, other.place):
        return outer
    doubt = f"{text!r} does not lie in {places.get(outer.place).name}"
    return Area(places.common([outer.place, other.place]), (outer.place, other.place), text, doubt)


@functools.lru_cache(1 << 14)
def read(places: Gazetteer, text: str, inside: str | None, level: PlaceLevel | None = None) -> Area:
    """What one cell names inside an area (None: anywhere)."""
    coded = places.coded(text)
    if coded is not None:
        return Area(coded.id, basis=text) if inside is None or places.within(coded.id, inside) else Area()
    out = _OUTSIDE.match(text)
    if out:
        named = read(places, text[out.end() :].strip(), inside, level)
        state = inside if named.place is None else _state(places, named.place)
        return Area(state, (named.place,) if named.place else (), text, f"{text!r} is not inside it")
    said = next((one for pattern, one in _LEVELS if pattern.search(text)), level)
    whole = places.named(text, inside, (PlaceLevel.TOWNSHIP,)) if said is PlaceLevel.TOWNSHIP else ()
    if len(whole) == 1:  # as the gazetteer has it, brackets and all
        return Area(whole[0].id, basis=text)
    plain = " ".join(_drop(text).split()) or text
    parts = re.search(r"[(),/;]", plain) and not places.named(plain, inside)
    found = Area() if parts else _named(places, plain, inside, said)
    if found.place is None and not found.candidates and plain != text and not parts:
        found = _named(places, text, inside, said)
    if found.place is None and not found.candidates:
        found = _pieces(places, plain, inside, said)
    if found.place is None and not found.candidates and parts:
        found = _named(places, plain, inside, said)
    return Area(found.place, found.candidates, text, found.doubt, found.choice)


def _drop(text: str) -> str:
    for pattern, _ in _LEVELS:
        text = pattern.sub(" ", text)
    return text


def _state(places: Gazetteer, id_: str) -> str | None:
    state = places.at_level(id_, PlaceLevel.STATE)
    return None if state is None else state.id


def _named(places: Gazetteer, name: str, inside: str | None, level: PlaceLevel | None) -> Area:
    outer = None if inside is None else places.get(inside).level
    wide = _wide(places, name, inside)
    if level in (PlaceLevel.STATE, PlaceLevel.DISTRICT):
        ids = [id_ for id_ in wide if (places.get(id_).level in _WIDE) is (level is PlaceLevel.STATE)]
        return Area(places.common(ids), doubt=None)
    townships = spelled(places).townships(name, inside) if outer is not PlaceLevel.TOWNSHIP else ()
    if outer in (None, PlaceLevel.COUNTRY) and level is not PlaceLevel.TOWNSHIP:
        # Nothing around says which of the areas of this name: what holds them all is certain.
        large = [id_ for id_ in wide if places.get(id_).level in _WIDE] or wide
        if large:
            return Area(places.common(large))
    if townships:
        if len(townships) == 1:
            return Area(townships[0])
        return Area(
            places.common(townships), townships, doubt=f"{name!r} may be any of {len(townships)} townships", choice=True
        )
    city = _wide(places, " ".join(_CITY.sub(" ", name).split()), inside)
    city = [id_ for id_ in city if id_ != inside] or city  # Mandalay in Mandalay: the district
    if not city:
        return Area()
    area = places.common(city)
    several = tuple(id_ for id_ in (places.descendants(area) if area else ()) if places.get(id_).level is PlaceLevel.TOWNSHIP)
    doubt = f"{name!r} has several townships" if len(several) > 1 else None
    return Area(area, several if 1 < len(several) <= _MANY else (), doubt=doubt, choice=True)


def _wide(places: Gazetteer, name: str, inside: str | None) -> list[str]:
    """Countries, states, regions and districts of this name, letter by letter, or by key where there is none."""
    levels = (*_WIDE, PlaceLevel.DISTRICT)
    found = [place.id for place in places.named(name, inside, levels)]
    return found or [
        id_ for id_ in _wide_keys(places).get(key(name), ()) if key(name) and (inside is None or places.within(id_, inside))
    ]


@functools.lru_cache(16)
def _wide_keys(places: Gazetteer) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for place in map(places.get, places.order):
        if place.level in (*_WIDE, PlaceLevel.DISTRICT):
            for form in {key(name) for name in (place.name, *place.aliases)} - {""}:
                found[form] = (*found.get(form, ()), place.id)
    return found


def _pieces(places: Gazetteer, text: str, inside: str | None, level: PlaceLevel | None) -> Area:
    """ "Bassein (Pathein)", "Myitnge, Amarapura", "West Mogok", "Kale (South)": the parts that name something."""
    parts = [part.strip() for part in re.split(r"[(),/;]", text) if part.strip()]
    parts = [part for part in parts if not _SIDES.fullmatch(part)]
    if len(parts) == 1:
        bare = " ".join(_SIDES.sub(" ", parts[0]).split())
        return _named(places, bare, inside, level) if bare and fold(bare) != fold(text) else Area()
    named = [found for part in parts if (found := _named(places, part, inside, level)).place is not None]
    ids = [found.place for found in named if found.place is not None]
    if not ids:
        return Area()
    finest = next((id_ for id_ in ids if all(places.within(id_, other) for other in ids)), None)
    if finest is not None:
        one = next(found for found in named if found.place == finest)
        return Area(finest, one.candidates, doubt=one.doubt, choice=one.choice)
    return Area(places.common(ids), tuple(sorted(set(ids))), doubt=f"{text!r} names several areas")
