"""Who is the person of this row, or how many people does its name cell speak of?

What the cell is (a name, an unnamed person who is described, nobody, a group) is told by `litany.values.names`. A column of its
own always goes before what the words of a name cell say. Names stay as given.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct, structs

from litany.errors import UnknownValue
from litany.statements import mapping_spec as spec
from litany.statements.cells import CACHE, Cells, Columns, Read, Reader, Trouble, choice
from litany.statements.fields import where
from litany.types.statement import Part, Person, Toll
from litany.values import ages, names, scripts
from litany.values.names import NameKind, NameRead
from litany.values.places import Gazetteer
from litany.values.scripts import Encoding
from litany.values.terms import AgeGroup, Sex, Status

_OF_ONE = "the row speaks of several people, this column of one: it stays in the words of the row"
_ZAWGYI = "Burmese that may be in Zawgyi or in Unicode: kept as given; say which it is in a copy"


class Described(Struct, frozen=True):
    """One person; ``group`` is set instead where the cell speaks of several people."""

    person: Person | None
    group: Toll | None = None


def person(columns: Columns, wanted: spec.PersonSpec, places: Gazetteer) -> Reader[Described | None]:
    """One person, or several; None where no cell says anything about one (a constant says nothing of this row)."""
    cells_of = columns.cells(wanted.names)
    free = {key: columns.cell(column) for key in ("occupation", "note") if (column := getattr(wanted, key)) is not None}
    words = [
        (key, choice(columns, made, term), term)
        for key, term in (("sex", Sex), ("age_group", AgeGroup), ("status", Status))
        if (made := getattr(wanted, key)) is not None
    ]
    age, parents = _age(columns, wanted.age), _parents(columns, wanted)
    home = None if wanted.home is None else where(columns, wanted.home, places)
    addressed = columns.cells(() if wanted.home is None else wanted.home.text)
    stated = columns.cells([*wanted.names, *_columns(wanted)])
    ones = (wanted.age, wanted.father, wanted.mother, wanted.parents, wanted.occupation)
    single = [(name, columns.cell(name)) for name in ones if name is not None]

    def read(cells: Cells) -> Read[Described | None]:
        if not wanted.every_row and not any(stated(cells)):
            return None, ()
        found, troubles = _names(wanted.names, cells_of(cells))
        group = next((one for one in found if one.kind is NameKind.GROUP), None)
        if group is not None:
            said: dict[str, StrEnum] = {}
            for key, read_word, term in words:
                word, more = read_word(cells)
                troubles += more
                said |= {} if word is None else {key: term(word)}
            toll, more = _group(wanted.names[0], group, said)
            alone = tuple((name, cell(cells), _OF_ONE) for name, cell in single if cell(cells))
            return Described(None, toll), troubles + more + alone
        made: dict[str, object] = {key: cell(cells) or None for key, cell in free.items()}
        for key, read_word, term in words:
            word, more = read_word(cells)
            troubles += more
            made[key] = None if word is None else term(word)
        (given, months, grown), more = age(cells)
        made |= {"age": given, "months": months}
        troubles += more + _contradicted(wanted, made.get("age_group"), grown, given)
        made["age_group"] = made.get("age_group") or grown
        kin, more = parents(cells)
        made["note"] = "; ".join(str(text) for text in (made.get("note"), kin.pop("note", None)) if text) or None
        made |= kin
        troubles += more
        if home is not None and any(addressed(cells)):  # the areas around an address are no address
            made["home"], more = home(cells)
            troubles += more
        _fill(made, found)
        return Described(Person(**_named(found), **made)), troubles  # type: ignore[arg-type]

    return read


def _columns(wanted: spec.PersonSpec) -> list[str]:
    own = (wanted.age, wanted.father, wanted.mother, wanted.parents, wanted.occupation, wanted.note)
    words = (one.column for one in (wanted.sex, wanted.age_group, wanted.status) if one is not None)
    return [column for column in (*own, *words) if column is not None]


@lru_cache(CACHE)
def _read_name(text: str) -> tuple[NameRead, bool]:
    """What a cell is, and whether its encoding is in doubt."""
    return names.read(text), scripts.decode(text).encoding is Encoding.DOUBTFUL


def _names(columns: Sequence[str], cells: Sequence[str]) -> tuple[list[NameRead], tuple[Trouble, ...]]:
    found: list[NameRead] = []
    troubles: tuple[Trouble, ...] = ()
    for column, cell in zip(columns, cells, strict=True):
        if cell:
            read, doubtful = _read_name(cell)
            found.append(read)
            troubles += tuple((column, cell, note) for note in read.notes)
            troubles += ((column, cell, _ZAWGYI),) if doubtful else ()
    return found, troubles


def _named(found: Sequence[NameRead]) -> dict[str, object]:
    """Names as given, and in Unicode where that differs by more than blanks."""
    named = [one for one in found if one.kind is NameKind.NAME]
    given = tuple(one.given for one in named)
    plain = tuple(one.plain for one in named)
    return {"names": given, "plain": plain if plain != tuple(" ".join(text.split()) for text in given) else ()}


def _fill(made: dict[str, object], found: Sequence[NameRead]) -> None:
    """What the words of name cells say goes where no column of its own says anything."""
    for one in found:
        for key in ("sex", "age_group", "occupation", "age"):
            value = getattr(one, key)
            if value is not None and made.get(key) is None:
                made[key] = value
                if key == "age":
                    _fill_age(made, value)
        if one.kin is not None:
            made["note"] = "; ".join(str(text) for text in (made.get("note"), one.kin) if text)


def _fill_age(made: dict[str, object], words: str) -> None:
    try:
        read = ages.read(words)
    except UnknownValue:
        return  # the words stay, and say no number
    made["months"] = (read.low, read.high)
    if made.get("age_group") is None:
        made["age_group"] = _group_of(read)


def _group(column: str, read: NameRead, said: dict[str, StrEnum]) -> tuple[Toll, tuple[Trouble, ...]]:
    """A cell that speaks of several people is a number of people, with the group that all of them are in.

    ``said`` is what the row's own columns say of them: sex, age group and status.
    """
    count = read.count
    assert count is not None
    status, sex, age = (said.get(key) for key in ("status", "sex", "age_group"))
    of_all = (
        Part("status", status=status if isinstance(status, Status) else None),
        Part("sex", sex=sex if isinstance(sex, Sex) else read.sex),
        Part("age", age=age if isinstance(age, AgeGroup) else read.age_group),
    )
    parts = (
        structs.replace(part, low=count.low, best=count.best, high=count.high)
        for part in of_all
        if getattr(part, part.axis) not in (None, "unknown")
    )
    toll = Toll(count.low, count.best, count.high, tuple(parts))
    ends = {"at least": count.low, "": count.best, "at most": count.high}
    shown = ", ".join(f"{word} {end}".strip() for word, end in ends.items() if end is not None)
    return toll, ((column, read.given, f"the cell speaks of several people: read as a toll of {shown} people"),)


_Aged = tuple[str | None, tuple[int | None, int | None] | None, AgeGroup | None]


def _age(columns: Columns, name: str | None) -> Reader[_Aged]:
    """(words, months, group)."""
    nothing: Read[_Aged] = ((None, None, None), ())
    if name is None:
        return lambda cells: nothing
    cell = columns.cell(name)

    @lru_cache(CACHE)
    def parse(text: str) -> Read[_Aged]:
        if not text or ages.is_unknown(text):
            return nothing
        try:
            read = ages.read(text)
        except UnknownValue as problem:
            return (text, None, None), ((name, text, str(problem)),)
        notes = read.notes
        if read.traditional:
            notes = (*notes, "an age in the Burmese way, the current year of life: noted, not corrected")
        return (text, (read.low, read.high), _group_of(read)), tuple((name, text, note) for note in dict.fromkeys(notes))

    return lambda cells: parse(cell(cells))


def _group_of(age: ages.Age) -> AgeGroup | None:
    return None if age.group is AgeGroup.UNKNOWN else age.group


def _contradicted(wanted: spec.PersonSpec, group: object, grown: AgeGroup | None, age: str | None) -> tuple[Trouble, ...]:
    if wanted.age is None or grown is None or group in (None, AgeGroup.UNKNOWN, grown):
        return ()
    reason = f"the age says {grown.value}, the column of age groups {group}: both are kept, the group counts"
    return ((wanted.age, age or "", reason),)


def _parents(columns: Columns, wanted: spec.PersonSpec) -> Reader[dict[str, str]]:
    """Father, mother, and in ``note`` parents of whom the words do not say which."""
    cells = {key: columns.cell(name) for key in ("father", "mother", "parents") if (name := getattr(wanted, key)) is not None}

    @lru_cache(CACHE)
    def parse(key: str, text: str) -> Read[dict[str, str]]:
        if not text:
            return {}, ()
        read = names.parents(text)
        found = {"father": read.father or "", "mother": read.mother or ""}
        others = list(read.others)
        if key != "parents" and not found[key] and len(others) == 1 and others[0]:
            found[key] = others.pop()
        if others:
            found["note"] = "parents: " + " + ".join(others)
        return found, tuple((getattr(wanted, key), text, note) for note in getattr(read, "notes", ()))

    def read(cells_: Cells) -> Read[dict[str, str]]:
        made: dict[str, str] = {}
        troubles: tuple[Trouble, ...] = ()
        for key, cell in cells.items():
            found, more = parse(key, cell(cells_))
            made |= {name: value for name, value in found.items() if value and not made.get(name)}
            troubles += more
        return made, troubles

    return read
