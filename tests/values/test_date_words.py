"""What we promise about dates in words: every form of the page, never finer than the text; two readings are both kept."""

from __future__ import annotations

import re
import time
from datetime import date, timedelta
from pathlib import Path

import edtf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from litany.errors import UnreadableDate
from litany.values import date_words, dates
from litany.values.date_words import Order

PAGE = (Path(__file__).resolve().parents[2] / "docs/reference/dates.md").read_text("utf-8")
WORDS = PAGE.partition("## Dates in words")[2].partition("## Ages")[0]
ROWS = re.findall(r"^\| (`.+?) \| (.+?) \| (.*?) ?\|$", WORDS, re.MULTILINE)
WITHIN = dates.parse("2021-02-01/2022-04-15")
DAYS = st.dates(date(2000, 1, 1), date(2068, 12, 31))
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
BURMESE_MONTHS = (
    "ဇန်နဝါရီ", "ဖေဖော်ဝါရီ", "မတ်", "ဧပြီ", "မေ", "ဇွန်", "ဇူလိုင်", "သြဂုတ်", "စက်တင်ဘာ", "အောက်တိုဘာ", "နိုဝင်ဘာ", "ဒီဇင်ဘာ",
)  # fmt: skip
TO_BURMESE = str.maketrans("0123456789", "၀၁၂၃၄၅၆၇၈၉")


def shown(text: str, order: Order | None = None, *, within: bool = False) -> str:
    """The EDTF of a text, or "refused"."""
    try:
        return date_words.read(text, order, WITHIN if within else None).span.edtf
    except UnreadableDate:
        return "refused"


def page_examples() -> list[tuple[str, str]]:
    """Rows of the page whose texts are all whole dates and whose answers are one for all, or one for each."""
    found = []
    for written, answers, _ in ROWS:
        texts, wanted = re.findall(r"`([^`]+)`", written), re.findall(r"`([^`]+)`", answers)
        if len(wanted) == 1:
            found += [(text, wanted[0]) for text in texts if re.search(r"[0-9၀-၉]", text)]
        elif len(wanted) == len(texts):
            found += list(zip(texts, wanted, strict=True))
    return found


@pytest.mark.parametrize(("text", "answer"), page_examples())
def test_the_page_is_true(text: str, answer: str) -> None:
    """Every example of the page is read as the page says."""
    assert shown(text) == answer


def test_the_page_was_found() -> None:
    """The tables were not renamed away."""
    assert len(page_examples()) > 90


