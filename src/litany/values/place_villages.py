"""Which village tracts, villages and wards are there, without reading 90,000 rows for a command that needs none?

The rows are MIMU's, packed by `tools/build_gazetteer.py`, township by township. They are unpacked when a code of their shape is
asked for, or a name inside a township; each becomes a Place when it is looked at.
"""

from __future__ import annotations

import functools
import lzma
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

from litany.ids import sha256
from litany.values.place_levels import Place, PlaceLevel, fold

_CODE = re.compile(r"\d{6}|MMR\d{9}(?:\d{3})?", re.ASCII)


class Villages:
    """Village tracts, villages and wards by code and by township. Never changes."""

    def __init__(self, packed: Callable[[], bytes]) -> None:
        self._packed = packed
        self._places: dict[str, Place] = {}

    @functools.cached_property
    def version(self) -> str:
        """The SHA-256 of the packed rows, in hex; nothing is unpacked for it."""
        return sha256(self._packed())

    @functools.cached_property
    def _lines(self) -> list[str]:
        return lzma.decompress(self._packed()).decode().splitlines()

    @functools.cached_property
    def _at(self) -> dict[str, int]:
        return {line[: line.index("\t")]: number for number, line in enumerate(self._lines)}

    @functools.cached_property
    def _townships(self) -> list[str]:
        """For each line the township that it lies in; the lines are in this order."""
        found: list[str] = []
        for line in self._lines:
            code, parent = line.split("\t", 2)[:2]
            found.append((code if code.startswith("MMR") else parent)[:9])
        return found

    def get(self, code: str) -> Place | None:
        """The place with this code (six digits, or MMR and nine or twelve digits), or None."""
        code = code.upper()
        if code in self._places:
            return self._places[code]
        if not _CODE.fullmatch(code) or code not in self._at:
            return None
        return self._places.setdefault(code, _place(self._lines[self._at[code]]))

    def inside(self, area: str) -> Iterator[Place]:
        """The places in a township, or (by the first characters of its code) in a state or region that MIMU codes."""
        end = len(self._lines) if area == "MMR" else bisect_left(self._townships, area + "~")
        for number in range(bisect_left(self._townships, area), end):
            line = self._lines[number]
            found = self.get(line[: line.index("\t")])
            if found is not None:
                yield found

    @functools.cached_property
    def names(self) -> dict[str, tuple[str, ...]]:
        """The codes of every name, English and Burmese, as `fold` writes it."""
        found: dict[str, list[str]] = {}
        for line in self._lines:
            code, _, english, burmese = line.split("\t", 4)[:4]
            for text in {fold.__wrapped__(english), fold.__wrapped__(burmese)} - {""}:  # 180,000 names would flush its cache
                found.setdefault(text, []).append(code)
        return {text: tuple(sorted(codes)) for text, codes in found.items()}


def _place(line: str) -> Place:
    code, parent, name, burmese, latitude, longitude = line.split("\t")
    level = PlaceLevel.VILLAGE if len(code) == 6 else PlaceLevel.TRACT if len(code) == 12 else PlaceLevel.WARD
    return Place(code, name, level, parent, name_my=burmese or None, latitude=latitude or None, longitude=longitude or None)
