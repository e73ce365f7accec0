"""Which named victims of one list died in one incident, where the list itself does not say?

A list of people has no key of the incident. Rows of one list are put into one incident where they name the same single day and
the same village, ward or site, or a place of the same name in the same township, and no different means. Rows of which only day
and township are known are put together too, but marked as possibly several incidents (`lumped`), for in a city several may
happen on one day: on 14 March 2021 more than sixty people were killed in Hlaingtharya, on several streets.

Limits: two incidents at one place on one day become one; one incident of which the list writes two places, or over midnight,
becomes two, and only the comparison with other sources joins them. A row without a single day stays alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import polars as pl
from msgspec import Struct

from litany.linkage.incident_columns import with_keys, with_rarity

_USED = ("list", "people", "toll_low", "first_day", "last_day", "township", "state", "spots", "names", "means")
_SETS = ("statuses", "addresses", "prints", "spots", "names")


class People(Struct, frozen=True):
    """``frame``: rows as of `incident_rows`, those of persons gathered into incidents with their number (``people``) as the
    least toll; ``of``: for each row given its row in ``frame``.
    """

    frame: pl.DataFrame
    of: tuple[int, ...]


def gathered(frame: pl.DataFrame, alone: Collection[int] = ()) -> People:
    """The rows with persons of one list gathered by incident. Rows that are no person's stand as they were, and so do those
    that are to stay ``alone`` (people judged them to be of other incidents than some others).
    """
    groups = _groups(frame, frozenset(alone))
    first = {group: number for number, group in reversed(list(enumerate(groups)))}
    order = {group: number for number, group in enumerate(sorted(first, key=lambda group: first[group]))}
    of = tuple(order[group] for group in groups)
    numbered = frame.with_columns(pl.Series("group", of, dtype=pl.Int32)).sort("group", "radius_km", nulls_last=True)
    vague = (pl.col("spots").list.len() == 0).all() & (pl.col("names").list.len() == 0).all() & (pl.len() > 1)
    made = numbered.group_by("group", maintain_order=True).agg(
        pl.exclude("people", "toll_low", "lumped", *_SETS).first(),
        pl.col("people").sum().cast(pl.Int32),
        pl.col("toll_low").max(),
        (pl.col("lumped").any() | vague).alias("lumped"),
        *(pl.col(name).explode().drop_nulls().unique().sort() for name in _SETS),
    )
    persons = pl.col("people") > 0
    made = made.with_columns(
        pl.when(persons).then(pl.col("people")).alias("people"),
        pl.when(persons & (pl.col("people") > 0))
        .then(pl.max_horizontal("people", "toll_low"))
        .otherwise("toll_low")
        .alias("toll_low"),
    )
    return People(with_keys(with_rarity(made.select(frame.columns))), of)


def _groups(frame: pl.DataFrame, alone: frozenset[int]) -> list[int]:
    """For each row a number of its group."""
    parent = list(range(frame.height))
    by_place: dict[tuple[object, ...], list[int]] = {}
    rows = list(frame.select(_USED).iter_rows())
    for number, (list_, people, toll, first, last, township, state, spots, names, _) in enumerate(rows):
        if people is None or toll is not None or first is None or first != last or number in alone:
            continue
        for place in _places(township, state, spots, names):
            by_place.setdefault((list_, first, *place), []).append(number)
    means = [row[-1] for row in rows]
    for together in by_place.values():
        named = sorted({means[number] for number in together if means[number] is not None})
        if len(named) <= 1:
            _join(parent, together)
        for one in named if len(named) > 1 else ():  # who died by no stated means stays alone: it may be either
            _join(parent, [number for number in together if means[number] == one])
    return [_root(parent, number) for number in range(frame.height)]


def _places(
    township: str | None, state: str | None, spots: Sequence[str], names: Sequence[str]
) -> Iterable[tuple[str, str | None]]:
    """Under what a person's row is found: its fine places and the names in its township, else the township."""
    yield from ((f"spot {spot}", None) for spot in spots)
    yield from ((f"name {name}", township or state) for name in names)
    if not spots and not names and township is not None:
        yield "township", township


def _root(parent: list[int], number: int) -> int:
    while parent[number] != number:
        parent[number] = parent[parent[number]]
        number = parent[number]
    return number


def _join(parent: list[int], numbers: list[int]) -> None:
    roots = sorted(_root(parent, number) for number in numbers)
    for root in roots:
        parent[root] = roots[0]
