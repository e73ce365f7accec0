"""What does the case say, in one file that a stranger can read, print and check against the case?

The file needs no network and no program but a browser. It is a function of the case's state, its settings and the versions of
what it was made with: writing it again gives the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from litany.case.case import Case
from litany.counts import figures
from litany.counts.count import Counted, Counter
from litany.publish import incidents, render, sources, state, tables, unread
from litany.publish.asked import Asked, Headlined, asked
from litany.publish.explained import Explanation, Explanations
from litany.publish.incidents import Incidents
from litany.publish.phrase import Phrase, phrase
from litany.publish.safe import Names
from litany.publish.sources import Described
from litany.publish.state import State
from litany.publish.tables import Line, Maker, Table
from litany.publish.unread import DocumentRead
from litany.types.figure import Figure
from litany.types.scope import SCOPE_VERSION, Scope, admitted
from litany.values.terms import GRADE_ORDER, Harm

Progress = Callable[[str, int, int | None], None]


class Headline(Struct, frozen=True):
    """One of the figures that open the report; ``apart`` has one row a source where it is refused or an envelope."""

    title: str
    figure: Figure
    phrase: Phrase
    refused: str | None
    scope: str
    notes: tuple[str, ...]
    apart: tuple[Line, ...]
    table: Table | None


class Method(Struct, frozen=True):
    """By which rules the figures were made."""

    rules: str
    scope_version: int
    admitted: str
    grades: tuple[str, ...]
    seed: int


class Page(Struct, frozen=True):
    """All that the template prints."""

    title: str
    state: State
    headlines: tuple[Headline, ...]
    scope: str
    tables: tuple[Table, ...]
    incidents: Incidents
    sources: tuple[Described, ...]
    documents: tuple[DocumentRead, ...]
    method: Method
    explanations: tuple[Explanation, ...]


def write(case: Case, counter: Counter, path: Path, progress: Progress = lambda *_: None) -> Path:
    """Write the report of the counter's state of the case to ``path``.

    Raises CaseError when case.toml asks for a figure that cannot be understood, Withheld when it asks for an exact site.
    """
    text = render.html(page(case, counter, progress))
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.write_text(text, "utf-8", newline="\n")
    half.replace(path)  # a reader never sees half a report
    return path


def page(case: Case, counter: Counter, progress: Progress = lambda *_: None) -> Page:
    """Everything that the report says. Raises CaseError or Withheld."""
    names = Names(counter.register)
    wanted = asked(counter, names)
    explanations = Explanations(counter, names)
    maker = Maker(counter, names, explanations)
    total = len(wanted.headlines) + 2
    headlines = []
    for done, one in enumerate(wanted.headlines):
        progress("report", done, total)
        headlines.append(_headline(counter, names, explanations, maker, one, done))
    progress("report", total - 2, total)
    counted = counter.count(wanted.tables, [*tables.AXES, "source"])
    scope = names.words(counted.figure.scope)
    explanations.whole("The scope of the tables", counted.figure, wanted.tables)
    harm = wanted.tables.harm.value.replace("-", " ").capitalize()
    made = tuple(maker.table(axis, axis, harm, counted, wanted.tables) for axis in tables.AXES)
    spoken = sources.sources(counter, names, maker, counted, wanted.tables)
    progress("report", total - 1, total)
    shown = _incidents(counter, names, wanted, counted)
    progress("report", total, total)
    return Page(
        title=counter.register.world.settings.case.title,
        state=state.state(case, counter.register),
        headlines=tuple(headlines),
        scope=scope,
        tables=made,
        incidents=shown,
        sources=spoken,
        documents=unread.documents(case, counter.register, names),
        method=_method(counter),
        explanations=explanations.all(),
    )


def _headline(
    counter: Counter, names: Names, explanations: Explanations, maker: Maker, wanted: Headlined, number: int
) -> Headline:
    counted = counter.count(wanted.scope, [wanted.by] if wanted.by else [])
    figure = counted.figure
    explanations.whole(wanted.title, figure, wanted.scope)
    table = maker.table(f"headline-{number}", wanted.by, wanted.title, counted, wanted.scope) if wanted.by else None
    return Headline(
        title=wanted.title,
        figure=figure,
        phrase=phrase(figure),
        refused=None if figure.refused is None else names.words(figure.refused),
        scope=names.words(figure.scope),
        notes=names.notes(figure.evidence.notes),
        apart=maker.apart(wanted.title, counted, wanted.scope),
        table=table,
    )


def _incidents(counter: Counter, names: Names, wanted: Asked, counted: Counted) -> Incidents:
    same = wanted.incidents == wanted.tables
    figure = counted.figure if same else counter.figure(wanted.incidents)
    return incidents.incidents(counter, names, wanted.incidents, figure)


def _method(counter: Counter) -> Method:
    return Method(
        rules=figures.rules(counter.register),
        scope_version=SCOPE_VERSION,
        admitted=admitted(Scope(harm=Harm.KILLED)),
        grades=tuple(grade.value for grade in GRADE_ORDER),
        seed=counter.register.world.settings.case.seed,
    )
