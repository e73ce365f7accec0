"""A table in a PDF gives the cells that stand on its pages, and each row can be found again by its page alone."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import SimpleDocTemplate, Table, TableStyle

from litany.documents.pdf_again import Again
from litany.documents.pdf_tables import PdfTable, open_pdf
from litany.documents.rows import TableRow
from litany.documents.tables import open_tables, read_row
from litany.errors import NotFound, UnreadableFile
from tests.documents.pdf_making import EDGES, HEADER, HEIGHT, both, pdf, table, words, write

AAPP = Path(__file__).resolve().parents[3] / "shared" / "data" / "myanmar" / "aapp-fatality-list-2022-04-15.pdf"
PEOPLE = [HEADER, ("1", "Aung Ko", "M", "Laiza"), ("2", "Ma Hla", "F", "Kale"), ("3", "Saw Eh", "", "Demoso")]


def only(file: io.BytesIO) -> PdfTable:
    """The one table of a file."""
    (found,) = open_pdf(file, "list.pdf")
    return found


def cells(table: PdfTable) -> list[tuple[str, ...]]:
    """The cells of all rows, each of which is found again by its page."""
    rows = list(table.rows())
    found_again(table, rows)
    assert [row.row for row in rows] == list(range(2, len(rows) + 2))
    return [tuple(row.cells) for row in rows]


def found_again(table: PdfTable, rows: Sequence[TableRow]) -> None:
    """Rows are read from their own pages as they were read from the whole."""
    with Again(table._file, table.sheet) as pages:
        assert [pages.row(row.row, row.start, row.length) for row in reversed(rows)] == list(reversed(rows))


def reasons(table: PdfTable) -> str:
    """What was odd, in one text."""
    return "\n".join(f"{problem.row} {problem.kept} {problem.value} {problem.reason}" for problem in table.problems)


def test_a_ruled_table_gives_its_cells_pages_and_boxes() -> None:
    """Boxes are in points from the page's upper left corner."""
    found = only(pdf(table(PEOPLE)))
    assert found.sheet.header == HEADER
    assert (found.sheet.sheet, found.sheet.form, found.sheet.edges) == (None, "pdf", (5000, 9000, 20000, 26000, 40000))
    assert cells(found) == PEOPLE[1:]
    first = next(found.rows())
    assert (first.start, first.spots[0].page, first.spots[0].box) == (1, 1, (50.0, 124.0, 400.0, 148.0))
    assert found.problems == []


def test_a_table_goes_on_over_pages_and_its_repeated_header_is_no_row() -> None:
    """Rows are counted over all pages."""
    found = only(pdf(table(PEOPLE), table([HEADER, ("4", "Naw Paw", "F", "Hpa-an")]), table([("5", "U Ba", "M", "Bago")])))
    assert cells(found) == [*PEOPLE[1:], ("4", "Naw Paw", "F", "Hpa-an"), ("5", "U Ba", "M", "Bago")]
    assert [row.spots[0].page for row in found.rows()] == [1, 1, 1, 2, 3]
    assert "the header stands again (page 2)" in reasons(found)


def test_a_cell_that_lacks_a_rule_keeps_its_text() -> None:
    """Neither a missing rule above, below nor beside takes a cell away or joins two."""
    lacking = frozenset({("top", 1, 2), ("top", 2, 2), ("top", 2, 1), ("left", 2, 2), ("left", 1, 3), ("top", 4, 0)})
    assert cells(only(pdf(table(PEOPLE, without=lacking)))) == PEOPLE[1:]


@pytest.mark.parametrize("tagged", [False, True])
def test_text_that_runs_over_its_row_stays_in_one_piece(tagged: bool) -> None:
    """What stands on its neighbours' text is not mixed with it, in tagged files and in others."""
    rows = [HEADER, ("1", "Aung Ko", "M", "Pyin Oo|Lwin near|the market"), ("2", "Ma Hla", "F", "Kyaukpadaung|Taunggyi|Road")]
    rows += [("3", "Saw Eh", "M", "Laiza"), ("4", "A|B|C", "F", "Kale")]
    file = pdf(table(rows, height=12.0))
    assert cells(only(marked(file) if tagged else file)) == [tuple(cell.replace("|", "\n") for cell in row) for row in rows[1:]]


