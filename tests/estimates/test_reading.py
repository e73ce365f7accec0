"""A table of lists is read as it is meant, or refused with the file, the row and the column: no number is guessed."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from litany.errors import LitanyError
from litany.estimates import CaptureError, Read, Why, of_people, read_captures
from tests.estimates.known_tables import kosovo

ABC = ("a", "b", "c")
CELLS = "a,b,c,n\n1,0,0,30\n0,1,0,20\n0,0,1,10\n1,1,0,4\n1,0,1,3\n0,1,1,2\n1,1,1,1\n"


def read(folder: Path, text: str, lists: tuple[str, ...] = ABC, **asked: object) -> Read:
    """A CSV file of this text, read."""
    path = folder / "t.csv"
    path.write_text(text, "utf-8")
    return read_captures(path, lists, **asked)  # type: ignore[arg-type]


def refused(folder: Path, text: str, lists: tuple[str, ...] = ABC, **asked: object) -> str:
    """The message with which it is refused."""
    with pytest.raises(LitanyError) as raised:
        read(folder, text, lists, **asked)
    return str(raised.value)


def test_counts_and_persons_give_one_table(tmp_path: Path) -> None:
    """A table of patterns with counts and a table of as many persons are the same table of capture patterns."""
    counted = read(tmp_path, CELLS, count="n").strata[0].table
    rows = [line.split(",") for line in CELLS.splitlines()[1:]]
    persons = "a,b,c\n" + "".join((",".join(row[:3]) + "\n") * int(row[3]) for row in rows)
    again = read(tmp_path, persons).strata[0].table
    assert counted.sha256() == again.sha256() == read(tmp_path, CELLS, ABC, count="n").strata[0].table.sha256()
    assert counted.people == 70


def test_every_form_gives_one_table(tmp_path: Path) -> None:
    """CSV, a workbook, JSON Lines and Parquet of the same rows are the same table."""
    kosovo_table = kosovo()
    rows = [
        {**{name: int(there) for name, there in zip(kosovo_table.lists, pattern, strict=True)}, "people": int(count)}
        for pattern, count in zip(kosovo_table.patterns, kosovo_table.counts, strict=True)
    ]
    pl.DataFrame(rows).write_csv(tmp_path / "k.csv")
    pl.DataFrame(rows).write_parquet(tmp_path / "k.parquet")
    (tmp_path / "k.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    book.save(tmp_path / "k.xlsx")
    for name in ("k.csv", "k.parquet", "k.jsonl", "k.xlsx"):
        found = read_captures(tmp_path / name, kosovo_table.lists, count="people")
        assert found.strata[0].table.sha256() == kosovo_table.sha256(), name


@pytest.mark.parametrize(("there", "absent"), [("1", "0"), ("true", "false"), ("YES", "No"), ("TRUE", "False"), ("1.0", "0.0")])
def test_words_for_in_and_not_in(tmp_path: Path, there: str, absent: str) -> None:
    """1 and 0, true and false, yes and no, in any case."""
    made = read(tmp_path, f"a,b,c\n{there},{absent},{absent}\n {there} ,{there},{absent}\n")
    assert made.strata[0].table.sha256() == of_people(ABC, [(True, False, False), (True, True, False)]).sha256()


WRONG: dict[str, tuple[str, str]] = {
    "negative": ("1,0,0,-3", "t.csv, row 2, column n: the count “-3” is negative"),
    "fraction": ("1,0,0,2.5", "t.csv, row 2, column n: the count “2.5” is no whole number"),
    "none": ("1,0,0,nan", "t.csv, row 2, column n: the count “nan” is no whole number"),
    "blank count": ("1,0,0,", "t.csv, row 2, column n: the count is blank"),
    "word": ("1,x,0,3", "t.csv, row 2, column b: “x” is neither 1 nor 0 (or true, false, yes, no)"),
    "blank": ("1,,0,3", "t.csv, row 2, column b: a blank is neither 1 nor 0 (or true, false, yes, no)"),
    "too many": (
        "1,0,0,1000000000001",
        "t.csv, row 2, column n: the count “1000000000001” is more than 1,000,000,000,000: is it a count of people?",
    ),
    "unseen": (
        "0,0,0,7",
        "t.csv, row 2, column n: 7 people are in none of the lists. How many nobody documented is what is estimated: leave "
        "that row out, or name the list that they are from",
    ),
    "twice": (
        "1,0,1,3\n1,0,0,1\n1,0,1,2",
        "t.csv, rows 2 and 4: the pattern a+c stands twice. Add the two counts up, or name the column that tells them apart "
        "with --strata",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_cell_is_named(tmp_path: Path, name: str) -> None:
    """The message names file, row as a spreadsheet program numbers it, and column."""
    rows, message = WRONG[name]
    assert refused(tmp_path, f"a,b,c,n\n{rows}\n", count="n") == message


def test_counts_as_large_as_can_be_are_read(tmp_path: Path) -> None:
    """Thousands of millions are counts; more people than there ever were are not."""
    assert read(tmp_path, "a,b,c,n\n1,0,0,1000000000\n0,1,1,1000000000\n", count="n").people == 2 * 10**9
    many = "".join(f"1,{b},{c},1000000000000\n" for b, c in itertools.product((0, 1), repeat=2))
    assert refused(tmp_path, "a,b,c,n\n" + many, count="n").startswith("t.csv: the counts add up to more than")


def test_zero_counts_and_the_empty_pattern_with_zero_are_nothing(tmp_path: Path) -> None:
    """A row that says that nobody has a pattern is no mistake, and none is that nobody is in no list."""
    plain, more = read(tmp_path, CELLS, count="n"), read(tmp_path, CELLS + "0,0,0,0\n", count="n")
    assert plain.strata[0].table.sha256() == more.strata[0].table.sha256() and not more.notes
    assert read(tmp_path, "a,b,c,n\n1,0,0,0\n0,1,1,5\n", count="n").people == 5


def test_persons_in_no_list_are_left_out_and_told(tmp_path: Path) -> None:
    """Nobody is dropped in silence."""
    made = read(tmp_path, "a,b,c\n1,0,0\n" + "0,0,0\n" * 7 + "1,1,0\n")
    assert made.people == 2
    assert made.notes == ("7 rows are in none of the lists and left out: rows 3, 4, 5, 6, 7, …",)
    assert refused(tmp_path, "a,b,c\n0,0,0\n") == "t.csv: nobody is in any of the lists a, b, c"


@pytest.mark.parametrize("column", ["n", "Count", "COUNTS", "freq", "Frequency", "total"])
def test_a_column_that_looks_like_counts_must_be_spoken_of(tmp_path: Path, column: str) -> None:
    """Patterns are not taken for persons because somebody forgot an option."""
    text = CELLS.replace("n\n", f"{column}\n", 1)
    assert refused(tmp_path, text) == (
        f"t.csv: is the column {column} a count of people? Say `--count {column}`, or `--people` if each row is a person"
    )
    assert read(tmp_path, text, people=True).people == 7


def test_events_are_refused_with_their_columns(tmp_path: Path) -> None:
    """Lists of events say nothing of missed persons: a toll in a list's column, or beside it, shows them."""
    header = "id,year,side_a,deaths_a,deaths_b,deaths_civilians,best,low,high\n"
    ucdp = read(tmp_path, header + "1,2021,M,0,1,12,13,13,20\n", ("deaths_a", "deaths_b", "deaths_civilians"))
    assert ucdp.refusal is not None and ucdp.refusal.why is Why.EVENTS and not ucdp.strata
    assert "row 2, column deaths_civilians: “12” in the column of a list" in ucdp.refusal.words
    beside = read(tmp_path, "id,a,b,c,best,fatalities\n1,1,0,0,1,1\n2,1,1,0,7,9\n")
    assert beside.refusal is not None and "column best: “7”" in beside.refusal.words
    assert "(columns best, fatalities)" in beside.refusal.words
    persons = read(tmp_path, "a,b,c,month_death,year_death,killed\n1,0,0,10,2023,1\n0,1,1,11,2023,1\n")
    assert persons.refusal is None and persons.people == 2


