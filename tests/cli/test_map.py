"""`litany map` from a file that nobody prepared to the statements of the next edition."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from litany.cli.app import cli
from litany.errors import MappingError
from tests.making import new_case

TABLE = """Ref,Event date,State,Township,Killed,Wounded,Killed (%),Phone
A1,2023-10-09,Kachin,Waingmaw,29,57,0.3,09-111
A2,2023-10-12,Kachin,Momauk,at least 2,,0.1,09-222
A3,2023-10-13,Kachin,Momauk,some,1,0.1,09-333
"""
PEOPLE = "Name,Age,Place\nDaw Hla,61,Waingmaw\nKo Aung,17,Momauk\n"


def run(folder: Path, *words: str) -> Result:
    """A command on the case in a folder."""
    return CliRunner().invoke(cli, ["-C", str(folder), *words])


def test_from_a_proposal_to_the_next_edition(tmp_path: Path) -> None:
    """Saved once, the mapping reads the file, and the next one of the same source, unasked."""
    case = new_case(tmp_path / "case")
    case.close()
    here = tmp_path / "case"
    (first := tmp_path / "first.csv").write_text(TABLE)
    (second := tmp_path / "second.csv").write_text(TABLE.replace("A3", "A4").replace("some", "5"))
    doubt = run(here, "map", str(first))
    assert "--set 'role.Killed=killed'" in doubt.output  # a third of its cells is no number
    said = ("--set", "role.Killed=killed", "--set", "killed.toll.text.values.some=at least 1")
    shown = run(here, "map", str(first), "--source", "office", *said, "--save", "office-list")
    assert shown.exit_code == 0, shown.output
    assert "number of people killed" in shown.output
    assert "looks like a share" in shown.output
    assert "row 2: killed 29 people, on 2023-10-09, in Waingmaw" in shown.output
    saved = here / "lookups" / "mappings" / "office-list.toml"
    assert saved.read_text().startswith("# Proposed by `litany map`.")
    assert run(here, "add", str(first)).exit_code == 0
    assert run(here, "run").exit_code == 0
    assert run(here, "add", str(second)).exit_code == 0
    assert run(here, "run").exit_code == 0
    read = [json.loads(line) for line in run(here, "statements", "--json").output.splitlines()]
    assert len(read) == 10
    assert {one["source"] for one in read} == {"office"}
    again = run(here, "map", str(second))
    assert again.exit_code == 0
    assert "read with the mapping office-list" in again.output
    with pytest.raises(MappingError, match="--replace"):
        _raise(run(here, "map", str(second), "--anew", "--save", "office-list"))


def _raise(result: Result) -> None:
    assert result.exception is not None
    raise result.exception


def test_without_a_case_it_goes_to_a_path(tmp_path: Path) -> None:
    """Nothing is written without being asked, and nothing over what is there."""
    (file := tmp_path / "list.csv").write_text(TABLE)
    made = run(tmp_path, "map", str(file))
    assert made.exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list.csv"]
    target = tmp_path / "mine.toml"
    assert run(tmp_path, "map", str(file), "--save", str(target)).exit_code == 0
    before = target.read_text()
    with pytest.raises(MappingError, match="is there already"):
        _raise(run(tmp_path, "map", str(file), "--save", str(target)))
    with pytest.raises(MappingError, match="no case here"):
        _raise(run(tmp_path, "map", str(file), "--save", "name"))
    assert target.read_text() == before
    with pytest.raises(MappingError, match="no mapping knows"):
        _raise(run(tmp_path, "map", str(file), "--check"))


def test_a_person_must_say_what_was_done(tmp_path: Path) -> None:
    """Exit 1 and the question; with the answer there is a mapping. A table of needs is never one."""
    (file := tmp_path / "list.csv").write_text(PEOPLE)
    asked = run(tmp_path, "map", str(file), "--json")
    assert asked.exit_code == 1
    told = json.loads(asked.output)
    assert (told["text"], told["preview"], told["complete"]) == (None, None, False)
    assert "harm=killed" in told["questions"][0]
    answered = json.loads(run(tmp_path, "map", str(file), "--json", "--set", "harm=killed").output)
    assert answered["preview"]["with_statement"] == 2
    assert answered["questions"] == [
        "no column is a date of the incident: its date stays empty (--set when.column=COLUMN names one)"
    ]
    with pytest.raises(MappingError, match="nothing to save"):
        _raise(run(tmp_path, "map", str(file), "--save", str(tmp_path / "x.toml")))


def test_hostile_cells_do_not_steer_the_terminal(tmp_path: Path) -> None:
    """What a file holds is printed as it is."""
    (file := tmp_path / "list.csv").write_text("Name,Date killed,Note\n\x1b[31mred,2023-10-09,\x07\nU Ba,2023-10-10,x\n")
    made = run(tmp_path, "map", str(file))
    assert "\x1b" not in made.output
    assert "\x07" not in made.output
