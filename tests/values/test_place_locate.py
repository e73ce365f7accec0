"""What we promise about words for a spot: the area certainly contains it, and is as small as the words allow."""

from __future__ import annotations

import csv
import itertools
import re
import struct
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litany.values import places
from litany.values.place_locate import locate
from litany.values.places import PlaceLevel
from tests.work import calls_in, least_time

BUILT_IN = places.load()
Ring = list[tuple[float, float]]


def where(text: str, *areas: str, precision: int | None = None) -> str | None:
    return locate(BUILT_IN, (text,), areas, precision).place


@pytest.mark.parametrize(
    ("text", "areas", "precision", "place"),
    [
        ("Waingmaw Township", ("Kachin state",), None, "MMR001002"),
        ("a village in Waingmaw tsp", (), None, "MMR001002"),
        ("Demoso and Hpruso townships", (), None, "MMR002D001"),
        ("Pauk and Pakokku townships", ("Magway  region", "Pakokku district"), 5, "MMR009D004"),
        ("Buthidaung Township (Rakhine State) and Paletwa Township (Chin State)", (), None, "MM"),
        ("on the border between Gangaw and Kalay Township", (), 5, "MM"),
        ("Rathedaung or Buthidaung township", ("Rakhine state",), 5, "MMR012"),
        ("Ngwe Taung and Waingmaw township", (), 5, "MMR001002"),
        ("Myitkyina town", (), 1, "MMR001001"),
        ("near Myitkyina town", ("Kachin state",), 1, "MMR001"),
        ("somewhere", ("Kachin state", "Bhamo district"), None, "MMR001D003"),
        ("Waingmaw Township", (), 3, "MMR001D001"),
        ("Waingmaw Township", (), 4, "MMR001"),
        ("Waingmaw Township", (), 6, "MM"),
        ("somewhere", ("Kachin", "Waingmaw"), None, "MMR001002"),
        ("somewhere", ("Kachin", "Waingmaw township"), None, "MMR001002"),
        ("somewhere", ("MM-11", "MMR001002"), None, "MMR001002"),
        ("somewhere", ("Kayin", "Hpa-An"), None, "MMR003D001"),
        ("somewhere", ("Myanmar (Burma)",), None, "MM"),
        ("somewhere", ("Myanmar (Burma)", "Kachin state", "Bhamo district"), None, "MMR001D003"),
        ("somewhere", ("Syria", "Aleppo governorate"), None, None),
        ("ဝိုင်းမော်", ("ကချင်ပြည်နယ်", "ဝိုင်းမော်"), None, "MMR001002"),
        ("", (), None, None),
    ],
)
def test_words_to_the_smallest_certain_area(text: str, areas: tuple[str, ...], precision: int | None, place: str) -> None:
    """Townships, towns, areas around and codes; several townships give what holds them all; precision only coarsens."""
    assert where(text, *areas, precision=precision) == place


@pytest.mark.parametrize(
    "spelling",
    ["Munglai Hkyet", "Mung Lai Hkyet", "Mon Lai Hket", "Mung Lai Hkyet IDP camp", "Mong Lai Khet", "MUNGLAI-HKYET camp"],
)
def test_spellings_of_one_camp_are_one_site(spelling: str) -> None:
    """However it is written, it is the same camp."""
    assert where(spelling) == "MM.munglai-hkyet"
    assert where(spelling, "Kachin state", precision=1) == "MM.munglai-hkyet"


@pytest.mark.parametrize("text", ["near Munglai Hkyet", "outside Munglai Hkyet", "four miles west of Laiza", "close to Laiza"])
def test_what_is_only_near_a_site_is_not_in_it(text: str) -> None:
    """Words that say near, outside or from name no area that certainly contains the spot."""
    assert where(text) is None
    assert where(text, "Kachin state") == "MMR001"


def test_the_laiza_table_s_places_contain_the_camp(shared_data: Path) -> None:
    """Every spelling of the real table resolves to the camp, or to an area that contains it."""
    with (shared_data / "myanmar/laiza-2023-10-09-as-reported.csv").open(encoding="utf-8", newline="") as file:
        spellings = {row["place_as_written"] for row in csv.DictReader(file)}
    found = {spelling: where(spelling) or "MM" for spelling in spellings}
    assert found["Mung Lai Hkyet"] == found["Munglai Hkyet"] == found["Mon Lai Hket"] == "MM.munglai-hkyet"
    assert found["Laiza; camp for internally displaced people"] == "MMR001"  # a camp in Laiza, or beside it
    assert all(BUILT_IN.within("MM.munglai-hkyet", place) for place in found.values())


@given(
    st.sampled_from([id_ for id_ in BUILT_IN.order if BUILT_IN.get(id_).level is PlaceLevel.TOWNSHIP]),
    st.sampled_from([None, 1, 2, 3, 4, 5, 6, 7]),
)
def test_every_township_is_found_by_its_name(id_: str, precision: int | None) -> None:
    """ "X township" within its state gives it, or what holds all of the state's townships of this name; never a wrong one."""
    place, state = BUILT_IN.get(id_), BUILT_IN.at_level(id_, PlaceLevel.STATE)
    assert state is not None
    found = where(f"a village in {place.name} township", state.name, precision=precision)
    assert found is not None
    assert BUILT_IN.within(id_, found)
    if precision in (None, 1, 2, 5) and len(BUILT_IN.named(place.name, state.id, [PlaceLevel.TOWNSHIP])) == 1:
        assert found == id_


