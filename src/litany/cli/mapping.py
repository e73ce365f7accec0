"""How is a file read that no mapping knows? The command that proposes, shows, takes corrections, and saves."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from msgspec.structs import replace

from litany.case.case import Case
from litany.case.layout import find
from litany.cli.common import as_json, case_at, echo_json, on_one_line, plain, some
from litany.documents.rows import Table
from litany.documents.tables import open_tables
from litany.errors import CaseError, MappingError
from litany.statements import codebook as codebooks
from litany.statements import mapping as mappings
from litany.statements.propose import Asked, Mapped, check, propose
from litany.statements.reading import known_mappings
from litany.types.records import SLUG
from litany.values import actors, places


@click.command("map")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--codebook", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Names, descriptions, codes.")
@click.option("--sheet", help="Of a workbook (default: the first with rows).")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Correct the proposal; may be repeated.")
@click.option("--source", help="The short name of who speaks (default: from the file's name).")
@click.option("--save", metavar="NAME", help="Write lookups/mappings/NAME.toml of the case (a path ends with .toml).")
@click.option("--replace", "replacing", is_flag=True, help="Let --save write over a mapping that is there.")
@click.option("--check", "checking", is_flag=True, help="Only show how a saved mapping reads the file.")
@click.option("--anew", is_flag=True, help="Propose, although a mapping knows the table.")
@click.option("--ask", is_flag=True, help="Ask about columns in doubt, on a terminal.")
@as_json
@click.pass_obj
def map_(
    folder: Path, file: Path, codebook: Path | None, sheet: str | None, settings: tuple[str, ...], source: str | None,
    save: str | None, replacing: bool, checking: bool, anew: bool, ask: bool, as_json: bool,
) -> None:  # fmt: skip
    """Propose how FILE, which no mapping knows, is read: what each column is, and the first rows read so.

    Nothing is kept unless --save is given. Exit 1 where a person must say something first.
    """
    name = _slug(file.stem if save is None else Path(save).stem)
    if source is not None and not SLUG.fullmatch(source):
        raise MappingError(f"--source {source!r}: a short name has small letters, digits, points and hyphens: nug-health")
    asked = Asked(
        name=name, title=file.stem, source=source or _slug(file.stem), settings=settings,
        codebook=codebooks.Codebook() if codebook is None else codebooks.read(codebook),
    )  # fmt: skip
    with _case(folder) as case, file.open("rb") as opened:
        table = _table(open_tables(opened, file.name), sheet, file.name)
        known = mappings.builtin() if case is None else known_mappings(case)
        fits = mappings.recognise(table.sheet.header, known)
        if checking and fits is None:
            raise MappingError(f"{file.name}: no mapping knows this table; `litany map {file.name}` proposes one")
        who, where = (actors.load(), places.load()) if case is None else (case.actors, case.places)
        if fits is not None and not anew:
            made = check(table, file.name, fits.mapping, fits.text, settings, who, where)
        else:
            made = propose(table, file.name, asked, who, where)
            if ask and sys.stdin.isatty() and not as_json:
                asked = replace(asked, settings=(*settings, *_answers(made)))
                made = propose(table, file.name, asked, who, where)
        if save is not None:
            made = _save(case, made, save, replacing)
    if as_json:
        echo_json(made)
    else:
        _show(made)
    sys.exit(0 if made.complete else 1)


@contextlib.contextmanager
def _case(folder: Path) -> Iterator[Case | None]:
    """The case here, or None: a file can be looked at before there is one."""
    try:
        find(folder)
    except CaseError:
        yield None
        return
    with case_at(folder) as case:
        yield case


def _slug(text: str) -> str:
    made = re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-.")[:60]
    return made or "list"


def _table(tables: list[Table], sheet: str | None, name: str) -> Table:
    """The table to map. Raises MappingError."""
    if sheet is not None:
        tables = [table for table in tables if table.sheet.sheet == sheet]
        if not tables:
            raise MappingError(f"{name} has no sheet {sheet!r}")
    for table in tables:
        if table.sheet.header and next(iter(table.rows()), None) is not None:
            return table
    raise MappingError(f"{name}: there is no row of a table in it")


def _answers(made: Mapped) -> list[str]:
    """What the person says about the columns that are in doubt; an empty answer leaves a column out."""
    said = []
    for column in made.columns:
        if column.left is not None and column.score >= 0.3:
            click.echo(plain(f"{column.column}: {column.left}"))
            role = click.prompt("  role (empty: leave it out)", default="", show_default=False)
            if role.strip():
                said.append(f"role.{column.column}={role.strip()}")
    if any("harm=" in question for question in made.questions):
        harm = click.prompt(
            "What was done to these people? (killed, injured, …; empty: do not say)", default="", show_default=False
        )
        said += [f"harm={harm.strip()}"] if harm.strip() else []
    return said


def _save(case: Case | None, made: Mapped, save: str, replacing: bool) -> Mapped:
    """Write the mapping. Raises MappingError where there is none, or a file is in the way."""
    if made.text is None:
        raise MappingError(f"nothing to save: {made.questions[0] if made.questions else 'no mapping was made'}")
    if "/" in save or save.endswith(".toml"):
        path = Path(save)
    elif not SLUG.fullmatch(save):
        raise MappingError(f"--save {save!r}: a name has small letters, digits, points and hyphens: township-list")
    elif case is None:
        raise MappingError(
            f"there is no case here to save {save!r} in: give a path (--save {save}.toml), or make one (litany new)"
        )
    else:
        path = case.layout.lookups / "mappings" / f"{save}.toml"
    if (path.exists() or path.is_symlink()) and not replacing:
        raise MappingError(f"{path} is there already: --replace writes over it, another name keeps both")
    text = made.text
    if made.known:
        text = re.sub(r"(?m)^name = .*$", f'name = "{_slug(path.stem)}"', text, count=1)
    mappings.load(text, str(path))
    path.write_text(text, "utf-8")
    return replace(made, saved=str(path))


def _show(made: Mapped) -> None:
    sheet = "" if made.sheet is None else f", sheet {made.sheet}"
    head = f"read with the mapping {made.mapping}" if made.known else f"one row: {made.kind}"
    _line(f"{made.file}{sheet}: {head}")
    used = [one for one in made.columns if one.used]
    left = [one for one in made.columns if not one.used]
    for title, columns in (("\nUnderstood:", used), ("\nLeft out:", left)):
        if columns:
            click.echo(title)
        for one in columns:
            what = one.unit or one.role or "?"
            _line(
                f"  {one.column}: {what}{'' if one.left is None else f': {one.left}'} [{'; '.join(one.reasons)}]".replace(
                    " []", ""
                )
            )
    read = made.preview
    if read is not None:
        click.echo("\nThe first rows, read so:")
        for example in read.examples:
            _line(f"  row {example.row}: {example.words}")
        looked = (
            f"{read.rows:,}"
            if read.rows == read.of and not read.more
            else f"{read.rows:,} (of {'more than ' if read.more else ''}{read.of:,})"
        )
        click.echo(f"\nOf {looked} rows that were looked at {read.with_statement:,} give {some(read.statements, 'statement')}.")
        shown = ", ".join(f"{field} {count:,}" for field, count in read.filled.items())
        click.echo(f"Filled: {shown or 'nothing'}. Empty in all: {', '.join(read.empty) or 'nothing'}.")
        if read.unread:
            click.echo("\nNot read, or not known:")
        for unread in read.unread:
            _line(f"  {unread.column}: {unread.value[:60]!r} {unread.reason} ({some(unread.count, 'time')})")
        if made.known and read.unused:
            _line(f"Neither used nor ignored: {', '.join(read.unused)}")
    for title, lines in (("\nNotes:", made.notes), ("\nPlease say:", made.questions)):
        if lines:
            click.echo(title)
        for line in lines:
            _line(f"  {line}")
    if made.saved is not None:
        _line(
            f"\nSaved: {made.saved}. Change it there, and look again with `litany map {made.file}`; `litany run` reads with it."
        )
    elif made.text is not None and not made.known:
        click.echo("\nNothing is kept yet: --save NAME keeps this mapping, --set KEY=VALUE changes it.")


def _line(text: str) -> None:
    """A text of others, on one line."""
    head = "\n" if text.startswith("\n") else ""
    click.echo(head + on_one_line(plain(text.lstrip("\n"))))
