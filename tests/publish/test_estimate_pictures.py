"""Pictures of an estimate are the same each time, hold its words as text, and show no number where there is none."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from litany.estimates import Estimate, Graphs, LogLinear, Read, Stratum, captures, estimate, estimate_strata
from litany.publish import chart_draws
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
