"""What a proposal may and may not say of a table that nobody prepared."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from litany.documents.rows import TableRow, unique_header
from litany.documents.tables import open_tables
from litany.errors import MappingError, UnknownValue, UnreadableFile
from litany.statements import codebook, mapping
from litany.statements.mapping_toml import write
from litany.statements.propose import Asked, Mapped, propose
from litany.types.records import Problem, SheetRead
from litany.values import actors, places

MANY = settings(max_examples=40, deadline=None)

# A role, heads that lists use for it, and how its cells look in row n. Written by hand, not taken from the vocabulary.
PERSON: dict[str, tuple[tuple[str, ...], Sequence[str]]] = {
    "name": (("Name", "Full name", "VICTIM_NAME", "Name of the deceased", "Nombre", "အမည်"), ("Daw Hla", "Ko Aung", "U Ba")),
    "sex": (("Sex", "gender", "SEXO", "Sexe", "ကျား/မ"), ("F", "M", "M")),
    "age": (("Age", "Age (years)", "edad", "အသက်"), ("61", "17", "40")),
    "died": (
        ("Date of death", "died on", "Fecha de muerte", "DateOfDeath", "Deceased Date"),
        ("2023-10-09", "2023-10-12", "2023-10-11"),
    ),
    "adm3": (("Township", "township_name", "မြို့နယ်", "TSP"), ("Waingmaw", "Momauk", "Waingmaw")),
    "adm1": (("State/Region", "States/Regions", "State", "တိုင်း/ပြည်နယ်"), ("Kachin", "Kachin", "Kachin")),
    "other date": (
        ("Reported date", "Date of report", "entry_date", "Publication date"),
        ("2024-01-01", "2024-01-02", "2024-01-03"),
    ),
    "contact": (("Phone", "Telephone", "E-mail"), ("09-111", "09-222", "09-333")),
}
TOLL: dict[str, tuple[tuple[str, ...], Sequence[str]]] = {
    "killed": (("Killed", "Number of people killed", "deaths", "Total fatalities", "Muertos"), ("3", "12", "1")),
    "injured": (("Injured", "no. of wounded", "Heridos"), ("0", "4", "7")),
    "date": (("Date", "Incident date", "event_date", "Fecha"), ("2023-10-09", "2023-10-12", "2023-10-11")),
    "adm3": (("Township", "township_name"), ("Waingmaw", "Momauk", "Waingmaw")),
    "share": (("Killed (%)", "death rate", "Share of deaths", "killed per 1000"), ("3", "12", "1")),
    "need": (("Population", "People in need", "Households displaced", "Target population"), ("300", "1200", "100")),
    "money": (("Budget (USD)", "Amount MMK"), ("300", "1200", "100")),
}


class Written:
    """A table with any header, without a file: what no reader of files would pass on is not kept from the proposal."""

    problems: list[Problem] = []  # noqa: RUF012 - none

    def __init__(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.sheet = SheetRead(header=unique_header(header)[0])
        self._rows = rows

    def rows(self) -> Iterator[TableRow]:
        """The rows, from 2 on."""
        return iter([TableRow(n, cells, 0, 0) for n, cells in enumerate(self._rows, start=2)])


def proposed(header: Sequence[str], rows: Sequence[Sequence[str]], *said: str, book: codebook.Codebook | None = None) -> Mapped:
    """What is proposed for a table with this header and these rows."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    table = open_tables(io.BytesIO(text.getvalue().encode()), "list.csv")[0]
    asked = Asked("list", "list", "list", book or codebook.Codebook(), said)
    return propose(table, "list.csv", asked, actors.load(), places.load())


def roles(made: Mapped) -> dict[str, str | None]:
    """The columns that are used, with their roles."""
    return {one.column: one.role for one in made.columns if one.used}


@st.composite
def tables(
    draw: st.DrawFn, columns: dict[str, tuple[tuple[str, ...], Sequence[str]]]
) -> tuple[dict[str, str], list[list[str]]]:
    """(role to head, rows with the header first), the columns in any order."""
    heads = {role: draw(st.sampled_from(names)) for role, (names, _) in columns.items()}
    order = draw(st.permutations(list(columns)))
    rows = [[heads[role] for role in order]] + [[columns[role][1][n] for role in order] for n in range(3)]
    return heads, rows


