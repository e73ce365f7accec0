"""How does the date, the place, the perpetrator, the speakers or the means come out of the cells of a row?

Each function here builds, once a table, a reader of one field of a statement (`litany.statements.cells`). Readers keep what
they read by whole inputs, because the same dates, places and parties come again and again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from msgspec import structs

from litany.errors import UnknownValue
from litany.statements import mapping_spec as spec
from litany.statements.cells import CACHE, Cells, Columns, Read, Reader, Trouble, choice
from litany.statements.days import OneDate, widened
from litany.types.statement import Perpetrator, Speaker, When, Where
from litany.values import dates, place_areas, place_locate, place_words
from litany.values.actor_rows import fold
from litany.values.actors import Actors
from litany.values.place_words import Found
from litany.values.places import Gazetteer, PlaceLevel
from litany.values.terms import Means

_DECIMAL = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]*)?")
_NO_FINER = (6, 7)  # where_prec: the country, the sea or the air


def when(columns: Columns, wanted: spec.WhenSpec) -> Reader[When | None]:
    """The date with its precision, never finer than the text."""
    names = [name for name in (wanted.column, wanted.first, wanted.last) if name is not None]
    cells_of = columns.cells(names)
    time = None if wanted.time is None else columns.cell(wanted.time)
    code, wider = _date_code(columns, wanted)
    days = [OneDate(wanted, columns.orders.get(name)) for name in names]

    @lru_cache(CACHE)
    def parse(texts: tuple[str, ...], precision: int | None, widen: str | None, clock: str) -> Read[When | None]:
        stated = tuple("" if day.is_unknown(text) else text for day, text in zip(days, texts, strict=True))
        words = " / ".join(text for text in texts if text)
        if not any(stated):
            return None, ()
        try:
            found = [day.read(text) if text else None for day, text in zip(days, stated, strict=True)]
            span = _joined([None if one is None else one.span for one in found])
            span = span if widen is None else widened(span, widen)
        except UnknownValue as problem:
            return None, ((names[0] if stated[0] else names[-1], words, str(problem)),)
        notes = tuple((name, "", note) for name, one in zip(names, found, strict=True) if one is not None for note in one.notes)
        return When(
            edtf=span.edtf,
            earliest=span.earliest,
            latest=span.latest,
            precision=span.precision if precision is None else precision,
            text=None if words == span.edtf else words,
            local_time=clock or None,
            basis=wanted.basis if any(one is not None and one.by_period for one in found) else None,
        ), notes

    def read(cells: Cells) -> Read[When | None]:
        precision, troubles = code(cells) if code else (None, ())
        widen, more = wider(cells) if wider else (None, ())
        made, others = parse(cells_of(cells), precision, widen, time(cells) if time else "")
        return made, troubles + more + others

    return read


def _joined(spans: Sequence[dates.Span | None]) -> dates.Span:
    """One date, or from the first to the last; open where one of the two is missing."""
    first, last = spans[0], spans[-1]
    if first is not None and last is not None:
        return first if len(spans) == 1 else dates.between(first, last)
    if first is not None:
        return dates.from_days(first.earliest, None)
    return dates.from_days(None, None if last is None else last.latest)


def _date_code(columns: Columns, wanted: spec.WhenSpec) -> tuple[Reader[int | None] | None, Reader[str | None] | None]:
    """(reader of UCDP's date_prec, reader of how far a source's own code widens the date); at most one of them."""
    if wanted.precision is None:
        return None, None
    if not wanted.precision_as:
        return _code(columns, wanted.precision, 5), None
    return None, choice(columns, spec.Choice(column=wanted.precision, values=wanted.precision_as))


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
    texts, areas, homes = columns.cells(wanted.text), columns.cells(wanted.areas), columns.cells(wanted.homes)
    code = _place_code(columns, wanted)
    latitude, longitude = _degrees(columns, wanted.latitude, 90), _degrees(columns, wanted.longitude, 180)
    name = (*wanted.text, *wanted.areas)[0]
    levels = tuple(place_areas.level_of(heading) for heading in wanted.areas)
    country = None if wanted.country is None else columns.known(places.get, wanted.country).id

    @lru_cache(CACHE)
    def locate(texts: tuple[str, ...], areas: tuple[str, ...], precision: int | None) -> Read[Found]:
        place = place_locate.locate(places, texts, areas, precision).place or country
        named = [text for text in texts if text]
        vague = place is not None and precision not in _NO_FINER and places.get(place).level is PlaceLevel.COUNTRY
        if place is None or (vague and named and not any(place in _ids(places, text) for text in named)):
            known = "" if place is None else f", only {place} is known"
            shown = "; ".join(named or [text for text in areas if text])
            return Found(place, precision), ((name, shown, f"no place of the gazetteer{known}: add it to lookups/places.yaml"),)
        return Found(place, precision), ()

    @lru_cache(CACHE)
    def search(texts: tuple[str, ...], areas: tuple[str, ...], homes: tuple[str, ...]) -> Read[Found]:
        found = place_words.find(places, texts, areas, homes, levels)
        shown = "; ".join(text for text in (*texts, *areas) if text)
        troubles: tuple[Trouble, ...] = ()
        if found.place is None:
            found = structs.replace(found, place=country)
            known = "" if country is None else f", only {country} is known"
            troubles = ((name, shown, f"no place of the gazetteer{known}: add it to lookups/places.yaml"),)
        elif found.doubt is not None:
            troubles = ((name, shown, found.doubt),)
        elif found.unfound:
            reason = "no village or ward of this name in the township that is named: the township is kept"
            troubles = ((name, ", ".join(found.unfound), reason),)
        return found, troubles

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
        if not text:
            found, more = Found(country), ()
        elif wanted.words and precision is None:
            found, more = search(words, around, homes(cells))
        else:
            found, more = locate(words, around, precision)
        return Where(
            text=_all_words(text, words if wanted.joined else ()) or f"{north or '?'}, {east or '?'}",
            place=found.place,
            precision=found.precision if precision is None else precision,
            latitude=north,
            longitude=east,
            candidates=found.candidates,
            basis=found.basis if found.basis and found.basis != text else None,
        ), troubles + more

    return read


def _all_words(text: str, words: Sequence[str]) -> str:
    """The text, and after it what else ``words`` say."""
    more = dict.fromkeys(word for word in words if fold(word) not in fold(text))
    return "; ".join([text, *more])


def _place_code(columns: Columns, wanted: spec.WhereSpec) -> Reader[int | None] | None:
    """A reader of UCDP's where_prec, from it or from a source's own code."""
    if wanted.precision is None:
        return None
    if not wanted.precision_as:
        return _code(columns, wanted.precision, 7)
    words = choice(columns, spec.Choice(column=wanted.precision, values={k: str(v) for k, v in wanted.precision_as.items()}))

    def read(cells: Cells) -> Read[int | None]:
        word, troubles = words(cells)
        return None if word is None else int(word), troubles

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
