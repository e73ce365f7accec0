"""The encoding and the delimiter of a file are found, or the guess is said."""

from __future__ import annotations

import io

import pytest

from litany.documents.detect import shape_of
from litany.documents.tables import open_tables, read_row

ROWS = {
    "cp1252": [("nombre", "lugar"), ("José Muñoz", "Bogotá"), ("Émilie", "l’école – à côté")],
    "cp1250": [("imię", "miejsce"), ("Łukasz Żak", "Łódź"), ("Małgorzata Śliwa", "Gdańsk")],
    "cp1251": [("имя", "место"), ("Иван Петров", "Харьков"), ("Мария Сидорова", "Киев")],
    "cp1256": [("الاسم", "المكان"), ("محمد علي", "حلب"), ("فاطمة حسن", "دمشق")],
    "gb18030": [("姓名", "地点"), ("王小明", "昆明市"), ("李大伟", "瑞丽市")],
    "big5": [("姓名", "地點"), ("王小明", "臺北市"), ("李大偉", "高雄市")],
    "shift_jis": [("名前", "場所"), ("山田太郎", "東京都"), ("さくら", "おおさか")],
}


def written(rows: list[tuple[str, str]], encoding: str) -> bytes:
    """A comma-separated file."""
    return "".join(f"{a},{b}\n" for a, b in rows).encode(encoding)


@pytest.mark.parametrize("encoding", sorted(ROWS))
def test_a_legacy_encoding_is_guessed_and_the_guess_is_noted(encoding: str) -> None:
    """Names come out in their own letters, and the reading says that it guessed."""
    file = io.BytesIO(written(ROWS[encoding], encoding))
    (table,) = open_tables(file, "list.csv")
    assert [table.sheet.header, *(tuple(row.cells) for row in table.rows())] == ROWS[encoding]
    assert any("guessed" in note for note in table.sheet.notes)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_needs_no_guess(encoding: str) -> None:
    """A mark, or bytes that are UTF-8, settle it."""
    rows = [("name", "place"), ("အောင်ကို", "Laiza 🙂"), ("José", "Бахмут")]
    file = io.BytesIO(written(rows, encoding))
    (table,) = open_tables(file, "list.csv")
    read = list(table.rows())
    assert [table.sheet.header, *(tuple(row.cells) for row in read)] == rows
    assert (table.sheet.encoding, table.sheet.notes) == (encoding, ())
    assert read_row(file, table.sheet, 3, read[1].start, read[1].length) == rows[2]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_guessed(encoding: str) -> None:
    """Some programs leave the mark out."""
    rows = [("name", "place"), *[("Jose Diaz", "Bogota")] * 20]
    (table,) = open_tables(io.BytesIO(written(rows, encoding)), "list.csv")
    assert [table.sheet.header, *(tuple(row.cells) for row in table.rows())] == rows


def test_a_few_damaged_bytes_do_not_turn_utf_8_into_another_encoding() -> None:
    """Burmese stays Burmese when one row of the file is spoilt."""
    data = "အမည်,နေရာ\nအောင်ကို,လိုင်ဇာ\n".encode() + "ကိုကို\n".encode()[:-3] + b",x\n" + "မမ,ရန်ကုန်\n".encode()
    (table,) = open_tables(io.BytesIO(data), "list.csv")
    assert table.sheet.encoding == "utf-8"
    assert [row.cells[0] for row in table.rows()] == ["အောင်ကို", "ကိုကိ�", "မမ"]
    assert [problem.row for problem in table.problems] == [3]


@pytest.mark.parametrize(
    ("encoding", "name"), [("cp1252", "José Muñoz"), ("cp1250", "Łukasz Żak, Łódź"), ("cp1251", "Мария Сидорова")]
)
def test_lines_of_another_encoding_are_read_in_it_and_listed(encoding: str, name: str) -> None:
    """Two files that were joined: the lines of each come out, and each guessed one is told with its bytes."""
    burmese = "အောင်ကို;ရန်ကုန်\n".encode()
    odd = f"{name};x\n".encode(encoding)
    file = io.BytesIO("အမည်;နေရာ\n".encode() + burmese * 5 + odd + burmese + odd)
    (table,) = open_tables(file, "list.csv")
    rows = list(table.rows())
    assert [row.cells[0] for row in rows] == ["အောင်ကို"] * 5 + [name, "အောင်ကို", name]
    (problem,) = table.problems
    assert (problem.row, problem.rows, problem.kept) == (7, "7,9", True)
    assert f"read as {encoding} (guessed)" in problem.reason
    for row in rows:
        assert read_row(file, table.sheet, row.row, row.start, row.length) == tuple(row.cells)
        assert read_row(file, table.sheet, row.row, 0, 0) == tuple(row.cells)


def test_the_sample_may_end_within_a_character() -> None:
    """The first part of a long file is cut between bytes, not between letters."""
    for shift in range(3):
        assert shape_of(io.BytesIO(b"a" * shift + "ကခ,ဂ\n".encode() * 40_000)).encoding == "utf-8"


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("name,place\nAung,Laiza\n", ","),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";"),
        ("a\tb\n1,5\t2\n3\t4,5\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ('id,note\n1,"x; y; z"\n2,"p; q\nr; s"\n', ","),
        ("name\nAung\nKo\n", None),
        ("remark\nshot, then burnt\nyes, no, never\n", None),
        ("name,place\n", ","),
    ],
)
def test_the_delimiter_is_found(text: str, delimiter: str | None) -> None:
    """Commas in decimals and in sentences do not mislead; a table may have one column."""
    assert shape_of(io.BytesIO(text.encode())).delimiter == delimiter


def test_one_column_of_sentences_stays_one_column() -> None:
    """No sentence is cut at its commas."""
    (table,) = open_tables(io.BytesIO(b'remark\nshot, then burnt\n"a ""b"", c"\n'), "list.csv")
    assert [list(row.cells) for row in table.rows()] == [["shot, then burnt"], ['a "b", c']]


def test_escaped_quotes_are_read_and_noted() -> None:
    """Some databases write a backslash before a quote."""
    file = io.BytesIO(b'a,b\n"He said \\"hi, there\\" ok",x\n"y \\"z\\"",w\n')
    (table,) = open_tables(file, "dump.csv")
    rows = [tuple(row.cells) for row in table.rows()]
    assert rows == [('He said "hi, there" ok', "x"), ('y "z"', "w")]
    assert any("backslash" in note for note in table.sheet.notes)
    assert read_row(file, table.sheet, 3, 0, 0) == rows[1]


def test_apostrophes_are_no_quotes() -> None:
    """O'Brien keeps the mark in the name."""
    (table,) = open_tables(io.BytesIO(b"name,n\nO'Brien,2\nD'Arcy,3\n"), "list.csv")
    assert [row.cells[0] for row in table.rows()] == ["O'Brien", "D'Arcy"]
