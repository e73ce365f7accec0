"""Spellings of one place are one name, addresses are compared bare, and rare is what comes on few days."""

from __future__ import annotations

import pytest

from litany.linkage.incident_words import addresses, place_names, rare, text_prints


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mung Lai Hkyet", "Munglai Hkyet IDP camp"),
        ("near Laiza", "Laiza; camp for internally displaced people"),
        ("Kone Thar village", "Kone Tha"),
        ("Min Taing pin Village", "Min Taing Pin village"),
        ("Mo So village", "Near Moso\nVillage of Hpruso"),
    ],
)
def test_spellings_share_a_name(one: str, other: str) -> None:
    assert set(place_names(one)) & set(place_names(other))


@pytest.mark.parametrize("text", ["In the Village", "At Home", "near the police station", "", "19 Road", "?"])
def test_a_kind_of_place_is_no_name(text: str) -> None:
    assert place_names(text) == ()


def test_an_address_is_one_however_it_is_written() -> None:
    texts = ["(https://www.example.org/a/b/?utm_source=x#top)", "see HTTP://example.org/a/b."]
    assert addresses(texts) == ("example.org/a/b",)


def test_a_text_is_one_whatever_its_marks_and_short_ones_are_none() -> None:
    assert text_prints(["Two farmers were shot  at dawn, near the gate."]) == text_prints(
        ["TWO FARMERS were shot at dawn near the gate"]
    )
    assert text_prints(["Shot dead."]) == ()


def test_rare_counts_days_and_not_reports() -> None:
    rows = [["laiza"]] * 8 + [["yangon"], ["yangon"], ["yangon"]]
    days = [1] * 8 + [1, 2, 3]
    assert rare(rows, days, 0.0, 2) == [["laiza"]] * 8 + [[], [], []]
