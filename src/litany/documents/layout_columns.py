"""What is odd about the cells of one column: days as a spreadsheet counts them, numbers that are stored as text, apostrophes?

It is told, never mended.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_DAY = re.compile(r"\b(?:date|dates|day|born|birth|died|dob)\b|ရက်", re.IGNORECASE)
_SERIAL = re.compile(r"[23456]\d{4}(?:\.\d+)?")  # 20000 is 1954-10-03, 69999 is 2091-08-23
_NUMBER = re.compile(r"\d{1,15}(?:\.\d+)?")


def odd_column(name: str, cells: Sequence[str], typed: int) -> list[str]:
    """Notes on a column; ``cells`` are those with text, ``typed`` says how many of them are stored as numbers or dates."""
    notes = []
    if _DAY.search(name):
        serials = [cell for cell in cells if _SERIAL.fullmatch(cell)]
        if serials:
            notes.append(
                f"column {name}: {len(serials):,} of {len(cells):,} cells are numbers such as {serials[0]}, as spreadsheets "
                'count days: a mapping reads them as dates with formats = ["excel-serial"]; they are kept as given'
            )
    if 0 < typed < len(cells):
        texts = sum(1 for cell in cells if _NUMBER.fullmatch(cell)) - typed
        if texts > 0:
            notes.append(
                f"column {name}: at least {texts:,} numbers are stored as text among {typed:,} that are not: kept as given"
            )
    quoted = sum(1 for cell in cells if cell[0] == "'" and cell[1:2].isdigit())
    if quoted:
        notes.append(f"column {name}: {quoted:,} cells begin with an apostrophe before a number: kept as given")
    return notes
