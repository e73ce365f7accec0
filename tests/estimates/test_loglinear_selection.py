"""The models chosen are those that the papers choose: by BIC among all, by steps, downhill; and the classical ones."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from litany.estimates.captures import captures, patterns_of
from litany.estimates.loglinear.closed import closed
from litany.estimates.loglinear.fit import fit_all, full_table
from litany.estimates.loglinear.likelihood import normal
from litany.estimates.loglinear.models import hierarchical, main_effects
from litany.estimates.loglinear.selection import downhill, rank, weights
from litany.estimates.loglinear.stepwise import stepwise
from tests.estimates import loglinear_tables
from tests.estimates.loglinear_tables import (
    ARTIFICIAL3,
    FILES,
    KOREA,
    KOSOVO,
    NETHERLANDS,
    NETHERLANDS5,
    NEW_ORLEANS,
    NEW_ORLEANS5,
    UK,
    UK5,
    WESTERN,
    table,
)


def people(known: tuple[str, str], log_unseen: float) -> float:
    """All people, from the log of the missed."""
    return table(known).people + float(np.exp(log_unseen))


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_typed_tables_are_the_published_files(name: str, shared_data: Path) -> None:
    """Where the files are here: no slip of typing."""
    path = shared_data / "estimation" / f"{FILES[name]}.csv"
    if not path.is_file():
        pytest.skip(f"{path.name} is not here")
    with path.open(encoding="utf-8") as lines:
        lists, *rows = list(csv.reader(lines))
    numbers = np.array([[int(one) for one in row] for row in rows])
    if name == "KOSOVO":
        lists, numbers = [*lists, "n"], np.column_stack([numbers, np.ones(len(numbers), np.int64)])
    assert captures(lists[:-1], numbers[:, :-1], numbers[:, -1]).sha256() == table(getattr(loglinear_tables, name)).sha256()


def test_all_32768_pairwise_models_of_the_united_kingdom() -> None:
    """Rcapture's closedpMS took 224 seconds for these: the best by BIC, the second, and a third 9,000 people away."""
    ranking = rank(full_table(table(UK)), hierarchical(6, 2))
    assert len(ranking.order) == 32_768
    best = [(ranking.models.name(row), round(people(UK, ranking.fits.log_unseen[row]), 1)) for row in ranking.order[:3]]
    assert best[0] == ("[12,13,25,35,36,45]", 12349.6)
    assert [number for _, number in best[1:]] == [11418.0, 21135.7]
    assert ranking.values[ranking.order[2]] - ranking.values[ranking.order[0]] < 3


@pytest.mark.parametrize(
    ("known", "order", "model", "number"),
    [
        (KOSOVO, 3, "[123,14,34]", 10356.5),
        (KOSOVO, 2, "[12,13,14,23,34]", 14341.7),
        (KOREA, 2, "[12,23]", 157.2),
        (UK5, 4, "[123,25,34]", 25311.3),
        (UK5, 2, "[12,13,23,25,34]", 22991.3),
        (WESTERN, 2, "[15,2,3,4]", 2483.4),
    ],
)
def test_the_best_by_bic(known: tuple[str, str], order: int, model: str, number: float) -> None:
    """Silverman, Chan and Vincent (2024), tables of the best models."""
    ranking = rank(full_table(table(known)), hierarchical(len(table(known).lists), order))
    row = int(ranking.order[0])
    assert (ranking.models.name(row), round(people(known, ranking.fits.log_unseen[row]), 1)) == (model, number)


def test_going_downhill_ends_where_the_paper_says() -> None:
    """12,262 of the United Kingdom's five lists, a valley beside the deepest (25,311)."""
    ranking = downhill(full_table(table(UK5)), 5, 4)
    assert round(people(UK5, ranking.fits.log_unseen[ranking.order[0]])) == 12262
    ranking = downhill(full_table(table(NEW_ORLEANS)), 8, 2)
    assert round(people(NEW_ORLEANS, ranking.fits.log_unseen[ranking.order[0]]), 1) == 1183.7


@pytest.mark.parametrize(
    ("known", "number", "ends", "independent"),
    [
        (KOSOVO, 14341.7, (12541, 16540), 7394.6),
        (UK, 11418.0, (9977, 13146), 12214.0),
        (UK5, 11313.0, (9884, 13027), None),
        (NETHERLANDS, 111139.4, (92440, 133992), 52823.5),
        (NETHERLANDS5, 121521.6, (98675, 150139), None),
        (NEW_ORLEANS, 1183.7, (721, 2046), 996.7),
        (NEW_ORLEANS5, 1034.2, (658, 1709), None),
        (WESTERN, 2483.4, (1657, 3830), 2007.1),
    ],
)
def test_stepwise(known: tuple[str, str], number: float, ends: tuple[int, int], independent: float | None) -> None:
    """SparseMSE 2.0.1, with its threshold of .02 and its normal ranges (by 1.96: to one person); and its main effects."""
    counts, lists = full_table(table(known)), len(table(known).lists)
    _, fits = stepwise(counts[None], lists)
    assert round(people(known, fits.log_unseen[0]), 1) == number
    assert normal(table(known).people, float(fits.log_unseen[0]), float(fits.error[0])) == pytest.approx(ends, abs=1.0)
    if independent is not None:
        assert round(people(known, fit_all(counts[None], main_effects(lists)).log_unseen[0]), 1) == independent


