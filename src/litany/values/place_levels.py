"""What is a place, and how large?"""

from __future__ import annotations

import functools
import unicodedata
from enum import StrEnum

from msgspec import Struct


class PlaceLevel(StrEnum):
    """How large an area is, from large to small."""

    COUNTRY = "country"
    STATE = "state"
    REGION = "region"  # a part of a state that MIMU codes apart (Shan North)
    DISTRICT = "district"
    TOWNSHIP = "township"
    TOWN = "town"
    TRACT = "tract"  # a village tract: a few villages with one administration
    WARD = "ward"  # a quarter of a town
    VILLAGE = "village"
    SITE = "site"


FINE = (PlaceLevel.TRACT, PlaceLevel.WARD, PlaceLevel.VILLAGE)  # the levels that are read only when asked for


class Place(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One place. ``latitude`` and ``longitude`` are decimals of its middle; ``source`` says who says so where we do."""

    id: str
    name: str
    level: PlaceLevel
    parent: str | None = None
    iso: str | None = None
    name_my: str | None = None
    aliases: tuple[str, ...] = ()
    latitude: str | None = None
    longitude: str | None = None
    source: str | None = None


@functools.lru_cache(1 << 16)
def fold(text: str) -> str:
    """The form in which names are compared: NFKC, lower case, letters and digits with marks (Burmese vowels are marks)."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFKC", "".join(char for char in plain if unicodedata.category(char)[0] in "LMN"))
