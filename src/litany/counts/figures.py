"""Which number does a scope give, what does it rest on, and what must stand beside it?

Low adds up what is certain, high what is possible, best what the rule for best takes (docs/counting-rules.md). The same
evaluated scope gives the same figure, whoever asks: a count, a breakdown, an explanation, the report.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl
from msgspec import Struct

from litany.counts import coverage, drawn, wholes
from litany.counts.incidents import Evaluated, names_lumped
from litany.registry.build import Register
from litany.registry.columns import LEVELS
from litany.types.figure import Basis, Evidence, Figure, Unit
from litany.types.scope import Kind, Scope, admitted, canonical, kinds
from litany.values.terms import Level

RULES = "1"
DRAWN_RULES = f"{RULES}, over draws 2"
_WHOLE = {
    Unit.PEOPLE: "low: certain incidents, the least toll that a source gives; "
    "best: the toll that the middle source gives (lower median over roots); high: possible incidents, the greatest toll",
    Unit.INCIDENTS: "low: incidents certainly in the scope by their least toll; "
    "best: by the toll of the middle source (lower median over roots); high: possibly, by their greatest toll",
}
_RULE = {
    Basis.BOUND: "",
    Basis.SOURCE_SUM: "; each end is summed over incidents as sources give it: the span is no uncertainty range of the sum",
    Basis.ENVELOPE: "; low: the largest source, high: the sum of sources that do not relay each other, on equal declared "
    "coverage; no best, because nobody knows how far they overlap",
    Basis.POSTERIOR: "; over draws of who is who: low the 2.5 % quantile, best the middle, high the 97.5 % quantile",
    Basis.BOTH: "; over draws of who is who and what is one incident: low is the 2.5 % quantile of the draws' lows, "
    "best the middle of their bests, high the 97.5 % quantile of their highs",
}


class Ends(NamedTuple):
    """Low, best and high of a number."""

    low: int
    best: int
    high: int


class Told(Struct, frozen=True):
    """A figure without its id: what it adds up (``table``, from `counted`), and the sources that do not add up (``apart``)."""

    table: pl.DataFrame
    ends: Ends | None
    basis: Basis
    evidence: Evidence
    refused: str | None
    apart: tuple[str, ...]


def rules(register: Register) -> str:
    """The version of the counting rules by which a register is counted."""
    return RULES if register.drawn is None else DRAWN_RULES


def counted(evaluated: Evaluated, scope: Scope) -> pl.DataFrame:
    """Incidents that are possibly in the scope, with what each adds: ``add_low``, ``add_best``, ``add_high``."""
    return _adding(evaluated.incidents, scope).filter("high_in")


def _adding(incidents: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    low_in, best_in, high_in = _passes(scope)
    table = incidents.with_columns(
        low_in=pl.col("certain") & low_in, best_in=pl.col("best") & best_in, high_in=pl.col("possible") & high_in
    )
    if scope.unit is Unit.INCIDENTS:
        adds = {end: pl.col(f"{end}_in").cast(pl.Int64) for end in ("low", "best", "high")}
    else:
        # Where at most so many are asked for, what is possible above is not of the scope.
        most = pl.col("stated" if scope.toll is None and not scope.people else "high")
        if scope.toll is not None and scope.toll[0] != ">=":
            most = pl.min_horizontal("high", scope.toll[1])
        adds = {
            end: pl.when(f"{end}_in").then(column).otherwise(0).cast(pl.Int64)
            for end, column in (("low", pl.col("low")), ("best", pl.col("middle")), ("high", most))
        }
    return table.with_columns(**{f"add_{end}": adds[end] for end in adds})


def _rests(register: Register, evaluated: Evaluated, scope: Scope) -> pl.DataFrame | None:
    """What incidents that have parts add in each draw (`wholes.left`); of a threshold they are none, as all rows that lump
    several. None where none has parts.
    """
    if register.drawn is None or not register.drawn.parts.height:
        return None
    made = wholes.left(evaluated.incidents, evaluated.outside, register.drawn.parts)
    if scope.toll is not None and not names_lumped(scope):
        never = {truth: pl.lit(False) for truth in ("certain", "best", "possible")}
        made = made.with_columns(**never)
    return _adding(made, scope)


def per_draw(register: Register, evaluated: Evaluated, scope: Scope) -> drawn.Totals:
    """The sums of an evaluated scope in each draw. Raises ValueError where the register has no draws."""
    if register.drawn is None:
        raise ValueError("the register has no draws")
    return drawn.totals(counted(evaluated, scope), register.drawn, _rests(register, evaluated, scope))


def _passes(scope: Scope) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Does an incident pass the toll threshold certainly, by the rule for best, possibly?"""
    low, best, high = pl.col("low"), pl.col("middle"), pl.col("high")
    sign, n = scope.toll or (">=", 0)
    if sign == ">=":
        made = low >= n, best >= n, high >= n
    elif sign == "<=":
        made = high <= n, best <= n, low <= n
    else:
        made = (low == n) & (high == n), best == n, (low <= n) & (high >= n)
    if scope.unit is Unit.PEOPLE:
        return made
    # An incident without anybody of the scope is none of the scope.
    return made[0] & (low >= 1), made[1] & (best >= 1), made[2] & (high >= 1)


