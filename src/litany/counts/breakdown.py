"""Into which narrower scopes does a count fall by month, place, actor, status, sex, age, source or means?

Every row of a breakdown is a scope of its own, so that its number is the one that anybody gets who asks for that scope, and
has an id of its own. Rows may overlap where one statement is possibly in several (high), and by actor, where the deed of a
unit is also its commander's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import msgspec
import polars as pl
from msgspec import Struct

from litany.counts import incidents, leaves, people, wholes
from litany.counts.incidents import Evaluated
from litany.errors import ScopeError
from litany.registry.build import Register
from litany.registry.columns import AXES, MEANS
from litany.types.scope import Dates, Expr, Kind, Not, Scope, Term, conjunction, kinds
from litany.values import dates
from litany.values.places import PlaceLevel

AXES_OF_GROUPS = ("month", "place", "actor", "status", "sex", "age", "source", "means")
_MOST_MONTHS = 1_200
REST = "rest"
_DAYS = ("earliest", "latest", "died_earliest", "died_latest")


class Group(Struct, frozen=True):
    """One row: its value (an id, a word, a month; ``unknown`` and ``rest`` for what has none), what to call it, its scope."""

    value: str
    label: str
    scope: Scope


def groups(register: Register, evaluated: Evaluated, scope: Scope, axis: str) -> list[Group]:
    """The rows of a breakdown, in their order. Raises ScopeError for an axis that does not exist."""
    if axis not in _MAKERS:
        raise ScopeError(f"counts are broken down by {', '.join(AXES_OF_GROUPS)}, not by {axis!r}")
    return _MAKERS[axis](register, evaluated, scope)


def part_for(register: Register, evaluated: Evaluated, group: Group, scope: Scope) -> pl.DataFrame:
    """What of the statements that speak of the scope may be in the group: a cheap cut, never too small."""
    new = [expr for expr in group.scope.facts if expr not in scope.facts and leaves.filters(expr, register) is None]
    wanted = incidents.possible(register, group.scope, new) | ~pl.col("alone") | wholes.is_part(register)
    return evaluated.spoken.filter(wanted)


def _with(scope: Scope, new: Expr, instead_of: Expr | None = None) -> Scope:
    facts = [expr for expr in scope.facts if expr != instead_of]
    return msgspec.structs.replace(scope, facts=conjunction([*facts, new]))


def _outside(scope: Scope, parts: Sequence[Expr]) -> Scope:
    """What is in none of the parts by the rule for best: each incident is in at most one of them, or here."""
    return msgspec.structs.replace(scope, facts=conjunction([*scope.facts, *(Not(part) for part in parts)]))


def _months(register: Register, evaluated: Evaluated, scope: Scope) -> list[Group]:
    asked = next((expr for expr in scope.facts if isinstance(expr, Dates)), None)
    table = evaluated.admitted
    days = [day for name in _DAYS if not table[name].is_null().all() for day in (table[name].min(), table[name].max())]
    ends = [day for day in days if isinstance(day, int)]
    if not ends:
        return [Group(REST, "no month known", scope)] if table.height else []
    first, last = min(ends), max(ends)
    if asked is not None:
        first, last = max(first, asked.first or first), min(last, asked.last or last)
    months = dates.months_between(first, last) if first <= last else ()
    if len(months) > _MOST_MONTHS:
        raise ScopeError(f"{len(months)} months are too many for a table: narrow the dates of the scope")
    rows = [Group(month, month, _with(scope, _inside(month, asked), asked)) for month in months]
    return [*rows, Group(REST, "no month known, or disputed", _outside(scope, [_inside(month, asked) for month in months]))]


def _inside(month: str, asked: Dates | None) -> Dates:
    first, last = dates.iso_range(month)
    if asked is None or first is None or last is None:
        return Dates(first, last)
    return Dates(max(first, asked.first or first), min(last, asked.last or last))


def _places(register: Register, evaluated: Evaluated, scope: Scope) -> list[Group]:
    gazetteer, known = register.world.places, register.legend.places
    used = evaluated.admitted["place"].unique().drop_nulls()
    asked = next((expr for expr in scope.facts if isinstance(expr, Term) and expr.kind is Kind.IN), None)
    level = _finer(None if asked is None else gazetteer.get(asked.value).level)
    if level is None:
        assert asked is not None
        chains = [(known[number], *gazetteer.ancestors(known[number])) for number in used]
        area = gazetteer.get(asked.value).id
        found = {inner for chain in chains for inner, outer in pairwise(chain) if outer == area}
    else:
        found = {at.id for number in used if (at := gazetteer.at_level(known[number], level)) is not None}
        if asked is not None:
            found = {id_ for id_ in found if gazetteer.within(id_, asked.value)}
    rows = [
        Group(id_, gazetteer.get(id_).name, _with(scope, Term(Kind.IN, id_), asked))
        for id_ in sorted(found, key=lambda id_: (gazetteer.get(id_).name, id_))
    ]
    if not rows:
        return []
    rest = _outside(scope, [Term(Kind.IN, row.value) for row in rows])
    return [*rows, Group(REST, f"no {'place inside' if level is None else level.value} known, or disputed", rest)]


def _finer(level: PlaceLevel | None) -> PlaceLevel | None:
    """The level below: states of a country, townships of anything smaller; None: what lies directly inside a township."""
    if level in (None, PlaceLevel.COUNTRY):
        return PlaceLevel.STATE
    return PlaceLevel.TOWNSHIP if level in (PlaceLevel.STATE, PlaceLevel.REGION, PlaceLevel.DISTRICT) else None


def _actors(register: Register, evaluated: Evaluated, scope: Scope) -> list[Group]:
    actors, parties = register.world.actors, register.legend.parties
    used = evaluated.admitted["by"].unique().drop_nulls()
    named = sorted({name for number in used for name in parties[number].actors if not name.startswith("?")})
    asked = {term.value for expr in scope.facts for term in _terms(expr) if term.kind is Kind.BY}
    made = [
        Group(id_, actors.get(id_).name, _with(scope, Term(Kind.BY, id_)))
        for id_ in sorted(named, key=lambda id_: (actors.get(id_).name, id_))
        if id_ not in asked
    ]
    unknown = Term(Kind.BY, leaves.UNKNOWN)
    if unknown.value in asked:
        return made
    made.append(Group("unknown", "nobody named", _with(scope, unknown)))
    open_ = _outside(scope, [Term(Kind.BY, value) for value in (*named, leaves.UNKNOWN)])
    return [*made, Group(REST, "left open between several, disputed, or a name that no actor has", open_)]


def _terms(expr: Expr) -> list[Term]:
    if isinstance(expr, Term):
        return [expr]
    if isinstance(expr, Not):
        return _terms(expr.part)
    return [] if isinstance(expr, Dates) else [term for part in expr.parts for term in _terms(part)]


def _sources(register: Register, evaluated: Evaluated, scope: Scope) -> list[Group]:
    used = evaluated.admitted["source"].unique().sort()
    slugs = [register.legend.sources[number] for number in used]
    return [Group(slug, source_name(register, slug), _with(scope, Term(Kind.SOURCE, slug))) for slug in slugs]


def source_name(register: Register, slug: str) -> str:
    """The name of a source, or its slug where no record names it."""
    return register.sources[slug].name if slug in register.sources else slug


def _means(register: Register, evaluated: Evaluated, scope: Scope) -> list[Group]:
    used = set(evaluated.admitted["means"].unique().drop_nulls())
    words = [word for number, word in enumerate(MEANS) if number in used and word.value != leaves.UNKNOWN]
    made = [Group(word.value, word.value.replace("-", " "), _with(scope, Term(Kind.MEANS, word.value))) for word in words]
    rest = _outside(scope, [Term(Kind.MEANS, word.value) for word in words])
    return [*made, Group(REST, "means not stated, or disputed", rest)]


def _people(kind: Kind) -> Callable[[Register, Evaluated, Scope], list[Group]]:
    def made(register: Register, evaluated: Evaluated, scope: Scope) -> list[Group]:
        asked = next((expr for expr in scope.people if kind.value in kinds(expr)), None)
        values: Sequence[str] = AXES[kind.value] if asked is None else people.selected(asked)[1]
        rest = [expr for expr in scope.people if expr != asked]
        return [
            Group(value, value, msgspec.structs.replace(scope, people=conjunction([*rest, Term(kind, value)])))
            for value in values
        ]

    return made


_MAKERS: dict[str, Callable[[Register, Evaluated, Scope], list[Group]]] = {
    "month": _months,
    "place": _places,
    "actor": _actors,
    "status": _people(Kind.STATUS),
    "sex": _people(Kind.SEX),
    "age": _people(Kind.AGE),
    "source": _sources,
    "means": _means,
}
