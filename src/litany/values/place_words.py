"""Which place do these free words mean, how precisely, and what else may they mean?

The words are cut where a place ends (commas, "near", "in", "of"). A piece that is a township's name and nothing but words like
strike or prison speaks of it; a piece that ends in village or ward is looked up in the township that the areas give. Pieces
that contradict the areas widen the answer to what holds both: the list may have meant the home.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from litany.values import place_areas, place_locate
from litany.values.place_areas import Area, clean
from litany.values.place_levels import PlaceLevel, fold
from litany.values.place_pieces import CUT, OTHER, Piece, pieces_of
from litany.values.place_spelling import key, spelled
from litany.values.place_spots import spots
from litany.values.places import Gazetteer


class Found(Struct, frozen=True, omit_defaults=True):
    """The smallest area that certainly contains the spot (None: nothing was recognised).

    ``precision`` is UCDP's where_prec (1 exact spot, 2 near one, 3 township or district, 4 state, 6 country); ``candidates``
    are what the words may mean where they leave several open; ``basis`` are the words that decided; ``doubt`` says what
    contradicts itself or could not be found, None where nothing does; ``unfound`` are villages and
    wards that the township lacks.
    """

    place: str | None
    precision: int | None = None
    candidates: tuple[str, ...] = ()
    basis: str = ""
    doubt: str | None = None
    unfound: tuple[str, ...] = ()


_CODES = {PlaceLevel.COUNTRY: 6, PlaceLevel.STATE: 4, PlaceLevel.REGION: 4, PlaceLevel.TRACT: 2, PlaceLevel.TOWN: 2}
_EXACT = (PlaceLevel.VILLAGE, PlaceLevel.WARD, PlaceLevel.SITE)
_PLAIN = re.compile(
    r"\b(?:night|day|motor ?bike|strikes?|stike|crackdowns?|protests?|prison|jail|police|station|interrogation|cent(?:er|re)"
    r"|court|hospital|general|township|townships|tsp|city|town|downtown|no|lot|case|raid|clash|battle|military|camp|base|custody|gate)\b|\d+",
    re.IGNORECASE,
)
_HOME = re.compile(r"\b(?:house|home|hut|village)\b", re.IGNORECASE)
_POINTER = re.compile(
    r"[\s,.]*(?:(?:in|at|on|of|the|top|near|from|his|her|their|outside|outskirts|entrance|front|behind|forest|own"
    r"|house|home|hut|village|farm|field|road)\b[\s,.]*)+",
    re.IGNORECASE,
)
_PAIR = re.compile(r"\b([A-Za-z' ]{2,40}?)\s?-\s?([A-Za-z' ]{2,40}?)\s(?:road|highway|intersection|junction)\b", re.IGNORECASE)
_SHORT = {"ygn": "Yangon", "mdy": "Mandalay", "npt": "Nay Pyi Taw"}


def find(
    places: Gazetteer,
    texts: Sequence[str],
    areas: Sequence[str] = (),
    homes: Sequence[str] = (),
    levels: Sequence[PlaceLevel | None] = (),
) -> Found:
    """The place that ``texts`` name, in ``areas`` (outermost first). ``homes`` are addresses of the victim, which count only
    where the text points to them ("in the village", "at home"). ``levels`` are those of the areas, where the mapping knows them
    (`place_areas.level_of` reads headings)."""
    return _find(places, tuple(map(clean, texts)), tuple(map(clean, areas)), tuple(map(clean, homes)), tuple(levels))


@functools.lru_cache(1 << 16)
def _find(
    places: Gazetteer,
    texts: tuple[str, ...],
    areas: tuple[str, ...],
    homes: tuple[str, ...],
    levels: tuple[PlaceLevel | None, ...],
) -> Found:
    area = place_areas.around(places, areas, levels)
    for text in texts:
        site = place_locate.site(places, text, area.place)
        if site is not None:
            id_, exact = site
            if area.place is not None and not places.within(id_, area.place):  # the columns say more than we know of the site
                return Found(area.place, 2, (id_,), text, area.doubt)
            return Found(id_, 1, (), text, area.doubt) if exact else _near_site(places, id_, text, area)
    named = [text for text in texts if text]
    pieces = [piece for text in named for piece in pieces_of(text)]
    pointing = bool(named) and all(_POINTER.fullmatch(text) for text in named) and any(map(_HOME.search, named))
    basis = " / ".join(named)
    if pointing:
        near = any(CUT.search(text) and any(piece["near"] for piece in CUT.finditer(text)) for text in named)
        pieces = [Piece(p.name, p.near or near, p.kind, p.whole) for text in homes if text for p in pieces_of(text)]
        basis = " / ".join((*named, *filter(None, homes)))
    area = _mentioned(places, pieces, named, area)
    return _spot(places, pieces, area, basis)


def _near_site(places: Gazetteer, id_: str, text: str, area: Area) -> Found:
    """Near a site: what is known to hold it, unless the columns say more."""
    over = places.get(id_).parent
    finer = area.place if over is None or (area.place is not None and places.within(area.place, over)) else over
    return Found(finer, 2, (id_,), text, area.doubt)


def _mentioned(places: Gazetteer, pieces: Iterable[Piece], texts: Sequence[str], area: Area) -> Area:
    """The area, finer or wider by the townships and larger areas that the words name."""
    inside = area.place
    for text in texts:
        pair = _PAIR.search(text)
        ends = [_mention(places, name.strip(), inside) for name in pair.groups()] if pair else []
        both = [end for end in ends if end is not None]
        if len(both) == 2 and both[0] != both[1]:
            between = places.common([*both, *([inside] if inside else [])])
            return Area(between, tuple(sorted(both)), text, area.doubt)
    said, near = _said(places, pieces, inside)
    open_ = inside is None or places.get(inside).level is PlaceLevel.COUNTRY
    states = [id_ for id_ in said if open_ and places.get(id_).level in (PlaceLevel.STATE, PlaceLevel.REGION)]
    if len(states) == 1:  # "Kale, Sagaing": the text gives its own column of states
        area = Area(states[0], (), said[states[0]], area.doubt)
        said, near = _said(places, pieces, states[0])
    if said:
        return _joined(places, area, said)
    if near and inside is None and area.place is None:
        held = [state.id for id_ in near if (state := places.at_level(id_, PlaceLevel.STATE)) is not None]
        return Area(places.common(held), tuple(sorted(near)), min(near.values()), area.doubt)
    return area


def _said(places: Gazetteer, pieces: Iterable[Piece], inside: str | None) -> tuple[dict[str, str], dict[str, str]]:
    """The places that the pieces speak of with their words, and those that the spot is only near."""
    said: dict[str, str] = {}
    near: dict[str, str] = {}
    for piece in pieces:
        if piece.kind is None and not OTHER.search(piece.whole):
            id_ = _mention(places, piece.name, inside)
            if id_ is not None:
                exact = not piece.near or (inside is not None and _agree(places, id_, inside))
                (said if exact else near).setdefault(id_, piece.whole)
    return said, near


def _joined(places: Gazetteer, area: Area, said: dict[str, str]) -> Area:
    """The area with what the words say of it: finer where they agree, what holds all where they do not, in any order."""
    given = area.place
    finest = {one for one in said if not any(other != one and places.within(other, one) for other in said)}
    against = {one for one in finest if given is not None and not _agree(places, one, given)}
    if given is not None and against:
        words = " / ".join(sorted(repr(said[id_]) for id_ in against))
        doubt = f"{words} does not lie in {places.get(given).name}"
        return Area(places.common([given, *sorted(against)]), tuple(sorted({given, *against})), words, doubt)
    inner = {one for one in finest if given is None or (one != given and places.within(one, given))}
    if not inner or (area.doubt is not None and given is not None and not area.choice):
        return area
    held = places.common(sorted(inner))
    settled = area.choice and inner <= set(area.candidates)
    return Area(
        held,
        tuple(sorted(inner)) if len(inner) > 1 else (),
        min(said[id_] for id_ in inner),
        None if settled else area.doubt,
    )


def _agree(places: Gazetteer, one: str, other: str) -> bool:
    return places.within(one, other) or places.within(other, one)


@functools.lru_cache(1 << 15)
def _mention(places: Gazetteer, name: str, inside: str | None) -> str | None:
    """The township or larger area that a piece names with nothing but plain words around the name."""
    plain = " ".join(_PLAIN.sub(" ", re.sub(r"[()]", " ", name)).split())
    plain = _SHORT.get(plain.casefold(), plain)
    if len(fold(plain)) < 2:
        return None
    readings = _readings(places, plain)
    if not readings:
        return None
    if inside is None:
        return places.common(readings)
    agreeing = [id_ for id_ in readings if _agree(places, id_, inside)]
    if any(places.within(inside, id_) for id_ in agreeing):
        return inside
    if places.get(inside).level is PlaceLevel.COUNTRY:
        return places.common(agreeing)
    near = [id_ for id_ in agreeing if places.get(id_).level is PlaceLevel.TOWNSHIP] or agreeing
    if near:
        return places.common(near)
    state = places.at_level(inside, PlaceLevel.STATE)
    same = [id_ for id_ in readings if state is not None and places.within(id_, state.id)]
    townships = [id_ for id_ in same if places.get(id_).level is PlaceLevel.TOWNSHIP]
    if townships or same:
        return places.common(townships or same)
    # Elsewhere in the country a short or sounded name proves nothing against the columns.
    exact = [id_ for id_ in readings if any(fold(plain) == fold(n) for n in (places.get(id_).name, *places.get(id_).aliases))]
    strong = exact or [id_ for id_ in readings if len(key(plain)) >= 7]
    return places.common(strong) if strong and len(fold(plain)) >= 4 else None


@functools.lru_cache(1 << 15)
def _readings(places: Gazetteer, name: str) -> tuple[str, ...]:
    """Townships (also by their towns), districts and states of this name, letter by letter or by key."""
    wide = [place.id for place in places.named(name, None, (PlaceLevel.COUNTRY, PlaceLevel.STATE, PlaceLevel.DISTRICT))]
    return tuple(dict.fromkeys((*wide, *spelled(places).exact(name))))


def _spot(places: Gazetteer, pieces: Sequence[Piece], area: Area, basis: str) -> Found:
    """The village or ward inside the township; else the area."""
    township = None if area.place is None else places.at_level(area.place, PlaceLevel.TOWNSHIP)
    plain = Found(area.place, _precision(places, area.place), area.candidates, area.basis or basis, area.doubt)
    if township is None or places.villages is None:
        return plain
    unfound: list[str] = []
    for piece in sorted(pieces, key=lambda piece: piece.kind is None):
        ids = spots(places, piece.name, township.id, piece.kind)
        if not ids:
            unfound += [piece.whole] if piece.kind is not None else []
            continue
        if piece.kind is None or piece.near:
            return Found(area.place, 2 if piece.near else plain.precision, ids, piece.whole, area.doubt, tuple(unfound))
        place = places.common(ids)
        if len(ids) == 1:
            return Found(place, 1, (), piece.whole, area.doubt, tuple(unfound))
        return Found(place, _precision(places, place), ids, piece.whole, area.doubt, tuple(unfound))
    return Found(plain.place, plain.precision, plain.candidates, plain.basis, plain.doubt, tuple(unfound))


def _precision(places: Gazetteer, id_: str | None) -> int | None:
    if id_ is None:
        return None
    level = places.get(id_).level
    return 1 if level in _EXACT else _CODES.get(level, 3)
