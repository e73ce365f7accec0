"""An impatient or hostile person at the keyboard gets one message and an exit code, never a traceback, and loses nothing."""

from __future__ import annotations

import io
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from litany.cli.app import main
from litany.statements import mapping
from tests.making import RULES

HEADER = "source,root,date,place,killed,name,by\n"
ROW = "afp,police,2023-05-02,Loikaw township,3-5,,mm.state\n"
OTHER = "ap,hospital,2023-05-02,Loikaw township,4,,mm.state\n"
Litany = Callable[..., str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with one table of two rows, and the table beside it."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "rows.csv").write_text(HEADER + ROW + OTHER, "utf-8")
    for arguments in (["new", str(folder / "case")], ["-C", str(folder / "case"), "add", str(folder / "rows.csv")]):
        with pytest.raises(SystemExit):
            main(arguments)
    shutil.copy(RULES, folder / "case" / "lookups" / "mappings" / "rules.toml")
    with pytest.raises(SystemExit):
        main(["-C", str(folder / "case"), "run"])
    return folder


@pytest.fixture
def case(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, in the current folder."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LITANY_WHO", raising=False)
    return tmp_path / "case"


@pytest.fixture
def litany(case: Path, capsys: pytest.CaptureFixture[str]) -> Litany:
    """Run a command on the case: what it printed on both streams, after checking the exit code."""

    def run(*arguments: str, code: int = 0) -> str:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["-C", str(case), *arguments])
        printed = capsys.readouterr()
        assert ended.value.code == code, printed.out + printed.err
        return printed.out + printed.err

    return run


