"""What do all statements of an incident say together?

Facts: an incident is certainly inside a condition when some statement says so and none excludes it; possibly, when some
allows it or none speaks of it; best, when more voices say so than exclude it, and on one day. Tolls: low is the least low, high
the greatest high of the sources that speak of the group, best the lower median over their roots; statements without a named
root are one voice. Linked named dead lift all three. An incident of one statement is that statement.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from msgspec import Struct

from litany.counts import leaves, people, wholes
from litany.counts.drawn import at_point
from litany.counts.leaves import Leaf, Tree, Truth
from litany.registry.build import Register
from litany.registry.columns import GRADES, HARMS, LEVELS, MODALITIES
from litany.types.scope import Expr, Kind, On, Scope, Term
from litany.values.terms import Level

_LUMPED, _AGGREGATE = LEVELS.index(Level.LUMPED), LEVELS.index(Level.AGGREGATE)
_NONE = pl.lit(None, pl.Int32)
_TRUTHS = ("speaks", "certain", "best", "possible")


class LeftOut(Struct, frozen=True):
    """Statements that speak of the scope and did not enter, by reason: how many, and the best tolls that they state."""

    reason: str
    statements: int
    people: int


REASONS = ("", "corrected away", "modality", "grade", "aggregate", "lumped", "without")


class Evaluated(Struct, frozen=True):
    """What one scope holds of one register.

    ``incidents``, in order of incident: incident, certain, best, possible (truths), low, middle, high (people), statements,
    victims, source, linked, lumped, open, unsplit, stated (high as the source gives it), odd. ``admitted``: the statements
    that entered. ``spoken``: all that speak of the scope, also those that did not enter, with the columns of the register:
    enough to evaluate any narrower scope. ``left_out``: what did not enter, by reason. ``outside``: incidents that enter, are
    parts of others in some draw, and are not in the scope (columns `wholes.KNOWN`).
    """

    incidents: pl.DataFrame
    admitted: pl.DataFrame
    spoken: pl.DataFrame
    left_out: tuple[LeftOut, ...]
    outside: pl.DataFrame


def evaluate(register: Register, scope: Scope, within: pl.DataFrame | None = None) -> Evaluated:
    """Every incident that is possibly in the scope (its toll threshold left to the caller).

    ``within`` is ``spoken`` of a wider scope, or a part of it that holds whatever can be in this one.
    """
    trees = [leaves.tree(expr) for expr in scope.facts if leaves.filters(expr, register) is None]
    wanted = list(dict.fromkeys(leaf for node in trees for leaf in leaves.leaves_of(node)))
    base = register.table.with_row_index("n") if within is None else within.lazy()
    columns = base.collect_schema().names()
    # Most statements stand alone: whatever cannot be in the scope goes before anything is computed of the rest.
    wanted_rows = possible(register, scope, scope.facts) | ~pl.col("alone") | wholes.is_part(register)
    spoken = _spoken(base, register, scope).filter(wanted_rows)
    for stage in people.intervals(scope.people):
        spoken = spoken.with_columns(**stage)
    everything = spoken.with_columns(
        **{
            f"{name}_{number}": getattr(made, name)
            for number, leaf in enumerate(wanted)
            for made in (leaves.truth(leaf, register, scope),)
            for name in _TRUTHS
        },
    ).collect()
    inside = _possible([_combined(node, wanted, _Alone()) for node in trees])
    left_out = _left_out(at_point(everything, register.drawn).filter((pl.col("reason") != 0) & inside))
    table = everything.filter(pl.col("reason") == 0)
    alone, shared = table.filter("alone"), table.filter(~pl.col("alone"))
    made = pl.concat([_alone(alone, trees, wanted), _shared(shared, trees, wanted, scope, register.drawn is not None)])
    outside = made.filter(~pl.col("possible") & wholes.is_part(register)).select(wholes.KNOWN)
    made = made.filter(pl.col("possible")).sort("incident")
    kept = table if made.height == table.height else table.filter(pl.col("incident").is_in(made["incident"].implode()))
    return Evaluated(made, kept, everything.select(columns), left_out, outside)


def possible(register: Register, scope: Scope, facts: Sequence[Expr]) -> pl.Expr:
    """May a statement that stands alone be inside all of these facts?"""
    trees = [leaves.tree(expr) for expr in facts if leaves.filters(expr, register) is None]
    wanted = list(dict.fromkeys(leaf for node in trees for leaf in leaves.leaves_of(node)))
    truths = [leaves.truth(leaf, register, scope) for leaf in wanted]
    return _possible([_combined(node, wanted, _Raw(truths)) for node in trees])


def _spoken(base: pl.LazyFrame, register: Register, scope: Scope) -> pl.LazyFrame:
    """Statements of the harm from the sources asked for; ``reason`` says why one does not enter (0: it does)."""
    chosen = [made for expr in scope.facts if (made := leaves.filters(expr, register)) is not None]
    conditions = [
        pl.col("excluded").is_null(),
        pl.col("modality").is_in([MODALITIES.index(m) for m in scope.modalities]),
        pl.col("grade").is_in([GRADES.index(g) for g in scope.grades]),
        pl.lit(True) if Term(Kind.LEVEL, Level.AGGREGATE) in scope.facts else pl.col("level") != _AGGREGATE,
        pl.lit(True) if scope.toll is None or names_lumped(scope) else pl.col("level") != _LUMPED,
        ~pl.col("source").is_in([leaves.position(register.legend.sources, slug) for slug in scope.without]),
    ]
    reason = pl.lit(0, pl.Int8)
    for number, condition in reversed(list(enumerate(conditions, start=1))):
        reason = pl.when(condition).then(reason).otherwise(pl.lit(number, pl.Int8))
    return base.filter(pl.col("harm") == HARMS.index(scope.harm), *chosen).with_columns(reason=reason)


def names_lumped(scope: Scope) -> bool:
    """Does the scope ask for rows that lump several incidents?"""
    made = (leaf for expr in scope.facts for leaf in leaves.leaves_of(leaves.tree(expr)) if leaf.kind == Kind.LEVEL)
    return any(Level.LUMPED in leaf.values for leaf in made)


def _left_out(table: pl.DataFrame) -> tuple[LeftOut, ...]:
    grouped = table.group_by("reason").agg(pl.len(), pl.coalesce("m", "m2", pl.lit(0)).sum().alias("people")).sort("reason")
    return tuple(LeftOut(REASONS[reason], statements, people) for reason, statements, people in grouped.iter_rows())


class _Alone:
    """Truths of a leaf for an incident of one statement."""

    def __call__(self, number: int) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
        return pl.col(f"certain_{number}"), pl.col(f"best_{number}"), pl.col(f"possible_{number}")


class _Raw:
    """Truths of a leaf for a statement, before they stand in columns."""

    def __init__(self, truths: Sequence[Truth]) -> None:
        self._truths = truths

    def __call__(self, number: int) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
        made = self._truths[number]
        return made.certain, made.best, made.possible


class _Fused:
    """Truths of a leaf for an incident of several statements, from sums over them.

    ``day`` is the one day on which best puts the incident; ``each`` whether every victim is certainly inside.
    """

    def __init__(self, wanted: list[Leaf], on: On) -> None:
        self._wanted, self._on = wanted, on

    def __call__(self, number: int) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
        leaf = self._wanted[number]
        speaks, certain, votes, possible = (pl.col(f"{name}_{number}") for name in ("speaks", "certain", "votes", "possible"))
        surely, nobody = (certain > 0) & (possible == speaks), speaks == 0
        if leaf.kind == "date":
            surely = pl.col(f"each_{number}") if self._on is On.DEATH else surely
            return surely, surely | leaves.on_day(leaf, pl.col("day")), (possible > 0) | nobody
        if leaves.names_nobody(leaf):
            return surely | nobody, (votes > 0) | nobody, (possible > 0) | nobody
        return surely, votes > 0, (possible > 0) | nobody


def _combined(node: Tree, wanted: list[Leaf], of: _Alone | _Fused | _Raw) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Three truths of a whole expression (strong Kleene logic)."""
    if isinstance(node, Leaf):
        return of(wanted.index(node))
    parts = [_combined(part, wanted, of) for part in node[1]]
    if node[0] == "not":
        certain, best, possible = parts[0]
        return ~possible, ~best, ~certain
    how = pl.any_horizontal if node[0] == "or" else pl.all_horizontal
    return how([p[0] for p in parts]), how([p[1] for p in parts]), how([p[2] for p in parts])


