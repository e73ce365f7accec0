"""Where is it, how far from there may it be, and how far apart are two places?

A place that words name is an area, not a point: a middle and a radius in km within which it lies. The radius comes from the
precision that the source states (UCDP GED codebook, where_prec: 1 exact, 2 within about 25 km) or from the extent of the area,
measured on the villages that lie in it. Distances are great circles by chords of points in space, so that SQL needs no
function beyond asin and sqrt.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from msgspec import Struct

from litany.types.statement import Where
from litany.values.places import Gazetteer, Place, PlaceLevel

EARTH_KM = 6371.0088  # mean radius, IUGG
WIDE_KM = 400.0  # beyond this radius an area says nothing of where: a country
FINE = frozenset({PlaceLevel.SITE, PlaceLevel.VILLAGE, PlaceLevel.WARD, PlaceLevel.TRACT, PlaceLevel.TOWN})
EXACT, ABOUT = 1, 2  # UCDP's where_prec for which the coordinates are those of the incident
_ABOUT_KM = 25.0
_DEFAULT_KM = {
    PlaceLevel.SITE: 1.0,
    PlaceLevel.VILLAGE: 1.0,
    PlaceLevel.WARD: 1.0,
    PlaceLevel.TRACT: 5.0,
    PlaceLevel.TOWN: 3.0,
    PlaceLevel.TOWNSHIP: 25.0,
    PlaceLevel.DISTRICT: 50.0,
    PlaceLevel.REGION: 120.0,
    PlaceLevel.STATE: 180.0,
    PlaceLevel.COUNTRY: 1000.0,
}
# The radius covers nine tenths of an area's villages and a fifth more, and no more than that of the largest areas of its level:
# wrong coordinates in MIMU's list (Nanyun, Kale, Hpa-An) make no township as large as a state.
_COVERED, _MORE, _MANY = 0.9, 1.2, 50
_MOST_KM = {PlaceLevel.TOWNSHIP: 80.0, PlaceLevel.DISTRICT: 150.0, PlaceLevel.REGION: 200.0, PlaceLevel.STATE: 390.0}


class Area(Struct, frozen=True):
    """A middle (degrees) and the radius around it (km) within which the place lies."""

    latitude: float
    longitude: float
    radius: float


def point(latitude: float, longitude: float) -> tuple[float, float, float]:
    """A place on the earth as a point in space, in km from its middle."""
    phi, lam = math.radians(latitude), math.radians(longitude)
    return EARTH_KM * math.cos(phi) * math.cos(lam), EARTH_KM * math.cos(phi) * math.sin(lam), EARTH_KM * math.sin(phi)


def distance_km(one: Area, other: Area) -> float:
    """Great-circle distance of two middles."""
    chord = math.dist(point(one.latitude, one.longitude), point(other.latitude, other.longitude))
    return 2 * EARTH_KM * math.asin(min(1.0, chord / (2 * EARTH_KM)))


def distance_sql(left: str = "l.", right: str = "r.") -> str:
    """The same between the columns x, y, z (`point`) of two rows, for a key; for a level `level_distance_sql`."""
    return _great_circle([(f'{left}"{axis}"', f'{right}"{axis}"') for axis in "xyz"])


def level_distance_sql() -> str:
    """`distance_sql` over the columns of a level."""
    return _great_circle([(f'"{axis}_l"', f'"{axis}_r"') for axis in "xyz"])


def _great_circle(columns: Iterable[tuple[str, str]]) -> str:
    squares = " + ".join(f"({one} - {other}) * ({one} - {other})" for one, other in columns)
    return f"({2 * EARTH_KM!r} * asin(least(1.0, sqrt({squares}) / {2 * EARTH_KM!r})))"


class Areas:
    """The areas of one gazetteer. Each is measured once, on the villages and wards that lie in it."""

    def __init__(self, places: Gazetteer) -> None:
        self.places = places
        self._known: dict[str, Area | None] = {}
        self._read: dict[Where, Area | None] = {}

    def of(self, where: Where) -> Area | None:
        """Where it may have been, or None where the words name no place that is known."""
        if where not in self._read:
            self._read[where] = self._of(where)
        return self._read[where]

    def _of(self, where: Where) -> Area | None:
        stated = _stated(where)
        if stated is not None and where.precision == EXACT:
            return Area(*stated, _DEFAULT_KM[PlaceLevel.SITE])
        if stated is not None and where.precision == ABOUT:
            named = None if where.place is None else self.place(where.place)
            return Area(*stated, _ABOUT_KM if named is None else min(_ABOUT_KM, named.radius))
        candidates = [self.place(one) for one in where.candidates]
        if candidates and None not in candidates:
            return _around([(one.latitude, one.longitude, one.radius) for one in candidates if one is not None], 1.0)
        known = None if where.place is None else self.place(where.place)
        if stated is None:
            return known
        if known is None:
            return Area(*stated, _DEFAULT_KM[PlaceLevel.TOWNSHIP])
        # Coordinates without a precision of their own are those of the smallest area that is named, unless they say more.
        return known if where.precision is not None else Area(*stated, min(known.radius, _DEFAULT_KM[PlaceLevel.TOWNSHIP]))

    def place(self, id_: str) -> Area | None:
        """The extent of a place of the gazetteer. Raises UnknownValue for a code that is none."""
        place = self.places.get(id_)
        if place.id not in self._known:
            self._known[place.id] = self._measured(place)
        return self._known[place.id]

    def _measured(self, place: Place) -> Area | None:
        default = _DEFAULT_KM[place.level]
        middle = _middle(place)
        if place.level in FINE:
            return None if middle is None else Area(*middle, default)
        inside = [(*spot, 1.0) for spot in map(_middle, self._inside(place)) if spot is not None]
        if len(inside) >= 5:
            measured = _around(inside, 1.0)
            return Area(measured.latitude, measured.longitude, min(measured.radius, _MOST_KM.get(place.level, math.inf)))
        return None if middle is None else Area(*middle, default)

    def _inside(self, place: Place) -> Iterable[Place]:
        if self.places.villages is None:
            return
        if place.level is PlaceLevel.TOWNSHIP:
            yield from self.places.villages.inside(place.id)
            return
        for id_ in self.places.descendants(place.id):
            inner = self.places.get(id_)
            if inner.level is PlaceLevel.TOWNSHIP:
                yield from self.places.villages.inside(id_)


def _stated(where: Where) -> tuple[float, float] | None:
    if where.latitude is None or where.longitude is None:
        return None
    return float(where.latitude), float(where.longitude)


def _middle(place: Place) -> tuple[float, float] | None:
    return None if place.latitude is None or place.longitude is None else (float(place.latitude), float(place.longitude))


def _around(spots: list[tuple[float, float, float]], least: float) -> Area:
    """The middle (by medians) of spots (latitude, longitude, radius), and the radius that covers them (of many, nearly all)."""
    latitudes, longitudes = sorted(spot[0] for spot in spots), sorted(spot[1] for spot in spots)
    middle = Area(_median(latitudes), _median(longitudes), 0.0)
    reach = sorted(distance_km(middle, Area(*spot)) + spot[2] for spot in spots)
    covering = _MORE * reach[math.ceil(_COVERED * len(reach)) - 1] if len(reach) >= _MANY else reach[-1]
    return Area(middle.latitude, middle.longitude, max(least, covering))


def _median(ordered: list[float]) -> float:
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
