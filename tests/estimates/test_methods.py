"""Methods are found by name, with settings of their own, and say what they do not know."""

from __future__ import annotations

import subprocess
import sys

import pytest

from litany import estimates
from litany.errors import LitanyError
from litany.estimates import DEFAULT, METHODS, Graphs, LogLinear, MethodError, TwoLists, Why, estimate, settings_of
from litany.estimates.graphs.estimate import estimate as by_graphs
from litany.estimates.methods import LEFT_OUT, with_lists_left_out
from tests.estimates.known_tables import from_cells, kosovo


def test_a_method_by_name_is_the_method() -> None:
    """The table of methods adds nothing to the answer and takes nothing away."""
    named, direct = estimate(kosovo(), "graphs", seed=3), by_graphs(kosovo(), seed=3)
    assert named.interval == direct.interval and named.draws is not None and direct.draws is not None
    assert (named.draws == direct.draws).all()
    assert DEFAULT in METHODS


def test_public_names_are_sorted_and_there() -> None:
    """`from litany.estimates import …` gives what it says."""
    own = estimates.__all__
    assert own == sorted(own, key=lambda name: (not name.isupper(), name[0].islower(), name))
    assert all(hasattr(estimates, name) for name in own)


def test_importing_estimates_draws_no_pictures() -> None:
    """Neither matplotlib nor the tables' Polars is loaded for an estimate."""
    script = "import litany.estimates, sys; print({'matplotlib', 'polars', 'pandas', 'xarray'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_settings_from_words() -> None:
    """Numbers, words, none, and several numbers."""
    assert settings_of("graphs", ["delta=0.5", "sweeps=false", "most=none"]) == Graphs(delta=0.5, sweeps=False)
    assert settings_of("log-linear", ["selection=average", "interval=bca"]) == LogLinear(selection="average")
    assert settings_of("two-lists", ["assumption=odds-ratio", "odds=0.5,2"]) == TwoLists(assumption="odds-ratio", odds=(0.5, 2))


WRONG = {
    ("graphs", "detla=1"): "graphs has no setting 'detla' (did you mean delta?). It has: delta, least, most, times, draws,",
    ("graphs", "delta"): "'delta' is no setting: write NAME=VALUE",
    ("graphs", "delta=much"): "the setting delta of graphs is a number or none, not 'much'",
    ("graphs", "draws=1.5"): "the setting draws of graphs is a whole number, not '1.5'",
    ("graphs", "sweeps=perhaps"): "the setting sweeps of graphs is true or false, not 'perhaps'",
    ("log-linear", "selection=best"): "the setting selection of log-linear is one of bic, aic, stepwise, average, not 'best'",
    ("graphs", "delta=nan"): "delta is nan:",
    ("graph", "delta=1"): "no method is called 'graph'. There are: ",
}


@pytest.mark.parametrize(("method", "word"), WRONG)
def test_a_wrong_setting_is_named(method: str, word: str) -> None:
    """The message says which setting, what it takes, and which there are."""
    with pytest.raises(LitanyError) as raised:
        settings_of(method, [word])
    assert str(raised.value).startswith(WRONG[method, word])


def test_settings_of_another_method_are_refused() -> None:
    """No setting is ignored in silence."""
    with pytest.raises(MethodError, match="graphs takes settings of the type Graphs, not LogLinear"):
        estimate(kosovo(), "graphs", settings=LogLinear())
    with pytest.raises(MethodError, match="is given twice"):
        settings_of("graphs", ["delta=1", "delta=2"])


def test_every_method_says_what_each_list_left_out_would_change() -> None:
    """Log-linear models do not say it themselves; those that do are left as they are."""
    table = kosovo()
    models = LogLinear(interval="normal")
    made = with_lists_left_out(estimate(table, "log-linear", settings=models), table, "log-linear", models)
    [sweep] = [one for one in made.sweeps if one.setting == LEFT_OUT]
    assert [row.name for row in sweep.rows] == ["without EXH", "without ABA", "without OSCE", "without HRW"]
    assert all(row.interval is not None or row.refusal is not None for row in sweep.rows)
    own = estimate(table, "graphs")
    assert with_lists_left_out(own, table, "graphs", Graphs()) is own


NESTED = from_cells(("a", "b", "c"), [0, 0, 0, 400, 50, 300, 30])
FEW = from_cells(("a", "b", "c"), [0, 0, 4, 30, 3, 2, 0])


@pytest.mark.parametrize("method", ["pooled", "latent-classes", "graphs", "log-linear", "no-highest-order"])
def test_a_list_that_has_everybody_is_no_list_beside_the_others(method: str) -> None:
    """As a rule the others were drawn from it: a number close to its length would look like an answer."""
    told = estimate(NESTED, method)
    assert told.interval is None and told.refusal is not None and told.refusal.why is Why.NO_MAXIMUM
    assert "everybody who is documented is in a" in told.refusal.words and "drawn from a" in told.refusal.next


@pytest.mark.parametrize("method", ["pooled", "latent-classes", "graphs"])
def test_a_handful_in_two_lists_says_nothing(method: str) -> None:
    told = estimate(FEW, method)
    assert told.interval is None and told.refusal is not None and told.refusal.why is Why.THIN
    assert told.refusal.words.startswith("9 people are in two lists or more")
