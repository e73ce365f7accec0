"""What we promise about ages: no finer than the words, and a child or an adult only where that is certain."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litany.errors import UnknownValue
from litany.values import ages
from litany.values.terms import AgeGroup

PAGE = (Path(__file__).resolve().parents[2] / "docs/reference/dates.md").read_text("utf-8").partition("## Ages")[2]
ROWS = re.findall(r"^\| (`.+?) \| (.+?) \| (.*?) ?\|$", PAGE, re.MULTILINE)
ADULT = 216
TO_BURMESE = str.maketrans("0123456789", "၀၁၂၃၄၅၆၇၈၉")


def ends(text: str) -> str:
    """First and last month as the page writes them, or "refused"."""
    try:
        age = ages.read(text)
    except UnknownValue:
        return "refused"
    return "-".join("open" if end is None else str(end) for end in (age.low, age.high))


def page_examples() -> list[tuple[str, str]]:
    """Rows that give one answer for all of their texts, or one for each."""
    found: list[tuple[str, str]] = []
    for written, answers, _ in ROWS:
        texts = re.findall(r"`([^`]+)`", written)
        wanted = [answer.strip() for answer in answers.split(",")]
        for n, answer in enumerate(wanted):
            if answer == "the same":
                wanted[n] = wanted[n - 1]
        if len(wanted) == 1 and ";" not in answers:
            found += [
                (text, wanted[0]) for text in texts if re.search(r"[^a-z.~]|^[a-z]{4,}$", text) and not text.endswith(".")
            ]
        elif len(wanted) == len(texts):
            found += list(zip(texts, wanted, strict=True))
    return [(text, answer) for text, answer in found if text not in ("around", "approximately", "circa", "nearly", "almost")]


@pytest.mark.parametrize(("text", "answer"), page_examples())
def test_the_page_is_true(text: str, answer: str) -> None:
    """Every example of the page is read as the page says."""
    assert ends(text) == answer


def test_the_page_was_found() -> None:
    """The table was not renamed away."""
    assert len(page_examples()) > 60


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("32", "384-395"), ("32 Yrs.", "384-395"), ("32 year old woman", "384-395"), ("Age-32", "384-395"),
        ("32, male", "384-395"),
        ("forty five", "540-551"), ("one hundred", "1200-1211"), ("five", "60-71"), ("three-month-old", "3-3"),
        ("36 months", "36-36"),
        ("12 yr 6 mo", "150-150"), ("45 days", "1-1"), ("6 weeks", "1-1"), ("2¼", "27-29"), ("0.5", "6-11"),
        ("17.9", "214-214"),
        ("4-5", "48-71"), ("17/18", "204-227"), ("10-12 years old", "120-155"), ("2-3 days", "0-0"),
        ("her early thirties", "360-419"),
        ("late teens", "192-239"), ("about 17", "144-275"), ("17?", "144-275"), ("about 12", "84-215"), ("about 23", "216-347"),
        ("about 5", "36-95"), ("about 5 months", "3-7"), ("40+", "480-open"), ("≥18", "216-open"), ("more than 17", "204-open"),
        ("60 & above", "720-open"), ("under-18", "0-215"), ("<5", "0-59"), ("under six months", "0-5"), ("5 or less", "0-71"),
        ("1st year", "0-23"), ("၁ဝ နှစ်", "120-131"), ("၈ လသမီး", "8-8"), ("၂ နှစ် ၃ လ", "27-27"), ("teenage girl", "156-239"),
        ("baby girl", "0-23"), ("Child (boy)", "0-215"), ("8 month old baby", "8-8"),
        ("130", "refused"), ("999", "refused"), ("1989", "refused"), ("-5", "refused"), ("35-30", "refused"),
        ("30/40", "refused"),
        ("5m", "refused"), ("5/12", "refused"), ("15-", "refused"), ("youth", "refused"), ("man", "refused"),
        ("girl", "refused"),
        ("32 33", "refused"), ("32²", "refused"), ("17 (student)", "refused"), ("under 0", "refused"),
        ("0th year", "refused"), ("32 M", "refused"),
    ],
)  # fmt: skip
def test_ages_as_people_write_them(text: str, answer: str) -> None:
    """In completed months; what is no age is refused."""
    assert ends(text) == answer


@pytest.mark.parametrize("text", ["", " ", "-", "?", "Unknown", "N/A", "age unknown", "Unknown age", "မသိ"])
def test_an_age_stated_as_unknown_is_told_from_an_age_not_read(text: str) -> None:
    """Readers treat it as missing, not as trouble."""
    assert ages.is_unknown(text)
    assert ends(text) == "refused"


@pytest.mark.parametrize("text", ["youth", "5m", "1989", "0", "99"])
def test_what_is_not_read_is_not_unknown(text: str) -> None:
    """Trouble is listed, never counted as missing."""
    assert not ages.is_unknown(text)


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("17", AgeGroup.CHILD), ("18", AgeGroup.ADULT), ("17 or 18", AgeGroup.UNKNOWN), ("over 17", AgeGroup.UNKNOWN),
        ("over 18", AgeGroup.ADULT),
        ("under 18", AgeGroup.CHILD), ("under 19", AgeGroup.UNKNOWN), ("teenager", AgeGroup.UNKNOWN),
        ("elderly", AgeGroup.ADULT),
        ("about 18", AgeGroup.UNKNOWN), ("about 14", AgeGroup.UNKNOWN), ("in his 18th year", AgeGroup.UNKNOWN),
        ("running 17", AgeGroup.CHILD),
        ("running 19", AgeGroup.ADULT), ("215 months", AgeGroup.CHILD), ("216 months", AgeGroup.ADULT),
        ("5-60", AgeGroup.UNKNOWN),
    ],
)  # fmt: skip
def test_groups_only_where_certain(text: str, group: AgeGroup) -> None:
    """Child is certainly under 18, adult certainly 18 or over."""
    assert ages.read(text).group is group


@pytest.mark.parametrize("text", ["in his 18th year", "running age 18", "18 (traditional)", "၁၈ နှစ်ထဲ", "အသက် ၁၈ နှစ်တွင်း"])
def test_the_current_year_of_life_is_noted_not_corrected(text: str) -> None:
    """17 or 18 completed years, marked, with a note; a plain age is not marked."""
    age = ages.read(text)
    assert age.traditional and age.notes and (age.low, age.high) == (204, 227)
    assert not ages.read("18").traditional


@pytest.mark.parametrize("text", ["0", "99", "about 40", "40?", "mid-40s", "1/2", "3/4"])
def test_what_is_not_certain_is_noted(text: str) -> None:
    """Nothing is made wider, or of two meanings, in silence."""
    assert ages.read(text).notes


FORMS = (
    "{n}", "{n} years", "{n}-year-old", "aged {n}", "{n} yrs old", "{n}y", "{n}.0", "about {n}", "{n}?", "over {n}", "{n}+",
    "up to {n}",
    "at least {n}", "အသက် {b} နှစ်", "({b}) နှစ်", "{b} ခန့်", "in his {n}th year", "running {n}", "{b} နှစ်ထဲ",
    "{n}-{more}", "{n} or {more}",
    "between {n} and {more}", "{n} years 3 months",
)  # fmt: skip


@given(st.integers(1, 120), st.sampled_from(FORMS))
def test_the_age_that_was_meant_is_inside(years: int, form: str) -> None:
    """Somebody of N years (and in traditional counting of N-1) is within the range, and the group never says otherwise."""
    text = form.format(n=years, more=years + 1, b=str(years).translate(TO_BURMESE))
    age = ages.read(text)
    first = 12 * (years - 1 if age.traditional else years) + (3 if "months" in form else 0)
    assert (age.low or 0) <= first <= (first if age.high is None else age.high)
    assert age.group is not (AgeGroup.CHILD if first >= ADULT else AgeGroup.ADULT)
    if form.startswith("over"):
        assert age.low == 12 * years and age.high is None


@given(st.integers(0, 1500))
def test_months_are_months(months: int) -> None:
    """In whole months nothing is lost."""
    assert ends(f"{months} months") == f"{months}-{months}"


@given(st.text(st.sampled_from("0123456789/-. ?+~<>½abouthirtyearsmonthslateunderover၁၈နှစ်လ")))
def test_nothing_but_an_age_or_a_reason_comes_out(text: str) -> None:
    """Whatever stands in a cell: a range that runs forwards and its group, or UnknownValue."""
    try:
        age = ages.read(text)
    except UnknownValue:
        return
    assert age.low is None or age.high is None or age.low <= age.high
    certain_child, certain_adult = age.high is not None and age.high < ADULT, age.low is not None and age.low >= ADULT
    assert age.group is (AgeGroup.CHILD if certain_child else AgeGroup.ADULT if certain_adult else AgeGroup.UNKNOWN)
