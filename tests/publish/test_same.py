"""The same case gives the same bytes."""

from __future__ import annotations

import re
from pathlib import Path

from litany.case.case import Case
from litany.counts.count import counter
from litany.publish import report
from tests.publish.report_making import DIARY, LIST, make, written

SETTINGS = '[report]\nscope = "killed in:MM source:alpha"\n[[report.figures]]\ntitle = "All"\ncount = "killed in:MM"\n'
DOCUMENTS = (("list.csv", LIST), ("diary.csv", DIARY))


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    case = make(tmp_path, *DOCUMENTS, settings=SETTINGS)
    first = report.write(case, counter(case), tmp_path / "one.html").read_bytes()
    case.close()
    again = Case(case.layout.root)
    assert report.write(again, counter(again), tmp_path / "two.html").read_bytes() == first


def test_another_order_of_adding_changes_only_what_names_the_state(tmp_path: Path) -> None:
    """The head of custody is another one then, and with it the ids of figures: everything else stays, place by place."""
    first = _nameless(written(tmp_path, *DOCUMENTS, settings=SETTINGS, folder="a"))
    second = _nameless(written(tmp_path, *reversed(DOCUMENTS), settings=SETTINGS, folder="b"))
    assert first == second


def test_the_same_state_elsewhere_gives_the_same_bytes(tmp_path: Path) -> None:
    assert written(tmp_path, *DOCUMENTS, folder="a") == written(tmp_path, *DOCUMENTS, folder="b")


def _nameless(text: str) -> str:
    """The page with every id of a figure as the number of its first use, and without the hash of the head."""
    head = re.search(r"line [0-9]+, [^<]*sha256 <code>([0-9a-f]{16})", text)
    assert head is not None
    numbers: dict[str, str] = {}
    text = re.sub(r"\b[a-z2-7]{32}\b", lambda found: numbers.setdefault(found[0], f"figure-{len(numbers)}"), text)
    return text.replace(head[1], "head")
