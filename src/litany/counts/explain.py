"""On which words in which bytes does this figure rest, and does it still come out the same?

The chain runs from the figure through its recipe (scope, rules, state of the case, settings) to incidents, their statements
with quoted words and places, the documents with sha256, and the lines of custody. The number is made again from the recipe
and compared with the one that was kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
import polars as pl
from msgspec import Struct

from litany import ids
from litany.case.case import Case
from litany.counts import count, figures
from litany.counts.count import Counter
from litany.counts.incidents import Evaluated
from litany.counts.related import Echo, Related, echoes, related
from litany.errors import NotFound
from litany.registry import voices, world
from litany.registry.build import EXCLUSIONS, Register
from litany.registry.columns import GRADES
from litany.registry.world import World
from litany.statements.quotes import Quotes
from litany.statements.view import View, view
from litany.store import rows as store_rows
from litany.types.figure import Figure
from litany.types.records import Capture, Correction, Document, Judgement, Recipe

SHOWN = 20


class Line(Struct, frozen=True):
    """A line of custody: in ``custody/<installation>.jsonl`` it is line ``n``."""

    installation: str
    n: int
    at: str
    act: str


class Stated(Struct, frozen=True):
    """A statement, how it enters (``counted``, or why it does not), and the custody of its reading."""

    statement: View
    role: str
    custody: Line


class Happened(Struct, frozen=True):
    """An incident as counted: truths of the scope, tolls on it, grade, statements. ``share``: of the draws of the linkage that
    hold exactly these statements and victims as one incident (1 where nothing is drawn). ``parts``: incidents that it tells as
    one: they are counted on their own, and its tolls are what they leave; ``part_of``: those that tell it so. ``one_voice``:
    which of its statements repeat each other.
    """

    incident: int
    in_scope: str  # certain, best (more sources than not), possible
    low: int
    best: int
    high: int
    grade: str
    share: float
    statements: tuple[Stated, ...]
    parts: tuple[Related, ...] = ()
    part_of: tuple[Related, ...] = ()
    one_voice: tuple[Echo, ...] = ()


class Preserved(Struct, frozen=True):
    """A document behind the statements that are shown."""

    sha256: str
    size: int
    names: tuple[str, ...]
    sources: tuple[str, ...]
    published: tuple[str, ...]
    custody: Line


class Decided(Struct, frozen=True):
    """A judgement or correction that touches an incident that is shown."""

    id: str
    what: str
    who: str | None
    at: str
    why: str
    undoes: str | None = None


class _At(NamedTuple):
    """Where a statement of the register stands, as numbers of its legend."""

    n: int
    incident: int
    doc: int
    sheet: int
    row: int
    facet: int
    excluded: int | None
    grade: int


class Explained(Struct, frozen=True):
    """The whole chain. ``incidents`` are the largest ones; ``more`` says how many are not shown.

    ``again`` is the figure as it comes out now; ``trouble`` says why it could not be made, or that it differs.
    """

    figure: Figure
    recipe: Recipe
    again: Figure | None
    trouble: str | None
    incidents: tuple[Happened, ...] = ()
    more: int = 0
    documents: tuple[Preserved, ...] = ()
    decisions: tuple[Decided, ...] = ()


def explain(case: Case, id_: bytes, limit: int | None = SHOWN, known: Counter | None = None) -> Explained:
    """The chain of a figure; ``known`` spares the work when it counts the same state. Raises NotFound."""
    recipe, data = case.store.recipe(id_)
    figure = msgspec.json.decode(data, type=Figure)
    try:
        counter = _counter(case, recipe, known)
    except NotFound as problem:
        return Explained(figure, recipe, None, f"the figure cannot be made again: {problem}")
    scope = counter.scope(recipe.scope)
    answer = counter.answer(scope)
    again = figures.figure(answer.told, scope, figure.id)
    trouble = _trouble(case, recipe, figure, again, counter.register)
    shown = _largest(answer.told.table, limit)
    quotes = Quotes(case)
    try:
        happened, anchors, documents = _incidents(case, counter.register, answer.evaluated, shown, quotes)
    finally:
        quotes.close()
    return Explained(
        figure, recipe, again, trouble, tuple(happened), answer.told.table.height - shown.height,
        tuple(_documents(case, documents)), tuple(_decisions(case, anchors)),
    )  # fmt: skip


def _largest(table: pl.DataFrame, limit: int | None) -> pl.DataFrame:
    """The incidents that add the most to high, then to best; all of them where there is no limit."""
    if limit is not None and table.height > limit:
        # The rows that can be among the largest, so that a few hundred thousand need not be sorted for twenty.
        table = table.filter(pl.col("add_high") >= table["add_high"].top_k(limit).min())
    ordered = table.sort("add_high", "add_best", "incident", descending=[True, True, False])
    return ordered if limit is None else ordered.head(limit)


def _counter(case: Case, recipe: Recipe, known: Counter | None) -> Counter:
    if known is not None and _same_state(known.register, recipe):
        return known
    now = world.current(case)
    then: World = now if now.record.sha256 == recipe.settings else world.earlier(case, recipe.settings)
    return count.at(case, recipe, then)


def _same_state(register: Register, recipe: Recipe) -> bool:
    return register.head == recipe.head and register.world.record.sha256 == recipe.settings


def _trouble(case: Case, recipe: Recipe, figure: Figure, again: Figure, register: Register) -> str | None:
    if again == figure:
        return None
    reasons = []
    if recipe.rules != figures.rules(register):
        reasons.append(f"it was made by rules {recipe.rules}, these are rules {figures.rules(register)}")
    if recipe.places != register.world.places.version or recipe.actors != register.world.actors.version:
        reasons.append("the built-in places or actors changed since")
    if case.withdrawn() or store_rows.withdrawn(case.store):
        reasons.append("something was withdrawn since")
    return "made again it differs from the figure as kept: " + ("; ".join(reasons) or "no reason is known, please report this")


def _incidents(
    case: Case, register: Register, evaluated: Evaluated, shown: pl.DataFrame, quotes: Quotes
) -> tuple[list[Happened], set[str], list[str]]:
    """The incidents, the ids of their anchors, and the hashes of their documents."""
    spoken = evaluated.spoken.filter(pl.col("incident").is_in(shown["incident"].implode()))
    counted = set(evaluated.admitted.filter(pl.col("incident").is_in(shown["incident"].implode()))["n"])
    by_incident: dict[int, list[_At]] = {}
    for row in map(_At._make, spoken.select(_At._fields).iter_rows()):
        by_incident.setdefault(row.incident, []).append(row)
    happened: list[Happened] = []
    anchors: set[str] = set()
    documents: dict[str, None] = {}
    shared = voices.load(register.path)
    for one in shown.iter_rows(named=True):
        stated: list[Stated] = []
        named: dict[int, str] = {}
        for row in by_incident.get(one["incident"], []):
            for made, anchor in _stated(case, register, quotes, row, row.n in counted):
                stated.append(made)
                named[row.n] = made.statement.id
                anchors.add(anchor)
                documents[made.statement.document] = None
        truth = "certain" if one["certain"] else "best" if one["best"] else "possible"
        grade = GRADES[by_incident[one["incident"]][0].grade]
        share = 1.0 if register.drawn is None else register.drawn.share(one["incident"])
        parts, part_of = related(register, one["incident"])
        happened.append(Happened(
            one["incident"], truth, one["low"], one["middle"], one["high"], grade, share, tuple(stated), parts, part_of,
            echoes(shared, named),
        ))  # fmt: skip
    return happened, anchors, list(documents)


def _stated(case: Case, register: Register, quotes: Quotes, row: _At, counted: bool) -> Iterable[tuple[Stated, str]]:
    document = register.legend.documents[row.doc]
    facet = register.legend.facets[row.facet]
    for reading in (one for one in register.readings if one.reading.document == document):
        for found in store_rows.at_row(case.store, reading.key, row.sheet, row.row):
            made = view(quotes, reading.reading, found)
            if made is not None and made.facet == facet:
                role = "counted" if counted else _why_not(row, made)
                custody = _line(case, store_rows.custody_of(case.store, "statement", found.id))
                yield Stated(made, role, custody), ids.show(store_rows.anchor_id_of(case.store, found.anchor))


def _why_not(row: _At, made: View) -> str:
    if row.excluded is not None:
        return f"not counted: {EXCLUSIONS[row.excluded].value}"
    return f"not counted: {made.modality.value}, {made.level.value}"


def _line(case: Case, key: int) -> Line:
    line = case.store.line_of(key)
    return Line(line.installation, line.n, line.at, line.act)


def _documents(case: Case, wanted: list[str]) -> Iterable[Preserved]:
    captures: dict[str, list[Capture]] = {}
    for _, _, capture in case.store.each(Capture):
        captures.setdefault(capture.document, []).append(capture)
    for _, custody, document in case.store.each(Document):
        if document.sha256 in wanted:
            mine = captures.get(document.sha256, [])
            yield Preserved(
                document.sha256,
                document.size,
                tuple(dict.fromkeys(one.name for one in mine)),
                tuple(dict.fromkeys(one.source for one in mine if one.source)),
                tuple(dict.fromkeys(one.published for one in mine if one.published)),
                _line(case, custody),
            )


def _decisions(case: Case, anchors: set[str]) -> Iterable[Decided]:
    for id_, _, judgement in case.store.each(Judgement):
        if judgement.left in anchors or judgement.right in anchors:
            what = "undo" if judgement.verdict is None else f"{judgement.verdict.value} {judgement.about.value}"
            yield Decided(ids.show(id_), what, judgement.who, judgement.at, judgement.why, judgement.undoes)
    for id_, _, correction in case.store.each(Correction):
        if correction.target in anchors:
            detail = (
                correction.exclusion or correction.grade or (correction.field and f"{correction.field} = {correction.value}")
            )
            what = f"{correction.what.value}{f' {detail}' if detail else ''}"
            yield Decided(ids.show(id_), what, correction.who, correction.at, correction.why, correction.undoes)
