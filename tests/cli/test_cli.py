"""What a person types comes back as text or JSON, with the exit code that scripts rely on, and never as a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from litany.cli.app import COMMANDS
from tests.making import RULES

CSV = (
    "source,root,date,place,killed,name,by\n"
    "afp,police,2023-05-02,Loikaw township,3-5,,mm.state\n"
    "ap,hospital,2023-05-02,Loikaw township,4,,mm.state\n"
    "rfa,,2023-06-02,Kale township,,Aung Aung,\n"
    "afp,,31/12/23,Kale township,many,,\n"
    ",,2023-06-02,Kale township,3,,\n"
)


def litany(*arguments: str, cwd: Path, code: int = 0) -> str:
    """Run a command as a user does; standard output, after checking the exit code."""
    done = subprocess.run([sys.executable, "-m", "litany", *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout if code == 0 or done.stdout else done.stderr


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case made, filled and read on the command line."""
    folder = tmp_path_factory.mktemp("cli")
    (folder / "rows.csv").write_text(CSV, "utf-8")
    litany("new", "case", "--title", "Try it", cwd=folder)
    case = folder / "case"
    (case / "lookups" / "mappings" / "rules.toml").write_text(RULES.read_text("utf-8"), "utf-8")
    litany("add", "../rows.csv", "--source", "newspapers", "--published", "2023-07", "--who", "me", cwd=case)
    litany("run", cwd=case, code=1)  # two rows cannot be read
    litany("judge", "same", "rows.csv:2", "rows.csv:3", "--why", "one attack", "--who", "me", cwd=case)
    return case


def from_json(text: str) -> Any:
    """Parsed JSON."""
    return json.loads(text)


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_has_help(command: str, tmp_path: Path) -> None:
    """Help works without a case and says what the list of commands says."""
    assert "Usage: litany" in litany(command, "--help", cwd=tmp_path)


def test_a_count_is_json_of_the_documented_shape(case: Path) -> None:
    """The keys of a figure, in their order, and its breakdowns."""
    made = from_json(litany("count", "killed in:MM source:afp", "--by", "month,actor", "--json", cwd=case))
    keys = ["id", "scope", "unit", "low", "best", "high", "basis", "level", "rule", "evidence", "refused"]
    assert list(made)[: len(keys)] == keys
    assert (made["low"], made["best"], made["high"]) == (3, 3, 5)
    assert [row["value"] for row in made["by"]["month"] if row["figure"]["best"]] == ["2023-05"]


def test_statements_are_one_object_a_line(case: Path) -> None:
    """Every statement with its id, document, locator and quote."""
    lines = [from_json(line) for line in litany("statements", "--json", cwd=case).splitlines()]
    wanted = {
        "id", "document", "locator", "quote", "speakers", "modality", "level", "harm", "victims", "actors", "when", "where",
        "means",
    }  # fmt: skip
    assert len(lines) == 3 and all(wanted <= line.keys() for line in lines)
    assert lines[0]["locator"]["row"] == 2
    assert "killed: 3-5" in lines[0]["quote"]


def test_a_refusal_exits_one_and_says_why(case: Path) -> None:
    """Unlinked sources: no number, the reason, and a figure per source."""
    made = from_json(litany("count", "killed", "--json", cwd=case, code=1))
    assert (
        made["low"] is None
        and "per source only" in made["refused"]
        and [row["value"] for row in made["per_source"]] == ["afp", "ap", "rfa"]
    )


def test_a_figure_explains_itself(case: Path) -> None:
    """From the id to quoted words, sha256 and custody, in text and in JSON."""
    id_ = from_json(litany("count", "killed in:MMR002", "--json", cwd=case))["id"]
    text = litany("explain", id_[:10], cwd=case)
    assert "3-5" in text and "custody" in text and "one attack" in text
    made = from_json(litany("explain", id_, "--json", cwd=case))
    assert made["again"] == made["figure"]
    assert len(made["documents"][0]["sha256"]) == 64


def test_what_could_not_be_read_is_listed(case: Path) -> None:
    """File, row, column, value and reason of every trouble."""
    text = litany("problems", cwd=case)
    assert "rows.csv" in text and "row 5" in text and "'many'" in text and "row 6" in text
    made = from_json(litany("run", "--json", cwd=case, code=1))
    assert made["documents"][0]["unread"] == 2


def test_verify_says_what_changed(case: Path, tmp_path: Path) -> None:
    """A whole case holds; with one byte changed, the document is named and the exit code is 1."""
    assert "holds" in litany("verify", cwd=case)
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", str(case), str(copy)], check=True)
    (file,) = [path for path in (copy / "vault").rglob("*") if path.is_file() and len(path.name) == 64]
    file.chmod(0o644)
    file.write_bytes(file.read_bytes().replace(b"3-5", b"3-9"))
    made = from_json(litany("verify", "--json", cwd=copy, code=1))
    assert not made["holds"] and file.name[:12] in made["wrong"][0]


