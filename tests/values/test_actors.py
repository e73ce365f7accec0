"""What we promise about actors: names, chains of command over time, labels, and a case's own actors."""

from __future__ import annotations

import ast
import csv
import itertools
import subprocess
import sys
import unicodedata
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from litany.errors import MappingError, UnknownValue
from litany.values import actor_rows, actors
from litany.values.actor_rows import Kind, Relation, fold, read_yaml
from litany.values.actors import Actors, load

DOCS = Path(__file__).resolve().parents[2] / "docs" / "reference" / "actors.md"
DATES = [
    "1989-06-01",
    "2000-01-01",
    "2010-08-15",
    "2011-03-30",
    "2011-03-31",
    "2017-08-25",
    "2021-01-31",
    "2021-02-01",
    "2021-05-05",
    "2023-10-09",
    "2024-06-01",
]


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def firm_parents(every: Actors, on: str) -> dict[str, set[str]]:
    """The oracle's own reading of the links: ISO texts compared as texts, cut to the link's precision."""
    return {
        actor_id: {
            link.id
            for link in every.get(actor_id).parents
            if link.relation in ("command", "part-of")
            and (link.start is None or on[: len(link.start)] >= link.start)
            and (link.end is None or on[: len(link.end)] <= link.end)
        }
        for actor_id in every.order
    }


def small(actors_: dict[str, Any], sides: tuple[str, ...] = ("one", "two")) -> Actors:
    """Actors from {id: (side, [(parent, relation, from, to)])}; an id in -label is open to its side."""
    rows = {
        actor_id: {
            "name": f"Name of {actor_id}",
            "side": side,
            "kind": "label" if actor_id.endswith("-label") else "force",
            "source": "made up",
            "parents": [
                {"id": parent, "relation": relation, "source": "made up"}
                | ({"from": start} if start else {})
                | ({"to": end} if end else {})
                for parent, relation, start, end in links
            ],
        }
        | ({"open_side": side} if actor_id.endswith("-label") else {})
        for actor_id, (side, links) in actors_.items()
    }
    return Actors(()).merge({"sides": list(sides), "actors": rows}, "small.yaml")


# ---- names ----


def test_every_name_in_ucdp_finds_its_actor_and_civilians_are_none(shared_data: Path) -> None:
    with (shared_data / "myanmar" / "ucdp-ged-myanmar.csv").open(encoding="utf-8") as file:
        names = {row[side] for row in csv.DictReader(file) for side in ("side_a", "side_b")}
    assert len(names) > 20
    assert {name for name in names if load().resolve(name) is None} == {"Civilians"}


def test_every_actor_named_in_the_laiza_table_is_found(shared_data: Path) -> None:
    with (shared_data / "myanmar" / "laiza-2023-10-09-as-reported.csv").open(encoding="utf-8") as file:
        words = {row[key] for row in csv.DictReader(file) for key in ("attributed_to", "denied_by")} - {""}
    found = {word: actor.id for word in words if (actor := load().resolve(word))}
    assert found == {
        "Myanmar military": "mm.military",
        "Burma Army": "mm.military",
        "Government of Myanmar (Burma)": "mm.state",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NUG", "ucdp.nug"),
        ("National Unity Government", "mm.nug"),
        ("PDFs", "mm.pdf-named"),
        ("lid-33", "mm.military.lid-33"),
        ("တပ်မ (၃၃)", "mm.military.lid-33"),
        ("တပ်မတော်(ကြည်း)", "mm.military.army"),
        ("God’s  army", "mm.gods-army"),
        ("DKBA 5", "mm.dkba-benevolent"),
        ("KIO/KIA", "mm.kio"),
        ("mm.military.air-force", "mm.military.air-force"),
        ("Tatmadow", None),  # likeness is no name
        ("KIAA", None),
        ("Myanmar", None),
        ("civilians", None),
        ("", None),
        ("?!", None),
    ],
)
def test_a_name_is_found_exactly_or_not_at_all(text: str, expected: str | None) -> None:
    found = load().resolve(text)
    assert (found.id if found else None) == expected


def test_every_name_of_every_actor_leads_back_to_it_and_every_row_says_how_we_know() -> None:
    for actor_id in load().order:
        actor = load().get(actor_id)
        for text in (actor.id, actor.name, *actor.aliases, *filter(None, [actor.name_my])):
            assert load().resolve(text) is actor
        assert actor.source.strip() and all(link.source.strip() for link in actor.parents)
        assert actor.side in load().sides


