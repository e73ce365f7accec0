"""Which statements does one row make under a mapping, and what in it could not be read?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from litany.errors import MappingError
from litany.statements import cells as cell_readers
from litany.statements import fields, people, tolls
from litany.statements import mapping_spec as spec
from litany.statements.alternatives import fitted
from litany.statements.batches import Batches
from litany.statements.cells import Cells, Columns, Read, Trouble
from litany.types.statement import Speaker, Statement
from litany.values.actors import Actors
from litany.values.date_words import Order
from litany.values.places import Gazetteer
from litany.values.terms import Harm, Level, Modality


class RowRead(NamedTuple):
    """What one row gave. ``key`` is the source's own key of the row, where the mapping names one and the row has it."""

    source: str | None
    key: tuple[str, ...] | None
    statements: list[Statement]
    troubles: tuple[Trouble, ...]
    unread: tuple[Trouble, ...]
    below: bool = False  # a batch or a total below the list, no row of it
    keys: tuple[tuple[str, ...], ...] = ()  # of a row below the list, one for each statement: each stands for itself


class RowReader:
    """Reads the rows of one table. Raises MappingError when the mapping names a column that the table lacks, or an actor or
    a place that nobody knows."""

    def __init__(
        self,
        mapping: spec.Mapping,
        header: Sequence[str],
        actors: Actors,
        places: Gazetteer,
        where: str,
        orders: Mapping[str, Order] | None = None,
    ) -> None:
        """``orders``: in which order the numbers of the dates of a column stand, where the column shows it (`orders`)."""
        self.mapping = mapping = fitted(mapping, header)
        columns = Columns(header, mapping.missing, mapping.optional, where, orders)
        self._batches = Batches(mapping.batch, mapping.key, columns, places)
        self._people: Counter[Harm] = Counter()
        self._inexact: Counter[Harm] = Counter()
        self._source = cell_readers.choice(columns, mapping.source)
        self._key = columns.cells(mapping.key)
        self._incident = None if mapping.incident is None else columns.cell(mapping.incident)
        self._originators = {slug for slug, one in mapping.sources.items() if one.originator}
        self._statements = [_StatementReader(one, columns, actors, places) for one in mapping.statement]
        ignored = set(mapping.ignore)
        for name in sorted(ignored & columns.used):
            raise MappingError(f"{where}: the mapping both uses and ignores the column {name!r}")
        self.unused = tuple(name for name in header if name not in columns.used and name not in ignored)

    def read(self, cells: Cells) -> RowRead:
        """Everything that the row says. ``unread`` is not empty where it, or one of its statements, could not be kept."""
        source, troubles = self._source(cells)
        if source is None:
            column = self.mapping.source.column or "source"
            return RowRead(None, None, [], (), troubles or ((column, "", "the row names no source"),))
        below = self._batches.read(cells, source, source in self._originators)
        if below is not None:
            return RowRead(source, None, below.statements, (), below.unread, below=True, keys=below.keys)
        key = self._key(cells)
        incident = self._incident(cells) or None if self._incident else None
        made: list[Statement] = []
        unread: tuple[Trouble, ...] = ()
        for one in self._statements:
            statement, more, lost = one.read(cells, source, incident, source in self._originators)
            troubles += more
            unread += lost
            if statement is not None:
                made.append(statement)
        if self.mapping.batch:
            self._tally(made)
        return RowRead(source, key if any(key) else None, made, troubles, unread)

    def _tally(self, made: Sequence[Statement]) -> None:
        """How many people the rows speak of, for the list's own totals."""
        for one in made:
            if one.person is not None:
                self._people[one.harm] += 1
            elif one.toll is not None:
                ends = [end for end in (one.toll.best, one.toll.low, one.toll.high) if end is not None]
                self._people[one.harm] += ends[0] if ends else 0
                self._inexact[one.harm] += one.toll.best is None

    def check(self) -> tuple[Trouble, ...]:
        """What the totals that stand below the rows read so far are worth."""
        return tuple(self._batches.check(self._people, self._inexact))


class _StatementReader:
    """One [[statement]] of the mapping."""

    def __init__(self, one: spec.StatementSpec, columns: Columns, actors: Actors, places: Gazetteer) -> None:
        self.spec = one
        self._require = columns.cells(one.require)
        self._require_any = columns.cells(one.require_any)
        self._level = columns.remembered(lambda: cell_readers.choice(columns, one.level, Level))
        self._modality = columns.remembered(lambda: cell_readers.choice(columns, one.modality, Modality))
        self._level_column = one.level.column or "level"
        self._modality_column = one.modality.column or "modality"
        builders: dict[str, Callable[[], Callable[[Cells], Read[Any]]]] = {}
        if (toll := one.toll) is not None:
            builders["toll"] = lambda: tolls.toll(columns, toll)
        if (person := one.person) is not None:
            builders["person"] = lambda: people.person(columns, person, places)
        if (when := one.when) is not None:
            builders["when"] = lambda: fields.when(columns, when)
        if (died := one.died) is not None:
            builders["died"] = lambda: fields.when(columns, died)
        if (where := one.where) is not None:
            builders["where"] = lambda: fields.where(columns, where, places)
        if one.by:
            builders["by"] = lambda: fields.by(columns, one.by, actors)
        self._fields = tuple((name, columns.remembered(build)) for name, build in builders.items())
        means = one.means
        self._means = None if means is None else columns.remembered(lambda: fields.means(columns, means))
        self._speakers = columns.remembered(lambda: fields.speakers(columns, one.speakers))
        self._note = columns.cells(one.note)
        self._remarks = [(made, columns.cell(made.column), re.compile(made.match, re.IGNORECASE)) for made in one.remark]

    def read(
        self, cells: Cells, source: str, incident: str | None, originator: bool
    ) -> tuple[Statement | None, tuple[Trouble, ...], tuple[Trouble, ...]]:
        """(statement, troubles of a kept one, troubles that cost it)."""
        one = self.spec
        if not all(self._require(cells)) or (one.require_any and not any(self._require_any(cells))):
            return None, (), ()
        level, lost_level = self._level(cells)
        modality, lost_modality = self._modality(cells)
        lost = lost_level + lost_modality
        if level is None or modality is None:
            return None, (), lost or ((self._level_column, "", f"{one.facet}: neither level nor modality can be missing"),)
        troubles: tuple[Trouble, ...] = ()
        made: dict[str, Any] = {}
        for name, read in self._fields:
            made[name], more = read(cells)
            troubles += more
        described = made.pop("person", None)
        if described is not None:
            made["person"] = described.person
            made["toll"] = described.group if described.person is None else made.get("toll")
        if made.get("toll") is None and made.get("person") is None:
            return None, (), troubles
        if self._means is not None:
            (made["means"], made["means_text"]), more = self._means(cells)
            troubles += more
        named = self._speakers(cells)
        own = originator and not named
        remarks = [made for made, cell, pattern in self._remarks if pattern.search(cell(cells))]
        troubles += tuple((made.column, "", made.text) for made in remarks)
        words = (*self._note(cells), *(made.text for made in remarks))
        note = "; ".join(text for text in words if text) or None
        return (
            Statement(
                schema=1, facet=one.facet, source=source, modality=Modality(modality), level=Level(level), harm=one.harm,
                speakers=(Speaker(source, own), *named), note=note, incident=incident, **made,
            ),
            troubles,
            (),
        )  # fmt: skip
