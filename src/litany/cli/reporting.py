"""Commands that write the report; apart, because they need the extra ``report``."""

from __future__ import annotations

from pathlib import Path

import click

from litany.cli.common import case_at, err, progress
from litany.counts.count import counter
from litany.publish import report as publishing
from litany.publish.phrase import phrase
from litany.steps import demo as demonstration


@click.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file (default: releases/report.html)."
)
@click.pass_obj
def report(folder: Path, output: Path | None) -> None:
    """Write one self-contained HTML file, safe by default: no names of persons, no exact sites."""
    with case_at(folder) as case, progress() as tell:
        made = publishing.write(case, counter(case), output or case.layout.releases / "report.html", tell)
    click.echo(made)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("demo-case"))
def demo(folder: Path) -> None:
    """Make the built-in case (Myanmar 2021 to 2023) in FOLDER, count, and write its report."""
    with progress() as tell:
        shown = demonstration.make(folder, tell)
    err.print(shown.title, style="bold")
    for title, figure in shown.figures:
        said = phrase(figure)
        click.echo(f"  {title}: {said.number} {said.unit}\n      {said.refused or said.basis}   [{figure.id[:12]}]")
    click.echo(
        f"\nThe report: {shown.report}\nThe case:   {folder} (try: litany -C {folder} explain {shown.figures[0][1].id[:12]})"
    )
