"""On which days may this have happened, in the words in which documenters write dates?

Where `litany.values.dates` reads EDTF and declared formats, this reads what stands in files as they are found.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from litany.values import dates
from litany.values.dates import Span


class Order(StrEnum):
    """In which order the numbers of a date such as 03/04/2022 stand."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


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
        return f"{self.day_first} dates can only be day first, {self.month_first} only month first, {self.open} either"


class DateRead(Struct, frozen=True):
    """A date as the words give it, and what should be noted about it ("night of 9 October" may be the day after)."""

    span: Span
    notes: tuple[str, ...] = ()


def settle(texts: Iterable[str]) -> Evidence:
    """By which order do the numeric dates of one column of one file read?"""
    return Evidence(None)


def read(text: str, order: Order | None = None, within: Span | None = None) -> DateRead:
    """A date in words. ``order`` is how numeric dates are read (None: both ways are kept where they differ); ``within`` is the
    period that the source says it covers: a date without a year is any such date in it.

    Raises UnreadableDate that says what would be understood.
    """
    return DateRead(dates.parse(text))
