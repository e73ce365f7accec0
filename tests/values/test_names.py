"""What a name cell says, and by which forms names are compared: the examples of docs/reference/names.md and their like."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litany.values import names
from litany.values.name_missing import distance, unknown_like
from litany.values.names import NameKind, Parents
from litany.values.numbers import Count
from litany.values.terms import AgeGroup, Sex

M, F, CHILD, ADULT = Sex.MALE, Sex.FEMALE, AgeGroup.CHILD, AgeGroup.ADULT

MISSING = [
    *(
        "",
        "  ",
        "-",
        "?",
        "???",
        ".",
        "12",
        "Unknown",
        "unknown",
        "UNKNOWN",
        "Unknown Name",
        "Name unknown",
        "Name not known",
        "Not known",
    ),
    *(
        "No name",
        "Unnamed",
        "Unidentified",
        "Anonymous",
        "Name withheld",
        "N/A",
        "NA",
        "n.a.",
        "None",
        "Nil",
        "TBC",
        "not available",
    ),
    *(
        "unk",
        "u/k",
        "xxx",
        "Unknwon Name",
        "Uknown",
        "Unkown",
        "unidentifed",
        "Unknown\nName",
        "Unknown Nmae",
        "unknown person",
    ),
    *("unidentified body", "အမည်မသိ", "မသိရ", "အမည်မသိရ", "အမည်မသိရသေး", "неизвестно", "مجهول", "Unknown အမည်မသိ"),
]
NUMBERED = [("54 Unknown Name", "54"), ("26 Unknown Name", "26"), ("Unknown 3", "3"), ("Unknown (2)", "2"), ("Unknown-1", "1")]
# text; sex, age group, age, occupation, kin
DESCRIBED: list[tuple[str, Sex | None, AgeGroup | None, str | None, str | None, str | None]] = [
    ("a 10-year-old girl", F, CHILD, "10-year-old", None, None),
    ("unidentified man", M, ADULT, None, None, None),
    ("Unknown F", F, None, None, None, None),
    ("Unknwon M", M, None, None, None, None),
    ("Unknown (M)", M, None, None, None, None),
    ("Unknown female", F, None, None, None, None),
    ("Baby boy", M, CHILD, None, None, None),
    ("an elderly woman", F, ADULT, "elderly", None, None),
    ("old man", M, ADULT, "old", None, None),
    ("teenage boy", M, CHILD, "teenage", None, None),
    ("teenager", None, None, "teenager", None, None),
    ("monk", M, None, None, "monk", None),
    ("Nun", F, None, None, "Nun", None),
    ("daughter of U Hla", F, None, None, None, "daughter of U Hla"),
    ("U Hla's daughter", F, None, None, None, "U Hla's daughter"),
    ("U Hla’s son", M, None, None, None, "U Hla’s son"),
    ("D/O U Hla", F, None, None, None, "D/O U Hla"),
    ("wife of Khun Naung", F, None, None, None, "wife of Khun Naung"),
    ("Unknown Name (Wife of Khun Naung)", F, None, None, None, "Wife of Khun Naung"),
    ("Unknown (wife of U Ba)", F, None, None, None, "wife of U Ba"),
    ("newborn baby of Daw Hla", None, CHILD, "newborn", None, "baby of Daw Hla"),
    ("the son of the village head", M, None, None, None, "son of the village head"),
    ("an IDP woman", F, ADULT, None, "IDP", None),
    ("IDP", None, None, None, "IDP", None),
    ("Save the Children staff", None, None, None, "Save the Children staff", None),
    ("a villager", None, None, None, "villager", None),
    ("taxi driver", None, None, None, "taxi driver", None),
    ("unknown soldier", None, None, None, "soldier", None),
    ("Unknown protester", None, None, None, "protester", None),
    ("no name (villager)", None, None, None, "villager", None),
    ("one villager", None, None, None, "villager", None),
    ("Unknown child (5 years)", None, CHILD, "5 years", None, None),
    ("unknown man, 30", M, ADULT, "30", None, None),
    ("3 months old baby girl", F, CHILD, "3 months old", None, None),
    ("17-year-old", None, None, "17-year-old", None, None),
    ("elderly", None, ADULT, "elderly", None, None),
    ("mother of two", F, None, None, None, None),
    ("အမည်မသိ အမျိုးသမီး", F, ADULT, None, None, None),
    ("ကလေး", None, CHILD, None, None, None),
    ("ဦးအောင်၏ သား", M, None, None, None, "ဦးအောင်၏ သား"),
]
IN_DOUBT_ONE = ["3 villager", "2 child", "Old Women", "unknown men"]
# text; low, best, high; names
GROUPS: list[tuple[str, tuple[int | None, int | None, int | None], tuple[str, ...]]] = [
    ("two children of U Ba", (None, 2, None), ()),
    ("3 villagers", (None, 3, None), ()),
    ("54 unknown persons", (None, 54, None), ()),
    ("2 unknown people", (None, 2, None), ()),
    ("two unidentified men", (None, 2, None), ()),
    ("about 10 people", (None, 10, None), ()),
    ("more than 20 villagers", (21, None, None), ()),
    ("at least 5 men", (5, None, None), ()),
    ("10-12 people", (10, None, 12), ()),
    ("20+ villagers", (20, None, None), ()),
    ("twenty villagers", (None, 20, None), ()),
    ("a dozen villagers", (None, 12, None), ()),
    ("family of five", (None, 5, None), ()),
    ("a family of 5", (None, 5, None), ()),
    ("five members of a family", (None, 5, None), ()),
    ("a couple", (None, 2, None), ()),
    ("twins", (None, 2, None), ()),
    ("villagers", (2, None, None), ()),
    ("several villagers", (2, None, None), ()),
    ("dozens of people", (2, None, None), ()),
    ("a family", (2, None, None), ()),
    ("two Save the Children staff", (None, 2, None), ()),
    ("U Ba and his two sons", (None, 3, None), ("U Ba",)),
    ("U Ba and his wife", (None, 2, None), ("U Ba",)),
    ("Ma Hla with her baby", (None, 2, None), ("Ma Hla",)),
    ("U Ba and 3 others", (None, 4, None), ("U Ba",)),
    ("U Ba and others", (3, None, None), ("U Ba",)),
    ("U Ba and family", (2, None, None), ("U Ba",)),
    ("U Ba, his wife and two children", (None, 4, None), ("U Ba",)),
    ("U Ba and two children of U Hla", (None, 3, None), ("U Ba",)),
    ("U Ba and about 10 villagers", (None, 11, None), ("U Ba",)),
    ("U Ba and at least 3 villagers", (4, None, None), ("U Ba",)),
    ("a man and two children", (None, 3, None), ()),
    ("3 men and 2 women", (None, 5, None), ()),
    ("two women, a man and 3 children", (None, 6, None), ()),
    ("wife and two children of U Ba", (None, 3, None), ()),
    ("Ma Hla and Ma Mya", (None, 2, None), ("Ma Hla", "Ma Mya")),
    ("U Ba & Daw Mya", (None, 2, None), ("U Ba", "Daw Mya")),
    ("Ko Aung, Ko Ba, Ko Chit", (None, 3, None), ("Ko Aung", "Ko Ba", "Ko Chit")),
    ("Aung Ba and his wife", (None, 2, None), ("Aung Ba",)),
    ("ကိုအောင် နှင့် မမြ", (None, 2, None), ("ကိုအောင်", "မမြ")),
]
# text; names
NAMES: list[tuple[str, tuple[str, ...]]] = [
    ("Nan", ("Nan",)),
    ("Aung and Ba", ("Aung and Ba",)),
    ("Smith, John", ("Smith, John",)),
    *(
        (text, ("Aung", "Ba"))
        for text in ("Aung (aka) Ba", "Aung aka Ba", "Aung a.k.a Ba", "Aung a.k.a. Ba", "Aung (a.k.a) Ba", "Aung (aka). Ba")
    ),
    *(
        (text, ("Aung", "Ba"))
        for text in ("Aung also known as Ba", "Aung alias Ba", "Aung (alias Ba)", "Aung (aka Ba)", "Aung ((aka) Ba)")
    ),
    *(
        (text, ("Aung", "Ba"))
        for text in (
            "Aung (a) Ba",
            "Aung @ Ba",
            "Aung / Ba",
            "Aung/Ba",
            "Aung (ခ) Ba",
            "Aung (Ba)",
            "Aung (Ba",
            "Aung [Ba]",
            'Aung "Ba"',
        )
    ),
    ("Na Pwar (aka) Ko\nNyi Nyi Oo", ("Na Pwar", "Ko Nyi Nyi Oo")),
    ("Kyal Sin (aka) Kyar Shie (aka) Angel", ("Kyal Sin", "Kyar Shie", "Angel")),
    ("Kyaw Win Maung (aka) Kyaw Ko (Bighuka)", ("Kyaw Win Maung", "Kyaw Ko", "Bighuka")),
    ("မောင်မောင် (ခ) ကိုကို", ("မောင်မောင်", "ကိုကို")),
    ("မောင်မောင် ခေါ် ဘဘ", ("မောင်မောင်", "ဘဘ")),
    ("Sangtea (ဆန်း) Zosangliana", ("Sangtea Zosangliana", "ဆန်း")),
    ("Aung Aung အောင်အောင်", ("Aung Aung", "အောင်အောင်")),
    ("Aung Aungအောင်အောင်", ("Aung Aung", "အောင်အောင်")),
    ("အောင်အောင် (Aung Aung)", ("အောင်အောင်", "Aung Aung")),
    ("Ivan Иван", ("Ivan", "Иван")),
    ("Aka Moe", ("Aka Moe",)),
    ("A Nge Lay", ("A Nge Lay",)),
    ("Aung Ba (25)", ("Aung Ba",)),
    ("Aung Ba (deceased)", ("Aung Ba",)),
    ("Unknown (aka) Ko Ba", ("Ko Ba",)),
    ("Aung Ba teacher", ("Aung Ba teacher",)),
    ("Khant Ko K0 Maung", ("Khant Ko K0 Maung",)),
    ("Ho Chi Minh", ("Ho Chi Minh",)),
    ("Mother Teresa", ("Mother Teresa",)),
    ("Brother Francis", ("Brother Francis",)),
    ("ေအာင္ေအာင္လြင္", ("အောင်အောင်လွင်",)),
]
BESIDE = [
    ("Aung Ba (IDP)", "occupation", "IDP"),
    ("Aung Ba (teacher)", "occupation", "teacher"),
    ("Aung Ba (Mara Native)", "occupation", "Mara Native"),
    ("Aung Ba (10 years old)", "age", "10 years old"),
    ("Aung Ba (aged 43)", "age", "aged 43"),
    ("Aung Ba (M)", "sex", M),
    ("Aung Ba (female)", "sex", F),
    ("Aung Ba (Wife of Khun Naung)", "kin", "Wife of Khun Naung"),
    ("Aung Ba S/O U Ba", "kin", "S/O U Ba"),
    ("Aung Ba, son of U Ba", "kin", "son of U Ba"),
]
FORMS: list[tuple[str, tuple[str, ...]]] = [
    ("U Ba", ("ba",)),
    ("Dr. Daw Mya Mya", ("mya mya",)),
    ("Saw Aung Aung", ("saw aung aung", "aung aung")),
    ("Ma Ma Lay", ("ma ma lay", "ma lay")),
    ("Ma Ma", ("ma ma",)),
    ("Ko Ko", ("ko ko",)),
    ("Maung Maung", ("maung maung",)),
    ("Mg Mg", ("maung maung",)),
    ("Mg Ba", ("maung ba", "ba")),
    ("Ko Maung", ("ko maung",)),
    ("Daw U", ("daw u",)),
    ("U", ("u",)),
    ("U Saw", ("saw",)),
    ("U Maung Maung", ("maung maung",)),
    ("Dr Maung Zarni", ("maung zarni", "zarni")),
    ("Saya U Ba", ("saya u ba", "ba")),
    ("Mingun Sayadaw", ("mingun sayadaw", "mingun")),
    ("Thein Aung", ("thein aung",)),
    ("Sheikh Hasina", ("sheikh hasina", "hasina")),
    ("Na Pwar (aka) Ko Nyi Nyi Oo", ("na pwar", "ko nyi nyi oo", "nyi nyi oo")),
    ("Ma Hla and Ma Mya", ("ma hla", "hla", "ma mya", "mya")),
    ("ဦးဘ", ("ဘ",)),
    ("ဦး ဘ", ("ဘ",)),
    ("ကိုအောင်", ("ကိုအောင်", "အောင်")),
    ("မောင်", ("မောင်",)),
    ("မမ", ("မမ",)),
    ("ကိုကို", ("ကိုကို",)),
    ("မောင် မောင်", ("မောင်မောင်",)),
    ("မင်္ဂလာ", ("မင်္ဂလာ",)),
    ("ဒေါ်အောင်ဆန်းစုကြည်", ("အောင်ဆန်းစုကြည်",)),
    ("စောအောင်အောင်", ("စောအောင်အောင်", "အောင်အောင်")),
    ("ဦးမောင်မောင်", ("မောင်မောင်",)),
    ("O'Brien", ("obrien",)),
    ("Abd al-Rahman", ("abd al rahman",)),
    ("José García", ("josé garcía",)),
    ("ИВАН Иванов", ("иван иванов",)),
    ("ﻣﺤﻤﺪ", ("محمد",)),
    ("Unknown", ()),
    ("3 villagers", ()),
]
PARENTS = [
    ("U Khin Maung Aye + Daw San San Aye", Parents("U Khin Maung Aye", "Daw San San Aye")),
    ("U Hla and Daw Mya", Parents("U Hla", "Daw Mya")),
    ("Daw Mya & U Hla", Parents("U Hla", "Daw Mya")),
    ("U Sein Tun +Daw Sein Nyunt", Parents("U Sein Tun", "Daw Sein Nyunt")),
    ("U Zaw/Daw Mya", Parents("U Zaw", "Daw Mya")),
    ("Daw Aye Aye Myint", Parents(None, "Daw Aye Aye Myint")),
    ("U Zaw", Parents("U Zaw")),
    ("S/O U Ba", Parents("U Ba")),
    ("D/O Daw Mya", Parents(None, "Daw Mya")),
    ("son of U Ba and Daw Mya", Parents("U Ba", "Daw Mya")),
    ("U Zaw + Unknown", Parents("U Zaw")),
    ("Unknown/Daw Hla", Parents(None, "Daw Hla")),
    ("U Ko Naing (aka) U Thein Naing Oo + Daw Mya Win", Parents("U Ko Naing (aka) U Thein Naing Oo", "Daw Mya Win")),
    ("Nu Niang Khan Cing + Pa Kham Sian Khai", Parents(others=("Nu Niang Khan Cing", "Pa Kham Sian Khai"))),
    ("Mohamad Jinnu", Parents(others=("Mohamad Jinnu",))),
    ("Father: Aung, Mother: Mya", Parents("Aung", "Mya")),
    ("Aung (father), Mya (mother)", Parents("Aung", "Mya")),
    ("ဦးဘ နှင့် ဒေါ်မြ", Parents("ဦးဘ", "ဒေါ်မြ")),
    *((text, Parents()) for text in ("Unknown", "Unknwon Name", "-", "", "N/A", "U/K")),
]


@pytest.mark.parametrize("text", MISSING)
def test_missing(text: str) -> None:
    assert names.read(text).kind is NameKind.MISSING
    assert names.forms(text) == ()


@pytest.mark.parametrize(("text", "number"), NUMBERED)
def test_a_number_beside_unknown_is_one_person_and_said_so(text: str, number: str) -> None:
    read = names.read(text)
    assert (read.kind, read.count) == (NameKind.MISSING, None)
    assert read.notes == (f"the number {number} stands beside it: one person is assumed; code it by hand if it is a group",)


@pytest.mark.parametrize(("text", "sex", "group", "age", "occupation", "kin"), DESCRIBED)
def test_described(
    text: str, sex: Sex | None, group: AgeGroup | None, age: str | None, occupation: str | None, kin: str | None
) -> None:
    read = names.read(text)
    assert (read.kind, read.names, read.count) == (NameKind.DESCRIBED, (), None)
    assert (read.sex, read.age_group, read.age, read.occupation, read.kin) == (sex, group, age, occupation, kin)


@pytest.mark.parametrize("text", IN_DOUBT_ONE)
def test_in_doubt_it_is_one_person_with_a_note(text: str) -> None:
    read = names.read(text)
    assert (read.kind, read.count) == (NameKind.DESCRIBED, None)
    assert "one" in read.notes[0]


@pytest.mark.parametrize(("text", "ends", "named"), GROUPS)
def test_groups_count_everybody_in_the_cell(text: str, ends: tuple[int | None, ...], named: tuple[str, ...]) -> None:
    read = names.read(text)
    assert read.kind is NameKind.GROUP
    count = read.count or Count()
    assert (count.low, count.best, count.high) == ends
    assert read.names == named


def test_what_is_said_of_all_of_a_group() -> None:
    children = names.read("two children of U Ba")
    assert (children.age_group, children.kin) == (CHILD, "children of U Ba")
    men = names.read("two unidentified men")
    assert (men.sex, men.age_group) == (M, ADULT)
    mixed = names.read("3 men and 2 women")
    assert (mixed.sex, mixed.age_group) == (None, ADULT)
    assert names.read("U Ba and his two sons").sex is None


@pytest.mark.parametrize(("text", "expected"), NAMES)
def test_names(text: str, expected: tuple[str, ...]) -> None:
    read = names.read(text)
    assert (read.kind, read.names, read.count, read.given) == (NameKind.NAME, expected, None, text)


@pytest.mark.parametrize(
    "text", ["Aung and Ba", "Aung Ba teacher", "Khant Ko K0 Maung", "Aung Ba (25)", "Aung Ba (deceased)", "12"]
)
def test_doubt_is_said(text: str) -> None:
    assert names.read(text).notes


@pytest.mark.parametrize(("text", "field", "value"), BESIDE)
def test_brackets_that_hold_no_name(text: str, field: str, value: str) -> None:
    read = names.read(text)
    assert (read.kind, read.names) == (NameKind.NAME, ("Aung Ba",))
    assert getattr(read, field) == value


@pytest.mark.parametrize(("text", "expected"), FORMS)
def test_forms(text: str, expected: tuple[str, ...]) -> None:
    assert names.forms(text) == tuple(unicodedata.normalize("NFKC", form) for form in expected)


@pytest.mark.parametrize(("text", "expected"), PARENTS)
def test_parents(text: str, expected: Parents) -> None:
    assert names.parents(text) == expected


def test_two_parents_of_one_sex_are_left_to_a_person() -> None:
    read = names.parents("U Ba + U Hla")
    assert (read.father, read.mother, read.others) == (None, None, ("U Ba", "U Hla"))
    assert read.notes


SYLLABLES = ["Aung", "Kyaw", "Hla", "Thein", "Zaw", "Moe", "Win", "Htet", "Sanda", "Nyunt", "Phyo", "Ye", "Oo", "Thiha", "Lwin"]
TITLES = ["U", "Daw", "Ko", "Ma", "Maung", "Mg", "Saw", "Naw", "Sai", "Nang", "Salai", "Mai", "Khun", "Dr", "Prof."]
bare_names = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=4).map(" ".join)
any_name = st.lists(st.sampled_from([*SYLLABLES, *TITLES]), min_size=1, max_size=5).map(" ".join)


@given(st.text())
def test_nothing_fails_and_the_text_is_never_altered(text: str) -> None:
    read = names.read(text)
    assert read.given == text
    names.parents(text)
    if read.kind is NameKind.NAME:
        assert read.names
        assert names.forms(text)
    assert all(names.forms(text))
    assert (read.count is not None) == (read.kind is NameKind.GROUP)


@given(any_name)
def test_a_name_has_forms_that_are_forms_of_themselves(name: str) -> None:
    found = names.forms(name)
    assert found
    assert all(form in names.forms(form) for form in found)


@given(any_name, st.sampled_from([" ", "  ", "\n", " \t"]))
def test_case_and_runs_of_blanks_make_no_difference(name: str, blank: str) -> None:
    assert names.forms(blank + name.upper().replace(" ", blank) + blank) == names.forms(name)


@given(bare_names, st.sampled_from(TITLES))
def test_an_honorific_before_a_name_keeps_the_bare_form(name: str, title: str) -> None:
    assert names.forms(name)[0] in names.forms(f"{title} {name}")


@given(any_name, any_name)
def test_each_side_of_aka_keeps_its_forms(one: str, other: str) -> None:
    assert set(names.forms(f"{one} (aka) {other}")) == {*names.forms(one), *names.forms(other)}


@given(st.text(alphabet="unkowx", max_size=7), st.text(alphabet="unkowx", max_size=7))
def test_distance_is_a_bounded_symmetric_count(one: str, two: str) -> None:
    assert distance(one, two) == distance(two, one)
    assert (distance(one, two) == 0) == (one == two)
    assert abs(len(one) - len(two)) <= distance(one, two) <= max(len(one), len(two))


def test_no_syllable_of_a_name_reads_as_unknown() -> None:
    assert not any(map(unknown_like, ("known", "nyunt", "unnwe", "kyaw", "naung")))
