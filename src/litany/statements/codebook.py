"""What does a codebook say about the columns of a table, and about the codes in them?

A codebook is a table (CSV, spreadsheet, a table in Markdown) with a column that names the variables, one that describes them,
and perhaps one of values and labels; or a TOML file with a table a variable (``description``, ``values``).
"""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from litany.documents.tables import open_tables
from litany.errors import UnreadableFile
from litany.statements.propose_words import words_of

_VARIABLE = frozenset(["variable", "variables", "field", "fields", "column", "columns", "name", "header", "indicator"])
_DESCRIPTION = frozenset(["description", "label", "definition", "meaning", "explanation", "question", "notes", "descripcion"])
_CODE = frozenset(["value", "values", "code", "codes", "option", "options", "categories", "choices"])
_LABEL = frozenset(["label", "labels", "text"])
_PAIR = re.compile(r"\s*(?P<code>[^=:]{1,40}?)\s*(?:=|:)\s*(?P<label>.+?)\s*")
_RULE = re.compile(r"\|?[\s:|-]+\|?")


class Entry(Struct, frozen=True):
    """What is said of one column: in words, and which label each code has."""

    description: str = ""
    labels: dict[str, str] = {}


class Codebook(Struct, frozen=True):
    """Entries by the words of the column's name."""

    entries: dict[tuple[str, ...], Entry] = {}

    def entry(self, column: str) -> Entry | None:
        """What the codebook says of a column, if it has it."""
        return self.entries.get(words_of(column))

    def labels(self, column: str) -> dict[str, str]:
        """The labels of its codes."""
        found = self.entry(column)
        return {} if found is None else found.labels


def read(path: Path) -> Codebook:
    """The codebook in a file. Raises UnreadableFile that says what a codebook looks like."""
    data = path.read_bytes()
    if path.suffix.lower() == ".toml":
        return _toml(data, path.name)
    if path.suffix.lower() in (".md", ".markdown"):
        header, rows = _markdown(data.decode("utf-8", "replace"))
        return _table(header, rows, path.name)
    found: dict[tuple[str, ...], Entry] = {}
    for table in open_tables(io.BytesIO(data), path.name):
        if table.sheet.header and _find(table.sheet.header, _VARIABLE) is not None:
            found.update(_table(table.sheet.header, [list(row.cells) for row in table.rows()], path.name).entries)
    return Codebook(found) if found else _table((), [], path.name)


def _toml(data: bytes, name: str) -> Codebook:
    try:
        tables = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise UnreadableFile(f"{name} is not valid TOML: {problem}") from problem
    entries: dict[tuple[str, ...], Entry] = {}
    for column, told in tables.items():
        if isinstance(told, str):
            entries[words_of(column)] = Entry(told)
        elif isinstance(told, dict):
            values = told.get("values")
            labels = {str(code): str(label) for code, label in values.items()} if isinstance(values, dict) else {}
            entries[words_of(column)] = Entry(str(told.get("description", "")), labels)
    return Codebook(entries)


def _markdown(text: str) -> tuple[Sequence[str], list[list[str]]]:
    rows = [
        [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        for line in text.splitlines()
        if "|" in line and not _RULE.fullmatch(line.strip())
    ]
    return (rows[0], rows[1:]) if rows else ((), [])


def _find(header: Sequence[str], wanted: frozenset[str], but: Sequence[int] = ()) -> int | None:
    return next((at for at, name in enumerate(header) if at not in but and set(words_of(name)) & wanted), None)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], name: str) -> Codebook:
    variable = _find(header, _VARIABLE)
    if variable is None:
        raise UnreadableFile(
            f"{name} is no codebook: it needs a column 'variable' (or 'field', 'column'), perhaps 'description' and 'values'"
        )
    code = _find(header, _CODE, [variable])
    told = _find(header, _DESCRIPTION, [variable] if code is None else [variable, code])
    label = _find(header, _LABEL, [at for at in (variable, code, told) if at is not None])
    made: dict[tuple[str, ...], Entry] = {}
    key: tuple[str, ...] = ()
    for row in rows:
        cells = [*row, *[""] * (len(header) - len(row))]
        key = words_of(cells[variable]) or key  # a variable with several codes is named in its first row
        if not key:
            continue
        before = made.get(key, Entry())
        said = cells[told].strip() if told is not None else ""
        labels = dict(before.labels)
        if code is not None and cells[code].strip():
            # A column of labels, or, without one, the description: what a code alone in its cell stands for.
            means = cells[label].strip() if label is not None else said
            labels.update(pairs(cells[code]) or ({cells[code].strip(): means} if means else {}))
        made[key] = Entry(before.description or said, labels)
    return Codebook(made)


def pairs(text: str) -> dict[str, str]:
    """``1 = State forces; 2 = rebels`` as codes and labels; empty where the text is not of this kind."""
    for separator in ("\n", ";", "|", ","):
        parts = [part for part in text.split(separator) if part.strip()]
        found = [match for part in parts if (match := _PAIR.fullmatch(part))]
        if found and len(found) == len(parts) and (len(parts) > 1 or separator == ","):
            return {match["code"]: match["label"] for match in found}
    return {}
