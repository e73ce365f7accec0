"""What we promise about ACLED's table: nothing is read more surely than its codebook allows.

All events here are invented, written by hand after the codebook.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from litany.statements.mapping import builtin, recognise
from litany.statements.row_reader import RowRead
from litany.types.statement import Perpetrator
from litany.values import places
from litany.values.places import PlaceLevel
from litany.values.terms import Certainty, Level, Means, Modality
from tests.statements.statement_making import as_csv, new_case, one_row, read, stored

ACLED = next(loaded for loaded in builtin() if loaded.mapping.name == "acled")
ROW = {
    "event_id_cnty": "MMR90001", "event_date": "2022-05-04", "year": "2022", "time_precision": "1",
    "disorder_type": "Political violence", "event_type": "Violence against civilians", "sub_event_type": "Attack",
    "actor1": "Military Forces of Myanmar (2021-)", "assoc_actor_1": "", "inter1": "State forces",
    "actor2": "Civilians (Myanmar)",
    "assoc_actor_2": "", "inter2": "Civilians", "interaction": "State forces-Civilians",
    "civilian_targeting": "Civilian targeting",
    "iso": "104", "region": "Southeast Asia", "country": "Myanmar", "admin1": "Kachin", "admin2": "Myitkyina",
    "admin3": "Waingmaw", "location": "Waingmaw", "latitude": "25.3509", "longitude": "97.4370", "geo_precision": "1",
    "source": "Paper A; Paper B", "source_scale": "National", "notes": "An invented event.", "fatalities": "4", "tags": "",
    "timestamp": "1700000000",
}  # fmt: skip
ARMED = [("1", "State forces"), ("2", "Rebel group"), ("3", "Political militia"), ("4", "Identity militia"),
         ("8", "External/Other forces")]  # fmt: skip


def given(**changes: str) -> RowRead:
    """What the row says with these cells changed."""
    return one_row(ACLED.text, {**ROW, **changes})


def by(**changes: str) -> Perpetrator | None:
    """Whom the row names."""
    [one] = given(**changes).statements
    return one.by


def test_the_title_says_that_no_real_export_was_seen() -> None:
    """Whoever uses the mapping is told."""
    assert "not tried on a real export" in ACLED.mapping.title
    assert len(ROW) == 31
    assert recognise(list(ROW), builtin()) == ACLED


def test_an_event_is_one_statement_of_an_all_party_number(tmp_path: Path) -> None:
    """The number is a best without bounds or groups; outlets are no roots; no column is overlooked."""
    case = new_case(tmp_path / "case", None)
    result = read(case, as_csv(list(ROW), [list(ROW.values())]))
    assert (result.reading.statements, result.reading.unread, result.reading.sheets[0].unused) == (1, 0, ())
    assert [problem.reason for problem in result.reading.problems] == []
    [(_, one)] = stored(case, result)
    assert one.toll is not None
    assert (one.toll.low, one.toll.best, one.toll.high, one.toll.parts) == (None, 4, None, ())
    assert (one.level, one.modality, one.harm, one.note) == (Level.INCIDENT, Modality.ASSERTED, "killed", "An invented event.")
    assert one.when is not None
    assert one.when.edtf == "2022-05-04"
    assert one.where is not None
    assert (one.where.text, one.where.latitude) == ("Waingmaw", "25.3509")
    assert not any(speaker.root for speaker in one.speakers)


def test_the_same_event_from_the_api_is_the_same_statement(tmp_path: Path) -> None:
    """ACLED's API gives JSON: {"data": [...]}, numbers among its values."""
    case = new_case(tmp_path / "case", None)
    row: dict[str, object] = {**ROW, "fatalities": 4, "time_precision": 1, "geo_precision": 1, "iso": 104}
    document = json.dumps({"status": 200, "success": True, "count": 1, "data": [row]}).encode()
    from_json = read(case, document, "acled.json")
    from_csv = read(case, as_csv(list(ROW), [list(ROW.values())]))
    assert [one for _, one in stored(case, from_json)] == [one for _, one in stored(case, from_csv)]


@pytest.mark.parametrize("text", ["2022-05-04", "04 May 2022", "4 May 2022", "04-May-2022"])
def test_dates_are_read_as_exports_write_them(text: str) -> None:
    """The API writes ISO days, files a name of the month."""
    [one] = given(event_date=text).statements
    assert one.when is not None
    assert (one.when.edtf, one.when.precision) == ("2022-05-04", 1)


def test_a_week_is_never_read_as_a_day_and_a_month_is_a_month() -> None:
    """ACLED's codes are not UCDP's: 2 is a week around the day, 3 the month of the day."""
    spans = {}
    for code in "123":
        [one] = given(time_precision=code).statements
        assert one.when is not None
        assert one.when.earliest is not None
        assert one.when.latest is not None
        spans[code] = (date.fromordinal(one.when.earliest), date.fromordinal(one.when.latest), one.when.precision)
    day = date(2022, 5, 4)
    assert spans["1"] == (day, day, 1)
    first, last, precision = spans["2"]
    assert first <= day - timedelta(days=3)
    assert last >= day + timedelta(days=3)
    assert (last - first).days >= 6
    assert precision is not None
    assert precision >= 3
    assert spans["3"] == (date(2022, 5, 1), date(2022, 5, 31), 4)
    assert given(time_precision="7").troubles[0][:2] == ("time_precision", "7")


