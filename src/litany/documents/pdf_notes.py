"""What is told of the pages of a PDF, not of its rows: pages that gave nothing, text outside of tables?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from litany.documents.pdf_pages import Piece
from litany.types.records import Problem

_TEXTS, _LENGTH = 500, 400  # texts outside of tables that are listed, and letters of each that are shown
_DIGITS = re.compile(r"\d+")


class PageNotes:
    """What is told of pages, not of rows."""

    def __init__(self, sheet: str | None) -> None:
        self._sheet = sheet
        self._unread: dict[str, list[int]] = {}
        self._texts: dict[str, tuple[str, list[int]]] = {}
        self._more, self._blank, self._heads = 0, Counter[int](), list[int]()

    def unread(self, page: int, reason: str) -> None:
        """A page gave nothing."""
        self._unread.setdefault(reason, []).append(page)

    def blank(self, page: int) -> None:
        """A row has no text."""
        self._blank[page] += 1

    def head(self, page: int, titles: Sequence[str]) -> None:
        """A header stands at the top of a grid; titles stand in it above the header."""
        self._heads.append(page)
        for title in titles:
            self._text(page, title)

    def outside(self, page: int, pieces: Sequence[Piece]) -> None:
        """Text stands outside of the tables of a page; what comes on many pages with other numbers is told once."""
        lines: list[list[Piece]] = []
        for piece in sorted(pieces, key=lambda piece: (round(piece.base), piece.left)):
            if lines and round(piece.base) == round(lines[-1][0].base):
                lines[-1].append(piece)
            else:
                lines.append([piece])
        for line in lines:
            self._text(page, " ".join(piece.text for piece in line))

    def _text(self, page: int, text: str) -> None:
        key = _DIGITS.sub("#", text)
        if key not in self._texts and len(self._texts) >= _TEXTS:
            self._more += 1
            return
        self._texts.setdefault(key, (text[:_LENGTH], []))[1].append(page)

    def all(self) -> list[Problem]:
        """Every note, with its pages."""
        found = [self._problem(None, f"{_pages(pages)}: {reason}", len(pages), False) for reason, pages in self._unread.items()]
        for text, pages in self._texts.values():
            reason = f"text outside of the table's rows, not read ({_pages(pages)}): see whether it says something of its own"
            found.append(self._problem(text, reason, len(pages)))
        if self._more:
            found.append(self._problem(None, "more lines of text stand outside of the tables than are listed here", self._more))
        if len(self._heads) > 1:
            reason = f"the header stands again ({_pages(self._heads[1:])}): not read as a row"
            found.append(self._problem(None, reason, len(self._heads) - 1))
        if self._blank:
            reason = f"rows without text were passed over ({_pages(list(self._blank))})"
            found.append(self._problem(None, reason, self._blank.total()))
        return found

    def _problem(self, value: str | None, reason: str, count: int, kept: bool = True) -> Problem:
        return Problem(row=None, column=None, value=value, reason=reason, kept=kept, sheet=self._sheet, count=count)


def _pages(pages: Sequence[int]) -> str:
    """``page 3``; ``pages 1-4, 9``."""
    spans: list[list[int]] = []
    for page in sorted(set(pages)):
        if spans and page == spans[-1][1] + 1:
            spans[-1][1] = page
        else:
            spans.append([page, page])
    shown = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)
    return f"page {shown}" if len(spans) == 1 and spans[0][0] == spans[0][1] else f"pages {shown}"
