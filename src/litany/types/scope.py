"""What is asked: whose harm, of which kind, by whom, where, when, at which standard of evidence?

A `Scope` is the meaning of a text in the scope language (docs/reference/scope.md). Two texts that ask the same have equal
scopes and one canonical text, whose version stands in every recipe.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from litany.types.figure import Unit
from litany.values import dates
from litany.values.terms import GRADE_ORDER, AgeGroup, Certainty, Grade, Harm, Level, Means, Modality, Sex, Status

SCOPE_VERSION = 1


class Kind(StrEnum):
    """What a term speaks of."""

    STATUS = "status"
    SEX = "sex"
    AGE = "age"
    BY = "by"
    IN = "in"
    MEANS = "means"
    SOURCE = "source"
    LEVEL = "level"


PEOPLE_KINDS = (Kind.STATUS, Kind.SEX, Kind.AGE)
WORDS: dict[Kind, tuple[str, ...]] = {
    Kind.STATUS: tuple(Status),
    Kind.SEX: tuple(Sex),
    Kind.AGE: tuple(AgeGroup),
    Kind.MEANS: tuple(Means),
    Kind.LEVEL: tuple(Level),
}


class On(StrEnum):
    """Which date is meant."""

    INCIDENT = "incident"
    DEATH = "death"


class Term(Struct, frozen=True, tag=True):
    """One value of one kind."""

    kind: Kind
    value: str


class Dates(Struct, frozen=True, tag=True):
    """Days from ``first`` to ``last`` (ordinals, both included; None: open)."""

    first: int | None
    last: int | None


class Either(Struct, frozen=True, tag=True):
    """At least one of the parts."""

    parts: tuple[Expr, ...]


class Both(Struct, frozen=True, tag=True):
    """All of the parts (inside parentheses)."""

    parts: tuple[Expr, ...]


class Not(Struct, frozen=True, tag=True):
    """Not the part."""

    part: Expr


Expr = Term | Dates | Either | Both | Not

DEFAULT_GRADES = tuple(grade for grade in GRADE_ORDER if grade is not Grade.DISCOUNTED)
DEFAULT_MODALITIES = (Modality.ASSERTED, Modality.ALLEGED)


class Scope(Struct, frozen=True, kw_only=True):
    """What is counted.

    ``people`` are conditions on people within a toll, each on one of status, sex and age; ``facts`` are conditions on what
    sources say of the incident, and on the sources. The rest says what enters: ``toll`` is a threshold on the scope's own
    people of each incident, as (">=", 5); ``certainty`` the least with which a source must name a perpetrator for ``by:`` to
    be certain.
    """

    harm: Harm
    people: tuple[Expr, ...] = ()
    facts: tuple[Expr, ...] = ()
    on: On = On.INCIDENT
    unit: Unit = Unit.PEOPLE
    toll: tuple[str, int] | None = None
    grades: tuple[Grade, ...] = DEFAULT_GRADES
    modalities: tuple[Modality, ...] = DEFAULT_MODALITIES
    certainty: Certainty = Certainty.STATED
    without: tuple[str, ...] = ()
    as_of: str | None = None


def kinds(expr: Expr) -> frozenset[str]:
    """Every kind that an expression speaks of; ``date`` for dates."""
    if isinstance(expr, Term):
        return frozenset((expr.kind.value,))
    if isinstance(expr, Dates):
        return frozenset(("date",))
    if isinstance(expr, Not):
        return kinds(expr.part)
    return frozenset().union(*(kinds(part) for part in expr.parts))


def normal(expr: Expr) -> Expr:
    """The one form of everything that means the same by flattening, ordering, removing repeats and double negations."""
    if isinstance(expr, Term | Dates):
        return expr
    if isinstance(expr, Not):
        inner = normal(expr.part)
        return inner.part if isinstance(inner, Not) else Not(inner)
    own = type(expr)
    parts: list[Expr] = []
    for part in map(normal, expr.parts):
        parts.extend(part.parts if isinstance(part, own) else (part,))
    unique = sorted(dict.fromkeys(parts), key=_order)
    return unique[0] if len(unique) == 1 else own(tuple(unique))


def _order(expr: Expr) -> tuple[int, str]:
    """Terms by kind and word, then dates, then what is nested."""
    if isinstance(expr, Term):
        place = list(Kind).index(expr.kind)
        words = WORDS.get(expr.kind)
        return place, f"{words.index(expr.value):03}" if words else expr.value
    if isinstance(expr, Dates):
        return 100, f"{expr.first or 0:08}{expr.last or 99999999:08}"
    return 200, show(expr)


def conjunction(parts: Iterable[Expr]) -> tuple[Expr, ...]:
    """Conditions that all hold, in the one order, each once."""
    flat: list[Expr] = []
    for part in map(normal, parts):
        flat.extend(part.parts if isinstance(part, Both) else (part,))
    return tuple(sorted(dict.fromkeys(flat), key=_order))


def show(expr: Expr, *, inside: bool = False) -> str:
    """An expression in the scope language; ``inside`` when it stands within another one."""
    if isinstance(expr, Term):
        bare = expr.kind in PEOPLE_KINDS and expr.value != "unknown"
        return expr.value if bare else f"{expr.kind.value}:{_quoted(expr.value)}"
    if isinstance(expr, Dates):
        return _show_dates(expr)
    if isinstance(expr, Not):
        return f"not {show(expr.part, inside=True)}"
    joiner = " or " if isinstance(expr, Either) else " "
    text = joiner.join(show(part, inside=True) for part in expr.parts)
    return f"({text})" if inside or isinstance(expr, Both) else text


def _quoted(value: str) -> str:
    return value if all(c.isalnum() or c in ".-_" for c in value) else f'"{value}"'


def _show_dates(expr: Dates) -> str:
    first, last = (None if end is None else dates.show(end) for end in (expr.first, expr.last))
    return first if first is not None and first == last else f"{first or ''}..{last or ''}"


def canonical(scope: Scope) -> str:
    """The one text of a scope (version `SCOPE_VERSION`); what is as by default is left out."""
    words = [scope.harm.value, *map(show, scope.people), *map(show, scope.facts)]
    if scope.on is not On.INCIDENT:
        words.append(f"on:{scope.on}")
    if scope.toll is not None:
        words.append(f"toll{scope.toll[0]}{scope.toll[1]}")
    if scope.unit is not Unit.PEOPLE:
        words.append(f"unit:{scope.unit}")
    if scope.grades != DEFAULT_GRADES:
        words.append("grade:" + ",".join(scope.grades))
    if scope.modalities != DEFAULT_MODALITIES:
        words.append("modality:" + ",".join(scope.modalities))
    if scope.certainty is not Certainty.STATED:
        words.append(f"certainty:{scope.certainty}")
    if scope.without:
        words.append("without:" + ",".join(scope.without))
    if scope.as_of is not None:
        words.append(f"as-of:{scope.as_of}")
    return " ".join(words)


def admitted(scope: Scope) -> str:
    """In words, which statements may enter; printed beside every figure."""
    date = "incident" if scope.on is On.INCIDENT else "death"
    parts = [
        f"grades {', '.join(scope.grades)}",
        f"{' or '.join(scope.modalities)} statements",
        f"perpetrator at least {scope.certainty}",
        f"dates of {date}",
    ]
    if scope.without:
        parts.append(f"without {', '.join(scope.without)}")
    if scope.as_of:
        parts.append(f"the case as of {scope.as_of}")
    return "; ".join(parts)
