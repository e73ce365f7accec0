"""What a victim list as it is found says: people, also unknown ones, groups, batches below the list, its own dates."""

from __future__ import annotations

from pathlib import Path

import pytest

from litany.counts.count import counter
from litany.errors import MappingError
from litany.ids import sha256
from litany.preserve.add import Facts, add
from litany.statements.mapping import load
from litany.statements.quotes import Quotes
from litany.statements.reading import read_document
from litany.statements.row_reader import RowRead
from litany.statements.view import view
from litany.store import rows as store_rows
from litany.types.records import Document
from litany.types.statement import Person, Statement, Toll
from litany.values import dates, places
from litany.values.places import PlaceLevel
from litany.values.terms import AgeGroup, Level, Sex, Status
from tests.statements.statement_making import as_csv, new_case, one_row, read, stored

MAPPING = """
name = "victims"
title = "Victims"
recognise = ["no", "name", "date"]
key = ["no"]
optional = ["age", "sex", "parents", "org", "died", "spot", "home", "township", "state", "code", "spot code"]

[source]
constant = "list"
[sources.list]
name = "The List"

[[statement]]
facet = "killed"
harm = "killed"
require_any = ["no", "name", "date"]

[statement.person]
names = ["name"]
age = "age"
parents = "parents"
occupation = "org"
every_row = true
sex = { column = "sex", values = { F = "female", M = "male" } }

[statement.person.status]
column = "org"
otherwise = "unknown"
patterns = [{ match = "civilian.*", value = "civilian" }, { match = "pdf\\\\b.*", value = "combatant" }]

[statement.person.home]
text = ["home"]
areas = ["state", "township"]
words = true

[statement.when]
column = "date"
words = true
within = "2021-02-01/2022-04-15"
basis = "the list's title names this period"
precision = "code"
precision_as = { "1" = "day", "2" = "week", "3" = "month" }

[statement.died]
column = "died"
words = true

[statement.where]
text = ["spot"]
areas = ["state", "township"]
homes = ["home"]
words = true
country = "MM"

[[batch]]
facet = "more"
harm = "killed"
column = "name"
pattern = '\\+ *(?P<number>\\d+) *\\((?P<name>[^)]+)\\)'
total = 'total *- *(?P<number>[\\d,]+)'
country = "MM"
"""
HEAD = ("no", "name", "date")
PLACES = places.load()


def row(**cells: str) -> RowRead:
    """What a row of these cells gives."""
    return one_row(MAPPING, {"no": "1", "name": "Mya Mya", "date": "9 Feb 2021", **cells})


def person(**cells: str) -> Person:
    """The person of a row."""
    [statement] = row(**cells).statements
    assert statement.person is not None and statement.toll is None
    return statement.person


def test_names_stay_as_given_and_unknown_is_no_name() -> None:
    """The person counts all the same."""
    assert person(name="Na Pwar (aka) Ko Nyi Nyi Oo").names == ("Na Pwar (aka) Ko Nyi Nyi Oo",)
    assert person(name="Unknown Name").names == ()
    assert person(name="Unknwon Name", age="40").months == (480, 491)
    assert person(name="", date="", parents="") == Person()
    assert person(name="54 Unknown Name").names == ()


def test_an_unnamed_person_is_described_by_the_words() -> None:
    """Columns of their own go before the words of the name cell."""
    girl = person(name="a 10-year-old girl")
    assert (girl.names, girl.sex, girl.age_group, girl.months) == ((), Sex.FEMALE, AgeGroup.CHILD, (120, 131))
    wife = person(name="Unknown Name (Wife of Khun Naung)")
    assert (wife.names, wife.sex, wife.note) == ((), Sex.FEMALE, "Wife of Khun Naung")
    assert person(name="a 10-year-old girl", sex="M", age="11").sex is Sex.MALE
    assert person(name="a 10-year-old girl", sex="M", age="11").months == (132, 143)
    assert person(name="a monk").occupation == "monk"
    assert person(name="a monk", org="Teacher").occupation == "Teacher"


def test_a_group_is_a_toll_of_people_and_is_listed() -> None:
    """Never one person, and never more than the words say."""
    read_ = row(name="two children of U Ba")
    [statement] = read_.statements
    assert statement.person is None
    assert statement.toll == Toll(None, 2, None, statement.toll.parts if statement.toll else ())
    assert statement.toll is not None
    [part] = statement.toll.parts
    assert (part.axis, part.age, part.best) == ("age", AgeGroup.CHILD, 2)
    assert any("read as a toll of 2 people" in reason for _, _, reason in read_.troubles)


