"""Which column of a table means what?

A mapping is a TOML file: it names the columns that it uses, those that it leaves out on purpose, the values that mean
"missing", what the source's words stand for, the source's own key, and what the source says that it covers. It is read
strictly, kept whole with the reading, and never states a constant perpetrator or status without a labelled judgement
about the source (``basis``). The format is described in docs/reference/mappings.md.
"""

from __future__ import annotations

import importlib.resources
import tomllib
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from litany.errors import MappingError
from litany.ids import sha256
from litany.statements.mapping_check import wrong_in
from litany.statements.mapping_spec import (
    BySpec,
    Choice,
    Mapping,
    Number,
    PartSpec,
    PersonSpec,
    SourceSpec,
    SpeakerSpec,
    StatementSpec,
    TollSpec,
    WhenSpec,
    WhereSpec,
    other_names,
)

__all__ = [
    "BySpec",
    "Choice",
    "Loaded",
    "Mapping",
    "Number",
    "PartSpec",
    "PersonSpec",
    "SourceSpec",
    "SpeakerSpec",
    "StatementSpec",
    "TollSpec",
    "WhenSpec",
    "WhereSpec",
    "builtin",
    "fits_header",
    "load",
    "other_names",
    "recognise",
]


class Loaded(Struct, frozen=True):
    """A mapping and the text that it was read from."""

    mapping: Mapping
    text: str
    sha256: str


def load(text: str, where: str) -> Loaded:
    """A mapping from its text. Raises MappingError with file and key."""
    try:
        mapping = msgspec.convert(tomllib.loads(text), Mapping, strict=False)
    except tomllib.TOMLDecodeError as problem:
        raise MappingError(f"{where} is not valid TOML: {problem}") from problem
    except msgspec.ValidationError as problem:
        raise MappingError(f"{where}: {problem}; docs/reference/mappings.md lists the keys") from problem
    for wrong in wrong_in(mapping):
        raise MappingError(f"{where}: {wrong}")
    return Loaded(mapping, text, sha256(text.encode("utf-8")))


def builtin() -> tuple[Loaded, ...]:
    """The mappings that ship, in order of name."""
    folder = importlib.resources.files("litany.statements") / "mappings"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(load(f.read_text("utf-8"), f.name) for f in files)


def recognise(header: Sequence[str], known: Sequence[Loaded]) -> Loaded | None:
    """The mapping whose columns this table has: the one that asks for most of them. None when none fits."""
    fits = [loaded for loaded in known if loaded.mapping.recognise and fits_header(loaded.mapping, header)]
    fits.sort(key=lambda loaded: (-len(loaded.mapping.recognise), loaded.mapping.name))
    return fits[0] if fits else None


def fits_header(mapping: Mapping, header: Sequence[str]) -> bool:
    """Has this table all columns by which the mapping recognises its tables, under whichever of their names?"""
    return {*header, *other_names(mapping, header)}.issuperset(mapping.recognise)
