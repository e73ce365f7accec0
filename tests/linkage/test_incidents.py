"""Two statements are compared by days, places, actors, means and tolls as their levels say, and near pairs are reached."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from litany.linkage import incidents as compared
from litany.linkage.engine import Engine
from litany.linkage.incident_columns import SCHEMA, with_keys, with_rarity
from litany.linkage.incidents import PLAN, Said, dependent, incidents
from litany.linkage.plan import MISSING, Comparison, Plan
from litany.linkage.space import Area, distance_km, point
from litany.types.statement import Part, Perpetrator, Person, Statement, Toll, When, Where
from litany.values import actors, places
from litany.values.terms import AgeGroup, Harm, Level, Means, Modality, Status

DAY = date(2023, 10, 9).toordinal()


def statement(
    *, day: int | None = DAY, place: str | None = None, by: tuple[str, ...] = (), text: str = "", toll: Toll | None = None,
    person: Person | None = None, means: Means | None = None, note: str | None = None, harm: Harm = Harm.KILLED,
    level: Level = Level.INCIDENT, modality: Modality = Modality.ASSERTED, incident: str | None = None,
) -> Statement:  # fmt: skip
    return Statement(
        schema=1, facet=str(harm), source="s", modality=modality, level=level, harm=harm, toll=toll, person=person, means=means,
        by=Perpetrator(by) if by else None, when=None if day is None else When("x", day, day),
        where=Where(text, place) if place or text else None, note=note, incident=incident,
    )  # fmt: skip


def rows(*given: Statement, lists: Sequence[int] = (), texts: Sequence[tuple[str, ...]] = ()) -> pl.DataFrame:
    said = [Said(one, lists[n] if lists else n, f"a{n}", texts[n] if texts else ()) for n, one in enumerate(given)]
    return incidents(said, places.load(), actors.load()).frame


def table(made: Sequence[dict[str, object]]) -> pl.DataFrame:
    """Rows with these columns; whatever is left out is missing."""
    full = [{**dict.fromkeys(SCHEMA), **_lists(), "list": 0, "lumped": False, **one} for one in made]
    return with_keys(with_rarity(pl.DataFrame(full, schema=SCHEMA)))


def _lists() -> dict[str, list[str]]:
    return {name: [] for name, kind in SCHEMA.items() if isinstance(kind, pl.List)}


def spot(latitude: float, longitude: float, radius: float = 1.0) -> dict[str, object]:
    x, y, z = point(latitude, longitude)
    return {"latitude": latitude, "longitude": longitude, "radius_km": radius, "x": x, "y": y, "z": z}


def level(frame: pl.DataFrame, comparison: Comparison) -> str:
    """What the comparison says of the first two rows, in words."""
    with Engine(frame, Plan("one", (comparison,), ())) as engine:
        found = engine.compare()
    return comparison.label(int(found.patterns[found.pattern[0], 0]))


def test_statements_of_one_row_are_one_incident_and_an_aggregate_is_none() -> None:
    said = [
        Said(statement(toll=Toll(29, None, 29)), 0, "row 2"),
        Said(statement(harm=Harm.INJURED, toll=Toll(best=57)), 0, "row 2"),
        Said(statement(modality=Modality.DENIED), 0, "row 2"),
        Said(statement(level=Level.AGGREGATE), 0, "row 3"),
        Said(statement(modality=Modality.HYPOTHETICAL), 0, "row 4"),
        Said(statement(incident="k"), 0, "row 5"),
        Said(statement(incident="k"), 0, "row 6"),
    ]
    made = incidents(said, places.load(), actors.load())
    assert made.of == (0, 0, 0, -1, -1, 1, 1)
    assert made.frame["toll_low"].to_list() == [29, None]  # the injured are no dead


def test_rows_stand_in_the_order_of_what_is_said() -> None:
    said = [Said(statement(day=DAY + n % 3, toll=Toll(best=n)), n % 2, f"a{n}") for n in range(9)]
    one, other = (incidents(given, places.load(), actors.load()) for given in (said, said[::-1]))
    assert one.frame.equals(other.frame)
    assert one.of == other.of[::-1]


def test_a_group_of_the_dead_is_the_least_of_the_toll() -> None:
    made = rows(statement(toll=Toll(parts=(Part("age", age=AgeGroup.CHILD, low=12, high=12),))), statement(toll=Toll(0, 1, 5)))
    assert made.select("toll_low", "toll_high").rows() == [(12, None), (0, 5)]


def test_what_is_missing_stays_missing() -> None:
    made = rows(statement(day=None))
    for name in ("first_day", "x", "township", "means", "toll_low", "people"):
        assert made[name].to_list() == [None], name


def expected_days(one: tuple[int, int], other: tuple[int, int]) -> str:
    gap = min(abs(x - y) for x in range(one[0], sum(one) + 1) for y in range(other[0], sum(other) + 1))
    wide = max(one[1], other[1])
    return (
        "same day" if gap == wide == 0
        else "same days, one known to less than a week" if gap == 0 and wide <= 6
        else "next day" if gap == 1 and wide <= 6
        else "two days apart" if gap == 2 and wide <= 6
        else "same days, one known to a month" if gap == 0 and wide <= 31
        else "within a week" if gap <= 7 and wide <= 31
        else "same days, one known to more than a month" if gap == 0
        else "within a month" if gap <= 31
        else "more than a month apart"
    )  # fmt: skip


def test_days_are_at_the_level_that_brute_force_finds() -> None:
    random = np.random.default_rng(1)
    spans = [(int(random.integers(0, 70)), int(random.choice([0, 0, 0, 2, 10, 45]))) for _ in range(45)]
    frame = table([{"first_day": first, "last_day": first + width, "list": n} for n, (first, width) in enumerate(spans)])
    plan = Plan("days", (compared.DAYS_NEAR, compared.DAYS_FAR), ())
    with Engine(frame, plan) as engine:
        found = engine.compare()
    seen = set()
    for a, b, pattern in zip(found.left, found.right, found.patterns[found.pattern], strict=True):
        expected = expected_days(spans[a], spans[b])
        assert pattern[0] == MISSING  # nothing is known of the places
        assert compared.DAYS_FAR.label(int(pattern[1])) == expected
        seen.add(expected)
    assert len(seen) == 9


def test_the_days_weigh_apart_near_by_and_far_away() -> None:
    near = table([{"first_day": 5, "last_day": 5, **spot(22.0, 95.0 + shift)} for shift in (0.0, 0.1)])
    far = table([{"first_day": 5, "last_day": 5, **spot(22.0, 95.0 + shift)} for shift in (0.0, 2.0)])
    assert (level(near, compared.DAYS_NEAR), level(near, compared.DAYS_FAR)) == ("same day", "unknown")
    assert (level(far, compared.DAYS_NEAR), level(far, compared.DAYS_FAR)) == ("unknown", "same day")


def test_a_day_of_death_may_be_the_day_of_another_list() -> None:
    frame = table([{"first_day": 5, "last_day": 5, "died_first": 9, "died_last": 9}, {"first_day": 9, "last_day": 9}])
    assert level(frame, compared.DAYS_FAR) == "day of the one is the day of death of the other"


@settings(max_examples=30, deadline=None)
@given(st.floats(10, 28), st.floats(92, 101), st.floats(10, 28), st.floats(92, 101))
def test_distances_are_those_of_the_haversine_formula(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> None:
    half = math.sin(math.radians(lat_b - lat_a) / 2) ** 2
    half += math.cos(math.radians(lat_a)) * math.cos(math.radians(lat_b)) * math.sin(math.radians(lon_b - lon_a) / 2) ** 2
    expected = 2 * 6371.0088 * math.asin(math.sqrt(half))
    assert distance_km(Area(lat_a, lon_a, 0), Area(lat_b, lon_b, 0)) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("shift", "radius", "expected"),
    [
        (0.01, 1.0, "within 3 km"),
        (0.06, 1.0, "within 10 km"),
        (0.06, 20.0, "areas of some 10 km touch"),
        (0.2, 1.0, "within 30 km"),
        (0.5, 60.0, "areas of some 50 km touch"),
        (0.5, 1.0, "same district, or within 60 km"),
        (2.0, 300.0, "wide areas touch"),
        (2.0, 1.0, "elsewhere"),
    ],
)
def test_a_distance_counts_as_far_as_the_places_are_known(shift: float, radius: float, expected: str) -> None:
    frame = table([spot(22.0, 95.0, radius), spot(22.0 + shift, 95.0)])
    assert level(frame, compared.PLACE) == expected


def test_spellings_of_one_camp_are_one_place_and_a_country_is_none() -> None:
    camp = [statement(text=text) for text in ("Mung Lai Hkyet", "Munglai Hkyet IDP camp")]
    assert level(rows(*camp), compared.PLACE) == "a rare name in both places"
    assert level(rows(statement(place="MM", text="Myanmar"), camp[0]), compared.PLACE) == "unknown"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("mm.military",), ("mm.military",), "same actor, rarely named"),
        (("mm.military.lid-33",), ("mm.military",), "one commands the other"),
        (("mm.military.lid-33",), ("mm.military.lid-77",), "same side"),
        (("mm.military",), ("mm.kio",), "other sides"),
        (("mm.military",), (), "unknown"),
        (("?a group",), ("mm.military",), "unknown"),
        (("?A  group",), ("?a group",), "same actor, rarely named"),
    ],
)
def test_actors_are_compared_through_the_chain_of_command(one: tuple[str, ...], other: tuple[str, ...], expected: str) -> None:
    for first, second in ((one, other), (other, one)):
        assert level(rows(statement(by=first), statement(by=second)), compared.ACTORS) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((29, 29), (29, 29), "same toll, of ten or more"),
        ((29, None), (29, 32), "ranges overlap, five or more"),
        ((29, 29), (32, 32), "nearly the same, five or more"),
        ((12, None), (4, 4), "differ"),
        ((1, 1), (1, 1), "same toll, of one or two"),
        ((1, None), (30, 30), "ranges overlap, five or more"),
        ((1, None), (1, 9), "unknown"),
        ((None, None), (1, 9), "unknown"),
    ],
)
def test_tolls_are_ranges(one: tuple[int, int], other: tuple[int, int], expected: str) -> None:
    made: list[dict[str, object]] = [{"toll_low": low, "toll_high": high} for low, high in (one, other)]
    for pair in (made, made[::-1]):
        assert level(table(pair), compared.TOLL) == expected


@pytest.mark.parametrize(
    ("persons", "toll", "expected"),
    [
        (9, (9, 9), "as many persons as dead, five or more"),
        (3, (3, 3), "as many persons as dead, three or four"),
        (3, (0, 9), "as many persons as there may be dead, three or more"),
        (2, (2, 2), "two persons, two dead"),
        (1, (1, 1), "one person, one dead"),
        (1, (0, 30), "as many persons as there may be dead, one or two"),
        (5, (9, 9), "somewhat fewer persons than dead"),
        (1, (30, 30), "far fewer persons than dead"),
        (4, (2, 3), "somewhat more persons than dead"),
        (12, (3, 3), "far more persons than dead"),
    ],
)
def test_named_persons_are_compared_with_a_toll_by_their_number(persons: int, toll: tuple[int, int], expected: str) -> None:
    list_: dict[str, object] = {"people": persons, "toll_low": persons}
    event: dict[str, object] = {"toll_low": toll[0], "toll_high": toll[1]}
    for pair in ([list_, event], [event, list_]):
        assert level(table(pair), compared.PERSONS) == expected
        assert level(table(pair), compared.TOLL) == "unknown"  # one of the two speaks
    two = table([{"toll_low": 3, "toll_high": 3}] * 2)
    assert level(two, compared.PERSONS) == "unknown"


def patterns(frame: pl.DataFrame) -> dict[str, str]:
    """What each comparison of the plan says of the first two rows, in words."""
    with Engine(frame, Plan("all", PLAN.comparisons, ())) as engine:
        found = engine.compare()
    pattern = found.patterns[found.pattern[0]]
    return {one.name: one.label(int(at)) for one, at in zip(PLAN.comparisons, pattern, strict=True)}


def test_what_a_list_of_persons_tells_apart_is_not_compared_again() -> None:
    person: dict[str, object] = {"people": 1, "toll_low": 1, "first_day": 9, "last_day": 9, **spot(22.0, 95.0), "township": "a"}
    near = {**person, "names": ["abcd"]}
    said = patterns(table([person, near]))
    assert said.pop("one list") == "of one list, which tells them apart"
    assert set(said.values()) == {"unknown"}
    for other in ({"list": 1}, {"people": None}):
        said = patterns(table([person, {**near, **other}]))
        assert said["one list"] == "of two lists, or sharing days, and words or the place"
        assert (said["days_near"], said["place"]) == ("same day", "within 3 km")


@pytest.mark.parametrize(
    ("both", "other", "compared_"),
    [
        ({"prints": ["w"]}, {"township": "b"}, True),  # the same words
        ({"prints": ["w"]}, {"first_day": 12, "last_day": 12}, False),  # a list's own formula
        ({"names": ["abcd"]}, {}, True),  # only means keep them apart, or a judgement
        ({"names": ["abcd"]}, {"township": "b"}, False),
        ({"spots": ["s"]}, {"names": ["efgh"]}, True),
        ({}, {}, True),  # of both nothing but the township is known
        ({}, {"names": ["efgh"]}, False),
    ],
)
def test_persons_of_one_list_are_compared_where_it_does_not_tell_them_apart(
    both: dict[str, object], other: dict[str, object], compared_: bool
) -> None:
    person: dict[str, object] = {"people": 1, "first_day": 9, "last_day": 9, "township": "a", **spot(22.0, 95.0), **both}
    said = patterns(table([person, {**person, **other}]))
    assert (said["place"] != "unknown") is compared_


def test_means_are_compared_by_family() -> None:
    shell, mine, gun = Means.HEAVY_WEAPONS, Means.PLANTED_EXPLOSIVES, Means.SMALL_ARMS
    assert level(rows(statement(means=shell), statement(means=mine)), compared.MEANS) == "similar means"
    assert level(rows(statement(means=shell), statement(means=gun)), compared.MEANS) == "differs"
    assert level(rows(statement(means=shell), statement(means=Means.UNKNOWN)), compared.MEANS) == "unknown"


def test_whose_dead_they_are() -> None:
    person = statement(person=Person(("A",), status=Status.CIVILIAN))
    event = statement(
        toll=Toll(2, 2, 2, (Part("status", status=Status.COMBATANT, best=2), Part("status", status=Status.CIVILIAN, best=0)))
    )
    assert level(rows(person, event), compared.STATUS) == "civilians in one, fighters in the other"


@pytest.mark.parametrize(
    ("crossfire", "civilians", "sides", "expected"),
    [
        (True, 0, 0, ["combatant"]),  # a fight, of which nobody is known to have died: if some did, they fought
        (True, 0, 3, ["combatant"]),
        (True, 2, 0, ["civilian"]),
        (True, None, 0, []),  # whether civilians died is not said
        (False, 0, 0, []),  # one side kills: whom, is not said
    ],
)
def test_whose_dead_those_of_a_fight_are(crossfire: bool, civilians: int | None, sides: int, expected: list[str]) -> None:
    parts = (Part("status", status=Status.CIVILIAN, best=civilians), Part("status", status=Status.COMBATANT, best=sides))
    fight = structs.replace(
        statement(toll=Toll(0, 0, 14, parts)), by=Perpetrator(("mm.military", "mm.kio"), crossfire=crossfire)
    )
    assert rows(fight)["statuses"].to_list() == [expected]


def test_one_township_is_nearer_than_areas_that_touch() -> None:
    one: dict[str, object] = {**spot(22.0, 95.0, 9.0), "township": "a"}
    assert level(table([one, {**one, **spot(22.1, 95.0, 9.0)}]), compared.PLACE) == "same township"
    assert level(table([one, {**one, **spot(22.1, 95.0, 9.0), "township": "b"}]), compared.PLACE) == "areas of some 10 km touch"


def test_reports_that_share_words_are_one_voice_but_a_briefing_is_no_single_incident() -> None:
    url, words = "https://www.example.org/a/?utm_source=x", "Soldiers shot two farmers near the monastery gate at dawn."
    made = rows(
        statement(text="A", note=words), statement(text="B", note=words.upper()), statement(text="C"), statement(text="D"),
        texts=[(url,), ("see http://example.org/a",), (), ()],
    )  # fmt: skip
    assert dependent(made).rows() == [(0, 1, "same web address"), (0, 1, "same words")]
    assert level(made, compared.TEXT) == "same words or same web address"
    briefing = [statement(day=DAY + shift, note=words) for shift in range(4)]
    assert level(rows(*briefing), compared.TEXT) == "unknown"
    assert dependent(rows(*briefing, lists=[0, 0, 0, 0])).is_empty()  # one outlet is one voice anyway


def test_keys_reach_whatever_is_two_days_apart_in_one_state() -> None:
    random = np.random.default_rng(2)
    days, states = random.integers(0, 90, 70), random.integers(0, 3, 70)
    frame = table(
        [
            {"first_day": int(d), "last_day": int(d), "state": f"s{s}", "list": n}
            for n, (d, s) in enumerate(zip(days, states, strict=True))
        ]
    )
    with Engine(frame, Plan(PLAN.name, (compared.PLACE,), PLAN.keys, exhaustive=0)) as engine:
        found = engine.compare()
    reached = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    wanted = {(a, b) for b in range(70) for a in range(b) if abs(days[a] - days[b]) <= 2 and states[a] == states[b]}
    assert wanted <= reached


def test_the_order_of_the_rows_changes_nothing() -> None:
    random = np.random.default_rng(4)
    made: list[dict[str, object]] = [
        {"first_day": int(random.integers(0, 30)), "last_day": 30, "toll_low": int(random.integers(1, 9)),
         "names": ["abcd", "efgh"][: i % 3], "named": ["mm.military"], "over": ["mm.military"], "list": i % 2,
         **spot(22 + random.random(), 95.0)}
        for i in range(20)
    ]  # fmt: skip
    order = random.permutation(20)
    levels = []
    for ordering in (np.arange(20), order):
        with Engine(table([made[i] for i in ordering]), PLAN) as engine:
            found = engine.compare()
        pattern = found.patterns[found.pattern]
        levels.append({
            tuple(sorted((int(ordering[a]), int(ordering[b])))): tuple(p)
            for a, b, p in zip(found.left, found.right, pattern.tolist(), strict=True)
        })  # fmt: skip
    assert levels[0] == levels[1]


def test_every_label_is_said() -> None:
    for one in PLAN.comparisons:
        assert len({one.label(number) for number in range(MISSING, len(one.levels) + 1)}) == len(one.levels) + 2
