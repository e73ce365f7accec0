"""What may the columns be that nobody named: counts of people, tolls of events, or lists that were left out?"""

from __future__ import annotations

import re
from collections.abc import Sequence

COUNTS = frozenset(("n", "count", "counts", "freq", "frequency", "total"))  # names of columns that hold counts, as a rule
WHOLE = re.compile(r"([0-9]+)(?:\.0+)?")
ZERO_ONE = {"1": True, "true": True, "yes": True, "1.0": True, "0": False, "false": False, "no": False, "0.0": False}
_WORD = re.compile(r"[^\W\d_]+")
_TOLLS = frozenset(  # words of columns that say how many people an event killed, in lists of events (UCDP, ACLED and others)
    ("deaths", "fatalities", "killed", "toll", "dead", "casualties", "victims", "civilians")
)
_COUNTED = frozenset(("count", "counts", "total", "toll"))  # and with one of these
_ONE_KIND = frozenset(("fatality", "casualty", "death", "victim"))
_BEST = frozenset(("best", "est", "estimate", "low", "high"))
_OF_ONE = frozenset(  # what a column says of one person or one death, and of nobody else's
    (
        "date", "year", "month", "day", "time", "age", "id", "ids", "code", "no", "nr", "row", "status", "flag", "missing",
        "lat", "lon", "latitude", "longitude", "zip", "phone", "pcode", "birth", "recordid",
    )
)  # fmt: skip
_WITH_OTHERS = frozenset(("with", "others", "family", "household", "same", "incident", "attack"))
_AT_AN_END = frozenset(("by", "in", "at", "place", "cause", "type", "where", "when"))  # first or last: not “killed by shelling”
_YEARS = frozenset(map(str, range(1900, 2101)))
_DIGITS = 15  # of a number that may count something


def _words(name: str) -> list[str]:
    return _WORD.findall(name.casefold())


def is_toll(name: str) -> bool:
    """Whether a column's name says that it holds the tolls of events."""
    words = _words(name)
    said = set(words)
    if said & (_OF_ONE | _WITH_OTHERS) or {*words[:1], *words[-1:]} & _AT_AN_END:
        return False
    return bool(said & _TOLLS) or bool(said & _ONE_KIND and said & _COUNTED) or ("best" in said and said <= _BEST)


def above_one(cell: str) -> bool:
    """Whether a cell holds a whole number of two or more."""
    whole = WHOLE.fullmatch(cell.strip())
    return whole is not None and whole[1].lstrip("0") not in ("", "1")


def like_a_toll(cell: str) -> bool:
    """The same, but for years."""
    whole = WHOLE.fullmatch(cell.strip())
    return whole is not None and above_one(cell) and whole[1] not in _YEARS


class Others:
    """The columns beside those that are named, row by row."""

    def __init__(self, header: Sequence[str], named: Sequence[str]) -> None:
        self.places = {place: name for place, name in enumerate(header) if name not in named}
        self._whole, self._above = dict(self.places), set[int]()
        self._last: dict[int, int] = {}
        self._running = set(self.places)

    def see(self, cells: Sequence[str]) -> None:
        """Look at a row."""
        for place in list(self._whole):
            whole = WHOLE.fullmatch(cells[place].strip())
            if whole is None or len(whole[1]) > _DIGITS:
                del self._whole[place]
                continue
            number = int(whole[1])
            if number > 1:
                self._above.add(place)
            if number != self._last.get(place, number - 1) + 1:
                self._running.discard(place)
            self._last[place] = number

    def like_counts(self) -> list[str]:
        """Columns that hold whole numbers in all rows, and in some more than one, but no running numbers, ages and the like."""
        likely = [place for place in self._whole if place in self._above and place not in self._running]
        return [self.places[place] for place in likely if not set(_words(self.places[place])) & _OF_ONE]

    def zero_one(self, cells: Sequence[str]) -> tuple[bool | None, ...]:
        """Of each column whether it is 1 in this row, None where it is neither 1 nor 0."""
        return tuple(ZERO_ONE.get(cells[place].strip().casefold()) for place in self.places)
