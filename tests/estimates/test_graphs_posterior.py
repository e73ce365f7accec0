"""The posterior is the published one, to the digits, whatever the size of the numbers."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import gammaln

from litany.estimates.captures import Captures, captures
from litany.estimates.graphs.decomposable import decomposable
from litany.estimates.graphs.grid import block_masses, block_weights, mean, nodes, quantiles, refined
from litany.estimates.graphs.margins import log_evidence, margins, rise
from litany.estimates.graphs.posterior import posterior
from tests.estimates.known_tables import five_lists, from_cells, gaza, kosovo, spina_bifida

Q = np.array([0.025, 0.5, 0.975])


def read(path: Path) -> Captures:
    """One of the tables of shared/data/estimation, a row a pattern."""
    head, *rows = [line.replace('"', "").split(",") for line in path.read_text().split()]
    numbers = np.array(rows, int)
    return captures(head[:-1], numbers[:, :-1], numbers[:, -1])


def by_hand(table: Captures, delta: float, missed: NDArray[np.int64]) -> NDArray[np.float64]:
    """log p(cells, n0 | graph) of three lists as Dirichlet-multinomials, cell by cell, graphs written out (8 by missed)."""
    places, cells = range(3), list(itertools.product((0, 1), repeat=3))
    seen = dict(zip(cells, [0, *table.cells().tolist()], strict=True))

    def marginal(among: tuple[int, ...], n0: int) -> float:
        prior = delta * 2 ** (3 - len(among))
        total = math.lgamma(8 * delta) - math.lgamma(table.people + n0 + 8 * delta)
        for cell in itertools.product((0, 1), repeat=len(among)):
            count = sum(n for at, n in seen.items() if tuple(at[place] for place in among) == cell) + (0 if any(cell) else n0)
            total += math.lgamma(count + prior) - math.lgamma(prior)
        return total

    a, b, c = ((place,) for place in places)
    ab, ac, bc, abc = (0, 1), (0, 2), (1, 2), (0, 1, 2)
    # in the order of edge masks: bits are ab, ac, bc
    written: list[tuple[list[tuple[int, ...]], list[tuple[int, ...]]]] = [
        ([a, b, c], []), ([ab, c], []), ([ac, b], []), ([ab, ac], [a]),
        ([bc, a], []), ([ab, bc], [b]), ([ac, bc], [c]), ([abc], []),
    ]  # fmt: skip
    rows = []
    for cliques, separators in written:
        row = []
        for n0 in missed.tolist():
            ways = math.lgamma(table.people + n0 + 1) - math.lgamma(n0 + 1)
            row.append(ways + sum(marginal(one, n0) for one in cliques) - sum(marginal(one, n0) for one in separators))
        rows.append(row)
    return np.array(rows)


@pytest.mark.parametrize("delta", [0.125, 0.5, 1.0])
def test_evidence_is_the_dirichlet_multinomial(delta: float) -> None:
    """Against a sum over cells that shares nothing with the code."""
    missed = np.array([0, 1, 7, 300])
    ours = log_evidence(margins(spina_bifida(), delta), decomposable(3), missed.astype(float))
    np.testing.assert_allclose(ours - ours[0, 0], (by := by_hand(spina_bifida(), delta, missed)) - by[0, 0], atol=1e-9)


def test_madigan_and_york_three_lists() -> None:
    """Their informative prior (a Gamma-Poisson of N), delta 1: weight .37 and mode 729 of the best graph, 731 by their Bayes
    estimator and 728 for the mode, averaged over graphs (as asserted by the tests of dga).
    """
    table, missed = spina_bifida(), np.arange(1.0, 301.0)
    people, a, b = table.people + missed, 13.14, 55.17
    prior = people * np.log(b) - (people + a) * np.log(1 + b) + gammaln(people + a) - gammaln(people + 1)
    log = log_evidence(margins(table, 1.0), decomposable(3), missed) + prior
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    top, whole = weight[weight.sum(axis=1).argmax()], weight.sum(axis=0)
    assert round(float(top.sum()), 2) == 0.37
    assert people[top.argmax()] == 729 and people[whole.argmax()] == 728
    assert [round(float((one / people).sum() / (one / people**2).sum())) for one in (top, whole)] == [731, 731]


def test_madigan_and_york_five_lists() -> None:
    """The example bundled with dga: delta .5, 1 to 300 missed."""
    believed = posterior(five_lists(), 0.5, 1, 300)
    assert believed.mean() == pytest.approx(617.8159, abs=1e-4)
    assert believed.people(Q).tolist() == [588, 616, 655]
    assert 537 + believed.missed[believed.density.argmax()] == 614


def test_kosovo_as_dga() -> None:
    """The grid of the reference ends at 20,000 missed."""
    believed = posterior(kosovo(), 1 / 16, 1, 20_000)
    top = int(believed.weights.argmax())
    assert believed.mean() == pytest.approx(12749.17, abs=0.01)
    assert believed.people(Q).tolist() == [9827, 12595, 16543]
    assert believed.graphs.cliques(top) == (0b1110, 0b1011)
    assert believed.weights[top] == pytest.approx(0.9855, abs=5e-5)
    assert posterior(kosovo(), 0.5, 1, 20_000).people(Q).tolist() == [4500, 11323, 14486]
    assert posterior(kosovo(), 1.0, 1, 20_000).people(Q).tolist() == [4408, 4617, 6860]


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("UKdat_5", (10376, 23002, 33515)),
        ("Ned_5", (41676, 50407, 203363)),
        ("NewOrl_5", (512, 869, 1762)),
        ("Western", (1343, 2134, 3873)),
    ],
)
def test_tables_of_trafficking(shared_data: Path, name: str, ends: tuple[int, ...]) -> None:
    """The reference looked at 3,000 numbers up to 30 n: it is right to one of its steps, n / 100."""
    table = read(shared_data / "estimation" / f"{name}.csv")
    believed = posterior(table, 1 / 32, 1, 30 * table.people)
    np.testing.assert_allclose(believed.people(Q), ends, atol=table.people / 100 + 1)


@pytest.mark.parametrize(("table", "most"), [(kosovo(), 40_000), (gaza(), 100_000), (spina_bifida(), 50_000)])
@pytest.mark.parametrize("delta", [0.0625, 1.0])
def test_blocks_against_every_number(table: Captures, most: int, delta: float) -> None:
    """A few hundred nodes say what the sum over every whole number says."""
    believed = posterior(table, delta, 0, most)
    missed = np.arange(most + 1)
    log = log_evidence(margins(table, delta), decomposable(len(table.lists)), missed.astype(float))
    weight = np.exp((log := log - np.log(table.people + missed)) - log.max())
    whole = weight.sum(axis=0) / weight.sum()
    assert len(believed.missed) < 1500
    assert believed.mean() == pytest.approx(table.people + whole @ missed, rel=2e-6)
    np.testing.assert_allclose(believed.weights, weight.sum(axis=1) / weight.sum(), atol=1e-6)
    np.testing.assert_allclose(believed.people(Q), table.people + np.searchsorted(np.cumsum(whole), Q), rtol=2e-4, atol=1)


def test_weights_of_blocks_are_their_masses() -> None:
    """The two ways of summing agree, and a plain list of numbers is summed plainly."""
    at = refined(nodes(0, 10**7, 10**5), np.array([5e5]), np.array([800.0]))
    density = np.exp(-(((at - 5e5) / 800.0) ** 2) / 2)
    assert block_weights(at) @ density == pytest.approx(800 * np.sqrt(2 * np.pi), rel=1e-7)
    assert block_masses(at, density).sum() == pytest.approx(block_weights(at) @ density, rel=1e-9)
    assert mean(at, density) == pytest.approx(5e5, rel=1e-9)
    assert quantiles(at, density, np.array([0.5, 0.975])) == pytest.approx([500_000, 501_568], abs=1)
    assert block_weights(np.arange(9)).tolist() == [1.0] * 9
    assert quantiles(np.arange(4), np.array([1.0, 1.0, 1.0, 1.0]), np.array([0.25, 0.26, 1.0])).tolist() == [0, 1, 3]


def test_rises_keep_their_digits() -> None:
    """lgamma(x + d) - lgamma(x) near d log x, where the plain difference has lost everything."""
    assert rise(np.array([10.0]), np.float64(3.0))[0] == pytest.approx(math.log(10 * 11 * 12), rel=1e-14)
    assert rise(np.array([1e15]), np.float64(2.0))[0] == pytest.approx(2 * math.log(1e15), rel=1e-14)
    assert rise(np.array([1e4]), np.float64(5e4))[0] == pytest.approx(math.lgamma(6e4) - math.lgamma(1e4), rel=1e-13)


@pytest.mark.parametrize("times", [1, 1_000, 10**8])
def test_large_tables_are_no_worse(times: int) -> None:
    """Three lists that are independent, up to 10**11 people: the answer scales, and its spread is that of the maximum
    likelihood estimate (Darroch 1958: N / (1 / (q1 q2 q3) + 2 - 1 / q1 - 1 / q2 - 1 / q3) for chances q to be missed; .6 N).
    """
    people, chances = 2_000 * times, (0.3, 0.4, 0.5)
    cells = [
        round(people * math.prod(q if on else 1 - q for q, on in zip(chances, cell, strict=True)))
        for cell in itertools.product((0, 1), repeat=3)
    ]
    table = from_cells("abc", cells[1:])
    believed = posterior(table, 0.125, 0, 10**6 * table.people)
    assert believed.people(Q)[1] == pytest.approx(people, rel=0.01 if times == 1 else 0.001)
    assert believed.beyond < 1e-6
    assert len(believed.missed) < 10_000
    independent = believed.people_under(np.array([believed.graphs.independent]), Q)[0]
    assert independent[2] - independent[0] == pytest.approx(2 * 1.96 * math.sqrt(0.6 * people), rel=0.01)


def test_no_graph_with_weight_is_left_out() -> None:
    """Twenty Kosovos: peaks are narrower than the first nodes are apart. Every graph against a sum at 40,000 numbers."""
    table = kosovo()
    table = table.with_counts(table.counts * 20)
    believed = posterior(table, 1 / 16, 0, 10**8)
    missed = np.concatenate([np.arange(1000.0), np.geomspace(1000, 10**8, 40_000)])
    log = log_evidence(margins(table, 1 / 16), believed.graphs, missed) - np.log(table.people + missed)
    weight = np.exp(log - log.max()) @ np.gradient(missed)
    np.testing.assert_allclose(believed.weights, weight / weight.sum(), rtol=2e-3, atol=1e-12)
    assert (believed.weights > 0).sum() < 10


def test_seven_lists_and_a_narrow_peak() -> None:
    """617,675 graphs of lists of which two depend on each other; where the truth lies is found among them."""
    random = np.random.default_rng(5)
    people = random.random((40_000, 7)) < np.array([0.2, 0.15, 0.3, 0.1, 0.25, 0.2, 0.1])
    people[:, 6] |= people[:, 0] & (random.random(40_000) < 0.4)
    seen = people[people.any(axis=1)]
    believed = posterior(captures("abcdefg", seen, np.ones(len(seen), int)), 2**-7, 0, 10**9)
    low, _, high = believed.people(Q)
    assert low < 40_000 < high < 41_500
    top = int(believed.weights.argmax())
    assert believed.graphs.cliques(top)[0] == 0b1000001
    assert believed.weights.sum() == pytest.approx(1)


def test_list_order_changes_nothing() -> None:
    table = five_lists()
    turned = table.only(["d", "b", "e", "a", "c"])
    one, other = (posterior(of, 1 / 32, 0, 10**6) for of in (table, turned))
    assert one.mean() == pytest.approx(other.mean(), rel=1e-9)
    assert one.people(Q).tolist() == other.people(Q).tolist()
    np.testing.assert_allclose(np.sort(one.weights), np.sort(other.weights), atol=1e-10)