REFUSED = [
    "31 Feb 2021", "12-9 October 2023", "5 June to 3 May 2022", "yesterday", "last Tuesday", "two days ago", "Tuesday",
    "summer 2022",
    "monsoon", "rainy season 2022", "1383", "2565", "တပေါင်းလဆန်း ၅ ရက်", "၁၃၈၃ ခုနှစ် တပေါင်းလ", "5 Tabaung 1383",
    "5 février 2021",
    "5 mayo 2021", "9 mai 2021", "5 марта 2021", "٩ فبراير ٢٠٢١", "44236", "02/21", "9/2", "9-12/10/2023", "09022021",
    "9/2-2021", "14:30",
    "9 Feb 2021 (found 12 Feb)", "2010/11", "week of 9 May 2022", "juny 2021", "Mar 89", "9 Feb 89", "7 March", "March",
    "March 21",
    "9 to 12 Oct", "Oct 9-12", "Feb 21-22", "Mar 9-12", "9 Feb-21", "9 Feb 2021²", "9? Feb 2021", "5/6/7 May 2022",
    "0/2/2021", "13/13/2021",
    "32 May 2021", "2021-02-30", "20210230", "2021-13-01", "night of October 2023", "this month", "killed in 2021",
    "9 Feb 2021 10 Feb 2021",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_read_without_guessing_is_refused(text: str) -> None:
    """Refused, with the text in the message, and not taken for "unknown"."""
    assert not date_words.is_unknown(text)
    with pytest.raises(UnreadableDate) as problem:
        date_words.read(text)
    assert text in str(problem.value)


@pytest.mark.parametrize("text", ["", " ", "-", "—", "?", "N/A", "Unknown", "Unknown Date", "n.d.", "0000-00-00", "မသိရ", "TBC"])
def test_a_date_stated_as_unknown_is_told_from_a_date_not_read(text: str) -> None:
    """Readers treat it as missing, not as trouble."""
    assert date_words.is_unknown(text)
    assert shown(text) == "refused"


@pytest.mark.parametrize(
    ("text", "order", "within", "answer"),
    [
        ("03/04/2022", None, False, "[2022-03-04,2022-04-03]"),
        ("03/04/2022", Order.DAY_FIRST, False, "2022-04-03"),
        ("03/04/2022", Order.MONTH_FIRST, False, "2022-03-04"),
        ("13/04/2022", None, False, "2022-04-13"),
        ("13/04/2022", Order.MONTH_FIRST, False, "refused"),
        ("04/13/2022", Order.DAY_FIRST, False, "refused"),
        ("04/04/2022", None, False, "2022-04-04"),
        ("09/02/21", None, False, "[2009-02-21,2021-02-09,2021-09-02]"),
        ("09/02/21", None, True, "[2021-02-09,2021-09-02]"),
        ("09/02/21", Order.DAY_FIRST, False, "2021-02-09"),
        ("March", None, True, "[2021-03,2022-03]"),
        ("7 March", None, True, "[2021-03-07,2022-03-07]"),
        ("7 May", None, True, "2021-05-07"),
        ("March 21", None, True, "[2021-03,2022-03-21]"),
        ("7 January 2020", None, True, "2020-01-07"),
        ("Oct 9-12", None, True, "2021-10-09/2021-10-12"),
        ("Mar 9-12", None, True, "[2021-03-09..2021-03-12,2022-03-09..2022-03-12]"),
        ("early March", None, True, "[2021-03-01~..2021-03-10~,2022-03-01~..2022-03-10~]"),
        ("30 February", None, True, "refused"),
        ("2022-24", None, False, "2022/2024"),
        # After or before one of several days: whichever it was, no day that may be meant is left out.
        ("after 03/04/2022", None, False, "2022-03-05/.."),
        ("before 03/04/2022", None, False, "../2022-04-02"),
        ("since 03/04/2022", None, False, "2022-03-04/.."),
        ("by 03/04/2022", None, False, "../2022-04-03"),
        ("after 6 or 8 January 2022", None, False, "2022-01-07/.."),
    ],
)
def test_what_a_text_leaves_open(text: str, order: Order | None, within: bool, answer: str) -> None:
    """Order, century and year come from the column and the period; without them every reading is kept, or none."""
    assert shown(text, order, within=within) == answer


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Sat 9 Feb 2021", "no Saturday"), ("night of 9 October 2023", "night"), ("9 Feb 2021 14:30", "14:30"),
        ("2021-02-09T23:30Z", "zone"),
        ("Febuary 2021", "February"), ("08-Feb-21", "two digits"), ("03/04/2022", "order"),
        ("30 Dec - 2 Jan 2022", "turn of the year"),
        ("1970-01-01", "empty"), ("5 May 2022*", "*"), ("morning of 9 October 2023", "morning"), ("2021-22", "years"),
        ("XX Feb 2021", "unknown"),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_noted(text: str, part: str) -> None:
    """Whatever was read into a text, or left beside it, stands in a note."""
    assert part in " ".join(date_words.read(text).notes)


@pytest.mark.parametrize(
    "text", ["Tue 9 Feb 2021", "9 Feb 2021", "2021-02-09", "2021-02-09 00:00:00", "13/04/2022", "Feb 2021"]
)
def test_plain_dates_have_no_notes(text: str) -> None:
    """A million rows do not bring a million remarks."""
    assert date_words.read(text).notes == ()


FORMS = (
    "{d} {mon} {y}", "{dd}-{mon}-{y}", "{d}{mon}{y}", "{mon} {d}, {y}", "{mon}. {d} {y}", "{month} {d}{th}, {y}",
    "{d}{th} of {month}, {y}",
    "{y} {month} {d}", "{d}/{mon}/{y}", "{dd}-{mon}-{yy}", "{d} {month} '{yy}", "{y}/{mm}/{dd}", "{y}-{m}-{d}",
    "{y}.{m}.{d}", "{y}{mm}{dd}",
    "{d}/{m}/{y}", "{m}/{d}/{y}", "{dd}.{mm}.{y}", "{dd}/{mm}/{yy}", "{mm}/{dd}/{yy}", "{yy}/{mm}/{dd}",
    "{y}-{mm}-{dd}T14:30", "{y}-{mm}-{dd} 23:30+06:30",
    "{weekday}, {d} {month} {y}", "{d} {mon} {y} ({weekday})", "{mon} {y}", "{mm}/{y}", "{y}", "night of {d} {month} {y}",
    "overnight {d} {mon} {y}",
    "midnight on {d} {mon} {y}", "morning of {d} {month} {y}", "about {d} {month} {y}", "{d} {month} {y}?",
    "since {d} {month} {y}", "by {d} {month} {y}",
    "{by} ခုနှစ် {bmonth}လ {bd} ရက်", "{bd} {bmonth} {by}", "{bd}-{bm}-{by}", "{by} ခုနှစ် {bm} လပိုင်း {bd} ရက်နေ့",
    "{d} {MONTH} {y}",
    "{mon} {d}-{d2}, {y}", "{d}-{d2} {mon} {y}", "{d}/{d2} {mon} {yy}", "from {d} to {d2} {month} {y}", "{month} {d}",
    "{d} {month}", "{mon} {yy}",
)  # fmt: skip


def write(form: str, day: date) -> str:
    """A day in one of the forms; the second day of a range is the next, or the same at the end of a month."""
    following = day + timedelta(days=1) if (day + timedelta(days=1)).month == day.month else day
    name, burmese = MONTHS[day.month - 1], BURMESE_MONTHS[day.month - 1]
    th = "th" if 10 < day.day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return form.format(
        d=day.day, dd=f"{day.day:02}", d2=following.day, m=day.month, mm=f"{day.month:02}", y=day.year,
        yy=f"{day.year % 100:02}",
        mon=name[:3], month=name, MONTH=name.upper(), th=th, weekday=day.strftime("%A"), bmonth=burmese,
        bd=str(day.day).translate(TO_BURMESE), bm=str(day.month).translate(TO_BURMESE), by=str(day.year).translate(TO_BURMESE),
    )  # fmt: skip


@settings(max_examples=400)
@given(DAYS, st.sampled_from(FORMS))
@example(date(2021, 10, 9), "{mon} {d}-{d2}, {y}")
def test_a_day_in_any_form_is_inside_what_is_read(day: date, form: str) -> None:
    """Whatever the form, and whether or not the order of numbers is known, the day that was meant is among those kept."""
    text = write(form, day)
    within = dates.parse(f"{day.year - 1}/{day.year + 1}")
    span = date_words.read(text, None, within).span
    assert (span.earliest or 0) <= day.toordinal() <= (span.latest or day.toordinal()), (text, span)


@settings(max_examples=200)
@given(DAYS, st.sampled_from([form for form in FORMS if "{d}" in form or "{dd}" in form or "{bd}" in form]))
def test_a_day_is_never_read_a_year_away(day: date, form: str) -> None:
    """Without a period, a form is read with its day inside or not at all."""
    text = write(form, day)
    try:
        span = date_words.read(text).span
    except UnreadableDate:
        return
    assert (span.earliest or 0) <= day.toordinal() <= (span.latest or day.toordinal()), (text, span)


@given(DAYS, st.sampled_from(list(Order)), st.sampled_from("/.-"), st.booleans())
def test_with_the_order_known_there_is_one_day(day: date, order: Order, separator: str, short: bool) -> None:
    """A column that is settled has no sets."""
    year = f"{day.year % 100:02}" if short else str(day.year)
    parts = [f"{day.day:02}", f"{day.month:02}"]
    text = separator.join([*(parts if order is Order.DAY_FIRST else parts[::-1]), year])
    assert date_words.read(text, order).span.edtf == day.isoformat()


COLUMNS = st.lists(
    st.tuples(DAYS, st.sampled_from(["{dd}/{mm}/{y}", "{mm}/{dd}/{y}", "{dd}/{mm}/{yy}", "{mm}/{dd}/{yy}", "{yy}/{mm}/{dd}"]))
)


@given(COLUMNS)
def test_no_order_contradicts_a_date_of_its_column(column: list[tuple[date, str]]) -> None:
    """Every date of a settled column is a day of the calendar in the order that was settled."""
    texts = [write(form, day) for day, form in column]
    evidence = date_words.settle(texts)
    for text in texts if evidence.order else ():
        first, second, year = (int(part) for part in text.split("/"))
        month, day = (second, first) if evidence.order is Order.DAY_FIRST else (first, second)
        date(2000 + year % 100, month, day)
    assert not evidence.order or bool(evidence.day_first) != bool(evidence.month_first)


@given(st.lists(st.dates(date(2013, 1, 1), date(2031, 12, 31)), max_size=19))
def test_two_digits_of_a_year_in_front_are_never_settled_as_days(column: list[date]) -> None:
    """The worst that could happen to a column of yy/mm/dd: another day, years away, without a remark."""
    assert date_words.settle([write("{yy}/{mm}/{dd}", day) for day in column]).order is None


def days_of(struct: time.struct_time) -> int:
    return date(*struct[:3]).toordinal()


@settings(max_examples=60, deadline=None)  # the library takes long
@given(
    DAYS,
    st.sampled_from([f for f in FORMS if not f.startswith(("since", "by "))] + ["early {month} {y}", "last week of {mon} {y}"]),
)
def test_the_library_reads_the_same_days(day: date, form: str) -> None:
    """What comes out is EDTF: an independent reader finds the same first and last day."""
    try:
        span = date_words.read(write(form, day)).span
    except UnreadableDate:
        return
    parsed = edtf.parse_edtf(span.edtf)
    assert (days_of(parsed.lower_strict()), days_of(parsed.upper_strict())) == (span.earliest, span.latest)


@given(st.text(st.sampled_from("0123456789/-. ,'?~[]{}XFeb March to or and early night of since 21st၂၀မတ်လရက်")))
def test_nothing_but_a_date_or_a_reason_comes_out(text: str) -> None:
    """Whatever stands in a cell: a date that parses again, or UnreadableDate."""
    try:
        span = date_words.read(text, None, WITHIN).span
    except UnreadableDate:
        return
    again = dates.parse(span.edtf)
    assert (again.earliest, again.latest) == (span.earliest, span.latest)


@pytest.mark.parametrize(
    ("texts", "order", "day_first", "month_first"),
    [
        (["13/02/2021", "03/04/2021"], Order.DAY_FIRST, 1, 0),
        (["02/13/2021", "03/04/2021"], Order.MONTH_FIRST, 0, 1),
        (["13/02/2021", "02/13/2021"], None, 1, 1),
        (["03/04/2021", "05/05/2021", "9 Feb 2021", "2021-13-01", ""], None, 0, 0),
        (["31/02/2021", "29/02/2021"], None, 0, 0),  # no days at all
        (["13/02-2021"], None, 0, 0),
        (["25/12/21", "03/04/21"], None, 0, 0),  # or 21 December 2025
        (["25/12/21", "03/04/45"], Order.DAY_FIRST, 1, 0),
        (["12/25/21", "03/04/21"], Order.MONTH_FIRST, 0, 1),
        (["25/12/21", "45/12/25"], None, 0, 0),
        (["၁၃-၂-၂၀၂၁"], Order.DAY_FIRST, 1, 0),
        ([f"{day:02}/03/21" for day in range(1, 29)], Order.DAY_FIRST, 16, 0),
    ],
)
def test_only_hard_evidence_settles(texts: list[str], order: Order | None, day_first: int, month_first: int) -> None:
    """Dates that fit one order only, and none that fits the other only."""
    found = date_words.settle(texts)
    assert (found.order, found.day_first, found.month_first) == (order, day_first, month_first)
    assert str(day_first) in found.show()


@pytest.mark.parametrize(
    "text",
    [
        # A number beside a time is a time, not the first day of a range.
        "3-4 pm 5 May 2022", "between 3 and 4 pm 5 May 2022", "2 or 3 pm on 5 May 2022", "6 and 7 am 8 May 2022",
        "9/10 am Oct 2023",
        # "One day in March" is not the first day of March.
        "one day in March 2022", "one week of March 2022", "two week of March 2022", "one half of 2022",
        # Open and closed at once: neither end is dropped.
        "since 1 May 2021 to 3 June 2021", "since 1 May 2021 - 3 June 2021", "after 5 May 2021 to 6 June 2021",
        # Years of other eras, in every form.
        "1380s", "2560s", "1383-84", "2564/65", "Q1 1383", "H1 2565", "2565-W10", "early 1383", "between 2564 and 2565",
        # The signs of the small alphabet inside are not for the writer.
        "@05 2021", "#5 May 2022", "^21 May 5",
        "2025s", "late to early March 2022",
    ],
)  # fmt: skip
@pytest.mark.parametrize("within", [False, True])
def test_what_stands_beside_a_date_does_not_change_its_days(text: str, within: bool) -> None:
    """Refused rather than read as days that nobody wrote, whatever the period."""
    assert shown(text, within=within) == "refused"
    with pytest.raises(UnreadableDate, match=re.escape(text)):
        date_words.read(text)


@pytest.mark.parametrize("text", ["5-May 22", "5-May 7", "5 May-22"])
def test_a_month_between_two_numbers_is_no_range_of_days(text: str) -> None:
    """Day, month, year with two separators is refused, also where the period would make days of both numbers."""
    assert shown(text) == shown(text, within=True) == "refused"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("2021-22?", "2021?/2022?"), ("2021-22~", "2021~/2022~"), ("2022-24?", "2022?/2024?"),  # years, also when marked
        ("2023-21?", "2023-21?"), ("2021-02?", "2021-02?"),
        ("before early March 2022", "../2022-02-28~"), ("after early March 2022", "2022-03-11~/.."),  # still approximate
        ("before March 2022", "../2022-02-28"), ("until mid to late March 2022", "../2022-03-31~"),
        ("9 Feb 2021 3 pm to 10 Feb 2021 4 pm", "2021-02-09/2021-02-10"),
        ("1990s", "199X"), ("before 1800", "../1799-12-31"),
    ],
)  # fmt: skip
def test_marks_and_times_at_the_edges(text: str, answer: str) -> None:
    """The exceptions of the page hold for marked texts, and an approximate end stays one."""
    assert shown(text) == answer


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Tuesday night 9 Oct 2023", "no Tuesday"), ("Sun 2021", "Sunday"), ("Sat, 9-12 Feb 2021", "Saturday"),
        ("Saturday 09/02/2021", "Saturday"), ("01/01/1970", "empty"), ("1900-01-01 00:00:00", "empty"),
    ],
)  # fmt: skip
def test_no_weekday_and_no_empty_cell_goes_unsaid(text: str, part: str) -> None:
    """A weekday that is not checked is noted, and the days of empty cells in every form."""
    assert part in " ".join(date_words.read(text).notes)


