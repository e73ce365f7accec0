"""What is a figure: a number, its bounds, what they rest on, and the way back to the evidence?"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Basis(StrEnum):
    """What low and high mean. The words are printed beside every figure."""

    BOUND = "bound"  # certain and possible under the counting rules, for incidents or people counted once
    SOURCE_SUM = "source-sum"  # a source's own low, best and high summed over its rows: no uncertainty range
    ENVELOPE = "overlap-envelope"  # between the largest source and the sum of independent roots, unlinked lists
    POSTERIOR = "posterior"
    BOTH = "both"
    CLAIMED = "claimed"


class Unit(StrEnum):
    """What is counted."""

    PEOPLE = "people"
    INCIDENTS = "incidents"


class Evidence(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How much stands behind a figure; `litany explain ID` lists it.

    ``admitted`` says in words which statements may enter (the scope's settings, defaults included); ``notes`` what the
    reader must know beside the number (lumped rows left out, unknown perpetrators, values outside their own bounds).
    """

    incidents: int = 0
    victims: int = 0
    statements: int = 0
    sources: tuple[str, ...] = ()
    admitted: str = ""
    notes: tuple[str, ...] = ()


class Figure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One number on one scope.

    ``low``, ``best`` and ``high`` are whole numbers, or null where the data cannot bear them; then ``refused`` says why and
    what to try. ``level`` is the probability that a posterior interval claims (null for bounds and sums); ``rule`` says in
    words how low, best and high came about. Figures that may be compared have the same scope and basis.
    """

    id: str
    scope: str
    unit: Unit
    low: int | None
    best: int | None
    high: int | None
    basis: Basis
    level: str | None
    rule: str
    evidence: Evidence
    refused: str | None