def _possible(parts: list[tuple[pl.Expr, pl.Expr, pl.Expr]]) -> pl.Expr:
    return pl.all_horizontal([p[2] for p in parts]) if parts else pl.lit(True)


def _truths(trees: list[Tree], wanted: list[Leaf], of: _Alone | _Fused | _Raw) -> dict[str, pl.Expr]:
    parts = [_combined(node, wanted, of) for node in trees] or [(pl.lit(True), pl.lit(True), pl.lit(True))]
    every = [pl.all_horizontal([part[k] for part in parts]) for k in range(3)]
    return {"certain": every[0], "best": every[1], "possible": every[2]}


def _alone(table: pl.DataFrame, trees: list[Tree], wanted: list[Leaf]) -> pl.DataFrame:
    return table.select(
        "incident",
        **_truths(trees, wanted, _Alone()),
        low=pl.coalesce("l", "l2", pl.lit(0, pl.Int32)),
        middle=pl.coalesce("m", "m2", pl.lit(0, pl.Int32)),
        high=pl.coalesce("h", "h2", "ceiling", pl.lit(0, pl.Int32)),
        statements=pl.lit(1, pl.UInt32),
        victims=pl.col("person").cast(pl.UInt32),
        source=pl.col("source"),
        linked=pl.lit(False),
        lumped=pl.col("level") == _LUMPED,
        open=pl.col("open"),
        unsplit=pl.col("l").is_null() & pl.col("l2").is_null(),
        # A sum of what a source says is of what it says, also where its ends contradict each other.
        stated=pl.when(pl.col("high") < pl.max_horizontal("low", "best"))
        .then(pl.col("high"))
        .otherwise(pl.coalesce("h", "h2", "ceiling", pl.lit(0, pl.Int32))),
        odd=pl.any_horizontal(pl.col("best") < pl.col("low"), pl.col("best") > pl.col("high"), pl.col("high") < pl.col("low")),
    )


