"""Which place do these free words mean, how precisely, and what else may they mean?"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from litany.values import place_locate
from litany.values.places import Gazetteer


class Found(Struct, frozen=True, omit_defaults=True):
    """The smallest area that certainly contains the spot (None: nothing was recognised).

    ``precision`` is UCDP's where_prec; ``candidates`` are what the words may mean where they leave several open; ``basis``
    are the words that decided; ``doubt`` says what contradicts itself or could not be found, None where nothing does.
    """

    place: str | None
    precision: int | None = None
    candidates: tuple[str, ...] = ()
    basis: str = ""
    doubt: str | None = None


def find(places: Gazetteer, texts: Sequence[str], areas: Sequence[str] = (), homes: Sequence[str] = ()) -> Found:
    """The place that ``texts`` name, in ``areas`` (outermost first). ``homes`` are addresses of the victim, which count only
    where the text points to them ("in the village", "at home")."""
    found = place_locate.locate(places, texts, areas)
    return Found(found.place, None, (), found.basis)
