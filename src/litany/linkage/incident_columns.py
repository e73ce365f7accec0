"""In which columns does an incident stand, so that SQL can compare two of them and look them up?"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from litany.linkage.incident_words import rare

_RARE_PLACE, _RARE_ACTOR, _RARE_LEAST = 0.01, 0.1, 2  # shares of the days of the data
_BUSY, _BUSY_TIMES = 8, 4  # a day is busy on which a list has so many incidents, and so many times its mean
WIDE_DAYS = 7  # a date that is open for longer than this is looked for by the month
_MONTH = 30

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "list": pl.Int32, "source": pl.String, "lumped": pl.Boolean, "people": pl.Int32,
    "first_day": pl.Int32, "last_day": pl.Int32, "day_precision": pl.Int32, "died_first": pl.Int32, "died_last": pl.Int32,
    "latitude": pl.Float64, "longitude": pl.Float64, "radius_km": pl.Float64,
    "x": pl.Float64, "y": pl.Float64, "z": pl.Float64,
    "spots": pl.List(pl.String), "township": pl.String, "district": pl.String, "state": pl.String, "names": pl.List(pl.String),
    "named": pl.List(pl.String), "over": pl.List(pl.String), "may": pl.List(pl.String), "sides": pl.List(pl.String),
    "means": pl.String, "family": pl.String, "toll_low": pl.Int32, "toll_high": pl.Int32, "statuses": pl.List(pl.String),
    "addresses": pl.List(pl.String), "prints": pl.List(pl.String),
}  # fmt: skip


def with_keys(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with what keys compare: buckets of days, and one value of each list."""
    first, wide = pl.col("first_day"), pl.col("last_day") - pl.col("first_day")
    narrow = pl.when(wide <= WIDE_DAYS)
    toll = pl.when(pl.col("toll_low") == pl.col("toll_high")).then(pl.col("toll_low"))
    return frame.with_columns(
        narrow.then(first).alias("day"),
        # Two buckets of four days, two days apart: whatever two days lie at most two apart share one of them.
        narrow.then(first // 4).alias("days_a"),
        narrow.then((first + 2) // 4).alias("days_b"),
        (first // 14).alias("weeks_a"),
        ((first + 7) // 14).alias("weeks_b"),
        (first // (2 * _MONTH)).alias("months_a"),
        ((first + _MONTH) // (2 * _MONTH)).alias("months_b"),
        pl.col("spots").list.first().alias("spot"),
        pl.col("rare_names").list.first().alias("name"),
        pl.col("rare_named").list.first().alias("actor"),
        pl.when(toll >= 5).then(toll).alias("many"),
        pl.col("rare_texts").list.first().alias("text"),
    )


def with_rarity(frame: pl.DataFrame) -> pl.DataFrame:
    """With the names, spots and actors that come on few days, and on how many days (log 2) the place comes."""
    days: list[int | None] = frame["first_day"].to_list()
    made = {
        "rare_names": _rare(frame["names"], days, _RARE_PLACE),
        "rare_spots": _rare(frame["spots"], days, _RARE_PLACE),
        "rare_named": _rare_actors(frame, days),
        # A briefing that tells of forty incidents under one address, or a list's own formula, names no single incident.
        "rare_texts": _rare(frame.select(pl.concat_list("addresses", "prints"))["addresses"], days, 0.0),
    }
    place = pl.coalesce(pl.col("spots").list.first(), "township", "district", "state")
    common = pl.when(place.is_not_null()).then(pl.col("first_day").n_unique().over(place)).log(2).floor().cast(pl.Int32)
    words = [pl.Series(name, rows, dtype=pl.List(pl.String)) for name, rows in made.items()]
    return _with_busy(frame.with_columns(*words, common.alias("place_rarity")))


def _with_busy(frame: pl.DataFrame) -> pl.DataFrame:
    """With ``busy``: is it a day on which some list has unusually many incidents? Eight lists with one each make none."""
    mean = (pl.len() / pl.col("first_day").n_unique()).over("list")
    counted = frame.select("first_day", number=pl.len().over("list", "first_day"), mean=mean)
    many = counted.filter(pl.col("number") >= pl.max_horizontal(pl.lit(_BUSY, pl.Float64), _BUSY_TIMES * pl.col("mean")))
    return frame.with_columns(pl.col("first_day").is_in(many["first_day"].drop_nulls().unique().to_list()).alias("busy"))


def _rare(column: pl.Series, days: Sequence[int | None], share: float) -> list[list[str]]:
    return rare(column.to_list(), days, share, _RARE_LEAST)


def _rare_actors(frame: pl.DataFrame, days: Sequence[int | None]) -> list[list[str]]:
    """An actor is as common as the days on which it may be meant, whatever it is called: one list's army is another's state."""
    meant = [sorted({*over, *may}) for over, may in zip(frame["over"].to_list(), frame["may"].to_list(), strict=True)]
    few = [set(names) for names in rare(meant, days, _RARE_ACTOR, _RARE_LEAST)]
    return [[name for name in names if name in kept] for names, kept in zip(frame["named"].to_list(), few, strict=True)]
