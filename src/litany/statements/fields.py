"""How does one field of a statement come out of the cells of a row?

Each function here builds, once a table, a reader of one field: a function from the cells of a row to (value, troubles). A
trouble is (column, cell, what is wrong and what to do). Readers keep what they read by whole inputs, because the same
dates, places and parties come again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from litany.errors import MappingError, UnknownValue
from litany.statements import mapping as spec
from litany.types.statement import Part, Perpetrator, Person, Speaker, Toll, When, Where
from litany.values import dates, numbers, place_locate
from litany.values.actors import Actors
from litany.values.places import Gazetteer
from litany.values.terms import AgeGroup, Means, Sex, Status

T = TypeVar("T")
Trouble = tuple[str, str, str]
Cells = Sequence[str]
Read = tuple[T, tuple[Trouble, ...]]
Reader = Callable[[Cells], Read[T]]
CACHE = 1 << 16


class Columns:
    """The columns of one table: where they stand, which were used, and what counts as missing."""

    def __init__(self, header: Sequence[str], missing: Sequence[str], optional: Sequence[str], where: str) -> None:
        self._at = {name: place for place, name in enumerate(header)}
        self._absent = frozenset(optional) - self._at.keys()
        self._missing = frozenset(("", *missing))
        self._where = where
        self.used: set[str] = set()

    def at(self, name: str) -> int:
        """The position of a column. Raises MappingError when the table has none of this name."""
        if name not in self._at:
            raise MappingError(f"{self._where}: the mapping uses the column {name!r}, which the table does not have")
        self.used.add(name)
        return self._at[name]

    def cell(self, name: str) -> Callable[[Cells], str]:
        """A reader of one cell, with outer blanks off; '' where it is missing."""
        if name in self._absent:
            return lambda _: ""
        place, missing = self.at(name), self._missing

        def read(cells: Cells) -> str:
            text = cells[place].strip()
            return "" if text in missing else text

        return read

    def cells(self, names: Sequence[str]) -> Callable[[Cells], tuple[str, ...]]:
        """A reader of several cells."""
        readers = [self.cell(name) for name in names]
        return lambda cells: tuple(read(cells) for read in readers)


def choice(columns: Columns, wanted: spec.Choice) -> Reader[str | None]:
    """A word: mapped, constant, or as it stands. A cell that ``values`` does not list is a trouble."""
    if wanted.column is None:
        fixed: Read[str | None] = (wanted.constant, ())
        return lambda cells: fixed
    cell, name, values = columns.cell(wanted.column), wanted.column, wanted.values
    known = {text: (word, ()) for text, word in values.items()}
    missing: Read[str | None] = (wanted.constant, ())

    def read(cells: Cells) -> Read[str | None]:
        text = cell(cells)
        if not text:
            return known.get(text, missing)
        if not values:
            return text, ()
        if text in known:
            return known[text]
        return None, ((name, text, "the mapping does not say what this word means: add it under values"),)

    return read


def number(columns: Columns, wanted: spec.Number) -> Reader[numbers.Count | None]:
    """A number cell as (low, best, high); None where it is missing or unreadable."""
    cell, name = columns.cell(wanted.column), wanted.column

    @lru_cache(CACHE)
    def parse(text: str) -> Read[numbers.Count | None]:
        if not text:
            return None, ()
        try:
            count = numbers.read(wanted.values.get(text, text))
        except UnknownValue as problem:
            return None, ((name, text, str(problem)),)
        if wanted.times != 1:
            low, best, high = (None if n is None else n * wanted.times for n in (count.low, count.best, count.high))
            count = numbers.Count(low, best, high, count.text)
        return count, ()

    return lambda cells: parse(cell(cells))


def _end(columns: Columns, wanted: spec.Number | None) -> Reader[int | None]:
    """One end of a toll: the cell must be one plain number."""
    if wanted is None:
        return lambda cells: (None, ())
    read_number, name = number(columns, wanted), wanted.column

    def read(cells: Cells) -> Read[int | None]:
        count, troubles = read_number(cells)
        if count is None:
            return None, troubles
        if count.best is None:
            return None, ((name, count.text or "", "one number is expected here: map the column as text to read ranges"),)
        return count.best, troubles

    return read


def toll(columns: Columns, wanted: spec.TollSpec) -> Reader[Toll | None]:
    """The toll with its parts; None where neither total nor part is stated."""
    ends = [_end(columns, n) for n in (wanted.low, wanted.best, wanted.high)]
    text = None if wanted.text is None else number(columns, wanted.text)
    parts = [_part(columns, part) for part in wanted.part]
    named = next((n.column for n in (wanted.best, wanted.low, wanted.high, wanted.text) if n is not None), "toll")

    def read(cells: Cells) -> Read[Toll | None]:
        troubles: tuple[Trouble, ...] = ()
        values: list[int | None] = []
        for end in ends:
            value, more = end(cells)
            values.append(value)
            troubles += more
        if text is not None:
            count, more = text(cells)
            troubles += more
            if count is not None:
                values = [count.low, count.best, count.high]
        made = []
        for read_part in parts:
            part, more = read_part(cells)
            troubles += more
            if part is not None:
                made.append(part)
        low, best, high = values
        if low is None and best is None and high is None and not made:
            return None, troubles
        odd = numbers.bounds(low, best, high)
        troubles += tuple((named, _show(low, best, high), f"{reason}; kept as given") for reason in odd)
        return Toll(low, best, high, tuple(made)), troubles

    return read


def _show(low: int | None, best: int | None, high: int | None) -> str:
    return f"low {low}, best {best}, high {high}"


def _part(columns: Columns, wanted: spec.PartSpec) -> Reader[Part | None]:
    ends = [_end(columns, n) for n in (wanted.low, wanted.best, wanted.high)]
    text = None if wanted.text is None else number(columns, wanted.text)
    raw = None if wanted.text is None else columns.cell(wanted.text.column)

    def read(cells: Cells) -> Read[Part | None]:
        troubles: tuple[Trouble, ...] = ()
        values: list[int | None] = []
        for end in ends:
            value, more = end(cells)
            values.append(value)
            troubles += more
        words = None
        if text is not None and raw is not None:
            count, more = text(cells)
            troubles += more
            if count is not None:
                values, words = [count.low, count.best, count.high], raw(cells)
        if values == [None, None, None]:
            return None, troubles
        low, best, high = values
        return Part(wanted.axis, wanted.status, wanted.sex, wanted.age, low, best, high, words), troubles

    return read


def when(columns: Columns, wanted: spec.WhenSpec) -> Reader[When | None]:
    """The date with its precision, never finer than the text."""
    names = [name for name in (wanted.column, wanted.first, wanted.last) if name is not None]
    cells_of = columns.cells(names)
    time = None if wanted.time is None else columns.cell(wanted.time)
    precision = None if wanted.precision is None else columns.cell(wanted.precision)
    formats = wanted.formats

    @lru_cache(CACHE)
    def parse(texts: tuple[str, ...], code: str, clock: str) -> Read[When | None]:
        given = [text for text in texts if text]
        if not given:
            return None, ()
        try:
            spans = [dates.read(text, formats) for text in given]
            span = spans[0] if len(spans) == 1 else dates.between(spans[0], spans[1])
        except UnknownValue as problem:
            return None, ((names[0], " / ".join(given), str(problem)),)
        words = " / ".join(given)
        return When(
            edtf=span.edtf,
            earliest=span.earliest,
            latest=span.latest,
            precision=int(code) if code.isdigit() else span.precision,
            text=None if words == span.edtf else words,
            local_time=clock or None,
        ), ()

    return lambda cells: parse(cells_of(cells), precision(cells) if precision else "", time(cells) if time else "")


def where(columns: Columns, wanted: spec.WhereSpec, places: Gazetteer) -> Reader[Where | None]:
    """The place as written, and the smallest area that certainly contains it."""
    texts, areas = columns.cells(wanted.text), columns.cells(wanted.areas)
    rest = columns.cells([name for name in (wanted.precision, wanted.latitude, wanted.longitude) if name is not None])
    has = (wanted.precision is not None, wanted.latitude is not None, wanted.longitude is not None)
    name = wanted.text[0]

    @lru_cache(CACHE)
    def locate(texts: tuple[str, ...], areas: tuple[str, ...], code: str) -> str | None:
        precision = int(code) if code.isdigit() else None
        return place_locate.locate(places, texts, areas, precision).place or wanted.country

    def read(cells: Cells) -> Read[Where | None]:
        words, around = texts(cells), areas(cells)
        extra = iter(rest(cells))
        code, latitude, longitude = (next(extra) if one else "" for one in has)
        text = next((word for word in (*words, *reversed(around)) if word), "")
        if not text:
            return None, ()
        place = locate(words, around, code)
        troubles = () if place else ((name, text, "no place of the gazetteer: add it to lookups/places.yaml"),)
        return Where(
            text=text,
            place=place,
            precision=int(code) if code.isdigit() else None,
            latitude=latitude or None,
            longitude=longitude or None,
        ), troubles

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
            actors.get(constant)

    @lru_cache(CACHE)
    def parse(texts: tuple[str, ...]) -> Read[Perpetrator | None]:
        found: dict[str, None] = dict.fromkeys(wanted.constant)
        words: list[str] = []
        troubles: list[Trouble] = []
        for name, cell in zip(names, texts, strict=True):
            for text in _split(cell, wanted.separator):
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


def _split(text: str, separators: str | None) -> list[str]:
    parts = [text]
    for separator in separators or "":
        parts = [piece for part in parts for piece in part.split(separator)]
    return [part.strip() for part in parts if part.strip()]


def speakers(columns: Columns, wanted: Sequence[spec.SpeakerSpec]) -> Callable[[Cells], tuple[Speaker, ...]]:
    """The voices that the row names behind its source; words that name nobody come without ``root``."""
    readers = [(columns.cell(one.column), one, frozenset(one.unknown)) for one in wanted]

    @lru_cache(CACHE)
    def parse(texts: tuple[str, ...]) -> tuple[Speaker, ...]:
        found: dict[Speaker, None] = {}
        for text, (_, one, unknown) in zip(texts, readers, strict=True):
            for word in _split(text, one.separators):
                found[Speaker(one.values.get(word, word), one.root and word not in unknown)] = None
        return tuple(found)

    return lambda cells: parse(tuple(cell(cells) for cell, _, _ in readers))


def means(columns: Columns, wanted: spec.Choice) -> Reader[tuple[Means | None, str | None]]:
    """The means and the words for it."""
    word = choice(columns, wanted)
    cell = None if wanted.column is None else columns.cell(wanted.column)

    def read(cells: Cells) -> Read[tuple[Means | None, str | None]]:
        text, troubles = word(cells)
        return (Means(text) if text else None, (cell(cells) or None) if cell else None), troubles

    return read


def person(columns: Columns, wanted: spec.PersonSpec) -> Reader[Person | None]:
    """One person; None where the row has no name and nothing else about one."""
    names = columns.cells(wanted.names)
    free = {key: columns.cell(column) for key in ("age", "father", "note") if (column := getattr(wanted, key)) is not None}
    words = {
        key: (choice(columns, made), term)
        for key, term in (("sex", Sex), ("age_group", AgeGroup), ("status", Status))
        if (made := getattr(wanted, key)) is not None
    }

    def read(cells: Cells) -> Read[Person | None]:
        troubles: tuple[Trouble, ...] = ()
        found: dict[str, object] = {key: cell(cells) or None for key, cell in free.items()}
        for key, (read_word, term) in words.items():
            word, more = read_word(cells)
            troubles += more
            found[key] = None if word is None else term(word)
        given = tuple(name for name in names(cells) if name)
        if not given and not any(found.values()):
            return None, troubles
        return Person(names=given, **found), troubles  # type: ignore[arg-type]

    return read
