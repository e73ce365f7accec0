"""Commands about a whole case: make it, check it, move it."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import BinaryIO

import click

from litany.case.case import Case
from litany.cli.common import as_json, case_at, echo_json, progress, some
from litany.errors import UnknownValue
from litany.preserve import verify as verifying
from litany.preserve import withdraw
from litany.store import transfer


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", help="What the case is called (default: the folder's name).")
@click.option("--country", default="MM", show_default=True, help="ISO 3166-1 code: which places and actors are built in.")
@click.option(
    "--join", type=click.Path(path_type=Path), help="Another case whose id key this one shares, so that they can merge."
)
@click.option(
    "--draws", type=click.IntRange(0, 10_000), default=0, show_default=True,
    help="Link statements by machine, with so many posterior draws (published figures: 400 or more).",
)  # fmt: skip
def new(folder: Path, title: str | None, country: str, join: Path | None, draws: int) -> None:
    """Make a case in FOLDER."""
    if not re.fullmatch(r"[A-Za-z]{2}", country):
        raise UnknownValue(f"--country {country!r} is no code of ISO 3166-1: write two letters, for example MM", country)
    if draws % 10:
        raise UnknownValue(f"--draws {draws}: draws come in tens", str(draws))
    named = title or os.fsencode(folder.resolve().name).decode("utf-8", "backslashreplace")
    named.encode("utf-8")  # bytes that are no text are refused before anything is made
    case = Case.create(folder, title=named, country=country.upper(), join=join, draws=draws)
    case.close()
    click.echo(f"{folder} is a case. Its settings: {folder / 'case.toml'}. Next: litany -C {folder} add FILE --source NAME")


@click.command()
@as_json
@click.pass_obj
def verify(folder: Path, as_json: bool) -> None:
    """Hash every byte, line and row again; name what was changed, is missing or too much. Exit 1 if anything is."""
    with case_at(folder) as case, progress(as_json) as tell:
        wrong = list(verifying.verify(case, lambda step: tell(step, 0, None)))
        lines = sum(n for _, n, _ in case.store.head())
    if as_json:
        echo_json({"holds": not wrong, "wrong": wrong})
    else:
        for one in wrong:
            click.echo(one)
        click.echo(
            f"What does not hold: {some(len(wrong), 'thing')}."
            if wrong
            else f"The case holds: {lines} lines of custody and all that they speak of."
        )
    sys.exit(1 if wrong else 0)


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file (default: standard output).")
@click.pass_obj
def dump(folder: Path, output: Path | None) -> None:
    """Write all kept records as sorted JSON Lines. The vault's bytes are files of their own: copy vault/ beside it."""
    with case_at(folder) as case:
        stream: BinaryIO = sys.stdout.buffer if output is None else output.open("wb")
        try:
            for line in transfer.dump(case.store):
                stream.write(line + b"\n")
        finally:
            if output is not None:
                stream.close()


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def load(folder: Path, file: Path) -> None:
    """Unite a dump with this case (one that shares its id key): all of it, or nothing."""
    with case_at(folder) as case, file.open("rb") as stream:
        try:
            loaded = transfer.load(case.store, (line.rstrip(b"\n") for line in stream))
        finally:
            withdraw.complete(case)
    new = f"{some(loaded.lines, 'line')} of custody and {some(loaded.rows, 'row')}"
    click.echo(f"New: {new}. Here already: {some(loaded.known, 'row')}.")
    if loaded.lines:
        click.echo("Copy the vault/ of the other case into this one, then: litany verify && litany run")