def tell(register: Register, evaluated: Evaluated, scope: Scope) -> Told:
    """The number of an evaluated scope, or why there is none. Where there are draws, ``table`` is that of one that stands
    for all.
    """
    every = counted(evaluated, scope)
    table, rests = drawn.at_point(every, register.drawn), _rests(register, evaluated, scope)
    if register.drawn is not None and rests is not None:
        table = wholes.put_in(table, rests, register.drawn.point).filter(pl.any_horizontal("low_in", "best_in", "high_in"))
    evidence = _evidence(register, evaluated, scope, table)
    # What adds nothing need not be kept apart from anything.
    adding = table.filter(pl.max_horizontal("add_low", "add_best", "add_high") > 0)
    if _meeting_aggregates(register, evaluated, adding):
        refused = (
            "aggregates that may speak of the same days and places cannot be added: some people would count twice. "
            "Narrow the scope to one of them"
        )
        return Told(table, None, Basis.SOURCE_SUM, evidence, refused, ())
    if register.drawn is not None:
        sums = drawn.totals(every, register.drawn, rests)
        if sums.vary or len(evidence.sources) > 1:
            basis = Basis.POSTERIOR if sums.only_linkage else Basis.BOTH
            return Told(table, Ends(*sums.ends()), basis, evidence, None, ())
    spoken = _spoken_by(evaluated, adding)
    if _one_speaks_of_all(spoken, adding.height):
        return Told(table, _ends(table), _basis(adding, scope), evidence, None, ())
    totals = {
        register.legend.sources[number]: Ends(*ends)
        for number, *ends in spoken.group_by("source").agg(pl.sum("add_low", "add_best", "add_high")).sort("source").iter_rows()
    }
    apart = tuple(totals)
    why = coverage.differing(apart, register.sources)
    if why is not None:
        refused = (
            f"per source only: none of {len(apart)} sources speaks of every incident here, so two that nobody linked may be "
            f"one, and {why}. Link them (`litany judge same`), or count one source (`source:{_largest(totals)}`)"
        )
        return Told(table, None, Basis.BOUND if scope.unit is Unit.INCIDENTS else Basis.SOURCE_SUM, evidence, refused, apart)
    return Told(table, _envelope(register, adding, totals), Basis.ENVELOPE, evidence, None, apart)


def _meeting_aggregates(register: Register, evaluated: Evaluated, table: pl.DataFrame) -> bool:
    if table.height <= 1:
        return False
    rows = evaluated.admitted.filter(pl.col("level") == LEVELS.index(Level.AGGREGATE)).join(table, on="incident", how="semi")
    known = register.legend.places
    areas = [
        (incident, None if place is None else known[place], first, last)
        for incident, place, first, last in rows.select("incident", "place", "earliest", "latest").iter_rows()
    ]
    return coverage.meet(areas, register.world.places)


def _spoken_by(evaluated: Evaluated, table: pl.DataFrame) -> pl.DataFrame:
    """Each incident once for every source that speaks of it, with what it adds."""
    adds = table.select("incident", "add_low", "add_best", "add_high")
    alone = table.filter(~pl.col("linked")).select("incident", "source", "add_low", "add_best", "add_high")
    several = table.filter("linked").select("incident")
    if not several.height:
        return alone
    pairs = evaluated.admitted.join(several, on="incident", how="semi").select("incident", "source").unique()
    return pl.concat([alone, pairs.join(adds, on="incident")])


def _one_speaks_of_all(spoken: pl.DataFrame, incidents: int) -> bool:
    """A source knows its own incidents apart, so whatever one source speaks of adds up."""
    most = spoken.group_by("source").len()["len"].max()
    return incidents <= 1 or most == incidents


def _envelope(register: Register, table: pl.DataFrame, totals: dict[str, Ends]) -> Ends:
    """From the largest source to the sum of what does not repeat the same voice."""
    rests = {
        register.legend.sources[number]: high
        for number, high in table.filter(~pl.col("linked")).group_by("source").agg(pl.sum("add_high")).iter_rows()
    }
    groups = coverage.voices(tuple(totals), register.sources)
    low = max(ends.low for ends in totals.values())
    high = _ends(table.filter("linked")).high + sum(max(rests.get(slug, 0) for slug in group) for group in groups)
    return Ends(low, low, high)


def _largest(rests: dict[str, Ends]) -> str:
    return max(rests, key=lambda slug: (rests[slug].best, slug))


def _ends(table: pl.DataFrame) -> Ends:
    low, best, high = table.select(pl.sum("add_low", "add_best", "add_high")).row(0)
    return Ends(low, best, high)


def _basis(table: pl.DataFrame, scope: Scope) -> Basis:
    """A sum of ranges that sources give is labelled; one incident, or incidents that are counted, are bounded."""
    if scope.unit is Unit.INCIDENTS or table.height <= 1:
        return Basis.BOUND
    ranged = table.filter((pl.col("low") != pl.col("high")) | (pl.col("low") != pl.col("middle"))).height
    return Basis.SOURCE_SUM if ranged > 0 else Basis.BOUND