def marked(file: io.BytesIO) -> io.BytesIO:
    """The same page with each text object in a marked content of its own; lines of one cell share theirs."""
    writer = PdfWriter(clone_from=file)
    for page in writer.pages:
        content = page.get_contents()
        assert content is not None
        parts, mark = content.get_data().split(b"BT "), 0
        made = parts[0]
        for before, part in itertools.pairwise(parts):
            same = before is not parts[0] and before.split(b" Tm")[0].split()[-2:-1] == part.split(b" Tm")[0].split()[-2:-1]
            mark += not same
            text, end, rest = part.partition(b" ET")
            made += b"/P <</MCID %d>> BDC BT " % mark + text + end + b" EMC" + rest
        content.set_data(made)
        page.replace_contents(content)
    made_file = io.BytesIO()
    writer.write(made_file)
    made_file.seek(0)
    return made_file


def test_a_word_broken_at_the_cells_edge_is_whole_again() -> None:
    """Where lines end in the blank at which they were broken, a line without one that fills its cell ends within a word."""
    rows = [
        HEADER,
        ("1", "Aung |Ko |Oo", "M", "near |Laiza |camp"),
        ("2", "Hlaykhwintaunghlaykhwintau|ng, Lower |Paung", "F", "x-|y"),
    ]
    assert cells(only(pdf(table(rows, height=40.0)))) == [
        ("1", "Aung\nKo\nOo", "M", "near\nLaiza\ncamp"),
        ("2", "Hlaykhwintaunghlaykhwintaung, Lower\nPaung", "F", "x-\ny"),
    ]


def test_in_doubt_a_line_break_stays() -> None:
    """Where programs write no blanks at the end of lines, nothing says that a word was broken."""
    rows = [HEADER, ("1", "Hlaykhwintaunghlaykhwintau|ng Lower|Paung", "M", "near|Laiza")]
    assert cells(only(pdf(table(rows, height=40.0))))[0][1] == "Hlaykhwintaunghlaykhwintau\nng Lower\nPaung"


def test_a_row_that_breaks_over_pages_is_one_row_with_two_places() -> None:
    """It is open at the foot, goes on open at the top, and has no key there."""
    first, second = table(PEOPLE[:3], open_foot=True), table([("", "(aka) Hla Hla", "", "Sagaing"), PEOPLE[3]], open_top=True)
    found = only(pdf(first, second))
    assert cells(found) == [PEOPLE[1], ("2", "Ma Hla\n(aka) Hla Hla", "F", "Kale\nSagaing"), PEOPLE[3]]
    spots = [[spot.page for spot in row.spots] for row in found.rows()]
    assert spots == [[1], [1, 2], [2]]
    assert "goes on on the next page" in reasons(found)


@pytest.mark.parametrize(("foot", "top"), [(False, False), (True, False), (False, True)])
def test_in_doubt_two_rows_stay_two_and_are_listed(foot: bool, top: bool) -> None:
    """A person without a number looks like the rest of a row."""
    found = only(pdf(table(PEOPLE[:3], open_foot=foot), table([("", "Nyan Tun", "M", "Kale"), PEOPLE[3]], open_top=top)))
    assert cells(found) == [PEOPLE[1], PEOPLE[2], ("", "Nyan Tun", "M", "Kale"), PEOPLE[3]]
    assert "4 True None the row begins a page" in reasons(found)


def test_rows_without_a_number_and_tail_lines_are_rows() -> None:
    """Totals below are left to the mapping, also where the last rows have fewer cells."""
    tail = table([("", "3 + 25 (Hpruso)", "", ""), ("", "Total - 28", "", "")], top=100 + 24 * 5, edges=EDGES, open_top=True)
    found = only(pdf(both(table([*PEOPLE, ("", "Nyan Tun", "M", "Kale")]), tail)))
    assert cells(found)[3:] == [("", "Nyan Tun", "M", "Kale"), ("", "3 + 25 (Hpruso)", "", ""), ("", "Total - 28", "", "")]


def test_rows_without_text_are_passed_over_and_listed() -> None:
    """Nothing stands in them."""
    found = only(pdf(table([*PEOPLE, ("", "", "", ""), ("4", "U Ba", "M", "Bago")])))
    assert cells(found) == [*PEOPLE[1:], ("4", "U Ba", "M", "Bago")]
    assert "rows without text were passed over (page 1)" in reasons(found)


