"""How does a statement look to a person or a program outside: what it says, in which words, where they stand?

The shape of ``litany statements --json`` (docs/reference/json.md): one object a line.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from litany import ids
from litany.documents.locator import Locator
from litany.statements.quotes import Quotes
from litany.store.store import Row
from litany.types.records import Reading
from litany.types.statement import Perpetrator, Person, Speaker, Statement, Toll, When, Where
from litany.values import dates
from litany.values.terms import Harm, Level, Means, Modality


class Days(Struct, frozen=True, omit_defaults=True):
    """A date with its first and last possible day as ISO days."""

    edtf: str
    earliest: str | None = None
    latest: str | None = None
    precision: int | None = None
    text: str | None = None
    local_time: str | None = None
    basis: str | None = None


class View(Struct, frozen=True, kw_only=True):
    """One statement; ``victims`` is a toll or a person."""

    id: str
    document: str
    locator: Locator
    quote: str | None
    source: str
    facet: str
    speakers: tuple[Speaker, ...]
    modality: Modality
    level: Level
    harm: Harm
    victims: Toll | Person | None
    actors: Perpetrator | None
    when: Days | None
    where: Where | None
    means: Means | None
    means_text: str | None = None
    died: Days | None = None
    note: str | None = None


_decoder = msgspec.json.Decoder(Statement)


def view(quotes: Quotes, reading: Reading, row: Row) -> View | None:
    """One stored statement; None where it was withdrawn."""
    if row.body is None:
        return None
    statement = _decoder.decode(row.body)
    quoted = quotes.of(reading, row, statement)
    return View(
        id=ids.show(row.id), document=reading.document, locator=quoted.locator, quote=quoted.words,
        source=statement.source, facet=statement.facet, speakers=statement.speakers, modality=statement.modality,
        level=statement.level, harm=statement.harm, victims=statement.person or statement.toll, actors=statement.by,
        when=days(statement.when), where=statement.where, means=statement.means, means_text=statement.means_text,
        died=days(statement.died), note=statement.note,
    )  # fmt: skip


def days(when: When | None) -> Days | None:
    """A date of a statement with ISO days."""
    if when is None:
        return None
    first, last = (None if end is None else dates.show(end) for end in (when.earliest, when.latest))
    return Days(when.edtf, first, last, when.precision, when.text, when.local_time, when.basis)
