"""Made-up populations whose number is known: who is found by which lists, and could anybody tell how many there are?

Each *mechanism* says by what chances people fall into each of the 2**J patterns of J lists, as a smooth function of a few
parameters on the whole line. The parameters of a population are drawn from a stated design, the same for every mechanism:
3 to 7 lists, 200 to 20,000 documented people (even in logarithms), lists that find 5 to 45 % of those they could (even in
logarithms). As many people are made as it takes to document so many; their patterns are one multinomial draw.

**The oracle** knows the mechanism and the number of its parameters, not their values. By the expected information of the
Poisson counts of seen patterns it computes the smallest standard error that an unbiased estimate of log N could have, all
parameters unknown (Cramér and Rao). It calls a population *estimable* if that error is at most `BOUND`, at least three lists
share `SHARED` people with the others and at least `TWICE` people are in two lists. No estimator knows the mechanism, so this is
a hard measure of refusals: an oracle may call estimable what nobody without its knowledge could estimate. Where some people
are beyond the reach of all lists it never does, as no count says how many they are.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from bench.mechanisms import BEYOND, MECHANISMS, Mechanism
from litany.estimates.captures import Captures, captures, patterns_of

Floats = NDArray[np.float64]
LISTS, PEOPLE = (3, 7), (200, 20_000)
BOUND = 0.25  # of the standard error of log N: a 95 % range from 0.61 to 1.63 times
SHARED, TWICE = 10, 30
_STEP = 1e-5
_SINGULAR = 1e-10  # of the smallest to the largest eigenvalue, scaled: some direction of the parameters is not seen


class Population(Struct, frozen=True, eq=False):
    """``people`` in all, of whom a ``share`` are ``beyond`` the reach of all lists; who was found stands in ``table``.

    ``error`` is the least standard error of log N that the oracle allows (infinite where the counts do not determine N).
    """

    number: int
    mechanism: str
    people: int
    beyond: float
    table: Captures
    error: float

    @property
    def estimable(self) -> bool:
        """Whether the oracle says that the number can be estimated."""
        return self.beyond == 0 and self.error <= BOUND and enough(self.table)


def populations(number: int, seed: int, first: int = 0) -> Iterator[Population]:
    """``number`` populations from the place ``first`` on, mechanism by mechanism in turn. Each has a stream of its own."""
    for place in range(first, first + number):
        yield population(place, seed)


def population(place: int, seed: int) -> Population:
    """The one at a place."""
    mechanism = MECHANISMS[place % len(MECHANISMS)]
    random = np.random.default_rng([seed, place])
    lists = int(random.integers(max(LISTS[0], mechanism.least), LISTS[1] + 1))
    wanted = float(np.exp(random.uniform(*np.log(PEOPLE))))
    parameters = mechanism.draw(random, lists)
    beyond = float(random.choice([0.1, 0.2, 0.3])) if mechanism.name == BEYOND else 0.0
    return made(place, mechanism, lists, parameters, wanted, beyond, random)


def made(
    number: int, mechanism: Mechanism, lists: int, parameters: Floats, wanted: float, beyond: float, random: np.random.Generator
) -> Population:
    """A population that documents about ``wanted`` people."""
    chances = (1 - beyond) * mechanism.chances(parameters, lists)
    chances[0] += beyond
    people = round(wanted / (1 - chances[0]))
    counts = random.multinomial(people, chances / chances.sum())
    names = [chr(ord("A") + place) for place in range(lists)]
    table = captures(names, patterns_of(np.arange(1, 2**lists), lists), counts[1:])
    error = float("inf") if beyond else least_error(mechanism, lists, parameters, people)
    return Population(number, mechanism.name, people, beyond, table, error)


def least_error(mechanism: Mechanism, lists: int, parameters: Floats, people: float) -> float:
    """The Cramér-Rao bound for the standard error of log N where everything but the mechanism is unknown."""
    mean = people * mechanism.chances(parameters, lists)[1:]
    slopes = [mean]  # by log N
    for place in range(len(parameters)):
        move = np.zeros(len(parameters))
        move[place] = _STEP
        up, down = (mechanism.chances(parameters + side * move, lists)[1:] for side in (1, -1))
        slopes.append(people * (up - down) / (2 * _STEP))
    scaled = np.array(slopes) / np.sqrt(np.maximum(mean, 1e-300))
    size = np.sqrt((scaled**2).sum(axis=1))
    if len(slopes) > len(mean) or not (size > 0).all():
        return float("inf")
    information = (scaled / size[:, None]) @ (scaled / size[:, None]).T
    values = np.linalg.eigvalsh(information)
    if values[0] < _SINGULAR * values[-1]:
        return float("inf")
    return float(np.sqrt(np.linalg.inv(information)[0, 0]) / size[0])


def enough(table: Captures) -> bool:
    """Whether overlaps suffice for anybody to compare lists at all."""
    twice = table.patterns.sum(axis=1) >= 2
    shared = table.counts[twice] @ table.patterns[twice]
    return bool((shared >= SHARED).sum() >= LISTS[0] and table.counts[twice].sum() >= TWICE)