def test_ages_give_months_and_a_group_only_where_certain() -> None:
    """Under 18 at any reading is a child; a span over it is neither."""
    assert person(age="17").age_group is AgeGroup.CHILD
    assert person(age="18").age_group is AgeGroup.ADULT
    assert person(age="17 or 18").age_group is None
    assert person(age="Under 18").age_group is AgeGroup.CHILD
    assert person(age="8 months").months == (8, 8)
    assert person(age="unknown").age is None
    odd = row(age="old enough")
    assert odd.statements[0].person is not None and odd.statements[0].person.age == "old enough"
    assert any(column == "age" for column, _, _ in odd.troubles)


def test_parents_of_one_column() -> None:
    """By the word before the name; a name without one is nobody's guess."""
    both = person(parents="U Khin Maung Aye + Daw San San Aye")
    assert (both.father, both.mother) == ("U Khin Maung Aye", "Daw San San Aye")
    assert (person(parents="Daw Aye Aye Myint").father, person(parents="Daw Aye Aye Myint").mother) == (
        None,
        "Daw Aye Aye Myint",
    )
    assert person(parents="Unknown") == person()
    assert person(parents="Mohamad Jinnu").note == "parents: Mohamad Jinnu"


def test_status_by_pattern_and_otherwise() -> None:
    """Without a pattern that fits, the word for all others."""
    assert person(org="Civilian (Driver)").status is Status.CIVILIAN
    assert person(org="PDF (Kale)").status is Status.COMBATANT
    assert person(org="Student").status is Status.UNKNOWN
    assert person(org="Student").occupation == "Student"


@pytest.mark.parametrize(
    ("text", "edtf", "basis"),
    [
        ("9 Feb 2021", "2021-02-09", False),
        ("6/7 Jan 22", "2022-01-06/2022-01-07", False),
        ("March", "[2021-03,2022-03]", True),
    ],
)
def test_dates_rest_on_the_period_only_where_they_must(text: str, edtf: str, basis: bool) -> None:
    """And say so: March is March of a year in it."""
    [statement] = row(date=text).statements
    assert statement.when is not None
    assert statement.when.edtf == edtf
    assert (statement.when.basis == "the list's title names this period") is basis
    assert (statement.when.basis is not None) is basis


@pytest.mark.parametrize("text", ["", "Unknown Date", "no such thing"])
def test_a_missing_date_stays_missing(text: str) -> None:
    """The period that a list claims to cover fills nothing."""
    read_ = row(date=text)
    assert read_.statements[0].when is None
    assert bool(read_.troubles) is (text == "no such thing")


def test_a_date_of_death_without_a_period_stays_missing() -> None:
    """Undated is undated."""
    [statement] = row(died="").statements
    assert statement.died is None
    [statement] = row(died="Unknown Date").statements
    assert statement.died is None


@pytest.mark.parametrize(
    ("code", "days"),
    [("1", "2021-02-09"), ("2", "2021-02-03/2021-02-15"), ("3", "2021-02"), ("", "2021-02-09")],
)
def test_a_source_s_own_code_widens_the_date(code: str, days: str) -> None:
    """A week that holds the day begins at most six days before it and ends at most six days after it."""
    [statement] = row(code=code).statements
    wanted = dates.parse(days)
    assert statement.when is not None
    assert (statement.when.earliest, statement.when.latest) == (wanted.earliest, wanted.latest)


def test_an_unknown_code_is_listed() -> None:
    """It neither widens nor costs the date."""
    read_ = row(code="9")
    assert read_.statements[0].when is not None
    assert any(column == "code" and value == "9" for column, value, _ in read_.troubles)


def test_a_place_in_words() -> None:
    """The home counts where the text points to it; a township that the text contradicts widens the answer."""
    [statement] = row(spot="In the Village", home="", township="Kani", state="Sagaing").statements
    assert statement.where is not None
    assert PLACES.get(statement.where.place or "").name == "Kani"
    told = row(spot="Helden, Kamaryut", township="Kyaikto", state="Mon")
    where = told.statements[0].where
    assert where is not None and where.place == "MM" and len(where.candidates) == 2
    assert any(column == "spot" for column, _, _ in told.troubles)
    assert person(township="Kyaikto", state="Mon").home is None  # the areas of the row are no address
    home = person(home="Innwa Village", township="Kyaikto", state="Mon").home
    assert home is not None and home.text == "Innwa Village"
    assert PLACES.at_level(home.place or "", PlaceLevel.TOWNSHIP) == PLACES.resolve("Kyaikto", None, [PlaceLevel.TOWNSHIP])