def test_text_outside_of_the_table_is_listed_with_its_page() -> None:
    """A title, a note and the numbers of pages; what comes on each page with another number is told once."""
    pages = [
        both(words(f"Page {n} of 3", top=800), table(PEOPLE if n == 1 else [(str(n + 2), "X Y", "M", "Z")])) for n in (1, 2, 3)
    ]
    found = only(pdf(both(words("Killed in 2021"), pages[0]), pages[1], both(pages[2], words("Two more were buried", top=400))))
    assert len(cells(found)) == 5
    listed = {problem.value: problem.reason for problem in found.problems if problem.value}
    assert listed.keys() == {"Killed in 2021", "Page 1 of 3", "Two more were buried"}
    assert "pages 1-3" in listed["Page 1 of 3"]
    assert "page 3" in listed["Two more were buried"]
    assert all(problem.kept for problem in found.problems)


def test_tables_with_other_columns_are_other_tables() -> None:
    """On one page, and each over its own pages."""
    other = [("Town", "Dead"), ("Kale", "3"), ("Bago", "82")]
    narrow = table(other, top=400, edges=(60.0, 160.0, 220.0))
    first, second = open_pdf(pdf(both(table(PEOPLE), narrow), table([("Mon", "1")], edges=(60.0, 160.0, 220.0))), "two.pdf")
    assert (first.sheet.sheet, second.sheet.sheet) == ("table 1 (page 1)", "table 2 (pages 1-2)")
    assert cells(first) == PEOPLE[1:]
    assert cells(second) == [("Kale", "3"), ("Bago", "82"), ("Mon", "1")]


def test_the_same_header_under_a_new_title_begins_another_table() -> None:
    """The injured are not added to the killed."""
    first, second = open_pdf(pdf(both(words("Killed"), table(PEOPLE)), both(words("Injured"), table(PEOPLE))), "two.pdf")
    assert cells(first) == cells(second) == PEOPLE[1:]
    assert first.sheet.sheet == "table 1 (page 1)"


def test_two_lines_of_header_are_joined_where_a_cell_spans_columns() -> None:
    """The group's name stands before that of the column; a title across the table is listed."""
    rows = [("The dead of May", "", "", ""), ("", "Killed", "", "Town"), ("No.", "Men", "Women", ""), ("1", "3", "4", "Kale")]
    lacking = frozenset({("left", 0, 1), ("left", 0, 2), ("left", 0, 3), ("left", 1, 2)})
    found = only(pdf(table(rows, without=lacking)))
    assert found.sheet.header == ("No.", "Killed / Men", "Killed / Women", "Town")
    assert cells(found) == [("1", "3", "4", "Kale")]
    assert "The dead of May" in reasons(found)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_pages_are_read_as_a_person_turns_them(turn: int) -> None:
    """Whether the viewer turns the page, or the reader's head; boxes are those of the page as it is shown."""
    assert cells(only(pdf(table(PEOPLE), turn=turn))) == PEOPLE[1:]

    def sideways(canvas: Canvas) -> None:
        canvas.translate(*{90: (HEIGHT, 0), 180: (HEIGHT, HEIGHT), 270: (0, HEIGHT)}[turn])
        canvas.rotate(turn)
        table(PEOPLE)(canvas)

    found = only(pdf(sideways, size=(HEIGHT, HEIGHT)))
    assert cells(found) == PEOPLE[1:]
    left, top, right, bottom = next(found.rows()).spots[0].box or (0, 0, 0, 0)
    wide, high = (24.0, 350.0) if turn != 180 else (350.0, 24.0)
    assert (round(right - left, 1), round(bottom - top, 1)) == (wide, high)


def test_without_rules_columns_are_guessed_and_called_so() -> None:
    """By the white between them; each line is a row."""

    def lines(rows: Sequence[Sequence[str]]) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    write(canvas, [cell], EDGES[column], 100 + 14 * number)

        return draw

    found = only(pdf(lines(PEOPLE), lines([("4", "Naw Paw", "F", "Hpa-an"), ("5", "U Ba", "M", "Bago")])))
    assert found.sheet.header == HEADER
    assert cells(found) == [*PEOPLE[1:], ("4", "Naw Paw", "F", "Hpa-an"), ("5", "U Ba", "M", "Bago")]
    assert any("no rules are drawn" in note for note in found.sheet.notes)


