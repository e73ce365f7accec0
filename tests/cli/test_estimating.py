"""`litany estimate` gives a range with its assumption, or a reason; never a traceback, never a number from nowhere."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from litany.cli import common
from litany.cli.app import main
from litany.cli.estimating import PICTURES
from litany.estimates.methods import METHODS
from tests.making import new_case

Estimate = Callable[..., tuple[int, str, str]]
KOSOVO = [306, 936, 123, 845, 31, 217, 32, 1131, 106, 228, 42, 177, 18, 181, 27]
ABC = ("--lists", "a,b,c", "--count", "n")
QUICK = [name for name in METHODS if name not in ("pooled", "latent-classes")]


def cells(counts: list[int], names: str = "abc") -> str:
    """A table of all patterns in the order 0..01, 0..10, …"""
    size = len(names)
    rows = [",".join([*f"{mask:0{size}b}", str(count)]) for mask, count in enumerate(counts, 1)]
    return "\n".join([",".join([*names, "n"]), *rows]) + "\n"


@pytest.fixture
def estimate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Estimate:
    """Run the command on a table of this text: exit code, and what it printed on both streams."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(common.out, "width", 1000)

    def run(text: str | None, *words: str) -> tuple[int, str, str]:
        table = []
        if text is not None:
            Path("t.csv").write_text(text, "utf-8")
            table = ["--table", "t.csv"]
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["estimate", *table, *words])
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run


