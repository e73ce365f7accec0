"""Means and remarks weigh between people who died together, and nothing where they are unknown."""

from __future__ import annotations

import polars as pl
import pytest

from litany.linkage import names, remarks, victims
from litany.linkage.engine import Engine
from litany.linkage.plan import Comparison, Plan
from litany.types.statement import Person, Statement, When, Where
from litany.values import places
from litany.values.terms import Harm, Level, Means, Modality

DAY = 738_000
PROFILE = names.packaged("burmese")
FIELDS = {one.name: one for one in victims.plan(PROFILE).comparisons}
GAZETTEER = places.load()
LOIKAW, KALE = "MMR002001", "MMR005027"


def died(
    name: str = "Aung Kyaw", day: int = DAY, place: str = LOIKAW, means: Means | None = None, note: str | None = None,
    father: str | None = None,
) -> Statement:  # fmt: skip
    return Statement(
        schema=1, facet="killed", source="s", modality=Modality.ASSERTED, level=Level.INCIDENT, harm=Harm.KILLED,
        person=Person((name,), father=father), when=When("", day, day), where=Where(GAZETTEER.get(place).name, place),
        means=means, note=note,
    )  # fmt: skip


def frame(*statements: Statement) -> pl.DataFrame:
    return victims.frame(statements, list(range(len(statements))), GAZETTEER, PROFILE)


def level(field: Comparison, *statements: Statement) -> str:
    """What the first two statements come to; the rest only make words common."""
    with Engine(frame(*statements), Plan("test", (field,), ())) as engine:
        found = engine.compare()
    first = (found.left == 0) & (found.right == 1)
    return field.label(int(found.patterns[found.pattern[first][0], 0]))


SHOT, SHELLED, MINED = Means.SMALL_ARMS, Means.HEAVY_WEAPONS, Means.PLANTED_EXPLOSIVES


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (SHOT, SHOT, "the same"), (SHELLED, MINED, "similar"), (SHOT, MINED, "other means"), (SHOT, None, "unknown"),
        (Means.UNKNOWN, Means.UNKNOWN, "unknown"),
    ],
)  # fmt: skip
def test_means(one: Means, other: Means | None, expected: str) -> None:
    assert level(FIELDS["means"], died(means=one), died(means=other)) == expected
    assert level(FIELDS["means"], died(means=one), died(means=other, day=DAY + 40)) == "unknown"
    assert level(FIELDS["means"], died(means=one), died(means=other, place=KALE)) == "unknown"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (
            "Shot beside the pagoda while fetching water.",
            "shot while fetching WATER beside the pagoda",
            "the same words, of few",
        ),
        ("Shot beside the pagoda while fetching water.", "he went fetching water", "two rare words in common"),
        ("Shot beside the pagoda.", "The body lay near the pagoda.", "two rare words in common"),
        ("Shot beside a pagoda.", "His body lay near the pagoda.", "a rare word in common"),
        ("Shot beside the pagoda.", "Tortured, burned", "other words"),
        ("Shot", None, "unknown"),
        (None, None, "unknown"),
        ("12 March", "12 March", "unknown"),
        ("Aung Kyaw of Loikaw", "Loikaw: Aung Kyaw", "unknown"),
    ],
)
def test_remarks(one: str | None, other: str | None, expected: str) -> None:
    assert level(FIELDS["remark"], died(note=one), died(note=other)) == expected
    assert level(FIELDS["remark"], died(note=one), died(note=other, day=DAY + 40)) == "unknown"


def test_a_formula_is_no_rare_remark() -> None:
    others = [died(day=DAY + 9 * number, note="Shot in the head") for number in range(1, 6)]
    assert level(FIELDS["remark"], died(note="shot in the head"), died(note="Shot in the head"), *others) == (
        "the same words, of many"
    )


def test_words_of_other_fields_are_left_out() -> None:
    made = frame(died("Zaw Min", note="Zaw Min, son of U Hla, was beaten in Loikaw on 3 May", father="U Hla"))
    assert made["remark"].to_list() == ["beaten son was"]


def test_burmese_words_are_whole_phrases() -> None:
    assert remarks.words(["သေနတ်ဖြင့် ပစ်သတ်ခံရ"]) == ("ပစ်သတ်ခံရ", "သေနတ်ဖြင့်")


def test_a_table_without_means_and_remarks_can_be_compared() -> None:
    made = frame(died(), died()).drop("means", "family", *remarks.COLUMNS)
    with Engine(victims.with_keys(made.drop("day", "week", "week_2", "common_place")), victims.plan(PROFILE)) as engine:
        assert len(engine.compare()) == 1
