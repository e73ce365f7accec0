"""Several rows of one list may be one row of another, each of at most one; persons of one place and day are one incident."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from litany.linkage.incident_parts import Part, parts
from litany.linkage.incident_people import gathered
from tests.linkage.test_incidents import spot, table


def row(
    list_: int, first: int, last: int, low: int, high: int | None, lumped: bool = False, radius: float = 1.0
) -> dict[str, object]:
    return {
        "list": list_, "first_day": first, "last_day": last, "toll_low": low, "toll_high": high, "lumped": lumped,
        **spot(22.0, 95.0, radius),
    }  # fmt: skip


def links(frame: pl.DataFrame, chance: float = 0.9) -> list[tuple[int, int]]:
    """(part, whole) of all pairs, each equally likely."""
    pairs = [(a, b) for b in range(frame.height) for a in range(b)]
    found = parts(frame, [a for a, _ in pairs], [b for _, b in pairs], [chance] * len(pairs))
    return [(one.part, one.whole) for one in found]


def test_a_week_of_one_list_is_the_whole_of_the_days_of_another() -> None:
    frame = table([row(0, 1, 7, 10, 12), row(1, 2, 2, 4, 4), row(1, 5, 5, 6, 6), row(1, 9, 9, 1, 1)])
    assert links(frame) == [(1, 0), (2, 0)]


def test_parts_add_up_to_no_more_than_the_whole() -> None:
    frame = table([row(0, 1, 7, 10, 12), row(1, 2, 2, 7, 7), row(1, 5, 5, 6, 6), row(1, 6, 6, 5, 5)])
    assert len(links(frame)) == 2


def test_one_row_of_a_list_may_be_the_incident_itself() -> None:
    one = row(1, 2, 2, 4, 4)
    assert links(table([row(0, 1, 3, 4, 4), one])) == []
    assert links(table([row(0, 1, 3, 4, 4, lumped=True), one])) == []
    assert links(table([row(0, 1, 3, 6, None, lumped=True), one])) == [(1, 0)]  # lumped, and two of its dead are left over
    assert links(table([row(0, 1, 3, 9, 9), one])) == []
    assert links(table([row(0, 1, 3, 9, 9), one, row(1, 3, 3, 1, 1)])) == [(1, 0), (2, 0)]


def test_areas_must_contain_too_and_what_is_unknown_contains_nothing() -> None:
    far = {**row(1, 2, 2, 1, 1), **spot(23.0, 95.0)}
    assert links(table([row(0, 1, 7, 10, 12, lumped=True), far])) == []
    assert links(table([row(0, 1, 7, 10, 12, lumped=True, radius=150.0), far])) == [(1, 0)]
    nowhere = {**far, "x": None, "radius_km": None}
    assert links(table([row(0, 1, 7, 10, 12, lumped=True, radius=150.0), nowhere])) == []


def test_a_list_of_persons_holds_no_more_than_it_names() -> None:
    named: dict[str, object] = {**row(0, 1, 7, 2, None, lumped=True), "people": 2}
    assert links(table([named, row(1, 2, 2, 1, 1), row(1, 5, 5, 1, 1), row(1, 6, 6, 1, 1)])) == [(1, 0), (2, 0)]
    assert links(table([named, row(1, 2, 2, 29, 29)])) == []


def test_unlikely_pairs_are_no_parts() -> None:
    frame = table([row(0, 1, 7, 10, 12, lumped=True), row(1, 2, 2, 4, 4), row(1, 5, 5, 6, 6)])
    assert parts(frame, [0, 0], [1, 2], [0.05, 0.9]) == [Part(2, 0, 0.9)]


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9), st.integers(0, 9), st.integers(0, 6), st.booleans()), max_size=9)
)
def test_whatever_comes_a_part_has_one_whole_whose_toll_suffices(given_: list[tuple[int, int, int, int, bool]]) -> None:
    made = [row(list_, first, first + more, toll, toll, lumped) for list_, first, more, toll, lumped in given_]
    frame = table(made)
    found = links(frame)
    assert len({part for part, _ in found}) == len(found)
    assert not {part for part, _ in found} & {whole for _, whole in found}
    tolls, lists = frame["toll_low"].to_list(), frame["list"].to_list()
    for whole in {whole for _, whole in found}:
        for number in set(lists):
            assert sum(tolls[part] for part, of in found if of == whole and lists[part] == number) <= tolls[whole]
    assert all(lists[part] != lists[whole] for part, whole in found)


def person(day: int | None, township: object = "T", **more: object) -> dict[str, object]:
    return {"people": 1, "first_day": day, "last_day": day, "township": township, "state": "S", **more}


def test_persons_of_one_day_and_village_are_one_incident() -> None:
    made = [
        person(5, spots=["v"]), person(5, spots=["v"]), person(6, spots=["v"]), person(5, spots=["w"]),
        person(5, names=["laisa"]), person(5, names=["laisa"]), person(5, "U", names=["laisa"]),
        person(5, spots=["v"], list=1), person(None, spots=["v"]), person(None, spots=["v"]),
    ]  # fmt: skip
    found = gathered(table(made))
    assert found.of == (0, 0, 1, 2, 3, 3, 4, 5, 6, 7)
    assert found.frame["people"].to_list()[:4] == [2, 1, 1, 2]
    assert found.frame["toll_low"].to_list()[:4] == [2, 1, 1, 2]
    assert found.frame["toll_high"].is_null().all()  # a list may not have all of the dead
    assert not found.frame["lumped"].any()


def test_persons_of_whom_only_the_township_is_known_may_be_of_several_incidents() -> None:
    found = gathered(table([person(5), person(5), person(5, spots=["v"])]))
    assert found.of == (0, 0, 1)
    assert found.frame["lumped"].to_list() == [True, False]


def test_other_means_are_another_incident_and_an_event_is_no_person() -> None:
    shot, bomb = {"spots": ["v"], "means": "small-arms"}, {"spots": ["v"], "means": "heavy-weapons"}
    assert gathered(table([person(5, **shot), person(5, **bomb), person(5, **shot), person(5, spots=["v"])])).of == (0, 1, 0, 2)
    event: dict[str, object] = {"first_day": 5, "last_day": 5, "spots": ["v"], "toll_low": 3, "toll_high": 3}
    found = gathered(table([event, person(5, spots=["v"])]))
    assert found.of == (0, 1)
    assert found.frame["toll_low"].to_list() == [3, 1]
