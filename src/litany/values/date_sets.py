"""How is one date of several written, and in which years may a date without a year lie?"""

from __future__ import annotations

from collections.abc import Sequence

from litany.values.date_pieces import Context, Piece


def dated(found: Sequence[Piece], context: Context) -> list[Piece]:
    """The pieces with their years: one without a year is any in the period that the source covers."""
    made: list[Piece] = []
    for piece in found:
        if piece.year is not None:
            made.append(piece)
            continue
        if not context.years():
            raise context.refuse("has no year, and the source does not say which period it covers: write the year")
        years = (piece._replace(year=year) for year in context.years())
        fits = [one for one in years if context.covers(one)]
        if not fits:
            raise context.refuse("lies outside the period that the source covers")
        context.note("the year is not written: it is taken from the period that the source covers")
        made.extend(fits)
    return made


def among(found: Sequence[Piece], both: bool = False) -> str | None:
    """One date, or a set: one of these (or ``both``: all of these)."""
    members = sorted({piece.edtf() for piece in found})
    if not members:
        return None
    if len(members) == 1:
        return members[0]
    return ("{%s}" if both else "[%s]") % ",".join(members)


def ranges(ends: Sequence[tuple[str, str]]) -> str:
    """From one to another, or one of several such ranges."""
    if len(ends) == 1:
        first, last = ends[0]
        return first if first == last else f"{first}/{last}"
    return f"[{','.join(f'{first}..{last}' for first, last in ends)}]"
