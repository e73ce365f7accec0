"""Where in the document do these words stand, so that a person can find them with any program?"""

from __future__ import annotations

from msgspec import Struct


class Locator(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A row of a table, and the columns of it that were read.

    ``row`` counts as spreadsheet programs do: 1 is the first row of the sheet or of the file, usually the header; in a
    delimited file each record is one row, blank ones too, however many lines it fills. ``sheet`` is absent in a delimited file.
    """

    row: int
    sheet: str | None = None
    columns: tuple[str, ...] = ()

    def show(self) -> str:
        """In words: ``sheet Deaths, row 12, columns killed, date``."""
        parts = [] if self.sheet is None else [f"sheet {self.sheet}"]
        parts.append(f"row {self.row}")
        if self.columns:
            parts.append(("column " if len(self.columns) == 1 else "columns ") + ", ".join(self.columns))
        return ", ".join(parts)
