"""Who is said to have done it, told so that SQL can compare it: by command, by what a name may mean, by side?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from litany.types.statement import Perpetrator
from litany.values.actors import Actors
from litany.values.places import fold


class Party(Struct, frozen=True):
    """The candidates of one row, each sorted.

    ``named`` as told (ids, or ``?`` and folded words); ``over``: they and those who command them that day; ``may``: those
    actors that the data name and that they may be; ``sides`` of all that are known.
    """

    named: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()


def parties(said: Sequence[Sequence[Perpetrator | None]], days: Sequence[int | None], actors: Actors) -> list[Party]:
    """The party of each row, from all of its statements. ``days``: its first day, as an ordinal, for the chain of command."""
    named = [_named(one) for one in said]
    known = sorted({name for names in named for name in names if _is_known(name)})
    chains: dict[tuple[str, int | None], tuple[str, ...]] = {}
    may: dict[tuple[str, int | None], tuple[str, ...]] = {}
    made = []
    for names, day in zip(named, days, strict=True):
        over, meant = set(names), set(names)
        for name in filter(_is_known, names):
            if (name, day) not in chains:
                chains[name, day] = actors.ancestors(name, day)
                may[name, day] = tuple(other for other in known if actors.may_be(name, other, day))
            over.update(chains[name, day])
            meant.update(may[name, day])
        sides = {actors.get(name).side for name in names if _is_known(name)}
        made.append(Party(names, tuple(sorted(over)), tuple(sorted(meant)), tuple(sorted(sides))))
    return made


def _named(said: Iterable[Perpetrator | None]) -> tuple[str, ...]:
    """The candidates of a row: of its statements those that leave the fewest open."""
    parties = [one for one in said if one is not None and one.actors]
    if not parties:
        return ()
    fewest = min(len(one.actors) for one in parties)
    chosen = {name for one in parties if len(one.actors) == fewest for name in one.actors}
    return tuple(sorted(name if _is_known(name) else f"?{fold(name)}" for name in chosen))


def _is_known(name: str) -> bool:
    return not name.startswith("?")
