"""What of two statements about a person can be compared?

`frame` puts statements into columns, `plan` says how they are compared. When and where someone died are compared together:
people who died in one attack share both, so that as two fields they would weigh twice among strangers. Dates are intervals,
places areas within areas; an age is an interval too, and one more year is a level of its own (traditional counting; a
birthday in between). Means and remarks are an attack's as much as a person's, and are compared only where two died within days
in one place. What a source leaves out is unknown, and weighs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from litany.linkage import names, remarks
from litany.linkage.incident_rows import FAMILY
from litany.linkage.names import Profile
from litany.linkage.plan import Comparison, Key, Level, Plan
from litany.types.statement import Person, Statement, When, Where
from litany.values.place_levels import PlaceLevel
from litany.values.places import Gazetteer, fold
from litany.values.terms import Means

_STATES = (PlaceLevel.STATE, PlaceLevel.REGION)
_FINE = {
    "first_day": pl.Int32, "last_day": pl.Int32, "spot": pl.String, "township": pl.String, "state": pl.String,
    "sex": pl.String, "age_low": pl.Int32, "age_high": pl.Int32, "age_group": pl.String, "work": pl.String, "home": pl.String,
    "means": pl.String, "family": pl.String,
}  # fmt: skip
_MAY_LACK: dict[str, pl.DataType | type[pl.DataType]] = {"means": pl.String, "family": pl.String, **remarks.COLUMNS}
SWAPPED = ("day and month exchanged, same township", "day and month exchanged, same state")  # levels of when_where
_EPOCH = 719_163  # 1970-01-01 as an ordinal
_COMMON = 0.005  # a township with a larger share of the rows than this tells little


def frame(statements: Sequence[Statement], lists: Sequence[int], gazetteer: Gazetteer, profile: Profile) -> pl.DataFrame:
    """One row a statement about a person: the columns of `plan`, and ``list``."""
    people = [statement.person or Person() for statement in statements]
    plain = pl.DataFrame([_row(one, gazetteer) for one in statements], schema=_FINE, orient="row")
    named = names.columns([one.plain or one.names for one in people], [one.father for one in people], profile)
    said = [_remark(statement, gazetteer) for statement in statements]
    noted = remarks.columns(said, plain["first_day"].to_list())
    known = pl.concat([plain, named, noted], how="horizontal").with_columns(pl.Series("list", list(lists), dtype=pl.Int32))
    return with_keys(known)


def with_keys(table: pl.DataFrame) -> pl.DataFrame:
    """Adds what keys look up: exact days, weeks in two grids, how common a place is; and ``turned``, the exact day with day and
    month exchanged, where that is another day. Means and remarks may be lacking.
    """
    share = pl.len().over("township") / pl.col("township").count()
    lacking = {name: pl.lit(None, kind) for name, kind in _MAY_LACK.items() if name not in table.columns}
    return (
        table.with_columns(**lacking)
        .with_columns(
            pl.when(pl.col("first_day") == pl.col("last_day")).then("first_day").alias("day"),
            (pl.col("first_day") // 7).alias("week"),
            ((pl.col("first_day") + 3) // 7).alias("week_2"),
            pl.when(pl.col("township").is_not_null()).then(share > _COMMON).alias("common_place"),
            pl.col("sex").fill_null(pl.col("name_sex_hint")).alias("sex"),
        )
        .with_columns(_turned(pl.col("day")).alias("turned"))
    )


def _turned(day: pl.Expr) -> pl.Expr:
    """The third of April for the fourth of March; null where that is no other day. Days are ordinals."""
    date = (day - _EPOCH).cast(pl.Date)
    month, number = date.dt.month(), date.dt.day()
    other = (number <= 12) & (number != month)
    valid = pl.date(date.dt.year(), pl.when(other).then(number).otherwise(1), pl.when(other).then(month).otherwise(1))
    return pl.when(other).then(valid.cast(pl.Int32) + _EPOCH)


def _row(statement: Statement, gazetteer: Gazetteer) -> tuple[object, ...]:
    person = statement.person or Person()
    first, last = _days(statement.when or statement.died)
    low, high = _years(person)
    spot, township, state = _levels(statement.where, gazetteer)
    home = _levels(person.home, gazetteer)
    return (
        first, last, spot, township, state, _word(person.sex), low, high, _word(person.age_group), _folded(person.occupation),
        home[0] or home[1], *_means(statement.means),
    )  # fmt: skip


def _means(means: Means | None) -> tuple[str | None, str | None]:
    return (None, None) if means is None or means not in FAMILY else (means.value, FAMILY[means])


def _remark(statement: Statement, gazetteer: Gazetteer) -> tuple[str, ...]:
    """The words of the remark that no other field has."""
    person = statement.person or Person()
    repeated = [*person.names, *person.plain, person.father, person.mother, person.occupation, person.age]
    for where in (statement.where, person.home):
        if where is not None:
            repeated.append(where.text)
            areas = (where.place, *gazetteer.ancestors(where.place)) if where.place else ()
            repeated += [name for area in areas for name in (gazetteer.get(area).name, gazetteer.get(area).name_my)]
    noted = [text for text in (statement.note, person.note) if text]
    return remarks.words(noted, [text for text in repeated if text]) if noted else ()


def _word(value: str | None) -> str | None:
    return None if value is None or value == "unknown" else str(value)


def _folded(text: str | None) -> str | None:
    return None if text is None else fold(text) or None


def _days(when: When | None) -> tuple[int | None, int | None]:
    return (None, None) if when is None else (when.earliest, when.latest)


def _years(person: Person) -> tuple[int | None, int | None]:
    if person.months is None:
        return None, None
    low, high = person.months
    return None if low is None else low // 12, None if high is None else high // 12


def _levels(where: Where | None, gazetteer: Gazetteer) -> tuple[str | None, str | None, str | None]:
    """Village or ward, township, state; None for what is not known so finely."""
    if where is None or where.place is None:
        return None, None, None
    township = gazetteer.at_level(where.place, PlaceLevel.TOWNSHIP)
    states = [found.id for level in _STATES if (found := gazetteer.at_level(where.place, level)) is not None]
    fine = where.place if township is not None and where.place != township.id else None
    return fine, None if township is None else township.id, states[0] if states else None


def plan(profile: Profile, exhaustive: int = 2_000_000) -> Plan:
    """How two statements about people are compared, for names of this culture."""
    return Plan("victim", (names.comparison(profile), *_OTHERS, names.father_comparison(profile)), _KEYS, exhaustive)


def _same(column: str) -> str:
    return f'"{column}_l" = "{column}_r"'


def _missing(*columns: str) -> str:
    return " OR ".join(f'"{column}_{side}" IS NULL' for column in columns for side in "lr")


_OVERLAP = '"first_day_l" <= "last_day_r" AND "first_day_r" <= "last_day_l"'
_NEAR = '"first_day_l" <= "last_day_r" + {0} AND "first_day_r" <= "last_day_l" + {0}'
_EXCHANGED = '"day_l" = "turned_r"'  # the one is the other with day and month exchanged, and the reverse
_UNCOMMON = 'NOT "common_place_l"'
_WHEN_WHERE = Comparison(
    "when_where",
    f"({_missing('first_day', 'last_day')}) AND ({_missing('state')})",
    (
        Level(f"{_same('day')} AND {_same('spot')}", "same day, same village or ward"),
        Level(f"{_same('day')} AND {_same('township')} AND {_UNCOMMON}", "same day, same township"),
        Level(f"{_same('day')} AND {_same('township')}", "same day, same township with many dead"),
        Level(f"{_NEAR.format(3)} AND {_same('township')} AND {_UNCOMMON}", "within 3 days, same township"),
        Level(f"{_NEAR.format(3)} AND {_same('township')}", "within 3 days, same township with many dead"),
        Level(f"{_same('day')} AND {_same('state')}", "same day, same state"),
        Level(f"{_same('day')} AND ({_missing('state')})", "same day, a place unknown"),
        Level(f"{_EXCHANGED} AND {_same('township')}", SWAPPED[0]),
        Level(f"{_NEAR.format(31)} AND {_same('township')}", "within a month, same township"),
        Level(f"{_same('township')} AND ({_missing('first_day', 'last_day')})", "same township, a day unknown"),
        Level(f"{_NEAR.format(7)} AND {_same('state')}", "within a week, same state"),
        Level(f"{_EXCHANGED} AND {_same('state')}", SWAPPED[1]),
        Level(_NEAR.format(1), "within a day, another state"),
        Level(f"{_same('township')}", "same township, another time"),
        Level(f"{_same('state')}", "same state"),
    ),
    otherwise="another time and place",
)
_AGE = Comparison(
    "age",
    f"({_missing('age_low', 'age_high')}) AND ({_missing('age_group')})",
    (
        Level('"age_low_l" = "age_low_r" AND "age_high_l" = "age_high_r" AND "age_low_l" = "age_high_l"', "the same age"),
        Level('"age_low_l" <= "age_high_r" AND "age_low_r" <= "age_high_l"', "ages that overlap"),
        Level('"age_low_l" <= "age_high_r" + 1 AND "age_low_r" <= "age_high_l" + 1', "one year apart"),
        Level('"age_low_l" <= "age_high_r" + 3 AND "age_low_r" <= "age_high_l" + 3', "up to three years apart"),
        Level('"age_low_l" <= "age_high_r" + 10 AND "age_low_r" <= "age_high_l" + 10', "up to ten years apart"),
        Level(f"({_missing('age_low', 'age_high')}) AND {_same('age_group')}", "child and child, or adult and adult"),
    ),
)
# Who died in one attack died by the same means, and lists write the same of them. So these are compared between people who died
# within days in one place only, where it shows how much of that all have in common. Elsewhere shared words say that it may have
# been one attack, and not which of its dead is meant: with a day unknown they would join them all.
_CLOSE = f"coalesce({_NEAR.format(3)} AND ({_same('township')} OR (({_missing('township')}) AND {_same('state')})), FALSE)"
_MEANS = (Level(_same("means"), "the same"), Level(_same("family"), "similar"))
_REMARK = (
    Level(f'{_same("remark")} AND "remark_known_l"', "the same words, of few"),
    Level('list_has_any("remark_pairs_l", "remark_pairs_r")', "two rare words in common"),
    Level('list_has_any("remark_rare_l", "remark_rare_r")', "a rare word in common"),
    Level(_same("remark"), "the same words, of many"),
)


def _close_by(name: str, levels: tuple[Level, ...], otherwise: str) -> Comparison:
    return Comparison(name, f"{_missing(name)} OR NOT {_CLOSE}", levels, otherwise)


_OTHERS = (
    _WHEN_WHERE,
    _AGE,
    Comparison("sex", _missing("sex"), (Level(_same("sex"), "the same"),)),
    Comparison(
        "work",
        _missing("work"),
        (
            Level(_same("work"), "the same"),
            Level('jaro_winkler_similarity("work_l", "work_r") >= 0.85', "alike"),
        ),
    ),
    Comparison("home", _missing("home"), (Level(_same("home"), "the same"),)),
    _close_by("means", _MEANS, "other means"),
    _close_by("remark", _REMARK, "other words"),
)
_KEYS = (
    Key("name", ("name_key",), fields=("name",)),
    Key("two rarest syllables", ("rare",), fields=("name",)),
    Key("day and township", ("day", "township"), fields=("when_where",)),
    Key("week and township", ("week", "township"), fields=("when_where",)),
    Key("week and township, later", ("week_2", "township"), fields=("when_where",)),
    Key("rarest syllable and township", ("rarest", "township"), fields=("name", "when_where")),
    Key("rarest syllable and week", ("rarest", "week"), fields=("name", "when_where")),
    Key("rarest syllable and week, later", ("rarest", "week_2"), fields=("name", "when_where")),
    Key("day, age and sex", ("day", "age_low", "sex"), fields=("when_where", "age", "sex")),
    Key("father and township", ("father_key", "township"), fields=("father_name", "when_where")),
)
