"""Under which names does this table have the columns that a mapping means?

A mapping is fitted to a table once: every column that the table has under another name (``aliases``) is named as the table
names it, so that readers, reports and locators all speak of the columns that a person sees in the file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from litany.statements import mapping_spec as spec

COLUMNS: dict[type[Struct], tuple[str, ...]] = {
    spec.Mapping: ("recognise", "ignore", "optional", "key", "incident"),
    spec.Choice: ("column",),
    spec.Number: ("column",),
    spec.WhenSpec: ("column", "first", "last", "precision", "time"),
    spec.WhereSpec: ("text", "areas", "homes", "precision", "latitude", "longitude"),
    spec.BySpec: ("when", "columns"),
    spec.SpeakerSpec: ("column",),
    spec.PersonSpec: ("names", "age", "father", "mother", "parents", "occupation", "note"),
    spec.StatementSpec: ("require", "require_any", "note"),
    spec.BatchSpec: ("column",),
    spec.RemarkSpec: ("column",),
}


def fitted(mapping: spec.Mapping, header: Collection[str]) -> spec.Mapping:
    """The mapping with each column named as this table names it."""
    names = spec.other_names(mapping, header)
    fit: spec.Mapping = _renamed(mapping, names) if names else mapping
    return fit


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """A part of a mapping with its columns renamed, at any depth."""
    if isinstance(value, tuple):
        return tuple(_renamed(inner, names) for inner in value)
    if not isinstance(value, Struct):
        return value
    own = COLUMNS.get(type(value), ())
    made = {
        field: _named(inner, names) if field in own else _renamed(inner, names)
        for field, inner in msgspec.structs.asdict(value).items()
    }
    return type(value)(**made)


def _named(value: Any, names: Mapping[str, str]) -> Any:
    """One column, several, or a table by column, renamed."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, tuple):
        return tuple(names.get(name, name) for name in value)
    if isinstance(value, dict):
        return {names.get(name, name): inner for name, inner in value.items()}
    return value
