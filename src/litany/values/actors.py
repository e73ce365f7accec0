"""Who is meant by this name, and whose deed is it, on that day?

An actor is a force, an authority, or a word that sources use for several of them. Actors come from hand-made
YAML (`actor_data/`; a case adds its own through `Actors.merge`). Two questions stay apart, as a scope needs
them: `under` is what is certain (the deed of a unit is the deed of those who command it), `may_be` what is
possible (a broad word may mean one of several actors). Sides are labels of the YAML; the code knows none.
"""

from __future__ import annotations

import functools
import importlib.resources
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

from litany.errors import MappingError, UnknownValue
from litany.ids import canonical_trusted, sha256
from litany.values.actor_rows import ALWAYS, FIRM, Actor, Kind, Span, actor_from, fold, joined, read_yaml, span_of

Edges = Mapping[str, Sequence[tuple[str, Span]]]


def _walk(start: str, edges: Edges) -> dict[str, tuple[Span, ...]]:
    """All that a walk from ``start`` reaches, with the days on which every step of the walk holds at once."""
    found: dict[str, list[Span]] = {start: [ALWAYS]}
    todo = [(start, ALWAYS)]
    while todo:
        here, (first, last) = todo.pop()
        for there, span in edges.get(here, ()):
            both = (max(first, span[0]), min(last, span[1]))
            known = found.setdefault(there, [])
            if both[0] <= both[1] and not any(a <= both[0] and both[1] <= b for a, b in known):
                known.append(both)
                todo.append((there, both))
    return {name: joined(spans) for name, spans in found.items() if spans}


def _holds(spans: Iterable[Span], on: int | None) -> bool:
    return any(on is None or first <= on <= last for first, last in spans)


