"""What several tests of the scope language share: a resolver over the built-in actors and places, and random scopes."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from litany.errors import UnknownValue
from litany.types.figure import Unit
from litany.types.scope import (
    PEOPLE_KINDS,
    WORDS,
    Both,
    Dates,
    Either,
    Expr,
    Kind,
    Not,
    On,
    Scope,
    Term,
    conjunction,
    kinds,
)
from litany.values import actors, places
from litany.values.terms import GRADE_ORDER, Certainty, Grade, Harm, Modality

ACTORS, PLACES = actors.load(), places.load()
SOURCES = ("acled", "fbr", "ucdp-ged", "aapp.2022")


class BuiltIn:
    """Resolves against the built-in actors and places, and any slug."""

    def place(self, text: str) -> str:
        return PLACES.get(text).id

    def actor(self, text: str) -> str:
        found = ACTORS.resolve(text)
        return ACTORS.get(text).id if found is None else found.id

    def source(self, text: str) -> str:
        if not re.fullmatch(r"[a-z0-9.-]+", text):
            raise UnknownValue(f"{text!r} is no source", text)
        return text


DAY = st.integers(600_000, 900_000)
VALUES: dict[Kind, st.SearchStrategy[str]] = {
    Kind.BY: st.sampled_from(["unknown", *ACTORS.order]),
    Kind.IN: st.sampled_from(PLACES.order),
    Kind.SOURCE: st.sampled_from(SOURCES),
    **{kind: st.sampled_from(words) for kind, words in WORDS.items()},
}


def term(kind: Kind) -> st.SearchStrategy[Expr]:
    return VALUES[kind].map(lambda value: Term(kind, value))


@st.composite
def ranges(draw: st.DrawFn) -> Expr:
    first, last = sorted((draw(DAY), draw(DAY)))
    return draw(st.sampled_from([Dates(first, last), Dates(first, None), Dates(None, last), Dates(first, first)]))


def nested(leaves: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    """Any expression over these leaves."""
    return st.recursive(
        leaves,
        lambda inner: (
            inner.map(Not)
            | st.lists(inner, min_size=1, max_size=3).map(lambda parts: Either(tuple(parts)))
            | st.lists(inner, min_size=1, max_size=3).map(lambda parts: Both(tuple(parts)))
        ),
        max_leaves=5,
    )


FACTS = nested(st.one_of(ranges(), *(term(kind) for kind in Kind if kind not in PEOPLE_KINDS)))
PEOPLE = st.sampled_from(PEOPLE_KINDS).flatmap(lambda kind: nested(term(kind)))


def agree(people: tuple[Expr, ...]) -> bool:
    """No two bare words of one kind: nobody is both civilian and combatant."""
    bare = [part.kind for part in people if isinstance(part, Term)]
    return len(bare) == len(set(bare)) and all(len(kinds(part)) == 1 for part in people)


@st.composite
def scopes(draw: st.DrawFn) -> Scope:
    """Any scope that a text can ask for."""
    grades = draw(st.sets(st.sampled_from(Grade), min_size=1))
    modalities = draw(st.sets(st.sampled_from(Modality), min_size=1))
    people = st.lists(PEOPLE, max_size=3).map(conjunction).filter(agree)
    day = st.dates().map(lambda date: date.isoformat())
    return Scope(
        harm=draw(st.sampled_from(Harm)),
        people=draw(people),
        facts=conjunction(draw(st.lists(FACTS, max_size=3))),
        on=draw(st.sampled_from(On)),
        unit=draw(st.sampled_from(Unit)),
        toll=draw(st.none() | st.tuples(st.sampled_from([">=", "<=", "="]), st.integers(0, 10**9 - 1))),
        grades=tuple(grade for grade in GRADE_ORDER if grade in grades),
        modalities=tuple(modality for modality in Modality if modality in modalities),
        certainty=draw(st.sampled_from(Certainty)),
        without=tuple(sorted(draw(st.sets(st.sampled_from(SOURCES))))),
        as_of=draw(st.none() | day),
    )
