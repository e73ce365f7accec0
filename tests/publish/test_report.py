"""The report is one file that needs nothing else, and every number in it leads to what it rests on."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

from litany import ids
from litany.case.case import Case
from litany.counts.count import counter
from litany.errors import CaseError
from litany.publish import report
from litany.registry import acts
from litany.types.records import Correction, Exclusion
from tests.publish.report_making import DIARY, LIST, Seen, make, written

SETTINGS = """
[report]
scope = "killed in:MM source:alpha"
[[report.figures]]
title = "People killed <b>"
count = "killed in:MM source:alpha"
by = "status"
[[report.figures]]
title = "People killed, all sources"
count = "killed in:MM"
by = "month"
[[report.figures]]
title = "Incidents"
count = "killed in:MM source:alpha toll>=2 unit:incidents"
"""


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(tmp_path_factory.mktemp("report"), ("list.csv", LIST), ("diary.csv", DIARY), settings=SETTINGS)


@pytest.fixture(scope="module")
def seen(text: str) -> Seen:
    return Seen(text)


def test_nothing_leaves_the_file(text: str, seen: Seen) -> None:
    for tag, attrs in seen.elements:
        assert tag not in ("script", "link", "img", "iframe", "object", "embed", "base", "form", "foreignobject")
        for name, value in attrs.items():
            assert not name.startswith("on") and name not in ("src", "srcset", "style", "data", "action", "xlink:href")
            if name == "href":
                assert value.startswith("#"), value
            assert "url(" not in value.replace("url(#", "")
    style = text[text.index("<style>") : text.index("</style>")]
    assert "url(" not in style and "@import" not in style
    assert "://" not in text


def test_the_policy_allows_the_style_sheet_and_nothing_else(text: str, seen: Seen) -> None:
    (policy,) = [a["content"] for tag, a in seen.elements if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"]
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_ids_are_unique_and_every_link_has_its_target(seen: Seen) -> None:
    ids = Counter(attrs["id"] for _, attrs in seen.elements if "id" in attrs)
    assert [id_ for id_, times in ids.items() if times > 1] == []
    wanted = {attrs["href"][1:] for _, attrs in seen.elements if "href" in attrs}
    for _, attrs in seen.elements:
        wanted.update(attrs.get("aria-labelledby", "").split())
        wanted.update(re.findall(r"url\(#([^)]*)\)", " ".join(attrs.values())))
    assert wanted - ids.keys() == set()


FREE = ("explanation", "document", "state", "drawing", "scope")


def test_every_number_is_a_link_to_what_it_rests_on(seen: Seen) -> None:
    """Outside explanations (which the links lead to), scopes, axes, names and days, a digit stands in a link."""
    for words, around in seen.texts:
        tags = [tag for tag, _ in around]
        classes = {name for _, attrs in around for name in attrs.get("class", "").split()}
        if "main" not in tags or not re.search("[0-9]", words) or "a" in tags or "code" in tags:
            continue
        named = "th" in tags or "caption" in tags or "figcaption" in tags or "h3" in tags
        coverage = "2021-01-01 to 2021-12-31" in words or "CC BY" in words
        method = any(attrs.get("id") == "method" for _, attrs in around)
        assert named or coverage or method or classes & set(FREE), words


def test_numbers_stand_only_as_links_in_cells(seen: Seen) -> None:
    for words, around in seen.texts:
        cell = next((attrs for tag, attrs in reversed(around) if tag == "td"), None)
        if cell is not None and "number" in cell.get("class", ""):
            target = next(attrs["href"] for tag, attrs in reversed(around) if tag == "a")
            assert re.match("#(fig|incident|doc)-", target), words


def test_a_refusal_is_shown_as_one_with_a_row_a_source(seen: Seen) -> None:
    shown = seen.section("headlines")
    assert "No number" in shown and "nobody linked" in shown
    assert "People killed, all sources: one row a source" in shown
    assert "The Alpha List" in shown and "The Beta Diary" in shown
    assert "People killed, all sources, by month" not in shown


def test_the_whole_is_refused_where_sources_are_unlinked(tmp_path: Path) -> None:
    seen = Seen(written(tmp_path, ("list.csv", LIST), ("diary.csv", DIARY)))
    for axis in ("month", "place", "actor", "status"):
        shown = seen.section(f"by-{axis}")
        assert "No number." in shown and "one row a source" in shown and "The Beta Diary" in shown
    assert not [tag for tag, _ in seen.elements if tag == "svg"]
    assert "Nobody has linked all sources yet" in seen.section("incidents")


def test_figures_stand_in_their_sections(seen: Seen) -> None:
    headlines = seen.section("headlines")
    assert "People killed <b>" in headlines
    assert "best 1,308 , low 1,207, high 1,414 people" in headlines
    assert "sum of the source's own low, best and high: no uncertainty range" in headlines.lower()
    assert "February 2021" in seen.section("by-month") and "no month known" in seen.section("by-month")
    assert "Kachin" in seen.section("by-place") and "ကချင်ပြည်နယ်" in seen.section("by-place")
    actors = seen.section("by-actor")
    assert "Government of Myanmar State" in actors and "must not be added up" in actors
    assert "is not “nobody named”" in actors
    assert "civilians" in seen.section("by-status")
    sources = seen.section("sources")
    assert "CC BY 4.0" in sources and "2021-01-01 to 2021-12-31; Myanmar; harms: killed its codebook" in sources
    assert "The Beta Diary news not recorded none declared nobody nothing on this scope" in sources


def test_an_explanation_is_whole(tmp_path: Path) -> None:
    case = make(tmp_path, ("list.csv", LIST), settings=SETTINGS.replace("source:alpha", ""))
    counting = counter(case)
    page = report.page(case, counting)
    figure = page.headlines[0].figure
    seen = Seen(report.write(case, counting, tmp_path / "report.html").read_text("utf-8"))
    shown = seen.section(f"fig-{figure.id}")
    (document,) = page.documents
    for part in (
        figure.scope, figure.rule, figure.evidence.admitted, *figure.evidence.notes, "The Alpha List", document.sha256[:16],
        f"litany explain {figure.id}", "1,207, 1,308, 1,414 (people; basis: source-sum)", "incidents: 4; statements: 4",
    ):  # fmt: skip
        assert part in shown, part


def test_incidents_show_their_day_as_known_and_their_statements(seen: Seen) -> None:
    shown = seen.section("incidents")
    assert shown.index("day not known") < shown.index("9 April 2021") < shown.index("3 February 2021")
    assert "April 2021 Sagaing" in shown and "9 April 2021 Nay Pyi Taw" in shown
    assert "a name that no actor has" in shown and "nobody named" in shown
    anchors = [attrs["id"] for tag, attrs in seen.elements if tag == "section" and attrs["id"].startswith("incident-")]
    assert len(anchors) == 4
    explained = " ".join(map(seen.section, anchors))
    assert "asserted, incident" in explained and "row 2" in explained and "counted" in explained


def test_drawings_have_names_and_a_table(seen: Seen) -> None:
    drawings = [attrs for tag, attrs in seen.elements if tag == "svg"]
    assert [attrs["class"] for attrs in drawings] == ["drawing chart", "drawing map"]
    for attrs in drawings:
        assert attrs["role"] == "img"
        for id_ in attrs["aria-labelledby"].split():
            assert seen.section(id_)


def test_tables_and_landmarks_can_be_heard(text: str, seen: Seen) -> None:
    tables = [tag for tag, _ in seen.elements if tag == "table"]
    assert len(tables) == len([tag for tag, _ in seen.elements if tag == "caption"]) == text.count("<caption>") > 5
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in seen.elements if tag == "th")
    for landmark in ("header", "nav", "main", "footer"):
        assert [tag for tag, _ in seen.elements].count(landmark) == 1
    assert ("html", {"lang": "en"}) in seen.elements


def test_the_state_is_named(tmp_path: Path) -> None:
    case = make(tmp_path, ("list.csv", LIST))
    counting = counter(case)
    seen = Seen(report.write(case, counting, tmp_path / "report.html").read_text("utf-8"))
    header = " ".join(text for text, around in seen.texts if "header" in [tag for tag, _ in around])
    ((installation, n, digest),) = counting.register.head
    for part in (installation, f"line {n}, 2 January 2024 (UTC)", digest[:16], counting.register.path.name):
        assert part in header
    assert counting.register.world.record.sha256[:16] in header


def test_no_number_is_typed_in_a_template() -> None:
    folder = resources.files("litany.publish") / "templates"
    for name in ("report.html", "parts.html"):
        text = (folder / name).read_text("utf-8")
        plain = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<[^>]*>|sha256", " ", text, flags=re.S)
        assert not re.search("[0-9]", plain), name


WRONG = [
    ('[report]\nscope = "killed in:XX"', "report.scope"),
    ('[report]\nincidents = "murdered"', "report.incidents"),
    ('[[report.figures]]\ntitle = "First"\ncount = "killed"\n[[report.figures]]\ntitle = "Second"\n'
     'count = "killed by:nobody-known"',
     "report.figures, figure 2 (Second): count"),
    ('[[report.figures]]\ntitle = "First"\ncount = "killed"\nby = "colour"', "by is one of month, place, actor"),
    ('[[report.figures]]\ntitle = "First"\ncount = "killed as-of:2023-01-01"', "leave out as-of:2023-01-01"),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "key"), WRONG)
def test_a_scope_that_cannot_be_understood_names_its_key(tmp_path: Path, settings: str, key: str) -> None:
    with pytest.raises(CaseError, match=re.escape(key)):
        written(tmp_path, ("list.csv", LIST), settings=settings)
    assert not (tmp_path / "out").exists()


def test_an_empty_case_has_a_report(tmp_path: Path) -> None:
    seen = Seen(written(tmp_path, ("list.csv", [])))
    assert "No incident is even possibly in the scope." in seen.section("incidents")


def test_progress_is_told(tmp_path: Path) -> None:
    case = make(tmp_path, ("list.csv", LIST))
    told: list[tuple[str, int, int | None]] = []
    report.write(case, counter(case), tmp_path / "report.html", lambda *given: told.append(given))
    assert told[-1] == ("report", 2, 2)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


def test_linked_sources_show_the_day_that_all_allow_and_what_was_not_counted(tmp_path: Path) -> None:
    rows = [
        {"list": "alpha", "date": "2021-04", "state": "Sagaing", "best": "7", "incident": "x", "voice": "Agency;Village head"},
        {"list": "alpha", "date": "2021-04-09", "state": "Sagaing", "best": "9", "incident": "x", "voice": "Agency"},
        {"list": "alpha", "date": "2021-04-10", "best": "2", "incident": "y"},
        {"list": "alpha", "date": "2021-04-12", "best": "2", "incident": "y"},
    ]
    case = make(tmp_path, ("list.csv", rows))
    acts.exclude(case, "list.csv:3", Exclusion.HOAX, acts.By("a test", "because the test says so"))
    first, second = report.page(case, counter(case)).incidents.shown
    assert (first.day, first.place, first.roots, first.grade) == ("April 2021", "Sagaing", 2, "fair")
    assert [one.counted for one in first.statements] == ["counted", "not counted: hoax"]
    assert second.day == "10 to 12 April 2021"
    acts.undo_correction(case, _only(case), acts.By("a test", "it was none"))
    first, _ = report.page(case, counter(case)).incidents.shown
    assert first.day == "9 April 2021"


def _only(case: Case) -> str:
    ((id_, _, _),) = case.store.each(Correction)
    return ids.show(id_)
