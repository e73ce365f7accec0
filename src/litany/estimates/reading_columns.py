"""What may the columns be that nobody named: counts of people, tolls of events, or lists that were left out?"""

from __future__ import annotations

import re
from collections.abc import Sequence

COUNTS = frozenset(("n", "count", "counts", "freq", "frequency", "total"))  # names of columns that hold counts, as a rule
WHOLE = re.compile(r"([0-9]+)(?:\.0+)?")
ZERO_ONE = {"1": True, "true": True, "yes": True, "1.0": True, "0": False, "false": False, "no": False, "0.0": False}
_WORD = re.compile(r"[^\W\d_]+")
_TOLLS = frozenset(  # words of columns that say how many people an event killed, in lists of events (UCDP, ACLED and others)
    ("deaths", "fatalities", "fatality", "killed", "toll", "dead", "casualties", "casualty", "victims", "civilians")
)
_BEST = frozenset(("best", "est", "estimate", "low", "high"))
_OF_ONE = frozenset(  # of columns that say something of one person or one death
    ("date", "year", "month", "day", "time", "age", "id", "ids", "code", "cause", "place", "by", "where", "when", "type")
)


def _words(name: str) -> set[str]:
    return set(_WORD.findall(name.casefold()))


def is_toll(name: str) -> bool:
    """Whether a column's name says that it holds tolls."""
    words = _words(name)
    if words & _OF_ONE:
        return False
    return bool(words & _TOLLS) or ("best" in words and words <= _BEST)


def above_one(cell: str) -> bool:
    """Whether a cell holds a whole number of two or more."""
    whole = WHOLE.fullmatch(cell.strip())
    return whole is not None and whole[1].lstrip("0") not in ("", "1")


class Others:
    """The columns beside those that are named, row by row."""

    def __init__(self, header: Sequence[str], named: Sequence[str]) -> None:
        self.places = {place: name for place, name in enumerate(header) if name not in named}
        self._whole, self._above = dict(self.places), set[int]()

    def see(self, cells: Sequence[str]) -> None:
        """Look at a row."""
        for place in list(self._whole):
            if WHOLE.fullmatch(cells[place].strip()) is None:
                del self._whole[place]
            elif above_one(cells[place]):
                self._above.add(place)

    def like_counts(self) -> list[str]:
        """Columns that hold whole numbers in all rows, and in some more than one, but for years, ages and the like."""
        return [name for place, name in self._whole.items() if place in self._above and not _words(name) & _OF_ONE]

    def zero_one(self, cells: Sequence[str]) -> tuple[bool | None, ...]:
        """Of each column whether it is 1 in this row, None where it is neither 1 nor 0."""
        return tuple(ZERO_ONE.get(cells[place].strip().casefold()) for place in self.places)
