"""Fits are what the papers and another optimiser say, and a model without a maximum is refused, never numbered."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from litany.estimates.loglinear import fit as fitting
from litany.estimates.loglinear.existence import design, has_maximum, identified, reduced, verdict
from litany.estimates.loglinear.fit import Floats, Wholes, fit_all, full_table, means, why_not
from litany.estimates.loglinear.fit_compiled import FITTED
from litany.estimates.loglinear.likelihood import normal, profile
from litany.estimates.loglinear.models import Models, hierarchical, named
from litany.estimates.refusals import Why
from tests.estimates.loglinear_tables import ARTIFICIAL3, GAZA, KOREA, KOSOVO, NETHERLANDS, UK5, WESTERN, table

small_tables = st.lists(st.sampled_from([0, 0, 1, 2, 3, 7, 40, 900]), min_size=7, max_size=7)


@pytest.mark.parametrize(
    ("known", "model", "people"),
    [
        (KOSOVO, "[123,14,34]", 10356.52),
        (KOSOVO, "[12,13,14,23,34]", 14341.66),
        (KOSOVO, "[1,2,3,4]", 7394.59),
        (KOREA, "[12,23]", 157.1667),
        (KOREA, "[12,3]", 268.7778),
        (GAZA, "[12,13,23]", 64696.0),
        (WESTERN, "[1,2,3,4,5]", 2007.1),
        (UK5, "[12,13,24,25,35,45]", 11313.0),
        (NETHERLANDS, "[1,2,3,4,5,6]", 52823.5),
    ],
)
def test_published_numbers(known: tuple[str, str], model: str, people: float) -> None:
    """The digits of MultipleSystemsEstimation 1.2.0 and SparseMSE 2.0.1."""
    given = table(known)
    fits = fit_all(full_table(given)[None], named(model, len(given.lists)))
    digits = len(str(people).split(".")[1]) if people != 64696.0 else 0
    assert round(given.people + float(np.exp(fits.log_unseen[0])), digits) == people


def test_criteria_are_the_published_ones() -> None:
    """Silverman, Chan and Vincent (2024): BIC of two models of the Korean table."""
    counts = full_table(table(KOREA))[None]
    assert fit_all(counts, named("[12,23]", 3)).bic[0] == pytest.approx(57.14081, abs=5e-6)
    assert fit_all(counts, named("[12,3]", 3)).bic[0] == pytest.approx(58.96860, abs=5e-6)


def test_pairs_alone_have_a_closed_form() -> None:
    """Without the term of all three lists, the missed are the product of odd patterns over that of even ones."""
    given = table(GAZA)
    cells = given.cells().astype(float)
    odd = np.array([mask.bit_count() % 2 == 1 for mask in range(1, 8)])
    fits = fit_all(full_table(given)[None], named("[12,13,23]", 3))
    assert float(np.exp(fits.log_unseen[0])) == pytest.approx(cells[odd].prod() / cells[~odd].prod(), rel=1e-9)


@pytest.mark.parametrize(
    ("known", "model", "ends"),
    [
        (KOSOVO, "[12,13,14,23,34]", (12541, 16540)),
        (UK5, "[12,13,24,25,35,45]", (9884, 13027)),
        (NETHERLANDS, "[12,16,23,25,34,36,45,46]", (92440, 133992)),
        (GAZA, "[12,13,23]", (58327, 72461)),
        (WESTERN, "[15,2,3,4]", (1657, 3830)),
    ],
)
def test_normal_ranges_are_the_measured_ones(known: tuple[str, str], model: str, ends: tuple[int, int]) -> None:
    """SparseMSE 2.0.1's, which take 1.96 for the normal quantile: to one person."""
    given = table(known)
    fits = fit_all(full_table(given)[None], named(model, len(given.lists)))
    low, high = normal(given.people, float(fits.log_unseen[0]), float(fits.error[0]))
    assert (low, high) == pytest.approx(ends, abs=1.0)