@given(st.text())
@example("ŉ")  # its caseless form holds an apostrophe
@example("\u0345\u0301ΑΙ")
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.data())
def test_a_name_is_found_however_it_is_typeset(data: st.DataObject) -> None:
    actor = load().get(data.draw(st.sampled_from(load().order)))
    name = data.draw(st.sampled_from([actor.name, *actor.aliases, *filter(None, [actor.name_my])]))
    gap = data.draw(st.sampled_from(["  ", "\u00a0", "-", " / ", ", ", "\n"]))
    cased = data.draw(st.sampled_from([name, name.upper(), name.lower(), name.title()]))
    typeset = gap + cased.replace(" ", gap) + "\u200b."
    assert load().resolve(unicodedata.normalize("NFC", typeset)) is actor
    assert load().resolve(unicodedata.normalize("NFD", typeset)) is actor


# ---- chains of command ----


@pytest.mark.parametrize("on", DATES)
def test_nobody_is_under_itself_and_under_is_what_the_links_say(on: str) -> None:
    """Oracle: a topological order exists; Warshall's closure over the day's links gives the same pairs."""
    every, parents = load(), firm_parents(load(), on)
    tuple(TopologicalSorter(parents).static_order())  # raises CycleError
    above = {actor_id: parents[actor_id] | {actor_id} for actor_id in every.order}
    for middle in every.order:
        for low in every.order:
            if middle in above[low]:
                above[low] = above[low] | above[middle]
    for low in every.order:
        assert {high for high in every.order if every.under(low, high, day(on))} == above[low]
        assert set(every.ancestors(low, day(on))) == above[low] - {low}
        assert set(every.descendants(low, day(on))) == {x for x in above if low in above[x]} - {low}


@given(st.data())
def test_on_each_day_under_is_a_partial_order(data: st.DataObject) -> None:
    every, pick = load(), st.sampled_from(load().order)
    on = data.draw(st.integers(day("1988-01-01"), day("2030-01-01")))
    a = data.draw(pick)
    above = st.sampled_from((*every.ancestors(a, on), a))
    b = data.draw(above)
    c = data.draw(st.sampled_from((*every.ancestors(b, on), b)))
    assert every.under(a, a, on) and every.under(a, c, on)
    assert a == b or not every.under(b, a, on)
    x, y = data.draw(pick), data.draw(pick)
    assert every.may_be(x, y, on) == every.may_be(y, x, on)
    assert every.may_be(x, y, on) or not every.under(x, y, on)


def test_the_state_is_certainly_the_militarys_from_the_coup_on_and_only_possibly_the_day_before() -> None:
    every = load()
    assert not every.under("mm.state", "mm.military", day("2021-01-31"))
    assert every.may_be("mm.state", "mm.military", day("2021-01-31"))
    assert every.under("mm.state", "mm.military", day("2021-02-01"))
    assert every.under("mm.police", "mm.military", day("2021-02-01"))
    assert not every.under("mm.police", "mm.military", day("2021-01-31"))
    assert every.under("mm.military.lid-33", "mm.state", day("2017-08-25"))
    assert not every.under("mm.military.lid-33", "mm.state", day("2022-01-01"))


def test_a_deed_that_a_source_lays_to_the_government_may_be_that_of_any_branch_on_any_day() -> None:
    for on in DATES:
        for branch in ("mm.military", "mm.military.air-force", "mm.military.lid-33", "mm.police"):
            assert load().may_be("mm.state", branch, day(on))
    assert not load().may_be("mm.police", "mm.military.air-force", day("2022-01-01"))


def test_ucdps_nug_is_nobodys_command_but_may_be_any_force_of_that_side() -> None:
    every, on = load(), day("2022-06-01")
    assert not every.under("ucdp.nug", "mm.nug", on) and not every.under("mm.nug", "ucdp.nug", on)
    assert not every.descendants("ucdp.nug", None) and not every.ancestors("ucdp.nug", None)
    for force in ("mm.nug", "mm.pdf", "mm.ldf", "mm.kndf", "mm.bnra"):
        assert every.may_be("ucdp.nug", force, on)
    for other in ("mm.kia", "mm.military", "mm.pyu-saw-htee"):
        assert not every.may_be("ucdp.nug", other, on)


def test_the_peoples_defence_force_is_under_the_nug_from_the_day_it_was_announced() -> None:
    assert load().spans("mm.pdf", "mm.nug") == ((day("2021-05-05"), date.max.toordinal()),)
    assert not load().under("mm.ldf", "mm.nug", None) and not load().under("mm.kndf", "mm.nug", None)


def test_an_alleged_command_is_possible_and_never_certain() -> None:
    assert load().may_be("mm.pyu-saw-htee", "mm.military", day("2022-01-01"))
    assert not load().under("mm.pyu-saw-htee", "mm.military", None)