def _shared(table: pl.DataFrame, trees: list[Tree], wanted: list[Leaf], scope: Scope, linked: bool) -> pl.DataFrame:
    """One row an incident that several statements speak of. ``linked``: victims were linked, so that each is a person."""
    facts = table.group_by("incident", maintain_order=True).agg(
        *(_count(name, number) for number in range(len(wanted)) for name in ("speaks", "certain", "possible")),
        pl.len().cast(pl.UInt32).alias("statements"),
        pl.col("victim").drop_nulls().n_unique().cast(pl.UInt32).alias("victims"),
        pl.col("source").first(),
        (pl.col("source").n_unique() > 1).alias("linked"),
        (pl.col("level") == _LUMPED).any().alias("lumped"),
        pl.col("open").any(),
    )
    for more in (_votes(table, wanted), _day(table, scope), _each(table, wanted), _people(table, linked)):
        facts = facts.join(more, on="incident", how="left")
    return facts.select(
        "incident",
        **_truths(trees, wanted, _Fused(wanted, scope.on)),
        low="low",
        middle="middle",
        high="high",
        statements="statements",
        victims="victims",
        source="source",
        linked="linked",
        lumped="lumped",
        open="open",
        unsplit="unsplit",
        stated="high",
        odd=pl.lit(False),
    )


def _count(name: str, number: int) -> pl.Expr:
    """How many statements that speak of the leaf say so."""
    return (pl.col(f"{name}_{number}") & pl.col(f"speaks_{number}")).cast(pl.Int64).sum().alias(f"{name}_{number}")


def _votes(table: pl.DataFrame, wanted: list[Leaf]) -> pl.DataFrame:
    """Per incident and leaf, by how many more voices place it inside than outside.

    A source has one vote, however many of its rows speak; so have the sources that name the same roots, and those that
    name none.
    """
    names = [f"votes_{number}" for number in range(len(wanted))]
    votes = [
        _count("best", number) - ((pl.col(f"speaks_{number}") & ~pl.col(f"possible_{number}")).cast(pl.Int64).sum())
        for number in range(len(wanted))
    ]
    made = table.group_by("incident", "roots", "source").agg(vote.sign().alias(n) for n, vote in zip(names, votes, strict=True))
    made = made.group_by("incident", "roots").agg(pl.col(name).sum().sign() for name in names)
    return made.group_by("incident").agg(pl.col(name).sum() for name in names)


