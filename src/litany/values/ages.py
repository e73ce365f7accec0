"""How old, as the words say?"""

from __future__ import annotations

from msgspec import Struct

from litany.errors import UnknownValue
from litany.values.terms import AgeGroup


class Age(Struct, frozen=True, omit_defaults=True):
    """First and last possible age in completed months (None: open), and the group that it certainly is in.

    ``traditional``: the source counts as Burmese tradition does (the current year of life); noted, not corrected.
    """

    low: int | None = None
    high: int | None = None
    group: AgeGroup | None = None
    traditional: bool = False
    notes: tuple[str, ...] = ()


def read(text: str) -> Age:
    """An age in digits or words. Raises UnknownValue that says what would be understood."""
    if text.strip().isdigit():
        years = int(text)
        return Age(years * 12, years * 12 + 11, AgeGroup.CHILD if years < 18 else AgeGroup.ADULT)
    raise UnknownValue(f"{text!r} is no age", text)
