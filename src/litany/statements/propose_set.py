"""How does a person correct a proposal in one line?

when.column=Date of death      a key of the mapping, in every statement that has it
sex.values.H=male              what a word stands for
ignore+=Phone                  one more in a list
killed.where.country=MM        only in the statement of this facet
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from litany.errors import MappingError
from litany.statements import mapping_spec as spec
from litany.statements.mapping_toml import plain

_TOP = frozenset(spec.Mapping.__struct_fields__) - {"statement"}
_STATEMENT = frozenset(spec.StatementSpec.__struct_fields__)
_PERSON = frozenset(spec.PersonSpec.__struct_fields__) - {"note"}
_SPECS: dict[str, type[Struct]] = {
    "when": spec.WhenSpec, "died": spec.WhenSpec, "where": spec.WhereSpec, "person": spec.PersonSpec, "toll": spec.TollSpec,
    "by": spec.BySpec, "speakers": spec.SpeakerSpec,
}  # fmt: skip


class Change(Struct, frozen=True):
    """One setting; ``more`` adds to a list."""

    key: str
    value: str
    more: bool = False


def changes(text: str) -> list[Change]:
    """A setting as typed. Raises MappingError."""
    match = re.fullmatch(r"\s*([^=]+?)\s*(\+?=)\s*(.*?)\s*", text, re.DOTALL)
    if match is None:
        raise MappingError(f"--set {text!r}: write KEY=VALUE or KEY+=VALUE, as in --set harm=killed")
    value = match[3]
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        value = value[1:-1]
    return [Change(match[1], value, match[2] == "+=")]


def apply(mapping: spec.Mapping, wanted: Sequence[Change], header: Sequence[str]) -> spec.Mapping:
    """The mapping with these changes. Raises MappingError that names the setting."""
    if not wanted:
        return mapping
    table: dict[str, Any] = plain(mapping)
    for change in wanted:
        _change(table, change)
    for change in wanted:  # a column that is used now is not ignored any more
        used = change.value in header and change.key != "ignore"
        if used and change.value in table.get("ignore", []):
            table["ignore"].remove(change.value)
    try:
        return msgspec.convert(table, spec.Mapping, strict=False)
    except msgspec.ValidationError as problem:
        said = ", ".join(f"{change.key}={change.value}" for change in wanted)
        raise MappingError(f"--set {said}: {problem}; docs/reference/mappings.md lists the keys") from problem


def _change(table: dict[str, Any], change: Change) -> None:
    path = change.key.split(".")
    facets = {one["facet"]: one for one in table["statement"]}
    if path[0] in _TOP and path[0] not in facets:
        _put(table, path, change, spec.Mapping)
        return
    statements = list(facets.values())
    if path[0] in facets and len(path) > 1:
        statements, path = [facets[path[0]]], path[1:]
    if path[0] in _PERSON and path[0] not in _STATEMENT:
        path = ["person", *path]
    if path[0] not in _STATEMENT:
        keys = ", ".join(sorted({*_TOP, *_STATEMENT, *_PERSON, "harm", "kind", "role.COLUMN"}))
        raise MappingError(f"--set {change.key}: there is no such key; the keys begin with {keys}")
    if path[0] in ("person", "toll"):
        statements = [one for one in statements if path[0] in one]
        if not statements:
            raise MappingError(f"--set {change.key}: no statement of this mapping has a {path[0]}")
    for one in statements:
        if path[0] in ("by", "speakers") and len(path) > 1:
            group = one.setdefault(path[0], [{}]) or [{}]
            _put(group[0], path[1:], change, _SPECS[path[0]])
        else:
            _put(one, path, change, spec.StatementSpec)


def _put(table: dict[str, Any], path: Sequence[str], change: Change, type_: type[Struct] | None) -> None:
    here: dict[str, Any] = table
    key = path[0]
    for at, key in enumerate(path[:-1]):
        if key == "values":  # what follows is a cell, dots and all
            here = here.setdefault(key, {})
            here[".".join(path[at + 1 :])] = change.value
            return
        if key == "when" and at == 0 and path[1] in ("column", "first"):
            here[key] = {k: v for k, v in here.get(key, {}).items() if k not in ("column", "first", "last")}
        inner = here.setdefault(key, {})
        if not isinstance(inner, dict):
            raise MappingError(f"--set {change.key}: {key} has no keys of its own")
        here, type_ = inner, _SPECS.get(key)
    key = path[-1]
    listed = (type_ is not None and type_.__annotations__.get(key, "").startswith("tuple")) or isinstance(here.get(key), list)
    if change.more:
        here[key] = [*here.get(key, []), change.value]
    elif change.value == "" and key in here:
        del here[key]
    elif change.value[:1] in "[{" and change.value:
        here[key] = _toml(change)
    else:
        here[key] = [change.value] if listed else change.value


def _toml(change: Change) -> Any:
    try:
        return tomllib.loads(f"value = {change.value}")["value"]
    except tomllib.TOMLDecodeError as problem:
        raise MappingError(f"--set {change.key}={change.value}: {problem}") from problem
