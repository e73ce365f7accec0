"""Which place, actor or source do the words of a scope mean in this register?"""

from __future__ import annotations

from difflib import get_close_matches

from litany.errors import UnknownValue
from litany.registry.build import Register
from litany.types.scope import Scope
from litany.types.scope_parser import parse


class Resolver:
    """Turns words into ids; each method raises UnknownValue with suggestions."""

    def __init__(self, register: Register) -> None:
        self._places, self._actors = register.world.places, register.world.actors
        self._sources = sorted({*register.sources, *register.legend.sources})

    def place(self, text: str) -> str:
        """The id of a place from its P-code or ISO code."""
        return self._places.get(text).id

    def actor(self, text: str) -> str:
        """The id of an actor from its id, name or alias."""
        return (self._actors.resolve(text) or self._actors.get(text)).id

    def source(self, text: str) -> str:
        """The slug of a source."""
        for slug in (text, text.lower()):
            if slug in self._sources:
                return slug
        close = get_close_matches(text.lower(), self._sources, 3)
        known = f"did you mean {' or '.join(close)}?" if close else f"the sources are {', '.join(self._sources) or 'none yet'}"
        raise UnknownValue(f"{text!r} is no source of this case; {known}", text)


def scope_of(text: str, register: Register) -> Scope:
    """The scope that a text asks of a register. Raises ScopeError."""
    return parse(text, Resolver(register))
