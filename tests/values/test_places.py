"""What we promise about places: codes that name one place, areas that nest, names in two scripts, a case's own places."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litany.errors import MappingError, UnknownValue
from litany.values import place_shapes, places
from litany.values.actor_rows import read_yaml
from litany.values.places import Gazetteer, Place, PlaceLevel, fold

BUILT_IN = places.load()
IDS = st.sampled_from(BUILT_IN.order)
LEVELS = list(PlaceLevel)
BOX = (92.0, 9.5, 101.3, 28.7)  # Myanmar: west, south, east, north in degrees


# ISO 3166-2:MM beside MIMU's P-codes.
@pytest.mark.parametrize(
    ("iso", "pcode", "name"),
    [
        ("MM-11", "MMR001", "Kachin"), ("MM-12", "MMR002", "Kayah"), ("MM-13", "MMR003", "Kayin"), ("MM-14", "MMR004", "Chin"),
        ("MM-15", "MMR011", "Mon"), ("MM-16", "MMR012", "Rakhine"), ("MM-01", "MMR005", "Sagaing"),
        ("MM-05", "MMR006", "Tanintharyi"), ("MM-03", "MMR009", "Magway"), ("MM-04", "MMR010", "Mandalay"),
        ("MM-06", "MMR013", "Yangon"), ("MM-07", "MMR017", "Ayeyarwady"), ("MM-18", "MMR018", "Nay Pyi Taw"),
        ("MM-02", "MM-02", "Bago"), ("MM-17", "MM-17", "Shan"),
    ],
)  # fmt: skip
def test_iso_codes_and_p_codes_name_the_same_place(iso: str, pcode: str, name: str) -> None:
    """Either code, in either case, is the same state."""
    place = BUILT_IN.get(iso)
    assert place is BUILT_IN.get(pcode) is BUILT_IN.get(iso.lower())
    assert (place.id, place.name, place.level) == (pcode, name, PlaceLevel.STATE)
    assert BUILT_IN.within("MMR001001", "MM-11")
    assert BUILT_IN.within(iso, pcode)
    assert BUILT_IN.within(pcode, iso)


def test_the_gazetteer_has_the_administrative_areas() -> None:
    """One country, 15 states and regions, 330 townships and what self-administered areas add; every P-code once."""
    levels = [BUILT_IN.get(id_).level for id_ in BUILT_IN.order]
    assert levels.count(PlaceLevel.COUNTRY) == 1
    assert levels.count(PlaceLevel.STATE) == 15
    assert levels.count(PlaceLevel.TOWNSHIP) >= 330
    assert all(BUILT_IN.get(site.id).source for site in BUILT_IN.sites())


@given(IDS)
def test_areas_nest(id_: str) -> None:
    """Whatever lies around a place is larger, and the country is around all; inside and around are each other's mirror."""
    around = BUILT_IN.ancestors(id_)
    sizes = [LEVELS.index(BUILT_IN.get(here).level) for here in (id_, *around)]
    assert sizes == sorted(set(sizes), reverse=True)
    assert (id_, *around)[-1] == "MM"
    assert all(BUILT_IN.within(id_, area) and id_ in BUILT_IN.descendants(area) for area in around)
    assert all(BUILT_IN.at_level(id_, BUILT_IN.get(area).level) == BUILT_IN.get(area) for area in around)


@given(st.lists(IDS, min_size=1, max_size=4))
def test_the_common_area_is_the_smallest_that_holds_all(ids: list[str]) -> None:
    """It holds every one of them, and no smaller area does; the order of the places does not matter."""
    area = BUILT_IN.common(ids)
    assert area is not None
    holding = [one for one in BUILT_IN.order if all(BUILT_IN.within(id_, one) for id_ in ids)]
    assert area in holding
    assert all(BUILT_IN.within(area, one) for one in holding)
    assert BUILT_IN.common(ids[::-1]) == area


@given(IDS)
def test_every_name_finds_its_place(id_: str) -> None:
    """Each English, Burmese and further name of a place finds it, however its letters are composed."""
    place = BUILT_IN.get(id_)
    for name in filter(None, (place.name, place.name_my, *place.aliases)):
        assert place in BUILT_IN.named(name)
        assert place in BUILT_IN.named(unicodedata.normalize("NFD", name.upper()))
        assert place in BUILT_IN.named(f" {name}", within="MM", levels=[place.level])


@pytest.mark.parametrize(
    ("burmese", "id_"),
    [("ကချင်ပြည်နယ်", "MMR001"), ("ဝိုင်းမော်", "MMR001002"), ("ရှမ်းပြည်နယ်", "MM-17"), ("မြန်မာ", "MM"), ("ချီဖွေ", "MMR001005")],
)
def test_burmese_names(burmese: str, id_: str) -> None:
    """Burmese names are names; a zero-width space within one is only layout."""
    assert id_ in {place.id for place in BUILT_IN.named(burmese)}


