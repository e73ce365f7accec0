"""What do all commands share: the case they act on, JSON on request, progress on the terminal?"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from litany.case.case import Case
from litany.case.layout import find

F = TypeVar("F", bound=Callable[..., Any])
err = Console(stderr=True)
out = Console()

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
who = click.option("--who", envvar="LITANY_WHO", help="Who does this (or set LITANY_WHO).")
why = click.option("--why", required=True, help="The reason, kept for ever.")


@contextmanager
def case_at(folder: Path) -> Iterator[Case]:
    """The case in or above a folder."""
    case = Case(find(folder).root)
    try:
        yield case
    finally:
        case.close()


def some(number: int, word: str) -> str:
    """A number with its noun: ``1 row``, ``7,374 rows``."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def encode(value: Any) -> str:
    """A value as one line of JSON."""
    return msgspec.json.encode(value).decode("utf-8")


def echo_json(value: Any) -> None:
    """A value as indented JSON."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode("utf-8"))


Told = Callable[[str, int, int | None], None]


@contextmanager
def progress(quiet: bool = False) -> Iterator[Told]:
    """A bar on the terminal for each step that is told of: (step, done, total or None)."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=quiet or not sys.stderr.isatty()) as bars:
        tasks: dict[str, Any] = {}

        def tell(step: str, done: int, total: int | None) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield tell
