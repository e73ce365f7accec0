"""By which methods can a table be estimated, and what is each asked with?

`METHODS` is the one table of them: a method is a name, a line for people, a type of settings and a function. Whoever names no
method gets `DEFAULT`, the first of `PREFERRED` that is there.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from litany.errors import LitanyError
from litany.estimates.captures import Captures
from litany.estimates.graphs import estimate as graphs
from litany.estimates.latent import estimate as latent
from litany.estimates.latent.settings import Latent
from litany.estimates.loglinear import estimate as loglinear
from litany.estimates.loglinear.settings import LogLinear
from litany.estimates.partial import estimate as partial
from litany.estimates.pool import estimate as pool
from litany.estimates.pool.settings import Pooled
from litany.estimates.refusals import unusable
from litany.estimates.results import Candidate, Estimate, Sweep

Settings = Struct


class MethodError(LitanyError):
    """There is no such method, or no such setting of it; the message names those that there are."""


class Method(Struct, frozen=True):
    """A way to estimate: its ``name``, what it does in ``words``, its type of ``settings``, the function, and which setting
    asks for what stands beside the number (``switch``; none: it always does).
    """

    name: str
    words: str
    settings: type[Struct]
    run: Callable[..., Estimate]
    switch: str = ""


LEFT_OUT = "list left out"
_ALL = (
    Method("pooled", "the range of five families of models, none weighed against another", Pooled, pool.estimate, "sweeps"),
    Method("latent-classes", "people fall into classes that are more or less easily found", Latent, latent.estimate, "side"),
    Method("graphs", "averages over decomposable graphs of how 3 to 7 lists depend", graphs.Graphs, graphs.estimate, "sweeps"),
    Method("log-linear", "chooses a log-linear model of how 3 to 12 lists depend", LogLinear, loglinear.estimate),
    Method(
        "no-highest-order",
        "assumes that 3 to 10 lists have no interaction of the highest order",
        partial.Highests,
        partial.nhoi,
    ),
    Method("two-lists", "two lists, under an assumption that is named", partial.TwoLists, partial.two_lists),
)
METHODS: Mapping[str, Method] = {one.name: one for one in _ALL}
PREFERRED = ("pooled", "latent-classes", "log-linear")
DEFAULT = next(name for name in PREFERRED if name in METHODS)


def method_named(name: str) -> Method:
    """The method of a name. Raises MethodError."""
    if name not in METHODS:
        raise MethodError(f"no method is called {name!r}. There are: {', '.join(METHODS)}")
    return METHODS[name]


def estimate(table: Captures, method: str = DEFAULT, *, settings: Settings | None = None, seed: int = 0) -> Estimate:
    """How many people there were in all, by a method; the same table, settings and seed give the same answer.

    ``settings`` are of the method's own type (None: as by default). Raises MethodError for a name or settings that do not fit.
    """
    chosen = method_named(method)
    given = chosen.settings() if settings is None else settings
    if not isinstance(given, chosen.settings):
        raise MethodError(f"{method} takes settings of the type {chosen.settings.__name__}, not {type(given).__name__}")
    return chosen.run(table, settings=given, seed=seed)


def with_lists_left_out(of: Estimate, table: Captures, method: str, settings: Settings) -> Estimate:
    """An estimate with what its method says of the table without each list, where it does not say so itself.

    Log-linear models say it by the one model that is chosen, without replicates.
    """
    there = any(sweep.setting == LEFT_OUT for sweep in of.sweeps)
    switch = method_named(method).switch
    wanted = not switch or getattr(settings, switch)
    if of.interval is None or len(table.lists) < 4 or there or not wanted:
        return of
    given = replace(settings, interval="normal") if isinstance(settings, LogLinear) else settings
    rows = []
    for name in table.lists:
        rest = table.without(name)
        refusal, ends = unusable(rest), None
        if refusal is None:
            one = estimate(rest, method, settings=given, seed=of.seed)
            refusal, ends = one.refusal, one.interval
        rows.append(Candidate(f"without {name}", ends, None, {"documented": float(rest.people)}, refusal))
    return replace(of, sweeps=(*of.sweeps, Sweep(LEFT_OUT, tuple(rows))))


def settings_of(method: str, words: Sequence[str]) -> Settings:
    """Settings from ``name=value`` texts. Raises MethodError, or what the settings themselves refuse."""
    type_ = method_named(method).settings
    fields = {field.name: field for field in msgspec.structs.fields(type_)}
    given: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        name, value = name.strip().replace("-", "_"), value.strip()
        if not equals or not name:
            raise MethodError(f"{word!r} is no setting: write NAME=VALUE")
        if name not in fields:
            near = difflib.get_close_matches(name, fields, 1)
            meant = f" (did you mean {near[0]}?)" if near else ""
            raise MethodError(f"{method} has no setting {name!r}{meant}. It has: {', '.join(fields)}")
        if name in given:
            raise MethodError(f"the setting {name} is given twice")
        given[name] = _value(value, fields[name].type)
    try:
        return msgspec.convert(given, type_, strict=False)
    except msgspec.ValidationError as problem:
        at = re.search(r"\$\.(\w+)", str(problem))
        if at is None:
            raise MethodError(f"a setting of {method} is wrong: {problem}") from problem
        name = at[1]
        raise MethodError(f"the setting {name} of {method} is {_kind(fields[name].type)}, not {given[name]!r}") from problem


def _value(text: str, type_: object) -> object:
    """A text as what its setting wants; several numbers are parted by commas."""
    if text.casefold() in ("none", "null", ""):
        return None
    if "tuple" in str(type_):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _kind(type_: Any) -> str:
    """What a setting wants, in words."""
    words = {int: "a whole number", float: "a number", bool: "true or false", type(None): "none", str: "text"}
    if get_origin(type_) is Literal:
        return "one of " + ", ".join(map(str, get_args(type_)))
    if get_origin(type_) is tuple:
        return "numbers with a comma between them"
    return words.get(type_) or " or ".join(_kind(one) for one in get_args(type_)) or "of another kind"