def test_burmese_vowels_tell_names_apart() -> None:
    """Vowel signs are part of a Burmese name: states share none of theirs, nor do names that differ in a vowel."""
    assert fold("ကိုး") != fold("ကား") != fold("က")
    states = [BUILT_IN.get(id_) for id_ in BUILT_IN.order if BUILT_IN.get(id_).level is PlaceLevel.STATE]
    for one, other in itertools.combinations(states, 2):
        assert fold(one.name_my or one.id) != fold(other.name_my or other.id)


@given(st.text(max_size=20))
def test_the_compared_form_is_stable(text: str) -> None:
    """Folding twice is folding once; composition, case and punctuation do not matter."""
    assert fold(fold(text)) == fold(text)
    assert fold(f"-{text} .") == fold(text)


def test_a_name_of_several_places_resolves_to_none() -> None:
    """Myitkyina is a town, a township and a district: without a level it is nobody's name alone."""
    assert BUILT_IN.resolve("Myitkyina") is None
    township = BUILT_IN.resolve("Myitkyina", "MM-11", [PlaceLevel.TOWNSHIP])
    assert township is not None
    assert township.id == "MMR001001"
    assert BUILT_IN.named("") == BUILT_IN.named("—") == ()


@pytest.mark.parametrize(("code", "meant"), [("MM-0", "MM-01"), ("kachin", "MM-11 (Kachin)"), ("MMR0011", "MMR001")])
def test_an_unknown_code_names_the_closest(code: str, meant: str) -> None:
    """A mistyped code, or a name in the place of one, is an error that says which codes were probably meant."""
    with pytest.raises(UnknownValue, match="did you mean") as caught:
        BUILT_IN.get(code)
    assert meant in str(caught.value)


CASE = """
places:
  KE:
    name: Kenya
    level: country
    source: ISO 3166-1
  KE.camp:
    name: Camp One
    level: site
    parent: KE
    latitude: "1.5"
    aliases: [First Camp]
    source: our own visit, 3 May 2022
aliases:
  MM-02: [Pegu Division]
"""


def test_a_case_adds_places_and_names() -> None:
    """A case's own places stand beside the built-in ones, and make another version; the built-in ones stay as they are."""
    merged = BUILT_IN.merge(read_yaml(CASE, "places.yaml"), "places.yaml")
    assert merged.within("KE.camp", "ke")
    assert [place.id for place in merged.named("first camp")] == ["KE.camp"]
    assert [place.id for place in merged.named("Pegu Division")] == ["MM-02"]
    assert merged.version != BUILT_IN.version
    assert BUILT_IN.named("first camp") == ()
    assert merged.common(["KE.camp", "MMR001"]) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("places: {XX.a: {name: A, level: site, parent: MM}}", "places.XX.a: say under source"),
        ("places: {XX.a: {name: A, level: hamlet, parent: MM, source: s}}", "places.XX.a"),
        ("places: {XX.a: {name: A, level: site, parent: XX, source: s}}", "parent 'XX' is unknown"),
        ("places: {XX.a: {name: A, level: site, parent: XX.a, source: s}}", "lies in itself"),
        ("places: {XX.a: {name: A, level: site, colour: red, source: s}}", "colour"),
        ("places: {MMR001: {name: A, level: state, parent: MM, source: s}}", "add replace: true"),
        ("places: {XX.a: {name: A, level: site, iso: MM-11, parent: MM, source: s}}", "MM-11 means"),
        ("places: {XX.a: Laiza}", "expected the keys of one place"),
        ("places: [a]", "places maps ids to rows"),
        ("aliases: {MM: Burma}", "expected a list of names"),
        ("aliases: {MM: ['—']}", "expected a list of names"),
        ("aliases: {XX: [Burma]}", "no place has this id"),
        ("place: {}", "unknown key place"),
    ],
)
def test_what_is_wrong_in_a_case_s_places_is_named(text: str, problem: str) -> None:
    """A mistake is an error with file and key; nothing of the file is used."""
    with pytest.raises(MappingError) as caught:
        BUILT_IN.merge(read_yaml(text, "lookups/places.yaml"), "lookups/places.yaml")
    assert "lookups/places.yaml" in str(caught.value)
    assert problem in str(caught.value)


def test_a_built_in_row_can_be_replaced() -> None:
    """With replace: true a case's row takes the place of ours."""
    text = "places: {MM.laiza: {name: Laiza, level: site, parent: MMR001002, source: own survey, replace: true}}"
    merged = BUILT_IN.merge(read_yaml(text, "p.yaml"), "p.yaml")
    assert merged.get("MM.laiza").parent == "MMR001002"


def test_the_order_of_rows_does_not_matter() -> None:
    """The same places in any order are the same gazetteer."""
    rows = [Place("A", "A", PlaceLevel.COUNTRY), Place("B", "B", PlaceLevel.STATE, "A")]
    assert Gazetteer(rows).version == Gazetteer(rows[::-1]).version
    assert Gazetteer(rows).order == ("A", "B")


# --- outlines ---------------------------------------------------------------------------------------------------------


