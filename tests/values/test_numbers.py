"""What we promise about numbers: whole, not negative, and nothing that two readers would read differently."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litany.errors import UnknownValue
from litany.values import numbers

CASES: list[tuple[str, int | None, int | None, int | None]] = [
    ("12", None, 12, None),
    (" 12 ", None, 12, None),
    ("012", None, 12, None),
    ("12.0", None, 12, None),
    ("0", None, 0, None),
    ("1,200", None, 1200, None),
    ("1 200 000", None, 1200000, None),
    ("၁၂", None, 12, None),
    ("Twelve", None, 12, None),
    ("11-13", 11, None, 13),
    ("11 – 13", 11, None, 13),
    ("11 to 13", 11, None, 13),
    ("between 11 and 13", 11, None, 13),
    ("၁၁-၁၃", 11, None, 13),
    ("1,000-2,000", 1000, None, 2000),
    ("at least 12", 12, None, None),
    ("At least twelve", 12, None, None),
    ("no fewer than 12", 12, None, None),
    ("12+", 12, None, None),
    (">= 12", 12, None, None),
    ("more than 12", 13, None, None),
    ("over 12", 13, None, None),
    (">12", 13, None, None),
    ("up to 30", None, None, 30),
    ("no more than 30", None, None, 30),
    ("fewer than 30", None, None, 29),
    ("<30", None, None, 29),
    ("about 30", None, 30, None),
    ("nearly 30", None, 30, None),
    ("~30", None, 30, None),
    ("30?", None, 30, None),
]
WRONG = [
    "", " ", "-5", "−5", "–5", "1.5", "1.000", "1,5", "12,34", "13-11", "1-2-3", "dozens", "some", "1e3", "12a", "ten or so",
    "less than 0", "at least", "five hundred", "½", "²", "9" * 10, "9" * 5000, "1" * 400 + ".0", "between 11",
    "NaN", "inf", "0x10",
]  # fmt: skip


@pytest.mark.parametrize(("text", "low", "best", "high"), CASES)
def test_what_texts_say_of_a_number(text: str, low: int | None, best: int | None, high: int | None) -> None:
    """Each wording states the ends that it states, and no other; the words stay beside."""
    count = numbers.read(text)
    assert (count.low, count.best, count.high) == (low, best, high)
    assert count.text in (None, text)


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_number_of_people_is_refused(text: str) -> None:
    """Fractions, another country's thousands, negative numbers and vague words are errors, never a guess."""
    with pytest.raises(UnknownValue):
        numbers.read(text)


@given(st.integers(0, numbers.MOST))
def test_every_count_reads_back(number: int) -> None:
    """Plain, grouped and Burmese digits are the same number."""
    burmese = str(number).translate(str.maketrans("0123456789", "၀၁၂၃၄၅၆၇၈၉"))
    for text in (str(number), f"{number:,}", f"{number:,}".replace(",", "\u202f"), burmese):
        assert numbers.whole(text) == number


@given(st.text(max_size=30) | st.text(alphabet="0123456789,.-–+~<>≥ ?atleosmn", max_size=30))
def test_any_text_ends_in_a_count_or_in_a_refusal(text: str) -> None:
    """Nothing else comes out, and what comes out is whole, not negative and in order."""
    try:
        count = numbers.read(text)
    except UnknownValue:
        return
    ends = [n for n in (count.low, count.best, count.high) if n is not None]
    assert ends
    assert all(0 <= n <= numbers.MOST + 1 for n in ends)
    assert not numbers.bounds(count.low, count.best, count.high)


@given(*[st.none() | st.integers(0, 5)] * 3)
def test_ends_are_odd_exactly_when_out_of_order(low: int | None, best: int | None, high: int | None) -> None:
    """low <= best <= high among the ends that are stated is all that is asked."""
    stated = [n for n in (low, best, high) if n is not None]
    assert (numbers.bounds(low, best, high) == ()) == (stated == sorted(stated))