def test_strata_are_told_apart_and_blanks_are_one_of_their_own(tmp_path: Path) -> None:
    """Cells of one or several columns; a blank is the stratum (blank), which stands last and is told."""
    text = "place,a,b,c,n\n,1,0,0,4\nx,1,0,0,5\nw,0,1,1,1\nw,1,0,0,2\n"
    one = read(tmp_path, text, count="n", strata=["place"])
    assert refused(tmp_path, text, count="n").startswith("t.csv, rows 2 and 3: the pattern a stands twice.")
    again = refused(tmp_path, text + "w,1,0,0,2\n", count="n", strata=["place"])
    assert again.startswith("t.csv, rows 5 and 6: the pattern a of w stands twice.")
    assert [(stratum.name, stratum.table.people) for stratum in one.strata] == [("w", 3), ("x", 5), ("(blank)", 4)]
    assert one.notes == ("4 people have a blank in the column place: they are the stratum (blank)",)


def test_two_columns_of_strata(tmp_path: Path) -> None:
    """People are of one place and one sex."""
    text = "place,sex,a,b,c\nx,m,1,0,0\nx,f,1,0,0\nx,f,0,1,0\n"
    made = read(tmp_path, text, strata=["place", "sex"])
    assert [(stratum.name, stratum.table.people) for stratum in made.strata] == [("x / f", 2), ("x / m", 1)]


