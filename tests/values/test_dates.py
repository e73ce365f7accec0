"""What we promise about dates: EDTF, never finer than the text, never a time zone, never a guess."""

from __future__ import annotations

import calendar
import time
from datetime import date, timedelta

import edtf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litany.errors import UnreadableDate
from litany.values import dates

DAYS = st.dates(date(1000, 1, 1), date(9000, 12, 31))
MARK = st.sampled_from(["", "?", "~", "%"])


@st.composite
def singles(draw: st.DrawFn) -> str:
    """One date as the library and we both read it: a year, month or day, digits unspecified from the right."""
    day = draw(DAYS)
    shape = draw(st.sampled_from(["{0}", "{1}", "{2}", "{3}", "{4}", "{5}XX", "{6}X"]))
    iso = day.isoformat()
    return shape.format(iso[:4], iso[:7], iso, f"{iso[:7]}-XX", f"{iso[:4]}-XX", iso[:2], iso[:3]) + draw(MARK)


def days_of(struct: time.struct_time) -> int:
    return date(*struct[:3]).toordinal()


def oracle(text: str) -> tuple[int, int]:
    """First and last day after the edtf library (ixc/python-edtf)."""
    parsed = edtf.parse_edtf(text)
    return days_of(parsed.lower_strict()), days_of(parsed.upper_strict())


@given(singles())
def test_single_dates_have_the_days_of_the_library(text: str) -> None:
    """First and last possible day are those of an independent reader of EDTF."""
    span = dates.parse(text)
    assert (span.earliest, span.latest) == oracle(text)
    assert (span.uncertain, span.approximate) == (text[-1] in "?%", text[-1] in "~%")


@given(singles(), singles())
def test_intervals_have_the_days_of_the_library(left: str, right: str) -> None:
    """An interval runs from the first day of its beginning to the last day of its end; one that runs backwards is refused.

    The library reads the ends one by one (it does not know unspecified digits within intervals).
    """
    text = f"{left}/{right}"
    first, last = oracle(left)[0], oracle(right)[1]
    if last < first:
        with pytest.raises(UnreadableDate):
            dates.parse(text)
    else:
        span = dates.parse(text)
        assert (span.earliest, span.latest) == (first, last)


@settings(max_examples=30)  # the library takes long over sets
@given(st.lists(DAYS, min_size=2, max_size=4), st.sampled_from(["[]", "{}"]))
def test_sets_span_their_members(days: list[date], brackets: str) -> None:
    """ "One of these" and "all of these" run from the first to the last day of any member, as in the library."""
    text = brackets[0] + ",".join(day.isoformat() for day in days) + brackets[1]
    span = dates.parse(text)
    assert (span.earliest, span.latest) == oracle(text)


@given(st.integers(1000, 9000), st.sampled_from([21, 22, 23]))
def test_seasons_have_the_months_of_the_library(year: int, season: int) -> None:
    """Spring, summer and autumn are those of the library."""
    span = dates.parse(f"{year}-{season}")
    assert (span.earliest, span.latest) == oracle(f"{year}-{season}")


def test_winter_runs_into_the_next_year() -> None:
    """The library ends winter with its year, by its own note only for simplicity; ours is not finer than what is meant."""
    span = dates.parse("2023-24")
    assert (dates.show(span.earliest or 0), dates.show(span.latest or 0)) == ("2023-12-01", "2024-02-29")


def brute(pattern: str) -> list[int]:
    """Every day of the calendar whose ISO form fits a pattern of digits and X; the slow and obvious way."""
    low, high = (int(pattern[:4].replace("X", digit)) for digit in "09")
    day, found = date(max(low, 1), 1, 1), []
    while day.year <= high:
        if all(p in ("X", c) for p, c in zip(pattern, day.isoformat(), strict=True)):
            found.append(day.toordinal())
        day += timedelta(days=1)
    return found


@given(st.sampled_from(["2023", "2024", "202X"]), st.sampled_from(["XX", "0X", "1X", "02", "04", "12"]),
       st.sampled_from(["XX", "0X", "1X", "2X", "3X", "29", "30", "31", "01"]))  # fmt: skip
