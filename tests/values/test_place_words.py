"""What we promise about free words for a place: never a wrong township, never finer than certain, what is open is listed."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litany.values import place_areas, places
from litany.values.place_spelling import broad, distance, key, spelled
from litany.values.place_words import Found, find
from litany.values.places import PlaceLevel, fold
from tests.values.test_place_locate import contains, shapefile

BUILT_IN = places.load()
TOWNSHIPS = [id_ for id_ in BUILT_IN.order if BUILT_IN.get(id_).level is PlaceLevel.TOWNSHIP]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def state_of(id_: str) -> str:
    found = BUILT_IN.at_level(id_, PlaceLevel.STATE)
    assert found is not None
    return found.id


@pytest.mark.parametrize(
    ("state", "written", "name"),
    [
        ("Yangon", "tharkayta", "Thaketa"), ("Yangon", "Hlaing Tharyar", "Hlaingtharya"), ("Shan", "Hpei Hkon", "Pekon"),
        ("Mandalay", "Chanmyatha zi", "Chanmyathazi"), ("Shan", "Monekoe", "Muse"), ("Magway", "Gantgaw", "Gangaw"),
        ("Sagaing", "Minkin", "Mingin"), ("Sagaing", "Depayin", "Tabayin"), ("Sagaing", "Kantbalu", "Kanbalu"),
        ("Tanintharyi", "\u200cLounglon", "Launglon"), ("Kayah", "Dimawso", "Demoso"), ("Mandalay", "Nahtogyi", "Natogyi"),
        ("Magway", "Yaysakyo", "Yesagyo"), ("Kachin", "Bamaw", "Bhamo"), ("Sagaing", "Htigyaing", "Tigyaing"),
        ("Mandalay", "Pyi Gyi Dagun", "Pyigyitagon"), ("Shan", "Kalaw (Aungpan)", "Kalaw"), ("Sagaing", "Kale (South)", "Kale"),
        ("Arrawaddy", "Bassein (Pathein)", "Pathein"), ("Mandalay", "West Mogok", "Mogoke"),
        ("Kachin", "Hopin", "Mohnyin"),
        ("Mandalay", "Myitnge, Amarapura", "Amarapura"), ("Magway", "Taungdwing yi", "Taungdwingyi"),
        ("Shan", "Mobye", "Pekon"),
        ("Shan", "Keng Tung (Kyaingtong)", "Kengtung"), ("Sagaing", "Inntaw (Indaw)", "Indaw"),
        ("Shan", "Shwe Nyaung", "Taunggyi"),
        ("Yangon", "Dagon Myothit (Seikkan)", "Dagon Myothit (Seikkan)"), ("Karen", "Kawkareik", "Kawkareik"),
        ("Bago (East)", "Daik-U", "Daik-U"), ("Shan (North)", "Muse", "Muse"), ("Pegu", "Prome", "Pyay"),
        ("", "Waingmaw", "Waingmaw"),
    ],
)  # fmt: skip
def test_spellings_of_townships(state: str, written: str, name: str) -> None:
    """As lists of the country write them; a town gives its township; a township alone is enough where it is the only one."""
    found = find(BUILT_IN, (), (state, written))
    assert (found.place and BUILT_IN.get(found.place).name, found.precision, found.doubt) == (name, 3, None)


@pytest.mark.parametrize(
    ("text", "areas", "homes", "expected"),
    [
        ("Dawei Crackdown", ("Tanintharyi", "Dawei"), (), ("MMR006001", 3, ())),
        ("Lot (3) Hlaing Tharyar Strike", ("Yangon",), (), ("MMR013008", 3, ())),
        ("In the forest near East Taung Pauk Village in Kani Township", ("Sagaing",), (), ("MMR005017", None, None)),
        ("Monywa-Kani Road", ("Sagaing",), (), ("MMR005", 4, ("MMR005012", "MMR005017"))),
        ("In The House, Kale, Sagaing", (), (), ("MMR005027", 3, ())),
        ("In The House, Kale, Sagaing", ("Myanmar",), (), ("MMR005027", 3, ())),
        ("Bago Case", ("Myanmar",), (), ("MM-02", 4, ())),
        ("Hpruso", ("Myanmar",), (), ("MMR002003", 3, ())),
        ("YGN Interrogation Center", (), (), ("MMR013", 4, ())),
        ("Interrogation Center", ("Yangon", "Insein"), (), ("MMR013001", 3, ())),
        ("Demoso and Hpruso townships", (), (), ("MMR002D001", 3, None)),
        ("Munglai Hkyet IDP camp", ("Kachin",), (), ("MM.munglai-hkyet", 1, ())),
        ("near Munglai Hkyet", (), (), ("MMR001002", 2, ("MM.munglai-hkyet",))),
        ("near Laiza", (), (), ("MMR001", 2, ("MM.laiza",))),
        ("near Laiza", ("Kachin", "Momauk"), (), ("MMR001012", 2, ("MM.laiza",))),
        ("", ("Mandalay", "Mandalay City"), (), ("MMR010D001", 3, None)),
        ("", (), (), (None, None, ())),
    ],
)
def test_words_in_their_areas(
    text: str, areas: tuple[str, ...], homes: tuple[str, ...], expected: tuple[str | None, int | None, tuple[str, ...] | None]
) -> None:
    """Words of events and institutions fall away; near and between widen."""
    found = find(BUILT_IN, (text,), areas, homes)
    assert found.place == expected[0]
    assert expected[1] in (None, found.precision)
    assert expected[2] in (None, found.candidates)
    assert found.doubt is None or "several townships" in found.doubt


@pytest.mark.parametrize(
    ("text", "areas", "place"),
    [
        ("Helden, Kamaryut", ("Mon", "Kyaikto"), "MM"),
        ("Insein Prison", ("Yangon", "Hlaing Tharyar"), "MMR013D001"),
        ("", ("Shan (North)", "Mansi"), "MM"),
        ("", ("Yangon", "Kyauktaga"), "MM"),
    ],
)
def test_what_contradicts_itself_is_both(text: str, areas: tuple[str, ...], place: str) -> None:
    """The answer is what holds both, both are candidates, and the doubt says so."""
    found = find(BUILT_IN, (text,), areas)
    assert found.place == place
    assert len(found.candidates) == 2
    assert all(BUILT_IN.within(id_, place) for id_ in found.candidates)
    assert found.doubt


def test_villages_in_their_township() -> None:
    """One of its name is the spot; several are candidates; near one is the township; home counts where words point to it."""
    areas = ("Magway", "Gangaw")
    exact = find(BUILT_IN, ("Hnan Khar Village",), areas)
    assert exact.place is not None
    assert (BUILT_IN.get(exact.place).name, exact.precision, exact.candidates) == ("Hnan Khar", 1, ())
    assert find(BUILT_IN, ("near Hnan Khar Village",), areas) == Found("MMR009023", 2, (exact.place,), "Hnan Khar Village")
    assert find(BUILT_IN, ("In the Village",), areas, ("Hnan Khar Village",)).place == exact.place
    assert find(BUILT_IN, ("Interrogation Center",), areas, ("Hnan Khar Village",)).place == "MMR009023"
    several = find(BUILT_IN, ("Chaung Yoe Village",), ("Sagaing", "Taze"))
    assert len(several.candidates) == 2
    assert several.place == BUILT_IN.common(several.candidates)
    missing = find(BUILT_IN, ("Omyay Htoo Village",), ("Sagaing", "Kale"))
    assert (missing.place, missing.unfound, missing.doubt) == ("MMR005027", ("Omyay Htoo Village",), None)


@given(st.sampled_from(TOWNSHIPS))
def test_every_township_s_own_name_is_that_township(id_: str) -> None:
    """Inside its state, English or Burmese; two of one name are both candidates."""
    place, state = BUILT_IN.get(id_), state_of(id_)
    for name in filter(None, (place.name, place.name_my)):
        found = find(BUILT_IN, (), (state, name), (), (PlaceLevel.STATE, PlaceLevel.TOWNSHIP))
        assert found.place == id_ or id_ in found.candidates


@settings(max_examples=300)
@given(st.sampled_from(TOWNSHIPS), st.data())
def test_a_slip_of_the_pen_is_never_a_wrong_township(id_: str, data: st.DataObject) -> None:
    """A name with one or two letters wrong gives no township when another of the state is nearer letter by letter."""
    name, state = fold(BUILT_IN.get(id_).name), state_of(id_)
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.integers(0, len(name) - 1))
        name = name[:at] + data.draw(st.sampled_from(["", *LETTERS])) + name[at + data.draw(st.integers(0, 1)) :]
        if not name:
            return
    found = spelled(BUILT_IN).townships(name, state)
    if len(found) == 1 and found[0] != id_ and not spelled(BUILT_IN).exact(name, state):
        own = min(distance(name, fold(n)) for n in (BUILT_IN.get(id_).name, *BUILT_IN.get(id_).aliases))
        town = [p for p in map(BUILT_IN.get, BUILT_IN.descendants(found[0])) if p.level is PlaceLevel.TOWN]
        called = [n for p in (BUILT_IN.get(found[0]), *town) for n in (p.name, *p.aliases)]
        assert min(distance(name, fold(n)) for n in called) <= own


WORDS = ["Kani", "Monywa", "Village", "near", "Insein", "Prison", "Strike", ",", "in", "(", ")", "3", "Ward", "Hpruso", "-",
         "Road",
         "Nat Chaung", "Laiza", "ဝိုင်းမော်", "\u200b", "the", "House", "Yangon", "Township", "and"]  # fmt: skip


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join),
    st.sampled_from(
        [(), ("Sagaing",), ("Sagaing", "Kani"), ("", "Hpruso"), ("Kachin", "Momauk"), ("Yangon", "Insein"), ("x", "y")]
    ),
    st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join),
)
def test_any_words_give_an_area_that_agrees(text: str, areas: tuple[str, ...], home: str) -> None:
    """The gazetteer answers every id; the answer lies in the columns' area, or holds it and says why."""
    given_area = find(BUILT_IN, (), areas).place
    found = find(BUILT_IN, (text,), areas, (home,))
    assert find(BUILT_IN, (text,), areas, (home,)) == found
    for id_ in (found.place, *found.candidates):
        assert id_ is None or BUILT_IN.get(id_).id == id_
    if given_area is not None:
        assert found.place is not None
        inside = BUILT_IN.within(found.place, given_area)
        assert inside or (BUILT_IN.within(given_area, found.place) and (found.doubt or len(found.candidates) > 1))


