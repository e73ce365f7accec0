"""How does a JSON value become the cells of a row, with every number as it is written in the file?

Nested objects become columns with dotted names, lists of plain values one cell ("a; b"), and what lies deeper stays JSON text.
In GeoJSON (RFC 7946) a feature gives its properties and the longitude and latitude of its point.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from json.encoder import encode_basestring
from typing import Any

DEEPEST = 100  # objects and lists within each other in one row; RFC 8259, section 9 lets a reader set such a limit
NAMES = 20  # objects within each other that become dotted names
_SURROGATE = re.compile("[\ud800-\udfff]")
Path = tuple[str, ...]
FEATURE_ID, LONGITUDE, LATITUDE = ("\0", "id"), ("\0", "longitude"), ("\0", "latitude")
GEOMETRY = ("\0", "geometry")
OWN = {FEATURE_ID: "feature.id", LONGITUDE: "geometry.longitude", LATITUDE: "geometry.latitude", GEOMETRY: "geometry"}


class TooDeep(ValueError):
    """A value has more objects and lists within each other than `DEEPEST`."""


class Digits(str):
    """A number as the file writes it: 1e400 and 0.10 stay what they are."""

    __slots__ = ()


class Decoder:
    """Decodes one value at a time; keeps the keys that stand twice in one object until they are asked for."""

    def __init__(self) -> None:
        self._twice: list[tuple[str, str]] = []
        plain = json.JSONDecoder(
            object_pairs_hook=self._object, parse_float=Digits, parse_int=Digits, parse_constant=Digits, strict=False
        )
        self.raw_decode = plain.raw_decode

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            last = {key: place for place, (key, _) in enumerate(pairs)}
            self._twice.extend((key, text_of(value)) for place, (key, value) in enumerate(pairs) if last[key] != place)
        return made

    def twice(self) -> list[tuple[str, str]]:
        """(key, the value that a later one replaced) since the last call."""
        found, self._twice = self._twice, []
        return found


def cells_of(value: dict[str, Any]) -> Iterator[tuple[Path, str, bool]]:
    """(path, text, whether the text is JSON) of every value in an object. Raises TooDeep."""
    if value.get("type") == "Feature" and isinstance(value.get("geometry", 0), dict | None):
        properties = value.get("properties")
        rest = {key: one for key, one in value.items() if key not in ("type", "properties", "geometry", "id")}
        yield from _within(properties if isinstance(properties, dict) else {}, ())
        if "id" in value:
            yield FEATURE_ID, _scalar(value["id"]), False
        yield from _geometry(value.get("geometry"))
        yield from _within(rest, ())
    else:
        yield from _within(value, ())


def _within(value: dict[str, Any], path: Path) -> Iterator[tuple[Path, str, bool]]:
    for key, one in value.items():
        here = (*path, key)
        if isinstance(one, dict):
            if not one:
                yield here, "", False
            elif len(here) >= NAMES:
                yield here, text_of(one), True
            else:
                yield from _within(one, here)
        elif isinstance(one, list):
            plain = not any(isinstance(inner, dict | list) for inner in one)
            yield here, "; ".join(map(_scalar, one)) if plain else text_of(one), not plain
        else:
            yield here, _scalar(one), False


def _geometry(value: dict[str, Any] | None) -> Iterator[tuple[Path, str, bool]]:
    if not value:
        return
    spot = value.get("coordinates")
    if value.get("type") == "Point" and isinstance(spot, list) and len(spot) >= 2 and not isinstance(spot[0], dict | list):
        yield LONGITUDE, _scalar(spot[0]), False
        yield LATITUDE, _scalar(spot[1]), False
    else:
        yield GEOMETRY, text_of(value), True


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    return value if isinstance(value, str) else text_of(value)


def text_of(value: Any, depth: int = 0) -> str:
    """JSON text of a value, with its numbers as they were written. Raises TooDeep."""
    if depth > DEEPEST:
        raise TooDeep(f"its objects and lists lie more than {DEEPEST} deep")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{encode_basestring(key)}: {text_of(one, depth + 1)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(text_of(one, depth + 1) for one in value) + "]"
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    return str(value) if isinstance(value, Digits) else encode_basestring(str(value))


def is_plain(value: Any) -> bool:
    """A list of plain values, such as the header of a list of lists."""
    return isinstance(value, list) and not any(isinstance(one, dict | list) for one in value)


def well_formed(text: str) -> str:
    """The text with � for each half of a pair of UTF-16 that stands alone (``\\ud800``), which no file can hold."""
    return _SURROGATE.sub("\ufffd", text)