WORDS = ["Waingmaw", "township", "near", "town", ",", "and", "\n", "Laiza", "(", "district", "ဝ", "x-"]


@given(st.lists(st.sampled_from(WORDS), max_size=40), st.sampled_from([None, 1, 3, 5, 9]))
def test_any_words_give_a_known_place_or_none(words: list[str], precision: int | None) -> None:
    """Whatever the words are, what comes back is in the gazetteer, and the areas around are never contradicted."""
    found = where(" ".join(words), "Kachin state", precision=precision)
    assert found is not None
    assert BUILT_IN.within(found, "MMR001")


@pytest.mark.parametrize(("part", "end"), [("a", ""), ("aa ", ""), ("x-", " townshi"), ("Waingmaw, ", "township")])
def test_long_texts_take_no_time(part: str, end: str) -> None:
    """The work grows with the text, not with the ways to cut it up."""
    where(end, "Kachin state")  # what is worked out once
    short, long = (calls_in(partial(where, part * n + end, "Kachin state")) for n in (400, 4000))
    assert long <= 11 * short
    short_time, long_time = (least_time(partial(where, part * n + end, "Kachin state")) for n in (4000, 40_000))
    assert long_time <= 40 * short_time + 0.01  # what a regular expression does inside; 100 times would be its square


# --- real rows --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def events(shared_data: Path) -> list[dict[str, str]]:
    with (shared_data / "myanmar/ucdp-ged-myanmar.csv").open(encoding="utf-8", newline="") as file:
        return [{key: "" if cell == "NA" else cell for key, cell in row.items()} for row in csv.DictReader(file)]


def located(event: dict[str, str]) -> str | None:
    texts = (event["where_coordinates"], event["where_description"])
    return locate(BUILT_IN, texts, (event["country"], event["adm_1"], event["adm_2"]), int(event["where_prec"])).place


def test_ucdp_s_precision_5_is_the_township_here(events: list[dict[str, str]]) -> None:
    """In the Myanmar rows since 2021, where_prec 5 (by the codebook a line or wider area) is a township in nearly all rows."""
    rows = [event for event in events if event["where_prec"] == "5" and event["date_start"] >= "2021"]
    assert len(rows) == 2403
    assert sum("township" in event["where_coordinates"].lower() for event in rows) / len(rows) > 0.95


def test_nearly_all_rows_that_name_a_township_get_it(events: list[dict[str, str]]) -> None:
    """At least 95 in 100 of the rows whose place is called a township come out as a township or finer."""
    rows = [e for e in events if re.search(r"\btownship\b", e["where_coordinates"], re.IGNORECASE)]
    found = [place for event in rows if (place := located(event)) and BUILT_IN.at_level(place, PlaceLevel.TOWNSHIP)]
    assert len(rows) > 3000
    assert len(found) / len(rows) >= 0.95


def test_townships_hold_the_coordinates_that_ucdp_gives(events: list[dict[str, str]], shared_data: Path) -> None:
    """MIMU's boundaries (not part of the gazetteer) hold UCDP's point in nearly every row that we put into a township."""
    boundaries = dict(shapefile(shared_data / "myanmar/adm3/mmr_polbnda_adm3_mimu_250k"))
    points: dict[tuple[str, float, float], int] = {}
    for event in events:
        place = located(event) if event["where_prec"] == "5" else None
        township = None if place is None else BUILT_IN.at_level(place, PlaceLevel.TOWNSHIP)
        if township is not None and township.id in boundaries:
            point = (township.id, float(event["longitude"]), float(event["latitude"]))
            points[point] = points.get(point, 0) + 1
    inside = sum(n for (id_, x, y), n in points.items() if contains(boundaries[id_], x, y))
    assert sum(points.values()) > 2500
    assert inside / sum(points.values()) > 0.98, [p for p in points if not contains(boundaries[p[0]], p[1], p[2])]


def shapefile(path: Path) -> Iterator[tuple[str, list[Ring]]]:
    """P-code and rings of every township (ESRI Shapefile Technical Description, 1998; dBASE III)."""
    table, shapes = path.with_suffix(".dbf").read_bytes(), path.with_suffix(".shp").read_bytes()
    _, header, length = struct.unpack("<IHH", table[4:12])
    fields, at, offset = {}, 32, 1
    while table[at] != 13:
        fields[table[at : at + 11].rstrip(b"\0").decode()] = (offset, table[at + 16])
        offset, at = offset + table[at + 16], at + 32
    start, width = fields["TS_PCODE"]
    at, number = 100, 0
    while at < len(shapes):
        (size,) = struct.unpack(">I", shapes[at + 4 : at + 8])
        body = shapes[at + 8 : at + 8 + 2 * size]
        parts, count = struct.unpack("<II", body[36:44])
        ends = [*struct.unpack(f"<{parts}I", body[44 : 44 + 4 * parts]), count]
        flat = struct.unpack(f"<{2 * count}d", body[44 + 4 * parts : 44 + 4 * parts + 16 * count])
        every = list(zip(flat[::2], flat[1::2], strict=True))
        row = header + number * length
        code = table[row + start : row + start + width].decode().strip()
        yield code, [every[a:b] for a, b in itertools.pairwise(ends)]
        at, number = at + 8 + 2 * size, number + 1


def contains(rings: list[Ring], x: float, y: float) -> bool:
    """Even-odd rule."""
    odd = False
    for ring in rings:
        for (ax, ay), (bx, by) in itertools.pairwise(ring):
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                odd = not odd
    return odd