def picture(canvas: Canvas) -> None:
    """A page that is a picture."""
    from PIL import Image  # noqa: PLC0415  (for this page alone)
    from reportlab.lib.utils import ImageReader  # noqa: PLC0415

    canvas.drawImage(ImageReader(Image.new("RGB", (20, 20), "red")), 50, 50, 400, 600)


def test_a_page_that_is_a_picture_is_listed_and_a_document_of_them_refused() -> None:
    """It says that reading pictures comes later."""
    found = only(pdf(table(PEOPLE), picture))
    assert cells(found) == PEOPLE[1:]
    (problem,) = found.problems
    assert not problem.kept
    assert "page 2: the page is a picture without text" in problem.reason
    with pytest.raises(UnreadableFile, match="OCR"):
        open_pdf(pdf(picture, picture), "scan.pdf")


def test_a_document_without_a_table_is_refused_with_what_to_do() -> None:
    """Prose, and a page without anything."""
    with pytest.raises(UnreadableFile, match=r"letter\.pdf: no table was found on its 1 pages.*CSV or XLSX"):
        open_pdf(pdf(words("Dear Sir")), "letter.pdf")
    with pytest.raises(UnreadableFile, match="nothing on any of its pages"):
        open_pdf(pdf(lambda canvas: None), "empty.pdf")


def test_a_password_is_asked_for_by_name() -> None:
    """A file that only restricts printing is read."""
    for user, readable in (("secret", False), ("", True)):
        writer = PdfWriter(clone_from=pdf(table(PEOPLE)))
        writer.encrypt(user, "owner", algorithm="RC4-128")
        file = io.BytesIO()
        writer.write(file)
        if readable:
            assert cells(only(file)) == PEOPLE[1:]
        else:
            with pytest.raises(UnreadableFile, match="protected by a password"):
                open_pdf(file, "list.pdf")


def test_a_damaged_page_is_listed_and_the_others_are_read() -> None:
    """Its object is gone from the file."""
    whole = pdf(table(PEOPLE), table([("4", "Naw Paw", "F", "Hpa-an")]), table([("5", "U Ba", "M", "Bago")])).getvalue()
    number = PdfReader(io.BytesIO(whole)).pages[1].indirect_reference
    assert number is not None
    broken = whole.replace(b"\n%d 0 obj" % number.idnum, b"\n%d 0 xxx" % number.idnum)
    found = only(io.BytesIO(broken))
    assert [row[0] for row in cells(found)] == ["1", "2", "3", "5"]
    assert any(not problem.kept and "page 2" in problem.reason for problem in found.problems), reasons(found)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_file_cut_short_or_spoiled_is_read_in_part_or_refused(data: st.DataObject) -> None:
    """Never a traceback, and no cell that does not stand in the whole file."""
    whole = WHOLE
    if data.draw(st.booleans()):
        spoiled = whole[: data.draw(st.integers(0, len(whole)))]
    else:
        place = data.draw(st.integers(0, len(whole) - 1))
        spoiled = whole[:place] + data.draw(st.binary(min_size=1, max_size=8)) + whole[place + 3 :]
    try:
        for found in open_pdf(io.BytesIO(spoiled), "list.pdf"):
            for row in found.rows():
                assert len(row.cells) == len(found.sheet.header)
    except UnreadableFile as problem:
        assert "list.pdf" in str(problem)


WHOLE = pdf(table(PEOPLE), table([("4", "Naw Paw", "F", "Hpa-an")])).getvalue()


def test_a_page_with_too_much_on_it_is_listed() -> None:
    """A drawing of a hundred thousand lines takes no minutes."""

    def drawing(canvas: Canvas) -> None:
        for number in range(60_000):
            canvas.line(number % 500, number % 700, number % 500 + 9, number % 700)

    found = only(pdf(table(PEOPLE), drawing))
    assert cells(found) == PEOPLE[1:]
    assert "page 2: the page holds more than" in reasons(found)


TEXTS = st.text("abcXYZ 0189.,-()/+’é", max_size=9).map(str.strip)


