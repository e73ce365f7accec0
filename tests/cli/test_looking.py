"""`litany tables FILE` shows what a file holds, without a case and without keeping anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from litany.cli.app import main
from tests.documents.pdf_making import HEADER, both, pdf, table, words

ROWS = [
    HEADER,
    ("1", "Aung Ko", "M", "Laiza"),
    ("2", "Ma Hla", "F", "Kale"),
    ("3", "Saw Eh", "", "Bago"),
    ("4", "U Ba", "M", ""),
]


def litany(*arguments: str) -> int:
    """Run a command; the exit code."""
    with pytest.raises(SystemExit) as stopped:
        main(list(arguments))
    assert isinstance(stopped.value.code, int)
    return stopped.value.code


def test_tables_of_a_pdf_are_shown_with_pages_and_what_was_odd(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Columns, the number of rows, the first three of them, and the text around the table."""
    path = tmp_path / "list.pdf"
    path.write_bytes(pdf(both(words("The dead of May"), table(ROWS))).getvalue())
    assert litany("tables", str(path)) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("list.pdf, page 1: 4 rows, 4 columns\n  No.\n  Name\n")
    assert "page 1, row 2, box 50 124 400 148\n    No.: 1\n    Name: Aung Ko\n" in shown
    assert "Saw Eh" in shown
    assert "U Ba" not in shown
    assert "“The dead of May”" in shown
    assert litany("tables", str(path), "--json") == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["rows"], one["columns"], one["pages"], one["form"]) == (4, list(HEADER), [1], "pdf")
    assert [sample["cells"]["Name"] for sample in one["first"]] == ["Aung Ko", "Ma Hla", "Saw Eh"]
    assert list(tmp_path.iterdir()) == [path]


def test_any_file_with_a_table_can_be_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A CSV file; what would steer the terminal is shown."""
    path = tmp_path / "list.csv"
    path.write_text("name,place\nAung\x1b[2J,Laiza\nKo,\n", "utf-8")
    assert litany("tables", str(path)) == 0
    shown = capsys.readouterr().out
    assert "list.csv: 2 rows, 2 columns" in shown
    assert "name: Aung\\x1b[2J" in shown


def test_a_file_without_a_table_is_refused_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One message, no traceback."""
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf(words("Dear Sir")).getvalue())
    assert litany("tables", str(path)) == 2
    assert "letter.pdf: no table was found" in capsys.readouterr().err


def test_of_a_million_columns_the_first_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("name,killed" + "," * 100_000 + "\nU Ba,1" + "," * 100_000 + "\n")
    assert litany("tables", str(path)) == 0
    shown = capsys.readouterr().out
    assert "1 row, 100,002 columns" in shown
    assert "and 99,802 columns more" in shown
    assert len(shown.splitlines()) < 300
