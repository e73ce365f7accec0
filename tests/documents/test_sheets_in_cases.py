"""A sheet with titles, totals and two tables goes through a case: counted and quoted right, and no shortfall but a real one."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from litany.cli.app import cli
from tests.making import new_case

MAPPING = """
name = "deaths"
title = "Deaths"
recognise = ["Name", "Died"]

[source]
constant = "list"

[sources.list]
name = "A list"

[[statement]]
facet = "killed"
harm = "killed"
person = { names = ["Name"] }
when = { column = "Died", formats = ["excel-serial"] }
"""


def run(case: Path, *words: str) -> tuple[int, str]:
    ran = CliRunner().invoke(cli, ["-C", str(case), *words])
    return ran.exit_code, ran.output


@pytest.mark.parametrize("spoiled", [False, True])
def test_tables_of_one_sheet_are_read_and_quoted(spoiled: bool, tmp_path: Path) -> None:
    """A total is no row that is missed; a sheet that cannot be read is."""
    book = openpyxl.Workbook()
    for cells in (
        ["The dead of Laiza"], ["Name", "Died"], ["Aung", 44200], ["Ko", 44201], ["Total", 2], [],
        ["The dead of Kale town"], [None, "Name", "Died"], [None, "Hla", 44202], [None, "Ba", 44203],
    ):  # fmt: skip
        book.active.append(cells)
    book.create_sheet("Other").append(["x"])
    plain, path = io.BytesIO(), tmp_path / "list.xlsx"
    book.save(plain)
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, content[:200] if spoiled and name.endswith("sheet2.xml") else content)
    case = new_case(tmp_path / "case")
    (case.layout.lookups / "mappings").mkdir(parents=True, exist_ok=True)
    (case.layout.lookups / "mappings" / "deaths.toml").write_text(MAPPING)
    folder = case.layout.root
    case.close()
    run(folder, "add", str(path))
    code, said = run(folder, "run")
    assert code == spoiled, said
    assert "4 statements" in said
    told_of = run(folder, "problems")[1]
    assert ("list.xlsx, sheet Other, cannot be read" in told_of) == spoiled
    assert "add up to" not in told_of
    told = [json.loads(line) for line in run(folder, "statements", "--json")[1].splitlines()]
    found = {(one["locator"]["row"], one["quote"]) for one in told}
    days = [(3, "Aung", 44200), (4, "Ko", 44201), (9, "Hla", 44202), (10, "Ba", 44203)]
    assert found == {(row, f"Name: {name} | Died: {day}") for row, name, day in days}
