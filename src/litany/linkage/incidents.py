"""Do two statements speak of the same incident?

A plan for `litany.linkage.engine`: dates, places, actors, means, tolls, whose dead, and shared words, each with ordered levels
whose weights are learned. Nothing here is a window: a day or a kilometre more is a level further down, and the keys only say
which pairs are looked at. meltt (Donnay et al. 2019, JCR 63(5)) cuts at fixed days and kilometres and scores the depth at
which taxonomies agree; here the depth is the level (same unit, one above the other, same side).
"""

from __future__ import annotations

import polars as pl
from msgspec import structs

from litany.linkage.incident_columns import WIDE_DAYS
from litany.linkage.incident_rows import Incidents, Said, incidents
from litany.linkage.incident_tolls import PERSONS, TOLL
from litany.linkage.plan import Comparison, Key, Level, Plan
from litany.linkage.space import distance_sql, level_distance_sql

__all__ = ["PERSONS", "PLAN", "TOLL", "Incidents", "Said", "dependent", "incidents"]

_GAP = """greatest(0, greatest("first_day_l" - "last_day_r", "first_day_r" - "last_day_l"))"""
_WIDTH = """greatest("last_day_l" - "first_day_l", "last_day_r" - "first_day_r")"""
_DIED = (
    """("died_first_l" = "died_last_l" AND "died_first_l" = "first_day_r" AND "first_day_r" = "last_day_r")"""
    """ OR ("died_first_r" = "died_last_r" AND "died_first_r" = "first_day_l" AND "first_day_l" = "last_day_l")"""
)

# `gathered` put persons of one list together by what the list tells of days and places. Two groups that it left are not
# compared again: they would teach how one list splits a day, not how two lists tell of it. Unless they share days, and words or
# the place, so that only means keep them apart, or that somebody judged one of them.
_NO_SPOT = " AND ".join(f"""len("{column}_{one}") = 0""" for column in ("spots", "names") for one in "lr")
_ONE_PLACE = (
    """(list_has_any("spots_l", "spots_r") OR (list_has_any("names_l", "names_r")"""
    """ AND coalesce("township_l", "state_l") = coalesce("township_r", "state_r"))"""
    f""" OR ({_NO_SPOT} AND "township_l" = "township_r"))"""
)
_TOLD_APART = (
    """coalesce("list_l" = "list_r" AND "people_l" IS NOT NULL AND "people_r" IS NOT NULL"""
    f""" AND NOT coalesce({_GAP} = 0 AND (list_has_any("rare_texts_l", "rare_texts_r") OR {_ONE_PLACE}), FALSE), FALSE)"""
)

_FAR = level_distance_sql()
_SPAN = """("radius_km_l" + "radius_km_r")"""
_UNLOCATED = """("radius_km_l" IS NULL OR "radius_km_r" IS NULL)"""
_MAY_BE = f"{_FAR} <= {_SPAN}"  # the two areas touch


def _share(column: str) -> str:
    return f'list_has_any("{column}_l", "{column}_r")'


PLACE = Comparison(
    "place",
    f"{_UNLOCATED} AND NOT {_share('spots')} AND NOT {_share('rare_names')}",
    (
        Level(_share("rare_spots"), "same village, ward or site, where little is reported from"),
        Level(f"{_share('rare_names')} AND ({_UNLOCATED} OR {_MAY_BE})", "a rare name in both places"),
        Level(_share("spots"), "same village, ward or site"),
        Level(f"{_FAR} <= 3 AND {_SPAN} <= 8", "within 3 km"),
        Level(f"{_FAR} <= 10 AND {_SPAN} <= 8", "within 10 km"),
        Level(f"""{_MAY_BE} AND "township_l" = "township_r\"""", "same township"),
        Level(f"{_MAY_BE} AND {_SPAN} <= 40", "areas of some 10 km touch"),
        Level(f"{_FAR} <= 30 AND {_SPAN} <= 80", "within 30 km"),
        Level(f"""{_MAY_BE} AND {_SPAN} <= 130""", "areas of some 50 km touch"),
        Level(f""""district_l" = "district_r" OR {_FAR} <= 60""", "same district, or within 60 km"),
        Level(_MAY_BE, "wide areas touch"),
        Level(""""state_l" = "state_r\"""", "same state"),
    ),
    "elsewhere",
)

