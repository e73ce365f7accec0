"""Which names may stand in a report before a release gate is set?

No person, no site: places are shown by township or wider; candidates only as actors that the case knows (a name that no
actor has may be anybody's); sources by their recorded names (a source that only a cell of a document names may be a witness).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from litany.errors import Withheld
from litany.publish.phrase import listed
from litany.registry.build import Register
from litany.registry.columns import Party
from litany.types.records import SLUG
from litany.types.scope import Dates, Expr, Kind, Not, Scope, Term
from litany.values.place_levels import FINE, Place, PlaceLevel
from litany.values.terms import Certainty

FINER = (PlaceLevel.TOWN, *FINE, PlaceLevel.SITE)
_SURE = {
    Certainty.UNKNOWN: "",
    Certainty.CANDIDATE: "one of them, left open",
    Certainty.SUSPECTED: "suspected",
    Certainty.STATED: "stated",
    Certainty.ADMITTED: "admitted by the actor itself",
}


def terms(expr: Expr) -> Iterable[Term]:
    """Every term of an expression."""
    if isinstance(expr, Term):
        yield expr
    elif isinstance(expr, Not):
        yield from terms(expr.part)
    elif not isinstance(expr, Dates):
        for part in expr.parts:
            yield from terms(part)


class Names:
    """The names of one register, as a report may print them."""

    def __init__(self, register: Register) -> None:
        self._register = register
        unnamed = [slug for slug in register.legend.sources if slug not in register.sources and not SLUG.fullmatch(slug)]
        self._hidden = {slug: f"source-{number}-not-recorded" for number, slug in enumerate(unnamed, start=1)}
        ordered = sorted(self._hidden, key=lambda slug: (-len(slug), slug))
        words = "|".join(f'"{re.escape(slug)}"|{re.escape(slug)}' for slug in ordered)
        self._pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)") if words else None

    def words(self, text: str) -> str:
        """A text of our own (a scope, a reason) without the names of sources that are not recorded."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: self._hidden[found[0].strip('"')], text)

    def source(self, slug: str) -> str:
        """The recorded name of a source; its slug, where nobody recorded one."""
        if slug in self._register.sources:
            return self._register.sources[slug].name
        return self._hidden.get(slug, slug)

    def notes(self, notes: Iterable[str]) -> tuple[str, ...]:
        """The notes of a figure; what judgements and corrections could not do may quote what people typed, and stays out."""
        own = [self.words(note) for note in notes if note not in self._register.notes]
        more = ("a judgement or correction could not be applied: `litany explain` says which",) if self._register.notes else ()
        return (*own, *more)

    def area(self, ids: Iterable[str]) -> Place | None:
        """The smallest area that all sources allow and that is no finer than a township.

        A source that only names the country does not widen what another says more finely; two that differ do.
        """
        gazetteer = self._register.world.places
        given = set(ids)
        wider = {area for id_ in given for area in gazetteer.ancestors(id_)}
        common = gazetteer.common(sorted(given - wider))
        if common is None:
            return None
        chain = (common, *gazetteer.ancestors(common))
        return next((place for id_ in chain if (place := gazetteer.get(id_)).level not in FINER), None)

    def place(self, ids: Iterable[str]) -> str:
        """That area and the state that it lies in, in words."""
        found = self.area(ids)
        if found is None:
            return "place not known"
        state = self._register.world.places.at_level(found.id, PlaceLevel.STATE)
        return found.name if state is None or state.id == found.id else f"{found.name}, {state.name}"

    def actor(self, id_: str) -> str:
        """The name of an actor that the case knows."""
        return "a name that no actor has" if id_.startswith("?") else self._register.world.actors.get(id_).name

    def side(self, id_: str) -> str:
        """How the case calls the side of an actor; empty where the row is no actor."""
        actors = self._register.world.actors
        if id_ not in actors.order:
            return ""
        side = actors.get(id_).side
        return self._register.world.settings.sides.get(side, side)

    def party(self, party: Party) -> str:
        """A set of candidates, and how surely the source names it."""
        who = listed(list(dict.fromkeys(self.actor(id_) for id_ in party.actors)), "or")
        alone = party.certainty is Certainty.CANDIDATE and len(party.actors) == 1
        sure = [_SURE[party.certainty]] if _SURE[party.certainty] and not alone else []
        said = [*sure, *(["whose fire is not known"] if party.crossfire else [])]
        return f"{who} ({'; '.join(said)})" if said else who

    def check(self, scope: Scope, key: str) -> None:
        """Raises Withheld when a scope names a place finer than a township: its text and number would tell the site."""
        for term in (term for expr in scope.facts for term in terms(expr)):
            if term.kind is Kind.IN and self._register.world.places.get(term.value).level in FINER:
                raise Withheld(
                    f"case.toml: {key} names a place finer than a township, and a report shows none: "
                    "ask for the township or a wider area"
                )
