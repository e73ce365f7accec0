"""The command that estimates how many people nobody documented."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import click
import numpy as np
import polars as pl

from litany.case.layout import find
from litany.cli.common import as_json, echo_json, err, progress
from litany.cli.estimating_words import show_estimated
from litany.errors import CaseError, LitanyError
from litany.estimates.methods import DEFAULT, METHODS, Settings, estimate, settings_of, with_lists_left_out
from litany.estimates.partial.sides import side_by_side
from litany.estimates.reading import Read, read_captures
from litany.estimates.results import Draws, Estimate, in_chains
from litany.estimates.strata import Stratified, estimate_strata
from litany.publish.estimate_shape import Estimated, of_one, of_strata, refused

Answer = Estimate | Stratified
Painter = Callable[[Path, Read, Mapping[str, Answer], str], Sequence[Path]]
_DRAWN = {"stratum": pl.String, "chain": pl.Int32, "draw": pl.Int32, "people": pl.Float64}
PICTURES = "litany.publish.estimate_pictures"  # needs matplotlib, and is loaded only where pictures are asked for


@click.command("estimate")
@click.option(
    "--table", "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The file to estimate from."
)
@click.option("--lists", "lists", multiple=True, metavar="A,B,C", help="Columns that say who is in which list: 1 or 0.")
@click.option("--strata", multiple=True, metavar="COLUMN", help="Estimate by the cells of this column (again: and of that).")
@click.option("--count", metavar="COLUMN", help="How many people have a row's pattern; without it, each row is a person.")
@click.option("--people", is_flag=True, help="Each row is a person, though a column looks like counts.")
@click.option("--sheet", metavar="NAME", help="Which table of the file.")
@click.option("--method", type=click.Choice(list(METHODS)), default=DEFAULT, show_default=True, help="By which method.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A setting of the method (again for others).")
@click.option("--all-methods", is_flag=True, help="Show what every other method says beside it.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True, help="Repeats the same draws.")
@click.option("--processes", type=click.IntRange(1), help="How many strata at once (default: as many as there are processors).")
@click.option("--draws", "draws_file", type=click.Path(path_type=Path, dir_okay=False), help="Write the draws there (Parquet).")
@click.option(
    "--pictures", type=click.Path(path_type=Path, file_okay=False), help="Write pictures (SVG and PNG) to this folder."
)
@as_json
@click.pass_obj
def estimate_(
    folder: Path,
    file: Path | None,
    lists: tuple[str, ...],
    strata: tuple[str, ...],
    count: str | None,
    people: bool,
    sheet: str | None,
    method: str,
    settings: tuple[str, ...],
    all_methods: bool,
    seed: int,
    processes: int | None,
    draws_file: Path | None,
    pictures: Path | None,
    as_json: bool,
) -> None:
    """Estimate how many people there were, documented or not, from lists of persons that overlap. Needs no case.

    Exit 1 when the number, or that of a stratum, is refused.
    """
    if file is None:
        raise _no_table(folder)
    given = settings_of(method, settings)
    _check_draws(draws_file, file)
    draw = _painter() if pictures is not None else None
    names = [name.strip() for group in lists for name in group.split(",")]
    read = read_captures(file, names, strata=strata, count=count, people=people, sheet=sheet)
    by_method: dict[str, Answer] = {}
    if read.refusal is not None:
        made = refused(read, method, given, seed)
    else:
        made, by_method = _estimated(read, method, given, seed, all_methods, processes or os.cpu_count() or 1)
    short = made.refusal is not None or (made.total is not None and bool(made.total.left_out))
    if draws_file is not None and not _write_draws(draws_file, by_method.get(method)):
        short = True
        err.print(f"{draws_file} is not written: the number is refused, or the method has no draws")
    if draw is not None and pictures is not None and by_method:
        for path in draw(pictures, read, by_method, method):
            err.print(str(path))
    if as_json:
        echo_json(made)
    else:
        show_estimated(made)
    sys.exit(1 if short else 0)


def _estimated(
    read: Read, method: str, given: Settings, seed: int, all_methods: bool, processes: int
) -> tuple[Estimated, dict[str, Answer]]:
    """The answer as it is shown, and the answers by method, with draws."""
    fitting = [name for name in METHODS if (name == "two-lists") == (len(read.lists) == 2)] if all_methods else []
    asked = {method: given, **{name: settings_of(name, ()) for name in fitting if name != method}}
    whole = not read.columns
    by_method: dict[str, Answer] = {}
    with progress() as tell:
        for done, (name, settings) in enumerate(asked.items()):
            tell("methods", done, len(asked))
            if whole:
                of = estimate(read.strata[0].table, name, settings=settings, seed=seed)
                by_method[name] = of if name != method else with_lists_left_out(of, read.strata[0].table, name, settings)
                continue
            told = partial(tell, f"strata by {name}")
            by_method[name] = estimate_strata(read.strata, name, settings=settings, seed=seed, processes=processes, tell=told)
    ones = {name: one for name, one in by_method.items() if isinstance(one, Estimate)}
    strata = {name: one for name, one in by_method.items() if isinstance(one, Stratified)}
    if whole:
        return of_one(read, method, given, ones, side_by_side(read.strata[0].table)), by_method
    return of_strata(read, method, given, strata), by_method


def _no_table(folder: Path) -> LitanyError:
    """Why there is nothing to estimate from."""
    way = "Name a table of persons with one column a list: litany estimate --table FILE --lists A,B,C"
    try:
        find(folder)
    except CaseError:
        return LitanyError(f"there is no table to estimate from. {way}")
    return LitanyError(
        "which people of this case are in which of its lists is not taken from the linkage yet, and estimates that do so come "
        f"later. {way}"
    )


def _painter() -> Painter:
    """What draws pictures, or why it cannot."""
    try:
        write: Painter = importlib.import_module(PICTURES).write
    except ModuleNotFoundError as problem:
        if (problem.name or "").startswith("litany"):
            raise
        raise LitanyError(f"pictures need {problem.name}: pip install 'litany[report]'") from problem
    return write


def _check_draws(path: Path | None, table: Path) -> None:
    """Draws may take the place of earlier draws, and of no other file."""
    if path is None or not path.is_file() or not path.stat().st_size:
        return
    if path.samefile(table):
        raise LitanyError(f"{path} is the table that is read: name another file for the draws")
    try:
        columns = list(pl.read_parquet_schema(path))
    except pl.exceptions.PolarsError:
        columns = []
    if columns != list(_DRAWN):
        raise LitanyError(f"{path} exists and holds no draws: name another file for them")


def _write_draws(path: Path, of: Answer | None) -> bool:
    """One row a draw: stratum (null: of all), chain, draw, people. The total stands last. False where there is none."""
    named: list[tuple[str | None, Draws | None]] = []
    if isinstance(of, Estimate):
        named = [(None, in_chains(of))]
    elif of is not None:
        named = [*((one.name, one.estimate.draws) for one in of.strata), (None, of.total.draws)]
    frames = [_frame(name, draws) for name, draws in named if draws is not None]
    if frames:
        pl.concat(frames).write_parquet(path)
    return bool(frames)


def _frame(stratum: str | None, draws: Draws) -> pl.DataFrame:
    rows = np.atleast_2d(draws)
    chains, length = rows.shape
    return pl.DataFrame(
        {
            "stratum": [stratum] * (chains * length),
            "chain": [chain for chain in range(1, chains + 1) for _ in range(length)],
            "draw": list(range(1, length + 1)) * chains,
            "people": rows.ravel(),
        },
        schema=_DRAWN,
    )