@MANY
@given(tables(PERSON))
def test_a_list_of_people_gets_its_mapping_back(table: tuple[dict[str, str], list[list[str]]]) -> None:
    """Whatever the order of the columns and the words of the heads, each column is what it was made as."""
    heads, (header, *rows) = table
    made = proposed(header, rows, "harm=killed")
    assert made.kind == "person"
    assert made.text is not None
    spec = mapping.load(made.text, "list").mapping
    (one,) = spec.statement
    assert one.person is not None
    assert one.died is not None
    assert one.where is not None
    assert one.person.names == (heads["name"],)
    assert one.person.age == heads["age"]
    assert one.person.sex is not None
    assert (one.person.sex.column, one.person.sex.values) == (heads["sex"], {"M": "male", "F": "female"})
    assert one.died.column == heads["died"]
    assert one.when is None  # a date of death, or of a report, never stands in for the incident's
    assert one.where.areas == (heads["adm1"], heads["adm3"])
    assert not one.by
    assert one.person.status is None
    assert set(spec.ignore) == {heads["other date"], heads["contact"]}
    assert made.preview is not None
    assert made.preview.with_statement == 3
    assert not made.complete  # the incident's date is open, and asked for
    assert any("when.column" in question for question in made.questions)


@MANY
@given(tables(TOLL))
def test_a_list_of_incidents_gets_its_mapping_back(table: tuple[dict[str, str], list[list[str]]]) -> None:
    """Numbers of people are tolls; shares, populations and money are none, whatever their heads share with a toll."""
    heads, (header, *rows) = table
    made = proposed(header, rows)
    assert made.kind == "incident"
    assert made.text is not None
    spec = mapping.load(made.text, "list").mapping
    assert {one.harm.value for one in spec.statement} == {"killed", "injured"}
    for one in spec.statement:
        assert one.toll is not None
        assert one.toll.best is not None
        assert one.toll.best.column == heads[one.harm.value]
        assert one.when is not None
        assert one.when.column == heads["date"]
    used = roles(made)
    assert not {heads["share"], heads["need"], heads["money"]} & used.keys()
    assert {one.column: one.unit for one in made.columns}[heads["killed"]] == "number of people killed"
    assert made.complete


HEADS = [head for columns in (PERSON, TOLL) for names, _ in columns.values() for head in names] + [
    "x1",
    "",
    "No",
    "id",
    "Notes",
    "Source",
    "Village",
]
CELLS = [
    "",
    "1",
    "2",
    "0.5",
    "12%",
    "F",
    "M",
    "2023-10-09",
    "9 Oct 2023",
    "Kachin",
    "MMR001",
    "Daw Hla",
    "unknown",
    "-",
    "at least 3",
    '\x7f\t"',
]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_column_has_two_roles_and_what_is_proposed_loads(data: st.DataObject) -> None:
    """Any table: one column, one role; each column is used, or left out with the reason; no number comes from a share."""
    header = data.draw(st.lists(st.sampled_from(HEADS), min_size=1, max_size=8))
    rows = data.draw(
        st.lists(st.lists(st.sampled_from(CELLS), min_size=len(header), max_size=len(header)), min_size=1, max_size=6)
    )
    said = data.draw(st.sampled_from(((), ("harm=killed",))))
    made = propose(
        Written(header, rows), "list.csv", Asked("list", "list", "list", settings=said), actors.load(), places.load()
    )
    for one in made.columns:
        assert one.used != (one.left is not None), one
    if made.text is None:
        assert made.questions
        assert not made.complete
        return
    spec = mapping.load(made.text, "list").mapping
    assert not set(spec.ignore) & roles(made).keys()
    for statement in spec.statement:
        assert not any(by.constant for by in statement.by)
        assert statement.person is None or statement.person.status is None or statement.person.status.constant is None
        dated = [when.column or when.first for when in (statement.when, statement.died) if when is not None]
        assert len(dated) == len(set(dated))
        numbers = [number for number in (statement.toll.best, statement.toll.text) if number] if statement.toll else []
        for number in numbers:
            assert not {"%", "rate", "Share", "per"} & set(number.column.replace("(", " ").replace(")", " ").split())


def test_a_table_without_harm_makes_no_statement() -> None:
    """Need and aid are shown as understood, and nothing is proposed."""
    made = proposed(
        ["State", "Township", "Township Pcode", "Population", "People in need", "Severity"],
        [["Kachin", "Waingmaw", "MMR001002", "1000", "300", "3.2"], ["Kachin", "Momauk", "MMR001003", "900", "200", "2.8"]],
    )
    assert (made.kind, made.text, made.complete) == ("no statement of harm", None, False)
    assert "no statement is proposed" in made.questions[0]
    assert {one.column: one.role for one in made.columns}["Township Pcode"] == "adm3 code"


