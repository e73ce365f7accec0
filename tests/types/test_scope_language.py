"""What we promise about scopes: one canonical text a meaning, any text ends in a scope or in an error that shows where."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litany.errors import ScopeError
from litany.types.scope import Scope, admitted, canonical
from litany.types.scope_parser import DEEPEST, LONGEST, parse
from litany.values.terms import GRADE_ORDER, Grade, Harm
from tests.types.scope_making import BuiltIn, scopes

RESOLVER = BuiltIn()


def read(text: str) -> Scope:
    return parse(text, RESOLVER)


@given(scopes())
def test_a_scope_reads_back_from_its_canonical_text(scope: Scope) -> None:
    """Every scope has one text that asks for exactly it, and that text is its own canonical form."""
    text = canonical(scope)
    if len(text) <= LONGEST:
        assert read(text) == scope
        assert canonical(read(text)) == text


@given(scopes(), st.randoms(use_true_random=False))
def test_the_order_of_the_parts_does_not_matter(scope: Scope, chance: random.Random) -> None:
    """Conditions and options may stand in any order, in capitals, with any blanks."""
    parts = [canonical(Scope(harm=scope.harm)), *(f"({canonical_part})" for canonical_part in conditions(scope))]
    chance.shuffle(parts)
    assert read("  \n".join(parts)).facts == scope.facts
    assert read(" ".join(parts).replace("or", "OR").replace("not", "NOT")).harm == scope.harm


def conditions(scope: Scope) -> list[str]:
    """The facts of a scope, each as the language writes it alone."""
    return [canonical(Scope(harm=Harm.KILLED, facts=(fact,))).removeprefix("killed ") for fact in scope.facts]


@given(st.lists(st.sampled_from(["in:MM-11", "in:MM-12", "2021", "by:mm.kio", "level:lumped"]), min_size=1, max_size=5))
def test_or_is_the_same_in_any_order_and_with_repeats(words: list[str]) -> None:
    """`a or b or a` is `b or a`."""
    one, other = " or ".join(words), " or ".join([*words[::-1], words[0]])
    assert read(f"killed {one}") == read(f"{other} killed")


def test_or_binds_tighter_than_the_blank_and_not_tighter_still() -> None:
    """`in:A or in:B 2021` is (A or B) in 2021; `not a or b` is (not a) or b."""
    assert read("killed in:MM-11 or in:MM-12 2021") == read("killed (in:MM-11 or in:MM-12) 2021")
    assert read("killed in:MM-11 or in:MM-12 2021") != read("killed in:MM-11 or (in:MM-12 2021)")
    assert read("killed not in:MM-11 or in:MM-12") == read("killed (not in:MM-11) or in:MM-12")
    assert read("killed not in:MM-11 or in:MM-12") != read("killed not (in:MM-11 or in:MM-12)")


def test_what_is_left_out_is_as_by_default() -> None:
    """A bare scope admits all but discounted grades, asserted and alleged statements, stated perpetrators; in words too."""
    scope = read("killed")
    assert scope.grades == tuple(grade for grade in GRADE_ORDER if grade is not Grade.DISCOUNTED)
    assert read("killed grade:weak,contested,fair,confirmed modality:asserted,alleged certainty:stated on:incident") == scope
    assert admitted(scope) == (
        "grades contested, weak, fair, confirmed; asserted or alleged statements; perpetrator at least stated; "
        "dates of incident"
    )
    told = admitted(read("killed on:death without:acled as-of:2024-01-31"))
    assert "dates of death" in told
    assert "without acled" in told
    assert "as of 2024-01-31" in told


@pytest.mark.parametrize(
    ("text", "under", "hint"),
    [
        ("killed civilan", "civilan", "did you mean civilian?"),
        ("injurd", "injurd", "did you mean injured?"),
        ("killed harm:kiled", "harm:kiled", "did you mean killed?"),
        ("killed bye:mm.kio", "bye:mm.kio", "did you mean by:mm.kio?"),
        ("killed foo:bar", "foo:bar", "the keys are harm, status"),
        ("killed status:civil", "civil", "did you mean civilian?"),
        ("killed means:airstrike", "airstrike", "heavy-weapons"),
        ("killed in:MM-11,MM-99", "MM-99", ""),
        ("killed in:", "in:", "with a value"),
        ("killed by:mm.militry", "mm.militry", ""),
        ("killed source:A_B", "A_B", ""),
        ("killed without:", "without:", "without:acled"),
        ("killed without:A_B", "without:A_B", ""),
        ("killed unknown", "unknown", "status:unknown"),
        ("killed injured", "injured", "one harm at a time"),
        ("killed or injured", "killed", "one harm at a time"),
        ("killed not injured", "injured", "one harm at a time"),
        ("killed civilian and child", "and", "leave a blank"),
        ("killed civilian combatant", "combatant", "did you mean civilian or combatant?"),
        ("killed civilian or in:MM-11", "civilian or in:MM-11", "one by one"),
        ("killed not (civilian child)", "not (civilian child)", "one by one"),
        ("killed 2021-13", "2021-13", "2021-02-01..2023-12-31"),
        ("killed 2022..2021", "2022..2021", "2021-02-01..2023-12-31"),
        ("killed ..", "..", ""),
        ("killed ၂၀၂၁", "၂၀၂၁", ""),
        ("killed toll >= 5", "toll", "toll>=5"),
        ("killed toll:5", "toll:5", "toll>=5"),
        ("killed toll>=5x", "toll>=5x", "toll>=5"),
        ("killed toll<0", "toll<0", ""),
        ("killed toll>5 toll<9", "toll<9", "keep one"),
        ("killed on:birth", "on:birth", "incident, death"),
        ("killed unit:incident", "unit:incident", "did you mean incidents?"),
        ("killed grade:fair,good", "grade:fair,good", ""),
        ("killed grade:", "grade:", "and all"),
        ("killed modality:assert", "modality:assert", "did you mean asserted?"),
        ("killed certainty:sure", "certainty:sure", ""),
        ("killed as-of:2024", "as-of:2024", "as-of:2024-01-31"),
        ("killed (toll>=5)", "toll>=5", ""),
        ("killed unit:people or child", "unit:people", "commas"),
        ("killed ( child", "(", ""),
        ("killed child )", ")", "leave it out"),
        ("killed ()", "()", ""),
        ("or killed", "or", "between two terms"),
        ("killed child or", "or", ""),
        ("killed not", "not", ""),
        ('killed by:"Burma Army', '"', 'by:"Arakan Army"'),
        ("killed\tcivilan\n2021", "civilan", "civilian"),
        ("killed \x1b[31mred", "\x1b[31mred", ""),
        ("civilian 2021", "", "add one of killed"),
    ],
)  # fmt: skip
def test_the_caret_stands_under_the_mistake(text: str, under: str, hint: str) -> None:
    """The error shows the text with a caret under exactly the wrong part, and says what would be understood."""
    with pytest.raises(ScopeError) as caught:
        read(text)
    problem = caught.value
    assert text[problem.start : problem.end] == under
    assert hint in problem.hint
    lines = str(problem).split("\n")
    assert lines[1][2:] == problem.text
    assert len(problem.text) == len(text)
    assert problem.text.isprintable()
    assert lines[2] == "  " + " " * problem.start + "^" * max(1, len(under))


def test_suggestions_come_from_the_gazetteer_and_the_actors() -> None:
    """A mistyped place or actor names the closest ones that exist."""
    with pytest.raises(ScopeError, match=r"MM-11 \(Kachin\)"):
        read("killed in:Kachin")
    with pytest.raises(ScopeError, match=r"mm\.military"):
        read("killed by:mm.militry")


WORDS = [
    "killed", "injured", "civilian", "child", "status:unknown", "in:MM-11", "in:", "by:mm.kio",
    'by:"Burma Army"', "2021", "2021..",
    "..", "toll>=5", "toll", "grade:all", "without:acled", "or", "not", "(", ")", "and", '"', ",", ":", "as-of:2024-01-31", "x",
    "မြန်မာ", "\x00", "unit:incidents", "means:other", "level:lumped,incident", "on:death",
]  # fmt: skip


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)
    | st.lists(st.sampled_from(WORDS)).map("".join)
)
def test_any_text_ends_in_a_scope_or_in_a_scope_error(text: str) -> None:
    """No text makes anything else; and a text that is understood asks for the same as its canonical form."""
    try:
        scope = read(text)
    except ScopeError as problem:
        assert 0 <= problem.start <= len(text)
        return
    assert read(canonical(scope)) == scope


def test_depth_and_length_have_limits() -> None:
    """A text made to exhaust the reader is refused, not run."""
    for deep in ("(" * 3000, "not " * 900 + "child", "killed " + "(" * (DEEPEST + 1) + "child" + ")" * (DEEPEST + 1)):
        with pytest.raises(ScopeError, match="stand in each other"):
            read(deep)
    with pytest.raises(ScopeError, match="at most"):
        read("killed " + "x" * LONGEST)
    assert read("killed " + "(" * DEEPEST + "child" + ")" * DEEPEST) == read("killed child")


def test_what_is_short_as_typed_and_too_long_written_out_is_refused() -> None:
    """The canonical text of every scope can be read again, so it has the same limit."""
    text = "killed source:" + ",".join(f"s{n}" for n in range(3000))
    assert len(text) < LONGEST
    with pytest.raises(ScopeError, match="written out"):
        read(text)


def test_an_empty_scope_says_how_to_begin() -> None:
    """Nothing asked is an error with an example."""
    for text in ("", "  \n"):
        with pytest.raises(ScopeError, match="killed civilian in:MM"):
            read(text)