@settings(deadline=None, max_examples=50)
@given(st.data(), st.integers(2, 5), st.integers(1, 7))
def test_cells_come_back_as_they_were_written(data: st.DataObject, width: int, count: int) -> None:
    """Tables as reportlab lays them out, over pages, with the header on each."""
    header = [f"h{n}" for n in range(width)]
    rows = data.draw(st.lists(st.lists(TEXTS, min_size=width, max_size=width), min_size=count, max_size=count)) * 9
    file = io.BytesIO()
    made = Table(
        [header, *rows], repeatRows=1, colWidths=[90] * width, style=TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)])
    )
    SimpleDocTemplate(file, pagesize=A4, invariant=1).build([made])
    if not any(map(any, rows)):
        return
    found = only(file)
    assert found.sheet.header == tuple(header)
    wanted = [tuple(" ".join(cell.split()) for cell in row) for row in rows if any(row)]
    assert cells(found) == wanted


def test_one_row_is_read_again_through_the_door_that_all_tables_share() -> None:
    """By its page; a place that is not there is named."""
    file = pdf(table(PEOPLE))
    (found,) = open_tables(file, "list.pdf")
    rows = list(found.rows())
    assert read_row(file, found.sheet, rows[1].row, rows[1].start, rows[1].length) == tuple(rows[1].cells)
    with pytest.raises(NotFound, match="page 7 has no row 2"):
        read_row(file, found.sheet, 2, 7, 1)


@pytest.fixture(scope="module")
def aapp() -> tuple[PdfTable, list[TableRow]]:
    """The list of AAPP, read once."""
    if not AAPP.is_file():
        pytest.skip("the AAPP list is not here")
    (found,) = open_pdf(io.BytesIO(AAPP.read_bytes()), AAPP.name)
    return found, list(found.rows())


def test_the_aapp_list_is_read_whole(aapp: tuple[PdfTable, list[TableRow]]) -> None:
    """1,678 numbered people in order and two tail lines; nothing stands outside, nothing is odd."""
    found, rows = aapp
    assert len(found.sheet.header) == 13
    assert [row.cells[0] for row in rows] == [*map(str, range(1, 1679)), "", ""]
    assert [" ".join(row.cells[1].split()) for row in rows[-2:]] == ["1678 + 53 (Bago Case) + 25 (Hpruso)", "Total - 1756"]
    assert sum(not row.cells[2] for row in rows[:-2]) == 16
    assert found.problems == []
    assert {spot.page for row in rows for spot in row.spots} == set(range(1, 250))


@pytest.mark.parametrize("number", [1, 3, 7, 19, 22, 24, 47, 101, 125, 131, 156, 169, 244, 249])
def test_the_aapp_list_agrees_with_its_own_tags(aapp: tuple[PdfTable, list[TableRow]], number: int) -> None:
    """The program that printed it named each cell's text in the file's structure tree, which another library reads."""
    found, rows = aapp
    mine = [[plain(cell) for cell in row.cells if plain(cell)] for row in rows if row.start == number]
    with pdfplumber.open(AAPP) as file:
        page = file.pages[number - 1]
        texts: dict[int, str] = {}
        for char in page.chars:
            texts[char["mcid"]] = texts.get(char["mcid"], "") + char["text"]
        tagged = [[plain("".join(texts[mark] for mark in cell)) for cell in row] for row in tagged_rows(page.structure_tree)]
    head = [[plain(name) for name in found.sheet.header]] if number == 1 else []
    assert head + mine == [made for row in tagged if (made := [text for text in row if text])]


def plain(text: str) -> str:
    """Letters without blanks, without what shows nothing."""
    return re.sub(r"\s|\(cid:\d+\)|[\u200b\u200c]", "", text).replace("\xad", "-")


def tagged_rows(elements: Sequence[dict[str, Any]]) -> list[list[list[int]]]:
    """The marked contents of each cell of each TR (ISO 32000-2, 14.8.4.8.3)."""

    def marks(element: dict[str, Any]) -> list[int]:
        return [*element.get("mcids", ()), *(mark for child in element.get("children", ()) for mark in marks(child))]

    found = []
    for element in elements:
        children = element.get("children", [])
        found += [[marks(cell) for cell in children]] if element["type"] == "TR" else tagged_rows(children)
    return found


def test_rows_of_the_aapp_list_are_read_again_by_their_pages(aapp: tuple[PdfTable, list[TableRow]]) -> None:
    """The same cells and boxes."""
    found, rows = aapp
    found_again(found, rows[::97])