@given(st.lists(st.sampled_from(["Kani", "Monywa strike", "Insein Prison", "Hpruso", "Dawei"]), max_size=4))
def test_the_order_of_the_words_does_not_matter(texts: list[str]) -> None:
    """What several columns say together does not depend on which comes first."""
    one, other = find(BUILT_IN, texts), find(BUILT_IN, texts[::-1])
    assert (one.place, one.precision, set(one.candidates)) == (other.place, other.precision, set(other.candidates))


@given(st.text(max_size=30))
def test_any_text_is_read(text: str) -> None:
    """No text is an error, whatever its letters; a key is plain letters."""
    find(BUILT_IN, (text,), (text,), (text,))
    assert set(key(text) + broad(text)) <= set(LETTERS)
    assert place_areas.level_of(text) in (None, *PlaceLevel)


@pytest.mark.parametrize(
    ("heading", "level"),
    [
        ("Township", PlaceLevel.TOWNSHIP),
        ("States/Regions", PlaceLevel.STATE),
        ("adm_2", PlaceLevel.DISTRICT),
        ("admin3", PlaceLevel.TOWNSHIP),
        ("Name", None),
    ],
)
def test_headings_say_levels(heading: str, level: PlaceLevel | None) -> None:
    """A column's heading tells how to read bare names in it."""
    assert place_areas.level_of(heading) == level


