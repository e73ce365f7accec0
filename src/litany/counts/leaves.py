"""Is one statement certainly, possibly or not within one condition of a scope?

A leaf is a condition on one kind of fact: a set of places, of actors, of means, or a span of days. For every statement it
gives four truths: it speaks of the matter at all; it is certainly inside; it is inside by the rule for best; it may be
inside. Certain implies best implies possible. They are computed once per distinct value and then looked up.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence

import polars as pl
from msgspec import Struct

from litany.errors import Refused, ScopeError
from litany.registry.build import Register
from litany.registry.columns import CERTAINTIES, MEANS, Party
from litany.types.scope import Both, Dates, Either, Expr, Kind, Not, On, Scope, Term
from litany.values.actor_rows import ALWAYS, Span, joined
from litany.values.actors import Actors
from litany.values.places import Gazetteer
from litany.values.terms import Certainty

UNKNOWN = "unknown"


class Leaf(Struct, frozen=True):
    """Conditions on one kind of fact, joined by "or"."""

    kind: str
    values: tuple[str, ...] = ()
    days: tuple[tuple[int | None, int | None], ...] = ()


class Truth(Struct, frozen=True):
    """Per statement: does it speak, and is it certainly, best, possibly inside?"""

    speaks: pl.Expr
    certain: pl.Expr
    best: pl.Expr
    possible: pl.Expr


Tree = Leaf | tuple[str, tuple["Tree", ...]]  # ("and" | "or" | "not", parts)


def tree(expr: Expr) -> Tree:
    """The expression over leaves; an "or" of one kind of fact is one leaf, so that a set of candidates can lie in it."""
    if isinstance(expr, Term):
        return Leaf(expr.kind.value, (expr.value,))
    if isinstance(expr, Dates):
        return Leaf("date", days=((expr.first, expr.last),))
    if isinstance(expr, Not):
        return ("not", (tree(expr.part),))
    parts = tuple(tree(part) for part in expr.parts)
    if isinstance(expr, Either):
        kinds = {part.kind if isinstance(part, Leaf) else None for part in parts}
        leaves = [part for part in parts if isinstance(part, Leaf)]
        if len(kinds) == 1 and len(leaves) == len(parts):
            values = tuple(v for leaf in leaves for v in leaf.values)
            return Leaf(leaves[0].kind, values, _one_range(d for leaf in leaves for d in leaf.days))
    return ("or" if isinstance(expr, Either) else "and", parts)


def _one_range(days: Iterable[tuple[int | None, int | None]]) -> tuple[tuple[int | None, int | None], ...]:
    """Ranges that overlap or touch as one, so that a date which runs from one into the next lies in it."""
    begin, end = ALWAYS
    closed = joined((begin if first is None else first, end if last is None else last) for first, last in days)
    return tuple((None if first == begin else first, None if last == end else last) for first, last in closed)


def leaves_of(node: Tree) -> list[Leaf]:
    """All leaves of a tree, in order."""
    return [node] if isinstance(node, Leaf) else [leaf for part in node[1] for leaf in leaves_of(part)]


def filters(expr: Expr, register: Register) -> pl.Expr | None:
    """Conditions on who speaks and at which level choose statements; None for an expression about other facts.

    Raises ScopeError where the two are mixed in one "or".
    """
    kinds = {leaf.kind for leaf in leaves_of(tree(expr))}
    if not kinds & {Kind.SOURCE.value, Kind.LEVEL.value}:
        return None
    if not kinds <= {Kind.SOURCE.value, Kind.LEVEL.value}:
        raise ScopeError("source: and level: choose statements and cannot stand in one `or` with other facts: count them apart")
    return _filter(expr, register)


def _filter(expr: Expr, register: Register) -> pl.Expr:
    if isinstance(expr, Term) and expr.kind is Kind.SOURCE:
        return pl.col("source") == position(register.legend.sources, expr.value)
    if isinstance(expr, Term):
        return pl.col("level") == position(LEVEL_NAMES, expr.value)
    if isinstance(expr, Not):
        return ~_filter(expr.part, register)
    if isinstance(expr, Either | Both):
        parts = [_filter(part, register) for part in expr.parts]
        return pl.any_horizontal(parts) if isinstance(expr, Either) else pl.all_horizontal(parts)
    raise ScopeError("dates do not choose statements")


def position(words: Sequence[str], word: str) -> int:
    """The number of a word; one that nothing has never matches."""
    return words.index(word) if word in words else -1


def truth(leaf: Leaf, register: Register, scope: Scope) -> Truth:
    """What the leaf says of each statement of the register's table."""
    if leaf.kind == "date":
        return _dates(leaf, scope)
    if leaf.kind == Kind.IN:
        return _places(leaf, register)
    if leaf.kind == Kind.BY:
        return _parties(leaf, register, scope)
    if leaf.kind == Kind.MEANS:
        wanted = [MEANS.index(word) for word in MEANS if word in leaf.values]
        known = pl.col("means").is_not_null() & (pl.col("means") != MEANS.index(UNKNOWN))
        inside = pl.col("means").is_in(wanted).fill_null(False)
        return Truth(known | inside, inside, inside, inside | ~known)
    raise Refused(f"nothing can be counted by {leaf.kind}")


def days_of(scope: Scope) -> tuple[pl.Expr, pl.Expr]:
    """First and last possible day of each statement, of the date that is asked for.

    Where no date of death is stated, the death is no earlier than the incident; best takes the incident's day.
    """
    if scope.on is On.DEATH:
        return pl.coalesce("died_earliest", "earliest"), pl.col("died_latest")
    return pl.col("earliest"), pl.col("latest")