def test_without_a_day_a_chain_must_still_hold_on_one_single_day() -> None:
    every = small(
        {
            "x.a": ("one", [("x.b", "command", None, "2010")]),
            "x.b": ("one", [("x.c", "command", "2011", None)]),
            "x.c": ("one", []),
        }
    )
    assert every.under("x.a", "x.b", None) and every.under("x.b", "x.c", None)
    assert not every.under("x.a", "x.c", None)


def test_from_and_to_include_their_whole_year_month_or_day() -> None:
    every = small({"x.a": ("one", [("x.b", "part-of", "2019-02", "2020-02")]), "x.b": ("one", [])})
    assert every.spans("x.a", "x.b") == ((day("2019-02-01"), day("2020-02-29")),)
    every = small({"x.a": ("one", [("x.b", "part-of", "2019", "2019")]), "x.b": ("one", [])})
    assert every.spans("x.a", "x.b") == ((day("2019-01-01"), day("2019-12-31")),)


def test_two_links_that_meet_are_one_span() -> None:
    links = [("x.b", "part-of", "2018", "2019"), ("x.b", "command", "2020", None)]
    assert len(small({"x.a": ("one", links), "x.b": ("one", [])}).spans("x.a", "x.b")) == 1


NUMBERS = st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(2000, 2006), st.integers(0, 4))


@given(st.lists(NUMBERS, max_size=12))
def test_a_loop_on_any_day_is_refused_and_nothing_else_is(raw: list[tuple[int, int, int, int]]) -> None:
    """Oracle: graphlib, year by year, on random links among six actors."""
    made = [(low, high, start, start + length) for low, high, start, length in raw if low != high]
    loop = False
    for year in range(2000, 2011):
        graph: dict[int, set[int]] = {number: set() for number in range(6)}
        for low, high, start, end in made:
            if start <= year <= end:
                graph[low].add(high)
        try:
            TopologicalSorter(graph).prepare()
        except ValueError:
            loop = True
    rows: dict[str, Any] = {f"x.a{number}": ("one", []) for number in range(6)}
    for low, high, start, end in made:
        rows[f"x.a{low}"][1].append((f"x.a{high}", "command", str(start), str(end)))
    if loop:
        with pytest.raises(MappingError, match=r"small.yaml: actors.x.a\d.parents: on 20"):
            small(rows)
    else:
        small(rows)


# ---- sides ----


def test_no_side_is_named_in_the_code() -> None:
    for module in (actors, actor_rows):
        tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
        words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        assert words.isdisjoint(load().sides)


def test_swapping_the_sides_and_the_ids_of_two_actors_mirrors_every_answer() -> None:
    def made(p: str, q: str, one: str, two: str) -> Actors:
        return small(
            {
                f"x.{p}": (one, []),
                f"x.{p}1": (one, [(f"x.{p}", "command", "2015", None)]),
                f"x.{p}-label": (one, []),
                f"x.{q}": (two, [(f"x.{p}", "alleged", None, "2014")]),
            }
        )

    straight, swapped = made("p", "q", "one", "two"), made("q", "p", "two", "one")
    mirror = {f"x.{a}": f"x.{b}" for a, b in [("p", "q"), ("p1", "q1"), ("p-label", "q-label"), ("q", "p")]}
    for a, b in itertools.product(straight.order, repeat=2):
        assert straight.spans(a, b) == swapped.spans(mirror[a], mirror[b])
        assert straight.may_spans(a, b) == swapped.may_spans(mirror[a], mirror[b])


# ---- a case's own actors ----


def own(text: str) -> Actors:
    return load().merge(read_yaml(text, "own.yaml"), "own.yaml")


def row(**more: str) -> str:
    fields = {"name": "X", "side": "other", "kind": "force", "source": "s"} | more
    return "actors: {mm.x: {" + ", ".join(f"{key}: {value}" for key, value in fields.items()) + "}}"


def test_a_case_adds_an_actor_beside_the_built_in_ones() -> None:
    every = own(row(parents="[{id: mm.military.army, relation: part-of, source: s, from: 2021-02-01}]"))
    assert every.under("mm.x", "mm.military", day("2021-02-01"))
    assert not every.under("mm.x", "mm.military", day("2021-01-31"))
    assert set(every.order) == {*load().order, "mm.x"} and list(every.order) == sorted(every.order)
    assert every.version != load().version and "mm.x" not in load().order


def test_a_case_may_replace_a_built_in_actor_but_only_when_it_says_so() -> None:
    text = "actors: {mm.state: {%sname: G, side: state, kind: government, source: s}}"
    with pytest.raises(MappingError, match=r"own.yaml: actors.mm.state: this id is known already"):
        own(text % "")
    every = own(text % "replace: true, ")
    assert not every.under("mm.state", "mm.military", None)