def test_steps_of_many_tables_are_the_steps_of_each() -> None:
    """Taken together or alone; and the last step is explained by Poisson tails of the model reached."""
    rng = np.random.default_rng(3)
    counts = full_table(table(UK5))
    tables = np.zeros((20, 32))
    tables[:, counts > 0] = rng.multinomial(2744, counts[counts > 0] / counts.sum(), size=20)
    models, fits = stepwise(tables, 5)
    for row in range(20):
        alone, one = stepwise(tables[[row]], 5)
        assert alone.name(0) == models.name(row) and one.log_unseen[0] == fits.log_unseen[row]
        again = fit_all(tables[[row]], models.take([row]), expected=True)
        assert again.expected is not None
        for place, term in enumerate(models.terms.tolist()):
            if term.bit_count() == 2 and not models.include[row, place]:
                seen = tables[row, [cell for cell in range(32) if cell & term == term]].sum()
                mean = again.expected[0, place]
                assert min(poisson.cdf(seen, mean), poisson.sf(seen - 1, mean)) >= 0.02


def test_steps_among_pairs_beyond_all_doubt() -> None:
    """In millions of people tails of several pairs are 0 to the last digit: the farthest out goes first, not the first."""
    shown = patterns_of(np.arange(1, 16), 4)
    rates = np.array([[0.3, 0.2, 0.25, 0.15]])
    counts = np.round(5e6 * np.where(shown, rates, 1 - rates).prod(axis=1))
    counts[shown[:, 2] & shown[:, 3]] *= 3
    counts[shown[:, 0] & shown[:, 1]] *= 1.3
    found = set()
    for places in ([0, 1, 2, 3], [2, 3, 0, 1], [3, 1, 2, 0]):
        given = captures([f"list {place}" for place in places], shown[:, places], counts)
        models, _ = stepwise(full_table(given)[None], 4, threshold=1e-12)
        found.add(tuple(sorted(tuple(sorted(pair.split("*"))) for pair in models.words(0, given.lists).split(", "))))
    assert len(found) == 1


def test_steps_do_not_enter_models_without_a_maximum() -> None:
    """Artificial_3: AB is the most surprising pair, and has no maximum."""
    models, fits = stepwise(full_table(table(ARTIFICIAL3))[None], 3, threshold=0.9)
    assert bool(fits.proven[0]) and "12" not in models.name(0).strip("[]").split(",")


@settings(max_examples=30)
@given(st.lists(st.sampled_from([0, 1, 3, 20, 150]), min_size=15, max_size=15), st.permutations(range(4)))
def test_the_order_of_lists_does_not_matter(cells: list[int], order: list[int]) -> None:
    """The best model and the model by steps say the same of the same people, whichever list stands first."""
    shown = patterns_of(np.arange(1, 16), 4)
    if sum(cells) == 0:
        return
    numbers = []
    for places in (list(range(4)), list(order)):
        counts = full_table(captures([f"list {place}" for place in places], shown[:, places], np.array(cells)))
        ranking = rank(counts, hierarchical(4, 3))
        _, fits = stepwise(counts[None], 4)
        best = ranking.fits.log_unseen[ranking.order[0]] if len(ranking.order) else np.nan
        numbers.append((len(ranking.order), best, fits.log_unseen[0]))
    assert numbers[0] == pytest.approx(numbers[1], abs=1e-5, nan_ok=True)


def test_weights_add_up() -> None:
    """And models without a maximum have none."""
    assert weights(np.array([10.0, 12.0, np.inf])) == pytest.approx([1 / (1 + np.exp(-1)), 1 / (1 + np.exp(1)), 0])
    assert weights(np.array([np.inf, np.inf])).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("known", "answers"),
    [
        (
            KOSOVO,
            {
                "M0": (7608.4, 136.6),
                "Mt": (7394.6, 129.6),
                "Mh Chao": (8787.2, 222.6),
                "Mh Darroch": (12448.4, 778.0),
                "Mth Chao": (8591.2, 213.5),
                "Mth Darroch": (12797.3, 814.8),
            },
        ),
        (UK, {"M0": (13597.5,), "Mt": (12214.0,), "Mh Chao": (13677.1,), "Mth Chao": (12298.5,)}),
        (WESTERN, {"M0": (2115.1,), "Mt": (2007.1,), "Mh Chao": (2312.2,), "Mth Chao": (2200.5,)}),
    ],
)
def test_the_classical_models(known: tuple[str, str], answers: dict[str, tuple[float, ...]]) -> None:
    """Rcapture 1.4-4: numbers, and standard errors where they were kept."""
    found = {model.model: model for model in closed(table(known))}
    for name, (number, *error) in answers.items():
        model = found[name]
        assert model.people is not None and model.error is not None
        assert round(model.people, 1) == number
        assert not error or round(model.error, 1) == error[0]
        assert model.lower_bound == ("Chao" in name)


def test_classical_models_refuse_what_they_cannot_bear() -> None:
    """Nobody in two lists: no model has a number, and each says why."""
    alone = captures(["A", "B", "C"], np.eye(3), np.array([5, 6, 7]))
    assert all(model.people is None and model.refusal is not None for model in closed(alone))
