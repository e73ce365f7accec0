"""How is a table read that no mapping knows?

A proposal: what each column seems to be, the mapping that follows, what stays open, and the first rows read by it with the
reader of `litany run`, so that what is shown is what will happen. Nothing is kept here; a person saves it.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from litany.documents.rows import Table
from litany.errors import MappingError, UnknownValue
from litany.statements.codebook import Codebook
from litany.statements.mapping import load
from litany.statements.mapping_spec import Mapping
from litany.statements.mapping_toml import write
from litany.statements.propose_around import Kind, Told
from litany.statements.propose_build import Wanted, build
from litany.statements.propose_preview import Preview, preview
from litany.statements.propose_profile import Sample, missing_words, profiles, sample
from litany.statements.propose_roles import Seen, Toll, forced_role, seen
from litany.statements.propose_set import Change, apply, changes
from litany.statements.reading import settle
from litany.values.actors import Actors
from litany.values.date_words import Order
from litany.values.places import Gazetteer
from litany.values.terms import Harm

NO_HARM = (
    "nothing here says that anybody was killed, injured, displaced, detained or disappeared: no statement is proposed. Aid and "
    "need are a later part of Litany. If the list as a whole is a list of killed people, say so with --set harm=killed"
)


class MappedColumn(Struct, frozen=True):
    """What was understood of one column. ``unit`` says what a number counts; ``left`` why the column is not used."""

    column: str
    role: str | None
    used: bool
    score: float
    reasons: tuple[str, ...]
    unit: str | None
    left: str | None


class Mapped(Struct, frozen=True):
    """How a table would be read. ``known``: a mapping knows it already; ``text`` is the mapping as TOML, if there is one.

    ``questions`` are what a person must say before it is whole, ``notes`` what a person should know.
    """

    file: str
    sheet: str | None
    mapping: str | None
    known: bool
    kind: str | None
    complete: bool
    columns: tuple[MappedColumn, ...]
    questions: tuple[str, ...]
    notes: tuple[str, ...]
    preview: Preview | None
    text: str | None
    saved: str | None = None


class Asked(Struct, frozen=True):
    """What the person said: names, a codebook, and settings as KEY=VALUE."""

    name: str
    title: str
    source: str
    codebook: Codebook = Codebook()
    settings: tuple[str, ...] = ()


def propose(table: Table, file: str, asked: Asked, actors: Actors, places: Gazetteer) -> Mapped:
    """A mapping for a table that no mapping knows. Raises MappingError for a setting that fits nothing."""
    wanted = [change for text in asked.settings for change in changes(text)]
    looked = sample(table.rows())
    header = table.sheet.header
    missing = missing_words(looked.rows)
    found = profiles(header, looked.rows, missing, actors, places)
    forced = _roles(wanted, header)
    columns = seen(found, table.sheet.tags, asked.codebook, forced)
    told = Told(header, columns, {one.column: one for one in found}, missing, asked.codebook, actors, places, looked.rows)
    made = build(told, Wanted(asked.name, asked.title, asked.source, _harm(wanted), _kind(wanted)))
    notes = (*table.sheet.notes, *made.notes)
    if made.mapping is None:
        questions = (NO_HARM, *made.questions) if made.kind is Kind.NO_HARM else made.questions
        shown = tuple(_column(one) for one in made.seen)
        return Mapped(file, table.sheet.sheet, None, False, made.kind.value, False, shown, questions, notes, None, None)
    mapping = apply(made.mapping, _edits(wanted), header)
    text = write(mapping, made.comments)
    mapping = load(text, f"the proposal for {file}").mapping
    said = {key for change in wanted for key in (change.key, change.key.split(".")[0])}
    questions = tuple(one for one in made.questions if not _answered(one, said, mapping))
    read = preview(mapping, header, looked, actors, places, file, _orders(mapping, table))
    if not read.with_statement:
        questions = (*questions, "none of the rows that were looked at gives a statement")
    return Mapped(
        file, table.sheet.sheet, mapping.name, False, made.kind.value, not questions, tuple(_column(one) for one in made.seen),
        questions, notes, read, text,
    )  # fmt: skip


def check(
    table: Table, file: str, mapping: Mapping, text: str, settings: Sequence[str], actors: Actors, places: Gazetteer
) -> Mapped:
    """How a table is read with a mapping that knows it, changed by settings where there are any."""
    header = table.sheet.header
    if settings:
        mapping = apply(mapping, _edits([change for one in settings for change in changes(one)]), header)
        text = write(mapping)
        mapping = load(text, mapping.name).mapping
    looked: Sample = sample(table.rows())
    read = preview(mapping, header, looked, actors, places, file, _orders(mapping, table))
    questions = () if read.with_statement else ("none of the rows that were looked at gives a statement",)
    return Mapped(
        file, table.sheet.sheet, mapping.name, True, None, not questions, (), questions, tuple(table.sheet.notes), read, text
    )  # fmt: skip


def _orders(mapping: Mapping, table: Table) -> dict[str, Order]:
    """As the reading settles it: by the whole column."""
    return {column: shown.order for column, shown in settle(mapping, table).items() if shown.order is not None}


def _roles(wanted: Sequence[Change], header: Sequence[str]) -> dict[str, str]:
    made = {change.key.removeprefix("role."): change.value for change in wanted if change.key.startswith("role.")}
    for column, role in made.items():
        if column not in header:
            raise MappingError(f"--set role.{column}: the table has no such column; its columns are {', '.join(header)}")
        forced_role(role)
    return made


def _harm(wanted: Sequence[Change]) -> Harm | None:
    said = [change.value for change in wanted if change.key == "harm"]
    if said and said[-1] not in set(Harm):
        raise UnknownValue(f"{said[-1]!r} is no harm; the harms are {', '.join(Harm)}", said[-1])
    return Harm(said[-1]) if said else None


def _kind(wanted: Sequence[Change]) -> Kind | None:
    said = [change.value for change in wanted if change.key == "kind"]
    kinds = [kind.value for kind in Kind if kind is not Kind.NO_HARM]
    if said and said[-1] not in kinds:
        raise UnknownValue(f"{said[-1]!r} is no kind of table; the kinds are {', '.join(kinds)}", said[-1])
    if said:
        return Kind(said[-1])
    # Who says that a list as a whole is one of killed people speaks of people, one a row.
    return None


def _edits(wanted: Sequence[Change]) -> list[Change]:
    return [change for change in wanted if change.key not in ("harm", "kind") and not change.key.startswith("role.")]


def _answered(question: str, said: set[str], mapping: Mapping) -> bool:
    """Has the person said by a setting what a question asks for?"""
    for key in ("sex", "age_group", "status"):
        if f"{key}.values." in question and any(one.startswith(f"{key}.values") for one in said):
            return True
    for key in ("when", "died"):
        if f"{key}.column=" in question and any(getattr(one, key) is not None for one in mapping.statement) and key in said:
            return True
        if f"{key}.order" in question and any(one.startswith((f"{key}.formats", f"{key}.order")) for one in said):
            return True
    return False


def _column(one: Seen) -> MappedColumn:
    return MappedColumn(one.column, one.role, one.used, one.score, one.reasons, _unit(one), one.left)


def _unit(one: Seen) -> str | None:
    if not isinstance(one.toll, Toll):
        return None
    what = "people harmed" if one.toll.harm is None else f"people {one.toll.harm.value}"
    group = f", {one.toll.group}" if one.toll.group else ""
    end = {"low": ", at least", "high": ", at most"}.get(one.toll.end, "")
    return f"number of {what}{group}{end}"
