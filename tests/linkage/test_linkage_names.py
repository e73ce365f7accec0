"""A name agrees with itself however it is spelled, split or scripted, and who is not named agrees with nobody."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litany.errors import LitanyError
from litany.linkage import names
from litany.linkage.engine import Engine
from litany.linkage.name_columns import Rarity
from litany.linkage.name_keys import MOST
from litany.linkage.name_profile import decode
from litany.linkage.plan import MISSING, Plan
from litany.values import name_titles
from litany.values import names as cells

BURMESE, LATIN = names.packaged("burmese"), names.packaged("latin")
ODD = Path(__file__).resolve().parents[1] / "values" / "odd_names.tsv"

# Spellings that stand side by side in print: the older (BGN/PCGN, colonial) and the present ones.
ONE_NAME = [
    ("Aung San", "Ong San", "အောင်ဆန်း"),
    ("Kyaw Htwe", "Kjaw Htway", "ကျော်ထွေး"),
    ("Zaw Thein", "Jaw Thain", "ဇော်သိန်း"),
    ("Aung Ko", "Aungko", "AUNG KO", "အောင်ကို", "ေအာင္ကို"),
    ("Khin Nyunt", "Kin Nyunt", "ခင်ညွန့်"),
    ("Tun Lwin", "Htun Lwin", "Htoon Lwin", "ထွန်းလွင်"),
    ("Htike Soe", "Htaik Hsoe", "Hteik So", "ထိုက်စိုး"),
    ("Min Khaing", "Min Khine", "Minkhaing", "မင်းခိုင်"),
    ("Lin Htet", "Linn Htet", "Lynn Htet", "Lin  Htett", "လင်းထက်"),
    ("Moe Kyi", "Mo Gyi", "Moh Kyee", "မိုးကြီး"),
    ("Zayar Oo", "Zeya U", "ဇေယျဦး"),
    ("Thandar", "Thanda", "သန္တာ"),
    ("Khaymar Tharya", "Khay Mar Thar Ya"),
    ("Hla Win", "La Win", "လှဝင်း"),
    ("U Tin Oo", "Daw Tin Oo", "Tin Oo", "ဦးတင်ဦး"),
    ("Thu Rein", "Thuyein"),
]
TWO_NAMES = [
    ("Aung Kyaw", "Kyaw Aung"),
    ("San Aung", "Zan Aung"),
    ("Than Win", "Thant Win"),
    ("Ko Ko Oo", "Ko Oo"),
    ("Ma Aung", "Maung"),
    ("Tein Oo", "Thein Oo"),
    ("Ei Ei", "Aye Aye"),
    ("Kyaw", "Kyawt"),
]


def keys(*given: str) -> names.NameKeys:
    return names.keys(given, BURMESE)


@pytest.mark.parametrize("spellings", ONE_NAME, ids=lambda one: one[0])
def test_spellings_of_one_name_sound_the_same(spellings: tuple[str, ...]) -> None:
    assert len({keys(one).keys[0] for one in spellings}) == 1


@pytest.mark.parametrize("pair", TWO_NAMES, ids="-".join)
def test_two_names_do_not(pair: tuple[str, str]) -> None:
    assert keys(pair[0]).keys[0] != keys(pair[1]).keys[0]


@pytest.mark.parametrize("cell", ["Unknown", "", "-", "a 14-year-old girl", "two villagers", "U Ba and his two sons", "အမည်မသိ"])
def test_who_is_not_named_has_no_form(cell: str) -> None:
    assert keys(cell) == names.NameKeys()
    assert keys() == names.NameKeys()
    assert names.keys((cell,), LATIN) == names.NameKeys()


def test_honorifics_are_hints_and_no_part_of_a_name() -> None:
    assert keys("U Hla Ngwe") == names.NameKeys(("hla ngwe",), (), ("langwe",), ("la", "ngwe"), "male", "adult")
    assert keys("Naw Eh Paw").forms == ("eh paw", "naw eh paw")
    assert (keys("Naw Eh Paw").sex, keys("Naw Eh Paw").ethnicity) == ("female", "karen")
    assert keys("Maung Htay").forms == ("maung htay", "htay")  # one syllable is hardly a whole name
    assert keys("Min Ko Naing").forms[0] == "min ko naing"
    assert keys("Ma Ma Lay").forms[0] == "ma ma lay"
    assert keys("ကိုအောင်ကျော်").burmese == ("အောင်ကျော်", "ကိုအောင်ကျော်")
    assert (keys("Aung Ko").sex, keys("Ko Naing aka Ma Hla").sex) == (None, None)  # nothing, and two things


def test_other_names_follow_the_first() -> None:
    both = keys("Na Pwar (aka) Ko\nNyi Nyi Oo", "နီနီဦး")
    assert both.forms == ("na pwar", "nyi nyi oo", "ko nyi nyi oo")
    assert both.burmese == ("နီနီဦး",)
    assert both.keys == ("napwa", "nyinyiu", "konyinyiu", "niniu")
    assert both.syllables == ("na", "ni", "nyi", "pwa", "u")  # none of the honorific


def test_forms_are_those_of_values_in_another_order() -> None:
    """The profile's words are data; docs/reference/names.md says the rule, and `litany.values.names.forms` holds it."""
    cell_texts = [line.split("\t")[0].replace("\\n", "\n") for line in ODD.read_text("utf-8").splitlines()[3:]]
    compared = 0
    for text in cell_texts:
        wanted = set(cells.forms(text)) if cells.read(text).kind is cells.NameKind.NAME else set()
        read = keys(text)
        if len(wanted) <= MOST:
            compared += bool(wanted)
            assert {*read.forms, *read.burmese} == wanted, text
    assert compared > 100


