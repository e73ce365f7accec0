"""Over draws, a figure's ends are quantiles of what each draw adds up to; and a case shows whom it linked, and how surely."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from litany.case.case import Case
from litany.counts import drawn
from litany.counts.count import Counter, counter
from litany.counts.explain import explain
from litany.errors import Refused
from litany.ids import read
from litany.registry import acts
from litany.registry.link_report import compared, linkage
from litany.registry.links import links
from litany.registry.states import Drawn
from litany.types.figure import Basis
from litany.types.records import About, Verdict
from tests.making import BY, add_rows, clock, new_case

NAMES = (
    "Aung Kyaw Htet", "Zin Min Thant", "Hla Myo Nyunt", "Saw Eh Doh", "Thet Naing Win", "Khin Su Wai", "Ye Lin Phyo",
    "Nay Zar Chi", "Tun Tun Oo", "Wai Yan Soe", "Pyae Phyo Maung", "Moe Sandar Lwin", "Kaung Sett Paing", "Ei Thinzar Hnin",
    "Bo Bo Kyaw", "Thiri Shwe Yee", "Min Khant Zaw", "Su Myat Noe", "Hein Htet Aung", "Lin Lat Kyi", "Than Htay Lay",
    "Myint Swe Han",
    "Chit Ko Ko", "Nyi Nyi Latt",
)  # fmt: skip
TOWNSHIPS = ("Loikaw", "Kale", "Monywa", "Dawei", "Hpakant", "Myingyan")


def rows() -> list[dict[str, str]]:
    """24 people; list A has the first 18, list B the last 16, so that 10 are in both; B writes some of them otherwise."""
    made = []
    for list_, people in (("list-a", range(18)), ("list-b", range(8, 24))):
        for number in people:
            name = NAMES[number]
            if list_ == "list-b" and number % 3 == 0:
                name = name.replace("aung", "ong").replace("Kyaw", "Kyau")
            day = f"2022-{1 + number % 12:02}-{1 + number:02}"
            made.append({"source": list_, "date": day, "place": f"{TOWNSHIPS[number % 6]} township", "name": name})
    return made


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    made = new_case(tmp_path_factory.mktemp("drawn") / "case")
    text = made.layout.settings.read_text("utf-8")
    made.layout.settings.write_text(text.replace("draws = 0", "draws = 100"), "utf-8")
    made = Case(made.layout.root, clock=clock)
    add_rows(made, rows())
    return made


@pytest.fixture(scope="module")
def counted(case: Case) -> Counter:
    return counter(case)


def test_totals_are_those_of_each_draw() -> None:
    table = pl.DataFrame(
        {"incident": [0, 1, 2, 3], "add_low": [10, 1, 2, 5], "add_best": [10, 1, 3, 6], "add_high": [11, 1, 4, 7]},
        schema_overrides={"incident": pl.Int32},
    )
    present = pl.DataFrame({"incident": [1, 2, 3], "draw": [0, 0, 1]}, schema={"incident": pl.Int32, "draw": pl.Int32})
    made = drawn.totals(table, Drawn(3, 0, present))
    assert made.low.tolist() == [13, 15, 10]
    assert made.best.tolist() == [14, 16, 10]
    assert made.high.tolist() == [16, 18, 11]
    assert made.ends() == (10, 14, 18)
    assert made.vary and not made.only_linkage


def test_ends_are_quantiles_that_some_draw_has() -> None:
    values = np.sort(np.random.default_rng(1).integers(0, 10_000, 400))
    assert drawn.Totals(values, values, values).ends() == (values[9], values[199], values[390])


def test_lists_that_were_refused_without_linkage_are_one_figure_with_it(counted: Counter) -> None:
    figure = counted.figure(counted.scope("killed in:MM"))
    assert figure.refused is None and figure.basis in (Basis.POSTERIOR, Basis.BOTH) and figure.level == "0.95"
    assert figure.low is not None and figure.best is not None and figure.high is not None
    assert figure.low <= figure.best <= figure.high
    assert abs(figure.best - 24) <= 2  # people; the two lists have 34 rows
    assert figure.low <= 24 <= figure.high <= 34
    assert any("no pairs were audited" in note for note in figure.evidence.notes)


def test_of_one_list_that_holds_its_rows_apart_the_count_is_that_of_its_rows(counted: Counter) -> None:
    figure = counted.figure(counted.scope("killed in:MM source:list-a"))
    assert figure.high == 18


def test_the_figure_is_explained_by_incidents_that_stand_for_all(case: Case, counted: Counter) -> None:
    figure = counted.figure(counted.scope("killed in:MM"))
    made = explain(case, read(figure.id), known=counted)
    assert made.trouble is None
    assert made.again == figure
    said = [stated.statement.id for happened in made.incidents for stated in happened.statements]
    assert len(said) == len(set(said))  # no statement stands under two incidents


def test_every_row_has_its_victim_and_whom_it_shares_it_with(case: Case, counted: Counter) -> None:
    found = {one.row: one for one in links(case, counted.register)}
    assert len(found) == 34
    first, other = "rows.csv:12", "rows.csv:22"  # Pyae Phyo Maung, in both
    mine, theirs = found[first].victim, found[other].victim
    assert mine is not None and theirs is not None
    assert mine.others[0].row == other and mine.others[0].probability > 0.9
    assert mine.cluster == theirs.cluster


def test_links_are_compared_with_right_answers(case: Case, counted: Counter) -> None:
    gold = io.StringIO()
    writer = csv.writer(gold)
    writer.writerow(["row", "cluster"])
    writer.writerows([f"rows.csv:{2 + at}", row] for at, row in enumerate([*range(18), *range(8, 24)]))
    writer.writerow(["rows.csv:99", 1])
    made = compared(case, counted.register, About.VICTIM, io.StringIO(gold.getvalue()))
    assert made.judged == 34 and made.unknown == ("rows.csv:99",)
    assert made.pairs.f1 > 0.85 and made.b_cubed.f1 > 0.9 and made.blocking_recall > 0.95


def test_what_the_linkage_rests_on_is_shown(counted: Counter) -> None:
    [about_victims, *_] = linkage(counted.register)
    assert about_victims.about is About.VICTIM and about_victims.nodes == 34 and about_victims.draws == 100
    name = next(field for field in about_victims.weights if field.name == "name")
    assert name.levels[0].weight > 0 > name.levels[-1].weight


def test_a_judgement_is_never_overridden(tmp_path: Path) -> None:
    made = new_case(tmp_path / "case")
    text = made.layout.settings.read_text("utf-8")
    made.layout.settings.write_text(text.replace("draws = 0", "draws = 20"), "utf-8")
    made = Case(made.layout.root, clock=clock)
    add_rows(made, rows())
    acts.judge(made, Verdict.DIFFERENT, About.VICTIM, "rows.csv:12", ["rows.csv:22"], BY)
    acts.judge(made, Verdict.SAME, About.VICTIM, "rows.csv:2", ["rows.csv:35"], BY)
    found = {one.row: one for one in links(made, counter(made).register)}
    assert "rows.csv:22" not in [partner.row for partner in found["rows.csv:12"].victim.others]  # type: ignore[union-attr]
    assert found["rows.csv:2"].victim.cluster == found["rows.csv:35"].victim.cluster  # type: ignore[union-attr]


def test_a_case_without_draws_says_how_to_have_them(tmp_path: Path) -> None:
    made = new_case(tmp_path / "case")
    add_rows(made, rows())
    with pytest.raises(Refused, match="draws = 400"):
        list(links(made, counter(made).register))