def test_a_weekday_that_fits_the_night_is_not_noted() -> None:
    """9 October 2023 was a Monday."""
    assert "Monday" not in " ".join(date_words.read("Monday night 9 Oct 2023").notes)


def test_a_column_that_contradicts_itself_says_so() -> None:
    """Also when the contradiction is a date that can only be year-first."""
    assert "contradict" in date_words.settle(["12/25/21", "45/12/25"]).show()
    assert "contradict" in date_words.settle(["13/02/2021", "02/13/2021"]).show()
    assert "nothing decides" in date_words.settle(["03/04/2021"]).show()


@given(
    st.sampled_from(["{a}-{b} pm {rest}", "{a} to {b} pm, {rest}", "between {a} and {b} am {rest}", "{a} or {b} pm on {rest}"]),
    st.integers(1, 12), st.integers(1, 12), DAYS,
)  # fmt: skip
def test_hours_never_become_days(form: str, a: int, b: int, day: date) -> None:
    """Hours before a date: the day that was written, or nothing."""
    text = form.format(a=a, b=b, rest=write("{d} {month} {y}", day))
    assert shown(text) in ("refused", day.isoformat())


@given(
    st.integers(1, 9999),
    st.sampled_from(["{y}", "May {y}", "Q1 {y}", "{y}-W10", "early {y}", "since {y}", "{y}-{z}", "5 May {y}"]),
)
def test_no_year_of_another_era(year: int, form: str) -> None:
    """Years outside 1800 to 2199 are refused in every form."""
    text = form.format(y=f"{year:04}", z=min(year + 1, 9999))
    if not 1800 <= year <= 2198:
        assert year == 2199 or shown(text) == "refused"
    else:
        assert shown(text) != "refused"
