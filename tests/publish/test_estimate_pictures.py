"""Pictures of an estimate are the same each time, hold its words as text, and show no number where there is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from litany.estimates import Captures, Estimate, Graphs, LogLinear, Read, Stratum, captures, estimate, estimate_strata
from litany.estimates.pool.settings import Pooled
from litany.estimates.results import Candidate, Interval, Sweep
from litany.publish import chart_draws, chart_overlap, chart_ranges, drawing
from litany.publish.chart_ranges import Range
from litany.publish.drawing import saved
from litany.publish.estimate_pictures import write
from tests.estimates.known_tables import from_cells, gaza, kosovo


def read_of(*strata: Stratum) -> Read:
    return Read(
        file="t.csv", sha256="", sheet=None, rows=1, lists=strata[0].table.lists,
        columns=("place",) if strata[0].cells else (), strata=strata,
    )  # fmt: skip


def words(path: Path) -> str:
    """All text of an SVG."""
    return " ".join("".join(node.itertext()) for node in ElementTree.parse(path).iter() if node.tag.endswith("}text"))


@contextmanager
def shown(size: tuple[float, float], paint: Callable[[Canvas], None]) -> Iterator[tuple[Canvas, list[Text]]]:
    """A picture with all texts in it that can be seen, which have their places."""
    with drawing._painted(size, paint) as figure:
        FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]
        beyond = {id(one) for panel in figure.axes for one in unseen(panel)}
        yield figure, [one for one in figure.findobj(Text) if one.get_visible() and one.get_text() and id(one) not in beyond]


def unseen(panel: Axes) -> Iterator[Text]:
    """Numbers of a scale that are beyond its ends, and not drawn."""
    for axis, (low, high) in ((panel.xaxis, sorted(panel.get_xlim())), (panel.yaxis, sorted(panel.get_ylim()))):
        for tick in axis.get_major_ticks():
            if not low <= tick.get_loc() <= high:
                yield tick.label1


def box(of: Text) -> Bbox:
    return of.get_window_extent()


def apart(texts: list[Text]) -> bool:
    """Whether no text lies on another."""
    boxes = [box(one) for one in texts]
    return not any(Bbox.intersection(one, other) for at, one in enumerate(boxes) for other in boxes[:at])


def inside(figure: Canvas, texts: list[Text]) -> bool:
    """Whether the whole of each text is in the picture."""
    ends = figure.bbox
    return all(ends.x0 <= one.x0 and one.x1 <= ends.x1 and ends.y0 <= one.y0 and one.y1 <= ends.y1 for one in map(box, texts))


def numbers(texts: list[Text]) -> list[Text]:
    return [one for one in texts if re.fullmatch(r"[0-9,]+", one.get_text())]


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    """SVG and PNG, of every kind of picture."""
    answers: dict[str, Estimate] = {
        "graphs": estimate(kosovo(), "graphs", settings=Graphs(replicates=0)),
        "log-linear": estimate(kosovo(), "log-linear", settings=LogLinear(interval="normal")),
    }
    read = read_of(Stratum(table=kosovo()))
    first, again = (write(tmp_path / name, read, answers, "graphs") for name in ("one", "two"))
    assert [path.name for path in first] == [path.name for path in again]
    assert {path.stem for path in first} == {"overlap", "estimates", "posterior", "by-delta", "by-list-left-out"}
    for one, other in zip(first, again, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    assert "4,400 documented people" in words(tmp_path / "one" / "overlap.svg")
    shown = words(tmp_path / "one" / "estimates.svg")
    assert "EXH and ABA are independent" in shown and "no number" not in shown
    assert "the 4 lists have no interaction of the highest order but one of 0.25" in shown
    assert "no number: made by the prior" in words(tmp_path / "one" / "by-list-left-out.svg")


def test_a_refused_estimate_has_no_picture_of_draws(tmp_path: Path) -> None:
    """Its overlap is drawn, its place among others says that there is no number."""
    refused = estimate(gaza(), "graphs", settings=Graphs(replicates=0))
    assert refused.interval is None
    made = {path.stem for path in write(tmp_path, read_of(Stratum(table=gaza())), {"graphs": refused}, "graphs")}
    assert {"overlap", "estimates", "by-delta"} == made
    assert "no number: made by the prior" in words(tmp_path / "estimates.svg")


def test_strata_and_their_total(tmp_path: Path) -> None:
    """Each stratum on one scale, those without a number among them; many strata make several pictures."""
    table, thin = from_cells(("a", "b", "c"), [97, 84, 33, 130, 50, 41, 17]), from_cells(("a", "b", "c"), [9, 3, 0, 4, 0, 0, 0])
    strata = [Stratum(cells=(f"place {number}",), table=table if number else thin) for number in range(70)]
    made = estimate_strata(strata, "no-highest-order")
    stems = {path.stem for path in write(tmp_path, read_of(*strata), {"no-highest-order": made}, "no-highest-order")}
    assert stems == {"strata-1", "strata-2", "total", "posterior"}
    assert "no number: no overlap" in words(tmp_path / "strata-1.svg")
    assert "The total in the 69 strata that have an estimate" in words(tmp_path / "total.svg")


def test_chains_and_odd_names(tmp_path: Path) -> None:
    """Chains of one value, and lists whose names are no Latin, long, or markup, are drawn."""
    chains = np.random.default_rng(0).normal(1000, 10, (4, 500))
    for name, draws in (("a", chains), ("b", np.ones((4, 50)) * 7)):
        saved(tmp_path, name, (10, 3.6), partial(chart_draws.paint_chains, draws=draws))
    names = ("<b>&amp;", "မြန်မာ", "a list with a name that is very long indeed", "$x_1$")
    table = captures(names, kosovo().patterns, kosovo().counts)
    made = estimate(table, "graphs", settings=Graphs(replicates=0))
    write(tmp_path / "odd", read_of(Stratum(table=table)), {"graphs": made}, "graphs")
    shown = words(tmp_path / "odd" / "estimates.svg")
    assert "<b>&amp;" in shown and re.search(r"\$x_1\$", shown)


def test_what_rows_are_called_holds_of_all_of_them(tmp_path: Path) -> None:
    """The range of pooled has no median; its families are told apart by name and assumption."""
    made = estimate(kosovo(), "pooled", settings=Pooled(latent=None, sweeps=False))
    write(tmp_path, read_of(Stratum(table=kosovo())), {"pooled": made}, "pooled")
    said = words(tmp_path / "estimates.svg")
    assert "people, documented or not (low, best and high of each)" in said and "median" not in said
    assert all(f"log-linear, {shape} people differ in how easily" in said for shape in ("Poisson2", "Darroch", "Gamma3.5"))
    assert all(
        f"by {amount}" in said for amount in ("an amount with a light tail", "a normal amount", "an amount with a heavy")
    )


def test_a_label_that_is_too_long_has_a_second_line_or_loses_its_middle() -> None:
    """Words after a colon are cut at a word, for they begin with what matters; names of models are not."""
    name, under = chart_ranges._lines(f"one: {'many words ' * 12}")
    assert name == "one" and under.startswith("many words many") and under.endswith(("many…", "words…")) and len(under) <= 92
    assert chart_ranges._lines("short: as it is") == ("short: as it is", "")
    assert chart_ranges._lines("A*B, " * 30)[0].count("…") == 1 and not chart_ranges._lines("A*B, " * 30)[1]
    assert chart_ranges._lines(f"one: {'w' * 200}")[1] == f"{'w' * 91}…"


@pytest.mark.parametrize("size", [1, 10**3, 10**6, 10**9, 10**11])
@pytest.mark.parametrize("factor", [1.2, 5, 11, 30, 300, 3000, 10**6])
def test_numbers_have_room(size: int, factor: float) -> None:
    """However large they are and however far apart: none lies on another or is cut off, nor are words beside a bound."""
    rows = [Range("a", Interval(4 * size, 4 * size * factor**0.5, 4 * size * factor)), Range("b", least=4 * size * factor)]
    paint = partial(chart_ranges.paint, title="t", rows=rows, documented=None)
    with shown(chart_ranges.size(rows), paint) as (figure, texts):
        ticks = numbers(texts)
        assert ticks and apart(ticks) and inside(figure, texts)
        assert "at least" in [one.get_text() for one in texts]


def test_a_curve_of_large_numbers_is_not_cut() -> None:
    """Neither the numbers at its side nor the one at its line."""
    rows = tuple(Candidate("", Interval(10**9, 10**10, high), None, {"delta": at}) for at, high in ((0.1, 10**12), (1, 10**10)))
    paint = partial(chart_ranges.paint_curve, sweep=Sweep("delta", rows), values=[0.1, 1.0], documented=10**9)
    with shown((6.5, 3.6), paint) as (figure, texts):
        assert inside(figure, texts) and apart(texts)


def test_chains_of_large_numbers_are_not_cut() -> None:
    """The same at their side."""
    chains = np.random.default_rng(0).normal(10**12, 10**10, (4, 500))
    with shown((10, 3.6), partial(chart_draws.paint_chains, draws=chains)) as (figure, texts):
        assert inside(figure, texts)


@pytest.mark.parametrize("table", [kosovo(), gaza(), from_cells("abc", [n * 10**9 for n in (30, 20, 10, 40, 12, 9, 5)])])
def test_numbers_over_bars_can_be_read(table: Captures) -> None:
    """No line strikes them through, and they stand apart; they lean where they are wide."""
    with shown(chart_overlap.size(table), partial(chart_overlap.paint, table=table)) as (figure, texts):
        bars = figure.axes[0]
        assert not any(line.get_visible() for line in [*bars.get_ygridlines(), *bars.get_xgridlines()])
        assert inside(figure, texts)
        over = [one for one in numbers(texts) if one in bars.texts]
        assert len(over) == len(table.counts)
        lean = np.radians(over[0].get_rotation())
        at = [float(bars.transData.transform((place, 0))[0]) for place in range(len(over))]
        high = float(over[0].get_fontsize()) / 72 * figure.dpi
        assert apart(over) if lean == 0 else np.diff(at).min() * np.sin(lean) > high, "lines of leaning text are apart"


def test_one_is_not_many() -> None:
    """In the title of the overlap."""
    one = captures("abc", np.ones((1, 3)), np.array([1]))
    many = captures([f"l{place}" for place in range(6)], np.array([[n >> k & 1 for k in range(6)] for n in range(1, 42)]),
                    np.ones(41))  # fmt: skip
    for table, said in ((one, "1 documented person by"), (many, "; 1 smaller pattern is not shown")):
        with shown(chart_overlap.size(table), partial(chart_overlap.paint, table=table)) as (_, texts):
            assert any(said in text.get_text() for text in texts)


@pytest.mark.parametrize(("name", "can"), [("Hôpital Đà Nẵng…", True), ("မြန်မာ", False), ("مستشفى", False), ("a\nb", True)])
def test_a_png_says_which_names_it_cannot_draw(tmp_path: Path, name: str, can: bool) -> None:
    """The SVG holds them as text, and says nothing."""
    kept: list[Canvas] = []

    def paint(canvas: Canvas) -> None:
        canvas.text(0.5, 0.5, name)
        kept.append(canvas)

    saved(tmp_path, "a", (4, 2), paint)
    assert (drawing.UNDRAWABLE in [one.get_text() for one in kept[0].texts]) is not can
    assert drawing.UNDRAWABLE not in words(tmp_path / "a.svg")