def numbers(value: Any) -> Iterator[float]:
    """Every number in a JSON value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from numbers(inner)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield value


def test_kosovo_in_words(estimate: Estimate) -> None:
    """The answer, its assumption and the documented come first; what they rest on follows."""
    code, out, _ = estimate(cells(KOSOVO, "EAOH"), "--lists", "E,A,O,H", "--count", "n", "--method", "graphs", "--all-methods")
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == "t.csv: 15 rows, 4,400 people in 4 lists"
    assert lines[1].startswith("Between 9,827 and 16,544 people (best 12,595), documented or not, if some decomposable graph")
    assert lines[2] == "4,400 people are documented: for each of them 1.9 more (1.2 to 2.8) whom nobody documented."
    for words in ("Worst fit", "By delta", "By list left out", "By other methods", "Under one named assumption each"):
        assert words in out, words
    assert "method graphs, seed 0; delta none" in out and "sha256 of the file" in out


def test_empty_overlaps_are_marked(estimate: Estimate) -> None:
    """A pair of lists that shares nobody stands out."""
    _, out, _ = estimate(cells([9, 8, 0, 7, 3, 2, 0]), *ABC, "--method", "log-linear", "--set", "interval=normal")
    assert "Nobody is in both: b and c" in out and "none" in out


def test_json_holds_what_the_words_say(estimate: Estimate) -> None:
    """Programs get the same answer, and the same again with the same seed."""
    words = ("--lists", "E,A,O,H", "--count", "n", "--method", "graphs", "--seed", "7", "--json")
    code, out, _ = estimate(cells(KOSOVO, "EAOH"), *words)
    made = json.loads(out)
    assert code == 0 and made["seed"] == 7 and made["refusal"] is None and made["total"] is None
    [stratum] = made["strata"]
    assert stratum["estimate"]["interval"] == {"low": 9827.0, "best": 12595.0, "high": 16544.0}
    assert stratum["lists"][0] == {"name": "E", "people": 1910, "alone": 1131}
    assert {"lists": ["E", "A"], "people": 403} in stratum["overlaps"]
    assert estimate(cells(KOSOVO, "EAOH"), *words)[1] == out


def test_refused_is_a_result(estimate: Estimate) -> None:
    """Exit code 1, the reason, and what to try."""
    code, out, err = estimate(cells([9, 8, 0, 7, 0, 0, 0]), *ABC, "--method", "graphs", "--draws", "d.parquet")
    assert code == 1
    assert "No number: no two lists share anybody" in out and "Next: check the linkage" in out
    assert "16" not in out.splitlines()[1] and "24 people are documented: that many at least." in out
    assert "d.parquet is not written" in err and not Path("d.parquet").exists()


TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "one empty list": (cells([0, 20, 0, 30, 0, 10, 0]), ABC),
    "identical lists": ("a,b,c,n\n1,1,0,30\n0,0,1,20\n1,1,1,5\n", ABC),
    "one person in all lists": ("a,b,c\n1,1,1\n", ("--lists", "a,b,c")),
    "one person": ("a,b,c\n1,0,0\n", ("--lists", "a,b,c")),
    "counts of a thousand million": (cells([n * 10**9 for n in (30, 20, 10, 40, 12, 9, 5)]), ABC),
    "one list": ("a,n\n1,30\n", ("--lists", "a", "--count", "n")),
    "two lists": ("a,b,n\n1,0,30\n0,1,20\n1,1,7\n", ("--lists", "a,b", "--count", "n")),
    "twenty lists": (
        ",".join(f"l{place}" for place in range(20))
        + "\n"
        + "".join(",".join(str(int(place in (row % 20, row * 7 % 20))) for place in range(20)) + "\n" for row in range(200)),
        ("--lists", ",".join(f"l{place}" for place in range(20))),
    ),
}


@pytest.mark.parametrize("method", QUICK)
@pytest.mark.parametrize("name", TABLES)
def test_odd_tables_give_a_range_or_a_reason(estimate: Estimate, name: str, method: str) -> None:
    """Whatever the table, there is an interval in order, at least as high as the documented, or a refusal with what to try."""
    text, words = TABLES[name]
    code, out, _ = estimate(text, *words, "--method", method, "--json")
    assert "NaN" not in out and "Infinity" not in out
    made = json.loads(out)
    assert all(math.isfinite(number) for number in numbers(made))
    [stratum] = made["strata"]
    interval, refusal = stratum["estimate"]["interval"], stratum["estimate"]["refusal"]
    assert (interval is None) is (refusal is not None) is (code == 1)
    if interval is not None:
        assert stratum["documented"] <= interval["low"] <= interval["best"] <= interval["high"]
    else:
        assert refusal["words"] and refusal["next"]
    assert estimate(text, *words, "--method", method)[0] == code


@pytest.mark.parametrize("name", ["one empty list", "identical lists", "one person in all lists", "one list"])
def test_latent_classes_refuse_what_none_can_use(estimate: Estimate, name: str) -> None:
    """The default method too."""
    text, words = TABLES[name]
    assert estimate(text, *words)[0] == 1


def test_events_are_refused(estimate: Estimate) -> None:
    """UCDP's columns are tolls of events."""
    text = "id,year,deaths_a,deaths_b,deaths_civilians,best,high,low\n1,2021,0,0,12,12,14,12\n"
    code, out, err = estimate(text, "--lists", "deaths_a,deaths_b,deaths_civilians")
    assert code == 1 and not err
    assert out.startswith("t.csv: reading stopped after 1 row\n")
    assert "No number: t.csv, row 2, column deaths_civilians: “12” in the column of a list: these look like events" in out
    assert json.loads(estimate(text, "--lists", "deaths_a,deaths_b,deaths_civilians", "--json")[1])["refusal"]["why"] == (
        "events-not-persons"
    )


def test_what_is_wrong_is_one_message(estimate: Estimate) -> None:
    """Exit code 2, one line."""
    for text, words, message in (
        (cells([1, 2, 3, 4, 5, 6, -7]), ABC, "litany: t.csv, row 8, column n: the count “-7” is negative\n"),
        (cells([1, 2, 3]), ("--lists", "a,b,d", "--count", "n"), "litany: t.csv has no column 'd'. Its columns: a, b, c, n\n"),
        (cells([1, 2, 3]), ("--count", "n"), "litany: name the columns of the lists: --lists A,B,C\n"),
        (
            cells([1, 2, 3]),
            (*ABC, "--set", "delt=1", "--method", "graphs"),
            "litany: graphs has no setting 'delt' (did you mean",
        ),
    ):
        code, out, err = estimate(text, *words)
        assert code == 2 and not out and err.startswith(message) and err.count("\n") == 1, err


