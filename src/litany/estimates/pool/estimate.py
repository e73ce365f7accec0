"""How many people were there in all, if nobody knows which assumption about the lists is true? The recommended estimate.

Five families of models answer, each with an assumption of its own (`pool.families`): people alike, people who differ by one of
three shapes, people in classes. The patterns of the documented cannot say which assumption holds, so no family is weighed
against another: the range goes from the lowest 2.5 % point of any of them to the highest 99.5 % point. How often it holds the
truth in made-up populations of seventeen mechanisms, and how often each family by itself does: docs/estimates-coverage.md.

All families assume that nobody was beyond the reach of all lists. Whom no list could ever have had is not in the number, and
nothing in the lists can say how many such people there are; every answer says so.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from litany.estimates.captures import Captures
from litany.estimates.convergence import MOST_RHAT
from litany.estimates.loglinear import report
from litany.estimates.loglinear.fit import full_table
from litany.estimates.partial import chao
from litany.estimates.pool import envelope
from litany.estimates.pool.families import MOST_GRAPH_LISTS, Family, all_of, by_all_graphs
from litany.estimates.pool.settings import Pooled
from litany.estimates.refusals import Refusal, Why, thin, too_many, unusable
from litany.estimates.results import Candidate, Estimate, Interval, PatternFit, Setting, Sweep
from litany.estimates.streams import stream_of

METHOD = "pooled"
MOST_LISTS = 10  # pairs are tried one by one: 45 of them on 1,023 patterns
BEYOND = "people whom no list could ever have had are not in this number, and nothing in the lists can say how many they are"
ASSUMPTION = (
    "one of these holds, and nobody was beyond the reach of all lists: people are alike but for pairs of lists that depend on "
    "each other; or they differ in how easily all lists find them, by a light-tailed, a normal or a heavy-tailed amount; or "
    "they fall into classes within which lists are independent"
)


def estimate(table: Captures, *, settings: Pooled | None = None, seed: int = 0) -> Estimate:
    """The range of the number of all people that holds what each family says, or the reason why there is none.

    ``candidates`` are the families side by side, each with its own 95 % range, then graphs and Chao's lower bound for the eye.
    ``draws`` have the range as their middle 95 %; strata are added family by family (`pool.totals`), of ``assumed``.
    ``fit`` is that of the family which explains the patterns best, ``convergence`` that of latent classes where they are in the
    range. The same table, settings and seed give the same answer, for any order of lists and any number of threads. Takes 3
    to `MOST_LISTS` lists.
    """
    asked = settings or Pooled()
    if asked.latent is not None:  # what stands beside is asked for once, for all families
        asked = replace(asked, latent=replace(asked.latent, side=asked.sweeps))
    blank = Estimate(
        method=METHOD, assumption=ASSUMPTION, lists=table.lists, documented=table.people, table=table.sha256(), seed=seed,
        settings=_told(asked), notes=(BEYOND,),
    )  # fmt: skip
    refusal = unusable(table) or _too_many(table) or thin(table)
    if refusal is not None:
        return replace(blank, refusal=refusal)
    named = table.only(sorted(table.lists))
    stream = stream_of(named, seed, METHOD)
    families = all_of(named, asked.latent, int(stream.generate_state(1)[0]), asked.threads)
    told = [one for one in families if len(one.points)]
    graphs = [by_all_graphs(named, seed)] if asked.graphs and len(named.lists) <= MOST_GRAPH_LISTS else []
    blank = replace(
        blank,
        candidates=(*(one.candidate() for one in families), *(one for one, _ in graphs), *chao.bounds(named)[:1]),
        convergence=next((one.convergence for one in told if one.convergence is not None), None),
    )
    if len(told) < 2:
        return replace(blank, refusal=_alone(told))
    priors = [*(sweep for one in told for sweep in one.sweeps), *(sweep for _, sweep in graphs)]
    ends = (asked.low, asked.high)
    found = envelope.range_of(told, table.people, ends)
    blank = replace(
        blank,
        fit=_fit(named, told),
        sweeps=(_without_families(told, table.people, ends), *_left_out(named, asked), *priors) if asked.sweeps else (),
        notes=blank.notes + _notes(table, families, told, found),
    )
    refusal = _apart(told, found, asked)
    if refusal is not None:
        return replace(blank, refusal=refusal)
    drawn = envelope.draws(told, table.people, ends, asked.draws, np.random.default_rng(stream.spawn(1)[0]))
    return replace(blank, interval=found, draws=drawn, assumed=tuple(one.assumed() for one in told))


def _told(asked: Pooled) -> dict[str, Setting]:
    told: dict[str, Setting] = {"low": asked.low, "high": asked.high, "apart": asked.apart, "together": asked.together}
    told["draws"] = asked.draws
    if asked.latent is None:
        return told | {"latent": None}
    return told | {f"latent.{name}": getattr(asked.latent, name) for name in asked.latent.__struct_fields__}


def _too_many(table: Captures) -> Refusal | None:
    words = f", and families are compared for {MOST_LISTS} at most"
    return too_many(table, MOST_LISTS, words, "join lists of one origin or one kind, or take latent classes alone")


def _alone(told: Sequence[Family]) -> Refusal:
    only = f"of all families of models only “{told[0].name}” gives a number" if told else "no family of models gives a number"
    words = f"{only}: what other assumptions would say cannot be shown"
    return Refusal(Why.THIN, words, "join lists of one kind, so that their overlaps add up")


def _apart(told: Sequence[Family], found: Interval, asked: Pooled) -> Refusal | None:
    if found.high <= asked.apart * found.low:
        return None
    words = f"the range is from {found.low:,.0f} to {found.high:,.0f}, more than {asked.apart:g} times as many"
    each = max(told, key=lambda one: one.at(0.975) / one.at(0.025))
    if each.at(0.975) > asked.apart * each.at(0.025):
        words = f"{words}, and by {each.name} alone from {each.at(0.025):,.0f} to {each.at(0.975):,.0f}: too few overlaps"
        return Refusal(Why.THIN, words, "join lists of one kind, or link more; candidates show what each family says")
    return Refusal(
        Why.MODELS_DISAGREE,
        f"{words}: families that the lists cannot tell apart disagree",
        "stand by one family's assumption with a reason from outside of the lists, or add a list of another kind",
    )


def _fit(named: Captures, told: Sequence[Family]) -> tuple[PatternFit, ...]:
    """Of the family whose criterion is least."""
    best = min(told, key=lambda one: one.criteria["aic"])
    expected = np.concatenate([[0.0], best.expected * (named.people / best.expected.sum())])
    return report.patterns(named, full_table(named), expected)


def _without_families(told: Sequence[Family], people: int, ends: envelope.Ends) -> Sweep:
    rows = []
    for one in told:
        rest = [other for other in told if other is not one]
        rows.append(Candidate(f"without {one.name}", envelope.range_of(rest, people, ends)))
    return Sweep("family left out", tuple(rows))


def _left_out(named: Captures, asked: Pooled) -> tuple[Sweep, ...]:
    """Without latent classes, which would take as long for each list as the whole."""
    if len(named.lists) <= 3:
        return ()
    quick = replace(asked, latent=None, graphs=False, sweeps=False, draws=100)
    rows = []
    for name in (None, *named.lists):
        rest = named if name is None else named.without(name)
        found = estimate(rest, settings=quick)
        words = "all lists (log-linear families only)" if name is None else f"without {name}"
        rows.append(Candidate(words, found.interval, None, {"documented": float(rest.people)}, found.refusal))
    return (Sweep("list left out", tuple(rows)),)


def _notes(table: Captures, families: Sequence[Family], told: Sequence[Family], found: Interval) -> tuple[str, ...]:
    notes = [f"{one.name} left out: {one.refusal.words}" for one in families if one.refusal is not None]
    low, high = min(told, key=lambda one: one.at(0.5)), max(told, key=lambda one: one.at(0.5))
    notes.append(
        f"the families' middles are from {low.at(0.5):,.0f} ({low.name}) to {high.at(0.5):,.0f} ({high.name}); the range holds "
        "them all, and nothing in the lists says where in it the number is likelier"
    )
    if len(table.lists) == 3:
        notes.append("three lists: whether all three depend on each other at once cannot be seen")
    notes += [
        f"chains of {one.name} agree for one end of one family (R-hat {one.convergence.rhat:.3f}), and not as closely as "
        f"{MOST_RHAT}, which an estimate by them alone asks for"
        for one in told
        if one.convergence is not None and not one.convergence.reached
    ]
    least = table.people + chao.unequal_lists(table).missed
    if found.high < least:
        notes.append(f"the whole range is below {least:,.0f}, Chao's bound for people who differ: it is probably too low")
    return tuple(notes)