def _day(table: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """Per incident, the one day on which best puts it.

    That is the first day that all sources allow. Where they exclude each other, it is the first day of the middle voice,
    but none that all of them leave behind. Deaths of one incident have no day in common: of them the middle voice's.
    """
    first, last = leaves.days_of(scope)
    days = table.select("incident", "roots", first=first, last=last)
    middle = days.group_by("incident", "roots").agg(_middle("first")).group_by("incident").agg(_middle("first"))
    if scope.on is On.DEATH:
        return middle.rename({"first": "day"})
    common = days.group_by("incident").agg(common=pl.min_horizontal(pl.col("first").max(), pl.col("last").min()))
    day = pl.when(pl.col("first").is_not_null()).then(pl.max_horizontal("first", "common"))
    return middle.join(common, on="incident").select("incident", day=day)


def _middle(name: str) -> pl.Expr:
    """The lower median."""
    return pl.col(name).quantile(0.5, "lower").cast(pl.Int32)


def _each(table: pl.DataFrame, wanted: list[Leaf]) -> pl.DataFrame:
    """Per incident and leaf, whether it holds of each of its named dead for certain, and of those in its tolls."""
    numbers = range(len(wanted))
    apart = table.group_by("incident", "victim").agg(
        *(_count(name, number) for number in numbers for name in ("speaks", "certain", "possible"))
    )
    surely = [
        ((pl.col(f"certain_{n}") > 0) & (pl.col(f"possible_{n}") == pl.col(f"speaks_{n}"))).all().alias(f"each_{n}")
        for n in numbers
    ]
    return apart.group_by("incident").agg(surely)


def _people(table: pl.DataFrame, linked: bool) -> pl.DataFrame:
    """Per incident, low, middle and high of the group asked for: no more than of any wider group, or of all."""
    made = _fused(table, "", linked)
    wider = [name.removeprefix("l") for name in table.columns if name.startswith("l_")]
    for suffix in wider:
        made = made.join(_fused(table, suffix, linked).drop("unsplit"), on="incident", suffix="_wider").with_columns(
            pl.min_horizontal(end, f"{end}_wider").alias(end) for end in ("low", "middle", "high")
        )
        made = made.select("incident", "low", "middle", "high", "unsplit")
    return made


def _fused(table: pl.DataFrame, suffix: str, linked: bool) -> pl.DataFrame:
    """Per incident, low, middle and high of one group: its toll, lifted by its named dead."""
    table = table.select(
        *("incident", "roots", "source", "victim", "person"),
        **{end: pl.col(f"{end}{suffix}") for end in ("l", "m", "h", "ceiling")},
        **{end: pl.col(f"{end}{suffix}") if f"{end}{suffix}" in table.columns else _NONE for end in ("l2", "m2", "h2")},
    )
    made = table.group_by("incident").agg(pl.col("ceiling").max(), pl.col("h2").max())
    made = made.join(_tolls(table.filter(~pl.col("person"))), on="incident", how="left")
    made = made.join(_named(table.filter(pl.col("person")), linked), on="incident", how="left")
    zero = pl.lit(0, pl.Int32)
    return made.select(
        "incident",
        low=pl.max_horizontal("tl", "nl", zero),
        middle=pl.max_horizontal("tm", "nm", zero),
        # A source that says nothing of the group leaves it open, unless another one says how many they were.
        high=pl.max_horizontal("th", "nh", "h2", pl.when(pl.col("tl").is_null()).then("ceiling"), zero),
        unsplit=pl.col("tl").is_null() & pl.col("nl").is_null(),
    )


def _tolls(table: pl.DataFrame) -> pl.DataFrame:
    """Per incident, the toll over its sources: least low, lower median over roots, greatest high."""
    spoken = table.filter(pl.col("l").is_not_null())
    implied = table.join(spoken.select("incident").unique(), on="incident", how="anti").filter(pl.col("l2").is_not_null())
    both = pl.concat([
        spoken.select("incident", "roots", "l", "m", "h"),
        implied.select("incident", "roots", l="l2", m="m2", h="h2"),
    ])  # fmt: skip
    voices = both.group_by("incident", "roots").agg(pl.col("l").min(), _middle("m"), pl.col("h").max())
    return voices.group_by("incident").agg(
        pl.col("l").min().alias("tl"), _middle("m").alias("tm"), pl.col("h").max().alias("th")
    )


def _named(table: pl.DataFrame, linked: bool) -> pl.DataFrame:
    """Per incident, its named dead: each victim once, certain when some statement says so and none excludes it.

    A source knows its own dead apart; those of two sources that nobody linked may be the same. So low and best are of the
    source that names most, and high is of all. Where victims were linked, each draw says who is whom: all three are of all.
    """
    victims = table.group_by("incident", "victim").agg(
        ((pl.col("l").max() > 0) & (pl.col("h").min() > 0)).fill_null(False).cast(pl.Int32).alias("nl"),
        (pl.col("m").sum() > (pl.col("h") == 0).sum()).cast(pl.Int32).alias("nm"),
        pl.col("h").max().fill_null(0).alias("nh"),
    )
    if linked:
        return victims.group_by("incident").agg(pl.col("nl", "nm", "nh").sum().cast(pl.Int32))
    speaks = table.select("incident", "victim", "source").unique().join(victims, on=["incident", "victim"])
    by_source = speaks.group_by("incident", "source").agg(pl.col("nl", "nm").sum())
    most = by_source.group_by("incident").agg(pl.col("nl", "nm").max())
    return most.join(victims.group_by("incident").agg(pl.col("nh").sum().cast(pl.Int32)), on="incident")