def on_day(leaf: Leaf, day: pl.Expr) -> pl.Expr:
    """Is this day in one of the ranges? No day is in none."""
    made = [
        (pl.lit(True) if first is None else day >= first) & (pl.lit(True) if last is None else day <= last)
        for first, last in leaf.days
    ]
    return pl.any_horizontal(made).fill_null(False) & day.is_not_null()


def _dates(leaf: Leaf, scope: Scope) -> Truth:
    first, last = days_of(scope)
    speaks = first.is_not_null() | last.is_not_null()
    certain, possible = [], []
    for begin, end in leaf.days:
        begin_ok = pl.lit(True) if begin is None else (first >= begin).fill_null(False)
        end_ok = pl.lit(True) if end is None else (last <= end).fill_null(False)
        certain.append(begin_ok & end_ok & speaks)
        not_over = pl.lit(True) if begin is None else (last >= begin).fill_null(True)
        possible.append(not_over & (pl.lit(True) if end is None else (first <= end).fill_null(True)))
    surely = pl.any_horizontal(certain)
    # What is certain is best too, also where the date is open on the end that best goes by.
    return Truth(speaks, surely, surely | on_day(leaf, first), pl.any_horizontal(possible))


def looked_up(column: str, truths: Sequence[bool], otherwise: bool) -> pl.Expr:
    """The truth of the column's number; ``otherwise`` where it is missing."""
    if not truths:
        return pl.lit(otherwise)
    return pl.lit(pl.Series(list(truths), dtype=pl.Boolean)).gather(pl.col(column).cast(pl.UInt32)).fill_null(otherwise)


def _places(leaf: Leaf, register: Register) -> Truth:
    gazetteer, known = register.world.places, register.legend.places
    inside = [any(area in around for area in leaf.values) for around in _around(gazetteer, known)]
    wider = frozenset(above for area in leaf.values for above in gazetteer.ancestors(area))
    certain = looked_up("place", inside, False)
    possible = looked_up("place", [a or place in wider for a, place in zip(inside, known, strict=True)], True)
    return Truth(pl.col("place").is_not_null(), certain, certain, possible)


@functools.lru_cache(8)
def _around(gazetteer: Gazetteer, known: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """For each place, itself and all areas that hold it."""
    return tuple(frozenset((place, *gazetteer.ancestors(place))) for place in known)


def _parties(leaf: Leaf, register: Register, scope: Scope) -> Truth:
    parties, actors = register.legend.parties, register.world.actors
    nobody = pl.col("by").is_null()
    asked = tuple(value for value in leaf.values if value != UNKNOWN)
    if not asked:  # whoever names nobody is silent; an incident is nobody's when all are (`names_nobody`)
        return Truth(~nobody, nobody, nobody, nobody)
    surely = [certain_spans(party, asked, actors, scope.certainty) for party in parties]
    maybe = [possible_spans(party, asked, actors) for party in parties]
    certain = on_days(surely, pl.all_horizontal)
    possible = on_days(maybe, pl.any_horizontal) | nobody
    if names_nobody(leaf):
        certain |= nobody
    return Truth(~nobody, certain, certain, possible)


def names_nobody(leaf: Leaf) -> bool:
    """Does the leaf ask, among others, for incidents of which no source names a perpetrator?"""
    return leaf.kind == Kind.BY and UNKNOWN in leaf.values


def certain_spans(party: Party, asked: Sequence[str], actors: Actors, least: Certainty) -> tuple[Span, ...]:
    """The days on which every candidate is under one of the actors asked for; none when the source is less sure than asked.

    A source that leaves several candidates open states that it was one of them: the set counts when all of it is inside.
    """
    open_set = party.certainty is Certainty.CANDIDATE and len(party.actors) > 1
    if CERTAINTIES.index(Certainty.STATED if open_set else party.certainty) < CERTAINTIES.index(least):
        return ()
    spans: list[Span] = [ALWAYS]
    for name in party.actors:
        mine = () if name.startswith("?") else [span for actor in asked for span in actors.spans(name, actor)]
        spans = [(max(a[0], b[0]), min(a[1], b[1])) for a in spans for b in mine]
        spans = [span for span in spans if span[0] <= span[1]]
    return joined(spans)


def possible_spans(party: Party, asked: Sequence[str], actors: Actors) -> tuple[Span, ...]:
    """The days on which some candidate may be one of the actors asked for; a name that nobody knows may be anybody."""
    if any(name.startswith("?") for name in party.actors):
        return (ALWAYS,)
    return tuple(sorted({span for name in party.actors for actor in asked for span in actors.may_spans(name, actor)}))


def on_days(spans_of: Sequence[tuple[Span, ...]], how: Callable[..., pl.Expr]) -> pl.Expr:
    """Statements whose days lie within (`all_horizontal`) or touch (`any_horizontal`) the spans of their party."""
    always = looked_up("by", [ALWAYS in spans for spans in spans_of], False)
    made = [always]
    for spans in sorted({spans for spans in spans_of if spans and ALWAYS not in spans}):
        here = looked_up("by", [other == spans for other in spans_of], False)
        for first, last in spans:
            if how is pl.all_horizontal:
                begins = pl.lit(True) if first == ALWAYS[0] else pl.col("earliest") >= first
                fits = (begins & (pl.lit(True) if last == ALWAYS[1] else pl.col("latest") <= last)).fill_null(False)
            else:
                fits = ((pl.col("latest") >= first).fill_null(True)) & ((pl.col("earliest") <= last).fill_null(True))
            made.append(here & fits)
    return pl.any_horizontal(made)


LEVEL_NAMES = ("incident", "lumped", "aggregate")
