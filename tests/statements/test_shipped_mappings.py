"""What we promise about the mappings that ship: every value of the real tables comes out as it stands in them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from litany.case.case import Case
from litany.statements.reading import Result, read_document
from litany.types.statement import Statement
from litany.values import places
from litany.values.places import fold
from litany.values.terms import Certainty, Level, Modality, Status
from tests.statements.statement_making import new_case, preserve, read, stored

UCDP = "myanmar/ucdp-ged-myanmar.csv"
LAIZA = "myanmar/laiza-2023-10-09-as-reported.csv"
Row = dict[str, str]


@pytest.fixture(scope="module")
def ged(shared_data: Path) -> list[Row]:
    with (shared_data / UCDP).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return new_case(tmp_path_factory.mktemp("ged") / "case", None)


@pytest.fixture(scope="module")
def result(case: Case, shared_data: Path) -> Result:
    data = (shared_data / UCDP).read_bytes()
    document = preserve(case, data, "ged.csv")
    return read_document(case, document, "ged.csv")


@pytest.fixture(scope="module")
def statements(case: Case, result: Result) -> dict[int, Statement]:
    return dict(stored(case, result))


def test_every_event_is_one_statement(ged: list[Row], result: Result, statements: dict[int, Statement]) -> None:
    """7,374 events, as many statements, nothing unread, no column overlooked."""
    reading = result.reading
    assert (reading.rows, reading.statements, reading.unread) == (7374, 7374, 0) == (len(ged), len(statements), 0)
    assert all(problem.kept for problem in reading.problems)
    assert reading.sheets[0].unused == ()


def test_every_value_is_that_of_the_file(ged: list[Row], statements: dict[int, Statement]) -> None:
    """Tolls, parts, dates, codes and coordinates row by row against the standard library's reading of the same file."""
    for number, row in enumerate(ged, start=2):
        one = statements[number]
        assert one.toll is not None
        assert one.when is not None
        assert one.where is not None
        assert (one.toll.low, one.toll.best, one.toll.high) == (int(row["low"]), int(row["best"]), int(row["high"]))
        parts = Counter[Status]()
        for part in one.toll.parts:
            assert part.status is not None
            parts[part.status] += part.best or 0
        assert parts[Status.CIVILIAN] == int(row["deaths_civilians"])
        assert parts[Status.COMBATANT] == int(row["deaths_a"]) + int(row["deaths_b"])
        assert parts[Status.UNKNOWN] == int(row["deaths_unknown"])
        days = (date.fromisoformat(row[end]).toordinal() for end in ("date_start", "date_end"))
        assert (one.when.earliest, one.when.latest) == tuple(days)
        assert (one.when.precision, one.where.precision) == (int(row["date_prec"]), int(row["where_prec"]))
        assert (one.where.latitude, one.where.longitude) == (row["latitude"], row["longitude"])
        first, _, more = one.where.text.partition("; ")
        assert first == row["where_coordinates"].strip()
        assert more in {"", row["where_description"].strip()}
        assert row["where_description"] == "NA" or fold(row["where_description"]) in fold(one.where.text)
        assert one.level is {"1": Level.INCIDENT, "2": Level.LUMPED}[row["event_clarity"]]
        assert (one.source, one.harm, one.modality) == ("ucdp-ged", "killed", Modality.ASSERTED)


def test_ten_events_lie_outside_their_own_bounds_and_are_kept_as_given(ged: list[Row], result: Result) -> None:
    """Their values stay (see above), and each is reported with its row."""
    odd = {n for n, row in enumerate(ged, start=2) if not int(row["low"]) <= int(row["best"]) <= int(row["high"])}
    assert len(odd) == 10
    told = {
        int(row)
        for problem in result.reading.problems
        if "kept as given" in problem.reason
        for row in (problem.rows or str(problem.row)).split(",")
    }
    assert told == odd


def test_parties_are_candidates_unless_the_violence_is_one_sided(ged: list[Row], statements: dict[int, Statement]) -> None:
    """In one-sided violence side A attacks; in the rest UCDP names two parties, and not who killed whom."""
    for number, row in enumerate(ged, start=2):
        by = statements[number].by
        assert by is not None
        assert not any(actor.startswith("?") for actor in by.actors), by.actors
        if row["type_of_violence"] == "3":
            assert (by.text, by.certainty, by.crossfire) == ((row["side_a"],), Certainty.STATED, False)
        else:
            assert (by.text, by.certainty, by.crossfire) == ((row["side_a"], row["side_b"]), Certainty.CANDIDATE, True)


NOBODY = ["locals", "residents", "local sources", "witness reports", "witnesses", "a resident", "local residents", "villagers",
          "a local", "resident", "news", "eyewitnesses", "Confidential source", "AGGREGATION EVENT", "sources"]  # fmt: skip


def test_roots_are_named_originators_only(ged: list[Row], statements: dict[int, Statement]) -> None:
    """A row without source_original has no root; unnamed voices are none; one originator in two spellings is one."""
    counted = Counter(word.strip() for row in ged for word in row["source_original"].split(";"))
    assert all(counted[word] > 4 for word in NOBODY), "the words are those of the real file"
    roots = Counter(speaker.name for one in statements.values() for speaker in one.speakers if speaker.root)
    assert not roots.keys() & {*NOBODY, *map(str.capitalize, NOBODY), "ucdp-ged", ""}
    assert {"FBR", "Amnesty", "RFA"}.isdisjoint(roots)
    assert roots["Free Burma Rangers"] > 200
    for number, row in enumerate(ged, start=2):
        named = statements[number].speakers[1:]
        if row["source_original"] == "NA":
            assert not any(speaker.root for speaker in statements[number].speakers)
        assert {s.name for s in named if not s.root} <= {word.strip() for word in row["source_original"].split(";")}


