"""In which order do the numbers of the dates of one column stand, as far as the column itself shows?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from litany.values.date_pieces import Order, Piece
from litany.values.numbers import BURMESE

_NUMERIC = re.compile(r"[^0-9]*?([0-9]{1,4})(\s*[-/.]\s*| )([0-9]{1,2})\2([0-9]{2}|[0-9]{4})(?:[^0-9].*)?", re.DOTALL)
_MANY, _FEW, _SEVERAL = 20, 3, 10  # two-digit dates whose last number takes at most three values are years


class Evidence(Struct, frozen=True):
    """What the dates of one column show about their order; ``order`` is None where they show nothing or contradict each other.

    ``day_first`` and ``month_first`` count the dates that can only be read so, ``open`` those that can be read both ways.
    """

    order: Order | None
    day_first: int = 0
    month_first: int = 0
    open: int = 0

    def show(self) -> str:
        """In a sentence, for the report of the reading."""
        counts = f"{self.day_first} dates can only be day first, {self.month_first} only month first, {self.open} either"
        if self.order is not None:
            return f"{counts}: read {self.order.value}"
        why = "they contradict each other" if self.day_first or self.month_first else "nothing decides"
        return f"{counts}: {why}, so both readings are kept"


def settle(texts: Iterable[str]) -> Evidence:
    """By which order do the numeric dates of one column of one file read? Nothing but dates that fit only one order decides."""
    day_first = month_first = open_ = 0
    short: list[tuple[int, int, int]] = []
    year_last = year_first_only = False
    for text in texts:
        match = _NUMERIC.fullmatch(text.strip().translate(BURMESE))
        if match is None or len(match[1]) > 2:
            continue
        a, b, last = int(match[1]), int(match[3]), match[4]
        year = int(last) + (2000 if len(last) == 2 else 0)
        days, months = Piece(year, b, a).exists(), Piece(year, a, b).exists()
        if len(last) == 2:
            short.append((a, b, int(last)))
            continue
        year_last = True
        day_first += days and not months
        month_first += months and not days
        open_ += days and months and a != b
    for a, b, last_number in short:
        could = Piece(2000 + a, b, last_number).exists()
        days, months = Piece(2000 + last_number, b, a).exists(), Piece(2000 + last_number, a, b).exists()
        year_last |= not could and (days or months)
        year_first_only |= could and not days and not months
    few = {c for _, _, c in short}
    year_last |= len(short) >= _MANY and len(few) <= _FEW and len({a for a, _, _ in short}) >= _SEVERAL
    for a, b, last_number in short:
        days, months = Piece(2000 + last_number, b, a).exists(), Piece(2000 + last_number, a, b).exists()
        month_first += months and not days
        day_first += days and not months and (year_last or not Piece(2000 + a, b, last_number).exists())
        open_ += days and months and a != b
    order = None
    if not year_first_only and bool(day_first) != bool(month_first):
        order = Order.DAY_FIRST if day_first else Order.MONTH_FIRST
    return Evidence(order, day_first, month_first, open_)
