"""Drawings are the same each time, follow the page's colours, and never show a source's high as a range."""

from __future__ import annotations

import re
import warnings
from importlib import resources

import pytest
from matplotlib.figure import Figure as Canvas

from litany.publish import chart_months, chart_places, drawing
from litany.types.figure import Basis
from litany.values import places
from tests.publish.report_making import figure

BOUND = {"2021-02": figure(2, 3, 9), "2021-03": figure(4, 4, 4)}
SUMS = {"2021-02": figure(2, 3, 9, Basis.SOURCE_SUM), "2021-03": figure(4, 4, 4)}


def chart(figures: dict[str, object]) -> str:
    made = chart_months.draw("month", "By month", figures)  # type: ignore[arg-type]
    assert made is not None
    return made


def test_a_line_from_low_to_high_stands_only_where_both_are_bounds() -> None:
    assert chart(dict(BOUND)).count('class="stroke-ink"') == 1
    assert chart(dict(SUMS)).count('class="stroke-ink"') == 0


def test_a_sum_of_highs_has_a_panel_of_its_own_that_says_what_it_is() -> None:
    assert "no uncertainty range" in chart(dict(SUMS)) and "stroke-own-high" in chart(dict(SUMS))
    assert "no uncertainty range" not in chart(dict(BOUND))
    assert "are not an uncertainty range" in chart_months.caption(True)


def test_a_refused_month_is_a_cross_and_an_envelope_a_bare_line() -> None:
    refused = {"2021-02": figure(None, None, None, refused="why"), "2021-03": figure(5, None, 9, Basis.ENVELOPE)}
    made = chart(dict(refused))
    assert made.count('class="stroke-ink"') == 1 and "stroke-own-high" in made and "fill-bar" not in made


def test_no_month_no_chart() -> None:
    assert chart_months.draw("month", "By month", {"rest": figure(1, 1, 1)}) is None


@pytest.mark.parametrize("months", [1, 2, 30, 200, 1100])
def test_a_long_time_has_few_labels(months: int) -> None:
    made = {f"{1950 + n // 12}-{n % 12 + 1:02}": figure(n, n, n) for n in range(months)}
    labels = re.findall(r">([A-Z][a-z]{2})<", chart(dict(made)))
    assert 1 <= len(labels) <= 14


def test_the_map_knows_naypyitaw_and_leaves_other_tables_alone() -> None:
    known = places.load()
    made = chart_places.draw("place", "By place", {"MMR018": figure(1, 2, 3), "MMR001": figure(40, 45, 50)}, known)
    assert made is not None
    assert "Nay Pyi Taw" in made and "Kachin" in made and "fill-step-a" in made and "fill-none" in made
    assert chart_places.draw("place", "By place", {"MMR001002": figure(1, 1, 1)}, known) is None


def test_nobody_and_no_number_have_no_colour_of_the_scale() -> None:
    known = places.load()
    made = chart_places.draw(
        "place", "t", {"MMR001": figure(0, 0, 9), "MMR005": figure(None, None, None, refused="why")}, known
    )
    assert made is not None and "nobody at best, or no number" in made
    assert made.count("fill-step-") == 1  # the legend's


@pytest.mark.parametrize(
    ("most", "edges"),
    [(0, (1,)), (1, (1,)), (3, (1, 3)), (29, (1, 3, 10)), (100, (1, 3, 10, 30, 100)), (2958, (1, 30, 100, 300, 1000))],
)
def test_classes_of_the_map(most: int, edges: tuple[int, ...]) -> None:
    assert chart_places._edges([most, None]) == edges


def test_drawings_are_the_same_each_time_and_hold_no_style_date_or_foreign_name() -> None:
    first = chart(dict(SUMS))
    assert first == chart(dict(SUMS))
    for out in ("style", "metadata", "xlink", "clip-path", "<!DOCTYPE", "matplotlib", "xmlns"):
        assert out not in first


def test_text_stays_text_in_any_script_and_is_escaped() -> None:
    def paint(canvas: Canvas) -> None:
        canvas.text(0.5, 0.5, "ကချင်ပြည်နယ် <&>")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = drawing.drawn("a-map", "a <title>", "b & c", (3, 2), paint)
    assert "ကချင်ပြည်နယ် &lt;&amp;&gt;" in made and "a &lt;title&gt;" in made and "b &amp; c" in made


def test_the_style_sheet_recolours_every_token() -> None:
    css = (resources.files("litany.publish") / "templates" / "report.css").read_text("utf-8")
    assert [token for token in drawing.COLOURS if f".fill-{token} " not in css] == []
