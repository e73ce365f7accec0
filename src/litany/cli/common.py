"""What do all commands share: the case they act on, JSON on request, words and progress on the terminal?

What a source, a file name or a colleague wrote is printed as it is: nothing in it is markup, and what would steer a terminal
is shown (``\\x1b``) instead of obeyed.
"""

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
from rich.table import Table
from sqlcipher3 import dbapi2

from litany.case.case import Case
from litany.case.layout import find
from litany.cli.app import STEERING
from litany.errors import CaseError

F = TypeVar("F", bound=Callable[..., Any])
err = Console(stderr=True, markup=False, highlight=False, emoji=False)
out = Console(markup=False, highlight=False, emoji=False)

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
who = click.option("--who", envvar="LITANY_WHO", help="Who does this (or set LITANY_WHO).")
why = click.option("--why", required=True, help="The reason, kept for ever.")


@contextmanager
def case_at(folder: Path) -> Iterator[Case]:
    """The case in or above a folder. Raises CaseError, also for what turns out to be damaged while it is read."""
    case = Case(find(folder).root)
    try:
        yield case
    except dbapi2.DatabaseError as problem:
        raise CaseError(f"case.db cannot be read: {problem}. Restore it from a backup") from problem
    except msgspec.DecodeError as problem:
        raise CaseError(f"a file that Litany wrote is damaged ({problem}). {_MEND}") from problem
    except _of_polars() as problem:
        raise CaseError(f"the register in derived/ cannot be used ({problem}). Is the disk full? {_MEND}") from problem
    finally:
        case.close()


_MEND = "`litany run` makes derived/ anew; if that does not help, `litany verify` says what is damaged in case.db"


def _of_polars() -> tuple[type[Exception], ...]:
    """What Polars raises, if it is loaded: many commands do without it, so it is not imported for this."""
    polars = sys.modules.get("polars")
    return () if polars is None else (polars.exceptions.PolarsError,)


def plain(text: str) -> str:
    """Text for a terminal: characters that would steer it are shown. Line feeds and tabs stay."""
    return text.translate(STEERING)


def show(text: str, style: str | None = None) -> None:
    """Print text that is folded at the width of the terminal."""
    out.print(plain(text), style=style)


def show_table(table: Table) -> None:
    """Print a table at the width that it needs: a narrow terminal, or a pipe, cuts nothing off."""
    width = out.measure(table, options=out.options.update(max_width=10_000)).maximum
    Console(width=max(width, out.width), markup=False, highlight=False, emoji=False).print(table, soft_wrap=True)


def on_one_line(text: str) -> str:
    """The name of a file, or another text that must stay on its line."""
    return plain(text).replace("\n", "\\n")


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
