"""How many people does a list add below its rows without a row of their own, and does its own total come out?

"1678 + 53 (Bago) + 25 (Hpruso)" below a list of 1,678 rows is two statements, of 53 and of 25 people: the first number is that
of the rows. The list's own total is never counted; it is compared with what was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from litany.statements import mapping_spec as spec
from litany.statements.cells import Cells, Columns, Trouble
from litany.statements.days import whole_period
from litany.types.statement import Speaker, Statement, Toll, Where
from litany.values import numbers, place_words
from litany.values.places import Gazetteer


class Batches:
    """Reads the rows of one table that are no rows of people, and remembers what the list says of itself."""

    def __init__(self, wanted: Sequence[spec.BatchSpec], columns: Columns, places: Gazetteer) -> None:
        self._batches = [
            (
                one,
                columns.cell(one.column),
                re.compile(one.pattern, re.IGNORECASE),
                None if one.total is None else re.compile(one.total, re.IGNORECASE),
                whole_period(one.when) if one.when is not None else None,
            )
            for one in wanted
        ]
        self._places = places
        self._stated: list[tuple[str, int]] = []
        self._added: list[int] = []

    def read(self, cells: Cells, source: str) -> list[Statement] | None:
        """The statements of a row below the list; None where it is a row of the list itself."""
        for one, cell, pattern, total, _ in self._batches:
            text = " ".join(cell(cells).split())
            found = list(pattern.finditer(text))
            stated = None if total is None or found else total.search(text)
            if stated is not None:
                self._stated.append((one.column, numbers.whole(stated["number"])))
                return []
            if found:
                return list(self._made(one, source, found))
        return None

    def _made(self, one: spec.BatchSpec, source: str, found: Sequence[re.Match[str]]) -> Iterator[Statement]:
        when = next(period for batch, *_, period in self._batches if batch is one)
        for number, match in enumerate(found, start=1):
            people = numbers.whole(match["number"])
            self._added.append(people)
            yield Statement(
                schema=1,
                facet=f"{one.facet}-{number}",
                source=source,
                modality=one.modality,
                level=one.level,
                harm=one.harm,
                speakers=(Speaker(source),),
                toll=Toll(people, people, people),
                when=when,
                where=self._where(one, match),
                note=match[0].strip(),
            )

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

    def check(self, people: int) -> Iterator[Trouble]:
        """What the list's own totals are worth, after ``people`` were read in its rows."""
        made = people + sum(self._added)
        batches = f" + {sum(self._added)} in {len(self._added)} batches" if self._added else ""
        for column, stated in self._stated:
            same = "as the list says" if made == stated else f"but the list says {stated}: look for rows that were not read"
            yield column, str(stated), f"{people} people in rows{batches} = {made}, {same}"
