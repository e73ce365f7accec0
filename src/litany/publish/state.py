"""Of which state of the case does the report speak, so that somebody else can find that state again?"""

from __future__ import annotations

from msgspec import Struct

from litany.case.case import Case
from litany.publish import days
from litany.registry.build import Register
from litany.store import chain


class HeadLine(Struct, frozen=True):
    """The last line of custody of one installation."""

    installation: str
    n: int
    sha256: str
    day: str


class State(Struct, frozen=True):
    """The head of custody, the generation of derived tables, and the hashes of what was set by hand."""

    head: tuple[HeadLine, ...]
    generation: str
    settings: str
    places: str
    actors: str


def state(case: Case, register: Register) -> State:
    """The state that a register was built from."""
    head = tuple(
        HeadLine(name, n, digest, days.instant(chain.decode(case.store.lines(name, after=n - 1)[0]).at))
        for name, n, digest in register.head
    )
    world = register.world
    return State(head, register.path.name, world.record.sha256, world.places.version, world.actors.version)
