"""The recommended estimate shows every family, holds what all of them say, and refuses where there is no answer."""

from __future__ import annotations

import numpy as np
import pytest

from bench.mechanisms import BEYOND
from bench.populations import populations
from litany.errors import LitanyError
from litany.estimates.captures import captures, patterns_of
from litany.estimates.latent.settings import Latent
from litany.estimates.loglinear.estimate import estimate as loglinear
from litany.estimates.loglinear.fit import fit_all, full_table
from litany.estimates.loglinear.models import Models, named
from litany.estimates.loglinear.settings import LogLinear
from litany.estimates.pool import envelope
from litany.estimates.pool import estimate as pool
from litany.estimates.pool.estimate import BEYOND as BEYOND_WORDS
from litany.estimates.pool.estimate import estimate
from litany.estimates.pool.families import CLASSES, LEVELS, Family, by_shape
from litany.estimates.pool.settings import Pooled
from litany.estimates.pool.shapes import SHAPES, shaped
from litany.estimates.refusals import Why
from litany.estimates.results import Interval
from tests.estimates.known_tables import five_lists, from_cells, kosovo

QUICK = Pooled(latent=None, graphs=False, sweeps=False)
BRIEF = Latent(chains=4, sweeps=600, longest=600, particles=100, replicates=0, side=False)


def test_kosovo_with_all_that_a_reader_must_see() -> None:
    told = estimate(kosovo(), settings=Pooled(latent=BRIEF, threads=1), seed=3)
    assert told.refusal is None and told.interval is not None and told.draws is not None
    names = [one.name.split(":")[0] for one in told.candidates]
    assert names[:5] == ["log-linear", "log-linear, Poisson2", "log-linear, Darroch", "log-linear, Gamma3.5", CLASSES]
    assert names[5].startswith("graphs") and told.candidates[5].interval == Interval(9827, 12595, 16544)
    assert told.candidates[6].criteria["at_least"] == pytest.approx(8591.2, abs=1)
    for one in told.candidates[:5]:
        if one.interval is not None:
            assert told.interval.low <= one.interval.low and one.interval.high <= told.interval.high
    assert told.candidates[4].criteria["rhat"] >= 1 and told.candidates[4].criteria["effective"] > 0
    assert (told.convergence is None) == (told.candidates[4].refusal is not None)
    assert "nobody was beyond the reach of all lists" in told.assumption and told.notes[0] == BEYOND_WORDS
    assert sum(pattern.observed for pattern in told.fit) == 4400
    families, lists, *priors, deltas = told.sweeps
    classes_in = told.candidates[4].refusal is None
    assert [one.setting for one in priors] == (["most classes", "prior of alpha"] if classes_in else [])
    assert [row.criteria["delta"] for row in deltas.rows] == [1 / 64, 1 / 16, 1 / 4]
    assert families.setting == "family left out" and len(lists.rows) == 5
    assert [row.name for row in lists.rows][:2] == ["all lists (log-linear families only)", "without ABA"]
    ends = np.quantile(told.draws, [0.025, 0.975])
    np.testing.assert_allclose(ends, [told.interval.low, told.interval.high], rtol=5e-3)


def test_other_priors_stand_beside_what_is_in_the_range() -> None:
    """Of latent classes, where they are in it: the most classes, and alpha."""
    told = estimate(kosovo(), settings=Pooled(graphs=False))
    assert told.candidates[4].refusal is None and told.convergence is not None
    swept = {one.setting: [row.name for row in one.rows] for one in told.sweeps}
    assert swept["most classes"] == ["2 classes", "5 classes", "20 classes", "10 classes, as asked"]
    assert swept["prior of alpha"] == ["alpha ~ Gamma(1, 1)", "alpha ~ Gamma(1, 0.25)", "10 classes, as asked"]


def test_the_same_seed_is_the_same_answer() -> None:
    one, same, other = (estimate(kosovo(), settings=Pooled(latent=BRIEF, sweeps=False), seed=seed) for seed in (1, 1, 2))
    assert one.interval == same.interval and one.candidates == same.candidates
    assert one.draws is not None and same.draws is not None and other.draws is not None
    np.testing.assert_array_equal(one.draws, same.draws)
    assert one.candidates[4] != other.candidates[4]