def _evidence(register: Register, evaluated: Evaluated, scope: Scope, table: pl.DataFrame) -> Evidence:
    everything = table.height == evaluated.incidents.height
    at_point = drawn.at_point(evaluated.admitted, register.drawn)
    speaking = at_point if everything else at_point.filter(pl.col("incident").is_in(table["incident"].implode()))
    sources = speaking.select(pl.col("source").unique().sort()).to_series()
    victims = speaking.filter("person").select(pl.col("victim").n_unique()).item()
    return Evidence(
        incidents=table.height,
        victims=victims,
        statements=speaking.height,
        sources=tuple(register.legend.sources[number] for number in sources),
        admitted=admitted(scope),
        notes=tuple(_notes(register, evaluated, scope, table)),
    )


def _notes(register: Register, evaluated: Evaluated, scope: Scope, table: pl.DataFrame) -> list[str]:
    """What a reader must know beside the number."""
    made: list[str] = []
    lumped = table.filter("lumped")
    if lumped.height:
        made.append(f"{_n(lumped.height, 'row')} of several incidents each are in it (best {int(lumped['add_best'].sum()):,})")
    for out in evaluated.left_out:
        made.append(f"not in it: {_n(out.statements, 'statement')} ({_LEFT_OUT[out.reason]}), best {out.people:,}")
    unsure = table.filter(~pl.col("certain"))
    if unsure.height:
        made.append(f"{_n(unsure.height, 'incident')} only possibly in the scope: in high{_why_unsure(scope)}")
    if "by" in _asked(scope):
        made += _nobody_named(evaluated, table)
    if scope.people and table.filter("unsplit").height:
        split = table.filter("unsplit")
        made.append(
            f"{_n(split.height, 'incident')} without a split of the toll by the group asked for: 0 in low and best, "
            "their whole toll in high"
        )
    if table.filter("open").height:
        made.append(
            f"{_n(table.filter('open').height, 'incident')} where a source says 'at least': the high end is what sources say"
        )
    odd = table.filter("odd").height
    if odd:
        made.append(f"{_n(odd, 'row')} whose best lies outside their own low and high: as given")
    if scope.unit is Unit.PEOPLE:
        empty = table.filter((pl.col("middle") == 0) & (pl.col("add_high") > 0))
        if empty.height and table.height > 1:
            made.append(f"{_n(empty.height, 'incident')} with best 0 make up {int(empty['add_high'].sum()):,} of high")
    made += _parts(register, table)
    made += register.notes
    return made


def _parts(register: Register, table: pl.DataFrame) -> list[str]:
    known = register.drawn
    if known is None or not known.parts.height:
        return []
    here = known.parts.filter(pl.col("draw") == known.point).join(table, left_on="part", right_on="incident", how="semi")
    here = here.join(table, left_on="whole", right_on="incident", how="semi")
    if not here.height:
        return []
    parts, several = here["part"].n_unique(), here["whole"].n_unique()
    return [
        f"{_n(parts, 'incident')} are parts of {several:,} that other sources tell as one: of those counts what parts leave"
    ]


_LEFT_OUT = {
    "corrected away": "left out by corrections",
    "modality": "denied or hypothetical",
    "grade": "of a grade that is not asked for",
    "aggregate": "aggregates over many incidents, which never add to incidents",
    "lumped": "rows that lump several incidents, left out of a threshold per incident",
    "without": "of sources left out by without:",
}


def _asked(scope: Scope) -> frozenset[str]:
    return frozenset().union(*(kinds(expr) for expr in scope.facts)) if scope.facts else frozenset()


def _why_unsure(scope: Scope) -> str:
    words = {
        "date": "days", Kind.IN.value: "places", Kind.BY.value: "perpetrators", Kind.MEANS.value: "means",
    }  # fmt: skip
    asked = [word for kind, word in words.items() if kind in _asked(scope)]
    return f" (their {' or '.join(asked)} are not known so finely)" if asked else ""


def _nobody_named(evaluated: Evaluated, table: pl.DataFrame) -> list[str]:
    named = evaluated.admitted.group_by("incident").agg(pl.col("by").is_not_null().any())
    nobody = table.join(named, on="incident").filter(~pl.col("by"))
    if not nobody.height:
        return []
    whole = " (no source in the scope names any)" if nobody.height == table.height else ""
    return [f"{_n(nobody.height, 'incident')} with no perpetrator named{whole}: possible, never certain"]


def _n(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def figure(told: Told, scope: Scope, id_: str) -> Figure:
    """The figure of what was told."""
    ends = told.ends
    return Figure(
        id=id_,
        scope=canonical(scope),
        unit=scope.unit,
        low=None if ends is None else ends.low,
        best=None if ends is None or told.basis is Basis.ENVELOPE else ends.best,
        high=None if ends is None else ends.high,
        basis=told.basis,
        level=drawn.LEVEL if told.basis in (Basis.POSTERIOR, Basis.BOTH) else None,
        rule=_WHOLE[scope.unit] + _RULE[told.basis],
        evidence=told.evidence,
        refused=told.refused,
    )
