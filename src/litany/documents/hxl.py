"""Which row of a table holds HXL hashtags, and what do they say of its columns?

The Humanitarian Exchange Language (hxlstandard.org, 1.1) puts a row of tags such as ``#date+start`` or
``#affected+killed+f`` between header and data, within the first 25 rows. A row is one when at least half of its cells
with text are tags, and one of them is a tag of the standard (so that a list of posts with hashtags is no such table). One tag
alone is enough only in a table of one column: a row of data with "#org" in it must not be lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from litany.documents.rows import Table, TableRow, Troubles, unique_header
from litany.errors import UnreadableFile
from litany.types.records import Problem, SheetRead

ROWS = 25  # in which the tags stand, the header among them
_TAG = re.compile(r"#\s*([a-z][a-z0-9_]*)((?:\s*\+\s*[a-z][a-z0-9_]*)*)", re.IGNORECASE)
_NUMBERED = re.compile(r" \([0-9]+\)$")  # how `unique_header` tells repeated names apart
_SHOWN = 200
_ABOVE = "the line stands above the header and the HXL tags: not read as a row"
CORE = frozenset(
    (
        "access", "activity", "adm1", "adm2", "adm3", "adm4", "adm5", "affected", "beneficiary", "capacity", "cause",
        "channel", "contact", "country", "crisis", "currency", "date", "delivery", "description", "event", "frequency",
        "geo", "group", "impact", "indicator", "inneed", "item", "loc", "meta", "modality", "need", "operations",
        "org", "output", "population", "reached", "region", "respondee", "sector", "service", "severity", "status",
        "subsector", "targeted", "value",
    )
)  # fmt: skip


class Tag(Struct, frozen=True):
    """A hashtag with its attributes in alphabetical order: ``#affected+f+killed``."""

    name: str
    attributes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "#" + "+".join((self.name, *self.attributes))


def parse_tag(text: str) -> Tag | None:
    """A cell as a tag, in lower case, attributes sorted and once each; None where it is none."""
    match = _TAG.fullmatch(text.strip())
    if match is None:
        return None
    attributes = {part.strip().lower() for part in match[2].split("+")} - {""}
    return Tag(match[1].lower(), tuple(sorted(attributes)))


def tags_of(cells: Iterable[str]) -> tuple[str, ...] | None:
    """The tags of a row by column ('' where a column has none); None where the row is no row of tags."""
    texts = [cell.strip() for cell in cells]
    found = [parse_tag(text) for text in texts]
    tags = [tag for tag in found if tag is not None]
    few = len(tags) < min(2, len(texts)) or 2 * len(tags) < sum(1 for text in texts if text)
    if few or not any(tag.name in CORE for tag in tags):
        return None
    return tuple("" if tag is None else str(tag) for tag in found)


def tagged(table: Table) -> Table:
    """The table with its tags, header and rows told apart; the same table where it has no row of tags."""
    header = table.sheet.header
    own = tags_of(_NUMBERED.sub("", name) for name in header)
    if own is not None:
        return _Tagged(table, own, header, (), None, ())
    above: list[TableRow] = []
    rows = table.rows()
    try:
        for row in islice(rows, ROWS - 1):
            tags = tags_of(row.cells)
            if tags is not None:
                return _below(table, tags, row, above)
            above.append(row)
    except UnreadableFile:  # whoever reads the rows is told
        return table
    finally:
        close = getattr(rows, "close", None)
        if close is not None:
            close()
    return table


def _below(table: Table, tags: tuple[str, ...], row: TableRow, above: Sequence[TableRow]) -> Table:
    """The header stands directly above the tags; a column without a name there is called by its tag."""
    names: Sequence[str] = table.sheet.header if not above else above[-1].cells
    named = _unnamed(table.sheet.header) if not above else [not cell.strip() for cell in names]
    cells = [tag if empty else name for name, tag, empty in zip(names, tags, named, strict=True)]
    header, notes = unique_header(cells)
    skipped = above[:-1]
    own = zip(table.sheet.header, _unnamed(table.sheet.header), strict=True)
    lost = [(above[0].row - 1, " | ".join(name for name, empty in own if not empty))] if above else []
    return _Tagged(table, tags, header, notes, row.row, [*lost, *((one.row, _line(one)) for one in skipped)])


def _unnamed(header: Sequence[str]) -> list[bool]:
    return [name == f"column {place}" for place, name in enumerate(header, start=1)]


def _line(row: TableRow) -> str:
    return " | ".join(cell for cell in row.cells if cell.strip())


class _Tagged:
    """A table whose rows begin below the tags."""

    def __init__(
        self,
        table: Table,
        tags: tuple[str, ...],
        header: tuple[str, ...],
        notes: Sequence[str],
        row: int | None,
        skipped: Sequence[tuple[int, str]],
    ) -> None:
        self._table, self._row, self._skipped = table, row, skipped
        repeated = tuple(note for note in table.sheet.notes if not note.startswith("column ") or header == table.sheet.header)
        self.sheet: SheetRead = replace(table.sheet, header=header, tags=tags, notes=(*repeated, *notes))

    @property
    def problems(self) -> list[Problem]:
        """The table's own, and the lines between its first row and the header above the tags."""
        troubles = Troubles(self.sheet.sheet)
        for row, text in self._skipped:
            if text:
                troubles.add(row, None, text[:_SHOWN], _ABOVE)
        return [*troubles.all(), *self._table.problems]

    def rows(self) -> Iterator[TableRow]:
        """The rows below the tags, numbered as in the file."""
        for row in self._table.rows():
            if self._row is None or row.row > self._row:
                yield row
