"""Weights come out as Splink's own EM finds them, and as they were where pairs are simulated."""

from __future__ import annotations

import itertools
import logging

import numpy as np
import polars as pl
from msgspec import structs
from splink import DuckDBAPI, Linker

from litany.linkage.em import Pairs, Rivals, drawn, probability, train
from litany.linkage.engine import Engine
from litany.linkage.plan import Comparison, Level, Plan
from litany.linkage.score import score

COMPARISONS = tuple(
    Comparison(
        name,
        f'"{name}_l" IS NULL OR "{name}_r" IS NULL',
        (Level(f'"{name}_l" = "{name}_r"', "same"), Level(f'substr("{name}_l", 1, 1) = substr("{name}_r", 1, 1)', "alike")),
    )
    for name in ("first", "last", "town", "job")
)
PLAN = Plan("people", COMPARISONS, (), exhaustive=10_000_000)


def people(seed: int, persons: int = 300) -> tuple[pl.DataFrame, np.ndarray]:
    """Two lists of the same people; one in six values of the second is another."""
    source = np.random.default_rng(seed)
    truth = source.integers(0, 40, (persons, 4))
    errors = source.integers(0, 40, (persons, 4))
    second = np.where(source.random((persons, 4)) < 1 / 6, errors, truth)
    rows = np.concatenate([truth, second])
    words = [[f"{'abcdefgh'[value % 8]}{value}" for value in line] for line in rows]
    frame = pl.DataFrame(words, schema=["first", "last", "town", "job"], orient="row")
    return frame.with_columns(pl.Series("list", [0] * persons + [1] * persons, dtype=pl.Int32)), np.tile(np.arange(persons), 2)


def test_splink_finds_the_same_weights() -> None:
    """Splink's EM over all pairs of the same table, its u fixed to ours: m and the share of true pairs agree.

    Our prior (one pair spread over a field's levels) moves m by less than one in three hundred true pairs; Splink stops when
    no m moves by more than 1e-4.
    """
    frame, _ = people(3)
    lists = frame["list"].to_numpy()
    with Engine(frame, PLAN, (True, True)) as engine:
        found = score(engine, lists, (True, True), 1)
    # Splink's EM knows no rivals: nor may ours here.
    ours = train(structs.replace(found.counted, rivals=None, crowd=(0.0, 0.0)), PLAN.comparisons)
    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI()
    settings = {
        "link_type": "link_only",
        "unique_id_column_name": "unique_id",
        "blocking_rules_to_generate_predictions": ["1=1"],
        "probability_two_random_records_match": ours.share,
        "em_convergence": 1e-6,
        "max_iterations": 200,
        "comparisons": [
            {
                "output_column_name": one.name,
                "comparison_levels": [
                    {"sql_condition": one.missing, "label_for_charts": "null", "is_null_level": True},
                    *(
                        {
                            "sql_condition": level.when,
                            "label_for_charts": level.label,
                            "m_probability": 0.5,
                            "u_probability": float(u[2 - place]),
                            "fix_u_probability": True,
                        }
                        for place, level in enumerate(one.levels)
                    ),
                    {
                        "sql_condition": "ELSE",
                        "label_for_charts": "else",
                        "m_probability": 0.1,
                        "u_probability": float(u[0]),
                        "fix_u_probability": True,
                    },
                ],
            }
            for one, u in zip(PLAN.comparisons, ours.u, strict=True)
        ],
    }
    whole = frame.with_row_index("unique_id").drop("list")
    linker = Linker([api.register(whole[:300].to_arrow()), api.register(whole[300:].to_arrow())], settings)
    session = linker.training.estimate_parameters_using_expectation_maximisation(
        "1=1", fix_u_probabilities=True, fix_probability_two_random_records_match=False
    )
    for place, one in enumerate(session.core_model_settings.comparisons):
        theirs = {
            level.label_for_charts: level.m_probability or 0.0 for level in one.comparison_levels if not level.is_null_level
        }
        assert np.allclose(ours.m[place], [theirs["else"], theirs["alike"], theirs["same"]], atol=0.01)


