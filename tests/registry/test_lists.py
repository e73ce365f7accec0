"""A list's report tells how complete each field is, and its numbers add up."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litany.case.case import Case
from litany.cli.app import cli
from litany.preserve.add import Facts, add
from litany.registry.lists import MISSING, Field, SourceReport, lists
from litany.steps.run import run
from tests.making import add_rows, new_case

ROWS = [
    {"source": "list-a", "date": "2021-03-01", "place": "Loikaw", "name": "Mya", "root": "A medic"},
    {"source": "list-a", "date": "2021-03", "place": "Nowhere at all", "name": "Hla"},
    {"source": "list-a", "date": "", "place": "", "name": "Ba", "died": "2021-05-02"},
    {"source": "list-a", "date": "not a date", "place": "Kachin", "name": "Tun"},
    {"source": "list-b", "date": "2022-01-03/2022-01-05", "place": "Kachin", "killed": "3-5", "by": "Nobody Known"},
    {"source": "list-b", "date": "2022-01-07", "place": "Kachin", "low": "1", "best": "2", "high": "9"},
]


def fields(report: SourceReport) -> dict[str, Field]:
    """The fields by their names."""
    return {one.field: one for one in report.fields}


def test_each_field_is_told_by_its_ways(tmp_path: Path) -> None:
    """What a reader of the rows counts by hand."""
    case = new_case(tmp_path / "case")
    add_rows(case, ROWS)
    [report] = lists(case, {})
    assert (report.rows, report.statements, report.unread) == (6, 6, 0)
    a, b = report.sources
    assert (a.source, a.statements, a.people, a.first, a.last) == ("list-a", 4, 4, "2021-03-01", "2021-03-01")
    assert (b.source, b.statements, b.people, b.first, b.last) == ("list-b", 2, 0, "2022-01-07", "2022-01-07")
    assert a.coverage is not None and a.coverage.last == "2023-12-31"
    of_a, of_b = fields(a), fields(b)
    assert of_a["date of incident"].ways == {"a day": 1, "a month or less": 1, MISSING: 2}
    assert of_a["date of death"].ways == {"a day": 1, MISSING: 3}
    assert of_a["place"].ways == {"country": 2, "state": 1, MISSING: 1}
    assert of_a["perpetrator"].ways == {MISSING: 4}
    assert of_a["name"].ways == {"stated": 4}
    assert of_a["sex"].ways == {MISSING: 4}
    assert of_a["speakers"].ways == {"an originator is named": 1, "root unknown": 3}
    assert "toll" not in of_a
    assert of_b["toll"].ways == {"low, best, high": 1, "low, high": 1}
    assert of_b["date of incident"].ways == {"2 to 7 days": 1, "a day": 1}
    assert of_b["perpetrator"].ways == {"a name that the actor list does not know": 1, MISSING: 1}
    assert "name" not in of_b
    columns = {(one.column, one.kept): one.count for one in report.problems}
    assert columns["date", True] == 1
    case.close()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "source": st.sampled_from(["list-a", "list-b"]),
                "date": st.sampled_from(["2021-03-01", "2022", "", "x"]),
                "place": st.sampled_from(["Kachin", "", "elsewhere"]),
            },
            optional={"name": st.just("Mya"), "killed": st.sampled_from(["2", "1-3"])},
        ),
        min_size=1,
        max_size=12,
    )
)
def test_ways_add_up(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]) -> None:
    """The ways of a field add up to the statements that could have it, and sources to the document."""
    case = new_case(tmp_path_factory.mktemp("lists") / "case")
    try:
        add_rows(case, rows)
        for report in lists(case, {}):
            assert report.statements == sum(one.statements for one in report.sources)
            for one in report.sources:
                for field in one.fields:
                    assert sum(field.ways.values()) == field.of <= one.statements
                    assert 0 <= field.stated <= field.of
                assert fields(one)["place"].of == one.statements if one.statements else True
                named = fields(one).get("name")
                assert (named.of if named else 0) == one.people
    finally:
        case.close()


def test_the_command_prints_and_refuses(tmp_path: Path) -> None:
    """JSON and words say the same; a source that is not there is an error that lists those that are."""
    case = new_case(tmp_path / "case")
    add_rows(case, ROWS)
    case.close()
    folder = ["-C", str(tmp_path / "case"), "lists"]
    shown = json.loads(CliRunner().invoke(cli, [*folder, "--json"]).stdout)
    assert [one["source"] for one in shown[0]["sources"]] == ["list-a", "list-b"]
    words = CliRunner().invoke(cli, [*folder, "--source", "list-b"]).stdout
    assert "List B (list-b): 2 statements" in words
    assert "List A" not in words
    assert "2021-02-01 to 2023-12-31; MM; killed; named persons (claimed by nobody)" in words
    refused = CliRunner().invoke(cli, [*folder, "--source", "list-z"])
    assert refused.exit_code != 0
    assert "list-a, list-b" in str(refused.exception)


def test_ucdp_is_told_as_its_file_says(shared_data: Path, tmp_path: Path) -> None:
    """The days and the sums of the standard library's reading of the file."""
    path = shared_data / "myanmar" / "ucdp-ged-myanmar.csv"
    case = Case.create(tmp_path / "case", title="ged")
    list(add(case, [str(path)], Facts(source="ucdp-ged")))
    run(case)
    [report] = lists(case, {})
    [one] = report.sources
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    days = [row["date_start"][:10] for row in rows if row["date_start"][:10] == row["date_end"][:10]]
    assert fields(one)["date of incident"].ways["a day"] == len(days)
    assert (one.first, one.last) == (min(days), max(days))
    assert fields(one)["level"].ways["lumped"] == sum(row["event_clarity"] == "2" for row in rows)
    case.close()
