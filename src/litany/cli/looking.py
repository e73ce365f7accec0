"""The command that shows what tables a file holds, before it is added to any case."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from msgspec import Struct

from litany.cli.common import as_json, echo_json, on_one_line, plain, some
from litany.documents.locator import Locator
from litany.documents.tables import Table, open_tables
from litany.types.records import Problem

_ROWS, _SHOWN, _COLUMNS, _WIDTH = 3, 12, 200, 60


class Sample(Struct, frozen=True):
    """A row: where it stands, in words, and its cells by column."""

    where: str
    cells: dict[str, str]


class Looked(Struct, frozen=True):
    """A table of a file. ``pages`` are those of a PDF on which rows of it stand; ``form`` is None for CSV and workbooks."""

    sheet: str | None
    form: str | None
    area: str | None
    pages: tuple[int, ...]
    columns: tuple[str, ...]
    tags: tuple[str, ...]
    rows: int
    first: tuple[Sample, ...]
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@as_json
def tables(file: Path, as_json: bool) -> None:
    """Show every table in FILE: where it stands, its columns, its first rows, and what was odd. Needs no case."""
    with file.open("rb") as opened:
        found = [_look(table) for table in open_tables(opened, file.name)]
    if as_json:
        echo_json(found)
        return
    for one in found:
        _show(file.name, one)


def _look(table: Table) -> Looked:
    count, pages, first = 0, set[int](), list[Sample]()
    for row in table.rows():
        count += 1
        pages.update(spot.page for spot in row.spots if spot.page is not None)
        if len(first) < _ROWS:
            where = Locator(row=row.row, sheet=table.sheet.sheet, spots=row.spots).show()
            first.append(Sample(where, dict(zip(table.sheet.header, row.cells, strict=False))))
    sheet = table.sheet
    return Looked(
        sheet=sheet.sheet,
        form=sheet.form,
        area=sheet.area,
        pages=tuple(sorted(pages)),
        columns=sheet.header,
        tags=sheet.tags,
        rows=count,
        first=tuple(first),
        notes=sheet.notes,
        problems=tuple(table.problems),
    )


def _show(name: str, one: Looked) -> None:
    where = [part for part in (one.sheet, one.area) if part]
    if one.pages:
        where.append(f"page {one.pages[0]}" if len(one.pages) == 1 else f"pages {one.pages[0]} to {one.pages[-1]}")
    click.echo(f"{on_one_line(', '.join([name, *where]))}: {some(one.rows, 'row')}, {some(len(one.columns), 'column')}")
    for place, column in enumerate(one.columns[:_COLUMNS]):
        tag = one.tags[place] if place < len(one.tags) else ""
        click.echo(f"  {on_one_line(column)}{' ' + on_one_line(tag) if tag else ''}")
    if len(one.columns) > _COLUMNS:
        click.echo(f"  … and {len(one.columns) - _COLUMNS:,} columns more: --json lists all")
    for sample in one.first:
        click.echo(f"\n  {on_one_line(sample.where)}")
        for column, cell in sample.cells.items():
            if cell.strip():
                click.echo(f"    {on_one_line(column)}: {on_one_line(_short(cell))}")
    _odd([*one.notes, *(_told(problem) for problem in one.problems)])
    click.echo()


def _odd(told: Sequence[str]) -> None:
    if told:
        click.echo("\n  odd:")
    for text in told[:_SHOWN]:
        click.echo(plain(f"  - {text}"))
    if len(told) > _SHOWN:
        click.echo(f"  … and {len(told) - _SHOWN} more: --json lists all")


def _short(cell: str) -> str:
    text = " ".join(cell.split())
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}…"


def _told(problem: Problem) -> str:
    rows = problem.rows or ("" if problem.row is None else str(problem.row))
    parts = [f"row {rows}" if rows else "", f"column {problem.column}" if problem.column else ""]
    value = f" “{_short(problem.value)}”" if problem.value else ""
    where = ", ".join(part for part in parts if part)
    return f"{where}{': ' if where else ''}{problem.reason}{value}"