def test_the_two_ways_to_fail() -> None:
    """Artificial_3: with AB but not all three pairs no maximum; with all three nothing determines the number; else a number."""
    counts = full_table(table(ARTIFICIAL3))
    models = hierarchical(3, 2)
    fits = fit_all(counts[None], models)
    found = {models.name(row): why_not(counts, models.terms_of(row), int(fits.status[row])) for row in range(8)}
    assert found == {
        "[1,2,3]": None,
        "[12,3]": Why.NO_MAXIMUM,
        "[13,2]": None,
        "[1,23]": None,
        "[12,13]": Why.NO_MAXIMUM,
        "[12,23]": Why.NO_MAXIMUM,
        "[13,23]": None,
        "[12,13,23]": Why.NOT_IDENTIFIABLE,
    }
    assert bool(np.array_equal(np.isnan(fits.log_unseen), ~fits.proven))


def primal(counts: Floats, terms: Wholes) -> bool:
    """The linear program as Chan, Silverman and Vincent (2021) write it: a table without zeros of the same statistics."""
    cells, left = reduced(counts, terms)
    if not len(left):
        return False
    matrix = design(cells, left)
    bounded = np.column_stack([-np.eye(len(cells)), np.ones(len(cells))])
    found = linprog(
        np.append(np.zeros(len(cells)), -1.0),
        A_ub=bounded,
        b_ub=np.zeros(len(cells)),
        A_eq=np.column_stack([matrix, np.zeros(len(left))]),
        b_eq=matrix @ counts[cells],
        bounds=[(0, None)] * len(cells) + [(0, 1)],
        method="highs",
    )
    return bool(found.status == 0 and -found.fun > 1e-7)


@given(st.lists(st.sampled_from([0, 0, 0, 1, 2, 5, 30]), min_size=15, max_size=15), st.integers(0, 112))
def test_a_fit_is_proven_exactly_where_a_maximum_exists(cells: list[int], row: int) -> None:
    """The witness of the fit, our dual program and the published primal program agree, on tables full of zeros."""
    counts = np.array([0, *cells], float)
    if counts.sum() == 0:
        return
    models = hierarchical(4, 3).take([row])
    fits = fit_all(counts[None], models)
    terms = models.terms_of(0)
    assert has_maximum(counts, terms) == primal(counts, terms)
    assert (fits.status[0] == FITTED) == (has_maximum(counts, terms) and identified(counts, terms))
    assert (why_not(counts, terms, int(fits.status[0])) is None) == (verdict(counts, terms) is None)


@given(small_tables, st.integers(0, 7))
def test_another_optimiser_finds_no_higher_likelihood(cells: list[int], row: int) -> None:
    """Against scipy's general minimiser on the design matrix that our fits never build."""
    counts = np.array([0, *cells], float)
    models = hierarchical(3, 2).take([row])
    fits = fit_all(counts[None], models, coefficients=True)
    if counts.sum() == 0 or not fits.proven[0] or fits.coefficients is None:
        return
    kept, left = reduced(counts, models.terms_of(0))
    matrix, seen = design(kept, left), counts[kept]

    def height(beta: Floats) -> tuple[float, Floats]:
        predictor = np.minimum(beta @ matrix, 50.0)
        mean = np.exp(predictor)
        return float(mean.sum() - seen @ predictor), matrix @ (mean - seen)

    ours = fits.coefficients[0][np.isfinite(fits.coefficients[0]) & models.include[0]]
    other = minimize(height, np.zeros(len(left)), jac=True, method="BFGS", options={"gtol": 1e-8})
    assert height(ours)[0] <= other.fun + 1e-7 * max(1.0, abs(other.fun))
    assert np.abs(height(ours)[1]).max() <= 1e-6 * max(1.0, seen.sum())
    mean = means(fits.coefficients[0], models.terms, 3)
    assert mean[kept] == pytest.approx(np.exp(ours @ matrix), rel=1e-9)
    assert mean[0] == pytest.approx(np.exp(fits.log_unseen[0]), rel=1e-9)
    assert fits.error[0] == pytest.approx(np.sqrt(np.linalg.inv((matrix * mean[kept]) @ matrix.T)[0, 0]), rel=1e-5)


