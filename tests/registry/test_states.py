"""States hold what the draws hold: no row is lost, and each draw's incidents and victims come out again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from litany.linkage.draws import Draws
from litany.linkage.partition_checks import Diagnostics
from litany.registry.states import Linking, drawn, expanded, states

NOTHING = np.empty((0, 2), np.int32)


def draws_of(labels: Sequence[Sequence[int]]) -> Draws:
    """Draws in which everything is doubtful. ``labels``: for each draw a number a node."""
    table = np.asarray(labels, np.int32)
    least = np.empty(table.shape, np.uint16)
    for draw, line in enumerate(table):
        for at, label in enumerate(line):
            least[draw, at] = int(np.flatnonzero(line == label)[0])
    size = table.shape[1]
    every = np.arange(size, dtype=np.int32)
    return Draws(np.full(size, -1, np.int32), every, np.zeros(size, np.int32), least, Diagnostics(0, 0, 0, ()))


def partition(labels: Sequence[int]) -> set[frozenset[int]]:
    return {frozenset(at for at, label in enumerate(labels) if label == one) for one in set(labels)}


def closed(units: Sequence[int], people: Sequence[int], unit: Sequence[int], person: Sequence[int]) -> set[frozenset[int]]:
    """Incidents over rows by brute force: rows of one unit, one incident cluster or one victim cluster hang together."""
    groups = [{row} for row in range(len(unit))]
    for a in range(len(unit)):
        for b in range(len(unit)):
            same_person = person[a] >= 0 and person[b] >= 0 and people[person[a]] == people[person[b]]
            if units[unit[a]] == units[unit[b]] or same_person:
                joined = groups[a] | groups[b]
                for row in joined:
                    groups[row] = joined
    return {frozenset(group) for group in groups}


@st.composite
def linkings(draw: st.DrawFn) -> tuple[list[int], list[int], list[list[int]], list[list[int]]]:
    rows = draw(st.integers(1, 6))
    unit = draw(st.lists(st.integers(0, 3), min_size=rows, max_size=rows))
    person = draw(st.lists(st.integers(-1, 3), min_size=rows, max_size=rows))
    number = draw(st.integers(1, 4))
    labels = st.lists(st.lists(st.integers(0, 2), min_size=4, max_size=4), min_size=number, max_size=number)
    return unit, person, draw(labels), draw(labels)


@settings(max_examples=60, deadline=None)
@given(linkings())
def test_each_draw_comes_out_again(made: tuple[list[int], list[int], list[list[int]], list[list[int]]]) -> None:
    unit, person, units, people = made
    linking = Linking(np.asarray(unit, np.int32), np.asarray(person, np.int32), draws_of(units), draws_of(people), NOTHING)
    found = states(linking)
    table = expanded(pl.DataFrame({"row": range(len(unit))}, schema={"row": pl.Int32}), found)
    present = drawn(found, len(units))
    for number in range(len(units)):
        here = present.present.filter(pl.col("draw") == number)["incident"].to_list()
        elsewhere = set(present.present["incident"].to_list()) - set(here)
        held = table.filter(~pl.col("incident").is_in(sorted(elsewhere)))
        assert sorted(held["row"]) == list(range(len(unit)))  # every row once: none is lost, none counts twice
        incidents = {frozenset(group["row"].to_list()) for _, group in held.group_by("incident")}
        assert incidents == closed(units[number], people[number], unit, person)
        victims = {frozenset(group["row"].to_list()) for _, group in held.drop_nulls("victim").group_by("victim")}
        known = [row for row in range(len(unit)) if person[row] >= 0]
        assert victims == {
            frozenset(known[at] for at in group) for group in partition([people[number][person[row]] for row in known])
        }
        assert held.filter(pl.col("alone")).height == sum(len(group) == 1 for group in incidents)


def test_a_state_that_all_draws_hold_is_in_no_table_of_presence() -> None:
    linking = Linking(
        np.asarray([0, 1, 2], np.int32), np.full(3, -1, np.int32), draws_of([[0, 0, 1], [0, 0, 1]]), draws_of([[], []]),
        NOTHING,
    )  # fmt: skip
    found = states(linking)
    assert len(found.states) == 0
    assert drawn(found, 2).point == 0


def test_the_draw_that_stands_for_all_holds_the_commonest_states() -> None:
    linking = Linking(
        np.asarray([0, 1], np.int32),
        np.full(2, -1, np.int32),
        draws_of([[0, 1], [0, 0], [0, 0]]),
        draws_of([[], [], []]),
        NOTHING,
    )
    made = drawn(states(linking), 3)
    assert made.point == 1
    assert {round(made.share(incident), 2) for incident in made.present["incident"].unique()} == {0.33, 0.67}


def test_one_person_joins_no_incidents_that_people_held_apart() -> None:
    """Two rows of one victim in incidents that were judged different: each incident keeps its own row, and a victim of its
    own.
    """
    unit, person, apart = np.asarray([0, 1, 2], np.int32), np.asarray([0, 1, 1], np.int32), np.asarray([[1, 2]], np.int32)
    found = states(Linking(unit, person, draws_of([[0, 1, 2]]), draws_of([[0, 1]]), apart))
    assert found.incident.tolist() == [0, 1, 2]
    assert found.victim.tolist() == [0, 1, 2]
    joined = states(Linking(unit, person, draws_of([[0, 1, 2]]), draws_of([[0, 1]]), NOTHING))
    assert joined.incident.tolist() == [0, 1, 1]
    assert joined.victim.tolist() == [0, 1, 1]


def test_of_two_draws_that_which_splits_does_not_lose_for_having_more_incidents() -> None:
    """Three draws of three: two hold the rows apart, one joins them; what stands for all holds them apart."""
    linking = Linking(
        np.asarray([0, 1, 2], np.int32), np.full(3, -1, np.int32), draws_of([[0, 0, 0], [0, 1, 2], [0, 1, 2]]),
        draws_of([[], [], []]), NOTHING,
    )  # fmt: skip
    assert drawn(states(linking), 3).point == 1
