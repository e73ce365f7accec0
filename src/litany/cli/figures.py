"""Commands that print figures: count and explain."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec
from rich.table import Table

from litany import ids
from litany.case.case import Case
from litany.cli.common import as_json, case_at, echo_json, err, plain, show, show_table, some
from litany.counts import count as counting
from litany.counts import explain as explaining
from litany.counts.breakdown import AXES_OF_GROUPS
from litany.counts.count import Counted, Row
from litany.counts.explain import Explained
from litany.errors import LitanyError, ScopeError
from litany.registry.active import active
from litany.statements.quotes import Quotes
from litany.statements.view import View, view
from litany.steps.run import documents_here
from litany.store import rows as store_rows
from litany.store.store import KINDS
from litany.types.figure import Figure


@click.command()
@click.argument("scope", nargs=-1, required=True)
@click.option(
    "--by", "by", multiple=True, help=f"Break down by one or more of {', '.join(AXES_OF_GROUPS)} (with commas, or again)."
)
@as_json
@click.pass_obj
def count(folder: Path, scope: tuple[str, ...], by: tuple[str, ...], as_json: bool) -> None:
    """Count on SCOPE, for example: killed civilian in:MM 2021-02-01..2023-12-31. Exit 1 when the number is refused."""
    axes = list(dict.fromkeys(axis.strip() for axis in ",".join(by).split(",") if axis.strip()))
    if by and not axes:
        raise ScopeError(f"--by names nothing: counts are broken down by {', '.join(AXES_OF_GROUPS)}")
    for axis in axes:
        if axis not in AXES_OF_GROUPS:
            raise ScopeError(f"counts are broken down by {', '.join(AXES_OF_GROUPS)}, not by {axis!r}")
    with case_at(folder) as case:
        counter, asked = counting.asked(case, " ".join(scope))
        counted = counter.count(asked, axes)
        unread = _unread(case)
    if as_json:
        echo_json(_shape(counted))
    else:
        _show(counted)
    if unread:
        err.print(f"Not read, and not in these figures: {some(unread, 'preserved document')} (litany run)")
    sys.exit(1 if counted.figure.refused else 0)


def _unread(case: Case) -> int:
    read = {one.reading.document for one in active(case)}
    return sum(1 for document in documents_here(case) if document.sha256 not in read)


def _shape(counted: Counted) -> dict[str, object]:
    """The figure, with its breakdowns beside it (docs/reference/json.md)."""
    made: dict[str, object] = msgspec.structs.asdict(counted.figure)
    if counted.rows:
        made["by"] = counted.rows
    if counted.per_source:
        made["per_source"] = counted.per_source
    return made


def _show(counted: Counted) -> None:
    _show_figure(counted.figure)
    for axis, rows in counted.rows.items():
        _show_rows(f"by {axis}", rows)
    if counted.per_source:
        _show_rows("per source", counted.per_source)


def _show_figure(figure: Figure) -> None:
    show(figure.scope, "bold")
    if figure.refused:
        show(f"  no number: {figure.refused}")
    else:
        ends = f"low {_n(figure.low)}   best {_n(figure.best)}   high {_n(figure.high)}"
        show(f"  {ends}   {figure.unit}")
    evidence = figure.evidence
    if not figure.refused:
        show(f"  basis {figure.basis}: {figure.rule}")
    show(
        f"  from {some(evidence.incidents, 'incident')}, {some(evidence.statements, 'statement')}, "
        f"{', '.join(evidence.sources) or 'no source'}; admitted: {evidence.admitted}",
    )
    for note in evidence.notes:
        show(f"  - {note}")
    show(f"  id {figure.id}   (litany explain {figure.id[:12]})")


def _show_rows(title: str, rows: Sequence[Row]) -> None:
    table = Table(title.capitalize(), "low", "best", "high", "basis", "id", title_justify="left")
    for column in table.columns[1:4]:
        column.justify = "right"
    for row in rows:
        figure = row.figure
        ends = ("refused", "", "") if figure.refused else (_n(figure.low), _n(figure.best), _n(figure.high))
        table.add_row(plain(row.label), *ends, figure.basis.value, figure.id[:12])
    show_table(table)


def _n(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


@click.command()
@click.argument("id_", metavar="ID")
@click.option("--all", "everything", is_flag=True, help=f"All incidents, not only the {explaining.SHOWN} largest.")
@as_json
@click.pass_obj
def explain(folder: Path, id_: str, everything: bool, as_json: bool) -> None:
    """Print the chain behind ID (of a figure, a statement, an anchor or a decision; its beginning is enough)."""
    with case_at(folder) as case:
        kind, found = case.store.find(id_)
        if kind == "figure":
            made = explaining.explain(case, found, None if everything else explaining.SHOWN)
            if as_json:
                echo_json(made)
            else:
                _show_chain(made)
            sys.exit(1 if made.trouble else 0)
        if kind == "kept":
            echo_json(_kept(case, found))
            return
        views = _versions(case, kind, found)
        if as_json:
            echo_json(views)
        else:
            for one in views:
                _show_statement(one, "")


def _kept(case: Case, id_: bytes) -> object:
    for type_ in KINDS.values():
        try:
            return {"id": ids.show(id_), "kind": type_.__name__.lower(), "record": case.store.get(id_, type_)}
        except LitanyError as problem:
            wrong = problem
    raise wrong


def _versions(case: Case, kind: str, id_: bytes) -> list[View]:
    row = store_rows.with_id(case.store, id_) if kind == "statement" else None
    rows = store_rows.on_anchor(case.store, id_) if row is None else [row]
    readings = {one.key: one.reading for one in active(case)}
    quotes = Quotes(case)
    try:
        made = [view(quotes, readings[one.reading], one) for one in rows if one.reading in readings]
    finally:
        quotes.close()
    return [one for one in made if one is not None]


def _show_chain(made: Explained) -> None:
    _show_figure(made.figure)
    if made.trouble:
        show(f"  {made.trouble}", "bold")
    recipe = made.recipe
    head = ", ".join(f"{name} line {n} ({digest[:12]}…)" for name, n, digest in recipe.head)
    show(
        f"recipe: rules {recipe.rules}, scope language {recipe.scope_version}, state {head}, settings {recipe.settings[:12]}…, "
        f"places {recipe.places[:12]}…, actors {recipe.actors[:12]}…, seed {recipe.seed}",
    )
    for one in made.incidents:
        show(
            f"\nincident {one.incident}: {one.in_scope} in the scope, low {one.low}, best {one.best}, "
            f"high {one.high}, grade {one.grade}{'' if one.share == 1 else f', so in {one.share:.0%} of the draws'}",
        )
        for part in one.parts:
            show(f"  incident {part.incident} is a part of it, in {part.share:.0%} of the draws: counted on its own")
        for whole in one.part_of:
            show(f"  it is a part of incident {whole.incident}, in {whole.share:.0%} of the draws")
        for echo in one.one_voice:
            show(f"  one voice ({echo.why}): {echo.statements[0][:12]} and {echo.statements[1][:12]}")
        for stated in one.statements:
            _show_statement(stated.statement, f"{stated.role}; custody {stated.custody.installation} line {stated.custody.n}")
    if made.more:
        show(f"\n… and {some(made.more, 'smaller incident')} (--all shows them)")
    for decided in made.decisions:
        said = f"decision {decided.id[:12]}: {decided.what}, {decided.who or 'nobody named'}, {decided.at}: {decided.why}"
        show(said)
    for document in made.documents:
        line = document.custody
        show(
            f"document {document.sha256}\n  {', '.join(document.names)}; {document.size} bytes; custody {line.installation} "
            f"line {line.n}, {line.at}",
        )


def _show_statement(one: View, role: str) -> None:
    speakers = " < ".join(speaker.name for speaker in one.speakers)
    show(f"  {one.id[:12]}  {speakers}  {one.harm.value}, {one.modality.value}  {role}")
    words = "(the words were withdrawn)" if one.quote is None else f"“{one.quote}”"
    show(f"    {one.document[:12]}, {one.locator.show()}\n    {words}")
