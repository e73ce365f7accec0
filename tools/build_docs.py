"""Writes docs/reference/cli.md and docs/reference/records.md from the code (`make docs`).

tests/test_docs.py fails while a written page differs from what the code gives.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from types import ModuleType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import click
import msgspec

from litany.cli.app import COMMANDS, cli
from litany.store import chain
from litany.store.store import KINDS
from litany.types import figure, records, scope, statement
from litany.values import places, terms

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
GENERATED = "<!-- Made by tools/build_docs.py from the code: change the code, then `make docs`. -->"
WIDTH = 100


def main() -> None:
    """Write every generated page."""
    for name, text in pages().items():
        (FOLDER / name).write_text(text, "utf-8", newline="\n")
        print(FOLDER / name)


def pages() -> dict[str, str]:
    """The generated pages by file name."""
    return {"cli.md": _cli(), "records.md": _records()}


# --- commands ---------------------------------------------------------------------------------------------------------

_CLI = """\
# Commands

Every command acts on the case in or above the current folder, or in or above the folder that `-C DIR` names. Exit codes:
0 done; 1 done in part, or the number is refused (the output lists what fell short); 2 not done (the message says why and
what to do). With `--json`, programs get the shapes of [json.md](json.md). `LITANY_WHO` says who acts where `--who` is left out.
"""


def _cli() -> str:
    context = click.Context(cli, info_name="litany", terminal_width=WIDTH, **cli.context_settings)
    parts = [_CLI.strip(), _help("litany", context)]
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        parts += _command(command, name, context)
    return f"{GENERATED}\n" + "\n\n".join(parts) + "\n"


def _command(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, parent=parent, info_name=name, terminal_width=WIDTH)
    yield _help(context.command_path, context)
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found is not None
            yield from _command(found, inner, context)


def _help(title: str, context: click.Context) -> str:
    return f"## `{title}`\n\n```text\n{context.get_help()}\n```"


# --- records ----------------------------------------------------------------------------------------------------------

_RECORDS = """\
# Records

The Python types of what a case keeps and of what is counted. All are frozen. A field without a default is required; in JSON a
field that has its default is left out, except where [json.md](json.md) says otherwise. *Kept* records are never changed or
deleted; the name in brackets is their kind in the database and in a dump.
"""

_ENUMERATIONS = """\
## Enumerations

Every list is closed: a word outside it is an error, or is listed as a problem; it is never guessed.
"""


def _records() -> str:
    kinds: dict[type[msgspec.Struct], str] = {type_: kind for kind, type_ in KINDS.items()}
    sections: list[tuple[str, list[type[msgspec.Struct]]]] = [
        ("Kept records", list(KINDS.values())),
        ("Parts of kept records", [one for one in _structs(records) if one not in kinds and one is not records.Recipe]),
        ("Statements", _structs(statement)),
        ("Custody", _structs(chain)),
        ("Figures", [*_structs(figure), records.Recipe]),
    ]
    parts = [_RECORDS.strip()]
    for title, found in sections:
        parts.append(f"## {title}")
        parts += [_struct(one, kinds.get(one)) for one in found]
    parts.append(_ENUMERATIONS.strip())
    parts += [_enumeration(one) for module in (terms, records, figure, scope, places) for one in _enums(module)]
    return f"{GENERATED}\n" + "\n\n".join(parts) + "\n"


def _structs(module: ModuleType) -> list[type[msgspec.Struct]]:
    return [one for one in _defined(module) if issubclass(one, msgspec.Struct)]


def _enums(module: ModuleType) -> list[type[StrEnum]]:
    return [one for one in _defined(module) if issubclass(one, StrEnum)]


def _defined(module: ModuleType) -> list[type[Any]]:
    """The public classes that a module defines, in the order of its text."""
    own = (one for one in vars(module).values() if inspect.isclass(one) and one.__module__ == module.__name__)
    return [one for one in own if not one.__name__.startswith("_")]


def _struct(one: type[msgspec.Struct], kind: str | None) -> str:
    hints = get_type_hints(one)
    rows = ["| field | type | default |", "| --- | --- | --- |"]
    for field in msgspec.structs.fields(one):
        rows.append(f"| `{field.encode_name}` | {_type(hints[field.name])} | {_default(field)} |")
    title = one.__name__ + ("" if kind is None else f" (`{kind}`)")
    return "\n\n".join([f"### {title}", _prose(one), "\n".join(rows)])


def _prose(one: type[Any]) -> str:
    return textwrap.dedent(inspect.getdoc(one) or "").replace("``", "`")


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return "" if value is None or value in ((), {}, "") else f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _type(hint: Any) -> str:
    """A type in words of the page: names of other records and enumerations are links."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        shown = [_type(one) for one in inner if one is not NoneType]
        return " or ".join(shown) + (" or null" if NoneType in inner else "")
    if origin is tuple and inner[-1:] == (...,):
        return f"list of {_type(inner[0])}"
    if origin is tuple:
        return "(" + ", ".join(map(_type, inner)) + ")"
    if origin is dict:
        return f"table of {_type(inner[0])} to {_type(inner[1])}"
    if inspect.isclass(hint) and issubclass(hint, (msgspec.Struct, StrEnum)):
        return f"[{hint.__name__}](#{_anchor(hint)})"
    return {str: "text", int: "whole number", bool: "true or false"}[hint]


def _anchor(hint: type[Any]) -> str:
    kinds = {type_: kind for kind, type_ in KINDS.items()}
    return hint.__name__.lower() + (f"-{kinds[hint]}" if hint in kinds else "")


def _enumeration(one: type[StrEnum]) -> str:
    rows = ["| word | meaning |", "| --- | --- |"]
    meanings = dict(re.findall(r'^    [A-Z_]+ = "([^"]+)"(?:  # (.*))?$', inspect.getsource(one), re.MULTILINE))
    rows += [f"| `{word.value}` | {meanings.get(word.value, '')} |" for word in one]
    return "\n\n".join([f"### {one.__name__}", _prose(one), "\n".join(rows)])


if __name__ == "__main__":
    main()
