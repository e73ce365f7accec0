"""Which place is meant, and which places lie in which?

Places have P-codes (MIMU) and ISO 3166-2 codes; either names the place. Areas nest: country, state, part of a state that MIMU
codes apart, district, township, town, village tract, ward and village, and sites (camps) of a hand-made supplement. Sources and
licences stand in docs/reference/places.md. A case adds its own through `Gazetteer.merge`.
"""

from __future__ import annotations

import functools
import importlib.resources
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

import msgspec

from litany.errors import MappingError, UnknownValue
from litany.ids import canonical_trusted, sha256
from litany.values.actor_rows import read_yaml
from litany.values.place_levels import FINE, Place, PlaceLevel, fold
from litany.values.place_villages import Villages

__all__ = ["Gazetteer", "Place", "PlaceLevel", "fold", "load"]


class Gazetteer:
    """The places that a case knows. Never changes; `merge` gives a new one.

    ``order`` is every id but those of ``villages``, sorted; ``version`` the hex SHA-256 of all rows. The 90,000 village tracts,
    wards and villages answer to their codes like any place, but are unpacked only when such a code is asked for.
    """

    def __init__(self, places: Iterable[Place], where: str = "places", villages: Villages | None = None) -> None:
        """Raises MappingError for an unknown or circular parent and for a code of two places."""
        self.villages = villages
        self._by_id = {place.id: place for place in sorted(places, key=lambda place: place.id)}
        self.order = tuple(self._by_id)
        self._where = where
        self._codes: dict[str, str] = {}
        for place in self._by_id.values():
            for code in filter(None, (place.id, place.iso)):
                if self._codes.setdefault(code.upper(), place.id) != place.id:
                    raise MappingError(f"{where}: {place.id}: the code {code} means {self._codes[code.upper()]} already")
        self._above = {id_: self._climb(id_) for id_ in self.order}

    def _climb(self, id_: str) -> tuple[str, ...]:
        found: list[str] = []
        here = self.get(id_).parent
        while here is not None:
            known = self._known(here)
            if known is None or here in found or here == id_:
                raise MappingError(f"{self._where}: {id_}: its parent {here!r} is unknown or lies in itself")
            found.append(here)
            here = known.parent
        return tuple(found)

    def _known(self, id_: str) -> Place | None:
        found = self._by_id.get(id_)
        return self.villages.get(id_) if found is None and self.villages is not None else found

    @functools.cached_property
    def version(self) -> str:
        """The hash of all rows, so that what rests on them goes stale with them."""
        rows = sha256(canonical_trusted(list(self._by_id.values())))
        return rows if self.villages is None else sha256(f"{rows} {self.villages.version}".encode())

    def get(self, code: str) -> Place:
        """The place with this P-code or ISO code. Raises UnknownValue with the closest codes."""
        found = self.coded(code)
        if found is None:
            raise UnknownValue(f"{code!r} is no place's code{self._closest(code)}", code)
        return found

    def coded(self, text: str) -> Place | None:
        """The place with this P-code or ISO code, or None."""
        found = self._codes.get(text.upper())
        if found is not None:
            return self._by_id[found]
        return None if self.villages is None else self.villages.get(text)

    def _closest(self, text: str) -> str:
        named = [self._by_id[id_] for id_ in self._names.get(fold(text), ())]
        wanted = text.upper()
        longer = [code for code in self._codes if len(wanted) > 2 and code.startswith(wanted)][:3]
        close = [self._by_id[self._codes[code]] for code in longer or get_close_matches(wanted, self._codes, 3)]
        shown = [f"{place.iso or place.id} ({place.name})" for place in dict.fromkeys(named[:3] or close)]
        return f"; did you mean {' or '.join(shown)}?" if shown else "; docs/reference/places.md says where codes come from"

    def within(self, place: str, area: str) -> bool:
        """Does the place lie in the area (or is it the area)?"""
        inner, outer = self.get(place).id, self.get(area).id
        return inner == outer or outer in self._over(inner)

    def ancestors(self, id_: str) -> tuple[str, ...]:
        """The areas around a place, nearest first."""
        return self._over(self.get(id_).id)

    def _over(self, id_: str) -> tuple[str, ...]:
        found = self._above.get(id_)
        return self._climb(id_) if found is None else found

    def descendants(self, id_: str) -> tuple[str, ...]:
        """The places of ``order`` inside an area, sorted."""
        area = self.get(id_).id
        return tuple(other for other, above in self._above.items() if area in above)

    def at_level(self, id_: str, level: PlaceLevel) -> Place | None:
        """The place itself, or the area around it, that has this level."""
        place = self.get(id_)
        return next((here for here in (place, *map(self.get, self._over(place.id))) if here.level is level), None)

    @functools.cached_property
    def _names(self) -> dict[str, tuple[str, ...]]:
        names: dict[str, list[str]] = {}
        for place in self._by_id.values():
            for text in dict.fromkeys(fold(t) for t in (place.name, place.name_my, *place.aliases) if t):
                if text:
                    names.setdefault(text, []).append(place.id)
        return {text: tuple(ids) for text, ids in names.items()}

    def named(self, text: str, within: str | None = None, levels: Collection[PlaceLevel] | None = None) -> tuple[Place, ...]:
        """Every place of this name (compared by `fold`) inside an area, of these levels.

        Without levels no village tract, ward or village: half the words of the language are one's name.
        """
        found = [self._by_id[id_] for id_ in self._names.get(fold(text), ())]
        found += () if levels is None or not set(FINE) & set(levels) else self._fine(fold(text), within)
        return tuple(
            p for p in found if (levels is None or p.level in levels) and (within is None or self.within(p.id, within))
        )

    def _fine(self, text: str, within: str | None) -> Iterator[Place]:
        """Villages of this name that are no rows of the case's own; one township is read without indexing all."""
        if self.villages is None or not text:
            return
        around = None if within is None else self.at_level(within, PlaceLevel.TOWNSHIP)
        if around is None:
            found: Iterable[Place] = (self.get(code) for code in self.villages.names.get(text, ()))
        else:
            found = (p for p in self.villages.inside(around.id) if text in (fold(p.name), fold(p.name_my or "")))
        yield from (place for place in found if place.id not in self._by_id)

    def resolve(self, text: str, within: str | None = None, levels: Collection[PlaceLevel] | None = None) -> Place | None:
        """The one place of this name, or None when there is none or more than one."""
        found = self.named(text, within, levels)
        return found[0] if len(found) == 1 else None

    def sites(self) -> tuple[Place, ...]:
        """All sites, in order of id."""
        return tuple(place for place in self._by_id.values() if place.level is PlaceLevel.SITE)

    def common(self, ids: Collection[str]) -> str | None:
        """The smallest area that holds all of these places."""
        if not ids:
            return None
        chains = [(self.get(id_).id, *self.ancestors(id_)) for id_ in ids]
        return next((area for area in chains[0] if all(area in chain for chain in chains)), None)

    def merge(self, extra: Mapping[str, Any], where: str) -> Gazetteer:
        """These places and more; ``extra`` is from a YAML file.

        ``places`` maps an id to a row (name, level, parent, aliases, …, source); ``aliases`` maps an id that is known to
        further names. A row whose id is known needs ``replace: true``. Raises MappingError that names file and key.
        """
        unknown = sorted(extra.keys() - {"places", "aliases"})
        if unknown:
            raise MappingError(f"{where}: unknown key {unknown[0]}; the keys are places and aliases")
        merged = dict(self._by_id)
        rows, more = extra.get("places") or {}, extra.get("aliases") or {}
        if not isinstance(rows, Mapping) or not isinstance(more, Mapping):
            raise MappingError(f"{where}: places maps ids to rows, aliases ids to lists of names; see docs/reference/places.md")
        for id_, row in rows.items():
            if not isinstance(row, Mapping):
                raise MappingError(f"{where}: places.{id_}: expected the keys of one place (name, level, parent, source…)")
            fields = dict(row)
            replace = fields.pop("replace", "false") in ("true", True)
            if (id_ in merged or self._known(id_)) and not replace:
                raise MappingError(f"{where}: places.{id_}: this id is known already; add replace: true to replace it")
            if not fields.get("source"):
                raise MappingError(f"{where}: places.{id_}: say under source where this comes from")
            merged[id_] = _place({**fields, "id": id_}, f"{where}: places.{id_}")
        for id_, names in more.items():
            known = merged.get(id_) or self._known(id_)
            if known is None:
                raise MappingError(f"{where}: aliases.{id_}: no place has this id")
            if not isinstance(names, list) or not all(isinstance(name, str) and fold(name) for name in names):
                raise MappingError(f"{where}: aliases.{id_}: expected a list of names: [Burma, Myanmar (Burma)]")
            merged[id_] = msgspec.structs.replace(known, aliases=(*known.aliases, *names))
        return Gazetteer(merged.values(), where, self.villages)


def _place(fields: Mapping[str, Any], where: str) -> Place:
    try:
        return msgspec.convert({key: value for key, value in fields.items() if value not in ("", None)}, Place, strict=False)
    except msgspec.ValidationError as problem:
        raise MappingError(f"{where}: {problem}; docs/reference/places.md lists the keys") from problem


@functools.cache
def load() -> Gazetteer:
    """The built-in places."""
    folder = importlib.resources.files("litany.values") / "place_data"
    lines = (folder / "mm.tsv").read_text("utf-8").splitlines()
    header = lines[0].split("\t")
    rows = [_place(dict(zip(header, line.split("\t"), strict=True)), "mm.tsv") for line in lines[1:]]
    supplement = "mm_supplement.yaml"
    villages = Villages((folder / "mm_villages.tsv.xz").read_bytes)
    return Gazetteer(rows, villages=villages).merge(read_yaml((folder / supplement).read_text("utf-8"), supplement), supplement)
