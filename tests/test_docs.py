"""What the documentation shows is what the program does: its examples run, its lists are the code's, its links lead somewhere.

A fenced block ```console is run as a person would type it: a line that begins with `$ ` is a command (`> ` goes on with it),
`# exit 1` at its end says with which code it ends when that is not 0. The other lines must appear in this order in what it
prints; `…` stands for anything, a line of nothing else for any lines, and an id on the page for the id of this run, there
and in later commands. A block with `file=NAME` behind its language is first written to that file. Each document has one
folder, which holds the two tables of the built-in case.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from litany.cli import common
from litany.cli.app import COMMANDS, cli, main
from litany.counts import count, explain, related
from litany.documents import rows
from litany.documents.locator import Locator
from litany.estimates import convergence, refusals, results
from litany.preserve.add import Outcome
from litany.publish import estimate_shape
from litany.registry import links, lists
from litany.statements import editions, propose, propose_preview, view
from litany.steps import run
from litany.types import figure, records, statement
from tests.making import add_rows, new_case
from tools.build_docs import FOLDER, pages

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("*.md")])
RUN = [ROOT / "README.md", ROOT / "docs" / "tutorial.md", *sorted((ROOT / "docs" / "how-to").glob("*.md"))]
TABLES = ("ucdp-ged-myanmar-2021-2023.csv", "laiza-2023-10-09-as-reported.csv")
_FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ID = re.compile(r"\b(?=[a-z]*[2-7])[a-z2-7]{12,32}\b")
_EXIT = re.compile(r"# exit (\d+)$", re.MULTILINE)


def name(path: Path) -> str:
    """The page's name in a test's id."""
    return path.relative_to(ROOT).as_posix()


# --- examples ---------------------------------------------------------------------------------------------------------


class Reader:
    """Somebody who follows one page in one folder."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        self._cwd, self._exports = folder / "cwd", folder / "exports"
        self._cwd.write_text(str(self.home))
        self._shelled = False
        self._exports.write_text("")
        bin_ = folder / "bin"
        bin_.mkdir()
        for shim, command in (("litany", f"'{sys.executable}' -m litany"), ("python", f"'{sys.executable}'")):
            (bin_ / shim).write_text(f'#!/bin/sh\nexec {command} "$@"\n')
            (bin_ / shim).chmod(0o755)
        (bin_ / "python3").symlink_to("python")
        self._env = {
            "PATH": f"{bin_}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "HOME": str(self.home),
            "COLUMNS": "1000",
            "LC_ALL": "C.UTF-8",
            "PYTHONUTF8": "1",
        }
        case = resources.files("litany.steps") / "cases" / "myanmar"
        (self.home / TABLES[0]).write_bytes(gzip.decompress((case / f"{TABLES[0]}.gz").read_bytes()))
        (self.home / TABLES[1]).write_bytes((case / TABLES[1]).read_bytes())

    @property
    def cwd(self) -> Path:
        """Where the last command left the person."""
        return Path(self._cwd.read_text().strip())

    def types(self, command: str) -> tuple[int, str]:
        """A command's exit code, and all that it printed; `cd` and `export` stay for the next one."""
        words = plain_words(command)
        return self._shell(command) if words is None or not self._shelled else self._here(words)

    def _shell(self, command: str) -> tuple[int, str]:
        """In a shell, as a person does it; `litany` is `python -m litany`."""
        self._shelled |= "litany" in command
        script = (
            f". '{self._exports}'; cd '{self.cwd}'\n{command}\n"
            f"code=$?; pwd > '{self._cwd}'; export -p > '{self._exports}'; exit $code\n"
        )
        done = subprocess.run(
            ["bash", "-c", script], env=self._env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, encoding="utf-8", timeout=600, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout

    def _here(self, words: list[str]) -> tuple[int, str]:
        """In this process, for starting Python a hundred times takes a minute; the first `litany` of a page is a real one."""
        who = re.search(r'LITANY_WHO="([^"]*)"', self._exports.read_text())
        with pytest.MonkeyPatch.context() as patch, io.StringIO() as printed:
            patch.chdir(self.cwd)
            patch.setattr(common.out, "width", int(self._env["COLUMNS"]))
            patch.setattr(common.err, "width", int(self._env["COLUMNS"]))
            patch.delenv("LITANY_WHO", raising=False)
            if who:
                patch.setenv("LITANY_WHO", who[1])
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                try:
                    main(words)
                except SystemExit as ended:
                    return int(ended.code or 0), printed.getvalue()
        raise AssertionError("a command ends with an exit code")


def plain_words(command: str) -> list[str] | None:
    """The words after `litany`; None when a shell has something to do in the command."""
    split = shlex.shlex(command, posix=True, punctuation_chars=True)
    split.whitespace_split = True
    words = list(split)
    shell = any(word and set(word) <= set("();<>|&") for word in words) or not set("{}$*`\n").isdisjoint(command)
    return None if shell or words[:1] != ["litany"] else words[1:]


def commands(block: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a console block, each with the lines that it is said to print."""
    command: str | None = None
    shown: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            if command is not None:
                yield command, shown
            command, shown = line[2:], []
        elif line.startswith("> ") and command is not None and not shown:
            command += "\n" + line[2:]
        else:
            shown.append(line)
    if command is not None:
        yield command, shown


def missing(shown: Sequence[str], real: str, ids: dict[str, str]) -> str | None:
    """The first line that is shown and not printed in its place; None when all are.

    ``ids``: the beginnings of ids on the page to the ids of this run; ids that are new here are added.
    """
    lines = [_plain(line) for line in real.splitlines()]
    at = 0
    for raw in shown:
        line = _plain(raw)
        if line in ("", "…"):
            continue
        pattern, new = _pattern(re.sub(r" …$", "…", line), ids)
        found = next(((number, match) for number in range(at, len(lines)) if (match := pattern.fullmatch(lines[number]))), None)
        if found is None:
            return raw
        at = found[0] + 1
        ids.update(zip(new, found[1].groups(), strict=True))
    return None


def _plain(line: str) -> str:
    """A line with single blanks: how wide a table is depends on what stands in it."""
    return re.sub(" +", " ", line).strip()


def _pattern(line: str, ids: dict[str, str]) -> tuple[re.Pattern[str], list[str]]:
    """What a shown line stands for, and the beginnings of the ids in it that were not seen before."""
    made, at = "", 0
    new: list[str] = []
    for token in [*_ID.finditer(line), None]:
        text = line[at : len(line) if token is None else token.start()]
        made += ".*".join(map(re.escape, text.split("…")))
        if token is None:
            break
        at, key = token.end(), token[0][:12]
        if key in ids:
            made += ids[key][: len(token[0])]
        elif key in new:
            made += f"[a-z2-7]{{{len(token[0])}}}"
        else:
            new.append(key)
            made += f"([a-z2-7]{{{len(token[0])}}})"
    return re.compile(made), new


def with_ids(command: str, ids: dict[str, str]) -> str:
    """A command with the ids of this run in the place of those on the page."""
    return _ID.sub(lambda token: ids.get(token[0][:12], token[0])[: len(token[0])], command)


@pytest.mark.parametrize("page", RUN, ids=name)
def test_examples_do_what_the_page_shows(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever types what a page says sees what it says."""
    reader = Reader(tmp_path)
    python: dict[str, object] = {"__name__": "page"}
    printed, ids = "", dict[str, str]()
    for language, info, text in _FENCE.findall(page.read_text("utf-8")):
        file = re.search(r"file=(\S+)", info)
        if file:
            path = reader.home / file[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        elif language == "console":
            for command, shown in commands(text):
                expected = _EXIT.search(command)
                code, output = reader.types(with_ids(command, ids))
                assert code == (int(expected[1]) if expected else 0), f"{command}\nends with {code}:\n{output}"
                wrong = missing(shown, output, ids)
                assert wrong is None, f"{command}\ndoes not print\n{wrong}\nbut\n{output}"
        elif language == "python":
            monkeypatch.chdir(reader.cwd)
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(text, page.name, "exec"), python)
            printed = out.getvalue()
        elif language == "text" and "printed" in info:
            wrong = missing(text.splitlines(), printed, ids)
            assert wrong is None, f"the Python block does not print\n{wrong}\nbut\n{printed}"


def test_the_matcher_sees_a_wrong_line() -> None:
    """The check of examples can fail: on another number, on another order, on a line that is not there."""
    real = "low 1   best 2\nid aaaabbbbcccc7ddd   (aaaabbbbcccc)\n"
    ids: dict[str, str] = {}
    assert missing(["low 1   best 2", "id eeeeffff2222gggg   (eeeeffff2222)"], real, ids) is None
    assert ids == {"eeeeffff2222": "aaaabbbbcccc7ddd"}
    assert with_ids("explain eeeeffff2222", ids) == "explain aaaabbbbcccc"
    assert missing(["…", "id aaaa…"], real, {}) is None
    assert missing(["low 1   best 3"], real, {}) == "low 1   best 3"
    assert missing(["id …", "low 1   best 2"], real, {}) == "low 1   best 2"
    assert missing(["low 1"], real, {}) == "low 1"
    assert missing(["id eeeeffff2222gggg   …"], real, {"eeeeffff2222": "zzzzbbbbcccc7ddd"}) is not None
    assert plain_words('litany count killed --why "a; b"  # exit 1') == ["count", "killed", "--why", "a; b"]
    assert [plain_words(text) for text in ("litany a | b", "litany a{1,2}", "cd a && litany b", "ls")] == [None] * 4
    assert list(commands("$ a\n> b\nout\n$ c\n")) == [("a\nb", ["out"]), ("c", [])]


# --- generated pages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["cli.md", "records.md"])
def test_generated_pages_are_what_the_code_gives(page: str) -> None:
    """A command, option, record or word that changed changes its page: `make docs`."""
    assert (FOLDER / page).read_text("utf-8") == pages()[page], f"docs/reference/{page} is stale: make docs"


def test_every_command_stands_in_the_tutorial_or_a_how_to() -> None:
    """No command without an example that runs."""
    text = "\n".join(path.read_text("utf-8") for path in RUN)
    shown = set(re.findall(r"^\$ .*?litany (?:-C \S+ )?([a-z]+)", text, re.MULTILINE))
    assert set(COMMANDS) - shown == set()


# --- JSON -------------------------------------------------------------------------------------------------------------

SHAPES: dict[str, type[msgspec.Struct]] = {
    one.__name__: one
    for one in (
        figure.Figure, figure.Evidence, count.Row, view.View, view.Days, Locator, rows.Spot, statement.Speaker, statement.Toll,
        statement.Part, statement.Person, statement.Perpetrator, statement.Where, explain.Explained, explain.Happened,
        related.Related, related.Echo, links.RowLinks, links.Membership, links.Partner,
        explain.Stated, explain.Line, explain.Preserved, explain.Decided, records.Recipe, Outcome, run.Ran, run.DocumentRead,
        records.Problem, editions.Changes, editions.Change, lists.ListReport, lists.SourceReport, lists.Field, lists.Unread,
        propose.Mapped, propose.MappedColumn, propose_preview.Preview, propose_preview.PreviewRow, propose_preview.PreviewValue,
        estimate_shape.Estimated, estimate_shape.TableRead, estimate_shape.ListSize, estimate_shape.Overlap,
        estimate_shape.OneStratum, estimate_shape.OneEstimate, estimate_shape.OneTotal, results.Interval, results.PatternFit,
        results.Candidate, results.Sweep, refusals.Refusal, convergence.Convergence,
    )
}  # fmt: skip


def documented() -> dict[str, list[str]]:
    """The fields that json.md lists, by heading."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in (FOLDER / "json.md").read_text("utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ").strip("`")
        elif row := re.match(r"\| `(\w+)`", line):
            found.setdefault(heading, []).append(row[1])
    return found


def test_json_shapes_have_the_documented_fields() -> None:
    """Every field of what a program gets is documented, in order, and nothing else is."""
    shown = documented()
    for title, type_ in SHAPES.items():
        assert shown.get(title) == [field.encode_name for field in msgspec.structs.fields(type_)], title


def test_json_commands_have_the_documented_fields(tmp_path: Path) -> None:
    """The shapes that commands make themselves have the documented fields too."""
    case = new_case(tmp_path / "case")
    rows = [{"source": "afp", "date": "2023-05-02", "place": "Nowhere at all", "killed": "3"}]
    add_rows(case, rows)
    case.close()
    shown = documented()
    for command, wanted in (
        (["documents"], "documents --json"),
        (["problems"], "problems --json"),
        (["verify"], "verify --json"),
        (["count", "killed", "in:MM", "--by", "month"], "count --json"),
    ):
        ran = CliRunner().invoke(cli, ["-C", str(tmp_path / "case"), *command, "--json"])
        first = json.loads(ran.stdout.splitlines()[0] if wanted.startswith("problems") else ran.stdout)
        fields = list(first[0] if isinstance(first, list) else first)
        optional = {"count --json": ["per_source"]}.get(wanted, [])
        own = fields[len(msgspec.structs.fields(figure.Figure)) :] if wanted == "count --json" else fields
        assert shown.get(wanted) == [*own, *optional], wanted


# --- links ------------------------------------------------------------------------------------------------------------


def slugs(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    text = _FENCE.sub("", page.read_text("utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to a file of ours names one that exists, and a heading that it has."""
    text = _FENCE.sub("", page.read_text("utf-8"))
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        path = (page.parent / file).resolve() if file else page
        if not path.exists() or (anchor and anchor not in slugs(path)):
            broken.append(target)
    assert broken == []
