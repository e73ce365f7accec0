"""What comes out of the first rows when they are read with this mapping, in plain words?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Table
from collections.abc import Sequence

from msgspec import Struct

from litany.statements.mapping_spec import Mapping
from litany.statements.propose_profile import Sample
from litany.statements.row_reader import RowReader
from litany.types.statement import Perpetrator, Statement, Toll
from litany.values.actors import Actors
from litany.values.date_words import Order
from litany.values.places import Gazetteer

EXAMPLES, _TOP = 5, 5
_FIELDS = ("when", "died", "where", "by", "means", "note")
_PERSON = ("names", "sex", "age", "age_group", "status")


class PreviewRow(Struct, frozen=True):
    """A row of the table as it would be read."""

    row: int
    words: str


class PreviewValue(Struct, frozen=True):
    """A value that could not be read as what its column is said to hold, or one that nobody knows."""

    column: str
    value: str
    reason: str
    count: int


class Preview(Struct, frozen=True):
    """``rows`` were looked at, of ``of`` in the table (``more``: at least); ``with_statement`` of them give one.

    ``filled`` says in how many statements each field has something, ``empty`` which have nothing in any; ``unread`` are the
    five most frequent for each column; ``unused`` the columns that the mapping neither uses nor ignores.
    """

    rows: int
    of: int
    more: bool
    with_statement: int
    statements: int
    examples: tuple[PreviewRow, ...]
    filled: dict[str, int]
    empty: tuple[str, ...]
    unread: tuple[PreviewValue, ...]
    unused: tuple[str, ...]


def preview(
    mapping: Mapping,
    header: Sequence[str],
    looked: Sample,
    actors: Actors,
    places: Gazetteer,
    where: str,
    orders: Table[str, Order] | None = None,
) -> Preview:
    """The sampled rows, read as `litany run` reads them. Raises MappingError where the mapping does not fit the table."""
    reader = RowReader(mapping, header, actors, places, where, orders)
    examples: list[PreviewRow] = []
    troubles: dict[str, Counter[tuple[str, str]]] = {}
    filled: Counter[str] = Counter()
    with_statement = statements = 0
    for row in looked.rows:
        read = reader.read(row.cells)
        for column, value, reason in (*read.troubles, *read.unread):
            troubles.setdefault(column, Counter())[value, reason] += 1
        with_statement += bool(read.statements)
        statements += len(read.statements)
        if read.statements and len(examples) < EXAMPLES:
            examples.append(PreviewRow(row.row, "; ".join(in_words(one, places) for one in read.statements)))
        for one in read.statements:
            for field in _FIELDS:
                filled[field] += getattr(one, field) is not None
            filled["place in the gazetteer"] += one.where is not None and one.where.place is not None
            for field in _PERSON if one.person is not None else ():
                filled[field] += bool(getattr(one.person, field))
    return Preview(
        rows=len(looked.rows), of=looked.read, more=looked.more, with_statement=with_statement, statements=statements,
        examples=tuple(examples), filled={field: count for field, count in filled.items() if count},
        empty=tuple(field for field, count in filled.items() if not count),
        unread=tuple(
            PreviewValue(column, value, reason, count)
            for column, found in troubles.items()
            for (value, reason), count in found.most_common(_TOP)
        ),
        unused=reader.unused,
    )  # fmt: skip


def in_words(one: Statement, places: Gazetteer) -> str:
    """``killed 1 person, Daw Hla, female, 61, on 2023-10-09, in Waingmaw (MMR001004), by mm.military``."""
    parts = [f"{one.harm.value} {'1 person' if one.toll is None else how_many(one.toll)}"]
    if one.level.value != "incident":
        parts[0] += f" ({one.level.value})"
    if one.person is not None:
        person = one.person
        parts += [" / ".join(person.names)] if person.names else ["no name"]
        parts += [str(part) for part in (person.sex, person.age, person.age_group, person.status) if part]
    if one.when is not None:
        parts.append(f"on {one.when.edtf}")
    if one.died is not None:
        parts.append(f"died {one.died.edtf}")
    if one.where is not None:
        known = "" if one.where.place is None else f" ({places.get(one.where.place).name}, {one.where.place})"
        parts.append(f"in {one.where.text}{known}")
    if one.by is not None:
        parts.append(f"by {who(one.by)}")
    if one.means is not None or one.means_text:
        parts.append(f"means: {one.means.value if one.means else one.means_text}")
    return " ".join(", ".join(parts).split())  # cells may hold line breaks


def how_many(toll: Toll) -> str:
    """``29 people``, ``11 to 13 people``, ``57 people (of them 11 child)``."""
    low, best, high = toll.low, toll.best, toll.high
    if best is not None:
        number = (
            str(best)
            if low is None and high is None
            else f"{best} ({'?' if low is None else low} to {'?' if high is None else high})"
        )
    elif low is not None and high is not None:
        number = str(low) if low == high else f"{low} to {high}"
    elif low is not None:
        number = f"at least {low}"
    else:
        number = "an unstated number of" if high is None else f"at most {high}"
    groups = []
    for part in toll.parts:
        found = [n for n in (part.low, part.best, part.high) if n is not None]
        shown = " to ".join(str(n) for n in sorted({min(found), max(found)})) if found else "?"
        groups.append(f"{shown} {part.status or part.sex or part.age}")
    return f"{number} {'person' if number == '1' else 'people'}{f' (of them {chr(44).join(groups)})' if groups else ''}"


def who(by: Perpetrator) -> str:
    """The candidates; ``?`` is a name that no actor has."""
    return " or ".join(by.actors)
