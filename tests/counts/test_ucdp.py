"""UCDP's own sums come back from its file, and Laiza is one incident (real data beside the checkout)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from litany.case.case import Case
from litany.counts.count import Counter, counter
from litany.preserve.add import Facts, add
from litany.steps import demo
from litany.steps.run import run

GED = "myanmar/ucdp-ged-myanmar.csv"
TO = "2021-02-01..2023-10-09"


@pytest.fixture(scope="module")
def ged(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Counter:
    """A case of the whole file."""
    case = Case.create(tmp_path_factory.mktemp("ged") / "case", title="ged")
    list(add(case, [str(shared_data / GED)], Facts(source="ucdp-ged")))
    assert run(case).complete
    return counter(case)


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[dict[str, str]]:
    """The file as the standard library reads it."""
    with (shared_data / GED).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ends(counting: Counter, scope: str) -> tuple[int | None, int | None, int | None]:
    """Low, best and high."""
    figure = counting.figure(counting.scope(scope))
    return figure.low, figure.best, figure.high


def test_published_sums_come_back(ged: Counter) -> None:
    """2021 to 2023: 4,488 events, low 7,194, best 7,666, high 27,878 as source-sum, civilians 3,798."""
    figure = ged.figure(ged.scope("killed in:MM 2021-02-01..2023-12-31"))
    assert (figure.evidence.incidents, figure.low, figure.best, figure.high) == (4488, 7194, 7666, 27878)
    assert figure.basis.value == "source-sum"
    assert any("1,736 incidents with best 0 make up 11,555 of high" in note for note in figure.evidence.notes)
    assert any("301 rows" in note and "1,171" in note for note in figure.evidence.notes)
    assert ends(ged, "killed civilian in:MM 2021-02-01..2023-12-31")[1] == 3798


def test_every_year_is_the_sum_of_its_rows(ged: Counter, rows: list[dict[str, str]]) -> None:
    """For events that lie within one year, each year's ends are the plain sums of the file."""
    for year in range(1989, 2024):
        inside = [r for r in rows if r["date_start"][:4] == r["date_end"][:4] == str(year)]
        over = [
            r
            for r in rows
            if r["date_start"][:4] != r["date_end"][:4] and str(year) in (r["date_start"][:4], r["date_end"][:4])
        ]
        low, best, high = ends(ged, f"killed in:MM {year}")
        started = [r for r in over if r["date_start"][:4] == str(year)]
        assert low == sum(int(r["low"]) for r in inside)
        assert best == sum(int(r["best"]) for r in [*inside, *started])
        assert high == sum(max(int(r["high"]), 0) for r in [*inside, *over])


def test_massacres_are_a_scope(ged: Counter) -> None:
    """126 rows with five civilian dead: 24 lumped, 102 not (64 by the government, 3 by others, 35 not stated)."""
    plain, lumped = "killed civilian in:MM {} toll>=5 unit:incidents", "level:lumped"
    assert ends(ged, plain.format(TO))[1] == 102
    assert ends(ged, f"{plain.format(TO)} {lumped}")[1] == 24
    by = {row.label: row.figure.best for row in ged.count(ged.scope(plain.format(TO)), ["actor"]).rows["actor"]}
    assert by["Government of Myanmar"] == 64
    assert sum(number or 0 for name, number in by.items() if name in ("Karen National Union", "UCDP's label NUG")) == 3
    assert next(number for name, number in by.items() if name.startswith("left open")) == 35
    with_lumped = f"killed civilian in:MM {TO} toll>=5 (level:incident or level:lumped)"
    assert ends(ged, f"{with_lumped} by:mm.state unit:incidents")[1] == 77
    assert ends(ged, f"{with_lumped} by:mm.state")[1] == 697
    assert ends(ged, f"{with_lumped} not by:mm.state not by:mm.knu not by:ucdp.nug")[1] == 581
    assert ends(ged, f"killed in:MM {TO} toll>=5 (level:incident or level:lumped) unit:incidents")[1] == 329


def test_one_sided_deeds_have_one_perpetrator_the_others_candidates(ged: Counter) -> None:
    """1,789 of 3,798 civilian dead are of two-party events: possible for either, certain for neither."""
    scope = "killed civilian in:MM 2021-02-01..2023-12-31"
    rows = ged.count(ged.scope(scope), ["actor"]).rows["actor"]
    assert next(row.figure.best for row in rows if row.value == "rest") == 1789
    certain = ends(ged, f"{scope} by:mm.military")
    assert certain[0] == 1800 and certain[2] is not None and certain[2] > 1800 + 1789


@pytest.fixture(scope="module")
def laiza(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    """The built-in case."""
    case = demo.build(tmp_path_factory.mktemp("demo") / "case")
    yield counter(case)
    case.close()


def test_laiza_is_one_incident(laiza: Counter) -> None:
    """Killed 28 to 32, children 11 to 13, the combatant a question, the denial kept, the spokesman one root."""
    site = "in:MM-11 2023-10-09"  # the only incident in Kachin State on that day
    assert ends(laiza, f"killed {site}") == (28, 29, 32)
    assert ends(laiza, f"killed {site} unit:incidents") == (1, 1, 1)
    children = ends(laiza, f"killed child {site}")
    assert (children[0], children[2]) == (11, 13)
    assert ends(laiza, f"killed combatant {site}")[0] == 0
    assert ends(laiza, f"killed combatant {site}")[2] == 1
    assert ends(laiza, f"killed {site} by:mm.military") == (28, 29, 32)
    denials = laiza.figure(laiza.scope(f"killed {site} modality:denied"))
    assert denials.evidence.statements == 3
