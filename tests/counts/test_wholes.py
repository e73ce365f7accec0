"""A list tells in one row what another tells in several: nobody counts twice, and each part keeps its place, day and grade."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litany.case.case import Case
from litany.counts import wholes
from litany.counts.count import Counter, counter
from litany.counts.explain import explain
from litany.ids import read
from litany.registry import acts
from litany.registry.links import links
from litany.types.records import About, Verdict
from tests.making import BY, RULES, add_rows, clock, new_case

TOWNS = (
    "Monywa", "Pakokku", "Magway", "Loikaw", "Myitkyina", "Lashio", "Kale", "Hpakant", "Dawei", "Myingyan", "Bago", "Mandalay",
)  # fmt: skip
LUMPS, SINGLES, DRAWS = 10, 200, 40


def day(number: int) -> str:
    return str(np.datetime64("2022-03-01") + number)


def lumped_rows() -> tuple[list[dict[str, str]], list[int], int]:
    """Two lists of incidents that share a third of their single ones. List A tells in one row a week of which list B tells
    two or three days. Also the rows of list A's first week and its parts, and how many people died in all.
    """
    source = random.Random(2)
    made: list[dict[str, str]] = []
    week: list[int] = []
    truth = 0
    for number in range(LUMPS):
        first = {"place": f"{TOWNS[number]} township", "by": source.choice(("mm.military", "mm.kio"))}
        days = sorted(source.sample(range(6), source.choice((2, 3))))
        tolls = [source.choice((4, 5, 6, 7)) for _ in days]
        start = 10 * number
        if not number:
            week = list(range(2, 3 + len(days)))
        made.append({**first, "source": "list-a", "date": f"{day(start)}/{day(start + 5)}", "killed": str(sum(tolls))})
        made += [
            {**first, "source": "list-b", "date": day(start + at), "killed": str(toll)}
            for at, toll in zip(days, tolls, strict=True)
        ]
        truth += sum(tolls)
    for number in range(SINGLES):
        one = {
            "place": f"{source.choice(TOWNS)} township", "by": source.choice(("mm.military", "mm.kio")),
            "date": day(120 + source.randrange(300)), "killed": str(source.choice((1, 1, 2, 3, 5, 8))),
        }  # fmt: skip
        made += [{**one, "source": name} for name, kept in (("list-a", number % 3 < 2), ("list-b", number % 3 > 0)) if kept]
        truth += int(one["killed"])
    return made, week, truth


def linked(root: Path, rows: list[dict[str, str]]) -> Case:
    """A case of these rows with draws; both lists say that their rows are distinct incidents."""
    case = new_case(root)
    text = RULES.read_text("utf-8")
    for name in ("List A", "List B"):
        text = text.replace(f'name = "{name}"', f'name = "{name}"\ndistinct = "incident"')
    (case.layout.lookups / "mappings" / "rules.toml").write_text(text, "utf-8")
    settings = case.layout.settings
    settings.write_text(settings.read_text("utf-8").replace("draws = 0", f"draws = {DRAWS}"), "utf-8")
    case = Case(case.layout.root, clock=clock)
    add_rows(case, rows)
    return case


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return linked(tmp_path_factory.mktemp("wholes") / "case", lumped_rows()[0])


@pytest.fixture(scope="module")
def counted(case: Case) -> Counter:
    return counter(case)


def test_who_died_in_a_week_is_not_counted_again_on_its_days(counted: Counter) -> None:
    truth = lumped_rows()[2]
    figure = counted.figure(counted.scope("killed in:MM"))
    assert figure.low is not None and figure.best is not None and figure.high is not None
    assert figure.low <= truth <= figure.high
    assert abs(figure.best - truth) < 0.06 * truth  # the weeks again would be a sixth more
    assert any("are parts of" in note for note in figure.evidence.notes)
    weeks = counted.figure(counted.scope("killed in:MM 2022-03-01..2022-06-20"))
    both = counted.figure(counted.scope("killed in:MM 2022-03-01..2022-06-20 source:list-b"))
    assert weeks.best is not None and both.best is not None
    assert both.best <= weeks.best < 1.1 * both.best  # the weeks leave nothing, but where the draws take one for something else


def test_a_part_keeps_its_own_day_and_a_week_passes_no_threshold(counted: Counter) -> None:
    first = counted.figure(counted.scope("killed in:MM 2022-03-01..2022-03-06"))
    alone = counted.figure(counted.scope("killed in:MM 2022-03-01..2022-03-06 source:list-b"))
    assert first.best == alone.best == first.low
    rows = lumped_rows()[0]
    most = max(int(row["killed"]) for row in rows if "/" not in row["date"])
    assert counted.figure(counted.scope(f"killed in:MM toll>={most + 1}")).best == 0
    assert counted.figure(counted.scope(f"killed in:MM toll>={most + 1} source:list-a")).best != 0  # no part enters there


def test_each_row_says_of_what_it_is_a_part(case: Case, counted: Counter) -> None:
    week = lumped_rows()[1]
    found = {one.row: one for one in links(case, counted.register)}
    names = [f"rows.csv:{number}" for number in week]
    whole, parts = found[names[0]], names[1:]
    assert {one.row for one in whole.parts} == set(parts)
    for name in parts:
        [of] = found[name].part_of
        assert of.row == names[0] and of.probability > 0.5


def test_explain_shows_parts_and_their_whole(case: Case, counted: Counter) -> None:
    figure = counted.figure(counted.scope("killed in:MM 2022-03-01..2022-03-06"))
    made = explain(case, read(figure.id), limit=None, known=counted)
    assert made.trouble is None
    [whole] = [one for one in made.incidents if one.parts]
    assert (whole.low, whole.best, whole.high) == (0, 0, 0)
    for part in whole.parts:
        [there] = [one for one in made.incidents if one.incident == part.incident]
        assert [one.incident for one in there.part_of] == [whole.incident] and there.part_of[0].share > 0.5


def test_the_rows_of_a_breakdown_add_up(counted: Counter) -> None:
    made = counted.count(counted.scope("killed in:MM"), ["month", "actor"])
    point = sum(row.figure.best or 0 for row in made.rows["month"])
    assert made.figure.best is not None and abs(point - made.figure.best) <= 0.02 * made.figure.best


def test_what_people_judged_is_no_part(tmp_path: Path) -> None:
    rows, week, _ = lumped_rows()
    made = linked(tmp_path / "case", rows)
    acts.judge(made, Verdict.DIFFERENT, About.INCIDENT, f"rows.csv:{week[0]}", [f"rows.csv:{week[1]}"], BY)
    found = {one.row: one for one in links(made, counter(made).register)}
    assert not found[f"rows.csv:{week[1]}"].part_of


# --- what a whole adds ---------------------------------------------------------------------------------------------------

Told = tuple[bool, bool, bool, int, int, int]
TRUTHS = ((True, True, True), (False, True, True), (False, False, True), (False, False, False))


@st.composite
def told(draw: st.DrawFn, truths: tuple[tuple[bool, bool, bool], ...] = TRUTHS) -> Told:
    low, middle, high = sorted(draw(st.lists(st.integers(0, 12), min_size=3, max_size=3)))
    return (*draw(st.sampled_from(truths)), low, middle, high)


def table(rows: Mapping[int, Told]) -> pl.DataFrame:
    """Incidents as they are evaluated."""
    columns = dict.fromkeys(("certain", "best", "possible"), pl.Boolean) | dict.fromkeys(wholes.ENDS, pl.Int32)
    made = pl.DataFrame([list(one) for one in rows.values()], schema=columns, orient="row")
    return made.with_columns(
        pl.Series("incident", list(rows), dtype=pl.Int32), stated="high", lumped=pl.lit(False)
    )  # fmt: skip


@given(told(TRUTHS[:3]), st.lists(told(), min_size=1, max_size=4))
def test_whole_and_parts_count_as_much_as_either_says(whole: Told, parts: list[Told]) -> None:
    rows = {0: whole, **dict(enumerate(parts, start=1))}
    every = table(rows)
    within, outside = every.filter("possible"), every.filter(~pl.col("possible")).select(wholes.KNOWN)
    links_ = pl.DataFrame({"draw": 3, "whole": 0, "part": list(range(1, len(rows)))}, schema=dict.fromkeys(("draw", "whole", "part"), pl.Int32))  # fmt: skip # noqa: E501
    [rest] = wholes.left(within, outside, links_).rows(named=True)
    assert rest["draw"] == 3
    low = sum(one[3] for one in parts if one[0]) + (rest["low"] if whole[0] else 0)
    best = sum(one[4] for one in parts if one[1]) + (rest["middle"] if whole[1] else 0)
    high = sum(one[5] for one in parts if one[2]) + rest["high"]
    assert low <= best <= high
    if all(one[0] for one in (whole, *parts)):
        assert (low, best, high) == tuple(max(whole[k], sum(one[k] for one in parts)) for k in (3, 4, 5))


def test_a_part_that_does_not_enter_takes_nothing_off() -> None:
    every = table({0: (True, True, True, 5, 5, 5), 1: (True, True, True, 2, 2, 2)})
    parts = pl.DataFrame({"draw": [0, 0], "whole": [0, 0], "part": [1, 9]}, schema_overrides=dict.fromkeys(("draw", "whole", "part"), pl.Int32))  # fmt: skip # noqa: E501
    assert wholes.left(every, every.select(wholes.KNOWN).clear(), parts)["low"].to_list() == [3]
    assert not wholes.left(every.head(1), every.select(wholes.KNOWN).clear(), parts).height
