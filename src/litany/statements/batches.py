"""How many people does a list add below its rows without a row of their own, and does its own total come out?

"1678 + 53 (Bago) + 25 (Hpruso)" below a list of 1,678 rows is two statements, of 53 and of 25 people: the first number is that
of the rows. Each batch stands on an anchor of its own: two batches of one line are two incidents, and the batch of a name
continues from edition to edition. The list's own total is never counted; it is compared with what was read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from litany.errors import UnknownValue
from litany.statements import mapping_spec as spec
from litany.statements.cells import Cells, Columns, Trouble
from litany.types.statement import Speaker, Statement, Toll, Where
from litany.values import numbers, place_words
from litany.values.places import Gazetteer
from litany.values.terms import Harm


class BatchRead(NamedTuple):
    """What a row below the list gave: its statements, and a key for each (the facet, and the name that the batch has)."""

    statements: list[Statement]
    keys: tuple[tuple[str, ...], ...]
    unread: tuple[Trouble, ...]


class _Batch(Struct, frozen=True):
    """One [[batch]] of the mapping. ``own`` are the key columns: a row with a key is a row of the list, never a batch."""

    spec: spec.BatchSpec
    cell: Callable[[Cells], str]
    own: Callable[[Cells], tuple[str, ...]]
    pattern: re.Pattern[str]
    total: re.Pattern[str] | None


class Batches:
    """Reads the rows of one table that are no rows of people, and remembers what the list says of itself."""

    def __init__(self, wanted: Sequence[spec.BatchSpec], key: Sequence[str], columns: Columns, places: Gazetteer) -> None:
        self._batches = [
            _Batch(
                one,
                columns.cell(one.column),
                columns.cells([name for name in key if name != one.column]),
                re.compile(one.pattern, re.IGNORECASE),
                None if one.total is None else re.compile(one.total, re.IGNORECASE),
            )
            for one in wanted
        ]
        self._places = places
        self._stated: list[tuple[spec.BatchSpec, int]] = []
        self._added: Counter[Harm] = Counter()
        self._lines: Counter[Harm] = Counter()

    def read(self, cells: Cells, source: str, originator: bool) -> BatchRead | None:
        """The statements of a row below the list; None where it is a row of the list itself."""
        for one in self._batches:
            if any(one.own(cells)):
                continue
            text = " ".join(one.cell(cells).split())
            found = list(one.pattern.finditer(text))
            if found:
                return self._made(one, Speaker(source, originator), found)
            stated = None if one.total is None else one.total.search(text)
            if stated is not None:
                number, unread = _number(one.spec, stated)
                self._stated += [] if number is None else [(one.spec, number)]
                return BatchRead([], (), unread)
        return None

    def _made(self, one: _Batch, speaker: Speaker, found: Sequence[re.Match[str]]) -> BatchRead:
        made: list[Statement] = []
        keys: list[tuple[str, ...]] = []
        unread: tuple[Trouble, ...] = ()
        wanted = one.spec
        for place, match in enumerate(found, start=1):
            people, more = _number(wanted, match)
            unread += more
            if people is None:
                continue
            self._added[wanted.harm] += people
            self._lines[wanted.harm] += 1
            keys.append((wanted.facet, match.groupdict().get("name") or str(place)))
            made.append(
                Statement(
                    schema=1, facet=f"{wanted.facet}-{place}", source=speaker.name, modality=wanted.modality,
                    level=wanted.level, harm=wanted.harm, speakers=(speaker,), toll=Toll(people, people, people),
                    where=self._where(wanted, match), note=match[0].strip(),
                )
            )  # fmt: skip
        return BatchRead(made, tuple(keys), unread)

    def _where(self, one: spec.BatchSpec, match: re.Match[str]) -> Where | None:
        name = match.groupdict().get("name")
        if not name:
            return None
        found = place_words.find(self._places, [name], [one.country] if one.country else [])
        return Where(
            text=name,
            place=found.place or one.country,
            precision=found.precision,
            candidates=found.candidates,
            basis=found.basis if found.basis and found.basis != name else None,
        )

    def check(self, people: Counter[Harm], inexact: Counter[Harm]) -> Iterator[Trouble]:
        """What the list's own totals are worth, after ``people`` were read in its rows; ``inexact`` counts groups without an
        exact number, which are in ``people`` with the number that the words give."""
        for one, stated in self._stated:
            rows, added, lines = people[one.harm], self._added[one.harm], self._lines[one.harm]
            made = rows + added
            batches = f" + {added} in {lines} {'batch' if lines == 1 else 'batches'}" if lines else ""
            vague = f" ({inexact[one.harm]} groups among them have no exact number)" if inexact[one.harm] else ""
            same = "as the list says" if made == stated else f"but the list says {stated}: look for rows that were not read"
            yield one.column, str(stated), f"{rows} people in rows{vague}{batches} = {made}, {same}"


def _number(one: spec.BatchSpec, match: re.Match[str]) -> tuple[int | None, tuple[Trouble, ...]]:
    """The number of a line below the list; a trouble where it is none."""
    try:
        return numbers.whole(match["number"] or ""), ()
    except UnknownValue as problem:
        return None, ((one.column, match[0].strip(), f"{problem} (batch {one.facet})"),)