def test_dump_and_load_unite_two_cases(case: Path, tmp_path: Path) -> None:
    """A joined case takes in a dump; a second time nothing is new; a stranger's case is refused."""
    litany("dump", "-o", str(tmp_path / "dump.jsonl"), cwd=case)
    litany("new", "joined", "--join", str(case), cwd=tmp_path)
    assert "New: " in litany("load", "../dump.jsonl", cwd=tmp_path / "joined")
    assert "New: 0 lines of custody and 0 rows" in litany("load", "../dump.jsonl", cwd=tmp_path / "joined")
    litany("new", "stranger", cwd=tmp_path)
    litany("load", "../dump.jsonl", cwd=tmp_path / "stranger", code=2)


def test_corrections_and_withdrawal_on_the_command_line(tmp_path: Path) -> None:
    """Exclude, undo, withdraw: each prints the id of its record, and the count follows."""
    (tmp_path / "rows.csv").write_text(CSV, "utf-8")
    litany("new", "case", cwd=tmp_path)
    case = tmp_path / "case"
    (case / "lookups" / "mappings" / "rules.toml").write_text(RULES.read_text("utf-8"), "utf-8")
    litany("add", "../rows.csv", cwd=case)
    litany("run", cwd=case, code=1)
    id_ = litany("correct", "exclude", "rows.csv:4", "--as", "found-alive", "--why", "her sister called", cwd=case).strip()
    assert from_json(litany("count", "killed source:rfa", "--json", cwd=case))["best"] == 0
    assert from_json(litany("explain", id_, cwd=case))["kind"] == "correction"
    litany("correct", "undo", id_, "--why", "wrong person", cwd=case)
    assert from_json(litany("count", "killed source:rfa", "--json", cwd=case))["best"] == 1
    litany("correct", "withdraw", "rows.csv:4", "--why", "the family asked", "--yes", cwd=case)
    assert from_json(litany("count", "killed in:MMR005", "--json", cwd=case))["best"] == 0
    assert "holds" in litany("verify", cwd=case)
    assert b"Aung Aung" not in (case / "case.db").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["count", "kiled"], "did you mean killed?"),
        (["count", "killed", "in:Kachin"], "MM-11"),
        (["count", "killed", "--by", "colour"], "month"),
        (["explain", "zzzzzz"], "begins with"),
        (["explain", "0"], "6 characters"),
        (["add", "nowhere.csv"], "cannot be found"),
        (["add", "../rows.csv", "--published", "yesterday"], "EDTF"),
        (["load", "case.toml"], "dump"),
        (["judge", "same", "rows.csv:2", "rows.csv:99", "--why", "x"], "rows.csv:99"),
        (["correct", "settle", "rows.csv:2", "date", "31/12/23", "--why", "x"], "EDTF"),
        (["run", "--mapping", "nothing"], ""),
    ],
)
def test_mistakes_get_a_message(case: Path, arguments: list[str], says: str) -> None:
    """Exit code 1 or 2, what is wrong and what to do, no traceback."""
    done = subprocess.run([sys.executable, "-m", "litany", *arguments], cwd=case, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert done.returncode in (1, 2), done.stdout
    assert says in done.stderr + done.stdout


def test_there_is_no_case_here(tmp_path: Path) -> None:
    """The message says how to make one; -C names one elsewhere."""
    assert "litany new" in litany("count", "killed", cwd=tmp_path, code=2)


def test_help_needs_no_heavy_library(tmp_path: Path) -> None:
    """Help loads neither polars nor a database driver."""
    code = "import sys, litany.cli.app; print([m for m in ('polars', 'sqlcipher3', 'msgspec', 'rich') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_words_of_others_are_printed_as_they_are(tmp_path: Path) -> None:
    """Brackets are no markup, and what would steer a terminal is shown: in names of files, reasons and cells."""
    litany("new", "case", cwd=tmp_path)
    case = tmp_path / "case"
    (case / "lookups" / "mappings" / "rules.toml").write_text(RULES.read_text("utf-8"), "utf-8")
    (tmp_path / "[bold] rows.csv").write_text("source,date,place,killed\n[bold]x[/nope],2023-05-02,\x1b[31mLoikaw,3\n", "utf-8")
    litany("add", "../[bold] rows.csv", cwd=case)
    litany("run", cwd=case)
    id_ = litany("correct", "grade", "[bold] rows.csv:2", "fair", "--why", "see [/red] \x1b[2J", cwd=case).strip()
    assert id_
    assert "[bold]x[/nope]" in litany("count", "killed", cwd=case)
    figure = from_json(litany("count", "killed", "--json", cwd=case))["id"]
    for text in (litany("explain", figure, cwd=case), litany("statements", cwd=case), litany("documents", cwd=case)):
        assert "\x1b" not in text
    assert "[/red]" in litany("explain", figure, cwd=case)


def test_a_damaged_database_is_a_message(tmp_path: Path) -> None:
    """An empty case.db, and one of garbage, end in a message that says what to do."""
    litany("new", "case", cwd=tmp_path)
    for data in (b"", b"garbage" * 1000):
        for name in ("case.db-wal", "case.db-shm"):
            (tmp_path / "case" / name).unlink(missing_ok=True)
        (tmp_path / "case" / "case.db").write_bytes(data)
        assert "backup" in litany("count", "killed", cwd=tmp_path / "case", code=2)
