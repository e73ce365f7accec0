"""Several rows of one list that another tells as one are parts of it in the draws, and leave the cluster of the whole."""

from __future__ import annotations

import numpy as np
import pytest

from litany.linkage.draws import Draws, Ints
from litany.linkage.draws_parted import parted
from litany.linkage.incident_part_odds import SLACK_KM, fitting, inside
from litany.linkage.partition_checks import Diagnostics
from litany.linkage.space import EARTH_KM
from tests.linkage.test_incident_parts import row
from tests.linkage.test_incidents import spot, table


def settled(*labels: int) -> Draws:
    """Four draws, in all of which the records have these labels (each the least record of its cluster)."""
    none = np.empty(0, np.int32)
    return Draws(np.asarray(labels, np.int32), none, none, np.empty((4, 0), np.uint8), Diagnostics(0, 0, 0, ()))


def labels(draws: Draws) -> list[list[int]]:
    return [draws.labels_of(number).tolist() for number in range(len(draws))]


def test_records_leave_their_cluster_in_the_draws_that_say_so_and_in_no_other() -> None:
    made = parted(settled(0, 0, 0, 0, 4, 4), [(1, [1, 3]), (2, [0])])
    assert labels(made) == [[0, 0, 0, 0, 4, 4], [0, 1, 0, 1, 4, 4], [0, 1, 1, 1, 4, 4], [0, 0, 0, 0, 4, 4]]
    assert made.settled.tolist() == [-1, -1, -1, -1, 4, 4]
    again = parted(made, [(1, [3]), (3, [5])])
    assert labels(again)[1] == [0, 1, 0, 3, 4, 4] and labels(again)[3] == [0, 0, 0, 0, 4, 5]
    assert made.number_of_clusters().tolist() == [2, 3, 3, 2]


def test_whatever_leaves_each_draw_is_what_was_asked_for() -> None:
    random = np.random.default_rng(3)
    for _ in range(30):
        size = 12
        label = np.arange(size)
        for record in range(1, size):
            if random.random() < 0.6:
                label[record] = label[random.integers(record)]
        moves, expected = [], np.tile(label, (4, 1))
        draws = settled(*label.tolist())
        for _ in range(5):
            draw = int(random.integers(4))
            members = np.flatnonzero(expected[draw] == random.choice(expected[draw]))
            leaving = members[random.random(len(members)) < 0.5]
            if not len(leaving):
                continue
            moves.append((draw, leaving.tolist()))
            staying = np.setdiff1d(members, leaving)
            expected[draw, leaving] = leaving.min()
            expected[draw, staying] = staying.min() if len(staying) else 0
        assert labels(parted(draws, moves)) == expected.tolist()


def test_what_lies_inside_and_how_much_of_it_by_chance() -> None:
    """A week, two days of another list inside, three rows of it within a month outside, and one far away."""
    frame = table(
        [row(0, 100, 106, 10, 10), row(1, 102, 102, 4, 4), row(1, 105, 105, 6, 6)]
        + [row(1, day, day, 1, 1) for day in (90, 95, 120)]
        + [{**row(1, 103, 103, 1, 1), **spot(25.0, 95.0)}]
    )
    found = inside(frame)
    assert list(zip(found.part.tolist(), found.whole.tolist(), strict=True)) == [(1, 0), (2, 0)]
    assert found.chance == pytest.approx([3 * 7 / 60] * 2)
    alone = inside(frame.head(3))
    assert alone.chance == pytest.approx([0.5 * 7 / 60] * 2)


def test_what_lies_inside_is_what_brute_force_finds() -> None:
    random = np.random.default_rng(5)
    made: list[dict[str, object]] = [
        {**row(int(random.integers(3)), day, day + int(random.choice([0, 0, 2, 6])), 1, 1),
         **spot(20 + 3 * random.random(), 94 + 3 * random.random(), float(random.choice([1, 25, 60, 150])))}
        for day in random.integers(0, 150, 250).tolist()
    ]  # fmt: skip
    frame = table(made)
    at, radius = frame.select("x", "y", "z").to_numpy(), frame["radius_km"].to_numpy()
    list_, first, last = (frame[name].to_numpy() for name in ("list", "first_day", "last_day"))
    expected = {}
    for whole in range(frame.height):
        chord = np.linalg.norm(at - at[whole], axis=1)
        apart = 2 * EARTH_KM * np.arcsin(chord / (2 * EARTH_KM))
        near = (apart + radius <= radius[whole] + SLACK_KM) & (list_ != list_[whole])
        near &= (first >= first[whole] - 30) & (first <= last[whole] + 30)
        held = near & (first >= first[whole]) & (last <= last[whole])
        for part in np.flatnonzero(held).tolist():
            others = (near & ~held & (list_ == list_[part])).sum()
            expected[part, whole] = max(float(others), 0.5) * (last[whole] - first[whole] + 1) / 60
    found = inside(frame)
    assert dict(zip(zip(found.part.tolist(), found.whole.tolist(), strict=True), found.chance.tolist(), strict=True)) == (
        pytest.approx(expected)
    )
    assert len(expected) > 30


def test_what_has_no_days_or_place_is_inside_nothing() -> None:
    frame = table([row(0, 100, 106, 10, 10), {**row(1, 102, 102, 4, 4), "first_day": None, "last_day": None}])
    assert not len(inside(frame).part)
    assert not len(inside(frame.clear()).part)


@pytest.mark.parametrize(
    ("tolls", "fits"),
    [(((4, 4), (6, 6)), True), (((4, 4), (5, 5)), False), (((4, 6), (4, 5)), True), (((4, 4), (None, None)), False)],
)
def test_tolls_fit_where_all_parts_of_a_list_make_up_the_whole(
    tolls: tuple[tuple[int | None, int | None], ...], fits: bool
) -> None:
    split = [{**row(1, 2, 2, 0, high), "toll_low": low} for low, high in tolls]
    frame = table([row(0, 1, 7, 10, 10), *split, row(2, 3, 3, 10, 10)])
    parts = np.asarray([1, 2, 3], np.int32)
    assert fitting(frame, parts, np.zeros(3, np.int32)).tolist() == [fits, fits, True]


def test_named_dead_are_a_toll_too() -> None:
    frame = table([{**row(0, 1, 7, 3, 3), "people": 3, "toll_high": None}, row(1, 2, 2, 1, 1), row(1, 3, 3, 2, 2)])
    whole: Ints = np.zeros(2, np.int32)
    assert fitting(frame, np.asarray([1, 2], np.int32), whole).all()
