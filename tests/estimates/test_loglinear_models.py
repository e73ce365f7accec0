"""There are as many hierarchical models as the literature counts, and each has the name that the literature gives it."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from litany.estimates.loglinear.models import (
    ModelError,
    all_terms,
    hierarchical,
    highest_order,
    main_effects,
    mask,
    named,
    places,
)


@pytest.mark.parametrize(
    ("lists", "order", "count"),
    [
        (3, 2, 8),
        (4, 2, 64),
        (4, 3, 113),  # Silverman, Chan and Vincent (2024): "all 113 models"
        (5, 2, 1_024),
        (5, 3, 6_212),
        (5, 4, 6_893),  # OEIS A006126 less the saturated model
        (6, 2, 32_768),
    ],
)
def test_as_many_models_as_the_literature_counts(lists: int, order: int, count: int) -> None:
    """Simplicial complexes on labelled points, without the full one."""
    models = hierarchical(lists, order)
    assert len(models) == count
    assert len({row.tobytes() for row in models.include}) == count


def test_models_are_all_sets_of_terms_closed_under_subsets() -> None:
    """Against every set of terms of four lists, one by one."""
    terms = [int(term) for term in all_terms(4, 3) if term.bit_count() > 1]
    closed = set()
    for size in range(len(terms) + 1):
        for chosen in combinations(terms, size):
            whole = set(chosen)
            if all(sub in whole for term in chosen for sub in terms if sub & term == sub):
                closed.add(frozenset(whole))
    models = hierarchical(4, 3)
    assert {frozenset(int(t) for t in models.terms_of(row) if int(t).bit_count() > 1) for row in range(113)} == closed


def test_a_name_is_its_model() -> None:
    """The name of every model of four lists leads back to the same terms."""
    models = hierarchical(4, 3)
    for row in range(len(models)):
        again = named(models.name(row), 4)
        assert set(again.terms_of(0).tolist()) == set(models.terms_of(row).tolist())
    assert named("[34,123,14]", 4).name(0) == "[123,14,34]"
    assert named("[123,14,34]", 4).words(0, ["EXH", "ABA", "OSCE", "HRW"]) == "EXH*ABA*OSCE, EXH*HRW, OSCE*HRW"
    assert main_effects(11).name(0) == "[1,2,3,4,5,6,7,8,9,10,11]"
    assert named("[1.10,2,3,4,5,6,7,8,9]", 10).name(0) == "[1.10,2,3,4,5,6,7,8,9]"


def test_places_and_masks_are_one() -> None:
    """The first list is the highest bit, as in a table of captures."""
    assert mask([0], 4) == 8 and places(8, 4) == (0,)
    assert all(mask(places(term, 5), 5) == term for term in range(32))


def test_too_many_models_are_refused_before_memory_is() -> None:
    """Seven lists have two million pairwise models: nobody makes that table by accident."""
    with pytest.raises(ModelError, match="more than 40,000 models of 7 lists"):
        hierarchical(7, 2)
    assert [highest_order(lists) for lists in range(3, 13)] == [2, 3, 4, 2, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize(("lists", "order"), [(3, 3), (3, 0), (2, 2)])
def test_an_order_that_cannot_be_is_refused(lists: int, order: int) -> None:
    """A term of all lists has no pattern left to be seen in."""
    with pytest.raises(ModelError, match="an order is from 1"):
        hierarchical(lists, order)


@pytest.mark.parametrize("text", ["[12,3", "", "[1,2,x]", "[12,45]", "[12]"])
def test_a_name_that_is_none_is_refused(text: str) -> None:
    """Or that leaves a list out, unless the brackets alone are missing."""
    if text == "[12,3":
        assert named(text, 3).name(0) == "[12,3]"
        return
    with pytest.raises(ModelError):
        named(text, 3)


def test_taking_models_keeps_their_order() -> None:
    """Rows of a choice are the rows that were asked for."""
    models = hierarchical(3, 2)
    taken = models.take([7, 0])
    assert [taken.name(0), taken.name(1)] == ["[12,13,23]", "[1,2,3]"]
    assert bool(np.array_equal(taken.terms, models.terms))
