"""Which is the smallest area that certainly contains the spot that these words describe?

Words may name a site, a township, a town; areas around it may be named too (state, district). What contradicts itself falls
back to the area that holds all that was named, and a precision code never lets the answer be finer than the coder meant.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from msgspec import Struct

from litany.values.places import Gazetteer, PlaceLevel, fold

_AREA_WORDS = re.compile(
    r"\b(?:division|region|state|district|union territory|self-administered (?:zone|division))\b", re.IGNORECASE
)
_TOWNSHIP = re.compile(r"\b(?:sub-?)?(?:townships?|tsp)\b", re.IGNORECASE)
_TOWN = re.compile(r"(?<=[ \t])(?:town|city)\b", re.IGNORECASE)
_STOP = re.compile(r"[^\w'’().,&/\- \t]")  # what ends the names before the word: a line end, a semicolon
_BEFORE = re.compile(r"\b(?:near|close to|outside|towards?|between|north|south|east|west|off)\b", re.IGNORECASE)
_AND = re.compile(r"\s*(?:,|\band\b|\bor\b|&|/|-(?=\s))\s*", re.IGNORECASE)
# UCDP's where_prec: the finest level that a code allows. 5 is "line or wider area" in the codebook; here it is the township.
_FINEST = {3: PlaceLevel.DISTRICT, 4: PlaceLevel.STATE, 6: PlaceLevel.COUNTRY, 7: PlaceLevel.STATE}
_EXACT = (None, 1)
_SPOTS = frozenset(
    ("camp", "camps", "village", "villages", "hill", "outpost", "post", "base", "road", "bridge", "station", "highway")
)


class Located(Struct, frozen=True):
    """The area (None: nothing was recognised), and the words that gave it."""

    place: str | None
    basis: str = ""


def locate(places: Gazetteer, texts: Sequence[str], areas: Sequence[str] = (), precision: int | None = None) -> Located:
    """The smallest area that certainly contains the spot.

    ``texts`` name the spot, ``areas`` what lies around it (outermost first), ``precision`` is UCDP's where_prec or None.
    """
    return _locate(places, tuple(texts), tuple(areas), precision)


@functools.lru_cache(1 << 16)
def _locate(places: Gazetteer, texts: tuple[str, ...], areas: tuple[str, ...], precision: int | None) -> Located:
    around, words = _around(places, areas)
    found, basis = _spot(places, texts, around, precision)
    if found is None:
        return Located(_coarse(places, around, precision), words)
    return Located(_coarse(places, found, precision), basis)


def _around(places: Gazetteer, areas: Sequence[str]) -> tuple[str | None, str]:
    """The smallest area that the area names agree on; an area may be given by its code too."""
    found: str | None = None
    words = ""
    for text in areas:
        name = " ".join(_AREA_WORDS.sub(" ", text).split())
        id_ = _coded(places, text, found) or _area(places, text, name, found)
        if id_ is not None:
            found, words = id_, text
    return found, words


def _coded(places: Gazetteer, text: str, inside: str | None) -> str | None:
    place = places.coded(text.strip())
    return None if place is None or (inside is not None and not places.within(place.id, inside)) else place.id


def _area(places: Gazetteer, text: str, name: str, inside: str | None) -> str | None:
    outer = None if inside is None else places.get(inside).level
    levels: tuple[PlaceLevel, ...] = (PlaceLevel.REGION, PlaceLevel.DISTRICT)
    if outer in (None, PlaceLevel.COUNTRY):
        levels = (PlaceLevel.STATE, PlaceLevel.REGION) if outer else (PlaceLevel.COUNTRY, PlaceLevel.STATE, PlaceLevel.REGION)
    place = places.resolve(text, inside, levels) or places.resolve(name, inside, levels)
    if name != text.strip() or outer in (None, PlaceLevel.COUNTRY):  # it says that it is a state or district
        return None if place is None else place.id
    plain = " ".join(_TOWNSHIP.sub(" ", text).split())
    levels = (PlaceLevel.TOWNSHIP,) if plain != name else (*levels, PlaceLevel.TOWNSHIP)
    return places.common([found.id for found in places.named(plain, inside, levels)])


def _spot(places: Gazetteer, texts: Sequence[str], around: str | None, precision: int | None) -> tuple[str | None, str]:
    state = None if around is None else places.at_level(around, PlaceLevel.STATE)
    inside = around if state is None else state.id
    for text in texts:
        site = _site(places, text, inside) if precision in _EXACT else None
        if site is not None:
            return site, text
    named: dict[str, str] = {}
    for text in texts:
        named.update(dict.fromkeys(_townships(places, text, inside), text))
    if not named and precision in _EXACT:
        for text in texts:
            named.update(dict.fromkeys(_towns(places, text, inside), text))
    if not named:
        return None, ""
    return places.common(list(named)), next(iter(named.values()))


@functools.lru_cache(16)
def _site_names(places: Gazetteer) -> tuple[tuple[str, str], ...]:
    names = [(fold(name), place.id) for place in places.sites() for name in (place.name, *place.aliases)]
    return tuple(sorted(names, key=lambda pair: (-len(pair[0]), pair)))


def site(places: Gazetteer, text: str, inside: str | None) -> tuple[str, bool] | None:
    """A site that the text names inside an area, and whether the spot is the site itself, not near it or beside it."""
    plain = fold(text)
    for name, id_ in _site_names(places):
        if name in plain and (
            inside is None or places.within(id_, inside) or places.within(inside, places.get(id_).parent or id_)
        ):
            return id_, _site(places, text, None) == id_
    return None


def _site(places: Gazetteer, text: str, inside: str | None) -> str | None:
    """A site that the text names, unless it is only near, or near something else that comes first.

    Words for another kind of spot ("Laiza; camp for displaced people") may put it beside the site: then the area around it.
    """
    plain = fold(text)
    for name, id_ in _site_names(places):
        if name in plain and (inside is None or places.within(id_, inside)):
            before = plain[: plain.index(name)]
            if not before.endswith(("near", "closeto", "outside", "towards", "toward", "from", "of")):
                return places.get(id_).parent if _spots(text) - _own_words(places, id_) else id_
    return None


def _spots(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold())) & _SPOTS


@functools.lru_cache(1024)
def _own_words(places: Gazetteer, id_: str) -> set[str]:
    site = places.get(id_)
    return set(re.findall(r"\w+", " ".join((site.name, *site.aliases)).casefold()))


def _marked(text: str, mark: re.Pattern[str], most: int) -> list[tuple[str, str]]:
    """Every mark in the text with the words (at most so many) that stand before it and after the mark before."""
    found: list[tuple[str, str]] = []
    at = 0
    for match in mark.finditer(text):
        before = _STOP.split(text[at : match.start()])[-1]
        words = before.split()[-most:]
        at = match.end()
        if words:
            found.append((match[0], " ".join(words)))
    return found


def _townships(places: Gazetteer, text: str, inside: str | None) -> list[str]:
    found: list[str] = []
    for match, before in _marked(text, _TOWNSHIP, 12):
        # "A, B and C townships" are three, "A or B township" two; before a singular, a comma ends what came before.
        several = match.lower().endswith("s")
        for piece in _AND.split(before if several else before.split(",")[-1]):
            place = _longest(places, piece, inside, (PlaceLevel.TOWNSHIP,))
            if place is not None:
                found.append(place)
    return found


def _towns(places: Gazetteer, text: str, inside: str | None) -> list[str]:
    """The townships of towns that the text names as the spot itself, not as what it is near."""
    found: list[str] = []
    for _, before in _marked(text, _TOWN, 6):
        before = before.split(",")[-1]
        if not _BEFORE.search(before):
            place = _longest(places, before, inside, (PlaceLevel.TOWN, PlaceLevel.TOWNSHIP))
            if place is not None:
                township = places.at_level(place, PlaceLevel.TOWNSHIP)
                found.append(place if township is None else township.id)
    return found


def _longest(places: Gazetteer, words: str, inside: str | None, levels: tuple[PlaceLevel, ...]) -> str | None:
    """The place that the most words before the mark name."""
    parts = words.split()
    for start in range(max(0, len(parts) - 5), len(parts)):
        named = places.named(" ".join(parts[start:]), inside, levels)
        if named:
            return places.common([place.id for place in named])
    return None


def _coarse(places: Gazetteer, found: str | None, precision: int | None) -> str | None:
    finest = _FINEST.get(precision) if precision is not None else None
    if found is None or finest is None:
        return found
    order = list(PlaceLevel)
    for here in (found, *places.ancestors(found)):
        if order.index(places.get(here).level) <= order.index(finest):
            return here
    return None
