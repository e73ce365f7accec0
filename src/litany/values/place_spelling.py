"""Which township is meant by a name of Myanmar that is written in another Latin spelling?

No spelling is official in practice: Hlaing Tharyar is Hlaingtharya, Tabayin is Depayin. Names are compared by a key that writes
alike what sounds alike, then by a broader key without voice and length, then by edit distance inside a known state. A township
is accepted only where it is the only one at its step and no other is nearer letter by letter; otherwise all are candidates.
"""

from __future__ import annotations

import functools
import re
import unicodedata

from litany.values.place_levels import Place, PlaceLevel, fold
from litany.values.places import Gazetteer

_SOUNDS = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"[^a-z]", ""),
        (r"h([kptslmnr])|([kptsg])h|z", lambda m: m[1] or m[2] or "s"),  # aspirates: hk kh, hp ph, ht th; z as in Zigon
        (r"n(?:ny|gy)(?=[aeiou])", "ny"),
        (r"(?<=y)ine$", "aing"),  # Myine
        (r"([aeiou])ne(?=[^aeiouy]|$)", r"\1n"),  # Kone, Mayangone
        (r"ck", "k"),
        (r"ike", "aik"),
        (r"ee|yi(?=[^aeiou]|$)", "i"),
        (r"oo", "u"),
        (r"ou|au|aw|oe|ow", "o"),
        (r"ay|ae|ei|ey|ai(?=$)", "e"),
        (r"a[rh](?=[^aeiou]|$)", "a"),
        (r"nt(?=[^aeiouyw])", "n"),  # Kantbalu, Gantgaw
        (r"ng", "n"),
        (r"(.)\1+", r"\1"),
    )
)
_BROAD = str.maketrans({"b": "p", "d": "t", "g": "k", "j": "k", "e": "i", "u": "o", "v": "w"})


@functools.lru_cache(1 << 15)
def key(text: str) -> str:
    """What a Latin name sounds like: aspiration, doubled letters and the spelling of vowels written one way."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))
    for pattern, to in _SOUNDS:
        plain = pattern.sub(to, plain)
    return plain


def broad(text: str) -> str:
    """Like `key`, without the difference of voice (b p, d t, g k) and of e and i, o and u."""
    return re.sub(r"(.)\1+", r"\1", key(text).translate(_BROAD))


def distance(one: str, other: str, most: int = 99) -> int:
    """Levenshtein's distance, or more than ``most`` where it is larger than that."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for number, char in enumerate(one, start=1):
        before, row[0] = row[0], number
        for at, wanted in enumerate(other, start=1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (char != wanted))
        if min(row) > most:
            return most + 1
    return row[-1]


class Spelled:
    """The townships of one gazetteer by their names, and by the names of their towns, in several spellings."""

    def __init__(self, places: Gazetteer) -> None:
        self._places = places
        self._names: dict[str, list[tuple[str, bool]]] = {}  # by township: its names, and whether a town's
        self._inside: dict[str, set[str]] = {}  # by area
        for place in map(places.get, places.order):
            township = places.at_level(place.id, PlaceLevel.TOWNSHIP)
            if township is None or place.level not in (PlaceLevel.TOWNSHIP, PlaceLevel.TOWN):
                continue
            town = place.level is PlaceLevel.TOWN
            self._names.setdefault(township.id, []).extend((name, town) for name in _called(place))
            for area in (township.id, *places.ancestors(township.id)):
                self._inside.setdefault(area, set()).add(township.id)

    @functools.cached_property
    def _forms(self) -> tuple[dict[str, set[str]], ...]:
        """Townships by: their name, a town's name, key, a town's key, broad key of either."""
        found: tuple[dict[str, set[str]], ...] = tuple({} for _ in range(5))
        for id_, names in self._names.items():
            for name, town in names:
                for number, form in ((0 + town, fold(name)), (2 + town, key(name)), (4, broad(name))):
                    if len(form) > 1:
                        found[number].setdefault(form, set()).add(id_)
        return found

    def exact(self, name: str, inside: str | None = None) -> tuple[str, ...]:
        """The townships of this name, or of this name of a town: letter by letter, then by key."""
        return self._steps(name, inside, 4)

    @functools.lru_cache(1 << 14)  # noqa: B019 (as many as gazetteers, which live as long as the process)
    def townships(self, name: str, inside: str | None = None) -> tuple[str, ...]:
        """The townships that the name may mean: one where one fits clearly better than any other, none where none does.

        Edit distance is used only inside a state or smaller area.
        """
        found = self._steps(name, inside, 5)
        if inside is None or self._places.get(inside).level is PlaceLevel.COUNTRY:
            return found
        if not found:
            found = self._near(broad(name), inside)
        if not found or self._steps(name, inside, 2):
            return found
        elsewhere = self._steps(name, None, 2) if not self._steps(name, inside, 4) else ()
        return tuple(sorted({*self._nearest(fold(name), found, inside), *elsewhere}))

    def _steps(self, name: str, inside: str | None, most: int) -> tuple[str, ...]:
        forms = (fold(name), fold(name), key(name), key(name), broad(name))
        area = None if inside is None else self._inside.get(inside, set())
        for number in range(most):
            found = self._forms[number].get(forms[number], set()) if len(forms[number]) > 1 else set()
            found = found if area is None else found & area
            if found:
                return tuple(sorted(found))
        return ()

    def _near(self, form: str, inside: str) -> tuple[str, ...]:
        most = 0 if len(form) < 5 else 1 if len(form) < 8 else 2
        away: dict[str, int] = {}
        for id_ in self._inside.get(inside, set()):
            away[id_] = min(
                (distance(form, said, 4) for name, _ in self._names[id_] if (said := broad(name))[:1] == form[0]), default=9
            )
        best = min(away.values(), default=9)
        if most == 0 or best > most:
            return ()
        return tuple(sorted(id_ for id_, far in away.items() if far <= best + (1 if best > 1 else 0)))

    def _nearest(self, plain: str, found: tuple[str, ...], inside: str) -> tuple[str, ...]:
        """With these, the townships of the area that are nearer letter by letter than the best of them."""
        away = {id_: self._letters(plain, id_) for id_ in self._inside[inside]}
        best = min(away[id_] for id_ in found)
        nearer = {id_ for id_, far in away.items() if far < best}
        return tuple(sorted({*found, *nearer}))

    def _letters(self, plain: str, id_: str) -> int:
        return min(distance(plain, fold(name)) for name, _ in self._names[id_])


def _called(place: Place) -> list[str]:
    return [name for name in (place.name, place.name_my, *place.aliases) if name]


@functools.lru_cache(16)
def spelled(places: Gazetteer) -> Spelled:
    """The spellings of one gazetteer, made once."""
    return Spelled(places)
