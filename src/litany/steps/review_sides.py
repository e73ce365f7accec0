"""What do the rows of a pair say, and why does the model think so?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import polars as pl
from msgspec import Struct

from litany import ids
from litany.case.case import Case
from litany.linkage.plan import MISSING
from litany.registry.build import Register
from litany.registry.link_files import Basis
from litany.registry.links import row_names
from litany.statements.quotes import Quotes
from litany.statements.view import View, view
from litany.steps.review_fields import Field, Fields
from litany.steps.review_known import NODE
from litany.store import rows as store_rows
from litany.store.store import Row
from litany.types.records import About

_PARTIES = ("actors", "status")  # comparisons of `litany.linkage.incidents` that speak of parties
_BITS = float(np.log(2))
SHOWN = 12  # statements of one incident, or person, that are read for a pair


class Side(Struct, frozen=True):
    """One of the two: a person, or an incident of a source.

    ``fields`` may be seen before the decision; ``statements`` (with quotes) and ``parties`` only after it. ``anchor`` is what
    is judged; ``rows`` are the names of all rows of it, ``row`` of the first. ``more``: statements that are not read here.
    """

    node: int
    anchor: str
    row: str
    rows: tuple[str, ...]
    fields: tuple[Field, ...]
    statements: tuple[View, ...]
    parties: tuple[Field, ...]
    more: int = 0


class Reason(Struct, frozen=True):
    """A comparison, how the two agree in it, and what that weighs: log2(m/u), in bits; above 0 for the same."""

    name: str
    label: str
    weight: float


class Reasons(Struct, frozen=True):
    """Why the model thinks so; ``parties`` are those by who is blamed and whose dead they are, hidden until the decision."""

    seen: tuple[Reason, ...]
    parties: tuple[Reason, ...]


def reasons(basis: Basis, levels: Sequence[int]) -> Reasons:
    """What each comparison of a pair weighs; those that say nothing are left out."""
    made = []
    for comparison, m, u, level in zip(basis.plan.comparisons, basis.m, basis.u, levels, strict=True):
        if level != MISSING:
            weight = round((float(np.log(m[level])) - float(np.log(u[level]))) / _BITS, 3)
            made.append(Reason(comparison.name, comparison.label(level), weight))
    return Reasons(
        tuple(one for one in made if one.name not in _PARTIES), tuple(one for one in made if one.name in _PARTIES)
    )  # fmt: skip


class Sides:
    """Reads the rows of nodes; keeps documents open. Use `opened`."""

    def __init__(self, case: Case, register: Register, rows: pl.DataFrame, about: About, nodes: Iterable[int]) -> None:
        self._case, self._quotes, self._fields = case, Quotes(case), Fields(register)
        column = NODE[about]
        mine = rows.filter(pl.col(column).is_in(sorted(set(nodes))))
        names = row_names(case, register, mine)
        places = zip(mine.select(column, "doc", "sheet", "row", "facet").iter_rows(), names, strict=True)
        self._rows: dict[int, list[tuple[str, int, int, str, str]]] = {}
        for (node, doc, sheet, row, facet), name in places:
            where = (register.legend.documents[doc], sheet, row, register.legend.facets[facet], name)
            self._rows.setdefault(node, []).append(where)
        self._readings: dict[str, list[int]] = {}
        self._of = {one.key: one.reading for one in register.readings}
        for one in register.readings:
            self._readings.setdefault(one.reading.document, []).append(one.key)
        self._made: dict[int, Side] = {}

    def close(self) -> None:
        """Let go of all documents."""
        self._quotes.close()

    def side(self, node: int) -> Side:
        """One node, read."""
        if node not in self._made:
            self._made[node] = self._side(node)
        return self._made[node]

    def name(self, node: int) -> str:
        """The name of a node's first row."""
        return self._rows[node][0][-1]

    def _side(self, node: int) -> Side:
        places = self._rows[node]
        rows = tuple(dict.fromkeys(name for *_, name in places))
        views = tuple(found for place in places[:SHOWN] for found in self._views(*place[:4]))
        document, sheet, row = places[0][:3]
        first = self._stored(document, sheet, row)[0]
        return Side(
            node=node, anchor=ids.show(store_rows.anchor_id_of(self._case.store, first.anchor)), row=rows[0], rows=rows,
            fields=self._fields.blind(views), statements=views, parties=self._fields.parties(views),
            more=max(len(places) - SHOWN, 0),
        )  # fmt: skip

    def _stored(self, document: str, sheet: int, row: int) -> list[Row]:
        return [one for key in self._readings[document] for one in store_rows.at_row(self._case.store, key, sheet, row)]

    def _views(self, document: str, sheet: int, row: int, facet: str) -> Iterator[View]:
        for stored in self._stored(document, sheet, row):
            made = view(self._quotes, self._of[stored.reading], stored)
            if made is not None and made.facet == facet:
                yield made


@contextmanager
def opened(case: Case, register: Register, rows: pl.DataFrame, about: About, nodes: Iterable[int]) -> Iterator[Sides]:
    """The reader of these nodes, closed at the end."""
    made = Sides(case, register, rows, about, nodes)
    try:
        yield made
    finally:
        made.close()
