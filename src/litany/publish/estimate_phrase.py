"""How is an estimate said in words, so that its range, its assumption and its floor are never left out?"""

from __future__ import annotations

from collections.abc import Sequence

from litany.estimates.convergence import Convergence
from litany.estimates.results import Candidate, Interval
from litany.publish.estimate_shape import OneEstimate, OneStratum, OneTotal

_ONE = 0.995


def people(number: float) -> str:
    """A number of people, whole, with commas between thousands."""
    return f"{number:,.0f}"


def persons(number: int) -> str:
    """A number with its noun: ``1 person``, ``4,400 people``."""
    return f"{number:,} {'person' if number == 1 else 'people'}"


def span(of: Interval) -> str:
    """A range with its middle: ``between 9,827 and 16,544 people (best 12,595)``."""
    return f"between {people(of.low)} and {people(of.high)} people (best {people(of.best)})"


def answer(of: OneEstimate) -> str:
    """What one estimate says, with its assumption; or that and why there is no number."""
    if of.interval is None:
        return no_number(of)
    return f"{_first_large(span(of.interval))}, documented or not, if {assumption(of)}."


def assumption(of: OneEstimate) -> str:
    """What is assumed, as a part of a sentence; the name of a list keeps its capital."""
    named = any(of.assumption.startswith(f"{name} ") for name in of.lists)
    return of.assumption if named else _first_small(of.assumption)


def no_number(of: OneEstimate | OneTotal) -> str:
    """Why there is none, and what to try."""
    if of.refusal is None:
        return "No number."
    return f"No number: {of.refusal.words}. Next: {of.refusal.next}."


def floor(of: OneEstimate) -> str:
    """How many are documented, and how many were not for each one who was."""
    known = f"{persons(of.documented)} {'is' if of.documented == 1 else 'are'} documented"
    more = of.undocumented_per_documented
    if more is None:
        return f"{known}: that many at least."
    return f"{known}: for each of them {ratio(more)} whom nobody documented."


def ratio(more: Interval) -> str:
    """How many undocumented for each one documented: ``1.9 more (1.2 to 2.8)``."""
    return f"{_few(more.best)} more ({_few(more.low)} to {_few(more.high)})"


def of_stratum(one: OneStratum) -> str:
    """A stratum in one sentence."""
    of, seen = one.estimate, one.documented
    said = no_number(of) if of.interval is None else f"{span(of.interval)}."
    agree, doubt = of.convergence, ""
    if of.interval is not None and agree is not None and not agree.reached:
        doubt = f" Its chains agree roughly: {_how_well(agree)}."
    return f"{one.name}: {_first_small(said)} {seen:,} documented.{doubt}"


def _how_well(of: Convergence) -> str:
    return f"R-hat {of.rhat:.3f}, {min(of.ess_bulk, of.ess_tail):,.0f} effective draws"


def of_total(of: OneTotal, strata: Sequence[OneEstimate]) -> str:
    """The total in words, with those of whom it does not speak, and what must hold in its strata."""
    if of.interval is None:
        return f"{no_number(of)} (It would be {of.words}.)" if of.words else no_number(of)
    assumptions = list(dict.fromkeys(assumption(one) for one in strata if one.interval is not None))
    such = "" if len(assumptions) == 1 else "what its estimate assumes holds (--json has all), in the first: "
    return f"{_first_large(span(of.interval))} {of.words}; if in each {such}{assumptions[0]}."


def agreement(of: Convergence) -> str:
    """Whether chains agree."""
    low, high = min(of.medians), max(of.medians)
    said = "they agree" if of.reached else "they do NOT agree well enough (R-hat at most 1.01, sizes at least 400)"
    return (
        f"{of.chains} chains of {of.draws:,} draws: R-hat {of.rhat:.3f}, effective sizes {of.ess_bulk:,.0f} (bulk) and "
        f"{of.ess_tail:,.0f} (tails), medians from {people(low)} to {people(high)}: {said}"
    )


def in_brief(of: Candidate) -> str:
    """What a row that has no interval says instead: a bound, or why there is no number."""
    if of.refusal is not None:
        return f"no number: {of.refusal.why.value.replace('-', ' ')}"
    bounds = (("at_least", "at least"), ("at_least_low", "at least, with 95 %,"), ("at_most_high", "at most, with 95 %,"))
    found = [f"{words} {people(of.criteria[key])}" for key, words in bounds if key in of.criteria]
    return "; ".join(found) or "no number"


def _few(number: float) -> str:
    """A small number with as many digits as it has a use for."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= _ONE else f"{number:.2f}"


def _first_large(text: str) -> str:
    return text[:1].upper() + text[1:]


def _first_small(text: str) -> str:
    """A sentence as a part of another."""
    return text[:1].lower() + text[1:]
