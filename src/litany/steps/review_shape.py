"""How does a pair look to a program before it is judged? (``litany review --json``, docs/reference/json.md)"""

from __future__ import annotations

from msgspec import Struct

from litany.steps.review import Doubt, Hidden
from litany.steps.review_fields import Field
from litany.steps.review_sides import Side
from litany.types.records import About


class BlindReason(Struct, frozen=True, omit_defaults=True):
    """How the two agree in a comparison; ``weight`` in bits, left out in an audit, which measures the weights."""

    name: str
    label: str
    weight: float | None = None


class BlindSide(Struct, frozen=True, omit_defaults=True):
    """One of the two: the ``anchor`` to judge, the names of its rows (a file's name may tell who says it), what is said.

    ``more``: how many statements of it are not shown. ``quotes`` (null where the bytes were withdrawn) may name parties.
    """

    row: str
    anchor: str
    rows: tuple[str, ...]
    fields: tuple[Field, ...]
    more: int = 0
    quotes: tuple[str | None, ...] = ()


class Blind(Struct, frozen=True, omit_defaults=True):
    """A pair to judge. ``audit`` stands before the reason of its judgement; ``hidden`` only where it was asked for."""

    about: About
    left: BlindSide
    right: BlindSide
    reasons: tuple[BlindReason, ...]
    audit: str = ""
    hidden: Hidden | None = None


def blind(doubt: Doubt, quotes: bool = False, hidden: bool = False) -> Blind:
    """A pair without its parties, its probability and its effect, unless ``hidden`` is asked for."""
    why = (BlindReason(one.name, one.label, None if doubt.audit else one.weight) for one in doubt.reasons)
    return Blind(
        doubt.about, _side(doubt.left, quotes), _side(doubt.right, quotes), tuple(why), doubt.audit,
        doubt.hidden if hidden else None,
    )  # fmt: skip


def _side(side: Side, quotes: bool) -> BlindSide:
    words = tuple(dict.fromkeys(one.quote for one in side.statements)) if quotes else ()
    return BlindSide(side.row, side.anchor, side.rows, side.fields, side.more, words)
