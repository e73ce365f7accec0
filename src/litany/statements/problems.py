"""What could not be read, gathered so that a million rows with the same trouble make one line, and no row is lost?"""

from __future__ import annotations

from msgspec import Struct

from litany.types.records import Problem


class _Gathered(Struct):
    first: int | None
    spans: list[list[int]]
    count: int = 0


class Problems:
    """Troubles of one reading, by what is wrong with which value of which column."""

    def __init__(self) -> None:
        self._by: dict[tuple[str | None, str | None, str | None, str, bool], _Gathered] = {}

    def add(
        self,
        sheet: str | None,
        row: int | None,
        cell: tuple[str, str] | None,
        reason: str,
        kept: bool,
        count: int = 1,
    ) -> None:
        """Note one trouble; ``cell`` is (column, value)."""
        column, value = cell if cell is not None else (None, None)
        found = self._by.setdefault((sheet, column, value or None, reason, kept), _Gathered(row, []))
        found.count += count
        if row is None:
            return
        if found.spans and found.spans[-1][1] in (row, row - 1):
            found.spans[-1][1] = row
        else:
            found.spans.append([row, row])

    def take(self, problem: Problem) -> None:
        """Note a trouble that a reader of files found."""
        cell = (problem.column or "", problem.value or "") if problem.column is not None or problem.value is not None else None
        self.add(problem.sheet, problem.row, cell, problem.reason, problem.kept, problem.count)

    def all(self) -> tuple[Problem, ...]:
        """Every trouble, in the order of sheet, first row, column and reason."""
        made = [
            Problem(
                row=found.first,
                column=column,
                value=value,
                reason=reason,
                kept=kept,
                sheet=sheet,
                count=found.count,
                rows=_show(found.spans) if found.count > 1 and found.spans else None,
            )
            for (sheet, column, value, reason, kept), found in self._by.items()
        ]
        return tuple(sorted(made, key=lambda p: (p.sheet or "", p.row or 0, p.column or "", p.reason, p.value or "")))


def _show(spans: list[list[int]]) -> str:
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)
