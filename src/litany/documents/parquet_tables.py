"""Which table does a Parquet file hold?

Polars reads it, in batches; every cell becomes text: dates as ISO days, decimals as they are, lists and structs as JSON.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

from litany.documents.json_values import Digits, text_of
from litany.documents.rows import Spot, Table, TableRow, Troubles, unique_header
from litany.errors import UnreadableFile
from litany.types.records import Problem, SheetRead

if TYPE_CHECKING:
    import polars as pl

LARGEST = 1 << 30  # bytes of a file, which is held packed
_BATCH = 20_000  # rows
_WHOLE = 2**53  # beyond it not every whole number has a place among the floats
_MIDNIGHT = datetime.time(0)


def open_parquet(file: BinaryIO, name: str) -> Sequence[Table]:
    """The one table of a Parquet file. Raises UnreadableFile."""
    file.seek(0)
    data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise UnreadableFile(f"{name} is a Parquet file of more than a gigabyte: save it in parts, or as CSV")
    return [Parquet(data, name)]


class Parquet:
    """The table of a Parquet file; its rows count from 2, as those of a spreadsheet do."""

    def __init__(self, data: bytes, name: str) -> None:
        # Loaded only where a Parquet file is read: it takes a third of a second, which every other command would pay too.
        import polars as pl  # noqa: PLC0415

        self._name, self._troubles = name, Troubles()
        self._failed = (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError, OverflowError, OSError)
        try:
            frame = pl.scan_parquet(io.BytesIO(data))
            schema = frame.collect_schema()
        except self._failed as problem:
            raise self._damaged(problem) from problem
        if not schema:
            raise UnreadableFile(f"{name} is a Parquet file without a column, so no table: get it again")
        # A float of 32 bits is shown with its own digits: 0.1, not 0.10000000149011612.
        self._frame = frame.with_columns(pl.col(key).cast(pl.String) for key, kind in schema.items() if kind == pl.Float32)
        header, notes = unique_header(list(schema))
        nested = [key for key, kind in schema.items() if kind.is_nested()]
        notes += tuple(f"column {key!r} holds lists or structs: they stand in its cells as JSON" for key in nested[:20])
        self.sheet = SheetRead(header=header, form="parquet", notes=notes)

    def _damaged(self, problem: BaseException) -> UnreadableFile:
        why = " ".join(str(problem).split())[:200]
        return UnreadableFile(f"{self._name} is a Parquet file that is damaged or cut short ({why}): get it again")

    @property
    def problems(self) -> list[Problem]:
        """What went wrong in the rows so far."""
        return self._troubles.all()

    def rows(self) -> Iterator[TableRow]:
        """The rows in their order, a batch in memory at a time. Raises UnreadableFile."""
        self._troubles = Troubles()
        start = 0
        while batch := self._batch(start):
            for place, values in enumerate(batch, start=start):
                cells = [value if type(value) is str else self._shown(value, place, at) for at, value in enumerate(values)]
                yield TableRow(place + 2, cells, 0, 0, (Spot(pointer=f"/{place}"),))
            start += len(batch)

    def _batch(self, start: int) -> list[tuple[Any, ...]]:
        try:
            part: pl.DataFrame = self._frame.slice(start, _BATCH).collect()
            return part.rows()
        except self._failed as problem:
            raise self._damaged(problem) from problem

    def _shown(self, value: object, place: int, column: int) -> str:
        if isinstance(value, bytes):
            try:
                return value.decode("utf-8")
            except UnicodeDecodeError:
                reason = "the cell holds bytes that are no text: they are shown as hexadecimal digits"
                self._troubles.add(place + 2, self.sheet.header[column], None, reason)
                return value.hex()
        return show(value)


def show(value: object) -> str:
    """A value as text; nothing for a missing one."""
    if value is None:
        return ""
    made = _plain(value)
    if isinstance(made, str):
        return made
    if isinstance(made, bool):
        return "true" if made else "false"
    return text_of(made)


def _plain(value: object) -> object:
    """A value of JSON: text, number as its digits, list, object."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, float):
        return Digits(int(value) if value.is_integer() and abs(value) <= _WHOLE else repr(value))
    if isinstance(value, int):
        return Digits(value)
    if isinstance(value, Decimal):
        return Digits(format(value, "f"))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.tzinfo is None and value.time() == _MIDNIGHT else value.isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if hasattr(value, "to_list"):
        return [_plain(inner) for inner in value.to_list()]
    return str(value)
