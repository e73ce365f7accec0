"""Who is one person beyond doubt died in one incident, and nobody else's incident is touched by it."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from bench.linkage_coverage import rows_of
from bench.list_systems import febrl_like
from litany.linkage import names, victims
from litany.linkage.components import components
from litany.linkage.link import Judged, draw, prepare
from litany.registry.linking_deaths import deaths, one_death


def frame(people: list[int | None], lumped: list[bool]) -> pl.DataFrame:
    return pl.DataFrame({"people": people, "lumped": lumped}, schema={"people": pl.Int32, "lumped": pl.Boolean})


@given(st.data())
def test_rows_of_one_death_are_joined_and_no_others(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 6))
    people = data.draw(st.lists(st.sampled_from([None, 1, 1, 2]), min_size=size, max_size=size))
    lumped = data.draw(st.lists(st.sampled_from([False, False, True]), min_size=size, max_size=size))
    # Each anchor is of a row, or of what is no single incident (beyond the rows), or nowhere.
    row = data.draw(st.lists(st.integers(0, size + 2), max_size=8))
    person = np.asarray([data.draw(st.integers(0, 2)) for _ in row], np.int32)
    anchors = tuple(100 + number for number in range(len(row)))
    place = {anchor: at for anchor, at in zip(anchors, row, strict=True) if at < size + 2}
    made = one_death(person, anchors, place, frame(people, lumped))
    label = components(size, made[:, 0], made[:, 1])
    tells = [at < size and people[at] == 1 and not lumped[at] for at in row]
    known = [(int(who), at) for who, at, alone in zip(person, row, tells, strict=True) if alone]
    expected = components(
        size,
        np.asarray([a for who, a in known for other, b in known if who == other], np.int32),
        np.asarray([b for who, a in known for other, b in known if who == other], np.int32),
    )
    assert label.tolist() == expected.tolist()
    assert len(made) <= size


def test_a_row_about_several_people_is_left_to_the_draws() -> None:
    """Person 7 is in rows 0 (alone), 1 (with another) and 2 (alone): 0 and 2 are one incident."""
    person, place = np.asarray([7, 7, 7, 8], np.int32), {10: 0, 11: 1, 12: 2, 13: 1}
    assert one_death(person, (10, 11, 12, 13), place, frame([1, 2, 1], [False] * 3)).tolist() == [[0, 2]]


def test_sure_are_those_whom_the_draws_join_beyond_doubt_and_nobody_judged_apart() -> None:
    """One of 160 people stands in ninety further lists. What is known of rows besides what is compared holds in every draw."""
    system = febrl_like(200, lists=2, noise=0.3, twice=0.2, seed=3)
    order = [*range(200), *[7] * 90]
    records = system.records[order].with_columns(pl.Series("list", [*system.records["list"], *range(2, 92)], dtype=pl.Int64))
    rows = rows_of(structs.replace(system, records=records, truth=system.truth[order], duplicate_free=(False,) * 92))
    prepared = prepare(rows, victims.plan(names.packaged("burmese")), 1, outer=4)
    judged = Judged(np.asarray([[0, 1]], np.int32), np.asarray([[200, 201]], np.int32))
    made = deaths({1000 + row: row for row in range(290)}, prepared, rows, judged)
    assert made.anchors == tuple(range(1000, 1290))
    assert len(np.unique(made.learned[[7, *range(200, 290)]])) == 1
    assert made.judged[200] != made.judged[201]
    assert made.judged[0] == made.judged[1] and made.learned[0] != made.learned[1]
    apart = np.asarray([[0, 5]], np.int32)
    draws = draw(prepared, rows, 1, inner=5, known=apart).draws
    assert all(label[0] == label[5] for label in map(draws.labels_of, range(len(draws))))