def test_people_of_whom_nothing_says_what_was_done() -> None:
    """A list of people is asked about, not taken for one of killed people."""
    header, rows = ["Name", "Age", "Date"], [["Daw Hla", "61", "2023-10-09"], ["Ko Aung", "17", "2023-10-09"]]
    assert proposed(header, rows).text is None
    made = proposed(header, rows, "harm=detained")
    assert made.text is not None
    assert mapping.load(made.text, "x").mapping.statement[0].harm.value == "detained"
    assert proposed([*header, "Cause of death"], [[*row, "shot"] for row in rows]).text is not None
    assert proposed([*header, "killed"], [[*rows[0], "yes"], [*rows[1], "no"]]).text is None
    assert proposed([*header, "what"], [[*rows[0], "killed"], [*rows[1], "injured"]]).text is None


def test_what_is_equally_sure_is_shown_and_not_settled() -> None:
    """Two dates of the incident: neither is used, and the person is asked."""
    header = ["Name", "Incident date", "Event date", "Manner of death"]
    rows = [["Daw Hla", "2023-10-09", "2023-10-10", "shot"]] * 2
    made = proposed(header, rows)
    assert not {"Incident date", "Event date"} & roles(made).keys()
    assert any("'Event date' may be the date as well" in question for question in made.questions)
    settled = proposed(header, rows, "role.Event date=date")
    assert roles(settled)["Event date"] == "date"
    assert settled.complete


def test_an_aggregate_is_one() -> None:
    """Numbers by area and period without days are an aggregate."""
    made = proposed(["Region", "Year", "Deaths"], [["Kachin", "2021", "40"], ["Shan", "2022", "30"]])
    assert made.kind == "aggregate"
    assert made.preview is not None
    assert made.preview.examples[0].words.startswith("killed 40 people (aggregate), on 2021")


def test_rows_that_span_weeks_are_no_incidents() -> None:
    """From and to of a month, 24 times: a report by period; a day or two: incidents."""
    months = [
        [f"{2021 + n // 12}-{1 + n % 12:02}-01", f"{2021 + n // 12}-{1 + n % 12:02}-28", "Kachin", "4"] for n in range(24)
    ]
    header = ["Start date", "End date", "State", "Killed"]
    assert proposed(header, months).kind == "aggregate"
    assert proposed(header, [[row[0], row[0][:-1] + "2", *row[2:]] for row in months]).kind == "incident"


def test_a_person_without_a_name_is_a_person() -> None:
    """Who is unnamed is not dropped: the row says when, and the name stays missing."""
    made = proposed(
        ["Name", "Age", "Date killed"],
        [["", "40", "2023-10-09"], ["Daw Hla", "", "2023-10-09"], ["", "", "2023-10-10"], ["", "", ""]],
    )
    assert made.preview is not None
    assert (made.preview.rows, made.preview.with_statement) == (4, 3)


def test_places_of_another_country_stay_text() -> None:
    """A state that the gazetteer does not know is not made one of Myanmar."""
    made = proposed(
        ["Date", "City", "State", "Killed"], [["2020-01-02", "Springfield", "IL", "1"], ["2020-01-03", "Salem", "OR", "2"]]
    )
    assert made.text is not None
    where = mapping.load(made.text, "x").mapping.statement[0].where
    assert where is not None
    assert (where.text, where.areas, where.words) == (("City", "State"), (), False)
    assert any("0% of the areas" in note for note in made.notes)


def test_hxl_tags_win_over_heads() -> None:
    """What a tag says is said, whatever stands above it."""
    made = proposed(
        ["Lugar", "Cuando", "n1", "n2"],
        [
            ["#adm3+name", "#date+occurred", "#affected+killed", "#affected+killed+f"],
            ["Waingmaw", "2023-10-09", "3", "1"],
            ["Momauk", "2023-10-12", "2", "0"],
        ],
    )
    assert made.text is not None
    (one,) = mapping.load(made.text, "x").mapping.statement
    assert one.toll is not None
    assert one.toll.best is not None
    assert (one.toll.best.column, one.toll.part[0].sex) == ("n1", "female")


