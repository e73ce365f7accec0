"""Where in the document do these words stand, so that a person can find them with any program?"""

from __future__ import annotations

from msgspec import Struct

from litany.documents.rows import Spot


class Locator(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A row of a table, and the columns of it that were read.

    ``row`` counts as spreadsheet programs do: 1 is the first row of the sheet or of the file, usually the header; in a
    delimited file each record is one row, blank ones too, however many lines it fills; in a PDF the rows of a table are
    counted over all of its pages. ``sheet`` is absent in a delimited file; ``spots`` are pages with boxes, or JSON pointers.
    """

    row: int
    sheet: str | None = None
    columns: tuple[str, ...] = ()
    spots: tuple[Spot, ...] = ()

    def show(self) -> str:
        """In words: ``sheet Deaths, row 12, columns killed, date``; ``page 12, row 80, box 51 147 717 171, column Name``."""
        parts = [] if self.sheet is None else [f"sheet {self.sheet}"]
        parts += [f"page {spot.page}" for spot in self.spots if spot.page is not None]
        parts.append(f"row {self.row}")
        for spot in self.spots:
            parts += [] if spot.box is None else ["box " + " ".join(f"{edge:g}" for edge in spot.box)]
            parts += [] if spot.pointer is None else [f"at {spot.pointer}"]
        if self.columns:
            parts.append(("column " if len(self.columns) == 1 else "columns ") + ", ".join(self.columns))
        return ", ".join(parts)