def test_what_was_asked_for_must_make_sense(tmp_path: Path) -> None:
    """Columns that are not there, named twice, or too many; both ways to read rows at once."""
    assert refused(tmp_path, CELLS, ("a", "b", "d"), count="n") == "t.csv has no column 'd'. Its columns: a, b, c, n"
    assert refused(tmp_path, CELLS, ("a", "b", "b"), count="n") == "the column b is named as a list twice"
    assert refused(tmp_path, CELLS, strata=["c"], count="n") == "the column c is named as a list and as a stratum"
    assert refused(tmp_path, CELLS, count="c") == "the column c is named as a list and as the count"
    assert refused(tmp_path, CELLS, ("a", ""), count="n") == "--lists has an empty name: is there a comma too many?"
    assert refused(tmp_path, CELLS, ("",), count="n") == "name the columns of the lists: --lists A,B,C"
    assert "say one of them" in refused(tmp_path, CELLS, count="n", people=True)
    assert "at most 30 can be" in refused(tmp_path, CELLS, tuple(f"l{number}" for number in range(31)))
    assert refused(tmp_path, "a,b,c\n") == "t.csv has a header and no rows"


def test_one_of_several_sheets(tmp_path: Path) -> None:
    """The one table that has the columns is taken; where several have them, one must be named."""
    book = openpyxl.Workbook()
    for name, header in (("notes", ["about", "us"]), ("people", list(ABC)), ("copy", list(ABC))):
        sheet = book.create_sheet(name)
        sheet.append(header)
        sheet.append([1] * len(header))
        sheet.append([1, 0, 1][: len(header)])
    del book["Sheet"]
    path = tmp_path / "t.xlsx"
    book.save(path)
    with pytest.raises(CaptureError, match=r"holds 3 tables\. Say which with --sheet: notes, people, copy"):
        read_captures(path, ABC)
    assert read_captures(path, ABC, sheet="copy").sheet == "copy"
    with pytest.raises(CaptureError, match=r"has no table 'other'\. It has: notes, people, copy"):
        read_captures(path, ABC, sheet="other")
    del book["copy"]
    book.save(path)
    assert read_captures(path, ABC).sheet == "people"


def test_fewer_lists_than_the_table_has_are_added_up_and_told(tmp_path: Path) -> None:
    """Refusals say to leave a list out; a table of patterns can then be read as it is."""
    table = kosovo()
    cells = [[*map(int, row), count] for row, count in zip(table.patterns, table.counts.tolist(), strict=True)]
    text = "\n".join(",".join(map(str, row)) for row in [[*table.lists, "people"], *cells])
    found = read(tmp_path, text, table.lists[:3], count="people")
    assert found.strata[0].table.sha256() == table.only(table.lists[:3]).sha256()
    missing = table.people - found.people
    assert missing == 306 and any("306 people are in none of the lists that are named" in note for note in found.notes)
    told = f"counts are added up over columns that are not named as lists or strata: {table.lists[3]}"
    assert any(note.startswith(told) for note in found.notes)
    assert not read(tmp_path, text, table.lists, count="people").notes


@pytest.mark.parametrize("name", ["people", "persons", "number", "weight"])
def test_counts_that_nobody_named_are_asked_about(tmp_path: Path, name: str) -> None:
    """Rows that all have patterns of their own beside whole numbers are patterns with counts, as a rule."""
    text = f"a,b,c,{name}\n1,0,0,30\n0,1,0,20\n1,1,0,4\n1,1,1,1\n"
    message = refused(tmp_path, text)
    assert f"Say `--count {name}`, or `--people` if each row is a person" in message
    assert read(tmp_path, text, people=True).people == 4
    ages = text.replace(name, "age")
    assert read(tmp_path, ages).people == 4 and read(tmp_path, text + "1,0,0,7\n").people == 5