def test_a_codebook_explains_heads_and_codes() -> None:
    """Descriptions stand for heads, labels for codes."""
    book = codebook.Codebook(
        {
            ("v1",): codebook.Entry("Perpetrator", {"1": "Burma Army", "2": "Somebody Else"}),
            ("v2",): codebook.Entry("Sex", {"1": "Male", "2": "Female"}),
        }
    )
    made = proposed(
        ["Name", "v1", "v2", "Date killed"],
        [["Ko Aung", "1", "1", "2023-10-09"], ["Daw Hla", "2", "2", "2023-10-10"]],
        book=book,
    )
    assert made.text is not None
    (one,) = mapping.load(made.text, "x").mapping.statement
    assert one.by[0].values == {"1": "mm.military", "2": "?Somebody Else"}
    assert one.person is not None
    assert one.person.sex is not None
    assert one.person.sex.values == {"1": "male", "2": "female"}
    assert made.preview is not None
    assert "by mm.military" in made.preview.examples[0].words


def test_codebooks_in_several_forms(tmp_path: Path) -> None:
    """CSV, Markdown and TOML say the same."""
    folder = tmp_path
    (folder / "a.csv").write_text("variable,description,values\nsex,Sex of the person,1 = male; 2 = female\n")
    (folder / "b.md").write_text(
        "| Field | Description | Codes |\n|---|---|---|\n| sex | Sex of the person | 1: male; 2: female |\n"
    )
    (folder / "c.toml").write_text('[sex]\ndescription = "Sex of the person"\nvalues = { 1 = "male", 2 = "female" }\n')
    (folder / "d.csv").write_text("variable,code,label\nsex,1,male\n,2,female\n")
    for name in ("a.csv", "b.md", "c.toml", "d.csv"):
        assert codebook.read(folder / name).labels("Sex") == {"1": "male", "2": "female"}, name
    (folder / "e.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UnreadableFile, match="is no codebook"):
        codebook.read(folder / "e.csv")


def test_settings_change_the_mapping_or_say_what_is_wrong() -> None:
    """`--set` reaches every key, and refuses what is none."""
    header, rows = (
        ["Name", "Sex", "Date of death", "Phone"],
        [["Daw Hla", "X1", "2023-10-09", "1"], ["U Ba", "M", "2023-10-10", "2"]],
    )
    made = proposed(
        header,
        rows,
        "when.column='Date of death'",
        "sex.column=Sex",
        "sex.values.X1=female",
        "sex.values.M=male",
        "where.country=MM",
        "where.text=Phone",
        "missing+=none",
    )
    assert made.text is not None
    spec = mapping.load(made.text, "x").mapping
    (one,) = spec.statement
    assert one.when is not None
    assert (one.when.column, spec.missing) == ("Date of death", ("none",))
    assert one.person is not None
    assert one.person.sex is not None
    assert one.person.sex.values == {"X1": "female", "M": "male"}
    for wrong in ("nonsense=1", "when.colum=Date", "role.Nobody=age", "role.Name=nothing", "harm=eaten", "no equals"):
        with pytest.raises((MappingError, UnknownValue)):
            proposed(header, rows, wrong)


def test_what_ships_is_written_and_read_back() -> None:
    """Every mapping that ships comes back the same from its own TOML; nothing in a mapping is lost by writing it."""
    for loaded in mapping.builtin():
        assert mapping.load(write(loaded.mapping), loaded.mapping.name).mapping == loaded.mapping


@MANY
@given(
    st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, max_size=4, unique=True),
    st.text(st.characters(codec="utf-8")),
)
def test_any_text_survives_being_written(columns: list[str], comment: str) -> None:
    """Quotes, control characters, Burmese and dots in heads and comments."""
    spec = mapping.load(
        'name="x"\ntitle="x"\n[source]\nconstant="x"\n[[statement]]\nfacet="k"\nharm="killed"\n[statement.person]\nnames=["a"]\n',
        "x",
    ).mapping
    mine = replace(spec, recognise=tuple(columns), aliases={columns[0]: ("other",)})
    assert mapping.load(write(mine, {"": [comment], "recognise": [comment]}), "x").mapping == mine


def test_a_spread_of_a_long_table_is_looked_at() -> None:
    """A bounded sample, the first rows and some of the later ones, the same every time."""
    rows = [[f"2023-01-{1 + n % 28:02}", str(random.Random(n).randint(1, 9))] for n in range(9_000)]
    made = proposed(["Date", "Killed"], rows)
    assert made.preview is not None
    assert 2_000 < made.preview.rows <= 3_001
    assert made.preview.of == 9_000
    assert made == proposed(["Date", "Killed"], rows)