def test_batches_are_statements_and_totals_are_checked(tmp_path: Path) -> None:
    """The first number of the line is that of the rows; two more batches are two statements, and the total is only compared."""
    rows = [("1", "Mya", "9 Feb 2021"), ("2", "Hla", ""), ("", "Tun", "March"), ("", "3 + 53 (Bago Case) + 25 (Hpruso)", ""),
            ("", "Total - 81", "")]  # fmt: skip
    case = new_case(tmp_path / "case", MAPPING)
    result = read(case, as_csv(HEAD, rows))
    made = stored(case, result)
    people = [one for _, one in made if one.person is not None]
    batches: list[Statement] = [one for _, one in made if one.person is None]
    assert len(people) == 3
    assert [(one.facet, one.toll, one.level) for one in batches] == [
        ("more-1", Toll(53, 53, 53), Level.INCIDENT),
        ("more-2", Toll(25, 25, 25), Level.INCIDENT),
    ]
    assert [one.where.text if one.where else None for one in batches] == ["Bago Case", "Hpruso"]
    assert [PLACES.get(one.where.place or "").name for one in batches if one.where] == ["Bago", "Hpruso"]
    assert all(one.when is None for one in batches)
    said = [problem.reason for problem in result.reading.problems]
    assert any("3 people in rows + 78 in 2 batches = 81, as the list says" in reason for reason in said)
    assert result.reading.unread == 1
    case.close()


BELOW = ("", "2 + 53 (Bago Case) + 25 (Hpruso)", "")


def test_two_batches_of_one_line_are_two_incidents(tmp_path: Path) -> None:
    """They are added; as two reports of one incident, 25 or 53 people would be lost."""
    case = new_case(tmp_path / "case", MAPPING)
    read(case, as_csv(HEAD, [("1", "Mya", "9 Feb 2021"), ("2", "Hla", "9 Feb 2021"), BELOW]))
    counting = counter(case)
    figure = counting.figure(counting.scope("killed"))
    assert (figure.low, figure.best, figure.high) == (80, 80, 80)
    dated = counting.figure(counting.scope("killed 2021-02-01..2022-04-15"))
    assert (dated.low, dated.best, dated.high) == (2, 2, 80)  # the line states no date
    case.close()


@pytest.mark.parametrize("later", ["2 + 60 (Bago Case) + 25 (Hpruso)", "2 + 25 (Hpruso) + 60 (Bago Case)"])
def test_a_batch_continues_in_the_next_edition(tmp_path: Path, later: str) -> None:
    """The batch of a name is the same batch next month, in whatever order: its new number takes the place of the old one."""
    case = new_case(tmp_path / "case", MAPPING)
    people = [("1", "Mya", "9 Feb 2021"), ("2", "Hla", "9 Feb 2021")]
    for published, line in (("2022-03", BELOW), ("2022-04", ("", later, ""))):
        path = tmp_path / f"{published}.csv"
        path.write_bytes(as_csv(HEAD, [*people, line]))
        [outcome] = add(case, [str(path)], Facts(published=published))
        assert outcome.sha256 is not None
        read_document(case, Document(schema=1, sha256=outcome.sha256, size=outcome.size), path.name)
    counting = counter(case)
    assert counting.figure(counting.scope("killed")).best == 2 + 60 + 25
    case.close()


def test_without_a_key_batches_stay_two_incidents(tmp_path: Path) -> None:
    """They are known by their place in the document, each by itself."""
    case = new_case(tmp_path / "case", MAPPING.replace('key = ["no"]', "", 1))
    read(case, as_csv(HEAD, [("1", "Mya", "9 Feb 2021"), ("2", "Hla", "9 Feb 2021"), BELOW]))
    counting = counter(case)
    assert counting.figure(counting.scope("killed")).best == 80
    case.close()


def test_a_batch_is_quoted(tmp_path: Path) -> None:
    """Its number stands in the words that are shown for it."""
    case = new_case(tmp_path / "case", MAPPING)
    result = read(case, as_csv(HEAD, [("1", "Mya", "9 Feb 2021"), BELOW]))
    key = case.store.key_of(result.id)
    assert key is not None
    quotes = Quotes(case)
    shown = [view(quotes, result.reading, row) for row in store_rows.of_readings(case.store, [key])]
    quotes.close()
    below = [one for one in shown if one is not None and one.facet.startswith("more-")]
    assert [one.quote for one in below] == ["name: 2 + 53 (Bago Case) + 25 (Hpruso)"] * 2
    assert [one.locator.row for one in below] == [3, 3]
    case.close()