class Actors:
    """The actors that a case knows. Never changes; `merge` gives a new one.

    ``order`` is every id, sorted; ``version`` the hex SHA-256 of all rows, so that what rests on them goes
    stale with them. Days are ordinals (`datetime.date.toordinal`); ``on=None`` asks whether there is any one
    day on which it holds. Every method that takes an id raises UnknownValue for one that is not in ``order``.
    """

    def __init__(self, actors: Iterable[Actor], sides: Iterable[str] = (), where: str = "actors") -> None:
        """Raises MappingError for an unknown side or parent, a name of two actors, a loop on any day."""
        self._by_id = {actor.id: actor for actor in sorted(actors, key=lambda actor: actor.id)}
        self.order = tuple(self._by_id)
        self.sides = tuple(sorted(set(sides)))
        self.version = sha256(canonical_trusted([self.sides, list(self._by_id.values())]))
        self._names = self._all_names(where)
        self._check_words(where)
        self._link()
        for actor_id in self.order:
            self._refuse_loop(actor_id, where)
        self._reached: dict[tuple[str, str], dict[str, tuple[Span, ...]]] = {}

    def _check_words(self, where: str) -> None:
        for actor in self._by_id.values():
            for key, side in (("side", actor.side), ("open_side", actor.open_side)):
                if side is not None and side not in self.sides:
                    raise MappingError(
                        f"{where}: actors.{actor.id}.{key}: {side!r} is no side; "
                        f"the sides are {', '.join(self.sides)}; add it under sides if it is meant"
                    )
            for place, link in enumerate(actor.parents):
                key = f"{where}: actors.{actor.id}.parents[{place}]"
                if link.id == actor.id or link.id not in self._by_id:
                    raise MappingError(f"{key}.id: {link.id!r} is no other actor{self._closest(link.id)}")
                if link.relation in FIRM and self._by_id[link.id].kind is Kind.LABEL:
                    raise MappingError(f"{key}.relation: {link.id} is a label and commands nobody; write label-member")

    def _all_names(self, where: str) -> dict[str, Actor]:
        names: dict[str, Actor] = {}
        for actor in self._by_id.values():
            for text in (actor.id, actor.name, actor.name_my, *actor.aliases):
                if text is None:
                    continue
                key = f"{where}: actors.{actor.id}.aliases: {text!r}"
                if not fold(text):
                    raise MappingError(f"{key} has no letter or digit; take it out")
                other = names.setdefault(fold(text), actor)
                if other is not actor:
                    raise MappingError(f"{key} already means {other.id}; keep it at one of them")
        return names

    def _link(self) -> None:
        up: dict[str, list[tuple[str, Span]]] = {}
        down: dict[str, list[tuple[str, Span]]] = {}
        may: dict[str, list[tuple[str, Span]]] = {}
        for actor in self._by_id.values():
            for place, link in enumerate(actor.parents):
                span = span_of(actor, place)
                may.setdefault(link.id, []).append((actor.id, span))
                if link.relation in FIRM:
                    up.setdefault(actor.id, []).append((link.id, span))
                    down.setdefault(link.id, []).append((actor.id, span))
            if actor.open_side is not None:
                meant = (other.id for other in self._by_id.values() if other.side == actor.open_side)
                may.setdefault(actor.id, []).extend((other, ALWAYS) for other in meant)
        self._edges: dict[str, Edges] = {"up": up, "down": down, "may": may}

    def _refuse_loop(self, start: str, where: str) -> None:
        todo: list[tuple[tuple[str, ...], Span]] = [((start,), ALWAYS)]
        seen: dict[str, list[Span]] = {}
        while todo:
            path, (first, last) = todo.pop()
            for there, span in self._edges["up"].get(path[-1], ()):
                both = (max(first, span[0]), min(last, span[1]))
                if both[0] > both[1]:
                    continue
                if there == start:
                    chain = " under ".join((*path, start))
                    raise MappingError(
                        f"{where}: actors.{start}.parents: on {date.fromordinal(both[0])} {chain}; "
                        "end one of these links the day before the other begins"
                    )
                if not any(a <= both[0] and both[1] <= b for a, b in seen.setdefault(there, [])):
                    seen[there].append(both)
                    todo.append(((*path, there), both))

    def _reach(self, actor_id: str, way: str) -> dict[str, tuple[Span, ...]]:
        if (actor_id, way) not in self._reached:
            self._reached[actor_id, way] = _walk(self.get(actor_id).id, self._edges[way])
        return self._reached[actor_id, way]

    def _closest(self, text: str) -> str:
        ids = get_close_matches(text, self.order, 3)
        ids += [self._names[name].id for name in get_close_matches(fold(text), self._names, 3)]
        return f"; did you mean {' or '.join(dict.fromkeys(ids))}?" if ids else ""

    def get(self, actor_id: str) -> Actor:
        """The actor with this id. Raises UnknownValue with the closest ids."""
        actor = self._by_id.get(actor_id)
        if actor is None:
            closest = self._closest(actor_id) or "; docs/reference/actors.md says how to add one"
            raise UnknownValue(f"{actor_id!r} is no actor's id{closest}", actor_id)
        return actor

    def resolve(self, text: str) -> Actor | None:
        """The one actor that has this id, name or alias (compared by `fold`, never by likeness), or None."""
        return self._names.get(fold(text))

    def spans(self, actor_id: str, ancestor_id: str) -> tuple[Span, ...]:
        """The days on which a deed of the actor is certainly the ancestor's (`under`), as disjoint spans."""
        return self._reach(actor_id, "up").get(self.get(ancestor_id).id, ())

    def may_spans(self, actor_id: str, other_id: str) -> tuple[Span, ...]:
        """The days on which a deed of the actor may be the other's (`may_be`): sorted disjoint spans."""
        mine, theirs = self._reach(actor_id, "may"), self._reach(other_id, "may")
        shared = [
            (max(a[0], b[0]), min(a[1], b[1])) for name in mine.keys() & theirs.keys() for a in mine[name] for b in theirs[name]
        ]
        return joined(span for span in shared if span[0] <= span[1])

    def under(self, actor_id: str, ancestor_id: str, on: int | None) -> bool:
        """Is a deed of the actor certainly the ancestor's? Through command and part-of, never through labels.

        Reflexive, transitive on each day, antisymmetric on each day.
        """
        return _holds(self.spans(actor_id, ancestor_id), on)

    def may_be(self, actor_id: str, other_id: str, on: int | None) -> bool:
        """May a deed of the one be a deed of the other? True when both names may mean one same actor.

        Reflexive and symmetric, and true whenever `under` is. A name may mean itself, those below it, the
        members of a label, every actor of an open label's side, those whose command is alleged, and whatever
        these may mean.
        """
        return _holds(self.may_spans(actor_id, other_id), on)

    def ancestors(self, actor_id: str, on: int | None) -> tuple[str, ...]:
        """The ids that the actor is under, itself left out, sorted."""
        return tuple(sorted(k for k, v in self._reach(actor_id, "up").items() if k != actor_id and _holds(v, on)))

    def descendants(self, actor_id: str, on: int | None) -> tuple[str, ...]:
        """The ids that are under the actor, itself left out, sorted."""
        return tuple(sorted(k for k, v in self._reach(actor_id, "down").items() if k != actor_id and _holds(v, on)))

    def merge(self, extra: Mapping[str, Any], where: str) -> Actors:
        """These actors and a case's own; ``extra`` is from `read_yaml`, ``where`` its file, for messages.

        ``extra`` holds ``sides`` (a list of further labels) and ``actors`` (id to row). A row whose id is
        known needs ``replace: true``. Raises MappingError that names file and key.
        """
        unknown = sorted(extra.keys() - {"sides", "actors"})
        sides, rows = extra.get("sides") or [], extra.get("actors") or {}
        if unknown or not isinstance(rows, Mapping) or not _is_texts(sides):
            problem = f"unknown key {unknown[0]}" if unknown else "sides is a list of words, actors a mapping from id to row"
            raise MappingError(f"{where}: {problem}; the keys are sides and actors, see docs/reference/actors.md")
        merged = dict(self._by_id)
        for actor_id, row in rows.items():
            fields = dict(row) if isinstance(row, Mapping) else row
            replace = isinstance(fields, dict) and fields.pop("replace", "false") in ("true", True)
            if actor_id in merged and not replace:
                raise MappingError(f"{where}: actors.{actor_id}: this id is known already; add replace: true to replace it")
            merged[actor_id] = actor_from(actor_id, fields, where)
        return Actors(merged.values(), (*self.sides, *sides), where)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(inner, str) for inner in value)


@functools.cache
def load() -> Actors:
    """The built-in actors: every file of `actor_data/`."""
    actors = Actors(())
    folder = importlib.resources.files("litany.values") / "actor_data"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml"):
            actors = actors.merge(read_yaml(file.read_text("utf-8"), file.name), file.name)
    return actors
