"""How does the date, the place, the perpetrator, the speakers, the means or the person come out of the cells of a row?

Each function here builds, once a table, a reader of one field of a statement (`litany.statements.cells`). Readers keep what
they read by whole inputs, because the same dates, places and parties come again and again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from litany.errors import UnknownValue
from litany.statements import mapping_spec as spec
from litany.statements.cells import CACHE, Cells, Columns, Read, Reader, Trouble, choice
from litany.types.statement import Perpetrator, Person, Speaker, When, Where
from litany.values import dates, place_locate
from litany.values.actor_rows import fold
from litany.values.actors import Actors
from litany.values.places import Gazetteer, PlaceLevel
from litany.values.terms import AgeGroup, Means, Sex, Status

_DECIMAL = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]*)?")
_NO_FINER = (6, 7)  # where_prec: the country, the sea or the air
_PERSON = (("sex", Sex), ("age_group", AgeGroup), ("status", Status))


def when(columns: Columns, wanted: spec.WhenSpec) -> Reader[When | None]:
    """The date with its precision, never finer than the text."""
    names = [name for name in (wanted.column, wanted.first, wanted.last) if name is not None]
    cells_of = columns.cells(names)
    time = None if wanted.time is None else columns.cell(wanted.time)
    code = None if wanted.precision is None else _code(columns, wanted.precision, 5)
    formats = wanted.formats

    @lru_cache(CACHE)
    def parse(texts: tuple[str, ...], precision: int | None, clock: str) -> Read[When | None]:
        words = " / ".join(text for text in texts if text)
        if not words:
            return None, ()
        try:
            span = _span(texts, formats)
        except UnknownValue as problem:
            return None, ((names[0] if texts[0] else names[-1], words, str(problem)),)
        return When(
            edtf=span.edtf,
            earliest=span.earliest,
            latest=span.latest,
            precision=span.precision if precision is None else precision,
            text=None if words == span.edtf else words,
            local_time=clock or None,
        ), ()

    def read(cells: Cells) -> Read[When | None]:
        precision, troubles = code(cells) if code else (None, ())
        made, more = parse(cells_of(cells), precision, time(cells) if time else "")
        return made, (troubles + more if troubles else more)

    return read


def _span(texts: tuple[str, ...], formats: tuple[str, ...]) -> dates.Span:
    """One date, or from the first to the last; open where one of the two is missing."""
    spans = [dates.read(text, formats) if text else None for text in texts]
    first, last = spans[0], spans[-1]
    if first is not None and last is not None:
        return first if len(spans) == 1 else dates.between(first, last)
    if first is not None:
        return dates.from_days(first.earliest, None)
    return dates.from_days(None, None if last is None else last.latest)


def _code(columns: Columns, name: str, most: int) -> Reader[int | None]:
    """A precision code of UCDP: 1 to ``most``."""
    cell = columns.cell(name)
    codes = {str(code): code for code in range(1, most + 1)}

    def read(cells: Cells) -> Read[int | None]:
        text = cell(cells)
        if not text or text in codes:
            return codes.get(text), ()
        return None, ((name, text, f"this is no precision code: they run from 1 to {most}"),)

    return read


def where(columns: Columns, wanted: spec.WhereSpec, places: Gazetteer) -> Reader[Where | None]:
    """The place as written, and the smallest area that certainly contains it."""
    texts, areas = columns.cells(wanted.text), columns.cells(wanted.areas)
    code = None if wanted.precision is None else _code(columns, wanted.precision, 7)
    latitude, longitude = _degrees(columns, wanted.latitude, 90), _degrees(columns, wanted.longitude, 180)
    name = (*wanted.text, *wanted.areas)[0]
    country = None if wanted.country is None else columns.known(places.get, wanted.country).id

    @lru_cache(CACHE)
    def locate(texts: tuple[str, ...], areas: tuple[str, ...], precision: int | None) -> Read[str | None]:
        place = place_locate.locate(places, texts, areas, precision).place or country
        named = [text for text in texts if text]
        vague = place is not None and precision not in _NO_FINER and places.get(place).level is PlaceLevel.COUNTRY
        if place is None or (vague and named and not any(place in _ids(places, text) for text in named)):
            known = "" if place is None else f", only {place} is known"
            shown = "; ".join(named or [text for text in areas if text])
            return place, ((name, shown, f"no place of the gazetteer{known}: add it to lookups/places.yaml"),)
        return place, ()

    def read(cells: Cells) -> Read[Where | None]:
        words, around = texts(cells), areas(cells)
        (north, troubles), (east, more) = latitude(cells), longitude(cells)
        troubles += more
        precision = None
        if code is not None:
            precision, more = code(cells)
            troubles += more
        text = next((word for word in (*words, *reversed(around)) if word), "")
        if not text and north is None and east is None:
            return None, troubles
        place, more = locate(words, around, precision) if text else (country, ())
        return Where(
            text=text or f"{north or '?'}, {east or '?'}",
            place=place,
            precision=precision,
            latitude=north,
            longitude=east,
        ), troubles + more

    return read


def _ids(places: Gazetteer, text: str) -> set[str]:
    return {place.id for place in places.named(text)}


def _degrees(columns: Columns, name: str | None, most: int) -> Reader[str | None]:
    """A decimal of degrees, as written."""
    if name is None:
        return lambda cells: (None, ())
    cell = columns.cell(name)

    def read(cells: Cells) -> Read[str | None]:
        text = cell(cells)
        if not text:
            return None, ()
        if _DECIMAL.fullmatch(text) and abs(float(text)) <= most:
            return text, ()
        return None, ((name, text, f"these are no degrees: write a decimal from -{most} to {most}"),)

    return read


def by(columns: Columns, wanted: Sequence[spec.BySpec], actors: Actors) -> Reader[Perpetrator | None]:
    """The set of candidates; None where nobody is named."""
    rules = [(_condition(columns, one.when), _actors(columns, one, actors)) for one in wanted]

    def read(cells: Cells) -> Read[Perpetrator | None]:
        for fits, read_actors in rules:
            if fits(cells):
                return read_actors(cells)
        return None, ()

    return read


def _condition(columns: Columns, wanted: Mapping[str, tuple[str, ...]]) -> Callable[[Cells], bool]:
    tests = [(columns.cell(name), frozenset(values)) for name, values in wanted.items()]
    return lambda cells: all(cell(cells) in values for cell, values in tests)


def _actors(columns: Columns, wanted: spec.BySpec, actors: Actors) -> Reader[Perpetrator | None]:
    cells_of, names = columns.cells(wanted.columns), wanted.columns
    for constant in (*wanted.constant, *wanted.values.values()):
        if not constant.startswith("?"):
            columns.known(actors.get, constant)
    nobody = frozenset(fold(text) for text in wanted.unknown)

    @lru_cache(CACHE)
    def parse(texts: tuple[str, ...]) -> Read[Perpetrator | None]:
        found: dict[str, None] = dict.fromkeys(wanted.constant)
        words: list[str] = []
        troubles: list[Trouble] = []
        for name, cell in zip(names, texts, strict=True):
            for text in _split(cell, wanted.separators):
                if fold(text) in nobody:
                    words.append(text)
                    continue
                actor = wanted.values.get(text) or getattr(actors.resolve(text), "id", None)
                if actor is None:
                    actor = f"?{text}"
                    troubles.append((name, text, "no actor has this name: add it to lookups/actors.yaml"))
                found[actor] = None
                words.append(text)
        if not found:
            return None, ()
        return Perpetrator(tuple(sorted(found)), wanted.certainty, wanted.crossfire, tuple(words), wanted.basis), tuple(
            troubles
        )

    return lambda cells: parse(cells_of(cells))


def _split(text: str, separators: str) -> list[str]:
    parts = [text]
    for separator in separators:
        parts = [piece for part in parts for piece in part.split(separator)]
    return [part.strip() for part in parts if part.strip()]


def speakers(columns: Columns, wanted: Sequence[spec.SpeakerSpec]) -> Callable[[Cells], tuple[Speaker, ...]]:
    """The voices that the row names behind its source; words that name nobody come without ``root``."""
    readers = [(columns.cell(one.column), one, frozenset(fold(text) for text in one.unknown)) for one in wanted]

    @lru_cache(CACHE)
    def parse(texts: tuple[str, ...]) -> tuple[Speaker, ...]:
        found: dict[Speaker, None] = {}
        for text, (_, one, unknown) in zip(texts, readers, strict=True):
            for word in _split(text, one.separators):
                found[Speaker(one.values.get(word, word), one.root and fold(word) not in unknown)] = None
        return tuple(found)

    return lambda cells: parse(tuple(cell(cells) for cell, _, _ in readers))


def means(columns: Columns, wanted: spec.Choice) -> Reader[tuple[Means | None, str | None]]:
    """The means and the words for it."""
    word = choice(columns, wanted, Means)
    cell = None if wanted.column is None else columns.cell(wanted.column)

    def read(cells: Cells) -> Read[tuple[Means | None, str | None]]:
        text, troubles = word(cells)
        return (Means(text) if text else None, (cell(cells) or None) if cell else None), troubles

    return read


def person(columns: Columns, wanted: spec.PersonSpec) -> Reader[Person | None]:
    """One person; None where no cell says anything about one (a constant says nothing of this row)."""
    names = columns.cells(wanted.names)
    free = {key: columns.cell(column) for key in ("age", "father", "note") if (column := getattr(wanted, key)) is not None}
    given = [(key, term, made) for key, term in _PERSON if (made := getattr(wanted, key)) is not None]
    words = {key: (choice(columns, made, term), term) for key, term, made in given}
    stated = columns.cells([*wanted.names, *_columns(wanted), *(made.column for _, _, made in given if made.column)])

    def read(cells: Cells) -> Read[Person | None]:
        if not any(stated(cells)):
            return None, ()
        troubles: tuple[Trouble, ...] = ()
        found: dict[str, object] = {key: cell(cells) or None for key, cell in free.items()}
        for key, (read_word, term) in words.items():
            word, more = read_word(cells)
            troubles += more
            found[key] = None if word is None else term(word)
        return Person(names=tuple(name for name in names(cells) if name), **found), troubles  # type: ignore[arg-type]

    return read


def _columns(wanted: spec.PersonSpec) -> list[str]:
    return [column for column in (wanted.age, wanted.father, wanted.note) if column is not None]
