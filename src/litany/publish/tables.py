"""How many by month, place, actor and status, and what must be said beside such a table?

Where the whole is refused, so is its breakdown: adding up its rows would undo the refusal. The reason and one row a source
stand in its place.
"""

from __future__ import annotations

from msgspec import Struct

from litany.counts import breakdown
from litany.counts.breakdown import Group
from litany.counts.count import Counted, Counter, Row
from litany.publish import chart_months, chart_places, days
from litany.publish.explained import Explanations
from litany.publish.safe import FINER, Names
from litany.types.figure import Basis, Figure
from litany.types.scope import Scope, canonical

AXES = ("month", "place", "actor", "status")
_HEADINGS = {
    "month": "By month", "place": "By place", "actor": "By actor", "status": "By status", "sex": "By sex",
    "age": "By age group", "source": "By source", "means": "By means",
}  # fmt: skip
_FIRST = {"age": "Age group"}
_LEADS = {
    "month": "By the month of the incident. Where an incident may lie in several months, it is in the high of each of them.",
    "place": "By state or region (or by township, where the scope is one state). Where a place is only known more widely, the "
    "incident is in the high of every place that it may lie in.",
    "actor": "Rows overlap and must not be added up: what a unit did counts for those who command it, and where a source "
    "leaves several candidates open, the incident is in the high of each of them. “Left open between several” is not “nobody "
    "named”: in the one, a source names candidates without deciding; in the other, no source names anybody.",
    "status": "Status under international humanitarian law, as sources state it. Where a source does not split its toll, the "
    "whole of it is in the high of every row.",
    "sex": "As sources state it. Where a source does not split its toll, the whole of it is in the high of every row.",
    "age": "A child is under the age of majority of the Convention on the Rights of the Child at the incident. Where a source "
    "does not split its toll, the whole of it is in the high of every row.",
    "source": "One row a source. Sources may speak of the same dead: rows must not be added up.",
    "means": "By what did people die, as sources state it.",
}
_WORDS = {
    "civilian": "civilians", "combatant": "combatants", "other-protected": "other protected persons",
    "child": "children", "adult": "adults",
}  # fmt: skip
WITHHELD = "Withheld: its rows would name places finer than a township, and a report shows none."


class Line(Struct, frozen=True):
    """One row: ``detail`` is the side of an actor, or the name of a place in its own language."""

    label: str
    figure: Figure
    detail: str = ""


class Table(Struct, frozen=True):
    """One breakdown as it is printed; without ``lines`` where it is refused or withheld."""

    id: str
    axis: str
    heading: str
    first: str
    lead: str
    caption: str
    figure: Figure
    lines: tuple[Line, ...] = ()
    image: str | None = None
    image_caption: str = ""
    detail: str | None = None
    refused: str | None = None
    withheld: str | None = None
    apart: tuple[Line, ...] = ()


class Maker:
    """Makes the tables of one report; every number in them is explained."""

    def __init__(self, counter: Counter, names: Names, explanations: Explanations) -> None:
        self._counter, self._names, self._explanations = counter, names, explanations

    def apart(self, title: str, counted: Counted, scope: Scope) -> tuple[Line, ...]:
        """One row a source, where a figure is refused or an envelope."""
        return self.lines("source", f"{title}, by source", counted.per_source, scope)

    def table(self, id_: str, axis: str, title: str, counted: Counted, scope: Scope) -> Table:
        """One breakdown of a figure."""
        figure = counted.figure
        made = Table(
            id=id_, axis=axis, heading=_HEADINGS[axis], first=_FIRST.get(axis, axis.capitalize()), lead=_LEADS[axis],
            caption=f"{title}, {_HEADINGS[axis].lower()}", figure=figure,
        )  # fmt: skip
        if axis == "place" and any(self._finer(row) for row in counted.rows[axis]):
            return _with(made, withheld=WITHHELD)
        if figure.refused is not None:
            apart = self.apart(title, counted, scope)
            return _with(made, refused=self._names.words(figure.refused), apart=apart)
        lines = self.lines(axis, made.caption, counted.rows[axis], scope)
        image, said = self._image(made, counted.rows[axis])
        detail = {"actor": "Side", "place": "Name in Burmese"}.get(axis) if any(line.detail for line in lines) else None
        return _with(made, lines=lines, image=image, image_caption=said, detail=detail)

    def _finer(self, row: Row) -> bool:
        place = self._counter.register.world.places.coded(row.value)
        return place is not None and place.level in FINER

    def lines(self, axis: str, title: str, rows: tuple[Row, ...], scope: Scope) -> tuple[Line, ...]:
        """The rows of a breakdown of a scope, as they are printed."""
        groups = self._groups(axis, scope) if rows else {}
        made = []
        for row in rows:
            line = Line(self._label(axis, row), row.figure, self._detail(axis, row))
            self._explanations.row(f"{title}: {line.label}", row.figure, scope, groups[row.figure.scope])
            made.append(line)
        return tuple(made)

    def _groups(self, axis: str, scope: Scope) -> dict[str, Group]:
        evaluated = self._counter.answer(scope).evaluated
        return {canonical(group.scope): group for group in breakdown.groups(self._counter.register, evaluated, scope, axis)}

    def _label(self, axis: str, row: Row) -> str:
        if axis == "month":
            return days.month(row.label)
        if axis == "source":
            return self._names.source(row.value)
        return f"{axis} unknown" if row.value == row.label == "unknown" else _WORDS.get(row.label, row.label)

    def _detail(self, axis: str, row: Row) -> str:
        if axis == "actor":
            return self._names.side(row.value)
        place = self._counter.register.world.places.coded(row.value) if axis == "place" else None
        return "" if place is None else place.name_my or ""

    def _image(self, table: Table, rows: tuple[Row, ...]) -> tuple[str | None, str]:
        """The chart or map of a table, where it has one, and what its caption must say."""
        figures = {row.value: row.figure for row in rows}
        sums = any(figure.basis is Basis.SOURCE_SUM for figure in figures.values())
        if table.axis == "month":
            return chart_months.draw(table.id, table.caption, figures), chart_months.caption(sums)
        if table.axis == "place":
            return chart_places.draw(
                table.id, table.caption, figures, self._counter.register.world.places
            ), chart_places.CAPTION
        return None, ""


def _with(table: Table, **changes: object) -> Table:
    return Table(**{**{name: getattr(table, name) for name in table.__struct_fields__}, **changes})
