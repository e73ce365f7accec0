"""Lists that nobody should send: what is compared is bounded, nothing is learned from what teaches nothing, and it is told."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from numpy.typing import NDArray

from bench.linkage_coverage import rows_of
from bench.list_systems import System, febrl_like
from litany.linkage import crowds, names, victims
from litany.linkage.crowds import ALIKE
from litany.linkage.engine import Engine
from litany.linkage.engine_pairs import COPIED
from litany.linkage.link import Judged, Linked, Rows, draw, prepare
from litany.linkage.score import compared
from litany.registry.link_warnings import warnings
from tests.linkage.test_engine import PLAN, Row, found, table

LISTS = ("north", "south")
VICTIMS = victims.plan(names.packaged("burmese"))


def linked(rows: Rows, judged: Judged | None = None) -> Linked:
    return draw(prepare(rows, VICTIMS, 1, outer=4), rows, 1, judged, inner=5)


def said(made: Linked, rows: Rows) -> list[str]:
    return warnings(made, rows.lists, [*LISTS, *map(str, range(2, 100))], [*rows.free, *[False] * 100])


def again(system: System, records: pl.DataFrame, truth: NDArray[np.int64]) -> Rows:
    return rows_of(structs.replace(system, records=records, truth=truth))


@cache
def people() -> System:
    """Two hundred rows in two lists, of 160 people."""
    return febrl_like(200, lists=2, noise=0.3, twice=0.2, seed=3)


# Copies


@pytest.mark.parametrize("exhaustive", [0, 10**6])
def test_copies_are_compared_with_one_row_and_teach_nothing(exhaustive: int) -> None:
    """Weights are learned from what they would be learned from if the row stood there once."""
    once: list[Row] = [("aung", 1, "a"), ("aung", 2, "a"), ("ko", 5, "b"), ("ko", 5, "b"), ("ay", None, None)]
    many = [*once, *[once[2]] * (3 * ALIKE)]
    plan = structs.replace(PLAN, exhaustive=exhaustive)
    kept = [number for number in range(len(many)) if number < 2 or number in (2, 4)]
    learned = []
    for rows in ([many[number] for number in kept], many):
        lists = np.zeros(len(rows), np.int32)
        with Engine(table(rows, lists.tolist()), plan, (False,)) as engine:
            candidates, counted = compared(engine, lists, (False,), 1)
            assert engine.crowds is not None
            learned.append((_tally(counted.patterns, counted.counts), counted.total, counted.most))
    assert learned[0] == learned[1]
    copies = candidates.keys == COPIED
    assert candidates.left[copies].tolist() == [2] * (3 * ALIKE + 1)
    assert candidates.right[copies].tolist() == [3, *range(5, len(many))]
    assert not np.isin(candidates.right[copies], candidates.left).any()
    assert engine.crowds is not None and len(engine.crowds.notes) == 1
    assert f"{3 * ALIKE + 1} rows are the same" in engine.crowds.notes[0]


def _tally(patterns: NDArray[np.int8], counts: NDArray[np.float64]) -> Counter[object]:
    return Counter({tuple(pattern): count for pattern, count in zip(patterns.tolist(), counts.tolist(), strict=True) if count})


def test_rows_of_a_list_free_of_duplicates_and_of_two_lists_are_no_copies() -> None:
    rows: list[Row] = [("ko", 5, "b")] * (2 * ALIKE)
    free = crowds.crowds(table(rows, [0] * len(rows)), PLAN, (True,), exhaustive=False)
    apart = crowds.crowds(table(rows, [0] * ALIKE + [1] * ALIKE), PLAN, (False, False), exhaustive=False)
    assert (free.copy_of < 0).all() and (apart.copy_of < 0).all() and not free.notes and not apart.notes


def test_a_row_that_an_export_repeats_is_told_with_its_list() -> None:
    system = people()
    number = next(at for at, one in enumerate(system.records["list"].to_list()) if one == 0)
    order = [*range(200), *[number] * 100]
    rows = again(system, system.records[order], system.truth[order])
    made = linked(rows)
    assert made.draws.size == 300 and len(made.prepared.pairs) < 2_000
    assert any(note.startswith("north: 101 of its") and "up to 101 rows for one" in note for note in said(made, rows))


# Crowded values


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2), st.sampled_from("xy")), min_size=5, max_size=25),
    st.integers(0, 60),
)
def test_what_keys_bring_together_is_bounded_and_only_crowds_are_left_out(rows: list[Row], most: int) -> None:
    """Largest first; values that are left out are in a note."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crowds, "MOST", most)
        patch.setattr(crowds, "MOST_PER_ROW", 0)
        with Engine(table(rows), PLAN) as engine:
            made = found(engine.compare())
    assert engine.crowds is not None
    value: tuple[list[object], list[object]] = ([row[0] for row in rows], [row[1:] for row in rows])
    blocks = sorted((n * (n - 1) // 2, bit, repr(one)) for bit in (0, 1) for one, n in Counter(value[bit]).items())
    taken = {(bit, one) for pairs, bit, one in blocks if sum(p for p, _, _ in blocks if p <= pairs) <= most}
    expected = {}
    for a, b in combinations(range(len(rows)), 2):
        shared = [bit for bit in (0, 1) if value[bit][a] == value[bit][b] and (bit, repr(value[bit][a])) in taken]
        if shared:
            expected[a, b] = sum(1 << bit for bit in shared)
    assert {pair: bits for pair, (_, bits) in made.items()} == expected
    assert len(made) <= most
    assert bool(engine.crowds.notes) == (sum(pairs for pairs, _, _ in blocks) > most)


def test_a_name_that_too_many_bear_is_named_with_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """And pairs within a list free of duplicates are none: they crowd nothing."""
    monkeypatch.setattr(crowds, "MOST", 30)
    monkeypatch.setattr(crowds, "MOST_PER_ROW", 0)
    rows: list[Row] = [("aung", number, "a") for number in range(10)]
    (note,) = crowds.crowds(table(rows, [0] * 10), PLAN, (False,), exhaustive=False).notes
    assert "by name alone: 'aung' in 10 rows (45 pairs)" in note
    assert not crowds.crowds(table(rows, [0] * 10), PLAN, (True,), exhaustive=False).notes
    assert not crowds.crowds(table(rows, [0] * 10), PLAN, (False,), exhaustive=True).notes


# Lists that say little


def test_bare_names_alone_link_nobody_and_that_is_said() -> None:
    """One field cannot tell agreement of the same from agreement by chance."""
    system = people()
    bare = system.records.with_columns(pl.lit(None, pl.Int64).alias("age"), *(
        pl.lit(None, system.records.schema[name]).alias(name)
        for name in ("father", "sex", "date", "date_last", "township", "state", "occupation")
    ))  # fmt: skip
    rows = rows_of(structs.replace(system, records=bare))
    rows = structs.replace(rows, frame=rows.frame.with_columns(sex=pl.lit(None, pl.String)))
    made = linked(rows)
    assert (made.draws.number_of_clusters() == 200).all()
    assert any("few or none are linked" in note for note in said(made, rows))


def test_bare_names_beside_a_full_list_teach_nothing() -> None:
    """The weights are those of the full rows, however many names stand beside them."""
    system = people()
    full = rows_of(system).frame
    bare = full.head(60).with_columns(pl.lit(None, full.schema[name]).alias(name) for name in full.columns if name not in (
        "list", *(one for one in full.columns if "name" in one), "syllables", "rarest", "rare"))  # fmt: skip
    bare = bare.with_columns(father_key=pl.lit(None, pl.String))
    counted = []
    for frame in (full, pl.concat([full, bare])):
        lists = frame["list"].to_numpy()
        with Engine(frame, VICTIMS, (False, False)) as engine:
            counted.append(compared(engine, lists, (False, False), 1)[1])
    tallies = [_tally(one.patterns, one.counts) for one in counted]
    assert tallies[0] == tallies[1] and counted[0].total == counted[1].total


def test_lists_without_any_date_are_linked_by_the_rest() -> None:
    system = people()
    undated = system.records.with_columns(pl.lit(None, pl.Int64).alias("date"), pl.lit(None, pl.Int64).alias("date_last"))
    made = linked(rows_of(structs.replace(system, records=undated)))
    label = made.draws.point()
    left, right = np.triu_indices(200, 1)
    joined, true = label[left] == label[right], system.truth[left] == system.truth[right]
    assert (joined & true).sum() >= 0.8 * true.sum() and (joined & true).sum() >= 0.8 * joined.sum()


# Day and month exchanged


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_an_exchanged_day_is_the_one_that_the_other_order_reads(day: date) -> None:
    frame = victims.with_keys(rows_of(people()).frame.head(1).with_columns(
        first_day=pl.lit(day.toordinal(), pl.Int32), last_day=pl.lit(day.toordinal(), pl.Int32)
    ))  # fmt: skip
    other = day.day <= 12 and day.day != day.month
    assert frame["turned"][0] == (date(day.year, day.day, day.month).toordinal() if other else None)


def test_a_list_half_of_whose_dates_are_exchanged_is_linked_and_told() -> None:
    system = people()
    read, turned = system.records["date"].to_list(), 0
    for number in range(0, 200, 2):
        day = None if read[number] is None else date.fromordinal(read[number])
        if day is not None and system.records["list"][number] == 1 and day.day <= 12:
            read[number] = date(day.year, day.day, day.month).toordinal()
            turned += 1
    assert turned > 15
    dated = system.records.with_columns(pl.Series("date", read), pl.Series("date_last", read))
    plain, rows = linked(rows_of(system)), rows_of(structs.replace(system, records=dated))
    made = linked(rows)
    left, right = np.triu_indices(200, 1)
    true = system.truth[left] == system.truth[right]
    right_ones = [((one.draws.point()[left] == one.draws.point()[right]) & true).sum() for one in (plain, made)]
    assert right_ones[1] >= 0.9 * right_ones[0]
    assert not [note for note in said(plain, rows) if "exchanged" in note]
    assert [note for note in said(made, rows) if note.startswith("north and south: in ") and "exchanged" in note]


# One person everywhere; judgements against a list


def test_a_person_in_many_lists_is_one_in_every_draw() -> None:
    system = people()
    order = [*range(200), *[7] * 90]
    records = system.records[order].with_columns(pl.Series("list", [*system.records["list"], *range(2, 92)], dtype=pl.Int64))
    rows = again(system, records, system.truth[order])
    made = linked(structs.replace(rows, free=(False,) * 92))
    label = np.stack([made.draws.labels_of(at) for at in range(len(made.draws))])
    assert (label[:, 200:] == label[:, [7]]).all()


def test_judgements_hold_against_a_list_that_is_free_of_duplicates_and_that_is_told() -> None:
    system = people()
    rows = structs.replace(rows_of(system), free=(True, True))
    one, other = [number for number in range(200) if system.records["list"][number] == 0][:2]
    judged = structs.replace(Judged.nothing(), same=np.asarray([[one, other]], np.int32))
    made = linked(rows, judged)
    assert made.draws.point()[one] == made.draws.point()[other]
    assert [note for note in said(made, rows) if note.startswith("north: judgements make one victim")]


def test_judgements_that_contradict_each_other_are_an_error_not_a_choice() -> None:
    """The register leaves the later one out and says so before it comes to that (`litany.registry.judgements`)."""
    pair = np.asarray([[0, 1]], np.int32)
    with pytest.raises(ValueError, match="different"):
        linked(rows_of(people()), Judged(pair, pair))
