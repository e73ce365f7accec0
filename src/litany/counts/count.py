"""How many are documented on this scope, at this state of the case?

One `Counter` a register. It gives figures with ids, keeps their recipes, and remembers the last evaluations, so that an
explanation right after a count costs nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from msgspec import Struct, json

from litany import ids
from litany.case.case import Case
from litany.counts import breakdown, figures, incidents
from litany.counts.breakdown import Group
from litany.counts.figures import Told
from litany.counts.incidents import Evaluated
from litany.counts.resolver import scope_of
from litany.errors import ScopeError
from litany.registry import build, world
from litany.registry.build import Register
from litany.registry.world import World
from litany.types.figure import Figure
from litany.types.records import Recipe
from litany.types.scope import SCOPE_VERSION, Scope, canonical

_REMEMBERED = 4


class Row(Struct, frozen=True):
    """One row of a breakdown."""

    value: str
    label: str
    figure: Figure


class Counted(Struct, frozen=True):
    """The figure of a scope; ``rows`` by axis; ``per_source`` where the figure is refused or an envelope."""

    figure: Figure
    rows: dict[str, tuple[Row, ...]]
    per_source: tuple[Row, ...] = ()


class Answer(Struct, frozen=True):
    """All incidents of a scope, and what they add up to."""

    evaluated: Evaluated
    told: Told


class Counter:
    """Counts over one register of one case."""

    def __init__(self, case: Case, register: Register, seed: int) -> None:
        self.case, self.register, self._seed = case, register, seed
        self._known: OrderedDict[str, Answer] = OrderedDict()
        self._made: dict[str, tuple[Recipe, Figure]] = {}

    def scope(self, text: str) -> Scope:
        """The scope of a text. Raises ScopeError."""
        return scope_of(text, self.register)

    def answer(self, scope: Scope) -> Answer:
        """What a scope holds and what that adds up to; the last few answers are remembered."""
        key = canonical(scope)
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        made = self._answer(scope, incidents.evaluate(self.register, scope))
        self._known[key] = made
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return made

    def _answer(self, scope: Scope, evaluated: Evaluated) -> Answer:
        return Answer(evaluated, figures.tell(self.register, evaluated, scope))

    def count(self, scope: Scope, axes: Sequence[str] = ()) -> Counted:
        """The figure of a scope and its breakdowns; their recipes are kept."""
        answer = self.answer(scope)
        whole = self._figure(answer.told, scope)
        rows = {axis: self._rows(answer.evaluated, scope, axis) for axis in axes}
        per_source = self._apart(answer.evaluated, scope, answer.told.apart)
        self.keep()
        return Counted(whole, rows, per_source)

    def figure(self, scope: Scope) -> Figure:
        """The figure of a scope alone; its recipe is kept."""
        return self.count(scope).figure

    def _rows(self, evaluated: Evaluated, scope: Scope, axis: str) -> tuple[Row, ...]:
        made = breakdown.groups(self.register, evaluated, scope, axis)
        return tuple(row for row in (self._row(evaluated, scope, group) for group in made) if row is not None)

    def _row(self, evaluated: Evaluated, scope: Scope, group: Group) -> Row | None:
        """The row of a group; None where nobody is even possibly in it."""
        told = self.part(evaluated, scope, group).told
        # What is only possibly in none of the other rows is in the high of those rows already.
        empty = told.ends is not None and told.ends.best == 0 and (told.ends.high == 0 or group.value == breakdown.REST)
        if empty:
            return None
        return Row(group.value, group.label, self._figure(told, group.scope))

    def part(self, evaluated: Evaluated, scope: Scope, group: Group) -> Answer:
        """The answer for one row of a breakdown, from what the whole scope holds."""
        within = breakdown.part_for(self.register, evaluated, group, scope)
        return self._answer(group.scope, incidents.evaluate(self.register, group.scope, within))

    def _apart(self, evaluated: Evaluated, scope: Scope, slugs: Sequence[str]) -> tuple[Row, ...]:
        if len(slugs) < 2:
            return ()
        made = breakdown.groups(self.register, evaluated, scope, "source")
        rows = (self._row(evaluated, scope, group) for group in made if group.value in slugs)
        return tuple(row for row in rows if row is not None)

    def recipe(self, scope: Scope) -> Recipe:
        """Everything that makes the figure of this scope what it is."""
        register = self.register
        return Recipe(
            schema=1,
            scope=canonical(scope),
            scope_version=SCOPE_VERSION,
            rules=figures.rules(register),
            head=register.head,
            settings=register.world.record.sha256,
            places=register.world.places.version,
            actors=register.world.actors.version,
            seed=self._seed,
        )

    def _figure(self, told: Told, scope: Scope) -> Figure:
        recipe = self.recipe(scope)
        id_ = ids.show(self.case.store.id_key.of("figure", recipe))
        made = figures.figure(told, scope, id_)
        self._made[id_] = (recipe, made)
        return made

    def keep(self) -> None:
        """Keep the recipes of all figures made since the last time."""
        self.case.store.keep_recipes([(recipe, json.encode(figure)) for recipe, figure in self._made.values()])
        self._made.clear()


def counter(case: Case, progress: build.Progress = lambda *_: None) -> Counter:
    """A counter for the case as it stands; builds the register when it is stale."""
    now = world.current(case)
    world.keep(case, now)
    return Counter(case, build.register(case, now, progress=progress), now.settings.case.seed)


def asked(case: Case, text: str) -> tuple[Counter, Scope]:
    """A scope, and the counter that answers it: for the end of the day that its ``as-of:`` names, or for now.

    Raises ScopeError.
    """
    now = counter(case)
    scope = now.scope(text)
    if scope.as_of is None:
        return now, scope
    head = case.store.head_on(scope.as_of)
    if not head:
        raise ScopeError(f"as-of:{scope.as_of}: this case was begun later")
    then = Counter(case, build.register(case, now.register.world, head), now.register.world.settings.case.seed)
    return then, scope


def at(case: Case, recipe: Recipe, known: World) -> Counter:
    """A counter for the state of the case in which a figure was made."""
    return Counter(case, build.register(case, known, recipe.head), recipe.seed)
