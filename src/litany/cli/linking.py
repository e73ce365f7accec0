"""Commands about linkage: what was linked and how surely, what it rests on, and how it compares with right answers."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.table import Table

from litany.cli.common import as_json, case_at, echo_json, encode, on_one_line, plain, progress, show_table, some
from litany.counts.count import counter
from litany.registry.link_report import Compared, Linkage, compared, linkage
from litany.registry.links import Membership, RowLinks, links
from litany.types.records import About

_SHOWN = 40
_ABOUT = click.Choice([one.value for one in About])


@click.command("links")
@click.option("--about", type=_ABOUT, help="Only links about victims, or about incidents.")
@click.option("--all", "everything", is_flag=True, help="Every row, not only those that are linked to another.")
@as_json
@click.pass_obj
def links_(folder: Path, about: str | None, everything: bool, as_json: bool) -> None:
    """List, for every row, its victim and its incident with their probabilities, and with whom it shares them."""
    with case_at(folder) as case, progress() as step:
        found = list(links(case, counter(case, step).register))
    if as_json:
        for one in found:
            click.echo(encode(one))
        return
    wanted = [About(about)] if about else [About.VICTIM, About.INCIDENT]
    for kind in wanted:
        shown = [(one, member) for one in found if (member := _of(one, kind)) is not None and (everything or member.others)]
        _show(kind, shown)


def _of(one: RowLinks, kind: About) -> Membership | None:
    return one.victim if kind is About.VICTIM else one.incident


def _show(kind: About, rows: list[tuple[RowLinks, Membership]]) -> None:
    table = Table(
        "row", kind.value, "probability", "with (share of draws)", title=f"{some(len(rows), 'row')} linked by {kind.value}"
    )
    for one, member in sorted(rows, key=lambda row: (row[1].cluster, row[0].row))[:_SHOWN]:
        others = ", ".join(f"{on_one_line(other.row)} ({other.probability:.2f})" for other in member.others[:4])
        more = f" and {len(member.others) - 4} more" if len(member.others) > 4 else ""
        table.add_row(plain(on_one_line(one.row)), str(member.cluster), f"{member.probability:.2f}", plain(others + more))
    show_table(table)
    if len(rows) > _SHOWN:
        click.echo(f"… and {some(len(rows) - _SHOWN, 'row')} more: --json lists all")


@click.command()
@click.option("--evaluate", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="GOLD",
              help="CSV of right answers: left,right (rows that are the same) or row,cluster.")  # fmt: skip
@click.option("--about", type=_ABOUT, default=About.VICTIM.value, show_default=True, help="What the right answers are about.")
@as_json
@click.pass_obj
def link(folder: Path, evaluate: Path | None, about: str, as_json: bool) -> None:
    """Show what the linkage rests on: keys, learned weights, recall, doubt; or compare it with right answers.

    Rows are named FILE:ROW, as `litany links` names them. Exit 1 if a right answer names a row that is not there.
    """
    with case_at(folder) as case, progress() as step:
        register = counter(case, step).register
        if evaluate is None:
            made = linkage(register)
            echo_json(made) if as_json else _show_linkage(made)
            return
        with evaluate.open(encoding="utf-8-sig", newline="") as lines:
            found = compared(case, register, About(about), lines)
    echo_json(found) if as_json else _show_compared(found)
    sys.exit(1 if found.unknown or found.unread else 0)


def _show_linkage(made: tuple[Linkage, ...]) -> None:
    if not made:
        click.echo("there was nothing to link: one source, whose rows are distinct")
    for one in made:
        click.echo(
            f"{one.about.value}s: {some(one.nodes, 'row')}, {some(one.pairs, 'pair')} worth a look, {one.draws} draws: "
            f"{one.clusters[0]:,} to {one.clusters[2]:,} distinct (best {one.clusters[1]:,})"
        )
        reach = (
            "all pairs were compared"
            if one.keys_reach is None
            else f"the keys reach an estimated {one.keys_reach:.1%} of true pairs"
        )
        click.echo(f"  {reach}; {some(one.doubtful, 'row')} doubtful")
        for note in one.notes:
            click.echo(f"  - {note}")
        for comparison in one.weights:
            click.echo(f"  {comparison.name}")
            for level in comparison.levels:
                click.echo(f"    {level.weight:+6.1f}  {level.label}")


def _show_compared(found: Compared) -> None:
    pairs, cubed = found.pairs, found.b_cubed
    click.echo(f"pairs     precision {pairs.precision:.4f}  recall {pairs.recall:.4f}  F1 {pairs.f1:.4f}")
    click.echo(f"B-cubed   precision {cubed.precision:.4f}  recall {cubed.recall:.4f}  F1 {cubed.f1:.4f}")
    click.echo(f"the keys reach {found.blocking_recall:.4f} of the right pairs; {some(found.judged, 'row')} have an answer")
    table = Table("probability", "pairs", "said", "found", "95 % interval", title="Calibration")
    for one in found.reliability.bins:
        table.add_row(
            f"{one.low:.2f}–{one.high:.2f}", f"{one.pairs:,}", f"{one.predicted:.3f}", f"{one.observed:.3f}",
            f"{one.interval_low:.3f}–{one.interval_high:.3f}",
        )  # fmt: skip
    show_table(table)
    for text in (*(f"no row is called {name}" for name in found.unknown), *found.unread):
        click.echo(f"  - {on_one_line(text)}", err=True)
