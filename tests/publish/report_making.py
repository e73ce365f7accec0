"""What the tests of the report make: small cases from tables, and a look at the page as a browser has it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

from litany.case.case import Case
from litany.counts.count import counter
from litany.preserve.add import Facts, add
from litany.publish import report
from litany.statements.reading import read_document
from litany.types.figure import Basis, Evidence, Figure, Unit
from litany.types.records import Document

MAPPING = """
name = "killings"
title = "Killings as the tests write them"
key = ["key"]
incident = "incident"
optional = [
  "key", "incident", "site", "township", "state", "north", "east", "low", "best", "high", "civilians", "children", "who",
  "named", "age", "voice",
]
[source]
column = "list"
[sources.alpha]
name = "The Alpha List"
type = "data set"
licence = "CC BY 4.0"
[sources.alpha.coverage]
first = "2021-01-01"
last = "2021-12-31"
places = ["MM"]
harms = ["killed"]
claimed_by = "its codebook"
[sources.beta]
name = "The Beta Diary"
type = "news"
[[statement]]
facet = "killed"
harm = "killed"
[statement.when]
column = "date"
[statement.where]
text = ["site"]
areas = ["township", "state"]
latitude = "north"
longitude = "east"
country = "MM"
[statement.toll]
low = { column = "low" }
best = { column = "best" }
high = { column = "high" }
[[statement.toll.part]]
axis = "status"
status = "civilian"
best = { column = "civilians" }
[[statement.toll.part]]
axis = "age"
age = "child"
best = { column = "children" }
[[statement.by]]
columns = ["who"]
separators = ";"
[[statement.speakers]]
column = "voice"
[[statement]]
facet = "person"
harm = "killed"
require = ["named"]
[statement.when]
column = "date"
[statement.where]
text = ["site"]
areas = ["township", "state"]
latitude = "north"
longitude = "east"
country = "MM"
[statement.person]
names = ["named"]
age_group = { column = "age" }
"""
SETTINGS = """
[case]
title = "A case of the tests"
country = "MM"
[sides]
state = "State"
"""
Rows = Sequence[Mapping[str, str]]
LIST: Rows = [
    {"list": "alpha", "date": "2021-02-03", "state": "Kachin", "low": "2", "best": "3", "high": "9",
     "who": "Government of Myanmar"},
    {"list": "alpha", "date": "2021-04", "state": "Sagaing", "low": "1", "best": "1", "high": "1", "who": "Somebody Unheard"},
    {"list": "alpha", "date": "2021-04-09", "state": "Nay Pyi Taw", "low": "4", "best": "4", "high": "4"},
    {"list": "alpha", "date": "", "state": "Shan", "low": "1200", "best": "1300", "high": "1400",
     "who": "Government of Myanmar;Kachin Independence Army", "civilians": "1250"},
]  # fmt: skip
DIARY: Rows = [{"list": "beta", "date": "2021-02-03", "state": "Kachin", "best": "5"}]
CLOCK = datetime(2024, 1, 2, tzinfo=UTC)


def make(root: Path, *documents: tuple[str, Rows], settings: str = "", folder: str = "case") -> Case:
    """A case of these tables (name of the file, rows), added in this order and read in the order of their hashes."""
    case = Case.create(root / folder, title="a case", key="ab" * 32, installation="one", clock=lambda: CLOCK)
    (case.layout.lookups / "mappings" / "killings.toml").write_text(MAPPING, "utf-8")
    case.layout.settings.write_text(SETTINGS + settings, "utf-8")
    for name, rows in documents:
        path = root / name
        path.write_text(text_of(rows), "utf-8")
        (outcome,) = add(case, [str(path)], Facts())
        assert outcome.refused is None
    for document in sorted((record for _, _, record in case.store.each(Document)), key=lambda one: one.sha256):
        read_document(case, document, "a table", "killings")
    return case


def text_of(rows: Rows) -> str:
    """The rows as CSV."""
    columns = list(dict.fromkeys(["list", "date", *(column for row in rows for column in row)]))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def written(root: Path, *documents: tuple[str, Rows], settings: str = "", folder: str = "case") -> str:
    """The report of a case of these tables."""
    case = make(root, *documents, settings=settings, folder=folder)
    return report.write(case, counter(case), root / "out" / f"{folder}.html").read_text("utf-8")


def figure(low: int | None, best: int | None, high: int | None, basis: Basis = Basis.BOUND, **more: object) -> Figure:
    """A figure of people, made up."""
    given: dict[str, object] = {
        "id": "x" * 32, "scope": "killed", "unit": Unit.PEOPLE, "level": None, "rule": "", "refused": None,
        "evidence": Evidence(sources=("alpha",)), **more,
    }  # fmt: skip
    return Figure(low=low, best=best, high=high, basis=basis, **given)  # type: ignore[arg-type]


class Seen(HTMLParser):
    """The page as a parser sees it: elements with their attributes, and every text with the elements around it."""

    VOID = frozenset(("meta", "link", "br", "img", "input", "hr"))

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str]]] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, tuple[tuple[str, dict[str, str]], ...]]] = []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = (tag, {name: value or "" for name, value in attrs})
        self.elements.append(made)
        if tag not in self.VOID:
            self.open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1][0] == tag, f"</{tag}> closes <{self.open[-1][0]}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((data.strip(), tuple(self.open)))

    def section(self, id_: str) -> str:
        """All text inside the element with this id."""
        return " ".join(text for text, around in self.texts if any(attrs.get("id") == id_ for _, attrs in around))
