"""What we promise about ages: no finer than the words, and a child or an adult only where that is certain."""

from __future__ import annotations

import re
from datetime import date, timedelta
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
        ("17.9", "214-215"), ("2.9", "34-35"),
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


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("1 year and 6 month s", "18-18"), ("1 year and 6 months", "18-18"), ("3 Months", "3-3"), ("6 year s old", "72-83"),
        ("50 +", "600-open"), ("20 +", "240-open"), ("40+", "480-open"), ("60+ years", "720-open"), ("60 yrs+", "720-open"),
        ("70 years old and over", "840-open"), ("over 70", "840-open"), ("more than 70", "840-open"), ("60 and up", "720-open"),
        ("=>60", "720-open"), (">= 60", "720-open"), ("not less than 60", "720-open"), ("over age 60", "720-open"),
        ("over 3 weeks", "0-open"), ("Under 18", "0-215"), ("under age 18", "0-215"), ("under the age of 18", "0-215"),
        ("under-age", "0-215"), ("no older than 18", "0-227"), ("not more than 5", "0-71"), ("less than a year", "0-11"),
        ("less than one month", "0-0"), ("under 2 weeks", "0-0"), ("under 10 weeks", "0-2"), ("under 56 days", "0-1"),
        ("under 57 days", "0-2"), ("under 24 hours", "0-0"), ("under 1.5 months", "0-1"), ("under 2.3 years", "0-27"),
        ("under half a year", "0-5"), ("about 40 years", "420-551"), ("ca. 40", "420-551"), ("40 (approx.)", "420-551"),
        ("40 or so", "420-551"), ("about 9", "84-143"), ("about 10", "60-191"), ("about 8-14", "72-239"),
        ("about 40-45", "420-611"), ("about 1 month", "0-2"), ("1 and half years", "18-23"), ("2 years and a half", "30-35"),
        ("two-and-a-half years", "30-35"), ("1 yr. 6 mo.", "18-18"), ("17 years 11 months", "215-215"),
        ("18 years 0 months", "216-216"), ("a year old", "12-23"), ("a month old", "1-1"), ("0.4", "4-5"), ("17.99", "215-215"),
        (".5", "6-11"), ("Age.32", "384-395"), ("1/2 year", "6-35"), ("3/4 years", "9-59"), ("1/2 months", "0-2"),
        ("from 30 to 35", "360-431"), ("30–35", "360-431"), ("30−35", "360-431"), ("ages 5 to 10", "60-131"),
        ("1 year or 2 years", "12-35"), ("1 or 2 months", "1-2"), ("0-17", "0-215"), ("2.5-3", "30-47"), ("20’s", "240-359"),
        ("[32]", "384-395"), ("32\u200b", "384-395"), ("32\u00a0years", "384-395"), ("1000 hours", "1-1"), ("31 days", "1-1"),
        ("30 days", "0-1"), ("129", "1548-1559"), ("1559 months", "1559-1559"), ("100", "1200-1211"), ("032", "384-395"),
        ("teen", "156-239"), ("new-born", "0-0"), ("အသက်၃၂နှစ်", "384-395"), ("အသက် (၃၂) နှစ်", "384-395"),
        ("အသက် - ၃၂", "384-395"), ("၃၂ နှစ်အရွယ်", "384-395"), ("အသက် ၆၀ ကျော်", "720-open"), ("၁၈ အောက်", "0-215"),
        ("၃၀ မှ ၃၅", "360-431"), ("၃၀ နှစ်မှ ၃၅ နှစ်", "360-431"), ("၃၀-၃၅ နှစ်", "360-431"), ("၃၀ဝန်းကျင်", "300-431"),
        ("၄၀ နီးပါး", "420-551"), ("၃ ပတ်", "0-0"), ("၅ ရက်သား", "0-0"), ("၁နှစ်၆လ", "18-18"), ("ကလေးငယ်", "0-215"),
    ],
)  # fmt: skip
def test_ages_as_lists_write_them(text: str, answer: str) -> None:
    """As real lists write them: broken words of a PDF, other dashes and quotes, days and weeks to the day."""
    assert ends(text) == answer