def test_the_profile_knows_the_honorifics_of_values() -> None:
    words = {word for one in BURMESE.honorifics for word in one.words.split()}
    assert words == name_titles.TITLES | name_titles.HONORIFICS
    assert {word for one in BURMESE.honorifics if one.title for word in one.words.split()} == name_titles.TITLES


@given(st.text(max_size=60), st.sampled_from([BURMESE, LATIN]))
def test_any_text_is_read(text: str, profile: names.Profile) -> None:
    read = names.keys((text,), profile)
    assert bool(read.keys) == bool(read.forms or read.burmese)
    assert len(read.forms) <= MOST and len(read.burmese) <= MOST
    assert read == names.keys((text, text), profile)
    assert all(read.keys) and list(read.syllables) == sorted(set(read.syllables))


def test_names_of_no_particular_culture() -> None:
    assert names.keys(("John Smith",), LATIN).keys == names.keys(("SMITH, John",), LATIN).keys
    assert names.keys(("José Muñoz",), LATIN).keys == names.keys(("Munoz, Jose",), LATIN).keys
    assert names.keys(("Mohammed Ali",), LATIN).keys == names.keys(("Mohamed Ali",), LATIN).keys
    assert names.keys(("Mr John Smith",), LATIN).sex == "male"
    assert names.keys(("Ma Li",), LATIN).forms == ("ma li",)  # an honorific of another culture


def test_a_culture_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'name = "mine"\n[[honorifics]]\nwords = "lady"\ntitle = true\nsex = "female"\n'
        '[onsets]\nk = "k c"\nl = "l"\n[rhymes]\na = "a ah"\n[words]\nkola = "ka la"\n',
        "utf-8",
    )
    mine = names.read_profile(file)
    assert names.keys(("Lady Cahla",), mine).keys == names.keys(("kala",), mine).keys == names.keys(("Kola",), mine).keys
    assert names.keys(("Lady Cala",), mine).sex == "female"
    with pytest.raises(LitanyError, match=r"unread\.toml.*colour"):
        decode('name = "x"\ncolour = "red"', "unread.toml")
    with pytest.raises(LitanyError, match="burmese, latin"):
        names.packaged("martian")


def test_rarity_counts_distinct_names() -> None:
    people = [("aung", "ko"), ("aung", "zaw"), ("aung", "zaw"), ("zaw", "aung"), ("mya",)]
    rarity = Rarity(people)  # aung ko, aung zaw, mya: three names; zaw aung is the same syllables
    assert rarity.rarest(("zaw", "aung", "ko")) == ["zaw", "ko", "aung"]  # ties: the longer, then the text
    assert rarity.surprise(("aung", "aung")) == pytest.approx(np.log10(4 / 3))
    assert rarity.surprise(("unheard",)) == pytest.approx(np.log10(4))


