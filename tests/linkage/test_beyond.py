"""What nobody looked at is counted by the rows that it splits: nothing where all is looked at, as many as a sample says."""

from __future__ import annotations

import numpy as np

from bench.linkage_coverage import rows_of
from bench.list_systems import copied_lists, febrl_like
from litany.linkage import beyond, names, victims
from litany.linkage.beyond import Beyond
from litany.linkage.link import draw, prepare
from litany.linkage.trust import BELOW, ZONES

PLAN = victims.plan(names.packaged("burmese"))
NO_MORE = np.zeros((4, ZONES))


def test_nothing_is_missed_where_nothing_is_left_out() -> None:
    rows = rows_of(febrl_like(120, seed=1, missing=0.0, noise=0.2))
    prepared = prepare(rows, PLAN, 1, outer=4)
    draws = draw(prepared, rows, 1, inner=10).draws
    nothing = Beyond(NO_MORE, NO_MORE, 1.0)
    assert (beyond.missed(nothing, NO_MORE, draws, None, 10, 1) == 0).all()


def test_a_lost_pair_splits_one_cluster_of_two_and_less_of_larger_ones() -> None:
    """Of two lists without copies within, each pair lost is one more person."""
    rows = rows_of(copied_lists(300, lists=2, seed=2))
    prepared = prepare(rows, PLAN, 1, outer=4)
    draws = draw(prepared, rows, 1, inner=10).draws
    lost = np.zeros((4, ZONES))
    lost[:, BELOW - 1] = 20.0
    made = beyond.missed(Beyond(lost, NO_MORE, 1.0), NO_MORE, draws, None, 10, 1)
    assert abs(made.mean() - 20.0) < 4.0
    twice = beyond.missed(Beyond(lost, NO_MORE, 1.0), np.full((4, ZONES), np.log(2.0)), draws, None, 10, 1)
    assert abs(twice.mean() - 40.0) < 6.0


def test_a_sample_without_true_pairs_does_not_say_that_there_are_none() -> None:
    rows = rows_of(copied_lists(300, lists=2, seed=2))
    draws = draw(prepare(rows, PLAN, 1, outer=4), rows, 1, inner=10).draws
    many = [beyond.missed(Beyond(NO_MORE, NO_MORE, part), NO_MORE, draws, None, 10, 1).mean() for part in (1.0, 0.5, 0.05)]
    assert many[0] == 0.0 < many[1] < many[2]
    assert (beyond.missed(Beyond(NO_MORE, NO_MORE, 0.001), NO_MORE, draws, None, 10, 1) == 0).all()  # a guess is no number