def test_unspecified_digits_allow_exactly_the_days_of_the_calendar(year: str, month: str, day: str) -> None:
    """Where digits are left open, first and last are the first and last real day that fits; where none fits, it is no date."""
    text = f"{year}-{month}-{day}"
    if days := brute(text):
        span = dates.parse(text)
        assert (span.earliest, span.latest) == (days[0], days[-1])
    else:
        with pytest.raises(UnreadableDate):
            dates.parse(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021-02-01/..", "2021-02-01", None),
        ("2021-02/", "2021-02-01", None),
        ("../2021", None, "2021-12-31"),
        ("/2021", None, "2021-12-31"),
        ("[..2021]", None, "2021-12-31"),
        ("[2021..]", "2021-01-01", None),
        ("{2020,2021-05..2021-06}", "2020-01-01", "2021-06-30"),
        ("  2021-02-01 ", "2021-02-01", "2021-02-01"),
    ],
)
def test_an_open_end_stays_open(text: str, first: str | None, last: str | None) -> None:
    """What the source leaves open has no day."""
    span = dates.parse(text)
    assert tuple(None if n is None else dates.show(n) for n in (span.earliest, span.latest)) == (first, last)
    assert (span.precision is None) == (None in (first, last))


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "..", "../..", "/", "[..]", "[]", "[2021..2020]", "2022/2021", "2021/2022/2023", "2023-02-30", "2023-13",
        "2023-00", "2023-1", "23-10-09", "9/10/2023", "09.10.2023", "2023-10-09T23:30", "2023-10-09T23:30Z", "2023-10-09+06:30",
        "2023-21-05", "0000", "000X", "9999-24", "October 2023", "၂၀၂၃", "၂၀၂၃-၁၀-၀၉", "20²³", "2023-10-09?~", "[2021",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    """A text that is no date, has a time of day or needs a guess is an error that carries the text."""
    with pytest.raises(UnreadableDate):
        dates.parse(text)


def test_a_time_of_day_is_told_where_to_go() -> None:
    """An instant is not cut to a date: its zone would be dropped."""
    with pytest.raises(UnreadableDate, match=r"2023-10-09 alone, and the time in a column of its own"):
        dates.parse("2023-10-09T23:30Z")


@given(st.text(max_size=24) | st.text(alphabet="0123456789X-/.?~%[]{},", max_size=24))
def test_any_text_ends_in_a_span_or_in_a_refusal(text: str) -> None:
    """No text makes anything else than a date whose ends are in order, or UnreadableDate."""
    try:
        span = dates.parse(text)
    except UnreadableDate:
        return
    assert span.earliest is not None or span.latest is not None
    if span.earliest is not None and span.latest is not None:
        assert span.earliest <= span.latest


@given(DAYS, st.integers(0, 800))
def test_precision_is_that_of_ucdp(first: date, more: int) -> None:
    """1 a day, 2 two to six days, 3 a week, 4 up to a month, 5 longer (UCDP GED codebook, date_prec)."""
    days = more + 1
    span = dates.from_days(first.toordinal(), first.toordinal() + more)
    table = [(1, 1), (6, 2), (7, 3), (31, 4)]
    assert span.precision == next((code for most, code in table if days <= most), 5)


@given(st.none() | DAYS, st.none() | DAYS)
def test_the_shortest_edtf_reads_back(first: date | None, last: date | None) -> None:
    """Days to EDTF and back are the same days; an empty or wholly open range is refused."""
    ends = tuple(None if day is None else day.toordinal() for day in (first, last))
    if ends == (None, None) or (first and last and last < first):
        with pytest.raises(UnreadableDate):
            dates.from_days(*ends)
    else:
        made = dates.from_days(*ends)
        assert (made.earliest, made.latest) == ends
        assert dates.parse(made.edtf) == made


@given(singles() | st.just("2021/2022") | st.just("[2020,2023]"), singles() | st.just("2024-01/2024-03"))
def test_from_one_date_to_another_is_a_date_again(left: str, right: str) -> None:
    """The first day of one to the last of the other, written as EDTF that reads back to the same days."""
    a, b = dates.parse(left), dates.parse(right)
    if (b.latest or 0) < (a.earliest or 0):
        with pytest.raises(UnreadableDate):
            dates.between(left, right)
        return
    made = dates.between(left, right)
    again = dates.parse(made.edtf)
    if left != right:
        assert (made.earliest, made.latest) == (a.earliest, b.latest) == (again.earliest, again.latest)


