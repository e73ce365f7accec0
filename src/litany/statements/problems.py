"""What could not be read, gathered so that a million rows with the same trouble make one line, and no row is lost?"""

from __future__ import annotations

from msgspec import Struct

from litany.types.records import Problem

_What = tuple[str | None, str | None, str | None, str, bool]


class _Gathered(Struct):
    first: int | None
    spans: list[list[int]]
    count: int = 0

    def extend(self, first: int, last: int) -> None:
        """Rows come in order; neighbours join."""
        if self.spans and self.spans[-1][1] == first - 1:
            self.spans[-1][1] = last
        else:
            self.spans.append([first, last])

    def show(self) -> str:
        """The rows as ranges: ``2-5,9``."""
        return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in self.spans)


class Problems:
    """Troubles of one reading, by what is wrong with which value of which column."""

    def __init__(self) -> None:
        self._by: dict[_What, _Gathered] = {}

    def add(
        self, sheet: str | None, row: int | None, cell: tuple[str, str] | None, reason: str, kept: bool, count: int = 1
    ) -> None:
        """Note one trouble; ``cell`` is (column, value)."""
        column, value = cell if cell is not None else (None, None)
        found = self._by.setdefault((sheet, column, value or None, reason, kept), _Gathered(row, []))
        if row is not None and found.spans and found.spans[-1][1] == row:
            return  # another statement of the same row met the same trouble
        found.count += count
        if row is not None:
            found.extend(row, row)

    def take(self, problem: Problem) -> None:
        """Note a trouble that a reader of files found, with all of its rows."""
        what = (problem.sheet, problem.column, problem.value or None, problem.reason, problem.kept)
        found = self._by.setdefault(what, _Gathered(problem.row, []))
        found.count += problem.count
        spans = problem.rows or ("" if problem.row is None else str(problem.row))
        for span in filter(None, spans.split(",")):
            first, _, last = span.partition("-")
            found.extend(int(first), int(last or first))

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
                rows=found.show() if found.count > 1 and found.spans else None,
            )
            for (sheet, column, value, reason, kept), found in self._by.items()
        ]
        return tuple(sorted(made, key=lambda p: (p.sheet or "", p.row or 0, p.column or "", p.reason, p.value or "")))
