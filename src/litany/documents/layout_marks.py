"""Which footnote marks stand at the end of a cell, and what does the note under the table say to them?

A mark stays in the cell as given. A reader that wants the number or the name alone asks `without_marks`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_RAISED = "¹²³⁰⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉ"
_SIGNS = "*∗†‡§¶"
_LAST = frozenset(f"{_RAISED}{_SIGNS}]")  # the last character of every mark
_ONE = rf"(?:[{_SIGNS}]+|[{_RAISED}]+|\[(?:[a-z]|\d{{1,2}}|[ivx]{{1,4}})\])"
_MARKS = re.compile(rf"({_ONE}(?:[\s,]*{_ONE})*)$")
_UNIT = re.compile(r"(?:^|[\d\s])(?:mm|cm|m|km|mi|ft|sq|in)$", re.IGNORECASE)  # km² is a unit
_NOTE = re.compile(rf"({_ONE})[\s:.)=–-]*(\S.*)", re.DOTALL)
_MOST = 20  # rows that are told one by one


def without_marks(text: str) -> tuple[str, str]:
    """(the text, its footnote marks): ``12*`` is ("12", "*"), ``Kani¹`` ("Kani", "¹"), ``35 [a]`` ("35", "[a]").

    A cell of marks alone has no text to mark, and ``5 km²`` has none: both come back whole.
    """
    plain = text.rstrip()
    if not plain or plain[-1] not in _LAST:
        return text, ""
    found = _MARKS.search(plain)
    if found is None or not plain[: found.start()].strip() or _UNIT.search(plain[: found.start()]):
        return text, ""
    return plain[: found.start()].rstrip(), found[1]


def note_of(text: str) -> tuple[str, str] | None:
    """(mark, words) of a note under a table: ``* estimate``; None where it begins with no mark."""
    found = _NOTE.fullmatch(text.strip())
    return (found[1], found[2].strip()) if found is not None else None


def marked(header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], below: Sequence[str]) -> list[str]:
    """A note for each column and mark: in which rows it stands, and what the notes under the table say to it."""
    said = dict(filter(None, map(note_of, below)))
    found: dict[tuple[str, str], list[int]] = {}
    for number, cells in rows:
        for name, cell in zip(header, cells, strict=False):
            if cell and cell[-1] in _LAST:
                mark = without_marks(cell)[1]
                if mark:
                    found.setdefault((name, mark), []).append(number)
    notes = []
    for (name, mark), numbers in found.items():
        places = ", ".join(map(str, numbers[:_MOST])) + (f" and {len(numbers) - _MOST:,} more" if len(numbers) > _MOST else "")
        meaning = f"the note below says {said[mark]!r}" if mark in said else "no note below says what it means"
        row = "row" if len(numbers) == 1 else "rows"
        notes.append(f"column {name}: cells bear the mark {mark} ({row} {places}); {meaning}; the cells are kept as given")
    return notes