@pytest.mark.parametrize(
    ("text", "formats", "edtf_text"),
    [
        ("09/10/2023", ("%d/%m/%Y",), "2023-10-09"),
        ("10/2023", ("%m/%Y",), "2023-10"),
        ("Oct 2023", ("%b %Y",), "2023-10"),
        ("FY 2023", ("FY %Y",), "2023"),
        ("45208", ("excel-serial",), "2023-10-09"),
        ("45208.0", ("excel-serial",), "2023-10-09"),
        ("2023-10-09", ("%d/%m/%Y",), "2023-10-09"),
        ("13/10/2023", ("%d/%m/%Y", "%m/%d/%Y"), "2023-10-13"),
        ("10/10/2023", ("%d/%m/%Y", "%m/%d/%Y"), "2023-10-10"),
        ("၀၉/၁၀/၂၀၂၃", ("%d/%m/%Y",), "2023-10-09"),
    ],
)
def test_a_declared_format_reads_no_finer_than_it_says(text: str, formats: tuple[str, ...], edtf_text: str) -> None:
    """A format without a day gives the month, one without a month the year; EDTF is always read."""
    assert dates.read(text, formats).edtf == edtf_text
    assert dates.read(text, formats) == dates.parse(edtf_text)


@pytest.mark.parametrize(
    ("text", "formats"),
    [
        ("09/10/2023", ("%d/%m/%Y", "%m/%d/%Y")),
        ("09/10/2023", ()),
        ("31/02/2023", ("%d/%m/%Y",)),
        ("60", ("excel-serial",)),  # the 29th of February 1900, which never was
        ("45208.5", ("excel-serial",)),
        ("4²", ("excel-serial",)),
        ("9999999", ("excel-serial",)),
    ],
)
def test_what_two_formats_read_differently_is_refused(text: str, formats: tuple[str, ...]) -> None:
    """The order of day and month is never guessed."""
    with pytest.raises(UnreadableDate):
        dates.read(text, formats)


@pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M%z", "%d/%m/%Y %Z", "%c", "%x", "%m/%d", "%d %Y", "%Y-%U-%w", "%"])
def test_a_format_that_needs_a_guess_is_refused(form: str) -> None:
    """A zone would be dropped; a local form, a missing year or a lone day would be guessed."""
    with pytest.raises(UnreadableDate):
        dates.check_format(form)


@pytest.mark.parametrize("form", ["excel-serial", "%d/%m/%Y", "%b %Y", "%Y", "%y%j", "%A %d %B %Y %I:%M %p 100%%"])
def test_a_format_that_says_its_date_is_taken(form: str) -> None:
    """Days, months and years in any order, with the words around them."""
    dates.check_format(form)


@given(DAYS, st.integers(0, 900))
def test_months_between_are_those_of_every_day(first: date, more: int) -> None:
    """Every month that one of the days lies in, in order."""
    days = [first + timedelta(days=n) for n in range(more + 1)]
    expected = tuple(dict.fromkeys(day.isoformat()[:7] for day in days))
    assert dates.months_between(days[0].toordinal(), days[-1].toordinal()) == expected


@given(st.integers(1000, 9000), st.integers(1, 12))
def test_a_scope_s_range_takes_whole_months_and_years(year: int, month: int) -> None:
    """2021-02 is all of February; 2021..2021-02 ends with February's last day."""
    last = calendar.monthrange(year, month)[1]
    ends = (date(year, month, 1).toordinal(), date(year, month, last).toordinal())
    text = f"{year}-{month:02}"
    assert dates.iso_range(text) == dates.iso_range(f"{text}..{text}") == ends
    assert dates.iso_range(f"{text}..") == (ends[0], None)
    assert dates.iso_range(f"..{text}") == (None, ends[1])


@pytest.mark.parametrize("text", ["..", "2022..2021", "2021-2", "2021...2022", "2021..2022..2023", "202X", "2021?", "x..2021"])
def test_a_range_that_cannot_be_meant_is_refused(text: str) -> None:
    """No interval marks, unspecified digits or backward ranges in a scope."""
    with pytest.raises(UnreadableDate):
        dates.iso_range(text)


def test_the_same_text_is_parsed_once() -> None:
    """Whole texts are kept, because the same dates come again by the thousand."""
    dates.parse.cache_clear()
    spans = [dates.parse("2023-10-XX") for _ in range(1000)]
    assert dates.parse.cache_info().misses == 1
    assert all(span is spans[0] for span in spans)