def test_the_order_of_lists_and_of_rows_changes_nothing() -> None:
    given = five_lists()
    turned = given.only(["d", "a", "e", "c", "b"])
    one, other = (estimate(table, settings=Pooled(latent=BRIEF, sweeps=False), seed=4) for table in (given, turned))
    assert one.interval == other.interval and one.candidates == other.candidates
    assert other.lists == ("d", "a", "e", "c", "b")


def test_chains_that_disagree_are_left_out_and_it_is_said() -> None:
    broken = Latent(chains=4, sweeps=10, longest=10, particles=4, replicates=0, side=False)
    told = estimate(kosovo(), settings=Pooled(latent=broken, sweeps=False, graphs=False))
    row = told.candidates[4]
    assert row.refusal is not None and row.refusal.why is Why.NOT_CONVERGED and row.interval is None
    assert any(note.startswith("latent classes left out: 4 chains do not agree") for note in told.notes)
    assert told.interval == estimate(kosovo(), settings=QUICK).interval


def test_no_table_no_number() -> None:
    """The reasons that hold for every method, and those of the pool."""
    two = captures("AB", np.array([[1, 0], [0, 1], [1, 1]]), np.array([50, 50, 20]))
    few = from_cells("ABC", [40, 40, 2, 40, 2, 3, 2])
    apart = from_cells("ABC", [40, 40, 0, 40, 0, 0, 0])
    many = captures([f"L{place:02}" for place in range(11)], np.ones((11, 11)) - np.eye(11), np.full(11, 5))
    for table, why in ((two, Why.FEW_LISTS), (few, Why.THIN), (apart, Why.NO_OVERLAP), (many, Why.TOO_MANY_LISTS)):
        told = estimate(table, settings=QUICK)
        assert told.interval is None and told.draws is None
        assert told.refusal is not None and told.refusal.why is why and told.refusal.next
        assert BEYOND_WORDS in told.notes


def test_a_family_alone_is_refused_by_its_name() -> None:
    assert str(pool._alone([Family(CLASSES, "")])).startswith("of all families of models only “latent classes” gives a number")
    assert str(pool._alone([])).startswith("no family of models gives a number")


def test_a_range_without_use_is_refused() -> None:
    """400 people, of whom a dozen are in two lists: anything from 1,600 to hundreds of thousands."""
    told = estimate(from_cells("ABCD", [100, 90, 3, 110, 2, 2, 0, 80, 2, 2, 0, 2, 0, 0, 0]), settings=QUICK)
    assert told.refusal is not None and told.refusal.why in (Why.THIN, Why.MODELS_DISAGREE)
    assert any(one.interval is not None for one in told.candidates), "what each family says is still shown"


def test_families_that_disagree_beyond_the_limit_are_refused() -> None:
    told = estimate(kosovo(), settings=Pooled(latent=None, graphs=False, sweeps=False, apart=2.0))
    assert told.interval is None and told.refusal is not None and told.refusal.why is Why.MODELS_DISAGREE
    assert "more than 2 times as many" in told.refusal.words


WRONG = [{"low": 0.6}, {"high": 1.0}, {"apart": 1.0}, {"draws": 3}, {"threads": 0}, {"together": 1.5}]


@pytest.mark.parametrize("wrong", WRONG)
def test_settings_out_of_range(wrong: dict[str, float]) -> None:
    with pytest.raises(LitanyError, match="settings of the pool"):
        Pooled(**wrong)  # type: ignore[arg-type]


def test_darrochs_shape_is_rcaptures() -> None:
    """Mth Darroch on Kosovo: 12,797.3 with a standard error of 814.8 (Rcapture 1.4-4); here the model without pairs."""
    found = shaped(kosovo(), "Darroch")
    assert found is not None
    plain = [one for one in found.models if not one.terms]
    best = found.models[0]
    assert not plain or np.exp(plain[0].log_missed) == pytest.approx(12797.3 - 4400, abs=0.5)
    assert best.aic == min(one.aic for one in found.models)