def test_a_term_that_nobody_is_in_goes_with_its_patterns() -> None:
    """The extended maximum: coefficient minus infinity, counted as a parameter all the same."""
    counts = np.array([0, 20, 30, 0, 40, 5, 6, 0], float)  # lists 2 and 3 share nobody
    fits = fit_all(counts[None], named("[12,23]", 3), coefficients=True)
    without = fit_all(counts[None], named("[12,3]", 3))
    assert (fits.kept[0], fits.dropped[0]) == (5, 1)
    assert fits.aic[0] == pytest.approx(2 * 6 - 2 * fits.loglik[0])
    assert fits.coefficients is not None and np.isneginf(fits.coefficients[0]).sum() == 1
    assert means(fits.coefficients[0], named("[12,23]", 3).terms, 3)[[3, 7]].tolist() == [0, 0]
    assert fits.loglik[0] > without.loglik[0]


def test_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """One thread and three give the same bytes."""
    counts, models = full_table(table(UK5))[None], hierarchical(5, 2)
    monkeypatch.setattr(fitting, "get_num_threads", lambda: 1)
    alone = fit_all(counts, models)
    monkeypatch.setattr(fitting, "get_num_threads", lambda: 3)
    together = fit_all(counts, models)
    assert alone.log_unseen.tobytes() == together.log_unseen.tobytes()
    assert alone.bic.tobytes() == together.bic.tobytes()


def test_many_tables_at_once_are_each_by_itself() -> None:
    """Jobs pair rows of tables with rows of models."""
    tables = np.stack([full_table(table(KOREA)), full_table(table(GAZA))])
    models = hierarchical(3, 2)
    both = fit_all(tables, models)
    for place in range(2):
        one = fit_all(tables[[place]], models)
        assert both.log_unseen[8 * place : 8 * place + 8].tobytes() == one.log_unseen.tobytes()


def test_counts_of_a_billion_beside_counts_of_one() -> None:
    """Where one pattern has 10**9 people and another has one, rounding takes less than a millionth of a standard error."""
    cells = np.array([10**9, 10**9, 10**5, 10**9, 10**4, 10**4, 1], float)
    odd = np.array([mask.bit_count() % 2 == 1 for mask in range(1, 8)])
    fits = fit_all(np.concatenate([[0.0], cells])[None], named("[12,13,23]", 3))
    exact = np.log(cells[odd]).sum() - np.log(cells[~odd]).sum()
    assert fits.log_unseen[0] == pytest.approx(exact, abs=1e-6)


def test_the_profile_is_the_likelihood_of_each_number() -> None:
    """Both ends lie where twice the log-likelihood has fallen by 3.84, by a closed form: two lists' odds under independence."""
    given = table(KOSOVO)
    model = named("[1,2,3,4]", 4)
    low, high = profile(full_table(given), model)
    totals, people = given.totals(), given.people

    def height(everybody: float) -> float:
        from_lists = sum(
            total * np.log(total / everybody) + (everybody - total) * np.log(1 - total / everybody) for total in totals
        )
        steps = np.log(np.arange(people + 1, int(everybody) + 1) / np.arange(1, int(everybody) - people + 1)).sum()
        return float(steps + from_lists)

    best = max(height(number) for number in range(7300, 7500))
    inside = [number for number in range(7000, 7900) if 2 * (best - height(number)) <= 3.841459]
    assert inside[0] - 1.02 < low < inside[0] + 0.02 and inside[-1] - 0.02 < high < inside[-1] + 1.02


def test_a_profile_without_an_end_says_so() -> None:
    """Where one person alone ties the lists, hardly any number is too large."""
    counts = np.array([0, 900, 900, 0, 900, 1, 1, 0], float)
    low, high = profile(counts, named("[12,3]", 3))
    assert low > counts.sum() and (high == np.inf or high > 100 * counts.sum())


def test_models_without_rows_are_no_error() -> None:
    """Nothing asked, nothing answered."""
    fits = fit_all(full_table(table(KOREA))[None], Models(3, hierarchical(3, 2).terms, np.zeros((0, 7), bool)))
    assert len(fits.log_unseen) == 0