def test_a_numbered_row_is_never_a_batch() -> None:
    """Whatever its name looks like: no person is lost to a pattern."""
    [statement] = row(no="7", name="Total - 3 (aka) + 53 (Bago)").statements
    assert statement.person is not None


@pytest.mark.parametrize("number", ["1,2", "9" * 12, "٣"])
def test_a_batch_whose_number_cannot_be_read_is_listed(number: str) -> None:
    """It makes no statement, and no traceback."""
    pattern = MAPPING.replace("(?P<number>\\d+) *", "(?P<number>[^ ]+) *", 1)
    read_ = one_row(pattern, {"no": "", "name": f"1 + {number} (Bago)", "date": ""})
    assert read_.statements == []
    assert [column for column, _, _ in read_.unread] == ["name"]


def test_a_group_is_of_one_sex_and_status_as_its_columns_say() -> None:
    """All of it: a part is never more than the total; what columns say of one person is listed, never dropped in silence."""
    read_ = row(name="two children of U Ba", sex="F", org="Civilian", age="7")
    toll = read_.statements[0].toll
    assert toll is not None
    assert {(part.axis, part.status or part.sex or part.age, part.best) for part in toll.parts} == {
        ("status", Status.CIVILIAN, 2), ("sex", Sex.FEMALE, 2), ("age", AgeGroup.CHILD, 2),
    }  # fmt: skip
    assert ("age", "7") in {(column, value) for column, value, _ in read_.troubles}


def test_the_list_s_total_counts_the_people_of_groups(tmp_path: Path) -> None:
    """Two children are two people in the sum that is compared."""
    case = new_case(tmp_path / "case", MAPPING)
    result = read(case, as_csv(HEAD, [("1", "two children of U Ba", ""), ("2", "Mya", ""), ("", "Total - 3", "")]))
    assert any("3 people in rows = 3, as the list says" in problem.reason for problem in result.reading.problems)
    case.close()


def test_a_total_that_does_not_come_out_is_said(tmp_path: Path) -> None:
    """Rows were lost, or the list miscounts: nobody has to find out alone."""
    case = new_case(tmp_path / "case", MAPPING)
    result = read(case, as_csv(HEAD, [("1", "Mya", "9 Feb 2021"), ("", "Total - 2", "")]))
    assert any("= 1, but the list says 2" in problem.reason for problem in result.reading.problems)
    case.close()


def test_the_order_of_a_column_is_settled_by_it_and_said(tmp_path: Path) -> None:
    """13/02/2021 shows that days stand first; without such a date both readings stay."""
    case = new_case(tmp_path / "case", MAPPING)
    result = read(case, as_csv(HEAD, [("1", "Mya", "13/02/2021"), ("2", "Hla", "03/04/2021")]), "a.csv")
    assert [one.when.edtf for _, one in stored(case, result) if one.when] == ["2021-02-13", "2021-04-03"]
    assert any("order of day and month in date" in problem.reason for problem in result.reading.problems)
    result = read(case, as_csv(HEAD, [("3", "Mya", "05/04/2021"), ("4", "Hla", "03/04/2021")]), "b.csv")
    assert [one.when.edtf for _, one in stored(case, result) if one.when] == [
        "[2021-04-05,2021-05-04]",
        "[2021-03-04,2021-04-03]",
    ]
    case.close()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('match = "civilian.*"', 'match = "civilian("', "no regular expression"),
        ('value = "civilian"', 'value = "angel"', "'angel' is none of its words"),
        ('basis = "the list\'s title names this period"', "", "say why under basis"),
        ('within = "2021-02-01/2022-04-15"', 'within = "2021-02-01/.."', "open on one end"),
        ('within = "2021-02-01/2022-04-15"', 'within = "spring"', "within"),
        ('"2" = "week"', '"2" = "decade"', "none of day, week, month, year"),
        ("(?P<number>\\d+) *\\((?P<name>", "(\\d+) *\\((?P<name>", "has no group (?P<number>"),
        ('facet = "more"', 'facet = "killed"', "a statement has this facet already"),
        ("words = true\nwithin", 'words = true\norder = "year-first"\nwithin', "day-first or month-first"),
    ],
)
def test_what_cannot_be_meant_is_refused(old: str, new: str, problem: str) -> None:
    """With the table and the key."""
    assert old in MAPPING
    with pytest.raises(MappingError, match=problem.replace("(", r"\(").replace("?", r"\?")):
        load(MAPPING.replace(old, new, 1), "m.toml")


def test_the_mapping_that_is_tested_loads() -> None:
    """It is one that a person may write."""
    assert load(MAPPING, "m.toml").sha256 == sha256(MAPPING.encode())