_UNDATED = """"first_day_l" IS NULL OR "first_day_r" IS NULL"""
_DAYS = (
    Level(f"{_GAP} = 0 AND {_WIDTH} = 0", "same day"),
    Level(f"{_GAP} > 0 AND ({_DIED})", "day of the one is the day of death of the other"),
    Level(f"{_GAP} = 0 AND {_WIDTH} <= 6", "same days, one known to less than a week"),
    Level(f"{_GAP} = 1 AND {_WIDTH} <= 6", "next day"),
    Level(f"{_GAP} = 2 AND {_WIDTH} <= 6", "two days apart"),
    Level(f"{_GAP} = 0 AND {_WIDTH} <= 31", "same days, one known to a month"),
    Level(f"{_GAP} <= 7 AND {_WIDTH} <= 31", "within a week"),
    Level(f"{_GAP} = 0", "same days, one known to more than a month"),
    Level(f"{_GAP} <= 31", "within a month"),
)
# Killings come in bursts: what is near in space is near in time far oftener than chance, without being the same; and on some
# days a hundred happen. So the days of pairs near by, in one state or within 100 km, and far away (or who knows where) weigh
# apart, and those of busy days and calm ones: P(days, place, busy) = P(place) P(busy) P(days | how near, busy or not).
_NEAR_BY = (
    f"""coalesce({_share("spots")} OR {_share("rare_names")} OR ({_FAR} <= 30 AND {_SPAN} <= 80)"""
    f""" OR ({_MAY_BE} AND "township_l" = "township_r"), FALSE)"""
)
_LONG = "more than a month apart"
_BUSY = """coalesce("busy_l" OR "busy_r", FALSE)"""


def _days(name: str, when: str) -> Comparison:
    return Comparison(name, f"{_UNDATED} OR NOT ({when})", _DAYS, _LONG, "days")


_AROUND = f"""NOT {_NEAR_BY} AND coalesce("state_l" = "state_r" OR {_FAR} <= 100, FALSE)"""
_AWAY = f"""NOT {_NEAR_BY} AND NOT coalesce("state_l" = "state_r" OR {_FAR} <= 100, FALSE)"""
DAYS_NEAR = _days("days_near", f"{_NEAR_BY} AND NOT {_BUSY}")
DAYS_NEAR_BUSY = _days("days_near_busy", f"{_NEAR_BY} AND {_BUSY}")
DAYS_AROUND = _days("days_around", f"{_AROUND} AND NOT {_BUSY}")
DAYS_AROUND_BUSY = _days("days_around_busy", f"{_AROUND} AND {_BUSY}")
DAYS_FAR = _days("days_far", f"{_AWAY} AND NOT {_BUSY}")
DAYS_FAR_BUSY = _days("days_far_busy", f"{_AWAY} AND {_BUSY}")
# Of these a pair has one, and the others are unknown.
DAYS = (DAYS_NEAR, DAYS_NEAR_BUSY, DAYS_AROUND, DAYS_AROUND_BUSY, DAYS_FAR, DAYS_FAR_BUSY)

_OVER = """(list_has_any("named_l", "over_r") OR list_has_any("over_l", "named_r"))"""
_SIDES = """(len("sides_l") = 0 OR len("sides_r") = 0)"""

ACTORS = Comparison(
    "actors",
    f"""len("named_l") = 0 OR len("named_r") = 0 OR ({_SIDES} AND NOT {_share("named")})""",
    (
        Level(_share("rare_named"), "same actor, rarely named"),
        Level(_share("named"), "same actor"),
        Level(_OVER, "one commands the other"),
        Level("""list_has_any("named_l", "may_r")""", "one name may mean the other"),
        Level(_share("sides"), "same side"),
    ),
    "other sides",
)