def test_a_district_column_is_read_as_one() -> None:
    """Pathein is a district and a township: what the mapping knows decides."""
    areas = ("Ayeyarwady", "Pathein")
    assert find(BUILT_IN, (), areas, (), (PlaceLevel.STATE, PlaceLevel.DISTRICT)).place == "MMR017D001"
    assert find(BUILT_IN, (), ("Ayeyarwady", "Pathein district")).place == "MMR017D001"
    assert find(BUILT_IN, (), areas).place == "MMR017001"


# --- real rows --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("file", "right"), [("people-in-need-townships.csv", 0.99), ("food-security-5w-2022q1.csv", 0.99)])
def test_the_clusters_codes_agree(shared_data: Path, file: str, right: float) -> None:
    """The lists give names and codes: nearly all names give their code, and none another township's."""
    with (shared_data / "myanmar" / file).open(encoding="utf-8", newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if row["admin3_pcode"] not in ("", "NA")]
    seen: Counter[str] = Counter()
    for row in rows:
        place = find(BUILT_IN, (), (row["state"], row["township"])).place
        seen["right"] += place == row["admin3_pcode"]
        assert place is None or place == row["admin3_pcode"] or BUILT_IN.within(row["admin3_pcode"], place), row
    assert seen["right"] / len(rows) > right


def test_villages_lie_in_their_townships(shared_data: Path) -> None:
    """MIMU's boundaries hold the coordinates of nearly every village (every 40th is looked at)."""
    boundaries = dict(shapefile(shared_data / "myanmar/adm3/mmr_polbnda_adm3_mimu_250k"))
    assert BUILT_IN.villages is not None
    found = [place for area in ("MMR",) for place in BUILT_IN.villages.inside(area) if place.level is PlaceLevel.VILLAGE][::40]
    held = Counter[bool]()
    for place in found:
        township = BUILT_IN.at_level(place.id, PlaceLevel.TOWNSHIP)
        if township is not None and township.id in boundaries and place.latitude and place.longitude:
            held[contains(boundaries[township.id], float(place.longitude), float(place.latitude))] += 1
    assert held.total() > 1000
    assert held[True] / held.total() > 0.97, held