def test_outlines_are_closed_rings_inside_the_country() -> None:
    """Every ring ends where it begins, has an area, and lies in the country's box of longitude and latitude."""
    west, south, east, north = BOX
    for id_, rings in place_shapes.shapes().items():
        assert rings, id_
        for ring in rings:
            assert len(ring) >= 4
            assert ring[0] == ring[-1]
            assert all(west <= x <= east and south <= y <= north for x, y in ring), id_
            assert sum(x * b - a * y for (x, y), (a, b) in itertools.pairwise(ring)) != 0


def test_every_state_has_an_outline_or_is_a_point() -> None:
    """A map shows each state: as a shape, or, where the source of shapes has none, as a point with a place to stand."""
    states = {id_ for id_ in BUILT_IN.order if BUILT_IN.get(id_).level is PlaceLevel.STATE}
    assert states == set(place_shapes.shapes()) | set(place_shapes.POINTS)
    assert not set(place_shapes.shapes()) & set(place_shapes.POINTS)
    assert all(BUILT_IN.get(id_).latitude and BUILT_IN.get(id_).longitude for id_ in place_shapes.POINTS)


def test_coordinates_lie_in_the_country() -> None:
    """The middle of every built-in place is a decimal within the country's box."""
    west, south, east, north = BOX
    for place in map(BUILT_IN.get, BUILT_IN.order):
        assert (place.latitude is None) == (place.longitude is None)
        if place.latitude and place.longitude:
            assert south <= float(place.latitude) <= north
            assert west <= float(place.longitude) <= east
            above = BUILT_IN.get(place.parent or "MM")
            if place.level is PlaceLevel.TOWN and above.latitude and above.longitude:
                apart = (float(place.latitude) - float(above.latitude), float(place.longitude) - float(above.longitude))
                assert max(map(abs, apart)) <= 0.5, f"{place.id} lies far from its township"


# --- villages ---------------------------------------------------------------------------------------------------------


def test_villages_answer_like_any_place() -> None:
    """A village lies in its tract and township, a ward in its town; both are found by name inside a township."""
    village, ward = BUILT_IN.get("150004"), BUILT_IN.get("mmr017024701501")
    assert (village.name, village.level, village.name_my) == ("Da None Chaung", PlaceLevel.VILLAGE, "ဓနုံးချောင်း")
    assert BUILT_IN.ancestors(village.id) == ("MMR017024040", "MMR017024", "MMR017D006", "MMR017", "MM")
    assert BUILT_IN.ancestors(ward.id)[:2] == ("MMR017024701", "MMR017024")
    assert BUILT_IN.within("150004", "MM-07")
    assert BUILT_IN.at_level("150004", PlaceLevel.TOWNSHIP) is BUILT_IN.get("MMR017024")
    assert BUILT_IN.common(["150004", ward.id]) == "MMR017024"
    assert village in BUILT_IN.named("da none chaung", "MMR017024", [PlaceLevel.VILLAGE])
    assert village in BUILT_IN.named("ဓနုံးချောင်း", None, [PlaceLevel.VILLAGE])
    assert BUILT_IN.named("Da None Chaung") == ()  # a village only where one is asked for
    assert BUILT_IN.coded("999999") is BUILT_IN.coded("MMR999999999") is None


def test_every_village_lies_in_a_known_area() -> None:
    """72,569 villages, 3,524 wards and 13,979 tracts, each once, each in a township; their codes are nobody else's."""
    assert BUILT_IN.villages is not None
    rows = list(BUILT_IN.villages.inside("MMR"))
    levels = [place.level for place in rows]
    counts = (levels.count(PlaceLevel.VILLAGE), levels.count(PlaceLevel.WARD), levels.count(PlaceLevel.TRACT))
    assert counts == (72_569, 3_524, 13_979)
    assert len({place.id for place in rows}) == len(rows)
    assert not {place.id for place in rows} & set(BUILT_IN.order)
    for area in BUILT_IN.order:
        if BUILT_IN.get(area).level is PlaceLevel.TOWNSHIP:
            assert all(BUILT_IN.within(place.id, area) for place in BUILT_IN.villages.inside(area))
    assert all(BUILT_IN.at_level(place.id, PlaceLevel.TOWNSHIP) is not None for place in rows)


def test_a_case_may_build_on_villages() -> None:
    """A site may lie in a village, a village may get another name; its code cannot be taken, and the version covers all."""
    text = "{places: {XX.a: {name: A, level: site, parent: '150004', source: own visit}}, aliases: {'150004': [Danone]}}"
    merged = BUILT_IN.merge(read_yaml(text, "p.yaml"), "p.yaml")
    assert merged.ancestors("XX.a")[:2] == ("150004", "MMR017024040")
    assert [place.id for place in merged.named("Danone")] == ["150004"]
    assert merged.named("Da None Chaung", "MMR017024", [PlaceLevel.VILLAGE])[0] is merged.get("150004")
    with pytest.raises(MappingError, match="add replace: true"):
        BUILT_IN.merge(read_yaml("places: {'150004': {name: A, level: site, source: s}}", "p.yaml"), "p.yaml")
    rows = [BUILT_IN.get(id_) for id_ in BUILT_IN.order]
    assert Gazetteer(rows).version != BUILT_IN.version
    assert Gazetteer(rows, villages=BUILT_IN.villages).version == BUILT_IN.version