def test_without_a_shape_models_are_those_of_log_linear_estimates() -> None:
    """The same fit, also where a pair shares nobody and its coefficient is minus infinity."""
    table = from_cells("ABCD", [60, 50, 12, 70, 9, 11, 4, 40, 0, 0, 0, 8, 0, 0, 0])
    found = shaped(table, "none")
    assert found is not None
    for one in found.models[:10]:
        words = [*("1234"), *("".join(str(place + 1) for place in term) for term in sorted(one.terms))]
        model: Models = named(",".join(words), 4)
        fit = fit_all(full_table(table)[None], model)
        assert one.log_missed == pytest.approx(float(fit.log_unseen[0]), abs=1e-5)
        assert one.aic == pytest.approx(float(fit.aic[0]), abs=1e-5)


def test_shapes_suppose_ever_more_who_are_hard_to_see() -> None:
    """Half of 20,000 people are four times as visible: the heavier the tail, the higher the middle. (And still short.)"""
    random = np.random.default_rng(8)
    shown = random.random((20_000, 4)) < np.where(random.random((20_000, 1)) < 0.5, 0.4, 0.1)
    table = captures("ABCD", shown[shown.any(axis=1)], np.ones(int(shown.any(axis=1).sum())))
    middles = [by_shape(table, of).at(0.5) for of in SHAPES]
    assert middles[1] < middles[2] < middles[3]


def test_an_envelope_of_two_families() -> None:
    """Uniform on 100..200 and on 300..500: from the low point of the one to the high point of the other."""
    one, other = Family("one", "", 100 + 100 * LEVELS), Family("other", "", 300 + 200 * LEVELS)
    told = envelope.range_of([one, other], 50, (0.1, 0.9))
    assert told.low == pytest.approx(110) and told.high == pytest.approx(480)
    assert told.best == pytest.approx(50 + np.sqrt(100 * 350))
    drawn = envelope.draws([one, other], 50, (0.1, 0.9), 4000, np.random.default_rng(0))
    np.testing.assert_allclose(np.quantile(drawn, [0.025, 0.5, 0.975]), [110, told.best, 480], rtol=5e-3)
    shares = np.linspace(0, 1, 101)
    assert (np.diff(envelope.quantiles([one, other], 50, (0.1, 0.9), shares)) >= 0).all()


def test_ranges_hold_the_truth_where_main_effects_do_not() -> None:
    """68 populations, four of each mechanism, without latent classes (which cost seconds each): the range holds the number of
    at least 85 in 100 where everybody is within reach; independence holds it in fewer than half.
    """
    held, plain, refused, estimable = [], [], 0, 0
    main = LogLinear(selection="stepwise", threshold=1e-300, order=1, interval="normal")
    for one in populations(68, 7):
        told = estimate(one.table, settings=QUICK)
        assert told.notes[0] == BEYOND_WORDS
        estimable += one.estimable
        refused += one.estimable and told.interval is None
        if one.mechanism == BEYOND or told.interval is None:
            continue
        held.append(told.interval.low <= one.people <= told.interval.high)
        alone = loglinear(one.table, settings=main).interval
        plain.append(alone is not None and alone.low <= one.people <= alone.high)
    assert np.mean(held) >= 0.85 and np.mean(plain) < 0.5
    assert refused < 0.25 * estimable


def test_people_beyond_reach_are_named_where_they_are() -> None:
    """The output cannot know that they are there; so it always says that they are not in the number."""
    for one in (one for one in populations(34, 9) if one.mechanism == BEYOND):
        told = estimate(one.table, settings=QUICK)
        assert told.notes[0] == BEYOND_WORDS and "beyond the reach" in told.assumption


def test_an_odd_table_of_three_lists_has_a_note() -> None:
    told = estimate(captures("ABC", patterns_of(np.arange(1, 8), 3), np.array([300, 300, 60, 300, 60, 60, 20])), settings=QUICK)
    assert any(note.startswith("three lists") for note in told.notes)
    assert told.method == pool.METHOD