def test_names_of_lists_keep_their_capitals(estimate: Estimate) -> None:
    """At the beginning of an assumption too; another sentence begins small after `if`."""
    words = ("--count", "n", "--method", "two-lists", "--set", "assumption=independence")
    rows = "1,0,60\n0,1,50\n1,1,20\n"
    for first, second in (("Hospital", "Press"), ("A", "B")):
        _, out, _ = estimate(f"{first},{second},n\n{rows}", "--lists", f"{first},{second}", *words)
        assert f"documented or not, if {first} and {second} are independent.\n" in out
    rows = "1,0,60,X\n0,1,50,X\n1,1,20,X\n1,0,40,Y\n0,1,30,Y\n1,1,10,Y\n"
    _, out, _ = estimate(f"Press,b,n,s\n{rows}", "--lists", "Press,b", "--strata", "s", *words)
    assert "; if in each Press and b are independent.\n" in out
    _, out, _ = estimate(cells([9, 8, 5, 7, 3, 2, 2]), *ABC, "--method", "log-linear", "--set", "interval=normal")
    assert "documented or not, if people are alike in how likely" in out


def test_settings_can_be_read(estimate: Estimate) -> None:
    """Those of a part of a method have its name before theirs; texts are as they were given."""
    _, out, _ = estimate(cells([0, 20, 0, 30, 0, 10, 0]), *ABC)
    settings = next(line for line in out.splitlines() if line.startswith("method pooled, seed 0; "))
    assert "(" not in settings and "=" not in settings and "'" not in settings
    assert ", latent.classes 10, " in settings and ", latent.patience 40,000,000, " in settings and ", apart 10, " in settings
    _, out, _ = estimate(cells([0, 20, 0, 30, 0, 10, 0]), *ABC, "--method", "log-linear", "--set", "interval=normal")
    assert "interval normal, " in out


def test_a_way_out_is_one_that_there_is(estimate: Estimate) -> None:
    """One list is not sent to the method for two, nor that method to itself."""
    one = ("a,n\n1,30\n", "--lists", "a", "--count", "n", "--method")
    assert "No number: one list, and at least two are needed. Next: name a second list.\n" in estimate(*one, "two-lists")[1]
    assert "No number: one list, and at least three are needed. Next: name two more lists.\n" in estimate(*one, "graphs")[1]
    _, out, _ = estimate("a,b,n\n1,0,30\n0,1,20\n1,1,7\n", "--lists", "a,b", "--count", "n", "--method", "graphs")
    assert "No number: two lists, and at least three are needed. Next: name a third list, or take `--method two-lists`" in out


def test_one_person_is_no_people(estimate: Estimate) -> None:
    """And one row no rows."""
    assert estimate("a,b,c\n1,1,1\n", "--lists", "a,b,c")[1].startswith("t.csv: 1 row, 1 person in 3 lists\n")


def test_what_is_stopped_begins_anew(
    estimate: Estimate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C: an estimate keeps nothing, and does not say that it does; what a case was adding it keeps."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("litany.cli.estimating.read_captures", stop)
    code, out, err = estimate(cells([1, 2, 3]), *ABC)
    assert (code, out) == (2, "")
    assert err == "\nlitany: stopped before there was an answer. The same command begins anew\n"
    with monkeypatch.context() as loading:
        loading.setattr("importlib.import_module", stop)
        with pytest.raises(SystemExit):
            main(["run"])
    assert "begins anew" in capsys.readouterr().err
    monkeypatch.setattr("litany.cli.evidence.case_at", stop)
    with pytest.raises(SystemExit):
        main(["run"])
    assert "What was complete by then is kept" in capsys.readouterr().err


def test_without_a_table_it_says_how_to_go_on(estimate: Estimate, tmp_path: Path) -> None:
    """In a case too: patterns from linkage come later."""
    code, _, err = estimate(None)
    assert code == 2 and "there is no table to estimate from" in err and "--table FILE --lists A,B,C" in err
    new_case(tmp_path / "case").close()
    code, _, err = estimate(None)
    assert code == 2 and "there is no table" in err
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path / "case")
        code, _, err = estimate(None)
    assert code == 2 and "not taken from the linkage yet" in err and "--table FILE --lists A,B,C" in err


