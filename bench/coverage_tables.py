"""Tables of how often ranges held the truth, method by method and mechanism by mechanism."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct

from bench.mechanisms import BEYOND, MECHANISMS

Z = 1.959963984540054
HEAD = "                           asked  refused  of estimable   held  (Wilson 95 %)    high/low  best/truth"


class Answer(Struct, frozen=True, kw_only=True):
    """One method's answer for one population. ``low`` to ``high`` are absent where it is refused (``why``); a bound has no
    ``high``. ``within`` is the number of people within the reach of some list.
    """

    place: int
    seed: int
    method: str
    mechanism: str
    lists: int
    documented: int
    people: int
    within: int
    estimable: bool
    low: float | None = None
    best: float | None = None
    high: float | None = None
    why: str | None = None
    seconds: float = 0.0

    def holds(self, people: int) -> bool:
        """Whether the range has this number in it."""
        return self.low is not None and self.low <= people and (self.high is None or people <= self.high)


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % range of a share (1927, JASA 22:209-212)."""
    if of == 0:
        return 0.0, 1.0
    share, spread = hits / of, Z**2 / of
    middle, reach = share + spread / 2, Z * np.sqrt(share * (1 - share) / of + spread / of / 4)
    return float((middle - reach) / (1 + spread)), float((middle + reach) / (1 + spread))


def tables(answers: Sequence[Answer], methods: Sequence[str]) -> Iterator[str]:
    """One table a method, then all methods side by side."""
    for method in methods:
        of = [one for one in answers if one.method == method]
        if of:
            yield from _method(method, of)
    yield ""
    yield f"{'all within reach':24} {HEAD[24:]}    seconds  worst mechanism"
    for method in methods:
        of = [one for one in answers if one.method == method and one.mechanism != BEYOND]
        if of:
            yield f"{_row(method, of)}  {np.mean([one.seconds for one in of]):7.2f}  {_worst(of)}"


def _method(method: str, of: Sequence[Answer]) -> Iterator[str]:
    yield ""
    yield f"{method:24} {HEAD[24:]}"
    for mechanism in MECHANISMS:
        some = [one for one in of if one.mechanism == mechanism.name]
        if some:
            yield _row(mechanism.name, some)
    for share in (10, 20, 30):
        some = [one for one in of if one.mechanism == BEYOND and round(100 * (1 - one.within / one.people)) == share]
        if some:
            yield _row(f"  {share} % beyond reach", some)
            yield _row("    of those within", some, within=True)
    yield _row("all within reach", [one for one in of if one.mechanism != BEYOND])
    yield _row("estimable by the oracle", [one for one in of if one.estimable])
    yield _row("all", of)
    for lists in range(3, 8):
        yield _row(f"{lists} lists, within reach", [one for one in of if one.lists == lists and one.mechanism != BEYOND])
    yield f"worst mechanism: {_worst([one for one in of if one.mechanism != BEYOND])}; all: {_worst(of)}"


def _row(name: str, of: Sequence[Answer], *, within: bool = False) -> str:
    told = [one for one in of if one.low is not None]
    held = sum(one.holds(one.within if within else one.people) for one in told)
    estimable = [one for one in of if one.estimable]
    refused = f"{_share(sum(one.low is None for one in estimable), len(estimable))} of {len(estimable):3}"
    low, high = wilson(held, len(told))
    wide = [one.high / one.low for one in told if one.high is not None and one.low]
    best = [one.best / (one.within if within else one.people) for one in told if one.best is not None]
    return (
        f"{name:26} {len(of):4}   {_share(len(of) - len(told), len(of))}  {refused}  {_share(held, len(told))} "
        f"({low:4.0%} to {high:4.0%})  {_middle(wide)}     {_middle(best)}"
    )


def _share(some: int, of: int) -> str:
    return f"{some / of:6.1%}" if of else "     -"


def _middle(of: Sequence[float]) -> str:
    return f"{np.median(of):7.2f}" if of else "      -"


def _worst(of: Sequence[Answer]) -> str:
    """The mechanism whose ranges hold the truth least often."""
    shares = []
    for name in dict.fromkeys(one.mechanism for one in of):
        told = [one for one in of if one.mechanism == name and one.low is not None]
        if told:
            shares.append((sum(one.holds(one.people) for one in told) / len(told), name))
    return "{1} ({0:.0%})".format(*min(shares)) if shares else "none"