MEANS = Comparison(
    "means",
    """"means_l" IS NULL OR "means_r" IS NULL""",
    (Level(""""means_l" = "means_r\"""", "same means"), Level(""""family_l" = "family_r\"""", "similar means")),
)

STATUS = Comparison(
    "status",
    """len("statuses_l") = 0 OR len("statuses_r") = 0""",
    (Level(""""statuses_l" = "statuses_r\"""", "same dead"), Level(_share("statuses"), "some of the same status")),
    "civilians in one, fighters in the other",
)

TEXT = Comparison(
    "text",
    """len("rare_texts_l") = 0 OR len("rare_texts_r") = 0""",
    (Level(_share("rare_texts"), "same words or same web address"),),
)

_NEAR = f"(l.x IS NULL OR r.x IS NULL OR {distance_sql()} <= l.radius_km + r.radius_km + 60)"
_WIDE = f"(l.last_day - l.first_day > {WIDE_DAYS} OR r.last_day - r.first_day > {WIDE_DAYS})"


def _where_told(one: Comparison) -> Comparison:
    """The same, but silent of pairs that one list tells apart."""
    return structs.replace(one, missing=f"({one.missing}) OR {_TOLD_APART}")


_DAY_FIELDS = tuple(one.name for one in DAYS)

ONE_LIST = Comparison(
    "one list",
    "FALSE",
    (Level(f"NOT {_TOLD_APART}", "of two lists, or sharing days, and words or the place"),),
    "of one list, which tells them apart",
)

PLAN = Plan(
    "incident",
    (*(_where_told(one) for one in (*DAYS, PLACE, ACTORS, MEANS, TOLL, PERSONS, STATUS, TEXT)), ONE_LIST),
    (
        Key("same day, not far", ("day",), _NEAR, _DAY_FIELDS),
        Key("days and state", ("days_a", "state"), "", _DAY_FIELDS),
        Key("days and state, later", ("days_b", "state"), "", _DAY_FIELDS),
        Key("fortnight and township", ("weeks_a", "township"), "", (*_DAY_FIELDS, "place")),
        Key("fortnight and township, later", ("weeks_b", "township"), "", (*_DAY_FIELDS, "place")),
        Key("months and district, wide dates", ("months_a", "district"), _WIDE, ("place",)),
        Key("months and district, wide dates, later", ("months_b", "district"), _WIDE, ("place",)),
        Key("village, ward or site", ("spot",), "abs(l.first_day - r.first_day) <= 370", ("place",)),
        Key("rare name of a place", ("name",), "abs(l.first_day - r.first_day) <= 370", ("place",)),
        Key("large toll and months", ("many", "months_a"), "", ("toll",)),
        Key("large toll and months, later", ("many", "months_b"), "", ("toll",)),
        Key("rare actor and fortnight", ("actor", "weeks_a"), "", ("actors",)),
        Key("words or web address", ("text",), "", ("text",)),
    ),
)


def dependent(frame: pl.DataFrame, *together: str) -> pl.DataFrame:
    """Pairs of rows of different lists within a month of each other that share words or a web address: (left, right, why),
    left < right, in order. ``together``: columns in which they must agree.

    They are one voice: whoever counts how many sources bear an incident out must count them once. That they share a web
    address does not make them one incident (`TEXT` weighs that).
    """
    numbered = frame.select("addresses", "prints", "list", "first_day", *together).with_row_index("row")
    near = (pl.col("first_day") - pl.col("first_day_right")).abs() <= 31
    other = (pl.col("row") < pl.col("row_right")) & (pl.col("list") != pl.col("list_right"))
    found = []
    for column, why in (("addresses", "same web address"), ("prints", "same words")):
        word = pl.col(column).alias("word")
        words = numbered.select("row", "list", "first_day", *together, word).explode("word").drop_nulls("word")
        pairs = words.join(words, on=["word", *together], suffix="_right").filter(other & near.fill_null(value=True))
        found.append(pairs.select(left="row", right="row_right", why=pl.lit(why)).unique())
    return pl.concat(found).sort("left", "right", "why")