@pytest.mark.parametrize(
    "text",
    [
        "–5", "− 5", "-၅", "5 and 7", "12 & 13", "1 year 13 months", "5 years 12 months", "6 months to 9", "1560 months",
        "over 130", "about 125", "one hundred and two", "two hundred", "two thirds", "1 1/3", "3 2", "32??", "32*", "12,13",
        "born 1989", "1e3", "over 70+", "40±5", "30-35-40", "30s or 40s", "under 0 months", "5M", "M/32", "32/M", "month",
        "adult 32", "child (25)", "40 unknown", "age", "old", "in", "()", "1½½", "2 1/0", "130s",
    ],
)  # fmt: skip
def test_what_may_mean_two_things_is_refused(text: str) -> None:
    """Listed for a person to settle, with the text in the message; never taken for missing."""
    assert not ages.is_unknown(text) or text == "()"
    with pytest.raises(UnknownValue, match=re.escape(repr(text))):
        ages.read(text)


@pytest.mark.parametrize(
    "text", ["9" * 5000, "over " + "9" * 5000, "1." + "9" * 5000, "9" * 90, "9" * 90 + " months", "(" * 5000]
)
def test_no_length_of_digits_breaks_it(text: str) -> None:
    """A reason comes out, no error of the machine."""
    assert ends(text) == "refused"


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-", "--", "?", "??", "Unknown", "N/A", "N.A.", "NaN", "not known",
        "age unknown", "Unknown age", "AGE  UNKNOWN",
        "age: unknown", "Age: ?", "age not known", "age is not known", "no age", "not stated", "မသိ", "မသိရ", "မသိပါ", "အသက်မသိ",
        "အသက် မသိရသေး",
    ],
)  # fmt: skip
def test_an_age_stated_as_unknown_is_told_from_an_age_not_read(text: str) -> None:
    """Readers treat it as missing, not as trouble."""
    assert ages.is_unknown(text)
    assert ends(text) == "refused"


@pytest.mark.parametrize("text", ["youth", "5m", "1989", "0", "99", "age", "under age", "middle age", "unknown adult"])
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


@given(st.integers(0, 129), st.sampled_from(("{n}", "{n} years", "{n} yrs old", "aged {n}", "{b}", "အသက် {b} နှစ်", "{b}နှစ်")))
def test_a_year_of_age_is_twelve_months(years: int, form: str) -> None:
    """N years are 12N to 12N+11, in either script."""
    assert ends(form.format(n=years, b=str(years).translate(TO_BURMESE))) == f"{12 * years}-{12 * years + 11}"


@given(st.integers(0, 129), st.integers(0, 129), st.sampled_from(("{a}-{b}", "{a} – {b}", "{a} to {b}", "between {a} and {b}")))
def test_ranges_run_forwards_or_are_refused(a: int, b: int, form: str) -> None:
    """From the first year's first month to the second's last; never turned round."""
    assert ends(form.format(a=a, b=b)) == (f"{12 * a}-{12 * b + 11}" if a <= b else "refused")


SAME = (
    "32 years old", "1 year and 6 months", "about 40", "under 18", "over 70", "50 +", "mid-40s", "in his 18th year",
    "unknown age",
    "Child", "between 30 and 35", "half a year", "thirty-two", "1 1/2", "5m", "youth", "6 months to 2 years",
)  # fmt: skip


@given(st.sampled_from(SAME), st.data())
def test_case_and_blanks_make_no_difference(text: str, data: st.DataObject) -> None:
    """Any letters in capitals, more blanks where one is, blanks around, and blanks that only look different."""
    cased = "".join(c.upper() if data.draw(st.booleans()) else c for c in text)
    spaced = "".join(data.draw(st.sampled_from((" ", "  ", "\t", "\u00a0", "\n "))) if c == " " else c for c in cased)
    around = data.draw(st.sampled_from(("", " ", "\u00a0", "\ufeff")))
    assert ends(around + spaced + around) == ends(text)
    assert ages.is_unknown(around + spaced + around) == ages.is_unknown(text)


@given(st.integers(1, 2000), st.sampled_from(("days", "weeks")), st.sampled_from(("{n} {u}", "under {n} {u}", "over {n} {u}")))
def test_days_are_within_the_months_of_a_calendar(number: int, unit: str, form: str) -> None:
    """Whoever lived so many days, counted on a calendar from any month's first day, is within the range."""
    age = ages.read(form.format(n=number, u=unit))
    days = number * (7 if unit == "weeks" else 1) + {"u": -1, "o": 1}.get(form[0], 0)
    for month in range(1, 13):
        born = date(1999, month, 1)
        then = born + timedelta(days)
        completed = 12 * (then.year - born.year) + then.month - born.month
        assert (age.low or 0) <= completed and (age.high is None or completed <= age.high)


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
