"""AAPP's list as published: 1,678 people in rows, 78 below them, nobody named as the killer (real data beside the checkout)."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator
from pathlib import Path

import pytest

from litany.case.case import Case
from litany.counts.count import Counter, counter
from litany.preserve.add import Facts, add
from litany.registry.active import active
from litany.statements.quotes import Quotes
from litany.statements.view import View, view
from litany.steps.run import run
from litany.store import rows as store_rows
from litany.types.statement import Person, Toll
from litany.values.terms import Status

AAPP = "myanmar/aapp-fatality-list-2022-04-15.pdf"
ALL = "2021-02-01..2022-04-15"


@pytest.fixture(scope="module")
def case(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """A case of the whole list."""
    if not (shared_data / AAPP).exists():
        pytest.skip(f"{AAPP} is not here")
    made = Case.create(tmp_path_factory.mktemp("aapp") / "case", title="aapp")
    list(add(made, [str(shared_data / AAPP)], Facts()))
    assert run(made).complete
    yield made
    made.close()


@pytest.fixture(scope="module")
def counting(case: Case) -> Counter:
    """The figures of the case."""
    return counter(case)


@pytest.fixture(scope="module")
def views(case: Case) -> list[View]:
    """Every statement, as a program sees it."""
    [reading] = active(case)
    quotes = Quotes(case)
    made = [view(quotes, reading.reading, row) for row in store_rows.of_readings(case.store, [reading.key])]
    quotes.close()
    return [one for one in made if one is not None]


def ends(counting: Counter, scope: str) -> tuple[int | None, int | None, int | None]:
    """Low, best and high."""
    figure = counting.figure(counting.scope(scope))
    return figure.low, figure.best, figure.high


def test_the_list_s_own_total_comes_back(case: Case, counting: Counter) -> None:
    """1,678 rows + 53 + 25 = 1,756, which the list prints as its total; only the line of the total gives no statement."""
    assert ends(counting, "killed") == (1756, 1756, 1756)
    [reading] = active(case)
    assert (reading.reading.rows, reading.reading.statements, reading.reading.unread) == (1680, 1680, 1)
    said = "1678 people in rows + 78 in 2 batches = 1756, as the list says"
    assert said in {problem.reason for problem in reading.reading.problems}


def test_nobody_is_said_to_have_done_it(counting: Counter) -> None:
    """Certain of none, possible of all: what the list is kept for is its claim, not a fact of its rows."""
    figure = counting.figure(counting.scope(f"killed by:mm.military {ALL}"))
    assert (figure.low, figure.best, figure.high) == (0, 0, 1756)
    assert any("no perpetrator named" in note for note in figure.evidence.notes)


def test_every_statement_stands_on_a_page_and_a_box(views: list[View]) -> None:
    """And in words that are not empty."""
    assert all(one.quote for one in views)
    for one in views:
        assert one.locator.spots
        assert all(spot.page is not None and spot.box is not None for spot in one.locator.spots)
    assert {spot.page for one in views for spot in one.locator.spots} == set(range(1, 250))


def test_rows_are_people_and_lines_below_are_batches(views: list[View]) -> None:
    """Each number once, also the two that a plain reader of tables loses; the batches state no date."""
    people = [one for one in views if isinstance(one.victims, Person)]
    batches = [one for one in views if isinstance(one.victims, Toll)]
    assert len(people) == 1678
    numbers = [(one.quote or "").partition(" | ")[0] for one in people]
    assert numbers == [f"No.: {number}" for number in range(1, 1679)]
    assert [one.victims for one in batches] == [Toll(53, 53, 53), Toll(25, 25, 25)]
    assert [one.when for one in batches] == [None, None]
    assert all(one.actors is None for one in views)


def test_status_is_what_the_column_says(views: list[View], counting: Counter) -> None:
    """A civilian is one whom AAPP calls so, a combatant one whom it calls a member of an armed group; a student is neither."""
    people = [one.victims for one in views if isinstance(one.victims, Person)]
    words = {status: {" ".join((one.occupation or "").split()) for one in people if one.status is status} for status in Status}
    assert all(word.startswith(("Civilian", "Cilivian")) for word in words[Status.CIVILIAN])
    assert all("PDF" in word or word == "CNDF" or "Liberation Front" in word for word in words[Status.COMBATANT])
    assert {"Student", "NLD", "Farmer", "Cashier of Pauk PDF"} <= words[Status.UNKNOWN]
    tally = Tally(one.status for one in people)
    assert ends(counting, f"killed combatant {ALL}")[0] == tally[Status.COMBATANT]
