"""How does `custody/<installation>.jsonl` stay the exact copy of the table, whatever broke off in between?

The file is only ever appended to. It is completed from the table when a case is opened and after each act, under a lock;
what a crash left at its end (the beginning of the line that comes next) is cut back first. Anything else that differs is for
`litany verify` to name, never for us to mend: such a file is left as it is. Only its end is read, so that an act costs the
same in a case of many.
"""

from __future__ import annotations

import os
from pathlib import Path

from litany.case import points
from litany.case.locks import locked
from litany.errors import CustodyBroken
from litany.store import chain
from litany.store.store import Store

_TAIL = 1 << 16


def complete(store: Store, folder: Path) -> None:
    """Bring every installation's file up to the table."""
    for installation in store.installations():
        _complete_one(store, folder, installation)


def _complete_one(store: Store, folder: Path, installation: str) -> None:
    path = path_of(folder, installation)
    with locked(folder / ".lock", "writing the custody file"):
        have, half, size = _end(path)
        if have is None or have >= store.last_line(installation):
            return
        new = b"".join(line + b"\n" for line in store.lines(installation, after=have))
        if not new.startswith(half):
            return
        with path.open("ab") as handle:
            handle.truncate(size - len(half))
            handle.write(new[: len(new) // 2])
            handle.flush()
            points.reached("custody-half")
            handle.write(new[len(new) // 2 :])
            handle.flush()
            os.fsync(handle.fileno())
    points.reached("custody-appended")


def path_of(folder: Path, installation: str) -> Path:
    """Where the lines of an installation stand."""
    return folder / f"{installation}.jsonl"


def _end(path: Path) -> tuple[int | None, bytes, int]:
    """The number of the last whole line (None: it is no line), the half line after it, and the size of the file."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return 0, b"", 0
    with path.open("rb") as handle:
        wanted = _TAIL
        while True:
            handle.seek(max(0, size - wanted))
            data = handle.read(size)
            if data.count(b"\n") > 1 or wanted >= size:
                break
            wanted *= 4
    whole, _, half = data.rpartition(b"\n")
    last = whole.rpartition(b"\n")[2]
    if not last:
        return (0, half, size) if len(half) == size else (None, half, size)
    try:
        return chain.decode(last).n, half, size
    except CustodyBroken:
        return None, half, size


def read(path: Path) -> bytes:
    """A custody file, whole; empty when there is none."""
    return path.read_bytes() if path.exists() else b""
