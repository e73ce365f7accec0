"""How is one date cell read under a mapping: in its formats, in words, inside the period that the source says it covers?"""

from __future__ import annotations

from msgspec import Struct

from litany.errors import UnreadableDate
from litany.statements import mapping_spec as spec
from litany.values import date_words, dates
from litany.values.date_words import Order
from litany.values.dates import Span

_WEEK = 6  # days that a week may begin before, and end after, a day of it


class DayRead(Struct, frozen=True):
    """A date; ``by_period`` says that it rests on the period that the source says it covers."""

    span: Span
    notes: tuple[str, ...] = ()
    by_period: bool = False


class OneDate:
    """Reads the cells of one date column. ``order`` is what the column itself shows; the mapping's own goes before it."""

    def __init__(self, wanted: spec.WhenSpec, order: Order | None) -> None:
        self._wanted = wanted
        self._order = order if wanted.order is None else Order(wanted.order)
        self._within = None if wanted.within is None else dates.parse(wanted.within)

    def is_unknown(self, text: str) -> bool:
        """Does the cell say that the date is not known?"""
        return not text or (self._wanted.words and date_words.is_unknown(text))

    def read(self, text: str) -> DayRead:
        """Raises UnreadableDate."""
        if not self._wanted.words:
            return DayRead(dates.read(text, self._wanted.formats))
        if self._wanted.formats:
            try:
                return DayRead(dates.read(text, self._wanted.formats))
            except UnreadableDate:
                pass  # in words, then
        found = date_words.read(text, self._order, self._within)
        return DayRead(found.span, found.notes, self._needs_period(text))

    def _needs_period(self, text: str) -> bool:
        """Is it only a date because the source says which period it covers?"""
        if self._within is None:
            return False
        try:
            date_words.read(text, self._order)
        except UnreadableDate:
            return True
        return False


def widened(span: Span, how: str) -> Span:
    """A date that its source says is only known to the week, month or year."""
    if how == "day" or span.earliest is None or span.latest is None:
        return span
    if how == "week":
        return dates.from_days(span.earliest - _WEEK, span.latest + _WEEK)
    cut = 7 if how == "month" else 4
    return dates.between(dates.show(span.earliest)[:cut], dates.show(span.latest)[:cut])