def test_expected_matches_are_about_as_many_as_there_are() -> None:
    frame, truth = people(8)
    with Engine(frame, PLAN, (True, True)) as engine:
        made = score(engine, frame["list"].to_numpy(), (True, True), 1)
    assert made.weights.converged
    # Two in three of 300 true pairs agree on at least three fields of four; the others are hardly told from chance.
    assert abs(made.weights.share * made.counted.total - 300) < 45
    likely = probability(made.odds)
    same = truth[made.candidates.left] == truth[made.candidates.right]
    assert likely[same].mean() > 0.85


def test_of_rivals_one_is_true_at_most_as_enumeration_says() -> None:
    """Three rows of one list against three of another, each with one partner at most: the marginals of all matchings.

    Belief propagation is exact on trees (the first case) and near where rivals make a loop (the second).
    """
    for edges, tolerance in (([(0, 0), (0, 1), (1, 1), (2, 1), (2, 2)], 1e-6), ([(0, 0), (0, 1), (1, 0), (1, 1)], 0.05)):
        odds = np.linspace(-2.0, 3.0, len(edges))
        weight = np.zeros(len(edges))
        total = 0.0
        for chosen in itertools.product((0, 1), repeat=len(edges)):
            picked = [edge for edge, take in zip(edges, chosen, strict=True) if take]
            if len({a for a, _ in picked}) == len(picked) == len({b for _, b in picked}):
                mass = float(np.exp(np.dot(chosen, odds)))
                total += mass
                weight += mass * np.asarray(chosen)
        left, right = (np.asarray(side, np.int32) for side in zip(*edges, strict=True))
        rivals = Rivals(np.arange(len(edges), dtype=np.int32), left, right, np.ones(len(edges)))
        assert np.allclose(rivals.same(odds), weight / total, atol=tolerance)


def test_patterns_drawn_from_known_weights_give_them_back() -> None:
    """2,000 true pairs among 2,000,000, four fields, known m and u; a sample of the others stands for what no key reached."""
    source = np.random.default_rng(2)
    m, u = np.asarray([0.05, 0.15, 0.8]), np.asarray([0.93, 0.05, 0.02])
    patterns = np.asarray(list(itertools.product(range(3), repeat=4)), np.int8)
    p_same, p_not = m[patterns].prod(axis=1), u[patterns].prod(axis=1)
    counts = source.multinomial(2_000, p_same / p_same.sum()) + source.multinomial(1_998_000, p_not / p_not.sum())
    reached = (patterns == 2).any(axis=1)  # the keys reach whatever agrees exactly on one field
    beyond = source.multinomial(100_000, (p_not * ~reached) / (p_not * ~reached).sum())
    pairs = Pairs(patterns[reached], counts[reached].astype(float), patterns, beyond.astype(float), 2_000_000, 2_000)
    made = train(pairs, COMPARISONS)
    assert made.converged
    assert abs(made.share * 2_000_000 - 2_000) < 150
    for field in range(4):
        assert np.allclose(made.m[field], m, atol=0.03)
        assert np.allclose(made.u[field], u, rtol=0.05)
    spread = np.asarray([one.share * 2_000_000 for one in drawn(pairs, COMPARISONS, made, 30, 4)])
    assert 10 < spread.std() < 200


def test_a_field_that_is_never_known_weighs_nothing_and_one_that_never_agrees_no_infinity() -> None:
    patterns = np.asarray([[2, -1, 0, 2], [0, -1, 0, 0], [2, -1, 0, 0]], np.int8)
    pairs = Pairs(patterns, np.asarray([10.0, 10_000.0, 30.0]), patterns[:0], np.zeros(0), 10_040, 100)
    made = train(pairs, COMPARISONS)
    ratios = made.ratios(patterns)
    assert np.isfinite(ratios).all()
    assert (ratios[:, 1] == 0).all()
