"""The command that tells of each list what it covers, how complete it is and what of it was not read."""

from __future__ import annotations

from pathlib import Path

import click
from msgspec.structs import replace
from rich.table import Table

from litany.cli.common import as_json, case_at, echo_json, on_one_line, plain, show_table, some
from litany.errors import NotFound
from litany.registry.lists import Field, ListReport, SourceReport, Unread
from litany.registry.lists import lists as all_lists
from litany.steps import run as steps

_SHOWN = 12


@click.command()
@click.option("--source", help="Only of this source.")
@as_json
@click.pass_obj
def lists(folder: Path, source: str | None, as_json: bool) -> None:
    """Report by list: what it says that it covers, how complete each field is, and what was not read."""
    with case_at(folder) as case:
        found = all_lists(case, steps.names(case))
    if source is not None:
        known = sorted({spoken.source for one in found for spoken in one.sources})
        if source not in known:
            raise NotFound(f"no list of {source!r} was read here; there are {', '.join(known) or 'none'}")
        only = ((one, tuple(spoken for spoken in one.sources if spoken.source == source)) for one in found)
        found = tuple(replace(one, sources=spoken) for one, spoken in only if spoken)
    if as_json:
        echo_json(found)
        return
    for one in found:
        _show(one)


def _show(one: ListReport) -> None:
    said = f"{some(one.rows, 'row')}, {some(one.statements, 'statement')}, {some(one.unread, 'row')} without one"
    click.echo(f"{on_one_line(one.name)}: {said}")
    for problem in one.problems[:_SHOWN]:
        click.echo(plain(f"  {_unread(problem)}"))
    if len(one.problems) > _SHOWN:
        click.echo(f"  … and {len(one.problems) - _SHOWN} more kinds of problem: litany problems")
    for source in one.sources:
        _show_source(source)


def _show_source(one: SourceReport) -> None:
    people = f", {one.people:,} of them of one person each" if one.people else ""
    click.echo(f"\n{on_one_line(one.title)} ({on_one_line(one.source)}): {some(one.statements, 'statement')}{people}")
    click.echo(plain(f"  says that it covers: {_covers(one)}"))
    click.echo(f"  dated to the day: {one.first} to {one.last}" if one.first else "  no incident is dated to the day")
    table = Table("field", "stated", "of", "how")
    for field in one.fields:
        table.add_row(field.field, f"{field.stated:,}", f"{field.of:,}", _ways(field))
    show_table(table)
    click.echo()


def _covers(one: SourceReport) -> str:
    coverage = one.coverage
    if coverage is None:
        return "nothing declared"
    days = f"{coverage.first or 'the beginning'} to {coverage.last or 'now'}"
    parts = [days, *(", ".join(words) for words in (coverage.places, coverage.harms, coverage.statuses) if words)]
    if coverage.perpetrators:
        parts.append(f"only what was done by {', '.join(coverage.perpetrators)}")
    if coverage.threshold:
        parts.append(coverage.threshold)
    return f"{'; '.join(parts)} (claimed by {coverage.claimed_by or 'nobody'})"


def _ways(field: Field) -> str:
    return "; ".join(f"{way} {count:,}" for way, count in field.ways.items())


def _unread(one: Unread) -> str:
    where = f"column {one.column}: " if one.column else ""
    return f"{where}{one.reason} ({some(one.count, 'time')}; {'the row was kept' if one.kept else 'the row gave no statement'})"
