"""Commands about evidence: preserve it, read it, list what it says and what could not be read."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from rich.table import Table

from litany.case.case import Case
from litany.cli.common import as_json, case_at, echo_json, encode, on_one_line, plain, progress, show_table, some, who
from litany.errors import CaseError, NotFound, UnknownValue
from litany.preserve.add import Facts, Outcome
from litany.preserve.add import add as add_files
from litany.registry.active import active
from litany.statements.editions import Changes
from litany.statements.quotes import Quotes
from litany.statements.view import View, view
from litany.steps import run as steps
from litany.store import rows as store_rows
from litany.types.records import Problem, Source

_SHOWN, _EXAMPLES = 12, 5
_REASON = 400  # characters of a reason that are shown: one may list the thousands of columns of a table


@click.command()
@click.argument("origins", nargs=-1, required=True, metavar="FILE|FOLDER|URL...")
@click.option("--source", help="Short name of who speaks in it, for example ucdp-ged.")
@click.option("--published", help="The source's own date of publication (EDTF, for example 2024-06).")
@click.option("--replaces", help="sha256 of an earlier edition that this one restates as a whole.")
@click.option("--note", help="Anything that should stand beside the capture.")
@who
@as_json
@click.pass_obj
def add(
    folder: Path, origins: tuple[str, ...], source: str | None, published: str | None, replaces: str | None,
    note: str | None, who: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Preserve bytes by their sha256, with when, from where and by whom. Exit 1 if anything was refused."""
    facts = Facts(who=who, source=source, published=published, replaces=replaces, note=note)
    if not all(origin.strip() for origin in origins):
        raise CaseError("a name of what to add is empty (an empty variable of the shell?): name a file, folder or URL")
    with case_at(folder) as case:
        outcomes = []
        for outcome in add_files(case, list(origins), facts):
            outcomes.append(outcome)
            if not as_json:
                click.echo(_outcome(outcome), err=outcome.refused is not None)
    if as_json:
        echo_json(outcomes)
    sys.exit(1 if any(one.refused for one in outcomes) else 0)


def _outcome(one: Outcome) -> str:
    if one.refused:
        return f"not added: {on_one_line(one.refused)}"
    return f"{(one.sha256 or '')[:12]}  {on_one_line(one.origin)}  {one.size} bytes{'' if one.new else ', here already'}"


@click.command()
@as_json
@click.pass_obj
def documents(folder: Path, as_json: bool) -> None:
    """List the preserved documents and how far each was read."""
    with case_at(folder) as case:
        names, read = steps.names(case), {one.reading.document: one.reading for one in active(case)}
        rows = [
            {
                "sha256": document.sha256,
                "size": document.size,
                "name": names.get(document.sha256),
                "rows": read[document.sha256].rows if document.sha256 in read else None,
                "statements": read[document.sha256].statements if document.sha256 in read else None,
                "unread": read[document.sha256].unread if document.sha256 in read else None,
            }
            for document in steps.documents_here(case)
        ]
    if as_json:
        echo_json(rows)
        return
    table = Table("sha256", "name", "bytes", "rows", "statements", "unread rows")
    for row in rows:
        shown = ["" if value is None else str(value) for value in (row["size"], row["rows"], row["statements"], row["unread"])]
        table.add_row(str(row["sha256"])[:16], on_one_line(str(row["name"] or "")), *shown)
    show_table(table)


@click.command()
@click.option("--mapping", help="Read documents that are unread with this mapping, whatever their headers say.")
@as_json
@click.pass_obj
def run(folder: Path, mapping: str | None, as_json: bool) -> None:
    """Read what is unread and rebuild what is stale. Exit 1 if a document or a row could not be read."""
    with case_at(folder) as case, progress(as_json) as tell:
        ran = steps.run(case, mapping, tell)
    if as_json:
        echo_json(ran)
    else:
        for one in ran.documents:
            _show_read(one)
        for note in ran.notes:
            click.echo(plain(f"note: {note}"))
        click.echo(f"The register is {'built' if ran.built else 'fresh'}: derived/{ran.generation}")
    sys.exit(0 if ran.complete else 1)