def test_the_example_in_the_reference_page_is_accepted_and_the_page_names_every_kind_and_relation() -> None:
    page = DOCS.read_text("utf-8")
    every = own(page.split("```yaml\n")[1].split("```")[0])
    assert every.may_be("mm.example-guard", "mm.military", day("2022-05-01"))
    assert all(f"`{word}`" in page for word in (*Kind, *Relation))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (row(colour="red"), "own.yaml: actors.mm.x: .*unknown field `colour`"),
        (row(kind="forc"), "own.yaml: actors.mm.x: .*'forc'.*`kind`"),
        (row(side="ours"), "own.yaml: actors.mm.x.side: 'ours' is no side.*resistance"),
        (row(source="''"), "own.yaml: actors.mm.x: .*`source`"),
        (row(aliases="[K.I.A, kia]"), "own.yaml: actors.mm.x.aliases: 'kia' already means mm.kia"),
        (row(aliases="['...']"), "own.yaml: actors.mm.x.aliases: '...' has no letter"),
        (row(open_side="other"), "own.yaml: actors.mm.x.open_side: only .* label"),
        (row(id="mm.x"), "own.yaml: actors.mm.x: .*without id"),
        (
            row(parents="[{id: mm.militry, relation: command, source: s}]"),
            r"own.yaml: actors.mm.x.parents\[0\].id: 'mm.militry' .*did you mean mm.military",
        ),
        (
            row(parents="[{id: mm.x, relation: alleged, source: s}]"),
            r"own.yaml: actors.mm.x.parents\[0\].id: 'mm.x' is no other actor",
        ),
        (
            row(parents="[{id: ucdp.nug, relation: command, source: s}]"),
            r"own.yaml: actors.mm.x.parents\[0\].relation: ucdp.nug is a label",
        ),
        (
            row(parents="[{id: mm.kia, relation: command, source: s, from: 2021-13}]"),
            r"own.yaml: actors.mm.x.parents\[0\].from: '2021-13' is no date; write",
        ),
        (
            row(parents="[{id: mm.kia, relation: command, source: s, from: 2022, to: 2021}]"),
            r"own.yaml: actors.mm.x.parents\[0\]: it ends",
        ),
        (row(parents="[{id: mm.kia, relation: likes, source: s}]"), r"own.yaml: actors.mm.x: .*parents\[0\]"),
        ("actors: {X: {}}", "own.yaml: actors.X: an id is"),
        ("actors: {mm.x: 3}", "own.yaml: actors.mm.x: expected the keys"),
        ("actors: [mm.x]", "own.yaml: .*actors a mapping"),
        ("actor: {}", "own.yaml: unknown key actor"),
        ("- mm.x", "own.yaml: expected the keys"),
        ("actors: {mm.x: {}, mm.x: {}}", "own.yaml, line 1: the key mm.x stands twice"),
        ("actors: &all {mm.x: *all}", "own.yaml, line 1: YAML anchors"),
        ("actors: {", "own.yaml: this is no YAML"),
    ],
)
def test_what_is_wrong_is_refused_with_file_and_key(text: str, says: str) -> None:
    with pytest.raises(MappingError, match=says):
        own(text)


def test_an_unknown_id_is_refused_with_the_closest_ones() -> None:
    with pytest.raises(UnknownValue, match=r"'mm.militry' is no .* did you mean mm.military") as caught:
        load().get("mm.militry")
    assert caught.value.value == "mm.militry"
    for ask in (load().under, load().may_be):
        with pytest.raises(UnknownValue, match=r"did you mean mm\.kia"):
            ask("mm.kia", "KIA", None)


# ---- the file itself ----


def test_the_version_follows_what_the_rows_say_and_not_how_they_are_laid_out() -> None:
    a = "x.a: {name: A, side: s, kind: force, source: t}"
    b = "x.b: {name: B, side: s, kind: force, source: t}"

    def version(text: str) -> str:
        return Actors(()).merge(read_yaml(text, "f"), "f").version

    first = version(f"sides: [s]\nactors: {{{a}, {b}}}")
    assert first == version(f"# words\nactors: {{{b}, {a}}}\nsides: [s]")
    assert first != version(f"sides: [s]\nactors: {{{a}, {b.replace('source: t', 'source: u')}}}")
    assert len(load().version) == 64


def test_yaml_values_are_kept_as_they_are_written() -> None:
    assert read_yaml("a: [no, 0o7, 2021-02-01, 1_0, ~, null, '~']", "f") == {
        "a": ["no", "0o7", "2021-02-01", "1_0", None, None, "~"]
    }


def test_importing_the_module_reads_nothing() -> None:
    code = "import litany.values.actors as a; print(a.load.cache_info().currsize)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "0"
