"""docs/reference/scope.md is true: its examples are read as it says, and its grammar names every word that the parser knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from litany.types.figure import Unit
from litany.types.scope import SCOPE_VERSION, WORDS, Kind, On, canonical
from litany.types.scope_parser import _KEYS, DEEPEST, LONGEST, parse
from litany.values.terms import Certainty, Grade, Harm, Modality
from tests.types.scope_making import BuiltIn

DOC = (Path(__file__).resolve().parents[2] / "docs/reference/scope.md").read_text("utf-8")
EBNF = DOC.partition("```ebnf\n")[2].partition("```")[0]
PAIRS = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|$", DOC.partition("## Canonical form")[2], re.MULTILINE)
TERMS = re.findall(r"^\| (.+?) \| .+ \|$", DOC.partition("## Terms")[2].partition("## Canonical")[0], re.MULTILINE)


@pytest.mark.parametrize(("typed", "expected"), PAIRS)
def test_examples_have_the_canonical_form_that_the_page_shows(typed: str, expected: str) -> None:
    """Both texts ask for the same, and the second is canonical."""
    assert canonical(parse(typed, BuiltIn())) == expected
    assert canonical(parse(expected, BuiltIn())) == expected


def test_every_example_in_the_text_is_read() -> None:
    """Each scope that the page shows in a line of its own or between backticks can be asked."""
    shown = re.findall(r"^    (killed .+)$", DOC, re.MULTILINE) + re.findall(r"`(killed [^`]+)`", DOC)
    assert len(shown) > 20
    for text in shown:
        parse(text, BuiltIn())


def test_every_term_of_the_table_is_read() -> None:
    """Each term stands in a scope as the table writes it, with an actor, place, means or source put in."""
    filled = {"ACTOR": "mm.military", "CODE": "MMR001", "MEANS": "small-arms", "SLUG": "acled"}
    terms = [term for cell in TERMS[2:] for term in re.findall(r"`([^`]+)`", cell)]
    assert len(terms) > 30
    for term in terms:
        text = re.sub("[A-Z]{4,}", lambda match: filled[match[0]], term)
        parse(text if text.removeprefix("harm:") in set(Harm) else f"killed {text}", BuiltIn())


def test_the_grammar_names_every_key_and_word() -> None:
    """No key or word of the parser is missing in the EBNF, and the EBNF has no key that the parser lacks."""
    keys = {key.removesuffix(":") for key in re.findall(r'"([a-z-]+:|toll)', EBNF)}
    assert keys == set(_KEYS)
    words = {*Harm, *Grade, *Modality, *Certainty, *On, *Unit, *(w for kind in Kind for w in WORDS.get(kind, ()))}
    quoted = set(re.findall(r'"([^"]+)"', EBNF))
    assert {str(word) for word in words} <= quoted


def test_every_rule_of_the_grammar_is_defined_and_used() -> None:
    """The EBNF is closed: no rule hangs in the air (blank, digit, year, month and day are what they say)."""
    plain = re.sub(r"\(\*.*?\*\)|\?.*?\?|\"[^\"]*\"|'[^']*'", " ", EBNF, flags=re.DOTALL)
    defined = set(re.findall(r"^(\w+) +=", plain, re.MULTILINE))
    used = set(re.findall(r"[a-z]+", plain)) - {"scope"}
    assert used - defined == {"blank", "digit", "year", "month", "day"}
    assert defined - used == {"scope"}


def test_the_numbers_of_the_page_are_those_of_the_program() -> None:
    """Limits and version are as written."""
    assert f"{LONGEST:,} characters and {DEEPEST} parentheses" in " ".join(DOC.split())
    assert f"(version {SCOPE_VERSION})" in DOC
