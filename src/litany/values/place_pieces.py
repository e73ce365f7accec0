"""Where do the names in these words begin and end, and is the spot there, or only near?"""

from __future__ import annotations

import re

from msgspec import Struct

from litany.values.place_levels import PlaceLevel


class Piece(Struct, frozen=True):
    """A part of a text that may name a place."""

    name: str
    near: bool
    kind: PlaceLevel | None  # a village or ward, where the words say so
    whole: str


CUT = re.compile(
    r"(?:[,;()။၊]|\b(?:in|at|of|from|to|and|on|the|inside|within|by|before|after)\b"
    r"|\b(?P<near>in front of|near(?:by)?|close to|behind|between|outside|towards?|beside|opposite|outskirts|around|entrance"
    r"|north of|south of|east of|west of|forest|farms?|fields?|jungle|road to|way to)\b)",
    re.IGNORECASE,
)
_VILLAGE = re.compile(r"\b(?:villages?|vlg|village tract)\b", re.IGNORECASE)
_WARD = re.compile(r"\b(?:wards?|quarter)\b", re.IGNORECASE)
OTHER = re.compile(
    r"\b(?:roads?|streets?|st|lane|river|creek|mountain|hotel|school|pagoda|monast\w*|monest\w*|bus|station road)\b",
    re.IGNORECASE,
)


def pieces_of(text: str) -> list[Piece]:
    """The parts of a text that may name a place, and whether the spot is only near it."""
    found: list[Piece] = []
    near, at = False, 0
    cuts: list[tuple[int, int, bool]] = [(m.start(), m.end(), bool(m["near"])) for m in CUT.finditer(text)]
    for start, end, next_near in (*cuts, (len(text), len(text), False)):
        part = text[at:start].strip(" .-:'\"")
        mark = text[start:end]
        if mark == "(" and re.match(r"\s*(?:\d+|[A-Za-z]{1,5})\s*\)", text[end : end + 10]):
            continue  # "Lot (3) Hlaing Tharyar", "No (5) Ward"
        if mark == ")" and re.search(r"\(\s*(?:\d+|[A-Za-z]{1,5})\s*$", text[max(0, start - 10) : start]):
            continue
        if part:
            found.append(_piece(part, near))
            near = False
        near, at = near or next_near, end
    return found


def _piece(part: str, near: bool) -> Piece:
    village, ward = _VILLAGE.search(part), _WARD.search(part)
    if village and not OTHER.search(part[: village.start()]):
        exact = not re.search(r"\w", part[village.end() :])
        return Piece(part[: village.start()].strip(" .-"), near or not exact, PlaceLevel.VILLAGE, part)
    if ward:
        return Piece(" ".join(_WARD.sub(" ", part).split()), near, PlaceLevel.WARD, part)
    return Piece(part, near, None, part)