@pytest.mark.parametrize(
    "name",
    [
        "death_toll",
        "Deaths reported",
        "Number of deaths",
        "fatality count",
        "people killed",
        "Killed (low)",
        "best_estimate",
        "victims",
        "killed_by_airstrike",
    ],
)
def test_tolls_under_any_ordinary_name_show_events(tmp_path: Path, name: str) -> None:
    found = read(tmp_path, f"a,b,c,{name}\n1,0,1,12\n1,1,0,3\n0,1,1,2\n")
    assert found.refusal is not None and found.refusal.why is Why.EVENTS and name in found.refusal.words


PERSONS = (
    "year of death", "death_date", "killed_by", "age at death", "killed_with", "number_killed_in_incident", "others_killed",
    "casualty_no", "casualty_number", "fatality", "casualty status", "dead_or_missing", "deaths_in_household", "victim_id",
)  # fmt: skip


@pytest.mark.parametrize("name", PERSONS)
def test_what_is_said_of_one_death_is_no_toll(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, f"a,b,c,{name}\n1,0,1,2\n1,0,1,5\n0,1,1,2\n").people == 3


def test_years_and_running_numbers_are_neither_tolls_nor_counts(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b,c,Killed,#\n1,0,1,2021,1\n1,1,0,2022,2\n0,1,1,2021,3\n", people=True).people == 3
    assert read(tmp_path, "a,b,c,#\n1,0,1,4\n1,1,0,5\n0,1,1,6\n").people == 3


def test_numbers_that_no_float_holds_are_no_counts(tmp_path: Path) -> None:
    """Nor are they a traceback."""
    long = "9" * 5000
    assert read(tmp_path, f"a,b,c,remark\n1,0,1,{long}\n1,1,0,{long}\n").people == 2
    found = read(tmp_path, f"a,b,c,deaths\n1,0,1,{long}\n1,1,0,2\n")
    assert found.refusal is not None and found.refusal.why is Why.EVENTS


def test_whoever_says_that_rows_are_people_is_believed(tmp_path: Path) -> None:
    """But for numbers above one in the column of a list."""
    text = "a,b,c,deaths\n1,0,1,12\n1,1,0,3\n"
    found = read(tmp_path, text)
    assert found.refusal is not None and "say `--people`" in found.refusal.next
    assert read(tmp_path, text, people=True).people == 2
    assert read(tmp_path, text.replace("1,0,1,12", "7,0,1,12"), people=True).refusal is not None


def test_a_column_that_stands_twice_is_not_chosen_for_the_user(tmp_path: Path) -> None:
    text = "a,a,b,c,n\n1,0,0,0,3\n0,1,1,0,4\n0,1,0,1,2\n"
    assert "the column a stands more than once" in refused(tmp_path, text, count="n")
    assert "the column n stands more than once" in refused(tmp_path, "a,b,c,n,n\n1,0,0,3,1\n", count="n")
    many = "u,u,v,v,w,w,x,x,y,y,z,z,a,a,b,c,n"  # more than are told one by one
    assert "the column a stands more than once" in refused(tmp_path, f"{many}\n{'1,' * 16}1\n", count="n")
    own = read(tmp_path, "a,a (2),b,c,n\n1,0,0,0,3\n0,1,1,0,4\n0,1,0,1,2\n", count="n")
    assert own.people == 9, "a name of its own is no repeated one"


def test_strata_of_nobody_and_strata_called_blank_are_told(tmp_path: Path) -> None:
    text = "t,a,b,c,n\nx,1,0,0,30\nx,0,1,1,3\ny,1,1,0,0\n"
    found = read(tmp_path, text, strata=("t",), count="n")
    assert [one.name for one in found.strata] == ["x"]
    assert found.notes == ("strata in which nobody is in any of the lists are left out: y",)
    assert "t.csv, row 2, column t: (blank) is what a stratum without a name is called" in refused(
        tmp_path, "t,a,b,c\n(blank),1,0,0\n", strata=("t",)
    )


def test_a_path_may_be_a_text_and_lists_may_not(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(CELLS)
    assert read_captures(str(tmp_path / "t.csv"), ABC, count="n").people == 70
    with pytest.raises(CaptureError, match="one by one"):
        read_captures(tmp_path / "t.csv", "a,b,c", count="n")
