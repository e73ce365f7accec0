"""What is compared between two rows, and which rows are compared at all?

A `Plan` is data: comparisons with ordered levels, and keys that bring pairs together. Conditions are SQL over the columns of
one table: in a level, which DuckDB evaluates, ``"x_l"`` and ``"x_r"`` are column x of the two rows; in a key, which Spark has
to understand as well, they are ``l."x"`` and ``r."x"``. A level is what the Fellegi-Sunter model gives a weight to; its weights
are learned.
"""

from __future__ import annotations

from msgspec import Struct

MISSING = -1


class Level(Struct, frozen=True):
    """One degree of agreement: a condition and what it is called for a person who reviews a pair."""

    when: str
    label: str


class Comparison(Struct, frozen=True):
    """One field (or several that depend on each other), compared.

    ``levels`` run from the strongest agreement to the weakest; the first whose condition holds is taken; a pair for which
    none holds is at one more, the level of disagreement. ``missing``: the condition under which nothing can be said; such a
    pair weighs nothing here. In a pattern, the number of a level counts from the weakest: 0 is disagreement,
    ``len(levels)`` the strongest agreement, `MISSING` unknown. ``field``: comparisons that share this word are one field,
    split by circumstances, of which a pair has one at most (when a day is busy, and when not); else the name.
    """

    name: str
    missing: str
    levels: tuple[Level, ...]
    otherwise: str = "differs"
    field: str = ""

    def label(self, level: int) -> str:
        """What the number of a level means, in words."""
        if level == MISSING:
            return "unknown"
        return self.otherwise if level == 0 else self.levels[len(self.levels) - level].label


class Key(Struct, frozen=True):
    """A condition under which two rows are compared: an equality of columns, so that it can be looked up.

    ``columns`` must all be equal and present; ``also`` is a further condition, or empty. ``fields`` names the comparisons
    that agree, or nearly, whenever the key does.
    """

    name: str
    columns: tuple[str, ...]
    also: str = ""
    fields: tuple[str, ...] = ()


class Plan(Struct, frozen=True):
    """How one kind of thing is compared. ``columns`` are those that comparisons and keys use.

    ``exhaustive`` is the number of pairs up to which all pairs are compared, and no key is needed. Of the pairs
    that no key reaches ``sampled`` at random are compared, to learn how pairs of two differ and what the keys miss.
    """

    name: str
    comparisons: tuple[Comparison, ...]
    keys: tuple[Key, ...]
    exhaustive: int = 2_000_000
    sampled: int = 500_000
