"""Which table does a Parquet file hold?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from litany.documents.rows import Table
from litany.errors import UnreadableFile


def open_parquet(file: BinaryIO, name: str) -> Sequence[Table]:
    """The one table of a Parquet file. Raises UnreadableFile."""
    raise UnreadableFile(f"{name}: not read yet")
