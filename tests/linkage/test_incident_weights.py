"""Bursts are no matches: what two lists share is found where killings cluster in space and time."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from litany.linkage.engine import Engine
from litany.linkage.incident_bursts import known_different
from litany.linkage.incident_columns import SCHEMA, with_keys, with_rarity
from litany.linkage.incident_weights import drawn_incidents, held_days, incident_scores, ordered, train_incidents
from litany.linkage.incidents import PLAN
from litany.linkage.score import Scores, score
from tests.linkage.test_incidents import spot, table

SEEN = 0.6  # of the incidents, by each of two lists


def bursts(seed: int) -> tuple[pl.DataFrame, set[tuple[int, int]]]:
    """Two lists that each see some of 700 incidents, which cluster: 50 bursts of about 15 km and ten days. And the true pairs.

    Reports keep the day (a tenth is a day late), place it within some km, and tell a toll (a fifth tells another).
    """
    random = np.random.default_rng(seed)
    made: list[dict[str, object]] = []
    true = []
    centres = np.column_stack([random.integers(0, 700, 50), random.uniform(18, 26, 50), random.uniform(93, 99, 50)])
    for _ in range(700):
        day, latitude, longitude = centres[random.integers(0, 50)]
        day, latitude, longitude = (
            day + random.exponential(6),
            latitude + random.normal(0, 0.12),
            longitude + random.normal(0, 0.12),
        )
        toll = int(random.geometric(0.4))
        rows = []
        for number in (0, 1):
            if random.random() < SEEN:
                told = int(day) + int(random.random() < 0.1)
                dead = toll if random.random() < 0.8 else int(random.geometric(0.4))
                rows.append(len(made))
                made.append({
                    "list": number, "first_day": told, "last_day": told, "state": str(int(latitude)), "toll_low": dead,
                    "toll_high": dead, **spot(latitude + random.normal(0, 0.02), longitude + random.normal(0, 0.02), 3.0),
                })  # fmt: skip
        if len(rows) == 2:
            true.append((rows[0], rows[1]))
    return table(made), set(true)


class Seen(Struct, frozen=True):
    """A simulation, scored."""

    frame: pl.DataFrame
    true: set[tuple[int, int]]
    scores: Scores


@pytest.fixture(scope="module")
def simulated() -> Seen:
    frame, true = bursts(3)
    return Seen(frame, true, incident_scores(frame, PLAN, (True, True), seed=1))


def linked(scores: Scores) -> set[tuple[int, int]]:
    """The pairs that are likelier the same than not."""
    candidates = scores.candidates
    return {(int(a), int(b)) for a, b, w in zip(candidates.left, candidates.right, scores.odds, strict=True) if w > 0}


def f1(some: set[tuple[int, int]], true: set[tuple[int, int]]) -> float:
    return 2 * len(some & true) / (len(some) + len(true))


def test_a_burst_is_not_taken_for_one_incident(simulated: Seen) -> None:
    frame, true, scores = simulated.frame, simulated.true, simulated.scores
    with Engine(frame, PLAN, (True, True)) as engine:
        alone = score(engine, frame["list"].to_numpy(), (True, True), seed=1)
    # With the true weights of these fields, counted on the answers, it is .87; EM without what is known of days has .75 here.
    assert f1(linked(scores), true) > 0.68
    assert f1(linked(scores), true) > f1(linked(alone), true)
    assert len(linked(scores) & true) > 0.85 * len(true)


def test_the_days_of_one_incident_are_learned_as_they_are(simulated: Seen) -> None:
    frame, true, weights = simulated.frame, simulated.true, simulated.scores.weights
    days = frame["first_day"].to_list()
    same = sum(days[a] == days[b] for a, b in true) / len(true)
    near = [one.name for one in PLAN.comparisons].index("days_near")
    assert abs(weights.m[near][-1] - same) < 0.1


def test_bursts_of_other_decades_change_nothing_of_the_days(simulated: Seen) -> None:
    old: list[dict[str, object]] = [
        {"list": 0, "first_day": -9000 - 2 * n, "last_day": -9000 - 2 * n, "state": "19", "toll_low": 1, "toll_high": 1,
         **spot(19.0, 95.0, 3.0)}
        for n in range(400)
    ]  # fmt: skip
    plain = simulated.frame.select(list(SCHEMA))
    more = pl.concat([plain, pl.DataFrame([{**plain.row(0, named=True), **one} for one in old], schema=SCHEMA)])
    one, other = (known_different(with_keys(with_rarity(frame)), (True, True), seed=1) for frame in (plain, more))
    np.testing.assert_allclose(one["days_near"], other["days_near"], rtol=0.01)  # of the other list a few days more


def test_agreement_never_weighs_less_than_weaker_agreement(simulated: Seen) -> None:
    weights = simulated.scores.weights
    for m, u in zip(weights.m, weights.u, strict=True):
        assert m.sum() == pytest.approx(1) and u.sum() == pytest.approx(1)
        assert (np.diff(m / u) > -1e-9 * (m / u)[1:]).all()


def test_weights_are_drawn_about_the_learned_ones(simulated: Seen) -> None:
    scores = simulated.scores
    held = held_days(simulated.frame, (True, True), scores.counted, PLAN.comparisons, seed=1)
    place = [one.name for one in PLAN.comparisons].index("place")
    drawn = [one.m[place] for one in drawn_incidents(scores.counted, PLAN.comparisons, held, draws=5, seed=2)]
    np.testing.assert_allclose(np.mean(drawn, axis=0), scores.weights.m[place], atol=0.03)
    assert np.std(drawn, axis=0).max() > 0.001
    again = train_incidents(scores.counted, PLAN.comparisons, held)
    assert again.share == scores.weights.share


@given(st.lists(st.tuples(st.floats(0.001, 1), st.floats(0.001, 1)), min_size=1, max_size=8))
def test_order_is_kept_with_the_least_change(pairs: list[tuple[float, float]]) -> None:
    m, u = (np.array(values) / sum(values) for values in zip(*pairs, strict=True))
    made = ordered(m, u)
    assert made.sum() == pytest.approx(1)
    assert (np.diff(made / u) >= -1e-9 * np.maximum(made / u, 1)[1:]).all()
    np.testing.assert_allclose(ordered(made, u), made)
    if (np.diff(m / u) >= 0).all():
        np.testing.assert_allclose(made, m)
    # By brute force: no other step function that rises has a greater likelihood sum(m log(r u)), r one value a block.
    best = float(np.sum(m * np.log(made)))
    for cut in range(1, len(m)):
        low, high = m[:cut].sum() / u[:cut].sum(), m[cut:].sum() / u[cut:].sum()
        if low <= high:
            other = np.concatenate([low * u[:cut], high * u[cut:]])
            assert float(np.sum(m * np.log(other))) <= best + 1e-9
