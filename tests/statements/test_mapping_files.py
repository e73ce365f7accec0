"""What we promise about mappings: read strictly, never guessing, and stating nothing that a table does not say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from litany.errors import MappingError
from litany.statements import mapping
from litany.statements.alternatives import fitted
from litany.statements.row_reader import RowReader
from litany.types.statement import Perpetrator, Speaker
from litany.values import actors, places
from litany.values.terms import Certainty, Status
from tests.statements.statement_making import MAPPING, as_csv, new_case, one_row, read

HEAD = 'name = "m"\ntitle = "t"\n[source]\nconstant = "s"\n[[statement]]\nfacet = "k"\nharm = "killed"\n'
TOLL = "[statement.toll]\nbest = { column = 'n' }\n"
PERSON = "[statement.person]\nnames = ['n']\n"


def test_the_mappings_that_ship_are_sound() -> None:
    """Each loads, is named as its file, and recognises a table with its columns."""
    shipped = mapping.builtin()
    assert [loaded.mapping.name for loaded in shipped] == ["aapp-fatalities", "acled", "laiza-as-reported", "ucdp-ged"]
    for loaded in shipped:
        assert mapping.recognise(loaded.mapping.recognise, shipped) is loaded


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name =", "not valid TOML"),
        (HEAD + TOLL + "colour = 1\n", "colour"),
        (HEAD.replace('title = "t"', 'titel = "t"') + TOLL, "titel"),
        (HEAD.replace('"killed"', '"murdered"') + TOLL, "murdered"),
        ('name = "m"\ntitle = "t"\nstatement = []\n[source]\nconstant = "s"\n', "no statement"),
        (HEAD.replace('constant = "s"', "") + TOLL, "source: name a column or a constant"),
        (HEAD, "a toll or a person"),
        (HEAD + TOLL + PERSON, "a toll or a person"),
        (HEAD + TOLL + '[[statement]]\nfacet = "k"\nharm = "injured"\n' + TOLL, "the facet 'k'"),
        (HEAD + TOLL + "[[statement.by]]\nconstant = ['mm.military']\n", "say why under basis"),
        (HEAD + TOLL + "[[statement.by]]\ncertainty = 'stated'\n", "by: name columns or a constant"),
        (HEAD + PERSON + "[statement.person.status]\nconstant = 'civilian'\n", "say why under basis"),
        (HEAD + PERSON + "[statement.person.status]\ncolumn='n'\nconstant = 'civilian'\n", "say why under basis"),
        (HEAD + PERSON + "[statement.person.status]\ncolumn='n'\nvalues = {'' = 'civilian'}\n", "say why under basis"),
        (HEAD + TOLL + "[[statement.toll.part]]\naxis='status'\nstatus='civilian'\nbest={column='n'}\n", "say why under basis"),
        (HEAD + TOLL + "[[statement.toll.part]]\naxis='colour'\nstatus='civilian'\nbest={column='c'}\n", "axis 'colour'"),
        (HEAD + TOLL + "[[statement.toll.part]]\naxis='age'\nstatus='civilian'\nbest={column='c'}\n", "axis 'age'"),
        (HEAD + TOLL + "[[statement.toll.part]]\naxis='age'\nage='child'\n", "toll.part: name the columns"),
        (HEAD + "[statement.toll]\n", "toll: name the columns"),
        (HEAD + "[statement.toll]\nbest={column='a'}\ntext={column='b'}\n", "either text, or low"),
        (HEAD + "[statement.toll]\nbest={column='a', times=0}\n", "times is 1 or more"),
        (HEAD + TOLL + "[statement.level]\nconstant='big'\n", "'big' is none of its words"),
        (HEAD + TOLL + "[statement.modality]\ncolumn='m'\nvalues={x='maybe'}\n", "'maybe' is none of its words"),
        (HEAD + TOLL + "[statement.means]\ncolumn='m'\nvalues={x='bomb'}\n", "'bomb' is none of its words"),
        (HEAD + PERSON + "[statement.person.sex]\ncolumn='m'\nvalues={x='girl'}\n", "'girl' is none of its words"),
        (HEAD + TOLL + "[statement.when]\ncolumn='d'\nfirst='e'\nlast='f'\n", "either column"),
        (HEAD + TOLL + "[statement.died]\ntime='d'\n", "died: name either column"),
        (HEAD + TOLL + "[statement.when]\nfirst='e'\n", "first and last stand together"),
        (HEAD + TOLL + "[statement.when]\ncolumn='d'\nformats=['%d/%m/%Y %z']\n", "no time zone"),
        (HEAD + TOLL + "[statement.when]\ncolumn='d'\nformats=['%d/%m']\n", "no year"),
        (HEAD + TOLL + "[statement.where]\ntext=[]\n", "where: name columns"),
        ("aliases = { a = ['b'], c = ['b'] }\n" + HEAD + TOLL, "'b' stands for two columns"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_refused(text: str, problem: str) -> None:
    """Unknown keys and words, contradictions, and constants without a judgement are errors that name the file."""
    with pytest.raises(MappingError, match=re.escape(problem)) as caught:
        mapping.load(text, "own.toml")
    assert "own.toml" in str(caught.value)


def test_a_judgement_about_the_source_is_carried_with_the_statement() -> None:
    """A constant perpetrator is possible with its reason, and the reason stands in every statement."""
    text = HEAD + TOLL + "[[statement.by]]\nconstant = ['mm.military']\nbasis = 'kept to record the killings by one side'\n"
    [statement] = one_row(text, {"n": "3"}).statements
    assert statement.by == Perpetrator(("mm.military",), Certainty.STATED, basis="kept to record the killings by one side")
    status = "[statement.person.status]\nconstant = 'civilian'\nbasis = 'the list leaves fighters out'\n"
    [statement] = one_row(HEAD + PERSON + status, {"n": "Ma Aye"}).statements
    assert statement.person is not None
    assert statement.person.status is Status.CIVILIAN
    assert one_row(HEAD + PERSON + status, {"n": ""}).statements == []


@pytest.mark.parametrize(
    "more",
    [
        "[[statement.by]]\nconstant = ['mm.nobody']\nbasis = 'b'\n",
        "[[statement.by]]\ncolumns = ['n']\nvalues = { x = 'mm.nobody' }\n",
        "[statement.where]\ntext = ['n']\ncountry = 'ZZ'\n",
        "[statement.when]\ncolumn = 'date'\n",
        "ignore = ['n']\n",
    ],
)
def test_what_a_mapping_asks_of_a_table_must_be_there(more: str) -> None:
    """A missing column, an unknown actor or place, a column both used and ignored: refused before a row is read."""
    text = more + HEAD + TOLL if more.startswith("ignore") else HEAD + TOLL + more
    with pytest.raises(MappingError, match="the table"):
        RowReader(mapping.load(text, "m.toml").mapping, ["n"], actors.load(), places.load(), "the table")


def test_columns_that_nobody_uses_are_reported(tmp_path: Path) -> None:
    """A column that the mapping neither uses nor ignores is named in the reading."""
    result = read(new_case(tmp_path / "c"), as_csv(["id", "killed", "date", "place", "names"], [["1", "2", "", "", "U Ba"]]))
    assert [p.reason for p in result.reading.problems] == ["columns that the mapping neither uses nor ignores: names"]
    assert result.reading.sheets[0].unused == ("names",)


ALIASES = MAPPING.replace("[source]", '[aliases]\nkilled = ["dead", "deaths"]\nby = ["actor"]\n\n[source]', 1)


def test_a_column_may_have_other_names_in_other_editions(tmp_path: Path) -> None:
    """A table is recognised and read by the other names; what is reported names the column as the table does."""
    rows = [["1", "a few", "2021-02-01", "", "KIA"], ["2", "3", "2021-02-01", "", "KIA"]]
    result = read(new_case(tmp_path / "c", ALIASES), as_csv(["id", "deaths", "date", "place", "actor"], rows))
    assert (result.reading.rows, result.reading.statements, result.reading.unread) == (2, 1, 1)
    assert [(p.row, p.column, p.value) for p in result.reading.problems] == [(2, "deaths", "a few")]


def test_the_column_itself_comes_before_its_other_names() -> None:
    """A table that has both is read by the first; the other is a column that nobody uses."""
    loaded = mapping.load(ALIASES, "m.toml").mapping
    assert fitted(loaded, ["id", "killed", "dead", "date", "place"]) is loaded
    header = ["id", "deaths", "dead", "date", "place"]
    reader = RowReader(loaded, header, actors.load(), places.load(), "the table")
    assert reader.unused == ("deaths",)
    [statement] = reader.read(["1", "9", "2", "", ""]).statements
    assert statement.toll is not None
    assert statement.toll.best == 2


# --- rows -------------------------------------------------------------------------------------------------------------

GOOD = {"id": "1", "killed": "3-5", "kids": "1", "injured": "", "date": "01/02/2021", "place": "Waingmaw Township",
        "by": "", "said by": "", "lat": "", "lon": "", "precision": ""}  # fmt: skip


def troubles(**changed: str) -> list[tuple[str, str]]:
    row = one_row(MAPPING, GOOD | {key.replace("_", " "): value for key, value in changed.items()})
    assert row.statements, "the rest of the row is kept"
    assert row.unread == ()
    return [(column, cell) for column, cell, _ in row.troubles]


def test_a_good_row_has_no_troubles() -> None:
    """What can be read is read without a word."""
    assert troubles() == []


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("kids", "a few"), ("kids", "2.5"), ("kids", "1-2"), ("date", "2021-13"), ("date", "31/02/2021"), ("precision", "9"),
        ("precision", "²"), ("precision", "x"), ("lat", "north"), ("lat", "91"), ("lon", "1e2"), ("lon", "٣"),
        ("by", "The Ghosts"), ("injured", "999999999"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_read_is_listed_and_the_rest_kept(column: str, cell: str) -> None:
    """The trouble names column and cell; the statement stays, without the value."""
    row = one_row(MAPPING, GOOD | {column: cell})
    assert row.statements
    assert [(c, v) for c, v, _ in (*row.troubles, *row.unread)] == [(column, cell)]


def test_an_unknown_place_is_kept_as_written_and_reported() -> None:
    """The words stay; the place is no finer than what is certain, and the report says that only that is known."""
    row = one_row(MAPPING, GOOD | {"place": "Nowhere Hill"})
    where = row.statements[0].where
    assert where is not None
    assert (where.text, where.place) == ("Nowhere Hill", "MM")
    assert [(column, cell) for column, cell, _ in row.troubles] == [("place", "Nowhere Hill")]
    assert one_row(MAPPING, GOOD | {"place": "Burma"}).troubles == ()


def test_coordinates_without_words_are_not_lost() -> None:
    """A row that gives only a point keeps the point."""
    where = one_row(MAPPING, GOOD | {"place": "", "lat": "24.78", "lon": "97.56"}).statements[0].where
    assert where is not None
    assert (where.text, where.latitude, where.longitude) == ("24.78, 97.56", "24.78", "97.56")


def test_numbers_have_a_unit() -> None:
    """A column in tens counts ten times its cells; values say how words are to be read."""
    killed, injured = one_row(MAPPING, GOOD | {"killed": "a dozen", "injured": "2"}).statements
    assert killed.toll is not None
    assert killed.toll.best == 12
    assert injured.toll is not None
    assert injured.toll.best == 20


def test_candidates_are_a_set_and_nobody_is_nobody() -> None:
    """Several actors in one cell are candidates, an unknown name is kept as written, words for nobody name nobody."""
    by = one_row(MAPPING, GOOD | {"by": "KIA / The Ghosts/ Unidentified"}).statements[0].by
    assert by is not None
    assert by.actors == ("?The Ghosts", "mm.kia")
    assert by.text == ("KIA", "The Ghosts", "Unidentified")
    assert by.certainty is Certainty.SUSPECTED
    assert one_row(MAPPING, GOOD | {"by": "UNIDENTIFIED"}).statements[0].by is None


def test_unnamed_voices_are_no_roots() -> None:
    """A named originator is a root, words that name nobody are not, and a row that names nobody has no root at all."""
    speakers = one_row(MAPPING, GOOD | {"said by": "Residents.; U Ba"}).statements[0].speakers
    assert speakers == (Speaker("list"), Speaker("Residents."), Speaker("U Ba", root=True))
    assert not any(speaker.root for speaker in one_row(MAPPING, GOOD).statements[0].speakers)


def test_a_date_with_one_end_is_open_on_the_other() -> None:
    """A beginning without an end is no single day."""
    text = HEAD + TOLL + "[statement.when]\nfirst = 'a'\nlast = 'b'\n"
    for first, last, edtf in (
        ("2021-02-01", "2021-02-03", "2021-02-01/2021-02-03"),
        ("2021-02-01", "", "2021-02-01/.."),
        ("", "2021-02", "../2021-02-28"),
        ("2021-02", "2021-02", "2021-02"),
    ):
        when = one_row(text, {"n": "1", "a": first, "b": last}).statements[0].when
        assert when is not None
        assert when.edtf == edtf
    row = one_row(text, {"n": "1", "a": "2021-02-03", "b": "2021-02-01"})
    assert row.statements[0].when is None
    assert [column for column, _, _ in row.troubles] == ["a"]


def test_a_word_outside_the_vocabulary_is_listed() -> None:
    """Without a list of values a cell must be one of our words; another is a trouble, not a crash and not a guess."""
    text = HEAD + TOLL + "[statement.means]\ncolumn = 'm'\n[statement.level]\ncolumn = 'l'\n"
    assert one_row(text, {"n": "1", "m": "small-arms", "l": "incident"}).statements[0].means == "small-arms"
    row = one_row(text, {"n": "1", "m": "bullets", "l": "incident"})
    assert row.statements[0].means is None
    assert row.statements[0].means_text == "bullets"
    assert [cell for _, cell, _ in row.troubles] == ["bullets"]
    assert [cell for _, cell, _ in one_row(text, {"n": "1", "m": "", "l": "big"}).unread] == ["big"]