WORDS = ["aung", "kyaw", "zaw", "htay", "mya", "khin", "oo", "swe", "thin", "nyein", "pyae", "maw"]


def people(seed: int, many: int) -> list[tuple[tuple[str, ...], str | None]]:
    """Names and fathers, some of nobody, some with two names."""
    source = random.Random(seed)

    def one() -> str:
        return " ".join(source.choices(WORDS, weights=range(len(WORDS), 0, -1), k=source.choice((1, 2, 2, 3, 4))))

    made: list[tuple[tuple[str, ...], str | None]] = []
    for _ in range(many):
        mine = source.choice(
            [(), ("Unknown",), (one(),), (one(),), (one(),), (f"{one()} (aka) {one()}",), (f"Ko {one()}", one())]
        )
        made.append((mine, source.choice([None, "Unknown", f"U {one()}"])))
    return made


@pytest.mark.parametrize("seed", range(3))
def test_columns_do_not_depend_on_order_or_on_repeats(seed: int) -> None:
    rows = people(seed, 200)
    frame = names.columns([a for a, _ in rows], [b for _, b in rows], BURMESE)
    order = list(range(len(rows))) * 3
    random.Random(seed).shuffle(order)
    again = names.columns([rows[at][0] for at in order], [rows[at][1] for at in order], BURMESE)
    assert again.equals(frame[order])


def test_columns_say_what_keys_say() -> None:
    rows = people(7, 300)
    frame = names.columns([a for a, _ in rows], [b for _, b in rows], BURMESE)
    seen = {one: keys(*one) for one, _ in rows}
    count = Counter(part for name in {frozenset(BRUTE(one)) for one in seen.values() if one.keys} for part in name)
    for (mine, father), row in zip(rows, frame.iter_rows(named=True), strict=True):
        read = seen[mine]
        assert (row["name_keys"] or []) == list(read.keys)
        assert (row["name_forms"] or []) == (list(read.forms) if len(read.forms) > 1 else [])
        assert row["name_key"] == next(iter(read.keys), None)
        assert row["father_key"] == (next(iter(keys(father).keys), None) if father else None)
        if read.keys:
            rarest = sorted(BRUTE(read), key=lambda one: (count[one], -len(one), one))
            assert (row["rarest"], row["rare"]) == (rarest[0], " ".join(sorted(rarest[:2])))


def BRUTE(read: names.NameKeys) -> set[str]:
    """The syllables of the first form, each read alone as a name would be."""
    return {keys(word).keys[0] for word in read.forms[0].split()}


def test_no_names_give_no_rows() -> None:
    empty = names.columns([], [], BURMESE)
    one = names.columns([()], [None], BURMESE)
    assert (empty.height, one.height, empty.schema) == (0, 1, one.schema)
    assert one.null_count().row(0) == (1,) * one.width
    with pytest.raises(ValueError, match="2 names, but 1 father"):
        names.columns([("Aung",), ("Kyaw",)], [None], BURMESE)


def test_the_engine_compares_names() -> None:
    rows: list[tuple[tuple[str, ...], str | None]] = [
        (("Aung Ko",), "U Hla Ngwe"),
        (("Aungko",), "Hla Ngway"),
        (("အောင်ကို",), "U Ba"),
        (("Unknown",), "Unknown"),
        (("Na Pwar (aka) Ko Nyi Nyi Oo",), None),
        (("Nyi Nyi U",), None),
    ]
    plan = Plan("names", (names.comparison(BURMESE), names.father_comparison(BURMESE)), ())
    frame = names.columns([a for a, _ in rows], [b for _, b in rows], BURMESE).with_columns(pl.lit(0).alias("list"))
    with Engine(frame, plan) as engine:
        found = engine.compare()
    told = {
        (int(left), int(right)): tuple(map(int, found.patterns[pattern]))
        for left, right, pattern in zip(found.left, found.right, found.pattern, strict=True)
    }
    label = plan.comparisons[0].label
    assert {label(told[pair][0]) for pair in ((0, 1), (0, 2), (1, 2))} == {"same sound"}
    assert label(told[4, 5][0]) == "one of the other names sounds the same"
    assert told[0, 1][1] >= 2 and told[0, 2][1] == 0
    assert all(level == (MISSING, MISSING) for pair, level in told.items() if 3 in pair)
    assert label(told[0, 5][0]) == "other name"
