"""A figure in words: a refusal is no zero, a sum of the source's own ends no range."""

from __future__ import annotations

import pytest

from litany.publish.phrase import count, listed, phrase
from litany.types.figure import Basis, Evidence, Figure, Unit
from tests.publish.report_making import figure

TWO = Evidence(sources=("alpha", "beta"))
CASES = [
    (figure(28, 29, 32), "28 to 32 (best 29)", "people", "from what is certain to what is possible"),
    (figure(29, 29, 29), "29", "people", "certain under the counting rules"),
    (figure(1, 1, 1), "1", "person", "certain under the counting rules"),
    (figure(0, 0, 0), "0", "people", "certain under the counting rules"),
    (figure(0, 1, 1), "0 to 1 (best 1)", "people", "from what is certain"),
    (figure(1, 1, 1, unit=Unit.INCIDENTS), "1", "incident", "certain"),
    (figure(102, 102, 1018, unit=Unit.INCIDENTS), "102 to 1,018 (best 102)", "incidents", "from what is certain"),
    (figure(7194, 7666, 27878, Basis.SOURCE_SUM), "best 7,666, low 7,194, high 27,878", "people",
     "sum of the source's own low, best and high: no uncertainty range"),
    (figure(1, 2, 3, Basis.SOURCE_SUM, evidence=TWO), "best 2, low 1, high 3", "people",
     "sum of the sources' own low, best and high: no uncertainty range"),
    (figure(28, 35, 32), "best 35, low 28, high 32", "people", "from what is certain"),
    (figure(29, None, 90, Basis.ENVELOPE), "29 to 90, no best", "people", "between the largest source and the sum"),
    (figure(29, None, 29, Basis.ENVELOPE), "29", "people", "between the largest source and the sum"),
    (figure(10, 20, 30, Basis.POSTERIOR, level="0.95"), "10 to 30 (best 20)", "people", "interval of probability 0.95"),
    (figure(10, 20, 30, Basis.BOTH, level="0.95"), "10 to 30 (best 20)", "people", "bounds and posterior interval"),
    (figure(300, 300, 300, Basis.CLAIMED), "300", "people", "as claimed; not counted here"),
    (figure(None, 300, None, Basis.CLAIMED), "300", "people", "as claimed; not counted here"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "number", "unit", "basis"), CASES)
def test_the_words_say_what_the_ends_mean(given: Figure, number: str, unit: str, basis: str) -> None:
    made = phrase(given)
    assert (made.number, made.unit, made.refused) == (number, unit, None)
    assert basis in made.basis


def test_a_refusal_has_no_digit_in_it() -> None:
    made = phrase(figure(None, None, None, Basis.SOURCE_SUM, refused="nobody linked them"))
    assert (made.number, made.refused) == ("no number", "nobody linked them")
    assert not any(char.isdigit() for char in made.number + made.basis)


def test_no_number_is_a_dash_and_thousands_have_commas() -> None:
    assert [count(None), count(0), count(1234567)] == ["–", "0", "1,234,567"]


def test_words_are_listed() -> None:
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"], "or")] == ["", "a", "a and b", "a, b or c"]