def test_every_place_lies_in_the_country(result: Result, statements: dict[int, Statement]) -> None:
    """Nothing is placed outside; what only the country holds is reported, unless UCDP itself says no more."""
    vague = 0
    for one in statements.values():
        assert one.where is not None
        assert places.load().within(one.where.place or "", "MM")
        vague += one.where.place == "MM" and one.where.precision not in (6, 7)
    told = sum(problem.count for problem in result.reading.problems if "only MM is known" in problem.reason)
    assert told <= vague
    assert vague - told < 10  # a border between two named states is known to lie in the country and no more


def as_edition(ged: list[Row], rename: dict[str, str], drop: set[str], add: dict[str, str]) -> bytes:
    """The first rows of the file as another edition of GED has them."""
    text = io.StringIO()
    names = [rename.get(name, name) for name in ged[0] if name not in drop] + list(add)
    writer = csv.writer(text)
    writer.writerow(names)
    for row in ged[:50]:
        writer.writerow([cell for name, cell in row.items() if name not in drop] + list(add.values()))
    return text.getvalue().encode()


@pytest.mark.parametrize(
    ("rename", "drop", "add"),
    [
        ({"best": "best_est", "high": "high_est", "low": "low_est"}, set[str](), {}),
        ({"best": "best_est", "low": "low_est"}, {"active_year", "code_status", "conflict_dset_id", "gwnoa"}, {}),
        ({"gwnoa": "gwno_a"}, {"dyad_dset_id", "source_original", "geom_wkt"}, {"conflict_id": "1", "isocc": "MM"}),
    ],
)
def test_other_editions_of_ged_are_the_same_list(
    tmp_path: Path,
    ged: list[Row],
    statements: dict[int, Statement],
    rename: dict[str, str],
    drop: set[str],
    add: dict[str, str],
) -> None:
    """Old names of the tolls, and columns that came and went, are read by the same mapping to the same tolls."""
    case = new_case(tmp_path / "case", None)
    result = read(case, as_edition(ged, rename, drop, add))
    assert (result.reading.statements, result.reading.unread, result.reading.sheets[0].unused) == (50, 0, ())
    for number, one in stored(case, result):
        assert (one.toll, one.when, one.where, one.by) == (
            statements[number].toll, statements[number].when, statements[number].where, statements[number].by,
        )  # fmt: skip


def test_rows_of_other_countries_are_not_put_into_this_one(tmp_path: Path, ged: list[Row]) -> None:
    """The world's file holds other countries: a row of theirs has no place here until a case adds one, and says so."""
    abroad = {"country": "Syria", "adm_1": "Aleppo governorate", "adm_2": "NA", "where_coordinates": "Aleppo city"}
    row = ged[0] | abroad | {"where_description": "Aleppo city", "source_original": "NA"}
    case = new_case(tmp_path / "case", None)
    result = read(case, as_edition([row], {}, set(), {}))
    [(_, one)] = stored(case, result)
    assert one.where is not None
    assert (one.where.text, one.where.place) == ("Aleppo city", None)
    assert any("no place of the gazetteer" in problem.reason for problem in result.reading.problems)


# --- one incident, several sources ------------------------------------------------------------------------------------


def test_the_laiza_table_says_what_its_sources_say(tmp_path: Path, shared_data: Path) -> None:
    """Eight rows: who says how many, who relays whom, who denies; nothing is unread."""
    case = new_case(tmp_path / "case", None)
    data = (shared_data / LAIZA).read_bytes()
    result = read(case, data, "laiza.csv")
    with io.StringIO(data.decode()) as file:
        rows = list(csv.DictReader(file))
    assert (result.reading.rows, result.reading.unread) == (8, 0)
    assert [problem for problem in result.reading.problems if not problem.kept] == []
    found = {(number, one.facet): one for number, one in stored(case, result)}
    for number, row in enumerate(rows, start=2):
        one = found[number, "killed"]
        assert one.toll is not None
        ends = (row["killed_min"], row["killed_max"])
        assert (one.toll.low, one.toll.high) == tuple(int(end) if end else None for end in ends)
        children = [part for part in one.toll.parts if part.axis == "age"]
        assert bool(children) == bool(row["children_killed_min"] or row["children_killed_max"])
        assert ((number, "injured") in found) == bool(row["injured"])
        assert ((number, "denial") in found) == bool(row["denied_by"])
        assert [s.name for s in one.speakers[1:]] == ([row["relays"]] if row["relays"] else [])
    # Three outlets that carry one spokesman have one root; UCDP's "12 sources" name nobody.
    spokesman = [
        one for (_, facet), one in found.items() if facet == "killed" and len(one.speakers) == 2 and one.speakers[1].root
    ]
    assert [one.source for one in spokesman] == ["nmg", "dmg", "afp"]
    assert {speaker for one in spokesman for speaker in one.speakers if speaker.root} == {spokesman[0].speakers[1]}
    assert all(one.modality is Modality.DENIED for (_, facet), one in found.items() if facet == "denial")
