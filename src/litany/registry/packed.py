"""How does a struct of arrays and tables become files, and come back the same?

What is small stands in `made.json`; there a table or an array is a number, under which it is found in a Parquet file or in
`arrays.npz`. Nothing is pickled: reading runs no code that a file names.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any, TypeVar
from zipfile import BadZipFile

import msgspec
import numpy as np
import polars as pl
from msgspec import Struct

_Made = TypeVar("_Made", bound=Struct)
_MADE, _ARRAYS = "made.json", "arrays.npz"


class Unreadable(ValueError):
    """Files that do not hold what is asked for."""


def packed(made: Struct) -> dict[str, bytes]:
    """The files of a struct, by name; the same for the same struct. Its fields may be arrays, tables, structs, and lists of
    them. A float that is no number does not come back.
    """
    arrays: dict[str, np.ndarray[Any, np.dtype[Any]]] = {}
    files: dict[str, bytes] = {}

    def outside(value: object) -> object:
        if isinstance(value, np.ndarray):
            arrays[str(len(arrays))] = value
            return len(arrays) - 1
        if isinstance(value, pl.DataFrame):
            files[f"{len(files)}.parquet"] = parquet(value)
            return len(files) - 1
        if isinstance(value, np.generic):
            return value.item()
        raise TypeError(f"{type(value).__name__} cannot be kept in a file")

    text = msgspec.json.encode(made, enc_hook=outside)
    room = BytesIO()
    np.savez(room, allow_pickle=False, **arrays)
    return {_MADE: text, _ARRAYS: room.getvalue(), **files}


def unpacked(files: dict[str, bytes], kind: type[_Made]) -> _Made:
    """The struct of these files. Raises Unreadable."""
    try:
        with np.load(BytesIO(files[_ARRAYS]), allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}

        def inside(wanted: type, number: Any) -> object:
            return pl.read_parquet(BytesIO(files[f"{number}.parquet"])) if wanted is pl.DataFrame else arrays[str(number)]

        return msgspec.json.decode(files[_MADE], type=kind, dec_hook=inside)
    except (BadZipFile, KeyError, ValueError, OSError, pl.exceptions.PolarsError, msgspec.DecodeError) as problem:
        raise Unreadable(f"{kind.__name__}: {problem}") from problem


def parquet(frame: pl.DataFrame) -> bytes:
    """A table as bytes, the same for the same table."""
    room = BytesIO()
    frame.rechunk().write_parquet(room, compression="zstd", statistics=False)
    return room.getvalue()
