"""Do the tolls of two incidents agree?

Two counts are compared as ranges. A list of persons has no count: how many it names is the least of a toll, and seldom all of
it. So persons against a count are compared apart (`PERSONS`), with weights of their own: as many named as counted tells much,
and the more the more they are; fewer are no contradiction.
"""

from __future__ import annotations

from litany.linkage.plan import Comparison, Level

_EQUAL = """"toll_low_l" = "toll_low_r" AND "toll_high_l" = "toll_high_r\""""
_LARGEST = """greatest("toll_low_l", "toll_low_r")"""


def _within(times: float, more: int) -> str:
    """The least of the one is at most so many times the most of the other; what has no most may be as many."""
    return " AND ".join(
        f"""coalesce("toll_low_{one}" <= {times} * "toll_high_{other}" + {more}, TRUE)""" for one, other in ("lr", "rl")
    )


_NOT_MORE, _NEARLY = _within(1, 0), _within(1.5, 1)


def _counted(one: str, other: str) -> str:
    """Is the one so many named persons and no more told, the other a toll with a most?"""
    return (
        f"""("people_{one}" IS NOT NULL AND "toll_high_{one}" IS NULL AND "people_{other}" IS NULL"""
        f""" AND "toll_low_{other}" IS NOT NULL AND "toll_high_{other}" IS NOT NULL)"""
    )


_NAMED = f"({_counted('l', 'r')} OR {_counted('r', 'l')})"
_PERSONS = """(CASE WHEN "people_l" IS NOT NULL THEN "toll_low_l" ELSE "toll_low_r" END)"""
_LEAST = """(CASE WHEN "people_l" IS NOT NULL THEN "toll_low_r" ELSE "toll_low_l" END)"""
_MOST = """(CASE WHEN "people_l" IS NOT NULL THEN "toll_high_r" ELSE "toll_high_l" END)"""
_AS_MANY = f"({_PERSONS} = {_LEAST} AND {_LEAST} = {_MOST})"
_MAY_BE = f"({_PERSONS} BETWEEN {_LEAST} AND {_MOST})"

PERSONS = Comparison(
    "persons",
    f"NOT coalesce({_NAMED}, FALSE)",
    (
        Level(f"{_AS_MANY} AND {_PERSONS} >= 5", "as many persons as dead, five or more"),
        Level(f"{_AS_MANY} AND {_PERSONS} >= 3", "as many persons as dead, three or four"),
        Level(f"{_MAY_BE} AND {_PERSONS} >= 3", "as many persons as there may be dead, three or more"),
        Level(f"{_AS_MANY} AND {_PERSONS} = 2", "two persons, two dead"),
        Level(_AS_MANY, "one person, one dead"),
        Level(_MAY_BE, "as many persons as there may be dead, one or two"),
        Level(f"{_PERSONS} < {_LEAST} AND {_LEAST} <= 2 * {_PERSONS} + 1", "somewhat fewer persons than dead"),
        Level(f"{_PERSONS} < {_LEAST}", "far fewer persons than dead"),
        Level(f"{_PERSONS} <= 1.5 * {_MOST} + 1", "somewhat more persons than dead"),
    ),
    "far more persons than dead",
    "toll",
)

TOLL = Comparison(
    "toll",
    # What is only "at least some" fits every toll and says nothing.
    f"""coalesce({_NAMED}, FALSE) OR ("toll_low_l" IS NULL OR "toll_low_r" IS NULL)"""
    """ OR (greatest("toll_low_l", "toll_low_r") <= 2 AND ("toll_high_l" IS NULL OR "toll_high_r" IS NULL))""",
    (
        Level(f"{_EQUAL} AND {_LARGEST} >= 10", "same toll, of ten or more"),
        Level(f"{_EQUAL} AND {_LARGEST} >= 3", "same toll, of three to nine"),
        Level(f"{_NOT_MORE} AND {_LARGEST} >= 5", "ranges overlap, five or more"),
        Level(_EQUAL, "same toll, of one or two"),
        Level(f"{_NEARLY} AND {_LARGEST} >= 5", "nearly the same, five or more"),
        Level(_NOT_MORE, "ranges overlap, fewer than five"),
        Level(_NEARLY, "nearly the same, fewer than five"),
        Level(f"{_LARGEST} < 5", "differ, both fewer than five"),
    ),
    "differ",
    "toll",
)
