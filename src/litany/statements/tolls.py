"""How does the toll of a statement, with its parts, come out of the cells of a row?

Ends that contradict each other are kept as given and reported.
"""

from __future__ import annotations

from litany.statements import mapping_spec as spec
from litany.statements.cells import Cells, Columns, Read, Reader, Trouble, number
from litany.types.statement import Part, Toll
from litany.values import numbers

Ends = tuple[int | None, int | None, int | None]
NOTHING: Ends = (None, None, None)


def toll(columns: Columns, wanted: spec.TollSpec) -> Reader[Toll | None]:
    """The toll with its parts; None where neither total nor part is stated."""
    read_ends = _ends(columns, wanted)
    parts = [_part(columns, part) for part in wanted.part]
    named = next((n.column for n in (wanted.best, wanted.low, wanted.high, wanted.text) if n is not None), "toll")

    def read(cells: Cells) -> Read[Toll | None]:
        ends, troubles = read_ends(cells)
        made = []
        for read_part in parts:
            part, more = read_part(cells)
            troubles += more
            if part is not None:
                made.append(part)
        if ends == NOTHING and not made:
            return None, troubles
        return Toll(*ends, tuple(made)), troubles + _odd(named, ends)

    return read


def _part(columns: Columns, wanted: spec.PartSpec) -> Reader[Part | None]:
    read_ends = _ends(columns, wanted)
    words = None if wanted.text is None else columns.cell(wanted.text.column)
    named = next((n.column for n in (wanted.best, wanted.low, wanted.high, wanted.text) if n is not None), "part")

    def read(cells: Cells) -> Read[Part | None]:
        ends, troubles = read_ends(cells)
        if ends == NOTHING:
            return None, troubles
        text = words(cells) if words else None
        part = Part(wanted.axis, wanted.status, wanted.sex, wanted.age, *ends, text)
        return part, troubles + _odd(named, ends)

    return read


def _ends(columns: Columns, wanted: spec.TollSpec | spec.PartSpec) -> Reader[Ends]:
    """Low, best and high, from a column each or from one column of words."""
    if wanted.text is not None:
        text = number(columns, wanted.text)

        def read_text(cells: Cells) -> Read[Ends]:
            count, troubles = text(cells)
            return NOTHING if count is None else (count.low, count.best, count.high), troubles

        return read_text
    low, best, high = (_end(columns, one) for one in (wanted.low, wanted.best, wanted.high))

    def read(cells: Cells) -> Read[Ends]:
        (a, more_a), (b, more_b), (c, more_c) = low(cells), best(cells), high(cells)
        return (a, b, c), more_a + more_b + more_c

    return read


def _end(columns: Columns, wanted: spec.Number | None) -> Reader[int | None]:
    """One end of a toll: the cell must be one plain number."""
    if wanted is None:
        return lambda cells: (None, ())
    read_number, name = number(columns, wanted), wanted.column
    reason = "one number is expected here: map the column as text to read such words"

    def read(cells: Cells) -> Read[int | None]:
        count, troubles = read_number(cells)
        if count is None:
            return None, troubles
        if count.best is None:
            return None, ((name, count.text or "", reason),)
        return count.best, troubles

    return read


def _odd(column: str, ends: Ends) -> tuple[Trouble, ...]:
    low, best, high = ends
    shown = f"low {low}, best {best}, high {high}"
    return tuple((column, shown, f"{reason}; kept as given") for reason in numbers.bounds(low, best, high))