def _show_read(one: steps.DocumentRead) -> None:
    if one.refused:
        why = one.refused if one.name in one.refused else f"{one.name}: {one.refused}"
        click.echo(plain(f"not read: {why.replace(one.name, on_one_line(one.name))}"), err=True)
        return
    said = f"{some(one.rows, 'row')}, {some(one.statements, 'statement')}, {some(one.unread, 'row')} without one"
    click.echo(f"{on_one_line(one.name)}: {said}" + ("" if one.done else " (read before)"))
    changed = one.changes
    if changed is not None and one.done:
        _show_changes(changed)
    for problem in one.problems[:_SHOWN] if one.done else ():
        click.echo(plain(f"  {_problem(problem)}"))
    if one.done and len(one.problems) > _SHOWN:
        click.echo(f"  … and {len(one.problems) - _SHOWN} more kinds of problem: litany problems")


def _show_changes(changed: Changes) -> None:
    click.echo(
        f"  against the reading {changed.against[:12]}: {some(changed.new.count, 'row')} new, {changed.same.count:,} the same, "
        f"{changed.changed.count:,} changed, {changed.vanished.count:,} vanished"
    )
    for word, change in (("changed", changed.changed), ("vanished", changed.vanished)):
        if change.count:
            more = f" and {change.count - _EXAMPLES:,} more (--json)" if change.count > _EXAMPLES else ""
            click.echo(plain(f"    {word}: {', '.join(change.examples[:_EXAMPLES])}{more}"))


def _problem(one: Problem) -> str:
    where = [f"sheet {one.sheet}"] if one.sheet else []
    if one.row is not None:
        where.append(f"row {one.rows or one.row}"[:80])
    if one.column:
        where.append(f"column {one.column}")
    value = "" if one.value is None else f" {one.value[:60]!r}"
    lost = "" if one.kept else " [the row gave no statement]"
    reason = one.reason if len(one.reason) <= _REASON else f"{one.reason[:_REASON]}… (litany problems --json shows all of it)"
    return f"{', '.join(where) or 'the table'}:{value} {reason}{lost}{f' ({one.count} times)' if one.count > 1 else ''}"


@click.command()
@as_json
@click.pass_obj
def problems(folder: Path, as_json: bool) -> None:
    """List every row and value that could not be read as given: file, row, column, value, reason."""
    with case_at(folder) as case:
        names = steps.names(case)
        found = [(names.get(one.reading.document, one.reading.document[:12]), one.reading) for one in active(case)]
    for name, reading in found:
        for problem in reading.problems:
            if as_json:
                click.echo(encode({"document": reading.document, "name": name, "problem": problem}))
            else:
                click.echo(f"{on_one_line(name)}: {plain(_problem(problem))}")


@click.command()
@click.option("--document", help="Only of the document whose sha256 begins so.")
@click.option("--source", help="Only of this source.")
@click.option("--limit", type=click.IntRange(min=0), help="At most so many.")
@as_json
@click.pass_obj
def statements(folder: Path, document: str | None, source: str | None, limit: int | None, as_json: bool) -> None:
    """List statements of the readings that count, with quoted words and places; JSON is one object a line."""
    with case_at(folder) as case:
        for number, one in enumerate(_views(case, document, source)):
            if limit is not None and number >= limit:
                break
            click.echo(encode(one) if as_json else plain(_one_line(one)))


def _views(case: Case, document: str | None, source: str | None) -> Iterator[View]:
    known = {record.slug for _, _, record in case.store.each(Source)}
    if document is not None and not any(one.sha256.startswith(document) for one in steps.documents_here(case)):
        raise NotFound(f"no document here has a sha256 that begins with {document!r} (`litany documents` lists them)")
    quotes = Quotes(case)
    try:
        for one in active(case):
            if document is not None and not one.reading.document.startswith(document):
                continue
            for row in store_rows.of_readings(case.store, [one.key]):
                made = view(quotes, one.reading, row)
                if made is not None:
                    known.add(made.source)
                    if source in (None, made.source):
                        yield made
    finally:
        quotes.close()
    if source is not None and source not in known:
        said = ", ".join(sorted(known)) or "none"
        raise UnknownValue(f"{source!r} is no source that was read here; the sources are {said}", source)


def _one_line(one: View) -> str:
    when = "no date" if one.when is None else one.when.edtf
    where = "no place" if one.where is None else one.where.text
    said = f"{one.id[:12]}  {one.source}  {one.harm.value} ({one.modality.value})  {when}  {where}"
    return f"{said}\n    {one.locator.show()}: {one.quote}"