def test_a_region_is_never_read_as_its_capital() -> None:
    """The town of code 3 stands for its state, that of code 2 for its district at most."""
    levels = {}
    for code in "123":
        [one] = given(geo_precision=code).statements
        assert one.where is not None
        assert one.where.place is not None
        levels[code] = (places.load().get(one.where.place).level, one.where.precision)
    assert levels["2"] == (PlaceLevel.DISTRICT, 3)
    assert levels["3"] == (PlaceLevel.STATE, 4)
    assert levels["1"][0] not in (PlaceLevel.DISTRICT, PlaceLevel.STATE, PlaceLevel.COUNTRY)
    assert levels["1"][1] == 1


def test_no_report_of_dead_is_no_count_of_none() -> None:
    """0 is written where a report is silent."""
    assert given(fatalities="0").statements == []


@pytest.mark.parametrize(("number", "label"), ARMED)
def test_the_attacker_is_the_armed_one_in_whichever_column(number: str, label: str) -> None:
    """Codes and labels, first or second: swapping the columns changes nothing."""
    for armed, civilians in ((number, "7"), (label, "Civilians")):
        first = by(inter1=armed, inter2=civilians)
        second = by(inter1=civilians, inter2=armed, actor1=ROW["actor2"], actor2=ROW["actor1"])
        assert first == second
        assert first is not None
        assert (first.actors, first.certainty, first.crossfire) == (("mm.military",), Certainty.SUSPECTED, False)
        assert first.basis


@pytest.mark.parametrize(("number", "label"), ARMED)
def test_protesters_never_attack_in_excessive_force(number: str, label: str) -> None:
    """The other actor does."""
    kind = {"event_type": "Protests", "sub_event_type": "Excessive force against protesters"}
    for armed, protesters in ((number, "6"), (label, "Protesters")):
        first = by(**kind, inter1=protesters, inter2=armed, actor1="Protesters (Myanmar)", actor2=ROW["actor1"])
        second = by(**kind, inter1=armed, inter2=protesters, actor2="Protesters (Myanmar)")
        assert first == second
        assert first is not None
        assert first.actors == ("mm.military",)


@pytest.mark.parametrize(
    ("event", "sub"),
    [
        ("Battles", "Armed clash"),
        ("Explosions/Remote violence", "Air/drone strike"),
        ("Riots", "Mob violence"),
        ("Protests", "Peaceful protest"),
        ("Strategic developments", "Other"),
    ],
)
def test_elsewhere_nobody_is_derived(event: str, sub: str) -> None:
    """Not even where civilians are said to be the target: the two columns tell no roles."""
    assert by(event_type=event, sub_event_type=sub) is None
    assert by(event_type=event, sub_event_type=sub, actor1=ROW["actor2"], actor2=ROW["actor1"]) is None


def test_two_armed_actors_or_an_unidentified_one_name_nobody() -> None:
    """Where the code does not tell, nothing is told."""
    assert by(inter1="1", inter2="2") is None
    assert by(inter1="7", inter2="7") is None
    assert by(inter2="0") is None
    assert by(actor1="Unidentified Armed Group (Myanmar)", inter1="3") is None


def test_every_sub_type_of_the_codebook_is_known() -> None:
    """25 of them; a weapon is told only where the sub-type is one."""
    table = (Path(__file__).parent / "acled_types.txt").read_text("utf-8").splitlines()
    for line in table:
        event, _, sub = line.partition("\t")
        found = given(event_type=event, sub_event_type=sub)
        assert found.troubles == ()
        [one] = found.statements
        told = one.means not in (None, Means.UNKNOWN)
        assert told is (event == "Explosions/Remote violence"), sub
    assert len(table) == 25


def test_conventional_numbers_and_divided_totals_are_marked() -> None:
    """In the note of the statement, and in the list of what reads oddly; other rows are not marked."""
    plain = given(fatalities="4", notes="Four men were killed.")
    assert plain.statements[0].note == "Four men were killed." and plain.troubles == ()
    for number in ("3", "10", "12", "100"):
        marked = given(fatalities=number)
        assert "conventional numbers" in (marked.statements[0].note or "")
        assert [column for column, _, _ in marked.troubles] == ["fatalities"]
    for notes in (
        "Twelve were killed over two days, fatalities split between the two events.",
        "Fatalities coded across three locations.",
        "Part of a larger total of 30 dead.",
    ):
        assert "a total that ACLED divided" in (given(notes=notes).statements[0].note or "")
    assert "ACLED divided" not in (given(notes="The village was divided by a river.").statements[0].note or "")