def test_strata_and_draws(estimate: Estimate) -> None:
    """A sentence a stratum, the total of those with a number, exit code 1 for the one without; draws of all."""
    good, thin = cells([97, 84, 33, 130, 50, 41, 17]), cells([9, 3, 0, 4, 0, 0, 0])
    rows = [f"{line},x" for line in good.splitlines()[1:]] + [f"{line},y" for line in thin.splitlines()[1:]]
    text = "a,b,c,n,s\n" + "\n".join(rows) + "\n"
    words = (*ABC, "--strata", "s", "--method", "no-highest-order", "--processes", "1", "--draws", "d.parquet")
    code, out, _ = estimate(text, *words)
    assert code == 1
    assert "x: between " in out and "y: no number: no two lists share anybody" in out and "Not in the total: y" in out
    assert "not in it are the 16 people documented in one other stratum" in out
    draws = pl.read_parquet("d.parquet")
    assert draws.columns == ["stratum", "chain", "draw", "people"]
    assert draws["stratum"].unique(maintain_order=True).to_list() == ["x", None]
    made = json.loads(estimate(text, *words, "--json")[1])
    assert made["total"]["left_out"] == ["y"]
    assert [stratum["cells"] for stratum in made["strata"]] == [["x"], ["y"]]


def test_pictures_need_matplotlib_and_only_they(estimate: Estimate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, estimates work, and pictures say what is missing before anything is worked out."""
    monkeypatch.setattr("litany.cli.estimating.PICTURES", "matplotlib_that_is_not_there")
    code, _, err = estimate(cells(KOSOVO, "EAOH"), "--lists", "E,A,O,H", "--count", "n", "--pictures", "p")
    assert code == 2 and err == "litany: pictures need matplotlib_that_is_not_there: pip install 'litany[report]'\n"
    assert PICTURES == "litany.publish.estimate_pictures"


def test_draws_take_no_other_files_place(estimate: Estimate) -> None:
    """Not the table's, and no file's that holds no draws; those of an earlier run they do."""
    table = cells([97, 84, 33, 130, 50, 41, 17])
    code, _, err = estimate(table, *ABC, "--method", "no-highest-order", "--draws", "t.csv")
    assert code == 2 and "is the table that is read" in err and Path("t.csv").read_text() == table
    Path("notes.txt").write_text("of last week")
    code, _, err = estimate(table, *ABC, "--method", "no-highest-order", "--draws", "notes.txt")
    assert code == 2 and "holds no draws" in err and Path("notes.txt").read_text() == "of last week"
    pl.DataFrame({"name": ["x"], "secret": [1]}).write_parquet("other.parquet")
    code, _, err = estimate(table, *ABC, "--method", "no-highest-order", "--draws", "other.parquet")
    assert code == 2 and "holds no draws" in err and pl.read_parquet("other.parquet").columns == ["name", "secret"]
    Path("d.parquet").touch()
    for _ in range(2):
        code, _, err = estimate(table, *ABC, "--method", "no-highest-order", "--draws", "d.parquet")
        assert code == 0, err


def test_what_stands_beside_can_be_left_away(estimate: Estimate) -> None:
    """``sweeps=false`` and ``side=false`` are obeyed: no list is left out, which takes as long as the whole."""
    brief = ("--set", "sweeps=2000", "--set", "longest=2000", "--set", "particles=100")
    for method, switch in (("graphs", "sweeps"), ("pooled", "sweeps"), ("latent-classes", "side")):
        more = ("--set", "latent=none") if method == "pooled" else brief if method == "latent-classes" else ()
        asked = ("--lists", "E,A,O,H", "--count", "n", "--method", method, "--json", *more)
        with_, without = (
            json.loads(estimate(cells(KOSOVO, "EAOH"), *asked, "--set", f"{switch}={value}")[1]) for value in ("true", "false")
        )
        names = [[sweep["setting"] for sweep in of["strata"][0]["estimate"]["sweeps"]] for of in (with_, without)]
        assert "list left out" in names[0] and "list left out" not in names[1]


def test_what_is_said_of_each_stratum_is_said_once(estimate: Estimate) -> None:
    """However many strata there are: that people beyond reach are not in the number must be read."""
    rows = [f"s{place},{row}" for place in range(14) for row in cells([97, 84, 33, 130, 50, 41, 17]).splitlines()[1:]]
    words = (*ABC, "--strata", "s", "--set", "latent=none", "--set", "sweeps=false", "--set", "graphs=false")
    code, out, err = estimate("\n".join(["s,a,b,c,n", *rows]), *words)
    assert code == 0, err
    assert out.count("people whom no list could ever have had are not in this number") == 1
    assert "each stratum: people whom no list could ever have had" in out
