"""`litany review`: what stands on the screen before and after a decision, and what the keys do."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from litany.case.case import Case
from litany.cli import review as command
from litany.cli.app import cli
from litany.counts.count import counter
from litany.registry import acts
from litany.registry.judgements import in_force
from litany.steps.review_known import judged
from litany.types.records import About, Judgement, Verdict
from tests.making import BY
from tests.steps.review_making import PARTIES, make

HIDDEN = (*PARTIES, "effect", "in the mean of the draws", "% of the draws", "rows.csv")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with draws, its register built."""
    case = make(tmp_path_factory.mktemp("review") / "case")
    counter(case)
    case.close()
    return case.layout.root


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy of it, for judgements of one's own."""
    return Path(shutil.copytree(built, tmp_path / "case"))


def press(folder: Path, monkeypatch: pytest.MonkeyPatch, keys: list[str], words: str = "", *options: str) -> str:
    """What stands on the terminal after these keys; ``words`` are lines typed where it asks."""
    left = iter(keys)
    monkeypatch.setattr(command, "_on_terminal", lambda: True)
    monkeypatch.setattr(click, "getchar", lambda: next(left, ""))
    done = CliRunner().invoke(
        cli, ["-C", str(folder), "review", "--who", "tester", *options], input=words, catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    return done.output


def kept(folder: Path) -> list[Judgement]:
    """The judgements in force."""
    case = Case(folder)
    made = [one.judgement for one in in_force(judged(case))]
    case.close()
    return made


def test_parties_and_effect_appear_only_after_the_decision(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until "kept:" nothing of what is hidden is printed; then all of it is; the next pair is blind again."""
    shown = press(folder, monkeypatch, ["y", " "], "both say so\n", "--limit", "3")
    before, _, rest = shown.partition("kept: same")
    after, _, then = rest.partition("any key")
    assert "1 of 3 pairs: the same incident?" in before and "bits" in before and "place" in before
    assert not [word for word in HIDDEN if word in before]
    assert "expected effect" in after and "% of the draws they are one" in after and "rows.csv:" in after and "List" in after
    assert "2 of 3 pairs" in then and not [word for word in HIDDEN if word in then]
    (one,) = kept(folder)
    assert (one.who, one.why, one.verdict, one.about) == ("tester", "both say so", Verdict.SAME, About.INCIDENT)
    assert "1 pair judged: 1 same, 0 different, 0 unsure." in then and "litany run" in then


def test_keys_judge_hold_move_and_undo(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """n, h, arrows, b, u; enter repeats the last reason; what was taken back is kept as taken back."""
    keys = ["\x1b[C", "\x1b[D", "n", " ", "h", " ", "b", "y", " ", "u", "q"]
    shown = press(folder, monkeypatch, keys, "other days\n\n", "--limit", "9")
    assert "this pair is judged: u takes that back" in shown and "judged: unsure" in shown
    (one,) = kept(folder)
    assert (one.verdict, one.why) == (Verdict.DIFFERENT, "other days")
    case = Case(folder)
    every = [record for _, _, record in case.store.each(Judgement)]
    case.close()
    assert [record.why for record in every if record.verdict is Verdict.UNSURE] == ["other days"]
    assert "1 pair judged: 0 same, 1 different, 0 unsure." in shown


def test_the_reveal_may_be_answered_by_undo(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default reason stands where enter is pressed."""
    press(folder, monkeypatch, ["y", "u", "n", " ", "q"], "\n\n")
    (one,) = kept(folder)
    assert (one.why, one.verdict) == ("read both rows", Verdict.DIFFERENT)


def test_a_contradiction_is_shown_with_its_loop(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an audit a pair is asked again that was judged before; the other answer is refused, and the pair stays open."""
    (first, *_) = _json(folder, "--audit", "8")
    case = Case(folder)
    (id_,) = acts.judge(case, Verdict.SAME, About.INCIDENT, first["left"]["anchor"], [first["right"]["anchor"]], BY)
    case.close()
    shown = press(folder, monkeypatch, ["n", " ", "y", " ", "q"], "\n\n", "--audit", "8")
    assert "not kept: this contradicts earlier judgements" in shown and id_ in "".join(shown.split())
    assert [one.verdict for one in kept(folder)] == [Verdict.SAME, Verdict.SAME]
    assert kept(folder)[1].why == f"{first['audit']}read both rows"


def test_quotes_are_shown_on_request(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They may name parties, and so may the rows' names: only with --quotes."""
    shown = press(folder, monkeypatch, ["q"], "", "--quotes")
    assert "rows.csv:" in shown and "killed: " in shown


def test_without_a_terminal_the_queue_is_json(folder: Path) -> None:
    """Effects only where they are asked for; a limit; the same for the same case."""
    plain, more = _json(folder, "--limit", "4"), _json(folder, "--limit", "4", "--effects", "--json")
    assert len(plain) == 4 and plain == _json(folder, "--limit", "4")
    assert [one.pop("hidden")["effect"] for one in more] == sorted((_effect(one) for one in _hidden(folder)), reverse=True)
    assert plain == more and "effect" not in json.dumps(plain)
    assert plain[0]["reasons"][0].keys() == {"name", "label", "weight"}
    assert all("weight" not in reason for one in _json(folder, "--audit", "5") for reason in one["reasons"])


def _hidden(folder: Path) -> list[dict[str, dict[str, float]]]:
    return _json(folder, "--limit", "4", "--effects")


def _effect(one: dict[str, dict[str, float]]) -> float:
    return one["hidden"]["effect"]


def _json(folder: Path, *options: str) -> list[dict]:  # type: ignore[type-arg]
    done = CliRunner().invoke(cli, ["-C", str(folder), "review", *options], catch_exceptions=False)
    assert done.exit_code == 0
    made: list[dict] = json.loads(done.stdout)  # type: ignore[type-arg]
    return made