def write(name: str, content: str | bytes) -> str:
    """A file in the current folder; its name."""
    Path(name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return name


def book(name: str, rows: list[list[str]], change: Callable[[bytes], bytes] = lambda xml: xml) -> str:
    """A workbook of one sheet, whose XML ``change`` may spoil."""
    made, plain = openpyxl.Workbook(), io.BytesIO()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    made.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as spoiled:
        for part in source.namelist():
            xml = source.read(part)
            spoiled.writestr(part, change(xml) if part == "xl/worksheets/sheet1.xml" else xml)
    return name


# --- files ------------------------------------------------------------------------------------------------------------

FILES: dict[str, tuple[str | bytes, int, str]] = {
    "one-byte.csv": ("x", 1, "no mapping knows this table (its columns: x)"),
    "only-header.csv": (HEADER, 0, "0 rows, 0 statements"),
    "header-twice.csv": (HEADER + ROW + HEADER + OTHER, 0, "row 3: the header stands here again"),
    "joined.csv": (f"\ufeff\ufeff{HEADER}{ROW}\ufeff{HEADER}{OTHER}", 0, "a byte order mark stands in the name of a column"),
    "utf-16.csv": ((HEADER + ROW).encode("utf-16"), 0, "1 row, 1 statement"),
    "western.csv": ((HEADER + ROW.replace("police", "polié")).encode("cp1252"), 0, "read as cp1252 (guessed"),
    "nul.csv": (HEADER + ROW.replace("police", "pol\0ice"), 0, "NUL characters"),
    "unclosed.csv": (HEADER + ROW + 'ap,"x,' + ROW, 1, "a quotation mark in the row is never closed"),
    "wide.csv": (HEADER[:-1] + "".join(f",c{i}" for i in range(5000)) + "\n" + ROW, 0, "all of it"),
    "ragged.csv": (HEADER + ROW + "afp\n" + ROW[:-1] + ",more\n", 1, "the row has more cells than the header"),
    "old-mac.csv": ((HEADER + ROW).replace("\n", "\r"), 0, "1 row, 1 statement"),
    "semicolons.csv": ((HEADER + ROW).replace(",", ";"), 0, "1 row, 1 statement"),
    "text.xlsx": (HEADER + ROW, 0, "1 row, 1 statement"),
    "page.csv": ("<!DOCTYPE html><table>", 1, "a web page"),
    "paper.csv": (b"%PDF-1.4", 1, "a PDF"),
    "zeros.csv": (bytes(500), 1, "its bytes are no text"),
    "cut.xlsx": (b"PK\x03\x04" + bytes(100), 1, "damaged or cut short"),
    "[red] :fire: \x1b[31m.csv": (HEADER + ROW.replace("police", "[/bold]"), 0, "[red] :fire: \\x1b[31m.csv: 1 row"),
    "two\nlines.csv": (HEADER + ROW.replace("3-5", "6"), 0, "two\\nlines.csv: 1 row"),
}


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_read_or_named(name: str, litany: Litany) -> None:
    """What can be read is read, what cannot is listed with its place, and the exit code says which."""
    content, code, said = FILES[name]
    litany("add", write(name, content))
    assert said in litany("run", code=code)
    litany("count", "killed", "--by", "source", code=1)
    for line in litany("statements").splitlines():
        assert "\x1b" not in line


def test_a_cell_of_many_megabytes_is_named_by_its_row(litany: Litany) -> None:
    """The limit, and what does this."""
    litany("add", write("big.csv", f"{HEADER}{ROW}afp,{'x' * 20_000_000},2023-05-02,Loikaw township,3,,\n"))
    assert "big.csv, row 3: a cell is longer than 10,000,000 characters" in litany("run", code=1)


_END = b"</sheetData>"
SPOILED = {
    "a row number of ten digits": b'<row r="9999999999"><c r="A9999999999"><v>1</v></c></row>',
    "a row number beyond the last": b'<row r="1048577"><c><v>1</v></c></row>',
    "cells without places in the last row": b'<row r="1048576">' + b"<c><v>1</v></c>" * 9000 + b"</row>",
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_workbook_that_would_fill_the_memory_is_refused(how: str, litany: Litany) -> None:
    """Before calamine, which would end the whole process, makes room for it."""
    rows = [HEADER.strip().split(","), ROW.strip().split(",")]
    litany("add", book("huge.xlsx", rows, lambda xml: xml.replace(_END, SPOILED[how] + _END)))
    assert "sheet Sheet: its cells span" in litany("run", code=1)


def test_empty_rows_at_the_end_of_a_workbook_are_no_trouble(litany: Litany) -> None:
    """LibreOffice writes the last row of a sheet though nothing is in it, and openpyxl leaves out no place."""
    rows = [HEADER.strip().split(","), ROW.strip().split(",")]
    litany("add", book("tail.xlsx", rows, lambda xml: xml.replace(_END, b'<row r="1048576"/>' + _END)))
    assert "tail.xlsx: 1 row, 1 statement" in litany("run")


def test_a_workbook_names_its_spoiled_or_empty_sheets(litany: Litany) -> None:
    """The sheet is named, and a workbook without any text says so."""
    litany("add", book("half.xlsx", [["a"]], lambda xml: xml[: len(xml) // 2]), book("empty.xlsx", []))
    said = litany("run", code=1)
    assert "half.xlsx, sheet Sheet, cannot be read as a workbook" in said
    assert "empty.xlsx: there is no text in any of its sheets" in said


def test_hidden_sheets_and_guesses_are_told(litany: Litany) -> None:
    """Notes about how a table was read stand among the problems."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (HEADER, ROW):
        sheet.append(row.strip().split(","))
    hidden = made.create_sheet("Secret")
    for row in (HEADER, ROW):
        hidden.append(row.strip().split(","))
    hidden.sheet_state = "hidden"
    made.save("hidden.xlsx")
    litany("add", "hidden.xlsx")
    litany("run")
    assert "hidden.xlsx: sheet Secret: the sheet is hidden in the file" in litany("problems")


def test_many_files_are_read_each_on_its_own(monkeypatch: pytest.MonkeyPatch, litany: Litany) -> None:
    """The mappings are loaded once, and no file looks at all others: 2,000 files took more than ten minutes."""
    loaded: list[str] = []
    load = mapping.load

    def counted(text: str, where: str) -> mapping.Loaded:
        loaded.append(where)
        return load(text, where)

    monkeypatch.setattr(mapping, "load", counted)
    Path("many").mkdir()
    for number in range(30):
        write(f"many/{number}.csv", HEADER + ROW.replace("police", f"police {number}"))
    litany("add", "many")
    litany("run")
    assert len(loaded) == len(set(loaded))


# --- adding -----------------------------------------------------------------------------------------------------------


def test_the_case_is_not_added_to_itself(case: Path, litany: Litany) -> None:
    """Its keys would stand in the vault, which is carried to others; and an empty name is not the current folder."""
    for what in (str(case), ".", str(case / "keys" / "id.key"), str(case / "case.db"), str(case / "vault")):
        assert "not added" in litany("add", what, code=1)
    assert "a name of what to add is empty" in litany("add", "", code=2)
    assert litany("documents").count("│ ") == 6


def test_a_document_does_not_replace_itself(litany: Litany) -> None:
    """It would leave every count without a word."""
    before = litany("count", "killed", "source:afp")
    sha256 = next((Path("case") / "vault").glob("??/*")).name
    assert "the very document that it should replace" in litany("add", "rows.csv", "--replaces", sha256, code=1)
    litany("run")
    assert litany("count", "killed", "source:afp") == before


def test_a_folder_with_links_and_pipes(litany: Litany) -> None:
    """Neither is followed or waited for; names of any letters and bytes are kept."""
    folder = Path("odd")
    folder.mkdir()
    write("odd/ကချင်.csv", HEADER + ROW)
    (folder / b"caf\xe9.csv".decode("utf-8", "surrogateescape")).write_text("x", "utf-8")
    (folder / "link").symlink_to("/etc/passwd")
    subprocess.run(["mkfifo", "odd/pipe"], check=True)
    said = litany("add", "odd", code=1)
    assert "ကချင်.csv" in said and "caf\\xe9.csv" in said
    assert "link is a link" in said and "pipe is no file" in said


@pytest.mark.parametrize("arguments", [["add", "rows.csv", "--who"], ["add", "rows.csv", "--note"], ["new", "x", "--title"]])
def test_bytes_that_are_no_text(arguments: list[str], litany: Litany) -> None:
    """Typed in the encoding of another time: refused, and nothing is half made."""
    assert "no text in UTF-8" in litany(*arguments, "\udcff", code=2)
    assert not Path("x").exists()


def test_a_country_is_two_letters(litany: Litany) -> None:
    """Not an empty text, and not a name."""
    for wrong in ("", "Myanmar", "M\n"):
        assert "ISO 3166-1" in litany("new", "x", "--country", wrong, code=2)


# --- what people write by hand -----------------------------------------------------------------------------------------

MAPPINGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no TOML": (lambda p: p.write_text("x = [", "utf-8"), "rules.toml is not valid TOML"),
    "an unknown key": (lambda p: p.write_text("nam = 1\n" + p.read_text("utf-8"), "utf-8"), "unknown field `nam`"),
    "a folder": (lambda p: p.with_name("z.toml").mkdir(), "z.toml is no file"),
    "a pipe": (lambda p: subprocess.run(["mkfifo", p.with_name("z.toml")], check=True), "z.toml is no file"),
    "a link to nowhere": (lambda p: p.with_name("z.toml").symlink_to("nowhere"), "z.toml is no file"),
    "the same name twice": (lambda p: shutil.copy(p, p.with_name("z.toml")), "another mapping here is called 'rules' too"),
}


@pytest.mark.parametrize("what", MAPPINGS)
def test_a_mapping_that_is_wrong_is_named(what: str, case: Path, litany: Litany) -> None:
    """No hang, no silent choice; what was read before still counts."""
    change, said = MAPPINGS[what]
    change(case / "lookups" / "mappings" / "rules.toml")
    assert said in litany("run", code=1)
    assert "low 3   best 3   high 5" in litany("count", "killed", "source:afp")


def test_two_mappings_that_fit_equally_are_told(case: Path, litany: Litany) -> None:
    """The first by name is used, as always, and the problems say that there was a choice."""
    folder = case / "lookups" / "mappings"
    (folder / "z.toml").write_text((folder / "rules.toml").read_text("utf-8").replace('"rules"', '"a-rival"', 1), "utf-8")
    assert "the mappings a-rival and rules know this table equally well: read with a-rival" in litany("run")


def test_a_mapping_named_once_is_remembered(case: Path, litany: Litany) -> None:
    """The next run does not say that no mapping knows what was read."""
    rules = case / "lookups" / "mappings" / "rules.toml"
    lines = rules.read_text("utf-8").splitlines()
    rules.write_text("\n".join("recognise = []" if line.startswith("recognise") else line for line in lines), "utf-8")
    litany("add", write("new.csv", HEADER + OTHER))
    litany("run", "--mapping", "rules")
    assert litany("run").count("(read before)") == 2


def test_a_changed_mapping_reads_again_and_old_figures_stay_explained(case: Path, litany: Litany) -> None:
    """The count follows the new mapping, the old figure its own state."""
    shown = litany("count", "killed", "source:afp").rpartition("litany explain ")[2][:12]
    rules = case / "lookups" / "mappings" / "rules.toml"
    rules.write_text(rules.read_text("utf-8").replace('constant = "asserted"', 'constant = "denied"'), "utf-8")
    assert "2 rows, 2 statements" in litany("run")
    assert "low 0   best 0" in litany("count", "killed", "source:afp")
    assert "low 3   best 3   high 5" in litany("explain", shown)


def test_brackets_without_end(case: Path, litany: Litany) -> None:
    """Nesting that no reader follows is a message."""
    (case / "case.toml").write_text("a = " + "[" * 5000, "utf-8")
    assert "nested too deeply" in litany("run", code=2)


# --- damage -----------------------------------------------------------------------------------------------------------

DAMAGE: dict[str, Callable[[Path], object]] = {
    "the table cut": lambda g: (g / "statements.parquet").write_bytes(b"PAR1 cut"),
    "the table gone": lambda g: (g / "statements.parquet").unlink(),
    "the legend cut": lambda g: (g / "legend.json").write_bytes(b'{"le'),
    "the legend gone": lambda g: (g / "legend.json").unlink(),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_register_is_made_anew_by_run(what: str, case: Path, litany: Litany) -> None:
    """Counting says what to do, and doing it helps."""
    generation = case / "derived" / (case / "derived" / "current").read_text("ascii").strip()
    DAMAGE[what](generation)
    assert "`litany run` makes derived/ anew" in litany("count", "killed", "source:afp", code=2)
    litany("run")
    assert "low 3   best 3   high 5" in litany("count", "killed", "source:afp")


def test_a_pointer_that_is_garbage_is_made_anew(case: Path, litany: Litany) -> None:
    """Bytes, or a folder, in its place."""
    current = case / "derived" / "current"
    current.write_bytes(b"\xff")
    litany("run")
    current.unlink()
    current.mkdir()
    litany("run")
    assert "low 3   best 3   high 5" in litany("count", "killed", "source:afp")


@pytest.mark.parametrize("content", [b"", b"garbage" * 1000])
def test_a_database_that_is_empty_or_garbage_is_refused(content: bytes, case: Path, litany: Litany) -> None:
    """Never a new, empty one in its place."""
    for path in case.glob("case.db*"):
        path.unlink()
    (case / "case.db").write_bytes(content)
    for command in ("run", "documents", "verify"):
        assert "case.db" in litany(command, code=2)
    assert (case / "case.db").read_bytes() == content


# --- asking -----------------------------------------------------------------------------------------------------------


def test_what_is_asked_twice_is_answered_twice(litany: Litany) -> None:
    """`--by` again is one table more; one that names nothing is refused."""
    said = litany("count", "killed", "source:afp", "--by", "month", "--by", "place,month")
    assert said.count("By month") == 1 and said.count("By place") == 1
    assert "--by names nothing" in litany("count", "killed", "--by", " , ", code=2)


def test_a_narrow_terminal_loses_nothing(monkeypatch: pytest.MonkeyPatch, litany: Litany) -> None:
    """Tables are as wide as they must be."""
    monkeypatch.setenv("COLUMNS", "20")
    assert "rows.csv" in litany("documents")


def test_statements_of_nobody_are_a_mistake(litany: Litany) -> None:
    """A misspelt source, an unknown document or a limit below zero is not an empty list."""
    assert "the sources are afp, ap" in litany("statements", "--source", "zz", code=2)
    assert "no document here" in litany("statements", "--document", "zz", code=2)
    assert "--limit" in litany("statements", "--limit", "-1", code=2)
    assert "rows.csv" not in litany("statements", "--source", "afp", "--limit", "0")


def test_a_beginning_of_a_hash_withdraws_nothing(case: Path, litany: Litany) -> None:
    """All 64 characters are wanted, and the message gives them; nobody at the keyboard means no."""
    sha256 = next((case / "vault").glob("??/*")).name
    assert sha256 in litany("correct", "withdraw", sha256[:12].upper(), "--why", "x", "--yes", code=2)
    litany("correct", "withdraw", sha256.upper(), "--why", "x", "--yes")
    assert "withdrawn before" in litany("correct", "withdraw", sha256, "--why", "x", "--yes", code=2)


def test_stopping_a_run_is_no_loss(case: Path, litany: Litany) -> None:
    """Ctrl-C: one line, exit code 2, and the next run completes what was begun."""
    write("long.csv", HEADER + "".join(ROW.replace("police", f"p{n}") for n in range(60_000)))
    litany("add", "long.csv")
    run = subprocess.Popen([sys.executable, "-m", "litany", "-C", str(case), "run"], stderr=subprocess.PIPE, text=True)
    while run.poll() is None and not (case / "case.db-wal").exists():
        time.sleep(0.05)  # until it is at work
    time.sleep(0.5)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=300)
    assert "Traceback" not in said
    assert run.returncode == 0 or (run.returncode == 2 and said.strip().startswith("litany: stopped"))
    assert "long.csv: 60,000 rows, 60,000 statements" in litany("run")
    litany("verify")
