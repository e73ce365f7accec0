"""What may be shown of a statement before somebody decides, and what only after?

Before: what is compared (names, ages, days, places, work, means, numbers). After: who is blamed, whose dead they are, and which
source says it, for a person who knows these may decide by them without noticing. Names of actors, and the words for civilians
and fighters, are covered where they stand in the words of a place, of an occupation or of means; names of people are not.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from litany.registry.build import Register
from litany.statements.view import Days, View
from litany.types.statement import Perpetrator, Person, Toll, Where
from litany.values.actors import Actors
from litany.values.place_levels import PlaceLevel
from litany.values.places import Gazetteer

COVERED = "▒▒▒"
_WORDS = (
    "civilian",
    "civilians",
    "combatant",
    "combatants",
    "fighter",
    "fighters",
    "soldier",
    "soldiers",
    "militant",
    "rebels",
)
_LEVELS = (PlaceLevel.TOWNSHIP, PlaceLevel.STATE, PlaceLevel.REGION)


class Field(Struct, frozen=True):
    """One thing that is said, in words for a person."""

    name: str
    value: str


class Fields:
    """Statements in words, for one register."""

    def __init__(self, register: Register) -> None:
        self._register, self._places = register, register.world.places
        self._cover = _covering(register.world.actors)

    def blind(self, views: Sequence[View]) -> tuple[Field, ...]:
        """What statements of one incident, or person, say, without parties; every value once, in their order."""
        return _gathered(field for one in views for field in self._blind(one))

    def _blind(self, one: View) -> Iterable[Field]:
        person = one.victims if isinstance(one.victims, Person) else None
        yield Field("harm", f"{one.harm.value}{'' if one.modality.value == 'asserted' else f' ({one.modality.value})'}")
        if person is not None:
            yield from self._person(person)
        yield Field("day", _day(one.when))
        yield Field("died", _day(one.died))
        yield Field("place", self._place(one.where))
        yield Field("means", one.means.value if one.means else "")
        yield Field("means, in words", self.cover(one.means_text or ""))
        if isinstance(one.victims, Toll):
            yield Field("toll", _toll(one.victims))
            yield Field("of these", _groups(one.victims))

    def _person(self, person: Person) -> Iterable[Field]:
        yield Field("name", "; ".join(person.names))
        yield Field("age", _age(person))
        yield Field("sex", person.sex.value if person.sex else "")
        yield Field("father", person.father or "")
        yield Field("mother", person.mother or "")
        yield Field("occupation", self.cover(person.occupation or ""))
        yield Field("home", self._place(person.home))

    def _place(self, where: Where | None) -> str:
        if where is None:
            return ""
        area = _area(self._places, where.place)
        text = self.cover(where.text)
        return f"{text} [{area}]" if area and area != text else text

    def cover(self, text: str) -> str:
        """Words, with the parties in them covered."""
        return self._cover.sub(COVERED, text)

    def parties(self, views: Sequence[View]) -> tuple[Field, ...]:
        """Who is blamed, whose dead they are, and who says so."""
        return _gathered(field for one in views for field in self._parties(one))

    def _parties(self, one: View) -> Iterable[Field]:
        source = self._register.sources.get(one.source)
        stake = f" (stake: {source.stake})" if source is not None and source.stake else ""
        yield Field("source", f"{source.name if source else one.source}{stake}")
        yield Field("speakers", " < ".join(speaker.name for speaker in one.speakers))
        yield Field("by", self._blamed(one.actors))
        yield Field("status", _status(one.victims))

    def _blamed(self, by: Perpetrator | None) -> str:
        if by is None:
            return ""
        known = self._register.world.actors
        names = [known.get(one).name if one in known.order else one.removeprefix("? ").lstrip("?") for one in by.actors]
        crossfire = ", crossfire" if by.crossfire else ""
        return f"{' or '.join(names)} ({by.certainty.value}{crossfire})"


def _gathered(fields: Iterable[Field]) -> tuple[Field, ...]:
    found: dict[str, list[str]] = {}
    for field in fields:
        if field.value and field.value not in found.setdefault(field.name, []):
            found[field.name].append(field.value)
    return tuple(Field(name, "; ".join(values)) for name, values in found.items() if values)


@functools.lru_cache(4)
def _covering(actors: Actors) -> re.Pattern[str]:
    """Every name of an actor as a word; what is all capitals (AA, KIA) only so."""
    names = {
        text
        for actor in (actors.get(one) for one in actors.order)
        for text in (actor.name, actor.name_my, *actor.aliases)
        if text and len(text) > 1
    } | set(_WORDS)
    ordered = sorted(names, key=lambda text: (-len(text), text))
    words = [re.escape(text) if text.isupper() else f"(?i:{re.escape(text)})" for text in ordered]
    return re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(words)})(?![A-Za-z0-9])")


def _area(places: Gazetteer, place: str | None) -> str:
    if place is None:
        return ""
    over = (places.at_level(place, level) for level in _LEVELS)
    return ", ".join(dict.fromkeys([places.get(place).name, *(found.name for found in over if found is not None)]))


def _day(when: Days | None) -> str:
    if when is None:
        return ""
    at = f", {when.local_time}" if when.local_time else ""
    words = f" (“{when.text}”)" if when.text else ""
    return f"{when.edtf}{at}{words}"


def _age(person: Person) -> str:
    if person.age:
        return person.age
    if person.months is not None:
        low, high = (None if end is None else end // 12 for end in person.months)
        return str(low) if low == high else f"{'?' if low is None else low} to {'?' if high is None else high}"
    return person.age_group.value if person.age_group else ""


def _number(low: int | None, best: int | None, high: int | None) -> str:
    if low is None and high is None:
        return "" if best is None else str(best)
    span = f"{'?' if low is None else low} to {'?' if high is None else high}"
    if low == high:
        return str(low)
    return span if best is None else f"{best} ({span})"


def _toll(toll: Toll) -> str:
    return _number(toll.low, toll.best, toll.high)


def _groups(toll: Toll) -> str:
    """Groups by sex and age; those by status are parties."""
    parts = [part for part in toll.parts if part.status is None and (part.sex or part.age)]
    words = [(" ".join(word.value for word in (part.sex, part.age) if word), _number(part.low, part.best, part.high))
             for part in parts]  # fmt: skip
    return ", ".join(f"{number} {word}" for word, number in words if number)


def _status(victims: Toll | Person | None) -> str:
    if isinstance(victims, Person):
        return victims.status.value if victims.status else ""
    parts = victims.parts if victims is not None else ()
    said = [(_number(part.low, part.best, part.high), part.status.value) for part in parts if part.status is not None]
    return ", ".join(f"{number} {status}" for number, status in said if number not in ("", "0"))
