"""docs/reference/mappings.md is true: its example is read as it says, and it names every key that a mapping may have."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

from litany.statements import mapping_spec as spec
from litany.types.records import Coverage
from litany.types.statement import Speaker
from litany.values import places
from litany.values.terms import Certainty
from tests.statements.statement_making import new_case, read, stored

DOC = (Path(__file__).resolve().parents[2] / "docs/reference/mappings.md").read_text("utf-8")


def block(kind: str) -> str:
    return DOC.partition(f"```{kind}\n")[2].partition("```")[0]


def test_the_example_reads_its_table(tmp_path: Path) -> None:
    """The page's mapping reads the page's table without a trouble, to what the page says of it."""
    case = new_case(tmp_path / "case", block("toml"))
    result = read(case, block("csv").encode())
    assert (result.reading.rows, result.reading.statements, result.reading.unread) == (2, 3, 0)
    assert result.reading.problems == ()
    (_, first), (_, hurt), (_, second) = stored(case, result)
    assert first.toll is not None
    assert (first.toll.best, first.toll.parts[0].best, hurt.facet) == (29, 11, "injured")
    assert first.where is not None
    assert first.where.place == "MM.munglai-hkyet"
    assert first.by is not None
    assert (first.by.actors, first.by.certainty) == (("mm.military",), Certainty.STATED)
    assert first.by.basis
    assert first.speakers == (Speaker("township-list"), Speaker("camp spokesman", root=True))
    assert second.toll is not None
    assert (second.toll.low, second.toll.best, second.by) == (2, None, None)
    assert second.when is not None
    assert second.when.edtf == "2023-10"
    assert second.where is not None
    assert second.where.place is not None
    assert places.load().get(second.where.place).name == "Momauk"
    assert not any(speaker.root for speaker in second.speakers)


def test_every_key_is_described() -> None:
    """No key of the strict reader is missing on the page."""
    written = set(re.findall(r"[a-z_]+", DOC))
    tables: list[type[Struct]] = [
        spec.Mapping, spec.Choice, spec.Number, spec.TollSpec, spec.PartSpec, spec.WhenSpec, spec.WhereSpec, spec.BySpec,
        spec.SpeakerSpec, spec.PersonSpec, spec.Pattern, spec.BatchSpec, spec.RemarkSpec, spec.StatementSpec,
        spec.SourceSpec, Coverage,
    ]  # fmt: skip
    missing = {f"{table.__name__}.{key}" for table in tables for key in table.__struct_fields__ if key not in written}
    assert not missing
