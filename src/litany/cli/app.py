"""What can a person ask of Litany, and what comes back when it cannot be done?

Exit codes: 0 done, 1 done in part (something is listed that fell short), 2 not done (the message says why and what to do).
"""

from __future__ import annotations

import importlib
import io
import sys
from pathlib import Path
from typing import NoReturn

import click

from litany import __version__
from litany.errors import LitanyError

# Name, where it is, and what the list of commands says of it. The one place where our code is named by a string.
COMMANDS: dict[str, tuple[str, str]] = {
    "new": ("litany.cli.cases:new", "Make a case."),
    "tables": ("litany.cli.looking:tables", "Show the tables in a file before it is added."),
    "add": ("litany.cli.evidence:add", "Preserve files, folders or URLs in the case."),
    "documents": ("litany.cli.evidence:documents", "List what was preserved and how far it was read."),
    "map": ("litany.cli.mapping:map_", "Propose how a table that no mapping knows is read."),
    "run": ("litany.cli.evidence:run", "Read what is unread and rebuild what is stale."),
    "problems": ("litany.cli.evidence:problems", "List every row and value that could not be read as given."),
    "statements": ("litany.cli.evidence:statements", "List what sources say, in their words, with their places."),
    "lists": ("litany.cli.lists:lists", "Report by list: what it covers, how complete it is, what was not read."),
    "links": ("litany.cli.linking:links_", "List for every row its victim and incident, and how sure that is."),
    "link": ("litany.cli.linking:link", "Show what the linkage rests on, or compare it with right answers."),
    "review": ("litany.cli.review:review", "Judge pairs in doubt, those first that move a figure most."),
    "count": ("litany.cli.figures:count", "Count on a scope: low, best and high, with the rule."),
    "explain": ("litany.cli.figures:explain", "Walk a figure back to words, bytes and custody."),
    "estimate": ("litany.cli.estimating:estimate_", "Estimate how many people nobody documented, from lists that overlap."),
    "report": ("litany.cli.reporting:report", "Write one self-contained HTML report."),
    "judge": ("litany.cli.decide:judge", "Say which rows speak of the same incident or person."),
    "correct": ("litany.cli.decide:correct", "Exclude, grade, settle, supersede or withdraw."),
    "verify": ("litany.cli.cases:verify", "Hash everything again and name what changed."),
    "dump": ("litany.cli.cases:dump", "Write all kept records as JSON Lines."),
    "load": ("litany.cli.cases:load", "Unite a dump with this case."),
    "demo": ("litany.cli.reporting:demo", "Make the built-in case: Myanmar 2021 to 2023."),
}

KEEP_NOTHING = frozenset(("estimate",))  # commands that begin anew when they were stopped

# What would steer a terminal is shown instead of obeyed.
STEERING = {c: f"\\x{c:02x}" for c in (*range(9), *range(11, 32), *range(127, 160))}


class _Lazy(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        try:
            command = getattr(importlib.import_module(module), name)
        except ModuleNotFoundError as problem:
            if (problem.name or "").startswith("litany"):
                raise
            raise click.ClickException(f"{cmd_name} needs {problem.name}: pip install 'litany[report]'") from problem
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; one that keeps nothing says so when it is stopped."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stopped:
            if ctx.invoked_subcommand not in (None, *KEEP_NOTHING):  # None: its code was still being loaded
                raise
            click.echo(err=True)  # the terminal shows ^C on the line
            raise click.Abort("stopped before there was an answer. The same command begins anew") from stopped

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C", "folder", metavar="DIR", type=click.Path(path_type=Path), default=Path(), help="Act on the case in or above DIR."
)
@click.version_option(__version__, prog_name="litany")
@click.pass_context
def cli(ctx: click.Context, folder: Path) -> None:
    """From scattered reports of killings to a register of victims and figures that hold up.

    Commands act on the case in or above the current folder.
    """
    ctx.obj = folder


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command; what Litany refuses, or cannot do, comes out as one message and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows no Burmese shows \\u1000 and goes on
    try:
        done = cli.main(arguments, prog_name="litany", standalone_mode=False)
    except click.Abort as stopped:
        _refuse(str(stopped) or "stopped. What was complete by then is kept, and the same command goes on from there")
    except click.ClickException as problem:
        problem.show()
        sys.exit(2)
    except LitanyError as problem:
        _refuse(str(problem))
    except UnicodeEncodeError as problem:
        if problem.reason != "surrogates not allowed":
            raise
        _refuse("something that was typed holds bytes that are no text in UTF-8: type it anew. Nothing was kept of it")
    except RecursionError:
        _refuse("something that was read is nested too deeply: look for brackets that go on and on in what was changed last")
    except MemoryError:
        _refuse("the memory of this computer is too small for that: close other programs, or divide the file that is read")
    except OSError as problem:
        where = str(problem.filename or "the system")
        made = ". `litany run` makes derived/ anew" if "derived" in Path(where).parts else ""
        _refuse(f"{where}: {problem.strerror or problem}{made}")
    sys.exit(done if isinstance(done, int) else 0)


def _refuse(message: str) -> NoReturn:
    click.echo("litany: " + message.translate(STEERING), err=True)
    sys.exit(2)
