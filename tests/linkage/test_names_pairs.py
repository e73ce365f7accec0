"""Real pairs of names: what bench/name_pairs.py measures on the half that nobody tuned on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench import name_pairs
from bench.name_pairs import Named
from litany.linkage import names
from litany.linkage.name_keys import reader

BURMESE = names.packaged("burmese")


@pytest.fixture(scope="module")
def held_out(shared_data: Path) -> list[Named]:
    path = shared_data / "myanmar" / "myanmar-names.tsv"
    if not path.is_file():
        pytest.skip("the list of Burmese names is not here")
    return name_pairs.of_half(name_pairs.listed(path), 1)


def test_burmese_script_sounds_as_its_romanisation(held_out: list[Named]) -> None:
    """Measured 0.990; what is left is misprints (အောင် as Maung) and Shan or English names."""
    read = reader(BURMESE)
    pairs = [(form, one.latin) for one in held_out for form in one.burmese]
    same = sum(read.key(form) == read.key(latin.casefold()) for form, latin in pairs)
    assert same / len(pairs) > 0.98


def test_a_name_sounds_the_same_written_in_one_word(held_out: list[Named]) -> None:
    """Measured 0.984; the rest can be split in two ways (Myo Oo and My Oo)."""
    read = reader(BURMESE)
    forms = sorted({one.latin.casefold() for one in held_out if " " in one.latin})
    same = sum(read.key(form) == read.key(form.replace(" ", "")) for form in forms)
    assert same / len(forms) > 0.97


def test_names_across_scripts_are_told_from_others(held_out: list[Named]) -> None:
    test = name_pairs.across(held_out)
    corpus = sorted({latin for _, latin in test.same})
    same = name_pairs.sounds(test.same, corpus, BURMESE)
    other = name_pairs.sounds(test.other, corpus, BURMESE)
    assert len(test.same) > 2500 and len(test.other) == name_pairs.MOST
    assert name_pairs.area(same, other) > 0.995
    assert name_pairs.recall(same, other) > 0.98


def test_respelled_names_are_found_more_often_than_by_letters(held_out: list[Named]) -> None:
    test = name_pairs.respelled(held_out)
    corpus = sorted({latin for _, latin in test.same})
    ours = name_pairs.recall(name_pairs.sounds(test.same, corpus, BURMESE), name_pairs.sounds(test.other, corpus, BURMESE))
    letters = name_pairs.recall(name_pairs.similarity(test.same), name_pairs.similarity(test.other))
    assert len(test.same) >= 40
    assert ours > letters


def test_the_measures_are_what_they_are_called() -> None:
    same, other = np.array([3.0, 2.0, 1.0]), np.array([2.0, 0.0])
    assert name_pairs.area(same, other) == pytest.approx((2 + 1.5 + 1) / 6)
    assert name_pairs.recall(same, other) == pytest.approx(1 / 3)  # below 3.0 a negative comes in
